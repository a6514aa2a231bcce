"""A maintainer turns listlint on for a list with old findings, and contributors come.

The files that ``listlint init`` writes are used as they are written: pre-commit finds the repository that the hook names
by an ``insteadOf`` of git, and the runner takes the steps from the workflow. A contribution is a commit, which the hook
sees, and the pull request of a fork, which the action sees. Each is told what it caused, and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import tests.test_precommit as hooks
from listlint import __version__
from listlint.report.sanitise import sanitise
from tests import test_action as actions
from tests.action.repositories import Forge, git
from tests.action.runner import Job, Outcome
from tests.report.runner import lenient_commands

if TYPE_CHECKING:
    from collections.abc import Callable

yaml = pytest.importorskip("yaml", reason="what reads workflows is not installed")
pytest.importorskip("pre_commit", reason="pre-commit is not installed")
pytestmark = [*actions.pytestmark, pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")]

sealed, hook_repository, environment = hooks.sealed, hooks.hook_repository, hooks.environment
temp = actions.temp

README, MORE, KNOWN = "README.md", "more/instruments.md", "listlint-baseline.json"
WORKFLOW = ".github/workflows/listlint.yml"
HOSTILE_NAME = "more/x\n::error file=x::y ##[error]z.md"
SECTIONS = ("Drums", "Flutes", "Harps", "Horns", "Strings")
ENTRIES = 68
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What acts on a terminal, or turns text around."""
SHOWN = re.compile(r"^(\S.*?):(\d+):\d+ ([A-Z]{3}\d{3}) ", re.MULTILINE)
"""The line of a finding in what people read."""
CODE = re.compile(r"\b[A-Z]{3}\d{3}\b")


class Finding(NamedTuple):
    """What is reported: the file, the rule, and the line as it stands there, without its line end."""

    path: str
    code: str
    line: str


# The list as it was.


def old_entry(section: str, number: int) -> str:
    """An entry of a section, with the mistake whose turn it is."""
    stem = f"{section.lower()}{number:02}"
    name, url = f"{section} {number:02}", f"https://{stem}.dev/"
    kinds = (
        f"- [{name}](htps://{stem}.dev/) - Plays well.",
        f"- [{name}]({url}/a) - Plays well.",
        f"- [{name}]({url}) - Plays well. ",
        f"- [{name}]({url}) - For the cafÃ© next door.",
        f"- [{name} by night](http://{section.lower()}{number - 1:02}.dev) - Plays on.",
        f"- [{name}] ({url}) - Plays well.",
        f"- [{name}]({url}) - Plays well",
        f"- [{name}](http://github.com/{stem}/{stem}) - Plays well.",
        f"- [{name}]({url}) - Plays\u200b well.",
        f"- [{name}](lost/{number}.md) - Plays well.",
        f"- [{name}](#lost-{number}) - Plays well.",
        f"- [ {name}]({url}) - Plays well.",
        f"- [{name}]({url}) — Plays well.",
        f"- [{name}]({url}) - Plays\u00a0well.",
        f"- [{name}][{stem}]",
        f"- [{name}]({url}) - Plays \ufffd well.",
        f"- [{name}]({url}) - Plays well.",
    )
    return kinds[number % len(kinds)]


def section(name: str) -> str:
    """A section of the list."""
    return f"## {name}\n\n" + "".join(f"{old_entry(name, number)}\n" for number in range(ENTRIES))


FIRST_BAD = old_entry("Drums", 0)
"""URL001, and one of the findings that are known."""
OLD_MORE = (
    "# More instruments\n\n"
    + section("Bells")
    + "\n## To cite\n\n```bibtex\n@article{bell,\n  title = {Bells}\n  year = 2020,\n}\n```\n"
)
OLD_README = (
    "# Awesome Instruments [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)\n\n"
    "> Instruments that a small band can play.\n\n## Contents\n\n"
    + "".join(f"- [{name}](#{name.lower()})\n" for name in (*SECTIONS, "Notes"))
    + "".join(f"\n{section(name)}" for name in SECTIONS)
    + f"\n## Notes\n\n- [More instruments]({MORE}) - The rest of them.\n"
)


