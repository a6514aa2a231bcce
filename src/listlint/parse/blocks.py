"""Block tokens to leaf blocks and list items with positions in the file."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from msgspec import Struct, field

from listlint.model.nodes import BlockKind, Definition, ListMarker, Mask, Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse import html, spans
from listlint.parse.inline import Collected, Inline, InlineReader
from listlint.parse.lists import PlainItem, plain_list
from listlint.parse.spans import ContentMap, Lines, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it.ruler import Rule, Ruler
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from listlint.model.source import Source

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    Handler = Callable[["_BlockReader", Token, Sequence[Token], int], None]

MAX_NESTING = 100
"""Blocks deeper than this are not read; the CommonMark preset's 20 loses real lists' links."""

_MARKER = lazy(r"[ \t>]*+(?P<mark>[-+*]|\d{1,9}[.)])(?P<pad>[ \t]*+)")
_DEFINITION = lazy(
    r"\[(?P<label>(?:[^\[\]\\]|\\.)*+)\]:[\s>]*?(?:<(?P<angle>[^<>\n]*+)>|(?P<plain>[^\s<]\S*+))", re.DOTALL
)
_FOOTNOTE = lazy(r"\[\^(?P<label>[^\]\s]++)\]:[ \t]*+")
_LIQUID = lazy(r"\{[%:][^\n{}]*+\}|\{\{[^\n{}]*+\}\}")


class TableRow(Struct, array_like=True):
    """A table row: the span of its line and its cells as (span, content)."""

    span: Span
    cells: list[Inline]


class Leaf(Struct, array_like=True):
    """A leaf block."""

    kind: BlockKind
    span: Span
    lines: tuple[int, int]
    depth: int
    item: int | None
    info: str = ""
    inline: Inline | None = None
    level: int = 0
    setext: bool = False
    code: ContentMap | None = None
    """content of a code block or of an HTML block"""
    tags: list[html.Tag] = field(default_factory=list)
    """those of an HTML block that entries and headings are made of"""
    rows: list[TableRow] = field(default_factory=list)
    """header first"""


class RawItem(Struct, array_like=True):
    """A list item before it is known whether it is an entry."""

    marker: ListMarker
    span: Span
    ordered: bool
    list_id: int
    parent: int | None
    leaves: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    tight: bool = True


class Blocks(Struct, dict=True):
    """Everything that the block structure of a file holds."""

    source: Source
    leaves: list[Leaf] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    out: Collected = field(default_factory=Collected)
    too_deep: Span | None = None
    roles: dict[int, Role | None] = field(default_factory=dict)
    """those of links that are known already"""
    closed: bool = True
    """no block would go on behind the last line, if that is empty"""

    @cached_property
    def by_kind(self) -> dict[BlockKind, list[int]]:
        """The indices of the leaves of each kind, once all of them are there."""
        found: dict[BlockKind, list[int]] = {kind: [] for kind in BlockKind}
        for index, leaf in enumerate(self.leaves):
            found[leaf.kind].append(index)
        return found


@cache
def parser() -> MarkdownIt:
    """One configured parser for the process: CommonMark with GFM's tables and strikethrough."""
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "inline_definitions": True})
    md.enable(["table", "strikethrough"])
    md.use(front_matter_plugin)
    # GitHub has no inline footnotes, and moved tokens would lose their place.
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    # A linter wants the URL as it was written, also one that a browser should not follow.
    md.normalizeLink = _as_written  # type: ignore[method-assign]  # the documented way to override it
    md.validateLink = _always  # type: ignore[method-assign,assignment]  # as above
    spans.install(md)
    # Most contents are plain, and need no parser: InlineReader asks for the others.
    md.core.ruler.disable("inline")
    md.block.ruler.before("list", "plain_list", _plain_list)
    md.block.ruler = _Chains(md.block.ruler)  # type: ignore[assignment]  # of a ruler, parsing needs these two methods
    return md


_STARTS = {
    "front_matter": "-",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "plain_list": "*-+",
    "list": "*-+0123456789",
    "reference": "[",
    "footnote_def": "[",
    "html_block": "<",
    "heading": "#",
}
"""The characters that a block can start with, by rule; rules that are not here are always asked."""


