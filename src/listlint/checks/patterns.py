"""Makes rules of patterns (:mod:`listlint.packs.patterns`).

Expressions come from whoever wrote the configuration, and lists from anybody, so matching has a time bound. It
is the one clock that a rule looks at, and it decides nothing but when to give up.
"""

from __future__ import annotations

import time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Options, Rule, Severity, Span
from listlint.model.errors import ListlintError
from listlint.model.nodes import Document, LinkKind, Mask
from listlint.packs.loader import pattern_files
from listlint.packs.patterns import OWN_FAMILY, Pattern, compiled, filled, read_file
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.packs.patterns import Expression

SECONDS = 2.0
"""For one pattern in one file."""
_LONGEST = 200
"""Code points of a message, and of what the title of a fix quotes."""
_RAW = (Mask.CODE, Mask.COMMENT, Mask.FRONT_MATTER, Mask.LIQUID)
"""What is left alone where Markdown itself is looked at; where prose is, tags and addresses are too."""


class Stretch(NamedTuple):
    """A part of a list in which an expression is looked for: its place, its text, and what a change of it changes."""

    span: Span
    text: str
    may: May


def _urls(document: Document) -> tuple[Stretch, ...]:
    found: dict[Span, Stretch] = {}  # references share the address of their definition
    for link in document.links:
        shows = link.kind in (LinkKind.AUTO, LinkKind.BARE)
        may = May.URL | May.TEXT if shows else May.URL
        found.setdefault(link.url_span, Stretch(link.url_span, document.slice(link.url_span), may))
    return tuple(found.values())


def _hosts(document: Document) -> tuple[Stretch, ...]:
    found = []
    for span, text, may in _urls(document):
        url = split(text)
        if url.host_span.end > url.host_span.start:
            place = Span(span.start + url.host_span.start, span.start + url.host_span.end)
            found.append(Stretch(place, url.host, may))
    return tuple(found)


def _titles(document: Document) -> tuple[Stretch, ...]:
    return _of(document, (entry.title.span for entry in document.entries if entry.title))


def _descriptions(document: Document) -> tuple[Stretch, ...]:
    return _of(document, (entry.description.span for entry in document.entries if entry.description))


def _entries(document: Document) -> tuple[Stretch, ...]:
    return _of(document, (entry.head for entry in document.entries), May.TEXT | May.URL)


def _headings(document: Document) -> tuple[Stretch, ...]:
    return _of(document, (heading.content for heading in document.headings))


def _lines(document: Document) -> tuple[Stretch, ...]:
    source = document.source
    lines = (source.line_span(number) for number in range(len(source.line_starts)))
    return _of(document, lines, May.TEXT | May.URL)


def _of(document: Document, spans: Iterable[Span], may: May = May.TEXT) -> tuple[Stretch, ...]:
    return tuple(Stretch(span, document.slice(span), may) for span in spans)


TARGETS: Mapping[str, tuple[Callable[[Document], tuple[Stretch, ...]], tuple[Mask, ...] | None]] = {
    "url": (_urls, None),
    "host": (_hosts, None),
    "title": (_titles, tuple(Mask)),
    "description": (_descriptions, tuple(Mask)),
    "entry": (_entries, _RAW),
    "heading": (_headings, tuple(Mask)),
    "line": (_lines, _RAW),
}
"""How the stretches of a target are found, and the masks at which a match in one counts for nothing."""


