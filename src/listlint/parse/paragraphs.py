"""Entries in the form of plain paragraphs, one a paragraph or one a line of it.

Nothing marks such an entry, and prose has links, too. So a paragraph or line counts only if it begins with the
link that is its title and goes on as an entry does (``[Title](url), Authors, 2020`` or nothing more), or if it ends
with links such as ``[[pdf]](url)``; and only where most paragraphs of the section are so, and no list is there.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.model.nodes import BlockKind, EntryKind, Field, LinkKind, Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse.draft import Draft
from listlint.parse.head import read_head, visible
from listlint.text.roles import is_address, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.model.nodes import Link, Section
    from listlint.parse.blocks import Leaf
    from listlint.parse.entries import EntryReader
    from listlint.parse.inline import Inline, Piece

MIN_LINES = 3
"""Paragraphs or lines of a section that make it the shape of its entries."""
_MIN_ELSEWHERE = 5
"""Entries of this shape in other sections that let one with fewer have it, too."""
_SHARE, _EARLY_SHARE = 0.5, 0.75
"""Share of a section's paragraphs that have the shape; the second before the first heading of level 2."""
_RUN, _RUN_SHARE = 4, 0.4
"""So many of them in a row need only this share."""
_LOOSE = 4
"""So many of the shape for each that begins with a link and goes on as prose let that one be an entry, too."""
_WORDS = 4
"""Words that must follow a link whose text is a role word (``GitHub``) for it to be a title."""
_LONGEST_LEAD = 40
"""Characters of marks, emoji and a number before a title."""
_LEAD = lazy(r"[^\w\[]*(?:\[?[0-9]{1,3}[.):\]]\s*)?[^\w]*\Z")
_TAIL = lazy(
    r"\s*(?:[(（\[【][^()（）\[\]【】\x01]{0,120}[)）\]】]\s*){0,3}"
    r"(?:[.。:：,，、;；](?=[\s\"'“”‘’«»「」*(\[]|[^\x00-\x7f]|\Z)|(?:-{1,3}|[–—―~→]|->|=>)(?=\s)|\n|by\s|\Z)\s*(?P<link>\x01)?"
)
_LIST_OF_LINKS = lazy(r"\s*(?:[,，、|/•·&+]|and\b|or\b)\s*\x01")
_SUMMARY = lazy(r"\s*(?:[(（\[【][^()（）\[\]【】\x01]{0,120}[)）\]】]\s*)?\Z")
_ROLES = frozenset({Role.PAPER, Role.PDF, Role.CODE, Role.PROJECT, Role.SLIDES, Role.VIDEO, Role.DATA, Role.DEMO})
_HOUSEKEEPING = lazy(
    r"\W*(?:how to |more |other |see )?(?:about|acknowledg|authors?\b|badges?\b|changelog|cit(?:e|ing|ation)|"
    r"code of conduct|communit|contact|contents\b|contribut|copyright|credits|disclaimer|discussions?\b|donat|faq\b|"
    r"installation|introduction|languages?\b|licen[cs]|links?\b|maintain|news\b|note|quick ?start|readme|related|"
    r"sponsor|star history|support|table of|thanks|translat|updates?\b|usage|what is|why\b|"
    r"引用|贡献|貢獻|许可|翻译|致谢|关于|ライセンス|貢献|翻訳|라이선스|기여|번역|лиценз|вклад|перевод|licencia|contribu|traduc)",
)
"""Titles, in lower case, of sections that are no part of the list."""
_README = lazy(r"(?:\.{0,2}/)*(?:docs?/)?readme[^/]*\Z")


class Shape(Enum):
    """How a paragraph or line is an entry."""

    PURE = "pure"
    """nothing but a link"""
    TITLE = "title"
    """a link and what is said of it"""
    TEXT = "text"
    """a title and links such as ``pdf``"""
    LOOSE = "loose"
    """a link and prose that goes on from it"""


ENTRY_SHAPES = frozenset({Shape.PURE, Shape.TITLE, Shape.TEXT})
"""What needs no company to look like an entry."""


