"""Progress: drawn by a small terminal that obeys what it is told, against a clock that is handed in."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from msgspec import Struct, field, structs

from listlint.model.links import Verdict
from listlint.net.scheduler import BusyHost, State
from listlint.report.progress import PLAIN, REDRAW, Progress
from listlint.report.width import width


class Clock(Struct):
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    """A terminal of one line: carriage return, erase to the end of the line, and colours that take no room."""

    def __init__(self, columns: int = 80) -> None:
        super().__init__()
        self.columns = columns
        self.cells: list[str] = []
        self.cursor = 0
        self.drawings = 0

    def write(self, text: str) -> int:
        self.drawings += 1
        for piece in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|[^\x1b]", text):
            if piece == "\r":
                self.cursor = 0
            elif piece == "\x1b[K":
                del self.cells[self.cursor :]
            elif piece.startswith("\x1b"):
                assert piece.endswith("m"), piece
            else:
                assert piece.isprintable(), piece
                self.cells[self.cursor : self.cursor + 1] = [piece]
                self.cursor += 1
                assert width("".join(self.cells[: self.cursor])) < self.columns, "it would wrap"
        return len(text)

    @property
    def line(self) -> str:
        return "".join(self.cells)


def state(done: int = 1204, total: int = 3412, **changes: Any) -> State:
    usual = State(
        done=done,
        total=total,
        in_flight=12,
        verdicts={Verdict.ALIVE: 1100, Verdict.DEAD: 12, Verdict.UNKNOWN: 92},
        requests={"github.com": 800, "arxiv.org": 30},
        busiest=(
            BusyHost(host="github.com", links=812, in_flight=1, pause=0.0),
            BusyHost(host="arxiv.org", links=30, in_flight=0, pause=12.2),
        ),
        rate=18.4,
        time_left=42.0,
    )
    return structs.replace(usual, **changes)


class Shown(Struct):
    screen: Screen
    progress: Progress
    clock: Clock = field(default_factory=Clock)


def on_terminal(columns: int = 80, *, colour: bool = False) -> Shown:
    screen, clock = Screen(columns), Clock()
    progress = Progress(screen, terminal=True, colour=colour, columns=lambda: screen.columns, clock=clock)
    return Shown(screen=screen, progress=progress, clock=clock)


def test_a_terminal_shows_everything_that_has_room() -> None:
    shown = on_terminal(160)
    shown.progress.update(state())
    assert re.fullmatch(
        r"1,204 of 3,412  ━{10}─{20}  12 dead  92 unknown  1,100 alive  0:42 left  18/s"
        r"  github.com \(812\), arxiv.org \(30, paused 12 s\)",
        shown.screen.line,
    )


@pytest.mark.parametrize("columns", [1, 2, 8, 14, 15, 20, 40, 60, 79, 80, 100, 120, 300])
@pytest.mark.parametrize("colour", [False, True])
def test_the_line_fits_any_width(columns: int, colour: bool) -> None:
    shown = on_terminal(columns, colour=colour)
    shown.progress.update(state())  # the screen asserts that nothing wraps
    if columns >= 15:
        assert shown.screen.line.startswith("1,204 of 3,412")
    if columns >= 40:
        assert "12 dead  92 unknown" in shown.screen.line


def test_what_matters_most_stays_when_there_is_little_room() -> None:
    lines = {}
    for columns in range(20, 200):
        shown = on_terminal(columns)
        shown.progress.update(state())
        lines[columns] = shown.screen.line
    first = {text: min(c for c, line in lines.items() if text in line) for text in ("dead", "alive", "left", "/s")}
    assert list(first) == sorted(first, key=lambda text: first[text])
    assert first["/s"] < 80


def test_a_wide_or_hostile_host_name_neither_wraps_nor_acts() -> None:
    hosts = tuple(
        BusyHost(host=name, links=3, in_flight=1, pause=0) for name in ("例え" * 40, "\x1b[2J\r\nevil\u202e.example")
    )
    for columns in (80, 121, 122, 123, 400):
        shown = on_terminal(columns)
        shown.progress.update(state(busiest=hosts))
        assert "\x1b[2J" not in shown.screen.line
    assert r"\x1b[2J\r\nevil\u202e.example" in shown.screen.line


def test_it_is_redrawn_ten_times_a_second_at_most() -> None:
    shown = on_terminal()
    for step in range(1000):  # one second
        shown.clock.now = 1000 + step / 1000
        shown.progress.update(state(done=step))
    assert 9 <= shown.screen.drawings <= 11
    shown.clock.now += REDRAW
    shown.progress.update(state(done=3412))
    assert "3,412 of 3,412" in shown.screen.line


def test_a_shorter_line_leaves_nothing_of_a_longer_one() -> None:
    shown = on_terminal(200)
    shown.progress.update(state())
    shown.clock.now += 1
    shown.screen.columns = 30
    shown.progress.update(state())
    assert shown.screen.line == "1,204 of 3,412  12 dead"


def test_closing_leaves_an_empty_line_and_nothing_is_drawn_after_it() -> None:
    shown = on_terminal()
    shown.progress.update(state())
    shown.progress.close()
    assert (shown.screen.line, shown.screen.cursor) == ("", 0)
    before = shown.screen.drawings
    shown.progress.close()
    shown.clock.now += 60
    shown.progress.update(state())
    assert shown.screen.drawings == before


def test_closing_what_was_never_drawn_writes_nothing() -> None:
    shown = on_terminal()
    shown.progress.close()
    assert shown.screen.drawings == 0


def test_colours_only_where_they_are_wanted() -> None:
    for colour in (False, True):
        out = io.StringIO()
        Progress(out, terminal=True, colour=colour, columns=lambda: 120, clock=Clock()).update(state())
        assert ("\x1b[1;31m12 dead\x1b[0m" in out.getvalue()) is colour


@pytest.mark.parametrize(("done", "total", "full"), [(0, 9, 0), (1, 9, 3), (9, 9, 30), (12, 9, 30), (0, 0, 30)])
def test_the_bar_is_as_long_as_the_share(done: int, total: int, full: int) -> None:
    shown = on_terminal(200)
    shown.progress.update(state(done=done, total=total))
    assert (shown.screen.line.count("━"), shown.screen.line.count("─")) == (full, 30 - full)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, None),
        (-3.0, "0:00"),
        (0.0, "0:00"),
        (59.6, "1:00"),
        (725.0, "12:05"),
        (3723.0, "1:02:03"),
        (1e300, "99:59:59"),
    ],
)
def test_time_left(seconds: float | None, text: str | None) -> None:
    shown = on_terminal(200)
    shown.progress.update(state(time_left=seconds))
    found = re.search(r"  (\S+) left", shown.screen.line)
    assert (found and found[1]) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(0.0, "0/s"), (0.2, "0.2/s"), (9.94, "9.9/s"), (9.96, "10/s"), (1234.0, "1,234/s")]
)
def test_rate(rate: float, text: str) -> None:
    shown = on_terminal(200)
    shown.progress.update(state(rate=rate))
    assert f"  {text}" in shown.screen.line


def plain() -> tuple[io.StringIO, Progress, Clock]:
    out, clock = io.StringIO(), Clock()
    return out, Progress(out, terminal=False, colour=True, clock=clock), clock


def test_elsewhere_a_line_every_ten_seconds() -> None:
    out, progress, clock = plain()
    for tenth in range(350):
        clock.now = 1000 + tenth / 10
        progress.update(state(done=tenth))
    lines = out.getvalue().splitlines()
    assert [re.match(r"links: (\S+) of", line)[1] for line in lines] == ["100", "200", "300"]  # type: ignore[index]  # no match is a failure
    assert lines[0] == (
        "links: 100 of 3,412 (2 %): 12 dead, 92 unknown, 1,100 alive; 18 requests a second; about 0:42 left; "
        "busy: github.com (812), arxiv.org (30, paused 12 s)"
    )
    assert "\x1b" not in out.getvalue()
    assert "\r" not in out.getvalue()


def test_elsewhere_the_last_line_says_how_far_it_came() -> None:
    out, progress, clock = plain()
    clock.now += PLAIN
    progress.update(state())
    progress.update(state(done=3412, busiest=(), time_left=0.0, rate=0.0))
    progress.close()
    progress.close()
    assert out.getvalue().splitlines()[1:] == [
        "links: 3,412 of 3,412 (100 %): 12 dead, 92 unknown, 1,100 alive; 0 requests a second"
    ]


def test_elsewhere_a_short_run_says_nothing() -> None:
    out, progress, clock = plain()
    progress.update(state())
    clock.now += PLAIN - 0.1
    progress.update(state(done=3412))
    progress.close()
    assert out.getvalue() == ""


def test_elsewhere_a_host_cannot_command_a_runner() -> None:
    out, progress, clock = plain()
    clock.now += PLAIN
    progress.update(state(busiest=(BusyHost(host="a\n::error::b", links=1, in_flight=0, pause=0),)))
    assert out.getvalue().count("\n") == 1
    assert r"a\n::error::b" in out.getvalue()


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("terminal", [True, False])
def test_a_reader_that_has_gone_does_not_end_the_run(terminal: bool) -> None:
    clock = Clock()
    closed = io.StringIO()
    closed.close()
    for out in (Gone(), closed):
        progress = Progress(out, terminal=terminal, clock=clock)
        clock.now += PLAIN
        progress.update(state())
        progress.update(state())
        progress.close()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", "utf-16-le"])
def test_a_stream_gets_only_what_it_can_write(encoding: str) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    host = BusyHost(host="例え.example", links=1, in_flight=0, pause=0)
    Progress(out, terminal=True, columns=lambda: 160, clock=Clock()).update(state(busiest=(host,)))
    text = raw.getvalue().decode(encoding)
    assert ("━" if encoding.startswith("utf") else "##########----") in text
    assert ("例え.example" if encoding.startswith("utf") else "??.example") in text


def test_a_stream_without_a_descriptor_has_the_usual_width() -> None:
    out = io.StringIO()
    Progress(out, terminal=True, clock=Clock()).update(state())
    line = out.getvalue().strip("\r").removesuffix("\x1b[K")
    assert 60 < len(line) < 80
