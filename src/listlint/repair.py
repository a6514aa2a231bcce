"""One run of ``listlint fix``: every file to where no wanted fix is left, then written.

The steps are those of a check, with :func:`listlint.fix.converge.converge` in the place of one
look at each file. A file is written as soon as it is done, whole or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from listlint.fix.converge import converge
from listlint.fix.write import write
from listlint.model.edit import Applicability
from listlint.model.errors import ListlintError
from listlint.model.outcome import Outcome
from listlint.parse.markdown import parse
from listlint.parse.skeleton import skeleton
from listlint.session import Checked, check_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document
    from listlint.model.result import Result
    from listlint.model.source import Source
    from listlint.session import File, Prepared, Session


OnPass: TypeAlias = "Callable[[int, Source, Sequence[Diagnostic]], None]"
"""Told after each pass: its number, the new source, and the findings whose fixes it holds."""


class RepairMode(Struct, frozen=True):
    """How to fix.

    ``unsafe`` applies fixes that are probably right too; ``write`` is off for a preview. ``choose``
    is asked of each fix, and in the files' order.
    """

    unsafe: bool = False
    write: bool = True
    choose: Callable[[Diagnostic], bool] | None = None
    known: frozenset[tuple[str, str]] = frozenset()
    """path and fingerprint of findings that are none of this run's business"""

    def wants(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding's fix is to be applied."""
        if not self.may_fix(diagnostic):
            return False
        if (diagnostic.path, diagnostic.fingerprint) in self.known:
            return False
        return self.choose is None or self.choose(diagnostic)

    def may_fix(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding has a fix that is safe enough."""
        threshold = Applicability.UNSAFE if self.unsafe else Applicability.SAFE
        return diagnostic.fix is not None and diagnostic.fix.applicability.at_least(threshold)


class Repaired(Struct):
    """What became of one file; without an outcome it could not be read."""

    checked: Checked
    outcome: Outcome | None = None
    unwritten: ListlintError | None = None
    """why the file, though checked, is as it was"""


class Repairs(Struct, frozen=True):
    """What became of all files, and what is left to find in them."""

    result: Result
    outcomes: tuple[Outcome, ...]
    spared: int = 0
    """findings with a fix that would have been applied, were they not known"""


class _Work(Struct, frozen=True):
    """Fixes a batch of files; a structure, since it travels to worker processes."""

    mode: RepairMode

    def __call__(self, session: Session, files: Sequence[File]) -> list[Repaired]:
        return [_repair(session, prepared, self.mode) for prepared in session.prepare(files)]


def repair(session: Session, mode: RepairMode) -> Repairs:
    """Fix all files of a session.

    Raises:
        ListlintError: a mistake in the request or in a configuration file. What concerns one file
            is an error of the result, and the other files go on.
    """
    files = session.files()
    compared = _known(session, files)
    mode = replace(mode, known=compared or frozenset())
    work = _Work(mode)
    repaired = session.spread(files, work) if mode.choose is None else work(session, files)
    repaired.sort(key=lambda item: item.checked.shown)
    session.notices.extend(note for item in repaired if item.outcome for note in _stops(item.outcome))
    result = session.finish(files, [item.checked for item in repaired])
    left = tuple(d for d in result.diagnostics if (d.path, d.fingerprint) not in mode.known)
    known = [d for d in result.diagnostics if (d.path, d.fingerprint) in mode.known]
    unwritten = tuple(item.unwritten for item in repaired if item.unwritten is not None)
    number = None if compared is None else len(known)
    result = replace(result, diagnostics=left, known=number, errors=(*result.errors, *unwritten))
    outcomes = tuple(item.outcome for item in repaired if item.outcome is not None)
    return Repairs(result, outcomes, spared=sum(map(mode.may_fix, known)))


def _known(session: Session, files: Sequence[File]) -> frozenset[tuple[str, str]] | None:
    """What a baseline knows, or the commit that the run is compared with; it is neither fixed nor reported.

    None where nothing is compared.
    """
    comparison = session.comparison(files)
    if comparison is None:
        return None
    checked = session.spread(files, check_batch)
    result = session.finish(files, checked)
    fresh = comparison.apply(result, session.ran(files, checked))
    new = {(d.path, d.fingerprint) for d in fresh.diagnostics}
    return frozenset((d.path, d.fingerprint) for d in result.diagnostics) - new


def _repair(session: Session, prepared: Prepared, mode: RepairMode) -> Repaired:
    file, document = prepared.file, prepared.document
    checked = Checked(file.shown, error=prepared.error)
    if document is None:
        return Repaired(checked)
    outcome = settle(session, prepared, document, mode)
    engine = session.engine(file)
    unwritten = _write(session, file, outcome) if mode.write else None
    if unwritten is not None:
        standing = engine.lint(document, prepared.facts)
        outcome = Outcome(outcome.before, outcome.before, remaining=tuple(standing))
    checked.found = list(outcome.remaining)
    checked.skipped = engine.lacking(prepared.facts)
    checked.entries, checked.links = len(document.entries), len(document.links)
    if engine.has_project_rules:
        session.keep(checked, engine, parse(outcome.after))
    return Repaired(checked, outcome, unwritten)


def _write(session: Session, file: File, outcome: Outcome) -> ListlintError | None:
    """Write a fixed file, if it has changed; where that fails, it is as it was, and this says why."""
    if file.path is None or not outcome.changed:
        return None
    try:
        write(file.path, outcome.before, outcome.after, session.main.root)
    except ListlintError as error:
        number = len(outcome.applied)
        lost = f"{number:,} finding{'' if number == 1 else 's'} would be"
        message = f"{error.message}; nothing was fixed there, {lost}"
        return ListlintError(message, path=error.path, code=error.code, hint=error.hint)
    return None


def settle(
    session: Session, prepared: Prepared, document: Document, mode: RepairMode, on_pass: OnPass | None = None
) -> Outcome:
    """Fix one document with the rules that hold for its file, and write nothing."""
    engine = session.engine(prepared.file)
    return converge(
        document.source,
        parse=lambda source: document if source is document.source else parse(source),
        skeleton=skeleton,
        lint=lambda current: engine.lint(current, prepared.facts),
        wanted=mode.wants,
        on_pass=on_pass,
    )


def _stops(outcome: Outcome) -> list[str]:
    """What a user should know of a file whose fixes did not settle."""
    return [f"{outcome.before.path}: {outcome.stopped.message}"] if outcome.stopped else []
