"""Time what pre-commit runs, on one changed file of 5,000 lines, beside awesome-lint in the same run.

The list is made up; it has 300 old findings, and the configuration and the baseline that
``listlint init`` writes. One line of it is new and bad. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from awesome_lint import AWESOME_LINT, ROOT, Cost, Tool, awesome_lint, compare, repository

LINES, SECTIONS, OLD_FINDINGS = 5_000, 50, 300
NAME = "readme.md"
"""As awesome-lint wants it."""
SYLLABLES = [consonant + vowel for consonant in "bdfklmnprstv" for vowel in "aeio"]
TEXT = """reads writes sorts plots counts parses renders formats compares tables files logs images graphs streams
quickly safely without any in a browser on small machines for teams of every size with one command and
its own query language"""
MISTAKES = (
    "- [{name}](htps://{host}.dev/) - {words}.",
    "- [{name}](https://{host}.dev//docs) - {words}.",
    "- [{name}] (https://{host}.dev/) - {words}.",
    "- [{name}](https://{host}.dev/) - {words} at the cafÃ©.",
    "- [{name}](docs/{host}.md) - {words}.",
    "- [{name}](http://github.com/{host}/{host}) - {words}.",
)
"""Entries with one finding each, that fails a run."""


def entries(draw: random.Random, number: int) -> list[str]:
    """Make so many entries, all of different names, in the order of their names."""
    names: set[str] = set()
    while len(names) < number:
        names.add("".join(draw.choices(SYLLABLES, k=draw.randint(2, 5))))
    bad = set(draw.sample(range(number), OLD_FINDINGS))
    made = []
    for index, name in enumerate(sorted(names)):
        form = (
            MISTAKES[index % len(MISTAKES)]
            if index in bad
            else "- [{name}](https://github.com/{host}/{host}) - {words}."
        )
        words = " ".join(draw.sample(TEXT.split(), draw.randint(6, 14))).capitalize()
        made.append(form.format(name=name.capitalize(), host=name, words=words))
    return made


def make_list() -> str:
    """Write a list of ``LINES`` lines: badge, contents, sections of equal size."""
    head = [
        "# Awesome Tools [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)",
        "",
        "> Tools that nobody has made yet.",
        "",
        "## Contents",
        "",
        *(f"- [Part {part}](#part-{part})" for part in range(1, SECTIONS + 1)),
    ]
    made = entries(random.Random(5), LINES - len(head) - 3 * SECTIONS)  # noqa: S311  # the same list each time
    lines = head
    for part in range(SECTIONS):
        first, last = (len(made) * at // SECTIONS for at in (part, part + 1))
        lines += ["", f"## Part {part + 1}", "", *made[first:last]]
    return "\n".join(lines) + "\n"


def prepare(listlint: Path, folder: Path) -> str:
    """Turn listlint on in a repository with the list, change one line; return the list's size and what is known."""
    source = folder.with_suffix(".md")
    source.write_text(make_list(), encoding="utf-8")
    repository(source, folder)
    subprocess.run([listlint, "init", "--yes"], cwd=folder, check=True, capture_output=True)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    subprocess.run(["git", *identity, "commit", "--quiet", "--message=listlint"], cwd=folder, check=True)
    file = folder / NAME
    lines = file.read_text(encoding="utf-8").split("\n")
    assert len(lines) == LINES + 1
    assert lines[-2].startswith("- [")
    lines[-2] = "- [Zuzu](htps://zuzu.dev/) - Is new here, and has a mistake."
    file.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    known = sum(one is not None for one in json.loads((folder / "listlint-baseline.json").read_bytes())["findings"])
    return f"{LINES:,} lines, {file.stat().st_size // 1000} kB, {known} known findings"


def entry() -> list[str]:
    """Give the words of the hook's entry, the program left out, as the manifest has them."""
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    line = next(line for line in manifest.splitlines() if line.startswith("  entry: "))
    program, *words = shlex.split(line.removeprefix("  entry: "))
    assert program == "listlint"
    return words


def main() -> int:
    """Print the table; return 1 if a bound that was asked for does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--awesome-lint", type=Path, metavar="FOLDER", help="where node_modules/awesome-lint is")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--require", type=float, metavar="SECONDS", help="fail unless the hook takes less wall time")
    args = parser.parse_args()
    listlint = Path(sys.executable).with_name("listlint")
    with tempfile.TemporaryDirectory() as temporary:
        hook = [str(listlint), *entry(), "--no-cache", NAME]
        tools: dict[str, Tool] = {
            "listlint hook": lambda folders: [(hook, folder) for folder in folders],
            "awesome-lint": awesome_lint(args.awesome_lint, Path(temporary, "npm")),
        }
        folder = Path(temporary, "list")
        what = prepare(listlint, folder)
        versions = f"Python {platform.python_version()}, {AWESOME_LINT if not args.awesome_lint else 'awesome-lint'}"
        print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {versions}, median of {args.runs}")
        print(f"{what}\n")
        found: dict[str, Cost] = compare(tools, [folder], args.runs)
    print(f"{'tool':16}{'wall s':>8}{'CPU s':>8}{'MB':>8}")
    for name, cost in found.items():
        print(f"{name:16}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.memory:8.0f}")
    ours, theirs = found["listlint hook"], found["awesome-lint"]
    print(f"{'ratio':16}{theirs.wall / ours.wall:8.1f}{theirs.cpu / ours.cpu:8.1f}{theirs.memory / ours.memory:8.1f}")
    return int(args.require is not None and ours.wall >= args.require)


if __name__ == "__main__":
    sys.exit(main())
