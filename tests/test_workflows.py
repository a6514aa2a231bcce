"""The workflows of this repository, those that its documentation shows, and what ``action.yml`` promises."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # its types are a package that nothing else here needs

from tests.action.repositories import Forge

ROOT = Path(__file__).resolve().parents[1]
ACTION = ROOT / "action.yml"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SHOWN = sorted((ROOT / "docs" / "workflows").glob("*.yml"))
PAGE = ROOT / "docs" / "github-action.md"
PINNED = re.compile(r"uses: (?P<action>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
COMMITS = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97",
    "actions/cache": "27d5ce7f107fe9357f9df03efb73ab90386fccae",
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
}
"""Read from the repositories of the actions; another one, or another commit, is to be looked up there first."""

pytestmark = pytest.mark.skipif(not ACTION.exists(), reason="a source distribution has no workflows")


def load(path: Path) -> dict[Any, Any]:
    """A workflow; YAML 1.1 takes the key ``on`` for true."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def steps(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every step, with the name of its job."""
    loaded = load(path)
    if "runs" in loaded:
        return [("action", step) for step in loaded["runs"]["steps"]]
    return [(name, step) for name, job in loaded["jobs"].items() for step in job["steps"]]


@pytest.mark.parametrize("path", [ACTION, *OWN, *SHOWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_actions_of_others_are_pinned_by_known_commits(path: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in path.read_text(encoding="utf-8").splitlines()]
    used = [line for line in lines if line.startswith("uses:")]
    assert len(used) == sum("uses" in step for _, step in steps(path))
    for line in used:
        if line.startswith(("uses: ./", "uses: listlint/listlint@v")):
            continue
        match = PINNED.fullmatch(line)
        assert match, line
        assert COMMITS[match["action"]] == match["commit"]


@pytest.mark.parametrize("path", [ACTION, *OWN, *SHOWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_expression_is_put_into_a_script(path: Path) -> None:
    for _, step in steps(path):
        assert "${{" not in step.get("run", ""), step
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [*OWN, *SHOWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rights_are_given_to_jobs_and_writing_to_two(path: Path) -> None:
    loaded = load(path)
    assert loaded["permissions"] == {}
    assert "pull_request_target" not in loaded[True]
    allowed = {
        ("links.yml", "tell"): {"contents": "read", "issues": "write"},
        ("release.yml", "publish"): {"contents": "read", "id-token": "write"},
    }
    for name, job in loaded["jobs"].items():
        assert job["permissions"] == allowed.get((path.name, name), {"contents": "read"})
        assert job["timeout-minutes"] <= 30


def test_the_job_that_publishes_does_nothing_else() -> None:
    jobs = load(ROOT / ".github/workflows/release.yml")["jobs"]
    assert jobs["publish"]["environment"] == "pypi"
    assert jobs["publish"]["needs"] == "build"
    commands = "\n".join(step.get("run", "") for step in jobs["publish"]["steps"])
    assert "build" not in commands
    assert commands.index("pypi_attestations sign") < commands.index("twine upload --attestations")
    for job in jobs.values():
        installs = [step["run"] for step in job["steps"] if "pip install" in step.get("run", "")]
        assert installs
        assert all("--require-hashes --no-deps" in line for line in installs)


@pytest.mark.parametrize("name", ["build", "publish"])
def test_what_touches_a_release_is_pinned_by_hashes(name: str) -> None:
    text = (ROOT / f".github/release/{name}.txt").read_text(encoding="utf-8")
    packages = [line for line in text.replace("\\\n", "").splitlines() if line and line[0] not in "# "]
    assert all(re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line) for line in packages)
    assert "://" not in text
    assert re.search("^twine==", text, re.MULTILINE)


# -- what the action promises ---------------------------------------------------------------------


def test_every_input_reaches_a_step_and_is_documented() -> None:
    action = load(ACTION)
    text = ACTION.read_text(encoding="utf-8").partition("\nruns:")[2]
    page = PAGE.read_text(encoding="utf-8")
    documented = re.findall(
        r"^\| `([\w-]+)` \|", page.partition("## Inputs")[2].partition("## Permissions")[0], re.MULTILINE
    )
    assert documented == [*action["inputs"], *action["outputs"]]
    for name, given in action["inputs"].items():
        assert f"inputs.{name} " in text
        assert given["description"]
        assert "required" not in given


def test_the_token_stays_away_without_links() -> None:
    lines = [
        line.strip()
        for line in ACTION.read_text(encoding="utf-8").splitlines()
        if "token" in line and "env" not in line
    ]
    used = [line for line in lines if "inputs.token" in line]
    assert used == ["INPUT_TOKEN: ${{ inputs.links == 'true' && inputs.token || '' }}"]


def blocks(page: Path) -> list[str]:
    """The YAML in a page."""
    return re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_the_page_shows_the_workflows_that_are_validated(path: Path) -> None:
    assert path.read_text(encoding="utf-8") in blocks(PAGE)


@pytest.mark.parametrize("path", [*OWN, *SHOWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_action_is_given_inputs_that_it_has(path: Path) -> None:
    inputs, outputs = load(ACTION)["inputs"], load(ACTION)["outputs"]
    ours = {step.get("id") for _, step in steps(path) if step.get("uses", "").startswith(("./", "listlint/listlint@"))}
    for _, step in steps(path):
        if step.get("uses", "").startswith(("./", "listlint/listlint@")):
            assert set(step.get("with", {})) <= set(inputs)
    for owner, name in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", path.read_text(encoding="utf-8")):
        assert owner not in ours or name in outputs


@pytest.mark.skipif(sys.platform == "win32", reason="needs the bash that runners have")
def test_the_recipe_takes_the_configuration_of_the_base(tmp_path: Path) -> None:
    workflow = load(ROOT / "docs/workflows/strangers.yml")
    (recipe,) = (step for step in workflow["jobs"]["listlint"]["steps"] if "run" in step)
    assert recipe["if"] == "github.event_name == 'pull_request'"
    forge = Forge.start(tmp_path / "forge", {"README.md": "# A\n", "listlint.toml": 'preset = "papers"\n'})
    forge.commit({"listlint.toml": 'ignore = ["ALL"]\n'}, fork=True)
    forge.pull_request()
    folder = forge.checkout("space", "refs/pull/1/merge", 2)
    assert "ALL" in (folder / "listlint.toml").read_text(encoding="utf-8")
    subprocess.run(["bash", "-e", "-c", recipe["run"]], cwd=folder, check=True, capture_output=True)
    assert (folder / "listlint.toml").read_text(encoding="utf-8") == 'preset = "papers"\n'
    forge.commit({"listlint.toml": None}, fork=True)
    forge.pull_request()
    removed = forge.checkout("removed", "refs/pull/2/merge", 2)
    assert not (removed / "listlint.toml").exists()
    subprocess.run(["bash", "-e", "-c", recipe["run"]], cwd=removed, check=True, capture_output=True)
    assert (removed / "listlint.toml").exists()


# -- other people's validators --------------------------------------------------------------------


def linter(name: str) -> str:
    """A linter, beside this Python or on the PATH; ``python3 dev.py lint`` installs and runs them all."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; `python3 dev.py lint` has it")
    return found


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *OWN, *SHOWN],
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION],
        ["zizmor", "--offline", "--quiet", ACTION, *OWN, *SHOWN],
        ["actionlint", *OWN, *SHOWN],
    ],
    ids=["workflows", "action", "zizmor", "actionlint"],
)
def test_validators_find_nothing(command: list[str | Path]) -> None:
    words = [linter(str(command[0])), *map(str, command[1:])]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_validators_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    step = "{run: 'echo ${{ github.event.pull_request.title }}', uzes: x}"
    bad.write_text(
        f"on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{step}]\n", encoding="utf-8"
    )
    for words in (
        ["zizmor", "--offline", "--quiet"],
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ):
        done = subprocess.run([linter(words[0]), *words[1:], str(bad)], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode != 0
