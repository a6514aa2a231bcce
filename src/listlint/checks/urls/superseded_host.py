"""URL005: a link to a host that moved for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity
from listlint.checks.links import is_first_use, may_change, part_of
from listlint.model.nodes import Link
from listlint.packs.hosts import HostTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class SupersededHost(Rule[Link]):
    """A link leads to a host that was replaced by another one, or closed.

    Such links work for as long as somebody keeps a redirect alive, and many are dead already. The
    hosts and their successors stand in `rules/tables/hosts.toml`; where the new address follows
    from the old one, the fix writes it.

    Pages of such a host that did not move are not reported (`gist.github.com`,
    `aclweb.org/portal`), nor is an archived copy of a page.
    """

    code, name = "URL005", "superseded-host"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [A](https://doi.org/10.1145/3446776) - One.\n- [B](https://gist.github.com/someone/123) - Two.\n",
        "- [A](https://aclanthology.org/D15-1166/) - One.\n- [B](https://www.aclweb.org/portal/) - Two.\n",
        "- [A](https://web.archive.org/web/2012/http://code.google.com/p/a/) - Archived.\n",
        "- [A](https://github.com/someone/papers.nips.cc) - Mirror.\n- [B](docs/dx.doi.org/) - Local.\n",
        "- [A](https://goo.gl/maps/abc) - A map.\n",
    )
    invalid = (
        Bad(
            "- [A](http://⟦dx.doi.org⟧/10.1145/3446776) - One.\n",
            "- [A](https://doi.org/10.1145/3446776) - One.\n",
        ),
        Bad("- [A](http://⟦papers.nips.cc⟧/paper/5486-saddle-points) - One.\n"),
        Bad(
            "- [A](https://⟦papers.nips.cc⟧/paper/2019/hash/0d1a96-Abstract.html) - One.\n",
            "- [A](https://proceedings.neurips.cc/paper/2019/hash/0d1a96-Abstract.html) - One.\n",
        ),
        Bad(
            "- [A](http://⟦www.jmlr.org⟧/proceedings/papers/v32/andoni14.pdf) - One.\n",
            "- [A](https://proceedings.mlr.press/v32/andoni14.pdf) - One.\n",
        ),
        Bad(
            "- [A](http://⟦www.aclweb.org⟧/anthology/D/D15/D15-1166.pdf) - One.\n",
            "- [A](https://aclanthology.org/D15-1166.pdf) - One.\n",
        ),
        Bad(
            "- [A][a] and [again][a].\n\n[a]: https://⟦aclanthology.info⟧/papers/P18-1238/p18-1238\n",
            "- [A][a] and [again][a].\n\n[a]: https://aclanthology.org/P18-1238\n",
        ),
        Bad(
            "- [A](http://⟦someone.github.com⟧/tool/#use) - One.\n",
            "- [A](https://someone.github.io/tool/#use) - One.\n",
        ),
        Bad("- [A](https://⟦code.google.com⟧/p/tool/) - One.\n- [B](http://⟦goo.gl⟧/abc) - Two.\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the host of a URL that the table knows to be superseded."""
        url = split(node.target)
        if not url.is_web:
            return
        move = ctx.tables.get("hosts", HostTable).moved(url)
        if move is None or not is_first_use(node, ctx):
            return
        fix = None
        if move.url is not None and node.url == node.target:
            fix = Fix(f"link to {move.url}", (Edit(node.url_span, move.url),), Applicability.SAFE, may_change(node))
        place = part_of(node, url.host_span) or node.url_span
        yield Finding(place, f"{url.host} {move.to}", fix, group=f"{self.code}:{url.host}")
