"""URLs: their parts with exact offsets, and a normal form in which equal places are equal strings.

Splitting follows RFC 3986, appendix B, and the normal form its section 6.2, with the steps that
``rules.md`` ("Identity") adds. Both are total functions: any string has parts and a normal form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.model.span import Span

_PARTS = lazy(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
"""RFC 3986, appendix B, with the scheme's own alphabet (section 3.1)."""
_PORT = lazy(r":([0-9]*)$")
_WEB = frozenset({"http", "https"})
_OPAQUE = frozenset({"mailto", "javascript", "data", "tel", "sms", "about", "blob"})

TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "hsa_", "__hs")
"""Beginnings of query parameters that name a campaign and nothing else."""
TRACKING = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igsh", "igshid",
        "mc_cid", "mc_eid", "mibextid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid", "oly_anon_id",
        "oly_enc_id", "srsltid", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "yclid",
    }
)  # fmt: skip
"""Query parameters that say who sent the reader; no server chooses its answer by them."""
_CASA = frozenset({"casa_token"})
TRACKING_BY_HOST: dict[str, frozenset[str]] = {
    "amazon.com": frozenset({"tag", "ref", "ref_", "linkCode", "linkId", "creative", "creativeASIN", "camp", "qid"}),
    "apps.apple.com": frozenset({"itsct", "itscg", "pt", "ct", "mt"}),
    "bilibili.com": frozenset({"spm_id_from", "vd_source", "share_source", "share_medium", "from_spmid"}),
    "dl.acm.org": _CASA | {"bnc", "cfid", "cftoken"},
    "github.com": frozenset({"ref", "ref_src", "ref_cta", "ref_loc", "ref_page"}),
    "ieeexplore.ieee.org": _CASA,
    "link.springer.com": _CASA,
    "linkedin.com": frozenset({"trk", "trackingId", "originalSubdomain"}),
    "medium.com": frozenset({"source", "sk"}),
    "nature.com": _CASA,
    "onlinelibrary.wiley.com": _CASA,
    "open.spotify.com": frozenset({"si"}),
    "producthunt.com": frozenset({"ref"}),
    "reddit.com": frozenset({"ref", "ref_source", "share_id"}),
    "sciencedirect.com": _CASA | {"dgcid", "via"},
    "tandfonline.com": _CASA,
    "towardsdatascience.com": frozenset({"source", "sk"}),
    "twitter.com": frozenset({"s", "t", "ref_src", "ref_url"}),
    "udemy.com": frozenset({"couponCode", "referralCode"}),
    "x.com": frozenset({"s", "t", "ref_src", "ref_url"}),
    "youtu.be": frozenset({"si", "feature", "pp"}),
    "youtube.com": frozenset({"si", "feature", "ab_channel", "pp", "app"}),
}
"""The same for single hosts (without ``www.``; they hold for their subdomains too)."""

REMEMBERED = 65_536
"""URLs whose reading is kept. Rule after rule asks for all of a list's: a memory too short for them helps none."""
_ESCAPE = lazy(r"%(?:([0-9A-Fa-f]{2}))?|[^\x21-\x7e]+|[\"<>\\^`{|}]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TRACKED = lazy("|".join(re.escape(p) for p in TRACKING_PREFIXES))
_NORMAL = lazy(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]*")
"""What :func:`fold_escapes` would leave as it is."""
_HOST_NAME = lazy(r"[A-Za-z0-9._-]+")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_MAX_HOST = 253
"""Length of a domain name (RFC 1035, section 2.3.4); a longer one is not converted to ASCII."""


class Url(Struct, frozen=True):
    """The parts of a URL reference, as written but for ``scheme`` and ``host``, which are lower case.

    ``authority`` tells whether it has ``//``; a part that is missing is empty. ``port`` holds the
    digits after the colon. The ``…_start`` offsets count code points of ``text`` and give the
    place where a part stands or would stand; ``…_span`` are made of them.
    """

    text: str
    scheme: str
    authority: bool
    userinfo: str
    host: str
    port: str
    path: str
    query: str
    fragment: str
    host_start: int
    path_start: int
    query_start: int
    fragment_start: int

    @property
    def is_web(self) -> bool:
        """Tell whether it is an absolute ``http:`` or ``https:`` URL with a host."""
        return self.scheme in _WEB and self.host != ""

    @property
    def is_relative(self) -> bool:
        """Tell whether it has neither scheme nor host, so that its meaning hangs on its document."""
        return not self.scheme and not self.authority

    @property
    def bare_host(self) -> str:
        """The host without ``www.`` and without a final dot."""
        return bare_host(self.host)

    @property
    def scheme_span(self) -> Span:
        """Where the scheme stands, without its colon."""
        return Span(0, len(self.scheme))

    @property
    def host_span(self) -> Span:
        """Where the host stands, without user and port."""
        return Span(self.host_start, self.host_start + len(self.host))

    @property
    def path_span(self) -> Span:
        """Where the path stands, with its first slash."""
        return Span(self.path_start, self.path_start + len(self.path))

    @property
    def query_span(self) -> Span:
        """Where the query stands, without its question mark."""
        return Span(self.query_start, self.query_start + len(self.query))

    @property
    def fragment_span(self) -> Span:
        """Where the fragment stands, without its hash."""
        return Span(self.fragment_start, self.fragment_start + len(self.fragment))


@lru_cache(maxsize=REMEMBERED)
def split(url: str) -> Url:
    """The parts of any string, read as a URL reference."""
    match = _PARTS.match(url)
    assert match is not None  # every part is optional
    scheme, authority, path, query, fragment = match.groups()
    userinfo = host = port = ""
    host_start = match.start(3)
    if authority is not None:
        userinfo, at, rest = authority.rpartition("@")
        found = _PORT.search(rest) if ":" in rest else None
        host = rest[: found.start()] if found else rest
        port = found[1] if found else ""
        host_start = match.start(2) + len(userinfo) + len(at)
    query_start = match.start(4) if query is not None else match.end(3)
    return Url(
        text=url,
        scheme=(scheme or "").lower(),
        authority=authority is not None,
        userinfo=userinfo,
        host=_lower(host),
        port=port,
        path=path,
        query=query or "",
        fragment=fragment or "",
        host_start=host_start,
        path_start=match.start(3),
        query_start=query_start,
        fragment_start=match.start(5) if fragment is not None else len(url),
    )


def _lower(host: str) -> str:
    """Lower case of a host; where that would change the length (``İ``), of its ASCII letters only."""
    lower = host.lower()
    return lower if len(lower) == len(host) else "".join(c.lower() if c.isascii() else c for c in host)


def bare_host(host: str) -> str:
    """A lower-case host without ``www.`` and without a final dot."""
    host = host.rstrip(".")
    start = 0
    while host.startswith("www.", start) and host.find(".", start + 4) >= 0:
        start += 4
    return host[start:]


def in_domain(host: str, domain: str) -> bool:
    """Tell whether ``host`` is ``domain`` or a subdomain of it."""
    return host == domain or host.endswith("." + domain)


def is_tracking(name: str, host: str = "") -> bool:
    """Tell whether the query parameter ``name`` only tracks readers of ``host``."""
    if name in TRACKING or _TRACKED.match(name):
        return True
    labels = host.split(".")[-4:]
    return any(name in TRACKING_BY_HOST.get(".".join(labels[start:]), ()) for start in range(len(labels)))


def parameters(query: str) -> list[tuple[str, str]]:
    """The (name, value) pairs of a query, as written and in their order; empty ones left out."""
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]


