"""The document as the rules see it: sections, entries, links, blocks, each with its span.

Everything here is plain data, made by ``parse`` and read by everybody else. Spans count code
points of :attr:`Source.text`. The tree is acyclic: an entry knows its section, a section its
parent, and the way down goes through :class:`Document`.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from msgspec import Struct

from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listlint.model.bib import BibProblem, BibString
    from listlint.model.source import Source


class Field(NamedTuple):
    """A piece of an entry: where it stands, and its visible text (markup removed)."""

    span: Span
    text: str


class LinkKind(StrEnum):
    """How a link is written."""

    INLINE = "inline"
    """``[text](url)``"""
    FULL = "full"
    """``[text][label]``"""
    COLLAPSED = "collapsed"
    """``[text][]``"""
    SHORTCUT = "shortcut"
    """``[text]``"""
    AUTO = "auto"
    """``<https://…>``"""
    BARE = "bare"
    """a URL in running text that GitHub makes a link"""
    IMAGE = "image"
    """``![text](url)``, in any of the forms above"""
    HTML = "html"
    """``<a href=…>`` or ``<img src=…>``"""


class Role(StrEnum):
    """What a link is for."""

    TITLE = "title"
    PAPER = "paper"
    PDF = "pdf"
    CODE = "code"
    PROJECT = "project"
    SLIDES = "slides"
    VIDEO = "video"
    BLOG = "blog"
    DATA = "data"
    DEMO = "demo"
    DOCS = "docs"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    """OpenReview, discussion, comments"""
    CITATION = "citation"
    """BibTeX, cite"""
    BOOK = "book"
    HERE = "here"
    """``here``, ``link``, ``this``: a text that says nothing"""
    MENTION = "mention"
    """in a description or in prose, belongs to the text around it"""
    TOC = "toc"
    BADGE = "badge"
    NAVIGATION = "navigation"
    IMAGE = "image"


_IMAGE_KIND, _IMAGE_ROLE = LinkKind.IMAGE, Role.IMAGE
"""Kept, as Python 3.11 takes longer to look up a member of an enumeration than for all else about a link."""


class Link(Struct, frozen=True, array_like=True):
    """One link or image.

    ``span`` is the whole construct, ``text_span`` the label between its brackets (alt text of
    an image), ``url_span`` the destination as written: inside its ``<>`` if it has them, in the
    definition if it is a reference link, without the quotes of an HTML attribute. ``url`` is
    the text of ``url_span``; ``target`` is what it means once escapes and entities are decoded.
    ``text`` is the visible text. ``label`` is the raw reference label.
    """

    span: Span
    text_span: Span
    text: str
    url: str
    url_span: Span
    target: str
    kind: LinkKind
    role: Role = Role.MENTION
    label: str | None = None
    image: Span | None = None
    """the image inside the link text, if there is one"""
    in_heading: bool = False

    @property
    def is_image(self) -> bool:
        """Tell whether it shows an image and leads nowhere."""
        return self.kind is _IMAGE_KIND or self.role is _IMAGE_ROLE

    @property
    def is_fragment(self) -> bool:
        """Tell whether it points into its own document (``#…``)."""
        return self.target.startswith("#")


class Definition(Struct, frozen=True):
    """A link reference definition ``[label]: url "title"`` or footnote ``[^label]: …``.

    ``span`` covers its lines without the last line ending, ``label_span`` what stands between
    the brackets. Of a footnote, ``url`` is empty and ``url_span`` is the text after the colon.
    """

    span: Span
    label: str
    label_span: Span
    url: str
    url_span: Span
    target: str
    footnote: bool = False
    duplicate: bool = False
    """an earlier one has the same label, so this one has no effect"""


class Reference(Struct, frozen=True, array_like=True):
    """A use of a definition, defined or not: ``[text][label]``, ``[text][]``, ``[^note]``.

    ``label`` is normalised as CommonMark folds labels. A lone ``[label]`` without a definition
    is text and not listed here.
    """

    span: Span
    label: str
    label_span: Span
    defined: bool
    footnote: bool = False


class Heading(Struct, frozen=True):
    """A heading, in Markdown or HTML. ``content`` is the inline content without markers."""

    span: Span
    content: Span
    level: int
    text: str
    """visible text"""
    anchor: str
    """GitHub's anchor, with its ``-1``, ``-2`` … where it repeats"""
    html: bool = False
    setext: bool = False
    has_link: bool = False
    has_image: bool = False


