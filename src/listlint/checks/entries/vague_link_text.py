"""ENT009: a link text that does not say where it leads."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity
from listlint.model.nodes import EntryKind, Link, LinkKind
from listlint.model.patterns import lazy
from listlint.text.prose import is_vague
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Document, Entry

_SPECIAL = lazy(r"[\\`*_\[\]<>|]")
_SENTENCE = lazy(r"\w\s*+\Z")
"""A word right before a link, which is then part of its sentence."""
_NO_WORD = lazy(r"[\W_]++")
_STRUCTURAL = frozenset("[]<>|\n")
_SHOWN = frozenset({LinkKind.INLINE, LinkKind.FULL, LinkKind.COLLAPSED, LinkKind.SHORTCUT, LinkKind.HTML})
_REPLACEABLE = frozenset({LinkKind.INLINE, LinkKind.FULL})


class VagueLinkText(Rule[Link]):
    """A link text is "here", "link", "this" or the like, and does not say where it leads.

    People who skim the links, let them be read aloud, or search the page find a row of the same
    empty words. All occurrences in a document are one group.

    A cell of a table that holds nothing but such links is left alone: its column says what they
    are. So is a link into the document whose text is that of its target's heading, and the name
    of a product or site, which its host bears too (`[here](https://developer.here.com)`).
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        extra_words: Annotated[tuple[str, ...], msgspec.Meta(description="further link texts that say nothing")] = ()
        allowed_words: Annotated[tuple[str, ...], msgspec.Meta(description="link texts to leave alone")] = ()

    code, name = "ENT009", "vague-link-text"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    valid = (
        "- [Here we go](https://a.dev) - One.\n- [Linker](https://b.dev) - Two.\n- [PDF](https://c.dev)\n",
        "`[here](https://a.dev)`\n\nhere, https://a.dev/here and ![here](x.png)\n",
        "- [More](#more)\n\n## More\n\n- [Links](https://a.dev) - One.\n- [click](https://b.dev) - Two.\n",
        "| Title | Link |\n|---|---|\n| A | [link](https://a.dev) |\n| B | [link1](https://b.dev), [link2](https://c.dev) |\n",
        "- [Here](https://developer.here.com/) - Maps.\n- [this](https://www.this.org) - A magazine.\n",
        Good("- A: [link](https://a.dev)\n", {"allowed-words": ["link"]}),
    )
    invalid = (
        Bad(
            "# L\n\n#### A title [`READ`]\n\npaper link: [⟦here⟧](https://a.dev)\n\n"
            "#### Another title\n\npaper link: [⟦here⟧](https://b.dev)\n",
            "# L\n\n#### A title [`READ`]\n\npaper link: [A title](https://a.dev)\n\n"
            "#### Another title\n\npaper link: [Another title](https://b.dev)\n",
        ),
        Bad(
            "- **A *b* title**, by X. [⟦link⟧](https://a.dev)\n",
            "- **A *b* title**, by X. [A b title](https://a.dev)\n",
        ),
        Bad("- [A](https://a.dev) - A tool, see [⟦this⟧](https://b.dev) and [⟦Click here!⟧](https://c.dev).\n"),
        Bad(
            "- For a list of events, go [⟦here⟧](https://a.dev).\n- [2001] A title [[⟦link⟧](https://a.dev)]\n- [⟦here⟧](https://a.dev)\n"
        ),
        Bad('See <a href="https://a.dev">⟦here⟧</a>, [⟦链接⟧](https://b.dev) and [⟦Read more⟧](#x).\n'),
        Bad(
            "| Title | Notes |\n|---|---|\n| [A](https://a.dev) | it moved to [⟦here⟧](https://b.dev) |\n",
        ),
        Bad("Read it [⟦here⟧](https://a.dev/here.com), [⟦here⟧](https://here.a.dev) or [⟦this⟧](this.md).\n"),
        Bad("- A title: [⟦Go!⟧](https://a.dev)\n", options={"extra-words": ["go"]}),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the text of a link that says nothing."""
        if node.kind not in _SHOWN or node.is_image or node.image is not None or not self._is_vague(node.text):
            return
        entry = ctx.document.entry_at(node.span.start)
        if entry is not None and entry.kind is EntryKind.TABLE_ROW and self._has_own_cell(node, entry):
            return
        if node.is_fragment and node.target[1:].casefold() == node.text.strip().casefold():
            return
        if _names_host(node):
            return
        text = " ".join(node.text.split())
        message = f'the link text "{text}" does not say where it leads'
        yield Finding(node.text_span, message, self._fix(node, entry, ctx.document), group="ENT009:vague")

    @cached_property
    def _extra_words(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.options.extra_words)

    @cached_property
    def _allowed_words(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.options.allowed_words)

    def _is_vague(self, text: str) -> bool:
        return is_vague(text, self._extra_words) and text.strip().casefold() not in self._allowed_words

    def _has_own_cell(self, link: Link, row: Entry) -> bool:
        cell = next((cell for cell in row.cells if cell.span.covers(link.span)), None)
        return cell is not None and all(map(self._is_vague, re.findall(r"\w+", cell.text)))

    def _fix(self, link: Link, entry: Entry | None, document: Document) -> Fix | None:
        """Put the entry's title there, if the link is what the entry is about."""
        if entry is None or entry.title is None or entry.primary != link or link.kind not in _REPLACEABLE:
            return None
        title = entry.title
        if not title.text or title.span.overlaps(link.span) or self._is_vague(title.text):
            return None
        if _SENTENCE.search(document.text, max(0, link.span.start - 8), link.span.start) or not _is_whole(title.text):
            return None
        raw = document.slice(title.span)
        plain = raw == title.text and not _STRUCTURAL & set(raw)
        text = raw if plain else _SPECIAL.sub(r"\\\g<0>", title.text)
        edit = Edit(link.text_span, text.rstrip(" .,:;"))
        return Fix("use the entry's title", (edit,), Applicability.UNSAFE, May.TEXT, guard=title.span)


def _names_host(link: Link) -> bool:
    """Tell whether a link text is the name under which the host of its URL is registered."""
    labels = bare_host(split(link.target).host).split(".")
    return len(labels) > 1 and labels[-2] == _NO_WORD.sub("", link.text.casefold())


def _is_whole(title: str) -> bool:
    """Tell whether a title has all of its brackets, and was not cut out of a sentence."""
    return all(title.count(opening) == title.count(closing) for opening, closing in ("[]", "()"))
