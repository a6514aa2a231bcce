"""A source's text leads back to its bytes, whatever they are."""

from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.errors import ListlintError
from listlint.model.source import MAX_BYTES, MAX_LINE, Source

PIECES = (
    b"a",
    b"# ",
    b"\xc3\xa9",
    b"\xe4\xb8\xad",
    b"\xf0\x9f\x9a\x80",
    b"\r\n",
    b"\r",
    b"\n",
    b"\xff",
    b"\xe9",
    b"\xe4\xb8",
    b"\x80",
    b"\t",
)
RAW = st.tuples(st.sampled_from((b"", codecs.BOM_UTF8)), st.lists(st.sampled_from(PIECES), max_size=30)).map(
    lambda parts: parts[0] + b"".join(parts[1])
)


def back(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@given(RAW)
@settings(max_examples=200)
def test_every_code_point_leads_to_its_bytes(raw: bytes) -> None:
    source = Source.from_bytes(raw, "README.md")
    assert source.raw_offset(0) == len(source.bom)
    for offset, char in enumerate(source.text):
        piece = raw[source.raw_offset(offset) : source.raw_offset(offset + 1)]
        assert piece == back(char) if char != "\n" else piece in (b"\n", b"\r\n", b"\r")
    assert source.raw_offset(len(source.text)) == len(raw)


@given(RAW)
@settings(max_examples=100)
def test_text_has_one_line_ending_and_no_mark(raw: bytes) -> None:
    source = Source.from_bytes(raw, "README.md")
    assert "\r" not in source.text
    assert back(source.text) == re.sub(rb"\r\n?", b"\n", raw[len(source.bom) :])


@given(RAW)
@settings(max_examples=100)
def test_lines_and_positions_agree(raw: bytes) -> None:
    source = Source.from_bytes(raw, "README.md")
    lines = source.text.split("\n")
    assert [source.line(index) for index in range(len(source.line_starts))] == lines
    for offset in range(len(source.text) + 1):
        line, column = source.position(offset)
        assert source.line_starts[line - 1] + column - 1 == offset
        assert column - 1 <= len(lines[line - 1])


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        source = Source.from_bytes(raw, "README.md")
    except ListlintError as error:
        assert error.code == "binary-file"  # noqa: PT017 - the other outcome is checked below
        assert b"\0" in raw
        return
    if source.encoding == "utf-8":
        assert source.raw_offset(len(source.text)) == len(raw)


def test_invalid_bytes_stay_themselves() -> None:
    source = Source.from_bytes(b"caf\xe9\r\n\xe4\xb8x", "README.md")
    assert source.text == "caf\udce9\n\udce4\udcb8x"
    assert [source.raw_offset(offset) for offset in range(len(source.text) + 1)] == [0, 1, 2, 3, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_read(encoding: str) -> None:
    raw = "\ufeff# A 🚀\r\n- é\rx".encode(encoding)
    source = Source.from_bytes(raw, "README.md")
    assert (source.encoding, source.text) == (encoding, "# A 🚀\n- é\nx")
    for offset, char in enumerate(source.text):
        assert raw[source.raw_offset(offset) :].decode(encoding)[0] in (char, "\r" if char == "\n" else char)
    assert source.raw_offset(len(source.text)) == len(raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "binary-file"),
        (b"a\n" * (MAX_BYTES // 2) + b"x", "too-large"),
        (b"a\n" + b"x" * (MAX_LINE + 2), "line-too-long"),
    ],
)
def test_what_is_no_list_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(ListlintError) as caught:
        Source.from_bytes(raw, "README.md")
    assert caught.value.code == code
    assert caught.value.path == "README.md"


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", codecs.BOM_UTF8, b"x" * MAX_LINE, b"x" * MAX_LINE + b"\n"])
def test_extremes_are_read(raw: bytes) -> None:
    source = Source.from_bytes(raw, "README.md")
    assert source.raw_offset(len(source.text)) == len(raw)