# The contributions.


class Contribution(NamedTuple):
    """What is done to the work tree, and what is said of it.

    ``caused`` lies in files of the commit, and both places tell of it. ``elsewhere`` is caused in a file that is no part
    of it: pre-commit hands a hook the files of the commit only, the action looks at all lists.
    """

    edit: Callable[[Path], None]
    caused: tuple[Finding, ...] = ()
    elsewhere: tuple[Finding, ...] = ()


def rewrite(*changes: tuple[str, str], name: str = README) -> Callable[[Path], None]:
    """An edit of one file: each of the texts stands there once, and is replaced by the other."""

    def edit(folder: Path) -> None:
        text = (folder / name).read_bytes().decode()
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_bytes(text.encode())

    return edit


LAST = f"{old_entry('Strings', ENTRIES - 1)}\n"
"""The last entry of the last section; behind it new ones are in their order."""


def adding(*lines: str) -> Callable[[Path], None]:
    """An edit that adds entries to the last section."""
    return rewrite((LAST, LAST + "".join(f"{line}\n" for line in lines)))


def rename(folder: Path) -> None:
    """Give the other list another name, and forget that there is a link to it."""
    (folder / MORE).rename(folder / "more" / "bells.md")


def rename_with_link(folder: Path) -> None:
    """Give the other list another name in its link, too, and add a bad line to it."""
    rename(folder)
    rewrite((f"({MORE})", "(more/bells.md)"))(folder)
    rewrite(("\n## To cite\n", f"{BAD}\n\n## To cite\n"), name="more/bells.md")(folder)


def with_windows_editor(folder: Path) -> None:
    """Add a bad line with an editor that gives every line another end."""
    adding(BAD)(folder)
    raw = (folder / README).read_bytes()
    assert b"\r" not in raw
    (folder / README).write_bytes(raw.replace(b"\n", b"\r\n"))


COMMANDS = "- [::error::Zither](htps://zither.dev/::error::) - ::add-mask::Zither ##[set-output name=findings]0."
SCREEN = "- [Zithern \x1b[2J](https://zithern.dev/) - Clears the screen."
TURNED = "- [Zitter](htps://zitter.dev/) - Turns \u202egnp.exe around."
IN_NAME = "- [::warning::Zukra](htps://zukra.dev/) - ##[error]Twangs %0A::error::x."


def add_hostile(folder: Path) -> None:
    """Add what a stranger would add who wants to be obeyed."""
    adding(COMMANDS, SCREEN, TURNED)(folder)
    rest = "".join(f"- [Zither {n:02}](https://zither{n:02}.dev/) - Twangs.\n" for n in range(12))
    (folder / HOSTILE_NAME).write_bytes(f"# Zithers\n\n{rest}{IN_NAME}\n".encode())


BAD = "- [Viola](htps://viola.dev/) - Sings low."
FIRST_STRINGS = old_entry("Strings", 0)
PASTED = "- [Viola](https://viola.dev/) - From the cafÃ© in town."
AGAIN = "- [Viola](http://strings16.dev) - Sings low."
"""Another name for an entry of the same section."""