class Section(Struct, frozen=True):
    """A heading and all that follows up to the next heading of its level or above.

    The part of a document before its first heading is a section of level 0 with an empty
    title. ``index`` and ``parent`` are positions in :attr:`Document.sections`; ``own_end``
    is where its first sub-section starts (or its end).
    """

    span: Span
    level: int
    title: str
    anchor: str
    index: int
    parent: int | None
    path: tuple[str, ...]
    """titles from the root down to this one"""
    own_end: int
    heading: Heading | None = None

    @property
    def body(self) -> Span:
        """What stands between its heading and its first sub-section."""
        return Span(self.heading.span.end if self.heading else self.span.start, self.own_end)


class EntryKind(StrEnum):
    """The shape in which an entry is written (``rules.md``, "What an entry is")."""

    BULLET = "bullet"
    NUMBERED = "numbered"
    HEADING = "heading"
    TABLE_ROW = "table-row"
    HTML = "html"
    NESTED = "nested"
    BOLD = "bold"
    PARAGRAPH = "paragraph"
    """a plain paragraph, or a line of one"""


class ListMarker(Struct, frozen=True, array_like=True):
    """The mark before a list item: ``-``, ``*``, ``+``, ``1.``, ``1)``.

    ``span`` covers the mark; ``indent`` counts the columns before it, measured from the
    parent's content; ``padding`` is the white space between the mark and the content.
    """

    span: Span
    text: str
    indent: int
    padding: str
    depth: int
    """0 for the outermost list"""


class BibField(Struct, frozen=True):
    """``name = value`` of a BibTeX entry. ``value`` is raw, with its delimiters."""

    name: str
    name_span: Span
    value: str
    value_span: Span


class BibEntry(Struct, frozen=True):
    """One ``@type{key, …}``. ``kind`` and field names are as written; compare them folded."""

    span: Span
    kind: str
    key: str
    key_span: Span
    fields: tuple[BibField, ...]


class BibBlock(Struct, frozen=True):
    """BibTeX in a fence, an indented block, an HTML element or a ``.bib`` file."""

    span: Span
    content: Span
    entries: tuple[BibEntry, ...]
    strings: tuple[BibString, ...] = ()
    problems: tuple[BibProblem, ...] = ()
    """what is wrong with its syntax"""


class Status(StrEnum):
    """Reading or completion status of an entry, whatever marks it."""

    DONE = "done"
    OPEN = "open"


class Separator(Struct, frozen=True, array_like=True):
    """The mark between an entry's title (with its badges and tags) and its description.

    ``span`` covers the mark with the white space around it; ``text`` is the mark with that
    white space folded: ``" - "``, ``" – "``, ``": "``, ``", "``, or ``" "`` where only white
    space stands there.
    """

    span: Span
    text: str


class Details(Protocol):
    """What an entry says of its work beside its title, and which work that is; it may be looked for on request."""

    @property
    def authors(self) -> Field | None:
        """The authors, their group or else their institute."""

    @property
    def venue(self) -> Field | None:
        """Where the work was published."""

    @property
    def date(self) -> Field | None:
        """The most precise date."""

    @property
    def identity(self) -> str | None:
        """The identity of the work (:mod:`listlint.text.identity`)."""


class Stated(Struct, frozen=True):
    """Details that are known."""

    authors: Field | None = None
    venue: Field | None = None
    date: Field | None = None
    identity: str | None = None


class Entry(Struct, frozen=True, eq=False):
    """One work, tool or resource that the list names.

    ``span`` covers the whole item with everything nested in it, ``head`` its own first
    paragraph, cell row or heading line. Spans of fields lie within ``span``. ``primary`` is
    the link that *is* the entry; ``links`` holds all of its own links in document order (not
    those of ``children``).
    """

    span: Span
    head: Span
    kind: EntryKind
    title: Field | None
    primary: Link | None
    links: tuple[Link, ...]
    section: Section
    marker: ListMarker | None = None
    separator: Separator | None = None
    description: Field | None = None
    details: Details = Stated()
    status: Status | None = None
    status_span: Span | None = None
    tags: tuple[Field, ...] = ()
    bib: tuple[BibEntry, ...] = ()
    annotations: tuple[Field, ...] = ()
    children: tuple[Entry, ...] = ()
    columns: tuple[str, ...] = ()
    """header texts of its table, one a cell"""
    cells: tuple[Field, ...] = ()
    """the cells of a table row"""
    depth: int = 0
    """how many entries it is nested in"""

    @property
    def authors(self) -> Field | None:
        """Its authors, their group or else their institute."""
        return self.details.authors

    @property
    def venue(self) -> Field | None:
        """Where the work was published."""
        return self.details.venue

    @property
    def date(self) -> Field | None:
        """The most precise date that it names."""
        return self.details.date

    @property
    def identity(self) -> str | None:
        """The identity of the work (:mod:`listlint.text.identity`)."""
        return self.details.identity

    @property
    def name(self) -> str:
        """Its title's visible text, or the URL where it has none."""
        if self.title and self.title.text:
            return self.title.text
        return self.primary.url if self.primary else ""


