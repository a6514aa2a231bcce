"""Exact positions for markdown-it-py's inline tokens, which have none of their own.

Two halves. Inside one inline content, the inline rules are wrapped through the public ruler:
a rule that succeeded has pushed its tokens for exactly ``[state.pos before, state.pos after)``;
what lies between is text, stamped before emphasis is resolved and tokens change places. From
the inline content to the file, :class:`ContentMap` uses that every content line is a suffix of
its source line, whatever quotes, lists or lazy continuation took off the front.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    InlineRule = Callable[[StateInline, bool], bool]

MAX_IMAGE_DEPTH = 8
"""Images nested in the alt text of images, each of which is parsed on its own."""


class LinkPlace(NamedTuple):
    """Where the parts of a link stand in their inline content (offsets)."""

    start: int
    end: int
    text_start: int
    text_end: int
    url_start: int
    url_end: int
    form: str
    """``inline``, ``full``, ``collapsed`` or ``shortcut``"""
    label: str


class Helpers:
    """markdown-it-py's link helpers with a memory, in the place of its module of that name.

    The link rule asks for the same label and destination several times, and in hostile text
    once for every bracket; what was found once for an inline content is not looked for again.
    """

    parseLinkTitle = staticmethod(parseLinkTitle)  # noqa: N815  # the library's name

    def __init__(self) -> None:
        self.src = ""
        self.destinations: dict[tuple[int, int], Any] = {}

    def parseLinkDestination(self, src: str, start: int, end: int) -> Any:  # noqa: N802  # the library's name
        """As the library's, which see; but a backslash takes no line end along (CommonMark 0.31, section 6.3)."""
        if src is not self.src:
            self.src, self.destinations = src, {}
        known = self.destinations.get((start, end))
        if known is None:
            line_end = src.find("\n", start, end)
            known = parseLinkDestination(src, start, end if line_end < 0 else line_end)
            self.destinations[(start, end)] = known
        return known

    def parseLinkLabel(self, state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N802, N803  # as above
        """The offset of the ``]`` that closes the ``[`` at ``start``, or -1; as the library's.

        Every bracket that a walk passes is remembered with its partner, and whether a link lies
        between; one without a partner means that no bracket before it has one either.
        """
        known: dict[tuple[int, int], tuple[int, bool]] = vars(state).setdefault("labels", {})
        limit = state.posMax
        found = known.get((start, limit))
        if found is None:
            found = _walk(state, start, known, disable_nested=disableNested)
        end, nested = found
        return -1 if nested and disableNested else end


def _walk(
    state: StateInline, start: int, known: dict[tuple[int, int], tuple[int, bool]], *, disable_nested: bool
) -> tuple[int, bool]:
    before, limit, src = state.pos, state.posMax, state.src
    opened = [start]
    last_link = -1
    state.pos = start + 1
    while state.pos < limit:
        at, char = state.pos, src[state.pos]
        if char == "]":
            bracket = opened.pop()
            known[(bracket, limit)] = (at, last_link > bracket)
            if not opened:
                break
        state.md.inline.skipToken(state)
        if char != "[":
            continue
        if state.pos > at + 1:
            last_link = at
            if disable_nested:
                state.pos = before
                return -1, True
            continue
        inner = known.get((at, limit))
        if inner is None:
            opened.append(at)
        elif inner[0] < 0:
            break
        else:
            state.pos = inner[0] + 1
            last_link = at if inner[1] else last_link
    state.pos = before
    for bracket in opened:
        known[(bracket, limit)] = (-1, False)
    return known[(start, limit)]


def install(md: MarkdownIt) -> None:
    """Make ``md`` stamp every inline token with ``meta["span"]``, an offset pair.

    Links and images also get ``meta["place"]``, a :class:`LinkPlace`.
    """
    md.helpers = Helpers()  # type: ignore[assignment]  # a module there: any object with its functions will do
    rules = dict(zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(""), strict=True))
    wraps: dict[str, tuple[str, Callable[[InlineRule], InlineRule]]] = {
        "newline": ("\n", _stamp_last),
        "escape": ("\\", _stamp_last),
        "backticks": ("`", _stamp_last),
        "autolink": ("<", _stamp_autolink),
        "html_inline": ("<", _stamp_last),
        "entity": ("&", _stamp_last),
        "footnote_ref": ("[", _stamp_last),
        "link": ("[", _stamp_link),
        "image": ("!", _stamp_image),
        "strikethrough": ("~", _unstamped),
        "emphasis": ("*_", _unstamped),
    }
    for name, (triggers, wrap) in wraps.items():
        md.inline.ruler.at(name, _guarded(wrap(rules[name]), triggers))
    md.inline.ruler2.before("balance_pairs", "stamp_text", _stamp_text)
    # Joined text would lose the spans of its parts, and nobody here needs token levels.
    md.inline.ruler2.disable("fragments_join")
    md.core.ruler.disable("text_join")


