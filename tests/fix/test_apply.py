"""Edits of the text change those bytes of the file, and no other."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.fix.apply import RefusedError, apply, fault, rewrite
from listlint.model.edit import Edit, Fix, Rewrite
from listlint.model.source import Source
from listlint.model.span import Span
from tests.fix.helpers import contents


def fixed(raw: bytes, *edits: tuple[int, int, str], rewrites: Rewrite | None = None) -> bytes:
    fix = Fix("t", tuple(Edit(Span(start, end), text) for start, end, text in edits), rewrite=rewrites)
    return rewrite(Source.from_bytes(raw, "README.md"), [fix]).raw


@pytest.mark.parametrize(
    ("raw", "edit", "expected"),
    [
        (b"a\r\nb\r\nc", (2, 3, "B\nB"), b"a\r\nB\r\nB\r\nc"),
        (b"a\rb\rc", (4, 5, "C\n"), b"a\rb\rC\r"),
        (b"a\r\nb\nc\n", (2, 3, "x\ny"), b"a\r\nx\ny\nc\n"),
        (b"a\r\nb\nc\n", (0, 0, "x\n"), b"x\r\na\r\nb\nc\n"),
        (b"a\r\nb\nc", (5, 5, "\n"), b"a\r\nb\nc\n"),
        (b"one", (3, 3, "\n"), b"one\n"),
        (b"a\r\n\r\n\r\nb", (1, 3, ""), b"a\r\nb"),
        (b"\xef\xbb\xbfab", (0, 1, "x"), b"\xef\xbb\xbfxb"),
        (b"\xffab\xc3 c", (1, 2, "\u00e9"), b"\xff\xc3\xa9b\xc3 c"),
        ("\U0001f389 é x".encode(), (4, 5, "y"), "\U0001f389 é y".encode()),
        (codecs.BOM_UTF16_LE + "a\r\né x".encode("utf-16-le"), (4, 5, "\n"), codecs.BOM_UTF16_LE + "a\r\né \r\n".encode("utf-16-le")),
        (codecs.BOM_UTF16_BE + "a\nb".encode("utf-16-be"), (0, 1, "\U0001f389"), codecs.BOM_UTF16_BE + "\U0001f389\nb".encode("utf-16-be")),
        (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"\x00\xd8" + "c".encode("utf-16-le"), (0, 1, "x"),
         codecs.BOM_UTF16_LE + "xb".encode("utf-16-le") + b"\x00\xd8" + "c".encode("utf-16-le")),
        (codecs.BOM_UTF32_LE + "ab".encode("utf-32-le"), (1, 2, ""), codecs.BOM_UTF32_LE + "a".encode("utf-32-le")),
    ],
)  # fmt: skip
def test_only_these_bytes_change(raw: bytes, edit: tuple[int, int, str], expected: bytes) -> None:
    assert fixed(raw, edit) == expected


def test_two_line_endings_that_meet_stay_two() -> None:
    source = Source.from_bytes(b"a\rX\nb", "README.md")
    after = rewrite(source, [Fix("t", (Edit(Span(2, 3), ""),))])
    assert after.text == "a\n\nb"
    assert after.raw == b"a\r\n\nb"


def test_the_mark_goes_and_line_endings_become_the_usual_ones() -> None:
    assert fixed(b"\xef\xbb\xbfab", rewrites=Rewrite.DROP_BOM) == b"ab"
    assert fixed(b"a\r\nb\nc\r\nd\r", rewrites=Rewrite.UNIFY_LINE_ENDINGS) == b"a\r\nb\r\nc\r\nd\r\n"
    assert fixed(b"a\xff\nb\r\nc\n", (0, 1, "x"), rewrites=Rewrite.UNIFY_LINE_ENDINGS) == b"x\xff\nb\nc\n"
    wide = codecs.BOM_UTF16_LE + "a\r\nb\nc\n".encode("utf-16-le")
    assert fixed(wide, rewrites=Rewrite.UNIFY_LINE_ENDINGS) == codecs.BOM_UTF16_LE + "a\nb\nc\n".encode("utf-16-le")


@pytest.mark.parametrize(
    ("raw", "edit", "reason"),
    [
        (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le"), (0, 1, "\udcff"), "cannot say"),
        (b"\n\xef\xbb\xbfa", (0, 1, ""), "would not be read"),
        (b"a", (0, 1, "x" * (1024 * 1024 + 5)), "characters"),
    ],
)
def test_what_cannot_be_written_is_refused(raw: bytes, edit: tuple[int, int, str], reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        fixed(raw, edit)


@pytest.mark.parametrize(
    ("edits", "guard", "reason"),
    [
        ([(0, 11)], None, "outside"),
        ([(-1, 2)], None, "outside"),
        ([(3, 2)], None, "outside"),
        ([(0, 4), (3, 5)], None, "overlap"),
        ([(4, 5), (0, 1)], None, "out of order"),
        ([(0, 1)], (5, 12), "guard"),
        ([], None, "nothing"),
        ([(3, 3), (5, 5)], None, "nothing"),
        ([(0, 1), (1, 2), (2, 2), (10, 10)], (0, 10), None),
    ],
)
def test_impossible_fixes_are_known(
    edits: list[tuple[int, int]], guard: tuple[int, int] | None, reason: str | None
) -> None:
    fix = Fix("t", tuple(Edit(Span(*span), "") for span in edits), guard=Span(*guard) if guard else None)
    said = fault(fix, "x" * 10)
    assert said is None if reason is None else said and reason in said


@given(contents(), st.data())
@settings(max_examples=100, deadline=None)
def test_any_edits_of_any_file(raw: bytes, data: st.DataObject) -> None:
    source = Source.from_bytes(raw, "README.md")
    size = len(source.text)
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=8).filter(lambda found: len(found) % 2 == 0)))
    texts = st.sampled_from(("", "x", "\n", "é\n", " "))
    edits = [Edit(Span(a, b), data.draw(texts)) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    try:
        after = rewrite(source, [Fix("t", tuple(edits))])
    except RefusedError:
        # Only a mark that comes to stand at the start makes a text that cannot be read back.
        assert "\ufeff" in source.text
        return
    assert after.text == apply(source.text, edits)
    assert after.bom == source.bom
    for line in range(len(source.line_starts) - 1):
        start, end = source.line_starts[line], source.line_starts[line + 1]
        if all(edit.span.end < start or edit.span.start > end for edit in edits):
            assert source.raw[source.raw_offset(start) : source.raw_offset(end)] in after.raw


@given(contents())
@settings(max_examples=50, deadline=None)
def test_without_edits_every_byte_stays(raw: bytes) -> None:
    assert rewrite(Source.from_bytes(raw, "README.md"), []).raw == raw
