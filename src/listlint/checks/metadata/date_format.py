"""MET001: a date in another form than the list's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Trait
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, deviants
from listlint.checks.dates import DateField, date_fields
from listlint.model.nodes import Document, EntryKind
from listlint.model.patterns import lazy
from listlint.text.dates import FORM, Precision, parse_date, precision_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.checks.api import Context

_GROUP = "MET001:date-format"
_PADDED, _PLAIN, _BOTH = "padded", "plain", "both"
"""How numbers below 10 are written: `06`, `6`, or some so and some so."""
_NUMBERS, _DIGITS = lazy(r"%-?(?P<letter>[Yymdo%])"), lazy(r"[0-9]++")
"""What stands for a number in a form, and a number."""


def _dated(*dates: str) -> str:
    """An entry for each date."""
    return "".join(f"- [A{number}](https://a.dev/{number}), {date}.\n" for number, date in enumerate(dates))


def _table(*dates: str) -> str:
    """A row for each date."""
    rows = (f"| [A{number}](https://a.dev/{number}) | {date} |\n" for number, date in enumerate(dates))
    return "| Title | Date |\n|---|---|\n" + "".join(rows)


class DateFormat(Rule[Document]):
    """A date is written in another form than the list's other dates.

    A stray full stop (`Oct. 26. 2021`), a comma, another order: readers who scan a column of dates
    stumble, and whoever sorts the list by date gets it wrong.

    Only dates that say equally much are compared: a list with `Oct. 25 2021` and `2021` has dates of
    two precisions, not of two forms. `May`, which has no abbreviation, `Sept.` beside `Sep.`, and
    `June` and `July` beside abbreviated months are right either way. Whether numbers are padded (`06`, `6`) is
    judged by days and months below 10 alone: `Oct. 25 2021` says nothing about it. Dates in sentences, titles and link texts are left alone, and a date
    whose day and month could be swapped (`06/10/2021`) is never rewritten. A form in the
    configuration replaces the list's own; it is written as for `strftime`: `%b. %-d %Y`.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        form: Annotated[
            Annotated[str, msgspec.Meta(pattern=FORM)] | None,
            msgspec.Meta(
                description="The form of dates, in the notation of strftime: %Y-%m-%d; by default the list's own. "
                "Dates that say more or less than it are compared with each other."
            ),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of dates that make a habit.", ge=2)] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "MET001", "date-format"
    severity = Severity.INFO
    fix = Applicability.SAFE
    pins = {f"{kind}{where}": "form" for kind in ("date", "month", "year") for where in ("", " in tables")}
    valid = (
        _dated(
            "Oct. 25 2021", "Oct. 6 2021", "Jan. 30 2020", "Feb. 1 2020", "Mar. 2 2020", "2021", "2020", "Nov. 2021"
        ),
        _dated(
            "Oct. 25 2021", "Oct. 6 2021", "Jan. 30 2020", "Feb. 1 2020", "May 3 2020", "Sept. 3 2021", "June 2 2020"
        ),
        _dated("Oct. 2021", "Nov. 2021", "Jan. 2020", "Feb. 2020", "Dec. 2020", "May 2021", "July 2021", "Sep. 2021"),
        _dated("6 October 2021", "25 March 2021", "7 April 2021", "8 May 2021", "9 June 2021", "10 July 2021"),
        _dated("2021-10-06", "2021-10-07", "2021-10-08", "2021-10-09", "from Oct 6 2020 on"),
        _dated("06/10/2021", "25/10/2021", "26/10/2021", "27/10/2021", "03/04/2020", "12/12/2021"),
        _dated("1.2.2021", "2.2.2021", "3.2.2021", "14.12.2021", "5.2.2021", "version 2021.1.2"),
        _dated("2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "published in Oct 2020 with a new model"),
        "".join(f"- [A{n}](https://a.dev/{n}), 2021-10-0{n}.\n" for n in range(1, 7))
        + "- [News of Oct. 6 2021](https://b.dev), a summary.\n- [B](https://b.dev), [Oct. 6 2021](https://b.dev/6)\n",
        "".join(f"- [A{n}](https://a.dev/{n}), 2021-10-0{n}.\n" for n in range(1, 7))
        + "".join(f"- [B{n}](https://b.dev/{n}), Oct. {n} 2021.\n" for n in range(1, 4)),
        # Of the days below 10 as many are padded as not; of the padded ones with a plain month all are alike.
        _dated("Oct. 25 2021", "Jan. 30 2020", "Feb. 11 2020", "Mar. 12 2020", "May 3 2020", "June 04 2021"),
        _table("3/30/23", "3/23/23", "4/10/23", "7/21/23", "7/20/23", "8/05/23"),
        _table("2021-10-1", "2021-10-12", "2021-10-13", "2021-10-14", "2021-10-15", "2021-10-06"),
        Good(_dated("Oct. 6 2021", "2021", "June 2021"), {"form": "%b. %-d %Y"}),
    )
    invalid = (
        Bad(
            _dated("Oct. 25 2021", "Jun. 10 2021", "Oct. 26 2021", "Oct. 6 2021", "Oct. 18 2021", "⟦Oct. 26. 2021⟧"),
            _dated("Oct. 25 2021", "Jun. 10 2021", "Oct. 26 2021", "Oct. 6 2021", "Oct. 18 2021", "Oct. 26 2021"),
        ),
        Bad(
            _dated("2021-10-06", "2021-10-07", "2021-10-08", "2021-10-09", "⟦Oct 6th, 2021⟧"),
            _dated("2021-10-06", "2021-10-07", "2021-10-08", "2021-10-09", "2021-10-06"),
        ),
        Bad(
            _dated("Oct 2021", "Nov 2021", "Jan 2020", "Feb 2020", "⟦2020/03⟧", "May 2020", "2020", "2019"),
            _dated("Oct 2021", "Nov 2021", "Jan 2020", "Feb 2020", "Mar 2020", "May 2020", "2020", "2019"),
        ),
        Bad(
            _dated(
                "25/10/2021",
                "26/10/2021",
                "27/10/2021",
                "28/10/2021",
                "⟦10/29/2021⟧",
                "⟦06.10.2021⟧",
                *["01/01/2020"] * 4,
            ),
            _dated(
                "25/10/2021", "26/10/2021", "27/10/2021", "28/10/2021", "29/10/2021", "06.10.2021", *["01/01/2020"] * 4
            ),
        ),
        Bad(
            _table(*(f"2021-10-0{n}" for n in range(1, 7)), "⟦2021-9-13⟧"),
            _table(*(f"2021-10-0{n}" for n in range(1, 7)), "2021-09-13"),
        ),
        Bad(
            _dated("Oct. 25 2021", "Oct. 1 2021", "Oct. 2 2021", "Oct. 3 2021", "Oct. 4 2021", "⟦Oct. 05 2021⟧"),
            _dated("Oct. 25 2021", "Oct. 1 2021", "Oct. 2 2021", "Oct. 3 2021", "Oct. 4 2021", "Oct. 5 2021"),
        ),
        Bad(
            _table("3/1/23", "3/22/23", "3/2/23", "3/3/23", "3/4/23", "⟦3/03/23⟧"),
            _table("3/1/23", "3/22/23", "3/2/23", "3/3/23", "3/4/23", "3/3/23"),
        ),
        Bad(
            _dated("⟦Oct 6, 2021⟧", "⟦2021年10月7日⟧", "2021", "October 2021"),
            _dated("6 October 2021", "7 October 2021", "2021", "October 2021"),
            {"form": "%-d %B %Y"},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield the form of each date, and whether its numbers below 10 are padded."""
        for members in _groups(ctx):
            name = _KINDS[members[0].date.precision]
            where = " in tables" if members[0].entry.kind is EntryKind.TABLE_ROW else ""
            values = _values(members, _by_frequency(members))
            usual = _usual_forms(values.values())
            for found in members:
                shape = _shape(values[id(found)])
                yield Trait(f"{name}{where}", found.entry, found.span, usual[shape], f"`{usual[shape]}`")
                for what, places in _padded_places(shape):
                    padded = _padding(found.date.text, places)
                    if padded and padded != _BOTH:
                        shown = "with a zero" if padded == _PADDED else "without a zero"
                        yield Trait(f"{what} below 10{where}", found.entry, found.span, padded, shown)

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each date that deviates from the form of those that say as much."""
        for members in _groups(ctx):
            wanted = self.options.form
            if wanted is not None and precision_of(wanted) is members[0].date.precision:
                for found in members:
                    if wanted not in found.date.forms:
                        yield _finding(found, wanted, f"the date “{found.date.text}” is not of the form `{wanted}`")
            else:
                yield from self._deviants(members)

    def _deviants(self, members: Sequence[DateField]) -> Iterator[Finding]:
        forms = _by_frequency(members)
        fields = {id(found.entry): found for found in members}
        values = _values(members, forms)
        shapes: dict[str, list[DateField]] = defaultdict(list)
        for found in members:
            shapes[_shape(values[id(found)])].append(found)
        traits = [(found.entry, _shape(values[id(found)])) for found in members]
        for entry, _, habit in deviants(traits, self.options.minimum, self.options.share):
            found = fields[id(entry)]
            where = " in this section" if habit.total < len(traits) else ""
            like = shapes[habit.value][0].date.text
            form = next(form for form in forms if _shape(form) == habit.value)
            message = f"{habit.share()} dates{where} are written like “{like}”; this one is “{found.date.text}”"
            yield _finding(found, form, message)
        for shape, alike in shapes.items():
            yield from self._padding(shape, alike, values)

    def _padding(self, shape: str, members: Sequence[DateField], values: Mapping[int, str]) -> Iterator[Finding]:
        """Judge of dates of one form whether their numbers below 10 are padded."""
        done: set[int] = set()
        for what, places in _padded_places(shape):
            telling = [(found, padded) for found in members if (padded := _padding(found.date.text, places))]
            fields = {id(found.entry): found for found, _ in telling}
            traits = [(found.entry, padded) for found, padded in telling]
            for entry, _, habit in deviants(traits, self.options.minimum, self.options.share):
                found = fields[id(entry)]
                if id(found) in done or habit.value == _BOTH:
                    continue
                done.add(id(found))
                where = " in this section" if habit.total < len(traits) else ""
                like = next(other.date.text for other, padded in telling if padded == habit.value)
                message = (
                    f"{habit.share()} dates with a {what} below 10{where} are written like “{like}”; "
                    f"this one is “{found.date.text}”"
                )
                yield _finding(found, _repadded(values[id(found)], places, habit.value), message)


_KINDS = {Precision.DAY: "date", Precision.MONTH: "month", Precision.YEAR: "year"}
"""What dates that say so much are called."""


def _groups(ctx: Context) -> Iterator[list[DateField]]:
    """The dates that are compared with each other: those that say as much, in tables or elsewhere."""
    groups: dict[object, list[DateField]] = {}
    for found in ctx.memo(date_fields).values():
        if found.date.impossible is None:
            kind = found.entry.kind is EntryKind.TABLE_ROW
            groups.setdefault((found.date.precision, kind), []).append(found)
    yield from groups.values()


def _values(members: Sequence[DateField], forms: Sequence[str]) -> dict[int, str]:
    """Of the forms that each date is written in the one that comes first in ``forms``, by the date's id."""
    ranks = {form: rank for rank, form in enumerate(forms)}
    return {id(found): min(found.date.forms, key=ranks.__getitem__) for found in members}


def _usual_forms(forms: Iterable[str]) -> dict[str, str]:
    """The form that stands for each shape: the most frequent one."""
    return {_shape(form): form for form, _ in reversed(Counter(forms).most_common())}


def _by_frequency(members: Sequence[DateField]) -> list[str]:
    """All forms, from the one that most dates are written in to the rarest; a date can be written in several.

    Padding comes last: 8/05/24 is first of all month, day and year.
    """
    counts = Counter(form for found in members for form in found.date.forms)
    firsts = Counter(found.date.form for found in members)
    shapes = Counter(shape for found in members for shape in {_shape(form) for form in found.date.forms})
    leading = Counter(_shape(found.date.form) for found in members)

    def rank(form: str) -> tuple[int, int, str, int, int]:
        shape = _shape(form)
        return -shapes[shape], -leading[shape], shape, -counts[form], -firsts[form]

    return sorted(counts, key=rank)


def _shape(form: str) -> str:
    """A form without what it says about padding."""
    return form.replace("%-", "%")


def _padded_places(shape: str) -> Iterator[tuple[str, Sequence[int]]]:
    """The day and the month among the numbers of a form; together where the year stands in front of both.

    American dates have plain months beside padded days (`8/05/24`), those with the year in front have not.
    """
    letters = [letter for letter in _NUMBERS.findall(shape) if letter != "%"]
    kinds = {"day": [n for n, letter in enumerate(letters) if letter in "do"]}
    kinds["month"] = [n for n, letter in enumerate(letters) if letter == "m"]
    if letters[0] == "Y" and all(kinds.values()):
        yield "day or month", [*kinds["day"], *kinds["month"]]
    else:
        yield from ((what, places) for what, places in kinds.items() if places)


def _padding(text: str, places: Sequence[int]) -> str:
    """How the numbers below 10 in these places are written; "" where there are none."""
    numbers = _DIGITS.findall(text)
    found = {
        _PADDED if numbers[place][0] == "0" else _PLAIN
        for place in places
        if place < len(numbers) and int(numbers[place]) < 10
    }
    return "" if not found else found.pop() if len(found) == 1 else _BOTH


def _repadded(form: str, places: Sequence[int], padding: str) -> str:
    """A form with the numbers in these places padded, or not."""
    tokens = [match for match in _NUMBERS.finditer(form) if match["letter"] != "%"]
    for place in sorted(places, reverse=True):
        token = tokens[place]
        mark = "-" if padding == _PLAIN and token["letter"] != "o" else ""
        form = f"{form[: token.start()]}%{mark}{token['letter']}{form[token.end() :]}"
    return form


def _finding(found: DateField, form: str, message: str) -> Finding:
    text = found.date.write(form)
    again = parse_date(text) if text else None
    fix = None
    if text and again is not None and form in again.forms and "\n" not in found.date.text:
        fix = Fix(f"write “{text}”", (Edit(found.span, text),), Applicability.SAFE, May.TEXT)
    return Finding(found.span, message, fix, entry=found.entry, group=_GROUP)
