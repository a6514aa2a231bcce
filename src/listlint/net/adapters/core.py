"""What all adapters share: a question to an API as a task, its retries, and what becomes of links when it fails.

An API's sickness never makes a link dead. When an API does not answer, is limited, or says what it is not
documented to say, its links are asked for plainly where the page itself tells the truth; else, and where
page and API are one host that has just asked for silence, they are ``unknown``, with a reason that never ages.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol
from urllib.parse import urljoin

import msgspec

from listlint.model.links import AGEING, LinkOutcome, Reason, Verdict
from listlint.net import judge
from listlint.net.messages import Answer, Failure, Request, Sender, Signal, Step, Task
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from listlint.model.links import Flag
    from listlint.net.settings import Settings

    Plain = Callable[[str, tuple[str, ...]], Task]
    """Makes the task that asks for a place plainly, on behalf of the URLs that lead to it."""
    Convert = Callable[[LinkOutcome], Iterable[LinkOutcome]]
    Add = Callable[[Iterable[Task]], None]
    """Gives more tasks to the scheduler that is running."""

SMALL_BODY = 256 * 1024
"""Bytes of an answer about one link that are read at most; what is longer is not what was asked for."""
_SICK_AFTER = 3
"""So many questions in a row that an API did not answer, and it is asked no more in this run."""


class Service(Protocol):
    """A row of the table: which API answers for a host."""

    @property
    def api(self) -> str:
        """The name of the adapter."""
        ...

    @property
    def origin(self) -> str:
        """Where its API is (``https://api.example.org``); empty where that follows from the link's own host."""
        ...

    @property
    def second(self) -> str:
        """Where its second API is, if it has one."""
        ...


class Services(Protocol):
    """The part of the table of links that is consulted here."""

    def walled(self, host: str) -> str | None:
        """What a host (lower case) shows to every program, in a few words; None where it shows its pages."""
        ...

    def service(self, host: str) -> Service | None:
        """The API that answers for the links of a host (lower case)."""
        ...


class Hidden(dict[str, str]):
    """Headers of a request of which no repr, and so no log or traceback, shows the values."""

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, "***"))


class Trouble(NamedTuple):
    """Why a request brought no answer to the question. ``wait`` is what the host asked for, in seconds."""

    reason: Reason
    detail: str
    signal: Signal
    wait: float | None = None
    final: bool = False
    """asking once more would not help"""


class Context:
    """What the tasks of one plan share: settings, how to ask plainly, and which APIs are sick."""

    def __init__(
        self,
        settings: Settings,
        plain: Plain,
        names: Mapping[str, tuple[str, ...]],
        *,
        add: Add,
        anchored: frozenset[str] = frozenset(),
        stale_after: float | None = None,
    ) -> None:
        """``names`` are the URLs that lead to a place, where they are others than the place itself."""
        self.settings = settings
        self.add = add
        self.anchored = anchored
        self.stale_after = stale_after
        self._plain = plain
        self._names = names
        self._failed: dict[str, int] = {}
        self._sick: dict[str, Trouble] = {}

    def plainly(self, place: str, convert: Convert | None = None) -> Task:
        """The task that asks for a place itself; ``convert`` may add to its outcome."""
        names = self._names.get(place, (place,))
        task = self._plain(place, names)
        if convert is None and names == (place,):
            return task

        def told(outcome: LinkOutcome) -> Iterable[LinkOutcome]:
            outcomes = (outcome,) if convert is None else convert(outcome)
            return (spread for each in outcomes for spread in self.spread(each))

        return Relay(task, told)

    def spread(self, outcome: LinkOutcome) -> tuple[LinkOutcome, ...]:
        """The outcomes of the URLs that lead to a place, from that of the place."""
        names = self._names.get(outcome.url, (outcome.url,))
        return tuple(_told_of(name, outcome, first=name == names[0]) for name in names)

    def size(self, places: Iterable[str]) -> int:
        """How many URLs lead to these places."""
        return sum(len(self._names.get(place, (place,))) for place in places)

    def sick(self, host: str) -> Trouble | None:
        """Why the API on a host is not asked any more."""
        return self._sick.get(host)

    def note(self, host: str, trouble: Trouble | None, *, at_once: bool = False) -> None:
        """Remember that a question to the API on ``host`` was answered (no trouble) or was not."""
        if trouble is None:
            self._failed.pop(host, None)
            return
        self._failed[host] = self._failed.get(host, 0) + 1
        if at_once or self._failed[host] >= _SICK_AFTER:
            self._sick[host] = trouble


def _told_of(name: str, outcome: LinkOutcome, *, first: bool) -> LinkOutcome:
    requests = outcome.requests if first else 0
    if name == outcome.url:
        return msgspec.structs.replace(outcome, requests=requests)
    final = outcome.final_url or outcome.url
    return msgspec.structs.replace(outcome, url=name, final_url=final, requests=requests)