class Item(Struct, frozen=True, eq=False):
    """A list item, entry or not. ``entry`` is None for plain items and navigation."""

    span: Span
    head: Span
    marker: ListMarker
    section: Section
    list_id: int
    """items of one list share it"""
    parent: int | None
    """index in :attr:`Document.items`"""
    text: str
    """visible text of the head"""
    entry: Entry | None = None
    ordered: bool = False
    tight: bool = True
    toc: bool = False


class BlockKind(StrEnum):
    """Leaf blocks of Markdown."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CODE = "code"
    FENCE = "fence"
    HTML = "html"
    RULE = "rule"
    TABLE = "table"
    DEFINITION = "definition"
    FRONT_MATTER = "front-matter"


class Block(Struct, frozen=True):
    """A leaf block. ``lines`` are indices (from 0), end exclusive; ``depth`` counts the lists
    and quotes around it; ``item`` is the index in :attr:`Document.items` of the innermost item.
    """

    kind: BlockKind
    span: Span
    lines: tuple[int, int]
    depth: int
    item: int | None = None
    info: str = ""
    """info string of a fence"""
    text: str = ""
    """visible text of a paragraph or heading"""
    inline: Span | None = None
    """inline content of a paragraph or heading"""


class Cell(Struct, frozen=True):
    """A table cell: its content without the white space around it."""

    span: Span
    text: str


class Row(Struct, frozen=True):
    """A table row; ``span`` is its line without the prefix of lists and quotes."""

    span: Span
    cells: tuple[Cell, ...]
    """as written: it may have more or fewer cells than the header"""


class Table(Struct, frozen=True):
    """A GFM table."""

    span: Span
    header: Row
    rows: tuple[Row, ...]


class TocItem(Struct, frozen=True):
    """One line of a table of contents."""

    link: Link
    depth: int
    line_span: Span
    marker: str
    text: str

    @property
    def fragment(self) -> str:
        """What its link has behind ``#``; some give the document's full address before it."""
        return self.link.target.partition("#")[2]


class Toc(Struct, frozen=True):
    """A table of contents: a list whose links all point into the document, some perhaps by its full address."""

    span: Span
    items: tuple[TocItem, ...]


class DirectiveScope(Enum):
    """How far a suppression reaches."""

    BLOCK = "block"
    """from here to its ``enable``, or to the end"""
    LINE = "line"
    NEXT_LINE = "next-line"
    SECTION = "section"
    FILE = "file"
    ENABLE = "enable"
    """ends blocks"""


class Directive(Struct, frozen=True):
    """``<!-- listlint-disable-… CODE[, name] -- reason -->`` and its like.

    ``rules`` holds (name as written, its span) pairs; empty means every rule. ``dialect`` is
    ``listlint`` or ``awesome-lint``. ``unknown`` is a keyword that is no directive of ours.
    """

    span: Span
    scope: DirectiveScope
    rules: tuple[tuple[str, Span], ...]
    reason: str = ""
    dialect: str = "listlint"
    unknown: str | None = None


class FrontMatter(Struct, frozen=True):
    """YAML between ``---`` lines at the start. ``values`` holds its top-level scalars."""

    span: Span
    values: Mapping[str, str]


class Mask(StrEnum):
    """Why a stretch of text is no prose."""

    CODE = "code"
    COMMENT = "comment"
    HTML = "html"
    """a tag, not the text between tags"""
    URL = "url"
    FRONT_MATTER = "front-matter"
    LIQUID = "liquid"