class PatternRule(Rule[Document]):
    """Base of the rules that are made of patterns."""

    pattern: ClassVar[Pattern]

    def __init__(self, options: Options | None = None) -> None:
        super().__init__(options)
        self._given_up: ListlintError | None = None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each place where the expression is found.

        Raises:
            ListlintError: this took too long. Files that come later are passed over, but for the same one again.
        """
        if self._given_up is not None:
            if self._given_up.path == node.path:
                raise self._given_up
            return
        stretches, masks = TARGETS[self.pattern.target]
        until = time.perf_counter() + SECONDS
        match, _ = self._expressions
        for stretch in ctx.memo(stretches):
            try:
                if match.search(stretch.text, timeout=_left(until)) is not None:
                    yield from self._in(stretch, node, masks, until)
            except TimeoutError:
                self._given_up = self._too_slow(node, stretch)
                raise self._given_up from None

    def _in(
        self, stretch: Stretch, document: Document, masks: tuple[Mask, ...] | None, until: float
    ) -> Iterator[Finding]:
        text = stretch.text
        match, unless = self._expressions
        spared: bool | None = None
        for found in match.finditer(text, timeout=_left(until)):
            start, end = found.span()
            span = Span(stretch.span.start + start, stretch.span.start + end)
            if masks is not None and document.masked(span, *masks):
                continue
            if spared is None:
                spared = unless is not None and unless.search(text, timeout=_left(until)) is not None
            if spared:
                return
            message = _short(filled(self.pattern.message, found))
            new = None if self.pattern.replace is None else filled(self.pattern.replace, found)
            yield Finding(span, message, self._fix(document, span, new, stretch.may))

    @cached_property
    def _expressions(self) -> tuple[Expression, Expression | None]:
        own, unless = self.pattern.family == OWN_FAMILY, self.pattern.unless
        return (
            compiled(self.pattern.match, builtin=own),
            None if unless is None else compiled(unless, builtin=own),
        )

    def _fix(self, document: Document, span: Span, new: str | None, may: May) -> Fix | None:
        if new is None or new == document.slice(span) or self.fix is None:
            return None
        title = f"replace it with `{_short(new)}`" if new.strip() else "remove it"
        return Fix(title, (Edit(span, new),), self.fix, may)

    def _too_slow(self, document: Document, stretch: Stretch) -> ListlintError:
        line = document.source.position(stretch.span.start).line
        return ListlintError(
            f"the pattern {self.code} ({self.name}) took more than {SECONDS:g} seconds here and was given up; the "
            f"other rules went on; its expression, from {self.origin or 'the built-in rules'}, tries too many ways",
            path=document.path,
            line=line,
            code="pattern-timeout",
            hint="avoid repetitions within repetitions, or make them possessive: (?:a++)*+",
        )


@lru_cache(maxsize=1024)
def rule_of(pattern: Pattern, origin: str = "") -> type[PatternRule]:
    """The rule that a pattern makes; ``origin`` says where it stands, and is empty for one that is shipped."""
    summary = f"{_about(pattern)} is not to match `{_short(pattern.match)}`."
    body: dict[str, Any] = {
        "__doc__": pattern.description.strip() or summary,
        "__module__": __name__,
        "__qualname__": pattern.code,
        "pattern": pattern,
        "origin": origin,
        "code": pattern.code,
        "name": pattern.name,
        "since": "" if origin else Rule.since,
        "severity": Severity(pattern.severity),
        "fix": None if pattern.replace is None else Applicability(pattern.fix),
        "valid": pattern.valid,
        "invalid": tuple(Bad(example.text, fixed=example.fixed) for example in pattern.examples),
    }
    return cast("type[PatternRule]", type("".join(map(str.title, pattern.name.split("-"))), (PatternRule,), body))


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, type[PatternRule]]:
    """The rules of ``rules/patterns``, by code.

    Raises:
        ListlintError: a file is broken, or has a code that another has.
    """
    found: dict[str, type[PatternRule]] = {}
    for path in pattern_files():
        for pattern in read_file(path):
            if pattern.code in found:
                raise ListlintError(f"the code {pattern.code} is taken", path=str(path), code="invalid-pattern")
            found[pattern.code] = rule_of(pattern)
    return found


def __getattr__(name: str) -> type[PatternRule]:
    """The rule with this code, so that its place is said as that of any class: ``listlint.checks.patterns:PAT001``."""
    if name.startswith(OWN_FAMILY) and (rule := shipped().get(name)) is not None:
        return rule
    raise AttributeError(name)


def _about(pattern: Pattern) -> str:
    names = {"url": "The address of a link", "host": "The host of a link", "line": "A line", "heading": "A heading"}
    return names.get(pattern.target) or {"entry": "An entry"}.get(pattern.target, f"The {pattern.target} of an entry")


def _left(until: float) -> float:
    """The seconds that are left.

    Raises:
        TimeoutError: none.
    """
    left = until - time.perf_counter()
    if left <= 0:
        raise TimeoutError
    return left


def _short(text: str) -> str:
    """One line of a length that people read."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
