"""Time ``listlint check`` over many real lists in one run: cold, from the cache, and from 1 list to 60.

Whole processes are timed, start included; each figure is the median of the runs. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from awesome_lint import CORPUS, ENVIRONMENT, Cost, measure, median

LISTLINT = [sys.executable, "-m", "listlint", "check", "--isolated"]
GROWTH = (1, 5, 15, 30, 60)
"""Numbers of lists of which the growth is measured."""
SIZES = (5_000, 100_000)
"""Bytes of the lists that it is measured with, at least and at most, so that their number is what grows."""
LINEAR = 1.5
"""How much more a list may cost among 60 than among 5, for ``--require``."""
CACHED = 0.25
"""What a second run may take of the first, for ``--require``."""


def main() -> int:
    """Print the tables; 1 where ``--require`` was given and a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS, help="folder of lists")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--require", action="store_true", help="fail where a bound does not hold")
    given = parser.parse_args()
    if not given.corpus.is_dir():
        parser.error(f"there is no folder {given.corpus}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ENVIRONMENT["LISTLINT_CACHE_DIR"] = str(work / "unused")
        share = whole(given.corpus, work, given.runs)
        more = growth(given.corpus, work, given.runs)
    failed = [
        text
        for text, bad in (
            (f"a second run takes {share:.2f} of the first, at most {CACHED} wanted", share > CACHED),
            (f"a list among 60 costs {more:.2f} times what it costs among 5, at most {LINEAR} wanted", more > LINEAR),
        )
        if bad
    ]
    print("\n".join(failed) or "all bounds hold")
    return int(bool(failed) and given.require)


def whole(corpus: Path, work: Path, runs: int) -> float:
    """Print what the whole corpus takes; return the share of a second run."""
    print(f"\n{'the whole corpus':28}{'wall s':>8}{'CPU s':>8}{'MB':>8}")
    report = work / "report.json"
    check = [*LISTLINT, "--quiet", "--output", f"json:{report}", "."]
    for jobs in ("1", "2"):
        cold = median([measure([*check, "--no-cache", "--jobs", jobs], corpus) for _ in range(runs)])
        row(f"{jobs} process{'es' if jobs != '1' else ''}", cold)
    firsts, seconds = [], []
    for number in range(runs):
        ENVIRONMENT["LISTLINT_CACHE_DIR"] = str(work / f"cache{number}")
        firsts.append(measure(check, corpus))
        before = report.read_bytes()
        seconds.append(measure(check, corpus))
        if report.read_bytes() != before:
            sys.exit("the second run reports something else than the first")
    first, second = median(firsts), median(seconds)
    row("with an empty cache", first)
    row("a second time", second)
    told = json.loads(report.read_text(encoding="utf-8"))
    found = " and ".join(f"{number:,} {name}" for name, number in told["summary"]["findings_by_severity"].items())
    names = ("files", "entries", "links")
    print(", ".join(f"{told['summary'][name]:,} {name}" for name in names), f"with {len(told['findings']):,} findings")
    print(f"({found}); a second run takes {second.wall / first.wall:.2f} of the time")
    return second.wall / first.wall


def growth(corpus: Path, work: Path, runs: int) -> float:
    """Print what more and more lists take; return what one costs among the most, by what it costs among 5."""
    lists = [path for path in sorted(corpus.glob("*/*.md")) if SIZES[0] <= path.stat().st_size <= SIZES[1]]
    # By turns a small and a large one, so that every number of them has about the same mean.
    lists.sort(key=lambda path: path.stat().st_size)
    lists = [lists[index * 37 % len(lists)] for index in range(max(GROWTH))]
    print(f"\n{'lists':>5}{'kB':>8}{'wall s':>9}{'CPU s':>8}{'MB':>8}{'CPU ms a kB, start aside':>28}")
    start = median([measure([*LISTLINT, "--no-cache", str(empty(work))], work) for _ in range(runs)]).cpu
    rates = {}
    for number in GROWTH:
        folder = work / f"{number}"
        size = 0
        for index, path in enumerate(lists[:number]):
            (folder / str(index)).mkdir(parents=True)
            shutil.copy(path, folder / str(index) / path.name)
            size += path.stat().st_size
        cost = median([measure([*LISTLINT, "--no-cache", "--jobs", "1", "."], folder) for _ in range(runs)])
        rates[number] = (cost.cpu - start) / size
        print(
            f"{number:5}{size / 1000:8,.0f}{cost.wall:9.2f}{cost.cpu:8.2f}{cost.memory:8.0f}{rates[number] * 1e6:28.2f}"
        )
    return rates[GROWTH[-1]] / rates[GROWTH[1]]


def empty(work: Path) -> Path:
    """A list with nothing in it, which costs the start alone."""
    path = work / "README.md"
    path.write_text("# Nothing\n", encoding="utf-8")
    return path


def row(name: str, cost: Cost) -> None:
    """Print one line of a table."""
    print(f"{name:28}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.memory:8.0f}")


if __name__ == "__main__":
    sys.exit(main())
