"""The command line, run as users run it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from listlint.session import Request, Session
from tests.command import run

SCHEMA = json.loads((Path(__file__).parents[1] / "src/listlint/schemas/report.schema.json").read_text(encoding="utf-8"))
CLEAN = "# List\n\n- [Kite](https://kite.dev) - Flies.\n"
DIRTY = "# List\n\n- [Kite](https://kite.dev) - Flies.\n- [Kite again](http//x.dev) - UCBï¼Œyes.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(DIRTY, encoding="utf-8")
    (tmp_path / "clean.md").write_text(CLEAN, encoding="utf-8")
    return tmp_path


def test_exit_codes(folder: Path) -> None:
    assert run(folder, "check", "clean.md").returncode == 0
    assert run(folder, "check", "README.md").returncode == 1
    assert run(folder, "check", "README.md", "--exit-zero").returncode == 0
    assert run(folder, "check", "missing.md").returncode == 2
    assert run(folder, "check", "--fail-on", "nonsense").returncode == 2


def test_findings_on_stdout_errors_on_stderr(folder: Path) -> None:
    done = run(folder, "check", "missing.md")
    assert done.stdout == ""
    assert "no such file" in done.stderr
    assert "ENC001" in run(folder, "check").stdout


def test_fail_on(folder: Path) -> None:
    (folder / "info.md").write_text(CLEAN + "\n\n", encoding="utf-8")
    assert run(folder, "check", "info.md", "--select", "STY").returncode == 0
    assert run(folder, "check", "info.md", "--select", "STY", "--fail-on", "info").returncode == 1


def test_json_fits_its_schema(folder: Path) -> None:
    report = json.loads(run(folder, "check", "--output", "json", "--preset", "all").stdout)
    jsonschema.validate(report, SCHEMA)
    codes = {finding["code"] for finding in report["findings"]}
    assert {"ENC001", "URL001"} <= codes
    mojibake = next(finding for finding in report["findings"] if finding["code"] == "ENC001")
    assert (mojibake["line"], mojibake["column"], mojibake["end_column"]) == (4, 34, 37)
    (edit,) = mojibake["fix"]["edits"]
    assert edit["text"] == "，"
    assert report["summary"]["files"] == 1
    assert report["summary"]["entries"] == 2


def test_a_broken_report_does_not_fit_the_schema(folder: Path) -> None:
    report = json.loads(run(folder, "check", "--output", "json").stdout)
    report["findings"][0].pop("fingerprint")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SCHEMA)


def test_jsonl_is_one_finding_a_line(folder: Path) -> None:
    done = run(folder, "check", "--output", "jsonl")
    whole = json.loads(run(folder, "check", "--output", "json").stdout)
    assert [json.loads(line) for line in done.stdout.splitlines()] == whole["findings"]


def test_colour(folder: Path) -> None:
    assert "\x1b[" not in run(folder, "check").stdout
    assert "\x1b[" in run(folder, "check", FORCE_COLOR="1").stdout
    assert "\x1b[" not in run(folder, "check", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b[" in run(folder, "check", "--color", "always", NO_COLOR="1").stdout


def test_standard_input(folder: Path) -> None:
    done = run(folder, "check", "-", "--stdin-filename", "sub/other.md", "--output", "concise", stdin=DIRTY.encode())
    assert done.returncode == 1
    assert done.stdout.startswith("sub/other.md:4:")


def test_select_and_ignore(folder: Path) -> None:
    only = run(folder, "check", "--select", "mojibake", "--output", "jsonl").stdout.splitlines()
    assert {json.loads(line)["code"] for line in only} == {"ENC001"}
    assert "ENC001" not in run(folder, "check", "--ignore", "ENC").stdout
    wrong = run(folder, "check", "--select", "mojibak")
    assert wrong.returncode == 2
    assert "mojibake" in wrong.stderr


def test_configuration_file(folder: Path) -> None:
    (folder / "listlint.toml").write_text('ignore = ["ENC001"]\nfail-on = "error"\n', encoding="utf-8")
    assert "ENC001" not in run(folder, "check").stdout
    assert "ENC001" in run(folder, "check", "--isolated").stdout
    assert "listlint.toml" in run(folder, "config").stdout
    (folder / "listlint.toml").write_text('\nignor = ["ENC001"]\n', encoding="utf-8")
    wrong = run(folder, "check")
    assert wrong.returncode == 2
    assert "listlint.toml:2:1" in wrong.stderr
    assert "ignore" in wrong.stderr


def test_statistics_and_quiet(folder: Path) -> None:
    assert "ENC001" in run(folder, "check", "--statistics").stdout
    loud, quiet = run(folder, "check").stdout, run(folder, "check", "--quiet").stdout
    assert len(quiet) < len(loud)


@pytest.mark.parametrize(
    ("raw", "code", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "binary-file", "binary"),
        (b"a" * (10 * 1024 * 1024 + 1), "too-large", "bytes"),
        (b"# L\n" + b"a" * (1024 * 1024 + 1), "line-too-long", "line 2"),
    ],
)
def test_files_that_are_refused(folder: Path, raw: bytes, code: str, said: str) -> None:
    (folder / "bad.md").write_bytes(raw)
    done = run(folder, "check", "bad.md", "clean.md", "--output", "json")
    (error,) = json.loads(done.stdout)["summary"]["errors"]
    assert done.returncode == 2
    assert (error["path"], error["code"]) == ("bad.md", code)
    assert said in error["message"]
    assert error["hint"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf" + CLEAN.encode(),
        CLEAN.encode("utf-16"),
        b"# caf\xe9\n\n- [A](https://a.dev)\n",
    ],
    ids=["empty", "bom-only", "bom", "utf-16", "latin-1"],
)
def test_files_that_are_read_all_the_same(folder: Path, raw: bytes) -> None:
    (folder / "odd.md").write_bytes(raw)
    done = run(folder, "check", "odd.md", "--output", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    assert report["summary"]["errors"] == []
    assert done.returncode in (0, 1)
    assert report["summary"]["entries"] == (0 if len(raw) < 4 else 1)


def test_entries_as_data(folder: Path) -> None:
    (entry,) = [
        json.loads(line) for line in run(folder, "entries", "clean.md", "--output", "jsonl").stdout.splitlines()
    ]
    assert (entry["path"], entry["line"], entry["title"], entry["kind"]) == ("clean.md", 3, "Kite", "bullet")
    (row,) = csv.DictReader(io.StringIO(run(folder, "entries", "clean.md", "--output", "csv").stdout))
    assert row["description"] == "Flies."
    assert "Kite" in run(folder, "entries", "clean.md").stdout


def test_rule_command(folder: Path) -> None:
    assert "ENC001 mojibake" in run(folder, "rule", "mojibake").stdout
    assert json.loads(run(folder, "rule", "ENC001", "--output", "json").stdout)["name"] == "mojibake"
    assert len(json.loads(run(folder, "rule", "--output", "json").stdout)) > 30
    wrong = run(folder, "rule", "ENC0001")
    assert wrong.returncode == 2
    assert "did you mean 'ENC001'?" in wrong.stderr
    assert "did you mean 'inconsistent-separator'?" in run(folder, "rule", "separator").stderr
    assert "did you mean" not in run(folder, "rule", "NOPE").stderr
    assert "listlint rule ENC lists those of its family" in run(folder, "rule", "ENC777").stderr


def test_the_letters_of_a_family_list_its_rules(folder: Path) -> None:
    whole, family = run(folder, "rule").stdout, run(folder, "rule", "url").stdout
    assert family.splitlines()[0] == "Links, offline (URL)"
    codes = [rule["code"] for rule in json.loads(run(folder, "rule", "URL", "--output", "json").stdout)]
    assert codes == [line.split()[0] for line in whole.splitlines() if line.startswith("  URL")]
    assert codes == [line.split()[0] for line in family.splitlines()[1:]]


def test_directories_respect_gitignore(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".gitignore").write_text("ignored/\n", encoding="utf-8")
    (folder / "ignored").mkdir()
    (folder / "ignored" / "bad.md").write_text(DIRTY, encoding="utf-8")
    paths = {json.loads(line)["path"] for line in run(folder, "check", ".", "--output", "jsonl").stdout.splitlines()}
    assert "README.md" in paths
    assert not any(path.startswith("ignored") for path in paths)


def test_parallel_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        (tmp_path / f"{number}.md").write_text(DIRTY * 20, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("listlint.session.PARALLEL_BYTES", 1)
    one = Session(Request((".",), jobs=1)).check()
    two = Session(Request((".",), jobs=2)).check()
    keys = [[(d.path, d.span, d.code, d.message, d.fingerprint) for d in result.diagnostics] for result in (one, two)]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 100
    assert (one.files, one.entries, one.links) == (two.files, two.entries, two.links)


def test_a_rule_that_lacks_a_fact_is_named_once(folder: Path) -> None:
    (folder / "b.md").write_text(CLEAN, encoding="utf-8")
    done = run(folder, "check", "README.md", "b.md", "--isolated")
    assert done.stderr.count("STR008") == 1
    assert "STR008 (broken-path) was not run on 2 files: it needs a git work tree" in done.stderr
    assert "STR008" not in run(folder, "check", "README.md", "--isolated", "--quiet").stderr
    assert "STR008" not in run(folder, "check", "README.md", "--isolated", "--ignore", "STR008").stderr
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    assert "STR008" not in run(folder, "check", "README.md", "--isolated").stderr


def test_the_nearest_configuration_excludes_and_gives_notice(folder: Path) -> None:
    nested = folder / "sub"
    nested.mkdir()
    for name in ("kept.md", "left.md"):
        (nested / name).write_text(DIRTY, encoding="utf-8")
    (nested / "listlint.toml").write_text('exclude = ["left.md"]\n', encoding="utf-8")
    found = run(folder, "check", "sub", "--output", "concise").stdout
    assert "sub/kept.md" in found
    assert "sub/left.md" not in found
    assert "sub/left.md" in run(folder, "check", "sub/left.md", "--output", "concise").stdout
    assert "sub/left.md" not in run(folder, "check", "sub/left.md", "--force-exclude", "--output", "concise").stdout


def test_an_unknown_rule_in_a_suppression_gets_a_suggestion(folder: Path) -> None:
    text = DIRTY + "\n<!-- listlint-disable-line mojibak -->\n<!-- listlint-disable-line ENC01 -->\n"
    (folder / "README.md").write_text(text, encoding="utf-8")
    found = run(folder, "check", "README.md", "--isolated", "--output", "concise").stdout
    assert "no rule is called `mojibak`; did you mean `mojibake`?" in found
    assert "no rule is called `ENC01`; did you mean `ENC" in found


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_an_error_and_no_traceback(folder: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "listlint", "check", "README.md", "--isolated"]
        done = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "the output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe_that_closes_early_is_no_traceback(folder: Path) -> None:
    (folder / "README.md").write_text(DIRTY * 2000, encoding="utf-8")
    command = [sys.executable, "-m", "listlint", "check", "README.md", "--isolated"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    assert process.wait() == 0
