"""URL009: a link that tells its target who sent the reader."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, Rule, Severity, Span
from listlint.checks.links import is_first_use, may_change
from listlint.checks.own_name import names_list
from listlint.checks.regions import contributor_tables, html_cells, lies_in
from listlint.model.nodes import Link, LinkKind, Role
from listlint.model.patterns import lazy
from listlint.packs.url_tables import TrackerTable, UnstableTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context

_MARK = lazy(r"&(?:amp;)?")
"""What stands between parameters, in a URL or as HTML and Markdown may write it."""


class _Parameter(NamedTuple):
    """A parameter as it is written; ``start`` and ``end`` count from the beginning of the URL."""

    start: int
    end: int
    name: str
    value: str


class TrackingParameters(Rule[Link]):
    """A URL has parameters that name a campaign, a click or the reader who copied it.

    They tell the target where its readers come from, make one address look like several, so that duplicates
    are not seen, and bury the address when it is read. The page is the same without them; the fix deletes them
    and leaves all the rest of the URL as it is written.

    The parameters stand in `rules/tables/trackers.toml`, some for all hosts, some for single ones. Not
    reported are images and badges, parameters in an archived copy's address or in a URL within a URL, signed URLs
    (the signature would no longer fit), what earns or opens something (affiliates' marks, discounts, free links), and
    what programs copy into a list: the table of contributors, and bare URLs in text within cells of HTML tables.

    Campaigns that somebody runs in this very list are left alone too: a value has "github", "awesome" or "sponsor" in
    it, or it is the list's name, as a heading of level 1 or the file's folder has it; and so are campaigns with the
    account of a vendor (`pt` beside `ct` in Apple's shop).
    """

    code, name = "URL009", "tracking-parameters"
    severity = Severity.INFO
    fix = Applicability.SAFE
    valid = (
        "- [A](https://a.dev/?q=utm_source&page=2) - One.\n- [B](https://b.dev/utm_source=x) - Two.\n- [C](#utm_source) - Three.\n",
        "- [A](https://web.archive.org/web/2019/https://a.dev/?utm_source=x) - Archived.\n",
        "- [A](https://a.dev/go?to=https%3A%2F%2Fb.dev%2F%3Futm_source%3Dx) - Within another one.\n",
        "- [A](https://a.dev/x?utm_source=b&X-Amz-Signature=0f3a) - Signed.\n",
        "- [A](https://a.dev/?ref=b) - No known host.\n- [B](https://medium.com/x?sk=0f3a) - A free link.\n",
        "- [A](https://www.amazon.com/dp/0262035618?tag=someone-20) - Earns something.\n",
        "- [A](https://a.dev) ![](https://b.dev/x.png?utm_source=a)\n- [B](docs/x.md?utm_source=a) - Two.\n",
        "- [![A](https://img.shields.io/a)](https://gitter.im/a?utm_source=badge) - A badge.\n",
        "# Public APIs\n\n- [A](https://a.dev/?utm_source=Public-APIs) - Knows this list.\n- [B](https://b.dev/?utm_medium=GitHub) - As well.\n",
        "# Buy here\n\n# Try public APIs\n\n- [A](https://a.dev/?utm_source=public-apis) - Knows this list.\n",
        "<h1 align='center'>Public APIs</h1>\n\n- [A](https://a.dev/?ref=x&utm_source=public%20apis) - As well.\n",
        Good(
            "## May\n\n- [A](https://a.dev/?utm_source=dev_event) - Knows this list.\n", path="ada/Dev-Event/past/05.md"
        ),
        "- [A](https://apps.apple.com/app/id7?pt=118&ct=newhomepage) - The vendor looks at the figures.\n",
        "<!-- ALL-CONTRIBUTORS-LIST:START -->\n[Ada](https://a.dev/?utm_source=x)\n<!-- ALL-CONTRIBUTORS-LIST:END -->\n",
        "<table><tr><td>What the channel says:\n\nAll of it at https://a.dev/?utm_source=about for you.\n\n</td></tr></table>\n",
        "- [A](https://a.dev/?utm_source=x&utm_medium=sponsorship) - Pays.\n- [B](https://b.dev/?utm_medium=affiliate) - Earns.\n",
        "- [A](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42) - A time.\n- [B](https://github.com/a/b?tab=readme) - Two.\n",
    )
    invalid = (
        Bad("- [A](https://a.dev/x?⟦utm_source=b&utm_medium=c⟧) - One.\n", "- [A](https://a.dev/x) - One.\n"),
        Bad(
            "- [A](https://a.dev/x?b=1&⟦fbclid=c⟧#top) - One.\n- [B](https://b.dev/x?⟦gclid=c⟧&b=%7e&&C#d) - Two.\n",
            "- [A](https://a.dev/x?b=1#top) - One.\n- [B](https://b.dev/x?b=%7e&&C#d) - Two.\n",
        ),
        Bad(
            "- [A](https://a.dev/?⟦utm_source=x⟧&id=7&utm_medium=y) - One.\n",
            "- [A](https://a.dev/?id=7) - One.\n",
        ),
        Bad(
            "- [A](https://a.dev/?id=7&amp;⟦utm_source=x⟧&amp;b=2) - One.\n",
            "- [A](https://a.dev/?id=7&amp;b=2) - One.\n",
        ),
        # A second address was pasted behind the first one: what belongs to which is for people to say.
        Bad("- [A](https://a.dev/?⟦utm_source=xhttps://b.dev/⟧) - One.\n"),
        Bad("- <https://a.dev/?⟦utm_source=x⟧>\n", "- <https://a.dev/>\n"),
        # A campaign without an account is nobody's, and one word says no more of a folder than what it holds.
        Bad("- [A](https://apps.apple.com/app/id7?⟦ct=x⟧) - One.\n", "- [A](https://apps.apple.com/app/id7) - One.\n"),
        Bad("- [A](https://a.dev/?⟦utm_medium=email⟧) - One.\n", "- [A](https://a.dev/) - One.\n", path="email/a.md"),
        Bad(
            "- [A](https://www.producthunt.com/posts/a?⟦ref=b⟧) - One.\n- [B](https://youtu.be/dQw4w9WgXcQ?⟦si=0f3a⟧) - Two.\n",
            "- [A](https://www.producthunt.com/posts/a) - One.\n- [B](https://youtu.be/dQw4w9WgXcQ) - Two.\n",
        ),
        Bad(
            "- [A][a], [again][a].\n\n[a]: <https://a.dev/?⟦mc_cid=1⟧> 'T'\n",
            "- [A][a], [again][a].\n\n[a]: <https://a.dev/> 'T'\n",
        ),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the first run of tracking parameters of a URL."""
        if "?" not in node.target or node.is_image or node.role is Role.BADGE or not is_first_use(node, ctx):
            return
        url, table = split(node.target), ctx.tables.get("trackers", TrackerTable)
        if not url.is_web or not url.query:
            return
        found = [one for one in _parameters(node.target) if table.tracks(one.name, url.host)]
        if not found or table.keeps(url.host) or ctx.tables.get("unstable", UnstableTable).is_signed(url):
            return
        if _is_on_purpose(found, url.host, table, ctx) or _is_copied(node, ctx):
            return
        names = list(dict.fromkeys(one.name for one in found))
        shown = ", ".join(f"`{name}`" for name in names[:3]) + (" …" if len(names) > 3 else "")
        place, fix = node.url_span, None
        every = _parameters(node.url)
        written = [one for one in every if table.tracks(one.name, url.host)]
        if [one.name for one in written] == [one.name for one in found]:
            glued = any("://" in one.value for one in written)
            fix = None if glued else _deletion(node, every, written)
            place = _place(node, every, written)
        plural = "s" if len(names) > 1 else ""
        yield Finding(
            place,
            f"the parameter{plural} {shown} only track{'' if plural else 's'} readers",
            fix,
            group=f"{self.code}:{url.host}",
        )


def _is_on_purpose(found: Sequence[_Parameter], host: str, table: TrackerTable, ctx: Context) -> bool:
    """Tell whether parameters make a campaign that the list, its sponsor or a vendor runs."""
    if table.is_vendors({one.name for one in found}, host):
        return True
    return any(table.is_wanted(one.value) or names_list(one.value, ctx) for one in found)


def _is_copied(link: Link, ctx: Context) -> bool:
    """Tell whether a program put a link there, which would do so again."""
    if link.kind is LinkKind.BARE and lies_in(link.span, ctx.memo(html_cells)):
        return True
    return lies_in(link.span, ctx.memo(contributor_tables))


def _parameters(url: str) -> list[_Parameter]:
    """The parameters of a URL as it is written, with entities or without; empty ones too."""
    start = url.find("?") + 1
    end = url.find("#", start)
    end = len(url) if end < 0 else end
    if not start or 0 <= url.find("#") < start:
        return []
    found = []
    while True:
        mark = _MARK.search(url, start, end)
        stop = mark.start() if mark else end
        found.append(_Parameter(start, stop, *url[start:stop].partition("=")[::2]))
        if mark is None:
            return found
        start = mark.end()


def _place(link: Link, every: Sequence[_Parameter], tracking: Sequence[_Parameter]) -> Span:
    """The first run of tracking parameters, in the document."""
    first = last = every.index(tracking[0])
    wanted = set(tracking)
    while last + 1 < len(every) and every[last + 1] in wanted:
        last += 1
    return Span(link.url_span.start + every[first].start, link.url_span.start + every[last].end)


def _deletion(link: Link, every: Sequence[_Parameter], tracking: Sequence[_Parameter]) -> Fix:
    """Delete tracking parameters, each with the mark before it, or that behind it where none is kept before."""
    gone = set(tracking)
    offset = link.url_span.start
    first = next((index for index, one in enumerate(every) if one not in gone), None)
    if first is None:
        cuts = [(every[0].start - 1, every[-1].end)]
    else:
        cuts = [(every[0].start, every[first].start)] if first else []
        for before, one in pairwise(every[first:]):
            if one in gone and cuts and cuts[-1][1] == before.end:
                cuts[-1] = cuts[-1][0], one.end
            elif one in gone:
                cuts.append((before.end, one.end))
    edits = tuple(Edit(Span(offset + start, offset + end), "") for start, end in cuts)
    plural = "s" if len(tracking) > 1 else ""
    return Fix(f"delete the parameter{plural}", edits, Applicability.SAFE, may_change(link), guard=link.url_span)
