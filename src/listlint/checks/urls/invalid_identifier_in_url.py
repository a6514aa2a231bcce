"""URL004: a URL with the identifier of a work that cannot exist."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.checks.links import is_first_use, part_of, shorten
from listlint.model.facts import Today
from listlint.model.nodes import Link
from listlint.model.patterns import lazy
from listlint.text.checksums import arxiv_fault, isbn_faults, issn_faults
from listlint.text.identity import arxiv_id, identity, is_arxiv_host
from listlint.text.urls import in_domain, parameters, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.text.urls import Url

_LONGEST = 2_000
"""Characters of a URL beyond which it holds no identifier."""
_MARKS = ("arxiv", "doi.org", "youtu", "amazon.", "isbn", "ISBN", "issn", "ISSN", "/abs/", "/html/", "/papers/")
"""One of these stands in every URL that is looked at."""
_ARXIV = lazy(r"/(?:abs|pdf|html|ps|format|e-print)/(?P<id>.+?)/?", re.IGNORECASE | re.ASCII | re.DOTALL)
_ARXIV_BELOW = lazy(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?/.+", re.IGNORECASE | re.ASCII)
"""A page below a paper: a figure of its HTML form."""
_ARXIV_NUMBER = lazy(r"\d{4}\.\d{4,5}", re.ASCII)
_ENDS = ").,;>]"
"""What was copied behind an address, which `suspicious-suffix` reports."""
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org"})
_DOI_LIKE = lazy(r"(?:doi:|https?:|10|\d{4,5}/)", re.IGNORECASE | re.ASCII)
_VIDEO_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_VIDEO_PATH = lazy(r"/(?:embed|v|shorts|live)/(?P<id>[^/]+)/?")
_VIDEO = lazy(r"[A-Za-z0-9_-]{11}")
_NO_VIDEO = frozenset({"videoseries", "live_stream", "playlist", "watch", "user", "channel", "c", "embed"})
"""Parts of paths that stand where an id would."""
_VIDEO_LENGTH = 11
_TEMPLATE = lazy(r"\{|\$|<|\[[A-Z_]+\]|%7B|(?:your|video|watch|paper|arxiv)?[_-]?id\b|x{3,}", re.IGNORECASE)
_ISBN_PATHS = {
    "amazon": lazy(
        r"(?:/[^/]+)?/(?:dp|gp/product|exec/obidos/asin)/(?P<id>\d{9}[\dX])(?:/.*)?", re.IGNORECASE | re.ASCII
    ),
    "any": lazy(r"/(?:[a-z-]+/){0,2}isbn/(?P<id>(?:\d-?){9,12}[\dX])(?:/.*)?", re.IGNORECASE | re.ASCII),
}
_ISBN_NAMED = lazy(r"ISBN:?(?P<id>(?:\d-?){9,12}[\dX])", re.IGNORECASE | re.ASCII)
_ISSN_PATH = lazy(r"/(?:[a-z-]+/){0,2}issn/(?P<id>\d{4}-?\d{3}[\dX])/?", re.IGNORECASE | re.ASCII)


class _Fault(NamedTuple):
    message: str
    id: str
    """the identifier as it stands in the URL"""


class InvalidIdentifierInUrl(Rule[Link]):
    """A URL names an arXiv paper, a DOI, a book or a video that cannot exist.

    A figure was lost, or something was pasted behind it; the reader gets an error page, or another work. Which number
    is meant cannot be told from here, so there is no fix.

    An arXiv id has a month, four digits until 2014 and five since, and does not lie in the future; what
    stands below a paper (`/html/…/figure.png`) is fine, and so are short DOIs (`10/abc`) and `doi.org`'s own pages. Ids
    of videos have 11 characters. ISBN and ISSN are judged by their check digits where a path says that it is one.
    Placeholders (`xxxx.xxxxx`, `VIDEO_ID`) are left alone, and so is a bracket or full stop at the end, which
    `suspicious-suffix` reports. What stands in BibTeX is `invalid-identifier`'s matter.
    """

    code, name = "URL004", "invalid-identifier-in-url"
    severity = Severity.ERROR
    valid = (
        "- [A](https://arxiv.org/abs/1706.03762v5) - One.\n- [B](http://arxiv.org/pdf/math.GT/0309136) - Two.\n"
        "- [C](https://arxiv.org/pdf/1412.9999.pdf) - Three.\n- [D](https://arxiv.org/list/cs.LG/recent) - Four.\n",
        "- [A](https://arxiv.org/html/1706.03762v5/figure.png) - One.\n- [B](https://info.arxiv.org/abs/1) - Two.\n",
        "- [A](https://arxiv.org/abs/xxxx.xxxxx) - One.\n- [B](https://arxiv.org/abs/{id}) - Two.\n",
        "- [A](https://doi.org/10.1145/3446776) - One.\n- [B](https://doi.org/10/gpt3cs) - Two.\n- [C](https://doi.org/) - Three.\n",
        "- [A](https://www.doi.org/the-identifier/what-is-a-doi/) - One.\n- [B](https://doi.org/10.1145/3446776.) - Two.\n",
        "- [A](https://doi.org/10.1002/(SICI)1099-1425(199905/06)2:3%3C113::AID-JOS20%3E3.0.CO;2-0) - One.\n",
        "- [A](https://youtu.be/dQw4w9WgXcQ?t=3) - One.\n- [B](https://www.youtube.com/embed/videoseries?list=PL1) - Two.\n"
        "- [C](https://www.youtube.com/watch?list=PL1) - Three.\n- [D](https://youtu.be/VIDEO_ID) - Four.\n",
        "- [A](https://www.youtube.com/@ada) - One.\n- [B](https://www.youtube.com/live/dQw4w9WgXcQ/) - Two.\n",
        "- [A](https://www.amazon.com/dp/0262035618/) - One.\n- [B](https://www.amazon.de/dp/B07PVCVBN7) - Two.\n",
        "- [A](https://openlibrary.org/isbn/9780262035613) - One.\n- [B](https://portal.issn.org/resource/ISSN/1556-603X) - Two.\n",
        Good("- [A](https://arxiv.org/abs/2111.00001)\n", facts=(Today(datetime.date(2021, 10, 31)),)),
    )
    invalid = (
        Bad("- [A](https://arxiv.org/abs/⟦1513.01234⟧) - One.\n- [B](https://arxiv.org/abs/⟦1501.1234⟧) - Two.\n"),
        Bad(
            "- [A](https://arxiv.org/pdf/⟦1412.12345⟧.pdf) - One.\n- [B](https://arxiv.org/abs/⟦1706.03762v1f⟧) - Two.\n"
        ),
        Bad("- [A](https://arxiv.org/abs/⟦170.03762⟧) - One.\n- [B](https://arxiv.org/abs/⟦math/0313136⟧) - Two.\n"),
        Bad(
            "- [A](https://www.alphaxiv.org/abs/⟦2413.01234⟧) - One.\n- [B](https://doi.org/10.48550/arXiv.⟦2400.01234⟧) - Two.\n"
        ),
        Bad("- [A](https://arxiv.org/abs/⟦2112.00001⟧)\n", facts=(Today(datetime.date(2021, 10, 31)),)),
        Bad("- [A](https://doi.org/⟦10.1145⟧) - One.\n- [B](https://dx.doi.org/⟦1109/CVPR.2016.90⟧) - Two.\n"),
        Bad(
            "- [A](https://doi.org/⟦https://doi.org/10.1145/3446776⟧) - One.\n- [B](https://doi.org/⟦10.11/x⟧) - Two.\n"
        ),
        Bad(
            "- [A](https://www.youtube.com/watch?v=⟦dQw4w9WgXc⟧) - One.\n- [B](https://youtu.be/⟦dQw4w9WgXcQQ⟧) - Two.\n"
            "- [C](https://www.youtube.com/watch?v=⟦dQw4w9WgXcQ?t=10⟧) - Three.\n"
        ),
        Bad("- [A](https://www.amazon.com/Some-Book/dp/⟦0262035619⟧) - One.\n"),
        Bad("- [A](https://openlibrary.org/isbn/⟦978-0-262-03561-4⟧) - One.\n- [B](urn:isbn:⟦9780262035614⟧) - Two.\n"),
        Bad("- [A](https://portal.issn.org/resource/ISSN/⟦1556-6030⟧) - One.\n"),
        Bad("- [A][a] and [again][a].\n\n[a]: https://arxiv.org/abs/⟦1513.01234⟧\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding if the URL names a work that cannot exist."""
        target = node.target
        if len(target) > _LONGEST or not any(mark in target for mark in _MARKS):
            return
        url = split(target)
        fault = _fault(url, ctx)
        if fault is None or not is_first_use(node, ctx) or _TEMPLATE.search(fault.id):
            return
        at = target.find(fault.id)
        place = part_of(node, Span(at, at + len(fault.id))) if at >= 0 else None
        yield Finding(place or node.url_span, fault.message)


