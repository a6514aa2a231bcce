"""AWE004: the list has a section for its licence."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_LICENCE = lazy(
    r"(?i)[\W_\d]*(?:licen[cs]e|licen[cs]ing|copyright(?: and licen[cs]e)?|licen[cs]e (?:and|&) copyright)[\W_]*\Z"
)
_TOPIC = 2
"""Entries that make a section one about licences."""
_SITES = frozenset({"docs", "doc", "site", "website"})
"""Folders of pages for a website."""
_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))


class LicenceSection(Rule[Document]):
    """The list has a section that states its licence.

    The manifesto asks for a file instead (`LICENSE`), which hosts show beside the list. A section repeats it,
    and is the last thing a reader looks for in a list.

    A section with entries is about licences as a topic, and one with subsections gives parts of the repository
    different terms: both are fine. So are pages in folders such as `docs/`, beside which no host shows the file,
    and former lists in `archive/`.
    """

    code, name = "AWE004", "licence-section"
    severity = Severity.WARNING
    valid = (
        f"# Awesome A\n\n{_ENTRIES}",
        f"# Awesome A\n\n{_ENTRIES}\n## License\n\n{_ENTRIES}",
        f"# Awesome A\n\n{_ENTRIES}\n## License Tools\n\nText.\n\n## Driving Licence\n\nText.\n",
        f"# Awesome A\n\n{_ENTRIES}\n## License\n\n### Code\n\nMIT\n\n### Text\n\nCC BY 4.0\n",
        Good(f"# Awesome A\n\n{_ENTRIES}\n## License\n\nMIT\n", path="docs/README.md"),
        Good(f"# Awesome A\n\n{_ENTRIES}\n## License\n\nMIT\n", path="archive/README.md"),
        Good("# A\n\n## License\n\nMIT\n", path="contributing.md"),
    )
    invalid = (
        Bad(f"# Awesome A\n\n{_ENTRIES}\n⟦## License⟧\n\nMIT\n"),
        Bad(f"# Awesome A\n\n{_ENTRIES}\n⟦### 📄 Licence⟧\n\n[![CC0](https://a.dev/cc0.svg)](https://a.dev/cc0)\n"),
        Bad(
            f"# Awesome A\n\n{_ENTRIES}\n<h2>⟦License⟧</h2>\n\nMIT\n".replace(
                "<h2>⟦License⟧</h2>", "⟦<h2>License</h2>⟧"
            )
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each heading of such a section."""
        if PurePosixPath(node.path).parent.name.lower() in _SITES:
            return
        for section in node.sections:
            heading = section.heading
            if heading is None or section.level == 1 or not _LICENCE.match(heading.text):
                continue
            if section.own_end < section.span.end or len(node.entries_of(section)) >= _TOPIC:
                continue
            if manifesto.is_list(node, ctx):
                message = f'the section "{heading.text.strip()}" belongs in a file of its own'
                yield Finding(heading.span, message, whole=True)
