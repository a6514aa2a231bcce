"""Helpers for testing rules: ours, and those that others write."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint.checks.api import Bad, Good, Rule
from listlint.checks.registry import all_rules, family_of
from listlint.engine.run import Active, Engine
from listlint.fix.converge import converge
from listlint.model.edit import Applicability
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse.markdown import parse as parse_source
from listlint.parse.skeleton import skeleton

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document

OPEN, CLOSE = "⟦", "⟧"
"""The marks that enclose an expected span in an example."""


class Marked(Struct, frozen=True):
    """A text with its marks taken out, and the spans that they enclosed."""

    text: str
    spans: tuple[Span, ...]


def parse(text: str | bytes, path: str = "README.md") -> Document:
    """Parse a list given as text or bytes."""
    source = Source.from_bytes(text, path) if isinstance(text, bytes) else Source.from_text(text, path)
    return parse_source(source)


def unmark(text: str) -> Marked:
    """Take the marks out of an example's text.

    Raises:
        ValueError: a mark has no partner.
    """
    parts: list[str] = []
    spans: list[Span] = []
    starts: list[int] = []
    size = 0
    for char in text:
        if char == OPEN:
            starts.append(size)
        elif char == CLOSE:
            if not starts:
                raise ValueError(f"{CLOSE} without {OPEN}")
            spans.append(Span(starts.pop(), size))
        else:
            parts.append(char)
            size += 1
    if starts:
        raise ValueError(f"{OPEN} without {CLOSE}")
    return Marked("".join(parts), tuple(sorted(spans)))


def codes_of(label: str, extra: Sequence[type[Rule[Any]]] = ()) -> frozenset[str]:
    """The codes of the built-in rules, and of ``extra`` ones, that a code, name or family means."""
    wanted = label.casefold()
    return frozenset(
        rule.code
        for rule in (*all_rules(), *extra)
        if wanted in (rule.code.casefold(), rule.name.casefold(), family_of(rule.code).casefold())
    )


def lint(
    rules: Sequence[type[Rule[Any]]],
    document: Document,
    options: Mapping[str, Any] | None = None,
    facts: Sequence[object] = (),
    others: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """Run rules over one document; ``options`` go to all of them, crashes are raised.

    ``others`` are further files of the run, text by path.
    """
    active = [Active(rule(msgspec.convert(dict(options or {}), rule.Options)), rule.severity) for rule in rules]
    engine = Engine(active, partial(codes_of, extra=tuple(rules)), debug=True)
    run = [document, *(parse(text, path) for path, text in (others or {}).items())]
    extra = engine.lint_project([engine.digest(one) for one in run]).get(document.path, [])
    return engine.lint(document, {type(fact): fact for fact in facts}, extra)


def fixed(
    rule: type[Rule[Any]],
    document: Document,
    options: Mapping[str, Any] | None = None,
    facts: Sequence[object] = (),
    others: Mapping[str, str] | None = None,
) -> Source:
    """The source after all fixes of a rule, unsafe ones included, until nothing changes.

    Raises:
        AssertionError: a fix does what it does not declare (its ``may``), or the fixes do not settle.
    """
    outcome = converge(
        document.source,
        parse=parse_source,
        skeleton=skeleton,
        lint=lambda current: lint([rule], current, options, facts, others),
        wanted=lambda diagnostic: True,
    )
    broken = [(one.reason, one.diagnostic.fix) for one in outcome.rejected]
    assert not broken, f"{rule.code}: fixes were rejected: {broken}"
    assert outcome.stopped is None, f"{rule.code}: {outcome.stopped and outcome.stopped.message}"
    return outcome.after


def check_good(rule: type[Rule[Any]], example: str | Good) -> None:
    """Assert that a rule finds nothing in an example."""
    good = Good(example) if isinstance(example, str) else example
    document = parse(good.raw if good.raw is not None else good.text, good.path)
    found = lint([rule], document, good.options, good.facts, good.others)
    assert not found, f"{rule.code} finds {[(d.message, document.slice(d.span)) for d in found]} in {good.text!r}"


def check_bad(rule: type[Rule[Any]], example: Bad) -> None:
    """Assert that a rule finds exactly what is marked, and that its fixes do what they say."""
    marked = unmark(example.text)
    document = parse(example.raw if example.raw is not None else marked.text, example.path)
    found = lint([rule], document, example.options, example.facts, example.others)
    spans = tuple(sorted(d.span for d in found))
    shown = [(tuple(d.span), document.slice(d.span), d.message) for d in found]
    assert spans == marked.spans, f"{rule.code}: expected {marked.spans}, found {shown} in {marked.text!r}"
    for diagnostic in found:
        check_message(diagnostic)
        if diagnostic.fix is not None:
            assert rule.fix is not None, f"{rule.code} declares no fix but gives one"
            assert rule.fix.at_least(diagnostic.fix.applicability), f"{rule.code} gives a safer fix than it declares"
    fixes = [d.fix for d in found if d.fix is not None and d.fix.applicability is not Applicability.DISPLAY]
    if example.fixed is None:
        assert not fixes, f"{rule.code} fixes {marked.text!r}: {fixes}"
        return
    assert fixes, f"{rule.code} offers no fix for {marked.text!r}"
    after = fixed(rule, document, example.options, example.facts, example.others)
    assert after.text == example.fixed, f"{rule.code}: fixed to {after.text!r}, expected {example.fixed!r}"


def check_rule(rule: type[Rule[Any]]) -> None:
    """Assert that a rule does in all of its examples what they say, and has a fix if and only if it declares one."""
    assert rule.__doc__, f"{rule.code} has no documentation"
    assert rule.valid, f"{rule.code} has no valid examples"
    assert rule.invalid, f"{rule.code} has no invalid examples"
    for good in rule.valid:
        check_good(rule, good)
    for bad in rule.invalid:
        check_bad(rule, bad)
    gives = any(bad.fixed is not None for bad in rule.invalid)
    assert gives == (rule.fix is not None), f"{rule.code} declares another fix than its examples show"


def check_message(diagnostic: Diagnostic) -> None:
    """Assert the form of a message: one line, lower case unless it starts with a name, no stop."""
    message = diagnostic.message
    assert message, "the message is empty"
    assert "\n" not in message, f"the message has several lines: {message!r}"
    assert not message.endswith("."), f"the message ends in a full stop: {message!r}"
