"""STR008: a relative link leads to a file that is not in the repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.checks.links import shorten
from listlint.model.facts import RepositoryFiles
from listlint.model.nodes import Document, LinkKind, Mask
from listlint.model.patterns import lazy
from listlint.text.fragments import Anchors, fold_fragment
from listlint.text.paths import join, split_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Link
    from listlint.model.span import Span

_HOST = lazy(
    r"(?:www\.[^/]+|(?:[\w-]+\.)+(?:com|org|net|io|edu|gov|dev|ai|co|app|info|me|xyz|site|cn|de|fr|jp|uk|ru|br|in|eu|ch|nl|to"
    r"|tech|science|cloud|blog|page|us|ca|au|kr|tw|it|es|se|gl|ly|be|im|sh|so|tv|gg)(?::\d+)?)\Z",
    re.IGNORECASE,
)
"""A first part that is rather a host without its scheme, which is the matter of invalid-url."""
_MAIL = lazy(r"[^/\s@]+@[^/\s@]+\.[^/\s@]+\Z")
_LONGEST = 4096
"""No path is longer."""
_TEMPLATE = lazy(r"\{\{|\{%|<%|\$\{")
_PAGE = lazy(r"(?:/|\A)[^/.]*\Z|\.html?\Z", re.IGNORECASE)
_GENERATORS = (
    frozenset({".eleventy.js", ".nojekyll", "CNAME", "SUMMARY.md", "_config.toml", "_config.yaml", "_config.yml"})
    | {"_quarto.yml", "astro.config.mjs", "book.toml", "conf.py", "docusaurus.config.js", "docusaurus.config.ts"}
    | {"eleventy.config.js", "hugo.toml", "hugo.yaml", "mkdocs.yaml", "mkdocs.yml"}
    | {"Home.md", "_Sidebar.md", "_sidebar.md"}
)
"""Files at the root that show that a site generator (or a wiki) renders the repository."""

_FILES = RepositoryFiles(
    files=frozenset({"README.md", "docs/Guide.md", "docs/a b.md", "img/logo.png", "vendor"}),
    folders=frozenset({"", "docs", "img"}),
    documents={"README.md": "README.md", "docs/Guide.md": "docs/Guide.md"},
    anchors={"docs/Guide.md": frozenset({"first-steps"}), "README.md": frozenset({"a"})},
)


class BrokenPath(Rule[Document]):
    """A relative link leads to no file or folder of the git tree, or to no anchor of that file.

    On GitHub such a link ends at a page that says 404.

    A path that starts with `/` counts from the root of the repository, as on GitHub. Paths that
    leave the repository (`../../issues`) or lead into a submodule are not judged, nor are
    template tags. Where a site generator renders the document (it has front matter, or the root
    holds the generator's configuration), absolute paths and pages without extension or with
    `.html` are the generator's to resolve. The rule is silent outside a git tree.
    """

    code, name = "STR008", "broken-path"
    severity = Severity.ERROR
    needs = (RepositoryFiles,)
    valid = ("[a](https://a.dev/x.md) [b](#b) [c](mailto:a@b.dev) [d](//a.dev/x)\n\n## b\n",)
    invalid = (
        Bad(
            "# A\n\n[a](⟦gone.md⟧) [b](docs/Guide.md) [c](./docs/) [d](/docs/Guide.md#first-steps) [e](docs/a%20b.md?plain=1)\n",
            facts=(_FILES,),
        ),
        Bad('# A\n\n![a](⟦img/logo.svg⟧) ![b](img/logo.png) <img src="⟦img/none.png⟧">\n', facts=(_FILES,)),
        Bad("# A\n\n[a](⟦docs/guide.md⟧) [b](docs/Guide.md#L3) [c](vendor/x.md) [d](../../issues)\n", facts=(_FILES,)),
        Bad("# A\n\n[a](⟦docs/Guide.md#last-steps⟧) [b](README.md#A) [c](⟦README.md#b⟧)\n", facts=(_FILES,)),
        Bad("# A\n\n[a](⟦/none.md⟧) [b](../README.md) [c](⟦img/logo.png⟧)\n", path="docs/Guide.md", facts=(_FILES,)),
        Bad(
            "# A\n\n[a][x] [b][x] [c](a.dev/x) [d](me@a.dev) [e]({{ site.url }}/x.md)\n\n[x]: ⟦gone.md⟧\n",
            facts=(_FILES,),
        ),
        Bad("---\ntitle: A\n---\n\n[a](/posts/x) [b](other.html) [c](tools) [d](⟦gone.md⟧)\n", facts=(_FILES,)),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each broken destination (once for a definition that many links use)."""
        facts = ctx.fact(RepositoryFiles)
        place = facts.documents.get(node.path)
        if place is None:
            return
        tree = _Tree(facts, place, site=node.front_matter is not None or not _GENERATORS.isdisjoint(facts.files))
        seen: set[Span] = set()
        for link in node.links:
            if link.is_fragment or link.kind is LinkKind.BARE or link.url_span in seen:
                continue
            seen.add(link.url_span)
            message = tree.broken(link)
            if message and not node.masked(link.url_span, Mask.LIQUID):
                yield Finding(link.url_span, message)


class _Tree:
    """The git tree as seen from one document."""

    def __init__(self, facts: RepositoryFiles, place: str, *, site: bool) -> None:
        self.facts = facts
        self.place = place
        self.site = site
        self._anchors: dict[str, Anchors] = {}
        self._folded: dict[str, str] | None = None

    def broken(self, link: Link) -> str | None:
        """What is wrong with where ``link`` leads, or None."""
        path, _, fragment = split_target(link.target)
        if not path or "\\" in path or _TEMPLATE.search(link.target) or (len(path) < _LONGEST and _MAIL.match(path)):
            return None
        if _HOST.match(path.split("/", 1)[0]) or (self.site and (path.startswith("/") or _PAGE.search(path))):
            return None
        target = join(self.place, unquote(path))
        if target is None:
            return None
        if target in self.facts.files:
            return self._lost(target, fragment)
        if target in self.facts.folders or (len(target) < _LONGEST and self._inside_file(target)):
            return None
        other = self._like(target)
        return f'"{shorten(target)}" is not in the repository' + (f', but "{shorten(other)}" is' if other else "")

    def _lost(self, target: str, fragment: str) -> str | None:
        known = self.facts.anchors.get(target)
        if known is None or not fold_fragment(fragment):
            return None
        if target not in self._anchors:
            self._anchors[target] = Anchors(known, loose=self.site)
        if self._anchors[target].resolves(fragment):
            return None
        return f'"{shorten(target)}" has no heading or id that makes the anchor #{shorten(fragment)}'

    def _inside_file(self, target: str) -> bool:
        """Tell whether a part of the path is a file of the tree: a submodule or a symbolic link."""
        at = target.find("/")
        while at >= 0:
            if target[:at] in self.facts.files:
                return True
            at = target.find("/", at + 1)
        return False

    def _like(self, target: str) -> str | None:
        """A path that differs only in case or Unicode form."""
        if self._folded is None:
            names = sorted(self.facts.files | self.facts.folders)
            self._folded = {normalize("NFC", name).casefold(): name for name in names}
        return self._folded.get(normalize("NFC", target).casefold())
