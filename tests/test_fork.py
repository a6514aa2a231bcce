"""Chunks shared with a forked process return what they return alone."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from listlint import fork
from listlint.engine.run import FORK_LENGTH

T = TypeVar("T")
DESCRIPTORS = Path("/proc/self/fd")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def dump(value: object) -> bytes:
    return msgspec.json.encode(value)


def load(content: bytes) -> Any:
    return msgspec.json.decode(content)


def who(number: int) -> tuple[int, int]:
    """The chunk, and the process that did it."""
    time.sleep(0.02)
    return number, os.getpid()


def after_a_moment(result: T) -> T:
    """The result, late enough for the other process to take a chunk too."""
    time.sleep(0.02)
    return result


def test_every_chunk_is_done_once_and_both_processes_work() -> None:
    done = fork.share([partial(who, number) for number in range(12)], dump, load)
    assert sorted(number for number, _ in done) == list(range(12))
    assert len({process for _, process in done}) == 2


def test_results_larger_than_a_pipe_arrive() -> None:
    done = fork.share([partial(after_a_moment, "x" * 300_000) for _ in range(6)], dump, load)
    assert [len(text) for text in done] == [300_000] * 6


def test_the_work_of_a_process_that_dies_is_done_again() -> None:
    parent = os.getpid()

    def chunk(number: int) -> int:
        time.sleep(0.02)
        if os.getpid() != parent:
            os._exit(3)
        return number

    assert sorted(fork.share([partial(chunk, number) for number in range(6)], dump, load)) == list(range(6))


def test_an_exception_shows_in_the_first_process() -> None:
    def broken() -> int:
        raise ValueError("a chunk is broken")

    with pytest.raises(ValueError, match="a chunk is broken"):
        fork.share([broken, broken], dump, load)


def test_what_an_errand_brings_arrives() -> None:
    with fork.Errand(lambda: b"x" * 3_000_000 + b"%d" % os.getpid()) as errand:
        brought = errand.result()
    assert brought is not None
    assert brought.startswith(b"x" * 3_000_000)
    assert brought != b"x" * 3_000_000 + b"%d" % os.getpid()


def test_a_copy_that_has_told_its_result_is_gone_with_the_next_and_all_are_waited_for() -> None:
    fork.wait()
    for _ in range(5):
        with fork.Errand(lambda: b"x") as errand:
            assert errand.result() == b"x"
        (process,) = fork._ENDING
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)  # it has ended, and is not forgotten
    fork.wait()
    assert fork._ENDING == []
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def test_an_errand_that_fails_brings_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> bytes:
        raise ValueError("an errand is broken")

    for work in (broken, lambda: os._exit(3), lambda: "text"):
        with fork.Errand(work) as errand:  # type: ignore[arg-type]  # what they return is never asked for
            assert errand.result() is None
    assert capfd.readouterr() == ("", "")


def test_where_no_process_may_be_made_this_one_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(errno.EAGAIN, "too many processes")

    opened = len(list(DESCRIPTORS.iterdir()))
    monkeypatch.setattr(os, "fork", refused)
    with fork.Errand(lambda: b"x") as errand:
        assert errand.result() is None
    assert {process for _, process in fork.share([partial(who, number) for number in range(3)], dump, load)} == {
        os.getpid()
    }
    assert len(list(DESCRIPTORS.iterdir())) == opened


def test_nobody_waits_for_an_errand_of_which_nothing_is_asked() -> None:
    def slow() -> bytes:
        time.sleep(60)
        return b""

    start = time.monotonic()
    with fork.Errand(slow) as errand:
        process = errand._process
    assert time.monotonic() - start < 30
    assert process is not None
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor")
def test_a_long_list_is_checked_alike_by_one_process_and_by_two(tmp_path: Path) -> None:
    line = "- [Name {0}](http://github.com/a/b{0})  - Does one thing  \n"
    text = "# List\n\n" + "".join(map(line.format, range(FORK_LENGTH // len(line) + 100)))
    path = tmp_path / "README.md"
    path.write_text(text * 2, encoding="utf-8")
    command = [sys.executable, "-m", "listlint", "check", "--isolated", "--preset=all", "--output=json", "-j"]
    alone, shared = (subprocess.run([*command, jobs, str(path)], capture_output=True, check=False) for jobs in "12")
    assert len(json.loads(alone.stdout)["findings"]) > 1000
    assert shared.stdout == alone.stdout
