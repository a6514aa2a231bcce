"""What ``listlint links`` writes of every distinct URL: JSON lines, and a summary for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import msgspec
from msgspec import Meta, Struct

from listlint.model.links import Verdict
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import json_safe, sanitise, well_formed
from listlint.report.style import Ink, Style
from listlint.report.summary import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.model.links import LinkOutcome

SHOWN_HOSTS = 10
_INKS = {Verdict.ALIVE: Ink.NOTE, Verdict.DEAD: Ink.ERROR, Verdict.UNKNOWN: Ink.WARNING}


class Place(Struct, frozen=True):
    """Where a link stands; line and column count from 1, columns are code points."""

    path: str
    line: int
    column: int


class Seen(Struct, frozen=True):
    """One distinct URL of the run: what became of it, and every place that links it."""

    outcome: LinkOutcome
    places: tuple[Place, ...]


class VerdictRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of ``--verdicts FILE``."""

    url: Annotated[str, Meta(description="The URL without its fragment.")]
    verdict: Annotated[str, Meta(description="alive, dead or unknown.")]
    reason: Annotated[str, Meta(description="Why; stable.")]
    status: Annotated[int | None, Meta(description="The last status code, if there was an answer.")]
    flags: tuple[str, ...]
    final_url: Annotated[str | None, Meta(description="Where redirects led, or the new name of what was renamed.")]
    requests: Annotated[int, Meta(ge=0)]
    elapsed_ms: Annotated[int, Meta(ge=0)]
    places: tuple[Place, ...]


def record(seen: Seen) -> VerdictRecord:
    """One URL as data."""
    outcome = seen.outcome
    return VerdictRecord(
        url=well_formed(outcome.url),
        verdict=outcome.verdict.value,
        reason=outcome.reason.value,
        status=outcome.status,
        flags=tuple(flag.value for flag in outcome.flags),
        final_url=None if outcome.final_url is None else well_formed(outcome.final_url),
        requests=outcome.requests,
        elapsed_ms=outcome.elapsed_ms,
        places=tuple(Place(well_formed(place.path), place.line, place.column) for place in seen.places),
    )


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/listlint/listlint/blob/main/src/listlint/schemas/verdict.schema.json",
        "title": "listlint link verdict",
    } | msgspec.json.schema(VerdictRecord)


def render_jsonl(links: Iterable[Seen], out: TextIO) -> None:
    """Write one object a line."""
    encode = msgspec.json.Encoder().encode
    for seen in links:
        out.write(json_safe(encode(record(seen)).decode()))
        out.write("\n")


def render_summary(links: Sequence[Seen], out: TextIO, options: RenderOptions) -> None:
    """Write how many links have which verdict, why, and at which hosts."""
    write_lines(_summary([seen.outcome for seen in links], Style(options.colour)), out, options)


def _summary(outcomes: Sequence[LinkOutcome], style: Style) -> Iterator[str]:
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    parts = [style(_INKS[verdict], f"{verdicts[verdict]} {verdict.value}") for verdict in Verdict]
    asked = sum(outcome.requests for outcome in outcomes)
    known = sum(outcome.from_history for outcome in outcomes)
    told = f"; {count(known, 'answer')} from the link history" if known else ""
    yield f"{count(len(outcomes), 'link')}: {', '.join(parts)} ({count(asked, 'request')}{told})"
    reasons = Counter((outcome.verdict, outcome.reason) for outcome in outcomes if outcome.verdict is not Verdict.ALIVE)
    for (verdict, reason), number in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {number:>6}  {verdict.value}: {reason.value}"
    hosts = _by_host(outcomes)
    if hosts:
        yield "  hosts with links that are not known to be alive:"
    for host, (bad, total) in sorted(hosts.items(), key=lambda item: (-item[1][0], item[0]))[:SHOWN_HOSTS]:
        yield f"  {bad:>6}  of {total} at {sanitise(host)}"


def _by_host(outcomes: Iterable[LinkOutcome]) -> Mapping[str, tuple[int, int]]:
    total: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for outcome in outcomes:
        host = outcome.url.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
        total[host] += 1
        bad[host] += outcome.verdict is not Verdict.ALIVE
    return {host: (number, total[host]) for host, number in bad.items() if number}
