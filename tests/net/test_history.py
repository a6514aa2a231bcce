"""The link history, in real files, with other processes beside it."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.errors import ListlintError
from listlint.model.links import AGEING, Flag, LinkOutcome, Reason, Verdict
from listlint.net import history as module
from listlint.net.history import DAY, HOUR, History, Record, is_fresh, merge, observation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JAN_3 = 1_767_398_400.0
"""2026-01-03, midnight in UTC"""
URL = "https://a.example/"
posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions, signals and devices of POSIX")


def ok(url: str = URL, **more: Any) -> LinkOutcome:
    return LinkOutcome(url=url, verdict=Verdict.ALIVE, **{"reason": Reason.OK, "status": 200, **more})


def failed(reason: Reason = Reason.TIMEOUT, url: str = URL, **more: Any) -> LinkOutcome:
    dead = reason in (Reason.GONE, Reason.DNS, Reason.REDIRECT_LOOP)
    return LinkOutcome(url=url, verdict=Verdict.DEAD if dead else Verdict.UNKNOWN, reason=reason, **more)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".listlint" / "links.db"


def run(path: Path, now: float, *outcomes: LinkOutcome, **more: Any) -> list[LinkOutcome]:
    """One run of the program: everything is stored, and there is nothing to say."""
    with History.open(path, now=now) as history:
        found = history.record(outcomes, **more)
        assert history.notices == []
        assert history.stores
    return found


def stored(path: Path, now: float = JAN_3 + 400 * DAY) -> dict[str, Record]:
    with History.open(path, now=now) as history:
        assert history.notices == []
        return {record.url: record for record in history.rows()}


# What is kept


def test_everything_comes_back(path: Path) -> None:
    told = ok(
        flags=(Flag.MOVED, Flag.ARCHIVED),
        final_url="https://b.example/",
        detail="301, then 200",
        checked=JAN_3 + 5,
        requests=2,
        elapsed_ms=120,
    )
    run(path, JAN_3, told, token={URL}, fragments={URL: frozenset({"b", "a"})}, soft_404=True)
    assert stored(path) == {
        URL: Record(
            url=URL,
            verdict=Verdict.ALIVE,
            reason=Reason.OK,
            status=200,
            flags=(Flag.MOVED, Flag.ARCHIVED),
            final_url="https://b.example/",
            detail="301, then 200",
            checked=JAN_3 + 5,
            last_ok=JAN_3 + 5,
            fragments=("a", "b"),
            soft_404=True,
            token=True,
        )
    }
    with History.open(path, now=JAN_3 + HOUR) as history:
        again = msgspec.structs.replace(told, requests=0, elapsed_ms=0, from_history=True)
        assert history.reusable([URL, "https://other.example/"]) == {URL: again}
        assert history.last([URL, "https://other.example/"]) == {URL: again}


def test_an_outcome_without_a_time_is_of_the_run(path: Path) -> None:
    assert run(path, JAN_3, failed())[0].checked == JAN_3
    assert stored(path)[URL].checked == JAN_3


def test_what_was_not_asked_is_not_stored(path: Path) -> None:
    told = [failed(Reason.NOT_ASKED), ok(from_history=True)]
    assert run(path, JAN_3, *told) == told
    assert stored(path) == {}


def test_nothing_at_all(path: Path) -> None:
    assert run(path, JAN_3) == []
    with History.open(path, now=JAN_3) as history:
        assert history.reusable([]) == history.last([]) == {}


@posix
def test_only_the_owner_may_read_it(path: Path) -> None:
    with History.open(path, now=JAN_3) as history:
        history.record([ok()])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    modes.pop(".gitignore")
    assert set(modes) == {"links.db", "links.db-wal", "links.db-shm"}
    assert set(modes.values()) == {0o600}
    assert {file.name for file in path.parent.iterdir()} == {"links.db", ".gitignore"}


def test_git_ignores_its_folder(path: Path) -> None:
    run(path, JAN_3, ok())
    assert (path.parent / ".gitignore").read_text() == "*\n"
    (path.parent / ".gitignore").write_text("!links.db\n")
    run(path, JAN_3, ok())
    assert (path.parent / ".gitignore").read_text() == "!links.db\n"


def test_git_does_not_ignore_another_folder(tmp_path: Path) -> None:
    run(tmp_path / "deep" / "er" / "links.db", JAN_3, ok())
    run(tmp_path / "links.db", JAN_3, ok())
    assert list(tmp_path.rglob(".gitignore")) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/\udfff\ud800",
        "https://a.example/\udcff?x=\x00y",
        "https://ä.example/日本語/🎉",
        "https://a.example/" + "x" * 1_000_000,
        "'; DROP TABLE links; --",
        " ",
    ],
)
def test_any_url(url: str, path: Path) -> None:
    others = [ok(url + "x"), ok(url[:-1])]
    for day in range(9):
        found = run(path, JAN_3 + day * DAY, failed(url=url, detail=url[:50], final_url=url), *others)
    assert found[0].aged
    with History.open(path, now=JAN_3 + 9 * DAY) as history:
        assert history.records([url])[url].failures == 9
        assert set(history.last([url, *(other.url for other in others)])) == {url, url + "x", url[:-1]}
        text = io.StringIO()
        assert history.export(text) == 3
        assert text.getvalue().isascii()
        assert history.forget([url]) == 1
        assert history.load(io.StringIO(text.getvalue())) == 3
        assert history.records([url])[url].final_url == url


def test_forget(path: Path) -> None:
    run(path, JAN_3, *(ok(f"https://a.example/{n}") for n in range(5)))
    with History.open(path, now=JAN_3) as history:
        assert history.forget(["https://a.example/1", "https://a.example/3", "https://a.example/9"]) == 2
    assert [url[-1] for url in stored(path)] == ["0", "2", "4"]


def test_a_long_list_takes_no_long_time(path: Path) -> None:
    urls = [f"https://h{n % 200}.example/page/{n}" for n in range(20_000)]
    start = time.monotonic()
    with History.open(path, now=JAN_3) as history:
        for first in range(0, len(urls), 100):
            history.record([ok(url) for url in urls[first : first + 100]])
    with History.open(path, now=JAN_3 + HOUR) as history:
        assert len(history.reusable(urls)) == len(urls)
    assert time.monotonic() - start < 30  # 2 s on a slow machine


# What is asked again


def test_successes_are_reused_failures_never(path: Path) -> None:
    told = [failed(reason, f"https://a.example/{reason}") for reason in Reason if reason is not Reason.OK]
    told += [
        ok("https://a.example/1"),
        ok("https://a.example/2", reason=Reason.AUTH_REQUIRED, status=401, flags=(Flag.AUTH_REQUIRED,)),
        ok("https://a.example/3", flags=(Flag.MOVED,), final_url="https://b.example/"),
        ok("https://a.example/insecure", flags=(Flag.MOVED, Flag.INSECURE)),
        ok("https://a.example/suspect", flags=(Flag.SUSPECT,)),
        ok("https://a.example/fragment", flags=(Flag.FRAGMENT_MISSING,), missing=("x",)),
        ok("https://a.example/accepted", status=404),
    ]
    run(path, JAN_3, *told)
    with History.open(path, now=JAN_3 + 60) as history:
        reused = history.reusable([outcome.url for outcome in told])
    assert sorted(url[-1] for url in reused) == ["1", "2", "3"]


def test_a_page_that_was_searched_for_less_is_asked_again(path: Path) -> None:
    run(path, JAN_3, ok(), fragments={URL: frozenset({"a", "b"})})
    with History.open(path, now=JAN_3 + 60) as history:
        assert history.reusable([URL], fragments={URL: frozenset({"a"})})
        assert not history.reusable([URL], fragments={URL: frozenset({"a", "c"})})
        assert not history.reusable([URL], soft_404=True)
    run(path, JAN_3 + 60, ok(), soft_404=True)
    with History.open(path, now=JAN_3 + 90) as history:
        assert history.reusable([URL], soft_404=True)
        assert not history.reusable([URL], fragments={URL: frozenset({"a"})})


@pytest.mark.parametrize("max_age", [0.0, -1.0])
def test_nothing_is_reused_without_an_age(max_age: float, path: Path) -> None:
    run(path, JAN_3, ok())
    with History.open(path, now=JAN_3) as history:
        assert history.reusable([URL], max_age) == {}


def test_a_daily_schedule_asks_a_share_each_day() -> None:
    urls = [f"https://a.example/{n}" for n in range(7_000)]
    checked = dict.fromkeys(urls, JAN_3)
    asked: list[int] = []
    for day in range(1, 22):
        now = JAN_3 + day * DAY
        due = [url for url in urls if not is_fresh(url, checked[url], now, 7 * DAY)]
        assert max(now - checked[url] for url in urls) <= 7 * DAY
        checked.update(dict.fromkeys(due, now))
        asked.append(len(due))
    assert all(800 < count < 1200 for count in asked), asked


def test_a_weekly_schedule_asks_for_everything() -> None:
    assert not any(is_fresh(f"https://a.example/{n}", JAN_3, JAN_3 + 7 * DAY, 7 * DAY) for n in range(1000))


def test_two_runs_in_a_row_ask_once() -> None:
    assert all(is_fresh(f"https://a.example/{n}", JAN_3 + n, JAN_3 + n + HOUR, 7 * DAY) for n in range(10_000))


@given(st.text(), st.floats(0, 4e9), st.floats(0, 60 * DAY), st.floats(1, 60 * DAY))
def test_age_is_bounded_whatever_the_url(url: str, checked: float, age: float, max_age: float) -> None:
    fresh = is_fresh(url, checked, checked + age, max_age)
    assert fresh or (checked + age) - checked >= max_age / 14
    assert not fresh or (checked + age) - checked < max_age


# Streaks and age


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.NOT_ASKED])
def test_only_silence_ages(reason: Reason, path: Path) -> None:
    for week in range(5):
        found = run(path, JAN_3 + week * 7 * DAY, failed(reason))[0]
        assert found.aged == (reason in AGEING and week >= 2)
        if found.aged:
            assert (found.verdict, found.reason, found.since) == (Verdict.DEAD, reason, JAN_3)
            assert found.detail == "unreachable since 2026-01-03"
        else:
            assert found == failed(reason, checked=found.checked, since=found.since)
    with History.open(path, now=JAN_3 + 40 * DAY) as history:
        last = history.last([URL])[URL]
    assert last == msgspec.structs.replace(found, from_history=True)
    assert stored(path)[URL].verdict == failed(reason).verdict


def test_three_runs_and_seven_days(path: Path) -> None:
    aged = [run(path, JAN_3 + day * DAY, failed())[0].aged for day in range(9)]
    assert aged == [False] * 7 + [True] * 2


def test_two_runs_are_not_enough(path: Path) -> None:
    run(path, JAN_3, failed())
    assert not run(path, JAN_3 + 100 * DAY, failed())[0].aged
    assert run(path, JAN_3 + 101 * DAY, failed())[0].aged


def test_any_silence_is_silence(path: Path) -> None:
    reasons = itertools.cycle(sorted(AGEING))
    found = [run(path, JAN_3 + day * DAY, failed(next(reasons), status=None))[0] for day in range(8)]
    assert found[-1].aged


def test_runs_within_an_hour_count_once(path: Path) -> None:
    for minute in range(0, 241, 10):
        run(path, JAN_3 + minute * 60, failed())
    assert stored(path)[URL].failures == 5


def test_requests_of_one_run_count_once(path: Path) -> None:
    with History.open(path, now=JAN_3) as history:
        history.record([failed(checked=JAN_3 + 1), failed(Reason.CONNECT, checked=JAN_3 + 2)])
        history.record([failed(checked=JAN_3 + 3 * HOUR)])
    record = stored(path)[URL]
    assert (record.failures, record.first_failed, record.checked) == (1, JAN_3 + 1, JAN_3 + 3 * HOUR)


def test_a_success_ends_the_streak(path: Path) -> None:
    for day in range(9):
        run(path, JAN_3 + day * DAY, failed())
    assert run(path, JAN_3 + 9 * DAY, ok())[0] == ok(checked=JAN_3 + 9 * DAY)
    found = run(path, JAN_3 + 10 * DAY, failed())[0]
    assert (found.aged, found.since) == (False, JAN_3 + 10 * DAY)
    record = stored(path)[URL]
    assert (record.last_ok, record.failures) == (JAN_3 + 9 * DAY, 1)


@pytest.mark.parametrize("answer", [failed(Reason.BLOCKED, status=403), failed(Reason.RATE_LIMITED, status=429)])
def test_an_answer_ends_the_silence(answer: LinkOutcome, path: Path) -> None:
    for day in range(9):
        run(path, JAN_3 + day * DAY, failed())
    assert run(path, JAN_3 + 9 * DAY, answer)[0].since == JAN_3 + 9 * DAY
    found = run(path, JAN_3 + 10 * DAY, failed())[0]
    assert (found.aged, found.since) == (False, JAN_3 + 10 * DAY)


@pytest.mark.parametrize("reason", [Reason.HOST_DOWN, Reason.RATE_LIMITED, Reason.WALLED, Reason.PORT_NOT_ALLOWED])
def test_not_being_asked_neither_counts_nor_excuses(reason: Reason, path: Path) -> None:
    for day in (0, 1, 7):
        run(path, JAN_3 + day * DAY, failed())
    found = run(path, JAN_3 + 8 * DAY, failed(reason))[0]
    assert (found.verdict, found.aged, found.since) == (Verdict.UNKNOWN, False, JAN_3)
    assert stored(path)[URL].failures == 3
    assert run(path, JAN_3 + 9 * DAY, failed())[0].aged
    assert stored(path)[URL].failures == 4


def test_since_when_it_is_dead(path: Path) -> None:
    run(path, JAN_3, ok())
    for day in (1, 2, 3):
        found = run(path, JAN_3 + day * DAY, failed(Reason.GONE, status=404, archive="https://archive.example/1"))[0]
        assert (found.verdict, found.since, found.aged) == (Verdict.DEAD, JAN_3 + DAY, False)
    record = stored(path)[URL]
    assert (record.last_ok, record.first_failed, record.failures) == (JAN_3, JAN_3 + DAY, 3)
    assert record.archive == "https://archive.example/1"


# Clocks, and runs at once


def test_a_clock_that_was_ahead(path: Path) -> None:
    ahead = JAN_3 + 30 * 365 * DAY
    run(path, JAN_3, failed())
    run(path, ahead, ok("https://b.example/"), failed())
    with History.open(path, now=JAN_3 + DAY) as history:
        assert history.reusable(["https://b.example/"]) == {}
        assert [found.aged for found in history.record([failed()])] == [False]
    record = stored(path)[URL]
    assert (record.checked, record.first_failed, record.failures) == (JAN_3 + DAY, JAN_3, 3)
    run(path, JAN_3 + DAY, failed(Reason.GONE, "https://b.example/"))
    record = stored(path)["https://b.example/"]
    assert (record.verdict, record.checked, record.last_ok) == (Verdict.DEAD, JAN_3 + DAY, None)


def test_a_streak_from_the_future_begins_now(path: Path) -> None:
    for day in range(9):
        run(path, JAN_3 + (5000 + day) * DAY, failed())
    found = run(path, JAN_3, failed())[0]
    assert not found.aged
    assert found.since is not None
    assert found.since == pytest.approx(JAN_3, abs=60)


def test_runs_that_finish_in_the_other_order(path: Path) -> None:
    with History.open(path, now=JAN_3) as slow, History.open(path, now=JAN_3 + 60) as quick:
        quick.record([ok("https://b.example/", checked=JAN_3 + 70), failed(Reason.GONE, checked=JAN_3 + 70)])
        slow.record([failed(url="https://b.example/", checked=JAN_3 + 65), ok(checked=JAN_3 + 65)])
    records = stored(path)
    assert (records[URL].verdict, records[URL].last_ok) == (Verdict.DEAD, JAN_3 + 65)
    assert (records[URL].first_failed, records[URL].failures) == (JAN_3 + 70, 1)
    assert (records["https://b.example/"].verdict, records["https://b.example/"].failures) == (Verdict.ALIVE, 0)


EVENTS = st.lists(st.sampled_from([Reason.OK, Reason.TIMEOUT, Reason.CONNECT]), min_size=1, max_size=5)


@given(EVENTS, st.randoms())
@settings(max_examples=200)
def test_the_order_of_writing_does_not_matter(reasons: list[Reason], shuffle: random.Random) -> None:
    seen = [
        observation(
            ok(checked=JAN_3 + n * DAY) if reason is Reason.OK else failed(reason, checked=JAN_3 + n * DAY),
            JAN_3 + n * DAY,
        )
        for n, reason in enumerate(reasons)
    ]
    straight = fold(seen)
    shuffled = list(seen)
    shuffle.shuffle(shuffled)
    other = fold(shuffled)
    assert (other.verdict, other.reason, other.checked) == (straight.verdict, straight.reason, straight.checked)
    assert other.last_ok == straight.last_ok
    assert (other.first_failed is None) == (straight.first_failed is None)
    # What arrives late may shorten a streak, since the runs between are not kept; it never lengthens one.
    assert other.failures <= straight.failures
    assert (other.first_failed or 0) >= (straight.first_failed or 0)
    if Reason.OK not in reasons:
        assert other == straight


def fold(records: list[Record]) -> Record:
    whole = records[0]
    for record in records[1:]:
        whole = merge(whole, record, add=True)
    return whole


WRITER = """
import sys
from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net.history import History

