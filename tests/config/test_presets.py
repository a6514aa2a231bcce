"""What the built-in presets select: of the whole catalogue, and of the rules that exist."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from listlint.checks.registry import all_rules
from listlint.config.merge import preset_names, resolve
from listlint.config.schema import Overrides, RuleInfo
from listlint.model.diagnostic import Severity
from listlint.packs.loader import builtin_folder
from tests.config.rules import NoOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Golden


def codes(family: str, *numbers: int) -> set[str]:
    return {f"{family}{number:03}" for number in numbers}


CATALOGUE = {
    "STR": codes("STR", *range(1, 16)),
    "ENT": codes("ENT", *range(1, 15)),
    "URL": codes("URL", *range(1, 13)),
    "NET": codes("NET", *range(1, 11)),
    "DUP": codes("DUP", *range(1, 7)),
    "BIB": codes("BIB", *range(1, 25)),
    "MET": codes("MET", *range(1, 10)),
    "ENC": codes("ENC", *range(1, 14)),
    "AWE": codes("AWE", *range(1, 11)),
    "STY": codes("STY", *range(1, 7)),
    "SUP": codes("SUP", *range(5)),
    "PAT": codes("PAT", 1, 2, 3),
}
EVERY = set().union(*CATALOGUE.values())
OFF = (
    codes("STR", 11, 14)
    | codes("ENT", 3, 4, 6, 10, 11)
    | codes("URL", 10)
    | codes("DUP", 3, 4, 5, 6)
    | codes("ENC", 9)
    | codes("STY", 6)
    | codes("SUP", 3)
    | codes("PAT", 1, 2, 3)
)
BIB_INFO = codes("BIB", 5, 14, 16, 17, 18, 20, 21, 22)
MET_INFO = codes("MET", 1, 2, 5, 6, 7, 8, 9)
DEFAULT = EVERY - codes("NET", 10) - CATALOGUE["AWE"] - OFF - BIB_INFO - MET_INFO
EXPECTED = {
    "default": DEFAULT,
    "awesome": DEFAULT | CATALOGUE["AWE"] | codes("ENT", 3, 4, 5, 6) | codes("STR", 11),
    "papers": (DEFAULT | BIB_INFO | MET_INFO | codes("DUP", 3, 4) | codes("ENC", 9) | codes("URL", 10))
    - codes("BIB", 21),
    "notes": DEFAULT - codes("STR", 2, 5) - codes("ENT", 2, 5),
    "all": EVERY,
}


def selected(rules: Sequence[RuleInfo], preset: str) -> dict[str, Severity]:
    settings = resolve(rules, None, Overrides(preset=preset))
    return {code: setting.severity for code, setting in settings.rules.items() if setting.enabled}


def test_presets_are_as_the_catalogue_says() -> None:
    options = {rule.code: rule.Options for rule in all_rules()}
    rules = [RuleInfo(code, code.lower(), Severity.INFO, options.get(code, NoOptions)) for code in sorted(EVERY)]
    assert set(preset_names()) == set(EXPECTED)
    for preset, expected in EXPECTED.items():
        assert set(selected(rules, preset)) == expected, preset


@pytest.mark.parametrize("preset", sorted(EXPECTED))
def test_presets_name_nothing_but_the_catalogue(preset: str) -> None:
    data = tomllib.loads((builtin_folder() / "presets" / f"{preset}.toml").read_text(encoding="utf-8"))
    words = [word for key in ("select", "extend-select", "ignore") for word in data.get(key, ())]
    settings = {*data.get("severity", ()), *data.get("rules", ())}
    assert set(words) | settings <= EVERY | set(CATALOGUE) | {"ALL"}
    assert len(words) == len(set(words))
    assert data["description"].endswith(".")


def test_presets_of_the_rules_that_exist(golden: Golden) -> None:
    """One row a rule, one column a preset: the severity, or ``-`` where the rule is off."""
    rules = existing_rules()
    assert {rule.code for rule in rules} <= EVERY
    presets = preset_names()
    severities = {preset: selected(rules, preset) for preset in presets}
    rows = [("code", "name", *presets)]
    for rule in rules:
        chosen = (severities[preset].get(rule.code) for preset in presets)
        rows.append((rule.code, rule.name, *(severity.value if severity else "-" for severity in chosen)))
    widths = (6, 28, *([8] * len(presets)))  # fixed, so that a new rule changes one line
    lines = (" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    golden("presets.txt", "".join(f"{line}\n" for line in lines))


def existing_rules() -> list[RuleInfo]:
    return [
        RuleInfo(rule.code, rule.name, rule.severity, rule.Options, tuple(rule.aliases), rule.fix is not None)
        for rule in all_rules()
    ]
