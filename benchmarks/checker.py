"""Ask for the links of ``list.md`` with the checker alone: no list is parsed, no rule run, nothing shown.

python benchmarks/checker.py PORT CONNECTIONS IN_FLIGHT

``links.py`` times this as a process beside the whole command. It writes ``out.json`` with a line for each link.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import msgspec

from listlint.net.checker import Checker, Job
from listlint.net.settings import Settings
from listlint.packs.links import LinkTable
from listlint.packs.loader import Tables

NO_LIMIT = 1_000_000


def main(port: int, connections: int, in_flight: int) -> None:
    """Ask for everything, as quickly as the limits on connections let it."""
    urls = re.findall(r"\]\(([^)\s]+)\)", Path("list.md").read_text(encoding="utf-8"))
    settings = Settings(
        allow_private=True,
        ports=(port,),
        connections=connections,
        in_flight=in_flight,
        rate=NO_LIMIT,
        burst=NO_LIMIT,
    )
    targets = dict.fromkeys(urls, frozenset[str]())
    job = Job(targets=targets, settings=settings, services=Tables().get("links", LinkTable))
    found = asyncio.run(Checker(job).run())
    with Path("out.json").open("wb") as out:
        for outcome in found.outcomes.values():
            line = {"url": outcome.url, "verdict": outcome.verdict, "flags": outcome.flags}
            out.write(msgspec.json.encode(line) + b"\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
