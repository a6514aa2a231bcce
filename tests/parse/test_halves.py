"""A file that two processes read is what one reads."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from listlint.model.source import Source
from listlint.parse import blocks, halves
from listlint.parse.markdown import parse
from listlint.parse.outline import assemble
from tests.nodes import as_data
from tests.paths import commonmark_examples, corpus_files, needs_commonmark, needs_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from listlint.model.nodes import Document
    from listlint.parse.blocks import Blocks

PARTS = (
    "- [a](https://a.dev) - B.\n  - c\n", "* [d](https://d.dev) `e`\n\n* [f](https://f.dev)\n", "1. g <b>h</b>\n", "> - i\n",
    "text ![j](https://j.dev/j.svg) **k**\n", "```\nl\n", "```\nl\n```\n", "~~~~\n", "- ```\n  m\n", "> ```\n> n\n", "<!--\n", "-->\n",
    "<!-- listlint-disable ENT001 -->\n", "<pre>\n", "</pre>\n", "<details><summary>o</summary>\n", "</details>\n", "<p id=q>r\n",
    "| [s](https://s.dev) | t |\n|---|---|\n| [u](https://u.dev) | v |\n", "    w\n", "---\n", "***\n", "x\n===\n", "<script>\n", "<?y\n",
    "@misc{z,\n", "```bibtex\n@misc{z, title={A}}\n```\n", "[^a] [b] [c][d]\n", "- [x] [e](https://e.dev)\n", "**[f](https://f.dev)** g\n",
    "<![CDATA[\n", "<table><tr><td><a href='https://h.dev'>h</a></td></tr></table>\n", "\\\n", "- i\n\n      j\n", "- k\n\n  l\n", "\tm\n",
)  # fmt: skip
HEADINGS = ("# A\n", "## B\n", "## [C](https://c.dev)\n", "#\tD\n", "###### E #\n", "## B\n")


def borders(source: Source) -> list[int]:
    """Every line at which a source could be parted."""
    return [source.line_index(match.start()) for match in halves._BORDER.finditer(source.text)]


def joined(source: Source, line: int) -> Blocks | None:
    """What two processes make of a source that is parted there; None where they notice that it cannot be."""
    left, right = halves.half(source, 0, line), halves.half(source, line, len(source.line_starts))
    return halves.join(left, halves._load(halves._dump(right), source)) if left.closed else None


def assert_alike(text: str, where: object = "") -> int:
    """Each way to part a text is the whole; return how many there are."""
    source = Source.from_text(text)
    count = 0
    for line in borders(source):
        found = None if "]:" in text or text.startswith("---") else joined(source, line)
        if found is not None:
            count += 1
            whole = blocks.read(source)
            for one, other in zip(found.leaves, whole.leaves, strict=True):
                assert bare(one) == bare(other), (line, where)
            assert (found.items, found.too_deep) == (whole.items, whole.too_deep), (line, where)
            assert found.out == whole.out, (line, where)
            assert as_data(assemble(found)) == as_data(assemble(whole)), (line, where)
    return count


def bare(leaf: blocks.Leaf) -> tuple[Any, ...]:
    """A leaf without what a half knows in advance, as data that can be compared."""
    code = None if leaf.code is None else (leaf.code.content, [tuple(segment) for segment in leaf.code.segments])
    inline = None if leaf.inline is None else replace(leaf.inline, _visible=None, head=None)
    rows = [replace(row, cells=[replace(cell, _visible=None) for cell in row.cells]) for row in leaf.rows]
    return replace(leaf, code=None, inline=None, rows=[]), code, inline, rows


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(PARTS), max_size=4).map("".join), st.sampled_from(HEADINGS)),
        min_size=1,
        max_size=4,
    ).map(lambda parts: "".join(f"{body}\n{heading}" for body, heading in parts)),
    st.lists(st.sampled_from(PARTS), max_size=3).map("\n".join),
)
@example("- ```\n  a\n\n# B\n", "- c\n")
@example("<!--\n\n# B\n\n-->\n\n# C\n", "- c\n")
@example("- a\n\n  - b\n\n# B\n", "- c\n  - d\n")
@example("<details>\n\n- [a](https://a.dev)\n\n## B\n", "- [b](https://b.dev)\n\n</details>\n")
@example("1. a\n\n\n# B\n", "1. c\n")
@example("a\n\n# B\n\n", ">" * 120 + " a\n")
def test_the_halves_are_the_whole(text: str, rest: str) -> None:
    assert_alike(text + rest)


def test_what_is_open_at_the_border_is_noticed() -> None:
    for opened in (
        "```\na",
        "~~~\na",
        "<!-- a",
        "<pre>\na",
        "<script>",
        "<?a",
        "<!A",
        "<![CDATA[",
        "- ```\n  a",
        "- <!-- a",
    ):
        source = Source.from_text(f"{opened}\n\n# B\n\n- c\n")
        assert borders(source) == [opened.count("\n") + 2]
        assert joined(source, borders(source)[0]) is None, opened


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n# B\n\nc\n", 2),
        ("a\n# B\n\nc\n", None),
        ("a\n\n#B\n\nc\n", None),
        ("a\n\n ## B\n\nc\n", None),
        ("[a]: b\n\n# B\n\nc\n", None),
        ("---\na: b\n---\n\n# B\n\nccc\n", None),
        ("a\n\n# B\n" + "\nc" * 50, None),
        ("a\n\n" * 50 + "# B\n", None),
        ("# A\n\n## B\n\nbbbb\n\n## C\n\ncccc\n\n## D\n\n" + "d" * 12, 10),
    ],
)
def test_where_a_file_is_parted(text: str, line: int | None) -> None:
    assert halves.border(Source.from_text(text)) == line


LIST = "# A\n\n" + "".join(f"## S{n}\n\n" + "- [a](https://a.dev) - B <b>c</b>.\n" * 30 + "\n" for n in range(9))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_two_processes_read_what_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source.from_text(LIST)
    whole = as_data(parse(source))
    assert as_data(parse(source, halves=True)) == whole
    original, parent, processes = halves.half, os.getpid(), []

    def half(*args: Any) -> Blocks:
        processes.append(os.getpid())
        if os.getpid() != parent:
            os._exit(3)
        return original(*args)

    monkeypatch.setattr(halves, "half", half)
    assert as_data(parse(source, halves=True)) == whole
    assert processes == [parent, parent], "the half of the process that died is read again"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_bytes_that_are_no_text_are_read_by_one_process() -> None:
    raw = LIST.encode() + b"\n## Z\n\n- [z\xff](https://z.dev/\xfe) - Z.\n"
    source = Source.from_bytes(raw, "README.md")
    found = parse(source, halves=True)
    assert as_data(found) == as_data(parse(source))
    assert "\udcff" in found.entries[-1].name


def test_a_document_that_cannot_be_parted_is_read_whole() -> None:
    for text in ("", "a", LIST.replace("## S5", "```\n\n## S5"), f"{LIST}\n[a]: https://a.dev\n"):
        source = Source.from_text(text)
        assert as_data(parse(source, halves=True)) == as_data(parse(source))


@needs_commonmark
def test_the_examples_of_commonmark_agree() -> None:
    texts = [f"{text}\n# B\n\n{text}" for text in commonmark_examples()]
    assert sum(assert_alike(text) for text in texts) > len(texts) / 2


@needs_corpus
@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_real_lists_agree(path: Path) -> None:
    source = Source.from_bytes(path.read_bytes(), path.name)
    if path.suffix == ".bib" or "]:" in source.text or source.text.startswith("---"):
        pytest.skip("never parted")
    places = borders(source)
    whole: tuple[Document, Any] | None = None
    for line in places[:: max(1, len(places) // 3)]:
        found = joined(source, line)
        if found is not None:
            if whole is None:
                document = parse(source)
                whole = document, as_data(document)
            assert as_data(assemble(found)) == whole[1], line
