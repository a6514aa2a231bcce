"""BIB020: references of one document are laid out in several ways."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    ReferenceTrait,
    Rule,
    Setting,
    Severity,
    Span,
    Threshold,
)
from listlint.checks.bib import well_formed
from listlint.checks.convention import MINIMUM, SHARE, Convention, convention, followers, usual_order
from listlint.model.bib import PieceKind, pieces
from listlint.model.nodes import BibField, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.checks.api import Context, Trait
    from listlint.model.nodes import BibEntry

_GROUP = "BIB020:layout"
_EQUALS = lazy(r"([ \t]*+)=([ \t]*+)")
_ALIGNED = "aligned"
"""The trait of an entry whose equals signs or values stand in a column."""
_MIXED = "mixed"
"""The trait of an entry that shows several values."""
_FIELDS = "order of fields in BibTeX"
"""The trait of all fields of an entry."""
_END = lazy(r"\s*+(,?)\s*+[})]?")
_MOST_FIELDS = 40
"""Fields of an entry beyond which nothing can be said about their order."""
_DELIMITERS = {PieceKind.BRACED: ("{", "}"), PieceKind.QUOTED: ('"', '"')}


class _Spot(NamedTuple):
    """A place of an entry with the value that it has of a trait, and how each other value is put there."""

    span: Span
    value: str


def _entries(*odd: str) -> str:
    """Ten entries as a scholar's search engine writes them, and more."""
    usual = (f"@misc{{a{number},\n  title={{A}},\n  author={{B}},\n  year={{2020}}\n}}\n" for number in range(10))
    return "".join(usual) + "".join(odd)


def _good(text: str) -> Good:
    return Good(text, path="list.bib")


def _bad(odd: str, fixed: str) -> Bad:
    return Bad(_entries(odd), _entries(fixed), path="list.bib")


