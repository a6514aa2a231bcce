"""The lists in examples/: every planted mistake is found, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLANTED = tomllib.loads((EXAMPLES / "planted.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Check a copy that is a git repository of its own, so that no outer state matters; give the findings."""
    lists = tmp_path_factory.mktemp("repository") / "examples"
    shutil.copytree(EXAMPLES, lists)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=lists, check=True)
    command = [sys.executable, "-m", "listlint", "check", "--output", "json", "."]
    result = subprocess.run(command, cwd=lists, check=False, capture_output=True)
    assert result.returncode == 1, result.stderr.decode()
    report = json.loads(result.stdout)
    assert report["summary"]["errors"] == []
    findings: list[dict[str, Any]] = report["findings"]
    return findings


def test_every_planted_mistake_is_found_and_nothing_else(found: list[dict[str, Any]]) -> None:
    reported = Counter((finding["path"], finding["line"], finding["code"]) for finding in found)
    planted = Counter((path, line, code) for path, file in PLANTED.items() for line, code, _ in file["planted"])
    messages = {(finding["path"], finding["line"], finding["code"]): finding["message"] for finding in found}
    assert sorted((planted - reported).elements()) == [], "planted and not found"
    assert [(*key, messages[key]) for key in (reported - planted).elements()] == [], "found and not planted"


def test_vague_links_are_one_group(found: list[dict[str, Any]]) -> None:
    groups = {finding["group"] for finding in found if finding["code"] == "ENT009"}
    assert len(groups) == 1
    assert None not in groups


def test_every_family_has_a_plant() -> None:
    codes = {code for file in PLANTED.values() for _, code, _ in file["planted"]}
    assert {code[:3] for code in codes} == {"STR", "ENT", "URL", "DUP", "BIB", "MET", "ENC", "STY", "SUP", "AWE"}
