"""From blocks to the document: sections, tables of contents, entries, all with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from listlint.model.nodes import (
    Block,
    BlockKind,
    Cell,
    Document,
    Entry,
    EntryKind,
    FrontMatter,
    Heading,
    Item,
    Link,
    Role,
    Row,
    Section,
    Table,
    Toc,
    TocItem,
)
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse import html
from listlint.parse.bibliography import attach, bib_blocks
from listlint.parse.contents import inward
from listlint.parse.entries import EntryReader, in_order
from listlint.parse.navigation import navigation
from listlint.text.details import TextDetails
from listlint.text.slug import Slugger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listlint.model.nodes import BibEntry
    from listlint.parse.blocks import Blocks, Leaf
    from listlint.parse.draft import Draft

_GENERATED = lazy(
    r"auto[- ]?generated|(?:is|was|file|list|page|readme)\s+generated\s+(?:by|from|with|automatically)|"
    r"(?:do not|don't)\s+(?:manually\s+)?edit\s+(?:this\s+)?(?:file|page|readme|manually|directly)|best-of-generator|"
    r"best-of list generator|best-of-lists/best-of",
    re.IGNORECASE,
)
_GENERATED_COMMENT = lazy(r"generated\s+(?:by|from|with)|do(?: not|n't)\s+edit|auto-?generated", re.IGNORECASE)
_TOC_TOOL = lazy(r"\btoc\b|table of contents", re.IGNORECASE)
_SCALAR = lazy(r"^(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>[^\n]*?)[ \t]*$", re.MULTILINE)
TOC_LEAD = 24
"""Characters that may stand before the link of an item of the contents."""
TOC_SHARE = 0.8
"""Share of links into the document that makes a list a table of contents."""


def assemble(blocks: Blocks) -> Document:
    """Build the document of a parsed file."""
    source, out = blocks.source, blocks.out
    headings = _headings(blocks)
    sections = _sections(headings, len(source.text))
    own = inward(out.links, [*out.anchors, *(heading.anchor for heading in headings)])
    tocs, toc_items = _tocs(blocks, own)
    reader = EntryReader(blocks, sections, toc_items)
    drafts = reader.read()
    flat = list(_flat(drafts))
    owned: dict[int, Role] = {}
    for draft in flat:
        owned.update(draft.fields.roles)
    around = frozenset(navigation(blocks, owned))
    links = list(out.links)
    for index, link in enumerate(links):
        role = owned.get(index) or _role(index, link, tocs, own, around)
        if link.role is not role:
            links[index] = replace(link, role=role)
    bib = bib_blocks(blocks)
    owners = attach(bib, flat)
    built: dict[int, Entry] = {}
    entries = [_entry(draft, links, source.text, owners, built) for draft in drafts]
    items = _items(blocks, reader, built, toc_items)
    anchors = out.anchors | {f"user-content-{anchor}" for anchor in out.anchors}
    anchors |= {heading.anchor for heading in headings} | {f"user-content-{heading.anchor}" for heading in headings}
    return Document(
        source=source,
        sections=tuple(sections),
        headings=tuple(headings),
        entries=tuple(in_order(list(_all(entries)))),
        items=items,
        links=tuple(in_order(links)),
        definitions=tuple(sorted(blocks.definitions, key=lambda d: d.span.start)),
        references=tuple(sorted(out.references, key=lambda r: r.span.start)),
        anchors=frozenset(anchors),
        ids=frozenset(out.anchors),
        toc=tuple(_toc(blocks, toc, links, own) for toc in tocs),
        tables=tuple(_table(leaf) for leaf in blocks.leaves if leaf.rows),
        blocks=tuple(_block(leaf) for leaf in blocks.leaves),
        bib=tuple(bib),
        directives=tuple(sorted(out.directives, key=lambda d: d.span.start)),
        front_matter=_front_matter(blocks),
        masks=tuple(out.masks),
        generated=_generated(blocks),
        too_deep=blocks.too_deep,
    )


# -- headings and sections --------------------------------------------------------------------------


def _headings(blocks: Blocks) -> list[Heading]:
    slugger = Slugger()
    found: list[Heading] = []
    for index in sorted(blocks.by_kind[BlockKind.HEADING] + blocks.by_kind[BlockKind.HTML]):
        leaf = blocks.leaves[index]
        if leaf.kind is BlockKind.HEADING:
            found.append(_heading(leaf, blocks, slugger))
        elif leaf.tags:
            found.extend(_html_headings(leaf, blocks, slugger))
    return found


def _heading(leaf: Leaf, blocks: Blocks, slugger: Slugger) -> Heading:
    inline = leaf.inline
    shown = "".join(piece.text for piece in inline.pieces) if inline else ""
    text = shown.strip()
    links = [blocks.out.links[i] for i in inline.links] if inline else []
    content = inline.span if inline else Span(leaf.span.end, leaf.span.end)
    return Heading(
        leaf.span,
        content,
        leaf.level,
        text,
        slugger.slug(shown),
        setext=leaf.setext,
        has_link=any(not link.is_image for link in links),
        has_image=any(link.is_image for link in links),
    )


_HTML_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _html_headings(leaf: Leaf, blocks: Blocks, slugger: Slugger) -> Iterable[Heading]:
    assert leaf.code is not None
    opened: html.Tag | None = None
    for tag in leaf.tags:
        if tag.name not in _HTML_HEADINGS:
            continue
        if not tag.closing:
            opened = tag
        elif opened is not None:
            span, content = leaf.code.span(opened.start, tag.end), leaf.code.span(opened.end, tag.start)
            inner = leaf.code.content[opened.end : tag.start]
            text = html.visible(inner)
            links = [blocks.out.links[i] for i in (leaf.inline.links if leaf.inline else ())]
            inside = [link for link in links if span.covers(link.span)]
            yield Heading(
                span,
                content,
                int(opened.name[1]),
                text,
                slugger.slug(text),
                html=True,
                has_link=any(not link.is_image for link in inside),
                has_image=any(link.is_image for link in inside),
            )
            opened = None


def _sections(headings: Sequence[Heading], size: int) -> list[Section]:
    """The sections in document order; the first is what stands before any heading."""
    starts = [0, *(heading.span.start for heading in headings)]
    levels = [0, *(heading.level for heading in headings)]
    ends = [size] * len(starts)
    parents: list[int | None] = [None] * len(starts)
    stack: list[int] = []
    for index, level in enumerate(levels):
        while stack and levels[stack[-1]] >= level:
            ends[stack.pop()] = starts[index]
        parents[index] = stack[-1] if stack else None
        stack.append(index)
    sections: list[Section] = []
    for index, start in enumerate(starts):
        heading = headings[index - 1] if index else None
        title = heading.text if heading else ""
        parent = parents[index]
        path = (*(sections[parent].path if parent is not None else ()), *([title] if heading else []))
        own_end = starts[index + 1] if index + 1 < len(starts) else size
        anchor = heading.anchor if heading else ""
        sections.append(
            Section(Span(start, ends[index]), levels[index], title, anchor, index, parent, path, own_end, heading)
        )
    return sections


# -- tables of contents -----------------------------------------------------------------------------


def _tocs(blocks: Blocks, own: frozenset[int]) -> tuple[list[list[int]], frozenset[int]]:
    """The lists whose links lead into the document (those of ``own``), each as item indices, and all their items."""
    if len(own) < 2:
        return [], frozenset()
    leading = {
        leaf.item
        for leaf in blocks.leaves
        if leaf.item is not None and leaf.inline is not None and not own.isdisjoint(leaf.inline.links)
    }
    by_list: dict[int, list[int]] = {}
    root_list: list[int] = []
    for index, item in enumerate(blocks.items):
        root = item.list_id if item.parent is None else root_list[item.parent]
        root_list.append(root)
        by_list.setdefault(root, []).append(index)
    found, members = [], set()
    for items in by_list.values():
        if leading.isdisjoint(items):
            continue
        inlines = [blocks.leaves[leaf].inline for i in items for leaf in blocks.items[i].leaves]
        numbers = [number for inline in inlines if inline is not None for number in inline.links]
        shown = [number for number in numbers if not blocks.out.links[number].is_image]
        inside = sum(number in own for number in shown)
        many = inside >= 2 and inside >= TOC_SHARE * len(shown) and inside >= len(items) / 2
        if many and sum(_leads(blocks, index, own) for index in items) * 2 >= len(items):
            found.append(items)
            members.update(items)
    return found, frozenset(members)


def _leads(blocks: Blocks, index: int, own: frozenset[int]) -> bool:
    """Tell whether an item starts with its link into the document, a mark or a number aside; prose does not."""
    item = blocks.items[index]
    inline = blocks.leaves[item.leaves[0]].inline if item.leaves else None
    if inline is None:
        return False
    starts = (blocks.out.links[number].span.start for number in inline.links if number in own)
    return next(starts, item.marker.span.end + TOC_LEAD + 1) - item.marker.span.end <= TOC_LEAD


def _toc(blocks: Blocks, items: Sequence[int], links: Sequence[Link], own: frozenset[int]) -> Toc:
    source = blocks.source
    lines: list[TocItem] = []
    for index in items:
        item = blocks.items[index]
        inline = blocks.leaves[item.leaves[0]].inline if item.leaves else None
        link = next((links[i] for i in inline.links if i in own), None) if inline else None
        if link is not None:
            line = source.line_span(source.line_index(item.marker.span.start))
            lines.append(TocItem(link, item.marker.depth, line, item.marker.text, inline.visible if inline else ""))
    first, last = blocks.items[items[0]], max((blocks.items[i] for i in items), key=lambda item: item.span.end)
    start = source.line_starts[source.line_index(first.span.start)]
    return Toc(Span(start, last.span.end), tuple(lines))


# -- entries ----------------------------------------------------------------------------------------


def _flat(drafts: Iterable[Draft]) -> Iterable[Draft]:
    for draft in drafts:
        yield draft
        if draft.children:
            yield from _flat(draft.children)


def _all(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        yield entry
        if entry.children:
            yield from _all(entry.children)


def _role(
    index: int, link: Link, tocs: Sequence[Sequence[int]], own: frozenset[int], navigation: frozenset[int]
) -> Role:
    """The role of a link that belongs to no entry."""
    if link.role is not Role.MENTION:
        return link.role
    if index in own:
        return Role.TOC if tocs else Role.NAVIGATION
    if link.image is not None and not link.text.strip():
        return Role.BADGE
    return Role.NAVIGATION if index in navigation else Role.MENTION


def _entry(
    draft: Draft, links: Sequence[Link], text: str, owners: dict[int, tuple[BibEntry, ...]], built: dict[int, Entry]
) -> Entry:
    fields = draft.fields
    primary = links[fields.primary] if fields.primary is not None else None
    children = tuple([_entry(child, links, text, owners, built) for child in draft.children]) if draft.children else ()
    rest = fields.description
    start = draft.head.start if rest is None or draft.kind is EntryKind.HEADING else rest.span.start
    own = sorted(set(fields.links), key=lambda i: links[i].span.start) if len(fields.links) > 1 else fields.links
    details = TextDetails(text, start, draft.head.end, draft.stated, primary.target if primary else None)
    # By position: twenty keywords take six times as long as all the rest of making one.
    entry = Entry(
        draft.span,
        draft.head,
        draft.kind,
        fields.title,
        primary,
        tuple([links[i] for i in own]),
        draft.section,
        draft.marker,
        fields.separator,
        fields.description,
        details,
        fields.status,
        fields.status_span,
        tuple(fields.tags),
        owners.get(id(draft), ()),
        tuple(draft.annotations),
        children,
        draft.columns,
        draft.cells,
        draft.depth,
    )
    if draft.item is not None:
        built[draft.item] = entry
    return entry


def _items(blocks: Blocks, reader: EntryReader, built: dict[int, Entry], toc_items: frozenset[int]) -> tuple[Item, ...]:
    items = []
    for index, raw in enumerate(blocks.items):
        inline = blocks.leaves[raw.leaves[0]].inline if raw.leaves else None
        head = inline.span if inline else Span(raw.marker.span.end, raw.marker.span.end)
        text = inline.visible if inline else ""
        entry = built.get(index)
        section = entry.section if entry is not None else reader.section_at(raw.span.start)
        toc = index in toc_items
        # By position, as entries.
        items.append(
            Item(raw.span, head, raw.marker, section, raw.list_id, raw.parent, text, entry, raw.ordered, raw.tight, toc)
        )
    return tuple(items)


# -- the rest ---------------------------------------------------------------------------------------


def _block(leaf: Leaf) -> Block:
    inline = leaf.inline
    if inline is None:
        return Block(leaf.kind, leaf.span, leaf.lines, leaf.depth, leaf.item, leaf.info)
    return Block(leaf.kind, leaf.span, leaf.lines, leaf.depth, leaf.item, leaf.info, inline.visible, inline.span)


def _table(leaf: Leaf) -> Table:
    rows = [Row(row.span, tuple(Cell(cell.span, cell.visible) for cell in row.cells)) for row in leaf.rows]
    return Table(leaf.span, rows[0], tuple(rows[1:]))


def _front_matter(blocks: Blocks) -> FrontMatter | None:
    leaf = next((leaf for leaf in blocks.leaves[:1] if leaf.kind is BlockKind.FRONT_MATTER), None)
    if leaf is None:
        return None
    text = blocks.source[leaf.span]
    values = {match["key"]: match["value"].strip("\"'") for match in _SCALAR.finditer(text)}
    return FrontMatter(leaf.span, values)


def _generated(blocks: Blocks) -> bool:
    """Tell whether a comment or the text's first or last lines say that a program wrote it."""
    for body in blocks.out.comments:
        if _GENERATED_COMMENT.search(body[:400]) and not _TOC_TOOL.search(body[:400]):
            return True
    text = blocks.source.text
    return any(_GENERATED.search(part) is not None for part in (text[:3000], text[-1500:]))