class InconsistentLayout(Rule[Document]):
    """A reference is indented, spaced, quoted, ordered or ended otherwise than the others.

    Entries that are written alike can be compared at a glance, sorted by program and changed without noise
    in the history. Five habits are looked at, each for itself: the indentation of the fields, white space
    around `=`, braces or quotes around values, the order of the fields, and a comma after the last one.
    All findings are one group.

    A habit needs ten entries and nine of ten that follow it, so nothing is said where the entries come from
    several programs. Equals signs or values that stand in a column are no deviation where that is the habit. Values that
    need their delimiters (a quote in braces) keep them, numbers and macros have none, and entries with
    syntax errors or with a field twice are left alone. Each habit can be set in the configuration instead.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        indentation: Annotated[
            Annotated[str, msgspec.Meta(pattern=r"^[ \t]*$")] | None,
            msgspec.Meta(
                description="The white space before a field that begins a line; by default the document's own."
            ),
        ] = None
        equals: Annotated[
            Literal["=", " = ", " =", "= "] | None,
            msgspec.Meta(description="The equals sign and the spaces around it."),
        ] = None
        values: Annotated[
            Literal["braced", "quoted"] | None, msgspec.Meta(description="What encloses a value: braces or quotes.")
        ] = None
        comma: Annotated[bool | None, msgspec.Meta(description="Whether a comma stands behind the last field.")] = None
        order: Annotated[
            tuple[str, ...] | None,
            msgspec.Meta(description="The order of fields; those that are not named may stand anywhere."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "BIB020", "inconsistent-layout"
    severity = Severity.INFO
    about = "bib"
    fix = Applicability.SAFE
    layout = True
    pins = {
        "indentation in BibTeX": "indentation",
        "equals sign in BibTeX": "equals",
        "values in BibTeX": "values",
        "last comma in BibTeX": "comma",
        _FIELDS: "order",
    }
    valid = (
        _good(_entries("@misc{b, title={A}, author={B}}\n")),
        _good(_entries("@misc{b,\n  title={A},\n  month=jan,\n  year=2020\n}\n@misc{c}\n")),
        _good(_entries("@misc{b,\n    title = {A}\n    author = {B},\n}\n")),
        _good(_entries(*["@misc{b,\n    title = {A},\n    author = {B},\n}\n"] * 5)),
        _good(_entries(*[f'@misc{{b{n},\n\ttitle = "A",\n}}\n' for n in range(10)])),
        _good(
            "".join(f"@misc{{a{n},\n  title  = {{A}},\n  author = {{B}}\n}}\n" for n in range(10))
            + "@misc{b,\n  year = 2020\n}\n"
        ),
        _good("".join(f'@misc{{a{n},\n  title = "A"\n}}\n' for n in range(10)) + '@misc{b,\n  title = {The \\"U}\n}\n'),
        "<!-- generated by a script, do not edit -->\n```bibtex\n" + _entries("@misc{b,\n    title={A}\n}\n") + "```\n",
        Good(
            _entries("@misc{b,\n\tyear={2020},\n\ttitle={A}\n}\n"),
            {"share": 1, "order": ["journal", "volume"], "equals": "="},
            "list.bib",
        ),
    )
    invalid = (
        _bad(
            "@misc{b,\n⟦      ⟧title={A},\n      author={B},\n  year={2020}\n}\n",
            "@misc{b,\n  title={A},\n  author={B},\n  year={2020}\n}\n",
        ),
        _bad("@misc{b,\n⟦⟧title={A}\n}\n", "@misc{b,\n  title={A}\n}\n"),
        _bad(
            "@misc{b,\n  title⟦ = ⟧{A},\n  author = {B},\n  year={2020}\n}\n",
            "@misc{b,\n  title={A},\n  author={B},\n  year={2020}\n}\n",
        ),
        _bad('@misc{b,\n  title=⟦"A {"} B"⟧,\n  year=2020\n}\n', '@misc{b,\n  title={A {"} B},\n  year=2020\n}\n'),
        _bad("@misc{b,\n  title={A},\n  author={B}⟦,⟧\n}\n", "@misc{b,\n  title={A},\n  author={B}\n}\n"),
        _bad(
            "@misc{b,\n  ⟦author⟧={B},\n  title={A},\n  year={2020}\n}\n",
            "@misc{b,\n  title={A},\n  author={B},\n  year={2020}\n}\n",
        ),
        _bad(
            "@misc{b,\n  title={A},\n  ⟦year⟧={2020},\n  isbn={1},\n  author={B}\n}\n",
            "@misc{b,\n  title={A},\n  author={B},\n  year={2020},\n  isbn={1}\n}\n",
        ),
        Bad(
            "".join(f"@misc{{a{n},\n\ttitle = {{A}},\n}}\n" for n in range(10)) + "@misc{b,\n\ttitle = {A⟦}⟧\n}\n",
            "".join(f"@misc{{a{n},\n\ttitle = {{A}},\n}}\n" for n in range(10)) + "@misc{b,\n\ttitle = {A},\n}\n",
            path="list.bib",
        ),
        Bad(
            "".join(f"# A{n}\n\n  ```bibtex\n  @misc{{a{n},\n    title={{A}}\n  }}\n  ```\n" for n in range(10))
            + "# B\n\n  ```bibtex\n  @misc{b,\n  ⟦ ⟧title={A}\n  }\n  ```\n",
            "".join(f"# A{n}\n\n  ```bibtex\n  @misc{{a{n},\n    title={{A}}\n  }}\n  ```\n" for n in range(10))
            + "# B\n\n  ```bibtex\n  @misc{b,\n    title={A}\n  }\n  ```\n",
        ),
        Bad(
            "@misc{b,\n⟦ ⟧title⟦=⟧⟦{A}⟧⟦,⟧\n}\n",
            '@misc{b,\n\ttitle = "A"\n}\n',
            {"indentation": "\t", "equals": " = ", "values": "quoted", "comma": False},
            "list.bib",
        ),
        Bad(
            "@misc{b,\n  ⟦year⟧={2020},\n  isbn={1},\n  title={A}\n}\n",
            "@misc{b,\n  title={A},\n  year={2020},\n  isbn={1}\n}\n",
            {"order": ["author", "title", "year"]},
            "list.bib",
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield how each entry is laid out."""
        entries = _comparable(document, ctx) if document.bib else []
        for name, habit in _NAMED.items():
            for spots in (habit.spots(entry, document.text) for entry in entries):
                if spots:
                    value = _trait(spots)
                    shown = value if value in {_ALIGNED, _MIXED} else _name(value)
                    yield ReferenceTrait(name, spots[0].span, value, shown)
        for entry in _with_order(entries):
            yield _order_trait(entry.fields[0].name_span, _names(entry))

    def threshold(self, name: str) -> Threshold | None:
        """Two fields have an order; all of them need not be there."""
        return super().threshold(name) if name != _FIELDS else None

    def pin(self, trait: Trait | ReferenceTrait) -> str | bool | None:
        """The value, but for one that differs within an entry or stands in a column."""
        if trait.name == "last comma in BibTeX":
            return bool(trait.value)
        return None if trait.value in {_ALIGNED, _MIXED} else str(trait.value)

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The usual values, and the order of the fields that have one."""
        yield from super().settings(usual, ctx)
        entries = _with_order(_comparable(ctx.document, ctx))
        names = [_names(entry) for entry in entries]
        order = usual_order(names, self.options.minimum, self.options.share)
        if order is not None:
            trait = _order_trait(entries[0].fields[0].name_span, order)
            yield Setting("order", order, trait, counts=followers(order, names))

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry and habit that it does not follow, at the first place that does not."""
        entries = _comparable(node, ctx)
        few = len(entries) < self.options.minimum
        for name, habit in _NAMED.items():
            wanted = getattr(self.options, self.pins[name])
            if wanted is None and few:
                continue
            shown = [spots for entry in entries if (spots := habit.spots(entry, node.text))]
            if wanted is None:
                own = convention(map(_trait, shown), self.options.minimum, self.options.share)
            else:
                own = Convention(_COMMAS[wanted] if isinstance(wanted, bool) else str(wanted), 0, 0)
            if own is not None and own.value not in {_ALIGNED, _MIXED}:
                yield from _deviants(habit, shown, own, node.text)
        if self.options.order is not None or not few:
            yield from _Order(entries, node.text, self.options).findings()


