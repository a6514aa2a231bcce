"""Remembers what was found in a file, for runs that would find the same again.

What is found hangs on the file's content and shown path, on the rules with their options and tables, on
listlint's own code and that of the libraries that read, and on what rules are told beside the document: the
day, the macros of the run's bibliographies, the names of the files in the git tree, the anchors of the
files that the list links to, and for rules over the whole run the other lists of it. All of that is in the
key of an entry, but the files that the list links to: which those are is known only when it was read, so the entry
names them with digests of their contents, and counts only while they are the same.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint import __version__
from listlint.model.diagnostic import Diagnostic, Severity  # noqa: TC001  # msgspec reads the annotations of structures
from listlint.model.result import CRASH_CODE
from listlint.model.rows import Row, diagnostic_of, row_of
from listlint.packs.loader import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from listlint.cache import Cache
    from listlint.model.facts import RunStrings, Today
    from listlint.model.source import Source

LIBRARIES = ("markdown_it", "mdit_py_plugins", "bibtexparser", "ftfy", "rapidfuzz", "pylatexenc", "regex", "yarl")
"""What has a say in how a file is read and judged."""


class Outcome(Struct, frozen=True):
    """What a run found in one file. ``reads`` are the files of the tree that it looked into for their anchors."""

    found: tuple[Diagnostic, ...] = ()
    entries: int = 0
    links: int = 0
    skipped: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


class Question(Struct, frozen=True):
    """A file to be checked: its content, and the rules with their options (any text that tells them).

    ``place`` is the root of its git tree and its path below it, if it lies in one and rules are told of it.
    """

    shown: str
    raw: bytes
    rules: bytes
    place: tuple[Path, str] | None = None
    whole_run: bool = False
    """some rule looks at the whole run"""


class _Kept(Struct, frozen=True, array_like=True):
    rows: tuple[Row, ...]
    entries: int
    links: int
    skipped: tuple[str, ...]
    reads: dict[str, str]
    """digests by the path below the root of the tree"""


class Memory:
    """What earlier runs found, for one run.

    ``files`` gives the names of a tree's files, ``content`` one of them as the rules are told of it, ``strings`` the
    macros of the run, and ``others`` a text that tells what lists are in the run, asked for where a rule looks at all
    of them.
    """

    def __init__(
        self,
        cache: Cache,
        today: Today,
        strings: RunStrings,
        files: Callable[[Path], Iterable[str] | None],
        content: Callable[[Path, str], bytes | None],
        others: Callable[[], bytes],
    ) -> None:
        self.cache = cache
        macros = "\n".join(sorted(strings.names)).encode("utf-8", "surrogateescape")
        self._told = (today.date.isoformat().encode(), macros)
        self._files = files
        self._read = content
        self._others = lru_cache(maxsize=1)(others)
        self._trees: dict[Path, bytes] = {}

    def recall(self, question: Question, source: Callable[[], Source]) -> Outcome | None:
        """What was found in this file, None where nothing is known; findings need its ``source``."""
        stored = self.cache.get(self._key(question))
        if stored is None:
            return None
        try:
            kept = msgspec.msgpack.decode(stored, type=_Kept)
        except msgspec.DecodeError:
            return None
        if any(self._content(question, name) != digest for name, digest in kept.reads.items()):
            return None
        found = tuple(diagnostic_of(row, content) for row in kept.rows) if kept.rows and (content := source()) else ()
        return Outcome(found, kept.entries, kept.links, kept.skipped, tuple(kept.reads))

    def keep(self, question: Question, outcome: Outcome) -> None:
        """Remember what was found; nothing of a file in which a rule failed, which may do better the next time."""
        if any(found.code == CRASH_CODE for found in outcome.found):
            return
        kept = _Kept(
            tuple(map(row_of, outcome.found)),
            outcome.entries,
            outcome.links,
            outcome.skipped,
            {name: self._content(question, name) for name in outcome.reads},
        )
        try:
            content = msgspec.msgpack.encode(kept)
        except UnicodeEncodeError:  # a message that quotes bytes which are no text
            return
        self.cache.put(self._key(question), content)

    def _key(self, question: Question) -> str:
        parts = [
            code_stamp(),
            question.shown.encode("utf-8", "surrogateescape"),
            digest(question.raw).encode(),
            question.rules,
            *self._told,
            self._tree(question),
            self._others() if question.whole_run else b"",
        ]
        return digest(b"".join(len(part).to_bytes(8) + part for part in parts))

    def _tree(self, question: Question) -> bytes:
        """What tells the place of a file in a tree, and the names in that tree."""
        if question.place is None:
            return b"none"
        root, inside = question.place
        if root not in self._trees:
            names = self._files(root)
            listed = b"" if names is None else "\0".join(sorted(names)).encode("utf-8", "surrogateescape")
            self._trees[root] = digest(listed).encode()
        return self._trees[root] + inside.encode("utf-8", "surrogateescape")

    def _content(self, question: Question, name: str) -> str:
        """A digest of a file of the same tree, "" if it cannot be read."""
        content = None if question.place is None else self._read(question.place[0], name)
        return "" if content is None else digest(content)


@lru_cache(maxsize=1)
def code_stamp() -> bytes:
    """What tells one state of listlint's code, tables and libraries from another, by sizes and times of files."""
    own = Path(__file__).resolve().parent
    places = [*_below(own, (".py", ".json")), *_below(builtin_folder(), (".toml",))]
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            places.append(_stat(spec.origin))
    return repr((__version__, sys.version_info[:3], sorted(places))).encode()


def _below(folder: Path, suffixes: tuple[str, ...]) -> Iterable[tuple[str, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _below(Path(entry.path), suffixes)
        elif entry.name.endswith(suffixes):
            yield _stat(entry.path)


def _stat(path: str) -> tuple[str, int, int]:
    known = os.stat(path)  # noqa: PTH116  # there are hundreds, and a Path of each would take longer
    return path, known.st_size, known.st_mtime_ns


def rules_text(rules: Iterable[tuple[str, Severity, bool, Any]], more: Sequence[Any] = ()) -> bytes:
    """A text that tells rules with their severities and options; ``more`` is what else defines them."""
    told = [(code, severity.value, chosen, options) for code, severity, chosen, options in rules]
    return msgspec.json.encode((told, more), order="deterministic")


def digest(content: bytes) -> str:
    """What tells one content from another."""
    return blake2b(content, digest_size=32).hexdigest()
