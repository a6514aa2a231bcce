"""Which work is this? One identity for each work, whatever the URL that leads to it.

An identity is ``scheme:value``: ``arxiv:2110.13786``, ``doi:10.1145/3446776``,
``pmlr:v80/liao18c``, ``github:owner/repo``, and for everything else ``url:`` with the normal form
of :mod:`listlint.text.urls`. Equal identities mean the same work; that is the promise, so a URL
whose shape is not known for certain stays a ``url:``, as do supplements, figures, single
files, comments and parts of a work.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.text.urls import REMEMBERED, Url, bare_host, in_domain, is_tracking, normal_form, parameters, split

if TYPE_CHECKING:
    from collections.abc import Callable

_WEB = frozenset({"http", "https", "ftp", "ftps", "git", "ssh", "gemini", "gopher", ""})


class ArxivId(Struct, frozen=True):
    """An arXiv paper and how a URL names it.

    ``id`` is canonical (``2110.13786``, ``math/0309136``), ``written`` as in the URL, without
    version. ``form`` is ``abs``, ``pdf``, ``pdf.pdf`` (``/pdf/ID.pdf``), ``abs.pdf``, ``html``,
    ``ps``, ``ftp`` (``/ftp/…/ID.pdf``), ``bare`` (``/ID``) or another first part of arXiv's
    paths; ``mirror`` on the hosts that render papers in their own way, and ``doi`` in a DOI.
    """

    id: str
    written: str
    form: str
    version: int | None
    scheme: str
    host: str

    @property
    def www(self) -> bool:
        """Tell whether the host begins with ``www.``."""
        return self.host.startswith("www.")


# --- arXiv: identifiers as https://info.arxiv.org/help/arxiv_identifier.html defines them ----------

_ARXIV_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ARXIV_ID = rf"(?P<id>\d{{4}}\.\d{{4,5}}|(?:{_ARXIV_ARCHIVES})(?:\.[a-z]{{2}})?/\d{{7}})(?:v(?P<version>\d{{1,3}}))?"
_ARXIV_PATH = lazy(
    rf"/(?:(?P<form>abs|pdf|html|ps|format|e-print|src|dvi|view|tb|cits|show-email|bibtex)/)?{_ARXIV_ID}(?P<pdf>\.pdf)?/?",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_FTP = lazy(
    rf"/ftp/(?P<archive>arxiv|{_ARXIV_ARCHIVES})/papers/\d{{4}}/(?P<id>\d{{4}}\.\d{{4,5}}|\d{{7}})(?:v(?P<version>\d{{1,3}}))?\.pdf",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_BARE = lazy(rf"(?:arxiv[:.])?{_ARXIV_ID}", re.IGNORECASE | re.ASCII)
_ARXIV_AUTHOR = lazy(r"/a/([a-z0-9_-]+_\d+)(?:\.html|\.atom2?|\.json)?/?", re.IGNORECASE | re.ASCII)
_ARXIV_HOSTS = frozenset({"arxiv.org", "xxx.lanl.gov", "lanl.arxiv.org"})
_ARXIV_SERVICES = frozenset({"info", "blog", "status", "labs", "confluence", "developer", "beta"})
_ARXIV_MIRRORS = {
    "alphaxiv.org": lazy(rf"/(?:abs|pdf|overview)/{_ARXIV_ID}(?:\.pdf)?/?", re.IGNORECASE | re.ASCII),
    "ar5iv.org": lazy(rf"/(?:abs|html|pdf)/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "ar5iv.labs.arxiv.org": lazy(rf"/(?:abs|html|pdf)/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "arxiv-vanity.com": lazy(rf"/papers/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "huggingface.co": lazy(rf"/papers/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "hf.co": lazy(rf"/papers/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "scirate.com": lazy(rf"/arxiv/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "semanticscholar.org": lazy(rf"/arxiv/{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
    "api.semanticscholar.org": lazy(rf"/arxiv:{_ARXIV_ID}/?", re.IGNORECASE | re.ASCII),
}


@lru_cache(maxsize=REMEMBERED)
def arxiv_id(url: str) -> ArxivId | None:
    """The arXiv paper that a URL (or ``arXiv:ID``) leads to; None if it leads to none."""
    parts = split(url)
    if parts.scheme == "arxiv":
        match = _ARXIV_BARE.fullmatch(parts.path)
        return _arxiv(match, "bare", parts) if match else None
    if not parts.authority or parts.scheme not in _WEB:
        return None
    host = parts.bare_host
    mirror = _ARXIV_MIRRORS.get(host)
    if mirror is not None:
        match = mirror.fullmatch(unquote(parts.path))
        return _arxiv(match, "mirror", parts) if match else None
    if host in {"doi.org", "dx.doi.org"}:
        doi = unquote(parts.path).strip("/").lower()
        match = _ARXIV_BARE.fullmatch(doi.removeprefix("10.48550/")) if doi.startswith("10.48550/") else None
        return _arxiv(match, "doi", parts) if match else None
    return _on_arxiv(parts, unquote(parts.path)) if is_arxiv_host(host) else None


def is_arxiv_host(host: str) -> bool:
    """Tell whether arXiv itself, or a copy of its site, answers at this host (without ``www.``)."""
    return host in _ARXIV_HOSTS or (host.endswith(".arxiv.org") and host[: -len(".arxiv.org")] not in _ARXIV_SERVICES)


def _on_arxiv(parts: Url, path: str) -> ArxivId | None:
    match = _ARXIV_PATH.fullmatch(path)
    if match:
        form = (match["form"] or "bare").lower()
        return _arxiv(match, form + (".pdf" if match["pdf"] else ""), parts)
    match = _ARXIV_FTP.fullmatch(path)
    if match:
        archive = "" if match["archive"].lower() == "arxiv" else match["archive"] + "/"
        if bool(archive) == ("." not in match["id"]):
            return _arxiv(match, "ftp", parts, archive)
    return None


def _arxiv(match: re.Match[str], form: str, parts: Url, archive: str = "") -> ArxivId:
    written = archive + match["id"]
    name, slash, number = written.lower().partition("/")
    # The subject class of an old identifier is no part of it: math.GT/0309136 is math/0309136.
    canonical = name.partition(".")[0] + slash + number if slash else name
    version = int(match["version"]) if match["version"] else None
    return ArxivId(canonical, written, form, version, parts.scheme, parts.host)


# --- DOI -------------------------------------------------------------------------------------------

_DOI = lazy(r"10\.\d{4,9}(?:\.\d+)*/[^\s\ufffd\ud800-\udfff]+", re.ASCII)
"""Without what stands for bytes that are no text: two such DOIs could look alike."""
_SHORT_DOI = lazy(r"10/[a-z0-9]+", re.IGNORECASE | re.ASCII)
_ACL_DOI = lazy(r"10\.(?:18653|3115)/v1/(.+)", re.ASCII)
_DOI_PATH = lazy(
    r"/doi/(?:(?:abs|abstract|book|chapter|citation|epdf|epub|full|full-xml|fullhtml|html|pdf|pdfdirect|pdfplus"
    r"|proceedings|reader|ref)/)?(10\.\d{4,9}/[^/\s](?:[^\s]*[^/\s])?)/?",
    re.IGNORECASE | re.ASCII,
)
"""The paths of Atypon's platform: ACM, Wiley, SAGE, SIAM, Taylor & Francis, PNAS, Science …"""
_SPRINGER = lazy(
    r"/(?:article|book|chapter|protocol|referencework|referenceworkentry|content/pdf|epdf|download/epub|openurl/pdf"
    r"|articles)?/?(10\.\d{4,9}/[^/\s]+?)(?:\.pdf|\.epub|/fulltext\.html)?/?",
    re.IGNORECASE | re.ASCII,
)
_PREPRINT = lazy(
    r"/content/(?:(?:biorxiv|medrxiv)/)?(?:early/\d{4}/\d{2}/\d{2}/|(10\.(?:1101|64898))/)"
    r"((?:\d{4}\.\d{2}\.\d{2}\.)?\d{6,8})(?:v\d+)?(?:\.full|\.abstract|\.article-info)?(?:\.full)?(?:\.pdf)?(?:\+html)?/?",
    re.IGNORECASE | re.ASCII,
)
_NATURE = lazy(r"/(?:articles|doifinder)/(?:10\.1038/)?([a-z0-9.-]+?)(?:\.pdf)?/?", re.IGNORECASE | re.ASCII)
_FRONTIERS = lazy(
    r"/(?:journals/[a-z-]+/)?articles?/(10\.3389/[a-z0-9.]+)(?:/(?:full|abstract|pdf))?/?", re.IGNORECASE | re.ASCII
)
_IOP = lazy(r"/article/(10\.\d{4,9}/[^/\s]+(?:/[^/\s]+)*?)(?:/(?:pdf|meta))?/?", re.IGNORECASE | re.ASCII)
_APS = lazy(r"/[a-z]+/(?:abstract|pdf)/(10\.1103/[^/\s]+)/?", re.IGNORECASE | re.ASCII)
_OUP = lazy(r"/[a-z]+/article/doi/(10\.1093/[a-z]+/[a-z0-9]+)/\d+/?", re.IGNORECASE | re.ASCII)
_ZENODO = lazy(r"/records?/(\d+)/?", re.ASCII)


