"""What earlier runs learnt of each link, in an SQLite file that any run may be interrupted in.

The file is in WAL mode, and each batch is one transaction that reads, merges and writes: what was recorded
is there after a kill, and of two runs at once each sees what the other has written. Nothing here ends a
run: a file that cannot be used is set aside or left alone, and :attr:`History.notices` says so.

All times are seconds of the epoch, all dates in UTC.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import sqlite3
import stat
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import msgspec
from msgspec import Meta, Struct, structs

from listlint.model.errors import ListlintError
from listlint.model.links import AGEING, Flag, LinkOutcome, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

DEFAULT_PATH = Path(".listlint", "links.db")
DAY = 86_400.0
HOUR = 3_600.0
MAX_AGE = 7 * DAY
"""How long the success of a link is believed, where nothing else is said."""
AGED_RUNS = 3
AGED_TIME = 7 * DAY
"""So many runs in a row, over so long a time, must meet silence before a link is dead of it."""
SKEW = 300.0
"""What lies further in the future than this was written by a clock that was wrong."""
KEPT = 400 * DAY
"""How long what is known of a link is kept after the last run that asked for it: lists drop links and take others."""
LOCK_WAIT = 5.0
"""How long to wait for another program that holds the file, in seconds."""
EXPORT_VERSION = 1

_NOT_TOLD = frozenset(
    {Reason.HOST_DOWN, Reason.RATE_LIMITED, Reason.WALLED, Reason.FORBIDDEN_TARGET, Reason.PORT_NOT_ALLOWED}
)
"""Reasons that, without a status, mean that the link itself was not asked: they neither count nor excuse."""
_ASKED_AGAIN = frozenset({Flag.INSECURE, Flag.SUSPECT, Flag.FRAGMENT_MISSING})
"""Flags that are complaints; one that has become wrong must not be repeated for a week."""

_APPLICATION = 0x4C4C4E4B
"""``LLNK``: the application id that tells our files from other people's databases."""
_STEPS: tuple[str, ...] = (
    "CREATE TABLE links ("
    "url TEXT NOT NULL PRIMARY KEY, verdict TEXT NOT NULL, reason TEXT NOT NULL, status INTEGER, "
    "flags TEXT NOT NULL, final_url TEXT, detail TEXT NOT NULL, missing TEXT NOT NULL, archive TEXT, etag TEXT, "
    "checked REAL NOT NULL, last_ok REAL, first_failed REAL, failures INTEGER NOT NULL, counted REAL NOT NULL, "
    "silent INTEGER NOT NULL, fragments TEXT NOT NULL, soft_404 INTEGER NOT NULL)",
    "ALTER TABLE links ADD COLUMN token INTEGER NOT NULL DEFAULT 0",
)
"""Step *n* leads from schema *n* to *n + 1*; an empty file has schema 0. A step is never changed, only added.

``etag`` of the first one is not used (docs/decisions.md).
"""

_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_ATTEMPTS = 5
_PAUSE = 0.02
"""between two looks at a lock, in seconds"""