def _guarded(rule: InlineRule, triggers: str) -> InlineRule:
    def guarded(state: StateInline, silent: bool) -> bool:
        return state.src[state.pos] in triggers and rule(state, silent)

    return guarded


def _unstamped(rule: InlineRule) -> InlineRule:
    return rule


def _stamp_last(rule: InlineRule) -> InlineRule:
    def stamped(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent and len(state.tokens) > before:
            # A rule may also add to the pending text only; then there is nothing to stamp,
            # or only that text, flushed: it is no token of the rule's own.
            token = state.tokens[-1]
            if token.type != "text":
                token.meta["span"] = (start, state.pos)
        return True

    return stamped


def _stamp_autolink(rule: InlineRule) -> InlineRule:
    def stamped(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            end = state.pos
            opening, text, closing = state.tokens[-3:]
            opening.meta["span"] = (start, start + 1)
            opening.meta["place"] = LinkPlace(start, end, start + 1, end - 1, start + 1, end - 1, "auto", "")
            text.meta["span"] = (start + 1, end - 1)
            closing.meta["span"] = (end - 1, end)
        return True

    return stamped


def _no_bracket_ahead(state: StateInline) -> bool:
    """Without a ``]`` ahead no link can be: this keeps runs of ``[`` linear."""
    last = state.env.get("last_bracket")
    if last is None or last[0] is not state:
        last = state.env["last_bracket"] = (state, state.src.rfind("]"))
    return bool(state.pos > last[1])


def _stamp_link(rule: InlineRule) -> InlineRule:
    def stamped(state: StateInline, silent: bool) -> bool:
        if _no_bracket_ahead(state):
            return False
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            tokens = state.tokens
            opening = tokens[before] if tokens[before].type == "link_open" else tokens[before + 1]
            place = _place(state, start, start, state.pos)
            opening.meta["span"] = (start, start + 1)
            opening.meta["place"] = place
            tokens[-1].meta["span"] = (place.text_end, place.end)
        return True

    return stamped


def _stamp_image(rule: InlineRule) -> InlineRule:
    def stamped(state: StateInline, silent: bool) -> bool:
        depth = state.env.get("image_depth", 0)
        if depth >= MAX_IMAGE_DEPTH or _no_bracket_ahead(state):
            return False
        start = state.pos
        state.env["image_depth"] = depth + 1
        try:
            if not rule(state, silent):
                return False
        finally:
            state.env["image_depth"] = depth
        if not silent:
            token = state.tokens[-1]
            token.meta["span"] = (start, state.pos)
            token.meta["place"] = _place(state, start, start + 1, state.pos)
        return True

    return stamped


def _place(state: StateInline, start: int, bracket: int, end: int) -> LinkPlace:
    """Find the parts of the link or image that was just parsed from ``start`` to ``end``.

    ``bracket`` is where its ``[`` stands. The label was parsed a moment ago, so that
    ``parseLinkLabel`` answers from the state's cache.
    """
    src = state.src
    text_end = state.md.helpers.parseLinkLabel(state, bracket, bracket == start)
    text_start, after = bracket + 1, text_end + 1
    if end == after:
        return LinkPlace(start, end, text_start, text_end, end, end, "shortcut", src[text_start:text_end])
    if src[after] == "[":
        label = src[after + 1 : end - 1]
        form = "full" if label else "collapsed"
        return LinkPlace(start, end, text_start, text_end, end, end, form, label or src[text_start:text_end])
    at = after + 1
    while src[at] in " \t\n":
        at += 1
    destination = state.md.helpers.parseLinkDestination(src, at, state.posMax)
    stop = destination.pos if destination.ok else at
    if src[at] == "<" and stop > at:
        at, stop = at + 1, stop - 1
    return LinkPlace(start, end, text_start, text_end, at, stop, "inline", "")


def _stamp_text(state: StateInline) -> None:
    """Stamp the tokens that no rule stamped: they are text, one after the other."""
    cursor = 0
    for token in state.tokens:
        span = token.meta.get("span")
        if span is None:
            span = token.meta["span"] = (cursor, cursor + len(token.content))
        cursor = span[1]


_span = tuple.__new__
"""Makes a :class:`Span` without the detour over its keywords: there are ten for each link."""


class Segment(NamedTuple):
    """A run of content that stands in one piece in the file."""

    content: int
    """offset in the content"""
    pad: int
    """spaces at its start that stand for the rest of a tab"""
    source: int
    """offset in the file of what follows the padding"""


class ContentMap:
    """From offsets in an inline content to offsets in the file."""

    __slots__ = ("_shift", "_starts", "content", "segments")

    def __init__(self, content: str, segments: Sequence[Segment]) -> None:
        self.content = content
        self.segments = segments
        # Where nothing was taken off, as in most contents, the map is no more than a distance.
        first, pad, source = segments[0]
        self._shift = source - first if pad == 0 and len(segments) == 1 else None
        self._starts = [segment.content for segment in segments] if self._shift is None else []

    def at(self, offset: int) -> int:
        """The offset in the file of the code point at ``offset`` of the content."""
        if self._shift is not None:
            return self._shift + offset
        content, pad, source = self.segments[max(0, bisect_right(self._starts, offset) - 1)]
        into = offset - content
        return source - 1 if into < pad else source + into - pad

    def span(self, start: int, end: int) -> Span:
        """The span in the file of a stretch of the content."""
        if end <= start:
            at = self.at(start)
            return Span(at, at)
        if self._shift is not None:
            return _span(Span, (self._shift + start, self._shift + end))
        return Span(self.at(start), self.at(end - 1) + 1)

    def mismatch(self, text: str) -> int | None:
        """The first content offset that does not map to its own code point, or None.

        A NUL reads as U+FFFD in the content, and the spaces of a half-expanded tab as a tab.
        """
        for offset, char in enumerate(self.content):
            there = text[self.at(offset)]
            if there != char and not (there == "\t" and char == " ") and not (there == "\0" and char == "\ufffd"):
                return offset
        return None


class Lines:
    """The source's lines, as content is aligned with them."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str, starts: tuple[int, ...]) -> None:
        # As the parser reads it: NUL is U+FFFD there.
        self.text = text.replace("\0", "\ufffd")
        self.starts = starts

    def __getitem__(self, index: int) -> str:
        return self.text[self.starts[index] : self.end(index)]

    def end(self, index: int) -> int:
        """The offset behind the last character of a line."""
        return self.starts[index + 1] - 1 if index + 1 < len(self.starts) else len(self.text)

    def __len__(self) -> int:
        return len(self.starts)

    def align(self, content: str, first: int, last: int) -> ContentMap | None:
        """Map ``content``, whose lines are suffixes of the lines ``first`` to ``last``.

        ``last`` is exclusive. White-space lines that the parser stripped from the front are
        skipped. Returns None where the content does not stand there.
        """
        head = content.find("\n")
        start = self.end(first) - (len(content) if head < 0 else head)
        if start >= self.starts[first] and self.text.startswith(content, start):
            return ContentMap(content, (Segment(0, 0, start),))
        for skip in range(max(1, last - first)):
            segments = self._suffixes(content, first + skip, last)
            if segments:
                return ContentMap(content, segments)
            if self[first + skip].strip(" \t>").strip():
                # Only lines that hold nothing the parser would keep can have been skipped.
                break
        return None

    def _suffixes(self, content: str, first: int, last: int) -> list[Segment] | None:
        segments: list[Segment] = []
        at, index = 0, first
        parts = content.split("\n")
        for number, part in enumerate(parts):
            if index >= last:
                return None if part or number < len(parts) - 1 else segments
            line = self[index]
            found = _suffix(line, part)
            if found is None and number == len(parts) - 1:
                found = _suffix(line.rstrip(), part) or _before_space(line, part)
            if found is None:
                return None
            pad, column = found
            segments.append(Segment(at, pad, self.starts[index] + column))
            at += len(part) + 1
            index += 1
        return segments

    def align_in_line(self, content: str, index: int, after: int) -> ContentMap | None:
        """Map one-line ``content`` that stands in line ``index`` at or after column ``after``."""
        column = self[index].find(content, after)
        return None if column < 0 else ContentMap(content, [Segment(0, 0, self.starts[index] + column)])


def _suffix(line: str, part: str) -> tuple[int, int] | None:
    """(padding, column) at which ``part`` ends ``line``; the padding is what a tab left."""
    if line.endswith(part):
        return 0, len(line) - len(part)
    bare = part.lstrip(" ")
    pad = len(part) - len(bare)
    if pad and line.endswith(bare):
        column = len(line) - len(bare)
        # Spaces that the file does have are no padding.
        real = len(line[:column]) - len(line[:column].rstrip(" "))
        if real < pad and line[: column - real].endswith("\t"):
            return pad - real, column - real
    return None


def _before_space(line: str, part: str) -> tuple[int, int] | None:
    """The same where only white space follows: the parser keeps some that Python counts as such, and drops some."""
    column = line.rfind(part)
    return (0, column) if column >= 0 and not line[column + len(part) :].strip() else None


def split_row(line: str, start: int) -> list[tuple[str, list[Segment]]]:
    """Split a table row into its cells, as the table rule does, with positions.

    ``line`` is the row without its prefix, ``start`` its offset in the file. Each cell is its
    content and segments; a backslash before a pipe is dropped from the content.
    """
    cells: list[tuple[str, list[Segment]]] = []
    pieces: list[tuple[int, int]] = []
    last, escaped = 0, False
    for at, char in enumerate(line):
        if char == "|":
            if escaped:
                pieces.append((last, at - 1))
                last = at
            else:
                cells.append(_cell(line, [*pieces, (last, at)], start))
                pieces, last = [], at + 1
        escaped = char == "\\"
    cells.append(_cell(line, [*pieces, (last, len(line))], start))
    return cells


def _cell(line: str, pieces: list[tuple[int, int]], start: int) -> tuple[str, list[Segment]]:
    whole = "".join(line[a:b] for a, b in pieces)
    lead = len(whole) - len(whole.lstrip())
    content = whole.strip()
    segments: list[Segment] = []
    at = -lead
    for a, b in pieces:
        skip = max(0, -at)
        if b - a > skip or not segments:
            segments.append(Segment(max(0, at), 0, start + a + min(skip, b - a)))
        at += b - a
    return content, segments


def meta(token: Token) -> dict[str, Any]:
    """A token's metadata, typed."""
    return token.meta
