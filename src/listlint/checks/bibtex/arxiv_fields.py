"""BIB016: an arXiv number written into the journal of a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    ReferenceTrait,
    Rule,
    Severity,
    Span,
)
from listlint.checks.bib import content, field, macros, raw, well_formed
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, convention
from listlint.checks.references import ARXIV_NUMBER, arxiv_of, is_preprint
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context, Trait
    from listlint.model.nodes import BibEntry, BibField

_JOURNAL = lazy(
    rf"\s*+(?:arxiv(?:\s++(?:e-?prints?|preprints?))?[\s:,]*+)?(?:arxiv[\s:]++)?(?:{ARXIV_NUMBER})(?:\s*+\[[^\]]*+\])?\s*+",
    re.IGNORECASE,
)
_CORR = lazy(rf"\s*+CoRR\s*+,?\s*+abs/(?:{ARXIV_NUMBER})\s*+", re.IGNORECASE)
_GENERATED = ("volume", "number", "pages", "issue")
"""What programs fill in for such a journal."""


def _file(count: int, last: str) -> str:
    """An example: a file with so many preprints that give ``eprint``, and one more."""
    return "".join(f"@misc{{p{n}, eprint={{1803.0836{n}}}, archivePrefix={{arXiv}}}}\n" for n in range(count)) + last


class ArxivFields(Rule[Document]):
    """A reference has an arXiv number in its journal, not in the fields that are made for it.

    `CoRR, abs/1211.5063` with a volume, a number and pages is what a search engine makes of an arXiv listing: the
    journal is none, and volume, number and pages are invented, yet every style prints them. The other form,
    `arXiv preprint arXiv:1412.7479`, is a habit that is right in itself; it is reported only where the other preprints
    of the document give `eprint`, from which styles make links.

    `journal = {CoRR}` with `volume = {abs/1211.5063}`, as the bibliographies of computer science have it, is fine.
    A form in the configuration replaces the document's own.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        form: Annotated[
            Literal["eprint", "journal"] | None,
            msgspec.Meta(description="Where preprints should give their number; by default as most of them do."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="How many preprints make a habit.", ge=2)] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "BIB016", "arxiv-fields"
    severity = Severity.INFO
    about = "bib"
    fix = Applicability.UNSAFE
    pins = {"arXiv number in BibTeX": "form"}
    valid = (
        Good("@article{a, journal={CoRR}, volume={abs/1211.5063}}\n", path="refs.bib"),
        Good("@article{a, journal={CoRR abs/1211.5063}}\n", path="refs.bib"),
        Good("@article{a, journal={arXiv preprint arXiv:1412.7479}}\n", path="refs.bib"),
        Good(_file(3, "@article{a, journal={arXiv preprint arXiv:1412.7479}}\n"), path="refs.bib"),
        Good(_file(9, "@article{a, journal={Neural Networks}, eprint={1412.7479}}\n"), path="refs.bib"),
        Good(_file(9, "@article{a, journal={arXiv preprint arXiv:1412.7479}, eprint={1412.7479}}\n"), path="refs.bib"),
        Good(_file(9, "@article{a, journal={arXiv preprint}, year={2014}}\n"), path="refs.bib"),
        Good(_file(9, "@article{a, journal={J. of Nets, after arXiv:1412.7479}, year={2014}}\n"), path="refs.bib"),
        Good("@article{a, journal={CoRR, abs/1211.5063, volume={2}}\n", path="refs.bib"),
        Good(_file(9, "@article{a, journal={arXiv preprint arXiv:1412.7479}}\n"), {"form": "journal"}, "refs.bib"),
    )
    invalid = (
        Bad(
            "```bibtex\n@article{a,\n  title={Nets},\n  journal={⟦CoRR, abs/1211.5063⟧},\n  volume={2},\n  number={417},\n"
            "  pages={1},\n  year={2012}\n}\n```\n",
            fixed="```bibtex\n@article{a,\n  title={Nets},\n  eprint={1211.5063},\n  archivePrefix={arXiv},\n  year={2012}\n}\n```\n",
        ),
        Bad(
            '@article{a, year = 2012, journal = "⟦CoRR, abs/1211.5063v2⟧", pages = {1}}\n',
            path="refs.bib",
            fixed='@article{a, year = 2012, eprint = "1211.5063", archivePrefix = "arXiv"}\n',
        ),
        Bad("@article{a, journal={⟦CoRR abs/1211.5063⟧}, pages={1}, eprint={1211.5063}}\n", path="refs.bib"),
        Bad(
            _file(6, "@article{a,\n\tjournal = {⟦arXiv preprint arXiv:1412.7479⟧},\n\tyear = {2014},\n}\n"),
            path="refs.bib",
            fixed=_file(6, "@article{a,\n\teprint = {1412.7479},\n\tarchivePrefix = {arXiv},\n\tyear = {2014},\n}\n"),
        ),
        Bad(
            "@article{a, journal={⟦arXiv preprint arXiv:1412.7479⟧}}\n",
            "@article{a, eprint={1412.7479}, archivePrefix={arXiv}}\n",
            {"form": "eprint"},
            "refs.bib",
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield where each preprint has its number."""
        for bib, form in _preprints(document, ctx) if document.bib else ():
            yield ReferenceTrait("arXiv number in BibTeX", bib.key_span, form, _SHOWN[form])

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The form, but for numbers that stand elsewhere."""
        return str(trait.value) if trait.value != "other" else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each number in a journal that does not belong there."""
        known, whole = ctx.memo(macros), ctx.memo(well_formed)
        entries = [bib for block in node.bib for bib in block.entries if whole(bib)]
        names = _names(entries)
        for bib in entries:
            journal = field(bib, "journal", "journaltitle")
            text = raw(journal, known) if journal is not None else ""
            match, generated = _as_generated(bib, text)
            if journal is not None and match:
                message = f"the journal “{text.strip()}” is none, but an arXiv number{_made_up(generated, known)}"
                yield Finding(_place(journal), message, _fix(node, bib, journal, match["id"], generated, names))
        bearers = _preprints(node, ctx)
        why = self._habit([form for _, form in bearers])
        if why is None:
            return
        for bib, form in bearers:
            journal = field(bib, "journal", "journaltitle")
            match = _JOURNAL.fullmatch(raw(journal, known)) if journal is not None else None
            if form == "journal" and journal is not None and match:
                message = f"the arXiv number stands in the journal; {why} as `eprint`"
                fix = _fix(node, bib, journal, match["id"], [], names)
                yield Finding(_place(journal), message, fix, group="BIB016:journal")

    def _habit(self, forms: Sequence[str]) -> str | None:
        """Who gives the number as ``eprint``, as messages say it; None where nobody has to."""
        if self.options.form is not None:
            return "preprints should give it" if self.options.form == "eprint" else None
        found = convention(forms, self.options.minimum, self.options.share)
        if found is None or found.value != "eprint":
            return None
        return f"{found.share()} preprints here give it"


_SHOWN = {"eprint": "in `eprint`", "journal": "in the journal", "other": "elsewhere"}


def _as_generated(bib: BibEntry, journal: str) -> tuple[re.Match[str] | None, list[BibField]]:
    """The arXiv number in a journal as a search engine makes it, with the fields that were made up for it."""
    match = _CORR.fullmatch(journal)
    generated = [one for one in bib.fields if one.name.lower() in _GENERATED] if match else []
    return (match, generated) if match and (generated or "," in journal) else (None, [])


def _preprints(document: Document, ctx: Context) -> list[tuple[BibEntry, str]]:
    """The other preprints, with where each has its number."""
    known, whole = ctx.memo(macros), ctx.memo(well_formed)
    found = []
    for bib in (bib for block in document.bib for bib in block.entries if whole(bib)):
        journal = field(bib, "journal", "journaltitle")
        text = raw(journal, known) if journal is not None else ""
        if _as_generated(bib, text)[0] is None and is_preprint(bib, known) and arxiv_of(bib, known):
            found.append((bib, _form(bib, text)))
    return found


def _form(bib: BibEntry, journal: str) -> str:
    """Where a preprint has its number: ``eprint``, ``journal`` or elsewhere."""
    if field(bib, "eprint") is not None:
        return "eprint"
    return "journal" if _JOURNAL.fullmatch(journal) else "other"


def _made_up(generated: Sequence[BibField], known: Mapping[str, str]) -> str:
    if not generated:
        return ""
    parts = [f"`{one.name.lower()}` “{raw(one, known).strip()}”" for one in generated]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f", and {listed} {'is' if len(parts) == 1 else 'are'} invented"


def _place(one: BibField) -> Span:
    inside = content(one)
    return inside[1] if inside else one.value_span


class _Names(Struct, frozen=True):
    """How the document spells the two fields."""

    eprint: str = "eprint"
    archive: str = "archivePrefix"


def _names(entries: Sequence[BibEntry]) -> _Names:
    for bib in entries:
        eprint, archive = field(bib, "eprint"), field(bib, "archiveprefix", "eprinttype")
        if eprint is not None and archive is not None:
            return _Names(eprint.name, archive.name)
    return _Names()


def _fix(
    document: Document, bib: BibEntry, journal: BibField, number: str, generated: Sequence[BibField], names: _Names
) -> Fix | None:
    """Put ``eprint`` fields in the place of a journal, and take away what was generated for it."""
    inside = content(journal)
    if inside is None or field(bib, "eprint", "archiveprefix", "eprinttype") is not None:
        return None
    text = document.text
    equals = text[journal.name_span.end : journal.value_span.start]
    opening, closing = journal.value[0], journal.value[-1]
    line = text.rfind("\n", 0, journal.name_span.start) + 1
    indent = text[line : journal.name_span.start]
    between = f",\n{indent}" if not indent.strip() else ", "
    new = between.join(
        f"{name}{equals}{opening}{value}{closing}" for name, value in ((names.eprint, number), (names.archive, "arXiv"))
    )
    edits = [Edit(Span(journal.name_span.start, journal.value_span.end), new)]
    for one in generated:
        removal = _removal(text, bib, one)
        if removal is None:
            return None
        edits.append(Edit(removal, ""))
    return Fix(
        "give the number as `eprint`"
        + (f" and delete {', '.join(f'`{one.name}`' for one in generated)}" if generated else ""),
        tuple(sorted(edits)),
        Applicability.UNSAFE,
        May.TEXT,
        guard=bib.span,
    )


_COMMA = lazy(r"\s*+,")


def _removal(text: str, bib: BibEntry, one: BibField) -> Span | None:
    """What to delete of a field: from the comma before it up to its end, so that the next comma serves."""
    at = bib.fields.index(one)
    before = bib.fields[at - 1].value_span.end if at else bib.key_span.end
    comma = _COMMA.match(text, before)
    return Span(before, one.value_span.end) if comma and comma.end() <= one.name_span.start else None
