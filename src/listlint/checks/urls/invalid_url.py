"""URL001: a URL that leads nowhere because of how it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity, Span
from listlint.checks.links import Places, is_first_use, may_change, shorten
from listlint.model.nodes import Link, LinkKind
from listlint.model.patterns import lazy
from listlint.packs.hosts import HostTable
from listlint.text.urls import Url, bare_host, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_START = lazy(
    r"(?P<junk>[\s\"'“”‘’«»<>(){}\[\]]{0,8}+)"
    r"(?P<word>[A-Za-z]{2,9}+)(?P<mark>[:;.]{0,3}+[/\\]{0,6}+:?+)(?P<more>[/\\]{0,3}+)"
)
"""The beginning of a URL as people mistype it: something before, the scheme, its marks."""
_WRITTEN_SCHEME = lazy(r"(?=[htps]*t)(?=[htps]*p)[htps]{3,7}")
_DOUBLED = lazy(r"(?:(?:https?)(?::/{0,2}|/{1,2})){1,8}(?=https?(?::/|//|:[a-z]))", re.IGNORECASE)
_LABEL = lazy(r"(?!-)[A-Za-z0-9_\-\u0080-\U0010ffff]{1,63}(?<!-)")
_HOST_START = lazy(r"(?:[A-Za-z0-9_-]{1,63}\.){1,8}[A-Za-z]{2,24}(?=[/:?#]|$)")
_BARE_HOST = lazy(r"(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,8}(?P<end>[A-Za-z]{2,18}))(?P<rest>[/?#:]|\Z)")
_ENDS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "io",
        "dev",
        "ai",
        "ac",
        "uk",
        "de",
        "fr",
        "jp",
        "cn",
        "kr",
        "nl",
        "eu",
        "us",
        "ca",
        "au",
        "ch",
        "se",
        "es",
        "tv",
        "br",
        "ru",
        "xyz",
    ]
)
"""Ends of host names that are believed where a path follows."""
_SURE_ENDS = frozenset({"com", "org", "net", "edu", "gov"})
"""Those that are believed alone: no file ends so, and no translation (`README.fr`)."""
_SINGLE = frozenset({"localhost"})
_TEMPLATE = lazy(r"\{\{|\{%|\$\{|\$[A-Z]|<[a-z_ -]+>|\{[a-z_]+\}", re.IGNORECASE)
_BLANKS = " \t\n\r\f"
"""White space that browsers trim at both ends of an `href`."""
_SPACE = lazy(r"[ \t\n\r\f\v]++")
_QUOTE = lazy(r"[\"<>]")
_END_QUOTE = lazy(r"[\"“”„«»]\Z")
_INVISIBLE = lazy("[\u00a0\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202f\u2060-\u206f\ufeff]|%")
_MAX_HOST = 253


class _Fault(NamedTuple):
    span: Span
    """in the target"""
    message: str
    text: str | None = None
    """what should stand there, if one reading is possible"""
    safe: bool = True


class InvalidUrl(Rule[Link]):
    """A URL is written so that it leads nowhere.

    Its scheme is doubled (`http://https://…`), misspelt (`htp://`), lacks a mark (`https:/x`, `http//x`) or
    is missing, so that `www.x.org` is taken for a file next to the list; white space, a quotation mark or
    a bracket got in; or its host is empty or one that cannot exist.

    Placeholders in templates (`https://{host}/`) are left alone, and so are white space at the ends of an
    HTML `href`, which browsers trim, `localhost`, IP
    addresses, schemes other than http, brackets around a bare URL, and names of files that resemble a host (`setup.py`). An
    invisible character in a URL is URL002's business.
    """

    code, name = "URL001", "invalid-url"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        "- [A](https://a.dev/x) - One.\n- [B](docs/www.md) - Two.\n- [C](setup.py) - Three.\n- [D](README.md) - Four.\n",
        "- [A](mailto:a@b.dev) - One.\n- [B](ftp://a.dev/x) - Two.\n- [C](//a.dev/x) - Three.\n- [D](#https) - Four.\n",
        "- [A](http://localhost:8080/x) - One.\n- [B](http://127.0.0.1/) - Two.\n- [C](http://[::1]/) - Three.\n",
        "- [A](https://bücher.example/) - One.\n- [B](https://a.dev/http://b.dev) - Two.\n- www.a.dev is a link.\n",
        "- [A](https://{host}/x) - One.\n- [B](https://$HOST/x) - Two.\n- [C](https://${HOST}/) - Three.\n",
        '- [A](<docs/my file.md>) - One.\n- [B](https://a_b.example.org/?q="x") - Two.\n- [C](config.in) - Three.\n',
        "- [A](https://web.archive.org/web/2012/http://a.dev) - One.\n- [B](HTTPS://A.dev) - Two.\n",
        "- [A](https://httpbin.org/) - One.\n- [B](http.html) - Two.\n- [C](https/x.md) - Three.\n- [D](README.fr) - Four.\n",
        "- [A]([https://a.dev](https://a.dev)) - One.\n- [B]((https://b.dev)) - Two.\n",
        "- (A)[https://a.dev] - One.\n- [https://b.dev] and {https://c.dev} - Two.\n",
        "- [A](tel:123) - One.\n- [B](stun:stun.a.dev:19302) - Two.\n- [C](https://a.dev./x) - Three.\n",
        '<a href=" https://a.dev/x">A</a>\n\n<a href="https://b.dev/x ">B</a>\n\n<a href=" https://c.dev/ ">C</a>\n',
    )
    invalid = (
        Bad("- [A](⟦http://⟧https://a.dev/x) - One.\n", "- [A](https://a.dev/x) - One.\n"),
        Bad("- [A](⟦https://⟧http://a.dev/x) - One.\n", "- [A](http://a.dev/x) - One.\n"),
        Bad("- [A](⟦https://https//⟧a.dev/x) - One.\n", "- [A](https://a.dev/x) - One.\n"),
        Bad(
            "- [A](⟦htp://⟧a.dev) - One.\n- [B](⟦htttps://⟧b.dev) - Two.\n- [C](⟦ttps://⟧c.dev) - Three.\n",
            "- [A](http://a.dev) - One.\n- [B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "- [A](⟦https:/⟧a.dev/x) - One.\n- [B](⟦http//⟧b.dev) - Two.\n- [C](⟦https:///⟧www.c.dev/x) - Three.\n",
            "- [A](https://a.dev/x) - One.\n- [B](http://b.dev) - Two.\n- [C](https://www.c.dev/x) - Three.\n",
        ),
        Bad(
            "- [A](⟦https:⟧a.dev/x) - One.\n- [B](⟦https;//⟧b.dev) - Two.\n- [C](⟦https//:⟧c.dev) - Three.\n",
            "- [A](https://a.dev/x) - One.\n- [B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "- [A](⟦www.x.org⟧) - One.\n- [B](⟦github.com⟧/a/b) - Two.\n- [C](⟦a.github.io⟧/b/) - Three.\n",
            "- [A](https://www.x.org) - One.\n- [B](https://github.com/a/b) - Two.\n- [C](https://a.github.io/b/) - Three.\n",
        ),
        Bad("- [A](<https://a.dev/x⟦ ⟧y>) - One.\n"),
        Bad('<a href="https://a.dev/x⟦ ⟧y">A</a>\n'),
        Bad('<a href=" ⟦https:/⟧a.dev/x ">A</a>\n', '<a href=" https://a.dev/x ">A</a>\n'),
        Bad(
            '- [A](https://a.dev/x⟦"⟧) - One.\n- [B](https://a.dev/x?q=1⟦”⟧) - Two.\n',
            "- [A](https://a.dev/x) - One.\n- [B](https://a.dev/x?q=1) - Two.\n",
        ),
        Bad(
            '- [A](⟦"⟧https://a.dev/x) - One.\n- [B](⟦[⟧https://b.dev/x) - Two.\n',
            "- [A](https://a.dev/x) - One.\n- [B](https://b.dev/x) - Two.\n",
        ),
        Bad("- [A](⟦https://⟧) - One.\n- [B](⟦http://⟧?) - Two.\n"),
        Bad(
            "- [A](https://⟦a..dev⟧/x) - One.\n- [B](https://⟦github⟧/a/b) - Two.\n- [C](http://⟦1.2.3.400⟧/) - Three.\n"
        ),
        Bad("- [A](https://⟦a,b.dev⟧/x) - One.\n- [B](https://⟦-a.dev⟧/x) - Two.\n"),
        Bad("- [A][a]\n\n[a]: ⟦htps://⟧a.dev\n", "- [A][a]\n\n[a]: https://a.dev\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield the first fault of the URL."""
        target, blanks = node.target, 0
        if node.kind is LinkKind.HTML:
            blanks = len(target) - len(target.lstrip(_BLANKS))
            target = target.strip(_BLANKS)
        if not target or target.startswith(("#", "/", ".", "?")) or not is_first_use(node, ctx):
            return
        if target.startswith(("https://", "http://")) and _SOUND.fullmatch(target):
            return
        url = split(target)
        if _TEMPLATE.search(target[:300]):
            return
        fault = _fault(node, url, ctx)
        if fault is None:
            return
        place = Places(node).of(Span(fault.span.start + blanks, fault.span.end + blanks))
        fix = None
        if fault.text is not None and place is not None:
            applicability = Applicability.SAFE if fault.safe else Applicability.UNSAFE
            title = f"write `{fault.text}`" if fault.text else "remove it"
            fix = Fix(title, (Edit(place, fault.text),), applicability, may_change(node), guard=node.url_span)
        yield Finding(place or node.url_span, fault.message, fix)