def _comparable(document: Document, ctx: Context) -> list[BibEntry]:
    """The entries whose layout tells something."""
    whole = ctx.memo(well_formed)
    return [
        entry for block in document.bib for entry in block.entries if entry.fields and whole(entry) and _is_plain(entry)
    ]


def _is_plain(entry: BibEntry) -> bool:
    """Tell whether each field stands there once, in one stretch of text."""
    names = {one.name.lower() for one in entry.fields}
    return len(names) == len(entry.fields) and all(one.value_span.length == len(one.value) for one in entry.fields)


# --- Habits that show field by field ---------------------------------------------------------------


class _Habit(NamedTuple):
    """A trait: where an entry shows it, how a message and a fix name a value, and what puts a value there."""

    spots: Callable[[BibEntry, str], list[_Spot]]
    says: Callable[[str], str]
    edits: Callable[[Span, str, str], tuple[Edit, ...]]
    title: Callable[[str], str]


def _deviants(habit: _Habit, shown: Sequence[Sequence[_Spot]], own: Convention[str], text: str) -> Iterator[Finding]:
    """Findings on the entries that show another value, each at its first such place."""
    for spots in shown:
        wrong = [spot for spot in spots if spot.value != own.value]
        if wrong:
            edits = tuple(edit for spot in wrong for edit in habit.edits(spot.span, own.value, text))
            who = f"{own.share()} entries" if own.total else "entries should"
            message = f"{who} {habit.says(own.value)}; this one has {_name(wrong[0].value)}"
            fix = Fix(habit.title(own.value), edits, Applicability.SAFE, May.TEXT)
            yield Finding(wrong[0].span, message, fix, group=_GROUP)


