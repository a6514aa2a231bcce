"""MET001: a date in another form than the list's own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, deviants
from listlint.checks.dates import DateField, date_fields
from listlint.model.nodes import Document, EntryKind
from listlint.text.dates import FORM, parse_date, precision_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context

_GROUP = "MET001:date-format"


def _dated(*dates: str) -> str:
    """An entry for each date."""
    return "".join(f"- [A{number}](https://a.dev/{number}), {date}.\n" for number, date in enumerate(dates))


class DateFormat(Rule[Document]):
    """A date is written in another form than the list's other dates.

    A stray full stop (`Oct. 26. 2021`), a comma, another order: readers who scan a column of dates
    stumble, and whoever sorts the list by date gets it wrong.

    Only dates that say equally much are compared: a list with `Oct. 25 2021` and `2021` has dates of
    two precisions, not of two forms. `May`, which has no abbreviation, `Sept.` beside `Sep.`, and
    `June` and `July` beside abbreviated months are right either way, as is a two-digit day whether
    or not others are padded. Dates in sentences, titles and link texts are left alone, and a date
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
            "| Title | Date |\n|---|---|\n"
            + "".join(f"| [A{n}](https://a.dev/{n}) | 2021-10-0{n} |\n" for n in range(1, 7))
            + "| [B](https://b.dev) | ⟦2021-9-13⟧ |\n",
            "| Title | Date |\n|---|---|\n"
            + "".join(f"| [A{n}](https://a.dev/{n}) | 2021-10-0{n} |\n" for n in range(1, 7))
            + "| [B](https://b.dev) | 2021-09-13 |\n",
        ),
        Bad(
            _dated("⟦Oct 6, 2021⟧", "⟦2021年10月7日⟧", "2021", "October 2021"),
            _dated("6 October 2021", "7 October 2021", "2021", "October 2021"),
            {"form": "%-d %B %Y"},
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each date that deviates from the form of those that say as much."""
        groups: dict[object, list[DateField]] = {}
        for found in ctx.memo(date_fields):
            if found.date.impossible is None:
                kind = found.entry.kind is EntryKind.TABLE_ROW
                groups.setdefault((found.date.precision, kind), []).append(found)
        for members in groups.values():
            wanted = self.options.form
            if wanted is not None and precision_of(wanted) is members[0].date.precision:
                for found in members:
                    if wanted not in found.date.forms:
                        yield _finding(found, wanted, f"the date `{found.date.text}` is not of the form `{wanted}`")
            else:
                yield from self._deviants(members)

    def _deviants(self, members: Sequence[DateField]) -> Iterator[Finding]:
        ranks = {form: rank for rank, form in enumerate(_by_frequency(members))}
        fields = {id(found.entry): found for found in members}
        values = {id(found): min(found.date.forms, key=ranks.__getitem__) for found in members}
        traits = [(found.entry, values[id(found)]) for found in members]
        for entry, _, habit in deviants(traits, self.options.minimum, self.options.share):
            found = fields[id(entry)]
            like = next(other.date.text for other in members if values[id(other)] == habit.value)
            message = f"{habit.share()} dates are written like `{like}`; this one is `{found.date.text}`"
            yield _finding(found, habit.value, message)


def _by_frequency(members: Sequence[DateField]) -> list[str]:
    """All forms, from the one that most dates are written in to the rarest; a date can be written in several."""
    counts = Counter(form for found in members for form in found.date.forms)
    firsts = Counter(found.date.form for found in members)
    return sorted(counts, key=lambda form: (-counts[form], -firsts[form]))


def _finding(found: DateField, form: str, message: str) -> Finding:
    text = found.date.write(form)
    again = parse_date(text) if text else None
    fix = None
    if text and again is not None and form in again.forms and "\n" not in found.date.text:
        fix = Fix(f"write `{text}`", (Edit(found.span, text),), Applicability.SAFE, May.TEXT)
    return Finding(found.span, message, fix, entry=found.entry, group=_GROUP)
