"""The short way through lists of one-line items reads them as CommonMark does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from listlint.model.source import Source
from listlint.parse import blocks, lists
from tests.paths import commonmark_examples, corpus_files, needs_commonmark, needs_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.parse.blocks import Blocks
    from listlint.parse.spans import ContentMap, Segment

LINES = (
    "- a", "- [a](https://a.dev) - B.", "* b", "+ c", "-  d", "-    e", "-     code", "-\tf", "  - g", "    - h", "   - i", " - j",
    "      - k", "\t- l", "  * m", "     - n", "- ", "-", "- - o", "- 1. p", "- 1.5 q", "- 10% r", "- # s", "- > t", "- *u* v",
    "- **w** x", "- _y_", "- ***", "- * * *", "- ---", "- `z` a", "- ```", "- ``b``", "- <b>c</b>", "- [d]: https://d.dev", "- [e] f",
    "- [[g](h)]", "- [^i]: j", "- [^k] l", "- [x] m", "- [ ] n", "- | o |", "- |-|", "- p | q", "- ===", "- ![r](s)", "- [t\\]: u",
    "- v  ", "- \u00a0w", "- 中", "- 🎉 x", "1. y", "2) z", "", "", " ", "\t", "text", "  text", "      text", "# Title", "#x",
    "---", "***", "- - -", "===", "> quote", "```", "~~~", "<p>", "<!-- c -->", "| a |", "|---|", "[u]: https://u.dev", "**bold**",
)  # fmt: skip
ITEMS = (*(line for line in LINES if lists.plain_list(line, [0], 0)), "  - g", "    - h", "      - k", "  * m")


def read(text: str) -> tuple[Blocks, int]:
    """The blocks of a text, and how many of its lists are read on the short way."""
    short = [token for token in blocks.parser().parse(text, {blocks.PLAIN_LISTS: True}) if token.type == "plain_list"]
    return blocks.read(Source.from_text(text)), len(short)


def assert_alike(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The text reads the same without the short way; return how many lists go it."""
    found, count = read(text)
    with monkeypatch.context() as patched:
        patched.setattr(blocks, "plain_list", lambda *_: None)
        expected, none = read(text)
    assert none == 0
    for one, other in zip(found.leaves, expected.leaves, strict=True):
        assert content(one.code) == content(other.code)
        assert replace(one, code=None) == replace(other, code=None), text
    for name in ("items", "definitions", "out", "too_deep"):
        assert getattr(found, name) == getattr(expected, name), (name, text)
    return count


def content(code: ContentMap | None) -> tuple[str, Sequence[Segment]] | None:
    """What makes two maps equal."""
    return None if code is None else (code.content, code.segments)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8).map("\n".join))
@example("- a\n  - b\n    - c\n- d\n\n- e")
@example("- a\n  - b\n - c")
@example("- x--\n- b\n---\n")
@example("- a\n\n\n**b**\n- c\n\n- - -\n")
@example("- a | b\n  - --|--\n")
@example("> - a\n> - b\n- c\n")
def test_the_two_ways_agree(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_alike(text, monkeypatch)


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(ITEMS), min_size=1, max_size=12).map("\n".join),
    st.sampled_from(
        ("", "\n", "\n\n", "\n\n- x", "\n\n---", "\n\n  text", "\ntext", "\n# Title", "\n\n\n\ntext", "\n \t\n* * *")
    ),
)
def test_the_two_ways_agree_on_lists_of_one_line_items(items: str, after: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_alike(items + after, monkeypatch)


@needs_commonmark
def test_the_two_ways_agree_on_the_examples_of_commonmark(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(assert_alike(text, monkeypatch) for text in commonmark_examples()) > 10


@needs_corpus
def test_the_two_ways_agree_on_real_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        Source.from_bytes(path.read_bytes(), path.name).text for path in corpus_files()[::5] if path.suffix != ".bib"
    ]
    assert sum(assert_alike(text, monkeypatch) for text in texts) > len(texts)


@pytest.mark.parametrize(
    "text",
    ["- a\nb", "- a\n\n- b", "1. a", "- a\n * b", "-\ta", "- a\n- - b", "- [a]: b", "- ```\n", "- <p>", "- > a", " - a"],
)  # fmt: skip
def test_what_could_be_read_otherwise_is_no_plain_list(text: str) -> None:
    assert read(text)[1] == 0


def test_items_know_their_lists() -> None:
    text = "- a\n    - b\n    - c  \n- d\n  * e\n\nText."
    starts = Source.from_text(text).line_starts
    found = lists.plain_list(text, starts, 0)
    assert found is not None
    assert [(item.content, item.parent, item.list) for item in found] == [
        ("a", None, 0), ("b", 0, 1), ("c", 0, 1), ("d", None, 0), ("e", 3, 2),
    ]  # fmt: skip
    assert [text[item.start] for item in found] == [item.mark for item in found]


def test_lists_deeper_than_the_short_way_goes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join("  " * depth + "- a" for depth in range(lists.MAX_DEPTH + 3))
    assert assert_alike(text, monkeypatch) == 0
    assert len(read(text)[0].items) == lists.MAX_DEPTH + 3
