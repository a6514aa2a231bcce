"""Broken links in blanked text, beyond the examples of ENT001."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.nodes import LinkKind
from listlint.testing import parse
from listlint.text.broken_links import IMAGE, LINK, MASK, Broken, Flaw, broken_links


def repaired(text: str, broken: Broken) -> str:
    for start, end, new in reversed(broken.edits):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "flaw", "sound"),
    [
        ("[a] (https://a.dev)", Flaw.SPACE, "[a](https://a.dev)"),
        ("[a]\n  (https://a.dev)", Flaw.BREAK_BEFORE, "[a](https://a.dev)"),
        ("(a)[https://a.dev]", Flaw.SWAPPED, "[a](https://a.dev)"),
        ("[a](https://a.dev.", Flaw.UNCLOSED, "[a](https://a.dev)."),
        ("[a](https://a.dev - B", Flaw.UNCLOSED, "[a](https://a.dev) - B"),
        ("[a])(https://a.dev)", Flaw.STRAY_PARENTHESIS, "[a](https://a.dev)"),
        ("(b [a])(https://a.dev)", Flaw.STRAY_PARENTHESIS, "(b [a](https://a.dev))"),
        ("[a]](https://a.dev)", Flaw.SURPLUS_BRACKET, "[a](https://a.dev)"),
        ("[a](https://a.dev/b\nc)", Flaw.LINE_BREAK, "[a](https://a.dev/bc)"),
        ("[a](x/b c.pdf)", Flaw.SPACE_IN_URL, "[a](x/b%20c.pdf)"),
        ("[a](#b c)", Flaw.SPACE_IN_URL, "[a](#b-c)"),
    ],
)
def test_repair_makes_one_sound_link(text: str, flaw: Flaw, sound: str) -> None:
    (broken,) = broken_links(text)
    assert broken.flaw is flaw
    assert repaired(text, broken) == sound
    assert [link.kind for link in parse(sound).links] == [LinkKind.INLINE]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("a](https://a.dev)", Flaw.UNOPENED),
        ("[a](https://a.dev https://b.dev)", Flaw.TWO_URLS),
        ("[a](https://a.dev\nhttps://b.dev)", Flaw.TWO_URLS),
        ("[a](https://a.dev/ b.pdf)", Flaw.SPACE_IN_URL),
        ("[a](https://a.dev “B c”)", Flaw.SPACE_IN_URL),
        ("[a](The title of it)", Flaw.TEXT_FOR_URL),
        (f"[a {LINK * 5} b](https://a.dev)", Flaw.LINK_IN_TEXT),
        (f"[a]({LINK * 5})", Flaw.LINK_IN_URL),
    ],
)
def test_what_only_an_editor_can_repair(text: str, flaw: Flaw) -> None:
    (broken,) = broken_links(text)
    assert broken.flaw is flaw
    assert broken.edits == ()


@pytest.mark.parametrize(
    "text",
    [
        "[a] (2019)",
        "[1] (https://a.dev)",
        "[x] (https://a.dev)",
        "\\[a\\] (https://a.dev)",
        "\\[a](https://a.dev)",
        "[a](see below)",
        "f[x](a b c)",
        "(a)[b]",
        "[a] (#12)",
        f"[{LINK * 5}](an extension of it)",
        f"[{LINK * 5}] (https://a.dev)",
        "[a] [b] (c)",
    ],
)
def test_text(text: str) -> None:
    assert list(broken_links(text)) == []


_PIECES = [*"[]()\\ \n>ab.#/", LINK, IMAGE, MASK, "https://", "www."]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_edits_are_ordered_and_in_range(text: str) -> None:
    for broken in broken_links(text):
        assert 0 <= broken.start <= broken.end <= len(text)
        flat = [offset for start, end, _ in broken.edits for offset in (start, end)]
        assert flat == sorted(flat)
        assert all(0 <= offset <= len(text) for offset in flat)
        assert not broken.edits or repaired(text, broken) != text


@pytest.mark.parametrize("piece", ["](", "[a](", "[a](https://a.dev ", "(a)[http://x", "] (", "[a](x(", "[a](a b "])
def test_takes_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    sum(1 for _ in broken_links(text))
    assert time.perf_counter() - start < 5