def _doi(name: str) -> str | None:
    """The identity of a percent-decoded DOI; arXiv's and the ACL's own DOIs are their own numbers."""
    name = name.strip().rstrip("/").lower()
    if not _DOI.fullmatch(name) and not _SHORT_DOI.fullmatch(name):
        return None
    if name.startswith("10.48550/"):
        match = _ARXIV_BARE.fullmatch(name.removeprefix("10.48550/"))
        if match:
            return "arxiv:" + _arxiv(match, "doi", split("")).id
    match = _ACL_DOI.fullmatch(name)
    anthology = _ACL_ID.fullmatch(match[1]) if match else None
    return _acl(anthology) if anthology else "doi:" + name


def _doi_resolver(parts: Url, path: str) -> str | None:
    return _doi(path.lstrip("/").removeprefix("doi:"))


def _atypon(parts: Url, path: str) -> str | None:
    match = _DOI_PATH.fullmatch(path)
    return _doi(match[1]) if match and "/suppl" not in match[1] else None


def _acm(parts: Url, path: str) -> str | None:
    if path not in {"/citation.cfm", "/ft_gateway.cfm", "/authorize.cfm"}:
        return _atypon(parts, path)
    values = dict(parameters(parts.query))
    number = unquote(values.get("doid") or values.get("id") or "")
    if re.fullmatch(r"\d+\.\d+", number, re.ASCII):
        return _doi("10.1145/" + number)
    return f"acm:{number}" if path == "/citation.cfm" and _is_number(number) else None


