"""BIB023: one work under two citation keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib import field, macros, plain, well_formed
from listlint.checks.references import identifiers, is_preprint
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.latex import fold_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import BibEntry

_SHORTEST = 3
"""Words that a title needs to be telling."""
_LONG = 5
"""Words from which no author uses a title again."""
_CONTAINER = 3
"""Titles from which an identifier that they share is that of the whole volume."""
_MANY = 64
"""References of one name that others are compared with."""
_DISTINCT = ("volume", "number", "edition", "series", "chapter", "part", "pages", "eid")
"""Fields whose difference tells parts, editions and reprints of one title apart."""
_BOOKS = frozenset({"book", "proceedings", "collection", "mvbook", "mvproceedings", "mvcollection"})
"""Types whose ``booktitle`` tells a volume from its companion."""
_FAMILY = lazy(r"[^\W\d_]++")
_KINDS = {"inproceedings": "conference", "conference": "conference", "article": "journal"}


class DuplicateReference(Rule[Document]):
    """Two references of a document are of the same work, under two keys.

    Both are cited sooner or later, and the bibliography lists the work twice; a correction reaches only one.

    Same is what has the same DOI or arXiv number, or the same title by the same first author in the same year (in
    years next to each other, where the title is long).
    A preprint and its published version are two works, as are a paper at a conference and in a journal, and
    the volumes, parts and editions of one title. Two entries under one key are BIB002.
    """

    code, name = "BIB023", "duplicate-reference"
    severity = Severity.WARNING
    about = "bib"
    valid = (
        Good(
            "@misc{a, title={Deep nets}, doi={10.1145/1}}\n@misc{b, title={Deep nets}, doi={10.1145/2}}\n", path="r.bib"
        ),
        # A preprint and its versions.
        Good(
            "@article{a, title={Wide and deep nets}, author={Ada Lovelace}, journal={arXiv preprint arXiv:1412.7479}, year=2015}\n"
            "@inproceedings{b, title={Wide and deep nets}, author={Ada Lovelace}, booktitle={ICML}, year=2015}\n"
            "@article{c, title={Wide and deep nets}, author={Ada Lovelace}, journal={Neural Networks}, year=2015,\n"
            "  eprint={1412.7479}}\n",
            path="r.bib",
        ),
        # Parts, years, and different authors.
        Good(
            "@article{a, title={The theory of nets}, author={Lovelace, A.}, year=2015, volume=1}\n"
            "@article{b, title={The theory of nets}, author={Lovelace, A.}, year=2015, volume=2}\n"
            "@article{c, title={The theory of nets}, author={Lovelace, A.}, year=2017, volume=1}\n"
            "@article{d, title={The theory of nets}, author={Noether, E.}, year=2015, volume=1}\n",
            path="r.bib",
        ),
        Good(
            "".join(f"@incollection{{a{n}, title={{Chapter {n} of it}}, doi={{10.1007/978-3}}}}\n" for n in range(3)),
            path="r.bib",
        ),
        Good(
            "@book{a, title={Conference on wide nets}, booktitle=nets15, year=2015}\n"
            "@book{b, title={Conference on wide nets}, booktitle=nets15companion, year=2015}\n",
            path="r.bib",
        ),
        Good("@article{a, title={Editorial}, year=2015}\n@article{b, title={Editorial}, year=2015}\n", path="r.bib"),
        Good("@article{A, doi={10.1145/1}}\n@article{a, doi={10.1145/1}}\n", path="r.bib"),
    )
    invalid = (
        Bad("@article{a, doi={10.1145/1}}\n@article{⟦b⟧, doi={https://doi.org/10.1145/1}}\n", path="r.bib"),
        Bad(
            "@article{a, journal={arXiv preprint arXiv:1412.7479}}\n@misc{b, title={X}}\n"
            "@misc{⟦c⟧, eprint={1412.7479}, archivePrefix={arXiv}}\n",
            path="r.bib",
        ),
        Bad(
            "@article{a, title={{Wide} and deep nets}, author={Ada Lovelace and Emmy Noether}, year=2015}\n"
            "@article{⟦b⟧, title={Wide and Deep Nets.}, author={Lovelace, A. and others}, year={2015}}\n",
            path="r.bib",
        ),
        Bad(
            "### One\n\npdf: [here](https://a.dev/1)\n\n```bibtex\n@misc{a, title={Wide and deep nets}}\n```\n\n"
            "### Two\n\npdf: [here](https://a.dev/2)\n\n```bibtex\n@misc{⟦b⟧, title={Wide and deep nets}}\n```\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each reference whose work an earlier one is of."""
        known, whole = ctx.memo(macros), ctx.memo(well_formed)
        works = [_work(bib, known) for block in node.bib for bib in block.entries if whole(bib)]
        shared: dict[str, list[_Work]] = {}
        for work in works:
            for name in work.names:
                shared.setdefault(name, []).append(work)
        volumes = {name for name, group in shared.items() if len({one.title for one in group}) >= _CONTAINER}
        for work in works:
            for name in work.names:
                before = _earlier(work, name, shared[name][:_MANY]) if name not in volumes else None
                if before is not None:
                    what = "title and first author" if name.startswith("title:") else name
                    message = f"`{work.bib.key}` is the same work as `{before.bib.key}`: both have {_said(what)}"
                    yield Finding(work.bib.key_span, message, related=(Related(before.bib.key_span, "the first one"),))
                    break


