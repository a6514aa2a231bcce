"""TONE001: a description shouts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Options, Rule, Severity, Span
from listlint.model.nodes import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_MARKS = re.compile(r"!++(?=[\s*_]|$)")


class ToneOptions(Options, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of the rule."""

    allowed: Annotated[int, msgspec.Meta(description="Exclamation marks that a description may have.", ge=0)] = 0


class ExclamationMark(Rule[Entry]):
    """A description has an exclamation mark.

    Readers compare entries by what they say, and a shout says nothing. Marks before a letter or digit, in code and
    in addresses are left alone.
    """

    code, name, since = "TONE001", "exclamation-mark", "0.1"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    Options = ToneOptions
    valid = (
        "- [A](https://a.dev) - Small and fast.",
        "- [A](https://a.dev) - Runs `cargo add!` for you.",
        Good("- [A](https://a.dev) - Small and fast!", options={"allowed": 1}),
    )
    invalid = (
        Bad("- [A](https://a.dev) - Small and fast⟦!!⟧", fixed="- [A](https://a.dev) - Small and fast."),
        Bad("- [A](https://a.dev) - Wow⟦!⟧ Fast.", fixed="- [A](https://a.dev) - Wow. Fast."),
    )

    def check(self, node: Entry, ctx: Context) -> Iterator[Finding]:
        """Yield every run of exclamation marks that is one too many."""
        if node.description is None:
            return
        start, text = node.description.span.start, ctx.document.slice(node.description.span)
        found = [Span(start + match.start(), start + match.end()) for match in _MARKS.finditer(text)]
        prose = [span for span in found if not ctx.document.masked(span)]
        for span in prose[self.options.allowed :]:
            fix = Fix("end with a full stop", (Edit(span, "."),), Applicability.UNSAFE, May.TEXT)
            yield Finding(span, "the description shouts", fix)
