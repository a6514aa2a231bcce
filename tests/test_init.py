"""``listlint init``, as users run it: what it finds, what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from listlint import __version__
from listlint.config.json_schema import tool_schema

HOOKS = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/listlint.yml"
ALL = {"listlint.toml", HOOKS, WORKFLOW}
TOOLS = "".join(f"- [Tool {number}](https://tool{number}.dev) - Helps.\n" for number in range(12))
PAPERS = "".join(f"- [Paper {number}](https://arxiv.org/abs/2001.0{number:04}) - Reads.\n" for number in range(8))
REFERENCES = "".join(f"@misc{{k{number}, title = {{Work {number}}}, year = 2020}}\n" for number in range(4))
BADGE = "[![Awesome](https://awesome.re/badge.svg)](https://awesome.re)\n\n"


class Repository:
    """A user's repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=trunk")

    def git(self, *arguments: str) -> None:
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, env=env)

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def listlint(self, *arguments: str, code: int = 0) -> str:
        """Run listlint without a terminal; give its whole output."""
        command = [sys.executable, "-m", "listlint", *arguments]
        run = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment()
        )
        output = (run.stdout + run.stderr).decode()
        assert run.returncode == code, output
        return output

    def files(self) -> set[str]:
        """Every file but git's."""
        found = {path.relative_to(self.folder) for path in self.folder.rglob("*") if not path.is_dir()}
        return {path.as_posix() for path in found if path.parts[0] != ".git"}


