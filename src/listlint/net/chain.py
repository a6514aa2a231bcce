"""One link as a task: HEAD or GET, redirects hop by hop, retries, second looks, and what it all comes to.

One request a step. What an answer means is :mod:`~listlint.net.judge`'s to say, what a page shows
:mod:`~listlint.net.pages`', where redirects lead :mod:`~listlint.net.redirects`'; here it is decided
what is asked next, and when it is enough.
"""

from __future__ import annotations

import random
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from listlint.model.links import AGEING, Flag, LinkOutcome, Reason, Verdict
from listlint.net import judge as judges
from listlint.net import pages, redirects
from listlint.net.cookies import Jar
from listlint.net.hosts_memory import Sibling, slot
from listlint.net.judge import Again, Judgement
from listlint.net.messages import Failure, Request, Signal, Step
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from listlint.net.hosts_memory import HostMemory
    from listlint.net.messages import Answer, Sender
    from listlint.net.pages import Page, Parking, Print
    from listlint.net.settings import Settings

BODY = 64 * 1024
BODY_WITH_FRAGMENTS = 512 * 1024
HEAD_SHARE = 1 / 3
"""The part of the wait for the first byte that HEAD gets."""
_SIBLING_LOOKS = 12
"""How often a link looks whether another one's question about the host is answered; it waits longer each time."""
_LONGEST_LOOK = 8.0


def _open(host: str) -> str | None:
    """Why a host shows every program a wall: nothing is known of any."""
    del host
    return None


class Tables(Struct, frozen=True, kw_only=True):
    """What is known of hosts beforehand, from ``rules/tables``.

    ``walled`` tells why a host (lower case) shows every program a wall, and None where it does not; nothing is
    fetched from behind one.
    """

    walled: Callable[[str], str | None] = _open
    parking: Parking = pages.Parking()


class _Heard(NamedTuple):
    """What an answer says of its host."""

    signal: Signal
    pause: float | None


_NO_TRIES: Mapping[Again, int] = {}
# Shared, since Python makes a new empty set each time, and there is a chain for each link.
_NO_NAMES: frozenset[str] = frozenset()
_NO_COOKIES: frozenset[object] = frozenset()
_NOWHERE: frozenset[tuple[str, frozenset[object]]] = frozenset()
_NOTHING = _Heard(Signal.NONE, None)
_FIRST_LOOKS = frozenset({Failure.READ_TIMEOUT, Failure.PROTOCOL, Failure.RESET})
"""What may happen to HEAD and not to GET; other failures have nothing to do with the method."""
_NEVER_FETCHED = frozenset({Reason.FORBIDDEN_TARGET, Reason.PORT_NOT_ALLOWED, Reason.WALLED, Reason.NOT_ASKED})
_jitter = random.SystemRandom()


