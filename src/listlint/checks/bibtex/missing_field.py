"""BIB003: a reference lacks a field that its type needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.bib import field, well_formed
from listlint.checks.bib_fields import Slips, is_empty, is_template
from listlint.checks.bib_options import DialectOptions, bib_table
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.model.nodes import Document

_SEVERAL = 3
"""Steps of inheritance that are followed."""
_PREPRINT = lazy(r"\b(?:arxiv|biorxiv|medrxiv|chemrxiv|hal-\d|ssrn|openreview\.net|preprint)", re.IGNORECASE)
_TO_APPEAR = lazy(
    r"\b(?:to appear|forthcoming|in press|in preparation|accepted|submitted|under (?:review|submission))\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset({"title", "abstract", "keywords", "annotation", "annote", "author"})
_SAYS_WHEN = frozenset({"note", "howpublished", "pubstate", "journal", "booktitle"})
_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "author": ("editor", "translator", "collaboration", "key", "sortkey"),
    "editor": ("author", "organization", "key", "sortkey"),
    "journal": ("journaltitle", "eprint", "arxivid"),
    "publisher": ("howpublished", "institution", "organization", "school", "eprint"),
    "year": ("date",),
    "date": ("year",),
    "school": ("institution",),
    "institution": ("school",),
    "note": ("howpublished", "journal", "booktitle", "eprint", "institution", "school", "doi", "url"),
    "url": ("howpublished",),
}
"""Fields that stand in for one, whatever the type and the dialect: what a reader needs to know is there."""
_REPORTS = frozenset({"techreport", "report"})
_WEB = frozenset({"online", "electronic", "www"})


class MissingField(Rule[BibEntry]):
    """A reference lacks a field that its type needs.

    The printed reference has a gap: no author, no year, or nothing that says where the work appeared.

    Required is what the dialect's manual requires, `author` or `editor` and `year` or `date` being one as
    good as the other; the names that the other dialect has for a field (`journaltitle`) count in both. An
    entry with `crossref` or `xdata` inherits, and where the other entry is not in the file, it lacks
    nothing. A preprint needs no journal, a report by an institution no author, a work to appear no
    year, and an unpublished one no note where it says otherwise where it can be found. A misspelt field is
    another rule's matter (BIB024), as are broken entries (BIB001); those that are there to be filled in
    are skipped.
    """

    Options = DialectOptions
    code, name = "BIB003", "missing-field"
    severity = Severity.WARNING
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@article{a, author = {Ada Lovelace}, title = {A}, journal = {J}, year = 2020}\n```\n",
        "## New entries\n```bibtex\n@article{key, title = {Title}, author = {Author}}\n```\n",
        Good(
            "@misc{a, title = {A}}\n@software{b, title = {B}}\n@online{c, title = {C}}\n@manual{d, title = {D}}\n@unknown{e, f = {}}\n",
            path="a.bib",
        ),
        Good(
            "@article{a, author = {Ada Lovelace}, title = {A}, year = 2020, eprint = {2001.00001}}\n"
            "@article{b, author = {Ada Lovelace}, title = {A}, year = 2020, url = {https://arxiv.org/abs/2001.00001}}\n"
            "@article{c, author = {Ada Lovelace}, title = {A}, journaltitle = {J}, date = {2020-01}}\n"
            "@inproceedings{d, author = {Ada Lovelace}, title = {A}, booktitle = {B}, date = {2020}}\n"
            "@article{e, author = {Ada Lovelace}, title = {A}, journal = {J}, note = {To appear}}\n"
            "@book{f, editor = {Ada Lovelace}, title = {A}, publisher = {P}, year = 2020}\n"
            "@unpublished{g, author = {Ada Lovelace}, title = {A}, journal = {arXiv preprint}}\n"
            "@techreport{h, title = {A}, institution = {I}, year = 2020}\n",
            path="a.bib",
        ),
        Good(
            "@inproceedings{a, author = {Ada Lovelace}, title = {A}, crossref = {P}}\n@proceedings{p, title = {P}, booktitle = {P}, year = 2020}\n"
            "@inproceedings{b, author = {Ada Lovelace}, title = {A}, crossref = {elsewhere}}\n",
            path="a.bib",
        ),
        Good(
            "@inproceedings{a, author = {Ada Lovelace}, title = {A}, crossref = {p}}\n@proceedings{p, title = {P}, date = {2020}}\n"
            "@article{b, title = {A}, xdata = {x, y}, date = {2020}}\n@xdata{x, author = {Ada Lovelace}}\n@xdata{y, journaltitle = {J}}\n"
            "@phdthesis{c, author = {Ada Lovelace}, title = {A}, school = {S}, year = 2020}\n",
            {"dialect": "biblatex"},
            path="a.bib",
        ),
        Good("@article{a, authors = {Ada Lovelace}, title = {A}, journal = {J}, year = 2020}\n", path="a.bib"),
        Good("@article{a,\n  author = {Ada Lovelace},\n  title = {A,\n  year = 2020\n}\n", path="a.bib"),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@article{⟦a⟧, author = {Ada Lovelace}, title = {A}, year = 2020}\n```\n",
        ),
        Bad(
            "@inproceedings{⟦a⟧, title = {A}, author = {}, booktitle = {B}}\n@Book{⟦b⟧, title = {B}, publisher = {P}, year = 2020}\n",
            path="a.bib",
        ),
        Bad("@phdthesis{⟦a⟧, author = {Ada Lovelace}, title = {A}, publisher = {P}, year = 2020}\n", path="a.bib"),
        Bad(
            "@inproceedings{⟦a⟧, author = {Ada Lovelace}, title = {A}, crossref = {p}}\n@proceedings{p, title = {P}, year = 2020}\n",
            path="a.bib",
        ),
        Bad(
            "@misc{⟦a⟧, title = {A}}\n@online{⟦b⟧, title = {B}, date = {2020}}\n",
            options={"dialect": "biblatex"},
            path="a.bib",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding if a required field is not there."""
        dialect = self.options.known(ctx)
        have = {one.name.lower() for one in node.fields if not is_empty(one)}
        if not dialect.lacks(node.kind, have) or is_template(node) or not ctx.memo(well_formed)(node):
            return
        if (inherited := self._inherited(node, ctx)) is None:
            return
        have |= inherited | {near for _, near in ctx.memo(Slips).of(node, bib_table(ctx))}
        lacks = [choice for choice in dialect.lacks(node.kind, have) if not _is_there(choice, node, have)]
        if lacks:
            names = [" or ".join(f"`{name}`" for name in choice) for choice in lacks]
            shown = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
            yield Finding(node.key_span, f"this @{node.kind} lacks {shown}")

    def _inherited(self, entry: BibEntry, ctx: Context) -> set[str] | None:
        """The names of the fields that an entry has from others; None where one of these is elsewhere."""
        sources, known = ctx.memo(_Sources), bib_table(ctx).known_fields
        names: set[str] = set()
        waiting, seen = [(entry, 0)], {entry.key.lower()}
        while waiting:
            heir, steps = waiting.pop()
            for key in _keys(heir):
                source = sources.by_key.get(key)
                if source is None:
                    return None
                if key not in seen and steps < _SEVERAL:
                    seen.add(key)
                    waiting.append((source, steps + 1))
                    names |= sources.names(key, known)
        if "title" in names and self.options.dialect == "biblatex":
            names |= {"booktitle", "journaltitle"}
        return names


