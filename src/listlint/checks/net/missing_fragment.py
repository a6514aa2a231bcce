"""NET005: a page without the anchor that a link names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity, Span
from listlint.checks.links import part_of, shorten
from listlint.checks.status import LinkRule, known
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.FRAGMENT_MISSING,), missing=("part",))


class MissingFragment(LinkRule):
    """The page is there, but nothing in it has the anchor that the link names.

    The reader lands at the top and has to search. Checked with `--fragments` only. Text fragments (`#:~:text=`), line
    numbers on GitHub and routes of single-page applications are no anchors.
    """

    code, name = "NET005", "missing-fragment"
    severity = Severity.WARNING
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](https://a.dev/x⟦#part⟧) - One.\n- [A](https://a.dev/x#other) - Two.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Name the anchor."""
        fragment = link.target.partition("#")[2]
        return f"the page has no anchor #{shorten(fragment)}" if fragment in outcome.missing else None

    def place(self, link: Link) -> Span:
        """The fragment."""
        start = link.target.index("#")
        return part_of(link, Span(start, len(link.target))) or link.url_span