path, first_run, runs, links = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for run in range(first_run, first_run + runs):
    # Long runs that began hours apart, and write within seconds.
    began, checked = 1767398400.0 + run * 7200.0, 1767398400.0 + 10 * 86400.0 + run
    with History.open(path, now=began, lock_wait=60.0) as history:
        for first in range(0, links, 50):
            history.record([
                LinkOutcome(
                    url=f"https://a.example/{n}", verdict=Verdict.UNKNOWN, reason=Reason.TIMEOUT, checked=checked
                )
                for n in range(first, min(links, first + 50))
            ])
        assert history.notices == [], history.notices
"""


def start_python(code: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def start_together(processes: list[subprocess.Popen[str]]) -> None:
    """Let them go when all are ready. They wait for it, since ``communicate`` loses what ``readline`` read ahead."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def ends_well(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")


def test_processes_at_once_lose_nothing(path: Path) -> None:
    writers = [start_python(WRITER, path, n * 5, 5, 230) for n in range(3)]
    start_together(writers)
    for writer in writers:
        ends_well(writer)
    records = stored(path)
    assert len(records) == 230
    assert Counter(record.failures for record in records.values()) == {15: 230}
    assert {record.first_failed for record in records.values()} == {JAN_3 + 10 * DAY}
    assert {record.checked for record in records.values()} == {JAN_3 + 10 * DAY + 14}


