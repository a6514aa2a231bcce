"""Fixes of white space leave what a reader sees as it was, in any document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from listlint.checks.registry import find_rule
from listlint.testing import fixed, lint, parse

LINES = (
    "", "", " ", "\t", "# A", "## B  ", "##  C", "text", "text ", "text  ", "text \\ ", "**bold**", "- a", "- b  ", "  - c", "  d ",
    "1. e", "2. f\t", "    code  ", "```", "```py ", "> q", "> - r  ", ">", "| a | b | ", "|---|---|", "| 1 | 2 |", "<div> ", "</div>",
    "<pre>", "</pre>", "<!-- c -->", "---", "===", "[x]: https://a.dev ", "`open  ", "close`  ", "-", "- ", "* * *", "Papers:",
)  # fmt: skip
DOCUMENTS = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)
RENDER = MarkdownIt("commonmark").enable("table").render
OPTIONS = {"STY002": {"minimum": 1, "share": 0.6}}


def folded(text: str) -> str:
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", RENDER(text))).strip()


@pytest.mark.parametrize("code", ["STY001", "STY002", "STY003"])
@given(text=DOCUMENTS)
@settings(max_examples=200, deadline=None)
def test_fixes_leave_the_rendering_and_settle(code: str, text: str) -> None:
    rule = find_rule(code)
    assert rule is not None
    options = OPTIONS.get(code)
    after = fixed(rule, parse(text), options)
    assert folded(after.text) == folded(text)
    assert lint([rule], parse(after.text), options) == []


@pytest.mark.parametrize("code", ["STY001", "STY002", "STY003"])
@given(text=DOCUMENTS)
@settings(max_examples=50, deadline=None)
def test_line_endings_make_no_difference(code: str, text: str) -> None:
    rule = find_rule(code)
    assert rule is not None
    unix, windows = parse(text.encode()), parse(text.replace("\n", "\r\n").encode())
    assert [d.span for d in lint([rule], unix)] == [d.span for d in lint([rule], windows)]
    assert fixed(rule, unix).text == fixed(rule, windows).text


def test_an_odd_space_at_the_very_end() -> None:
    rule = find_rule("ENC008")
    assert rule is not None
    assert lint([rule], parse('<a href="https://a.dev">\xa0')) == []
