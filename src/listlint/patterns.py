"""Holds patterns to their own examples: a configuration's when it is loaded, ours when they are indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from listlint.fix.converge import converge
from listlint.model.errors import ListlintError
from listlint.parse.markdown import parse as parse_source
from listlint.parse.skeleton import skeleton
from listlint.testing import lint, parse, unmark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.patterns import PatternRule
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document
    from listlint.packs.patterns import Example, Pattern


class Broken(NamedTuple):
    """An example that the rule does not live up to: the keys at which it stands, and in what way."""

    keys: tuple[str | int, ...]
    message: str


def broken_examples(rule: type[PatternRule]) -> tuple[Broken, ...]:
    """What is wrong with the examples of a pattern; empty if nothing is."""
    trials = [(("valid", index), _in_valid(rule, text)) for index, text in enumerate(rule.pattern.valid)]
    trials += [(("invalid", index), _in_invalid(rule, item)) for index, item in enumerate(rule.pattern.examples)]
    found: list[Broken] = []
    for keys, reasons in trials:
        try:
            found.extend(Broken(keys, reason) for reason in reasons)
        except ListlintError as error:  # it took too long, or the example is no text
            found.append(Broken(keys, f"this example: {error.message}"))
            break
    return tuple(found)


def hold_to_examples(rules: Sequence[type[PatternRule]]) -> None:
    """Try the examples of patterns that are shipped.

    Raises:
        ListlintError: one of them is not as its rule sees it, so somebody changed the file.
    """
    for rule in rules:
        if rule.pattern not in _HELD:
            for keys, message in broken_examples(rule):
                place = ".".join(map(str, keys))
                raise ListlintError(f"pattern {rule.code}: {place}: {message}", code="invalid-pattern")
            _HELD.add(rule.pattern)


_HELD: set[Pattern] = set()
"""Those whose examples were tried, once in a process."""


def _in_valid(rule: type[PatternRule], text: str) -> Iterator[str]:
    document = parse(text)
    for diagnostic in lint([rule], document):
        yield f"this example is valid, and {_quoted(document, diagnostic)} is found in it"


def _in_invalid(rule: type[PatternRule], example: Example) -> Iterator[str]:
    try:
        marked = unmark(example.text)
    except ValueError as error:
        yield f"this example: {error}"
        return
    document = parse(marked.text)
    found = lint([rule], document)
    spans = tuple(sorted(diagnostic.span for diagnostic in found))
    if not found:
        yield "nothing is found in this example"
    elif marked.spans and spans != marked.spans:
        yield f"in this example {', '.join(_quoted(document, item) for item in found)} is found, not what is marked"
    elif rule.fix is not None:
        yield from _fixed(rule, document, example)


def _fixed(rule: type[PatternRule], document: Document, example: Example) -> Iterator[str]:
    outcome = converge(
        document.source,
        parse=parse_source,
        skeleton=skeleton,
        lint=lambda source: lint([rule], source),
        wanted=lambda diagnostic: True,
    )
    if outcome.rejected:
        yield f"the fix of this example does more than it may: {outcome.rejected[0].reason}"
    elif outcome.stopped is not None:
        yield "the fix of this example leaves something to fix, again and again"
    elif example.fixed is not None and outcome.after.text != example.fixed:
        yield "this example becomes {}, where `fixed` expects {}".format(*_apart(outcome.after.text, example.fixed))


def _quoted(document: Document, diagnostic: Diagnostic) -> str:
    return _line(document.slice(diagnostic.span))


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts that differ, as messages quote them: without the lines that both begin with, where these are long."""
    if _line(one) != _line(other):
        return _line(one), _line(other)
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    start = 0 if same is None else one.rfind("\n", 0, same) + 1
    if _line(one[start:]) != _line(other[start:]):
        return _line(one[start:]), _line(other[start:])
    return f"“{one[start:][:120]}”", f"“{other[start:][:120]}”"  # they differ in white space, which shows as escapes


def _line(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= 120 else line[:119] + '…'}”"
