"""BibTeX in a list, and the entries that each reference belongs to."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.model.nodes import BibBlock, BlockKind, Document, EntryKind, Section
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import BibEntry
    from listlint.model.source import Source
    from listlint.parse.blocks import Blocks, Leaf
    from listlint.parse.draft import Draft

_LANGUAGES = frozenset({"bibtex", "bib", "biblatex", "latex", "tex", ""})
_FIRST = lazy(r"\s*+@[A-Za-z]++\s*+[{(]")
_PRE = lazy(r"@[A-Za-z]++\s*+[{(]")


def bib_blocks(blocks: Blocks) -> list[BibBlock]:
    """The BibTeX in fences, indented code and HTML, in document order."""
    kinds = blocks.by_kind
    coded = sorted(kinds[BlockKind.FENCE] + kinds[BlockKind.CODE] + kinds[BlockKind.HTML])
    found = [block for index in coded if (block := _block(blocks.leaves[index], blocks.source)) is not None]
    return [block for block in found if block.entries or block.strings]


def _block(leaf: Leaf, source: Source) -> BibBlock | None:
    if leaf.code is None or "@" not in leaf.code.content or not _is_bibtex(leaf):
        return None
    from listlint.parse import bibtex

    where = leaf.code
    start, end = 0, len(where.content)
    if leaf.kind is BlockKind.HTML:
        start = _PRE.search(where.content).start()  # type: ignore[union-attr]  # _is_bibtex has found it
        stop = where.content.find("</", start)
        end = stop if stop >= 0 else end
    content = where.span(start, end)
    if source[content] == where.content[start:end]:
        scan = bibtex.scan(source.text, content.start, content.end)
    else:
        lines, at = [], start
        for line in where.content[start:end].split("\n"):
            lines.append(where.span(at, at + len(line)) if line else Span(where.at(at), where.at(at)))
            at += len(line) + 1
        scan = bibtex.scan_lines(source.text, lines)
    return BibBlock(leaf.span, content, scan.entries, scan.strings, scan.problems)


def _is_bibtex(leaf: Leaf) -> bool:
    content = leaf.code.content if leaf.code else ""
    if leaf.kind is BlockKind.FENCE:
        language = leaf.info.split()[0].lower().strip("{}.") if leaf.info else ""
        return language in _LANGUAGES and (bool(_FIRST.match(content)) or language in ("bibtex", "bib", "biblatex"))
    if leaf.kind is BlockKind.CODE:
        return bool(_FIRST.match(content))
    return leaf.kind is BlockKind.HTML and bool(_PRE.search(content))


def attach(bib: Sequence[BibBlock], drafts: Sequence[Draft]) -> dict[int, tuple[BibEntry, ...]]:
    """The references of each entry, by ``id`` of its draft.

    A block belongs to the innermost entry around it, else to the entry above it in the same
    section; where that already has a block and is no heading, the block belongs to nobody.
    """
    if not bib:
        return {}
    ordered = sorted(drafts, key=lambda draft: (draft.span.start, -draft.span.end))
    starts = [draft.span.start for draft in ordered]
    owners: dict[int, tuple[BibEntry, ...]] = {}
    for block in bib:
        index = bisect_right(starts, block.span.start) - 1
        around = index
        while around >= 0 and block.span.start >= ordered[around].span.end and ordered[around].depth:
            around -= 1
        inside = around >= 0 and block.span.start < ordered[around].span.end
        chosen = ordered[around] if inside else ordered[index] if index >= 0 else None
        if chosen is None:
            continue
        near = inside or (
            chosen.section.own_end >= block.span.start
            and id(chosen) not in owners
            and chosen.kind is not EntryKind.HEADING
        )
        if near:
            owners[id(chosen)] = (*owners.get(id(chosen), ()), *block.entries)
    return owners


def parse_bib(source: Source) -> Document:
    """The document of a ``.bib`` file: one block of references, no sections of its own."""
    from listlint.parse import bibtex

    whole = Span(0, len(source.text))
    scan = bibtex.scan(source.text)
    root = Section(whole, 0, "", "", 0, None, (), whole.end)
    block = BibBlock(whole, whole, scan.entries, scan.strings, scan.problems)
    return Document(source=source, sections=(root,), bib=(block,))
