"""The short way through plain inline content reads it as CommonMark does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listlint.model.source import Source
from listlint.parse import blocks, plain
from listlint.parse.inline import Collected, InlineReader
from listlint.parse.spans import ContentMap, Segment
from tests.paths import commonmark_examples, corpus_files, needs_commonmark, needs_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from listlint.parse.inline import Inline

PIECES = (
    "a", "B c", " ", "  ", "!", "~", "&", "& ", "&amp;", "&#42;", "[", "]", "(", ")", "`", "``", "\\", "*", "_", "<", ">", ";",
    "[x](u)", "[x y](https://a.dev/b_(c))", "[x](<u>)", "[x]()", "[x](u \"t\")", "![i](u)", "[x][y]", "[y]", "[^n]",
    "`c`", "` c `", "`  `", "https://a.dev/x", "www.a.dev", "<b>", "</b>", "<a href=\"u\">", "</a>", "<br />", "<br/>",
    "<img src=\"u\" alt=\"i\">", "<https://a.dev>", "<x@a.dev>", "</a href=\"u\">", "<!-- c -->", "\n", "\t", "é", "中", "🎉", "\u00a0",
)  # fmt: skip


def tokens(content: str) -> list[Token]:
    """Everything that markdown-it-py finds in an inline content."""
    md = blocks.parser()
    found: list[Token] = []
    md.inline.parse(content, md, {}, found)
    return found


def read(content: str, *, short: bool) -> tuple[Inline, Collected]:
    """Read a content, which stands at offset 7 of a file, on the short or on the long way."""
    out = Collected()
    reader = InlineReader(out, {}, frozenset(), tokens)
    where = ContentMap(content, [Segment(0, 0, 7)])
    parts = plain.parts(content)
    assert parts is not None
    if short:
        return reader.read_plain(parts, where), out
    return reader.read_tokens(tokens(content), where), out


def assert_alike(contents: Iterable[str]) -> int:
    """Every plain content reads the same on both ways; return how many are plain."""
    count = 0
    for content in contents:
        if plain.parts(content) is not None:
            assert read(content, short=True) == read(content, short=False), content
            count += 1
    return count


def inline_contents(text: str) -> set[str]:
    """The inline contents of a Markdown text."""
    return {token.content for token in blocks.parser().parse(text) if token.type == "inline"}


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@example('</a href="u">')
@example("[a](b`c) d`e`")
@example('<a href="u">[x](v)</a>')
@example("[x](a;b) [y](c&amp;d)")
def test_the_two_ways_agree(content: str) -> None:
    assert_alike([content.strip()])


@needs_commonmark
def test_the_two_ways_agree_on_the_examples_of_commonmark() -> None:
    contents = {content for example in commonmark_examples() for content in inline_contents(example)}
    assert assert_alike(contents) > 50


@needs_corpus
def test_the_two_ways_agree_on_real_lists() -> None:
    contents = set()
    for path in corpus_files()[::4]:
        if path.suffix != ".bib":
            contents |= inline_contents(Source.from_bytes(path.read_bytes(), path.name).text)
    assert assert_alike(contents) > 0.5 * len(contents)


@pytest.mark.parametrize(
    "content",
    [
        "*a*", "a_b_", "~~a~~", "\\[a](b)", "&amp;", "[a](b&amp;c)", "[a][b]", "[a]", "![a](b)", "[a](b c)", "[a](<b>)",
        "[a]()", "[[a]](b)", "``a``", "<https://a.dev>", "<a href='u'>", "a\nb", "[a](b(c(d)))",
    ],
)  # fmt: skip
def test_what_could_be_read_otherwise_is_not_plain(content: str) -> None:
    assert plain.parts(content) is None


@pytest.mark.parametrize("content", ["[A](https://a.dev/b_(c)) - Does a & b: `x`.", "<b>[A](u)</b> ~ 5!", "R & D"])
def test_what_most_lines_are_is_plain(content: str) -> None:
    assert assert_alike([content]) == 1
