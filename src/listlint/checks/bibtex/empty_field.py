"""BIB005: a field that says nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib import field, well_formed
from listlint.checks.bib_fields import is_empty, is_template
from listlint.checks.bib_options import bib_table
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import BibField

_INHERITS = ("crossref", "xdata")
_GROUP = "BIB005:empty-field"
_BLANK = lazy(r"[\s>]*+")
"""Blanks, line ends and marks of a quotation."""
_BLANK_OF_LINE = lazy(r"[^\S\n]*+")


class EmptyField(Rule[BibEntry]):
    """A field of a reference is there and says nothing: `doi = {}`.

    It is what a form or a reference manager left behind. Styles warn about it, and some print an empty
    pair of brackets or a lone comma. To delete it changes no reference.

    Left alone are entries that are there to be filled in, those that inherit fields (`crossref`,
    `xdata`), where an empty one keeps the other's value out, a field that stands twice, and fields of the
    list's own, which no style reads.
    """

    code, name = "BIB005", "empty-field"
    severity = Severity.INFO
    fix = Applicability.SAFE
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@misc{a, title = {A}, note = {0}, doi = {\\{}}\n```\n",
        "## New entries\n```bibtex\n@article{key,\n  title = {},\n  author = {},\n  year = {2020}\n}\n```\n",
        Good(
            "@inbook{a, title = {A}, note = {}, crossref = {b}}\n@misc{b, title = {B}, doi = {}, doi = {10.1/2}}\n",
            path="a.bib",
        ),
        Good('@misc{a, title = {A}, doi = "" # b, task = {}, epochs = {}}\n', path="a.bib"),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@misc{a,\n  title = {A},\n  ⟦doi = {}⟧,\n  year = 2020\n}\n```\n",
            "- [A](https://a.dev)\n```bibtex\n@misc{a,\n  title = {A},\n  year = 2020\n}\n```\n",
        ),
        Bad("@misc{a,\n  title = {A},\n  ⟦doi = {{ }}⟧\n}\n", "@misc{a,\n  title = {A}\n}\n", path="a.bib"),
        Bad('@misc{a, title = {A}, ⟦doi = ""⟧}\n', "@misc{a, title = {A}}\n", path="a.bib"),
        Bad(
            "@misc{a,\n  ⟦doi = {}⟧,\n  ⟦url = {}⟧,\n  title = {A},\n  ⟦note = {}⟧,\n  ⟦isbn={\n  }⟧,\n}\n",
            "@misc{a,\n  title = {A},\n}\n",
            path="a.bib",
        ),
        Bad(
            "@misc{a, ⟦doi = {}⟧, title = {A}, ⟦url = {}⟧, year = 2020, ⟦note = {}⟧,\n ⟦isbn = {}⟧, ⟦issn = {}⟧ }\n",
            "@misc{a, title = {A}, year = 2020 }\n",
            path="a.bib",
        ),
        Bad(
            "@misc{a\n, title = {A}\n, ⟦doi = {}⟧\n, ⟦url = {}⟧\n, year = 2020\n, ⟦note = {}⟧\n}\n",
            "@misc{a\n, title = {A}\n, year = 2020\n}\n",
            path="a.bib",
        ),
        Bad(
            "> ```bibtex\n> @misc{a,\n>   title = {A},\n>   ⟦doi = {}⟧,\n>   year = 2020,\n>   ⟦url = {}⟧\n> }\n> ```\n",
            "> ```bibtex\n> @misc{a,\n>   title = {A},\n>   year = 2020\n> }\n> ```\n",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each field without content."""
        empty = [one for one in node.fields if is_empty(one)]
        known = bib_table(ctx).known_fields
        if not empty or field(node, *_INHERITS) or is_template(node) or not ctx.memo(well_formed)(node):
            return
        times = Counter(one.name.lower() for one in node.fields)
        for one in empty:
            if one.name.lower() in known and times[one.name.lower()] == 1:
                yield Finding(
                    Span(one.name_span.start, one.value_span.end),
                    f"field `{one.name}` is empty",
                    _fix(one, ctx.document.text),
                    group=_GROUP,
                )


def _fix(one: BibField, text: str) -> Fix | None:
    place = _place(one.name_span.start, one.value_span.end, text)
    if place is None:
        return None
    return Fix(f"delete `{one.name}`", (Edit(place, ""),), Applicability.SAFE, May.TEXT)


def _place(start: int, end: int, text: str) -> Span | None:
    """The field with one comma, and with its lines where nothing else stands on them; None where no comma does."""
    before, behind = _back(text, start), _past(_BLANK, text, end)
    line = text.rfind("\n", before, start) + 1
    first, comma = line > 0, text[behind] == ","
    if text[before - 1] == "," and not (first and comma):
        return Span(_back(text, before - 1), end)
    if not (first and comma):
        return None
    past = _past(_BLANK_OF_LINE, text, behind + 1)
    ends_line = past == len(text) or text[past] == "\n"
    return Span(line, min(past + 1, len(text))) if ends_line else Span(start, past)


def _back(text: str, at: int) -> int:
    """``at`` without the blanks, line ends and marks of quotation before it."""
    while at > 0 and (text[at - 1].isspace() or text[at - 1] == ">"):
        at -= 1
    return at


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a match at ``at`` ends."""
    found = pattern.match(text, at)
    return found.end() if found else at
