"""URL011: a link that works for one reader, or for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.checks.links import is_first_use, part_of
from listlint.model.nodes import Link, Role
from listlint.packs.url_tables import UnstableTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class UnstableLink(Rule[Link]):
    """A URL was copied with what held for one reader or for one day only.

    Signed addresses of files expire, sessions end, the proxy of a library asks for a password, an invitation
    runs out, and a footnote gets another number. To whoever added the link it looked right; other readers get an
    error, or another place in the page. The page where the file or the invitation is offered lasts longer.

    The forms stand in `rules/tables/unstable.toml`. A link into this document is no matter of this rule, nor is a badge.
    """

    code, name = "URL011", "unstable-link"
    severity = Severity.INFO
    valid = (
        "- [A](https://a.dev/?signature=x) - One.\n- [B](https://b.dev/;v=1) - Two.\n- [C](#fn1) - Three.\n",
        "- [A](https://a.dev/footnotes#footnotes) - One.\n- [B](https://en.wikipedia.org/wiki/A#Notes) - Two.\n",
        "- [A](https://www.sciencedirect.com/science/article/pii/S0004370297000635) - One.\n",
        "- [A](https://discord.gg/abc) - One.\n- [B](https://slack.com/intl/x) - Two.\n- [C](https://wetransfer.com/) - Three.\n",
        "- [A](https://scholar.google.com/scholar?q=x) - One.\n- [B](https://github.com/a/ezproxy) - Two.\n",
        "- [A](https://a.dev) ![](https://a.s3.amazonaws.com/x.png?Expires=1&Signature=y)\n",
    )
    invalid = (
        Bad("- [A](https://a.s3.amazonaws.com/x.pdf?⟦AWSAccessKeyId=x&Expires=1507055806&Signature=y⟧) - One.\n"),
        Bad("- [A](https://a.dev/x.pdf?⟦X-Amz-Expires=300&X-Amz-Signature=0f3a⟧) - One.\n"),
        Bad("- [A](https://a.dev/view⟦;jsessionid=0F3A⟧?id=1) - One.\n"),
        Bad("- [A](https://dl.acm.org/citation.cfm?⟦id=1&CFID=2&CFTOKEN=3⟧) - One.\n"),
        Bad("- [A](https://⟦ieeexplore-ieee-org.libproxy.example.edu⟧/document/1) - One.\n"),
        Bad("- [A](https://join.slack.com/t/a⟦/shared_invite/⟧zt-0f3a) - One.\n"),
        Bad("- [A](https://scholar.google.com⟦/scholar_url⟧?url=https://a.dev/x.pdf) - One.\n"),
        Bad("- [A](https://www.google.com⟦/url⟧?q=https://a.dev/x.pdf&sa=D) - One.\n"),
        Bad(
            "- [A](https://en.wikipedia.org/wiki/A#⟦cite_note-3⟧) - One.\n- [B](https://b.dev/x#⟦fn:2⟧) - Two.\n"
            "- [C](https://c.dev/x#⟦_ftnref1⟧) - Three.\n"
        ),
        Bad("- [A][a] and [again][a].\n\n[a]: https://⟦d1wqtxts1xzle7.cloudfront.net⟧/1/x.pdf\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the part of a URL that will not last."""
        if node.is_image or node.role is Role.BADGE:
            return
        url = split(node.target)
        if not url.is_web:
            return
        found = ctx.tables.get("unstable", UnstableTable).find(url)
        if found is None or not is_first_use(node, ctx):
            return
        row, part = found
        yield Finding(part_of(node, part) or node.url_span, f"this URL {row.what}")