def _ieee(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"(?:/abstract)?/document/0*(\d+)/?(?:authors|references|keywords)?/?", path, re.ASCII)
    match = match or re.fullmatch(r"/iel[x\d]?\d?/\d+/\d+/0*(\d+)\.pdf", path, re.ASCII)
    if match:
        return "ieee:" + match[1]
    if path.lower() in {
        "/stamp/stamp.jsp", "/stamppdf/getpdf.jsp", "/xpl/articledetails.jsp", "/xpl/abstractauthors.jsp",
        "/xpl/freeabs_all.jsp", "/xpls/abs_all.jsp", "/xpl/login.jsp", "/xpls/icp.jsp",
    }:  # fmt: skip
        number = dict(parameters(parts.query)).get("arnumber", "")
        return f"ieee:{number.lstrip('0')}" if _is_number(number) else None
    return None


def _springer(parts: Url, path: str) -> str | None:
    match = _SPRINGER.fullmatch(path)
    return _doi(match[1]) if match else None


def _elsevier(parts: Url, path: str) -> str | None:
    match = re.fullmatch(
        r"/science/article/(?:abs/)?pii/([SB][0-9X()-]+)(?:/pdf(?:ft)?)?/?", path, re.IGNORECASE | re.ASCII
    )
    if match:
        return "pii:" + re.sub("[()-]", "", match[1]).upper()
    match = re.fullmatch(r"/book/(?:monograph/|edited-volume/)?(97[89]\d{10})(?:/[^/]*)?/?", path, re.ASCII)
    return _isbn(match[1]) if match else None


def _preprint(parts: Url, path: str) -> str | None:
    match = _PREPRINT.fullmatch(path)
    if not match:
        return _atypon(parts, path)
    return _doi(f"{match[1] or '10.1101'}/{match[2]}")


