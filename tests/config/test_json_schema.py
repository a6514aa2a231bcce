"""The JSON Schema of the configuration: up to date, and of one mind with what reads the files."""

from __future__ import annotations

import functools
import importlib
import json
import tomllib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from listlint.catalogue import summary
from listlint.checks.registry import all_rules
from listlint.config.json_schema import PATH, URL, schema, tool_schema
from listlint.config.merge import preset_names, resolve
from listlint.model.errors import ListlintError
from listlint.session import rule_infos
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden


@functools.cache
def shipped() -> jsonschema.Draft7Validator:
    """The schema as it is shipped, ready to judge."""
    return jsonschema.Draft7Validator(tool_schema())


def test_the_schema_is_up_to_date(golden: Golden) -> None:
    summaries = {rule.code: summary(rule) for rule in all_rules()}
    made = schema(rule_infos(), summaries, preset_names())
    golden(PATH, json.dumps(made, indent=2, ensure_ascii=False) + "\n")


def test_it_is_a_schema_and_says_where_it_is() -> None:
    jsonschema.Draft7Validator.check_schema(tool_schema())
    assert tool_schema()["$id"] == URL
    assert URL.endswith(PATH.relative_to(ROOT).as_posix())


RIGHT = (
    "",
    'preset = "papers"',
    'extends = "awesome"',
    'extends = ["notes"]',
    'select = ["ALL"]\nignore = ["ENT", "invalid-url", "URL003"]\nextend-select = []',
    'fail-on = "info"\ninclude = ["*.md"]\nexclude = ["old/"]\ndialect = "biblatex"',
    '[severity]\nURL = "off"\ninvalid-url = "info"\nALL = "error"',
    '[rules.arxiv-form]\nform = "abs"',
    "[rules.BIB014]\nminimum = 5\nshare = 0.75",
    "[rules.invalid-url]",
    '[[per-file]]\nfiles = "a.md"\npreset = "notes"\nignore = ["STY"]\n[[per-file]]\nfiles = ["b.md", "c/**"]',
    '[per-file]\n"a.md" = ["STY"]\n"b.md" = {preset = "awesome", severity = {STR001 = "off"}}',
    "[[pattern]]\ncode = 'MY001'\nname = 'mine'\ntarget = 'url'\nmatch = 'a'\nmessage = 'b'\ninvalid = ['c', {text = 'd'}]",
    '[links]\nmax-age = 3\nports = [80]\nproxy = "http://127.0.0.1:8080"\n[links.hosts."a.dev"]\nrate = 0.5',
)
WRONG = (
    'presets = "papers"',
    'preset = "paper"',
    "preset = 1",
    'select = "ALL"',
    'select = ["URL999"]',
    'ignore = ["URL", 1]',
    'fail-on = "off"',
    'severity = "error"',
    '[severity]\ninvalid-url = "fatal"',
    '[severity]\ninvalid-ur1 = "error"',
    '[rules.arxiv-form]\nform = "both"',
    '[rules.arxiv-form]\nforms = "abs"',
    "[rules.BIB014]\nminimum = 1",
    "[rules.BIB014]\nshare = 0.5",
    "[rules.invalid-url]\nform = 1",
    "[rules.no-such-rule]",
    '[[per-file]]\npreset = "notes"',
    '[[per-file]]\nfiles = "a.md"\nfail-on = "error"',
    '[per-file]\n"a.md" = "STY"',
    "[[pattern]]\ncode = 'MY001'\nname = 'mine'\ntarget = 'link'\nmatch = 'a'\nmessage = 'b'",
    "[[pattern]]\ncode = 'MY001'\nname = 'mine'\ntarget = 'url'\nmatch = 'a'",
    "[[pattern]]\ncode = 'MY001'\nname = 'mine'\ntarget = 'url'\nmatch = 'a'\nmessage = 'b'\nflags = 'i'",
    "[links]\nmax-age = -1",
    "[links]\nports = [0]",
    '[links.hosts."a.dev"]\nspeed = 1',
)


def read(folder: Path, text: str) -> bool:
    """Tell whether listlint takes a configuration."""
    path = folder / "listlint.toml"
    path.write_text(text, encoding="utf-8")
    try:
        resolve(rule_infos(), path)
    except ListlintError:
        return False
    return True


@pytest.mark.parametrize("text", [*RIGHT, *WRONG])
def test_schema_and_reader_agree(text: str, tmp_path: Path) -> None:
    expected = text in RIGHT
    assert read(tmp_path, text) is expected
    assert shipped().is_valid(tomllib.loads(text)) is expected


def test_every_key_and_option_is_described() -> None:
    def undescribed(node: Any, where: str) -> list[str]:
        if isinstance(node, list):
            return [name for item in node for name in undescribed(item, where)]
        if not isinstance(node, dict):
            return []
        own = [
            f"{where}.{name}"
            for name, value in node.get("properties", {}).items()
            if not value.get("description", "").strip()
        ]
        return own + [name for key, value in node.items() for name in undescribed(value, f"{where}.{key}")]

    assert undescribed(tool_schema(), "") == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("listlint.toml")), ids=lambda path: path.parent.name)
def test_the_examples_fit(path: Path) -> None:
    shipped().validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_pyproject_names_the_schema_for_validate_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["entry-points"]["validate_pyproject.tool_schema"]["listlint"].partition(":")
    assert getattr(importlib.import_module(module), function)("listlint") == tool_schema()
    with pytest.raises(KeyError):
        tool_schema("another")


@pytest.mark.parametrize("text", [*RIGHT[:4], *WRONG[:4]])
def test_validate_pyproject_checks_our_table(text: str) -> None:
    api = pytest.importorskip("validate_pyproject.api", reason="validate-pyproject is not installed")
    plugins = pytest.importorskip("validate_pyproject.plugins")
    errors = pytest.importorskip("validate_pyproject.errors")
    validator = api.Validator(plugins=[plugins.PluginWrapper("listlint", tool_schema)])
    project = {"project": {"name": "lists", "version": "1"}, "tool": {"listlint": tomllib.loads(text)}}
    if text in RIGHT:
        validator(project)
    else:
        with pytest.raises(errors.ValidationError):
            validator(project)
