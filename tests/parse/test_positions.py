"""Every position is exact: what a span covers reads again as what it was read as."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from listlint.model.nodes import Document, Entry, Field, Link, LinkKind
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse import blocks
from listlint.parse.markdown import parse
from listlint.parse.spans import ContentMap, Lines
from listlint.testing import parse as parse_text
from tests.paths import commonmark_examples, corpus_files, needs_commonmark, needs_corpus

REFERENCE_KINDS = (LinkKind.FULL, LinkKind.COLLAPSED, LinkKind.SHORTCUT)
FRAGMENTS = (
    "- ", "* ", "1. ", "> ", "  ", "    ", "\t", "\n", "\n\n", "# ", "## ", "---\n", "```\n", "`", "``", "*", "**", "_", "~~",
    "[", "]", "(", ")", "![", "](", "][", "[a](https://a.dev)", "[a](<b c>)", "[a][b]", "[b]: https://b.dev\n", "[^n]", "[^n]: x\n",
    "<https://c.dev>", "<a href=\"https://d.dev\">", "</a>", "<br>", "<!-- x -->", "<!--", "<li>", "<p>", "https://e.dev/x_y",
    "www.f.dev", "&amp;", "&#35;", "\\", "\\*", "\\|", "|", "| a | b |\n|---|---|\n| [x](https://x.dev) | y\\|z |\n", "é", "文", "🎉",
    "\u00a0", "\u3000", "\u200b", "\x0b", "\x0c", "\u2028", "\x1c", "word", "two words", "Title", ". ", ", ", " - ", ": ", "2021",
    "@article{k, title={T}}\n", "    code\n", "[ ] ", "[x] ", "![b](https://img.dev/b.svg)", "[![b](https://i.dev)](https://g.dev)",
)  # fmt: skip
documents = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=60).map(
    lambda parts: "".join(parts).replace("\0", "")
)


def aligned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ContentMap | None, str]]:
    """Record every alignment of content with the file."""
    seen: list[tuple[ContentMap | None, str]] = []
    original = Lines.align

    def align(self: Lines, content: str, first: int, last: int) -> ContentMap | None:
        found = original(self, content, first, last)
        seen.append((found, content))
        return found

    monkeypatch.setattr(Lines, "align", align)
    return seen


def assert_aligned(text: str, seen: list[tuple[ContentMap | None, str]]) -> None:
    source = Source.from_text(text)
    seen.clear()
    blocks.read(source)
    for found, content in seen:
        assert found is not None, f"{content!r} has no place in {text!r}"
        assert found.mismatch(source.text) is None, (content, text)


def reads_again(document: Document, link: Link) -> bool:
    """Tell whether the text of a link's span, alone in a paragraph, is a link to the same target."""
    for piece in variants(document.slice(link.span)):
        definition = ""
        if link.kind in REFERENCE_KINDS or (link.kind is LinkKind.IMAGE and link.label is not None):
            angled = document.text[link.url_span.start - 1 : link.url_span.start] == "<"
            written = f"<{link.url}>" if angled else link.url
            definition = f"\n\n[{link.label}]: {written}\n"
        # An escape or an entity before it must not join, and a line start has meanings of its own.
        again = parse_text(f"a {piece}{definition}").links
        if any(other.url == link.url and other.target == link.target and other.kind is link.kind for other in again):
            return True
    return False


def variants(piece: str) -> Iterator[str]:
    """A slice as its container shows it: without prefixes of quotes and lists, or escapes of cells."""
    for bare in (piece, piece.replace("\\|", "|")):
        for strip in (" \t", " \t>"):
            lines = bare.split("\n")
            yield "\n".join([lines[0], *("    " + line.lstrip(strip) for line in lines[1:])])


def all_spans(value: object, seen: set[int] | None = None) -> Iterator[Span]:
    """Every span that a document holds, at any depth."""
    seen = set() if seen is None else seen
    if isinstance(value, Span):
        yield value
    elif isinstance(value, (tuple, list, frozenset)):
        for item in value:
            yield from all_spans(item, seen)
    elif isinstance(value, Struct) and not isinstance(value, Source) and id(value) not in seen:
        seen.add(id(value))
        for name in value.__struct_fields__:
            yield from all_spans(getattr(value, name), seen)
        if isinstance(value, Entry):
            yield from all_spans((value.authors, value.venue, value.date), seen)


def assert_spans(document: Document) -> None:
    size = len(document.text)
    spans = list(all_spans(document))
    assert len(spans) >= len(document.sections) + len(document.links)
    for span in spans:
        assert 0 <= span.start <= span.end <= size, span
    for entry in document.entries:
        assert_entry(document, entry)
    for (one, _), (two, _) in zip(document.masks, document.masks[1:], strict=False):
        assert one.end <= two.start


def assert_entry(document: Document, entry: Entry) -> None:
    for name in ("title", "description", "authors", "venue", "date"):
        value: Field | None = getattr(entry, name)
        if value is not None:
            assert entry.span.covers(value.span), (name, document.slice(entry.span))
    for link in entry.links:
        assert entry.span.covers(link.span)
        assert link in document.links
    assert entry.primary is None or entry.primary in entry.links


def assert_links(document: Document) -> int:
    checked = 0
    for link in document.links:
        if link.kind is LinkKind.HTML or link.kind is LinkKind.BARE:
            assert document.slice(link.url_span) == link.url
            continue
        assert document.slice(link.url_span).replace("\\|", "|") == link.url or "\n" in document.slice(link.url_span)
        assert reads_again(document, link), (document.slice(link.span), link)
        checked += 1
    return checked


@given(documents)
@settings(max_examples=400, deadline=None)
def test_random_documents(text: str) -> None:
    document = parse_text(text)
    assert_spans(document)
    assert_links(document)


@given(documents)
@settings(max_examples=200, deadline=None)
def test_line_endings_change_nothing(text: str) -> None:
    unix = text.replace("\r", "")
    one = parse_text(unix)
    two = parse_text(unix.replace("\n", "\r\n").encode())
    assert [link.span for link in one.links] == [link.span for link in two.links]
    assert [(e.span, e.title, e.kind) for e in one.entries] == [(e.span, e.title, e.kind) for e in two.entries]


def test_content_maps_to_itself_in_random_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = aligned(monkeypatch)

    @given(documents)
    @example("\x1f\xa0")
    @settings(max_examples=300, deadline=None)
    def check(text: str) -> None:
        assert_aligned(text, seen)

    check()


@needs_commonmark
def test_commonmark_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = aligned(monkeypatch)
    checked = 0
    for text in commonmark_examples():
        assert_aligned(text, seen)
        document = parse_text(text)
        assert_spans(document)
        checked += assert_links(document)
    assert checked > 140


@needs_corpus
def test_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = aligned(monkeypatch)
    links = checked = 0
    for path in corpus_files():
        source = Source.from_bytes(path.read_bytes(), path.name)
        seen.clear()
        document = parse(source)
        for found, content in seen:
            assert found is not None, (path, content)
            assert found.mismatch(source.text) is None, (path, content)
        assert_spans(document)
        # Each distinct way of writing a link once: the corpus repeats its shapes.
        links += len(document.links)
        shapes: dict[str, Link] = {}
        for link in document.links:
            if link.kind not in (LinkKind.HTML, LinkKind.BARE):
                shapes.setdefault(re.sub(r"[A-Za-z0-9]+", "a", document.slice(link.span)), link)
        for link in shapes.values():
            assert reads_again(document, link), (path, document.slice(link.span))
            checked += 1
    assert links > 80_000
    assert checked > 10_000