def _nature(parts: Url, path: str) -> str | None:
    match = _NATURE.fullmatch(path)
    # Other names below /articles are those of news pieces, which may have a DOI of another form.
    known = match and re.fullmatch(r"(?:s\d{5}-\d{3}-\d{4,6}-\w|nature\d{5}|n[a-z]{2,8}\.\d{3,4}|srep\d{5})", match[1])
    return _doi("10.1038/" + match[1]) if match and known else None


def _plos(parts: Url, path: str) -> str | None:
    if not re.fullmatch(r"/[a-z]+/article(?:/file|/authors|/comments|/metrics)?/?", path):
        return None
    name = unquote(dict(parameters(parts.query)).get("id", "")).removeprefix("info:doi/")
    return _doi(name) if re.fullmatch(r"10\.1371/journal\.[a-z]+\.\d{7}", name, re.ASCII) else None


def _by_path(pattern: re.Pattern[str], prefix: str = "") -> _Reader:
    def reader(parts: Url, path: str) -> str | None:
        match = pattern.fullmatch(path)
        return _doi(prefix + match[1]) if match else None

    return reader


# --- Archives of conferences and journals ----------------------------------------------------------

_ACL_ID = lazy(r"([a-z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?:v\d+)?", re.IGNORECASE | re.ASCII)
_ACL_PATH = lazy(
    rf"(?:/(?:website|old_anthology|anthology|anthology-new|papers|pdf|paper|[a-z]|[a-z]\d\d))*/{_ACL_ID.pattern}"
    r"(?:\.pdf|\.bib|\.html?)?/?",
    re.IGNORECASE | re.ASCII,
)
_ACL_TWICE = lazy(rf"/papers/{_ACL_ID.pattern}/[a-z]\d\d-\d{{4,5}}/?", re.IGNORECASE | re.ASCII)


def _acl(match: re.Match[str]) -> str:
    name = match[1]
    return "acl:" + (name.lower() if name[0].isdigit() else name.upper())


def _anthology(parts: Url, path: str) -> str | None:
    if (
        in_domain(parts.bare_host, "aclweb.org")
        and not parts.bare_host.startswith("anthology.")
        and "ntholog" not in path
    ):
        return None
    match = _ACL_PATH.fullmatch(path) or _ACL_TWICE.fullmatch(path)
    return _acl(match) if match else None


_PMLR_KEY = r"(?P<key>[a-z][a-z-]*\d{2}[a-z]{0,3})"
_PMLR_PATH = lazy(
    rf"(?:/proceedings)?(?:/papers)?/(?P<volume>[vr]\d+)/{_PMLR_KEY}(?:/(?P=key)\.pdf|\.pdf|\.html?)?/?",
    re.IGNORECASE | re.ASCII,
)
_PMLR_RAW = lazy(rf"/mlresearch/(?P<volume>[vr]\d+)/[\w-]+/assets/{_PMLR_KEY}/(?P=key)\.pdf", re.ASCII)


def _pmlr(parts: Url, path: str) -> str | None:
    match = _PMLR_PATH.fullmatch(path) or (_PMLR_RAW.fullmatch(path) if "mlresearch" in path else None)
    return f"pmlr:{match['volume']}/{match['key']}".lower() if match else None


_JMLR_PATH = lazy(
    r"/papers/v(?:olume)?(?P<volume>\d+)/(?P<key>\d{2}-\d{3,4}|[a-z][a-z-]*\d{2}[a-z]{0,2})"
    r"(?:/(?:source/)?(?P=key)\.pdf|/(?P=key)\.html|\.pdf|\.html|\.bib)?/?",
    re.IGNORECASE | re.ASCII,
)


def _jmlr(parts: Url, path: str) -> str | None:
    if path.startswith("/proceedings/"):
        return _pmlr(parts, path)
    match = _JMLR_PATH.fullmatch(path)
    return f"jmlr:v{match['volume']}/{match['key']}".lower() if match else None


