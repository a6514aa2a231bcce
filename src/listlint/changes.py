"""Which findings of a run are new: against a commit, against a file of known ones, or both."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from listlint import baseline, git
from listlint.facts.base import CONTEXT_LINES, renamed
from listlint.facts.files import work_tree
from listlint.model.errors import ListlintError
from listlint.model.result import CRASH_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from listlint.baseline import LineEdit, Matching, Record
    from listlint.facts.base import Base
    from listlint.git import Hunk
    from listlint.model.compare import CompareMode
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.result import Result
    from listlint.model.source import Source

_WHERE = {"added": "on added lines", "diff-context": "in the context of changes", "file": "in changed files"}


class KnownFile(Struct, frozen=True):
    """A baseline, and how its paths are those of a run.

    ``root`` is the folder that the paths of its records are relative to; ``paths`` leads from shown paths to files.
    """

    file: Path
    label: str
    root: Path
    paths: Mapping[str, Path]
    records: tuple[Record, ...] = ()

    def path_of(self, shown: str) -> str:
        """The path that the records of a file have: relative to the root, with ``/``."""
        return self._relative(self.paths[shown])

    def match(
        self, found: Sequence[Diagnostic], edited: Callable[[Diagnostic], LineEdit] = lambda _: baseline.UNKNOWN
    ) -> Matching:
        """Tell which findings are known, and which records are left."""
        names = {shown: self.path_of(shown) for shown in {diagnostic.path for diagnostic in found}}
        return baseline.match(found, lambda diagnostic: names[diagnostic.path], self.records, edited)

    def gone(self, left: Iterable[Record], ran: Ran) -> tuple[Record, ...]:
        """Of the records without a finding those of which the run can tell that they are fixed.

        A file that was not checked, or a rule that did not run on it, tells nothing. A rule over the whole run tells
        something only where the run has all files of the baseline.
        """
        shown = {self.path_of(name): name for name in ran.codes}
        there = {path: (self.root / path).is_file() for path in {record.path for record in self.records}}
        whole = all(path in shown for path, exists in there.items() if exists)
        return tuple(
            record
            for record in left
            if not there[record.path]
            or (
                record.path in shown
                and record.code in ran.codes[shown[record.path]]
                and (whole or record.code not in ran.together)
            )
        )

    def pruned(self, found: Sequence[Diagnostic], ran: Ran) -> tuple[Record, ...]:
        """Its records without those that are fixed."""
        gone = Counter(self.gone(self.match(found).left, ran))
        return tuple((Counter(self.records) - gone).elements())

    def renewed(self, found: Sequence[Diagnostic], ran: Ran) -> tuple[Record, ...]:
        """A record of every finding, and the old ones that the run can tell nothing about."""
        left = self.match(found).left
        kept = (Counter(left) - Counter(self.gone(left, ran))).elements()
        return (*kept, *(self._record(diagnostic) for diagnostic in found if diagnostic.code != CRASH_CODE))

    def following(self, base: Base | None) -> KnownFile:
        """The same with the paths of files that were renamed since it was written, as git finds them."""
        own = {self.path_of(shown): shown for shown in self.paths}
        held = {record.path for record in self.records}
        lost = {path for path in held if not (self.root / path).exists()}
        fresh = {path: shown for path, shown in own.items() if path not in held}
        if not lost or not fresh:
            return self
        names: dict[str, str] = {}
        for path, shown in fresh.items():
            old = base.place(shown) if base is not None else None
            if base is not None and old is not None:
                names[self._relative(base.root(shown) / old)] = path
        if not lost <= set(names):
            names = self._renamed(fresh) | names
        names = {old: new for old, new in names.items() if old in lost}
        records = (replace(record, path=names.get(record.path, record.path)) for record in self.records)
        return replace(self, records=tuple(sorted(records)))

    def _renamed(self, fresh: Mapping[str, str]) -> dict[str, str]:
        """Old path to new one, from the commit that wrote the baseline to the work tree."""
        root = work_tree(self.file.parent.resolve(), {})
        if root is None or not (real := self.file.resolve()).is_relative_to(root):
            return {}
        commit = git.last_change(root, real.relative_to(root).as_posix()) or git.commit_of(root, "HEAD")
        changes = git.changed_files(root, commit) if commit is not None else None
        if commit is None or changes is None:
            return {}
        tracked = git.tracked_files(root) or frozenset()
        lost = [change.old for change in changes if change.old is not None and change.new is None]
        files = (self.paths[shown].resolve() for shown in fresh.values())
        places = [path.relative_to(root).as_posix() for path in files if path.is_relative_to(root)]
        unknown = [place for place in places if place not in tracked]
        pairs = [*changes, *renamed(root, commit, lost, unknown)]
        return {self._relative(root / old): self._relative(root / new) for old, new in pairs if old and new}

    def _record(self, diagnostic: Diagnostic) -> Record:
        return baseline.record(diagnostic, self.path_of(diagnostic.path))

    def _relative(self, path: Path) -> str:
        """``path`` relative to the root; with links resolved where it would lie outside otherwise."""
        for one, root in ((path, self.root), (path.resolve(), self.root.resolve())):
            try:
                relative = os.path.relpath(one, root)
            except ValueError:  # another drive of Windows
                return one.as_posix()
            if relative.split(os.sep, 1)[0] != os.pardir:
                break
        # JSON has no form for a byte of a file name that is not UTF-8.
        return relative.replace(os.sep, "/").encode("utf-8", "backslashreplace").decode()


class Ran(Struct, frozen=True):
    """What ran: the codes of the rules by shown path, and which of them look at all files together."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    together: frozenset[str] = frozenset()