def _trait(spots: Sequence[_Spot]) -> str:
    values = {spot.value for spot in spots}
    return _ALIGNED if _ALIGNED in values else spots[0].value if len(values) == 1 else _MIXED


def _name(value: str) -> str:
    """A value of any habit as a message names it."""
    if value and not value.strip(" "):
        return f"{len(value)} space{'s' * (len(value) > 1)}"
    if value and not value.strip("\t"):
        return "a tab" if len(value) == 1 else f"{len(value)} tabs"
    return f"“{value}”" if "=" in value else value or "none"


def _indents(entry: BibEntry, text: str) -> list[_Spot]:
    """The white space before each field that begins a line, beyond that before the entry."""
    start = entry.span.start
    base = text[text.rfind("\n", max(0, start - _MOST_INDENT), start) + 1 : start]
    if base.strip(" \t>"):
        return []
    found = []
    for one in entry.fields:
        line = text.rfind("\n", max(start, one.name_span.start - _MOST_INDENT), one.name_span.start) + 1
        before = text[line : one.name_span.start]
        if line and before.startswith(base) and not before[len(base) :].strip(" \t"):
            found.append(_Spot(Span(line + len(base), one.name_span.start), before[len(base) :]))
    return found


_MOST_INDENT = 200


def _equals_signs(entry: BibEntry, text: str) -> list[_Spot]:
    found = []
    for one in entry.fields:
        match = _EQUALS.fullmatch(text, one.name_span.end, one.value_span.start)
        if match:
            narrow = all(space in {"", " "} for space in match.groups())
            found.append(_Spot(Span(*match.span()), match[0] if narrow else _ALIGNED))
    return found


def _delimiters(entry: BibEntry, text: str) -> list[_Spot]:
    """The delimiters of values that could have others."""
    found = []
    for one in entry.fields:
        parts = pieces(one) if one.value[:1] in {"{", '"'} else ()
        if len(parts) != 1 or parts[0].kind not in _DELIMITERS or parts[0].span.length != len(parts[0].text) + 2:
            continue
        if parts[0].kind is PieceKind.QUOTED or not _has_open_quote(parts[0].text):
            found.append(_Spot(parts[0].span, parts[0].kind.value))
    return found


def _has_open_quote(text: str) -> bool:
    """Tell whether a quote outside of braces would end a quoted value."""
    depth = 0
    for char in text if '"' in text else "":
        depth += (char == "{") - (char == "}")
        if char == '"' and depth == 0:
            return True
    return False


def _last_commas(entry: BibEntry, text: str) -> list[_Spot]:
    """The comma after the last field, of entries whose closing brace has a line of its own."""
    end = entry.fields[-1].value_span.end
    match = _END.fullmatch(text, end, entry.span.end)
    if match is None or "\n" not in match[0]:
        return []
    if match[1]:
        return [_Spot(Span(*match.span(1)), "a comma")]
    return [_Spot(Span(end - 1, end), "")]


def _put(span: Span, value: str, text: str) -> tuple[Edit, ...]:
    return (Edit(span, value),)


def _put_delimiters(span: Span, value: str, text: str) -> tuple[Edit, ...]:
    left, right = _DELIMITERS[PieceKind(value)]
    return (Edit(Span(span.start, span.start + 1), left), Edit(Span(span.end - 1, span.end), right))


def _put_comma(span: Span, value: str, text: str) -> tuple[Edit, ...]:
    return (Edit(Span(span.end, span.end), ","),) if value else (Edit(span, ""),)