class Document(Struct, frozen=True, eq=False, dict=True):
    """A parsed file. All tuples are in document order."""

    source: Source
    sections: tuple[Section, ...] = ()
    headings: tuple[Heading, ...] = ()
    entries: tuple[Entry, ...] = ()
    """every entry, also those nested in others"""
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()
    """every link and image, also those of entries"""
    definitions: tuple[Definition, ...] = ()
    references: tuple[Reference, ...] = ()
    anchors: frozenset[str] = frozenset()
    """every fragment that resolves: headings, ``id``, ``name``, footnotes"""
    ids: frozenset[str] = frozenset()
    """those that tags and footnotes give"""
    toc: tuple[Toc, ...] = ()
    tables: tuple[Table, ...] = ()
    blocks: tuple[Block, ...] = ()
    bib: tuple[BibBlock, ...] = ()
    directives: tuple[Directive, ...] = ()
    front_matter: FrontMatter | None = None
    masks: tuple[tuple[Span, Mask], ...] = ()
    """sorted, not nested"""
    generated: bool = False
    """it says that a program wrote it, so its layout is nobody's choice"""
    too_deep: Span | None = None
    """the first block nested deeper than the parser follows"""

    @property
    def path(self) -> str:
        """Path of the file, as it is shown."""
        return self.source.path

    @property
    def text(self) -> str:
        """The whole text."""
        return self.source.text

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.source.text[span.start : span.end]

    @cached_property
    def _mask_starts(self) -> tuple[int, ...]:
        return tuple([span.start for span, _ in self.masks])

    def mask_at(self, offset: int) -> Mask | None:
        """Why ``offset`` is no prose, or None if it is."""
        index = bisect_right(self._mask_starts, offset) - 1
        if index >= 0 and offset < self.masks[index][0].end:
            return self.masks[index][1]
        return None

    def masked(self, span: Span, *kinds: Mask) -> bool:
        """Tell whether any part of ``span`` is masked, for one of ``kinds`` if any is given."""
        index = max(0, bisect_right(self._mask_starts, span.start) - 1)
        while index < len(self.masks) and self.masks[index][0].start < span.end:
            mask, kind = self.masks[index]
            if mask.end > span.start and (not kinds or kind in kinds):
                return True
            index += 1
        return False

    @cached_property
    def _section_starts(self) -> tuple[int, ...]:
        return tuple([section.span.start for section in self.sections])

    def section_at(self, offset: int) -> Section:
        """The innermost section that holds ``offset``."""
        return self.sections[max(0, bisect_right(self._section_starts, offset) - 1)]

    @cached_property
    def _entries_by_section(self) -> dict[int, tuple[Entry, ...]]:
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.section.index, []).append(entry)
        return {index: tuple(entries) for index, entries in found.items()}

    def entries_of(self, section: Section) -> tuple[Entry, ...]:
        """The entries that stand in a section itself, not in its sub-sections."""
        return self._entries_by_section.get(section.index, ())

    @cached_property
    def _sections_by_parent(self) -> dict[int, tuple[Section, ...]]:
        found: dict[int, list[Section]] = {}
        for section in self.sections:
            if section.parent is not None:
                found.setdefault(section.parent, []).append(section)
        return {index: tuple(sections) for index, sections in found.items()}

    def subsections_of(self, section: Section) -> tuple[Section, ...]:
        """The sections directly below one."""
        return self._sections_by_parent.get(section.index, ())

    @cached_property
    def _entry_starts(self) -> tuple[int, ...]:
        return tuple([entry.span.start for entry in self.entries])

    def entry_at(self, offset: int) -> Entry | None:
        """The innermost entry that holds ``offset``."""
        index = bisect_right(self._entry_starts, offset) - 1
        while index >= 0:
            entry = self.entries[index]
            if offset < entry.span.end:
                return entry
            if entry.depth == 0:
                return None
            index -= 1
        return None

    def context_at(self, offset: int) -> str:
        """What tells places without an entry apart: the key of a reference, or the anchors of the sections around."""
        if self.bib and (key := self._key_at(offset)):
            return f"@{key}"
        return self._trails[self.section_at(offset).index] if self.sections else ""

    def _key_at(self, offset: int) -> str:
        """The key of the reference that holds ``offset``, "" if there is none."""
        for block in self.bib:
            if block.span.start <= offset < block.span.end:
                index = bisect_right(block.entries, offset, key=lambda entry: entry.span.start) - 1
                return block.entries[index].key if index >= 0 and offset < block.entries[index].span.end else ""
        return ""

    @cached_property
    def _trails(self) -> tuple[str, ...]:
        """Of each section the anchors from the root down to it."""
        trails: list[str] = []
        for section in self.sections:
            above = trails[section.parent] if section.parent is not None else ""
            trails.append("/".join(filter(None, (above, section.anchor))))
        return tuple(trails)


class Project(Struct, frozen=True):
    """The files of a run, sorted by path, for the rules that compare files.

    A rule is given the ``documents``, or, if it makes digests of them, these in their place.
    """

    sources: tuple[Source, ...]
    documents: tuple[Document, ...] = ()
    digests: tuple[Any, ...] = ()


class Suppressions(Struct, frozen=True):
    """What became of a document's directives, for the rules that judge them.

    ``unused`` holds (directive, rule as written or None for a bare directive); ``unknown``
    holds (directive, rule as written, its span).
    """

    document: Document
    unused: tuple[tuple[Directive, str | None], ...] = ()
    unknown: tuple[tuple[Directive, str, Span], ...] = ()
