"""The file of known findings, as maintainers and contributors meet it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

import listlint
from listlint import baseline
from listlint.baseline import Record
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.errors import ListlintError
from listlint.model.result import CRASH_CODE
from listlint.model.source import Source
from listlint.model.span import Span
from tests.command import run as run_process
from tests.conftest import Golden
from tests.repository import Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

SCHEMA = Path(listlint.__file__).parent / "schemas" / "baseline.schema.json"
FILE = "listlint-baseline.json"
OLD = "- [Kite](http//kite.dev) - Flies.\n"
BAD = "- [Crow](http//crow.dev) - Caws.\n"
FINE = "- [Lark](https://lark.dev) - Sings.\n"
LIST = f"# Birds\n\n{OLD}{FINE}"
CODE = "URL001"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Two lists with an old finding each, and a baseline that has them."""
    repository = Repository((tmp_path / "birds").resolve())
    repository.write("listlint.toml", 'select = ["URL001", "URL006", "ENC001"]\ninclude = ["*.md"]\n')
    repository.write("docs/more.md", LIST)
    repository.commit("one", README_md=LIST)
    out, code, err = repository.run("baseline")
    assert (out, code, err) == (f"{FILE}: 2 known findings in 2 files (2 added, 0 removed)\n", 0, "")
    repository.commit("a baseline")
    return repository


def records(repository: Repository, name: str = FILE) -> list[tuple[str, str]]:
    """Path and code of what a baseline holds."""
    data = json.loads((repository.root / name).read_text(encoding="utf-8"))
    return [(one["path"], one["code"]) for one in data["findings"] if one is not None]


def refused(repository: Repository, *arguments: str) -> str:
    out, code, err = repository.run(*arguments)
    assert (out, code) == ("", 2)
    return err


BOTH = [("README.md", CODE), ("docs/more.md", CODE)]


def test_known_findings_are_silent_and_counted(repository: Repository) -> None:
    report, code, err = repository.report()
    assert (code, report["findings"], report["summary"]["known"], err) == (0, [], 2, "")
    assert "no new findings in 2 files" in repository.run("check")[0]
    assert "2 known, not shown" in repository.run("check")[0]
    assert [path for path, *_ in repository.check("--no-baseline", code=1)] == ["README.md", "docs/more.md"]
    assert repository.run("check", "--isolated", "README.md", "--select", CODE)[1] == 1


def test_new_findings_are_not(repository: Repository) -> None:
    repository.write("README.md", LIST + BAD)
    assert repository.check(code=1) == [("README.md", 5, CODE)]
    repository.write("README.md", LIST + OLD)  # the same once more
    assert repository.check(code=1) == [("README.md", 5, CODE)]
    repository.write("README.md", LIST.replace(OLD, OLD.replace("http//", "https://")) + BAD)
    assert repository.check(code=1) == [("README.md", 5, CODE)]


def test_a_heading_that_was_renamed_before_the_line_was_edited(repository: Repository) -> None:
    # The fingerprints in the file hang on the names that headings had when it was written.
    text = "# Birds\n\n## Notes\n\nUCBï¼Œ one.\n"
    repository.write("README.md", text)
    repository.run("baseline")
    repository.write("README.md", text.replace("Birds", "Fowl").replace("Notes", "Remarks").replace("one", "two"))
    assert repository.check("--strict-baseline", code=0) == []
    repository.write("README.md", text.replace("Birds", "Fowl").replace("one.", "one.\n\nUCBï¼Œ two."))
    assert repository.check(code=1) == [("README.md", 7, "ENC001")]


def test_a_record_without_words_is_known_by_the_rest(repository: Repository) -> None:
    text = "# Birds\n\nUCBï¼Œ one.\n"
    repository.write("README.md", text)
    repository.run("baseline")
    path = repository.root / FILE
    held = baseline.decode(path.read_bytes(), FILE)
    assert sum(bool(one.words) for one in held) == 1
    path.write_bytes(baseline.encode(replace(one, words="") for one in held))
    for changed in (text, text.replace("one", "two"), text.replace("Birds", "Fowl")):
        repository.write("README.md", changed)
        assert repository.check("--strict-baseline", code=0) == []


def test_moves_make_nothing_new(repository: Repository) -> None:
    for text in (f"# Birds\n\nWords.\n\n{FINE}{OLD}", f"# Other\n\n## Section\n\n{OLD}", LIST.replace("\n", "\r\n")):
        repository.write("README.md", text)
        assert repository.check(code=0) == []


