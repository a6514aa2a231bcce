"""MET001 and MET004: what single examples cannot show, and the two lists that they are made for."""

from __future__ import annotations

import datetime
import time
from typing import Any

import msgspec
import pytest

from listlint.checks.dates import date_fields
from listlint.checks.metadata.date_conflict import DateConflict
from listlint.checks.metadata.date_format import DateFormat
from listlint.model.diagnostic import Diagnostic
from listlint.model.edit import Applicability
from listlint.model.facts import Today
from listlint.testing import fixed, lint, parse
from tests.paths import SEEDS, needs_seeds

SEED = SEEDS / "deep-learning-explained.md"


def found(rule: Any, text: str, *facts: object, **options: Any) -> list[Diagnostic]:
    return lint([rule], parse(text), options, facts)


def lines(diagnostics: list[Diagnostic]) -> list[int]:
    return [diagnostic.source.position(diagnostic.span.start).line for diagnostic in diagnostics]


@pytest.mark.parametrize(
    ("entry", "date"),
    [
        ("[A](https://a.dev), Ada Lovelace, Oct. 6 2021.", "Oct. 6 2021"),
        ("[A](https://a.dev) (2021-10-06)", "2021-10-06"),
        ("[2021/10] **A title.** [[pdf]](https://a.dev)", "2021/10"),
        ("A title (Oct 2021) [[pdf]](https://a.dev)", "Oct 2021"),
        ("[A](https://a.dev), arXiv Oct. 4 2022.", "Oct. 4 2022"),
        ("[A](https://a.dev), Aug. 10 2021 `nips2021`", "Aug. 10 2021"),
        ("[A](https://a.dev), ICLR 2021, 2020", "2020"),
        ("2019-04-09 - [A](https://a.dev) - Text", "2019-04-09"),
        ("[A](https://a.dev) - Text. *Oct 2021*", "Oct 2021"),
        ("[A](https://a.dev) - What it was like in April 1993 in that place.", None),
        ("[A](https://a.dev) - As of February, 2019, it parses text.", None),
        ("[Best practices (July 2021)](https://a.dev)", None),
        ("[A](https://a.dev/2021-10-06/x) - Text", None),
        ("[A](https://a.dev) - [Oct 2021](https://b.dev)", None),
        ("[A](https://a.dev) - See https://b.dev/2021/10/06", None),
        ("[News of 2021-10-06](https://a.dev)", None),
    ],
)
def test_a_date_field_stands_alone(entry: str, date: str | None) -> None:
    fields = date_fields(parse(f"- {entry}\n")).values()
    assert [field.date.text for field in fields] == ([date] if date else [])


def test_a_table_cell_is_a_date_field() -> None:
    document = parse(
        "| Paper | Date |\n|---|---|\n| [A](https://a.dev) | `2021-10-06` |\n| [B](https://b.dev) | soon |\n"
    )
    (field,) = date_fields(document).values()
    assert document.slice(field.span) == field.date.text == "2021-10-06"


def test_sections_keep_their_own_form() -> None:
    text = "# A\n\n" + "".join(f"- [A{n}](https://a.dev/{n}), 2021-10-1{n}\n" for n in range(6))
    text += "\n# B\n\n" + "".join(f"- [B{n}](https://b.dev/{n}), Oct 1{n} 2021\n" for n in range(6))
    assert not found(DateFormat, text)


def test_a_form_that_says_less_leaves_exact_dates_to_their_habit() -> None:
    text = (
        "".join(f"- [A{n}](https://a.dev/{n}), 2021-10-1{n}\n" for n in range(5)) + "- [B](https://b.dev), Oct 2021\n"
    )
    assert [d.message for d in found(DateFormat, text, form="%Y-%m")] == [
        "the date “Oct 2021” is not of the form `%Y-%m`"
    ]


@pytest.mark.parametrize("form", ["", "%z", "%Y-%Q", "100%"])
def test_a_form_of_no_date_is_refused(form: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="matching regex"):
        found(DateFormat, "- [A](https://a.dev), 2021\n", form=form)


def test_the_message_shows_what_the_others_look_like() -> None:
    text = (
        "".join(f"- [A{n}](https://a.dev/{n}), Oct. 1{n} 2021\n" for n in range(5))
        + "- [B](https://b.dev), Oct. 16. 2021\n"
    )
    (diagnostic,) = found(DateFormat, text)
    assert diagnostic.message == "5 of 6 dates are written like “Oct. 10 2021”; this one is “Oct. 16. 2021”"
    assert diagnostic.fix is not None
    assert diagnostic.fix.title == "write “Oct. 16 2021”"
    assert diagnostic.fix.applicability is Applicability.SAFE