CONTRIBUTIONS = {
    "clean line": Contribution(adding("- [Viola](https://viola.dev/) - Sings low.")),
    "bad line": Contribution(adding(BAD), (Finding(README, "URL001", BAD),)),
    "moved section": Contribution(
        rewrite(
            ("- [Harps](#harps)\n", ""),
            ("- [Notes](#notes)\n", "- [Harps](#harps)\n- [Notes](#notes)\n"),
            (f"\n{section('Harps')}", ""),
            ("\n## Notes\n", f"\n{section('Harps')}\n## Notes\n"),
        )
    ),
    # Nobody touched the line of the contents.
    "removed heading": Contribution(
        rewrite(("\n## Harps\n\n", "")),
        (Finding(README, "STR006", "- [Harps](#harps)"), Finding(README, "STR007", "- [Harps](#harps)")),
    ),
    "renamed file": Contribution(
        rename, elsewhere=(Finding(README, "STR008", f"- [More instruments]({MORE}) - The rest of them."),)
    ),
    "fixed old finding": Contribution(rewrite((FIRST_BAD, FIRST_BAD.replace("htps:", "https:")))),
    "CRLF editor": Contribution(with_windows_editor, (Finding(README, "URL001", BAD),)),
    "mojibake paste": Contribution(adding(PASTED), (Finding(README, "ENC001", PASTED),)),
    "duplicate of an old entry": Contribution(adding(AGAIN), (Finding(README, "DUP001", AGAIN),)),
    "hostile text": Contribution(
        add_hostile,
        (
            Finding(README, "ENC005", TURNED),
            Finding(README, "ENC007", SCREEN),
            Finding(README, "URL001", COMMANDS),
            Finding(README, "URL001", TURNED),
            Finding(HOSTILE_NAME, "URL001", IN_NAME),
        ),
    ),
    # The missing tagline, contributing guide and the like are shown in this line.
    "edited title": Contribution(rewrite(("# Awesome Instruments [", "# Awesome Instruments and Bells ["))),
    # And some that are less simple.
    "moved section, but not in the contents": Contribution(
        rewrite(
            (f"\n{section('Harps')}", ""),
            ("\n## Notes\n", f"\n{section('Harps')}\n## Notes\n"),
        ),
        (Finding(README, "STR006", "- [Harps](#harps)"),),
    ),
    "renamed file with its link, and a bad line": Contribution(
        rename_with_link, (Finding("more/bells.md", "URL001", BAD),)
    ),
    "one fixed, another made": Contribution(
        rewrite((FIRST_BAD, FIRST_BAD.replace("htps:", "https:")), (LAST, f"{LAST}{BAD}\n")),
        (Finding(README, "URL001", BAD),),
    ),
    # The line that is reported is the later one, which nobody touched.
    "duplicate before the old entry": Contribution(
        rewrite((f"\n{FIRST_STRINGS}", f"\n{AGAIN.replace('Viola', 'Lute')}\n{FIRST_STRINGS}")),
        (Finding(README, "DUP001", old_entry("Strings", 16)),),
    ),
}


# The two places.


class Told(NamedTuple):
    """What one of the places said: whether it let the contribution pass, the text, and the findings."""

    passed: bool
    text: str
    found: list[Finding]


