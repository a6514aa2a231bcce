"""BIB004: a type of entry that the dialect does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib_fields import is_reference, is_template
from listlint.checks.bib_options import DialectOptions, bib_table, writes_biblatex
from listlint.model.nodes import BibEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from listlint.checks.api import Context

_COMMANDS = frozenset({"control", "ieeetranbstctl", *(f"custom{letter}" for letter in "abcdef")})
"""What style files read as commands, and the types of BibLaTeX that are free for own use."""
_NAMES = {"bibtex": "BibTeX", "biblatex": "BibLaTeX"}
_NEAR, _LETTERS = 2, 3
"""Edits between a slip and what was meant, and the letters that each of them needs."""


class UnknownType(Rule[BibEntry]):
    """The type of an entry is none of the dialect's.

    Styles print an entry of unknown type as if it were `@misc`, without journal, volume and pages, and
    check none of its fields. A type with a slip in it is reported with the one that was meant.

    A type that only BibLaTeX knows (`@online`, `@software`) is no slip in a list of the classic
    dialect: it is mentioned as information, and left alone where `dialect = "biblatex"` is set or any
    entry of the list has a field that only BibLaTeX reads (`journaltitle`, `date` without `year`). Code of
    other languages that looks like an entry is none: it has no field that any reference has.
    """

    Options = DialectOptions
    code, name = "BIB004", "unknown-type"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@InProceedings{a, title = {A}}\n```\n",
        Good("@conference{a, title = {A}}\n@MISC{b, title = {B}}\n@control{c, key = {d}}\n", path="a.bib"),
        "# Styles\n```\n@param {string} name\n```\n<div><style>@page{margin:0}</style></div>\n",
        Good("@online{a, title = {A}}\n@thesis{b, title = {B}}\n", {"dialect": "biblatex"}, path="a.bib"),
        Good("@online{a, title = {A}, date = {2020-01-02}}\n@article{b, journaltitle = {B}}\n", path="a.bib"),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@⟦inproceeding⟧{a, title = {A}}\n```\n",
            "- [A](https://a.dev)\n```bibtex\n@inproceedings{a, title = {A}}\n```\n",
        ),
        Bad(
            "@⟦Artcile⟧{a, title = {A}}\n@ ⟦BOKK⟧ {b, title = {B}}\n",
            "@Article{a, title = {A}}\n@ BOOK {b, title = {B}}\n",
            path="a.bib",
        ),
        Bad("@⟦webpage⟧{a, title = {A}}\n", path="a.bib"),
        Bad("@⟦online⟧{a, title = {A}}\n", path="a.bib"),
        Bad("@⟦onlin⟧{a, title = {A}}\n", "@online{a, title = {A}}\n", {"dialect": "biblatex"}, path="a.bib"),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding if the entry's type is unknown."""
        dialect, kind = self.options.known(ctx), node.kind.lower()
        if kind in dialect.type_names or kind in _COMMANDS or is_template(node):
            return
        if not is_reference(node, bib_table(ctx)):
            return
        at = ctx.document.text.find(node.kind, node.span.start)
        span = Span(at, at + len(node.kind))
        if kind in bib_table(ctx).biblatex.type_names:
            if not ctx.memo(writes_biblatex):
                message = f"@{node.kind} is a type of BibLaTeX; the styles of BibTeX print it as @misc"
                yield Finding(span, message, severity=Severity.INFO)
            return
        near = _nearest(kind, dialect.type_names)
        if not near:
            yield Finding(span, f"@{node.kind} is no type of {_NAMES[self.options.dialect]}")
            return
        message = f"@{node.kind} is no type of {_NAMES[self.options.dialect]}; the nearest is @{near}"
        edit = Edit(span, _cased(near, node.kind))
        yield Finding(span, message, Fix(f"write @{edit.text}", (edit,), Applicability.UNSAFE, May.TEXT))


def _nearest(kind: str, known: Collection[str]) -> str:
    """The one known type that is a slip or two away, "" if there is none or several."""
    from rapidfuzz.distance import OSA

    limit = min(_NEAR, len(kind) // _LETTERS)
    if limit == 0 or len(kind) > max(map(len, known)) + limit:
        return ""
    near = sorted((distance, name) for name in known if (distance := OSA.distance(kind, name)) <= limit)
    alone = len(near) == 1 or (len(near) > 1 and near[0][0] < near[1][0])
    return near[0][1] if alone else ""


def _cased(name: str, like: str) -> str:
    """``name`` in the case that ``like`` has: lower, upper, or with capitals at the start of words."""
    if like.isupper():
        return name.upper()
    if not like[:1].isupper():
        return name
    words = name.startswith("in") and not like[1:].islower()
    return "In" + name[2:].capitalize() if words else name.capitalize()
