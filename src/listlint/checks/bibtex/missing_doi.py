"""BIB022: the entry's link carries a DOI that its BibTeX block lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Related, Rule, Severity, Span
from listlint.checks.bib import field, macros, plain
from listlint.checks.references import PREPRINT_DOI, cited_works, identifiers, is_preprint, paper_links
from listlint.model.nodes import Document
from listlint.text.identity import identity
from listlint.text.titles import likeness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.checks.references import Pair
    from listlint.model.nodes import BibEntry, Link

_NO_DOI = "doi:10.5555/"
"""The prefix of numbers that a library gives to works without a DOI; no resolver knows them."""
_SAME = 0.8
"""Likeness of the titles from which a block is that of the linked work."""


def _heading(link: str, fields: str) -> str:
    """An example: a list of two entries, the first with a block."""
    block = f"```bibtex\n@article{{a,\n  title={{Deep nets}},\n{fields}\n}}\n```\n"
    return f"#### Deep nets\n\npaper: [here]({link})\n\n{block}\n#### Another\n\npaper: [here](https://a.dev/2)\n"


class MissingDoi(Rule[Document]):
    """The link of an entry names a DOI, and its BibTeX block has none.

    A DOI is what a reader of the bibliography finds the paper by when links have died, and styles print it.

    Blocks of preprints are left alone where the DOI is that of the published paper, and the other way round, as are
    blocks whose title is not that of the entry (BIB010), or that carry the DOI in their `url`.
    """

    code, name = "BIB022", "missing-doi"
    severity = Severity.INFO
    about = "bib"
    fix = Applicability.UNSAFE
    valid = (
        _heading("https://dl.acm.org/doi/10.1145/3446776", "  doi={10.1145/3446776}"),
        _heading("https://dl.acm.org/doi/10.1145/3446776", "  url={https://doi.org/10.1145/3446776}"),
        _heading("https://dl.acm.org/doi/10.1145/3446776", "  doi={10.1145/1}"),
        _heading("https://dl.acm.org/doi/10.5555/3433701.3433727", "  year={2020}"),
        _heading("https://dl.acm.org/doi/10.1145/3446776", "  journal={arXiv preprint arXiv:1412.7479}"),
        _heading("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v1", "  journal={Nature}"),
        _heading("https://doi.org/10.48550/arXiv.1412.7479", "  journal={Nature}"),
        _heading("https://dl.acm.org/doi/10.1145/3446776", "  title={A wholly other work}").replace(
            "  title={Deep nets},\n", ""
        ),
        "#### Deep nets\n\npaper: [here](https://a.dev/1)\n\ndata: [here](https://doi.org/10.1145/3446776)\n\n"
        "```bibtex\n@misc{a, title={Deep nets}}\n```\n\n#### Another\n\npaper: [here](https://a.dev/2)\n",
        Good("@misc{a, title={Deep nets}, url={https://doi.org/10.1145/3446776}}\n", path="refs.bib"),
    )
    invalid = (
        Bad(
            _heading("⟦https://dl.acm.org/doi/pdf/10.1145/3446776⟧", "  year={2021}"),
            fixed=_heading("https://dl.acm.org/doi/pdf/10.1145/3446776", "  year={2021},\n  doi={10.1145/3446776}"),
        ),
        Bad(
            _heading("⟦https://link.springer.com/article/10.1007%2FS10994-021⟧", "\tyear = 2021,"),
            fixed=_heading(
                "https://link.springer.com/article/10.1007%2FS10994-021",
                "\tyear = 2021,\n\tdoi = {10.1007/S10994-021},",
            ),
        ),
        Bad(
            '- [Deep nets](⟦https://doi.org/10.1145/3446776⟧)\n\n  ```bibtex\n  @misc{a, title="Deep nets"}\n  ```\n',
            fixed="- [Deep nets](https://doi.org/10.1145/3446776)\n\n"
            '  ```bibtex\n  @misc{a, title="Deep nets", doi="10.1145/3446776"}\n  ```\n',
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each block that lacks the DOI of its entry's link."""
        known = ctx.memo(macros)
        for pair in ctx.memo(cited_works):
            found = _lacking(pair, known)
            if found is not None:
                link, doi = found
                yield Finding(
                    link.url_span if link.span.covers(link.url_span) else link.span,
                    f"the link names the DOI {doi}, which the BibTeX block `{pair.bib.key}` lacks",
                    _fix(node, pair.bib, doi),
                    (Related(pair.bib.key_span, "the block"),),
                    pair.entry,
                    group="BIB022:missing-doi",
                )


def _lacking(pair: Pair, known: Mapping[str, str]) -> tuple[Link, str] | None:
    """The link that names a DOI, and the DOI as it is written there."""
    if field(pair.bib, "doi") is not None or not _same_title(pair, known):
        return None
    linked = [(link, work) for link in paper_links(pair.entry) if (work := identity(link.target))]
    for link, work in linked:
        if (
            not work.startswith("doi:10.")
            or work.startswith(_NO_DOI)
            or bool(PREPRINT_DOI.match(work)) is not is_preprint(pair.bib, known)
        ):
            continue
        if any(one.scheme == "doi" for one in identifiers(pair.bib, known)):
            return None
        return link, _as_written(link.target, work.removeprefix("doi:"))
    return None


def _same_title(pair: Pair, known: Mapping[str, str]) -> bool:
    title = field(pair.bib, "title")
    if title is None or pair.entry.title is None:
        return False
    alike = likeness(pair.entry.title.text, plain(title, known))
    return alike is not None and alike >= _SAME


def _as_written(target: str, doi: str) -> str:
    """A DOI in the case that the URL has it."""
    text = unquote(target)
    at = text.lower().find(doi)
    return text[at : at + len(doi)] if at >= 0 else doi


def _fix(document: Document, bib: BibEntry, doi: str) -> Fix | None:
    """Put the field behind the last one, in its layout."""
    text, last = document.text, bib.fields[-1]
    if last.value_span.length != len(last.value) or any(char in doi for char in "{}%\\"):
        return None
    equals = text[last.name_span.end : last.value_span.start]
    opening, closing = ('"', '"') if last.value.startswith('"') else ("{", "}")
    line = text.rfind("\n", 0, last.name_span.start) + 1
    indent = text[line : last.name_span.start]
    before = f"\n{indent}" if not indent.strip() else " "
    comma = text[last.value_span.end : bib.span.end].lstrip().startswith(",")
    at = text.index(",", last.value_span.end) + 1 if comma else last.value_span.end
    new = f"{'' if comma else ','}{before}doi{equals}{opening}{doi}{closing}{',' if comma else ''}"
    return Fix(f"add `doi`: {doi}", (Edit(Span(at, at), new),), Applicability.UNSAFE, May.TEXT, guard=bib.span)
