"""Runs the steps of a composite action as GitHub's runner does.

Faithful in what an action can see and what can hurt it: expressions are put into texts before
anything runs, ``shell: bash`` is ``bash --noprofile --norc -e -o pipefail FILE``, each step has its
own ``GITHUB_OUTPUT``, ``GITHUB_ENV``, ``GITHUB_PATH`` and ``GITHUB_STEP_SUMMARY``, a failed step
skips the next ones, and the log is searched for workflow commands, which ``stop-commands`` stops.
A step with ``uses`` is not run: its outputs are those that the test hands over.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # its types are a package that nothing else here needs

from tests.action.expressions import evaluate, substitute
from tests.report.runner import Command, commands

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 10
"""Annotations of one kind that GitHub shows of a step."""
SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; a longer one is not shown at all."""
REFUSED = {"set-output", "save-state", "set-env", "add-path"}
"""Commands that runners refuse since 2022, or 2020: an action that uses them fails."""


@dataclass
class Step:
    """One step, as it ended."""

    name: str
    code: int = 0
    log: str = ""
    env: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    skipped: bool = False

    @property
    def obeyed(self) -> list[Command]:
        """The commands in the log that the runner obeys."""
        found: list[Command] = []
        stopped = None
        for line in self.log.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            for command in commands(line):
                if stopped is not None:
                    stopped = None if command.name == stopped else stopped
                elif command.name == "stop-commands":
                    stopped = command.data
                else:
                    found.append(command)
        assert stopped is None, "the runner was left deaf"
        return found

    def annotations(self, kind: str) -> list[Command]:
        """The annotations of one kind."""
        return [command for command in self.obeyed if command.name == kind]


@dataclass
class Outcome:
    """What the action did."""

    steps: list[Step]
    outputs: dict[str, str]

    @property
    def code(self) -> int:
        """The exit code of the step that failed, else 0."""
        return next((step.code for step in self.steps if step.code), 0)

    @property
    def last(self) -> Step:
        """The last step that was run."""
        return [step for step in self.steps if not step.skipped][-1]

    @property
    def log(self) -> str:
        """All that was printed."""
        return "".join(step.log for step in self.steps)


@dataclass
class Job:
    """A job: its workspace, the event that started it, and the folder of the runner's files."""

    workspace: Path
    temp: Path
    event_name: str = "push"
    event: dict[str, Any] = field(default_factory=dict)
    action: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    token: str = "ghs_token-of-the-job"
    sha: str = ""
    used: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"actions/setup-python": {"python-path": sys.executable}}
    )
    files: int = 0

    def file(self, name: str) -> Path:
        """A new empty file of the runner."""
        self.files += 1
        path = self.temp / "_runner_file_commands" / f"{name}_{self.files}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")  # another job may have left one of this name
        return path

    def github(self) -> dict[str, Any]:
        """The context ``github``."""
        return {"token": self.token, "event": self.event, "event_name": self.event_name, "sha": self.sha}

    def base_environment(self) -> dict[str, str]:
        """What every step sees."""
        event = self.file("event.json")
        event.write_text(json.dumps(self.event), encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "INPUT_", "GIT_"))}
        for name in ("GITHUB_TOKEN", "CI", "FORCE_COLOR", "NO_COLOR", "PYTHONPATH"):
            env.pop(name, None)
        return env | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_NAME": self.event_name,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "owner/list",
            "GITHUB_SHA": self.sha,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_OS": {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux"),
            "RUNNER_TEMP": str(self.temp),
            **self.env,
        }

    def run(self, **inputs: str) -> Outcome:
        """Run ``action.yml``; an input ``fail_on`` is called ``fail-on`` there."""
        action = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        assert action["runs"]["using"] == "composite"
        github = self.github()
        values = {
            name: substitute(str(given.get("default", "")), {"github": github})
            for name, given in action["inputs"].items()
        }
        unknown = {name.replace("_", "-") for name in inputs} - set(values)
        assert not unknown, f"no inputs: {unknown}"
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        contexts: dict[str, Any] = {"inputs": values, "github": github, "steps": {}}
        env = self.base_environment()
        steps: list[Step] = []
        for written in action["runs"]["steps"]:
            steps.append(self._step(written, contexts, env, failed=any(step.code for step in steps)))
            if "id" in written:
                contexts["steps"][written["id"]] = {"outputs": steps[-1].outputs}
        outputs = {name: substitute(output["value"], contexts) for name, output in action.get("outputs", {}).items()}
        return Outcome(steps, outputs)

    def _step(self, written: dict[str, Any], contexts: dict[str, Any], env: dict[str, str], *, failed: bool) -> Step:
        step = Step(written.get("name", ""))
        condition = str(written.get("if", "success()"))
        # The one function known here; a condition without one holds only where nothing failed.
        wanted = True if condition == "success()" else bool(evaluate(condition, contexts))
        if failed or not wanted:
            step.skipped = True
            return step
        if "uses" in written:
            step.outputs = dict(self.used[written["uses"].partition("@")[0]])
            return step
        assert written["shell"] == "bash"
        step.env = {name: substitute(str(value), contexts) for name, value in written.get("env", {}).items()}
        files = {
            name: self.file(name) for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        script = self.file("script.sh")
        script.write_bytes(substitute(written["run"], contexts).encode())
        folder = self.workspace / substitute(str(written.get("working-directory", ".")), contexts)
        bash = shutil.which("bash")
        assert bash is not None
        done = subprocess.run(
            [bash, "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=folder,
            env=env | step.env | {name: str(path) for name, path in files.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )
        step.code, step.log = done.returncode, done.stdout.decode("utf-8")
        assert not REFUSED & {command.name for command in step.obeyed}
        step.outputs = pairs(files["GITHUB_OUTPUT"])
        env.update(pairs(files["GITHUB_ENV"]))
        added = files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines()
        env["PATH"] = os.pathsep.join([*reversed(added), env["PATH"]])
        step.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return step


def pairs(path: Path) -> dict[str, str]:
    """What a step wrote into ``GITHUB_OUTPUT`` or ``GITHUB_ENV``: ``name=value``, or ``name<<END``, lines, ``END``.

    Raises:
        ValueError: the runner would refuse the file.
    """
    found: dict[str, str] = {}
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        equals, heredoc = line.find("="), line.find("<<")
        if not line:
            continue
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            found[line[:equals]] = line[equals + 1 :]
        elif heredoc >= 0:
            value = []
            for inside in lines:
                if inside == line[heredoc + 2 :]:
                    break
                value.append(inside)
            else:
                raise ValueError(f"no end: {line}")
            found[line[:heredoc]] = "\n".join(value)
        else:
            raise ValueError(f"not understood: {line}")
    return found
