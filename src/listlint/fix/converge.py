"""Fixes a file, pass by pass, until nothing is left to fix."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from listlint.fix.apply import fault, in_order
from listlint.fix.land import land
from listlint.fix.select import select
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.edit import Applicability
from listlint.model.outcome import Applied, Halt, Outcome, Rejected, Stopped
from listlint.model.result import FAMILIES, reading_order
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from listlint.model.edit import Fix
    from listlint.model.nodes import Document
    from listlint.model.skeleton import Skeleton
    from listlint.model.source import Source

__all__ = ["Applied", "Halt", "Outcome", "Rejected", "Stopped", "converge"]

PASSES = 10
REJECTED_CODE, REJECTED_NAME = "SUP004", "fix-rejected"
ISSUES_URL = "https://github.com/listlint/listlint/issues"

Key: TypeAlias = "tuple[str, str, int]"
"""A finding and its fix: code, the fix's title, and where the finding starts in the last state of the file."""


class State(Struct, frozen=True, eq=False):
    """A file as a pass left it; ``applied`` is what that pass did."""

    source: Source
    found: Sequence[Diagnostic]
    applied: tuple[Diagnostic, ...] = ()


class _Run(Struct):
    """What is known while a file is fixed."""

    wanted: Callable[[Diagnostic], bool]
    skeleton: Callable[[Source], Skeleton]
    states: list[State] = field(default_factory=list)
    fixable: list[Diagnostic] = field(default_factory=list)
    """the findings of the last state whose fix is wanted"""
    bare: Skeleton | None = None
    """the skeleton of the last state, once it was needed"""
    rejected: dict[Key, tuple[int, Rejected]] = field(default_factory=dict)
    """with the number of the state in which it was tried last"""

    @property
    def last(self) -> State:
        return self.states[-1]

    def enter(self, source: Source, found: Sequence[Diagnostic], applied: tuple[Diagnostic, ...] = ()) -> None:
        """Take in a new state, and ask once of each of its fixes whether it is wanted."""
        self.states.append(State(source, found, applied))
        self.fixable = [
            diagnostic
            for diagnostic in found
            if diagnostic.fix is not None
            and diagnostic.fix.applicability is not Applicability.DISPLAY
            and (_key(diagnostic) in self.rejected or self.wanted(diagnostic))
        ]

    def todo(self) -> list[Diagnostic]:
        """The findings that are to be fixed; those whose fix is impossible are rejected.

        A rejected fix is tried again only when nothing else is left, and once: the rest of the
        file has changed since, and a second run, which knows nothing of this one, would try it.
        """
        text = self.last.source.text
        for diagnostic in self.fixable:
            if diagnostic.fix is not None and (reason := fault(diagnostic.fix, text)):
                self.reject(diagnostic, reason)
        todo = [diagnostic for diagnostic in self.fixable if _key(diagnostic) not in self.rejected]
        if todo or not self.rejected:
            return todo
        for diagnostic in self.fixable:
            key = _key(diagnostic)
            if self.rejected[key][0] < len(self.states):
                del self.rejected[key]
                todo.append(diagnostic)
        return todo

    def reject(self, diagnostic: Diagnostic, reason: str) -> None:
        self.rejected[_key(diagnostic)] = (len(self.states), Rejected(diagnostic, reason))

    def step(self, todo: Iterable[Diagnostic]) -> tuple[Source, tuple[Diagnostic, ...]]:
        """The file after one pass, and the findings that it repaired; none where all fixes were rejected."""
        source = self.last.source
        choice = select(todo)
        fixes = [diagnostic.fix for diagnostic in choice.chosen if diagnostic.fix is not None]
        if self.bare is None:
            self.bare = self.skeleton(source)
        landing = land(source, self.bare, fixes, self.skeleton)
        for index, reason in landing.guilty.items():
            self.reject(choice.chosen[index], reason)
        if landing.source.raw == source.raw:
            for index in landing.landed:
                self.reject(choice.chosen[index], "it changes nothing")
            return source, ()
        self.bare = landing.skeleton
        self.shift([fixes[index] for index in landing.landed])
        done = {_content(choice.chosen[index]) for index in landing.landed}
        repaired = (*(choice.chosen[index] for index in landing.landed), *choice.shared)
        return landing.source, tuple(diagnostic for diagnostic in repaired if _content(diagnostic) in done)

    def shift(self, fixes: Iterable[Fix]) -> None:
        """Remember what was rejected at the places to which ``fixes`` moved it."""
        if not self.rejected:
            return
        edits = in_order(fixes)
        ends = [edit.span.end for edit in edits]
        shifts = [0, *accumulate(len(edit.text) - edit.span.length for edit in edits)]
        self.rejected = {
            (code, title, start + shifts[bisect_left(ends, start)]): rejected
            for (code, title, start), rejected in self.rejected.items()
        }


