"""Fixing a file to where nothing is left to fix, with sound rules and with sabotaged ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.api import May, Rule
from listlint.checks.registry import all_rules
from listlint.fix import apply, land
from listlint.model.diagnostic import Severity
from listlint.model.edit import Edit, Fix
from listlint.model.outcome import Halt, Outcome
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse.skeleton import skeleton
from listlint.testing import check_bad
from tests.fix.helpers import LINES, contents, fix, made

LIST = "# List\n\n- [A](https://a.dev) - Fast tool.\n- [B](https://b.dev) - Smal tool.\n\nText bad here.\n\n## Next\n\nEnd\n"
GOOD = made("GUT001", "Smal ", "Small ", May.TEXT)


def rejected(outcome: Outcome) -> dict[str, str]:
    return {one.diagnostic.code: one.reason for one in outcome.rejected}


def test_a_fix_lands_and_the_rest_stays() -> None:
    outcome = fix([GOOD], LIST.replace("\n", "\r\n").encode() + b"\xff\r")
    assert outcome.after.raw == LIST.replace("Smal ", "Small ").replace("\n", "\r\n").encode() + b"\xff\r"
    assert [(one.diagnostic.code, one.turn) for one in outcome.applied] == [("GUT001", 1)]
    assert outcome.applied[0].diagnostic.source is outcome.before
    assert (outcome.remaining, outcome.rejected, outcome.stopped, outcome.passes) == ((), (), None, 1)


def test_nothing_to_fix_is_the_same_source() -> None:
    outcome = fix([GOOD], "Small\n")
    assert outcome.after is outcome.before
    assert not outcome.changed
    assert outcome.passes == 0


SABOTAGE: dict[str, tuple[type[Rule[Any]], str]] = {
    "text under SPACE": (made("BAD001", "bad", "good"), "it changes the text"),
    "text beside an entry": (made("BAD002", r"Fast tool\.$", "Fast tool!"), "it changes the text"),
    "a link's text under URL": (made("BAD003", r"\[A\]", "[Z]", May.URL), "it changes the text"),
    "a URL under TEXT": (made("BAD004", r"https://a\.dev", "https://z.dev", May.TEXT), "it changes the links"),
    "a URL under SPACE": (made("BAD005", r"https://a\.dev", "https://z.dev"), "it changes the links"),
    "a deleted entry": (made("BAD006", r"^- \[A\].*\n", "", May.TEXT | May.URL), "it "),
    "a deleted paragraph": (made("BAD007", r"^Text.*\n\n", "", May.TEXT), "it "),
    "a heading made text": (made("BAD008", r"^## N", "N", May.TEXT), "it makes"),
    "a heading of another level": (made("BAD009", r"^## ", "### ", May.TEXT | May.URL), "it makes"),
    "a list made loose": (made("BAD010", r"\n- \[B", "\n\n- [B", May.TEXT), "it moves"),
    "a list split": (made("BAD011", r"^- \[B", "* [B", May.TEXT | May.URL), "it moves"),
    "an item nested": (made("BAD012", r"^- \[B", "  - [B", May.TEXT | May.URL), "it moves"),
    "a paragraph made code": (made("BAD013", r"^Text", "    Text"), "it "),
    "the rest made code": (made("BAD014", r"^Text", "```\nText", May.TEXT), "it "),
    "the rest made a comment": (made("BAD015", r"^Text", "<!-- Text", May.TEXT | May.URL), "it "),
    "text put in under BLOCKS": (made("BAD016", r"^Text bad", "Text very bad", May.BLOCKS), "it adds the text"),
    "a URL put in under BLOCKS": (
        made("BAD017", r"^Text bad", "[Text](https://evil.dev) bad", May.BLOCKS),
        "it adds the links",
    ),
    "an entry lost under MOVE": (made("BAD018", r"^- \[A\].*\n", "", May.MOVE), "it loses"),
    "an entry doubled under MOVE": (made("BAD019", r"^(- \[A\].*\n)", r"\1\1", May.MOVE), "it "),
    "the rest made code under BLOCKS": (made("BAD020", r"^Text", "```\nText", May.BLOCKS | May.TEXT), "it takes away"),
    "a far list swallowed under BLOCKS": (made("BAD021", r"^# List", "<pre>", May.BLOCKS | May.TEXT), "it "),
    "outside of the file": (made("BAD022", "bad", lambda found: [(found.start(), 9999, "")]), "outside"),
    "before the file": (made("BAD023", "bad", lambda found: [(-3, found.end(), "")]), "outside"),
    "edits that overlap": (
        made("BAD024", "bad", lambda found: [(found.start(), found.end(), ""), (found.start() + 1, found.end(), "")]),
        "overlap",
    ),
    "no edit at all": (made("BAD025", "bad", lambda _: []), "it changes nothing"),
    "nothing new": (made("BAD026", "bad", "bad"), "it changes nothing"),
    "a character that nobody can write": (made("BAD027", "bad", "\ud800", May.TEXT), "cannot say"),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_sabotaged_fix_is_rejected_by_name_and_a_sound_one_lands(name: str) -> None:
    bad, reason = SABOTAGE[name]
    outcome = fix([bad, GOOD], LIST)
    assert outcome.after.text == LIST.replace("Smal ", "Small "), outcome.after.text
    assert set(rejected(outcome)) == {bad.code}
    assert reason in rejected(outcome)[bad.code]
    assert [one.diagnostic.code for one in outcome.applied] == ["GUT001"]
    assert sorted({one.code for one in outcome.remaining}) == sorted({bad.code, "SUP004"})
    [told] = [one for one in outcome.remaining if one.code == "SUP004"]
    assert told.severity is Severity.ERROR
    assert f"{bad.code} ({bad.name})" in told.message
    assert re.fullmatch("[0-9a-f]{64}", told.fingerprint)
    assert outcome.after.text[slice(*told.span)] == outcome.after.text[slice(*_place(outcome, bad.code))]


def _place(outcome: Outcome, code: str) -> Span:
    return next(one.span for one in outcome.remaining if one.code == code)


def test_exactly_the_sabotaged_ones_of_many_are_rejected() -> None:
    lines = [f"- [N{at}](https://n{at}.dev) - Tool {at}  is smal." for at in range(300)]
    text = "# L\n\n" + "\n".join(lines) + "\n"
    wrong = set(range(7, 300, 23))
    space = made("SPA001", "(?<=[0-9])  is", " is")
    word = made("WOR001", r"smal\.", "small.", May.TEXT)
    numbers = "|".join(map(str, sorted(wrong)))
    breaks = made("BAD001", rf"^- (?=\[N(?:{numbers})\])", "")
    url = made("BAD002", rf"https://n(?:{numbers})\.dev", "https://evil.dev")
    outcome = fix([space, word, breaks, url], text)
    assert outcome.after.text == text.replace("  is smal", " is small")
    counts: dict[str, int] = {}
    for one in outcome.rejected:
        counts[one.diagnostic.code] = counts.get(one.diagnostic.code, 0) + 1
    assert counts == {"BAD001": len(wrong), "BAD002": len(wrong)}


def test_the_guilty_are_found_with_few_readings() -> None:
    text = "".join(f"- [N{at}](https://n{at}.dev) - Smal tool {at}.\n" for at in range(1000))
    before = Source.from_text(text)
    fixes = [
        Fix("t", (Edit(Span(found.end() - 1, found.end() - 1), "l"),), may=May.TEXT)
        for found in re.finditer("Smal ", text)
    ]
    at = text.index("- [N500]")
    fixes.append(Fix("t", (Edit(Span(at, at + 2), "# "),), may=May.TEXT))
    readings: list[Source] = []

    def counted(source: Source) -> Any:
        readings.append(source)
        return skeleton(source)

    landing = land.land(before, skeleton(before), fixes, counted)
    assert list(landing.guilty) == [1000]
    assert len(landing.landed) == 1000
    assert len(readings) < 20


def test_a_change_does_not_hide_behind_another_in_the_same_leaf() -> None:
    outcome = fix([made("BAD001", "bad", "good"), made("GUT002", r"\bhere", "there", May.TEXT), GOOD], LIST)
    assert outcome.after.text == LIST.replace("Smal ", "Small ").replace("here", "there")
    assert set(rejected(outcome)) == {"BAD001"}


def test_fixes_that_touch_take_turns() -> None:
    one, two = made("AAA001", "  +", " "), made("BBB001", r"(?<=x) ?\b(?=b)", " ", May.TEXT)
    passes: list[tuple[int, str, list[str]]] = []
    outcome = fix(
        [one, made("CCC001", "teh", "the", May.TEXT)],
        "a  teh  c\n",
        on_pass=lambda number, source, found: passes.append((number, source.text, [d.code for d in found])),
    )
    assert outcome.after.text == "a the c\n"
    assert two.code == "BBB001"
    assert passes == [(1, "a teh c\n", ["AAA001", "AAA001"]), (2, "a the c\n", ["CCC001"])]
    assert [one.turn for one in outcome.applied] == [1, 1, 2]


def test_rules_that_undo_each_other_are_named_and_end_in_the_same_state() -> None:
    rules = [made("FLI001", r"\bdog\b", "cat", May.TEXT), made("FLO001", r"\bcat\b", "dog", May.TEXT), GOOD]
    outcome = fix(rules, "A cat. Smal one.\n")
    assert outcome.stopped is not None
    assert outcome.stopped.halt is Halt.DISAGREE
    assert outcome.stopped.rules == ("FLI001", "FLO001")
    assert "FLI001, FLO001" in outcome.stopped.message
    assert "Small one." in outcome.after.text
    again = fix(rules, outcome.after.raw)
    assert not again.changed
    assert fix(rules, "A dog. Small one.\n").after.text == outcome.after.text


def test_a_rule_that_never_ends_is_stopped() -> None:
    outcome = fix([made("GRO001", "x$", "xx", May.TEXT)], "x\n", limit=4)
    assert outcome.stopped is not None
    assert (outcome.stopped.halt, outcome.stopped.rules, outcome.passes) == (Halt.UNSETTLED, ("GRO001",), 4)
    assert outcome.after.text == "x" * 5 + "\n"


def test_a_rejected_fix_is_tried_once_more_when_nothing_else_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    original = apply.rewrite

    def counted(source: Source, fixes: list[Fix]) -> Source:
        tried.extend(fix.edits[0].span.start for fix in fixes if fix.title == "fix of BAD001")
        return original(source, fixes)

    monkeypatch.setattr(apply, "rewrite", counted)
    chain = [made(f"CHA00{at}", f"step{at}", f"step{at + 1}", May.TEXT) for at in range(5)]
    outcome = fix([made("BAD001", "bad", "good"), *chain], "step0\n\nbad\n")
    assert outcome.after.text == "step5\n\nbad\n"
    assert len(outcome.rejected) == 1
    assert outcome.passes == 5
    # With the others and by itself; then once more at the end.
    assert len(tried) == 3


def test_a_fix_that_others_made_sound_lands_at_last() -> None:
    drop, inline = made("LAT001", r"^\[x\]: \S+$\n", "", May.BLOCKS), made("INL001", r"\[a\]\[x\]", "[a](u)", May.URL)
    outcome = fix(
        [made("FIR001", "  ", " "), drop, made("SEC001", r"(?<=^b )\[a \]", "[a]"), inline], "b  [a ][x]\n\n[x]: u\n"
    )
    assert outcome.after.text == "b [a](u)\n\n"
    assert outcome.rejected == ()
    assert [(one.diagnostic.code, one.turn) for one in outcome.applied] == [
        ("FIR001", 1),
        ("SEC001", 2),
        ("INL001", 3),
        ("LAT001", 4),
    ]


def test_blocks_may_move_and_entries_go_with_leave() -> None:
    swap = made("MOV001", r"^(- \[A\].*\n)(- \[B\].*\n)", r"\2\1", May.MOVE)
    drop = made("DEL001", r"^Text.*\n\n", "", May.BLOCKS)
    outcome = fix([made("SPA001", "^##  Next", "## Next"), swap, drop], LIST.replace("## Next", "##  Next"))
    lines = LIST.splitlines(keepends=True)
    lines[2:4] = [lines[3], lines[2]]
    assert outcome.after.text == "".join(lines).replace("Text bad here.\n\n", "")
    assert not outcome.rejected


def test_structural_fixes_do_not_excuse_others_of_the_pass() -> None:
    drop = made("DEL001", r"^Text.*\n\n", "", May.BLOCKS)
    outcome = fix([drop, made("BAD001", "Fast", "Slow"), made("BAD002", r"^- \[B", "  - [B")], LIST)
    assert outcome.after.text == LIST.replace("Text bad here.\n\n", "")
    assert set(rejected(outcome)) == {"BAD001", "BAD002"}


def test_a_reference_that_breaks_is_the_fault_of_who_breaks_it() -> None:
    text = "[a][x] is  here\n\nEnd\n\n[x]: https://a.dev\n"
    outcome = fix([made("BAD001", r"^\[x\]:.*\n", "", May.BLOCKS), made("SPA001", "  ", " ")], text)
    assert outcome.after.text == text.replace("  ", " ")
    assert set(rejected(outcome)) == {"BAD001"}


def test_references_in_a_file_of_their_own() -> None:
    text = "@misc{a,\n title = {T}, year = 2020\n}\n\n@misc{b,\n  title = {U}\n}\n"
    good = made("GUT002", r"^ title", "  title")
    outcome = fix([good, made("BAD001", r"\{U\}", "{V}"), made("BAD002", r"^@misc\{b", "@misc{c")], text, "x.bib")
    assert outcome.after.text == text.replace("\n title", "\n  title")
    assert set(rejected(outcome)) == {"BAD001", "BAD002"}


def test_the_harness_of_rules_holds_them_to_what_they_declare() -> None:
    from listlint.checks.api import Bad

    with pytest.raises(AssertionError, match="rejected"):
        check_bad(made("BAD001", "bad", "good"), Bad("⟦bad⟧\n", "good\n"))
    check_bad(made("GUT001", "bad", "good", May.TEXT), Bad("⟦bad⟧\n", "good\n"))


# -- every rule, any file ---------------------------------------------------------------------------

RULES = tuple(rule for rule in all_rules() if not rule.needs)


@given(contents())
@settings(max_examples=60, deadline=None)
def test_fixing_settles_and_the_second_run_changes_nothing(raw: bytes) -> None:
    outcome = fix(RULES, raw)
    assert outcome.stopped is None
    again = fix(RULES, outcome.after.raw)
    assert again.after.raw == outcome.after.raw


@given(contents(noise=False))
@settings(max_examples=60, deadline=None)
def test_without_noise_no_fix_is_rejected(raw: bytes) -> None:
    outcome = fix(RULES, raw)
    assert rejected(outcome) == {}


@given(st.lists(st.sampled_from(LINES), max_size=16).map("\n".join))
@settings(max_examples=40, deadline=None)
def test_line_endings_make_no_difference(text: str) -> None:
    plain = [fix(RULES, text.replace("\n", end).encode()).after.text for end in ("\n", "\r\n", "\r")]
    assert plain[0] == plain[1] == plain[2]


@given(contents())
@settings(max_examples=60, deadline=None)
def test_lines_without_an_edit_keep_their_bytes(raw: bytes) -> None:
    rules = [made("WOR001", r"\bText\b", "Word", May.TEXT), made("SPA001", "(?<=[a-z])  (?=[a-z])", " ")]
    outcome = fix(rules, raw)
    before, after = outcome.before, outcome.after
    assert after.bom == before.bom
    assert len(before.line_starts) == len(after.line_starts)
    touched = {one.diagnostic.source.line_index(one.diagnostic.span.start) for one in outcome.applied}
    for index, start in enumerate(before.line_starts):
        if index not in touched:
            ends = [
                s.line_starts[index + 1] if index + 1 < len(s.line_starts) else len(s.text) for s in (before, after)
            ]
            old = before.raw[before.raw_offset(start) : before.raw_offset(ends[0])]
            assert after.raw[after.raw_offset(after.line_starts[index]) : after.raw_offset(ends[1])] == old