_SOUND = lazy(
    r"(?i:https?)://(?!https?[:/])(?:(?!-)[a-z0-9-]{1,60}(?<!-)\.){1,6}[a-z]{2,20}(?:[/?#][^\s\"<>“”„«»]*+)?",
    re.IGNORECASE,
)
"""Most URLs: a shortcut, so that the rest is read with care."""


def _fault(node: Link, url: Url, ctx: Context) -> _Fault | None:
    found = _start(url.text) or _missing_scheme(node, url, ctx)
    if found is not None or url.scheme not in {"http", "https"}:
        return found
    return _host(url, node.kind) or _space(url.text) or _quote(url)


def _start(target: str) -> _Fault | None:
    """What is wrong before the host: junk, a doubled scheme, a misspelt one, its marks."""
    match = _START.match(target)
    if match is None:
        return None
    word = match["word"].lower()
    if match["junk"]:
        # A link pasted inside a link, `[x]([url](url))`, and two pairs of parentheses are ENT001's.
        if (
            "](" not in target
            and not (target[0] == "(" and target[-1] == ")")
            and word in {"http", "https"}
            and match["mark"] + match["more"] == "://"
        ):
            what = "white space" if match["junk"].isspace() else f"`{match['junk']}`"
            return _Fault(Span(0, len(match["junk"])), f"{what} before the URL", "", safe=match["junk"].isspace())
        return None
    doubled = _DOUBLED.match(target)
    if doubled:
        return _doubled(target, doubled)
    mark = match["mark"] + match["more"]
    if word in {"http", "https"}:
        wrong = mark != "://" and _HOST_START.match(target, match.end())
        meant = word
    else:
        wrong = "//" in mark and bool(_WRITTEN_SCHEME.fullmatch(word)) and word != "sftp"
        meant = "https" if "s" in word else "http"
    if not wrong or not (":" in mark or "//" in mark or "\\" in mark):
        return None
    written = target[: match.end()]
    return _Fault(Span(0, match.end()), f"`{written}` is no beginning of a URL", f"{meant}://")


