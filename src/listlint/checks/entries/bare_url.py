"""ENT010: a URL stands as text, where the list has links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Trait
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.checks.links import shorten
from listlint.model.nodes import Document, LinkKind
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry, Link

_BARE = frozenset({LinkKind.BARE, LinkKind.AUTO})
_BROKEN = lazy(r"(?:[\])][ \t]*+[(\[]|\]\([^()\s]*+[ \t]++)\Z")
"""What stands before a URL that was meant to be the target of a link."""
_SEEN = 200
"""Characters before a URL that are looked at."""


def _items() -> str:
    """Twelve items with a link."""
    return "".join(f"- [A{number}](https://a.dev/{number}) - Text.\n" for number in range(12))


class BareUrl(Rule[Document]):
    """A URL stands as text, where nearly all entries have links with a text.

    A URL is long, says little, and a screen reader spells it out.

    Mail addresses are left alone, and so are links whose text is an address, code and BibTeX, further lines
    below the entry, and what remains of a link whose syntax is broken, which has a rule of its own.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        allowed: Annotated[
            bool | None, msgspec.Meta(description="Whether entries may hold bare URLs; by default as in the list.")
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "ENT010", "bare-url"
    severity = Severity.INFO
    valid = (
        _items() + "- [https://b.dev](https://b.dev)\n- [c.dev](https://c.dev) - By <c@c.dev>, `https://c.dev`.\n",
        _items() + "- [B](https://b.dev)\n  - https://b.dev/x\n- [C] (https://c.dev)\n- (D)[https://d.dev]\n",
        "".join(f"- https://a.dev/{n}\n- [B](https://b.dev/{n})\n" for n in range(10)),
        _items() + "\nSee https://b.dev for more.\n\n- Nothing.\n",
        "- https://a.dev\n",
        Good(_items() + "- https://b.dev\n", {"allowed": True}),
    )
    invalid = (
        Bad(_items() + "- ⟦https://b.dev⟧ - Text.\n"),
        Bad(_items() + "- [B](https://b.dev) - With a demo at ⟦<https://b.dev/demo>⟧ and ⟦https://b.dev/x⟧.\n"),
        Bad("- ⟦https://a.dev⟧\n", options={"allowed": False}),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield the form of each entry's links."""
        for entry in document.entries:
            links = [link for link in entry.links if not link.is_image]
            if links:
                bare = next(_bare(entry, document), None)
                span = (bare or links[0]).span
                yield Trait("link form", entry, span, bare is None, "link" if bare is None else "URL")

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each URL in an entry."""
        traits = list(self.traits(node, ctx))
        if self.options.allowed is not None:
            for trait in traits:
                for link in () if self.options.allowed else _bare(trait.entry, node):
                    yield Finding(link.span, f"a URL as text: {shorten(link.url)}", entry=trait.entry)
            return
        values = [(trait.entry, trait.value) for trait in traits]
        for entry, _, own in deviants(values, self.options.minimum, self.options.share):
            for link in _bare(entry, node) if own.value else ():
                message = f"{own.share()} entries have links only; here a URL is the text: {shorten(link.url)}"
                yield Finding(link.span, message, entry=entry)


def _bare(entry: Entry, document: Document) -> Iterator[Link]:
    """The URLs in the text of an entry; not those that broken link syntax leaves, nor further lines below it."""
    for link in entry.links:
        if link.kind in _BARE and link.span.end <= entry.head.end and link.target[:4].lower() in ("http", "www."):
            start = link.span.start
            if not _BROKEN.search(document.text, max(entry.head.start, start - _SEEN), start):
                yield link