OPENER = """
import pathlib, sys, time
from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net.history import History

folder, who, start = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for number in range(60):
    while time.time() < start + number * 0.02:  # so that all come at once
        pass
    with History.open(folder / str(number) / ".listlint" / "links.db", now=1767398400.0, lock_wait=60.0) as history:
        history.record([LinkOutcome(url=who, verdict=Verdict.ALIVE, reason=Reason.OK)])
        assert history.notices == [], history.notices
"""


def test_processes_at_once_make_the_file(tmp_path: Path) -> None:
    openers = [start_python(OPENER, tmp_path, n, time.time() + 0.5) for n in range(3)]
    start_together(openers)
    for opener in openers:
        ends_well(opener)
    for number in range(60):
        assert set(stored(tmp_path / str(number) / ".listlint" / "links.db")) == {"0", "1", "2"}


def test_processes_at_once_set_aside_once(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 1000)
    code = WRITER.replace("assert history.notices == [], history.notices", "")
    writers = [start_python(code, path, n, 1, 60) for n in range(4)]
    start_together(writers)
    for writer in writers:
        ends_well(writer)
    assert {record.failures for record in stored(path).values()} == {4}
    assert [file.name for file in path.parent.glob("*damaged*")] == ["links.db.damaged"]


# Interruptions