Time = Annotated[float, Meta(ge=0, le=253_402_300_799)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is known of one URL, as stored. The verdict is as it was told: age is judged when it is read.

    A streak is a row of runs that failed in one manner: told so (404, 403 …), or met with silence
    (``silent``, see ``AGEING``). The other manner, or a success, begins a new one.
    """

    url: str
    verdict: Verdict
    reason: Reason
    status: Annotated[int, Meta(ge=0, le=999)] | None = None
    flags: tuple[Flag, ...] = ()
    final_url: str | None = None
    detail: str = ""
    missing: tuple[str, ...] = ()
    archive: str | None = None
    checked: Time
    last_ok: Time | None = None
    first_failed: Time | None = None
    """where the streak began; None where there is none"""
    failures: Count = 0
    """runs in the streak; those within an hour of the last that counted are not counted"""
    counted: Time = 0.0
    """when the last run that counted began"""
    silent: bool = False
    fragments: tuple[str, ...] = ()
    """those that the page was searched for"""
    soft_404: bool = False
    """whether it was asked for soft 404"""
    token: bool = False
    """whether there was a token for the API that tells more of it than its page"""

    @property
    def aged(self) -> bool:
        """Tell whether silence has lasted so long that the link is dead."""
        return (
            self.reason in AGEING
            and self.silent
            and self.failures >= AGED_RUNS
            and self.first_failed is not None
            and self.checked - self.first_failed >= AGED_TIME
        )

    def outcome(self) -> LinkOutcome:
        """What the last run made of it, as an outcome of the history."""
        told = LinkOutcome(
            url=self.url,
            verdict=self.verdict,
            reason=self.reason,
            status=self.status,
            flags=self.flags,
            final_url=self.final_url,
            detail=self.detail,
            checked=self.checked,
            missing=self.missing,
            archive=self.archive,
            from_history=True,
        )
        return with_past(told, self)


_FIELDS = Record.__struct_fields__
_LISTS = frozenset({"flags", "missing", "fragments"})
_FLAGS = frozenset({"silent", "soft_404", "token"})
_NUMBERS = frozenset({"status", "checked", "last_ok", "first_failed", "failures", "counted", *_FLAGS})
# The driver refuses to bind text with lone surrogates; as bytes that are cast it goes in and comes out.
_HOLES = ", ".join("?" if name in _NUMBERS else "CAST(? AS TEXT)" for name in _FIELDS)
_COLUMNS = ", ".join(_FIELDS)
_SELECT = f"SELECT {_COLUMNS} FROM links"  # noqa: S608 - made of our own field names
_SELECT_ONE = f"{_SELECT} WHERE url = CAST(? AS TEXT)"
_REPLACE = f"INSERT OR REPLACE INTO links ({_COLUMNS}) VALUES ({_HOLES})"  # noqa: S608 - the same


_PRUNE = (
    "DELETE FROM links WHERE checked > 0 "  # noqa: S608 - made of our own number
    "AND max(checked, counted, coalesce(last_ok, 0)) < "
    f"(SELECT min(max(checked), ?) FROM links) - {KEPT}"
)
"""Reckoned from the newest record, not from a clock that may be wrong by years; and never from a time to come.

A time of 0 is one that nobody knows, see :func:`credible`.
"""


class _UnfitError(Exception):
    """The file cannot be used, and ``suffix`` is what it is set aside with; None leaves it where it is."""

    def __init__(self, why: str, suffix: str | None) -> None:
        super().__init__(why)
        self.why = why
        self.suffix = suffix


def observation(
    outcome: LinkOutcome,
    run: float,
    *,
    fragments: Iterable[str] = (),
    soft_404: bool = False,
    token: bool = False,
) -> Record:
    """The record of a link of which nothing but this one outcome is known, of the run that began at ``run``."""
    when = outcome.checked or run
    alive = outcome.verdict is Verdict.ALIVE
    told = not (outcome.reason in _NOT_TOLD and outcome.status is None)
    failed = told and not alive
    return Record(
        url=outcome.url,
        verdict=outcome.verdict,
        reason=outcome.reason,
        status=outcome.status,
        flags=outcome.flags,
        final_url=outcome.final_url,
        detail=outcome.detail,
        missing=outcome.missing,
        archive=outcome.archive,
        checked=when,
        last_ok=when if alive else None,
        first_failed=when if failed else None,
        failures=int(failed),
        counted=run if failed else 0.0,
        silent=failed and outcome.reason in AGEING,
        fragments=tuple(sorted(fragments)) if alive else (),
        soft_404=soft_404 and alive,
        token=token and alive,
    )


def merge(stored: Record, other: Record, *, add: bool) -> Record:
    """One record of two of the same URL: the newer verdict, the last success, and the streak that both tell of.

    With ``add`` they are of different runs, and the counts of one streak add up unless both runs are
    within an hour; without, they may share runs (a copy that comes back), and the higher count holds.
    """
    old, new = (stored, other) if stored.checked <= other.checked else (other, stored)
    successes = [when for when in (old.last_ok, new.last_ok) if when is not None]
    new = structs.replace(new, last_ok=max(successes, default=None))
    if new.verdict is Verdict.ALIVE:
        return new
    first, failures, counted, silent = _streak(old, new, add=add)
    return structs.replace(new, first_failed=first, failures=failures, counted=counted, silent=silent)


def _streak(old: Record, new: Record, *, add: bool) -> tuple[float | None, int, float, bool]:
    """``first_failed``, ``failures``, ``counted``, ``silent`` of two records, the newer of which is not alive."""
    own = (new.first_failed, new.failures, new.counted, new.silent)
    if new.first_failed is None:
        kept = old.first_failed is not None and (new.last_ok or 0.0) <= old.first_failed
        return (old.first_failed, old.failures, old.counted, old.silent) if kept else own
    other_manner = old.first_failed is not None and old.silent != new.silent
    interrupted = max(old.last_ok or 0.0, old.checked if other_manner else 0.0)
    if interrupted > new.first_failed:
        return new.checked, 1, new.counted, new.silent
    if old.first_failed is None or other_manner or (new.last_ok or 0.0) > old.first_failed:
        return own
    first = min(old.first_failed, new.first_failed)
    if not add:
        return first, max(old.failures, new.failures), max(old.counted, new.counted), new.silent
    if abs(new.counted - old.counted) < HOUR:
        return first, max(old.failures, new.failures), min(old.counted, new.counted), new.silent
    return first, old.failures + new.failures, max(old.counted, new.counted), new.silent


def credible(record: Record, now: float) -> Record:
    """The record without times that have not come yet, which a wrong clock has written; any other is newer."""
    limit = now + SKEW
    if max(record.checked, record.last_ok or 0.0, record.first_failed or 0.0, record.counted) <= limit:
        return record
    return structs.replace(
        record,
        checked=record.checked if record.checked <= limit else 0.0,
        last_ok=record.last_ok if record.last_ok is None or record.last_ok <= limit else None,
        first_failed=record.first_failed if record.first_failed is None else min(record.first_failed, now),
        counted=record.counted if record.counted <= limit else 0.0,
    )


def with_past(outcome: LinkOutcome, record: Record) -> LinkOutcome:
    """The outcome with ``since``, and dead where silence has lasted."""
    if outcome.verdict is Verdict.ALIVE:
        return outcome
    since = record.first_failed
    if outcome.verdict is Verdict.UNKNOWN and outcome.reason in AGEING and record.aged and since is not None:
        day = datetime.datetime.fromtimestamp(since, datetime.UTC).date().isoformat()
        return structs.replace(outcome, verdict=Verdict.DEAD, aged=True, since=since, detail=f"unreachable since {day}")
    return structs.replace(outcome, since=since)


def is_fresh(url: str, checked: float, now: float, max_age: float) -> bool:
    """Tell whether what was found at ``checked`` need not be asked again at ``now``.

    Each URL has its own moment in every period of ``max_age`` seconds, and is asked again when that has
    passed: never older than ``max_age``, and a schedule asks an equal share each time. One that was
    asked just before its moment is left alone for a fourteenth of the period.
    """
    age = now - checked
    if max_age <= 0 or age >= max_age or age < -SKEW:
        return False
    if age < max_age / 14:
        return True
    digest = hashlib.blake2b(_encode(url), digest_size=8).digest()
    moment = int.from_bytes(digest, "big") / 2**64 * max_age
    return (now - moment) // max_age == (checked - moment) // max_age


class History:
    """The history in one file. A context manager; every method may block, bounded by ``lock_wait``."""

    def __init__(self, path: Path, *, now: float, store: bool, lock_wait: float) -> None:
        self.path = path
        self.now = now
        self.notices: list[str] = []
        """for people: what could not be read or stored, and what was set aside"""
        self._store = store
        self._lock_wait = lock_wait
        self._opened = time.monotonic()
        self._identity: tuple[int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        self._claim: int | None = None
        """a handle of the folder: shared as long as the file is open, so that nobody renames it then"""

    @classmethod
    def open(cls, path: Path | str, *, now: float, store: bool = True, lock_wait: float = LOCK_WAIT) -> Self:
        """Open the history, and make it where there is none and ``store`` allows.

        ``now`` is the time at which this run began. Never raises for a file that cannot be used:
        then the past is empty, and :attr:`notices` tells why.
        """
        history = cls(Path(path), now=now, store=store, lock_wait=lock_wait)
        history._start()
        return history

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. What was recorded is in it already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        claim, self._claim = self._claim, None
        if claim is not None:
            os.close(claim)

    @property
    def stores(self) -> bool:
        """Whether what is recorded is kept."""
        return self._store and self._connection is not None

    # What the checker asks and tells

    def records(self, urls: Iterable[str]) -> dict[str, Record]:
        """What is stored of these URLs."""
        wanted = list(urls)
        if self._connection is None:
            return {}
        try:
            with _transaction(self._connection, "BEGIN"):
                return self._look_up(wanted)
        except sqlite3.Error as error:
            self._failed(error)
            return {}

    def reusable(
        self,
        urls: Iterable[str],
        max_age: float = MAX_AGE,
        *,
        fragments: Mapping[str, frozenset[str]] | None = None,
        soft_404: bool = False,
        token: Container[str] = (),
    ) -> Mapping[str, LinkOutcome]:
        """The URLs that need not be asked: alive without complaint, ``max_age`` seconds ago at most.

        ``fragments`` are those wanted of each URL; a page that was not searched for all of them is
        asked again, and so is one that was not asked for soft 404 where that is wanted. ``token`` are those of
        which an API tells more to a token that there is now; what was found without one is not enough. A status
        that is an error (it was accepted then, on demand) is not taken over.
        """
        now, wanted = self._clock(), fragments or {}
        return {
            url: record.outcome()
            for url, record in (self.records(urls) if max_age > 0 else {}).items()
            if record.verdict is Verdict.ALIVE
            and (record.reason is Reason.AUTH_REQUIRED or (record.reason is Reason.OK and (record.status or 0) < 400))
            and not _ASKED_AGAIN.intersection(record.flags)
            and (record.soft_404 or not soft_404)
            and (record.token or url not in token)
            and wanted.get(url, frozenset()) <= frozenset(record.fragments)
            and is_fresh(url, record.checked, now, max_age)
        }

    def last(self, urls: Iterable[str]) -> Mapping[str, LinkOutcome]:
        """The last outcome of each URL that is known, however old."""
        return {url: record.outcome() for url, record in self.records(urls).items()}

    def record(
        self,
        outcomes: Iterable[LinkOutcome],
        *,
        fragments: Mapping[str, frozenset[str]] | None = None,
        soft_404: bool = False,
        token: Container[str] = (),
    ) -> list[LinkOutcome]:
        """Store what this run found, in one transaction; the same outcomes, with what the past says of them.

        ``fragments`` are those that each URL's page was searched for, ``token`` the URLs of which an API tells more to
        a token that there was. An outcome that came from the
        history, or that nobody was asked for, is not stored.
        """
        found = list(outcomes)
        asked = [
            observation(
                outcome,
                self.now,
                fragments=(fragments or {}).get(outcome.url, frozenset()),
                soft_404=soft_404,
                token=outcome.url in token,
            )
            for outcome in found
            if not outcome.from_history and outcome.reason is not Reason.NOT_ASKED
        ]
        known = self._merge(asked, add=True)
        return [self._completed(outcome, known) for outcome in found]

    def _completed(self, outcome: LinkOutcome, known: Mapping[str, Record]) -> LinkOutcome:
        record = known.get(outcome.url)
        if outcome.from_history or record is None:
            return outcome
        if not outcome.checked:
            outcome = structs.replace(outcome, checked=self.now)
        # Another run may have stored a newer outcome; ours is judged with the streak that both have seen.
        return with_past(outcome, structs.replace(record, reason=outcome.reason))

    # What people ask of it

    def rows(self) -> Iterator[Record]:
        """Every record, by URL."""
        if self._connection is None:
            return
        try:
            for row in self._connection.execute(f"{_SELECT} ORDER BY url"):
                record = _decode(row)
                if record is not None:
                    yield record
        except sqlite3.Error as error:
            self._failed(error)

    def forget(self, urls: Iterable[str]) -> int:
        """Delete what is known of these URLs; how many there were. Raises :class:`ListlintError`, see :meth:`load`."""
        gone = 0
        with self._required() as connection:
            for url in urls:
                gone += connection.execute("DELETE FROM links WHERE url = CAST(? AS TEXT)", (_encode(url),)).rowcount
        return gone

    def export(self, stream: TextIO) -> int:
        """Write every record as a line of JSON (ASCII); how many there were. Equal histories give equal text."""
        count = 0
        for count, record in enumerate(self.rows(), start=1):  # noqa: B007 - it is the result
            line = {"version": EXPORT_VERSION, **msgspec.to_builtins(record)}
            stream.write(json.dumps(line, separators=(",", ":")) + "\n")
        return count

    def load(self, stream: Iterable[str], *, name: str | None = None) -> int:
        """Merge the lines of an :meth:`export`; how many there were. The newer outcome of a URL holds.

        Keys that are not known are passed over. Raises :class:`ListlintError` for a line that is no
        record, naming it, and then nothing is stored; and where nothing can be stored.
        """
        # Read first: the lines may come from a pipe, and nobody else could write meanwhile.
        incoming = [
            _parse(text, number, name) for number, text in enumerate(stream, start=1) if text.strip("\ufeff \t\r\n")
        ]
        with self._required():
            self._combine(incoming, add=False)
        return len(incoming)

    # Reading and writing

    def _clock(self) -> float:
        return self.now + time.monotonic() - self._opened

    def _look_up(self, urls: Iterable[str]) -> dict[str, Record]:
        assert self._connection is not None
        found = {}
        for url in urls:
            row = self._connection.execute(_SELECT_ONE, (_encode(url),)).fetchone()
            record = _decode(row) if row is not None else None
            if record is not None:
                found[url] = record
        return found

    def _merge(self, asked: list[Record], *, add: bool) -> dict[str, Record]:
        """The records with what is stored; stored, where that is possible."""
        for _ in range(_ATTEMPTS):
            if not self.stores or not asked:
                break
            assert self._connection is not None
            try:
                with _transaction(self._connection, "BEGIN IMMEDIATE"):
                    return self._combine(asked, add=add)
            except sqlite3.Error as error:
                self._failed(error)
        return self._combined(asked, self.records(record.url for record in asked), add=add)

    def _combine(self, asked: list[Record], *, add: bool) -> dict[str, Record]:
        assert self._connection is not None
        known = self._combined(asked, self._look_up(record.url for record in asked), add=add)
        self._connection.executemany(_REPLACE, (_row(record) for record in known.values()))
        return known

    def _combined(self, asked: list[Record], past: Mapping[str, Record], *, add: bool) -> dict[str, Record]:
        known: dict[str, Record] = {}
        # Our own times are not doubted, though a run may outlive a clock that stops in sleep.
        own = max((record.checked for record in asked), default=0.0) if add else 0.0
        now = max(self._clock(), own)
        for record in asked:
            before = known.get(record.url) or past.get(record.url)
            fresh = credible(record, now)
            known[record.url] = fresh if before is None else merge(credible(before, now), fresh, add=add)
        return known

    @contextmanager
    def _required(self) -> Iterator[sqlite3.Connection]:
        """A transaction for what was asked for in so many words, and must not fail unheard."""
        connection = self._connection
        if connection is None or not self._store:
            why = self.notices[-1] if self.notices else f"the link history {self.path} cannot be written"
            raise ListlintError(why, code="history")
        try:
            with _transaction(connection, "BEGIN IMMEDIATE"):
                yield connection
        except sqlite3.Error as error:
            self._failed(error)
            raise ListlintError(self.notices[-1], code="history") from error

    # The file

    def _start(self) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._connection = self._connect()
            except _UnfitError as unfit:
                if not self._set_aside(unfit):
                    return
            except (sqlite3.Error, OSError) as error:
                self._store_nothing(error, "nothing is known of earlier runs, and nothing is stored")
                return
            else:
                return
        self._store = False
        self.notices.append(f"the link history {self.path} was replaced again and again: nothing is stored")

    def _connect(self) -> sqlite3.Connection | None:
        """A connection to a sound file; None where there is none and none is to be made."""
        if self._store:
            _make(self.path)
        elif not self.path.exists():
            return None
        deadline = time.monotonic() + self._lock_wait
        self._claim = _handle(self.path.parent)
        while not _claimed(self._claim, alone=False) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        if self._store:
            _make(self.path)  # another run may have set it aside while we waited
        found = self.path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _UnfitError("is not a file", None)
        self._identity = (found.st_dev, found.st_ino)
        while True:
            try:
                return self._attach()
            except sqlite3.Error as error:
                if _code(error) in _BROKEN:
                    raise _UnfitError("is damaged", "damaged") from error
                # The switch to WAL reports a lock at once, without waiting as other statements do.
                if _code(error) not in _LOCKED or time.monotonic() >= deadline:
                    raise
            time.sleep(_PAUSE)

    def _attach(self) -> sqlite3.Connection | None:
        try:
            # Also to read alone: what cannot write leaves the files behind that SQLite keeps beside this one.
            connection = _dial(self.path, "mode=rw", self._lock_wait)
            if not self._store:
                connection.execute("PRAGMA query_only = ON")
            return self._prepared(connection)
        except sqlite3.Error as error:
            if _code(error) in _LOCKED | _BROKEN:
                raise
            # A file in WAL mode cannot be read where no file may be made beside it, unless it is said not to change.
            return self._prepared(_dial(self.path, "mode=ro&immutable=1", self._lock_wait))

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection | None:
        """The connection, once the file is found sound and brought to our version; None if it is empty."""
        try:
            # In one transaction, since another run may be making the table just now.
            with _transaction(connection, "BEGIN"):
                version = _inspect(connection)
            if self._store:
                try:
                    _upgrade(connection, self.now)
                    version = len(_STEPS)
                except sqlite3.Error as error:
                    if _code(error) in _LOCKED | _BROKEN or version == 0:
                        raise
                    self._store_nothing(error, "what this run finds is not stored")
        except BaseException:
            connection.close()
            raise
        if version == len(_STEPS):
            return connection
        connection.close()
        return None

    def _failed(self, error: sqlite3.Error) -> None:
        """Go on after an error in the middle of a run: with a new file if it is damaged, else without storing."""
        if _code(error) in _BROKEN:
            if self._set_aside(_UnfitError("is damaged", "damaged")):
                self._start()
        elif self._store:
            self._store_nothing(error, "what this run finds from now on is not stored")
        elif not self.notices:
            self._store_nothing(error, "what it holds is not used")

    def _store_nothing(self, error: Exception, consequence: str) -> None:
        self._store = False
        locked = isinstance(error, sqlite3.Error) and _code(error) in _LOCKED
        why = "is locked by another program" if locked else f"cannot be used as it should ({_reason(error)})"
        self.notices.append(f"the link history {self.path} {why}: {consequence}")

    def _set_aside(self, unfit: _UnfitError) -> bool:
        """Rename the file, with what SQLite keeps beside it; whether another attempt makes sense."""
        self.close()
        # A slip of the hand (`--history README.md`) must not cost a file.
        ours = self.path.suffix == ".db" or self.path.parent.name == DEFAULT_PATH.parent.name
        if unfit.suffix is None or not self._store or not ours:
            self._leave_alone(unfit.why)
            return False
        try:
            aside = self._moved(unfit.suffix)
        except BlockingIOError:
            self._leave_alone(f"{unfit.why}, and another run uses it")
            return False
        except FileNotFoundError:
            return True
        except OSError as error:
            self._store_nothing(error, f"it {unfit.why}, and nothing is stored")
            return False
        if aside is not None:
            self.notices.append(
                f"the link history {self.path} {unfit.why}: it was set aside as {aside.name}, and a new one begins"
            )
        return True

    def _leave_alone(self, why: str) -> None:
        self._store = False
        self.notices.append(f"the link history {self.path} {why}: it is left alone, and nothing is stored")

    def _moved(self, suffix: str) -> Path | None:
        """The new name of the file; None if somebody else has moved it. Raises BlockingIOError while others use it.

        SQLite deletes its log by name when it is closed: a run that still had the old file open would
        take away that of the new one.
        """
        deadline = time.monotonic() + self._lock_wait
        handle = _handle(self.path.parent)
        try:
            while True:
                alone = _claimed(handle, alone=True)
                found = self.path.stat()
                if (found.st_dev, found.st_ino) != self._identity:
                    return None
                if alone:
                    return _rename(self.path, suffix)
                if time.monotonic() >= deadline:
                    raise BlockingIOError
                time.sleep(_PAUSE)
        finally:
            if handle is not None:
                os.close(handle)


def _make(path: Path) -> None:
    """Make an empty file that only its owner may read, and its folder, where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.name == DEFAULT_PATH.parent.name:
        with suppress(OSError), (path.parent / ".gitignore").open("x", encoding="utf-8") as ignore:
            ignore.write("*\n")
    try:
        # Exclusively, so that a link that leads nowhere is not followed; SQLite gives its other files the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        if not path.exists():
            raise


def _dial(path: Path, mode: str, lock_wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=lock_wait, isolation_level=None
    )
    connection.text_factory = _text
    # The file may come with a pull request: nothing in its schema is to run.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _inspect(connection: sqlite3.Connection) -> int:
    """The version of the schema, 0 for an empty file. Raises _UnfitError for what is not ours, and SQLite's errors."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    things = connection.execute(r"SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'")
    schema = things.fetchall()
    if not schema and application == version == 0:
        return 0
    if application != _APPLICATION:
        raise _UnfitError("is a database of something else", None)
    if version > len(_STEPS):
        raise _UnfitError("was written by a newer listlint", f"version-{version}")
    columns = {column[1] for column in connection.execute("PRAGMA table_info(links)")}
    # A view or a trigger in the place of the table could keep a query busy for ever.
    if version < 1 or schema != [("table", "links")] or (version == len(_STEPS) and not columns.issuperset(_FIELDS)):
        raise _UnfitError("is damaged", "damaged")
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise _UnfitError("is damaged", "damaged")
    return int(version)


def _upgrade(connection: sqlite3.Connection, now: float) -> None:
    """Bring the file to WAL mode and to our version, and forget what is old; shows also whether it can be written."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    with _transaction(connection, "BEGIN IMMEDIATE"):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for step in _STEPS[version:]:
            connection.execute(step)
        if version < len(_STEPS):
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(_STEPS)}")
        # Of a file that cannot be written, only a statement that would write tells; this one does.
        connection.execute(_PRUNE, (now,))


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """All or nothing, also when Ctrl-C comes in between."""
    if connection.in_transaction:  # an interruption came just behind the last beginning
        connection.execute("ROLLBACK")
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _handle(folder: Path) -> int | None:
    """A handle of the folder to lock it by; None where the system has no such thing, or does not let us."""
    with suppress(OSError):
        return None if sys.platform == "win32" else os.open(folder, os.O_RDONLY)
    return None