def _fault(url: Url, ctx: Context) -> _Fault | None:
    if url.scheme in {"urn", "isbn"}:
        match = _ISBN_NAMED.search(url.text)
        return _isbn(match["id"]) if match else None
    host, path = url.bare_host, url.path.lower()
    if not url.is_web:
        found = None
    elif is_arxiv_host(host):
        found = _arxiv(url, ctx)
    elif host in _DOI_HOSTS:
        found = _mentioned(url, ctx) or _doi(url)
    elif host in _VIDEO_HOSTS or host == "youtu.be":
        found = _video(url, host)
    elif "arxiv" in path or "arxiv" in host or path.startswith(("/abs/", "/html/", "/papers/")):
        found = _mentioned(url, ctx)
    else:
        found = _book(url, host)
    return found


# --- arXiv -----------------------------------------------------------------------------------------


def _arxiv(url: Url, ctx: Context) -> _Fault | None:
    if arxiv_id(url.text) is not None:
        return _mentioned(url, ctx)
    match = _ARXIV.fullmatch(url.path)
    if match is None:
        return None
    written = match["id"].rstrip(_ENDS)
    if written != match["id"] and arxiv_id(f"https://arxiv.org/abs/{written}") is not None:
        return None
    if _ARXIV_BELOW.fullmatch(unquote(written)):
        return None
    return _Fault(f"`{shorten(written, 40)}` is no arXiv id", written)