ENDLESS = """
import itertools, sys
from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net.history import History

path, batch = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
with History.open(path, now=1767398400.0) as history:
    for number in itertools.count():
        history.record([
            LinkOutcome(url=f"https://a.example/{batch}/{number}/{n}", verdict=Verdict.ALIVE, reason=Reason.OK)
            for n in range(100)
        ])
        print(number, flush=True)
"""


@posix
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT] if sys.platform != "win32" else [])
def test_ended_at_any_moment_it_holds_what_was_recorded(end: signal.Signals, path: Path) -> None:
    chance = random.Random(4)
    told: dict[int, int] = {}
    for attempt in range(8):
        writer = start_python(ENDLESS, path, attempt)
        start_together([writer])
        time.sleep(chance.uniform(0.0, 0.12))
        writer.send_signal(end)
        output, _ = writer.communicate(timeout=60)
        assert writer.returncode in (-end, 1)
        # A line may be cut in the middle, and a batch may be stored though nobody was told any more.
        told[attempt] = sum(1 for line in output.splitlines(keepends=True) if line.endswith("\n"))
        batches = Counter(tuple(url.split("/")[3:5]) for url in stored(path))
        assert set(batches.values()) <= {100}
        for number, count in told.items():
            assert sum(1 for first, _ in batches if first == str(number)) in (count, count + 1)
    assert sum(told.values()) > 0


@posix
def test_killed_while_it_is_made(tmp_path: Path) -> None:
    chance = random.Random(5)
    for attempt in range(6):
        path = tmp_path / str(attempt) / ".listlint" / "links.db"
        writer = start_python(ENDLESS, path, attempt)
        start_together([writer])
        time.sleep(chance.uniform(0.0, 0.01))
        writer.kill()
        writer.communicate(timeout=60)
        run(path, JAN_3, ok())


