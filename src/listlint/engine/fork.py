"""Shares work with a copy of this process, where copying one is cheap.

A forked process has the document already; only the findings travel back. Chunks are handed out as
bytes in a pipe, of which each process takes the next when it is done with the last, so that both
end at about the same time.
"""

from __future__ import annotations

import os
import sys
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

MOST = 255
"""Chunks that can be handed out."""


def may_fork() -> bool:
    """Tell whether a copy of this process is cheap and safe: Linux, and no other thread."""
    return sys.platform == "linux" and threading.active_count() == 1


def share(chunks: Sequence[Callable[[], T]], common: object) -> list[T]:
    """What each of at most ``MOST`` chunks returns, in no particular order.

    ``common`` is an object that results may refer to; it does not travel. If the other process
    fails, this one does its work again, so an exception shows here.
    """
    ahead, refill = os.pipe()
    os.write(refill, bytes(range(len(chunks))))
    os.close(refill)
    answer, report = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(chunks, ahead, report, common)
    os.close(report)
    try:
        mine = {index: chunks[index]() for index in _taken(ahead)}
        with os.fdopen(answer, "rb", closefd=False) as stream:
            received = stream.read()
    finally:
        os.close(ahead)
        os.close(answer)
        os.waitpid(child, 0)
    theirs: dict[int, T] = _load(received, common)
    missing = set(range(len(chunks))) - mine.keys() - theirs.keys()
    return [*mine.values(), *theirs.values(), *(chunks[index]() for index in sorted(missing))]


def _taken(ahead: int) -> Any:
    """Yield the numbers of the chunks that are this process's to do."""
    while number := os.read(ahead, 1):
        yield number[0]


def _serve(chunks: Sequence[Callable[[], T]], ahead: int, report: int, common: object) -> None:
    """Do chunks in the copied process, send what they return, and end it without its exit handlers."""
    try:
        done = {index: chunks[index]() for index in _taken(ahead)}
        with os.fdopen(report, "wb") as stream:
            stream.write(_dump(done, common))
    finally:
        os._exit(0)


def _dump(value: object, common: object) -> bytes:
    import pickle  # here, for short lists need none

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: object) -> str | None:
            return "common" if obj is common else None

    out = BytesIO()
    Pickler(out, pickle.HIGHEST_PROTOCOL).dump(value)
    return out.getvalue()


def _load(data: bytes, common: object) -> dict[int, Any]:
    import pickle  # as above

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, pid: object) -> object:
            return common

    try:
        loaded: dict[int, Any] = Unpickler(BytesIO(data)).load()
    except (EOFError, pickle.UnpicklingError):
        return {}
    return loaded