_INDENT = _Habit(
    _indents, lambda value: f"indent their fields by {_name(value)}", _put, lambda value: f"indent by {_name(value)}"
)
_EQUALS_SIGN = _Habit(
    _equals_signs,
    lambda value: f"have {_name(value)} between name and value",
    _put,
    lambda value: f"write {_name(value)}",
)
_DELIMITER = _Habit(
    _delimiters, lambda value: f"have {value} values", _put_delimiters, lambda value: f"write {value} values"
)
_COMMA = _Habit(
    _last_commas,
    lambda value: f"have {value or 'no comma'} after the last field",
    _put_comma,
    lambda value: "add a comma" if value else "delete the last comma",
)

_COMMAS = {True: "a comma", False: ""}
_NAMED = {
    "indentation in BibTeX": _INDENT,
    "equals sign in BibTeX": _EQUALS_SIGN,
    "values in BibTeX": _DELIMITER,
    "last comma in BibTeX": _COMMA,
}
"""The habits by the names of their traits."""


# --- The order of fields ---------------------------------------------------------------------------


class _Order:
    """Which field stands before which: as the options say, else as over all entries."""

    def __init__(self, entries: Sequence[BibEntry], text: str, options: Any) -> None:
        self.entries = _with_order(entries)
        self.text = text
        self.set = options.order is not None
        self.share = options.share
        self.habits: dict[tuple[str, str], Convention[bool]] = {}
        if self.set:
            wanted = [name.lower() for name in options.order]
            self.habits = dict.fromkeys(combinations(dict.fromkeys(wanted), 2), Convention(True, 0, 0))
            return
        counts = Counter(pair for entry in self.entries for pair in combinations(_names(entry), 2))
        for (first, second), count in counts.items():
            total = count + counts.get((second, first), 0)
            if total >= options.minimum and count >= options.share * total:
                self.habits[first, second] = Convention(True, count, total)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each entry with a field before one that belongs before it."""
        found = [(entry, pair) for entry in self.entries if (pair := self._out_of_order(entry)) is not None]
        if not self.set and len(found) > (1 - self.share) * len(self.entries):
            return
        for entry, (early, late) in found:
            own = self.habits[late.name.lower(), early.name.lower()]
            who = f"{own.share()} entries" if own.total else "entries should"
            message = f"{who} have `{late.name}` before `{early.name}`; this one has it after"
            yield Finding(early.name_span, message, self._fix(entry), group=_GROUP)

    def _out_of_order(self, entry: BibEntry) -> tuple[BibField, BibField] | None:
        """The first field that stands before one which belongs before it, with that one."""
        if not self.habits:
            return None
        return next((pair for pair in combinations(entry.fields, 2) if self._belongs(pair[1], pair[0])), None)

    def _belongs(self, first: BibField, second: BibField) -> bool:
        return (first.name.lower(), second.name.lower()) in self.habits

    def _fix(self, entry: BibEntry) -> Fix | None:
        """Put the fields in order, each into another's place, so that white space and commas stay."""
        ordered: list[BibField] = []
        for one in entry.fields:
            at = next((index for index, other in enumerate(ordered) if self._belongs(one, other)), len(ordered))
            ordered.insert(at, one)
        if any(self._belongs(second, first) for first, second in combinations(ordered, 2)):
            return None
        edits = tuple(
            Edit(_place(old), self.text[slice(*_place(new))])
            for old, new in zip(entry.fields, ordered, strict=True)
            if old is not new
        )
        return Fix("put the fields in the usual order", edits, Applicability.SAFE, May.TEXT)


def _with_order(entries: Sequence[BibEntry]) -> list[BibEntry]:
    return [entry for entry in entries if 1 < len(entry.fields) <= _MOST_FIELDS]


def _order_trait(span: Span, names: Sequence[str]) -> ReferenceTrait:
    return ReferenceTrait(_FIELDS, span, tuple(names), ", ".join(names))


def _names(entry: BibEntry) -> list[str]:
    return [one.name.lower() for one in entry.fields]


def _place(one: BibField) -> Span:
    return Span(one.name_span.start, one.value_span.end)