class Chain:
    """The :class:`~listlint.net.messages.Task` of one URL (without fragment) and the fragments that links to it have.

    ``skips`` tells of a hop whether the user excluded it; ``clock`` gives seconds of the epoch.
    """

    # One of these waits for each link of a run.
    __slots__ = (
        "_at",
        "_clock",
        "_distrust",
        "_distrusted",
        "_elapsed",
        "_fragment",
        "_fragments",
        "_get",
        "_head_failed",
        "_held",
        "_hops",
        "_jar",
        "_last",
        "_looks",
        "_memory",
        "_only_get",
        "_requests",
        "_settings",
        "_skips",
        "_status",
        "_tables",
        "_tries",
        "_url",
        "_used_head",
        "_verify",
        "_visited",
        "host",
    )

    size = 1

    def __init__(
        self,
        url: str,
        fragments: frozenset[str],
        settings: Settings,
        memory: HostMemory,
        *,
        tables: Tables | None = None,
        skips: Callable[[str], bool] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._fragments = fragments if settings.fragments else _NO_NAMES
        self._settings = settings
        self._memory = memory
        self._tables = tables or Tables()
        self._skips = skips
        self._clock = clock
        self._requests = 0
        self._elapsed = 0.0
        self._held: tuple[LinkOutcome, Print] | None = None
        self._looks = 0
        self._begin(only_get=False)

    def _begin(self, *, only_get: bool) -> None:
        """Start at the URL that the list has, as one who has never been there."""
        self._at = self._url
        self._jar: Jar | None = None
        self._hops: tuple[int, ...] = ()
        self._visited = _NOWHERE
        self._fragment = ""
        self._distrust: Judgement | None = None
        self._distrusted = _NO_NAMES
        self._only_get = only_get or bool(self._fragments) or self._settings.soft_404
        self._used_head = False
        self._arrive()

    def _arrive(self) -> None:
        """Forget what concerned the hop before."""
        self.host = slot(self._at)
        """the host that it asks next"""
        self._verify = self.host not in self._distrusted
        self._get = self._only_get
        self._head_failed = False
        self._tries = _NO_TRIES
        self._last: Judgement | None = None
        self._status: int | None = None

    # --- the task -------------------------------------------------------------------------------------

    async def step(self, sender: Sender) -> Step:
        """Send one request, and say what is next. Never raises but for cancellation."""
        question = self._memory.take_wish(self.host)
        if question is not None:
            return await self._ask_sibling(sender, question)
        if self._held is not None:
            return self._look_again(*self._held)
        stop = self._stop()
        if stop is not None:
            return self._end(stop, _NOTHING)
        request = self._request()
        answer = await self._send(sender, request)
        return self._next(request, answer)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        """What is known when it gets no other slot.

        Its own failure says more than that the host is down or the time is up, and it may age; what would
        have had to be confirmed is not believed.
        """
        if self._held is not None:
            return (self._held[0],)
        if self._memory.is_nowhere(self.host):
            return (self._outcome(judges.NOWHERE),)
        why, seen = Reason(reason), self._last
        if seen is None:
            return (self._outcome(Judgement(Verdict.UNKNOWN, why, detail)),)
        told = f"{seen.detail}; {detail}" if detail else seen.detail
        own = seen.reason in AGEING if why is Reason.HOST_DOWN else why is not Reason.RATE_LIMITED
        if own and seen.verdict is Verdict.UNKNOWN:
            return (self._outcome(replace(seen, detail=told)),)
        return (self._outcome(Judgement(Verdict.UNKNOWN, why, told)),)

    # --- asking ---------------------------------------------------------------------------------------

    def _stop(self) -> Judgement | None:
        """Why the place where it is now must not be asked, or need not."""
        parts = split(self._at)
        if not parts.is_web:
            scheme = parts.scheme or "no scheme"
            return Judgement(Verdict.UNKNOWN, Reason.FORBIDDEN_TARGET, f"neither http nor https but {scheme}"[:80])
        if self._tables.walled(parts.host) is not None:
            return Judgement(Verdict.UNKNOWN, Reason.WALLED, f"{parts.host} shows every program a wall")
        if self._hops and self._skips is not None and self._skips(self._at):
            return Judgement(Verdict.UNKNOWN, Reason.NOT_ASKED, "led to an excluded address")
        return judges.NOWHERE if self._memory.is_nowhere(self.host) else None

    def _request(self) -> Request:
        head = not self._get and not self._memory.wants_get(self.host)
        cookies = self._jar.for_url(self._at) if self._jar is not None else {}
        if head:
            self._used_head = True
            wait = self._settings.first_byte * HEAD_SHARE
            return Request(url=self._at, method="HEAD", cookies=cookies, first_byte=wait, verify=self._verify)
        limit = BODY_WITH_FRAGMENTS if self._fragments else BODY
        return Request(url=self._at, method="GET", cookies=cookies, body_limit=limit, verify=self._verify)

    async def _send(self, sender: Sender, request: Request) -> Answer:
        self._requests += 1
        started = time.monotonic()
        try:
            return await sender.send(request)
        finally:
            self._elapsed += time.monotonic() - started

    def _next(self, request: Request, answer: Answer) -> Step:
        """What an answer leads to."""
        found = judges.judge(answer, self._settings.accept)
        place = self._place(answer, found)
        alive = place is not None or found.verdict is Verdict.ALIVE
        heard = self._hear(answer, alive=alive)
        if request.method == "HEAD":
            if alive and not found.flags:
                self._memory.was_quick(self.host)
            elif answer.failure is None or answer.failure in _FIRST_LOOKS:
                return self._distrust_head(answer, found, heard)
        elif alive and self._head_failed:
            self._memory.contradicted(self.host)
        self._last, self._status = found, answer.status
        if place is not None:
            return self._follow(answer, place, heard)
        if found.verdict is Verdict.ALIVE:
            return self._reach(request, answer, found, heard)
        return self._again(found, heard)

    def _hear(self, answer: Answer, *, alive: bool) -> _Heard:
        pause = judges.pause(answer, self._clock())
        # Who has just answered well is not given up for what the next request might meet.
        late = alive and pause is not None and pause > self._settings.max_wait
        return _Heard(judges.signal(answer), None if late else pause)

    def _distrust_head(self, answer: Answer, found: Judgement, heard: _Heard) -> Step:
        """HEAD was refused, or too slow: GET is asked before anything is believed."""
        self._get = self._head_failed = True
        if answer.failure is Failure.READ_TIMEOUT:
            self._memory.was_slow(self.host)
        if answer.failure is not None:
            self._last = found
        throttled = found.reason is Reason.RATE_LIMITED or heard.pause is not None
        if found.again is not Again.RETRY or not (throttled or answer.failure is Failure.RESET):
            return Step(host=self.host, signal=heard.signal, pause=heard.pause)
        if throttled:
            self._head_failed = False  # it is not the method that the host minds
        self._last, self._status = found, answer.status
        return self._again(found, heard)

    def _again(self, found: Judgement, heard: _Heard) -> Step:
        """Ask once more if that may change the judgement, else end with it."""
        delay = self._delay(found)
        if delay is None or (heard.pause is not None and not heard.pause <= self._settings.max_wait):
            return self._end(found, heard)
        self._tries = {**self._tries, found.again: self._tries.get(found.again, 0) + 1}
        return Step(host=self.host, delay=max(delay, heard.pause or 0.0), signal=heard.signal, pause=heard.pause)

    def _delay(self, found: Judgement) -> float | None:
        """Seconds until it is worth asking again; None if it is not."""
        kind, settings = found.again, self._settings
        tries = self._tries.get(kind, 0)
        if kind is Again.UNVERIFIED:
            if not self._verify or split(self._at).userinfo:
                return None
            self._verify, self._distrust = False, found
            self._distrusted |= {self.host}
            return 0.0
        if kind is Again.CONFIRM and self._distrust is None:
            return settings.confirm_delay if tries < 1 else None
        allowed = {Again.RESOLVE: 1, Again.RETRY: settings.retries, Again.SLOW: settings.timeout_retries}
        if tries < allowed.get(kind, 0):
            return _jitter.uniform(0, settings.backoff * 2**tries)
        if kind is Again.RESOLVE:
            self._memory.no_such_host(self.host)
        return None

    # --- redirects ------------------------------------------------------------------------------------

    def _place(self, answer: Answer, found: Judgement) -> tuple[str, str] | None:
        """Where a redirect leads, and its fragment; None if the answer is no redirect that can be followed."""
        location = answer.header("location")
        if answer.status not in judges.REDIRECTS or location is None or found.verdict is Verdict.ALIVE:
            return None
        return redirects.target(self._at, location)

    def _follow(self, answer: Answer, place: tuple[str, str], heard: _Heard) -> Step:
        visited = self._visited or {(self._url, _NO_COOKIES)}
        if self._jar is None:
            self._jar = Jar()
        self._jar.take(self._at, answer.headers.get("set-cookie", ()), self._clock())
        self._hops += (answer.status or 0,)
        self._at, fragment = place
        self._fragment = fragment or self._fragment
        here = self._at, self._jar.state()
        if here in visited or len(self._hops) > self._settings.max_hops:
            return self._loop(heard, circle=here in visited)
        self._visited = frozenset({*visited, here})
        self._arrive()
        stop = self._stop()
        return self._end(stop, heard) if stop else Step(host=self.host, signal=heard.signal, pause=heard.pause)

    def _loop(self, heard: _Heard, *, circle: bool) -> Step:
        """It goes round, cookies or not; that is believed if GET meets the same."""
        if self._used_head:
            self._begin(only_get=True)
            return Step(host=self.host, signal=heard.signal, pause=heard.pause)
        detail = "redirects go round in a circle" if circle else f"more than {self._settings.max_hops} redirects"
        self._at, self._fragment = self._url, ""
        return self._end(Judgement(Verdict.DEAD, Reason.REDIRECT_LOOP, detail), heard)

    # --- the end --------------------------------------------------------------------------------------

    def _end(self, found: Judgement, heard: _Heard) -> Step:
        """Nobody said that it is alive: the judgement as it is, or what is left of it after a bad certificate."""
        if found.again is Again.CONFIRM and Again.CONFIRM in self._tries:
            found = replace(found, detail=f"{found.detail} twice")
        if self._hops and found.reason is not Reason.REDIRECT_LOOP:
            found = replace(found, detail=f"redirect to {found.detail}" if self._status else found.detail)
        doubt = self._distrust
        if doubt is not None and found.reason not in _NEVER_FETCHED:
            detail = (
                doubt.detail
                if found.detail == doubt.detail
                else f"{doubt.detail}; without verification: {found.detail}"
            )
            found = Judgement(Verdict.UNKNOWN, Reason.TLS, detail)
        elif found.reason is Reason.TLS_CHAIN:
            found = replace(found, reason=Reason.TLS)
        return Step(done=(self._outcome(found),), signal=heard.signal, pause=heard.pause)

    def _reach(self, request: Request, answer: Answer, found: Judgement, heard: _Heard) -> Step:
        """Somebody said that it is there: what else there is to say of it."""
        got = request.method == "GET" and answer.status is not None and 200 <= answer.status < 300
        page = pages.read(answer) if got else None
        outcome = self._alive(found, answer, page)
        doubtful = Flag.SUSPECT in outcome.flags or pages.is_home(self._at)
        if page is None or not self._settings.soft_404 or doubtful:
            return Step(done=(outcome,), signal=heard.signal, pause=heard.pause)
        self._held = outcome, pages.fingerprint(page)
        known = self._memory.sibling(self.host)
        if known is Sibling.UNASKED:
            self._memory.wish(self.host, self._sibling_request())
        if known is Sibling.UNASKED or known is Sibling.ASKED:
            return Step(host=self.host, signal=heard.signal, pause=heard.pause)
        return Step(done=(self._compared(*self._held, known),), signal=heard.signal, pause=heard.pause)

    def _alive(self, found: Judgement, answer: Answer, page: Page | None) -> LinkOutcome:
        suspicion = self._suspicion(answer, page)
        flags = [Flag.SUSPECT] if suspicion else self._moved(found, answer)
        flags += [flag for flag in found.flags if flag not in flags]
        detail = [suspicion or found.detail]
        reason = found.reason
        if self._distrust is not None:
            flags.append(Flag.INSECURE)
            detail.insert(0, self._distrust.detail)
            reason = self._distrust.reason
        missing: tuple[str, ...] = ()
        # A fragment that a redirect brings takes the place of the link's own (RFC 9110, section 10.2.2).
        if page is not None and not self._fragment:
            missing = pages.missing(page, self._fragments)
        if missing:
            flags.append(Flag.FRAGMENT_MISSING)
        whole = Judgement(Verdict.ALIVE, reason, "; ".join(filter(None, detail)), Again.NO, tuple(flags))
        return self._outcome(whole, missing)

    def _suspicion(self, answer: Answer, page: Page | None) -> str | None:
        """Why a page that answers well is probably not the one that the link named."""
        if self._hops and pages.sent_home(self._url, self._at):
            return f"sent to the home page of {split(self._at).host}"
        if pages.parked(self._url, answer, page, self._tables.parking):
            return "a parked domain"
        if page is not None and self._settings.soft_404 and not pages.is_home(self._at):
            said = pages.says_missing(page)
            return f"the page says “{_shown(said)}”" if said else None
        return None

    def _moved(self, found: Judgement, answer: Answer) -> list[Flag]:
        if not self._hops:
            return []
        move = redirects.judge_move(self._url, self._at)
        if move is not redirects.Move.MOVED:
            return [Flag.AUTH_REQUIRED] if move is redirects.Move.LOGIN else []
        _, secret = redirects.without_secrets(self._at)
        good = answer.status is not None and 200 <= answer.status < 300 and not found.flags
        # Where anybody could have answered, nothing is learnt for good.
        lasting = good and not secret and self._distrust is None and judges.PERMANENT.issuperset(self._hops)
        return [Flag.MOVED if lasting else Flag.MOVED_TEMPORARILY]

    def _outcome(self, found: Judgement, missing: tuple[str, ...] = ()) -> LinkOutcome:
        final = self._url
        if self._hops:
            final, _ = redirects.without_secrets(self._at + ("#" + self._fragment if self._fragment else ""))
        return LinkOutcome(
            url=self._url,
            verdict=found.verdict,
            reason=found.reason,
            status=self._status,
            flags=found.flags,
            final_url=final if final != self._url else None,
            detail=found.detail,
            requests=self._requests,
            elapsed_ms=round(self._elapsed * 1000),
            checked=self._clock(),
            missing=missing,
        )

    # --- soft 404 -------------------------------------------------------------------------------------

    def _sibling_request(self) -> Request:
        """The request for a page beside this one that cannot exist; it serves all links of the host."""
        return Request(
            url=_sibling(self._at),
            method="GET",
            cookies=self._jar.for_url(self._at) if self._jar is not None else {},
            body_limit=BODY,
            first_byte=self._settings.first_byte * HEAD_SHARE,  # the link whose turn it takes has its own to do
            verify=self._verify,
        )

    async def _ask_sibling(self, sender: Sender, question: Request) -> Step:
        """Use this turn for that request, which is the host's: no link counts it."""
        host = self.host
        result: Sibling | Print = Sibling.TELLS  # if it comes to nothing: one request a host is enough
        try:
            answer = await sender.send(question)
            result = _sibling_of(answer)
        finally:
            self._memory.learn_sibling(host, result)
        heard = self._hear(answer, alive=True)
        if self._held is None:
            return Step(host=host, signal=heard.signal, pause=heard.pause)
        return Step(done=(self._compared(*self._held, result),), signal=heard.signal, pause=heard.pause)

    def _look_again(self, outcome: LinkOutcome, seen: Print) -> Step:
        """See what came of the request, which another link of the host may just be sending."""
        known = self._memory.sibling(self.host)
        self._looks += 1
        if known is Sibling.ASKED and self._looks < _SIBLING_LOOKS:
            return Step(host=self.host, delay=min(_LONGEST_LOOK, self._settings.backoff * 2**self._looks / 8))
        return Step(done=(self._compared(outcome, seen, known),))

    def _compared(self, outcome: LinkOutcome, seen: Print, known: Sibling | Print) -> LinkOutcome:
        if isinstance(known, Sibling) or not pages.alike(seen, known):
            return outcome
        kept = tuple(flag for flag in outcome.flags if flag not in {Flag.MOVED, Flag.MOVED_TEMPORARILY})
        detail = "; ".join(filter(None, (outcome.detail, "the host shows the same page for any address")))
        return replace(outcome, flags=(Flag.SUSPECT, *kept), detail=detail)


def _shown(text: str) -> str:
    """A page's own words, short and without control characters."""
    return "".join(char for char in text[:60] if char.isprintable()) + ("…" if len(text) > 60 else "")


def _sibling(url: str) -> str:
    """The URL of a page beside this one that nobody has ever made."""
    parts = split(url)
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    _, dot, end = name.rpartition(".")
    suffix = dot + end if dot and end.isalnum() and len(end) <= 5 else ""
    slash = "/" if parts.path.endswith("/") else ""
    return f"{parts.scheme}://{slot(url)}{folder}/listlint-{secrets.token_hex(6)}{suffix}{slash}"


def _sibling_of(answer: Answer) -> Sibling | Print:
    good = answer.status is not None and 200 <= answer.status < 300 and not judges.challenge(answer)
    page = pages.read(answer) if good else None
    if page is None or pages.says_missing(page):
        return Sibling.TELLS
    return pages.fingerprint(page)