def fold_escapes(part: str) -> str:
    """One spelling for all percent-encodings of the same octets (RFC 3986, sections 2.4 and 6.2.2).

    Unreserved characters are decoded, everything that no URL may hold is encoded as UTF-8, hex
    digits are upper case, and a ``%`` that begins no escape is itself escaped. Brackets stay.
    """
    return part if not part or _NORMAL.fullmatch(part) else _ESCAPE.sub(_fold_escape, part)


def _fold_escape(match: re.Match[str]) -> str:
    found = match[0]
    if match[1]:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else found.upper()
    if found == "%":
        return "%25"
    return "".join(f"%{octet:02X}" for octet in found.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=REMEMBERED)
def normal_form(url: str) -> str:
    """The normal form of a URL: equal for spellings that lead to the same place.

    Folded away are the scheme (of ``http`` and ``https``), ``www.``, the default port, trailing
    slashes, ``index.html``, tracking parameters, the order of parameters, dot segments, spellings of
    percent-encodings, an empty query or fragment and text directives (``#:~:text=``). The path keeps
    its case, the fragment is kept. A web URL becomes ``//host/path?query#fragment``; a
    relative reference and a URL of another scheme keep their beginnings. Never raises, and
    ``normal_form(normal_form(x)) == normal_form(x)``.
    """
    parts = split(url)
    if parts.scheme in _OPAQUE:
        return f"{parts.scheme}:{url[len(parts.scheme) + 1 :]}"
    host = _normal_host(parts.host)
    path = _normal_path(parts.path) if parts.authority else _relative_path(parts)
    query = _normal_query(parts.query, host)
    fragment = fold_escapes(parts.fragment.partition(":~:")[0])
    tail = path + ("?" + query if query else "") + ("#" + fragment if fragment else "")
    folded = not parts.scheme or (parts.authority and parts.scheme in _WEB)
    scheme = "" if folded else parts.scheme + ":"
    return f"{scheme}//{_normal_user(parts)}{_normal_place(parts, host)}{tail}" if parts.authority else scheme + tail


def _normal_user(parts: Url) -> str:
    return fold_escapes(parts.userinfo) + "@" if parts.userinfo else ""


def _normal_host(host: str) -> str:
    if not host.isascii() and len(host) <= _MAX_HOST:
        try:
            encoded = host.encode("idna").decode("ascii")
        except UnicodeError:
            encoded = ""  # no such name can exist; it stays as it is
        host = encoded if _HOST_NAME.fullmatch(encoded) else host
    return bare_host(fold_escapes(host).lower())


def _normal_place(parts: Url, host: str) -> str:
    """Host and port; where colons make them ambiguous, what is written."""
    if ":" in host and not host.startswith("["):
        return fold_escapes(parts.text[parts.host_start : parts.path_start]).lower()
    port = parts.port.lstrip("0")
    return f"{host}:{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else host


def _relative_path(parts: Url) -> str:
    """The path of a reference without host; a colon keeps it as written, lest it become a scheme."""
    return parts.path if not parts.scheme and ":" in parts.path else fold_escapes(parts.path)


def _normal_path(path: str) -> str:
    path = fold_escapes(path)
    if "/." in path:
        path = _without_dots(path)
    end = len(path)
    while True:
        if end and path[end - 1] == "/":
            end -= 1
        elif path.endswith("/index.html", 0, end):
            end -= 11
        elif path.endswith("/index.htm", 0, end):
            end -= 10
        else:
            return path[:end]


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4, for paths that begin with a slash."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _normal_query(query: str, host: str) -> str:
    if not query:
        return ""
    pairs = [(part.partition("=")[0], part) for part in fold_escapes(query).split("&") if part]
    kept = sorted((pair for pair in pairs if not is_tracking(pair[0], host)), key=lambda pair: pair[0])
    return "&".join(part for _, part in kept)
