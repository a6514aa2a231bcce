"""Findings that are known and wait for somebody: a file of them, and what of a run is in it.

The file is JSON with one record on a line, sorted, so that branches that change it merge. Paths are
relative to the folder of the configuration.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Struct

from listlint.model.errors import ListlintError
from listlint.model.result import CRASH_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.source import Source

T = TypeVar("T")
K = TypeVar("K")

FILE = "listlint-baseline.json"
"""Its name where the configuration gives no other."""
VERSION = 1
MAX_BYTES = 64 * 1024 * 1024
_LINE, _ENTRY, _WORDS = "l", "e", "w"
"""What the place and the words of a record are digests of."""
_WHOLE = "*"
"""The words of a finding about the document or its repository."""
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>")

Path = Annotated[str, Meta(min_length=1, description="The file, relative to the folder of the configuration, with /.")]
Code = Annotated[str, Meta(min_length=1, description="Code of the rule.")]
Fingerprint = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="The finding's own; SHA-256.")]
Place = Annotated[
    str,
    Meta(
        pattern="^([el][0-9a-f]{16})?$",
        description="Digest of the line (l), or of the name of an entry without identity (e).",
    ),
]
Words = Annotated[
    str,
    Meta(
        pattern=r"^(\*|w[0-9a-f]{16})?$",
        description="Outside of entries: digest of the reported words (w), or * for the document as a whole.",
    ),
]


class Record(Struct, frozen=True, order=True, omit_defaults=True):
    """A known finding."""

    path: Path
    code: Code
    fingerprint: Fingerprint
    place: Place = ""
    words: Words = ""


class Contents(Struct, frozen=True, kw_only=True):
    """A baseline file. The closing null lets every record end in a comma, so that none changes for its neighbour."""

    version: Annotated[int, Meta(ge=1, description="Raised when a reader of the former version would break.")]
    findings: tuple[Record | None, ...]


class Matching(Struct, frozen=True):
    """What matching came to: the indices of findings that are known, and the records that fit none."""

    known: frozenset[int]
    left: tuple[Record, ...]


class LineEdit(NamedTuple):
    """What became of the lines of a finding: whether they were changed, and the places of the lines they replaced.

    None where nobody knows what they replaced.
    """

    is_changed: bool
    replaced: frozenset[str] | None


UNKNOWN = LineEdit(is_changed=False, replaced=None)


def decode(raw: bytes, label: str) -> tuple[Record, ...]:
    """The records of a baseline file, sorted; ``label`` names it in errors.

    Raises:
        ListlintError: this is no baseline, or one of a newer listlint.
    """
    if len(raw) > MAX_BYTES:
        raise ListlintError(
            f"has {len(raw):,} bytes; listlint reads at most {MAX_BYTES:,}", path=label, code="baseline"
        )
    _refuse_newer(raw, label)
    try:
        contents = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"), type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _corrupt(raw, label, error) from error
    return tuple(sorted(record for record in contents.findings if record is not None))


def encode(records: Iterable[Record]) -> bytes:
    """A baseline file of these records: the same bytes for the same records in any order."""
    dump = msgspec.json.Encoder().encode
    lines = (dump(record) + b",\n" for record in sorted(records))
    return b'{"version": %d, "findings": [\n%snull\n]}\n' % (VERSION, b"".join(lines))


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file, shipped as ``schemas/baseline.schema.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/listlint/listlint/blob/main/src/listlint/schemas/baseline.schema.json",
        "title": "listlint baseline",
    } | msgspec.json.schema(Contents)


def record(diagnostic: Diagnostic, path: str) -> Record:
    """The record of a finding in a file of this path."""
    return Record(path, diagnostic.code, diagnostic.fingerprint, _place(diagnostic), _words(diagnostic))


def match(
    found: Sequence[Diagnostic],
    path: Callable[[Diagnostic], str],
    records: Iterable[Record],
    edited: Callable[[Diagnostic], LineEdit] = lambda _: UNKNOWN,
) -> Matching:
    """Tell which findings are known.

    Each record accounts for one finding of its path: one of its fingerprint, or else one of the same rule at the
    same place, which may have come under another heading. ``path`` is that of the records. Where there are more
    equal findings than records, those on lines that were ``edited`` are the new ones, and then the last.

    Outside of entries a fingerprint says little, and hangs on headings, which are edited themselves. There a finding
    on another line than the record's is the same only if it has the same words, and that line was edited into this
    one; where nobody knows what was edited, if the record's line is there no more. One about the document as a whole
    is the same wherever it is shown. The crash of a rule is never known.
    """
    held = list(records)
    files = {one.path for one in held}
    paths = [path(diagnostic) for diagnostic in found]
    mine = [i for i, one in enumerate(found) if paths[i] in files and one.code != CRASH_CODE]
    subjects = _grouped(mine, lambda index: (paths[index], *found[index].subject)).values()
    names = _grouped(mine, lambda index: (paths[index], found[index].code, _place(found[index])))
    matcher = _Matcher(found, edited)

    def by_subject(match_one: Callable[[Sequence[int], Sequence[Record]], Sequence[Record]]) -> list[Record]:
        pool = _grouped(held, lambda one: (one.path, one.fingerprint))
        left = [
            match_one(group, [one for i in group for one in pool.pop((paths[i], found[i].fingerprint), ())])
            for group in subjects
        ]
        return [one for equal in (*left, *pool.values()) for one in equal]

    held = by_subject(matcher.match_lines)
    held = matcher.match_named(names, held, lambda one: (one.path, one.code, one.place))
    held = by_subject(matcher.match_words)
    if any(one.words for one in held):
        left = (i for i in mine if i not in matcher.known)
        alike = _grouped(left, lambda index: (paths[index], found[index].code, _words(found[index])))
        held = matcher.match_alike(alike, held)
    return Matching(frozenset(matcher.known), tuple(sorted(held)))


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


class _Matcher:
    """Pairs findings with records, and keeps the indices of those that are known.

    Every step gives back the records that are left.
    """

    def __init__(self, found: Sequence[Diagnostic], edited: Callable[[Diagnostic], LineEdit]) -> None:
        self.found = found
        self.edited = edited
        self.known: set[int] = set()

    def match_lines(self, members: Sequence[int], records: Sequence[Record]) -> Sequence[Record]:
        """Match findings and records of one subject that are at the same place."""
        if not records:
            return ()
        names = _grouped(members, lambda index: _place(self.found[index]))
        return self.match_named(names, records, lambda one: one.place)

    def match_words(self, members: Sequence[int], records: Sequence[Record]) -> Sequence[Record]:
        """Match findings and records of one subject, wherever they are."""
        first = self.found[members[0]]
        members = [index for index in members if index not in self.known and not self.found[index].unit]
        if not records or not members:
            return records
        if first.entry is None and not first.context.startswith("@"):
            return self._match_edited(members, records)
        return records[self.take(members, len(records)) :]

    def match_alike(
        self, alike: Mapping[tuple[str, str, str], Sequence[int]], records: Sequence[Record]
    ) -> list[Record]:
        """Match findings and records of the same path, rule and words, under whatever headings they are."""
        held = _grouped(records, lambda one: (one.path, one.code, one.words))
        left: list[Record] = []
        for key, equal in held.items():
            members, words = alike.get(key, ()), key[-1]
            if words == _WHOLE:
                left += equal[self.take(members, len(equal)) :]
            else:
                left += self._match_edited(members, equal) if words else equal
        return left

    def _match_edited(self, members: Sequence[int], records: Sequence[Record]) -> Sequence[Record]:
        """Match findings and records of other lines, of which only the words are equal."""
        hunks = _grouped(members, lambda index: self.edited(self.found[index]).replaced)
        held = _grouped(records, lambda one: one.place)
        for replaced, equal in hunks.items():
            standing = _standing(self.found[equal[0]].source) if replaced is None else frozenset()
            places = held.keys() - standing if replaced is None else held.keys() & replaced
            usable = [one for place in sorted(places) if place[:1] != _ENTRY for one in held[place]]
            for one in usable[: self.take(equal, len(usable))]:
                held[one.place].remove(one)
        return [one for equal in held.values() for one in equal]

    def match_named(
        self, names: Mapping[K, Sequence[int]], records: Sequence[Record], key: Callable[[Record], K]
    ) -> list[Record]:
        """Match findings, grouped by a name, and records that have the same."""
        held = _grouped(records, key)
        for name, equal in held.items():
            members = [index for index in names.get(name, ()) if index not in self.known]
            del equal[: self.take(members, len(equal))]
        return [one for equal in held.values() for one in equal]

    def take(self, members: Sequence[int], number: int) -> int:
        """Make so many of the findings known, those on edited lines last; give how many there were to take."""
        if 0 < number < len(members):
            members = sorted(members, key=lambda index: (self.edited(self.found[index]).is_changed, index))
        self.known.update(members[:number])
        return min(number, len(members))


def places_of(lines: Iterable[str]) -> frozenset[str]:
    """The places of findings on these lines."""
    return frozenset(_digest(_LINE, line) for line in lines)


def _place(diagnostic: Diagnostic) -> str:
    """A digest of the name of an entry without identity, else of the line that a finding begins on."""
    if diagnostic.unit:
        return _digest(_ENTRY, diagnostic.unit)
    source = diagnostic.source
    return _line(source, source.line_index(diagnostic.span.start))


def _words(diagnostic: Diagnostic) -> str:
    """What tells a finding outside of entries from others of its rule, whatever its headings are called."""
    if diagnostic.whole:
        return _WHOLE
    if diagnostic.entry is not None or diagnostic.unit or diagnostic.context.startswith("@"):
        return ""
    return _digest(_WORDS, diagnostic.source[diagnostic.span])


@lru_cache(maxsize=1024)
def _line(source: Source, index: int) -> str:
    return _digest(_LINE, source.line(index))


@lru_cache(maxsize=4)
def _standing(source: Source) -> frozenset[str]:
    """The places of all lines of a file."""
    return places_of(source.text.split("\n"))


def _digest(kind: str, text: str) -> str:
    """The letter of its kind and 16 hexadecimal digits of a text, its white space folded."""
    from hashlib import sha256

    return kind + sha256(" ".join(text.split()).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _refuse_newer(raw: bytes, label: str) -> None:
    """Refuse a version that is not ours before its shape is looked at."""

    class Version(Struct):
        version: int

    try:
        version = msgspec.json.decode(raw, type=Version).version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if version > VERSION:
        raise ListlintError(
            f"a baseline of version {version}; this listlint reads version {VERSION}",
            path=label,
            code="baseline",
            hint="update listlint, or write it anew with: listlint baseline",
        )


def _corrupt(raw: bytes, label: str, error: Exception) -> ListlintError:
    """Say what is wrong with a file that is no baseline."""
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.startswith(_CONFLICT):
            return ListlintError(
                "a merge left its conflict here",
                path=label,
                line=number,
                code="baseline",
                hint="keep the records of both sides, and then run: listlint baseline --prune",
            )
    hint = "restore it, or delete it and write it anew with: listlint baseline"
    return ListlintError(f"is no baseline of listlint: {error}", path=label, code="baseline", hint=hint)
