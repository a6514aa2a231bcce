"""Endings, vague words and unfinished lines, beyond the examples of the rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.prose import Ending, ending, ends_in_function_word, goes_on, is_vague


@pytest.mark.parametrize(
    "text",
    [
        "A tool.",
        "小さい。",
        "छोटा।",
        "Made with C++.",
        "Runs on Node.js.",
        "From 2020.",
        "(In Go) fast.",
        "See `x`.",
        "1.0.",
    ],
)
def test_ends_with_a_stop(text: str) -> None:
    assert ending(text) is Ending.STOP


@pytest.mark.parametrize(
    "text",
    ["A tool", "小さい", "Runs on Node.js", "Version 1.0", "Small (in Go)", "f(x)", "Тест", "Small. Old (in Go)"],
)
def test_ends_without_a_stop(text: str) -> None:
    assert ending(text) is Ending.NONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Wow!",
        "Why？",
        "So…",
        "Wait...",
        'It says "go"',
        "It says “go.”",
        "By X et al.",
        "By A Inc.",
        "In the U.S.",
        "By John Q.",
        "Cats, dogs etc.",
        "See https://a.dev/x",
        "www.a.dev",
        "me@a.dev",
        "Text #tag",
        "Text @name",
        "Text :cat:",
        "Text 🔥",
        "Small. (Old)",
        "(Old)",
        "Small (old.)",
        "Small **[Old]",
        "These:",
        "C++",
    ],
)
def test_says_nothing_about_a_habit(text: str) -> None:
    assert ending(text) is None


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_white_space_behind_the_end_does_not_count(text: str) -> None:
    assert ending(text) is ending(text + " \t")


@pytest.mark.parametrize("text", ["here", "[Link]", "Click here!", " this\n link", "здесь", "链接"])
def test_vague(text: str) -> None:
    assert is_vague(text)


@pytest.mark.parametrize(
    "text",
    ["", "here be dragons", "linker", "2", "pdf", "A link to the paper", "link 2", "Link2", "this one", "here" * 20],
)
def test_not_vague(text: str) -> None:
    assert not is_vague(text)


def test_more_vague_words_may_be_long() -> None:
    text = "the page of this project on the web"
    assert not is_vague(text)
    assert is_vague(text, frozenset({text}))


@pytest.mark.parametrize("line", ["A tool for", "One,", "One -", "uses the ", "fast AND"])
def test_goes_on(line: str) -> None:
    assert goes_on(line)


@pytest.mark.parametrize("line", ["A tool.", "A tool", "An island", "Brand", ""])
def test_does_not_go_on(line: str) -> None:
    assert not goes_on(line)


def test_a_mark_is_no_function_word() -> None:
    assert ends_in_function_word("a client for")
    assert not ends_in_function_word("one -")
