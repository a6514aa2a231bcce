"""The tables about single URLs: trackers, shorteners, unstable links, secrets."""

from __future__ import annotations

import re
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.urls import Url, bare_host, parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_LABELS = 8
"""Labels of a host that are looked up, from the last one on."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    as_of: date


def _hosts_of(host: str) -> list[str]:
    """A host without ``www.`` and every domain above it."""
    labels = bare_host(host).split(".")[-_LABELS:]
    return [".".join(labels[start:]) for start in range(len(labels))]


@lru_cache(maxsize=256)
def _compiled(pattern: str, *, folded: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE if folded else 0)


def _must_compile(name: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"`{name}` is no regular expression: {error}") from error


# --- Trackers --------------------------------------------------------------------------------------


class Everywhere(_Row, frozen=True, kw_only=True):
    """Parameters that no host chooses its answer by: whole names, and beginnings of names."""

    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would match every parameter, or none."""
        if not (self.names or self.prefixes) or "" in self.prefixes:
            raise ValueError("`names` or `prefixes` are needed, and no prefix is empty")


class OnHosts(_Row, frozen=True, kw_only=True):
    """Parameters of some hosts, and of what is below them."""

    hosts: tuple[str, ...]
    names: tuple[str, ...]


class Vendor(_Row, frozen=True, kw_only=True):
    """Parameters that make a campaign of whoever sells something on some hosts, where a URL has all of them."""

    hosts: tuple[str, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a row that every URL of its hosts would have."""
        if not self.names:
            raise ValueError("`names` are needed")


class Kept(_Row, frozen=True, kw_only=True):
    """Hosts whose queries are left alone, and those below them."""

    hosts: tuple[str, ...]


class Wanted(_Row, frozen=True, kw_only=True):
    """Parts of values (in small letters) of campaigns that a list takes part in."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse words that no value, or every value, would hold."""
        if any(not word or word != word.lower() for word in self.words):
            raise ValueError("`words` are in small letters, and none is empty")


class TrackerTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/trackers.toml``. Rows are named, so that a user's file can override one."""

    everywhere: dict[str, Everywhere]
    hosts: dict[str, OnHosts]
    wanted: dict[str, Wanted]
    vendors: dict[str, Vendor]
    kept: dict[str, Kept]

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        return tuple(word for row in self.wanted.values() for word in row.words)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for row in self.everywhere.values() for name in row.names)

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(prefix for row in self.everywhere.values() for prefix in row.prefixes)

    @cached_property
    def _by_host(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in self.hosts.values():
            for host in row.hosts:
                found.setdefault(host, set()).update(row.names)
        return {host: frozenset(names) for host, names in found.items()}

    @cached_property
    def _kept(self) -> frozenset[str]:
        return frozenset(host for row in self.kept.values() for host in row.hosts)

    def keeps(self, host: str) -> bool:
        """Tell whether the queries of a host (lower case) are left alone."""
        return any(name in self._kept for name in _hosts_of(host))

    def is_wanted(self, value: str) -> bool:
        """Tell whether the value of a parameter is that of a campaign which the list takes part in."""
        value = value.lower()
        return any(word in value for word in self._wanted)

    def is_vendors(self, names: Collection[str], host: str) -> bool:
        """Tell whether parameters of these names make a campaign of the vendor's own on a host (lower case)."""
        here = set(_hosts_of(host))
        return any(set(row.names) <= set(names) and not here.isdisjoint(row.hosts) for row in self.vendors.values())

    def tracks(self, name: str, host: str) -> bool:
        """Tell whether the parameter ``name`` only tracks the readers of a host (lower case)."""
        if name in self._names or name.startswith(self._prefixes):
            return True
        return any(name in self._by_host.get(domain, ()) for domain in _hosts_of(host))


# --- Shorteners ------------------------------------------------------------------------------------


class Shorteners(_Row, frozen=True, kw_only=True):
    """Hosts that shorten addresses of other sites."""

    hosts: tuple[str, ...]


class ShortenerTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/shorteners.toml``. Rows are named, so that a user's file can override one."""

    shorteners: dict[str, Shorteners]

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(host for row in self.shorteners.values() for host in row.hosts)

    def shortens(self, host: str) -> bool:
        """Tell whether a host (lower case) is that of a shortener."""
        return bare_host(host) in self._hosts


# --- Unstable links --------------------------------------------------------------------------------


class Unstable(_Row, frozen=True, kw_only=True):
    """A form of URL that works for a while, or for one reader; all that a row names must be there.

    ``signed`` says that the URL holds a signature or token, which fits this URL as a whole.
    """

    what: str
    hosts: tuple[str, ...] = ()
    host: str = ""
    path: str = ""
    parameters: tuple[str, ...] = ()
    fragment: str = ""
    signed: bool = False

    def __post_init__(self) -> None:
        """Refuse rows that every URL would match, and patterns that are none."""
        if self.path and not (self.hosts or self.host or self.parameters or self.fragment) and ";" not in self.path:
            raise ValueError("a `path` for all hosts has a `;` in it")
        if self.hosts and self.host:
            raise ValueError("a row has `hosts` or `host`, not both")
        if not (self.hosts or self.host or self.path or self.parameters or self.fragment):
            raise ValueError("a row names at least one of `hosts`, `host`, `path`, `parameters` and `fragment`")
        if any(name != name.lower() for name in self.parameters):
            raise ValueError("`parameters` are in small letters")
        for name in ("host", "path", "fragment"):
            _must_compile(name, getattr(self, name))

    def place(self, url: Url) -> Span | None:
        """The part of a URL that makes it such a one, its host apart; None if it is none."""
        place = url.host_span
        if self.path:
            match = _compiled(self.path, folded=True).search(url.path)
            if match is None:
                return None
            place = Span(url.path_start + match.start(), url.path_start + match.end())
        if self.fragment:
            if not _compiled(self.fragment, folded=True).fullmatch(url.fragment):
                return None
            place = url.fragment_span
        if self.parameters:
            names = {name.lower() for name, _ in parameters(url.query)}
            if not names.issuperset(self.parameters):
                return None
            place = url.query_span
        return place


class _Rows(NamedTuple):
    """The rows for one host: all, those that its name suffices for or a path of it, those for paths of any host."""

    every: tuple[Unstable, ...]
    of_host: tuple[Unstable, ...]
    of_path: tuple[Unstable, ...]


class UnstableTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/unstable.toml``. Rows are named, so that a user's file can override one."""

    unstable: dict[str, Unstable]

    @cached_property
    def _named(self) -> dict[str, list[Unstable]]:
        """The rows that name hosts, by those."""
        found: dict[str, list[Unstable]] = {}
        for row in self.unstable.values():
            for host in row.hosts:
                found.setdefault(host, []).append(row)
        return found

    @cached_property
    def _others(self) -> tuple[Unstable, ...]:
        return tuple(row for row in self.unstable.values() if not row.hosts)

    @cached_property
    def _rows_of(self) -> dict[str, _Rows]:
        """The rows for a host; kept, since a list names few hosts many times."""
        return {}

    def _rows(self, host: str) -> _Rows:
        found = self._rows_of.get(host)
        if found is None:
            whole, *above = _hosts_of(host)
            named = [row for name in (whole, *("*." + domain for domain in above)) for row in self._named.get(name, ())]
            others = [row for row in self._others if not row.host or _compiled(row.host, folded=True).search(whole)]
            rows = [*named, *others]
            plain = [row for row in rows if not row.parameters and not row.fragment]
            found = self._rows_of[host] = _Rows(
                tuple(rows),
                tuple(row for row in plain if row.hosts or row.host),
                tuple(row for row in plain if not (row.hosts or row.host)),
            )
        return found

    def find(self, url: Url) -> tuple[Unstable, Span] | None:
        """The first row that a URL fits, and the part of the URL that shows it."""
        every, of_host, of_path = self._rows(url.host)
        if not (url.query or url.fragment):
            every = (*of_host, *of_path) if ";" in url.path else of_host
        for row in every:
            place = row.place(url)
            if place is not None:
                return row, place
        return None

    def is_signed(self, url: Url) -> bool:
        """Tell whether a URL holds a signature or a token that opens this URL only."""
        return any(row.signed and row.place(url) is not None for row in self._rows(url.host).every)


# --- Secrets ---------------------------------------------------------------------------------------

_USERS = tuple((start, lazy(rf"{start}([^\s/?#()<>\"@:]*+:[^\s/?#()<>\"]*)@")) for start in ("://", "url:"))
"""User and password of a URL (RFC 3986, section 3.2.1), and of the identity that is made of it."""
_FEW = 7
"""Different characters up to which a key is an example: ``xxxxxxxx``."""
_EXAMPLE = lazy(r"example|x{6}|\.\.\.|0{8}|12345678|abc-def|110201543:", re.IGNORECASE)
"""Parts of keys in examples; the last two stand in those of Telegram's documentation."""


class Secret(NamedTuple):
    """A key or a token in a text: what it is, and the part that must not be shown."""

    what: str
    span: Span


class Key(_Row, frozen=True, kw_only=True):
    """A form of keys. ``marks`` are parts, one of which stands in whatever holds such a key.

    ``public`` are addresses, hosts or hosts with the first part of a path, in which such a key is shown to everybody.
    """

    what: str
    marks: tuple[str, ...]
    pattern: str
    public: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse patterns that are none, and rows that nothing could match."""
        _must_compile("pattern", self.pattern)
        if not self.marks or "" in self.marks:
            raise ValueError("`marks` are needed, and none is empty")

    def find(self, text: str) -> Iterator[Secret]:
        """Yield the keys of this form in a text."""
        for match in _compiled(self.pattern).finditer(text):
            group = "secret" if "secret" in match.re.groupindex else 0
            secret, start = match[group], match.start(group)
            before = text[start - 1 : start]
            if (group == 0 and before.isalnum()) or len(set(secret)) <= _FEW or _EXAMPLE.search(secret):
                continue
            yield Secret(self.what, Span(*match.span(group)))


class SecretTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/secrets.toml``. Rows are named, so that a user's file can override one."""

    keys: dict[str, Key]

    @cached_property
    def _marks(self) -> tuple[tuple[str, Key], ...]:
        return tuple((mark, key) for key in self.keys.values() for mark in key.marks)

    def possible(self, text: str) -> tuple[Key, ...]:
        """The forms of keys that a text may have, by their marks: cheap, for whole documents."""
        return tuple({key.pattern: key for mark, key in self._marks if mark in text}.values())

    def find(self, text: str, keys: Sequence[Key] | None = None) -> list[Secret]:
        """The keys and tokens in a text, in their order; of certain forms only if they are given."""
        wanted = self.possible(text) if keys is None else keys
        return sorted({secret for key in wanted for secret in key.find(text)}, key=lambda secret: secret.span)

    def is_public(self, what: str, url: Url) -> bool:
        """Tell whether what a key is called by may stand in a URL, since it is sent to every browser."""
        place = f"{bare_host(url.host)}{url.path}/"
        return any(place.startswith(f"{it}/") for key in self.keys.values() if key.what == what for it in key.public)

    def spans(self, text: str) -> list[Span]:
        """Where the keys, tokens and passwords of URLs stand in a text, in order; they may overlap."""
        spans = [secret.span for secret in self.find(text)]
        if "@" in text:
            users = (user.finditer(text) for start, user in _USERS if start in text)
            spans += [Span(*match.span(1)) for match in chain.from_iterable(users)]
        return sorted(spans)

    def hide(self, text: str) -> str:
        """The same text, as long as before, with asterisks for its keys, tokens and the passwords of its URLs."""
        parts, at = [], 0
        for start, end in self.spans(text):
            if end > at:
                parts += [text[at:start], "*" * (end - max(at, start))]
                at = end
        return "".join(parts) + text[at:] if parts else text
