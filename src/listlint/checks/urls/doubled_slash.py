"""URL007: a doubled slash inside the path of a URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity, Span
from listlint.checks.links import Places, is_first_use, may_change
from listlint.model.nodes import Link
from listlint.model.patterns import lazy
from listlint.packs.hosts import HostTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_RUN = lazy(r"/{2,}+")
_EMBEDDED = lazy(r"(?:https?|ftp|git|s3|gs)(?::|%3A)?/", re.IGNORECASE)
"""The beginning of a URL inside another one's path, also where its colon got lost."""


class DoubledSlash(Rule[Link]):
    """The path of a URL has two slashes in a row.

    It is what is left where two parts of an address were joined carelessly. Many servers forgive
    it, others answer "not found", and for all of them it is another address than the one that
    everybody else links to, so that duplicates go unseen.

    URLs that hold another URL (`/web/2019/http://…`) are left alone, and so are hosts that are
    known to need it (`doubled_slash` in `rules/tables/hosts.toml`).
    """

    code, name = "URL007", "doubled-slash"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://web.archive.org/web/2019/http://a.dev/x) - One.\n- [B](https://a.dev/x?u=//b#//c) - Two.\n",
        "- [A](https://proxy.dev/https:/a.dev//b) - One.\n- [B](https://proxy.dev/http%3A//a.dev//b) - Two.\n",
        "- [A](https://static.googleusercontent.com/media/research.google.com/en//pubs/x.pdf) - One.\n",
        "- [A](//a.dev/x) - One.\n- [B](https://a.dev/x/) - Two.\n- [C](docs//x.md) - Three.\n",
    )
    invalid = (
        Bad("- [A](https://a.dev/x⟦//⟧y.html?z=//) - One.\n", "- [A](https://a.dev/x/y.html?z=//) - One.\n"),
        Bad("- [A](https://a.dev⟦//⟧x⟦///⟧y) - One.\n", "- [A](https://a.dev/x/y) - One.\n"),
        Bad("- [A](https://a.dev/x⟦//⟧) - One.\n", "- [A](https://a.dev/x/) - One.\n"),
        Bad('<a href="http://a.dev⟦//⟧x">A</a>\n', '<a href="http://a.dev/x">A</a>\n'),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each run of slashes in the path."""
        url = split(node.target)
        if "//" not in url.path or not url.is_web or _EMBEDDED.search(url.path) or not is_first_use(node, ctx):
            return
        if ctx.tables.get("hosts", HostTable).needs_doubled_slash(url.host):
            return
        places = Places(node)
        for run in _RUN.finditer(url.path):
            place = places.of(Span(url.path_start + run.start(), url.path_start + run.end()))
            fix = None
            if place is not None:
                fix = Fix("use one slash", (Edit(place, "/"),), Applicability.UNSAFE, may_change(node), guard=place)
            yield Finding(place or node.url_span, f"{run.end() - run.start()} slashes in a row in the path", fix)
            if place is None:
                return
