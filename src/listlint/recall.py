"""Checks of a run's files only those of which :mod:`listlint.memory` does not know what would be found."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from listlint.cache import Cache, cache_folder
from listlint.facts.files import content_in_tree, place_in_tree
from listlint.git import present_files
from listlint.memory import Memory, Outcome, Question, digest, rules_text
from listlint.model.errors import ListlintError
from listlint.model.facts import Today
from listlint.model.source import Source
from listlint.session import Checked, check_all, check_batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listlint.config.schema import RuleSetting
    from listlint.model.result import Result
    from listlint.session import File, Session


def check_new(session: Session, files: Sequence[File]) -> tuple[Result, list[Checked]]:
    """The result of a run, and what became of each of its files: a way to look at them for :meth:`Session.check`.

    Where the network is asked or rules of plugins run, whose code has no place in a key, all are checked; so they are
    with standard input among them, which may have the name of a file and is no list that another run would see.
    """
    request, folder = session.request, cache_folder()
    unknown = request.links is not None or session.plugins or any(file.path is None for file in files)
    if folder is None or unknown or request.debug:
        return check_all(session, files)
    session.gather(files)
    asking = _Asking(session, files)
    questions = {file.shown: question for file in files if (question := asking.question(file)) is not None}
    memory = Memory(
        Cache(folder),
        Today(session.today),
        session.strings,
        present_files,
        content_in_tree,
        partial(_run_text, session, files, questions),
    )
    known = _known(memory, questions)
    fresh = session.share([file for file in files if file.shown not in known], check_batch)
    checked = [*fresh, *(_checked(shown, outcome) for shown, outcome in known.items())]
    result = _with_sources(session.finish(files, checked), files)
    for item in fresh:
        question = questions.get(item.shown)
        if question is not None and item.error is None and item.raw == question.raw:
            memory.keep(question, Outcome(tuple(item.found), item.entries, item.links, item.skipped, item.reads))
    memory.cache.prune()
    return result, checked


def _known(memory: Memory, questions: Mapping[str, Question]) -> dict[str, Outcome]:
    """What is known, by shown path; rules over the whole run need every list that they look at, or none."""
    known = {
        shown: outcome
        for shown, question in questions.items()
        if (outcome := memory.recall(question, partial(Source.from_bytes, question.raw, shown))) is not None
    }
    if any(question.whole_run and shown not in known for shown, question in questions.items()):
        known = {shown: outcome for shown, outcome in known.items() if not questions[shown].whole_run}
    return known


def _checked(shown: str, outcome: Outcome) -> Checked:
    found, entries, links, skipped, reads = (
        outcome.found, outcome.entries, outcome.links, outcome.skipped, outcome.reads,
    )  # fmt: skip
    return Checked(shown, list(found), entries, links, skipped=skipped, reads=reads)


class _Asking:
    """Makes the questions of a run; what its files have in common is looked up once."""

    def __init__(self, session: Session, files: Sequence[File]) -> None:
        self.session = session
        self._rules: dict[int, tuple[Mapping[str, RuleSetting], bytes]] = {}
        self._roots: dict[Path, Path | None] = {}
        self._trees = session.wants_trees(files)

    def question(self, file: File) -> Question | None:
        """What to ask the memory of a file; None of one that cannot be read, or is standard input."""
        if file.path is None:
            return None
        try:
            raw = file.path.read_bytes()
        except OSError:
            return None
        place = place_in_tree(file.path.absolute(), self._roots) if self._trees else None
        return Question(file.shown, raw, self._text(file), place, self.session.engine(file).has_project_rules)

    def _text(self, file: File) -> bytes:
        """What tells the rules that run on a file from others."""
        settings = self.session.settings_of(file.config)
        rules = settings.for_path(file.path or file.shown)
        known = self._rules.get(id(rules))
        if known is None:
            on = {item.code for item in self.session.engine(file).active}
            rows = ((code, one.severity, one.severity_is_set, one.chosen) for code, one in rules.items() if code in on)
            known = self._rules[id(rules)] = rules, rules_text(rows, [placed.pattern for placed in settings.patterns])
        return known[1]


def _run_text(session: Session, files: Sequence[File], questions: Mapping[str, Question]) -> bytes:
    """What tells the lists of a run from those of another: names, contents and rules."""
    told = []
    for file in files:
        question = questions.get(file.shown)
        told.append((file.shown, digest(question.raw) + digest(question.rules) if question else None))
    for file in session.other_files(files):
        try:
            told.append((file.shown, digest(file.path.read_bytes()) if file.path is not None else None))
        except OSError:
            told.append((file.shown, None))
    return repr(told).encode("utf-8", "surrogateescape")


def _with_sources(result: Result, files: Sequence[File]) -> Result:
    """The result, with the files that findings speak of beside their own, which nobody read this time."""
    named = {one.path for found in result.diagnostics for one in found.related if one.path is not None}
    missing = named - result.sources.keys() - {found.path for found in result.diagnostics}
    paths = {file.shown: file.path for file in files}
    sources = {found.path: found.source for found in result.diagnostics if found.path in named}
    for name in missing:
        path = paths.get(name) or Path(name)
        try:
            sources[name] = Source.from_bytes(path.read_bytes(), name)
        except (OSError, ListlintError):
            continue
    return replace(result, sources={**sources, **result.sources}) if sources else result
