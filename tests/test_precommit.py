"""The hooks, as a user's repository runs them: real ``pre-commit`` runs of this working tree, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.action.wheelhouse import fill
from tests.paths import ROOT

yaml = pytest.importorskip("yaml", reason="pre-commit is not installed, which needs PyYAML")

GOOD = "# Tools\n\n- [fd](https://github.com/sharkdp/fd) - Finds files.\n"
BAD = "# Tools\n\n- [fd](htps://github.com/sharkdp/fd) - Finds files.\n"
REPAIRABLE = "# Tools\n\n- [fd](htps://github.com/sharkdp/fd) - Finds files.   \n"
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


class Run(NamedTuple):
    """What became of a command."""

    code: int
    output: str


def git(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run git as somebody, with no configuration of this machine; give its output."""
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    names += ["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"]
    run = subprocess.run(
        ["git", *names, *command],
        cwd=cwd,
        check=True,
        capture_output=True,
        env={**os.environ, **(env or {}), **identity},
    )
    return run.stdout.decode()


@pytest.fixture(scope="module")
def sealed() -> list[str]:
    """Give the words before a command that leave it without any network, where the system can do so."""
    words = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        possible = subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        possible = False
    return words if possible else []


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the working tree, with all that is not ignored, in a repository of its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing tells which files belong to it")
    copy = tmp_path_factory.mktemp("listlint")
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    git("init", "--quiet", cwd=copy)
    git("add", "--all", cwd=copy)
    git("commit", "--quiet", "--message", "working tree", cwd=copy)
    git("tag", "v0.1.0", cwd=copy)
    return copy


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment in which pip finds what listlint needs in a folder, and nowhere else."""
    wheels = tmp_path_factory.mktemp("wheels")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    try:
        fill(wheels, [*project["build-system"]["requires"], *project["project"]["dependencies"]])
    except PackageNotFoundError as error:
        pytest.skip(f"{error.name} is not installed, and its wheel is needed")
    ours = ("GIT_", "PRE_COMMIT", "PIP_", "LISTLINT", "NO_COLOR", "FORCE_COLOR", "CI")
    names = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return names | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{names['PATH']}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_INDEX": "1",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
    }


class Lists:
    """A user's repository, and ``pre-commit`` in it."""

    def __init__(self, folder: Path, hook: Path, environment: dict[str, str], sealed: list[str]) -> None:
        self.folder, self.hook, self.environment, self.sealed = folder, hook, environment, sealed
        git("init", "--quiet", cwd=folder)

    def write(self, **files: str) -> None:
        """Write files, ``_md`` and ``_bib`` in their names being the suffix, and add them."""
        for name, text in files.items():
            stem, _, suffix = name.rpartition("_")
            self.put(f"{stem}.{suffix}", text)

    def put(self, name: str, text: str) -> None:
        """Write one file and add it."""
        (self.folder / name).write_bytes(text.encode())
        git("add", "--force", "--", f":(literal){name}", cwd=self.folder)

    def configure(self, *hooks: dict[str, Any]) -> None:
        """Name hooks in ``.pre-commit-config.yaml``."""
        repository = {"repo": str(self.hook), "rev": "v0.1.0", "hooks": list(hooks)}
        self.put(".pre-commit-config.yaml", yaml.safe_dump({"repos": [repository]}))

    def pre_commit(self, *arguments: str) -> Run:
        """Run pre-commit in the repository."""
        command = [*self.sealed, sys.executable, "-m", "pre_commit", *arguments]
        run = subprocess.run(
            command, cwd=self.folder, check=False, capture_output=True, env=self.environment, timeout=600
        )
        return Run(run.returncode, (run.stdout + run.stderr).decode(errors="replace"))

    def run(self, *arguments: str, color: str = "never") -> Run:
        """Run the configured hooks."""
        return self.pre_commit("run", f"--color={color}", *arguments)


