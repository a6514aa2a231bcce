"""Time a cold ``listlint check`` against awesome-lint on the same lists, in the same run.

Both are started as whole processes, in turn, on a copy of each list in a git repository of its
own: on each list alone, and on all of them, which is one command for listlint and one a list for
awesome-lint, which takes no more. What counts is wall time, CPU time and peak memory of a process
with its children; each figure is the median of the runs. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
LISTS = ("ml-tooling__best-of-ml-python/README.md", "avelino__awesome-go/README.md")
AWESOME_LINT = "awesome-lint@2.3.0"
REMOTE = "https://git.example.org/somebody/list.git"
"""A remote that awesome-lint needs and does not ask: it asks GitHub only about remotes there."""
IMPORT_RUNS = 15
Commands = list[tuple[list[str], Path]]
"""Commands, each with its working folder."""
Tool = Callable[[Sequence[Path]], Commands]
"""How the lists in some folders are checked."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The first run keeps the compiled modules, as an installation by pip does."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: seconds of wall and CPU time, and peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], cwd: Path) -> Cost:
    """Run a command to its end, its output into a file.

    Raises:
        SystemExit: it ended with neither 0 nor 1 (findings).

    """
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=ENVIRONMENT, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            out.seek(0)
            sys.exit(
                f"{' '.join(command)} ended with {process.returncode}:\n{out.read()[-2000:].decode(errors='replace')}"
            )
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def median(costs: list[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "memory")))


def repository(path: Path, folder: Path) -> Path:
    """Put a list into a git repository with one commit and a remote; return its folder."""
    folder.mkdir()
    shutil.copyfile(path, folder / "readme.md")
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "readme.md"],
        ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "--message=list"],
        ["remote", "add", "origin", REMOTE],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def awesome_lint(given: Path | None, folder: Path) -> Tool:
    """Find awesome-lint below ``given``, or install it with npm into ``folder``; return its commands."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.exit("awesome-lint needs Node.js 20 or newer, with npm")
    if given is None:
        folder.mkdir()
        (folder / "package.json").write_text("{}", encoding="utf-8")
        subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", AWESOME_LINT], cwd=folder, check=True)
    script = str(((given or folder) / "node_modules" / "awesome-lint" / "cli.js").resolve())
    return lambda folders: [([node, script, "readme.md"], folder) for folder in folders]


def listlint(folders: Sequence[Path]) -> Commands:
    """The command that checks all lists at once."""
    program = str(Path(sys.executable).with_name("listlint"))
    where = folders[0] if len(folders) == 1 else folders[0].parent
    lists = [str((folder / "readme.md").relative_to(where)) for folder in folders]
    return [([program, "check", "--no-cache", "--isolated", "--preset", "all", *lists], where)]


def import_time() -> float:
    """Milliseconds that ``import listlint.cli`` adds to the start of Python: median against median."""
    medians = []
    for code in ("import listlint.cli", "pass"):
        runs = [measure([sys.executable, "-c", code], ROOT).wall for _ in range(IMPORT_RUNS)]
        medians.append(statistics.median(runs))
    return (medians[0] - medians[1]) * 1000


def compare(tools: dict[str, Tool], folders: Sequence[Path], runs: int) -> dict[str, Cost]:
    """Run the tools in turn, once to warm the disk and then ``runs`` times."""
    costs: dict[str, list[Cost]] = {name: [] for name in tools}
    for number in range(runs + 1):
        for name, tool in tools.items():
            parts = [measure(command, where) for command, where in tool(folders)]
            if number:
                wall, cpu = sum(part.wall for part in parts), sum(part.cpu for part in parts)
                costs[name].append(Cost(wall, cpu, max(part.memory for part in parts)))
    return {name: median(found) for name, found in costs.items()}


def report(label: str, found: dict[str, Cost]) -> Cost:
    """Print what the tools cost, and return how many times as much awesome-lint does."""
    for name, cost in found.items():
        print(f"{label:44}{name:14}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.memory:8.0f}")
    ours, theirs = found["listlint"], found["awesome-lint"]
    ratio = Cost(theirs.wall / ours.wall, theirs.cpu / ours.cpu, theirs.memory / ours.memory)
    print(f"{'':44}{'ratio':14}{ratio.wall:8.1f}{ratio.cpu:8.1f}{ratio.memory:8.1f}\n", flush=True)
    return ratio


def main() -> int:
    """Print the table; return 1 if a bound that was asked for does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="*", type=Path, help="lists to use instead of the two largest of the corpus")
    parser.add_argument("--awesome-lint", type=Path, metavar="FOLDER", help="where node_modules/awesome-lint is")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--require", type=float, metavar="TIMES", help="fail unless all lists take so many times longer"
    )
    args = parser.parse_args()
    lists = [path.resolve() for path in args.lists] or [CORPUS / name for name in LISTS]
    if missing := [str(path) for path in lists if not path.is_file()]:
        parser.error(f"not here: {', '.join(missing)}; name other lists")
    with tempfile.TemporaryDirectory() as temporary:
        tools = {"listlint": listlint, "awesome-lint": awesome_lint(args.awesome_lint, Path(temporary, "npm"))}
        versions = f"Python {platform.python_version()}, {AWESOME_LINT if not args.awesome_lint else 'awesome-lint'}"
        print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {versions}, median of {args.runs}\n")
        print(f"{'list':44}{'tool':14}{'wall s':>8}{'CPU s':>8}{'MB':>8}")
        folders = [repository(path, Path(temporary, f"list{number}")) for number, path in enumerate(lists)]
        ratios = [
            report(f"{path.parent.name} ({path.stat().st_size // 1000} kB)", compare(tools, [folder], args.runs))
            for path, folder in zip(lists, folders, strict=True)
        ]
        whole = report(f"all {len(lists)} lists", compare(tools, folders, args.runs)) if len(lists) > 1 else ratios[0]
    print(f"import listlint.cli: {import_time():.0f} ms")
    slowest = min(ratio.wall for ratio in ratios)
    alone = f"{slowest:.1f} at least on one of them"
    print(f"listlint is {whole.wall:.1f} times as fast as awesome-lint on these lists, {alone}")
    return int(args.require is not None and whole.wall < args.require)


if __name__ == "__main__":
    sys.exit(main())
