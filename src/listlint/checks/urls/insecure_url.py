"""URL006: a link that uses http although its host serves https."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity
from listlint.checks.links import is_first_use, may_change, part_of
from listlint.checks.regions import contributor_tables, lies_in
from listlint.model.nodes import Link
from listlint.packs.hosts import HostTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class InsecureUrl(Rule[Link]):
    """A link uses `http:` although its host is known to serve `https:`.

    Whoever sits between the reader and the host can read and change what an `http:` link brings,
    and browsers warn of it or refuse it. The hosts stand in `rules/tables/hosts.toml`; a host
    that is not there is not reported, because only the network can tell.

    Not reported either: a URL with a port of its own, `http:` inside of an archived copy's URL, a URL that
    moved elsewhere, which `superseded-host` reports, and a table of contributors, which a program writes anew.
    """

    code, name = "URL006", "insecure-url"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [A](https://arxiv.org/abs/1803.08367) - One.\n- [B](http://unknown.example/) - Two.\n",
        "- [A](http://github.com:8080/a) - Another server.\n- [B](http://www.someone.github.io/) - No certificate.\n",
        "- [A](https://web.archive.org/web/2012/http://arxiv.org/abs/1803.08367) - Archived.\n",
        "- [A](ftp://arxiv.org/pub) - One.\n- [B](docs/http.md) - Two.\n",
        "- [A](http://dx.doi.org/10.1000/182) - Moved as well.\n- [B](http://goo.gl/abc) - Closed.\n",
        "<!-- ALL-CONTRIBUTORS-LIST:START -->\n[A](http://github.com/a)\n<!-- ALL-CONTRIBUTORS-LIST:END -->\n",
    )
    invalid = (
        Bad(
            "- [A](⟦http⟧://arxiv.org/abs/1803.08367) - One.\n- [B](⟦http⟧://www.jmlr.org/papers/) - Two.\n",
            "- [A](https://arxiv.org/abs/1803.08367) - One.\n- [B](https://www.jmlr.org/papers/) - Two.\n",
        ),
        Bad("- [A](⟦HTTP⟧://someone.github.io/tool/) - One.\n", "- [A](https://someone.github.io/tool/) - One.\n"),
        Bad(
            "- [A][a] and [again][a].\n- ![b](⟦http⟧://img.shields.io/b.svg)\n\n[a]: <⟦http⟧://proceedings.mlr.press/v9/>\n",
            "- [A][a] and [again][a].\n- ![b](https://img.shields.io/b.svg)\n\n[a]: <https://proceedings.mlr.press/v9/>\n",
        ),
        Bad(
            "- [A](⟦http⟧://github.com/a?x=1&amp;y=2) - One.\n",
            "- [A](https://github.com/a?x=1&amp;y=2) - One.\n",
        ),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the scheme of a URL whose host serves https."""
        url = split(node.target)
        if url.scheme != "http" or url.port or not url.host or not is_first_use(node, ctx):
            return
        place = part_of(node, url.scheme_span)
        hosts = ctx.tables.get("hosts", HostTable)
        if place is None or not hosts.serves_https(url.host):
            return
        if hosts.moved(url) is not None or lies_in(node.span, ctx.memo(contributor_tables)):
            return
        fix = Fix("use https", (Edit(place, "https"),), Applicability.SAFE, may_change(node))
        message = f"{url.host} serves https, but this link uses http"
        yield Finding(place, message, fix, group=f"{self.code}:{url.host}")
