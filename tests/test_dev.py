"""Tools for those who work on listlint itself."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import click
import pytest

from listlint import catalogue
from listlint.checks.registry import all_rules
from listlint.dev import measure, scaffold
from listlint.packs.loader import builtin_folder
from tests.conftest import Golden

ROOT = Path(__file__).resolve().parents[1]


def test_new_rule_writes_a_module_that_is_a_rule(tmp_path: Path) -> None:
    path = scaffold.new_rule(tmp_path, "ENT900", "strange-defect", "Entry")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.relative_to(tmp_path).as_posix() == "src/listlint/checks/entries/strange_defect.py"
    assert (ast.get_docstring(tree) or "").startswith("ENT900: ")
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["StrangeDefect"]


@pytest.mark.parametrize(
    ("code", "name"), [("ENC001", "new-name"), ("ENT900", "mojibake"), ("XYZ001", "new-name"), ("ENT900", "NoName")]
)
def test_new_rule_refuses_what_is_taken_or_malformed(tmp_path: Path, code: str, name: str) -> None:
    with pytest.raises(click.ClickException):
        scaffold.new_rule(tmp_path, code, name, "Entry")
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_fresh() -> None:
    assert (ROOT / "rules" / "README.md").read_text(encoding="utf-8") == catalogue.readme()


def test_codes_names_severities_and_fixes(golden: Golden) -> None:
    rows = [f"{r.code} {r.name} {r.severity.value} {r.fix.value if r.fix else '-'}" for r in all_rules()]
    golden("rules.txt", "\n".join(rows) + "\n")


def test_every_measured_rule_meets_the_bar_or_is_off() -> None:
    presets = catalogue.presets_of()
    for code, figures in catalogue.precision().items():
        allowed = max(1, figures.judged // 30)
        assert figures.wrong <= allowed or "default" not in presets[code], f"{code}: {figures.sentence()}"


def test_every_default_rule_is_measured() -> None:
    measured = catalogue.precision()
    missing = [
        code for code, presets in catalogue.presets_of().items() if "default" in presets and code not in measured
    ]
    assert missing == []


def test_the_record_of_precision_holds_no_text_of_lists() -> None:
    record = tomllib.loads((builtin_folder() / "precision.toml").read_text(encoding="utf-8"))
    for table in record.values():
        for finding in table.get("findings", []):
            assert set(finding) <= {"fingerprint", "list", "verdict", "second", "reason"}
            assert "://" not in finding["reason"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number in range(4):
        folder = tmp_path / f"owner__list{number}"
        folder.mkdir()
        lines = [f"- [Kite {number}-{i}](https://kite.dev/{number}//{i}) - Flies." for i in range(6)]
        (folder / "README.md").write_text("# L\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_a_sample_is_stable_and_takes_few_of_each_list(corpus: Path) -> None:
    first = [drawn.diagnostic.fingerprint for drawn in measure.draw(corpus, ["URL007"], 1)]
    assert first == [drawn.diagnostic.fingerprint for drawn in measure.draw(corpus, ["URL007"], 1)]
    lists = [drawn.list_name for drawn in measure.draw(corpus, ["URL007"], 1)]
    assert len(first) == 12
    assert {lists.count(name) for name in lists} == {3}


def test_a_record_needs_a_verdict_for_every_finding(corpus: Path, tmp_path: Path) -> None:
    drawn = list(measure.draw(corpus, ["URL007"], 1))
    rows = [
        {"code": "URL007", "fingerprint": one.diagnostic.fingerprint, "verdict": "true", "reason": "a doubled slash"}
        for one in drawn
    ]
    verdicts, target = tmp_path / "verdicts.jsonl", tmp_path / "precision.toml"
    verdicts.write_text("\n".join(map(json.dumps, rows[:-1])), encoding="utf-8")
    with pytest.raises(click.ClickException, match="has no verdict"):
        measure.record(target, verdicts, corpus, 1)
    assert not target.exists()
    verdicts.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert measure.record(target, verdicts, corpus, 1) == "URL007: 12 judged, 0 false"
    table = tomllib.loads(target.read_text(encoding="utf-8"))["URL007"]
    assert (table["found"], table["lists"], len(table["findings"])) == (24, 4, 12)
