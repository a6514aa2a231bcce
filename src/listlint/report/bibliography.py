"""A list as a bibliography: ``listlint entries --output bibtex`` and ``--output csl-json``.

Both write one item a work over the whole run, in the order of the list (:mod:`listlint.text.bibliography`),
and return what the user should know beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from listlint.packs.loader import Tables
from listlint.packs.venues import VenueTable
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import json_safe, well_formed
from listlint.text.bibliography.build import Bibliography
from listlint.text.bibliography.reference import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Document
    from listlint.text.bibliography.reference import Person, Reference


def _read(documents: Sequence[Document]) -> Bibliography:
    return Bibliography(documents, Tables().get("venues", VenueTable))


def render_bibtex(documents: Sequence[Document], out: TextIO, options: RenderOptions) -> tuple[str, ...]:
    """Write BibTeX, blocks apart by an empty line; give the notices. A run without works writes nothing."""
    bibliography = _read(documents)
    for index, block in enumerate(bibliography.bibtex()):
        write_lines([*([""] if index else []), *block.split("\n")], out, options)
    return tuple(bibliography.notices)


def render_csl_json(documents: Sequence[Document], out: TextIO, options: RenderOptions) -> tuple[str, ...]:
    """Write an array of CSL items, one object a line; give the notices."""
    bibliography = _read(documents)
    encode = msgspec.json.Encoder().encode
    lines = [json_safe(encode(item(key, reference)).decode()) for key, reference in bibliography.references()]
    out.write("[" + ",".join(f"\n{line}" for line in lines) + ("\n" if lines else "") + "]\n")
    return tuple(bibliography.notices)


# --- CSL-JSON 1.0.2 (https://github.com/citation-style-language/schema, csl-data.json) ----------------

CslType = Literal[
    "article", "article-journal", "book", "chapter", "dataset", "document", "manuscript", "motion_picture",
    "paper-conference", "patent", "report", "software", "thesis", "webpage",
]  # fmt: skip
Text = str | UnsetType


class CslName(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename="kebab"):
    """A name; ``literal`` for one without parts. ``others`` stands for those who are not named."""

    family: Text = UNSET
    given: Text = UNSET
    non_dropping_particle: Text = UNSET
    suffix: Text = UNSET
    literal: Text = UNSET


class CslDate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A date as precise as it is known: year, month, day."""

    date_parts: tuple[Annotated[tuple[int, ...], Meta(min_length=1, max_length=3)]]


_NAMES = {
    "archive_location": "archive_location",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "url": "URL",
}
"""Variables that are not written in lower case with hyphens."""


class CslItem(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename=lambda name: _NAMES.get(name) or name.replace("_", "-"),
):
    """One work, with the variables of CSL that a list can fill."""

    id: str
    type: CslType
    title: Text = UNSET
    author: tuple[CslName, ...] | UnsetType = UNSET
    editor: tuple[CslName, ...] | UnsetType = UNSET
    issued: CslDate | UnsetType = UNSET
    container_title: Text = UNSET
    collection_title: Text = UNSET
    publisher: Text = UNSET
    publisher_place: Text = UNSET
    volume: Text = UNSET
    issue: Text = UNSET
    page: Text = UNSET
    chapter_number: Text = UNSET
    edition: Text = UNSET
    number: Text = UNSET
    genre: Text = UNSET
    language: Text = UNSET
    archive: Text = UNSET
    archive_location: Text = UNSET
    doi: Text = UNSET
    isbn: Text = UNSET
    issn: Text = UNSET
    pmid: Text = UNSET
    url: Text = UNSET
    abstract: Text = UNSET
    keyword: Text = UNSET
    note: Text = UNSET
    annote: Text = UNSET


_TYPES: dict[Kind, CslType] = {
    Kind.ARTICLE: "article-journal",
    Kind.PAPER: "paper-conference",
    Kind.PREPRINT: "article",
    Kind.BOOK: "book",
    Kind.CHAPTER: "chapter",
    Kind.THESIS: "thesis",
    Kind.REPORT: "report",
    Kind.MANUSCRIPT: "manuscript",
    Kind.PATENT: "patent",
    Kind.SOFTWARE: "software",
    Kind.DATASET: "dataset",
    Kind.VIDEO: "motion_picture",
    Kind.PAGE: "webpage",
    Kind.OTHER: "document",
}


def item(key: str, reference: Reference) -> CslItem:
    """A reference as an item of CSL. A preprint's number is ``arXiv:`` and its id, as arXiv wants it cited."""
    preprint = reference.kind is Kind.PREPRINT and bool(reference.arxiv)
    address = f"https://arxiv.org/abs/{reference.arxiv}" if reference.arxiv and not reference.doi else ""
    return CslItem(
        id=well_formed(key),
        type=_TYPES[reference.kind],
        title=_text(reference.title),
        author=_people(reference.authors),
        editor=_people(reference.editors),
        issued=_date(reference),
        container_title=_text(reference.container),
        collection_title=_text(reference.series),
        publisher=_text(reference.publisher),
        publisher_place=_text(reference.place),
        volume=_text(reference.volume),
        issue=_text(reference.issue),
        page=_text(reference.pages),
        chapter_number=_text(reference.chapter),
        edition=_text(reference.edition),
        number=_text(f"arXiv:{reference.arxiv}" if preprint else reference.number),
        genre=_text(reference.genre or ("preprint" if preprint else "")),
        language=_text(reference.language),
        archive="arXiv" if reference.arxiv else UNSET,
        archive_location=_text(reference.arxiv),
        doi=_text(reference.doi),
        isbn=_text(reference.isbn),
        issn=_text(reference.issn),
        pmid=_text(reference.pmid),
        url=_text(address or reference.url),
        abstract=_text(reference.abstract),
        keyword=_text(", ".join(reference.keywords)),
        note=_text(reference.note),
        annote=_text(reference.remark),
    )


def _text(text: str) -> Text:
    return well_formed(" ".join(text.split())) or UNSET


def _people(people: Sequence[Person]) -> tuple[CslName, ...] | UnsetType:
    names = tuple(
        CslName(
            family=_text(one.family),
            given=_text(one.given),
            non_dropping_particle=_text(one.particle),
            suffix=_text(one.suffix),
            literal=_text(one.literal),
        )
        for one in people
        if one.family or one.literal
    )
    return names or UNSET


def _date(reference: Reference) -> CslDate | UnsetType:
    if reference.year is None:
        return UNSET
    parts = [reference.year]
    for part in (reference.month, reference.day):
        if part is None:
            break
        parts.append(part)
    return CslDate(date_parts=(tuple(parts),))