class Relay:
    """A task whose outcomes are converted before they are told."""

    def __init__(self, task: Task, convert: Convert) -> None:
        self._task = task
        self._convert = convert

    @property
    def host(self) -> str:
        """The host that the inner task needs next."""
        return self._task.host

    @property
    def size(self) -> int:
        """How many links depend on the inner task."""
        return self._task.size

    async def step(self, sender: Sender) -> Step:
        """One step of the inner task."""
        step = await self._task.step(sender)
        return step if step.done is None else msgspec.structs.replace(step, done=self._converted(step.done))

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        """What the inner task says when it gets no other slot."""
        return self._converted(self._task.give_up(reason, detail))

    def _converted(self, outcomes: tuple[LinkOutcome, ...]) -> tuple[LinkOutcome, ...]:
        return tuple(converted for outcome in outcomes for converted in self._convert(outcome))


class Question:
    """A task that asks one API about one or more places; each kind reads the answers its own way.

    The number of requests is bounded: each question is retried as the settings say, and the kinds
    ask a fixed number of questions at most. In a batch the requests count for its first URL.
    """

    PAGE_TELLS: ClassVar[bool] = True
    """whether a plain request tells what is missing; else there is no falling back on it"""

    def __init__(self, context: Context, places: Sequence[str], request: Request) -> None:
        self._context = context
        self._places = tuple(places)
        self._request = request
        self._tries = 0
        self._sent = 0
        self._elapsed = 0.0

    @property
    def host(self) -> str:
        """The host of the API, with its port where it is not the default one."""
        return host_of(self._request.url)

    @property
    def size(self) -> int:
        """How many links depend on the answer."""
        return self._context.size(self._places)

    async def step(self, sender: Sender) -> Step:
        """Ask, and read the answer."""
        known = self._context.sick(self.host)
        if known is not None:
            return self._failed(known._replace(signal=Signal.NONE))
        answer = await sender.send(self._request)
        self._sent += 1
        self._elapsed += answer.elapsed
        trouble = trouble_of(answer)
        return self._retry(trouble) if trouble else self._read(answer)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        """The outcomes of its places; where it is the API that fails, those that can be are asked for plainly."""
        trouble = Trouble(Reason(reason), detail, Signal.NONE)
        if trouble.reason is Reason.NOT_ASKED:
            return self._told(self._unknown_place(place, trouble) for place in self._places)
        return self._failed(trouble).done or ()

    def _read(self, answer: Answer) -> Step:
        raise NotImplementedError

    # --- what the kinds say -----------------------------------------------------------------------

    def _outcome(
        self,
        place: str,
        verdict: Verdict,
        reason: Reason = Reason.OK,
        *,
        status: int | None = None,
        flags: tuple[Flag, ...] = (),
        final_url: str | None = None,
        detail: str = "",
    ) -> LinkOutcome:
        return LinkOutcome(
            url=place,
            verdict=verdict,
            reason=reason,
            status=status,
            flags=flags,
            final_url=final_url if final_url != place else None,
            detail=detail,
            requests=self._sent if place == self._places[0] else 0,
            elapsed_ms=round(self._elapsed * 1000),
            checked=time.time(),
        )

    def _told(self, outcomes: Iterable[LinkOutcome]) -> tuple[LinkOutcome, ...]:
        return tuple(told for outcome in outcomes for told in self._context.spread(outcome))

    def _done(self, *outcomes: LinkOutcome, more: tuple[Task, ...] = ()) -> Step:
        """The API answered; ``more`` takes over the places that ``outcomes`` leaves open."""
        self._context.note(self.host, None)
        return self._end(outcomes, more, Signal.ANSWERED)

    def _end(self, outcomes: Iterable[LinkOutcome], more: Sequence[Task], signal: Signal) -> Step:
        if more:
            self._context.add(more)
        return Step(done=self._told(outcomes), signal=signal)

    def _next(self, request: Request, delay: float = 0.0) -> Step:
        """The API answered, and is asked something else."""
        self._request = request
        self._tries = 0
        return Step(host=self.host, delay=delay, signal=Signal.ANSWERED)

    def _retry(self, trouble: Trouble) -> Step:
        settings = self._context.settings
        self._tries += 1
        allowed = settings.timeout_retries if trouble.signal is Signal.TIMED_OUT else settings.retries
        too_long = trouble.wait is not None and trouble.wait > settings.max_wait
        if trouble.final or too_long or self._tries > allowed:
            self._context.note(self.host, trouble, at_once=too_long or len(self._places) > 1)
            return self._failed(trouble)
        # Full jitter; no secret hangs on it.
        delay = random.uniform(0, settings.backoff * 2 ** (self._tries - 1))  # noqa: S311 - spreads load, guards nothing
        return Step(host=self.host, delay=delay, signal=trouble.signal, pause=trouble.wait)

    def _failed(self, trouble: Trouble) -> Step:
        """The API is of no help: what falls back on plain requests does, the rest is unknown."""
        outcomes: list[LinkOutcome] = []
        more: list[Task] = []
        for place in self._places:
            shunned = host_of(place) == self.host and trouble.reason is not Reason.SERVER_ERROR and not trouble.final
            if self.PAGE_TELLS and not shunned:
                more.append(self._plainly(place))
            else:
                outcomes.append(self._unknown_place(place, trouble))
        return self._end(outcomes, more, trouble.signal)

    def _unknown_place(self, place: str, trouble: Trouble) -> LinkOutcome:
        # Silence of a page becomes death when it lasts; an API's does not.
        reason = Reason.HOST_DOWN if trouble.reason in AGEING else trouble.reason
        return self._outcome(place, Verdict.UNKNOWN, reason, detail=trouble.detail)

    def _odd(self, answer: Answer) -> Step:
        """The API answered what it is not documented to answer."""
        what = f"with {answer.status}" if answer.status != 200 else "what nobody can read"
        trouble = Trouble(Reason.PROTOCOL, f"the API answered {what}", Signal.ANSWERED, final=True)
        if answer.status in {401, 403, 407}:
            trouble = trouble._replace(reason=Reason.BLOCKED)
        self._context.note(self.host, trouble)
        return self._failed(trouble)

    def _plainly(self, place: str, convert: Convert | None = None) -> Task:
        """Ask for a place itself; what was sent to the API counts too."""
        sent = self._sent if place == self._places[0] else 0
        if not sent:
            return self._context.plainly(place, convert)

        def counted(outcome: LinkOutcome) -> Iterable[LinkOutcome]:
            whole = msgspec.structs.replace(outcome, requests=outcome.requests + sent)
            return convert(whole) if convert else (whole,)

        return self._context.plainly(place, counted)