@dataclass
class Story:
    """The repository with its fork, and the machines of contributors and of GitHub."""

    forge: Forge
    hook: dict[str, str]
    """environment in which hooks run"""
    sealed: list[str]
    runner: Path
    """the folder of the runner's files"""
    init: str
    """what ``listlint init`` said"""

    @property
    def fork(self) -> Path:
        """The clone that contributors work in."""
        return self.forge.root / "fork"

    def branch(self) -> None:
        """Begin a contribution: a branch from the main branch as it is now."""
        git(self.fork, "fetch", "--quiet", "origin")
        git(self.fork, "checkout", "--quiet", "--force", "-B", "topic", "origin/main")
        git(self.fork, "clean", "--quiet", "--force", "-dx")

    def run(self, *command: str, **variables: str) -> tuple[int, str]:
        """Run a command of a contributor in the fork; give its exit code and what it said."""
        done = subprocess.run(
            [*self.sealed, *command],
            cwd=self.fork,
            env=self.hook | variables,
            check=False,
            capture_output=True,
            timeout=600,
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        """Run pre-commit in the fork."""
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self, report: Path, **variables: str) -> Told:
        """Commit what is there, as far as the hook lets it.

        The hook gives its findings to a file, too, as the environment of a user can ask of it.
        """
        report.unlink(missing_ok=True)
        git(self.fork, "add", "--all")
        settings = ("user.name=test", "user.email=test@example.org", "commit.gpgsign=false", "core.autocrlf=false")
        words = [word for setting in settings for word in ("-c", setting)]
        variables["LISTLINT_OUTPUT"] = f"full json:{report}"
        code, text = self.run("git", *words, "commit", "--quiet", "--message", "Change", **variables)
        return Told(code == 0, text, read(report, self.fork))

    def pull_request(self) -> tuple[Told, Outcome]:
        """Open the pull request of the branch; give what the action said and did."""
        event = self.forge.pull_request()
        ref = f"refs/pull/{self.forge.pulls}/merge"
        workspace, outcome = self.workflow(f"pull{self.forge.pulls}", ref, "pull_request", event)
        assert outcome.outputs["report"], outcome.log
        found = read(Path(outcome.outputs["report"]), workspace)
        return Told(outcome.code == 0, outcome.log, found), outcome

    def workflow(self, name: str, ref: str, event_name: str, event: dict[str, Any]) -> tuple[Path, Outcome]:
        """Run the job of the workflow as it is on a branch: a checkout, and our action with the inputs named there."""
        checkout, ours = read_workflow(self.forge.upstream)["jobs"]["listlint"]["steps"]
        assert checkout["uses"].startswith("actions/checkout@")
        assert ours["uses"] == f"listlint/listlint@v{__version__}"
        workspace = self.forge.checkout(name, ref, checkout["with"]["fetch-depth"])
        assert read_workflow(workspace) == read_workflow(self.forge.upstream)
        env = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.runner / "wheels"), "PIP_CONFIG_FILE": os.devnull}
        job = Job(workspace, self.runner, event_name, event, env=env, sha=git(workspace, "rev-parse", "HEAD"))
        outcome = job.run(**{name.replace("-", "_"): str(value) for name, value in ours.get("with", {}).items()})
        actions.unharmed(job, outcome)
        return workspace, outcome


