"""A document that travelled is the document that was sent."""

from __future__ import annotations

import copyreg
import pickle
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from listlint.engine import wire
from listlint.model.nodes import Document, Stated
from listlint.model.source import Source
from listlint.parse.markdown import parse
from tests.nodes import as_data
from tests.paths import ROOT, corpus_files, needs_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = sorted((ROOT / "examples").rglob("*.md")) + sorted((ROOT / "examples").rglob("*.bib"))


@pytest.fixture
def installed() -> Iterator[None]:
    wire.install()
    yield
    del copyreg.dispatch_table[Document]


def assert_travels(document: Document) -> Document:
    """Send a document, and return the copy."""
    found = wire.load(wire.dump(document), document.source)
    assert as_data(found) == as_data(document)
    for one, other in zip(found.entries, document.entries, strict=True):
        assert (one.authors, one.venue, one.date, one.identity) == (
            other.authors,
            other.venue,
            other.date,
            other.identity,
        )
    return found


def assert_file_travels(path: Path) -> None:
    """Send the document of a file; only one with bytes that are no text may stay."""
    document = parse(Source.from_bytes(path.read_bytes(), path.name))
    try:
        assert_travels(document)
    except UnicodeEncodeError:
        assert any("\ud800" <= char <= "\udfff" for char in document.text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_examples_travel(path: Path) -> None:
    assert_file_travels(path)


@needs_corpus
@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_real_lists_travel(path: Path) -> None:
    assert_file_travels(path)


def test_what_is_shared_is_shared_in_the_copy() -> None:
    text = "# A\n\n- [a](https://a.dev) - B.\n  - [c](https://c.dev)\n\n```bibtex\n@misc{z, title={A}}\n```\n"
    document = assert_travels(parse(Source.from_text(text)))
    above, below = document.entries
    assert above.children == (below,)
    assert above.primary is above.links[0] is document.links[0]
    assert above.section is document.sections[1]
    assert [item.entry for item in document.items] == [above, below]
    assert (below.bib or above.bib)[0] is document.bib[0].entries[0]


def test_pickle_takes_this_way(installed: None) -> None:
    document = parse(Source.from_text("# A\n\n- [a](https://a.dev) - B.\n"))
    sent, beside = pickle.loads(pickle.dumps((document, document.source)))
    assert as_data(sent) == as_data(document)
    assert sent.source is beside
    assert document.__reduce_ex__(4)[0] is not wire.load
    assert b"wire" in pickle.dumps(document)


def test_bytes_that_are_no_text_take_the_other(installed: None) -> None:
    document = parse(Source.from_bytes(b"# A\n\n- [a\xff](https://a.dev) - B.\n", "README.md"))
    with pytest.raises(UnicodeEncodeError):
        wire.dump(document)
    assert as_data(pickle.loads(pickle.dumps(document))) == as_data(document)


def test_details_that_no_parser_found_do_not_travel() -> None:
    document = parse(Source.from_text("# A\n\n- [a](https://a.dev) - B.\n"))
    known = replace(document, entries=tuple(replace(entry, details=Stated()) for entry in document.entries), items=())
    with pytest.raises(TypeError, match="parser"):
        wire.dump(known)