class Single(Question):
    """A question about one place."""

    def __init__(self, context: Context, place: str, request: Request) -> None:
        super().__init__(context, (place,), request)
        self._place = place
        self._gone = 0

    def _alive(
        self,
        answer: Answer,
        *flags: Flag,
        reason: Reason = Reason.OK,
        final_url: str | None = None,
        detail: str = "",
    ) -> Step:
        outcome = self._outcome(
            self._place, Verdict.ALIVE, reason, status=answer.status, flags=flags, final_url=final_url, detail=detail
        )
        return self._done(outcome)

    def _dead(self, answer: Answer, detail: str) -> Step:
        return self._done(self._outcome(self._place, Verdict.DEAD, Reason.GONE, status=answer.status, detail=detail))

    def _unknown(self, answer: Answer, reason: Reason, detail: str) -> Step:
        return self._done(self._outcome(self._place, Verdict.UNKNOWN, reason, status=answer.status, detail=detail))

    def _gone_twice(self, answer: Answer, detail: str) -> Step:
        """Dead, when the API has said so twice with the settings' delay between."""
        self._gone += 1
        if self._gone > 1:
            return self._dead(answer, detail)
        return self._next(self._request, self._context.settings.confirm_delay)


# --- reading answers -------------------------------------------------------------------------------


def trouble_of(answer: Answer) -> Trouble | None:
    """Why an answer is none: a failure, a limit, a wall, a sick server. What it said in words is not repeated."""
    found, signal = judge.judge(answer), judge.signal(answer)
    if answer.status is None:
        failure = answer.failure or Failure.PROTOCOL
        # Even where a name that does not exist kills a link, that of an API does not.
        reason = Reason.CONNECT if found.reason is Reason.DNS else found.reason
        final = found.again in {judge.Again.NO, judge.Again.UNVERIFIED}
        return Trouble(reason, f"the API could not be asked ({failure.value})", signal, final=final)
    wait = judge.pause(answer, time.time())
    if answer.status in {408, 425, 429} or (answer.status == 403 and wait is not None):
        detail = f"the API answered {answer.status}: too many requests"
        return Trouble(Reason.RATE_LIMITED, detail, Signal.THROTTLED, wait)
    if judge.challenge(answer):
        return Trouble(Reason.BLOCKED, "a wall stands before the API", signal, final=True)
    if answer.status >= 500:
        return Trouble(Reason.SERVER_ERROR, f"the API answered {answer.status}", signal, wait)
    return None


def json_of(answer: Answer) -> dict[str, Any] | None:
    """The JSON object in an answer's body; None if there is none, or it was cut."""
    if answer.truncated:
        return None
    try:
        value = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def is_json(answer: Answer) -> bool:
    """Tell whether the headers announce JSON; a wall announces HTML."""
    kind = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def host_of(url: str) -> str:
    """The host of a URL as the scheduler names it: with its port where it is not the default one."""
    parts = split(url)
    port = parts.port.lstrip("0")
    return parts.host if port in {"", {"http": "80", "https": "443"}.get(parts.scheme)} else f"{parts.host}:{port}"


def same_origin(one: str, other: str) -> bool:
    """Tell whether two URLs have scheme, host and port in common (RFC 6454, section 5)."""
    return split(one).scheme == split(other).scheme and host_of(one) == host_of(other)


def redirect_of(answer: Answer) -> str | None:
    """Where an answer redirects within its own origin; None if it does not."""
    place = answer.header("location")
    if answer.status not in judge.REDIRECTS or not place:
        return None
    try:
        target = urljoin(answer.url, place)
    except ValueError:
        return None
    return target if same_origin(target, answer.url) else None


def get(url: str, limit: int = SMALL_BODY, accept: str = "application/json") -> Request:
    """A GET of an API's resource."""
    return Request(url=url, method="GET", headers={"Accept": accept}, body_limit=limit)
