"""``--output FORMAT[:FILE]``: several reports of one run."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from listlint.cli.output import NAMES, Output, OutputType, outputs, with_statistics, written
from listlint.model.errors import ListlintError
from listlint.report.markdown import LIMIT
from tests.command import run

DIRTY = "# List\n\n- [Kite](https://kite.dev) - Flies.\n- [Kite again](http//x.dev) - UCBï¼Œyes.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(DIRTY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ("json", Output("json")),
        ("json:-", Output("json")),
        ("sarif:out.sarif", Output("sarif", "out.sarif")),
        ("sarif:C:\\reports\\out.sarif", Output("sarif", "C:\\reports\\out.sarif")),
        ("markdown:a:b.md", Output("markdown", "a:b.md")),
    ],
)
def test_values(value: str, output: Output) -> None:
    assert OutputType().convert(value, None, None) == output


@pytest.mark.parametrize("value", ["", ":x", "xml", "JSON", "json:", "statistics", "C:\\x"])
def test_wrong_values(value: str) -> None:
    with pytest.raises(click.BadParameter):
        OutputType().convert(value, None, None)


def test_wanted_reports(tmp_path: Path) -> None:
    file = str(tmp_path / "a.json")
    assert outputs((), "full") == (Output("full"),)
    assert outputs((Output("json", file), Output("json", file)), "full") == (Output("json", file),)
    for wrong in (
        (Output("json"), Output("full")),
        (Output("json", file), Output("sarif", file)),
        (Output("json", file), Output("sarif", str(tmp_path / "." / "a.json"))),
        (Output("json", str(tmp_path)),),
        (Output("json", str(tmp_path / "no" / "a.json")),),
    ):
        with pytest.raises(ListlintError):
            outputs(wrong, "full")


def test_statistics_are_for_people() -> None:
    assert with_statistics([Output("full")]) == (Output("statistics"),)
    assert with_statistics([Output("json")]) == (Output("json"),)
    assert with_statistics([Output("full", "a.txt")]) == (Output("full", "a.txt"), Output("statistics"))


def test_several_reports_of_one_run(folder: Path) -> None:
    wanted = [word for name in NAMES if name != "github" for word in ("--output", f"{name}:out.{name}")]
    done = run(folder, "check", *wanted, "--output", "github")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=README.md,line=4")
    for name in set(NAMES) - {"github"}:
        alone = run(folder, "check", "--output", name).stdout
        assert (folder / f"out.{name}").read_text(encoding="utf-8") == alone
        assert "URL001" in alone
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["README.md", *(f"out.{name}" for name in NAMES if name != "github")]
    )


def test_a_run_that_writes_files_only_still_says_how_it_went(folder: Path) -> None:
    done = run(folder, "check", "--output", "sarif:out.sarif")
    assert (done.returncode, done.stdout) == (1, "")
    assert "2 errors in 1 file" in done.stderr
    assert run(folder, "check", "--quiet", "--output", "sarif:out.sarif").stderr == ""


def test_the_rules_are_described(folder: Path) -> None:
    log = json.loads(run(folder, "check", "--output", "sarif").stdout)
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert len(rule["help"]["text"]) > len(rule["shortDescription"]["text"])
        assert not rule["fullDescription"]["text"].startswith("Described at")


def test_the_environment_gives_the_format(folder: Path) -> None:
    assert run(folder, "check", LISTLINT_OUTPUT="json").stdout.startswith("{")
    done = run(folder, "check", LISTLINT_OUTPUT="junit:out.xml concise")
    assert done.stdout.startswith("README.md:4:")
    assert ElementTree.parse(folder / "out.xml").getroot().tag == "testsuites"
    assert run(folder, "check", "--output", "concise", LISTLINT_OUTPUT="json").stdout.startswith("README.md:4:")
    assert run(folder, "check", LISTLINT_OUTPUT="nonsense").returncode == 2


def test_a_mistake_shows_before_the_work(folder: Path) -> None:
    done = run(folder, "check", "missing.md", "--output", "json:no/such/out.json")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert "missing.md" not in done.stderr
    done = run(folder, "check", "--output", "json", "--output", "full")
    assert done.returncode == 2
    assert "--output full:FILE" in done.stderr
    assert "concise" in run(folder, "check", "--output", "nonsense").stderr


def test_links_take_several_too(folder: Path) -> None:
    (folder / "README.md").write_text("# List\n\nNo link.\n", encoding="utf-8")
    done = run(folder, "links", "README.md", "--quiet", "--output", "gitlab:links.json", "--output", "junit")
    assert done.returncode == 0, done.stderr
    assert ElementTree.fromstring(done.stdout).tag == "testsuites"
    assert json.loads((folder / "links.json").read_text(encoding="utf-8")) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_file_that_cannot_be_written_costs_no_other_report(folder: Path) -> None:
    done = run(folder, "check", "--exit-zero", "--output", "json:/dev/full", "--output", "concise")
    assert done.returncode == 2
    assert done.stdout.startswith("README.md:4:")
    assert "/dev/full: cannot be written" in done.stderr


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null")
def test_a_device_stays_one(folder: Path) -> None:
    assert run(folder, "check", "--output", "json:/dev/null").returncode == 1
    assert not stat.S_ISREG(Path("/dev/null").stat().st_mode)


def test_files_are_there_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("before", encoding="utf-8")
    with pytest.raises(ValueError, match="half"), written(str(file)) as stream:
        raise ValueError(f"{stream.write('half')} characters are half of it")
    assert file.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]
    with written(str(file)) as stream:
        stream.write("after\n")
    assert file.read_bytes() == b"after\n"


@pytest.mark.skipif(os.name == "nt", reason="modes and links are of POSIX")
def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "a.json", tmp_path / "link.json"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    with written(str(link)) as stream:
        stream.write("after")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    os.umask(before := os.umask(0o022))
    with written(str(tmp_path / "new.json")) as stream:
        stream.write("x")
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o666 & ~before


def test_the_job_summary_is_appended_to(folder: Path) -> None:
    summary = folder / "summary.md"
    summary.write_text("what another program said\n" + "x" * 890_000 + "\n", encoding="utf-8")
    (folder / "README.md").write_text("# List\n\n" + "- [a](http//x.dev/) - B.\n" * 500, encoding="utf-8")
    done = run(folder, "check", "README.md", "--output", f"markdown:{summary}", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 1
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("what another program said\n")
    assert "## listlint" in text
    assert "not shown here" in text
    assert len(text.encode()) <= LIMIT


def test_paths_are_those_of_the_repository(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull})
    inner = folder / "lists" / "of papers"
    inner.mkdir(parents=True)
    (inner / "README.md").write_text(DIRTY, encoding="utf-8")
    path = "lists/of papers/README.md"
    (issue, *_) = json.loads(run(inner, "check", "README.md", "--output", "gitlab").stdout)
    assert issue["location"]["path"] == path
    (issue, *_) = json.loads(run(folder, "check", str(inner / "README.md"), "--output", "gitlab").stdout)
    assert issue["location"]["path"] == path
    assert f"file={path}," in run(inner, "check", "README.md", "--output", "github").stdout
    log = json.loads(run(inner, "check", "README.md", "--output", "sarif").stdout)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "lists/of%20papers/README.md", "uriBaseId": "%SRCROOT%"}


def test_machine_formats_are_utf8_whatever_the_console_has(folder: Path) -> None:
    done = run(folder, "check", "--output", "json", PYTHONIOENCODING="ascii")
    assert "，" in done.stdout
    json.loads(done.stdout)
