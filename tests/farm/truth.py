"""What is true of the farm's links, how lists of them are written, and where an outcome differs from the truth."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from listlint.model.links import Flag, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class Truth(Struct, frozen=True, kw_only=True):
    """What is right to say of one URL (without fragment).

    ``reasons`` are all that are right: more than one only where chance decides which of a host's links
    meets a fault first (``connect`` and then ``host-down``). ``flags`` must be there, those in ``may``
    may be, no other may. ``soft`` are the flags that ``--soft-404`` adds. ``by_get`` is what only a GET
    finds out, where HEAD says something else. ``fragments`` are linked to, and ``missing`` are those of
    them that the page does not have. ``most_requests`` is a bound for the requests that the farm may see
    for this target; None is none.
    """

    url: str
    kind: str
    host: str
    target: str
    verdict: Verdict = Verdict.ALIVE
    reasons: tuple[Reason, ...] = (Reason.OK,)
    flags: frozenset[Flag] = frozenset()
    may: frozenset[Flag] = frozenset()
    soft: frozenset[Flag] = frozenset()
    by_get: tuple[Verdict, Reason] | None = None
    final_url: str | None = None
    fragments: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    most_requests: int | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """The URL as it stands in lists: once without fragment, or once with each."""
        return tuple(f"{self.url}#{fragment}" for fragment in self.fragments) or (self.url,)


class Said(Struct, frozen=True, kw_only=True):
    """What a checker said of one URL; a line of ``--verdicts`` has these fields, and so has a ``LinkOutcome``."""

    url: str
    verdict: Verdict
    reason: Reason
    flags: tuple[Flag, ...] = ()
    final_url: str | None = None
    missing: tuple[str, ...] | None = None


def differences(truth: Truth, said: Said, *, fragments: bool = False, soft_404: bool = False) -> list[str]:
    """Say in what an outcome differs from the truth, under the two options that decide whether a GET is made."""
    by_get = truth.by_get if soft_404 or (fragments and truth.fragments) else None
    verdict, reasons = (by_get[0], (by_get[1],)) if by_get else (truth.verdict, truth.reasons)
    must = set(truth.flags) if verdict is truth.verdict else set()
    if soft_404:
        must |= truth.soft
    if fragments and truth.missing:
        must.add(Flag.FRAGMENT_MISSING)
    found = set(said.flags)
    wrong = []
    if said.verdict is not verdict:
        wrong.append(f"verdict {said.verdict}, not {verdict}")
    if said.reason not in reasons:
        wrong.append(f"reason {said.reason}, not {' or '.join(reasons)}")
    wrong += [f"without flag {flag}" for flag in sorted(must - found)]
    wrong += [f"with flag {flag}" for flag in sorted(found - must - truth.may - truth.soft)]
    if truth.final_url is not None and said.final_url != truth.final_url:
        wrong.append(f"final URL {said.final_url}, not {truth.final_url}")
    if fragments and said.missing is not None and set(said.missing) != set(truth.missing):
        wrong.append(f"missing {sorted(said.missing)}, not {sorted(truth.missing)}")
    return wrong


def judge(
    truths: Iterable[Truth], outcomes: Iterable[Said], *, fragments: bool = False, soft_404: bool = False
) -> list[str]:
    """All differences between a run and the truth, as lines for people; empty when all is right."""
    said = {outcome.url: outcome for outcome in outcomes}
    lines = []
    for truth in truths:
        outcome = said.pop(truth.url, None)
        wrong = (
            ["not reported"] if outcome is None else differences(truth, outcome, fragments=fragments, soft_404=soft_404)
        )
        lines += [f"{truth.kind}: {truth.url}: {text}" for text in wrong]
    return lines + [f"nobody linked to {url}" for url in said]


def in_order(truths: Sequence[Truth], order: str, seed: int) -> list[str]:
    """The links of a farm: ``shuffled``, or ``grouped`` by host as the farm grew them."""
    if order == "shuffled":
        links = [link for truth in truths for link in truth.links]
        random.Random(seed).shuffle(links)
        return links
    return [link for truth in sorted(truths, key=lambda truth: truth.host) for link in truth.links]


def write_list(links: Sequence[str], path: Path, *, section: int = 50) -> None:
    """Write an awesome-list of the links, with a heading for every ``section`` of them."""
    lines = ["# Awesome farm", "", "> Links whose truth is known.", ""]
    for number, link in enumerate(links):
        if number % section == 0:
            lines += ["", f"## Part {number // section + 1}", ""]
        lines.append(f"- [Crop {number + 1}]({link}) - What grows in row {number + 1}.")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def save(truths: Iterable[Truth], path: Path) -> None:
    """Write the truth as JSON lines."""
    path.write_bytes(b"".join(msgspec.json.encode(truth) + b"\n" for truth in truths))


def load(path: Path) -> list[Truth]:
    """Read what :func:`save` wrote."""
    return [msgspec.json.decode(line, type=Truth) for line in path.read_bytes().splitlines()]