class Comparison(Struct, frozen=True, kw_only=True):
    """What the findings of a run are held against.

    ``uncertain`` gives the codes of rules whose findings in a file may change though the file does not. ``lint_base``
    gives what some rules, by their codes, find in some files as the base has them (all, where it is given None),
    under their shown paths.
    """

    mode: CompareMode
    known: KnownFile | None = None
    base: Base | None = None
    uncertain: Callable[[], frozenset[str]] = frozenset
    lint_base: Callable[[Collection[str] | None, Collection[str]], Result] | None = None
    places: dict[tuple[str, range], frozenset[str]] = field(default_factory=dict)
    contents: dict[str, list[str]] = field(default_factory=dict)

    def apply(self, result: Result, ran: Ran) -> Result:
        """The result without the findings that are known."""
        found = result.diagnostics
        notices, failures = list(result.notices), list(result.failures)
        old = self._of_base(found, ran.together, notices)
        if self.known is not None:
            matching = self.known.match(found, self._edited)
            old |= matching.known
            if fixed := self.known.gone(matching.left, ran):
                (failures if self.mode.strict else notices).append(_fixed_text(len(fixed), self.known.label))
        fresh = [diagnostic for index, diagnostic in enumerate(found) if index not in old]
        shown = [diagnostic for diagnostic in fresh if self._in_scope(diagnostic)]
        if hidden := len(fresh) - len(shown):
            what = "1 new finding is" if hidden == 1 else f"{hidden:,} new findings are"
            notices.append(f"{what} not {_WHERE[self.mode.scope]} and not shown (--filter {self.mode.scope})")
        return replace(
            result,
            diagnostics=tuple(shown),
            known=len(found) - len(fresh),
            notices=tuple(notices),
            failures=tuple(failures),
        )

    def _of_base(self, found: Sequence[Diagnostic], together: frozenset[str], notices: list[str]) -> set[int]:
        """The findings that the base has, too."""
        base = self.base
        if base is None or self.lint_base is None or not found:
            return set()
        same = {one.path: base.is_same(one.path, one.source.raw) for one in found}
        uncertain = self.uncertain()
        old = {i for i, one in enumerate(found) if same[one.path] and one.code not in uncertain}
        rest = [(i, one) for i, one in enumerate(found) if i not in old and one.code != CRASH_CODE]
        files = {one.path for _, one in rest if base.place(one.path) is not None}
        if files:
            whole = any(one.code in together for _, one in rest)
            result = self.lint_base(None if whole else files, {one.code for _, one in rest})
            if lacking := [error for error in result.errors if error.code == "no-base"]:
                raise lacking[0]
            notices += [f"{one.path}: in the base, {one.message}; its findings count as new" for one in result.errors]
            records = [baseline.record(one, one.path) for one in result.diagnostics]
            matching = baseline.match([one for _, one in rest], lambda one: one.path, records, self._edited)
            old |= {rest[index][0] for index in matching.known}
        return old

    def _edited(self, diagnostic: Diagnostic) -> LineEdit:
        """What became of the lines of a finding since the base."""
        if self.base is None:
            return baseline.UNKNOWN
        touched = _touched(diagnostic, self.base.hunks(diagnostic.path))
        if touched is None:
            return baseline.LineEdit(is_changed=True, replaced=None)
        replaced = [self._replaced(diagnostic.path, hunk.old) for hunk in touched]
        return baseline.LineEdit(bool(touched), frozenset[str]().union(*replaced))

    def _replaced(self, shown: str, lines: range) -> frozenset[str]:
        """The places that lines of the base had."""
        key = shown, lines
        if key not in self.places:
            if shown not in self.contents:
                content = self.base.content(shown) if self.base is not None else None
                self.contents[shown] = (content or b"").decode("utf-8", "surrogateescape").split("\n")
            self.places[key] = baseline.places_of(self.contents[shown][lines.start - 1 : lines.stop - 1])
        return self.places[key]

    def _in_scope(self, diagnostic: Diagnostic) -> bool:
        base, scope = self.base, self.mode.scope
        if base is None or scope == "none" or diagnostic.code == CRASH_CODE:
            return True
        if scope == "file":
            return not base.is_same(diagnostic.path, diagnostic.source.raw)
        context = CONTEXT_LINES if scope == "diff-context" else 0
        touched = _touched(diagnostic, base.hunks(diagnostic.path, context))
        return touched is None or bool(touched)


