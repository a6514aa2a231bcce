"""A look at the table's text denies no name that the table knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from listlint.packs.loader import Tables
from listlint.packs.venues import VenueTable, glance

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[A-Za-z][A-Za-z]{2,15}(?:[-_/ ][A-Za-z]{2,12}){0,2}")


@pytest.fixture(scope="module")
def table() -> VenueTable:
    return Tables().get("venues", VenueTable)


def test_every_known_name_may_be_known(table: VenueTable) -> None:
    look = glance(Tables())
    assert look is not None
    names = {
        name
        for venue in table.venues.values()
        for name in (venue.name, venue.short, *venue.aliases, *(former.name for former in venue.former))
    }
    words = {word for name in names for word in _NAME.findall(name)} | {f"{name}W" for name in names if " " not in name}
    asked = [name for name in names | words if _NAME.fullmatch(name) and table.find(f"{name} 2020")]
    assert len(asked) > 1000
    assert [name for name in asked if not look.may_know(name)] == []


@pytest.mark.parametrize("name", ["ETRS", "OSGB", "based on Xchachapoly", "qqqq"])
def test_what_no_row_has_is_denied(name: str, table: VenueTable) -> None:
    look = glance(Tables())
    assert look is not None
    assert not look.may_know(name)
    assert table.find(f"{name} 2020") is None


def test_abbreviations_and_other_spellings_may_be_known(table: VenueTable) -> None:
    look = glance(Tables())
    assert look is not None
    for name in ("CVPRW", "Workshop Foo CVPR", "Kunstliche Intelligenz", "NeurIPS Oral", "Trans Graph"):
        assert look.may_know(name)
    assert table.find("NeurIPS Oral 2020") is not None


def test_former_names(table: VenueTable) -> None:
    look = glance(Tables())
    assert look is not None
    former = [one.name for venue in table.venues.values() for one in venue.former if len(one.name) < 40]
    assert "NIPS" in former
    assert all(map(look.may_be_former, former))
    assert not any(map(look.may_be_former, ("NeurIPS", "ICML", "Science")))


def test_a_table_of_ones_own_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "venues.toml").write_text(
        "[conference]\nmine = 'XQZC | Conference on Xqz | XQZ (1990-1999)'\n", "utf-8"
    )
    tables = Tables((tmp_path,))
    look = glance(tables)
    assert look is not None
    assert look.may_know("xqzc")
    assert look.may_be_former("XQZ")
    tables.get("venues", VenueTable)
    assert glance(tables) is None
