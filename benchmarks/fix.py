"""Time ``listlint fix`` against ``listlint check`` on the same list, in the same run.

Whole processes in turn; each fix starts from a fresh copy of the list, which is made before the clock
starts. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from awesome_lint import CORPUS, LISTS, Cost, measure, median


def times(path: Path, runs: int) -> dict[str, Cost]:
    """The medians of a check, of safe fixes and of all fixes of one list."""
    listlint = str(Path(sys.executable).with_name("listlint"))
    commands = {
        "check": [listlint, "check", "--no-cache"],
        "fix": [listlint, "fix"],
        "fix, unsafe too": [listlint, "fix", "--unsafe-fixes"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs + 1):
            for name, command in commands.items():
                shutil.copyfile(path, Path(folder, "readme.md"))
                cost = measure([*command, "--isolated", "--preset", "all", "readme.md"], Path(folder))
                if number:
                    costs[name].append(cost)
    return {name: median(found) for name, found in costs.items()}


def main() -> int:
    """Print the table; return 1 if a bound that was asked for does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="*", type=Path, help="lists to use instead of the two largest of the corpus")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--require", type=float, metavar="TIMES", help="fail if a fix takes more checks than this")
    args = parser.parse_args()
    lists = [path.resolve() for path in args.lists] or [CORPUS / name for name in LISTS]
    if missing := [str(path) for path in lists if not path.is_file()]:
        parser.error(f"not here: {', '.join(missing)}; name other lists")
    worst = 0.0
    print(f"{'list':44}{'command':18}{'wall s':>8}{'CPU s':>8}{'MB':>8}{'checks':>8}")
    for path in lists:
        found = times(path, args.runs)
        for name, cost in found.items():
            ratio = cost.wall / found["check"].wall
            worst = max(worst, ratio)
            print(f"{path.parent.name:44}{name:18}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.memory:8.0f}{ratio:8.1f}")
    return int(args.require is not None and worst > args.require)


if __name__ == "__main__":
    sys.exit(main())
