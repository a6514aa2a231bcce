"""Draws findings over real lists for reading, and records what the readers said.

A sample is 30 findings with a fixed seed, at most three of one list (a folder of the corpus),
one of each group. The record holds fingerprints, verdicts and reasons, and no text of a list.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from listlint.checks.registry import all_rules
from listlint.config.schema import Overrides
from listlint.model.nodes import Project
from listlint.model.result import grouped
from listlint.session import Request, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from listlint.model.diagnostic import Diagnostic

SIZE, PER_LIST = 30, 3


class Drawn(Struct, frozen=True):
    """One finding of a sample; ``total`` and ``lists`` count all that the rule found."""

    diagnostic: Diagnostic
    members: int
    list_name: str
    place: str
    total: int
    lists: int


def draw(corpus: Path, codes: Sequence[str], seed: int, every: Collection[str] = ()) -> Iterator[Drawn]:
    """Yield the sample of every rule named (all, if none is), rule by rule; of those in ``every`` all findings."""
    wanted = [rule for rule in all_rules() if not codes or rule.code in codes]
    by_code: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in _found([str(corpus)], [rule.code for rule in wanted if rule.node_type() is not Project]):
        by_code[diagnostic.code].append(diagnostic)
    # Files of different repositories are no run that anybody makes.
    folders = [str(folder) for folder in sorted(corpus.iterdir()) if folder.is_dir()]
    for diagnostic in _found(folders, [rule.code for rule in wanted if rule.node_type() is Project]):
        by_code[diagnostic.code].append(diagnostic)
    for code in sorted(by_code):
        yield from _sample(by_code[code], corpus, seed, everything=code in every)


def _found(runs: Sequence[str], codes: Sequence[str]) -> Iterator[Diagnostic]:
    """What these rules find, each of ``runs`` checked as a run of its own."""
    for path in runs if codes else ():
        overrides = Overrides(preset="all", select=tuple(codes))
        yield from Session(Request((path,), overrides, isolated=True)).check().diagnostics


def _sample(found: Sequence[Diagnostic], corpus: Path, seed: int, *, everything: bool = False) -> Iterator[Drawn]:
    groups = grouped([replace(one, group=None) for one in found] if everything else found)
    names = [_list_of(group.first, corpus) for group in groups]
    # By a hash, so that a finding that comes or goes elsewhere changes little of what was read before.
    order = sorted(range(len(groups)), key=lambda index: _ticket(groups[index].first, names[index], seed))
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    for index in order:
        if everything or (len(chosen) < SIZE and taken[names[index]] < PER_LIST):
            taken[names[index]] += 1
            chosen.append(index)
    for index in sorted(chosen):
        first = groups[index].first
        place = Path(first.path).resolve().relative_to(corpus.resolve()).as_posix()
        yield Drawn(first, len(groups[index].members), names[index], place, len(found), len(set(names)))


def _ticket(diagnostic: Diagnostic, name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {name} {diagnostic.fingerprint}".encode()).hexdigest()


def _list_of(diagnostic: Diagnostic, corpus: Path) -> str:
    return Path(diagnostic.path).resolve().relative_to(corpus.resolve()).parts[0]


def show(drawn: Drawn, context: int) -> str:
    """A finding in its place, for a reader."""
    diagnostic = drawn.diagnostic
    source = diagnostic.source
    line = source.line_index(diagnostic.span.start)
    last = source.line_index(max(diagnostic.span.start, diagnostic.span.end - 1))
    position = source.position(diagnostic.span.start)
    head = f"=== {diagnostic.code} {diagnostic.fingerprint[:16]} {drawn.place}:{position.line}:{position.column}"
    rows = [head, f"    {diagnostic.severity.value}: {diagnostic.message} ({drawn.members} in its group)"]
    rows += [
        f"    related: {r.message}" + (f" ({r.path})" if r.path else f" (line {source.position(r.span.start).line})")
        for r in diagnostic.related
    ]
    if diagnostic.fix:
        rows.append(f"    fix [{diagnostic.fix.applicability.value}]: {diagnostic.fix.title}")
    for index in range(max(0, line - context), min(len(source.line_starts), min(last, line + 6) + context + 1)):
        mark = ">" if line <= index <= last else " "
        text = source.line(index)
        if len(text) > 700:
            column = diagnostic.span.start - source.line_starts[index] if index == line else 0
            text = "…" + text[max(0, column - 300) : column + 400] + "…"
        rows.append(f"  {mark}{index + 1:5} {text}")
    return "\n".join(rows).encode("utf-8", "backslashreplace").decode()


def record(
    target: Path, verdicts: Path, corpus: Path, seed: int, also: Sequence[str] = (), every: Sequence[str] = ()
) -> str:
    """Merge judged findings into the record of precision; return a summary of what was written.

    ``also`` names rules that may have found nothing, or nothing new: they are recorded with that.
    ``every`` names rules of which all findings are recorded, and not a sample. A
    finding that was judged before keeps its verdict unless there is a new one.

    Raises:
        click.ClickException: a verdict is malformed, or a drawn finding has none.
    """
    judged = [json.loads(line) for line in verdicts.read_text(encoding="utf-8").splitlines() if line.strip()]
    for item in judged:
        if item.get("verdict") not in ("true", "false") or not item.get("reason"):
            raise click.ClickException(f"needs code, fingerprint, verdict (true or false) and reason: {item}")
    by_key = _known(target) | {(item["code"], item["fingerprint"][:16]): item for item in judged}
    codes = sorted({item["code"] for item in judged} | set(also) | set(every))
    tables = _tables(target)
    lines: list[str] = []
    drawn: dict[str, list[Drawn]] = defaultdict(list)
    for one in draw(corpus, codes, seed, every):
        drawn[one.diagnostic.code].append(one)
    for code in codes:
        rows = []
        for one in drawn[code]:
            key = one.diagnostic.fingerprint[:16]
            item = by_key.get((code, key))
            if item is None:
                raise click.ClickException(f"{code} {key} ({one.place}) has no verdict")
            rows.append((one, item))
        tables[code] = _table(code, rows)
        wrong = sum(item["verdict"] == "false" for _, item in rows)
        lines.append(f"{code}: {len(rows)} judged, {wrong} false")
    text = _HEADER + "".join(tables[code] for code in sorted(tables))
    target.write_text(text, encoding="utf-8", newline="\n")
    return "\n".join(lines)


_HEADER = """\
# How often each rule is right on real lists. For each rule: findings drawn with a fixed seed, at most three a list
# and one a group, each read in its place. `verdict` is that of the first reader, `second` that of a reader who did
# not write the rule. Written by `python -m listlint.dev record`; shown by `listlint rule CODE`.
"""


def _known(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The verdicts of an existing record, by code and fingerprint."""
    record = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {
        (code, finding["fingerprint"]): finding
        for code, table in record.items()
        for finding in table.get("findings", ())
    }


def _tables(path: Path) -> dict[str, str]:
    """The tables of an existing record as text, by code."""
    tables: dict[str, str] = {}
    code = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else ():
        if line.startswith("[") and not line.startswith("[["):
            code = line.strip().strip("[]")
            tables[code] = "\n"
        if code and line.strip():
            tables[code] += ("\n" if line.startswith("[[") else "") + line
    return tables


def _table(code: str, rows: Iterable[tuple[Drawn, dict[str, str]]]) -> str:
    rows = list(rows)
    total, lists = (rows[0][0].total, rows[0][0].lists) if rows else (0, 0)
    parts = [f"\n[{code}]\nfound = {total}\nlists = {lists}\n"]
    for drawn, item in rows:
        fields = {
            "fingerprint": drawn.diagnostic.fingerprint[:16],
            "list": drawn.list_name,
            "verdict": item["verdict"],
            **({"second": item["second"]} if item.get("second") else {}),
            "reason": item["reason"],
        }
        parts.append(f"\n[[{code}.findings]]\n")
        parts.extend(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
    return "".join(parts)
