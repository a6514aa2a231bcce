"""Looks for copies of dead links in the web archive."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from msgspec.structs import replace

from listlint.model.patterns import lazy
from listlint.net.hosts_memory import slot
from listlint.net.messages import Request, Signal, Step
from listlint.net.settings import HostLimits

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.net.messages import Sender
    from listlint.net.settings import Settings

ORIGIN = "https://web.archive.org"
LIMITS = HostLimits(connections=1, rate=1.0, burst=1)
"""The archive is asked once a second, one question at a time."""
_COPY = lazy(r"/web/\d{4,14}(?:[a-z]{2}_)?/")
_ASKS = 2


class Copy:
    """The question for a copy of one dead link, as a task of the scheduler.

    The archive answers ``/web/URL`` with a redirect to its latest copy, or 404. Its outcome is that of the dead link
    with ``archive`` filled in: the copy; or, where the archive itself did not answer, the address at which
    it would be, and ``archive_verified`` off.
    """

    size = 1

    def __init__(self, dead: LinkOutcome, settings: Settings) -> None:
        self._dead = dead
        self._url = settings.origins.get("archive", ORIGIN).rstrip("/") + "/web/" + dead.url
        self._asked = 0

    @property
    def host(self) -> str:
        """The archive's host."""
        return slot(self._url)

    async def step(self, sender: Sender) -> Step:
        """Ask once; no redirect is followed, since where it leads is the answer."""
        self._asked += 1
        answer = await sender.send(Request(url=self._url))
        location = answer.header("location")
        if answer.status is not None and 300 <= answer.status < 400 and location:
            copy = urljoin(self._url, location)
            found = copy if _COPY.search(copy) and slot(copy) == self.host else None
            return Step(done=(replace(self._dead, archive=found),), signal=Signal.ANSWERED)
        if answer.status == 200:
            return Step(done=(replace(self._dead, archive=self._url),), signal=Signal.ANSWERED)
        if answer.status is not None and answer.status not in {429, 500, 502, 503, 504}:
            return Step(done=(self._dead,), signal=Signal.ANSWERED)
        signal = Signal.THROTTLED if answer.status == 429 else Signal.TIMED_OUT
        if self._asked < _ASKS:
            return Step(host=self.host, delay=2.0, signal=signal)
        return Step(done=self._unverified(), signal=signal)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        """The archive did not answer: nobody knows whether it has a copy."""
        return self._unverified()

    def _unverified(self) -> tuple[LinkOutcome, ...]:
        return (replace(self._dead, archive=self._url, archive_verified=False),)