def converge(
    source: Source,
    *,
    parse: Callable[[Source], Document],
    skeleton: Callable[[Source], Skeleton],
    lint: Callable[[Document], Sequence[Diagnostic]],
    wanted: Callable[[Diagnostic], bool],
    limit: int = PASSES,
    on_pass: Callable[[int, Source, Sequence[Diagnostic]], None] | None = None,
) -> Outcome:
    """Fix what ``lint`` finds in ``source`` and ``wanted`` lets through.

    ``wanted`` is asked once about each finding of a pass that has a fix, in reading order, and decides
    on selection and applicability. ``on_pass`` is told after each pass: its number (from 1), the new source, and the
    findings that it repaired. Whatever happens, the result was verified: it differs from
    ``source`` in nothing but what the applied fixes declare. Where fixes undo each other, it is
    the same state of those that they run through, wherever one begins.
    """
    run = _Run(wanted, skeleton)
    run.enter(source, lint(parse(source)))
    stopped: Stopped | None = None
    while todo := run.todo():
        if len(run.states) > limit:
            stopped = Stopped(Halt.UNSETTLED, _codes(todo))
            break
        after, repaired = run.step(todo)
        if not repaired:
            continue
        again = next((index for index, state in enumerate(run.states) if state.source.raw == after.raw), None)
        if again is not None:
            circle = run.states[again:]
            stopped = Stopped(Halt.DISAGREE, _codes([*(d for s in circle[1:] for d in s.applied), *repaired]))
            best = min(range(again, len(run.states)), key=lambda index: run.states[index].source.raw)
            del run.states[best + 1 :]
            break
        run.enter(after, lint(parse(after)), repaired)
        if on_pass is not None:
            on_pass(len(run.states) - 1, after, repaired)
    return _outcome(run, stopped)


def _outcome(run: _Run, stopped: Stopped | None) -> Outcome:
    last = run.last
    rejected = tuple(one for _, one in run.rejected.values())
    left = {_key(diagnostic): diagnostic for diagnostic in last.found if diagnostic.fix is not None}
    findings = [_finding(one, left.get(key), last.source) for key, (_, one) in run.rejected.items()]
    return Outcome(
        before=run.states[0].source,
        after=last.source,
        applied=tuple(Applied(d, turn) for turn, state in enumerate(run.states) for d in state.applied),
        rejected=rejected,
        stopped=stopped,
        remaining=tuple(sorted((*last.found, *findings), key=reading_order) if findings else last.found),
        passes=len(run.states) - 1,
    )


def _codes(found: Iterable[Diagnostic]) -> tuple[str, ...]:
    return tuple(sorted({diagnostic.code for diagnostic in found}))


def _content(diagnostic: Diagnostic) -> tuple[object, ...]:
    fix = diagnostic.fix
    return (fix.edits, fix.rewrite) if fix is not None else ()


def _key(diagnostic: Diagnostic) -> Key:
    return diagnostic.code, diagnostic.fix.title if diagnostic.fix is not None else "", diagnostic.span.start


def _finding(rejected: Rejected, now: Diagnostic | None, source: Source) -> Diagnostic:
    """What people are told of a rejected fix; ``now`` is the finding as it stands in ``source``."""
    from hashlib import sha256  # here, for hardly any file has one

    bug = rejected.diagnostic
    own = bug.code.rstrip("0123456789") in FAMILIES
    message = (
        f"the fix of {bug.code} ({bug.name}) was rejected: {rejected.reason}; the other fixes went on; "
        f"repair this place by hand, and report it with the file to {ISSUES_URL if own else 'who wrote the rule'}"
    )
    material = "\0".join((REJECTED_CODE, bug.code, bug.fingerprint, bug.source[bug.span]))
    return Diagnostic(
        code=REJECTED_CODE,
        name=REJECTED_NAME,
        severity=Severity.ERROR,
        message=message,
        source=source,
        span=now.span if now is not None else Span(0, 0),
        entry=bug.entry,
        context=bug.context,
        fingerprint=sha256(material.encode("utf-8", "surrogateescape")).hexdigest(),
    )
