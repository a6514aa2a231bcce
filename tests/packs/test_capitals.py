"""The table of words that keep their capitals."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from listlint.packs.capitals import CapitalTable
from listlint.packs.loader import Tables


@pytest.fixture(scope="module")
def table() -> CapitalTable:
    return Tables().get("capitals", CapitalTable)


def _words(table: CapitalTable) -> list[str]:
    return [
        word for rows in (table.acronyms, table.names, table.models) for row in rows.values() for word in row.split()
    ]


def test_every_word_stands_once_and_has_a_capital(table: CapitalTable) -> None:
    words = _words(table)
    assert [
        word for word, count in Counter(word.lower() for word in words).items() if count > 1 and word != "unix"
    ] == []
    assert [word for word in words if word == word.lower()] == []
    assert len(words) >= 600


def test_ordinary_words_are_of_the_table(table: CapitalTable) -> None:
    known = set(_words(table))
    assert [
        word for word in table.ordinary.words.split() if word not in known and word.removesuffix("s") not in known
    ] == []


@pytest.mark.parametrize(
    ("word", "text", "own"),
    [
        ("gaussian", "Gaussian", False),
        ("cnns", "CNNs", False),
        ("grad", "Grad-CAM", False),
        ("glue", "GLUE", True),
        ("slam", "SLAM", True),
    ],
)
def test_capitals_by_their_first_part(table: CapitalTable, word: str, text: str, own: bool) -> None:
    assert (text, own) in {(capital.text, capital.own) for capital in table.starting(word)}


def test_longer_names_come_first(table: CapitalTable) -> None:
    sizes = [len(capital.words) for capital in table.starting("pac")]
    assert sizes == sorted(sizes, reverse=True)
    assert not table.starting("nothing")


def test_users_add_and_remove_rows(tmp_path: Path) -> None:
    (tmp_path / "capitals.toml").write_text("[names]\nmine = 'Xyzzy'\nremove = ['languages']\n", "utf-8")
    own = Tables((tmp_path,)).get("capitals", CapitalTable)
    assert own.starting("xyzzy")
    assert not own.starting("english")
    assert own.starting("gaussian")