class _Candidate(Struct):
    """A paragraph that may be entries: its leaf, and each entry with its shape."""

    leaf: int
    parts: list[Line]
    shapes: list[Shape]

    @property
    def led(self) -> bool:
        """Tell whether it begins with its link."""
        return self.shapes[0] is not Shape.TEXT


class _Tally(Struct):
    """What the paragraphs of a section are."""

    section: Section
    found: list[_Candidate] = field(default_factory=list)
    loose: list[_Candidate] = field(default_factory=list)
    others: int = 0
    """paragraphs that are no entries"""
    bold: int = 0
    """entries that begin with bold text"""
    size: int = 0
    """blocks of any kind"""
    listed: bool = False
    """there is a list or table of entries"""

    @property
    def entries(self) -> int:
        return sum(len(one.parts) for one in self.found)

    @property
    def run(self) -> int:
        """The most of them that stand in a row."""
        longest = now = 0
        last = -2
        for one in self.found:
            now = now + 1 if one.leaf == last + 1 else 1
            last, longest = one.leaf, max(longest, now)
        return longest


class Line(Struct):
    """A line of a content: its pieces and links, and from where to where it reaches, if not from start to end."""

    pieces: list[Piece]
    links: list[int]
    start: int | None = None
    end: int | None = None


def lines_of(links: Sequence[Link], pieces: Sequence[Piece], own: Sequence[int]) -> Iterator[Line]:
    """The lines of a content that show something; ``own`` are its links among all of ``links``."""
    rest = deque(sorted(own, key=lambda index: links[index].span.start))
    for line in _split(pieces):
        while rest and (line.end is None or links[rest[0]].span.start < line.end):
            line.links.append(rest.popleft())
        if any(piece.text.strip() for piece in line.pieces):
            yield line


def _split(pieces: Sequence[Piece]) -> Iterator[Line]:
    line = Line([], [])
    for piece in pieces:
        if piece.kind == "break" and piece.link < 0:  # a link is of one line
            line.end = piece.span.start
            yield line
            line = Line([], [], piece.span.end)
        else:
            line.pieces.append(piece)
    yield line


def shape_of(reader: EntryReader, pieces: Sequence[Piece], own: Sequence[int]) -> Shape | None:
    """How a paragraph or line is an entry, or None if it is prose."""
    links, roles = reader.links, reader.roles
    content = [i for i in own if i not in reader.no_content]
    content = [i for i in content if roles.of(i, pieces) not in (Role.BADGE, Role.NAVIGATION)]
    if not content:
        return None
    first = next((at for at, piece in enumerate(pieces) if piece.link == content[0]), -1)
    if first < 0:
        return None
    title = links[content[0]]
    before = "".join([piece.text for piece in pieces[:first]])
    if (
        len(before) <= _LONGEST_LEAD
        and _LEAD.match(before)
        and roles.of(content[0], pieces) is not Role.HERE
        and title.kind not in (LinkKind.BARE, LinkKind.AUTO)
        and not is_address(title.text)
        and not _README.match(title.target.lower())
    ):
        return _after_title(reader, pieces, content)
    return Shape.TEXT if _text_before_roles(reader, pieces, content, first) else None


def _after_title(reader: EntryReader, pieces: Sequence[Piece], content: Sequence[int]) -> Shape | None:
    """Tell whether what follows a title link is what follows one in an entry."""
    roles = reader.roles
    parts: list[str] = []
    seen: set[int] = {content[0]}
    after = max(at for at, piece in enumerate(pieces) if piece.link == content[0]) + 1
    for piece in pieces[after:]:
        if piece.kind == "break":
            parts.append("\n" if _is_hard(reader, piece) else " ")
        elif piece.link < 0:
            parts.append(piece.text if piece.kind in ("text", "code") else "")
        elif piece.link not in seen:
            seen.add(piece.link)
            if roles.of(piece.link, pieces) is None:
                parts.append("\x01")
    rest = "".join(parts)
    if roles.of(content[0], pieces) is not None and len(rest.split()) < _WORDS and rest.isascii():
        return None
    if "\x01" not in rest and not any(map(str.isalnum, rest)):
        return Shape.PURE
    if _LIST_OF_LINKS.match(rest):
        return None
    tail = _TAIL.match(rest)
    return Shape.TITLE if tail is not None and not tail["link"] else Shape.LOOSE