def environment() -> dict[str, str]:
    ours = ("LISTLINT", "GIT_", "CI", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.put("README.md", f"# Tools\n\n{TOOLS}")
    return made


# What it finds.


@pytest.mark.parametrize(
    ("files", "preset", "reason"),
    [
        ({"README.md": TOOLS}, "default", "no BibTeX, no front matter and no awesome badge"),
        ({"README.md": BADGE + TOOLS}, "awesome", "README.md has the awesome badge"),
        ({"README.md": f"# A\n\n{TOOLS}", "lists/more.md": BADGE + TOOLS}, "awesome", "lists/more.md has the"),
        ({"README.md": f"---\ntitle: A\n---\n\n{TOOLS}"}, "notes", "README.md has front matter"),
        (
            {"README.md": "# A\n", "a.md": f"---\na: b\n---\n{TOOLS}", "b.md": f"---\na: b\n---\n{TOOLS}"},
            "notes",
            "2 of 3 lists have front matter",
        ),
        ({"README.md": f"# A\n\n{PAPERS}"}, "papers", "8 of 8 entries lead to papers"),
        ({"README.md": BADGE + PAPERS + TOOLS[:300]}, "papers", "entries lead to papers"),
        ({"README.md": "# A\n", "refs.bib": REFERENCES}, "papers", "there are 4 references in BibTeX"),
        # A tool asks to be cited, and links a paper or two.
        ({"README.md": TOOLS + "\n```bibtex\n@misc{k, title = {A}}\n```\n"}, "default", "no BibTeX"),
        ({"README.md": TOOLS + PAPERS[:150]}, "default", "no BibTeX"),
        # Much is called awesome.
        ({"README.md": "# A\n\n![awesome](https://pics.dev/awesome.png)\n\n" + TOOLS}, "default", "no awesome badge"),
        ({}, "default", "no BibTeX"),
    ],
)
def test_the_preset_that_fits(tmp_path: Path, files: dict[str, str], preset: str, reason: str) -> None:
    repository = Repository(tmp_path)
    for name, text in files.items():
        repository.put(name, text)
    output = repository.listlint("init", "--no-baseline")
    assert f"preset `{preset}` fits" in output
    assert reason in output
    assert tomllib.loads(repository.text("listlint.toml"))["preset"] == preset
    assert reason in repository.text("listlint.toml")


def test_a_preset_of_ones_own(repository: Repository) -> None:
    output = repository.listlint("init", "--yes", "--preset", "awesome")
    assert "the preset is `awesome`, as --preset says (`default` would fit: no BibTeX" in output
    assert "fits" not in output
    same = repository.listlint("init", "--yes", "--dry-run", "--force", "--preset", "default")
    assert "so the preset `default`, which --preset names, fits" in same
    assert tomllib.loads(repository.text("listlint.toml"))["preset"] == "awesome"


def test_an_unknown_preset_is_an_error(repository: Repository) -> None:
    output = repository.listlint("init", "--preset", "paper", code=2)
    assert "did you mean 'papers'?" in output
    assert repository.files() == {"README.md"}


# What it writes.


def test_three_files_are_written_and_listlint_reads_them(repository: Repository) -> None:
    output = repository.listlint("init")
    assert repository.files() == {"README.md", *ALL}
    assert all(f"wrote {name}" in output for name in ALL)
    assert "listlint.toml:5" in repository.listlint("config").splitlines()[0]
    repository.listlint("check", "--quiet")
    jsonschema.Draft7Validator(tool_schema()).validate(tomllib.loads(repository.text("listlint.toml")))


def test_the_first_line_names_the_schema(repository: Repository) -> None:
    repository.listlint("init")
    assert repository.text("listlint.toml").splitlines()[0] == f"#:schema {tool_schema()['$id']}"


def test_bibliographies_are_included_and_so_is_every_list(repository: Repository) -> None:
    repository.put("papers/more [1]*.md", f"# B\n\n{TOOLS}")
    repository.put("papers/refs.bib", "@misc{k, title = {A}}\n")
    checked = json.loads(repository.listlint("check", "--output=json", "--exit-zero"))["summary"]["files"]
    repository.listlint("init", "--no-baseline")
    assert json.loads(repository.listlint("check", "--output=json", "--exit-zero"))["summary"]["files"] == checked + 1


def test_some_files_only(repository: Repository) -> None:
    repository.listlint("init", "--no-hook", "--no-workflow")
    assert repository.files() == {"README.md", "listlint.toml"}
    repository.listlint("init", "--no-config", "--no-workflow")
    assert repository.files() == {"README.md", "listlint.toml", HOOKS}


def test_a_folder_of_a_repository(repository: Repository) -> None:
    yaml = pytest.importorskip("yaml")
    repository.put("docs/my lists/README.md", f"# Tools\n\n{TOOLS}")
    repository.listlint("init", "docs/my lists")
    assert repository.files() >= {"docs/my lists/listlint.toml", HOOKS, WORKFLOW}
    assert yaml.safe_load(repository.text(HOOKS))["repos"][0]["hooks"] == [
        {"id": "listlint", "files": "^docs/my\\ lists/"}
    ]
    steps = yaml.safe_load(repository.text(WORKFLOW))["jobs"]["listlint"]["steps"]
    assert steps[-1]["with"] == {"working-directory": "docs/my lists"}


def test_files_are_named_from_one_folder(repository: Repository) -> None:
    repository.put("lists/README.md", f"# Tools\n\n{TOOLS}")
    command = [sys.executable, "-m", "listlint", "init", "--yes", "--no-baseline"]
    done = subprocess.run(
        command, cwd=repository.folder / "lists", capture_output=True, text=True, check=True, env=environment()
    )
    wrote = [line.removeprefix("wrote ") for line in done.stdout.splitlines() if line.startswith("wrote ")]
    assert set(wrote) == {"lists/listlint.toml", HOOKS, WORKFLOW}
    assert set(wrote) < repository.files()


def test_the_workflow_runs_on_the_branch_that_there_is(repository: Repository) -> None:
    yaml = pytest.importorskip("yaml")
    repository.listlint("init")
    workflow = yaml.safe_load(repository.text(WORKFLOW))
    assert workflow[True] == {"pull_request": None, "push": {"branches": ["trunk"]}}  # YAML 1.1 reads `on` so
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["listlint"]["permissions"] == {"contents": "read"}
    checkout, ours = workflow["jobs"]["listlint"]["steps"]
    assert checkout["with"] == {"fetch-depth": 2, "persist-credentials": False}
    assert ours == {"uses": f"listlint/listlint@v{__version__}"}


def test_another_ci_is_respected(repository: Repository) -> None:
    repository.put(".gitlab-ci.yml", "job:\n  script: [make]\n")
    output = repository.listlint("init")
    assert WORKFLOW not in repository.files()
    assert "docs/recipes" in output
    repository.listlint("init", "--no-config", "--no-hook", "--workflow")
    assert WORKFLOW in repository.files()


# What it leaves alone.


@pytest.mark.parametrize("name", ["listlint.toml", ".listlint.toml", "pyproject.toml", WORKFLOW])
def test_nothing_is_written_where_a_file_is_in_the_way(repository: Repository, name: str) -> None:
    text = {"pyproject.toml": '[tool.listlint]\npreset = "notes"\n', WORKFLOW: "name: mine\n"}
    repository.put(name, text.get(name, 'preset = "notes"\n'))
    before = repository.files()
    output = repository.listlint("init", code=2)
    assert name in output
    assert repository.files() == before
    assert repository.text(name) == text.get(name, 'preset = "notes"\n')


def test_every_file_in_the_way_is_named(repository: Repository) -> None:
    repository.put("listlint.toml", 'preset = "notes"\n')
    repository.put(WORKFLOW, "name: mine\n")
    output = repository.listlint("init", code=2)
    assert output.count("is there already") == 2
    assert "--force" in output


def test_a_pyproject_of_others_is_no_hindrance(repository: Repository) -> None:
    repository.put("pyproject.toml", '[project]\nname = "lists"\n')
    repository.listlint("init")
    assert repository.files() >= ALL


def test_force_writes_over_our_own_files(repository: Repository) -> None:
    repository.put("listlint.toml", 'preset = "notes"\n')
    repository.put(WORKFLOW, "name: mine\n")
    repository.listlint("init", "--force")
    assert tomllib.loads(repository.text("listlint.toml"))["preset"] == "default"
    assert f"listlint/listlint@v{__version__}" in repository.text(WORKFLOW)


def test_force_makes_no_second_configuration(repository: Repository) -> None:
    repository.put(".listlint.toml", 'preset = "notes"\n')
    output = repository.listlint("init", "--force", code=2)
    assert "--no-config" in output
    assert repository.files() == {"README.md", ".listlint.toml"}


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_hooks_of_others_are_never_rewritten(repository: Repository, force: list[str]) -> None:
    yaml = pytest.importorskip("yaml")
    others = "# ours\nrepos:\n  - repo: local\n    hooks: []\n"
    repository.put(HOOKS, others)
    output = repository.listlint("init", *force)
    assert repository.text(HOOKS) == others
    lines = output.partition("under `repos:` in")[2].splitlines()
    added = "\n".join(line for line in lines if line.startswith("  "))
    merged = yaml.safe_load(f"{others}{added}\n")
    assert [repo["repo"] for repo in merged["repos"]] == ["local", "https://github.com/listlint/listlint"]
    repository.put(HOOKS, f"{others}{added}\n")
    assert "names listlint already" in repository.listlint("init", "--force")


def test_a_dry_run_shows_everything_and_writes_nothing(repository: Repository) -> None:
    output = repository.listlint("init", "--dry-run")
    assert repository.files() == {"README.md"}
    shown = {line.strip() for line in output.splitlines()}
    assert all(f"would write {name}:" in shown for name in ALL)
    repository.listlint("init")
    assert {line.strip() for name in ALL for line in repository.text(name).splitlines()} <= shown


def test_a_dry_run_fails_where_the_run_would(repository: Repository) -> None:
    repository.put("listlint.toml", "")
    assert "is there already" in repository.listlint("init", "--dry-run", code=2)


def test_all_files_or_none(repository: Repository) -> None:
    repository.put(".github", "a file where a folder should be\n")
    output = repository.listlint("init", code=2)
    assert "cannot be written" in output
    assert repository.files() == {"README.md", ".github"}


def test_what_was_replaced_comes_back(repository: Repository) -> None:
    repository.put("listlint.toml", 'preset = "notes"\n')
    (repository.folder / f"{WORKFLOW}.listlint-init").parent.mkdir(parents=True)
    repository.put(f"{WORKFLOW}.listlint-init", "another run is at it\n")
    repository.listlint("init", "--force", code=2)
    assert repository.files() == {"README.md", "listlint.toml", f"{WORKFLOW}.listlint-init"}
    assert repository.text("listlint.toml") == 'preset = "notes"\n'


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_no_symbolic_link_is_followed_out_of_the_repository(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (repository.folder / ".github").symlink_to(outside)
    (repository.folder / "listlint.toml").symlink_to(outside / "listlint.toml")
    output = repository.listlint("init", "--force", code=2)
    assert output.count("symbolic link") == 2
    assert list(outside.iterdir()) == []


# What others say.


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_cannot_write_into_the_configuration(repository: Repository) -> None:
    (repository.folder / "README.md").unlink()
    name = 'a\npreset = "all"\n# \x1b[31m.md'
    repository.put(name, f"---\ntitle: A\n---\n{TOOLS}")
    repository.put("refs.bib", "")
    output = repository.listlint("init", "--no-baseline")
    assert "\x1b" not in output
    assert tomllib.loads(repository.text("listlint.toml"))["preset"] == "notes"
    assert json.loads(repository.listlint("check", "--output=json", "--exit-zero"))["summary"]["files"] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_folder_cannot_write_into_the_workflow(repository: Repository) -> None:
    repository.put("${{ github.token }}/README.md", TOOLS)
    assert "cannot name this folder" in repository.listlint("init", "${{ github.token }}", code=2)
    repository.put("a\nb/README.md", TOOLS)
    assert "cannot be written into a file" in repository.listlint("init", "a\nb", code=2)
    assert not ALL & repository.files()


def tool(name: str) -> str:
    """A program of the environment."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (WORKFLOW, ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"]),
        (WORKFLOW, ["zizmor", "--offline", "--no-progress"]),
        (WORKFLOW, ["actionlint"]),
        (HOOKS, ["pre-commit", "validate-config"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@pytest.mark.parametrize("folder", [".", "my lists"])
def test_validators_find_nothing(repository: Repository, name: str, command: list[str], folder: str) -> None:
    program, *options = command
    repository.put("my lists/README.md", f"# Tools\n\n{TOOLS}")
    repository.listlint("init", folder)
    run = subprocess.run(
        [tool(program), *options, name], cwd=repository.folder, capture_output=True, check=False, env=environment()
    )
    assert run.returncode == 0, (run.stdout + run.stderr).decode()


# On a terminal.


def ask(repository: Repository, answers: str, *arguments: str) -> tuple[int, str]:
    """Run ``listlint init`` on a terminal, where somebody types; give exit code and what was shown."""
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "listlint", "init", *arguments]
    env = environment() | {"TERM": "dumb"}
    with subprocess.Popen(
        command, cwd=repository.folder, env=env, stdin=follower, stdout=follower, stderr=follower
    ) as run:
        os.close(follower)
        os.write(leader, f"{answers}\x04".encode())  # a question too many finds the end of input
        shown = b""
        try:
            while chunk := os.read(leader, 4096):
                shown += chunk
        except OSError:  # the last process has left the terminal
            pass
        code = run.wait(60)
    os.close(leader)
    return code, shown.decode().replace("\r\n", "\n")


def test_it_asks_on_a_terminal(repository: Repository) -> None:
    code, shown = ask(repository, "y\npapers\nn\ny\ny\n", "--no-baseline")
    assert code == 0, shown
    assert "Preset (default, all, awesome, notes, papers) [default]:" in shown
    assert repository.files() == {"README.md", "listlint.toml", WORKFLOW}
    assert tomllib.loads(repository.text("listlint.toml"))["preset"] == "papers"


def test_defaults_are_taken_with_return(repository: Repository) -> None:
    code, shown = ask(repository, "\n" * 5, "--no-baseline")
    assert code == 0, shown
    assert repository.files() == {"README.md", *ALL}


def test_options_are_not_asked_for_again(repository: Repository) -> None:
    code, shown = ask(repository, "y\n", "--config", "--preset=notes", "--hook", "--no-workflow", "--no-baseline")
    assert code == 0, shown
    assert shown.count("?") == 1
    assert repository.files() == {"README.md", "listlint.toml", HOOKS}


@pytest.mark.parametrize("answers", ["y\n\ny\ny\nn\n", "y\n"])
def test_nothing_is_written_without_consent(repository: Repository, answers: str) -> None:
    code, shown = ask(repository, answers, "--no-baseline")
    assert code == 1, shown
    assert repository.files() == {"README.md"}


def test_yes_asks_nothing(repository: Repository) -> None:
    code, shown = ask(repository, "", "--yes", "--no-baseline")
    assert code == 0, shown
    assert "?" not in shown
    assert repository.files() == {"README.md", *ALL}


# The baseline.


def has_baseline() -> bool:
    from listlint.cli import main

    return "baseline" in main.commands


@pytest.mark.skipif(not has_baseline(), reason="this listlint has no baselines")
class TestBaseline:
    OLD = "".join(f"- [Old {number}](htps://old{number}.dev) - Broken.\n" for number in range(3))

    def test_what_is_found_today_is_written_down(self, repository: Repository) -> None:
        repository.put("README.md", f"# Tools\n\n{TOOLS}{self.OLD}")
        repository.listlint("check", "--quiet", code=1)
        repository.listlint("init")
        repository.listlint("check", "--quiet", code=0)
        repository.put("README.md", f"# Tools\n\n{TOOLS}{self.OLD}- [New](htps://new.dev) - Broken.\n")
        output = repository.listlint("check", "--quiet", code=1)
        assert "new.dev" in output
        assert "old1.dev" not in output

    def test_a_clean_list_has_none(self, repository: Repository) -> None:
        repository.listlint("init")
        assert repository.files() == {"README.md", *ALL}

    def test_it_is_asked_for(self, repository: Repository) -> None:
        repository.put("README.md", f"# Tools\n\n{TOOLS}{self.OLD}")
        code, shown = ask(repository, "\n" * 5 + "n\n")
        assert code == 0, shown
        assert "3 findings today" in shown
        assert repository.files() == {"README.md", *ALL}

    def test_without_it_nothing_is_written_where_it_fails(self, repository: Repository) -> None:
        repository.put("README.md", f"# Tools\n\n{TOOLS}{self.OLD}")
        (repository.folder / "listlint-baseline.json").mkdir()
        repository.listlint("init", code=2)
        assert repository.files() == {"README.md"}