class _Sources:
    """The references of a document that others may inherit from."""

    def __init__(self, document: Document) -> None:
        self.by_key = {entry.key.lower(): entry for block in document.bib for entry in block.entries}
        self._names: dict[str, frozenset[str]] = {}

    def names(self, key: str, known: frozenset[str]) -> frozenset[str]:
        """The known fields that say something in the reference with this key."""
        if key not in self._names:
            fields = self.by_key[key].fields
            self._names[key] = known & {one.name.lower() for one in fields if not is_empty(one)}
        return self._names[key]


def _keys(entry: BibEntry) -> Iterator[str]:
    """The keys, in lower case, of the entries that one inherits from."""
    for name in ("crossref", "xdata"):
        one = field(entry, name)
        for key in one.value.strip('{}" \n\t').lower().split(",") if one else ():
            if key.strip():
                yield key.strip()


def _is_there(choice: tuple[str, ...], entry: BibEntry, have: set[str]) -> bool:
    """Tell whether the entry says in another way what a required field would say."""
    if any(other in have for name in choice for other in _INSTEAD.get(name, ())):
        return True
    kind = entry.kind.lower()
    if "author" in choice:
        return kind in _REPORTS and not have.isdisjoint({"institution", "organization"})
    if not {"journal", "journaltitle", "note"}.isdisjoint(choice):
        return _says(_PREPRINT, entry, have - _SAYS_NOTHING)
    if "year" in choice:
        return (kind in _WEB and "urldate" in have) or _says(_TO_APPEAR, entry, _SAYS_WHEN)
    return False


def _says(pattern: re.Pattern[str], entry: BibEntry, names: Collection[str]) -> bool:
    """Tell whether any of some fields matches."""
    return any(one.name.lower() in names and pattern.search(one.value) for one in entry.fields)