def _mentioned(url: Url, ctx: Context) -> _Fault | None:
    """What is wrong with the arXiv id that a URL names, on arXiv or elsewhere."""
    paper = arxiv_id(url.text)
    if paper is None:
        return None
    fault = arxiv_fault(paper.written)
    if fault is None and ctx.has(Today) and _ARXIV_NUMBER.fullmatch(paper.id):
        # An id counts by the month in which it is announced, which may begin a day earlier elsewhere.
        last = ctx.fact(Today).date + datetime.timedelta(days=1)
        year, month = 2000 + int(paper.id[:2]), int(paper.id[2:4])
        fault = "lies in the future" if (year, month) > (last.year, last.month) else None
    return _Fault(f"arXiv:{paper.written} {fault}", paper.written) if fault else None


# --- DOI, videos, books ----------------------------------------------------------------------------


def _doi(url: Url) -> _Fault | None:
    written = url.path.lstrip("/")
    name = unquote(written)
    if not _DOI_LIKE.match(name) or name[-1] in _ENDS:
        return None
    whole = f"https://doi.org/{written}"
    if not (identity(whole) or "").startswith("url:"):
        return None
    if re.fullmatch(r"10\.\d{4,9}/?", name, re.ASCII):
        return _Fault(f"`{name}` is only the prefix of a DOI", written)
    return _Fault(f"`{shorten(name, 40)}` is no DOI", written)


def _video(url: Url, host: str) -> _Fault | None:
    if host == "youtu.be":
        video = url.path.strip("/")
        if "/" in video:
            return None
    elif url.path.rstrip("/") == "/watch":
        video = dict(parameters(url.query)).get("v", "")
    else:
        match = _VIDEO_PATH.fullmatch(url.path)
        video = match["id"] if match else ""
    if not video or video in _NO_VIDEO or video[0] == "@" or video[-1] in _ENDS or _VIDEO.fullmatch(unquote(video)):
        return None
    if len(video) != _VIDEO_LENGTH:
        return _Fault(f"the id of the video has {len(video)} characters, not {_VIDEO_LENGTH}", video)
    return _Fault(f"no video has the id `{video}`", video)


def _book(url: Url, host: str) -> _Fault | None:
    lower = url.path.lower()
    if host.startswith(("amazon.", "smile.amazon.")):
        match = _ISBN_PATHS["amazon"].fullmatch(url.path)
    elif "/isbn/" in lower:
        match = _ISBN_PATHS["any"].fullmatch(url.path)
    else:
        match = None
    if match:
        return _isbn(match["id"])
    match = _ISSN_PATH.fullmatch(url.path) if "/issn/" in lower and not in_domain(host, "github.com") else None
    if match is None:
        return None
    fault = next(issn_faults(match["id"]), None)
    return _Fault(f"the ISSN {match['id']} {fault.what}", match["id"]) if fault else None


def _isbn(written: str) -> _Fault | None:
    fault = next(isbn_faults(written), None)
    return _Fault(f"the ISBN {written} {fault.what}", written) if fault else None
