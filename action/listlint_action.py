"""The steps of ``action.yml``: install listlint, run it, hand over what it found.

    python -I listlint_action.py install
    python -I listlint_action.py check

Nothing that an input, a file name, a list or a pull request says becomes code: inputs arrive in
``INPUT_*`` variables, commands are lists of arguments, Python runs isolated (``-I``) so that a
module of the checked repository is never imported, and what listlint prints is printed while the
runner obeys no commands. Standard library only, since it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}(?:(?:a|b|rc)[0-9]{1,6})?(?:\.post[0-9]{1,6})?")
"""A released version (PEP 440, without epoch and local part)."""
FORMAT = re.compile(r"[a-z][a-z0-9]{0,19}")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
SUFFIXES = {"jsonl": "jsonl", "sarif": "sarif", "junit": "xml", "checkstyle": "xml", "markdown": "md"}
SUFFIXES |= dict.fromkeys(("json", "gitlab", "rdjson"), "json")
"""Format to ending of the report file; others are text."""
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
PULL_REQUEST = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})
"""Events whose commit is GitHub's merge of a pull request, and whose payload has it."""
KEPT_LINES = 200
MESSAGE_LENGTH = 4000


class StepError(Exception):
    """The step cannot go on, or must not; the text tells the reader what to do."""


class Run(NamedTuple):
    """How a program ended, and the last lines that it printed."""

    code: int
    lines: list[str]


class Reports(NamedTuple):
    """Files that listlint is to write, all in one folder of their own."""

    annotations: Path
    counted: Path
    report: Path


# -- talking to the runner ------------------------------------------------------------------------


def say(data: str | bytes) -> None:
    """Write to the log, at once."""
    sys.stdout.buffer.write(data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data)
    sys.stdout.buffer.flush()


def error(text: str) -> None:
    """Show an error beside the step; ``text`` may have several lines, and may be hostile."""
    text = ACTING.sub("?", text[:MESSAGE_LENGTH])
    say(f"::error title=listlint::{text.replace('%', '%25').replace(chr(13), '%0D').replace(chr(10), '%0A')}\n")


def output(name: str, value: str) -> None:
    """Set an output of the step, by a delimiter that the value cannot have guessed."""
    delimiter = f"end_{secrets.token_hex(16)}"
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def relay(command: list[str], *, cwd: Path, env: dict[str, str], intro: str = "") -> Run:
    """Run a program and show what it prints, after ``intro``; the runner obeys none of it.

    Both its streams become one, so that no line of it comes after the word that lets the runner
    listen again.
    """
    token = secrets.token_hex(16)
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    say(f"::stop-commands::{token}\n{intro}\n" if intro else f"::stop-commands::{token}\n")
    try:
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            for raw in process.stdout:
                line = raw.rstrip(b"\r\n")
                say(line + b"\n")
                kept.append(line.decode("utf-8", "backslashreplace"))
    finally:
        say(f"::{token}::\n")
    return Run(process.returncode, list(kept))


def given(name: str) -> str:
    """An input, without white space around it; its name as in ``action.yml``."""
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def scratch() -> Path:
    """A folder for files of this job."""
    folder = Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir(), "listlint")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# -- install --------------------------------------------------------------------------------------