_NEURIPS_PATH = lazy(
    r"(?:/paper_files)?/paper/(?:\d{4}/(?:hash|file)/(?P<hash>[0-9a-f]{32})-"
    r"(?:abstract|paper|bibtex)(?:-[a-z0-9_]+)?\.(?:html|pdf|bib)|(?P<number>\d{1,5})-[^/]*)/?",
    re.IGNORECASE | re.ASCII,
)
_NEURIPS_PARTS = lazy(r"supplemental(?:\.\w+)?|reviews?\.html|metadata\.json|bibtex|.*\.zip", re.IGNORECASE | re.DOTALL)


def _neurips(parts: Url, path: str) -> str | None:
    match = _NEURIPS_PATH.fullmatch(re.sub("^/+", "/", path))
    if match and match["hash"]:
        return "neurips:" + match["hash"].lower()
    if match and not _NEURIPS_PARTS.fullmatch(path.rpartition("-")[2]):
        return "neurips:" + match["number"]
    return None


_CVF_PATH = lazy(
    r"/{1,2}(?:openaccess/)?content(?:_|/)(?P<folder>[a-z0-9_]+)(?P<rest>(?:/[^/\ufffd\ud800-\udfff]+){1,3})_paper\.(?:html|pdf)",
    re.IGNORECASE | re.ASCII,
)


def _cvf(parts: Url, path: str) -> str | None:
    match = _CVF_PATH.fullmatch(path)
    if not match:
        return None
    rest = [part for part in match["rest"].lower().split("/")[1:] if part not in {"html", "papers"}]
    return f"cvf:{match['folder'].lower().replace('_', '')}/{'/'.join(rest)}"


def _openreview(parts: Url, path: str) -> str | None:
    values = dict(parameters(parts.query))
    paper = values.get("id", "")
    whole = (
        (path.rstrip("/") in {"/forum", "/pdf"} and values.get("noteId", paper) == paper)
        or (path == "/attachment" and values.get("name") == "pdf")
    )  # fmt: skip
    return "openreview:" + paper if whole and re.fullmatch(r"[\w-]{5,}", paper, re.ASCII) else None


