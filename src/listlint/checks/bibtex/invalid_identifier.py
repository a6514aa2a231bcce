"""BIB008: a DOI, ISBN, ISSN, arXiv id or URL of BibTeX that leads nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Related, Rule, Severity, Span
from listlint.checks.bib import content, field, well_formed
from listlint.checks.bib_fields import is_template
from listlint.checks.links import shorten
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy
from listlint.text.checksums import arxiv_fault, isbn_faults, issn_faults, read_doi
from listlint.text.identity import arxiv_id, identity
from listlint.text.latex import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_LONGEST = 2000
"""Characters of a value beyond which it is no identifier."""
_TEX = lazy(r"[\\{}$]")
_URL_COMMAND = lazy(r"(?:\\url\s*+)?\{(?P<url>.*)\}", re.DOTALL)
_ESCAPE = lazy(
    r"\{?\\(?P<char>[_%&#~$])\}?(?:\{\})?|\{?\\(?P<word>textunderscore|textasciitilde|string~|sim)(?:\{\}|\s+|(?![A-Za-z]))\}?"
    r"|\$\\sim\$"
)
_WORDS = {"textunderscore": "_"}
_SCHEME = lazy(r"(?:[a-z][a-z0-9+-]*+:/{2}|(?:mailto|doi|urn|arxiv|info|hdl|isbn|data|news|magnet):)", re.IGNORECASE)
_HOST = lazy(r"(?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]|\Z)", re.IGNORECASE)
_SPACES = lazy(r"\s+")

_ID = r"\d{4}\.\d{4,5}(?!\d)|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}(?!\d)"
_EPRINT = lazy(
    rf"(?P<before>arxiv\s*:\s*)?(?P<id>(?:{_ID})(?:v\d+)?)(?P<after>\s*\[[\w.-]+\])?", re.IGNORECASE | re.ASCII
)
_LOOKS = lazy(r"(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE | re.ASCII)
_MENTION = lazy(
    rf"(?:arxiv(?:\.org/(?:abs|pdf|html)/|\s*:\s*|\.)|\babs/|\bcorr\s+)(?P<id>{_ID})", re.IGNORECASE | re.ASCII
)
_MENTIONING = ("arxivid", "journal", "journaltitle", "url", "doi", "volume", "number", "howpublished", "pdf")
"""Fields that say where this very work is, beside ``eprint``."""


class _Id(NamedTuple):
    id: str
    span: Span
    field: str


def _one(text: str) -> Good:
    return Good(f"@misc{{lovelace, {text}}}\n", path="list.bib")


def _bad(text: str, fixed: str | None = None) -> Bad:
    return Bad(
        f"@misc{{lovelace, {text}}}\n", None if fixed is None else f"@misc{{lovelace, {fixed}}}\n", path="list.bib"
    )


class InvalidIdentifier(Rule[BibEntry]):
    r"""An identifier of an entry cannot be right: a DOI, an ISBN or ISSN, an arXiv id, a URL.

    What should lead to the work leads nowhere, for everybody who copies the entry.

    DOIs have no resolver in front of them (styles add it, and the link then has two); short DOIs (`10/abc`) are
    fine. Fields with several ISBNs or ISSNs, and with remarks between them, are read number by number.
    `eprint` is judged where the entry says that it is arXiv's, or where it looks so; a version is fine, and
    so is `arXiv:` in front where no `archivePrefix` repeats it. An entry that names two arXiv papers has
    one of them from elsewhere. In `url` spaces, a missing scheme and TeX escapes (`\_`, `\%`) are
    reported: styles print URLs as they are, and readers copy them so.
    """

    code, name = "BIB008", "invalid-identifier"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        _one("doi = {10.1145/3297001.3297062}, isbn = {978-3-319-70096-0}, issn = {1556-603X}"),
        _one("doi = {10/gpt3cs}, isbn = {9781577357018 (pbk), 0805804269}, issn = {0954-0091, 1360-0494}"),
        _one(r"doi = {10.1007/978-3-030-65414-6\_12}, isbn = {84-89925-97-6}, issn = {16113349}"),
        _one(r"doi = {10.1002/(SICI)1099-1425(199905/06)2:3{\textless}113::AID-JOS20{\textgreater}3.0.CO;2-0}"),
        _one("eprint = {1706.03762v5}, archivePrefix = {arXiv}, primaryClass = {cs.CL}"),
        _one("eprint = {math/0309136}, eprinttype = {arxiv}, doi = {}"),
        _one("eprint = {arXiv:1706.03762}, journal = {arXiv preprint arXiv:1706.03762}"),
        _one("eprint = {https://a.dev/x.pdf}, url = {https://arxiv.org/pdf/1706.03762v1.pdf}"),
        _one("eprint = {10.1000/182}, eprinttype = {jstor}"),
        _one("eprint = {1706.03762}, journal = {CoRR}, volume = {abs/1706.03762}, note = {Extends arXiv:1409.0473}"),
        _one(r"url = {https://a.dev/x_y?z=1&w=2%20#a}, howpublished = {\url{https://a.dev}}"),
        _one(r"url = {\url{https://a.dev/x_y}}"),
        _one(r"url = {{https://a.dev/x_y}}"),
        _one('url = "https://a.dev/~x"'),
        _one("url = base # {x y}"),
        # Broken entries are the matter of syntax-error.
        Good("@misc{lovelace,\n  title = {A}\n  doi = {10},\n}\n", path="list.bib"),
        "```bibtex\n@misc{lovelace,\n  doi={10.1145/3446776},\n}\n```\n",
    )
    invalid = (
        _bad("doi = {⟦10.1145⟧}"),
        _bad("doi = {⟦10.1145/1 10.1145/2⟧}"),
        _bad("doi = {⟦1109/CVPR.2016.90⟧}"),
        _bad("doi = {⟦https://a.dev/paper⟧}"),
        _bad("doi = {10.1145/3446776⟦.⟧}", "doi = {10.1145/3446776}"),
        _bad("doi = {⟦https://doi.org/⟧10.1145/3446776}", "doi = {10.1145/3446776}"),
        _bad("doi = {⟦http://dx.doi.org/⟧10.1007/A_b}", "doi = {10.1007/A_b}"),
        _bad("doi = {⟦doi: ⟧10.1145/3446776}", "doi = {10.1145/3446776}"),
        _bad("doi = {⟦https://doi.org/10.1145%2F3446776⟧}", "doi = {10.1145/3446776}"),
        _bad("doi = {⟦https://dl.acm.org/doi/abs/⟧10.1145/3446776}", "doi = {10.1145/3446776}"),
        _bad("isbn = {⟦978-3-319-70096-1⟧}"),
        _bad("isbn = {9781577357018, ⟦0805804268⟧ (pbk)}"),
        _bad("isbn = {⟦978-3-319-70096⟧}"),
        _bad("issn = {0954-0091, ⟦1360-0495⟧}"),
        _bad("issn = {⟦978-3-319-70096-0⟧}"),
        _bad("eprint = {⟦2113.01234⟧}, archivePrefix = {arXiv}"),
        _bad("eprint = {⟦1501.1234⟧}"),
        _bad("eprint = {⟦0309136⟧}, archivePrefix = {arXiv}, primaryClass = {math}"),
        _bad(
            "eprint = {⟦arXiv:⟧1706.03762}, archivePrefix = {arXiv}", "eprint = {1706.03762}, archivePrefix = {arXiv}"
        ),
        _bad("eprint = {1706.03762⟦ [cs.CL]⟧}, eprinttype = {arxiv}", "eprint = {1706.03762}, eprinttype = {arxiv}"),
        _bad(
            "eprint = {⟦https://arxiv.org/abs/1706.03762⟧}, eprinttype = {arxiv}",
            "eprint = {1706.03762}, eprinttype = {arxiv}",
        ),
        _bad("eprint = {1706.03762}, journal = {arXiv preprint arXiv:⟦1409.0473⟧}"),
        _bad("url = {https://arxiv.org/abs/1409.0473}, journal = {CoRR}, volume = {abs/⟦1706.03762⟧}"),
        _bad(r"url = {https://a.dev/x⟦\_⟧y\%20z}", "url = {https://a.dev/x_y%20z}"),
        _bad(r"url = {https://a.dev/⟦{\textasciitilde}⟧x}", "url = {https://a.dev/~x}"),
        _bad("url = {https://a.dev/⟦ ⟧x}"),
        _bad("url = {https://a.dev/x⟦\n    ⟧y}"),
        _bad("url = {⟦⟧www.a.dev/x}", "url = {https://www.a.dev/x}"),
        _bad("url = {⟦⟧a.dev/x_y}", "url = {https://a.dev/x_y}"),
        _bad("url = {⟦/papers/x.pdf⟧}"),
        _bad(r"url = {\url{⟦To be added⟧}}"),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each identifier that cannot be right."""
        if not ctx.memo(well_formed)(node) or is_template(node):
            return
        values = {one.name.lower(): inside for one in reversed(node.fields) if (inside := _value(content(one)))}
        if found := values.get("doi"):
            yield from _doi(*found)
        for name, faults in (("isbn", isbn_faults), ("issn", issn_faults)):
            if found := values.get(name):
                for start, end, what in faults(found[0]):
                    span = Span(found[1].start + start, found[1].start + end)
                    yield Finding(span, f"the {name.upper()} “{found[0][start:end]}” {what}")
        prefix = field(node, "archiveprefix", "eprinttype")
        archive = prefix.value.strip('{}" \n\t').lower() if prefix else ""
        if found := values.get("eprint"):
            yield from _eprint(*found, archive)
        if found := values.get("url"):
            yield from _url(*found)
        yield from _two_papers(values, archive)


