"""The grammar of a list: what is counted, what is a convention, and what may be set in its place."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from listlint.checks.api import Rule
from listlint.checks.registry import all_rules
from listlint.config.merge import resolve
from listlint.config.schema import Overrides
from listlint.grammar import Read, entry_grammar, grammar, pins, read
from listlint.model.errors import ListlintError
from listlint.session import Request, Session, rule_infos
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

    from listlint.model.grammar import Conduct, Grammar, Habit

ITEMS = "".join(f"- [Tool {n}](https://a.dev/{n}) - Does a thing.\n" for n in range(12))
HEADINGS = "".join(
    f"## A Longer Work on Number {n} [`{'READ' if n % 3 else 'UNREAD'}`]\n\npaper link: [here](https://arxiv.org/abs/2001.0000{n})\n\n"
    f"```bibtex\n@misc{{lovelace202{n}longer,\n  title={{A Longer Work on Number {n}}},\n"
    f"  author={{Lovelace, Ada and Babbage, Charles}},\n  year={{202{n}}}\n}}\n```\n\n"
    for n in range(10)
)
CHINESE = "".join(f"- [工具{n}](https://a.dev/{n})：很快。\n" for n in range(11)) + "- [工具乙](https://b.dev)：很小\n"
TABLE = "| Title | Date |\n|---|---|\n" + "".join(
    f"| [Work {n}](https://a.dev/{n}) | 2021-10-1{n} |\n" for n in range(9)
)


def known(text: str, *, name: str = "README.md", preset: str = "all", values: tuple[str, ...] = ()) -> Read:
    """A text, read as the command line reads it."""
    overrides = Overrides(preset=preset, values=values)
    session = Session(
        Request(paths=("-",), stdin=text.encode(), stdin_filename=name, isolated=True, overrides=overrides)
    )
    return read(session, session.files()[0])


def habit(found: Grammar, trait: str, code: str = "") -> Habit:
    return next(one for one in found.habits if one.trait == trait and code in ("", one.code))


def forms(found: Habit) -> list[tuple[str, int]]:
    return [(form.shown, form.count) for form in found.forms]


def test_a_convention_is_counted_with_what_deviates() -> None:
    found = grammar(known("# L\n\n" + ITEMS + "- [B](https://b.dev): Does a thing.\n"))
    separator = habit(found, "separator")
    assert (found.entries, found.sections) == (13, 1)
    assert forms(separator) == [("` - `", 12), ("`: `", 1)]
    assert (separator.total, separator.holds, separator.active) == (13, True, True)
    assert (separator.code, separator.rule) == ("ENT002", "inconsistent-separator")
    assert separator.forms[1].example.line == 15
    assert separator.forms[1].excerpt == "- [B](https://b.dev): Does a thing."
    assert separator.sections == ()
    assert forms(habit(found, "description end")) == [("full stop", 13)]
    assert forms(habit(found, "shape")) == [("bullet", 13)]


def test_below_the_threshold_there_is_none() -> None:
    few = habit(grammar(known("".join(ITEMS.splitlines(keepends=True)[:9]))), "separator")
    assert (few.total, few.holds) == (9, False)
    mixed = habit(grammar(known(ITEMS + ITEMS.replace(" - ", ": "))), "separator")
    assert (forms(mixed), mixed.holds) == ([("` - `", 12), ("`: `", 12)], False)


def test_thresholds_are_those_of_the_rules_options() -> None:
    found = grammar(
        known("".join(ITEMS.splitlines(keepends=True)[:5]), values=("rules.inconsistent-separator.minimum=5",))
    )
    separator = habit(found, "separator")
    assert (separator.minimum, separator.share, separator.holds) == (5, 0.9, True)


def test_sections_that_differ_are_told() -> None:
    other = "".join(f"- [Other {n}](https://b.dev/{n}) – Is.\n" for n in range(10))
    separator = habit(grammar(known(f"# L\n\n## A\n\n{ITEMS}\n## B\n\n{other}")), "separator")
    (section,) = separator.sections
    assert (section.section, section.line, section.form) == ("B", 18, "` – `")
    assert (section.count, section.total, section.holds) == (10, 10, True)


def test_a_chinese_list_has_its_own_marks() -> None:
    found = grammar(known(CHINESE))
    assert forms(habit(found, "separator")) == [("`：`", 12)]
    assert forms(habit(found, "description end")) == [("full stop", 11), ("no full stop", 1)]
    assert habit(found, "description end").holds
    assert not [one for one in found.habits if one.trait == "title case"]


def test_headings_with_bibtex() -> None:
    found = grammar(known("# Papers\n\n" + HEADINGS))
    assert forms(habit(found, "shape")) == [("heading", 10)]
    assert forms(habit(found, "status")) == [("“READ”", 6), ("“UNREAD”", 4)]
    assert forms(habit(found, "marks of the status")) == [("[`…`]", 10)]
    assert forms(habit(found, "label “paper” before a link")) == [("“paper link”", 10)]
    assert forms(habit(found, "arXiv link")) == [("the abstract", 10)]
    assert forms(habit(found, "order of names in BibTeX")) == [("“Last, First”", 10)]
    assert forms(habit(found, "indentation in BibTeX")) == [("2 spaces", 10)]
    assert forms(habit(found, "key in BibTeX")) == [("author + year + title", 10)]
    assert not habit(found, "status").holds


def test_a_table_has_dates_but_no_separator() -> None:
    found = grammar(known(TABLE))
    assert forms(habit(found, "date in tables")) == [("`%Y-%m-%d`", 9)]
    assert {"shape", "date in tables", "has date"} <= {one.trait for one in found.habits}
    assert not [one for one in found.habits if one.trait == "separator"]


def test_a_bibliography_has_no_entries_but_habits() -> None:
    entries = "".join(f"@misc{{k{n},\n  title = {{A}},\n  author = {{Ada Lovelace}}\n}}\n" for n in range(10))
    found = grammar(known(entries, name="refs.bib"))
    assert found.entries == 0
    assert forms(habit(found, "order of names in BibTeX")) == [("“First Last”", 10)]


def test_rules_that_are_off_or_silent_are_not_active() -> None:
    assert not habit(grammar(known(ITEMS, preset="notes")), "separator").active
    generated = "<!-- This file is generated by a script. Do not edit. -->\n\n" + ITEMS
    separator = habit(grammar(known(generated)), "separator")
    assert (separator.holds, separator.active) == (True, False)


def test_what_is_set_is_said_with_its_place() -> None:
    separator = habit(grammar(known(ITEMS, values=('rules.inconsistent-separator.separator="–"',))), "separator")
    assert separator.pinned == "–"
    assert separator.pinned_by is not None
    assert "--set" in separator.pinned_by


def test_every_pin_is_an_option_and_is_not_set_by_default() -> None:
    checked = 0
    for rule in all_rules():
        defaults = rule.Options()
        for option in rule.pins.values():
            assert getattr(defaults, option) in (None, {}), (rule.code, option)
            checked += 1
        assert not rule.pins or rule.traits is not Rule.traits, rule.code
    assert checked >= 50


@pytest.mark.parametrize("text", [ITEMS, CHINESE, TABLE, HEADINGS], ids=["items", "chinese", "table", "headings"])
def test_all_traits_stand_in_the_text(text: str) -> None:
    found = known(text)
    count = 0
    for speaker in found.speakers:
        for trait in speaker.rule.traits(found.document, found.context):
            assert 0 <= trait.span.start <= trait.span.end <= len(found.document.text), (speaker.rule.code, trait.name)
            assert trait.shown
            hash(trait.value)
            count += 1
    assert count > 10


# --- one entry -----------------------------------------------------------------------------------------


def conduct(found: tuple[Conduct, ...], trait: str) -> Conduct:
    return next(one for one in found if one.trait == trait)


def test_an_entry_that_deviates() -> None:
    one = entry_grammar(known(ITEMS + "- [B](https://b.dev): Does a thing.\n"), 13)
    separator = conduct(one.conduct, "separator")
    assert (separator.shown, separator.usual, separator.count, separator.total) == ("`: `", "` - `", 12, 13)
    assert separator.deviates
    assert separator.findings == ('12 of 13 set off the description with " - "; this one with ": "',)
    assert not conduct(one.conduct, "description end").deviates


def test_all_findings_of_an_entry_are_told() -> None:
    text = ITEMS + "- [B](https://b.dev): Does a a thing with javascript.  \n- [C](https://c.dev) - Does a thing a\n"
    one = entry_grammar(known(text), 13)
    told = {(told.code, told.place.line) for told in one.findings}
    assert {("ENT002", 13), ("ENT012", 13), ("AWE009", 13), ("STY001", 13)} <= told
    assert {line for _, line in told} == {13}
    assert all(told.message and told.rule for told in one.findings)
    assert entry_grammar(known(text), 2).findings == ()


def test_findings_of_a_nested_entry_are_its_own() -> None:
    text = ITEMS + "- [B](https://b.dev) - Does a thing.\n  - [C](https://c.dev) - Does the the thing.\n"
    assert not [told for told in entry_grammar(known(text), 13).findings if told.code == "ENT012"]
    assert [told.place.line for told in entry_grammar(known(text), 14).findings if told.code == "ENT012"] == [14]


def test_why_nothing_is_said() -> None:
    odd = ITEMS + "- [B](https://b.dev): Does a thing."
    generated = "<!-- This file is generated by a script. Do not edit. -->\n\n" + odd
    suppressed = f"{odd} <!-- listlint-disable-line ENT002 -->"
    separators = [
        conduct(entry_grammar(read, line).conduct, "separator")
        for read, line in (
            (known(odd), 13),
            (known(odd, preset="notes"), 13),
            (known(generated), 15),
            (known(suppressed), 13),
        )
    ]
    assert all(one.deviates for one in separators)
    assert [(one.why, bool(one.findings)) for one in separators] == [
        ("", True),
        ("off", False),
        ("not judged", False),
        ("suppressed", False),
    ]


def test_fields_have_exact_places() -> None:
    text = "- [A paper](https://a.dev) - Does a thing.\n" * 2
    one = entry_grammar(known(text), 2)
    places = {part.field: (part.place.line, part.place.column, part.place.end_column) for part in one.parts}
    assert places["title"] == (2, 4, 11)
    assert places["separator"] == (2, 27, 30)
    assert places["description"] == (2, 30, 43)
    assert places["link (title), primary"] == (2, 3, 27)


def test_a_habit_of_the_section_counts_before_that_of_the_document() -> None:
    other = "".join(f"- [Other {n}](https://b.dev/{n}) – Is.\n" for n in range(10))
    one = entry_grammar(known(f"# L\n\n## A\n\n{ITEMS}\n## B\n\n{other}"), 20)
    separator = conduct(one.conduct, "separator")
    assert (separator.usual, separator.scope, separator.deviates) == ("` – `", "B", False)


def test_a_line_within_an_entry_is_the_entry() -> None:
    assert entry_grammar(known(HEADINGS), 6).name == "A Longer Work on Number 0"
    nested = "- [A](https://a.dev)\n  - [B](https://b.dev)\n"
    assert entry_grammar(known(nested), 2).name == "B"


@pytest.mark.parametrize(("line", "code"), [(1, "no-entry"), (99, "no-such-line"), (0, "no-such-line")])
def test_a_line_without_an_entry(line: int, code: str) -> None:
    with pytest.raises(ListlintError) as caught:
        entry_grammar(known("# L\n\n" + ITEMS), line)
    assert caught.value.code == code


# --- options that set it -------------------------------------------------------------------------------


def test_pins_are_conventions_only() -> None:
    found = {(pin.rule, pin.option): (pin.value, pin.count, pin.total, pin.fits) for pin in pins(known(ITEMS))}
    assert found["inconsistent-separator", "separator"] == ("-", 12, 12, True)
    assert found["description-end", "ending"] == ("stop", 12, 12, True)
    assert found["inconsistent-marker", "bullet"] == ("-", 12, 12, True)
    assert pins(known("- [A](https://a.dev) - Text.\n")) == ()


def test_a_pin_that_would_find_more_does_not_fit() -> None:
    """Sections with a habit of their own are let be by the rule, and would not be by the option."""
    many = "".join(f"- [Tool {n}](https://a.dev/x{n}) - Does a thing.\n" for n in range(90))
    other = "".join(f"- [Other {n}](https://b.dev/{n}): Is.\n" for n in range(5))
    pin = next(one for one in pins(known(f"# L\n\n## A\n\n{many}\n## B\n\n{other}")) if one.option == "separator")
    assert (pin.value, pin.count, pin.total, pin.fits) == ("-", 90, 95, False)


@pytest.mark.parametrize("text", [ITEMS, CHINESE, TABLE, HEADINGS], ids=["items", "chinese", "table", "headings"])
def test_pins_are_values_that_configurations_take(text: str) -> None:
    found = pins(known(text))
    assert found
    infos = rule_infos()
    for pin in found:
        override = f"rules.{pin.rule}.{pin.option}={json.dumps(pin.value, ensure_ascii=False)}"
        settings = resolve(infos, None, Overrides(preset="all", values=(override,)))
        setting = next(one for one in settings.rules.values() if one.rule.name == pin.rule)
        option, _, key = pin.option.replace("-", "_").partition(".")
        value = getattr(setting.options, option)
        assert (value[key] if key else value) == pin.value


DEVIANT = (
    "# L\n\n"
    + "".join(f"- [Tool {n}](https://a.dev/{n}) - Does a thing.\n" for n in range(30))
    + "- [B](https://b.dev): Does a thing.\n- [C](https://c.dev) - Does it\n* [D](https://d.dev) - Does it.\n"
    + "".join(f"- [Paper {n}](https://arxiv.org/abs/2001.0001{n}) - It is read, 2021-10-1{n}.\n" for n in range(9))
    + "- [Paper](https://arxiv.org/pdf/2001.00029) - It is read, Oct. 19 2021.\n"
)


def places(folder: Path) -> set[tuple[str, int, int]]:
    done = run(folder, "check", "README.md", "--output", "json", "--exit-zero")
    return {(one["code"], one["line"], one["column"]) for one in json.loads(done.stdout)["findings"]}


def test_init_from_a_list_sets_its_habits_and_finds_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(DEVIANT, encoding="utf-8")
    (tmp_path / "listlint.toml").write_text('preset = "all"\n')
    before = places(tmp_path)
    assert {"ENT002", "ENT005", "ENT007", "URL003"} <= {code for code, _, _ in before}
    (tmp_path / "listlint.toml").unlink()
    options = ("--yes", "--preset", "all", "--no-hook", "--no-workflow", "--no-baseline")
    done = run(tmp_path, "init", *options, "--from", "README.md")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "listlint.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)["rules"]
    assert rules["inconsistent-separator"] == {"separator": "-"}
    assert rules["description-end"] == {"ending": "stop"}
    assert rules["arxiv-form"] == {"form": "abs"}
    assert "# separator: ` - ` (42 of 43)\n" in text
    assert places(tmp_path) == before


def test_init_from_a_list_without_habits_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# L\n\n- [A](https://a.dev) - Text.\n")
    done = run(tmp_path, "init", "--yes", "--no-hook", "--no-workflow", "--no-baseline", "--from", "README.md")
    assert done.returncode == 0, done.stderr
    assert "rules" not in tomllib.loads((tmp_path / "listlint.toml").read_text())


def test_a_pin_that_does_not_fit_is_a_comment(tmp_path: Path) -> None:
    many = "".join(f"- [Tool {n}](https://a.dev/x{n}) - Does a thing.\n" for n in range(90))
    other = "".join(f"- [Other {n}](https://b.dev/{n}): Is.\n" for n in range(5))
    (tmp_path / "README.md").write_text(f"# L\n\n## A\n\n{many}\n## B\n\n{other}")
    run(tmp_path, "init", "--yes", "--no-hook", "--no-workflow", "--no-baseline", "--from", "README.md")
    text = (tmp_path / "listlint.toml").read_text()
    assert '# separator: ` - ` (90 of 95), but not in every section\n# separator = "-"' in text
    assert "inconsistent-separator" not in tomllib.loads(text)["rules"]


def test_from_needs_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ITEMS)
    done = run(tmp_path, "init", "--yes", "--no-config", "--no-baseline", "--from", "README.md")
    assert done.returncode == 2
    assert "--no-config" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"]


def test_a_rule_judges_alike_with_the_pin_it_gives_itself() -> None:
    """What `pin` says of a value means that value to the rule: no bearer of it is reported."""
    for text in (ITEMS, CHINESE, TABLE, HEADINGS):
        found = known(text)
        for pin in pins(found):
            speaker = next(one for one in found.speakers if one.rule.name == pin.rule)
            option, _, key = pin.option.replace("-", "_").partition(".")
            value = {key: pin.value} if key else pin.value
            changed = type(speaker.rule)(replace(speaker.rule.options, **{option: value}))
            reported = list(changed.check(found.document, found.context))
            assert len(reported) <= pin.total - pin.count, pin
