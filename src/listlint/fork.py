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
from typing import TYPE_CHECKING, Any, TypeVar

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


class Errand:
    """One piece of work that a copy of this process does, while this one does another.

    It is used in a ``with`` statement, at the end of which the copy is gone, whatever it was at.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        # A pipe holds 64 kB at a time, and either side would wait for the other.
        self._content = os.memfd_create("listlint")
        self._done, done = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            _run(work, self._content, done)
        os.close(done)

    def __enter__(self) -> Errand:
        """Return the errand."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the copy."""
        os.close(self._content)
        os.close(self._done)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def result(self) -> bytes | None:
        """Wait for what ``work`` returned; None if it raised, or the copy died."""
        return os.pread(self._content, os.fstat(self._content).st_size, 0) if os.read(self._done, 1) else None


def share(chunks: Sequence[Callable[[], T]], dump: Callable[[T], bytes], load: Callable[[bytes], T]) -> list[T]:
    """What each of at most ``MOST`` chunks returns, in no particular order.

    ``dump`` and ``load`` bring it from one process to the other. If the other process fails, this one
    does its work again, so an exception shows here.
    """
    ahead, refill = os.pipe()
    os.write(refill, bytes(range(len(chunks))))
    os.close(refill)
    answer, report = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(chunks, ahead, report, dump)
    os.close(report)
    try:
        mine = {index: chunks[index]() for index in _taken(ahead)}
        with os.fdopen(answer, "rb", closefd=False) as stream:
            received = stream.read()
    finally:
        os.close(ahead)
        os.close(answer)
        os.waitpid(child, 0)
    theirs = {index: load(content) for index, content in _parted(received)}
    missing = set(range(len(chunks))) - mine.keys() - theirs.keys()
    return [*mine.values(), *theirs.values(), *(chunks[index]() for index in sorted(missing))]


def _taken(ahead: int) -> Any:
    """Yield the numbers of the chunks that are this process's to do."""
    while number := os.read(ahead, 1):
        yield number[0]


def _serve(chunks: Sequence[Callable[[], T]], ahead: int, report: int, dump: Callable[[T], bytes]) -> None:
    """Do chunks in the copied process, send what they return, and end it without its exit handlers."""
    try:
        done = [(index, dump(chunks[index]())) for index in _taken(ahead)]
        with os.fdopen(report, "wb") as stream:
            for index, content in done:
                stream.write(_HEAD.pack(index, len(content)) + content)
    finally:
        os._exit(0)


def _run(work: Callable[[], bytes], content: int, done: int) -> None:
    """Do one piece of work there, the same way."""
    try:
        with os.fdopen(content, "wb") as stream:
            stream.write(work())
        os.write(done, b"\n")
    finally:
        os._exit(0)


def _parted(received: bytes) -> Iterator[tuple[int, bytes]]:
    """What was sent of each chunk; nothing of one that was cut off."""
    at = 0
    while at + _HEAD.size <= len(received):
        index, length = _HEAD.unpack_from(received, at)
        at += _HEAD.size + length
        if at <= len(received):
            yield index, received[at - length : at]
