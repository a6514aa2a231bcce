"""``listlint explain``, as users run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

import listlint
from listlint.report.grammar import schema
from tests.command import run
from tests.report.test_sanitise import is_safe

if TYPE_CHECKING:
    from tests.conftest import Golden

SCHEMA = Path(listlint.__file__).parent / "schemas" / "explain.schema.json"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ITEMS = "".join(f"- [Tool {n}](https://a.dev/{n}) - Does a thing.\n" for n in range(12))
LISTS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.md"))


def row(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


@pytest.mark.parametrize("name", LISTS)
def test_the_examples(name: str) -> None:
    done = run(EXAMPLES, "explain", name, COLUMNS="140")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{name}: ")
    assert "shape" in done.stdout
    assert "URL003" in done.stdout or "ENT002" in done.stdout


def test_the_table_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# L\n\n" + ITEMS + "- [B](https://b.dev): Does a thing.\n")
    done = run(tmp_path, "explain", "README.md", COLUMNS="140")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "README.md: 13 entries in 1 section"
    separator = row(done.stdout, "separator")
    for part in ("` - `", "12 of 13", "92 %", "ENT002 inconsistent-separator", "convention", "3: - [Tool 0]"):
        assert part in separator
    assert "`: `" in done.stdout
    assert "15: - [B](https://b.dev)" in done.stdout
    narrow = run(tmp_path, "explain", "README.md", COLUMNS="80")
    assert "ENT002" in row(narrow.stdout, "separator")
    assert "inconsistent-separator" not in narrow.stdout


def test_what_the_configuration_sets(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ITEMS)
    (tmp_path / "listlint.toml").write_text('ignore = ["ENT005"]\n[rules.inconsistent-separator]\nseparator = "–"\n')
    done = run(tmp_path, "explain", "README.md", COLUMNS="140")
    assert "set to `–` by listlint.toml:3" in row(done.stdout, "separator")
    assert "rule off" in row(done.stdout, "description end")
    one = run(tmp_path, "explain", "README.md:2", COLUMNS="140")
    shown = next(line for line in one.stdout.splitlines() if "set to `–`" in line)
    assert shown.startswith("separator")
    assert shown.endswith("deviates")


def test_an_entry(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# L\n\n" + ITEMS + "- [B](https://b.dev): Does a thing.\n")
    done = run(tmp_path, "explain", "README.md:15", COLUMNS="140")
    assert done.returncode == 0
    head, shape, *_ = done.stdout.splitlines()
    assert (head, shape) == ("README.md:15:1: B", "bullet, in L")
    assert "15:4–4" in row(done.stdout, "title ")
    assert "https://b.dev" in row(done.stdout, "link (title), primary")
    assert "15:23–35" in row(done.stdout, "description ")
    assert "` - `: 12 of 13" in done.stdout
    assert "deviates" in done.stdout
    assert 'ENT002 inconsistent-separator: 12 of 13 set off the description with " - "' in done.stdout
    assert run(tmp_path, "explain", "README.md:15:7", COLUMNS="140").stdout == done.stdout


def test_findings_of_an_entry_stand_below_its_table(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ITEMS + "- [B](https://b.dev): Does the the thing.\n")
    done = run(tmp_path, "explain", "README.md:13", COLUMNS="140")
    assert row(done.stdout, "13:21: ENT002 inconsistent-separator: 12 of 13")
    assert row(done.stdout, '13:28: ENT012 repeated-word: "the" stands twice')
    (tmp_path / "listlint.toml").write_text('ignore = ["ENT002"]\n')
    off = run(tmp_path, "explain", "README.md:13", COLUMNS="140").stdout
    assert next(line for line in off.splitlines() if "ENT002" in line).endswith("differs, rule off")
    assert "ENT002 inconsistent-separator: 12" not in off
    said = json.loads(run(tmp_path, "explain", "README.md:13", "--output", "json").stdout)
    validator().validate(said)
    assert [told["code"] for told in said["entries"][0]["findings"]] == ["ENT012"]


def test_an_entry_of_a_heading_with_bibtex() -> None:
    papers = (EXAMPLES / "papers" / "README.md").read_bytes().split(b"\n")
    line = next(number for number, text in enumerate(papers, 1) if text.startswith(b"@"))
    done = run(EXAMPLES / "papers", "explain", f"README.md:{line}", COLUMNS="140")
    assert done.returncode == 0
    for field in ("title", "status", "link (paper), primary", "BibTeX"):
        assert row(done.stdout, field)


def test_an_entry_of_a_table(tmp_path: Path) -> None:
    rows = "".join(f"| [Work {n}](https://a.dev/{n}) | 2021-10-1{n} |\n" for n in range(9))
    (tmp_path / "README.md").write_text("| Title | Date |\n|---|---|\n" + rows)
    done = run(tmp_path, "explain", "README.md:5", COLUMNS="140")
    assert "2021-10-12" in row(done.stdout, "cell “Date”")
    assert "5:31–40" in row(done.stdout, "date ")


def test_json(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ITEMS)
    done = run(tmp_path, "explain", "README.md", "README.md:2", "--output", "json")
    said = json.loads(done.stdout)
    assert said["version"] == 1
    separator = next(one for one in said["files"][0]["habits"] if one["trait"] == "separator")
    assert (separator["total"], separator["holds"], separator["forms"][0]["count"]) == (12, True, 12)
    entry = said["entries"][0]
    assert entry["name"] == "Tool 1"
    title = next(part for part in entry["parts"] if part["field"] == "title")
    assert title["place"] == {"line": 2, "column": 4, "end_line": 2, "end_column": 10}


def test_schema_is_up_to_date(golden: Golden) -> None:
    golden(SCHEMA, json.dumps(schema(), indent=2) + "\n")


def validator() -> jsonschema.Draft202012Validator:
    described = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(described)
    return jsonschema.Draft202012Validator(described)


@pytest.mark.parametrize("name", LISTS)
def test_json_of_the_examples_fits_its_schema(name: str) -> None:
    whole = json.loads(run(EXAMPLES, "explain", name, "--output", "json").stdout)
    validator().validate(whole)
    lines = {form["example"]["line"] for habit in whole["files"][0]["habits"] for form in habit["forms"]}
    places = [f"{name}:{line}" for line in sorted(lines)]
    entries = json.loads(run(EXAMPLES, "explain", *places, "--output", "json").stdout)
    validator().validate(entries)
    assert entries["entries"]
    assert entries["files"] == []


def test_json_of_what_is_set_fits_its_schema(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# L\n\n" + ITEMS.replace(" - Does a thing.", ", A. Lovelace, 2020"))
    (tmp_path / "listlint.toml").write_text(
        'preset = "all"\n[rules.field-order]\norder = ["title", "date"]\n[rules.missing-metadata]\ndate = true\n'
        "[rules.inconsistent-marker]\nindentation = 0\n"
    )
    whole = json.loads(run(tmp_path, "explain", "README.md", "README.md:5", "--output", "json").stdout)
    validator().validate(whole)
    told = {one["trait"]: one["pinned"] for one in whole["files"][0]["habits"] if one["pinned"] is not None}
    assert told == {"order of fields": ["title", "date"], "has date": True, "indentation": 0}
    assert told == {one["trait"]: one["pinned"] for one in whole["entries"][0]["conduct"] if one["pinned"] is not None}


@pytest.mark.parametrize(
    ("change", "place"),
    [({"line": 0}, "example"), ({"line": "1"}, "example"), ({"column": None}, "example")],
    ids=["no line", "a text", "nothing"],
)
def test_the_schema_refuses_what_is_none(change: dict[str, object], place: str) -> None:
    whole = json.loads(run(EXAMPLES, "explain", LISTS[0], "--output", "json").stdout)
    whole["files"][0]["habits"][0]["forms"][0][place] |= change
    assert not validator().is_valid(whole)


def test_standard_input() -> None:
    done = run(EXAMPLES, "explain", "-", stdin=ITEMS.encode())
    assert done.stdout.startswith("README.md: 12 entries")
    assert run(EXAMPLES, "explain", "--", "-:3", stdin=ITEMS.encode()).stdout.startswith("README.md:3:1: Tool 2")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("README.md:1", "no entry stands on this line"),
        ("README.md:99", "there is no line 99"),
        ("missing.md", "missing.md"),
        ("missing.md:3", "missing.md"),
        (".:3", "has lines"),
    ],
)
def test_mistakes_are_errors_with_their_place(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "README.md").write_text("# L\n\n" + ITEMS)
    (tmp_path / "other.md").write_text("# L\n\n" + ITEMS)
    done = run(tmp_path, "explain", place)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_whose_name_looks_like_a_place(tmp_path: Path) -> None:
    try:
        (tmp_path / "list.md:3").write_text(ITEMS)
    except OSError:
        pytest.skip("this file system has no such names")
    done = run(tmp_path, "explain", "list.md:3")
    assert "list.md:3: 12 entries" in done.stdout


def test_nothing_of_a_list_acts_on_a_terminal_or_runner(tmp_path: Path) -> None:
    attack = "\x1b[31m##[error]pwned \u202e"
    lines = "".join(f"- [{attack} {n}](https://a.dev/{n}) - {attack}.\n" for n in range(12))
    (tmp_path / "README.md").write_bytes(
        (lines + f"- [B](https://b.dev): {attack}\n").encode() + b"- [\xff](https://c.dev)\n"
    )
    for arguments in (("README.md",), ("README.md:13",), ("README.md:14",)):
        for form in ("text", "json"):
            done = run(tmp_path, "explain", *arguments, "--output", form, GITHUB_ACTIONS="true")
            assert done.returncode == 0, done.stderr
            assert all(map(is_safe, done.stdout.split("\n")))
            assert "##[" not in done.stdout