def test_the_file(repository: Repository, golden: Golden) -> None:
    path = repository.root / FILE
    first = path.read_bytes()
    jsonschema.validate(json.loads(first), json.loads(SCHEMA.read_text(encoding="utf-8")))
    lines = first.decode().splitlines()
    assert lines[0] == '{"version": 1, "findings": ['
    assert lines[-2:] == ["null", "]}"]
    assert all(line.endswith(",") for line in lines[1:-2])
    assert lines[1:-2] == sorted(lines[1:-2])
    assert len(lines) == 5
    assert baseline.encode(reversed(baseline.decode(first, FILE))) == first
    before = path.stat()
    assert repository.run("baseline")[0].endswith("(0 added, 0 removed)\n")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, before.st_mtime_ns)
    golden(SCHEMA, json.dumps(baseline.schema(), indent=2) + "\n")


def test_branches_that_change_it_merge(repository: Repository) -> None:
    first = (repository.root / "README.md").read_text()
    for branch, name in (("a", "README.md"), ("z", "zoo.md")):
        repository.git("switch", "-q", "main")
        repository.git("switch", "-qc", branch)
        repository.write(name, (first if name == "README.md" else "# Zoo\n\n") + BAD)
        repository.run("baseline")
        repository.commit(branch)
    repository.git("merge", "-q", "-m", "both", "a")
    assert records(repository) == [*BOTH[:1], *BOTH, ("zoo.md", CODE)]
    assert repository.check("--strict-baseline", code=0) == []


def test_fixed_findings_are_a_notice_or_fail(repository: Repository) -> None:
    repository.write("README.md", f"# Birds\n\n{FINE}")
    _, code, err = repository.report()
    assert code == 0
    assert "1 known finding is fixed" in err
    assert "listlint baseline --prune" in err
    _, code, err = repository.report("--strict-baseline")
    assert code == 1
    assert err.startswith("error: 1 known finding is fixed")
    assert repository.report("--strict-baseline", "--quiet")[1:] == (1, err)
    assert repository.report("--quiet")[2] == ""
    out, code, _ = repository.run("baseline", "--prune")
    assert (out, code) == (f"{FILE}: 1 known finding in 1 file (1 removed)\n", 0)
    assert records(repository) == BOTH[1:]
    assert repository.report("--strict-baseline")[1:] == (0, "")


def test_prune_adds_nothing(repository: Repository) -> None:
    before = (repository.root / FILE).read_bytes()
    repository.write("README.md", LIST + BAD)
    repository.run("baseline", "--prune")
    assert (repository.root / FILE).read_bytes() == before


def test_a_run_over_some_files_says_nothing_of_others(repository: Repository) -> None:
    repository.write("README.md", f"# Birds\n\n{FINE}")
    repository.write("docs/more.md", f"# Birds\n\n{FINE}{BAD}")
    assert repository.report("docs", "--strict-baseline")[2].startswith("error: 1 known finding is fixed")
    repository.run("baseline", "--prune", "docs/more.md")
    assert records(repository) == BOTH[:1]
    out, _, _ = repository.run("baseline", "docs/more.md")
    assert "(1 added, 0 removed)" in out
    assert records(repository) == BOTH


def test_a_rule_that_does_not_run_says_nothing(repository: Repository) -> None:
    path = repository.root / FILE
    strange = Record("README.md", "XYZ999", "0" * 64)
    path.write_bytes(baseline.encode([*baseline.decode(path.read_bytes(), FILE), strange]))
    repository.write("README.md", f"# Birds\n\n{FINE}")
    held = [("README.md", CODE), ("README.md", "XYZ999"), ("docs/more.md", CODE)]
    for command in (("baseline", "--prune"), ("baseline",)):
        repository.run(*command, "--select", "ENC001")
        assert records(repository) == held
    assert repository.report("--strict-baseline", "--select", "ENC001")[1:] == (0, "")
    repository.run("baseline", "--prune")
    assert records(repository) == held[1:]


def test_works_listed_twice_are_judged_by_runs_over_all_files(repository: Repository) -> None:
    repository.write("listlint.toml", 'select = ["DUP005"]\ninclude = ["*.md"]\n')
    repository.run("baseline")
    assert records(repository) == [("README.md", CODE), ("docs/more.md", "DUP005"), ("docs/more.md", CODE)]
    repository.write("docs/more.md", "# Birds\n")
    repository.run("baseline", "--prune", "docs")
    assert ("docs/more.md", "DUP005") in records(repository)
    repository.run("baseline", "--prune")
    assert ("docs/more.md", "DUP005") not in records(repository)