def _value(inside: tuple[str, Span] | None) -> tuple[str, Span] | None:
    """The text and the place of a value without the white space at its ends; None if nothing is left."""
    if inside is None or len(inside[0]) > _LONGEST:
        return None
    text, span = inside
    stripped = text.strip()
    start = span.start + len(text) - len(text.lstrip())
    return (stripped, Span(start, start + len(stripped))) if stripped else None


# --- DOI -------------------------------------------------------------------------------------------


def _doi(text: str, span: Span) -> Iterator[Finding]:
    shown = decode(text) if _TEX.search(text) else text
    doi = read_doi(shown)
    if doi is None:
        yield _malformed_doi(text, span, shown)
    elif doi.form != "plain":
        what = "a prefix" if doi.form == "prefixed" else "a URL"
        at = text.find(doi.name)
        if at > 0 and at + len(doi.name) == len(text):
            span, new = Span(span.start, span.start + at), ""
        else:
            new = doi.name
        fix = Fix("keep only the DOI", (Edit(span, new),), Applicability.SAFE, May.TEXT | May.URL)
        yield Finding(span, f"the DOI “{shorten(doi.name)}” is given with {what}", fix)


def _malformed_doi(text: str, span: Span, shown: str) -> Finding:
    end = len(text.rstrip(".,;"))
    if end < len(text) and read_doi(shown.rstrip(".,;")) is not None:
        span = Span(span.start + end, span.end)
        fix = Fix(f"delete “{text[end:]}”", (Edit(span, ""),), Applicability.UNSAFE, May.TEXT | May.URL)
        return Finding(span, f"the DOI ends in “{text[end:]}”", fix)
    if re.fullmatch(r"10\.\d{4,9}/?", shown, re.ASCII):
        return Finding(span, f"“{shown}” is only the prefix of a DOI")
    return Finding(span, f"“{shorten(shown)}” is no DOI")


