"""AWE006: the code of conduct still has its template's placeholder."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_PLACEHOLDER = lazy(
    r"\[(?:INSERT|ADD|YOUR|ENTER|REPLACE)[ _-](?:[A-Z]+[ _-]){0,4}?(?:E-?MAIL|CONTACT)(?:[ _-][A-Z]+){0,3}\]"
    r"|<(?:insert|your)[ _-](?:contact[ _-])?e-?mail(?:[ _-]address)?>",
    re.IGNORECASE,
)
_NAME = lazy(r"(?i)(?:.*[._-])?code[-_. ]?of[-_. ]?conduct")
_TITLE = lazy(r"(?i)code of conduct|\benforcement\b")
_TEXT = "# Contributor Covenant Code of Conduct\n\n## Enforcement\n\nReport it to {}.\n"
_PATH = "code-of-conduct.md"


class CodeOfConductPlaceholder(Rule[Document]):
    """The code of conduct still has the placeholder of its template where an address belongs, or is empty.

    Somebody who was insulted finds nobody to turn to.

    Looked at are files with that name, and sections with that title in any file. Code is left alone.
    """

    code, name = "AWE006", "code-of-conduct-placeholder"
    severity = Severity.WARNING
    valid = (
        Good(_TEXT.format("conduct@a.dev"), path=_PATH),
        Good(_TEXT.format("`[INSERT EMAIL ADDRESS]`"), path=_PATH),
        "# A template\n\nPut your address for [INSERT EMAIL ADDRESS].\n",
    )
    invalid = (
        Bad(_TEXT.format("⟦[INSERT EMAIL ADDRESS]⟧"), path=_PATH),
        Bad(_TEXT.format("⟦[INSERT CONTACT METHOD]⟧"), path="docs/CODE_OF_CONDUCT.md"),
        Bad(_TEXT.format("⟦[INSERT EMAIL ADDRESS]⟧(mailto:x)").replace("(mailto:x)", " now"), path="README.md"),
        Bad("⟦⟧\n", path=_PATH),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each placeholder, or that the file is empty."""
        named = bool(_NAME.match(PurePosixPath(node.path).name))
        if named and not node.text.strip():
            yield Finding(Span(0, 0), "the code of conduct is empty")
            return
        for match in _PLACEHOLDER.finditer(node.text):
            span = Span(*match.span())
            if not named and not any(_TITLE.search(title) for title in node.section_at(span.start).path):
                continue
            if not node.masked(span):
                yield Finding(span, f'the placeholder "{match[0]}" of the template is still there')