def test_padding_is_counted_among_days_that_show_it() -> None:
    text = "# A\n\n" + "".join(f"- [A{n}](https://a.dev/{n}), Oct {n} 2021\n" for n in range(1, 15))
    text += "- [B](https://b.dev), Oct 04 2021\n\n# B\n\n- [C](https://c.dev), Oct 12 2021\n- [D](https://d.dev), Oct 5 2021\n"
    (diagnostic,) = found(DateFormat, text)
    assert diagnostic.message == (
        "9 of 10 dates with a day below 10 in this section are written like “Oct 1 2021”; this one is “Oct 04 2021”"
    )
    assert diagnostic.fix is not None
    assert diagnostic.fix.title == "write “Oct 4 2021”"


DATES = "- [A](https://arxiv.org/abs/2110.00001), {}.\n"


@pytest.mark.parametrize(
    ("date", "today", "count"),
    [
        ("Oct. 6 2031", "2021-11-01", 1),
        ("Oct. 6 2031", "2031-10-05", 0),
        ("Oct. 6 2031", "2031-10-04", 1),
        ("Nov 2031", "2031-10-31", 0),
        ("2031", "2029-06-01", 1),
        ("2031", "2030-06-01", 0),
        # The number is of October 2021, so it is at least that month.
        ("Oct. 6 2021", "2020-01-01", 0),
    ],
)
def test_the_future_begins_after_tomorrow(date: str, today: str, count: int) -> None:
    fact = Today(datetime.date.fromisoformat(today))
    assert len(found(DateConflict, DATES.format(date), fact)) == count
    assert not found(DateConflict, DATES.format(date))


def test_a_number_in_a_description_is_no_year_to_come() -> None:
    text = "- [A](https://arxiv.org/abs/2110.00001) - It learns vectors (e.g. 2048) of any size.\n"
    assert not found(DateConflict, text, Today(datetime.date(2022, 1, 1)))


def test_neighbours_in_another_archive_say_nothing() -> None:
    text = (
        "- [A](https://arxiv.org/abs/math/0309100), Sep. 20 2003.\n"
        "- [B](https://arxiv.org/abs/math/0309136), Sep. 8 2003.\n"
        "- [C](https://arxiv.org/abs/hep-th/0309136), Sep. 20 2003.\n"
    )
    assert not found(DateConflict, text)
    assert lines(found(DateConflict, text.replace("hep-th/0309136", "math/0309140"))) == [2]


def test_a_conflict_of_numbers_points_at_both_neighbours() -> None:
    text = "".join(
        f"- [A](https://arxiv.org/abs/2110.{number}), {date}.\n"
        for number, date in (("13100", "Oct. 25 2021"), ("13786", "Oct. 6 2021"), ("13905", "Oct. 26 2021"))
    )
    (diagnostic,) = found(DateConflict, text)
    source = diagnostic.source
    assert [source[related.span] for related in diagnostic.related] == ["Oct. 25 2021", "Oct. 26 2021"]


def test_a_block_with_a_journal_explains_an_early_date() -> None:
    entry = "- [A](https://arxiv.org/abs/1704.08671), 2015.\n"
    block = "\n  ```bibtex\n  @article{a, title = {A}, journal = {Annals of Engines}, year = {2015}}\n  ```\n"
    assert lines(found(DateConflict, entry)) == [1]
    assert not found(DateConflict, entry + block)
    assert found(DateConflict, entry + block.replace("Annals of Engines", "arXiv preprint"))


@needs_seeds
def test_the_first_seed() -> None:
    document = parse(SEED.read_bytes(), SEED.name)
    form = lint([DateFormat], document)
    assert lines(form) == [32]
    assert fixed(DateFormat, document).line(31).endswith("Oct. 26 2021.")
    conflicts = lint([DateConflict], document, facts=[Today(datetime.date(2026, 1, 1))])
    assert lines(conflicts) == [33]


@pytest.mark.parametrize("rule", [DateFormat, DateConflict])
def test_many_dates_take_linear_time(rule: Any) -> None:
    entries = "".join(
        f"- [A{n}](https://arxiv.org/abs/2110.{n % 20000:05}), Oct. {n % 20000 // 700 + 1} 2021, `iclr2022`\n"
        for n in range(4000)
    )
    line = "- [A](https://arxiv.org/abs/2110.00001), " + "Oct 6 2021 and ICML 2020, " * 4000 + "\n"
    for text in (entries, line):
        document = parse(text)
        start = time.process_time()
        lint([rule], document, facts=[Today(datetime.date(2022, 1, 1))])
        assert time.process_time() - start < 4