class _Chains:
    """The block rules by the first character of a line, in the place of a ruler, which has them all asked each time.

    Each chain is one rule, which asks those of its rules that can start with the character.
    """

    def __init__(self, ruler: Ruler[BlockRule]) -> None:
        rules = [rule for rule in ruler.__rules__ if rule.enabled]
        self._active = ruler.get_active_rules()
        self._chains = {"": [_chain(rules)]}
        for name in {name for rule in rules for name in rule.alt}:
            self._chains[name] = [_chain([rule for rule in rules if name in rule.alt])]

    def getRules(self, chain: str = "") -> list[BlockRule]:  # noqa: N802  # the library's name
        """The rules of a chain."""
        return self._chains.get(chain, [])

    def get_active_rules(self) -> list[str]:
        """The names of all rules."""
        return self._active


def _chain(rules: Sequence[Rule[BlockRule]]) -> BlockRule:
    anywhere = tuple(rule.fn for rule in rules if rule.name not in _STARTS)
    by_start = {
        char: tuple(rule.fn for rule in rules if char in _STARTS.get(rule.name, char))
        for char in "".join(_STARTS.values())
    }

    def ask(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        at = state.bMarks[start] + state.tShift[start]
        asked = by_start.get(state.src[at], anywhere) if at < state.eMarks[start] else anywhere
        for rule in asked:  # noqa: SIM110  # any() with a generator takes twice as long
            if rule(state, start, end, silent):
                return True
        return False

    return ask


def _plain_list(state: StateBlock, start: int, _: int, silent: bool) -> bool:
    """One token for a whole list of one-line items, where the reader of the outline asks for it."""
    if silent or state.level or not state.env.get(PLAIN_LISTS):
        return False
    items = plain_list(state.src, state.bMarks, start)
    if items is None:
        return False
    state.line = items[-1].line + 1
    token = state.push("plain_list", "", 0)
    token.map = [start, state.line]
    token.meta["items"] = items
    return True


PLAIN_LISTS = "plain_lists"
"""Key in the parser's environment by which the outline wants :func:`plain_list`."""


@lru_cache(maxsize=1)
def tokens(text: str) -> tuple[list[Token], dict[str, Any]]:
    """The block tokens of a text, and what the parser learnt of its definitions.

    All are markdown-it-py's own. Those of the last text are kept.
    """
    env: dict[str, Any] = {}
    return parser().parse(text, env), env


def _as_written(url: str) -> str:
    return url


def _always(_: str) -> bool:
    return True


def read(source: Source) -> Blocks:
    """Parse the Markdown of a source into blocks."""
    return read_lines(source, 0, len(source.line_starts))


def read_lines(source: Source, first: int, last: int) -> Blocks:
    """Parse some lines of a source as if there were no others; all places are those in the whole."""
    return _BlockReader(source, first, last).run()


class _BlockReader:
    def __init__(self, source: Source, first: int, last: int) -> None:
        self.source = source
        self.first, self.last = first, last
        self.start = source.line_starts[first]
        self.end = source.line_starts[last] if last < len(source.line_starts) else len(source.text)
        self.text = "\n" * first + source.text[self.start : self.end]
        self.shift = self.start - first
        """how much farther behind a place is in the source than in what the parser is given"""
        self.lines = Lines(source.text, source.line_starts)
        self.out = Blocks(source)
        self.parents: list[int | None] = [None]
        self.lists: list[tuple[int, bool]] = []
        self.list_count = 0
        self.depth = 0
        self.floor: dict[int, int] = {}
        """column of a line up to which containers have been read"""
        self.table: Leaf | None = None

    def run(self) -> Blocks:
        md = parser()
        env: dict[str, Any] = {PLAIN_LISTS: True}
        block_tokens = md.parse(self.text, env)
        self.define(block_tokens)
        definitions: dict[str, Definition] = {}
        for definition in self.out.definitions:
            if not definition.footnote:
                definitions.setdefault(normalizeReference(definition.label), definition)
        footnotes = frozenset(d.label for d in self.out.definitions if d.footnote)

        def inline(content: str) -> list[Token]:
            children: list[Token] = []
            md.inline.parse(content, md, env, children)
            return children

        self.inlines = InlineReader(self.out.out, definitions, footnotes, inline)
        for index, token in enumerate(block_tokens):
            handler = _HANDLERS.get(token.type)
            if handler is not None:
                handler(self, token, block_tokens, index)
            if token.level >= MAX_NESTING - 2 and self.out.too_deep is None and token.map:
                self.out.too_deep = self.span(token.map[0], token.map[1])
        self.out.out.masks = self.masks()
        if self.last < len(self.source.line_starts):
            ends = (token.map[1] for token in block_tokens if token.content and token.map)
            self.out.closed = max(ends, default=0) < self.last
        return self.out

    # -- places -----------------------------------------------------------------------------------

    def span(self, first: int, last: int, column: int = 0) -> Span:
        """From ``column`` of line ``first`` to the end of the last line with text before ``last``."""
        start = self.source.line_starts[first] + column
        stop = self.lines.end(last - 1)
        while last - 1 > first and self.lines.text[stop - 1] in " \t>\n" and not self.lines[last - 1].strip(" \t>"):
            last -= 1
            stop = self.lines.end(last - 1)
        return Span(start, max(start, stop))

    def content_start(self, line: int) -> int:
        """The column at which a block starts that begins on ``line``."""
        text = self.lines[line]
        at = self.floor.get(line, 0)
        while at < len(text) and text[at] in " \t>":
            at += 1
        return at

    def leaf(self, kind: BlockKind, lines: Sequence[int], span: Span) -> Leaf:
        leaf = Leaf(kind, span, (lines[0], lines[1]), self.depth, self.parents[-1])
        self.out.leaves.append(leaf)
        if (item := self.parents[-1]) is not None:
            self.out.items[item].leaves.append(len(self.out.leaves) - 1)
        return leaf

    def mask(self, span: Span, mask: Mask) -> None:
        self.out.out.masks.append((span, mask))

    def masks(self) -> list[tuple[Span, Mask]]:
        """All masks that have been found, sorted, without those that begin in another."""
        text, start, end = self.source.text, self.start, self.end
        found = self.out.out.masks
        if any(text.find(opening, start, end) >= 0 for opening in ("{%", "{{", "{:")):
            found += [(Span(*match.span()), Mask.LIQUID) for match in _LIQUID.finditer(text, start, end)]
        found.sort(key=itemgetter(0))
        kept: list[tuple[Span, Mask]] = []
        last, covered = -1, 0
        for masked in found:
            first, behind = masked[0]
            if first >= covered and behind > first:
                kept.append(masked)
            elif first == last and behind > covered:  # of two that begin at one place, the longer
                kept[-1] = masked
            else:
                continue
            last, covered = first, behind
        return kept

    # -- definitions ------------------------------------------------------------------------------

    def define(self, tokens: Iterable[Token]) -> None:
        seen: set[str] = set()
        for token in tokens:
            if token.type == "definition" and token.map:
                found = self.definition(token, seen)
            elif token.type == "footnote_reference_open" and token.map:
                found = self.footnote_definition(token, seen)
            else:
                continue
            if found:
                self.out.definitions.append(found)

    def definition(self, token: Token, seen: set[str]) -> Definition | None:
        assert token.map
        span = self.span(token.map[0], token.map[1])
        match = _DEFINITION.search(self.source.text, span.start, span.end)
        if match is None:
            return None
        group = "angle" if match["angle"] is not None else "plain"
        label = normalizeReference(match["label"])
        duplicate = label in seen
        seen.add(label)
        return Definition(
            Span(match.start(), span.end),
            match["label"],
            Span(match.start("label"), match.end("label")),
            match[group],
            Span(match.start(group), match.end(group)),
            str(token.meta["url"]),
            duplicate=duplicate,
        )

    def footnote_definition(self, token: Token, seen: set[str]) -> Definition | None:
        assert token.map
        span = self.span(token.map[0], token.map[1])
        match = _FOOTNOTE.search(self.source.text, span.start, span.end)
        if match is None:
            return None
        duplicate = f"^{match['label']}" in seen
        seen.add(f"^{match['label']}")
        self.out.out.anchors.add(f"fn-{match['label']}")
        return Definition(
            Span(match.start(), span.end),
            match["label"],
            Span(match.start("label"), match.end("label")),
            "",
            Span(match.end(), span.end),
            "",
            footnote=True,
            duplicate=duplicate,
        )

    # -- containers -------------------------------------------------------------------------------

    def list_open(self, token: Token, _: Sequence[Token], __: int) -> None:
        self.list_count += 1
        self.lists.append((self.list_count, token.type.startswith("ordered")))
        self.depth += 1

    def list_close(self, *_: object) -> None:
        self.lists.pop()
        self.depth -= 1

    def item_open(self, token: Token, _: Sequence[Token], __: int) -> None:
        assert token.map
        first, last = token.map
        list_id, ordered = self.lists[-1]
        parent = self.parents[-1]
        line_start = self.source.line_starts[first]
        match = _MARKER.match(self.lines.text, line_start + self.floor.get(first, 0), self.lines.end(first))
        column = match.start("mark") - line_start if match else self.content_start(first)
        mark, pad = match.group("mark", "pad") if match else ("", "")
        start = line_start + column
        indent = max(0, column - self.parent_column(parent, first))
        marker = ListMarker(Span(start, start + len(mark)), mark, indent, pad, len(self.parents) - 1)
        index = len(self.out.items)
        self.out.items.append(RawItem(marker, self.span(first, last, column), ordered, list_id, parent))
        if parent is not None:
            self.out.items[parent].children.append(index)
        self.floor[first] = column + len(mark)
        self.parents.append(index)

    def parent_column(self, parent: int | None, line: int) -> int:
        """The column where the content of the parent item starts, or 0."""
        if parent is None:
            return 0
        marker = self.out.items[parent].marker
        position = self.source.position(marker.span.end)
        return self.floor.get(line, 0) if position.line - 1 == line else position.column - 1 + len(marker.padding)

    def item_close(self, *_: object) -> None:
        self.parents.pop()

    def plain_list(self, token: Token, *_: object) -> None:
        """Read a list of one-line items: for each what :meth:`item_open` and :meth:`paragraph` would make of it."""
        out = self.out
        plain: list[PlainItem] = token.meta["items"]
        base = len(out.items)
        for item in plain:
            indent, depth, parent = item.indent, 0, None
            if item.parent is not None:
                parent = base + item.parent
                indent -= plain[item.parent].column
                depth = out.items[parent].marker.depth + 1
                out.items[parent].children.append(len(out.items))
            start, end = item.start + self.shift, self.lines.end(item.line)
            column = start - item.indent + item.column
            marker = ListMarker(Span(start, start + 1), item.mark, indent, item.padding, depth)
            raw = RawItem(marker, Span(start, end), False, self.list_count + item.list + 1, parent, [len(out.leaves)])
            leaf = Leaf(BlockKind.PARAGRAPH, Span(column, end), (item.line, item.line + 1), depth + 1, len(out.items))
            leaf.inline = self.inlines.read(ContentMap(item.content, (Segment(0, 0, column),)))
            out.leaves.append(leaf)
            out.items.append(raw)
        self.list_count += max(item.list for item in plain) + 1
        for raw in reversed(out.items[base:]):
            if raw.parent is not None and raw.span.end > out.items[raw.parent].span.end:
                around = out.items[raw.parent]
                around.span = Span(around.span.start, raw.span.end)

    def quote_open(self, token: Token, *_: object) -> None:
        self.depth += 1

    def quote_close(self, *_: object) -> None:
        self.depth -= 1

    def footnote_open(self, token: Token, *_: object) -> None:
        assert token.map
        match = _FOOTNOTE.search(self.lines[token.map[0]])
        if match:
            self.floor[token.map[0]] = match.end()
        self.depth += 1

    # -- leaves -----------------------------------------------------------------------------------

    def paragraph(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        inline = tokens[index + 1]
        assert token.map
        if token.hidden is False and self.parents[-1] is not None:
            self.out.items[self.parents[-1]].tight = False
        where = self.lines.align(inline.content, token.map[0], token.map[1])
        if where is None:
            return
        start, last = where.at(0), token.map[1]
        first = self.source.line_index(start)
        span = self.span(first, last, start - self.source.line_starts[first])
        leaf = self.leaf(BlockKind.PARAGRAPH, (first, last), span)
        leaf.inline = self.inlines.read(where)

    def heading(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        assert token.map
        inline = tokens[index + 1]
        first = token.map[0]
        setext = token.markup in ("=", "-")
        column = self.content_start(first)
        leaf = self.leaf(BlockKind.HEADING, token.map, self.span(first, token.map[1], column))
        leaf.level, leaf.setext = int(token.tag[1]), setext
        if setext:
            where = self.lines.align(inline.content, first, token.map[1] - 1)
        else:
            text = self.lines[first]
            after = text.find("#", self.floor.get(first, 0))
            while after < len(text) and text[after] == "#":
                after += 1
            where = self.lines.align_in_line(inline.content, first, after)
        if where is not None:
            leaf.inline = self.inlines.read(where, heading=True)

    def fence(self, token: Token, *_: object) -> None:
        assert token.map
        first, last = token.map
        span = self.span(first, last, self.content_start(first))
        leaf = self.leaf(BlockKind.FENCE, token.map, span)
        leaf.info = token.info.strip()
        leaf.code = self.code_map(token.content, first + 1, last)
        self.mask(span, Mask.CODE)

    def code(self, token: Token, *_: object) -> None:
        assert token.map
        first, last = token.map
        span = self.span(first, last, self.floor.get(first, 0))
        leaf = self.leaf(BlockKind.CODE, token.map, span)
        leaf.code = self.code_map(token.content, first, last)
        self.mask(span, Mask.CODE)

    def code_map(self, content: str, first: int, last: int) -> ContentMap | None:
        body = content.removesuffix("\n")
        return self.lines.align(body, first, last) if body else None

    def html(self, token: Token, *_: object) -> None:
        assert token.map
        first, last = token.map
        leaf = self.leaf(BlockKind.HTML, token.map, self.span(first, last, self.content_start(first)))
        leaf.code = self.code_map(token.content, first, last)
        if leaf.code is not None:
            written = leaf.code.content.rstrip()
            # A last line of nothing but the end of a tag is no empty line of a quotation.
            leaf.span = Span(leaf.span.start, max(leaf.span.end, leaf.code.span(0, len(written)).end))
            nodes = list(html.scan(leaf.code.content))
            leaf.tags = [node for node in nodes if isinstance(node, html.Tag) and node.name in html.STRUCTURE]
            leaf.inline = self.inlines.read_html(nodes, leaf.code)

    def rule(self, token: Token, *_: object) -> None:
        assert token.map
        self.leaf(BlockKind.RULE, token.map, self.span(token.map[0], token.map[1], self.content_start(token.map[0])))

    def front_matter(self, token: Token, *_: object) -> None:
        assert token.map
        span = self.span(token.map[0], token.map[1])
        self.leaf(BlockKind.FRONT_MATTER, token.map, span)
        self.mask(span, Mask.FRONT_MATTER)

    def definition_leaf(self, token: Token, *_: object) -> None:
        assert token.map
        span = self.span(token.map[0], token.map[1], self.content_start(token.map[0]))
        self.leaf(BlockKind.DEFINITION, token.map, span)

    # -- tables -----------------------------------------------------------------------------------

    def table_open(self, token: Token, *_: object) -> None:
        assert token.map
        first, last = token.map
        self.table = self.leaf(BlockKind.TABLE, token.map, self.span(first, last, self.content_start(first)))

    def row(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        if self.table is None or token.map is None:
            return
        contents: list[Token] = []
        while tokens[index].type != "tr_close":
            if tokens[index].type == "inline":
                contents.append(tokens[index])
            index += 1
        line = token.map[0]
        text = self.lines[line]
        start = self.content_start(line)
        cells = spans.split_row(text[start:].rstrip(), self.source.line_starts[line] + start)
        if cells and not cells[0][0]:
            cells = cells[1:]
        if len(cells) > 1 and not cells[-1][0] and text.rstrip().endswith("|"):
            cells = cells[:-1]
        end = self.source.line_starts[line] + len(text.rstrip())
        row = TableRow(Span(self.source.line_starts[line] + start, end), [])
        for number, (content, segments) in enumerate(cells):
            known = number < len(contents) and contents[number].content == content
            where = ContentMap(content, segments)
            row.cells.append(self.inlines.read(where) if known else self.inlines.skip(where))
        self.table.rows.append(row)


_HANDLERS: dict[str, Handler] = {
    "plain_list": _BlockReader.plain_list,
    "bullet_list_open": _BlockReader.list_open,
    "ordered_list_open": _BlockReader.list_open,
    "bullet_list_close": _BlockReader.list_close,
    "ordered_list_close": _BlockReader.list_close,
    "list_item_open": _BlockReader.item_open,
    "list_item_close": _BlockReader.item_close,
    "blockquote_open": _BlockReader.quote_open,
    "blockquote_close": _BlockReader.quote_close,
    "footnote_reference_open": _BlockReader.footnote_open,
    "footnote_reference_close": _BlockReader.quote_close,
    "paragraph_open": _BlockReader.paragraph,
    "heading_open": _BlockReader.heading,
    "fence": _BlockReader.fence,
    "code_block": _BlockReader.code,
    "html_block": _BlockReader.html,
    "hr": _BlockReader.rule,
    "front_matter": _BlockReader.front_matter,
    "definition": _BlockReader.definition_leaf,
    "table_open": _BlockReader.table_open,
    "tr_open": _BlockReader.row,
}