def _claimed(handle: int | None, *, alone: bool) -> bool:
    """Try to lock a folder, with others or alone; without locks everything is ours."""
    if handle is None or sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some file systems have none
        return True
    return True


def _rename(path: Path, suffix: str) -> Path:
    number = 1
    aside = path.with_name(f"{path.name}.{suffix}")
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.{suffix}-{number}")
    # First the log: beside a new file of this name it would be taken for that one's.
    for part in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            Path(f"{path}{part}").rename(f"{aside}{part}")
    return path.rename(aside)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error of the driver's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _row(record: Record) -> list[bytes | float | None]:
    row: list[bytes | float | None] = []
    for name in _FIELDS:
        value = getattr(record, name)
        if name in _LISTS:
            row.append(json.dumps(value).encode())
        else:
            row.append(_encode(value) if isinstance(value, str) else value)
    return row


def _decode(row: tuple[Any, ...]) -> Record | None:
    """The record of a row; None for one that makes no sense, as another hand may have left it."""
    values = dict(zip(_FIELDS, row, strict=True))
    try:
        for name in _LISTS:
            values[name] = json.loads(values[name])
        for name in _FLAGS:
            values[name] = values[name] == 1
        return msgspec.convert(values, Record)
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None


def _parse(text: str, number: int, name: str | None) -> Record:
    try:
        values = json.loads(text.strip("\ufeff \t\r\n"), parse_constant=_no_number)
        if not isinstance(values, dict):
            raise ValueError("it is no object")
        if values.get("version") != EXPORT_VERSION:
            raise ValueError(f"its version is {values.get('version')!r}; this listlint reads {EXPORT_VERSION}")
        return msgspec.convert(values, Record)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ListlintError(
            f"no record of a link history: {error}",
            path=name,
            line=number,
            code="history-import",
            hint="`listlint links --export FILE` writes such files; nothing was imported",
        ) from error


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
