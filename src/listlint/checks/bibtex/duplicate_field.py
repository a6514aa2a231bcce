"""BIB006: a field that stands twice in one reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib import well_formed
from listlint.model.nodes import BibEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import BibField

_SHOWN, _COMPARED = 40, 10_000
"""Characters of a value that are shown, and that are compared."""


class DuplicateField(Rule[BibEntry]):
    """A field stands twice in one reference; names are compared without regard to case.

    BibTeX reads the first and ignores the other, other programs keep the last or refuse the file:
    which year or which link a reader gets depends on what they use. Where the values differ, an editor
    has to say which one holds; often one of the two was meant to be another field.

    References with an error of syntax are left alone, since a brace too few makes one of two.
    """

    code, name = "BIB006", "duplicate-field"
    severity = Severity.ERROR
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@article{a,\n  title = {A},\n  journal = {J},\n  journaltitle = {J}\n}\n```\n",
        Good("@misc{a, year = 2020, title = {A}}\n@misc{b, year = 2020}\n", path="a.bib"),
        Good("@misc{a,\n  title = {A,\n  year = 2020,\n  year = 2020\n}\n", path="a.bib"),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@misc{a,\n  year = {2020},\n  title = {A},\n  ⟦year⟧ = 2021\n}\n```\n",
        ),
        Bad("@misc{a,\n  title = {A},\n  Url = {https://a.dev},\n  ⟦url⟧ = {https://a.dev}\n}\n", path="a.bib"),
        Bad("@misc{a, note = {A}, ⟦note⟧ = {B}, ⟦NOTE⟧ = {C}}\n", path="a.bib"),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each field whose name an earlier one has."""
        first: dict[str, BibField] = {}
        for one in node.fields:
            before = first.setdefault(one.name.lower(), one)
            if before is not one and ctx.memo(well_formed)(node):
                yield Finding(one.name_span, _message(before, one), related=(Related(before.name_span, "first here"),))


def _message(before: BibField, one: BibField) -> str:
    values = [_folded(before), _folded(one)]
    if values[0] == values[1]:
        return f"field `{one.name}` stands twice, with the same value"
    shown = [_shown(value) for value in values]
    if shown[0] == shown[1]:
        return f"field `{one.name}` stands twice, with different values; BibTeX reads the first only"
    return f"field `{one.name}` stands twice, as {shown[0]} and as {shown[1]}; BibTeX reads the first only"


def _folded(one: BibField) -> str:
    """A value without delimiters and with white space folded, as far as it is compared."""
    return " ".join(one.value[:_COMPARED].strip('{}"').split())


def _shown(value: str) -> str:
    """A value as a message shows it."""
    if not value:
        return "nothing"
    return f"“{value}”" if len(value) <= _SHOWN else f"“{value[: _SHOWN - 1].rstrip()}…”"