def install() -> int:
    """Install listlint into an environment of its own, once in a job; set the output ``python``."""
    version = given("version")
    if version and not VERSION.fullmatch(version):
        raise StepError(f"version: {version!r} is no version of listlint; write it as 0.1.0")
    source = f"listlint=={version}" if version else str(Path(os.environ["GITHUB_ACTION_PATH"]).resolve())
    folder = scratch() / hashlib.sha256(f"{sys.version} {source}".encode()).hexdigest()[:16]
    python = folder.joinpath(*(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    done = folder / "complete"
    if not done.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        isolated = ["-I", "-X", "utf8", "-m"]
        pip = [*isolated, "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        for command in ([sys.executable, *isolated, "venv", str(folder)], [str(python), *pip, source]):
            ended = relay(command, cwd=scratch(), env=dict(os.environ))
            if ended.code:
                raise StepError("\n".join(["listlint could not be installed", *ended.lines[-10:]]))
        done.touch()
    output("python", str(python))
    return 0


# -- which commit to compare with -----------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None if it fails. It runs no program that the repository names, and asks no network.

    A folder of the repository may look like a bare repository of its own; git is told not to believe it.
    """
    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():
        raise StepError("there is no program git on the PATH, so the base cannot be read")
    settings = ["-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit"]
    command = [program, "--no-replace-objects", *settings, *arguments]
    env = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
    done = subprocess.run(command, cwd=folder, env=env, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def base(folder: Path) -> str | None:
    """The commit whose findings are known; None where everything is to be reported."""
    wanted = given("since") or "auto"
    if wanted != "auto":
        return None if wanted == "none" else wanted
    name = os.environ.get("GITHUB_EVENT_NAME", "")
    if name in PULL_REQUEST:
        return _base_of_pull_request(folder, _event("pull_request"))
    if name == "merge_group":
        return _present(folder, _commit(_event("merge_group").get("base_sha")), "fetch-depth: 0")
    return None


def _event(key: str) -> dict[str, Any]:
    """The part of the event's payload that tells of its subject."""
    try:
        event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes())
        found = event[key]
        assert isinstance(found, dict)
    except (OSError, ValueError, LookupError, TypeError, AssertionError) as problem:
        raise StepError(f"the event at GITHUB_EVENT_PATH has no {key}; set `since`") from problem
    return found


def _commit(value: object) -> str:
    if not isinstance(value, str) or not COMMIT.fullmatch(value):
        raise StepError("the event at GITHUB_EVENT_PATH names no base commit; set `since`")
    return value


def _base_of_pull_request(folder: Path, event: dict[str, Any]) -> str:
    """The first parent of GitHub's merge commit, which was made from it; else the base that the event names.

    The event's own base may be older than the merge commit, and is then not in a shallow clone.
    Parents are read from the commit itself, since git hides those that a shallow clone lacks.
    """
    sides = [event.get(side) for side in ("base", "head")]
    named, head = (_commit(side.get("sha") if isinstance(side, dict) else None) for side in sides)
    commit = git(folder, "cat-file", "commit", "HEAD")
    if commit is None:
        raise StepError("git cannot read the commit that is checked out; is actions/checkout missing before this step?")
    lines = commit.partition("\n\n")[0].split("\n")
    parents = [line.removeprefix("parent ") for line in lines if line.startswith("parent ")]
    if len(parents) == 2 and parents[1] == head:
        return _present(folder, _commit(parents[0]), "fetch-depth: 2")
    return _present(folder, named, "fetch-depth: 0")


def _present(folder: Path, commit: str, remedy: str) -> str:
    if git(folder, "cat-file", "-e", f"{commit}^{{commit}}") is None:
        raise StepError(
            f"the clone lacks {commit}, with which this is to be compared: give actions/checkout `{remedy}`\n"
            "Without it, old findings could not be told from new ones. `since: none` reports all of them."
        )
    return commit


# -- check ----------------------------------------------------------------------------------------


def check() -> int:
    """Run listlint; hand over annotations, summary, report and outputs; give its exit code."""
    if os.environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        raise StepError(
            "pull_request_target runs with the rights of the base on what a stranger wrote, and checks out the base, "
            "not the pull request; use pull_request"
        )
    folder = working_directory()
    reports = report_files()
    since = base(folder)
    command = [sys.executable, "-I", "-X", "utf8", "-m", "listlint", *arguments(reports, since)]
    intro = f"Reported is what is new since {since}" if since else "Everything is reported"
    ended = relay(command, cwd=folder, env=environment(), intro=intro)
    findings = hand_over(reports)
    if findings is None:
        raise StepError(problem_in(ended))
    output("exit-code", str(ended.code))
    output("findings", str(findings))
    output("report", str(reports.report))
    return ended.code


def working_directory() -> Path:
    """The folder to run in: one of the repository."""
    workspace = Path(os.environ["GITHUB_WORKSPACE"]).resolve()
    name = given("working-directory") or "."
    folder = Path(workspace, name).resolve()
    if not folder.is_relative_to(workspace):
        raise StepError(f"working-directory: {name!r} leaves the repository")
    if not folder.is_dir():
        raise StepError(f"working-directory: there is no folder {name!r}")
    return folder


def report_files() -> Reports:
    """Name the files to write."""
    wanted = given("format") or "json"
    if not FORMAT.fullmatch(wanted):
        raise StepError(f"format: {wanted!r} is no format; write json, sarif, junit …")
    folder = Path(tempfile.mkdtemp(prefix="report-", dir=scratch()))
    names = ("annotations.txt", "findings.json", f"listlint.{SUFFIXES.get(wanted, 'txt')}")
    return Reports(*(folder / name for name in names))


def arguments(reports: Reports, since: str | None) -> list[str]:
    """What follows ``listlint``. Every value is part of the option that it belongs to, paths come after ``--``."""
    words = ["check", f"--output=github:{reports.annotations}", f"--output=json:{reports.counted}"]
    words += [f"--output=markdown:{os.environ['GITHUB_STEP_SUMMARY']}"]
    words += [f"--output={given('format') or 'json'}:{reports.report}"]
    words += [f"--{name}={given(name)}" for name in ("preset", "fail-on", "baseline") if given(name)]
    words += ["--links"] if links_wanted() else []
    words += [f"--since={since}"] if since else []
    try:
        more = shlex.split(given("args"))
    except ValueError as problem:
        raise StepError(f"args: {problem}") from problem
    if "--" in more:
        raise StepError("args: paths belong into `paths`, not after `--`")
    paths = [line.strip(" \t\r") for line in os.environ.get("INPUT_PATHS", "").split("\n")]
    # A lone "-" would be standard input.
    return [*words, *more, "--", *("./-" if path == "-" else path for path in paths if path)]


def links_wanted() -> bool:
    """Tell whether the network may be asked."""
    value = given("links").lower() or "false"
    if value not in ("true", "false"):
        raise StepError(f"links: {given('links')!r} is neither true nor false")
    return value == "true"


def environment() -> dict[str, str]:
    """The variables for listlint: no token unless links are asked for, no colour, no program of the checked folder."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("INPUT_")}
    for name in ("GITHUB_TOKEN", "FORCE_COLOR", "CLICOLOR_FORCE", "LISTLINT_OUTPUT", "LISTLINT_COLOR"):
        env.pop(name, None)
    # Windows looks for programs in the current folder first, and that is the checked repository.
    env |= {"NO_COLOR": "1", "NoDefaultCurrentDirectoryInExePath": "1"}
    if links_wanted() and given("token"):
        env["GITHUB_TOKEN"] = given("token")
    return env


def hand_over(reports: Reports) -> int | None:
    """Show the annotations; give the number of findings, None if the reports are not there."""
    try:
        findings = len(json.loads(reports.counted.read_bytes())["findings"])
        annotations = reports.annotations.read_bytes()
        reports.report.stat()
    except (OSError, ValueError, LookupError, TypeError):
        return None
    say(annotations)
    return findings


def problem_in(ended: Run) -> str:
    """The error that a program told of before it ended: from its first line of error on."""
    starts = (number for number, line in enumerate(ended.lines) if line.lower().startswith("error:"))
    told = ended.lines[next(starts, max(0, len(ended.lines) - 5)) :]
    return "\n".join(told[:20]) or f"listlint ended with exit code {ended.code} and no report"


def main(words: list[str]) -> int:
    """Run one step; an exit code that is not 0 fails it."""
    steps = {"install": install, "check": check}
    try:
        # Not in the checked repository: Windows would look there for the programs that are started from here.
        os.chdir(scratch())
        return steps[words[0]]()
    except StepError as problem:
        error(str(problem))
        if words[0] == "check":
            output("exit-code", "2")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
