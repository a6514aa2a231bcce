"""BIB017: an entry without a BibTeX block in a list where nearly all have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Trait
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.checks.references import is_work, outermost
from listlint.model.nodes import Document, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Span
    from listlint.model.nodes import Entry

_CITATIONS = frozenset({Role.CITATION})
_TRAIT = "has BibTeX"


def _papers(count: int, start: int = 0) -> str:
    """An example: so many entries with a block."""
    return "".join(
        f"### Paper {n}\n\npaper link: [here](https://a.dev/{n})\n\n```bibtex\n@misc{{p{n}, title={{Paper {n}}}}}\n```\n\n"
        for n in range(start, start + count)
    )


class MissingCitation(Rule[Document]):
    """An entry has no BibTeX block where nearly all others have one.

    Readers of such a list copy their references from it, and find out at the paper that one is missing.

    It speaks where nine of ten entries or more have a block, and never of entries that are part of another, or that
    link their citation instead. With `required` set, every entry needs a block, or none does, in a document that has
    BibTeX at all.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        required: Annotated[
            bool | None,
            msgspec.Meta(description="Whether every entry needs a block; by default if most entries have one."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Entries from which a list has a habit.", ge=2)] = MINIMUM
        share: Annotated[
            float, msgspec.Meta(description="Part of them that must have a block, from 0 to 1.", gt=0.5, le=1)
        ] = SHARE

    code, name = "BIB017", "missing-citation"
    severity = Severity.INFO
    about = "bib"
    pins = {_TRAIT: "required"}
    valid = (
        _papers(12),
        _papers(8) + "### A book\n\nbook link: [here](https://a.dev/b)\n",
        _papers(12) + "### One\n\npdf: [here](https://a.dev/1)\n\n### Two\n\npdf: [here](https://a.dev/2)\n",
        _papers(12) + "### A paper\n\npaper link: [here](https://a.dev/b) [[bibtex]](https://a.dev/b.bib)\n",
        "".join(f"- [Paper {n}](https://a.dev/{n})\n" for n in range(20))
        + "\n```bibtex\n@misc{a, title={A list}}\n```\n",
        # Links that belong to an entry are no entries that need a block.
        _papers(12)
        + "### Papers of a kind\n\n- [code](https://a.dev/c)\n\n```bibtex\n@misc{a, title={Papers of a kind}}\n```\n",
        Good(_papers(12) + "### A book\n\nbook link: [here](https://a.dev/b)\n", options={"share": 0.95}),
        Good(_papers(12) + "### A book\n\nbook link: [here](https://a.dev/b)\n", options={"required": False}),
        Good("### A book\n\nbook link: [here](https://a.dev/b)\n", options={"required": True}),
    )
    invalid = (
        Bad(_papers(12) + "## Books\n\n### ⟦A book⟧\n\nbook link: [here](https://a.dev/b)\n"),
        Bad(_papers(6) + "### ⟦A paper⟧ [`READ`]\n\npaper link: [here](https://a.dev/b)\n\n" + _papers(6, 6)),
        Bad(
            _papers(4) + "### ⟦A paper⟧\n\npaper link: [here](https://a.dev/b)\n", options={"minimum": 5, "share": 0.8}
        ),
        Bad(
            _papers(1) + "### ⟦A paper⟧\n\npaper link: [here](https://a.dev/b)\n\n"
            "### A note\n\nlink: [here](https://a.dev/n) [[bibtex]](https://a.dev/n.bib)\n",
            options={"required": True},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield for each entry whether it has a block."""
        for entry in outermost(document.entries) if document.bib else ():
            if is_work(entry):
                has = bool(entry.bib)
                yield Trait(_TRAIT, entry, _place(entry), has, "yes" if has else "no")

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry that lacks what nearly all have."""
        if self.options.required is not None:
            for trait in self.traits(node, ctx) if self.options.required else ():
                if not trait.value and not _is_linked(trait.entry):
                    yield _finding(trait, "entries should have one")
            return
        traits = {trait.entry: trait for trait in self.traits(node, ctx)}
        values = [(entry, bool(trait.value)) for entry, trait in traits.items()]
        for entry, has, found in deviants(values, self.options.minimum, self.options.share):
            if not has and not _is_linked(entry):
                yield _finding(traits[entry], f"{found.share()} entries have one")


def _is_linked(entry: Entry) -> bool:
    """Tell whether an entry links its citation."""
    return any(link.role in _CITATIONS for link in entry.links)


def _place(entry: Entry) -> Span:
    return entry.title.span if entry.title is not None and entry.title.span.length else entry.head


def _finding(trait: Trait, why: str) -> Finding:
    return Finding(trait.span, f"no BibTeX block; {why}", entry=trait.entry, group="BIB017:missing")