def _semantic_scholar(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/(?:paper(?:/[^/]+)?|reader)/([0-9a-f]{40})/?", path, re.IGNORECASE | re.ASCII)
    if match:
        return "s2:" + match[1].lower()
    match = re.fullmatch(r"/(?:p/|corpusid:)(\d+)/?", path, re.IGNORECASE | re.ASCII)
    return "s2:corpus-" + match[1] if match else None


def _semantic_scholar_pdf(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/([0-9a-f]{4})/([0-9a-f]{36})\.pdf", path, re.IGNORECASE | re.ASCII)
    return "s2:" + (match[1] + match[2]).lower() if match else None


def _ncbi(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/pubmed/0*(\d{1,9})/?", path, re.ASCII)
    if match:
        return "pmid:" + match[1]
    term = dict(parameters(parts.query)).get("term", "")
    if path.rstrip("/") == "/pubmed" and _is_number(term):
        return "pmid:" + term.lstrip("0")
    return _pmc(path.removeprefix("/pmc"))


def _pubmed(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/0*(\d{1,9})/?", path, re.ASCII)
    return "pmid:" + match[1] if match else None


def _pmc(path: str) -> str | None:
    match = re.fullmatch(r"/articles/(?:pmc)?(\d+)(?:/pdf(?:/[^/]*)?)?/?", path, re.IGNORECASE | re.ASCII)
    return "pmcid:PMC" + match[1] if match else None


def _europe_pmc(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/(?:article|abstract)/(med|pmc)/(?:pmc)?(\d+)/?", path, re.IGNORECASE | re.ASCII)
    if not match:
        return None
    return ("pmid:" if match[1].lower() == "med" else "pmcid:PMC") + match[2]


def _citeseer(parts: Url, path: str) -> str | None:
    if not path.startswith("/viewdoc/"):
        return None
    name = dict(parameters(parts.query)).get("doi", "")
    return "citeseerx:" + name if re.fullmatch(r"10(?:\.\d+){4,5}", name, re.ASCII) else None


def _ssrn(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/abstract=(\d+)/?", path, re.ASCII)
    number = match[1] if match else dict(parameters(parts.query)).get("abstract_id", "")
    return "ssrn:" + number if _is_number(number) and (match or path.endswith("/papers.cfm")) else None


# --- Code, models, videos --------------------------------------------------------------------------

_GITHUB_PAGES = frozenset(
    {
        "about", "account", "apps", "articles", "blog", "codespaces", "collections", "contact", "customer-stories",
        "dashboard", "enterprise", "events", "explore", "features", "github-copilot", "join", "login", "logout",
        "marketplace", "new", "nonprofit", "notifications", "organizations", "orgs", "premium-support", "pricing",
        "readme", "resources", "search", "security", "settings", "signup", "site", "solutions", "sponsors", "stars",
        "team", "topics", "trending", "user-attachments", "users", "watching", "wiki", "works-with",
    }
)  # fmt: skip
"""First parts of GitHub's paths that are no owner."""
_GITHUB_ROOT = lazy(
    r"/+(?P<owner>[a-z0-9][a-z0-9_-]*)/+(?P<repo>[a-z0-9._-]+?)(?:\.git)?(?:/+tree/(?:master|main|HEAD))?/*",
    re.IGNORECASE | re.ASCII,
)


def _github(parts: Url, path: str) -> str | None:
    match = _GITHUB_ROOT.fullmatch(path)
    if not match or match["owner"].lower() in _GITHUB_PAGES or match["repo"] in {".", ".."}:
        return None
    if not _is_readme(parts.fragment) or not _shows_root(parts):
        return None
    return f"github:{match['owner']}/{match['repo']}".lower()


def _is_readme(fragment: str) -> bool:
    return fragment.lower() in {"", "readme", "readme-ov-file"} or fragment.startswith(":~:")


def _shows_root(parts: Url) -> bool:
    if not parts.query:
        return True
    host = parts.bare_host
    return all(
        is_tracking(name, host) or (name == "tab" and value == "readme-ov-file")
        for name, value in parameters(parts.query)
    )


def _gist(parts: Url, path: str) -> str | None:
    match = re.fullmatch(r"/(?:[a-z0-9-]+/)?([0-9a-f]{20,40}|\d{1,8})(?:\.git)?/?", path, re.IGNORECASE | re.ASCII)
    return "gist:" + match[1].lower() if match and not parts.fragment else None


_GITLAB_PAGES = frozenset({"-", "admin", "dashboard", "explore", "groups", "help", "projects", "search", "users"})
_GITLAB_PARTS = frozenset(
    {
        "-", "activity", "archive", "badges", "blob", "boards", "branches", "builds", "commit", "commits", "compare",
        "issues", "jobs", "merge_requests", "milestones", "pages", "pipelines", "raw", "releases", "snippets", "tags",
        "tree", "uploads", "wikis",
    }
)  # fmt: skip


def _gitlab(parts: Url, path: str) -> str | None:
    path = re.sub(r"(?:/-)?/tree/(?:master|main)/*$", "", path).rstrip("/").removesuffix(".git")
    names = path.lower().split("/")[1:]
    # Groups hold groups, so the page of a group looks like that of a repository; no two share a path.
    if not 2 <= len(names) <= 6 or names[0] in _GITLAB_PAGES or not _GITLAB_PARTS.isdisjoint(names):
        return None
    if not all(re.fullmatch(r"[a-z0-9_][a-z0-9_.-]*", name, re.ASCII) for name in names):
        return None
    return "gitlab:" + "/".join(names) if _is_readme(parts.fragment) and _shows_root(parts) else None


_HUB_PAGES = frozenset(
    {
        "api", "blog", "chat", "collections", "datasets", "docs", "enterprise", "huggingface", "join", "learn", "login",
        "models", "new", "organizations", "papers", "posts", "pricing", "search", "settings", "spaces", "support",
        "tasks", "welcome",
    }
)  # fmt: skip


def _hub(parts: Url, path: str) -> str | None:
    path = re.sub(r"/tree/main/?$", "", path)
    match = re.fullmatch(r"/((?:datasets/|spaces/)?)([\w.-]+)/([\w.-]+)/?", path, re.ASCII)
    if not match or (match[2].lower() in _HUB_PAGES and not (match[1] or match[2] == "huggingface")):
        return None
    return f"huggingface:{match[1]}{match[2]}/{match[3]}" if not parts.fragment else None


_VIDEO = lazy(r"[A-Za-z0-9_-]{11}")
_PLAYLIST = lazy(r"[A-Za-z0-9_-]{12,64}")


def _youtube(parts: Url, path: str) -> str | None:
    values = dict(parameters(parts.query))
    page = path.rstrip("/")
    if page == "/watch":
        video = values.get("v", "")
    elif page == "/playlist":
        name = values.get("list", "")
        return "youtube-list:" + name if _PLAYLIST.fullmatch(name) else None
    else:
        match = re.fullmatch(r"/(?:embed|v|e|shorts|live)/([^/]+)", page)
        video = match[1] if match else ""
    return "youtube:" + video if video != "videoseries" and _VIDEO.fullmatch(video) else None


def _youtu_be(parts: Url, path: str) -> str | None:
    video = path.strip("/")
    return "youtube:" + video if _VIDEO.fullmatch(video) else None


# --- Books -----------------------------------------------------------------------------------------

_ISBN_PATH = lazy(r"/(?:book/)?isbn/([0-9X-]{10,17})(?:/[^/]*)?/?", re.IGNORECASE | re.ASCII)
_ISBN_PAGES = {
    "amazon": lazy(r"(?:/[^/]+)?/(?:dp|gp/product|exec/obidos/asin)/(\d{9}[\dX])(?:/.*)?", re.IGNORECASE | re.ASCII),
    "oreilly.com": lazy(r"/library/view/[^/]+/(97[89]\d{10}|\d{9}[\dX])/?", re.IGNORECASE | re.ASCII),
    "springer.com": lazy(r"/(?:[a-z-]{2,5}/)?book/(97[89]\d{10})/?", re.IGNORECASE | re.ASCII),
}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and text.strip("0") != ""


def _isbn(written: str) -> str | None:
    """The identity of an ISBN of 10 or 13 digits; None where its check digit is wrong."""
    digits = written.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        total = sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(digits))
        if total % 11:
            return None
        digits = "978" + digits[:9]
        return f"isbn:{digits}{-_weighted(digits) % 10}"
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII) and _weighted(digits) % 10 == 0:
        return "isbn:" + digits
    return None


def _weighted(digits: str) -> int:
    """The sum that a 13-digit ISBN's check digit completes to a multiple of ten (ISO 2108)."""
    return sum((3 if i % 2 else 1) * int(c) for i, c in enumerate(digits))


def _isbn_page(name: str) -> _Reader:
    pattern = _ISBN_PAGES[name]

    def reader(parts: Url, path: str) -> str | None:
        match = pattern.fullmatch(path)
        return _isbn(match[1]) if match else None

    return reader


# --- Which host is read how ------------------------------------------------------------------------

if TYPE_CHECKING:
    _Reader = Callable[[Url, str], str | None]

_READERS: dict[str, _Reader] = {
    "aclanthology.coli.uni-saarland.de": _anthology,
    "aclanthology.info": _anthology,
    "aclanthology.org": _anthology,
    "aclweb.org": _anthology,
    "anthology.aclweb.org": _anthology,
    "api.semanticscholar.org": _semantic_scholar,
    "arxiv.org": lambda parts, path: _author(path),
    "biorxiv.org": _preprint,
    "books.nips.cc": _neurips,
    "citeseerx.ist.psu.edu": _citeseer,
    "cv-foundation.org": _cvf,
    "dl.acm.org": _acm,
    "doi.acm.org": _doi_resolver,
    "doi.ieeecomputersociety.org": _doi_resolver,
    "doi.org": _doi_resolver,
    "dx.doi.org": _doi_resolver,
    "europepmc.org": _europe_pmc,
    "frontiersin.org": _by_path(_FRONTIERS),
    "gist.github.com": _gist,
    "github.com": _github,
    "gitlab.com": _gitlab,
    "hf.co": _hub,
    "huggingface.co": _hub,
    "ieeexplore.ieee.org": _ieee,
    "iopscience.iop.org": _by_path(_IOP),
    "jmlr.csail.mit.edu": _jmlr,
    "jmlr.org": _jmlr,
    "journals.aps.org": _by_path(_APS),
    "journals.plos.org": _plos,
    "learning.oreilly.com": _isbn_page("oreilly.com"),
    "link.springer.com": _springer,
    "m.youtube.com": _youtube,
    "medrxiv.org": _preprint,
    "music.youtube.com": _youtube,
    "nature.com": _nature,
    "ncbi.nlm.nih.gov": _ncbi,
    "nips.cc": _neurips,
    "openaccess.thecvf.com": _cvf,
    "openreview.net": _openreview,
    "oreilly.com": _isbn_page("oreilly.com"),
    "papers.neurips.cc": _neurips,
    "papers.nips.cc": _neurips,
    "papers.ssrn.com": _ssrn,
    "pdfs.semanticscholar.org": _semantic_scholar_pdf,
    "pmc.ncbi.nlm.nih.gov": lambda parts, path: _pmc(path),
    "portal.acm.org": _acm,
    "proceedings.mlr.press": _pmlr,
    "proceedings.neurips.cc": _neurips,
    "pubmed.ncbi.nlm.nih.gov": _pubmed,
    "raw.githubusercontent.com": lambda parts, path: _pmlr(parts, path) if path.startswith("/mlresearch/") else None,
    "rd.springer.com": _springer,
    "semanticscholar.org": _semantic_scholar,
    "springer.com": _isbn_page("springer.com"),
    "ssrn.com": _ssrn,
    "youtu.be": _youtu_be,
    "youtube-nocookie.com": _youtube,
    "youtube.com": _youtube,
    "zenodo.org": _by_path(_ZENODO, "10.5281/zenodo."),
}
"""Readers by host without ``www.``; each gets the parts and the percent-decoded path."""


def _author(path: str) -> str | None:
    match = _ARXIV_AUTHOR.fullmatch(path)
    return "arxiv-author:" + match[1].lower() if match else None


def _elsewhere(parts: Url, host: str, path: str) -> str | None:
    """Hosts that are known by a part of their name, and paths that mean the same everywhere."""
    if host in {"sciencedirect.com", "linkinghub.elsevier.com"}:
        return _elsevier(parts, path.replace("/retrieve/pii", "/science/article/pii"))
    if in_domain(host, "springeropen.com") or in_domain(host, "biomedcentral.com"):
        return _springer(parts, path)
    if host == "academic.oup.com":
        match = _OUP.fullmatch(path)
        return _doi(match[1]) if match else None
    if host.startswith(("amazon.", "smile.amazon.")):
        match = _ISBN_PAGES["amazon"].fullmatch(path)
        return _isbn(match[1]) if match else None
    if path.startswith("/doi/"):
        return _atypon(parts, path)
    match = _ISBN_PATH.fullmatch(path)
    return _isbn(match[1]) if match else None


@lru_cache(maxsize=REMEMBERED)
def identity(url: str) -> str | None:
    """The canonical identity of the work that a URL leads to.

    None for what names no work of its own: an empty target, a fragment, a path relative to
    the document, a protocol that is no address of a page (``mailto:``). Takes a decoded target
    (``Link.target``) and never raises.
    """
    url = url.strip()
    parts = split(url)
    if parts.scheme in {"doi", "arxiv", "isbn", "urn", "info"}:
        return _by_scheme(parts, url)
    if not parts.host or parts.scheme not in _WEB:
        return None
    paper = arxiv_id(url)
    if paper is not None:
        return "arxiv:" + paper.id
    host = bare_host(parts.host)
    path = unquote(parts.path)
    reader = _READERS.get(host)
    found = reader(parts, path) if reader else _elsewhere(parts, host, path)
    if found is not None:
        return found
    return "url:" + normal_form(url).removeprefix("//")


def _by_scheme(parts: Url, url: str) -> str | None:
    """Identifiers that are URIs themselves: ``doi:``, ``arxiv:``, ``isbn:``, ``urn:isbn:``, ``info:doi/``."""
    if parts.scheme == "arxiv":
        paper = arxiv_id(url)
        return "arxiv:" + paper.id if paper else None
    path = unquote(parts.path)
    if parts.scheme == "doi" or path.startswith("doi/"):
        return _doi(path.removeprefix("doi/").lstrip("/"))
    name, _, value = path.rpartition(":")
    return _isbn(value) if parts.scheme == "isbn" or name.lower() == "isbn" else None