class _Work(Struct, frozen=True, eq=False):
    """A reference, by what it is the same work as another.

    ``names`` are its identities and its folded title; ``details`` are the fields that tell parts apart.
    """

    bib: BibEntry
    names: tuple[str, ...]
    title: str
    preprint: bool
    kind: str
    author: str
    year: str
    details: Mapping[str, str]


def _work(bib: BibEntry, known: Mapping[str, str]) -> _Work:
    title = field(bib, "title")
    folded = fold_title(plain(title, known)) if title is not None else ""
    names = [one.identity for one in identifiers(bib, known)]
    if len(folded.split()) >= _SHORTEST:
        names.append("title:" + folded.replace(" ", ""))
    year = field(bib, "year", "date")
    kind = bib.kind.lower()
    distinct = (*_DISTINCT, "booktitle") if kind in _BOOKS else _DISTINCT
    return _Work(
        bib,
        tuple(names),
        folded,
        is_preprint(bib, known),
        _KINDS.get(kind, kind),
        _first_author(bib, known),
        plain(year, known)[:4] if year is not None else "",
        {one.name.lower(): fold_title(plain(one, known)) for one in bib.fields if one.name.lower() in distinct},
    )


def _first_author(bib: BibEntry, known: Mapping[str, str]) -> str:
    """The family name of the first author or editor, folded; "" if there is none."""
    names = field(bib, "author", "editor")
    first = fold_title(plain(names, known).partition(" and ")[0].partition(",")[0]) if names is not None else ""
    words = _FAMILY.findall(first)
    return words[-1] if words else ""


def _earlier(work: _Work, name: str, others: Sequence[_Work]) -> _Work | None:
    """The first earlier reference that is the same work by a name that they share."""
    for other in others:
        if other is work:
            return None
        if other.bib.key.lower() != work.bib.key.lower() and _same(work, other, name):
            return other
    return None


def _same(one: _Work, other: _Work, name: str) -> bool:
    if one.preprint != other.preprint:
        return False
    if name.startswith("doi:"):
        return True
    if {one.kind, other.kind} == {"conference", "journal"}:
        return False
    if name.startswith("title:"):
        return one.author == other.author and _near(one, other) and not _apart(one, other)
    return True


def _near(one: _Work, other: _Work) -> bool:
    """Tell whether the years say nothing against it: of a long title they may differ by one."""
    if one.year == other.year or not (one.year and other.year):
        return True
    long = len(one.title.split()) >= _LONG and one.year.isdecimal() and other.year.isdecimal()
    return long and abs(int(one.year) - int(other.year)) <= 1


def _apart(one: _Work, other: _Work) -> bool:
    """Tell whether a field or an identity says that two references of one title are of two parts or editions."""
    ids = [dict(name.split(":", 1) for name in work.names if not name.startswith("title:")) for work in (one, other)]
    if any(ids[0][scheme] != ids[1][scheme] for scheme in ids[0].keys() & ids[1].keys()):
        return True
    return any(value != other.details[name] for name, value in one.details.items() if name in other.details)


def _said(name: str) -> str:
    scheme, colon, value = name.partition(":")
    if not colon:
        return f"the same {name}"
    return {"arxiv": f"arXiv:{value}", "doi": f"the DOI {value}"}.get(scheme, f"{scheme}:{value}")
