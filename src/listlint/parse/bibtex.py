"""Reads BibTeX: one pass, every position exact, never an exception, and sound entries survive broken ones.

What is read is BibTeX's own language (its source, ``bibtex.web``): braces count whatever
backslash precedes them, a quote inside braces is text, ``(`` delimits entries as ``{`` does,
and ``%`` starts a comment between entries only where a whole line is meant.

Recovery rests on three facts of how people write: an entry starts a line with ``@type{key,``;
a field starts a line, or follows a comma, with ``name = value``; and what BibTeX would lose, a
reader still sees. Each error is reported once, at the place that has to change.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from listlint.model.bib import BibComment, BibPreamble, BibProblem, BibProblemKind, BibScan, BibString, CommentKind
from listlint.model.edit import Edit
from listlint.model.nodes import BibEntry, BibField
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["scan", "scan_lines"]

_Pair = tuple[int, int]
"""Start and end in the text that is scanned."""

_SPAN: Final = cast("Callable[[_Pair], Span]", partial(tuple.__new__, Span))
"""What ``Span._make`` does, at half its cost: three spans a field are most of the time."""

_TYPES: Final = (
    "article|artwork|audio|bibnote|bookinbook|booklet|book|collection|commentary|comment|conference|dataset|image|"
    "inbook|incollection|inproceedings|inreference|jurisdiction|legal|legislation|letter|manual|mastersthesis|misc|"
    "movie|music|mvbook|mvcollection|mvproceedings|mvreference|online|patent|performance|periodical|phdthesis|"
    "preamble|proceedings|reference|report|review|set|software|standard|string|suppbook|suppcollection|"
    "suppperiodical|techreport|thesis|unpublished|video|www|xdata"
)
_NAME: Final = r"[^\s\"#%'(),={}\d@][^\s\"#%'(),={}@]*+"
"""An identifier of BibTeX."""
_LIKELY: Final = r"[A-Za-z][\w:.+-]*+"
"""The name of a field as people write them; used where the reader guesses."""
_ASSIGNS: Final = rf"({_LIKELY})\s*+=\s*+(?:[{{\"]|[\w:.+-]++(?:\s*+[,#}}]|[^\S\n]*+\n))"


def _fast(close: str, *, nested: bool) -> re.Pattern[str]:
    """The pattern of a well-formed field up to its comma, or to ``close``."""
    close = re.escape(close)
    braced = quoted = r"(?!)"
    if nested:
        braced = r"\{(?:[^{}]++|\{[^{}]*+\})*+\}"
        quoted = r"\{[^{}]*+\}"
    value = (
        rf"(?:\{{(?:[^{{}}]++|{braced})*+\}}|\"(?:[^\"{{}}]++|{quoted})*+\""
        rf"|(?:\d++|{_NAME})(?=\s*+(?:[#{close}]|,\s*+(?:{_LIKELY}\s*+=|{close}))))"
    )
    return lazy(rf"\s*+({_NAME})\s*+=\s*+({value}(?:\s*+#\s*+{value})*+)\s*+([,{close}])")


_FAST_BRACE = _fast("}", nested=True)
_FAST_PAREN = _fast(")", nested=True)
_STRICT_BRACE = _fast("}", nested=False)
_STRICT_PAREN = _fast(")", nested=False)

_START = lazy(rf"@[^\S\n]*+(?:([^\W\d_][\w-]*+)\s*+(\{{)|((?i:{_TYPES}))\s*+(\())")
_TYPE_AHEAD = lazy(r"[^\S\n]*+[^\W\d_]")
_BOUNDARY = lazy(rf"\n[^\S\n]*+(?=@[^\S\n]*+(?:(?i:{_TYPES})\s*+[{{(]|[^\W\d_][\w-]*+\s*+\{{\s*+[^\s,{{}}=]*+\s*+,))")
"""The start of an entry that ends an open one before it."""
_NO_BRACE = lazy(rf"@([^\s,{{}}=@()]++)(?:[ \t]++([^\s,{{}}=@()]++))?\s*+(?=,\s*+{_ASSIGNS})")
_KNOWN_TYPE = lazy(rf"(?i:{_TYPES})")
_HEAD = lazy(r"\s*+([^\s,{}=]++)\s*+([,})])")
_HEAD_PAREN = lazy(r"\s*+([^\s,{}=()]++)\s*+([,)])")
_KEY_TEXT = lazy(r"[^,={}\n]*+")
_AFTER_KEY_CLOSE = lazy(rf"[^\s,{{}}=@]*+\s*+,\s*+{_ASSIGNS}")
_SPACE = lazy(r"\s*+")
_WORD = lazy(_NAME)
_NAME_EQUALS = lazy(rf"({_NAME})\s*+=")
_LIKELY_EQUALS = lazy(rf"{_LIKELY}\s*+=")
_LIKELY_OPENS = lazy(rf"{_LIKELY}[^\S\n]*+[{{\"]")
_TOKEN = lazy(r"[^\s\"#%'(),={}]++")
_TOKEN_ENDS = lazy(rf"\s*+(?:[}})#%]|\Z|{_LIKELY}\s*+=|,\s*+(?:[,}})%@]|\Z|{_LIKELY}\s*+=))")
_WORD_VALUE = lazy(r"[\w-]++[^\S\n]*+(?:[,})\n#]|\Z)")
_AHEAD = lazy(rf"(?:,\s*+|\n[^\S\n]*+){_ASSIGNS}")
_BRACES = lazy(r"[{}]")
_DELIMITERS = lazy(r"[{}\"]")
_STOPS = lazy(r"[{}@]")
_STOPS_PAREN = lazy(r"[{})@]")
_FOLLOWS = lazy(rf"\s*+(?:[,#%}})]|\Z|{_LIKELY}\s*+=)")
_FOLLOWS_EXTRA = lazy(rf"\s*+(?:[,#}})]|{_LIKELY}\s*+=)")
_FOLLOWS_VALUE = lazy(rf"\s*+(?:([,}})])|{_LIKELY}\s*+=)")
_AFTER_BRACE = lazy(rf"\s*+,?\s*+(?:{_ASSIGNS}|\}})")
_AFTER_PAREN = lazy(rf"\s*+,?\s*+(?:{_ASSIGNS}|\))")
_LINE_CLOSE = lazy(r"\n[^\S\n]*+[})][^\S\n]*+(?=\n|\Z)")
_PERCENT_END = lazy(r"\n|@[^\S\n]*+[^\W\d_][\w-]*+\s*+[{(]")
_PREAMBLE = lazy(
    r"\s*+((?:\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}|\"(?:[^\"{}]++|\{[^{}]*+\})*+\"|[^\s\"#%'(),={}]++|[\s#])++)"
    r"(?<!\s)\s*+([})])"
)
_TEMPLATE_KEY = lazy(r"<|>\Z|\.\.\.|…")
_TEMPLATE_TEXT = lazy(r"(?:[.…]++|<[^<>]*+>|\s++)++\Z")
_SEMICOLONS = frozenset(";.，；、。")
"""What people type for a comma."""


def scan(text: str, start: int = 0, end: int | None = None) -> BibScan:
    """Read ``text[start:end]`` as BibTeX; every span counts from the start of ``text``.

    Values, keys and names are the slices of their spans. Takes time in proportion to the
    length; raises nothing.
    """
    stop = len(text) if end is None else max(0, min(end, len(text)))
    begin = max(0, min(start, stop))
    return _Scanner(text, begin, stop, _SPAN, Span(begin, stop)).run()


def scan_lines(text: str, lines: Sequence[Span]) -> BibScan:
    """Read BibTeX whose lines have a prefix, as in a block quote.

    ``lines`` are the spans of the lines without prefix and line ending, in order. They are
    joined by newlines, and that is what values hold; spans point into ``text``, and those of
    several lines cover the prefixes between them.
    """
    if not lines:
        return BibScan(Span(0, 0))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + line.length + 1)
    joined = "\n".join([text[line.start : line.end] for line in lines])

    def place(pair: _Pair) -> Span:
        start, end = pair
        first = min(bisect_right(starts, start), len(lines)) - 1
        begin = lines[first].start + start - starts[first]
        if end <= start:
            return Span(begin, begin)
        last = min(bisect_right(starts, end - 1), len(lines)) - 1
        return Span(begin, lines[last].start + end - starts[last])

    return _Scanner(joined, 0, len(joined), place, Span(lines[0].start, lines[-1].end)).run()


class _Open:
    """The entry that is being read."""

    __slots__ = (
        "close", "end", "fast", "fields", "found", "key", "key_at", "kind", "last", "limit", "opener", "start",
        "strict", "template",
    )  # fmt: skip

    def __init__(self, start: int, kind: str, opener: int, close: str, limit: int, strict: bool) -> None:
        self.start, self.kind, self.opener, self.close, self.limit = start, kind, opener, close, limit
        self.key = ""
        self.key_at: _Pair = (opener + 1, opener + 1)
        self.fields: list[BibField] = []
        self.found: list[tuple[int, BibProblem]] = []
        """problems with the offset that each starts at"""
        self.last: tuple[_Pair, ...] = ()
        """of the last field: itself, its name, its value (more may follow)"""
        self.end = -1
        """the offset behind the entry, once it is known"""
        self.template = False
        self.strict = False
        self.fast = _FAST_BRACE if close == "}" else _FAST_PAREN
        if strict:
            self.harden()

    def harden(self) -> None:
        """From here on a value ends where a field seems to start, since braces cannot be trusted."""
        self.strict = True
        self.fast = _STRICT_BRACE if self.close == "}" else _STRICT_PAREN


class _Scanner:
    """State of one reading. Offsets are those of ``text``; ``place`` makes spans of them."""

    def __init__(self, text: str, start: int, end: int, place: Callable[[_Pair], Span], span: Span) -> None:
        self.text, self.start, self.end, self.place, self.span = text, start, end, place, span
        self.joined = span != (start, end)
        self.entries: list[BibEntry] = []
        self.strings: list[BibString] = []
        self.preambles: list[BibPreamble] = []
        self.comments: list[BibComment] = []
        self.problems: list[BibProblem] = []
        self.boundaries = [found.end() for found in _BOUNDARY.finditer(text, start, end)]
        self.next_boundary = 0
        self.strict_until = -1
        """entries that start before it share a broken stretch"""
        self.open_comment = False
        """a comment was found that nothing closes"""
        self.line = (start, -1)
        """an offset, and the first character that is no blank on its line"""
        self.ahead = (0, -2, 0)
        """from where the next field was looked for, where it is, and up to where"""
        self.stop = (0, -2, "", 0)
        """the same for the next brace that nothing opened"""
        self.quote = (0, -1, -1)
        """the same for the next quote outside of braces"""

    def run(self) -> BibScan:
        """Read everything."""
        text, end = self.text, self.end
        pos = free = self.start
        while (at := text.find("@", pos, end)) >= 0:
            if not _TYPE_AHEAD.match(text, at + 1, end):
                pos = at + 1
                continue
            if self._prose(free, at):
                pos = self._line_end(at) if text[at - 1] in "% \t" else at + 1
                continue
            found = _START.match(text, at, end)
            past = self._construct(free, found) if found else self._unopened(free, at)
            if past > at:
                free = past
            pos = max(past, at + 1)
        self._free(free, end)
        return BibScan(
            self.span,
            tuple(self.entries),
            tuple(self.strings),
            tuple(self.preambles),
            tuple(self.comments),
            tuple(self.problems),
        )

    # Between entries

    def _free(self, start: int, end: int) -> None:
        if start < end:
            self.comments.append(BibComment(self.place((start, end)), CommentKind.FREE))

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at, self.end)
        return self.end if found < 0 else found

    def _prose(self, free: int, at: int) -> bool:
        """Tell whether the ``@`` belongs to an address, a command or a line commented out.

        BibTeX reads ``%@article{…}``; Biber and everyone who types it do not.
        """
        if at == free:
            return False
        before = self.text[at - 1]
        if before.isalnum() or before in "_\\.":
            return True
        if before not in "% \t":
            return False
        return self.text.startswith("%", self._indented(free, at))

    def _indented(self, free: int, at: int) -> int:
        """The first character that is no blank on the line of ``at``, not before ``free``."""
        known, first = self.line
        found = self.text.rfind("\n", max(known, free), at)
        if found >= 0 or first < free:
            first = _end(_SPACE, self.text, max(found + 1, free), at)
        self.line = (at, first)
        return first

    def _limit(self, at: int) -> int:
        while self.next_boundary < len(self.boundaries) and self.boundaries[self.next_boundary] <= at:
            self.next_boundary += 1
        return self.boundaries[self.next_boundary] if self.next_boundary < len(self.boundaries) else self.end

    def _construct(self, free: int, found: re.Match[str]) -> int:
        """Read what starts with ``@type{``; the offset behind it, or its start if it is no BibTeX."""
        at, kind = found.start(), found[1] or found[3]
        folded = kind.lower()
        close = "}" if found[2] else ")"
        if folded == "string" and (end := self._macro(free, at, found.end())):
            return end
        if folded == "comment":
            return self._comment(free, at, found.end(), close)
        entry = _Open(at, kind, found.end() - 1, close, self._limit(at), at < self.strict_until)
        if folded == "preamble":
            return self._preamble(free, entry)
        pos = found.end() if folded == "string" else self._key(entry, found.end())
        self._body(entry, pos)
        return self._finish(free, entry)

    def _macro(self, free: int, at: int, pos: int) -> int:
        """A sound ``@string{…}``, of which some files have thousands; the offset behind it, else 0."""
        found = _FAST_BRACE.match(self.text, pos, self._limit(at))
        if not found or found[3] != "}" or self.text[pos - 1] != "{" or at < self.strict_until:
            return 0
        if _AFTER_BRACE.match(self.text, found.end(), self.end):
            return 0
        self._free(free, at)
        name, value = found.group(1, 2)
        regs, place = found.regs, self.place
        self.strings.append(BibString(place((at, regs[0][1])), name, place(regs[1]), value, place(regs[2])))
        return found.end()

    def _comment(self, free: int, at: int, pos: int, close: str) -> int:
        """``@comment{…}``: up to its brace, else up to the next entry."""
        end, depth = -1, 1
        limit = self._limit(at) if self.open_comment else self.end
        if close == ")":
            end = self.text.find(")", pos, limit) + 1 or -1
        else:
            for brace in _BRACES.finditer(self.text, pos, limit):
                depth += 1 if brace[0] == "{" else -1
                if depth == 0:
                    end = brace.end()
                    break
        if end < 0:
            self.open_comment = True
            end = self._limit(at)
        self._free(free, at)
        self.comments.append(BibComment(self.place((at, end)), CommentKind.EXPLICIT))
        return end

    def _preamble(self, free: int, entry: _Open) -> int:
        found = _PREAMBLE.match(self.text, entry.opener + 1, entry.limit)
        if found and found[2] == entry.close:
            value, end = found.span(1), found.end()
        else:
            stop, char = self._unmatched(entry, entry.opener + 1)
            end = stop + (char == entry.close)
            value = (entry.opener + 1, self._trimmed(entry.opener + 1, stop))
            if char != entry.close:
                self._truncated(entry, max(value[1], entry.opener + 1))
                end = entry.end
                value = (value[0], min(value[1], end))
        self._free(free, entry.start)
        self.preambles.append(BibPreamble(self.place((entry.start, end)), self.text[slice(*value)], self.place(value)))
        self.problems.extend(problem for _, problem in entry.found)
        return end

    def _unopened(self, free: int, at: int) -> int:
        """``@type key,`` or ``@typekey,`` before fields: the brace is missing. Else ``at``."""
        if self._indented(free, at) != at:
            return at
        found = _NO_BRACE.match(self.text, at, self.end)
        known = _KNOWN_TYPE.match(found[1]) if found else None
        if not found or not known or (found[2] and known.end() < len(found[1])):
            return at
        kind_end = at + 1 + known.end()
        key_at = found.span(2) if found[2] else (kind_end, found.end(1))
        entry = _Open(at, known[0], key_at[0] - 1, "}", self._limit(at), at < self.strict_until)
        entry.key, entry.key_at = self.text[slice(*key_at)], key_at
        self._say(entry, BibProblemKind.DROPPED_OPENING_BRACE, (at, kind_end), known[0], ((kind_end, key_at[0]), "{"))
        self._body(entry, found.end() + 1)
        return self._finish(free, entry)

    def _finish(self, free: int, entry: _Open) -> int:
        """Keep what was read; the offset behind it, or its start if it turned out to be prose."""
        if entry.kind.lower() != "string" and not entry.fields and entry.found and not self._is_type(entry.kind):
            return entry.start
        self._free(free, entry.start)
        span = self.place((entry.start, entry.end))
        if entry.template:
            self.comments.append(BibComment(span, CommentKind.TEMPLATE))
            return entry.end
        if entry.found:
            self.problems.extend(problem for _, problem in entry.found)
            entry.fields = [field for field in entry.fields if field.name]
        if entry.kind.lower() != "string":
            self.entries.append(BibEntry(span, entry.kind, entry.key, self.place(entry.key_at), tuple(entry.fields)))
        elif entry.fields:
            self.strings.extend(BibString(span, f.name, f.name_span, f.value, f.value_span) for f in entry.fields)
        else:
            self.comments.append(BibComment(span, CommentKind.EXPLICIT))
        return entry.end

    @staticmethod
    def _is_type(kind: str) -> bool:
        return _KNOWN_TYPE.fullmatch(kind) is not None

    # The key

    def _key(self, entry: _Open, pos: int) -> int:
        """Read the key and its comma; the offset where fields start."""
        head = _HEAD if entry.close == "}" else _HEAD_PAREN
        found = head.match(self.text, pos, entry.limit)
        if not found or (found[2] != "," and found[2] != entry.close):
            return self._odd_key(entry, pos)
        entry.key, entry.key_at = found[1], found.span(1)
        if _TEMPLATE_KEY.search(entry.key):
            entry.template = True
        if found[2] == ",":
            return found.end()
        return self._key_closed(entry, found.start(2))

    def _key_closed(self, entry: _Open, pos: int) -> int:
        """The entry ends behind its key, unless fields follow."""
        found = _AFTER_KEY_CLOSE.match(self.text, pos + 1, entry.limit)
        if not found:
            entry.end = pos + 1
            return entry.end
        self._say(entry, BibProblemKind.EXTRA_CLOSING_BRACE, (pos, pos + 1), entry.close, ((pos, pos + 1), ""))
        return found.start(1)

    def _odd_key(self, entry: _Open, pos: int) -> int:
        text = self.text
        at = self._space(entry, pos)
        char = text[at] if at < entry.limit else ""
        if char in {",", entry.close}:
            entry.key_at = (at, at)
            self._say(entry, BibProblemKind.EMPTY_KEY, (at, at + 1))
            return at + 1 if char == "," else self._key_closed(entry, at)
        if _NAME_EQUALS.match(text, at, entry.limit):
            self._say(entry, BibProblemKind.MISSING_KEY, (entry.start, entry.opener + 1))
            return at
        found = _KEY_TEXT.match(text, at, entry.limit)
        end = self._trimmed(at, found.end()) if found else at
        stop = found.end() if found else at
        char = text[stop] if stop < entry.limit else ""
        if char in {"=", "{"}:
            end = self._key_before_field(at, end)
        if end == at:
            self._say(entry, BibProblemKind.MISSING_KEY, (entry.start, entry.opener + 1))
            return at
        entry.key, entry.key_at = text[at:end], (at, end)
        entry.template = _TEMPLATE_KEY.search(entry.key) is not None
        return self._after_odd_key(entry, char, stop)

    def _key_before_field(self, at: int, end: int) -> int:
        """The end of a key that a field follows without comma."""
        words = self.text[at:end]
        cut = len(words.rstrip()) - len(words.split()[-1]) if words.strip() else 0
        return at + len(words[:cut].rstrip())

    def _after_odd_key(self, entry: _Open, char: str, stop: int) -> int:
        end = entry.key_at[1]
        if char in {",", entry.close}:
            if any(c.isspace() for c in entry.key):
                self._say(entry, BibProblemKind.SPACE_IN_KEY, entry.key_at, entry.key)
            return stop + 1 if char == "," else self._key_closed(entry, stop)
        pos = self._space(entry, end)
        if pos >= entry.limit:
            return pos
        if self.text[pos] == ",":
            return pos + 1
        if self.text[pos] == entry.close:
            return pos
        self._say(entry, BibProblemKind.MISSING_COMMA, (end - 1, end), entry.key, ((end, end), ","))
        return pos

    # Fields

    def _body(self, entry: _Open, pos: int) -> None:
        """Read the fields up to the entry's end; ``pos`` is where one is expected."""
        text, place, add = self.text, self.place, entry.fields.append
        while entry.end < 0:
            found = entry.fast.match(text, pos, entry.limit)
            if found is None:
                pos = self._step(entry, pos)
                continue
            name, value, mark = found.group(1, 2, 3)
            regs = entry.last = found.regs
            add(BibField(name, place(regs[1]), value, place(regs[2])))
            pos = regs[0][1]
            if mark != ",":
                pos = self._close(entry, pos - 1)

    def _step(self, entry: _Open, pos: int) -> int:
        """Read one thing that is not a plain field; the offset behind it."""
        text = self.text
        pos = self._space(entry, pos)
        if pos >= entry.limit or self._starts(pos):
            entry.limit = min(pos, entry.limit)
            return self._unclosed(entry)
        if text[pos] == entry.close:
            return self._close(entry, pos)
        if text[pos] in ",%=":
            return self._mark(entry, pos)
        if found := _NAME_EQUALS.match(text, pos, entry.limit):
            return self._field(entry, found.span(1), found.end())
        if found := _WORD.match(text, pos, entry.limit):
            return self._word(entry, found)
        return self._junk(entry, pos)

    def _mark(self, entry: _Open, pos: int) -> int:
        """Read a comma, percent or equals sign where a field should start."""
        char, at = self.text[pos], (pos, pos + 1)
        if char == "%":
            return self._percent(entry, pos)
        if char == ",":
            self._say(entry, BibProblemKind.DOUBLED_COMMA, at, self._name(entry), (at, ""))
            return pos + 1
        self._say(entry, BibProblemKind.MISSING_NAME, at, char)
        return self._field(entry, (pos, pos), pos + 1)

    def _starts(self, pos: int) -> bool:
        return self.text[pos] == "@" and _START.match(self.text, pos, self.end) is not None

    def _percent(self, entry: _Open, pos: int) -> int:
        found = _PERCENT_END.search(self.text, pos, entry.limit)
        end = found.start() if found else entry.limit
        self._say(entry, BibProblemKind.PERCENT, (pos, max(self._trimmed(pos, end), pos + 1)))
        return end

    def _word(self, entry: _Open, found: re.Match[str]) -> int:
        """A name without ``=``."""
        text, (start, end) = self.text, found.span()
        if _TEMPLATE_TEXT.match(found[0]):
            entry.template = True
            return end
        pos = self._space(entry, end)
        char = text[pos] if pos < entry.limit else ""
        same_line = "\n" not in text[end:pos]
        if (char and char in '{"') or (same_line and _WORD_VALUE.match(text, pos, entry.limit)):
            self._say(entry, BibProblemKind.MISSING_EQUALS, (start, end), found[0], ((end, end), " ="))
            return self._field(entry, (start, end), pos)
        if char in {",", entry.close}:
            self._say(entry, BibProblemKind.MISSING_EQUALS, (start, end), found[0])
            return pos + 1 if char == "," else pos
        return self._junk(entry, start)

    def _junk(self, entry: _Open, pos: int) -> int:
        """Text that is no field; the offset behind it."""
        stop, _ = self._unmatched(entry, pos)
        if stop <= pos:
            self._say(entry, BibProblemKind.EXTRA_CLOSING_BRACE, (pos, pos + 1), self.text[pos], ((pos, pos + 1), ""))
            return pos + 1
        end = max(self._trimmed(pos, stop), pos + 1)
        text = self.text[pos:end]
        if _TEMPLATE_TEXT.match(text.rstrip(",")):
            entry.template = True
        self._say(entry, BibProblemKind.UNEXPECTED_TEXT, (pos, end), text)
        return stop + 1 if stop < entry.limit and self.text[stop] == "," else stop

    # Values

    def _field(self, entry: _Open, name: _Pair, pos: int) -> int:
        """Read a value and what follows it; ``pos`` is behind the ``=``."""
        text = self.text
        pos = self._space(entry, pos)
        if pos < entry.limit and text[pos] == "=":
            self._say(entry, BibProblemKind.UNEXPECTED_TEXT, (pos, pos + 1), "=", ((pos, pos + 1), ""))
            pos = self._space(entry, pos + 1)
        if pos >= entry.limit or self._starts(pos):
            entry.limit = min(pos, entry.limit)
            return self._unclosed(entry)
        if text[pos] in {",", entry.close} or _LIKELY_EQUALS.match(text, pos, entry.limit):
            return self._no_value(entry, name, pos)
        if text[pos] not in '{"':
            return self._bare(entry, name, pos)
        return self._pieces(entry, name, pos, pos)

    def _no_value(self, entry: _Open, name: _Pair, pos: int) -> int:
        """What follows the ``=`` at ``pos`` is no value; ``= },`` is what is left of ``= {},``."""
        found = _AFTER_BRACE.match(self.text, pos + 1, entry.limit)
        if self.text[pos] == "}" and found and found[1]:
            return self._without_opener(entry, name, (pos, pos + 1))
        if name[0] < name[1]:
            self._say(entry, BibProblemKind.MISSING_VALUE, name, self.text[slice(*name)])
        return pos + 1 if self.text[pos] == "," else pos

    def _pieces(self, entry: _Open, name: _Pair, start: int, pos: int) -> int:
        """Read the operands of ``#`` from ``pos`` on, of a value that starts at ``start``."""
        text = self.text
        while True:
            if text[pos] in '{"':
                end, stop = self._braced(entry, pos) if text[pos] == "{" else self._quoted(entry, pos)
                if end < 0:
                    return self._unclosed_value(entry, name, start, pos, stop)
            else:
                found = _TOKEN.match(text, pos, entry.limit)
                end = found.end() if found else pos
            pos = self._space(entry, end)
            if pos >= entry.limit or text[pos] != "#":
                break
            pos = self._space(entry, pos + 1)
            if pos >= entry.limit:
                break
            if text[pos] in {",", entry.close}:
                self._say(entry, BibProblemKind.MISSING_VALUE, (end - 1, end), text[slice(*name)])
                self._add(entry, name, (start, max(end, start)))
                return self._after(entry, pos)
        self._add(entry, name, (start, max(end, start)))
        return self._after(entry, max(end, start))

    def _braced(self, entry: _Open, pos: int) -> _Pair:
        """The end of a braced piece; -1 if it is not closed. And where it has to end, -1 if unknown."""
        bound = self._ahead(entry, pos + 1) if entry.strict else -1
        depth = 0
        for brace in _BRACES.finditer(self.text, pos, entry.limit if bound < 0 else bound):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                return brace.end(), -1
        return -1, bound

    def _quoted(self, entry: _Open, pos: int) -> _Pair:
        """The same for a quoted piece."""
        text = self.text
        bound = self._ahead(entry, pos + 1) if entry.strict else -1
        depth = 0
        for mark in _DELIMITERS.finditer(text, pos + 1, entry.limit if bound < 0 else bound):
            if mark[0] != '"':
                depth += 1 if mark[0] == "{" else -1
                if depth < 0:
                    return self._brace_in_quotes(entry, pos, mark.start())
            elif depth == 0:
                if _FOLLOWS.match(text, mark.end(), entry.limit):
                    return mark.end(), -1
                swallowed = _AHEAD.search(text, pos + 1, mark.end())
                return (-1, swallowed.start()) if swallowed else (mark.end(), -1)
        return -1, bound

    def _brace_in_quotes(self, entry: _Open, pos: int, brace: int) -> _Pair:
        """A quoted piece meets a ``}`` that nothing opened: which of the two is wrong?"""
        ahead = self._ahead(entry, pos + 1)
        if 0 <= ahead < brace:
            return -1, ahead
        quote = self.text.find('"', brace, entry.limit if ahead < 0 else ahead)
        between = self.text[brace:quote] if quote >= 0 else "\n"
        if "\n" not in between and "{" not in between and _FOLLOWS.match(self.text, quote + 1, entry.limit):
            at = (brace, brace + 1)
            self._say(entry, BibProblemKind.EXTRA_CLOSING_BRACE, at, "}", (at, ""))
            return quote + 1, -1
        return -1, brace

    def _bare(self, entry: _Open, name: _Pair, start: int) -> int:
        """A value without braces and quotes: a number, a macro, or one that lost its opener."""
        text, limit = self.text, entry.limit
        found = _TOKEN.match(text, start, limit)
        if found and _TOKEN_ENDS.match(text, found.end(), limit):
            return self._plain(entry, name, found)
        stop, char = self._unmatched(entry, start)
        if char == "}" and stop > start and _FOLLOWS_EXTRA.match(text, stop + 1, limit):
            return self._without_opener(entry, name, (start, stop + 1))
        quote = self._first_quote(start, stop)
        if quote >= 0 and _FOLLOWS.match(text, quote + 1, limit):
            return self._without_opener(entry, name, (start, quote + 1))
        if found and text[self._space(entry, found.end())] == ",":
            return self._plain(entry, name, found)
        line = text.find("\n", start, stop)
        end = self._trimmed(start, stop if line < 0 else line)
        if text[end - 1] == "," and end - 1 > start:
            end = self._trimmed(start, end - 1)
        return self._unquoted(entry, name, (start, max(end, start + 1)))

    def _first_quote(self, start: int, stop: int) -> int:
        """The first quote outside of braces, -1 if there is none; kept, as it is asked for by each field."""
        known, at, until = self.quote
        if known <= start and stop <= until and (at < 0 or start <= at):
            return at if at < stop else -1
        depth, at = 0, -1
        for mark in _DELIMITERS.finditer(self.text, start, stop):
            if mark[0] == '"' and depth == 0:
                at = mark.start()
                break
            depth += (mark[0] == "{") - (mark[0] == "}")
        self.quote = (start, at, stop)
        return at

    def _plain(self, entry: _Open, name: _Pair, found: re.Match[str]) -> int:
        if found[0][0].isdigit() and not found[0].isdigit():
            self._say_unquoted(entry, name, found.span())
        return self._pieces(entry, name, found.start(), found.start())

    def _unquoted(self, entry: _Open, name: _Pair, value: _Pair) -> int:
        self._say_unquoted(entry, name, value)
        self._add(entry, name, value)
        return self._after(entry, value[1])

    def _say_unquoted(self, entry: _Open, name: _Pair, value: _Pair) -> None:
        text = self.text[slice(*value)]
        repair = (value, "{" + text + "}") if not _BRACES.search(text) else None
        self._say(entry, BibProblemKind.UNQUOTED_VALUE, value, self.text[slice(*name)], repair)

    def _without_opener(self, entry: _Open, name: _Pair, value: _Pair) -> int:
        brace = self.text[value[1] - 1] == "}"
        kind = BibProblemKind.DROPPED_OPENING_BRACE if brace else BibProblemKind.DROPPED_OPENING_QUOTE
        repair = ((value[0], value[0]), "{" if brace else '"')
        self._say(entry, kind, (value[0], value[0] + 1), self.text[slice(*name)], repair)
        pos = self._space(entry, value[1])
        if self.text[pos : pos + 1] == "#" and pos < entry.limit:
            pos = self._space(entry, pos + 1)
            if pos < entry.limit and self.text[pos] not in {",", entry.close}:
                return self._pieces(entry, name, value[0], pos)
        self._add(entry, name, value)
        return self._after(entry, value[1])

    def _unclosed_value(self, entry: _Open, name: _Pair, start: int, opener: int, stop: int) -> int:
        """A piece is never closed: end it where it has to (``stop``, or what the text suggests)."""
        text = self.text
        self._distrust(entry)
        if stop < 0:
            stop = self._ahead(entry, opener + 1)
        if stop < 0:
            found = _LINE_CLOSE.search(text, opener, entry.limit)
            stop = found.start() if found else -1
        if stop < 0:
            end = self._trimmed(opener, entry.limit)
            self._add(entry, name, (start, end))
            return self._truncated(entry, end, opener)
        end = self._trimmed(opener, stop)
        if text[end - 1] == "," and end - 1 > opener:
            end -= 1
        char = text[opener]
        if char == '"' and text[end - 1] == '"' and end - 1 > opener:
            opener = self._innermost(opener, end)
            char = "{"
        kind = BibProblemKind.UNCLOSED_BRACE if char == "{" else BibProblemKind.UNCLOSED_QUOTE
        at = end - 1 if kind is BibProblemKind.UNCLOSED_BRACE and text[end - 1] == '"' else end
        repair = ((at, at), "}" if char == "{" else '"')
        self._say(entry, kind, (end - 1, end), text[slice(*name)], repair, (opener, opener + 1))
        self._add(entry, name, (start, end))
        return self._after(entry, end, quiet=True)

    def _innermost(self, start: int, end: int) -> int:
        """The last brace in a stretch that is not closed there."""
        unclosed = [start]
        for brace in _BRACES.finditer(self.text, start, end):
            if brace[0] == "{":
                unclosed.append(brace.start())
            elif len(unclosed) > 1:
                unclosed.pop()
        return unclosed[-1]

    # Behind values

    def _after(self, entry: _Open, pos: int, *, quiet: bool = False) -> int:
        """Read what separates a value that ends at ``pos`` from the next field."""
        text, end = self.text, pos
        while True:
            pos = self._space(entry, pos)
            if pos >= entry.limit or self._starts(pos):
                entry.limit = min(pos, entry.limit)
                return self._unclosed(entry)
            if text[pos] != "%":
                break
            pos = self._percent(entry, pos)
        if text[pos] == ",":
            return pos + 1
        if text[pos] == entry.close:
            return self._close(entry, pos)
        if _LIKELY_EQUALS.match(text, pos, entry.limit) or self._opens_line(entry, end, pos):
            if not quiet:
                self._say(entry, BibProblemKind.MISSING_COMMA, (end - 1, end), self._name(entry), ((end, end), ","))
            return pos
        return self._after_junk(entry, pos)

    def _opens_line(self, entry: _Open, end: int, pos: int) -> bool:
        """Tell whether a line starts with ``name {``: a field that lacks its ``=`` too."""
        return "\n" in self.text[end:pos] and _LIKELY_OPENS.match(self.text, pos, entry.limit) is not None

    def _after_junk(self, entry: _Open, pos: int) -> int:
        """Text between a value and the next comma or brace."""
        text, (start, end) = self.text, entry.last[2]
        stop, char = self._unmatched(entry, pos)
        follows = _FOLLOWS_VALUE.match(text, stop + 1, entry.limit) if char == "}" and text[end - 1] == "}" else None
        if follows and follows[1] in {None, ",", entry.close}:
            at = (end - 1, end)
            self._extend(entry, stop + 1)
            self._say(entry, BibProblemKind.EXTRA_CLOSING_BRACE, at, "}")
            return self._after(entry, stop + 1)
        junk = (pos, max(self._trimmed(pos, stop), pos + 1))
        said = text[slice(*junk)]
        if said in _SEMICOLONS:
            self._say(entry, BibProblemKind.MISSING_COMMA, junk, self._name(entry), (junk, ","))
        else:
            if said.endswith('"') and text[start] == '"':
                self._extend(entry, junk[1])
            self._say(entry, BibProblemKind.UNEXPECTED_TEXT, junk, said)
        if stop <= pos:
            return pos + 1
        return stop + 1 if stop < entry.limit and text[stop] == "," else stop

    def _close(self, entry: _Open, pos: int) -> int:
        """The entry's closing brace at ``pos``, unless what follows shows that it closes something else."""
        text = self.text
        after = _AFTER_BRACE if entry.close == "}" else _AFTER_PAREN
        found = after.match(text, pos + 1, entry.limit)
        if not found:
            entry.end = pos + 1
            return entry.end
        start, end = entry.last[2] if entry.last else (pos, -1)
        if end == pos and text[end - 1] not in '}"' and entry.close == "}":
            if entry.found and entry.found[-1][1].kind is BibProblemKind.UNQUOTED_VALUE:
                entry.found.pop()
            repair = ((start, start), "{")
            self._say(entry, BibProblemKind.DROPPED_OPENING_BRACE, (start, start + 1), self._name(entry), repair)
            self._extend(entry, pos + 1)
        else:
            at = pos if found[1] or end == pos else found.end() - 1
            self._say(entry, BibProblemKind.EXTRA_CLOSING_BRACE, (at, at + 1), entry.close, ((at, at + 1), ""))
        if found[1]:
            return found.start(1)
        entry.end = found.end()
        return entry.end

    def _unclosed(self, entry: _Open) -> int:
        """The text of the entry ends before its brace: did the last value take it?"""
        text = self.text
        if not entry.last:
            return self._truncated(entry, max(entry.key_at[1], entry.opener + 1))
        name, (start, end) = entry.last[1:3]
        if not entry.strict and text[end - 1] == "}":
            opener = self._last_piece(start, end)
            found = _AHEAD.search(text, opener + 1, end)
            stop = found.start() if found else self._own_line(entry, opener, end)
            if stop >= 0 and text[opener] == "{":
                entry.fields.pop()
                entry.found = [pair for pair in entry.found if pair[0] < start]
                return self._unclosed_value(entry, name, start, opener, stop)
        return self._truncated(entry, end)

    def _last_piece(self, start: int, end: int) -> int:
        """Where the last brace outside of others opens in a value, else its start."""
        depth, last, quoted = 0, start, False
        for mark in _DELIMITERS.finditer(self.text, start, end):
            if mark[0] == '"':
                quoted ^= depth == 0
            elif mark[0] == "{":
                last = mark.start() if depth == 0 and not quoted else last
                depth += 1
            else:
                depth -= 1
        return last

    def _own_line(self, entry: _Open, start: int, end: int) -> int:
        """The line end before a closing brace that stands like an entry's, else -1."""
        line = self.text.rfind("\n", start, end)
        if line < 0 or self.text[line + 1 : end - 1].strip():
            return -1
        before = self.text.rfind("\n", max(0, entry.start - 200), entry.start)
        return line if self.text[before + 1 : entry.start] == self.text[line + 1 : end - 1] else -1

    def _truncated(self, entry: _Open, end: int, opener: int = -1) -> int:
        """End the entry at ``end``, the last thing of it that was read."""
        entry.found = [pair for pair in entry.found if pair[0] < end] if entry.fields else []
        opener = entry.opener if opener < 0 else opener
        unclosed = "" if opener == entry.opener else ("}" if self.text[opener] == "{" else '"')
        inline = self.joined or "\n" not in self.text[entry.start : end]
        repair = ((end, end), unclosed + ("" if inline else "\n") + entry.close)
        kind = BibProblemKind.TRUNCATED_ENTRY
        self._say(entry, kind, (end - 1, end), entry.key, repair, (opener, opener + 1))
        following = self._space(entry, end)
        entry.end = following + 1 if self.text[following : following + 1] == "," and following < entry.limit else end
        return entry.end

    # Shared

    def _space(self, entry: _Open, pos: int) -> int:
        return _end(_SPACE, self.text, pos, entry.limit)

    def _trimmed(self, start: int, end: int) -> int:
        """``end`` without the white space before it."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end

    def _name(self, entry: _Open) -> str:
        return entry.fields[-1].name if entry.fields else entry.key

    def _add(self, entry: _Open, name: _Pair, value: _Pair) -> None:
        entry.last = ((name[0], value[1]), name, value)
        text = self.text
        entry.fields.append(BibField(text[slice(*name)], self.place(name), text[slice(*value)], self.place(value)))

    def _extend(self, entry: _Open, end: int) -> None:
        """Let the last field's value end at ``end``."""
        name, value = entry.last[1:3]
        entry.fields.pop()
        self._add(entry, name, (value[0], end))

    def _say(
        self,
        entry: _Open,
        kind: BibProblemKind,
        at: _Pair,
        subject: str = "",
        repair: tuple[_Pair, str] | None = None,
        opener: _Pair | None = None,
    ) -> None:
        edit = Edit(self.place(repair[0]), repair[1]) if repair else None
        where = self.place(opener) if opener else None
        entry.found.append((at[0], BibProblem(kind, self.place(at), subject, entry.key, where, edit)))

    def _distrust(self, entry: _Open) -> None:
        """Braces are wrong from here to the next entry that starts a line."""
        entry.harden()
        self.strict_until = max(self.strict_until, self._limit(entry.start))
        self.stop = (0, -2, "", 0)

    def _ahead(self, entry: _Open, pos: int) -> int:
        """Where the next field seems to start (at the comma or line end before it); -1 if nowhere.

        The answer is kept, because the text up to it is asked about again and again.
        """
        start, at, bound = self.ahead
        if start <= pos and bound == entry.limit and (at == -1 or at >= pos):
            return at
        found = _AHEAD.search(self.text, pos, entry.limit)
        at = found.start() if found else -1
        self.ahead = (pos, at, entry.limit)
        return at

    def _unmatched(self, entry: _Open, pos: int) -> tuple[int, str]:
        """The next brace that nothing opened from ``pos`` on, but not behind the next field or entry.

        Its offset and the character; without one, where to stop and "".
        """
        start, at, char, bound = self.stop
        if start <= pos <= at and bound == entry.limit:
            return at, char
        ahead = self._ahead(entry, pos)
        at, char = (entry.limit if ahead < 0 else ahead), ""
        depth = 0
        stops = _STOPS if entry.close == "}" else _STOPS_PAREN
        for mark in stops.finditer(self.text, pos, at):
            found = mark[0]
            if found == "{":
                depth += 1
            elif found == "@":
                if self._starts(mark.start()):
                    at = mark.start()
                    break
            elif depth == 0:
                at, char = mark.start(), found
                break
            elif found == "}":
                depth -= 1
        self.stop = (pos, at, char, entry.limit)
        return at, char


def _end(pattern: re.Pattern[str], text: str, pos: int, limit: int) -> int:
    """Where a match at ``pos`` ends; ``pos`` if there is none."""
    found = pattern.match(text, pos, limit)
    return found.end() if found else pos
