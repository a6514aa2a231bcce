"""AWE003: a long list has no table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api, manifesto
from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_SECTIONS, _ENTRIES = 5, 30
_GENERATED = lazy(
    r"(?i)\[TOC\]|\[\[_TOC_\]\]|\{:\s*toc|\{\{[^}]{0,80}\btoc\b|<!--[^>]{0,80}\btoc\b|\btableofcontents\b"
)
_NAVIGATION = 3
"""Links into the document above the first entry that are as good as a table of contents."""


def _sections(count: int, links: str = "") -> str:
    """A list of ``count`` sections with six entries each."""
    text = "".join(
        f"\n## Part {chr(65 + n)}\n\n" + "".join(f"- [T{n}{k}](https://a.dev/{n}/{k}) - Tool.\n" for k in range(6))
        for n in range(count)
    )
    return f"# Awesome A\n{links}{text}"


class MissingToc(Rule[Document]):
    """A list of many sections has no table of contents.

    A reader who looks for one topic has to scroll through all of them.

    Lists with fewer than 5 sections of entries, or fewer than 30 entries, need none. A line of links to
    the sections is one too, as is a tag that makes one (`[TOC]`, `{:toc}`), and a list that mostly links to
    other files of its repository.
    """

    class Options(api.Options, frozen=True):
        """When a list is long."""

        sections: Annotated[int, msgspec.Meta(description="sections with entries that need a table", ge=1)] = _SECTIONS
        entries: Annotated[int, msgspec.Meta(description="entries that need a table", ge=1)] = _ENTRIES

    code, name = "AWE003", "missing-toc"
    severity = Severity.WARNING
    valid = (
        _sections(4),
        _sections(
            6, "\n- [A](#part-a)\n- [B](#part-b)\n- [C](#part-c)\n- [D](#part-d)\n- [E](#part-e)\n- [F](#part-f)\n"
        ),
        _sections(6, "\n[A](#part-a) · [B](#part-b) · [C](#part-c)\n"),
        _sections(6, "\n[TOC]\n"),
        _sections(6, "\n* TOC\n{:toc}\n"),
        _sections(6).replace("https://a.dev/", "./part-"),
        Good(_sections(6).replace("Awesome ", ""), path="notes.md"),
    )
    invalid = (
        Bad(_sections(6).replace("# Awesome A", "⟦# Awesome A⟧")),
        Bad(_sections(3).replace("# Awesome A", "⟦# Awesome A⟧"), options={"sections": 3, "entries": 18}),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding, on the title."""
        if node.toc or not manifesto.is_list(node, ctx) or len(node.entries) < self.options.entries:
            return
        filled = sum(1 for section in node.sections if section.level and node.entries_of(section))
        if filled < self.options.sections:
            return
        if (
            _is_index(node)
            or sum(1 for link in node.links if link.is_fragment) >= _NAVIGATION
            or _GENERATED.search(node.text)
        ):
            return
        heading = manifesto.title(node) or next(iter(node.headings), None)
        if heading is not None:
            message = f"the list has {filled} sections with {len(node.entries)} entries, and no table of contents"
            yield Finding(heading.span, message, whole=True)


def _is_index(document: Document) -> bool:
    """Tell whether half of the entries lead to other files of the list: it is a table of contents itself."""
    primaries = [entry.primary for entry in document.entries if entry.primary is not None]
    return 2 * sum(1 for link in primaries if split(link.target).is_relative) >= len(primaries) > 0