# --- arXiv -----------------------------------------------------------------------------------------


def _eprint(text: str, span: Span, archive: str) -> Iterator[Finding]:
    if archive != "arxiv" and (archive or not _LOOKS.fullmatch(text)):
        return
    match = _EPRINT.fullmatch(text)
    if match is None:
        yield _no_eprint(text, span)
        return
    fault = arxiv_fault(match["id"])
    if fault:
        place = Span(span.start + match.start("id"), span.start + match.end("id"))
        yield Finding(place, f"arXiv:{match['id']} {fault}")
    elif archive:
        for part in ("before", "after"):
            if match[part]:
                place = Span(span.start + match.start(part), span.start + match.end(part))
                fix = Fix("keep only the id", (Edit(place, ""),), Applicability.UNSAFE, May.TEXT)
                yield Finding(
                    place, f"“{match[part].strip()}” does not belong into `eprint` beside `archivePrefix`", fix
                )


def _no_eprint(text: str, span: Span) -> Finding:
    paper = arxiv_id(text)
    if paper is None:
        return Finding(span, f"“{shorten(text)}” is no arXiv id")
    fix = Fix(f"write “{paper.id}”", (Edit(span, paper.id),), Applicability.UNSAFE, May.TEXT | May.URL)
    return Finding(span, f"`eprint` holds a URL, not the arXiv id {paper.id}", fix)