def read_workflow(folder: Path) -> dict[str, Any]:
    """The workflow that ``listlint init`` wrote, as it is in a work tree."""
    found = yaml.safe_load((folder / WORKFLOW).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def read(report: Path, folder: Path) -> list[Finding]:
    """The findings of a JSON report, of files in a folder, sorted.

    Raises:
        FileNotFoundError: nothing has run.
    """
    found = json.loads(report.read_bytes())["findings"]
    return sorted(Finding(one["path"], one["code"], line_of(folder, one["path"], one["line"])) for one in found)


def line_of(folder: Path, path: str, number: int) -> str:
    """A line of a file, without its end."""
    return (folder / path).read_bytes().decode().split("\n")[number - 1].removesuffix("\r")


def shown(found: list[Finding], *, runner: bool = False) -> set[tuple[str, str]]:
    """Files and codes of findings, the files as a terminal or the runner shows them."""
    return {(sanitise(one.path, actions=runner), one.code) for one in found}


@pytest.fixture(scope="module")
def story(
    tmp_path_factory: pytest.TempPathFactory,
    hook_repository: Path,
    environment: dict[str, str],
    sealed: list[str],
    temp: Path,
) -> Story:
    """The first day: an old list, ``listlint init``, a commit; and a fork in which pre-commit is installed."""
    forge = Forge.start(tmp_path_factory.mktemp("story"), {README: OLD_README, MORE: OLD_MORE})
    command = [sys.executable, "-m", "listlint", "init", "--yes"]
    done = subprocess.run(command, cwd=forge.upstream, env=environment, check=True, capture_output=True)
    forge.commit({})
    instead = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{hook_repository.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/listlint/listlint",
    }
    hook = {name: value for name, value in environment.items() if not name.startswith("GITHUB_")} | instead
    made = Story(forge, hook, sealed, temp, (done.stdout + done.stderr).decode())
    made.branch()
    code, text = made.pre_commit("install", "--install-hooks")
    assert code == 0, text
    return made


# The story.


def test_the_first_day(story: Story) -> None:
    """Everything is known, so the maintainer's own commits are green at once."""
    records = [one for one in json.loads((story.forge.upstream / KNOWN).read_bytes())["findings"] if one]
    codes = Counter(one["code"] for one in records)
    assert sum(codes.values()) >= 300
    assert len(codes) >= 15
    assert {one["path"] for one in records} == {README, MORE}
    for name in ("listlint.toml", ".pre-commit-config.yaml", WORKFLOW):
        assert f"wrote {name}" in story.init
    assert f"{KNOWN}: {len(records)} known findings in 2 files" in story.init
    story.branch()
    code, text = story.pre_commit("run", "--all-files", "--verbose", "--color=never")
    assert code == 0, text
    assert "no new findings in 2 files" in text
    assert f"{len(records)} known, not shown" in text
    _, outcome = story.workflow("first", "refs/heads/main", "push", {})
    assert (outcome.code, outcome.outputs["findings"]) == (0, "0"), outcome.log
    assert outcome.last.obeyed == []


@pytest.mark.parametrize("name", CONTRIBUTIONS)
def test_a_contributor_is_told_what_they_caused(story: Story, tmp_path: Path, name: str) -> None:
    contribution = CONTRIBUTIONS[name]
    story.branch()
    contribution.edit(story.fork)

    hook = story.commit(tmp_path / "hook.json")
    assert hook.found == sorted(contribution.caused)
    assert hook.passed is not bool(contribution.caused), hook.text
    assert {(file, code) for file, _, code in SHOWN.findall(hook.text)} == shown(hook.found)
    assert not ACTING.search(hook.text)
    if not hook.passed:
        # Not everybody has installed the hook.
        git(story.fork, "commit", "--quiet", "--no-verify", "--message", "Change")

    action, outcome = story.pull_request()
    assert action.found == sorted((*contribution.caused, *contribution.elsewhere))
    assert action.passed is not bool(action.found), action.text
    assert outcome.outputs["findings"] == str(len(action.found))
    annotations = [one for one in outcome.last.obeyed if "file" in one.properties]
    assert {(one.properties["file"], one.properties["title"][:6]) for one in annotations} == shown(
        action.found, runner=True
    )
    assert len(annotations) == len(action.found)
    assert not ACTING.search(action.text + outcome.last.summary)
    assert set(CODE.findall(outcome.last.summary)) == {one.code for one in action.found}


def test_a_fixed_finding_is_tidied_up_by_the_maintainer(story: Story, tmp_path: Path) -> None:
    story.branch()
    CONTRIBUTIONS["fixed old finding"].edit(story.fork)
    assert story.commit(tmp_path / "hook.json").passed
    advice = f"1 known finding is fixed, but it stands in {KNOWN} still; remove with: listlint baseline --prune"
    # pre-commit shows of a hook that passes nothing but that it did.
    assert advice in story.pre_commit("run", "--verbose", "--color=never", "--files", README)[1]
    action, outcome = story.pull_request()
    assert action.passed
    assert advice in action.text
    assert outcome.last.obeyed == []
    code, text = story.run(sys.executable, "-m", "listlint", "baseline", "--prune")
    assert (code, text.endswith("known findings in 2 files (1 removed)\n")) == (0, True), text
    changed = git(story.fork, "diff", "--numstat").split()
    assert changed == ["0", "1", KNOWN]
    git(story.fork, "commit", "--quiet", "--no-verify", "--message", "Tidy up", "--all")
    assert advice not in story.pre_commit("run", "--verbose", "--color=never", "--files", README)[1]


def test_a_hook_on_a_runner_gives_no_commands(story: Story, tmp_path: Path) -> None:
    """Where a workflow runs pre-commit itself, nothing stops the runner from listening."""
    story.branch()
    add_hostile(story.fork)
    hook = story.commit(tmp_path / "hook.json", GITHUB_ACTIONS="true", CI="true")
    assert hook.found == sorted(CONTRIBUTIONS["hostile text"].caused)
    assert "error" in hook.text
    assert lenient_commands(hook.text) == []
    assert not ACTING.search(hook.text)