# Files that cannot be used


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != ".gitignore"}


def damage_header(path: Path) -> None:
    path.write_bytes(b"This is no database." * 500)


def damage_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def damage_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:20_000] = b"\xff" * (20_000 - 4096)
    path.write_bytes(data)


def damage_schema(path: Path) -> None:
    alter(path, "ALTER TABLE links DROP COLUMN reason")


def endless_view(path: Path) -> None:
    alter(
        path,
        "DROP TABLE links",
        "CREATE VIEW links AS WITH RECURSIVE n(url) AS (VALUES (1) UNION ALL SELECT url + 1 FROM n) "
        f"SELECT {', '.join(f'url AS {name}' for name in Record.__struct_fields__)} FROM n",
    )


def trigger(path: Path) -> None:
    alter(path, "CREATE TRIGGER t AFTER INSERT ON links BEGIN DELETE FROM links; END")


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "damage", [damage_header, damage_end, damage_middle, damage_schema, endless_view, trigger], ids=lambda f: f.__name__
)
def test_a_damaged_file_is_set_aside(damage: Callable[[Path], None], path: Path) -> None:
    run(path, JAN_3, *(ok(f"https://a.example/{n}") for n in range(500)))
    damage(path)
    for name in ("links.db.damaged", "links.db.damaged-2"):
        before = path.read_bytes()
        with History.open(path, now=JAN_3) as history:
            assert history.notices == [
                f"the link history {path} is damaged: it was set aside as {name}, and a new one begins"
            ]
            assert history.stores
            assert history.last([URL]) == {}
            history.record([ok()])
        assert contents(path.parent)[name] == before
        assert set(stored(path)) == {URL}
        shutil.copyfile(path.with_name("links.db.damaged"), path)


def test_damage_that_shows_in_the_middle_of_a_run(path: Path) -> None:
    # More than SQLite keeps in memory.
    urls = [f"https://a.example/{n}/" + "x" * 4000 for n in range(1500)]
    run(path, JAN_3, *(ok(url) for url in urls))
    with History.open(path, now=JAN_3 + DAY) as history:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
        found = history.record([ok(url) for url in urls[::15]])
        assert len(found) == 100
        assert len(history.notices) == 1
        assert "damaged" in history.notices[0]
        assert history.stores
    assert len(stored(path)) == 100
    assert path.with_name("links.db.damaged").exists()


def test_what_stands_beside_a_damaged_file_does_not_spoil_the_new_one(path: Path) -> None:
    run(path, JAN_3, ok())
    damage_header(path)
    for part in ("-wal", "-shm", "-journal"):
        Path(f"{path}{part}").write_bytes(b"left over")
    with History.open(path, now=JAN_3) as history:
        history.record([ok()])
        assert history.stores
    assert set(stored(path)) == {URL}


def test_a_log_goes_with_its_file(path: Path) -> None:
    run(path, JAN_3, ok())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("UPDATE links SET url = 'https://b.example/'")
    other.execute("PRAGMA user_version = 7")
    copy = path.parent / "copy"
    copy.mkdir()
    for part in ("", "-wal"):
        shutil.copyfile(f"{path}{part}", copy / f"links.db{part}")
    other.close()
    with History.open(copy / "links.db", now=JAN_3) as history:
        history.record([ok()])
    assert set(stored(copy / "links.db")) == {URL}
    aside = sqlite3.connect(copy / "links.db.version-7")
    assert aside.execute("SELECT url FROM links").fetchall() == [("https://b.example/",)]
    aside.close()


@posix
def test_what_another_run_uses_is_not_moved(path: Path) -> None:
    with History.open(path, now=JAN_3) as newer:
        newer.record([ok()])
        alter(path, "PRAGMA user_version = 7")
        start = time.monotonic()
        with History.open(path, now=JAN_3, lock_wait=0.1) as history:
            assert history.notices == [
                f"the link history {path} was written by a newer listlint, and another run uses it: "
                "it is left alone, and nothing is stored"
            ]
        assert time.monotonic() - start < 10
    assert set(contents(path.parent)) == {"links.db"}
    with History.open(path, now=JAN_3, lock_wait=0.1) as history:
        assert history.stores
    assert set(contents(path.parent)) == {"links.db", "links.db.version-7"}


def test_a_newer_file_is_set_aside(path: Path) -> None:
    run(path, JAN_3, ok())
    alter(path, "CREATE TABLE more (x)", "PRAGMA user_version = 7")
    before = path.read_bytes()
    with History.open(path, now=JAN_3) as history:
        assert history.notices == [
            f"the link history {path} was written by a newer listlint: it was set aside as links.db.version-7, "
            "and a new one begins"
        ]
        assert history.record([ok()]) == [ok(checked=JAN_3)]
    assert contents(path.parent)["links.db.version-7"] == before


def test_an_older_file_is_brought_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(path, JAN_3, ok())
    now = module._STEPS
    later = (*now, "ALTER TABLE links ADD COLUMN extra TEXT")
    monkeypatch.setattr(module, "_STEPS", later)
    run(path, JAN_3, ok("https://b.example/"))
    assert set(stored(path)) == {URL, "https://b.example/"}
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
    assert connection.execute("SELECT extra FROM links").fetchall() == [(None,), (None,)]
    connection.close()
    monkeypatch.setattr(module, "_STEPS", now)
    with History.open(path, now=JAN_3) as history:
        assert "newer" in history.notices[0]


