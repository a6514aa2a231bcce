"""AWE007: the list shows the badge of a continuous integration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Link

_URL = lazy(
    r"//(?:[\w-]{1,63}\.){0,3}(?:travis-ci\.(?:org|com)|circleci\.com|ci\.appveyor\.com|dev\.azure\.com|app\.codeship\.com)/"
    r"|//github\.com/[^/\s]{1,100}/[^/\s]{1,100}/(?:actions/)?workflows/[^\s]{0,200}badge\.svg"
    r"|//img\.shields\.io/(?:github/(?:actions/)?workflow/|github/checks-status/|travis|circleci/|appveyor/|gitlab/pipeline)",
    re.IGNORECASE,
)
_ALT = lazy(r"(?i)\W*build(?:[ -](?:status|passing|failing))\W*\Z")
_TITLE = lazy(r"(?i)[\"'(]\s*build[ -]status\s*[\"')]\s*\)\Z")
_ISSUE = lazy(r"(?i)//git(?:hub|lab)\.com/[^\s?#]{1,200}/issues/\d+")
_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))
_CI = "https://github.com/a/b/actions/workflows/main.yml/badge.svg"


class CiBadge(Rule[Document]):
    """The badge of a continuous integration stands above the list.

    The manifesto does not want it: readers come for the entries, and whether the list's own checks pass
    is of interest to its maintainers only.

    Badges of the projects that a list names are left alone: those in entries, tables and below the first
    entry. So is an image that leads to an issue, where helpers find what the checks have collected.
    """

    code, name = "AWE007", "ci-badge"
    severity = Severity.WARNING
    valid = (
        f"# Awesome A ![Stars](https://img.shields.io/github/stars/a/b)\n\n{_ENTRIES}",
        f"# Awesome A\n\n{_ENTRIES}- [B](https://b.dev) ![Build Status]({_CI}) - Tool.\n",
        f"# A Tool\n\n![Build Status]({_CI})\n\nText.\n",
        f"# Awesome A [![Dead links]({_CI})](https://github.com/a/b/issues/1)\n\n{_ENTRIES}",
    )
    invalid = (
        Bad(f"# Awesome A ⟦![CI]({_CI})⟧\n\n{_ENTRIES}"),
        Bad(
            f"# Awesome A\n\n[⟦![x](https://travis-ci.org/a/b.svg?branch=main)⟧](https://travis-ci.org/a/b)\n\n{_ENTRIES}"
        ),
        Bad(f'# Awesome A ⟦![x](https://a.dev/x.svg "Build Status")⟧\n\n{_ENTRIES}'),
        Bad(f'# Awesome A\n\n<p>⟦<img alt="Build Status" src="https://a.dev/x.svg">⟧</p>\n\n{_ENTRIES}'),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each such badge above the first entry."""
        if not manifesto.is_list(node, ctx):
            return
        end = node.entries[0].span.start
        around: Link | None = None
        for link in node.links:
            if link.span.start >= end:
                return
            if not link.is_image:
                around = link
            elif around is not None and link.span.end <= around.span.end and _ISSUE.search(around.target):
                continue
            elif _URL.search(link.target) or _ALT.match(link.text) or _TITLE.search(node.slice(link.span)[-40:]):
                yield Finding(link.span, "the badge of a continuous integration")
