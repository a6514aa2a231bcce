"""The link history, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TextIO

from listlint.model.links import Verdict
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise
from listlint.report.summary import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.links import Reason


class Row(Protocol):
    """What is shown of a record; times are seconds of the epoch."""

    @property
    def url(self) -> str:
        """The URL without its fragment."""
        ...

    @property
    def verdict(self) -> Verdict:
        """As it was told last."""
        ...

    @property
    def reason(self) -> Reason:
        """Why."""
        ...

    @property
    def checked(self) -> float:
        """When it was asked last."""
        ...

    @property
    def last_ok(self) -> float | None:
        """When it was alive last."""
        ...

    @property
    def first_failed(self) -> float | None:
        """Where its streak of failures began."""
        ...

    @property
    def aged(self) -> bool:
        """Whether its silence has lasted so long that it is dead."""
        ...

    @property
    def failures(self) -> int:
        """Runs in that streak."""
        ...


def render_history(rows: Iterable[Row], out: TextIO, options: RenderOptions) -> None:
    """Write a line for each URL: verdict, reason, when it was asked, since when it fails, how often."""
    write_lines(map(_line, rows), out, options)


def _line(row: Row) -> str:
    runs = count(row.failures, "run")
    since = f"failing since {_day(row.first_failed)}, {runs}" if row.first_failed is not None else ""
    verdict = Verdict.DEAD if row.aged else row.verdict
    last = f"last seen {_day(row.last_ok)}" if row.last_ok is not None else "never seen"
    parts = (f"{verdict.value:7}", f"{row.reason.value:16}", _day(row.checked), last, since)
    return "  ".join(part for part in parts if part) + f"  {sanitise(row.url)}"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
