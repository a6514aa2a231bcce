"""How far a run over the network is: one line redrawn in place on a terminal, else a line now and then."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Protocol, TextIO

from listlint.model.links import Verdict
from listlint.report.sanitise import sanitise
from listlint.report.style import Ink, Style
from listlint.report.width import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

REDRAW = 0.1
"""Seconds between two drawings on a terminal, at least."""
PLAIN = 10.0
"""Seconds between two lines elsewhere; a run that is shorter says nothing."""
_COLUMNS = 80
_BAR = (10, 30)
"""The least and the most columns that the bar takes."""
_NAMED_HOSTS = 3
_INKS = {Verdict.DEAD: Ink.ERROR, Verdict.UNKNOWN: Ink.WARNING, Verdict.ALIVE: Ink.NOTE}
_CLEAR = "\x1b[K"
"""Erase from the cursor to the end of the line (ECMA-48, section 8.3.41)."""


class BusyHost(Protocol):
    """A host with work left: ``links`` depend on it, and it is left alone for ``pause`` seconds."""

    @property
    def host(self) -> str:
        """Its name, with the port where that is not the default one."""
        ...

    @property
    def links(self) -> int:
        """How many links still depend on it."""
        ...

    @property
    def pause(self) -> float:
        """Seconds; 0 where it may be asked."""
        ...


class State(Protocol):
    """How far a run is: what :meth:`Progress.update` reads."""

    @property
    def done(self) -> int:
        """Links that have an outcome."""
        ...

    @property
    def total(self) -> int:
        """Links of the run."""
        ...

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many links have which verdict; one that nobody has may be missing."""
        ...

    @property
    def busiest(self) -> Sequence[BusyHost]:
        """The hosts that need longest, the first one most."""
        ...

    @property
    def rate(self) -> float:
        """Requests a second, of late."""
        ...

    @property
    def time_left(self) -> float | None:
        """Seconds, as an estimate; None where there is none."""
        ...


class Progress:
    """Shows states as they come, as often as a reader can follow. Never raises for an ``out`` that has gone.

    ``terminal`` says that ``out`` is one and knows ANSI sequences. ``columns`` gives its width whenever a line
    is drawn, ``clock`` the time in seconds from any start.
    """

    def __init__(
        self,
        out: TextIO,
        *,
        terminal: bool,
        colour: bool = False,
        columns: Callable[[], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._terminal = terminal
        self._style = Style(colour and terminal)
        self._columns = columns or (lambda: _width_of(out))
        self._clock = clock
        self._encoding = getattr(out, "encoding", None) or "utf-8"
        self._full, self._empty, self._cut = _marks(self._encoding)
        self._next = clock() + (0.0 if terminal else PLAIN)
        self._drawn = False
        self._late: State | None = None
        self._closed = False

    def update(self, state: State) -> None:
        """Show ``state``, unless it is too soon for that."""
        if self._closed:
            return
        now = self._clock()
        if now < self._next:
            self._late = state
            return
        self._next = now + (REDRAW if self._terminal else PLAIN)
        self._show(state)

    def close(self) -> None:
        """Leave the line as if nothing had stood there; elsewhere, say last how far it came. May be called twice."""
        if self._closed:
            return
        if self._terminal and self._drawn:
            self._write(f"\r{_CLEAR}")
        elif self._drawn and self._late is not None:
            self._show(self._late)
        self._closed = True

    def _show(self, state: State) -> None:
        self._late = None
        self._drawn = True
        self._write(f"\r{self._line(state)}{_CLEAR}" if self._terminal else _plain(state) + "\n")

    def _write(self, text: str) -> None:
        try:
            self._out.write(text.encode(self._encoding, "replace").decode(self._encoding))
            self._out.flush()
        except (OSError, ValueError):  # the reader has gone, or the stream is closed: the run matters more
            self._closed = True

    def _line(self, state: State) -> str:
        """``1,204 of 3,412 ━━━━────── 12 dead  92 unknown  …``; what has no room is left out, the last first."""
        room = max(1, self._columns() - 1)  # a character in the last column would begin a new line
        counts = f"{state.done:,} of {state.total:,}"
        kept: list[tuple[str, Ink | None]] = []
        room -= len(counts)
        for text, ink in _parts(state):
            if room < len(text) + 2:
                break
            kept.append((text, ink))
            room -= len(text) + 2
        bar = self._bar(state, room - 2)
        room -= len(bar) + 2 if bar else 0
        hosts = fit("  " + ", ".join(_hosts(state)), room, self._cut) if room > 12 and state.busiest else ""
        painted = [text if ink is None else self._style(ink, text) for text, ink in kept]
        if bar:
            full = bar.rstrip(self._empty)
            painted.insert(0, self._style(Ink.HELP, full) + self._style(Ink.FAINT, bar[len(full) :]))
        return fit(counts, self._columns() - 1, self._cut) + "".join(f"  {text}" for text in painted) + hosts

    def _bar(self, state: State, room: int) -> str:
        least, most = _BAR
        if room < least:
            return ""
        size = min(room, most)
        full = size * min(state.done, state.total) // state.total if state.total else size
        return self._full * full + self._empty * (size - full)


def _parts(state: State) -> Iterator[tuple[str, Ink | None]]:
    """What is said of a state beside the bar, the most important first."""
    for verdict, ink in _INKS.items():
        number = state.verdicts.get(verdict, 0)
        yield f"{number:,} {verdict.value}", ink if number else Ink.FAINT
    if state.time_left is not None:
        yield f"{_clock_time(state.time_left)} left", None
    yield f"{_rate(state.rate)}/s", Ink.FAINT


def _hosts(state: State) -> Iterator[str]:
    for host in state.busiest[:_NAMED_HOSTS]:
        paused = f", paused {host.pause:.0f} s" if host.pause >= 0.5 else ""
        yield f"{sanitise(host.host)} ({host.links:,}{paused})"


def _plain(state: State) -> str:
    share = 100 * state.done // state.total if state.total else 100
    verdicts = ", ".join(f"{state.verdicts.get(verdict, 0):,} {verdict.value}" for verdict in _INKS)
    line = f"links: {state.done:,} of {state.total:,} ({share} %): {verdicts}; {_rate(state.rate)} requests a second"
    if state.time_left is not None and state.done < state.total:
        line += f"; about {_clock_time(state.time_left)} left"
    return f"{line}; busy: {', '.join(_hosts(state))}" if state.busiest else line


def _rate(rate: float) -> str:
    return f"{rate:.1f}" if 0 < rate < 9.95 else f"{rate:,.0f}"


def _clock_time(seconds: float) -> str:
    """``0:42``, ``12:05``, ``1:02:03``."""
    whole = int(min(max(seconds, 0.0) + 0.5, 359_999))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _width_of(out: TextIO) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns or _COLUMNS
    except (OSError, ValueError):  # no descriptor, or one that is no terminal
        return _COLUMNS


def _marks(encoding: str) -> tuple[str, str, str]:
    """The characters of the bar, and the mark of what was cut, in what the stream can write."""
    marks = ("━", "─", "…")
    try:
        "".join(marks).encode(encoding)
    except UnicodeEncodeError:
        return "#", "-", "..."
    return marks
