"""``listlint fix``, run as users run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from tests.command import run, run_raw

SCHEMA = json.loads((Path(__file__).parents[1] / "src/listlint/schemas/fix.schema.json").read_text(encoding="utf-8"))
DIRTY = (
    b"\xef\xbb\xbf# List\r\n\r\n"
    b"- [Kite](https://kite.dev) - Flies.  \r\n"
    b"- [Comet ](https://comet.dev) - UCB\xc3\xaf\xc2\xbc\xc5\x92yes.\r\n"
    b"- [Raw](https://raw.dev) - A byte \xff here.\r\n"
    b"- [Slash](https://slash.dev/a//b) - Doubled."
)
SAFE = (
    b"# List\r\n\r\n"
    b"- [Kite](https://kite.dev) - Flies.\r\n"
    b"- [Comet](https://comet.dev) - UCB\xef\xbc\x8cyes.\r\n"
    b"- [Raw](https://raw.dev) - A byte \xff here.\r\n"
    b"- [Slash](https://slash.dev/a//b) - Doubled.\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_bytes(DIRTY)
    return tmp_path


def test_safe_fixes_are_written_and_every_other_byte_stays(folder: Path) -> None:
    done = run(folder, "fix", "README.md")
    assert (folder / "README.md").read_bytes() == SAFE
    assert done.returncode == 1
    assert "URL007" in done.stdout
    assert "ENC003" in done.stdout
    assert "fixed 5 findings in 1 file" in done.stdout


def test_a_second_run_changes_nothing(folder: Path) -> None:
    run(folder, "fix", "--unsafe-fixes")
    first = (folder / "README.md").read_bytes()
    done = run(folder, "fix", "--unsafe-fixes")
    assert (folder / "README.md").read_bytes() == first
    assert "nothing fixed" in done.stdout


def test_exit_code_is_that_of_what_is_left(folder: Path) -> None:
    (folder / "README.md").write_bytes(SAFE.replace(b"\xff", b"y").replace(b"a//b", b"a/b") + b"\r\n\r\n")
    done = run(folder, "fix")
    assert done.returncode == 0, done.stdout
    assert run(folder, "fix", "missing.md").returncode == 2


def test_unsafe_fixes_are_asked_for(folder: Path) -> None:
    run(folder, "fix", "--unsafe-fixes")
    assert b"https://slash.dev/a/b" in (folder / "README.md").read_bytes()


def test_selection_holds(folder: Path) -> None:
    run(folder, "fix", "--select", "ENC001")
    assert (folder / "README.md").read_bytes() == DIRTY.replace(b"\xc3\xaf\xc2\xbc\xc5\x92", b"\xef\xbc\x8c")
    run(folder, "fix", "--ignore", "STY,ENC004,ENT008")
    assert (folder / "README.md").read_bytes().startswith(b"\xef\xbb\xbf")


def test_what_is_suppressed_is_not_fixed(folder: Path) -> None:
    text = b"# List\n\n<!-- listlint-disable-next-line ENT008 -->\n- [Comet ](https://comet.dev) - Bright.\n"
    (folder / "README.md").write_bytes(text)
    run(folder, "fix")
    assert (folder / "README.md").read_bytes() == text


def test_a_reason_is_not_deleted_unasked(folder: Path) -> None:
    kept = "<!-- listlint-disable-next-line ENT008 -- the shop is called so -->\n"
    gone = "<!-- listlint-disable-next-line ENT008 -->\n"
    item = "- [Comet](https://comet.dev) - Bright.\n"
    (folder / "README.md").write_text(
        f"# List\n\n{gone}{item}\n## More\n\n{kept}{item}", encoding="utf-8", newline="\n"
    )
    run(folder, "fix", "--select", "SUP001,ENT008")
    assert (folder / "README.md").read_text(encoding="utf-8") == f"# List\n\n{item}\n## More\n\n{kept}{item}"
    run(folder, "fix", "--select", "SUP001,ENT008", "--unsafe-fixes")
    assert (folder / "README.md").read_text(encoding="utf-8") == f"# List\n\n{item}\n## More\n\n{item}"


def test_diff_is_a_patch_that_git_applies(folder: Path) -> None:
    done = run_raw(folder, "fix", "--diff", "README.md")
    assert (folder / "README.md").read_bytes() == DIRTY
    assert done.returncode == 1
    subprocess.run(["git", "apply", "--unsafe-paths", "-"], cwd=folder, input=done.stdout, check=True)
    assert (folder / "README.md").read_bytes() == SAFE
    again = run_raw(folder, "fix", "--diff", "README.md")
    assert again.returncode == 0
    assert again.stdout == b""


@pytest.mark.skipif(os.name == "nt", reason="such names are not allowed there")
@pytest.mark.parametrize("name", ["two words.md", 'a "quoted" \\ one.md', "line\nend.md", "tab\there.md", "ö.md"])
def test_a_patch_names_any_file(folder: Path, name: str) -> None:
    (folder / "README.md").rename(folder / name)
    done = run_raw(folder, "fix", "--diff", ".")
    subprocess.run(["git", "apply", "-"], cwd=folder, input=done.stdout, check=True)
    assert (folder / name).read_bytes() == SAFE


def test_diff_for_people_is_coloured_and_safe(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"# List\n\n- [Kite](https://kite.dev) - Flies \x1b[31m now.  \n")
    done = run(folder, "fix", "--diff", "--color", "always", "--ignore", "ENC")
    assert "\x1b[1;31m-- [Kite](https://kite.dev) - Flies \\x1b[31m now.  \x1b[0m" in done.stdout


def test_standard_input_comes_out_fixed(folder: Path) -> None:
    done = run_raw(folder, "fix", "-", "--stdin-filename", "README.md", stdin=DIRTY)
    assert done.stdout == SAFE
    assert b"URL007" in done.stderr
    assert (folder / "README.md").read_bytes() == DIRTY


def test_check_fix_is_the_same_engine(folder: Path) -> None:
    done = run(folder, "check", "--fix")
    assert (folder / "README.md").read_bytes() == SAFE
    assert "fixed 5 findings in 1 file" in done.stdout


def test_json_carries_the_edits(folder: Path) -> None:
    done = run(folder, "fix", "--output", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    fixed = {item["code"]: item for item in report["fixed"]}
    assert set(fixed) == {"ENC001", "ENC004", "ENT008", "STY001", "STY003"}
    assert fixed["ENC001"]["fix"]["edits"][0]["text"] == "，"
    assert fixed["ENC001"]["pass"] == 1
    assert {item["code"] for item in report["findings"]} == {"URL007", "ENC003"}


def test_interactive_asks_and_obeys(folder: Path) -> None:
    done = run(folder, "fix", "--interactive", "README.md", stdin=b"n\ny\nq\n")
    lines = (folder / "README.md").read_bytes().split(b"\r\n")
    assert lines[0].startswith(b"\xef\xbb\xbf")  # ENC004: no
    assert lines[2] == b"- [Kite](https://kite.dev) - Flies."  # STY001: yes
    assert lines[3].startswith(b"- [Comet ]")  # quit
    assert "ENC004" in done.stderr


def test_interactive_remembers_all_of_a_rule(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"# L\n\n- [A ](https://a.dev) - One.  \n- [B ](https://b.dev) - Two.  \n")
    run(folder, "fix", "--interactive", stdin=b"a\ns\n")
    text = (folder / "README.md").read_bytes()
    assert (b"[A ]" in text) == (b"[B ]" in text)
    assert (b"One.  \n" in text) == (b"Two.  \n" in text)
    assert (b"[A ]" in text) != (b"One.  \n" in text)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_inside_the_root_only(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.md"
    root.mkdir()
    (root / "listlint.toml").write_text("", encoding="utf-8")
    (root / "real.md").write_bytes(DIRTY)
    (root / "README.md").symlink_to("real.md")
    outside.write_bytes(DIRTY)
    run(root, "fix", "README.md")
    assert (root / "README.md").is_symlink()
    assert (root / "real.md").read_bytes() == SAFE
    (root / "stray.md").symlink_to(outside)
    done = run(root, "fix", "stray.md")
    assert done.returncode == 2
    assert outside.read_bytes() == DIRTY
    assert "stray.md" in done.stderr


def test_many_files_in_several_processes(tmp_path: Path, folder: Path) -> None:
    body = DIRTY + b"\r\n" + b"- [More](https://more.dev/) - Text.\r\n" * 2200
    for number in range(4):
        (folder / f"list{number}.md").write_bytes(body)
    one = tmp_path / "one"
    shutil.copytree(folder, one, ignore=shutil.ignore_patterns("one"))
    run(one, "fix", ".", "--jobs", "1", "--ignore", "DUP")
    run(folder, "fix", "list0.md", "list1.md", "list2.md", "list3.md", "--jobs", "2", "--ignore", "DUP")
    for number in range(4):
        fixed = (folder / f"list{number}.md").read_bytes()
        assert fixed != body
        assert fixed == (one / f"list{number}.md").read_bytes()


def test_known_findings_are_left_alone(folder: Path) -> None:
    run(folder, "baseline")
    with (folder / "README.md").open("ab") as file:
        file.write(b"\r\n- [Star ](https://star.dev) - New.\r\n")
    done = run(folder, "fix")
    text = (folder / "README.md").read_bytes()
    assert b"[Star](https://star.dev)" in text
    assert b"[Comet ](https://comet.dev)" in text
    assert done.returncode == 0, done.stdout
    done = run(folder, "fix")
    assert "nothing fixed; 4 known findings have a safe fix: --no-baseline" in done.stdout
    assert "nothing to fix; 4 known findings have a safe fix: --no-baseline" in run(folder, "fix", "--diff").stderr
    assert "nothing fixed; 5 known findings have a fix: --no-baseline" in run(folder, "fix", "--unsafe-fixes").stdout
    done = run(folder, "fix", "--no-baseline")
    assert b"[Comet](https://comet.dev)" in (folder / "README.md").read_bytes()
    assert "known" not in done.stdout
    # What is left has no safe fix, so there is nothing to point at.
    assert run(folder, "fix").stdout.endswith("\nnothing fixed\n")


def test_a_file_that_cannot_be_written_is_reported_as_it_stands(folder: Path) -> None:
    (folder / "more.md").write_bytes(b"# More\n\n- [Star ](https://star.dev) - Bright.\n")
    (folder / "README.md").chmod(0o444)  # also read by us: permissions bind not everybody
    checked = json.loads(run(folder, "check", "README.md", "more.md", "--output", "json").stdout)
    expected = [one for one in checked["findings"] if one["path"] == "README.md"]
    done = run(folder, "fix", "README.md", "more.md", "--output", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    assert done.returncode == 2
    assert (folder / "README.md").read_bytes() == DIRTY
    assert [one for one in report["findings"] if one["path"] == "README.md"] == expected
    assert {one["path"] for one in report["fixed"]} == {"more.md"}
    assert report["summary"]["files"] == 2
    assert [one["code"] for one in report["summary"]["errors"]] == ["unwritable"]
    said = "README.md: is write-protected; nothing was fixed there, 5 findings would be"
    assert f"error: {said}\n" in done.stderr
    done = run(folder, "fix", "README.md", "more.md")
    assert "; 1 file not written\n" in done.stdout
    assert done.stdout.endswith("\nnothing fixed\n")
    assert f"error: {said}\n" in done.stderr
