"""Holds the built site to its promises: it asks no other host for anything, and its links lead somewhere."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""Tags by which a browser loads something unasked, and the attributes that say from where."""
_NAMED_ONLY = frozenset({"canonical", "license", "me"})
"""Relations of ``<link>`` that a browser does not follow by itself."""
_ASKING = {"mermaid": "class", "source": "data-md-component", "arithmatex": "class"}
"""What makes the theme's script ask other hosts: for a library, for the stars of a repository."""
_OTHER_HOST = lazy(r"(?:[A-Za-z][A-Za-z0-9+.-]*+:)?//(?!/)")
_IN_STYLE = lazy(r"(?:url\(\s*+[\"']?|@import\s++[\"'])(?P<url>[^)\"']++)")
_SCHEME = lazy(r"[A-Za-z][A-Za-z0-9+.-]*+:|//")


class _Page(HTMLParser):
    """What one page loads, links to and offers as anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.asks: list[str] = []
        self._styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        given = {name: value or "" for name, value in attrs}
        self._styled = tag == "style"
        self.anchors.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag != "link" or not _NAMED_ONLY.issuperset(given.get("rel", "").split()):
            self.loads += [given[name] for name in _LOADING.get(tag, ()) if name in given]
        self.loads += [match["url"] for match in _IN_STYLE.finditer(given.get("style", ""))]
        self.asks += [word for word, name in _ASKING.items() if word in given.get(name, "").split()]

    def handle_data(self, data: str) -> None:
        """Note what a style sheet inside the page loads."""
        if self._styled:
            self.loads += [match["url"] for match in _IN_STYLE.finditer(data)]

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self._styled = False


def problems(folder: Path) -> Iterator[str]:
    """Say what is wrong with a built site, one line for each place; nothing if all is well."""
    pages = {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.html"))}
    if "index.html" not in pages:
        yield "there is no index.html"
    if not (folder / "search" / "search_index.json").is_file():
        yield "there is no search index"
    for name, page in pages.items():
        yield from (f"{name} loads {url}" for url in page.loads if _OTHER_HOST.match(url.strip()))
        yield from (f"{name} has `{word}`, for which the theme asks other hosts" for word in page.asks)
        if name != "404.html":  # its links start at the root of a host that nobody knows here
            dead = (url for url in page.links if _dead(url, name, pages, folder))
            yield from (f"{name} links to {url}, which is not there" for url in dead)
    for path in sorted(folder.rglob("*.css")):
        loaded = (match["url"].strip() for match in _IN_STYLE.finditer(path.read_text(encoding="utf-8")))
        name = path.relative_to(folder).as_posix()
        yield from (f"{name} loads {url}" for url in loaded if _OTHER_HOST.match(url))


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def _dead(url: str, name: str, pages: dict[str, _Page], folder: Path) -> bool:
    """Tell whether a link within the site leads to no file, or to no anchor of a page."""
    if _SCHEME.match(url):
        return False
    path, _, fragment = url.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
    if target in (".", "") or target.endswith("/"):
        target = posixpath.join(target, "index.html")
    if target not in pages:
        return not (folder / target).is_file()
    return bool(fragment) and unquote(fragment) not in pages[target].anchors and not fragment.startswith("__")