def test_deleted_files(repository: Repository) -> None:
    (repository.root / "docs" / "more.md").unlink()
    assert "1 known finding is fixed" in repository.report()[2]
    repository.run("baseline", "--prune")
    assert records(repository) == BOTH[:1]


@pytest.mark.parametrize("how", ["plain", "staged", "committed", "committed long ago"])
def test_renamed_files(repository: Repository, how: str) -> None:
    if how == "plain":
        (repository.root / "docs/more.md").rename(repository.root / "docs/less.md")
    else:
        repository.git("mv", "docs/more.md", "docs/less.md")
    repository.write("docs/less.md", LIST + BAD)
    if how.startswith("committed"):
        repository.commit("renamed")
    if how == "committed long ago":
        repository.commit("unrelated", other_txt="x")
    report, code, err = repository.report("--strict-baseline")
    assert [(one["path"], one["line"]) for one in report["findings"]] == [("docs/less.md", 5)]
    assert (code, report["summary"]["known"], err) == (1, 2, "")
    repository.run("baseline", "--prune")
    assert records(repository) == [("README.md", CODE), ("docs/less.md", CODE)]


def test_paths_are_those_of_the_configuration_s_folder(repository: Repository) -> None:
    assert repository.check("more.md", folder="docs", code=0) == []
    assert repository.check(str(repository.root / "README.md"), folder="docs", code=0) == []
    repository.run("baseline", "more.md", folder="docs")
    assert records(repository) == BOTH
    assert not (repository.root / "docs" / FILE).exists()
    (repository.root / "listlint.toml").unlink()
    assert repository.check("more.md", "--select", CODE, folder="docs", code=0) == []


def test_standard_input_is_the_file_that_it_is_called(repository: Repository) -> None:
    done = run_process(repository.root, "check", "-", "--stdin-filename", "docs/more.md", stdin=(LIST + BAD).encode())
    assert "docs/more.md:5:" in done.stdout
    assert "docs/more.md:3:" not in done.stdout


def test_another_file(repository: Repository) -> None:
    (repository.root / FILE).rename(repository.root / "known.json")
    assert len(repository.check(code=1)) == 2
    assert repository.check("--baseline", "known.json", code=0) == []
    settings = (repository.root / "listlint.toml").read_text()
    repository.write("listlint.toml", 'baseline = "known.json"\n' + settings)
    assert repository.check(code=0) == []
    assert repository.run("config")[0].splitlines()[4].split() == ["baseline", "known.json", "listlint.toml:1"]
    repository.write("listlint.toml", 'baseline = "sub/new.json"\n' + settings)
    assert "sub/new.json: no such baseline" in refused(repository, "check")
    assert "sub/new.json: cannot be written" in refused(repository, "baseline")
    (repository.root / "sub").mkdir()
    repository.run("baseline")
    assert records(repository, "sub/new.json") == BOTH
    repository.write("listlint.toml", 'baseline = ""\n' + settings)
    repository.run("baseline", "--output", FILE)
    assert len(repository.check(code=1)) == 2
    assert "the configuration has none" in refused(repository, "baseline")
    assert "there is no baseline" in refused(repository, "check", "--strict-baseline")


def test_a_baseline_elsewhere_is_refused(repository: Repository, tmp_path: Path) -> None:
    settings = (repository.root / "listlint.toml").read_text()
    (tmp_path / "outside.json").write_bytes((repository.root / FILE).read_bytes())
    repository.write("listlint.toml", 'baseline = "../outside.json"\n' + settings)
    for command in ("check", "baseline"):
        assert "leads out of the repository" in refused(repository, command)
    repository.write("listlint.toml", settings)
    assert repository.check("--baseline", "../outside.json", code=0) == []


def test_no_baseline_is_no_news(repository: Repository) -> None:
    (repository.root / FILE).unlink()
    report, code, err = repository.report()
    assert (code, len(report["findings"]), err) == (1, 2, "")
    assert "known" not in report["summary"]
    assert "no such baseline" in refused(repository, "baseline", "--prune")
    assert "no such baseline" in refused(repository, "check", "--baseline", "missing.json")
    assert "there is no baseline" in refused(repository, "check", "--strict-baseline")


