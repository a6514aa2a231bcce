"""DUP006: an entry that kept the link of its neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint.checks.api import Bad, Finding, Related, Rule, Severity
from listlint.checks.links import shorten
from listlint.checks.works import Listed, alike, fold, listed
from listlint.model.nodes import Document, Role
from listlint.model.patterns import lazy
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_SLUG = 4
"""Letters from which the end of a URL may name an entry."""
_ENDING = lazy(r"\.(?:git|html?|md|pdf|php)\Z")
_COMMON = frozenset({"about", "blog", "docs", "download", "home", "index", "main", "master", "readme", "wiki"})
"""Ends of URLs that name nothing."""


class CopiedLink(Rule[Document]):
    """Two neighbours have one link, and it names the other one.

    Whoever adds an entry copies the one above, writes a new title, and forgets the URL: the reader who wants the second
    work gets the first one. 120 repairs of this kind stand in the history of 250 lists.

    Reported is the entry whose title the end of the URL does not name, where that of its neighbour is what the URL
    ends in, the two are the only ones with this link, they follow one another in one section and their titles have
    nothing in common. Several parts of one project (`Tool` and `Tool Server`) are left alone. The rule
    is off: two works may well have one home.
    """

    code, name = "DUP006", "copied-link"
    severity = Severity.INFO
    valid = (
        "- [Falcon](https://github.com/a/falcon) - One.\n- [Osprey](https://github.com/a/osprey) - Two.\n",
        # Not neighbours, three of a kind, titles with something in common, and a URL that names neither.
        "- [Falcon](https://a.dev/falcon) - One.\n- [B](https://b.dev) - Two.\n- [Osprey](https://a.dev/falcon) - Three.\n",
        "".join(f"- [{name}](https://a.dev/falcon) - Good.\n" for name in ("Falcon", "Osprey", "Heron")),
        "- [Falcon](https://a.dev/falcon) - One.\n- [Falcon Server](https://a.dev/falcon) - Two.\n",
        "- [Falcon](https://a.dev/birds) - One.\n- [Osprey](https://a.dev/birds) - Two.\n",
        "## S\n\n- [Falcon](https://a.dev/falcon) - One.\n\n## T\n\n- [Osprey](https://a.dev/falcon) - Two.\n",
        "- [Falcon](https://a.dev/falcon) - One.\n  - [Osprey](https://a.dev/falcon) - A part.\n",
    )
    invalid = (
        Bad("- [Falcon](https://github.com/a/falcon) - One.\n- [Osprey](⟦https://github.com/a/falcon⟧) - Two.\n"),
        Bad("- [Osprey](⟦https://a.dev/falcon-js/⟧) - One.\n- [Falcon.js](https://a.dev/falcon-js) - Two.\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry whose link names its neighbour."""
        entries = ctx.memo(listed)
        count: dict[str, int] = {}
        for found in entries:
            count[found.url] = count.get(found.url, 0) + 1
        for index in range(1, len(entries)):
            one, other = entries[index - 1], entries[index]
            if one.url != other.url or count[one.url] != 2 or not _are_neighbours(one, other):
                continue
            slug = _slug(one.link.target)
            named = [fold(found.title) == slug for found in (one, other)]
            if len(slug) < _SLUG or slug in _COMMON or named[0] == named[1]:
                continue
            copy, first = (other, one) if named[0] else (one, other)
            if not _have_nothing_in_common(copy.title, first.title):
                continue
            yield Finding(
                copy.place,
                f"{shorten(copy.link.url)} is the link of {shorten(first.title)!r} beside it",
                related=(Related(first.place, "the same link"),),
                entry=copy.entry,
            )


def _are_neighbours(one: Listed, other: Listed) -> bool:
    titled = one.link.role is Role.TITLE and other.link.role is Role.TITLE
    return titled and one.part == other.part and one.entry.depth == other.entry.depth


def _slug(target: str) -> str:
    """The last part of a URL's path, folded as titles are."""
    last = unquote(split(target).path).rstrip("/").rpartition("/")[2]
    return fold(_ENDING.sub("", last.casefold()))


def _have_nothing_in_common(one: str, other: str) -> bool:
    if not one or alike(one, other):
        return False
    first, second = fold(one), fold(other)
    return (
        first not in second and second not in first and not set(one.casefold().split()) & set(other.casefold().split())
    )
