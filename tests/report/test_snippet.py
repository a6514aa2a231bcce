"""Marks stand under what they mark, on any line and any terminal width."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.source import Source
from listlint.model.span import Span
from listlint.report.snippet import marked_lines
from listlint.report.width import fit, width


def drawn(text: str, start: int, end: int, columns: int = 60, *, actions: bool = False) -> str:
    """The marked lines as they look, one under the other."""
    rows = []
    for line in marked_lines(Source.from_text(text), Span(start, end), columns, actions=actions):
        rows += ["..."] if line is None else [line.text, " " * line.lead + "^" * line.length]
    return "\n".join(row.rstrip() for row in rows)


@pytest.mark.parametrize(
    ("text", "marked", "shown"),
    [
        ("one two", "two", "one two\n    ^^^"),
        ("日本 two", "two", "日本 two\n     ^^^"),
        ("a 日本 b", "日本", "a 日本 b\n  ^^^^"),
        ("e\u0301e\u0301 two", "two", "e\u0301e\u0301 two\n   ^^^"),
        ("👩\u200d💻 ❤\ufe0f two", "two", "👩\u200d💻 ❤\ufe0f two\n      ^^^"),
        ("\tone", "one", "    one\n    ^^^"),
        ("ab\tone", "one", "ab  one\n    ^^^"),
        ("ab\tone", "\t", "ab→ one\n  ^^"),
        ("one  ", "  ", "one··\n   ^^"),
        ("a\u200bb", "\u200b", "a\\u200bb\n ^^^^^^"),
        ("a\u00a0b", "\u00a0", "a\\u00a0b\n ^^^^^^"),
        ("x a\u200bb", "a\u200bb", "x a\\u200bb\n  ^^^^^^^^"),
        ("👩\u200d💻 x", "👩\u200d💻", "👩\u200d💻 x\n^^"),
        ("\x1b[31mone", "one", "\\x1b[31mone\n        ^^^"),
        ("a \u202eone", "\u202e", "a \\u202eone\n  ^^^^^^"),
    ],
)
def test_one_line(text: str, marked: str, shown: str) -> None:
    start = text.index(marked)
    assert drawn(text, start, start + len(marked)) == shown


def test_empty_spans() -> None:
    assert drawn("one", 3, 3) == "one\n   ^"
    assert drawn("", 0, 0) == "\n^"
    assert drawn("one\n", 4, 4) == "\n^"
    assert drawn("one\ntwo", 3, 4) == "one\n   ^"


def test_several_lines() -> None:
    assert drawn("one\n  two\nthree", 1, 12) == "one\n ^^\n  two\n  ^^^\nthree\n^^"
    assert drawn("a\nb\nc\nd\ne", 0, 9) == "a\n^\n...\ne\n^"
    assert drawn("a\n\nb", 0, 4) == "a\n^\n\n\nb\n^"
    assert drawn("a\n\n\n\nb", 2, 4) == "\n^\n\n^"


def test_a_long_line_is_cut_around_the_mark() -> None:
    text = "".join(f"{number:04} " for number in range(100))
    middle = text.index("0050")
    assert drawn(text, 0, 4, 30) == "0000 0001 0002 0003 0004 000…\n^^^^"
    assert drawn(text, middle, middle + 4, 30) == "…7 0048 0049 0050 0051 0052 0…\n             ^^^^"
    assert drawn(text, 494, 498, 30).endswith("^^^^")
    assert "0098 0099" in drawn(text, 495, 499, 30)


def test_a_mark_wider_than_the_terminal_starts_in_sight() -> None:
    shown, marks = drawn("begin " + "x" * 200, 6, 206, 30).split("\n")
    assert shown.startswith(("…", "begin"))
    assert shown.endswith("…")
    assert shown.index("x") == marks.index("^")
    assert len(marks) <= 30


def test_commands_are_broken_up_under_the_mark() -> None:
    assert drawn("## ##[x] one", 9, 12, actions=True) == "## #\\x23[x] one\n            ^^^"
    assert drawn("##[x]", 0, 2, actions=True) == "#\\x23[x]\n^^^^^"


TEXTS = st.text(
    st.sampled_from("ab \t日é\u0301\u200b\u200d👩💻\ufe0f\x1b\u202e\n:#[") | st.characters(codec="utf-8"), max_size=80
)


@given(TEXTS.filter(lambda text: "\0" not in text), st.data(), st.integers(12, 60), st.booleans())
@settings(max_examples=200, deadline=None)
def test_lines_fit_and_marks_cover(text: str, data: st.DataObject, columns: int, actions: bool) -> None:
    source = Source.from_text(text)
    start = data.draw(st.integers(0, len(source.text)))
    end = data.draw(st.integers(start, len(source.text)))
    lines = marked_lines(source, Span(start, end), columns, actions=actions)
    shown = [line for line in lines if line is not None]
    assert shown[0].number == source.position(start).line
    assert any(line.length for line in shown)
    for line in shown:
        assert line.lead >= 0
        assert line.length >= 0
        assert width(line.text) <= columns
        assert line.lead + line.length <= columns + 1


def test_a_line_of_a_megabyte_is_cheap() -> None:
    source = Source.from_text("x" * 1_000_000)
    start = time.perf_counter()
    for offset in range(0, 1_000_000, 10_000):
        marked_lines(source, Span(offset, offset + 5), 100)
        marked_lines(source, Span(0, 1_000_000), 100)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩\u200d💻", 2), ("👍🏽", 2), ("❤\ufe0f", 2), ("❤", 1), ("🇫🇷", 2),
        ("각", 2), ("\u1100\u1161\u11a8", 2), ("ｱ", 1), ("…", 1), ("ا\u064e", 1),
    ],
)  # fmt: skip
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(TEXTS, st.integers(1, 40))
@settings(max_examples=200)
def test_fit(text: str, columns: int) -> None:
    fitted = fit(text, columns)
    assert width(fitted) <= columns
    assert fitted == text or fitted.endswith("…")