@pytest.fixture
def lists(tmp_path: Path, hook_repository: Path, environment: dict[str, str], sealed: list[str]) -> Lists:
    """Make a user's repository with a clean list, a list with a mistake, and a file that is no list."""
    made = Lists(tmp_path, hook_repository, environment, sealed)
    made.write(good_md=GOOD, bad_md=BAD, notes_txt=BAD, excluded_md=BAD)
    made.put("listlint.toml", 'exclude = ["excluded.md"]\n')
    made.configure({"id": "listlint"})
    return made


# The manifest.


def test_the_hooks_are_these() -> None:
    assert [hook["id"] for hook in HOOKS] == ["listlint", "listlint-fix", "listlint-links"]
    for hook in HOOKS:
        assert hook["types_or"] == ["markdown", "bib"]
        assert hook["require_serial"] is True
        assert hook["entry"].endswith(" --force-exclude")
        assert "args" not in hook, "a user's args would replace them"
    assert [hook.get("stages") for hook in HOOKS] == [None, None, ["manual"]]


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    run = subprocess.run(command, check=False, capture_output=True)
    assert run.returncode == 0, run.stdout.decode()


# Without a network.


def test_there_is_no_network(sealed: list[str]) -> None:
    if not sealed:
        pytest.skip("this system makes no network namespaces for us")
    program = "import socket; print([name for _, name in socket.if_nameindex()])"
    run = subprocess.run([*sealed, sys.executable, "-c", program], check=True, capture_output=True)
    assert run.stdout.decode() == "['lo']\n"
    connect = "import socket; socket.create_connection(('192.0.2.1', 9), 5)"
    refused = subprocess.run([*sealed, sys.executable, "-c", connect], check=False, capture_output=True)
    assert b"Network is unreachable" in refused.stderr


def test_try_repo(lists: Lists) -> None:
    run = lists.pre_commit("try-repo", str(lists.hook), "listlint", "--verbose", "--color=never", "--files", "bad.md")
    assert run.code == 1, run.output
    assert "bad.md:3:" in run.output
    assert "URL001" in run.output
    assert "exit code: 1" in run.output


# The check.


def test_a_mistake_fails_the_hook_and_is_shown(lists: Lists) -> None:
    run = lists.run("--files", "good.md", "bad.md")
    assert run.code == 1, run.output
    assert "URL001" in run.output
    assert "bad.md:3:" in run.output
    assert "good.md:" not in run.output
    assert "exit code: 1" in run.output


def test_a_clean_list_passes(lists: Lists) -> None:
    run = lists.run("--files", "good.md")
    assert run.code == 0, run.output
    assert "Passed" in run.output


def test_a_file_that_is_no_list_is_not_given_to_the_hook(lists: Lists) -> None:
    run = lists.run("--files", "notes.txt")
    assert run.code == 0, run.output
    assert "no files to check" in run.output


def test_a_bibliography_is_checked(lists: Lists) -> None:
    lists.put("refs.bib", "@article{lane2020,\n  title = {Islands}\n  year = 2020,\n}\n")
    run = lists.run("--files", "refs.bib")
    assert run.code == 1, run.output
    assert "refs.bib:" in run.output


@pytest.mark.parametrize("args", [[], ["--preset=all"], ["--exclude", "good.md"]])
def test_an_excluded_file_is_left_alone_whatever_the_args(lists: Lists, args: list[str]) -> None:
    lists.configure({"id": "listlint", "args": args} if args else {"id": "listlint"})
    run = lists.run("--files", "excluded.md")
    assert run.code == 0, run.output
    assert "Passed" in run.output


def test_args_choose_what_is_checked(lists: Lists) -> None:
    lists.configure({"id": "listlint", "args": ["--ignore=URL001", "--output=concise"]})
    assert lists.run("--files", "bad.md").code == 0
    lists.configure({"id": "listlint", "args": ["--select=URL001", "--output=concise"]})
    assert "bad.md:3:8: URL001 invalid-url error:" in lists.run("--files", "bad.md").output