def test_a_file_of_the_first_version_is_brought_up(path: Path) -> None:
    path.parent.mkdir()
    alter(path, module._STEPS[0], f"PRAGMA application_id = {module._APPLICATION}", "PRAGMA user_version = 1")
    columns = (
        "url, verdict, reason, flags, detail, missing, etag, checked, failures, counted, silent, fragments, soft_404"
    )
    alter(
        path,
        f"INSERT INTO links ({columns}) VALUES"
        f" ('{URL}', 'alive', 'ok', '[]', '', '[]', '\"abc\"', {JAN_3}, 0, 0, 0, '[]', 0)",
    )
    run(path, JAN_3, ok("https://b.example/"))
    assert stored(path)[URL] == Record(
        url=URL, verdict=Verdict.ALIVE, reason=Reason.OK, checked=JAN_3, last_ok=None, token=False
    )


def test_what_no_run_has_asked_for_in_a_long_time_is_forgotten(path: Path) -> None:
    gone, kept, new = (f"https://{name}.example/" for name in "abc")
    run(path, JAN_3, ok(gone), failed(url=kept))
    run(path, JAN_3 + 300 * DAY, failed(url=kept))
    run(path, JAN_3 + module.KEPT + DAY, ok(new))
    found = stored(path, JAN_3 + module.KEPT + DAY)
    assert set(found) == {kept, new}
    assert found[kept].first_failed == JAN_3


def test_a_clock_that_is_years_ahead_makes_nothing_old(path: Path) -> None:
    run(path, JAN_3, ok())
    with History.open(path, now=JAN_3 + 9_000 * DAY) as history:
        assert history.last([URL])
    run(path, JAN_3 + 9_000 * DAY, ok("https://b.example/"))
    run(path, JAN_3 + DAY, ok("https://c.example/"))
    assert set(stored(path, JAN_3 + DAY)) == {URL, "https://b.example/", "https://c.example/"}


def test_who_only_reads_forgets_nothing(path: Path) -> None:
    run(path, JAN_3, ok())
    with History.open(path, now=JAN_3 + DAY) as history:
        history.record([ok("https://b.example/")])
    alter(path, f"UPDATE links SET checked = {JAN_3 + 900 * DAY} WHERE url <> '{URL}'")
    with History.open(path, now=JAN_3 + 900 * DAY, store=False) as history:
        assert set(history.last([URL])) == {URL}


def test_a_token_tells_more_than_what_was_found_without(path: Path) -> None:
    other = "https://b.example/"
    run(path, JAN_3, ok(), ok(other))
    with History.open(path, now=JAN_3 + HOUR) as history:
        assert set(history.reusable([URL, other])) == {URL, other}
        assert set(history.reusable([URL, other], token={URL})) == {other}
    run(path, JAN_3 + HOUR, ok(), token={URL})
    with History.open(path, now=JAN_3 + 2 * HOUR) as history:
        assert set(history.reusable([URL, other], token={URL})) == {URL, other}
        assert set(history.reusable([URL, other])) == {URL, other}


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(path, JAN_3, ok())
    now = module._STEPS
    monkeypatch.setattr(module, "_STEPS", (*now, "ALTER TABLE links ADD COLUMN extra TEXT", "SELECT * FROM nothing"))
    with History.open(path, now=JAN_3) as history:
        assert len(history.notices) == 1
        assert not history.stores
    monkeypatch.setattr(module, "_STEPS", now)
    assert set(stored(path)) == {URL}


def test_other_people_s_files_are_left_alone(tmp_path: Path) -> None:
    readme, cookies = tmp_path / "README.md", tmp_path / "cookies.db"
    readme.write_text("# A list\n" * 500)
    alter(cookies, "CREATE TABLE links (url TEXT)", "INSERT INTO links VALUES ('x')")
    for path in (readme, cookies):
        before = path.read_bytes()
        with History.open(path, now=JAN_3) as history:
            assert len(history.notices) == 1
            assert "it is left alone, and nothing is stored" in history.notices[0]
            assert history.record([ok()]) == [ok(checked=JAN_3)]
        assert path.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} == {"README.md", "cookies.db"}


def nothing_works(path: Path, notice: str) -> None:
    with History.open(path, now=JAN_3) as history:
        assert len(history.notices) == 1
        assert notice in history.notices[0]
        assert "nothing is stored" in history.notices[0]
        assert history.record([ok(), failed(url="https://b.example/")])[0] == ok(checked=JAN_3)
        assert history.last([URL]) == history.reusable([URL]) == {}
        assert list(history.rows()) == []
        assert not history.stores
        with pytest.raises(ListlintError, match="link history"):
            history.load([])
        with pytest.raises(ListlintError, match="link history"):
            history.forget([URL])
        assert len(history.notices) == 1


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    nothing_works(path, "is not a file")
    assert path.is_dir()


def test_a_file_in_the_place_of_its_folder(path: Path) -> None:
    path.parent.write_text("")
    nothing_works(path, "cannot be used")


@posix
def test_devices_and_pipes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.db"
    os.mkfifo(pipe)
    nothing_works(pipe, "is not a file")
    link = tmp_path / "full.db"
    link.symlink_to("/dev/full")
    nothing_works(link, "is not a file")
    assert link.is_symlink()


@posix
def test_a_link_that_leads_nowhere_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere.db")
    nothing_works(path, "cannot be used")
    assert not (tmp_path / "elsewhere.db").exists()


