"""Comments at the end of a text, and in it."""

from __future__ import annotations

import pytest

from listlint.checks.comments import before_comments, without_comments


@pytest.mark.parametrize(
    ("text", "before", "without"),
    [
        ("a", "a", "a"),
        ("a ", "a ", "a "),
        ("a <!-- b --> ", "a", "a  "),
        ("a<!-- b --><!----> <!-- c -- d -->", "a", "a "),
        ("<!-- b -->", "", ""),
        ("<!-- a --> b", "<!-- a --> b", " b"),
        ("a <!-- b --> c -->", "a <!-- b --> c -->", "a  c -->"),
        ("a <!-- b", "a <!-- b", "a <!-- b"),
        ("a -->", "a -->", "a -->"),
    ],
)
def test_comments(text: str, before: str, without: str) -> None:
    assert before_comments(text) == before
    assert without_comments(text) == without