def _doubled(target: str, doubled: re.Match[str]) -> _Fault:
    """A scheme before a scheme: the inner one is the URL that was pasted."""
    inner = _START.match(target, doubled.end())
    assert inner is not None  # the pattern looked ahead to it
    marks = inner["mark"] + inner["more"]
    end, text = (doubled.end(), "") if marks == "://" else (inner.end(), inner["word"].lower() + "://")
    return _Fault(Span(0, end), f"the scheme is doubled: `{shorten(target[:end] + target[end : end + 8], 30)}`", text)


def _missing_scheme(node: Link, url: Url, ctx: Context) -> _Fault | None:
    if node.kind in {LinkKind.BARE, LinkKind.AUTO} or not (url.is_relative or url.scheme.count(".")):
        return None
    match = _BARE_HOST.match(url.text)
    if match is None:
        return None
    host, end = match["host"].lower(), match["end"].lower()
    known = ctx.tables.get("hosts", HostTable).serves_https(host)
    believed = _ENDS if match["rest"] == "/" and not url.path.lower().endswith(".md") else _SURE_ENDS
    if not known and end not in believed and not (host.startswith("www.") and "." in host[4:]):
        return None
    text = f"https://{match['host']}"
    message = f"`{shorten(match['host'])}` without `https://` is a file beside this document"
    return _Fault(Span(0, match.end("host")), message, text, safe=known)


def _host(url: Url, kind: LinkKind) -> _Fault | None:
    if not url.host:
        end = url.path_start
        return _Fault(Span(0, end) if end else Span(0, len(url.text)), "the URL has no host")
    if url.host.startswith("[") or url.host in _SINGLE or _INVISIBLE.search(url.host):
        return None
    # A bracket right behind a bare URL closes one of the text around it.
    host = url.host.rstrip("]}") if kind is LinkKind.BARE else url.host
    labels = bare_host(host).split(".")
    if len(url.host) <= _MAX_HOST and all(_LABEL.fullmatch(label) for label in labels):
        if len(labels) == 4 and all(label.isascii() and label.isdigit() for label in labels):
            if all(int(label) < 256 for label in labels):
                return None
        elif len(labels) > 1 and not labels[-1].isdigit():
            return None
    return _Fault(url.host_span, f"no host can have the name `{shorten(url.host)}`")


def _space(target: str) -> _Fault | None:
    match = _SPACE.search(target)
    if match is None:
        return None
    at_end = match.end() == len(target)
    return _Fault(Span(*match.span()), "white space in the URL", "" if at_end else None)


def _quote(url: Url) -> _Fault | None:
    match = _QUOTE.search(url.text, url.path_start, url.path_start + len(url.path)) or _END_QUOTE.search(url.text)
    if match is None:
        return None
    if match[0] == ">" and match.end() == url.path_start + len(url.path):
        return None  # URL008 reports it
    if match[0] == '"' and match.start() > url.path_start + len(url.path) and url.text.count('"') % 2 == 0:
        return None
    at_end = match.end() == len(url.text)
    return _Fault(Span(*match.span()), f"`{match[0]}` in the URL", "" if at_end else None, safe=False)
