"""AWE001: the awesome badge is missing or not the right one."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.model.nodes import Document, EntryKind
from listlint.text.urls import in_domain, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Link

_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))
_BADGE = "[![Awesome](https://awesome.re/badge.svg)](https://awesome.re)"
_SOURCES = ("badge.svg", "badge-flat.svg", "badge-flat2.svg")


class Badge(Rule[Document]):
    """The awesome badge is missing, comes from another place than awesome.re, leads elsewhere, or stands too late.

    The badge tells a reader that the list belongs to the collection, and leads to it. Old addresses of its
    image are gone, or show an old picture. A copy in the list's own repository that leads to the collection
    is fine: pages that load nothing from other hosts need one.

    Its place is anywhere above the first entry: beside the title, below it, or centred with a logo, in
    Markdown or HTML. Documents that are no list (fewer than 5 entries, contributing guide …) need none, nor does
    the collection itself: what links to awesome.re in words above its first entry.
    """

    code, name = "AWE001", "badge"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        f"# Awesome A {_BADGE}\n\n{_ENTRIES}",
        f"<!-- A comment -->\n\n# Awesome A\n\n[![x](https://awesome.re/badge-flat2.svg)](https://github.com/sindresorhus/awesome#readme)\n\n{_ENTRIES}",
        f'<div align="center">\n<img src="logo.png">\n<h1>A</h1>\n<a href="https://www.awesome.re/"><img src="https://awesome.re/badge.svg"></a>\n</div>\n\n{_ENTRIES}',
        Good("# Contributing\n\n" + _ENTRIES, path="contributing.md"),
        Good("# Notes\n\n" + _ENTRIES, path="notes.md"),
        Good("# Notes\n\n" + _ENTRIES, path="part/README.md"),
        f"# Awesome A [![Awesome](_static/awesome.png)](https://github.com/sindresorhus/awesome)\n\n{_ENTRIES}",
        f"# Awesome\n\nType [awesome.re](https://awesome.re) to go here.\n\n{_ENTRIES}",
        "# Awesome A\n\n- [A](https://a.dev) - Tool.\n",
    )
    invalid = (
        Bad(f"⟦# Awesome A⟧\n\n{_ENTRIES}"),
        Bad(
            f"# Awesome A [![x](⟦https://cdn.rawgit.com/sindresorhus/awesome/d730/media/badge.svg⟧)](https://awesome.re)\n\n{_ENTRIES}",
            f"# Awesome A [![x](https://awesome.re/badge.svg)](https://awesome.re)\n\n{_ENTRIES}",
        ),
        Bad(
            f"# Awesome A [![x](https://awesome.re/badge.svg)](⟦https://a.dev⟧)\n\n{_ENTRIES}",
            f"# Awesome A [![x](https://awesome.re/badge.svg)](https://awesome.re)\n\n{_ENTRIES}",
        ),
        Bad(
            f"# Awesome A [![Awesome](⟦https://b.dev/awesome.png⟧)](https://github.com/sindresorhus/awesome)\n\n{_ENTRIES}",
            f"# Awesome A [![Awesome](https://awesome.re/badge.svg)](https://github.com/sindresorhus/awesome)\n\n{_ENTRIES}",
        ),
        Bad(f"# Awesome A ⟦![x](https://awesome.re/badge.svg)⟧\n\n{_ENTRIES}"),
        Bad(f"# Awesome A\n\n## Tools\n\n{_ENTRIES}\n## Badge\n\n⟦{_BADGE}⟧\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield what is wrong with the first badge, or that there is none."""
        if not manifesto.is_list(node, ctx):
            return
        found = manifesto.badge(node, ctx)
        if found is None and _leads_by_words(node):
            return
        if found is None:
            yield Finding(_head(node), "the list has no awesome badge", whole=True)
            return
        place = (found.link or found.image).span
        first = next((entry for entry in node.entries if entry.kind is not EntryKind.HTML), None)
        if first is not None and place.start > first.span.start:
            yield Finding(place, "the awesome badge stands below the first entry")
        if found.link is None:
            yield Finding(found.image.span, "the awesome badge leads nowhere")
        elif not manifesto.leads_home(found.link):
            fix = _url_fix("link to awesome.re", found.link, "https://awesome.re")
            yield Finding(found.link.url_span, "the awesome badge does not lead to awesome.re", fix)
        if not _is_official(found.image) and not _is_own_copy(found):
            fix = _url_fix("take it from awesome.re", found.image, "https://awesome.re/badge.svg")
            yield Finding(found.image.url_span, "the image of the awesome badge is not that of awesome.re", fix)


def _head(document: Document) -> Span:
    heading = manifesto.title(document) or next(iter(document.headings), None)
    return heading.span if heading is not None else document.source.line_span(0)


def _leads_by_words(document: Document) -> bool:
    """Tell whether a link above the first entry leads to awesome.re, though no image is in it."""
    end = document.entries[0].span.start
    above = takewhile(lambda link: link.span.start < end, document.links)
    return any(not link.is_image and in_domain(split(link.target).host, "awesome.re") for link in above)


def _is_official(image: Link) -> bool:
    url = split(image.target)
    return in_domain(url.host, "awesome.re") and url.path.lstrip("/") in _SOURCES


def _is_own_copy(badge: manifesto.Badge) -> bool:
    """Tell whether the image lies in the list's own repository, and the link leads to the collection."""
    url = split(badge.image.target)
    return not url.scheme and not url.host and badge.link is not None and manifesto.leads_home(badge.link)


def _url_fix(title: str, link: Link, new: str) -> Fix:
    return Fix(title, (Edit(link.url_span, new),), Applicability.UNSAFE, May.URL)