def _is_hard(reader: EntryReader, piece: Piece) -> bool:
    """Tell whether a line break is shown as one, or begins a definition."""
    text, start, end = reader.blocks.source.text, piece.span.start, piece.span.end
    if text[start : start + 1] != "\n":
        return True
    return text[max(0, start - 2) : start] == "  " or text[start - 1] == "\\" or text[end : end + 2] == ": "


def _text_before_roles(reader: EntryReader, pieces: Sequence[Piece], content: Sequence[int], first: int) -> bool:
    """Tell whether a title stands before links such as ``pdf``, and nothing behind them."""
    if any(reader.roles.of(i, pieces) not in _ROLES for i in content):
        return False
    before = "".join([piece.text for piece in pieces[:first]]).rstrip()
    words = [word for word in before.split() if any(map(str.isalnum, word))]
    if not words or (len(words) < 2 and before.isascii()) or role_of(before.rstrip(" :：[(")) is not None:
        return False
    joined = before[-1:].isalnum() and not (pieces[first - 1].strong or pieces[first - 1].em)
    if joined or before[-1:] in ":：" or "\x01" in before:
        return False
    after = visible([piece for piece in pieces[first:] if piece.link < 0])
    return not any(map(str.isalnum, after))


class Paragraphs:
    """Finds the entries of a document that are plain paragraphs or their lines."""

    def __init__(self, reader: EntryReader) -> None:
        self.reader = reader
        self.leaves: Sequence[Leaf] = reader.blocks.leaves
        self.tallies: dict[int, _Tally] = {}

    def read(self) -> Iterator[Draft]:
        """Every entry of this shape, in the order of the document."""
        if not self.survey():
            return
        for tally in self.tallies.values():
            self.unify(tally)
        strong = [tally for tally in self.tallies.values() if self.is_strong(tally)]
        total = sum(tally.entries for tally in strong)
        for tally in self.tallies.values():
            if tally in strong or (total >= _MIN_ELSEWHERE and tally.section.level > 1 and self.mostly(tally)):
                loose = tally.loose if len(tally.found) >= _LOOSE * len(tally.loose) else []
                for one in [*tally.found, *loose]:
                    yield from self.drafts(one)

    def survey(self) -> bool:
        """Count the blocks of each section that may have such entries by what they are; tell whether any has."""
        reader = self.reader
        candidates: dict[int, _Candidate] = {}
        for index in reader.blocks.by_kind[BlockKind.PARAGRAPH]:
            leaf = self.leaves[index]
            if leaf.item is None and leaf.inline is not None and leaf.inline.links and self.is_plain(index, leaf):
                found = self.candidate(index, leaf.inline)
                if found is not None:
                    candidates[index] = found
                    if found.shapes[0] is not Shape.LOOSE:
                        section = reader.section_at(leaf.span.start)
                        self.tallies.setdefault(section.index, _Tally(section))
        for tally in self.tallies.values():
            for index in reader.between(Span(tally.section.span.start, tally.section.own_end)):
                self.count(index, self.leaves[index], tally, candidates.get(index))
        return bool(self.tallies)

    def is_plain(self, index: int, leaf: Leaf) -> bool:
        """Tell whether a leaf is a paragraph in no list or quotation, and no part of an entry of another shape."""
        return (
            leaf.kind is BlockKind.PARAGRAPH
            and leaf.item is None
            and leaf.depth == 0
            and index not in self.reader.claimed_leaves
        )

    def count(self, index: int, leaf: Leaf, tally: _Tally, found: _Candidate | None) -> None:
        """Count a block of a section."""
        reader = self.reader
        if leaf.kind is BlockKind.HEADING:
            return
        tally.size += 1
        if leaf.kind is BlockKind.TABLE:
            tally.listed |= any(reader.content_links(cell) for row in leaf.rows for cell in row.cells)
        elif leaf.inline is None:
            return
        elif leaf.item is not None:
            tally.listed = tally.listed or reader.linked(leaf.inline)
        elif index in reader.bold_leaves:
            tally.bold += 1
        elif found is None:
            tally.others += (
                self.is_plain(index, leaf) and bool(leaf.inline.visible) and not reader.only_roles(leaf.inline)
            )
        elif found.shapes[0] is Shape.LOOSE:
            tally.others += 1
            tally.loose.append(found)
        else:
            tally.found.append(found)

    def candidate(self, index: int, inline: Inline) -> _Candidate | None:
        """The entries that a paragraph would be."""
        reader = self.reader
        lines = list(lines_of(reader.links, inline.pieces, inline.links))
        shapes = [shape_of(reader, line.pieces, line.links) for line in lines] if len(lines) > 1 else []
        count = sum(shape in ENTRY_SHAPES for shape in shapes)
        if count > 1 and shapes[0] in ENTRY_SHAPES and count * 5 >= len(lines) * 4:
            kept = [(line, shape) for line, shape in zip(lines, shapes, strict=True) if shape in ENTRY_SHAPES]
            return _Candidate(index, [line for line, _ in kept], [shape for _, shape in kept])
        whole = shape_of(reader, inline.pieces, inline.links)
        return _Candidate(index, [Line(inline.pieces, inline.links)], [whole]) if whole is not None else None

    def unify(self, tally: _Tally) -> None:
        """Drop the few that begin with a link where entries end with theirs, and the other way round."""
        led = [one for one in tally.found if one.led]
        rest = [one for one in tally.found if not one.led]
        ending = len(rest) + tally.bold
        if led and len(led) * 4 <= ending:
            tally.found, tally.others = rest, tally.others + len(led)
        elif rest and ending * 4 <= len(led):
            tally.found, tally.others = led, tally.others + len(rest)

    def mostly(self, tally: _Tally) -> bool:
        """Tell whether entries are what a section is made of."""
        if tally.listed or not tally.found or _HOUSEKEEPING.match(tally.section.title.lower()):
            return False
        entries = len(tally.found) + tally.bold
        share = _SHARE if tally.section.level > 1 else _EARLY_SHARE
        share = _RUN_SHARE if tally.run >= _RUN else share
        return entries >= share * (entries + tally.others)

    def is_strong(self, tally: _Tally) -> bool:
        """Tell whether a section has enough such entries to need no others."""
        if not self.mostly(tally):
            return False
        if tally.entries + tally.bold >= MIN_LINES:
            return True
        pure = all(shape is Shape.PURE for one in tally.found for shape in one.shapes)
        return pure and len(tally.found) > 1 and len(tally.found) == tally.size and tally.section.level > 1

    def drafts(self, one: _Candidate) -> Iterator[Draft]:
        """The entries of a paragraph."""
        reader, leaf = self.reader, self.leaves[one.leaf]
        assert leaf.inline is not None
        reader.claimed_leaves.add(one.leaf)
        section = reader.section_at(leaf.span.start)
        draft = None
        for line in one.parts:
            if draft is not None:
                yield draft
            span = self.trimmed(line.start or leaf.inline.span.start, line.end or leaf.inline.span.end)
            fields = read_head(line.pieces, line.links, reader.roles, item=False)
            draft = Draft(EntryKind.PARAGRAPH, span, span, section, fields)
        if draft is not None:
            self.follow(draft, one.leaf + 1)
            yield draft

    def trimmed(self, start: int, end: int) -> Span:
        """A span without the white space around it."""
        text = self.reader.blocks.source.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def follow(self, draft: Draft, index: int) -> None:
        """Add the link lines and quotations that follow an entry."""
        while index < len(self.leaves):
            leaf = self.leaves[index]
            quoted = leaf.kind is BlockKind.PARAGRAPH and leaf.depth > 0 and leaf.item is None
            if leaf.inline is None or not (quoted or self.reader.only_roles(leaf.inline)):
                return
            if leaf.item is not None or leaf.kind is not BlockKind.PARAGRAPH:
                return
            self.reader.adopt(draft, leaf.inline)
            if quoted:
                draft.annotations.append(Field(leaf.inline.span, leaf.inline.visible))
            draft.span = Span(draft.span.start, leaf.span.end)
            self.reader.claimed_leaves.add(index)
            index += 1
