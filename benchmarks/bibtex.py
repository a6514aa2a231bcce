"""Time the BibTeX reader against bibtexparser 2 and bibtex-tidy on the same generated text, in the same run.

Run it from the root of the repository: ``python -m benchmarks.bibtex``. It prints a table:
characters read per second, the median of the runs. None decodes LaTeX. bibtexparser splits into
entries and raw fields only (its middleware would add to that); bibtex-tidy has no way to parse
without formatting, so its figure holds both. Each is timed inside its own process, after one run
that does not count; where one is not installed, its row says so.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from listlint.parse.bibtex import scan
from tests.parse.bibsamples import MUTATIONS, make

if TYPE_CHECKING:
    from collections.abc import Callable

_TIDY = """
const fs = require("fs"), { tidy } = require(process.argv[1]);
const text = fs.readFileSync(process.argv[2], "utf8"), times = [];
for (let run = 0; run <= Number(process.argv[3]); run++) {
  const start = performance.now();
  tidy(text);
  times.push((performance.now() - start) / 1000);
}
console.log(JSON.stringify(times.slice(1)));
"""


def generate(size: int, broken: bool = False) -> str:
    """At least ``size`` characters of made-up entries; ``broken`` makes a mistake in every third."""
    mutations = [mutate for mutate, _, _ in MUTATIONS.values()]
    parts, length, seed = [], 0, 0
    while length < size:
        sample = make(seed)
        text = sample.text
        if broken and seed % 3 == 0:
            text = mutations[seed // 3 % len(mutations)](sample, random.Random(seed)).text  # noqa: S311  made-up mistakes
        parts.append(text)
        length += len(text) + 2
        seed += 1
    return "\n\n".join(parts) + "\n"


def timed(read: Callable[[str], object], text: str, runs: int) -> list[float]:
    """Seconds of each run after a first one, the garbage collector paused as the command pauses it."""
    seconds = []
    for _ in range(runs + 1):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        found = read(text)
        seconds.append(time.perf_counter() - start)
        gc.enable()
        del found
    return seconds[1:]


def bibtexparser(text: str, runs: int) -> list[float] | None:
    """Its splitter, or None where it is not installed."""
    if find_spec("bibtexparser") is None:
        return None
    logging.disable(logging.CRITICAL)
    splitter = import_module("bibtexparser.splitter").Splitter
    return timed(lambda given: splitter(given).split(), text, runs)


def bibtex_tidy(text: str, runs: int, folder: str | None) -> list[float] | None:
    """Its function ``tidy`` in Node.js, or None where there is none."""
    node, tool = shutil.which("node"), shutil.which("bibtex-tidy")
    module = Path(folder) if folder else Path(tool).resolve().parents[1] if tool else None
    if not node or module is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "generated.bib"
        path.write_text(text, encoding="utf-8")
        command = [node, "-e", _TIDY, str((module / "bibtex-tidy.js").resolve()), str(path), str(runs)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(seconds) for seconds in json.loads(done.stdout)]


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return package


def row(name: str, length: int, seconds: list[float] | None, ours: float) -> str:
    """One line of the table."""
    if seconds is None:
        return f"{name:36}{'not installed':>10}"
    middle = statistics.median(seconds)
    return f"{name:36}{length / 1e6:8.1f} MB{middle:9.3f} s{length / middle / 1e6:8.2f} MB/s{middle / ours:8.1f} ×"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    options.add_argument("--size", type=float, default=4.0, help="of the text, in MB")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--bibtex-tidy", metavar="FOLDER", help="of the npm package; else the one on the PATH")
    given = options.parse_args()
    text = generate(int(given.size * 1e6))
    broken = generate(int(given.size * 1e6), broken=True)
    own = timed(scan, text, given.runs)
    ours = statistics.median(own)
    print(f"{os.cpu_count()} processors; every figure is the median of {given.runs} runs\n")
    print(row("listlint", len(text), own, ours))
    print(row("listlint, a mistake in every third", len(broken), timed(scan, broken, given.runs), ours))
    print(row(_version("bibtexparser"), len(text), bibtexparser(text, max(1, given.runs // 2)), ours))
    print(row("bibtex-tidy", len(text), bibtex_tidy(text, max(1, given.runs // 2), given.bibtex_tidy), ours))
    print("\nParts of the same text: the time grows with the length, the speed stays")
    for parts in (8, 4, 2, 1):
        part = text[: len(text) // parts]
        print(row("listlint", len(part), timed(scan, part, given.runs), ours))


if __name__ == "__main__":
    main()