def load(file: Path, label: str) -> tuple[Record, ...]:
    """The records of a baseline file.

    Raises:
        ListlintError: it cannot be read, or is none.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(baseline.MAX_BYTES + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise ListlintError(
            "no such baseline" if missing else f"cannot be read: {error.strerror or error}",
            path=label,
            code="no-such-file" if missing else "unreadable",
            hint="write it with: listlint baseline" if missing else None,
        ) from error
    return baseline.decode(raw, label)


def _fixed_text(number: int, label: str) -> str:
    what = "1 known finding is" if number == 1 else f"{number:,} known findings are"
    it = "it stands" if number == 1 else "they stand"
    return f"{what} fixed, but {it} in {label} still; remove with: listlint baseline --prune"


def _touched(diagnostic: Diagnostic, hunks: Sequence[Hunk] | None) -> Sequence[Hunk] | None:
    """The hunks with lines that a finding lies on; None if there are none to look at."""
    if hunks is None:
        return None
    source, span = diagnostic.source, diagnostic.span
    first = _git_line(source, span.start)
    last = _git_line(source, max(span.start, span.end - 1))
    start = bisect_right(hunks, first, key=lambda hunk: hunk.new.stop)
    end = bisect_right(hunks, last, key=lambda hunk: hunk.new.start)
    return [hunk for hunk in hunks[start:end] if len(hunk.new)]


def _git_line(source: Source, offset: int) -> int:
    """The line (from 1) as git counts it: a carriage return alone ends none."""
    start = source.line_starts[source.line_index(offset)]
    return bisect_left(_newlines(source), source.raw_offset(start)) + 1


@lru_cache(maxsize=8)
def _newlines(source: Source) -> list[int]:
    found, at = [], -1
    while (at := source.raw.find(b"\n", at + 1)) >= 0:
        found.append(at)
    return found
