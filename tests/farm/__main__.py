"""A farm in a process of its own.

    python -m tests.farm --plan faulty --links 2000 --hosts 200 --folder DIR

writes ``DIR/list.md`` and ``DIR/truth.jsonl``, then a line of JSON with the port, and answers until its
standard input ends. A line ``stats`` there is answered by the counters of the hosts (in all, and for each), ``clear``
forgets them and every page's past, so that the next client finds the farm as the first one did.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.farm import plans, truth
from tests.farm.server import serving
from tests.farm.sites import Farm
from tests.farm.stats import total

if TYPE_CHECKING:
    from collections.abc import Sequence


def say(value: object) -> None:
    """Write one line of JSON."""
    print(json.dumps(value), flush=True)


def obey(farm: Farm, command: str) -> None:
    """Do what a line of the standard input says."""
    if command == "stats":
        rows = {name: stats.summary() for name, stats in farm.stats().items()}
        say({"all": total(list(farm.stats().values())), "hosts": rows})
    elif command == "clear":
        farm.clear()
        say({"cleared": True})
    else:
        say({"error": f"no such command: {command}"})


async def serve(farm: Farm) -> None:
    """Answer until the standard input ends."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with serving(farm):
        say({"port": farm.port, "links": sum(len(found.links) for found in farm.truths), "hosts": len(farm.sites)})
        while line := await lines.readline():
            obey(farm, line.decode().strip())


def grow(plan: str, links: int, hosts: int, scale: float) -> Farm:
    """A farm for a benchmark, whose URLs hold addresses."""
    farm = Farm(scale=scale, latency=plans.latency_of(plan), names=False)
    plans.PLANS[plan](farm, links, hosts)
    return farm


def main(args: Sequence[str] | None = None) -> int:
    """Write the list, and answer."""
    parser = argparse.ArgumentParser(prog="python -m tests.farm")
    parser.add_argument("--plan", choices=plans.PLANS, default="faulty")
    parser.add_argument("--links", type=int, default=2_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every wait")
    parser.add_argument("--seed", type=int, default=1, help="of the list's order")
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args(args)
    farm = grow(given.plan, given.links, given.hosts, given.scale)
    links = truth.in_order(farm.truths, "grouped" if given.plan == "grouped" else "shuffled", given.seed)
    truth.write_list(links, given.folder / "list.md")
    truth.save(farm.truths, given.folder / "truth.jsonl")
    gc.freeze()
    asyncio.run(serve(farm))
    return 0


if __name__ == "__main__":
    sys.exit(main())