def test_a_mistake_in_the_configuration_is_told_with_its_place(lists: Lists) -> None:
    lists.put("listlint.toml", 'preset = "paper"\n')
    run = lists.run("--files", "good.md")
    assert run.code == 1, run.output
    assert "exit code: 2" in run.output
    assert "listlint.toml:1:1: unknown preset 'paper'" in run.output
    assert "did you mean 'papers'?" in run.output


def test_the_other_files_are_read_and_only_those_given_are_shown(lists: Lists) -> None:
    many = "".join(f"- [Tool {number}](https://tool{number}.dev) - Helps.\n" for number in range(9))
    lists.write(
        one_md=f"# One\n\n- [Kite](https://kite.dev) - Flies.\n{many}",
        two_md="# Two\n\n- [A kite](https://kite.dev/) - Flies.\n- [Anchors](one.md#none) - There is none.\n",
    )
    lists.configure({"id": "listlint", "args": ["--extend-select=DUP005", "--fail-on=info", "--output=concise"]})
    run = lists.run("--files", "two.md")
    assert [line.split(" ")[:2] for line in run.output.splitlines() if ".md:" in line] == [
        ["two.md:3:12:", "DUP005"],
        ["two.md:4:13:", "STR008"],
    ]
    assert lists.run("--files", "one.md").code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_is_no_option_and_no_command(lists: Lists) -> None:
    hostile = ["--exclude=bad.md", "--help.md", "$(touch broken).md", "a\nb.md", "'; touch broken;'.md", "ü b.md"]
    for name in ("bad.md", *hostile):
        lists.put(name, GOOD)
    lists.configure({"id": "listlint", "args": ["--output=concise"]})
    assert lists.run("--all-files").code == 0
    for name in ("bad.md", *hostile):
        lists.put(name, BAD)
    run = lists.run("--all-files")
    assert run.code == 1, run.output
    shown = [line.partition(".md:3:")[0] for line in run.output.splitlines() if " URL001 " in line]
    assert sorted(shown) == sorted(["bad", *(name.removesuffix(".md").replace("\n", "\\n") for name in hostile)])
    assert not (lists.folder / "broken").exists()


# As git runs it.


def test_a_commit_is_stopped_until_the_list_is_right(lists: Lists) -> None:
    git("commit", "--quiet", "--message", "before", cwd=lists.folder)
    assert lists.pre_commit("install").code == 0
    commit = ["commit", "--quiet", "--message", "more"]
    lists.put("good.md", GOOD + "- [rg](htps://rg.dev) - Greps.\n")
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        git(*commit, cwd=lists.folder, env=lists.environment)
    assert b"good.md:4:" in stopped.value.stderr + stopped.value.stdout
    lists.put("good.md", GOOD + "- [rg](https://rg.dev) - Greps.\n")
    # What is not staged is no part of the commit, and does not stop it.
    (lists.folder / "good.md").write_text(GOOD + "- [rg](htps://rg.dev) - Greps.\n", encoding="utf-8")
    git(*commit, cwd=lists.folder, env=lists.environment)
    assert git("log", "--format=%s", cwd=lists.folder).split() == ["more", "before"]
    assert "htps" in (lists.folder / "good.md").read_text(encoding="utf-8")


def test_one_file_of_several_is_committed(lists: Lists) -> None:
    """``git commit FILE`` gives its hooks an index of their own."""
    git("commit", "--quiet", "--message", "before", cwd=lists.folder)
    assert lists.pre_commit("install").code == 0
    lists.put("good.md", GOOD + "- [Other](new.md) - A file that comes with it.\n")
    lists.put("new.md", GOOD)
    git("commit", "--quiet", "--message", "more", "good.md", "new.md", cwd=lists.folder, env=lists.environment)
    assert git("status", "--porcelain", cwd=lists.folder) == ""


