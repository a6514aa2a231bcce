"""arXiv: what cannot be an identifier is known without asking; the export API tells of a hundred others at once.

``GET /api/query?id_list=…&max_results=…`` answers an Atom feed with one entry for each paper that exists; a
paper that does not is simply left out. The manual (https://info.arxiv.org/help/api/user-manual.html) asks for 3 s
between requests. Since feeds have come out empty by mistake, what is missing is asked for once more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from listlint.model.links import Flag, LinkOutcome, Reason, Verdict
from listlint.model.patterns import lazy
from listlint.net.adapters.core import Context, Question, Trouble, get
from listlint.net.messages import Answer, Signal, Step, Task
from listlint.text.identity import ArxivId, arxiv_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BATCH = 100
_BODY = 4 * 1024 * 1024
_FIELD = 20_000
"""Characters of one field of an entry that are kept."""
_FORMS = frozenset({"abs", "pdf", "pdf.pdf", "bare"})
"""The pages that every paper has; whether it has an HTML version or sources, only those pages tell."""
_ATOM = "http://www.w3.org/2005/Atom "
_ENTRY_ID = lazy(r"https?://arxiv\.org/abs/(.+?)(?:v(\d{1,3}))?")
_WITHDRAWN = lazy(
    r"\s*(?:this\s+)?(?:paper|article|submission|manuscript|work|preprint|note|version)?\s*"
    r"(?:(?:has\s+been|is|was)\s+)?(?:temporarily\s+)?withdrawn\b",
    re.IGNORECASE,
)
"""At the beginning: "a previous version was withdrawn" further on is no withdrawal."""


class Entry(NamedTuple):
    """A paper of a feed."""

    version: int
    """the latest one"""
    withdrawn: bool


class Feed(NamedTuple):
    """What a feed says; ``total`` is None where it does not say how many papers there are."""

    entries: dict[str, Entry]
    total: int | None
    failed: bool
    """the API put an error in place of papers"""


def paper(url: str) -> ArxivId | None:
    """The paper of a URL whose page exists if and only if the paper does."""
    found = arxiv_id(url)
    return found if found and found.form in _FORMS else None


def impossible(found: ArxivId) -> str | None:
    """Why no paper can have this identifier (https://info.arxiv.org/help/arxiv_identifier.html); None if one can."""
    name, slash, number = found.id.partition("/")
    digits = number if slash else name
    month = int(digits[2:4])
    if not 1 <= month <= 12:
        return f"no arXiv identifier has month {digits[2:4]}"
    if found.version == 0:
        return "no arXiv paper has a version 0"
    if slash:
        return None
    if digits[:4] < "0704":
        return "arXiv identifiers of this form began in April 2007"
    width = 4 if digits[:4] < "1501" else 5
    if len(digits) - 5 != width:
        return f"an arXiv identifier of {digits[:4]} has {width} digits after the dot"
    return None if int(digits[5:]) else "arXiv numbers begin with 1"


def tasks(context: Context, places: Sequence[str], origin: str) -> list[Task]:
    """The batches that ask about the papers of ``places``, all of them possible ones."""
    links: dict[str, list[str]] = {}
    for place in places:
        found = paper(place)
        assert found is not None
        links.setdefault(found.id, []).append(place)
    names = list(links)
    batches = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    return [Papers(context, {name: links[name] for name in batch}, origin) for batch in batches]


class Papers(Question):
    """One batch. ``links`` are the places by identifier."""

    def __init__(self, context: Context, links: Mapping[str, Sequence[str]], origin: str) -> None:
        self._links = links
        self._base = origin.rstrip("/") + "/api/query"
        self._open = tuple(links)
        self._found: dict[str, Entry] = {}
        self._asked_again = False
        places = [place for found in links.values() for place in found]
        super().__init__(context, places, get(self._url(), _BODY, "application/atom+xml"))

    def _url(self) -> str:
        # Identifiers hold letters, digits, dots, hyphens and slashes only.
        return f"{self._base}?id_list={','.join(self._open)}&start=0&max_results={len(self._open)}"

    def _read(self, answer: Answer) -> Step:
        if answer.body.startswith(b"Rate exceeded"):
            return self._retry(Trouble(Reason.RATE_LIMITED, "the API answered: too many requests", Signal.THROTTLED))
        feed = feed_of(answer.body) if answer.status == 200 and not answer.truncated else None
        if feed is None or feed.failed or feed.total is None:
            return self._odd(answer)
        if len(feed.entries) < min(feed.total, len(self._open)):
            return self._retry(Trouble(Reason.SERVER_ERROR, "the API's answer was cut short", Signal.ANSWERED))
        self._found |= {name: feed.entries[name] for name in self._open if name in feed.entries}
        self._open = tuple(name for name in self._open if name not in self._found)
        if self._open and not self._asked_again:
            self._asked_again = True
            return self._next(get(self._url(), _BODY, "application/atom+xml"), self._context.settings.confirm_delay)
        return self._judged()

    def _judged(self) -> Step:
        outcomes: list[LinkOutcome] = []
        more: list[Task] = []
        for name, places in self._links.items():
            entry = self._found.get(name)
            for place in places:
                version = (arxiv_id(place) or _NOBODY).version or 0
                if entry is None:
                    detail = "arXiv has no such paper"
                    outcomes.append(self._outcome(place, Verdict.DEAD, Reason.GONE, detail=detail))
                elif version > entry.version:
                    more.append(self._plainly(place))
                else:
                    flags = (Flag.WITHDRAWN,) if entry.withdrawn else ()
                    outcomes.append(self._outcome(place, Verdict.ALIVE, flags=flags))
        return self._done(*outcomes, more=tuple(more))


_NOBODY = ArxivId("", "", "", None, "", "")


class _RefusedError(Exception):
    """The document is not one that is read."""


class _Reader:
    """Collects the entries of an Atom feed; a document type, the vehicle of entity bombs, is refused."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.total: int | None = None
        self.failed = False
        self.is_feed = False
        self._path: list[str] = []
        self._texts: dict[str, str] = {}

    def parse(self, body: bytes) -> Feed | None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, _RefusedError, ValueError):
            return None
        return Feed(self.entries, self.total, self.failed) if self.is_feed else None

    def _doctype(self, *_: object) -> None:
        raise _RefusedError

    def _start(self, name: str, _: object) -> None:
        if not self._path:
            self.is_feed = name == _ATOM + "feed"
        if len(self._path) > 16:
            raise _RefusedError
        self._path.append(name)
        if name == _ATOM + "entry":
            self._texts = {}

    def _text(self, text: str) -> None:
        field = self._path[-1].rpartition(" ")[2]
        if len(self._path) == 3 or field == "totalResults":
            self._texts[field] = (self._texts.get(field, "") + text)[:_FIELD]

    def _end(self, name: str) -> None:
        self._path.pop()
        if name == _ATOM + "entry":
            self._entry()
        elif name.endswith(" totalResults"):
            total = self._texts.get("totalResults", "").strip()
            self.total = int(total) if total.isascii() and total.isdigit() and len(total) < 10 else None

    def _entry(self) -> None:
        name = self._texts.get("id", "").strip()
        if "/api/errors" in name:
            self.failed = True
        match = _ENTRY_ID.fullmatch(name)
        if match:
            told = (self._texts.get("comment", ""), self._texts.get("summary", ""))
            withdrawn = any(_WITHDRAWN.match(text) for text in told)
            self.entries[match[1]] = Entry(int(match[2] or 1), withdrawn)


def feed_of(body: bytes) -> Feed | None:
    """The papers of a feed of the export API; None for what is no such feed."""
    return _Reader().parse(body)
