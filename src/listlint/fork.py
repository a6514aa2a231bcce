"""Shares work with a copy of this process, where copying one is cheap.

A forked process has already what this one knows; only results travel back. Chunks are handed out as
bytes in a pipe, of which each process takes the next when it is done with the last, so that both
end at about the same time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

MOST = 255
"""Chunks that can be handed out."""
_HEAD = struct.Struct("<BQ")
"""Number of a chunk, and how many bytes of its result follow."""


def may_fork() -> bool:
    """Tell whether a copy of this process is cheap and safe: Linux, and no other thread."""
    return sys.platform == "linux" and threading.active_count() == 1


_ENDING: list[int] = []
"""Copies that have told their result, and end by themselves."""


class Errand:
    """One piece of work that a copy of this process does, while this one does another.

    It is used in a ``with`` statement, at the end of which the copy is gone, whatever it was at. Of one that has told
    its result the operating system may still be clearing up: :func:`wait` waits for that.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        _ENDING[:] = [process for process in _ENDING if not _ended(process, os.WNOHANG)]
        self._content: int | None = None
        self._process: int | None = None
        self._told = False
        self._done, done = os.pipe()
        try:
            # A pipe holds 64 kB at a time, and either side would wait for the other.
            self._content = os.memfd_create("listlint")
            self._process = os.fork()
        except OSError:  # there may be no further process, or no such file: it brings nothing then
            pass
        if self._process == 0:
            _run(work, self._content, done)
        os.close(done)

    def __enter__(self) -> Errand:
        """Return the errand."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the copy."""
        os.close(self._done)
        if self._content is not None:
            os.close(self._content)
        if self._told and self._process is not None:
            _ENDING.append(self._process)
        elif self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            _ended(self._process, 0)

    def result(self) -> bytes | None:
        """Wait for what ``work`` returned; None if it raised, or the copy died. To be called once."""
        self._told = self._content is not None and os.read(self._done, 1) != b""
        if self._content is None or not self._told:
            return None
        return os.pread(self._content, os.fstat(self._content).st_size, 0)


def wait() -> None:
    """Wait for the copies that have told their results, so that what they cost is counted as this process's."""
    while _ENDING:
        _ended(_ENDING.pop(), 0)


def _ended(process: int, options: int) -> bool:
    """Tell whether a copy has ended, and let the operating system forget it; 0 waits for that."""
    try:
        return os.waitpid(process, options) != (0, 0)
    except ChildProcessError:  # somebody else has done so, or it is a copy of the process that this one is a copy of
        return True


def _run(work: Callable[[], bytes], content: int | None, done: int) -> None:
    """Do the work in the copied process, leave what it returns, and end it without its exit handlers."""
    try:
        assert content is not None
        with os.fdopen(content, "wb") as stream:
            stream.write(work())
        os.write(done, b"\n")
    finally:
        os._exit(0)


def share(chunks: Sequence[Callable[[], T]], dump: Callable[[T], bytes], load: Callable[[bytes], T]) -> list[T]:
    """What each of at most ``MOST`` chunks returns, in no particular order.

    ``dump`` and ``load`` bring it from one process to the other. If the other process fails, this one
    does its work again, so an exception shows here.
    """
    ahead, refill = os.pipe()
    os.write(refill, bytes(range(len(chunks))))
    os.close(refill)

    def work() -> bytes:
        done = ((index, dump(chunks[index]())) for index in _taken(ahead))
        return b"".join([_HEAD.pack(index, len(content)) + content for index, content in done])

    try:
        with Errand(work) as errand:
            mine = {index: chunks[index]() for index in _taken(ahead)}
            received = errand.result() or b""
    finally:
        os.close(ahead)
    theirs = {index: load(content) for index, content in _parted(received)}
    missing = set(range(len(chunks))) - mine.keys() - theirs.keys()
    return [*mine.values(), *theirs.values(), *(chunks[index]() for index in sorted(missing))]


def _taken(ahead: int) -> Iterator[int]:
    """Yield the numbers of the chunks that are this process's to do."""
    while number := os.read(ahead, 1):
        yield number[0]


def _parted(received: bytes) -> Iterator[tuple[int, bytes]]:
    """What was sent of each chunk."""
    at = 0
    while at < len(received):
        index, length = _HEAD.unpack_from(received, at)
        at += _HEAD.size + length
        yield index, received[at - length : at]