def test_an_empty_file_is_a_new_history(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    run(path, JAN_3, ok())
    assert set(stored(path)) == {URL}


def test_rows_that_make_no_sense_are_passed_over(path: Path) -> None:
    run(path, JAN_3, ok(), *(ok(f"https://a.example/{n}") for n in range(8)))
    changes = (
        "verdict = 'wonderful'",
        "reason = x'ff'",
        "flags = 'moved'",
        "checked = 9e999",
        "failures = -1",
        "status = 'x'",
        "missing = '[1]'",
        "fragments = " + "'" + "[" * 20_000 + "'",
    )
    alter(path, *(f"UPDATE links SET {change} WHERE url = 'https://a.example/{n}'" for n, change in enumerate(changes)))
    assert set(stored(path)) == {URL}
    assert run(path, JAN_3, failed(url="https://a.example/1"))[0].since == JAN_3
    assert set(stored(path)) == {URL, "https://a.example/1"}


# Locked, read-only, full


@contextmanager
def held(path: Path, begin: str) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    if begin == "BEGIN EXCLUSIVE":
        other.execute("PRAGMA journal_mode = DELETE")
    other.execute(begin)
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_locked_when_it_is_opened(path: Path) -> None:
    run(path, JAN_3, ok())
    with held(path, "BEGIN EXCLUSIVE"):
        start = time.monotonic()
        with History.open(path, now=JAN_3, lock_wait=0.2) as history:
            assert history.notices == [
                f"the link history {path} is locked by another program: "
                "nothing is known of earlier runs, and nothing is stored"
            ]
            assert history.record([failed()])[0].reason is Reason.TIMEOUT
        assert time.monotonic() - start < 10
    assert set(stored(path)) == {URL}


def test_locked_in_the_middle(path: Path) -> None:
    for day in range(8):
        run(path, JAN_3 + day * DAY, failed())
    with History.open(path, now=JAN_3 + 8 * DAY, lock_wait=0.1) as history:
        with held(path, "BEGIN IMMEDIATE"):
            assert history.record([failed()])[0].aged
        assert history.notices == [
            f"the link history {path} is locked by another program: what this run finds from now on is not stored"
        ]
        assert history.record([failed(url="https://b.example/")])[0].since == JAN_3 + 8 * DAY
        assert len(history.notices) == 1
    assert stored(path)[URL].failures == 8


def test_a_short_lock_is_waited_for(path: Path) -> None:
    run(path, JAN_3, ok())
    holder = start_python(
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE')\n"
        "print('ready', flush=True); sys.stdin.readline(); time.sleep(0.3); c.execute('COMMIT')",
        path,
    )
    start_together([holder])
    with History.open(path, now=JAN_3, lock_wait=60) as history:
        history.record([ok("https://b.example/")])
        assert history.notices == []
    ends_well(holder)
    assert len(stored(path)) == 2


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="listlint-history-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def without_privilege() -> Iterator[None]:
    """Root may write anywhere; so for a while be somebody else."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65_534)
    except OSError:
        pytest.skip("permissions do not bind root, and it cannot become another user")
    try:
        yield
    finally:
        os.seteuid(0)


def read_only(path: Path) -> None:
    with History.open(path, now=JAN_3 + 8 * DAY) as history:
        assert history.notices == [
            f"the link history {path} cannot be used as it should (attempt to write a readonly database): "
            "what this run finds is not stored"
        ]
        assert not history.stores
        assert set(history.reusable(["https://b.example/"], 9 * DAY)) == {"https://b.example/"}
        found = history.record([failed(), ok("https://c.example/")])
        assert [(outcome.aged, outcome.since) for outcome in found] == [(True, JAN_3), (False, None)]
        assert len(list(history.rows())) == 2
        with pytest.raises(ListlintError, match="readonly"):
            history.forget([URL])
        assert len(history.notices) == 1


@posix
@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_read_only(what: str, open_folder: Path) -> None:
    path = open_folder / ".listlint" / "links.db"
    for day in range(8):
        run(path, JAN_3 + day * DAY, failed(), ok("https://b.example/"))
    path.chmod(0o444 if what != "folder" else 0o666)
    path.parent.chmod(0o777 if what == "file" else 0o555)
    with without_privilege():
        read_only(path)
    path.parent.chmod(0o755)
    path.chmod(0o600)
    assert stored(path)[URL].failures == 8


@posix
def test_what_may_not_be_read(open_folder: Path) -> None:
    path = open_folder / ".listlint" / "links.db"
    run(path, JAN_3, ok())
    path.chmod(0o000)
    with without_privilege():
        nothing_works(path, "unable to open")
    path.chmod(0o600)
    assert set(stored(path)) == {URL}


@posix
def test_a_damaged_file_that_cannot_be_moved(open_folder: Path) -> None:
    path = open_folder / ".listlint" / "links.db"
    path.parent.mkdir()
    damage_header(path)
    path.parent.chmod(0o555)
    with without_privilege():
        nothing_works(path, "it is damaged")
    path.parent.chmod(0o755)
    assert set(contents(path.parent)) == {"links.db"}


@posix
def test_a_folder_that_cannot_be_made(open_folder: Path) -> None:
    with without_privilege():
        nothing_works(open_folder / ".listlint" / "links.db", "permission denied")


def test_reading_alone(path: Path) -> None:
    with History.open(path, now=JAN_3, store=False) as history:
        assert history.record([ok()]) == [ok(checked=JAN_3)]
    assert not path.parent.exists()
    for day in range(8):
        run(path, JAN_3 + day * DAY, failed(), ok("https://b.example/"))
    before = path.read_bytes()
    with History.open(path, now=JAN_3 + 8 * DAY, store=False) as history:
        assert history.record([failed()])[0].aged
        assert history.reusable(["https://b.example/"], 9 * DAY)
        assert history.notices == []
    assert path.read_bytes() == before
    path.write_bytes(b"")
    with History.open(path, now=JAN_3, store=False) as history:
        assert history.last([URL]) == {}
    damage_header(path)
    with History.open(path, now=JAN_3, store=False) as history:
        assert len(history.notices) == 1
    assert set(contents(path.parent)) == {"links.db"}


@posix
def test_a_full_disk(path: Path) -> None:
    run(path, JAN_3, ok())
    writer = start_python(
        "import resource, sys\n"
        "from listlint.model.links import LinkOutcome, Reason, Verdict\n"
        "from listlint.net.history import History\n"
        "with History.open(sys.argv[1], now=1767398400.0) as history:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "    for batch in range(50):\n"
        "        outcomes = [LinkOutcome(url=f'https://b.example/{batch}/{n}', verdict=Verdict.ALIVE,"
        " reason=Reason.OK) for n in range(100)]\n"
        "        assert len(history.record(outcomes)) == 100\n"
        "        print(batch if history.stores else '-', flush=True)\n"
        "    assert not history.stores\n"
        "    [notice] = history.notices\n"
        "    assert 'from now on is not stored' in notice, notice\n",
        path,
    )
    output, errors = writer.communicate(timeout=120)
    assert (writer.returncode, errors) == (0, "")
    kept = sum(line != "-" for line in output.split())
    assert 0 < kept < 50
    assert len(stored(path)) == 1 + 100 * kept


# Export and import


def exported(path: Path) -> str:
    with History.open(path, now=JAN_3 + 400 * DAY) as history:
        text = io.StringIO()
        history.export(text)
        return text.getvalue()


def load(path: Path, text: str, now: float = JAN_3 + 400 * DAY) -> int:
    with History.open(path, now=now) as history:
        return history.load(io.StringIO(text), name="cache.jsonl")


def test_a_copy_is_the_same(path: Path, tmp_path: Path) -> None:
    for day in range(9):
        run(
            path,
            JAN_3 + day * DAY,
            ok(flags=(Flag.MOVED,), final_url="https://b.example/"),
            failed(url="https://c.example/", detail="timed out"),
            fragments={URL: frozenset({"x"})},
        )
    text = exported(path)
    assert len(text.splitlines()) == 2
    assert all(json.loads(line)["version"] == 1 for line in text.splitlines())
    other = tmp_path / "other.db"
    assert load(other, "\ufeff" + text.replace("\n", "\r\n\n")) == 2
    assert exported(other) == text
    assert load(path, text + text) == 4
    assert exported(path) == text


def test_the_newer_holds(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    for day in range(5):
        run(path, JAN_3 + day * DAY, failed(), ok("https://b.example/"))
    for day in (2, 9):
        run(other, JAN_3 + day * DAY, failed(), failed(Reason.GONE, "https://b.example/"), ok("https://c.example/"))
    here, there = exported(path), exported(other)
    load(path, there)
    load(other, here)
    assert exported(path) == exported(other)
    records = stored(path)
    assert (records[URL].first_failed, records[URL].failures) == (JAN_3, 5)
    record = records["https://b.example/"]
    assert (record.verdict, record.last_ok, record.first_failed) == (Verdict.DEAD, JAN_3 + 4 * DAY, JAN_3 + 9 * DAY)


def test_keys_of_later_versions_are_passed_over(path: Path) -> None:
    line = {"version": 1, "url": URL, "verdict": "alive", "reason": "ok", "checked": 5, "colour": {"a": [1]}}
    assert load(path, json.dumps(line)) == 1
    assert stored(path)[URL].checked == 5.0


def test_a_copy_from_the_future_is_not_newer(path: Path) -> None:
    run(path, JAN_3, failed(Reason.GONE))
    line = {"version": 1, "url": URL, "verdict": "alive", "reason": "ok", "checked": JAN_3 + 900 * DAY}
    other = {**line, "url": "https://b.example/"}
    load(path, f"{json.dumps(line)}\n{json.dumps(other)}\n", now=JAN_3 + DAY)
    assert stored(path)[URL].verdict is Verdict.DEAD
    assert stored(path)["https://b.example/"].checked == 0


GOOD = json.dumps({"version": 1, "url": URL, "verdict": "alive", "reason": "ok", "checked": 1})


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        "{}",
        "\x00",
        GOOD.replace('"version": 1', '"version": 2'),
        GOOD.replace('"version": 1, ', ""),
        GOOD.replace('"ok"', '"splendid"'),
        GOOD.replace('"alive"', "1"),
        GOOD.replace(": 1}", ": -1}"),
        GOOD.replace(": 1}", ": NaN}"),
        GOOD.replace(": 1}", ": 1e999}"),
        GOOD.replace(": 1}", ": 1, " + '"status": 99999999999999999999}'),
        GOOD.replace(": 1}", ": 1, " + '"failures": 1.5}'),
        GOOD.replace(": 1}", ": " + "9" * 5000 + "}"),
        "[" * 100_000,
        GOOD + GOOD,
    ],
    ids=range(17),
)
def test_a_malformed_line_is_named(line: str, path: Path) -> None:
    with pytest.raises(ListlintError) as caught:
        load(path, f"{GOOD}\n\n{line}\n")
    assert (caught.value.path, caught.value.line, caught.value.code) == ("cache.jsonl", 3, "history-import")
    assert stored(path) == {}
