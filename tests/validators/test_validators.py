"""Every report of the sample, of nothing, and of every real list is valid to those who read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import listlint
from listlint.model.result import Result
from listlint.report.formats import FORMATS, renderer
from listlint.report.options import RenderOptions
from tests.paths import CORPUS, needs_corpus
from tests.report.readers import READERS, Page, logissue
from tests.report.runner import commands
from tests.report.sample import result, rules
from tests.validators import tools

SCHEMAS = Path(listlint.__file__).parent / "schemas"
WRITTEN = tuple(name for name in FORMATS if name != "statistics")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample's reports, and with those of a run that found nothing."""
    folder = tmp_path_factory.mktemp("small")
    for name in WRITTEN:
        for label, found in (("sample", result()), ("nothing", Result(paths=("README.md",), files=1))):
            with (folder / f"{label}.{name}").open("w", encoding="utf-8", newline="\n") as out:
                renderer(name)(found, out, RenderOptions(rules=rules()))
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports on all real lists, of one run of the command line."""
    folder = tmp_path_factory.mktemp("large")
    wanted = [word for name in WRITTEN for word in ("--output", f"{name}:{folder / f'corpus.{name}'}")]
    command = [
        sys.executable,
        "-m",
        "listlint",
        "check",
        ".",
        "--isolated",
        "--preset",
        "all",
        "--exit-zero",
        "--quiet",
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "LISTLINT_OUT"))}
    done = subprocess.run(
        [*command, "--jobs", "1", *wanted], cwd=CORPUS, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    return folder


def of(folder: Path, name: str) -> list[Path]:
    """The reports in a folder that have this format."""
    found = sorted(folder.glob(f"*.{name}"))
    assert found
    return found


asked = pytest.mark.skipif(
    tools.WANTED not in os.environ, reason="the real lists take minutes: python3 dev.py validators"
)
SIZES = ["small", pytest.param("large", marks=[needs_corpus, asked])]
sizes = pytest.mark.parametrize("size", SIZES)


@sizes
def test_sarif_schema(size: str, request: pytest.FixtureRequest) -> None:
    assert tools.sarif_schema(of(request.getfixturevalue(size), "sarif")) == []


@sizes
def test_sarif_multitool(size: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    tools.multitool()
    assert tools.sarif_multitool(of(request.getfixturevalue(size), "sarif"), tmp_path) == []


def test_sarif_multitool_is_not_blind(tmp_path: Path, small: Path) -> None:
    tools.multitool()
    log = json.loads((small / "sample.sarif").read_text(encoding="utf-8"))
    log["runs"][0]["results"][0]["ruleIndex"] = 99
    spoiled = tmp_path / "spoiled.sarif"
    spoiled.write_text(json.dumps(log), encoding="utf-8")
    assert tools.sarif_multitool([spoiled], tmp_path)


@sizes
def test_rdjson(size: str, request: pytest.FixtureRequest) -> None:
    tools.node_program("rdformat-validator")
    assert tools.rdformat(of(request.getfixturevalue(size), "rdjson")) == []


def test_rdformat_is_not_blind(tmp_path: Path, small: Path) -> None:
    tools.node_program("rdformat-validator")
    report = json.loads((small / "sample.rdjson").read_text(encoding="utf-8"))
    report["diagnostics"][0]["severity"] = "FATAL"
    spoiled = tmp_path / "spoiled.rdjson"
    spoiled.write_text(json.dumps(report), encoding="utf-8")
    assert tools.rdformat([spoiled])


@sizes
def test_junit(size: str, request: pytest.FixtureRequest) -> None:
    assert tools.junit(of(request.getfixturevalue(size), "junit")) == []


@sizes
def test_checkstyle(size: str, request: pytest.FixtureRequest) -> None:
    assert tools.checkstyle(of(request.getfixturevalue(size), "checkstyle")) == []


@sizes
def test_gitlab(size: str, request: pytest.FixtureRequest) -> None:
    assert tools.gitlab(of(request.getfixturevalue(size), "gitlab")) == []


@sizes
def test_our_own_schema(size: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(size)
    schema: dict[str, Any] = json.loads((SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for path in of(folder, "json"):
        report = json.loads(path.read_text(encoding="utf-8"))
        assert [error.message[:300] for error in validator.iter_errors(report)] == []
        lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == report["findings"]


@sizes
def test_the_job_summary_fits(size: str, request: pytest.FixtureRequest) -> None:
    for path in of(request.getfixturevalue(size), "markdown"):
        assert path.stat().st_size <= 900_000
        Page(path.read_text(encoding="utf-8"))


@sizes
def test_runners_obey_our_commands_only(size: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(size)
    for name in set(WRITTEN) - {"full", "concise"}:
        for path in of(folder, name):
            text = path.read_text(encoding="utf-8")
            found = commands(text)
            allowed = {"error", "warning", "notice", "group", "endgroup"} if name == "github" else set()
            assert {command.name for command in found} <= allowed
            issues = [line for line in text.split("\n") if logissue(line)]
            assert len(issues) <= (20 if name == "azure" else 0)
            assert sum(command.name == "error" for command in found) <= 10


@needs_corpus
@asked
def test_all_formats_agree_on_the_real_lists(large: Path) -> None:
    findings = json.loads((large / "corpus.json").read_text(encoding="utf-8"))["findings"]
    for name in ("gitlab", "rdjson", "junit", "checkstyle"):
        said = READERS[name]((large / f"corpus.{name}").read_text(encoding="utf-8"))
        assert len(said) == len(findings), name