def test_options_that_contradict_each_other(repository: Repository) -> None:
    assert "--no-baseline contradicts" in refused(repository, "check", "--no-baseline", "--strict-baseline")
    assert "--no-baseline contradicts" in refused(repository, "check", "--no-baseline", "--baseline", FILE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no baseline"),
        (b"# Birds\n", "is no baseline"),
        (b"[]", "is no baseline"),
        (b'{"version": 1}', "is no baseline"),
        (b'{"version": 1, "findings": [{"path": "a.md", "code": "X", "fingerprint": "0"}]}', "is no baseline"),
        (b'{"version": 1, "findings": [\xff]}', "is no baseline"),
        (b'{"version": 2, "findings": "in another form"}', "a baseline of version 2"),
        (b'{"version": 1, "findings": [\n<<<<<<< HEAD\nnull\n=======\n]}\n', ":2: a merge left its conflict here"),
        (b"[" * 100_000, "is no baseline"),
    ],
)
def test_what_is_no_baseline_is_neither_read_nor_replaced(repository: Repository, content: bytes, message: str) -> None:
    repository.write(FILE, content)
    for command in (("check",), ("baseline",), ("baseline", "--prune")):
        err = refused(repository, *command)
        assert FILE in err
        assert message in err
        assert "hint:" in err
    assert (repository.root / FILE).read_bytes() == content


def test_a_file_that_a_formatter_had_in_its_hands(repository: Repository) -> None:
    data = json.loads((repository.root / FILE).read_text())
    data["findings"] = [one for one in data["findings"] if one][::-1]
    repository.write(FILE, b"\xef\xbb\xbf" + json.dumps(data | {"more": 1}, indent=4).replace("\n", "\r\n").encode())
    assert repository.check("--strict-baseline", code=0) == []


def test_nothing_is_written_unless_all_was_checked(repository: Repository) -> None:
    before = (repository.root / FILE).read_bytes()
    repository.write("docs/more.md", b"# Birds\0")
    err = refused(repository, "baseline")
    assert "binary file" in err
    assert "nothing was written" in err
    assert (repository.root / FILE).read_bytes() == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_may_not_be_written(repository: Repository) -> None:
    (repository.root / FILE).unlink()
    repository.root.chmod(0o500)
    try:
        assert "cannot be written" in refused(repository, "baseline")
    finally:
        repository.root.chmod(0o700)


def test_with_a_base_a_finding_is_known_by_either(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    (repository.root / FILE).write_bytes(baseline.encode([]))
    assert repository.check("--since", base, code=0) == []
    repository.run("baseline")
    repository.write("zoo.md", f"# Zoo\n\n{OLD}")
    repository.run("baseline", "zoo.md")
    repository.write("README.md", LIST + BAD)
    assert repository.check("--since", base, code=1) == [("README.md", 5, CODE)]
    assert [path for path, *_ in repository.check("--since", base, "--no-baseline")] == ["README.md", "zoo.md"]


def test_equal_findings_with_a_base_and_a_baseline(repository: Repository) -> None:
    text = "# Birds\n\nUCBï¼Œ one.\n\nUCBï¼Œ two.\n"
    repository.write("README.md", text)
    repository.run("baseline")
    base = repository.commit("prose")
    repository.write("README.md", text.replace("# Birds\n", "# Birds\n\nUCBï¼Œ new.\n"))
    for arguments in ((), ("--no-baseline",), ("--filter", "added")):
        assert repository.check("--since", base, *arguments) == [("README.md", 3, "ENC001")]


def test_the_crash_of_a_rule_is_never_known() -> None:
    crash = Diagnostic(
        CRASH_CODE, "rule-crashed", Severity.ERROR, "x", Source.from_text("a"), Span(0, 0), fingerprint="0" * 64
    )
    matching = baseline.match([crash], lambda _: "a.md", [baseline.record(crash, "a.md")])
    assert not matching.known


def test_a_baseline_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "MAX_BYTES", 10)
    with pytest.raises(ListlintError, match="at most 10"):
        baseline.decode(baseline.encode([]), FILE)


def test_many_equal_findings_take_linear_time() -> None:
    source = Source.from_text("x " * 20_000)
    found = [
        Diagnostic("URL001", "n", Severity.ERROR, "m", source, Span(n * 2, n * 2 + 1), fingerprint=f"{n:064x}")
        for n in range(20_000)
    ]
    held = [Record("a.md", "URL001", f"{n:064x}", "l" + "0" * 16) for n in range(10_000, 30_000)]
    assert len(baseline.match(found, lambda _: "a.md", held).known) == 10_000
