"""The rules are those of the catalogue: no code is lost, renumbered or renamed without a reason."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from listlint.catalogue import FAMILIES
from listlint.checks.registry import all_rules, family_of
from listlint.model import result
from tests.paths import SHARED

CATALOGUE = Path(__file__).with_name("catalogue.toml")
DESIGN = SHARED / "design" / "rules.md"
_ROW = re.compile(r"\|\s*([A-Z]{3}\d{3})\s*\|\s*([a-z0-9-]+)\s*\|")
_IN_PROSE = re.compile(r"\b([A-Z]{3}\d{3}) ([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")


def catalogue() -> dict[str, Any]:
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


def names() -> dict[str, str]:
    """Code to name, of every rule of the catalogue."""
    data = catalogue()
    return {code: name for family in data if family in FAMILIES for code, name in data[family].items()}


def designed(text: str) -> dict[str, str]:
    """Code to name, of every rule of the design: of the rows of its tables, and of its paragraphs."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        row = _ROW.match(line)
        pairs = [row.groups()] if row else [] if line.startswith("|") else _IN_PROSE.findall(line)
        for code, name in pairs:
            found.setdefault(code, name)  # the first time a code stands there it is explained
    return found


def test_the_rules_are_those_of_the_catalogue() -> None:
    assert {rule.code: rule.name for rule in all_rules()} == names()


def test_every_family_is_there() -> None:
    assert {family_of(code) for code in names()} == set(FAMILIES) == result.FAMILIES


def test_codes_stand_in_their_families_in_order_and_names_are_given_once() -> None:
    data = catalogue()
    for family in FAMILIES:
        codes = list(data[family])
        assert codes == sorted(codes)
        assert {family_of(code) for code in codes} == {family}
    assert [name for name, count in Counter(names().values()).items() if count > 1] == []


def test_deviations_have_reasons() -> None:
    data = catalogue()
    known = names()
    for row in data["deviation"]:
        assert row["design"] != known[row["code"]]
        assert row["reason"].endswith(".")
    assert all(row["reason"].endswith(".") for row in data["addition"])


def test_a_design_is_read_from_rows_and_paragraphs() -> None:
    text = (
        "| code | name |\n|---|---|\n| ENT001 | a-name | NET001 dead |\n\n"
        "Severity: AWE001 badge, AWE002 title-case; AWE001 and AWE002 info.\nNET003 moved (warning), SUP000 rule-crashed."
    )
    assert designed(text) == {
        "ENT001": "a-name",
        "AWE001": "badge",
        "AWE002": "title-case",
        "NET003": "moved",
        "SUP000": "rule-crashed",
    }


@pytest.mark.skipif(not DESIGN.is_file(), reason="the design of the catalogue is absent")
def test_the_catalogue_is_that_of_the_design() -> None:
    data = catalogue()
    added = {row["code"] for row in data["addition"]}
    ours = {code: name for code, name in names().items() if not added & {code, family_of(code)}}
    ours |= {row["code"]: row["design"] for row in data["deviation"]}
    found = designed(DESIGN.read_text(encoding="utf-8"))
    assert len(found) > 100
    assert found == ours