# Repairs.


def test_fix_repairs_and_fails_as_hooks_that_change_files_do(lists: Lists) -> None:
    lists.configure({"id": "listlint-fix"})
    lists.put("worn.md", REPAIRABLE)
    run = lists.run("--files", "worn.md", "good.md")
    assert run.code == 1, run.output
    assert "files were modified by this hook" in run.output
    assert (lists.folder / "worn.md").read_text(encoding="utf-8") == GOOD
    assert (lists.folder / "good.md").read_text(encoding="utf-8") == GOOD
    again = lists.run("--files", "worn.md", "good.md")
    assert again.code == 0, again.output


def test_fix_says_what_it_left(lists: Lists) -> None:
    lists.configure({"id": "listlint-fix", "args": ["--select=URL001,STR008"]})
    lists.put("left.md", "# Tools\n\n- [fd](gone.md) - Finds files.\n")
    run = lists.run("--files", "left.md")
    assert run.code == 1, run.output
    assert "STR008" in run.output
    assert "modified" not in run.output


def test_fix_leaves_excluded_files_alone(lists: Lists) -> None:
    lists.configure({"id": "listlint-fix", "args": ["--unsafe-fixes"]})
    lists.put("excluded.md", REPAIRABLE)
    assert lists.run("--files", "excluded.md").code == 0
    assert (lists.folder / "excluded.md").read_text(encoding="utf-8") == REPAIRABLE


# Links.


def test_links_are_asked_for_by_hand_only(lists: Lists) -> None:
    lists.configure({"id": "listlint-links", "args": ["--dry-run"]})
    assert "github.com" not in lists.run("--all-files").output
    run = lists.run("--all-files", "--hook-stage", "manual")
    assert run.code == 0, run.output
    assert "1  github.com" in run.output


# What is shown, and how.


@pytest.mark.skipif(os.name == "nt", reason="pre-commit gives no terminal to hooks on Windows")
@pytest.mark.parametrize("color", ["always", "never"])
def test_colour_is_as_pre_commit_has_it(lists: Lists, color: str) -> None:
    run = lists.run("--files", "bad.md", color=color)
    reported = next(line for line in run.output.splitlines() if "URL001" in line)
    assert ("\x1b[" in reported) is (color == "always")
    assert "\r" not in run.output.replace("\r\n", "\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize(("variable", "drawn"), [(None, True), ("PRE_COMMIT", False), ("CI", False)])
def test_no_progress_is_drawn_where_nobody_looks(tmp_path: Path, variable: str | None, drawn: bool) -> None:
    """Behind pre-commit a terminal is only seen once the hook has ended."""
    import pty

    (tmp_path / "README.md").write_text("# A\n\n- [a](http://127.0.0.1:9/gone) - Refused.\n", encoding="utf-8")
    unset = ("CI", "PRE_COMMIT", "LISTLINT", "NO_COLOR", "GITHUB_ACTIONS")
    env = {name: value for name, value in os.environ.items() if not name.startswith(unset)} | {"TERM": "xterm"}
    env |= {variable: "1"} if variable else {}
    settings = ["allow-private=true", "ports=[9]", "confirm-delay=0", "backoff=0", 'store=""']
    command = [sys.executable, "-m", "listlint", "links", "--isolated", "README.md"]
    command += [word for setting in settings for word in ("--set", f"links.{setting}")]
    leader, follower = pty.openpty()
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=follower
    ) as process:
        os.close(follower)
        shown = b""
        while chunk := _read(leader):
            shown += chunk
        process.wait(60)
    os.close(leader)
    assert (b"\x1b[K" in shown) is drawn, shown


def _read(leader: int) -> bytes:
    """What a terminal shows next; nothing once the last process has left it."""
    try:
        return os.read(leader, 4096)
    except OSError:
        return b""