def _two_papers(values: dict[str, tuple[str, Span]], archive: str) -> Iterator[Finding]:
    """Yield a finding if two fields name different arXiv papers."""
    found = sorted(_papers(values, archive), key=lambda one: one.span)
    first = next(iter(found), None)
    for other in found[1:]:
        if first is not None and other.id != first.id:
            message = f"the entry names two arXiv papers: {other.id} in `{other.field}`, {first.id} in `{first.field}`"
            yield Finding(other.span, message, related=(Related(first.span, "the other one"),))
            return


def _papers(values: dict[str, tuple[str, Span]], archive: str) -> Iterator[_Id]:
    for name in _MENTIONING:
        if name in values:
            text, span = values[name]
            match = _LOOKS.fullmatch(text) if name == "arxivid" else _MENTION.search(text)
            start, end = (match.span("id") if name != "arxivid" else match.span()) if match else (0, 0)
            written = text[start:end].lower().removeprefix("arxiv:")
            if match and (paper := arxiv_id(f"arXiv:{written}")):
                yield _Id(paper.id, Span(span.start + start, span.start + end), name)
    if "eprint" in values and archive in {"", "arxiv"}:
        text, span = values["eprint"]
        match = _EPRINT.fullmatch(text)
        if match and (paper := arxiv_id(f"arXiv:{match['id']}")):
            yield _Id(paper.id, Span(span.start + match.start("id"), span.start + match.end("id")), "eprint")


# --- URL -------------------------------------------------------------------------------------------


def _url(text: str, span: Span) -> Iterator[Finding]:
    command = _URL_COMMAND.fullmatch(text)
    while command:
        inside = _value((command["url"], Span(span.start + command.start("url"), span.start + command.end("url"))))
        if inside is None:
            return
        text, span = inside
        command = _URL_COMMAND.fullmatch(text)
    escapes = list(_ESCAPE.finditer(text))
    space = _SPACES.search(_ESCAPE.sub(lambda escape: "x" * len(escape[0]), text))
    if space and not _SCHEME.match(text) and not _HOST.match(text):
        yield Finding(span, f"“{shorten(text)}” is no URL")
        return
    if space:
        yield Finding(Span(span.start + space.start(), span.start + space.end()), "the URL has a space in it")
        return
    if escapes:
        yield _escaped(escapes, span)
    elif not _SCHEME.match(text):
        yield _no_scheme(text, span)


def _escaped(escapes: list[re.Match[str]], span: Span) -> Finding:
    edits = tuple(
        Edit(Span(span.start + one.start(), span.start + one.end()), one["char"] or _WORDS.get(one["word"] or "", "~"))
        for one in escapes
    )
    title = f"write “{edits[0].text}”" + (" and the like" if len(edits) > 1 else "")
    fix = Fix(title, edits, Applicability.UNSAFE, May.TEXT | May.URL)
    return Finding(
        edits[0].span, f"the URL has the TeX escape “{escapes[0][0]}”, and does not work when it is copied", fix
    )


def _no_scheme(text: str, span: Span) -> Finding:
    if not _HOST.match(text) or identity(f"https://{text.lstrip('/')}") is None:
        return Finding(span, f"“{shorten(text)}” is no URL" + (": it has no scheme" if ":" not in text else ""))
    at = Span(span.start, span.start)
    new = "https:" if text.startswith("//") else "https://"
    fix = Fix(f"put “{new}” in front", (Edit(at, new),), Applicability.UNSAFE, May.TEXT | May.URL)
    return Finding(at, f"the URL “{shorten(text)}” has no scheme", fix)
