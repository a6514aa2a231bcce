"""From blocks to entries: the shapes in which lists name their works."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from operator import lt
from typing import TYPE_CHECKING, TypeVar

from listlint.model.nodes import BlockKind, EntryKind, Field, Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse.draft import Draft
from listlint.parse.head import Head, Roles, is_title, read_head, visible
from listlint.parse.html_entries import HtmlEntries
from listlint.parse.paragraphs import Paragraphs
from listlint.text.metadata import read_below
from listlint.text.roles import is_address, role_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from listlint.model.nodes import Entry, Link, Section
    from listlint.parse.blocks import Blocks, Leaf, RawItem
    from listlint.parse.inline import Inline

_Placed = TypeVar("_Placed", "Draft", "Entry", "Link")

_BIB = lazy(r"@[A-Za-z]+\s*+[{(]")
_NO_ENTRY_TITLE = lazy(
    r"(?:how to )?(?:cit(?:e|ing|ation)s?\b|bibtex|contribut|licen[cs]e|about|contact|acknowledg|star history|"
    r"table of contents|contents|related|credits|support|sponsor|news|update|disclaimer|引用|贡献|许可)",
    re.IGNORECASE,
)
_TITLE_COLUMN = lazy(
    r"(?:paper )?(?:title|name|paper|project|library|tool|repo(?:sitory)?|model|dataset|resource|link|book|course|api|"
    r"package|application|app|method|company|framework|标题|论文|名称|项目|제목|이름|タイトル)s?\b",
    re.IGNORECASE,
)
_FIELD_COLUMNS = {
    "description": lazy(r"(?:short )?(?:description|summary|notes?|comments?|简介|描述|설명|説明)", re.IGNORECASE),
    "authors": lazy(r"authors?|by\b|作者", re.IGNORECASE),
    "venue": lazy(r"venue|conference|journal|publication|pub\b|where|会议", re.IGNORECASE),
    "date": lazy(r"date|year|time|published|日期|年", re.IGNORECASE),
}
_LACKING = lazy(r"(?P<label>[^:：]{1,40})[:：]\s*+\S{0,12}(?:\s\S{1,8})?\s*+")
"""A label and a word or two: ``None``, ``coming soon``, ``暂无``."""
_WORD_BREAK = lazy(r"[\s:：|,/()\[\]·•-]+")
_TEXTUAL = (BlockKind.PARAGRAPH, BlockKind.HEADING)
MIN_REPEATED = 2
"""Headings or bold paragraphs of one shape that make it the shape of entries."""
FEW = 8
"""Nested items with links among which one role word is enough to be a link of the entry above."""


class EntryReader:
    """Finds the entries of a document, in document order."""

    def __init__(self, blocks: Blocks, sections: Sequence[Section], toc_items: frozenset[int]) -> None:
        self.blocks = blocks
        self.links: Sequence[Link] = blocks.out.links
        self.roles = Roles(self.links, blocks.roles)
        self.sections = sections
        self.toc_items = toc_items
        self.starts = [section.span.start for section in sections]
        self.leaf_starts = [leaf.span.start for leaf in blocks.leaves]
        headings = [blocks.leaves[index] for index in blocks.by_kind[BlockKind.HEADING]]
        self.heading_inline = {leaf.span.start: leaf.inline for leaf in headings}
        self.claimed_leaves: set[int] = set()
        self.claimed_items: set[int] = set()
        self.bold_leaves: set[int] = set()
        self.no_content = frozenset([i for i, link in enumerate(self.links) if link.is_image or link.is_fragment])

    def read(self) -> list[Draft]:
        """Every entry that is not nested in another."""
        drafts = list(self.headings())
        if self.blocks.by_kind[BlockKind.HTML]:
            drafts.extend(HtmlEntries(self).read())
        drafts.extend(self.bolds())
        drafts.extend(Paragraphs(self).read())
        drafts.extend(self.root_items())
        for index in self.blocks.by_kind[BlockKind.TABLE]:
            drafts.extend(self.table(self.blocks.leaves[index]))
        return in_order(drafts)

    def section_at(self, offset: int) -> Section:
        """The innermost section that holds an offset."""
        return self.sections[bisect_right(self.starts, offset) - 1]  # the first begins at 0

    # -- links ------------------------------------------------------------------------------------

    def content_links(self, inline: Inline | None) -> list[int]:
        """The links of an inline content that could be entries: no images, no fragments."""
        return [i for i in inline.links if i not in self.no_content] if inline is not None else []

    def only_roles(self, inline: Inline | None) -> bool:
        """Tell whether a content is nothing but role links with their labels."""
        links = self.content_links(inline)
        if inline is None or not links:
            return False
        roles = [self.roles.of(i, inline.pieces) for i in links]
        if Role.NAVIGATION in roles:
            return False
        if any(role is None and not is_address(self.links[i].text) for i, role in zip(links, roles, strict=True)):
            return False
        rest = visible([piece for piece in inline.pieces if piece.link < 0])
        words = [word for word in _WORD_BREAK.split(rest) if any(c.isalnum() for c in word)]
        # Scripts without spaces between words have a sentence where others have a word.
        sizes = [1 if word.isascii() else 1 + len(word) // 8 for word in words if role_of(word) is None]
        return sum(sizes) <= len(links)

    def link_line(self, inline: Inline | None) -> bool:
        """Tell whether a paragraph starts with a role link, perhaps behind its label."""
        links = self.content_links(inline)
        if inline is None or not links:
            return False
        role = self.roles.of(links[0], inline.pieces)
        if role is None or role in (Role.BADGE, Role.NAVIGATION):
            return False
        first = next(i for i, piece in enumerate(inline.pieces) if piece.link == links[0])
        before = visible(inline.pieces[:first])
        return len(before.split()) <= 3 and (not any(c.isalnum() for c in before) or ":" in before or "：" in before)

    # -- list items -------------------------------------------------------------------------------

    def head_inline(self, item: RawItem) -> Inline | None:
        """The inline content that an item starts with."""
        if not item.leaves:
            return None
        leaf = self.blocks.leaves[item.leaves[0]]
        return leaf.inline if leaf.kind in _TEXTUAL else None

    def root_items(self) -> list[Draft]:
        """Entries of the outermost lists."""
        found: list[Draft] = []
        passed = self.claimed_items | self.toc_items
        for index, item in enumerate(self.blocks.items):
            if item.parent is None and index not in passed:
                self.item(index, None, found)
        return found

    def item(self, index: int, parent: Draft | None, found: list[Draft]) -> None:
        """Add the drafts of an item to those found: itself, or those of its children where it is plain."""
        item = self.blocks.items[index]
        draft = self.item_draft(index, parent)
        if draft is None:
            if parent is not None:
                inline = self.head_inline(item)
                parent.annotations.append(Field(inline.span if inline else item.span, inline.visible if inline else ""))
            for child in item.children:
                self.item(child, parent, found)
            return
        if item.children:
            adopting = self.role_children(item)
            for child in item.children:
                self.child(child, draft, adopting=adopting)
        if parent is not None:
            draft.kind = EntryKind.NESTED
        found.append(draft)

    def child(self, index: int, draft: Draft, *, adopting: bool) -> None:
        """Add what a nested item has to the entry above it: links of its own, or entries."""
        item = self.blocks.items[index]
        inline = self.head_inline(item)
        if adopting and self.only_roles(inline):
            self.adopt(draft, inline)
            for child in item.children:
                self.child(child, draft, adopting=adopting)
        else:
            self.item(index, draft, draft.children)

    def role_children(self, item: RawItem) -> bool:
        """Tell whether the items in one hold links of its work; ``git`` among many tools is no link to code."""
        heads = [self.head_inline(self.blocks.items[child]) for child in item.children]
        linked = [inline for inline in heads if self.linked(inline)]
        roles = sum(map(self.only_roles, linked))
        return roles > 0 and (roles * 4 >= len(linked) or len(linked) <= FEW)

    def adopt(self, draft: Draft, inline: Inline | None) -> None:
        """Make the links of a further paragraph or nested item links of the entry."""
        if inline is None:
            return
        for index in inline.links:
            if index in draft.fields.roles:
                continue
            draft.fields.links.append(index)
            draft.fields.roles[index] = self.roles.of(index, inline.pieces) or Role.MENTION
        content = [i for i in self.content_links(inline) if draft.fields.roles.get(i) is not Role.BADGE]
        if draft.fields.primary is None and content:
            order = (Role.PAPER, Role.PDF, Role.BOOK, Role.PROJECT)
            ranked = [i for role in order for i in content if draft.fields.roles[i] is role]
            draft.fields.primary = (ranked or content)[0]

    def item_draft(self, index: int, parent: Draft | None) -> Draft | None:
        """The entry that an item is, or None for a plain item."""
        item = self.blocks.items[index]
        inline = self.head_inline(item)
        fields = inline.head if inline is not None else None
        # Only what is linked has a primary link.
        if (fields is None or fields.primary is None) and not self.is_entry(item, inline):
            return None
        if fields is None:
            fields = read_head(inline.pieces if inline else [], inline.links if inline else [], self.roles, item=True)
        kind = EntryKind.NUMBERED if item.ordered else EntryKind.BULLET
        head = inline.span if inline else item.span
        draft = Draft(kind, item.span, head, self.section_at(item.span.start), fields, item.marker, item=index)
        if parent is not None:
            draft.depth = parent.depth + 1
        for other in self.item_texts(item) if len(item.leaves) > 1 else ():
            if other is not None and other is not inline:
                self.adopt(draft, other)
                if not self.only_roles(other) and not self.says(draft, inline, other):
                    draft.annotations.append(Field(other.span, other.visible))
        return draft

    def item_texts(self, item: RawItem) -> list[Inline | None]:
        """The inline contents of an item's own paragraphs and headings."""
        leaves = [self.blocks.leaves[index] for index in item.leaves]
        return [leaf.inline for leaf in leaves if leaf.kind in _TEXTUAL]

    def is_entry(self, item: RawItem, inline: Inline | None) -> bool:
        """Tell whether an item, which starts with a content if any, has the links of an entry."""
        if inline is None:
            leaves = [self.blocks.leaves[index] for index in item.leaves]
            if not any(self.content_links(leaf.inline) for leaf in leaves if leaf.kind is not BlockKind.HTML):
                return False
        return any(map(self.linked, self.item_texts(item))) or (inline is not None and self.role_children(item))

    def says(self, draft: Draft, inline: Inline | None, other: Inline) -> bool:
        """Tell whether a paragraph below a title holds the fields of the work and nothing else.

        They are read there then, and if it begins with authors.
        """
        if draft.stated or inline is None or not is_title(draft.fields, inline.pieces):
            return False
        start = other.span.start
        below = read_below(self.blocks.source.text[start : other.span.end])
        if below.led or below.alone:
            for name, found in below.fields.items():
                draft.stated[name] = Field(Span(start + found.start, start + found.end), found.text)
        return below.alone

    def linked(self, inline: Inline | None) -> bool:
        """Tell whether a content has a link that makes it an entry, not only a badge."""
        if inline is None:
            return False
        links = self.content_links(inline)
        badges = False
        for index in links:
            role = self.roles.of(index, inline.pieces)
            if role is not Role.BADGE and role is not Role.NAVIGATION:
                return True
            badges = badges or role is Role.BADGE
        return badges and bool(visible(inline.pieces))

    # -- headings ---------------------------------------------------------------------------------

    def between(self, span: Span) -> range:
        """The indices of the leaves that start inside a span."""
        return range(bisect_left(self.leaf_starts, span.start), bisect_left(self.leaf_starts, span.end))

    def headings(self) -> Iterator[Draft]:
        """Entries in the form of headings, where there are several."""
        found = [draft for section in self.sections if (draft := self.heading(section, mixed=False))]
        if len(found) < MIN_REPEATED:
            return
        for draft in [*found, *self.siblings(found)]:
            for index in self.between(draft.section.body):
                self.claimed_leaves.add(index)
                item = self.blocks.leaves[index].item
                while item is not None:
                    self.claimed_items.add(item)
                    item = self.blocks.items[item].parent
            yield draft

    def siblings(self, found: Sequence[Draft]) -> Iterator[Draft]:
        """Headings that are links among others that are, though items with links stand below them."""
        groups = Counter(_group(draft.section) for draft in found if draft.fields.primary is not None)
        totals = Counter(map(_group, self.sections))
        known = {draft.section.index for draft in found}
        more: dict[tuple[int | None, int], list[Draft]] = {}
        for section in self.sections:
            group = _group(section)
            if section.index in known or groups[group] < MIN_REPEATED or groups[group] * 2 < totals[group]:
                continue
            if draft := self.heading(section, mixed=True):
                more.setdefault(group, []).append(draft)
        for group, drafts in more.items():
            if (groups[group] + len(drafts)) * 5 >= totals[group] * 4:
                yield from drafts

    def heading(self, section: Section, *, mixed: bool) -> Draft | None:
        """A heading with link lines or BibTeX of its own, or one that is a link.

        ``mixed`` allows items with links below one that is a link.
        """
        heading = section.heading
        if heading is None or heading.level == 1 or _NO_ENTRY_TITLE.match(heading.text.strip()):
            return None
        own = self.heading_inline.get(heading.span.start)
        body = [self.blocks.leaves[i] for i in self.between(section.body)]
        title_links = [i for i in self.content_links(own) if self.roles.of(i, own.pieces if own else []) is None]
        lines = self.link_lines(body)
        if lines is None and mixed and title_links:
            lines = []
        if lines is None or own is None or not (lines or title_links or any(map(self.has_bib, body))):
            return None
        if title_links and section.own_end != section.span.end:
            return None
        if not title_links and not self.is_work(section, lines, body):
            return None
        fields = read_head(own.pieces, own.links, self.roles, item=False)
        if not title_links:
            fields.primary = None
            fields.title, fields.description, fields.separator = self.heading_title(own), None, None
        draft = Draft(EntryKind.HEADING, Span(heading.span.start, section.own_end), heading.content, section, fields)
        draft.span = Span(heading.span.start, self.trimmed(section.own_end))
        for leaf in body:
            if self.content_links(leaf.inline):
                self.adopt(draft, leaf.inline)
            elif leaf.kind is BlockKind.PARAGRAPH and leaf.inline is not None and not _is_label(leaf.inline):
                draft.annotations.append(Field(leaf.inline.span, leaf.inline.visible))
        return draft

    def link_lines(self, body: Sequence[Leaf]) -> list[Inline | None] | None:
        """The link lines below a heading, or None if there are list items with links of other kinds."""
        lines: list[Inline | None] = []
        for leaf in body:
            if self.link_line(leaf.inline):
                lines.append(leaf.inline)
            elif leaf.item is not None and self.linked(leaf.inline):
                return None
        return lines

    def is_work(self, section: Section, lines: Sequence[Inline | None], body: Sequence[Leaf]) -> bool:
        """Tell whether a heading without a link of its own names one work."""
        if section.own_end != section.span.end:
            return False
        if any(map(self.has_bib, body)):
            return sum(map(self.has_bib, body)) == 1 or bool(lines)
        linked = [leaf for leaf in body if self.content_links(leaf.inline)]
        return bool(lines) and len(linked) == len(lines) and len(lines) <= 8

    def heading_title(self, inline: Inline) -> Field | None:
        """The heading without a status or other bracket of code behind it."""
        pieces = list(inline.pieces)
        stop = len(pieces)
        for index, piece in enumerate(pieces):
            if piece.kind == "code" and index and pieces[index - 1].text.rstrip().endswith("["):
                stop = index
                break
        kept = pieces[:stop]
        text = "".join(piece.text for piece in kept)
        text = text.rstrip()[:-1].rstrip() if stop < len(pieces) else text.rstrip()
        if not text:
            return None
        start, size = kept[0].span.start, 0
        end = start
        for piece in kept:
            if size >= len(text):
                break
            end = min(piece.span.end, piece.span.start + len(text) - size) if piece.kind == "text" else piece.span.end
            size += len(piece.text)
        return Field(Span(start, end), " ".join(text.split()))

    def has_bib(self, leaf: Leaf) -> bool:
        """Tell whether a leaf is BibTeX."""
        if leaf.code is None or leaf.kind not in (BlockKind.FENCE, BlockKind.CODE, BlockKind.HTML):
            return False
        return bool(_BIB.search(leaf.code.content[:4000]))

    def trimmed(self, end: int) -> int:
        """``end`` moved back over white space."""
        text = self.blocks.source.text
        while end and text[end - 1].isspace():
            end -= 1
        return end

    # -- bold paragraphs --------------------------------------------------------------------------

    def bolds(self) -> Iterator[Draft]:
        """Entries in the form of bold paragraphs, where there are several."""
        leaves = self.blocks.leaves
        drafts = {
            index: draft
            for index in self.blocks.by_kind[BlockKind.PARAGRAPH]
            if (leaf := leaves[index]).item is None and index not in self.claimed_leaves
            if leaf.inline is not None and (draft := self.bold(leaf)) is not None
        }
        titled = {
            index for index, draft in drafts.items() if draft.fields.title and not role_of(draft.fields.title.text)
        }
        found: list[tuple[int, Draft, list[int]]] = []
        taken: set[int] = set()
        for index, draft in drafts.items():
            following = self.following_links(index + 1, titled) if index not in taken else []
            if index not in taken and (draft.fields.primary is not None or following):
                found.append((index, draft, following))
                taken.update(following)
        if len(found) < MIN_REPEATED:
            return
        for own, draft, following in found:
            self.bold_leaves.add(own)
            self.claimed_leaves.update((own, *following))
            for index in following:
                self.adopt(draft, leaves[index].inline)
                draft.span = Span(draft.span.start, leaves[index].span.end)
                item = leaves[index].item
                if item is not None:
                    self.claimed_items.add(item)
            yield draft

    def bold(self, leaf: Leaf) -> Draft | None:
        """The entry that a paragraph is which starts with bold text."""
        inline = leaf.inline
        assert inline is not None
        first = next((piece for piece in inline.pieces if any(c.isalnum() for c in piece.text)), None)
        if first is None or not first.strong or first.kind == "code":
            return None
        fields = read_head(inline.pieces, inline.links, self.roles, item=False)
        if fields.title is None or fields.title.text.rstrip().endswith((":", "：")):
            return None
        content = self.content_links(inline)
        role_links = [i for i in content if fields.roles.get(i) not in (None, Role.MENTION, Role.TITLE, Role.BADGE)]
        titled = first.link >= 0 and fields.roles.get(first.link) is Role.TITLE
        if content and not titled and not role_links:
            return None
        if not content:
            fields.primary = None
        return Draft(EntryKind.BOLD, leaf.span, inline.span, self.section_at(leaf.span.start), fields)

    def following_links(self, index: int, titled: Collection[int]) -> list[int]:
        """The leaves from ``index`` on that are nothing but role links, those between them that say there is none.

        None of them is one of ``titled``, which are entries: a title may be one word.
        """
        found: list[int] = []
        held: list[int] = []
        leaves = self.blocks.leaves
        while index < len(leaves) and leaves[index].kind is BlockKind.PARAGRAPH and index not in titled:
            if self.only_roles(leaves[index].inline):
                found += [*held, index]
                held = []
            elif found and leaves[index].item is not None and _is_lacking(leaves[index].inline):
                held.append(index)
            else:
                break
            index += 1
        return found

    # -- tables -----------------------------------------------------------------------------------

    def table(self, leaf: Leaf) -> Iterator[Draft]:
        """An entry for each row with a link."""
        if not leaf.rows:
            return
        columns = tuple(cell.visible for cell in leaf.rows[0].cells)
        for row in leaf.rows[1:]:
            links = [i for cell in row.cells for i in self.content_links(cell)]
            real = [i for i in links if self.links[i].image is None or self.links[i].text.strip()]
            if not real:
                continue
            fields = self.row_fields(columns, row.cells)
            cells = tuple(Field(cell.span, cell.visible) for cell in row.cells)
            draft = Draft(EntryKind.TABLE_ROW, row.span, row.span, self.section_at(row.span.start), fields)
            draft.columns, draft.cells = columns, cells
            for name, pattern in _FIELD_COLUMNS.items():
                if (found := _column(pattern, columns, cells)) and found.text:
                    if name == "description":
                        fields.description = found
                    else:
                        draft.stated[name] = found
            yield draft

    def row_fields(self, columns: Sequence[str], cells: Sequence[Inline]) -> Head:
        """Title, primary link and roles of a row's cells."""
        fields = Head()
        for number, cell in enumerate(cells):
            column = role_of(columns[number]) if number < len(columns) else None
            for index in cell.links:
                fields.links.append(index)
                role = self.roles.of(index, cell.pieces)
                if role in (None, Role.HERE) and column is not None:
                    role = column
                if role is not None:
                    fields.roles[index] = role
        titled = [n for n, name in enumerate(columns) if _TITLE_COLUMN.match(name.strip()) and n < len(cells)]
        order = [*titled, *(n for n in range(len(cells)) if n not in titled)]
        for number in order:
            for index in self.content_links(cells[number]):
                free = index not in fields.roles or (
                    number in titled and fields.roles[index] in (Role.PAPER, Role.PROJECT)
                )
                if free and not (number in titled and role_of(self.links[index].text)):
                    fields.primary, fields.roles[index] = index, Role.TITLE
                    fields.title = Field(self.links[index].text_span, " ".join(self.links[index].text.split()))
                    self.fill(fields)
                    return fields
            if number in titled and cells[number].visible and not self.content_links(cells[number]):
                fields.title = Field(cells[number].span, cells[number].visible)
                break
        content = [i for cell in cells for i in self.content_links(cell)]
        ranked = [
            i
            for role in (Role.PAPER, Role.PDF, Role.BOOK, Role.PROJECT)
            for i in content
            if fields.roles.get(i) is role
        ]
        fields.primary = (ranked or content)[0]
        if fields.title is None:
            named = next((cell for cell in cells if cell.visible), None)
            fields.title = Field(named.span, named.visible) if named else None
        self.fill(fields)
        return fields

    def fill(self, fields: Head) -> None:
        """Make every link without a role a mention."""
        for index in fields.links:
            fields.roles.setdefault(index, Role.MENTION)


def in_order(found: list[_Placed]) -> list[_Placed]:
    """What has places by where it begins, of two that begin together the longer one first."""
    starts = [one.span.start for one in found]
    if all(map(lt, starts, starts[1:])):
        return found
    return sorted(found, key=lambda one: (one.span.start, -one.span.end))


def _group(section: Section) -> tuple[int | None, int]:
    """Sections with the same are siblings."""
    return section.parent, section.level


def _is_lacking(inline: Inline | None) -> bool:
    """Tell whether a paragraph only says that a link is missing: ``Code: None``."""
    match = _LACKING.fullmatch(inline.visible) if inline is not None and not inline.links else None
    return match is not None and role_of(match["label"]) is not None


def _is_label(inline: Inline) -> bool:
    """Tell whether a paragraph only announces what follows: ``citation:``."""
    text = inline.visible
    return text.endswith((":", "：")) and role_of(text) is not None


def _column(pattern: re.Pattern[str], columns: Sequence[str], cells: Sequence[Field]) -> Field | None:
    for name, cell in zip(columns, cells, strict=False):
        if pattern.match(name.strip()):
            return cell
    return None
