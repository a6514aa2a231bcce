"""The works of a run: entries and references that name one work are one, under whatever identities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from itertools import permutations
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.nodes import EntryKind, Role
from listlint.model.patterns import lazy
from listlint.text.authors import split_names
from listlint.text.identity import identity
from listlint.text.latex import fold_title
from listlint.text.roles import role_of
from listlint.text.works import Ties, bib_identities, is_paper, is_repository, scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.model.bib import BibProblem, BibString
    from listlint.model.nodes import BibBlock, BibEntry, Document, Entry

_PAPER_LINKS = frozenset({Role.PAPER, Role.PDF, Role.REVIEW})
"""Roles of links that lead to the work itself where it is a paper."""
_NO_WORK = frozenset({Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE})
_DOCUMENT = lazy(r"\.(?:pdf|ps|ps\.gz|djvu|epub)\Z", re.IGNORECASE)
_KEY = lazy(r"[A-Za-z0-9][\w:./+-]*", re.ASCII)
_SAYS = lazy(r"[^\W_]")
_EMOJI = lazy(r"(?::[\w+-]+:\s*)+")
_POST = lazy(r"blog|\bmedium\.com|\bnews\b|/posts?/", re.IGNORECASE)
"""What addresses of articles on a paper have, which are not the paper."""
_CITATION = lazy(
    r"(?:how to |please )?(?:cite|citations?|citing|bibtex|引用)(?: (?:this|us|our|me|the|it|as|info|information)\b.*)?"
)
"""Folded titles of sections that say how to cite the list itself."""
_NO_PAPERS = lazy(
    r"\b(?:tools?|software|packages?|librar(?:y|ies)|frameworks?|implementations?|code|data ?sets?|benchmarks?)\b",
    re.IGNORECASE,
)
"""Titles of sections whose entries are no papers, though papers describe them."""
_TELLING_WORDS = 4
"""Words from which a title tells one work from all others."""
_SAME_TITLES = 20
"""Places with one title that are compared."""
_REFERRING = frozenset({"crossref", "xref", "xdata"})
"""Fields that name another entry by its key."""


class Place(Struct, frozen=True, eq=False):
    """Where a work is named: an entry of a list, a reference in BibTeX, or both.

    ``bib`` is well formed. ``names`` are all names of the work that this place gives, identities
    first. ``key`` is that of a broken reference that stands here.
    """

    document: Document
    start: int
    entry: Entry | None
    bib: BibEntry | None
    names: tuple[str, ...]
    key: str = ""

    @property
    def title(self) -> str:
        """The title of the reference, else of the entry, folded."""
        written = bib_value(self.bib, "title") if self.bib is not None else ""
        return fold_title(written or (entry_title(self.entry) if self.entry is not None else ""))

    @property
    def bib_start(self) -> int:
        """Where its reference starts, else the place itself."""
        return self.bib.span.start if self.bib is not None else self.start

    @property
    def shown(self) -> str:
        """Path and line."""
        return _at(self.document, self.bib_start)


class Work(Struct, frozen=True, eq=False):
    """One work: all its places in order, and the one whose BibTeX is kept."""

    places: tuple[Place, ...]
    names: tuple[str, ...]
    kept: Place | None


def works(documents: Iterable[Document]) -> tuple[list[Work], list[str]]:
    """The works that the documents list, in their order, and what the user should know beside them.

    A work is what entries and references with one identity name. An entry that links several forms of
    one paper ties their identities together, and so does a reference that belongs to an entry; where
    that would make two arXiv papers one, nothing is tied. A reference without any identity is
    that of the work with its title.
    """
    documents = tuple(documents)
    notices: list[str] = []
    targets = _targets(documents)
    places = [place for document in documents for place in _places(document, targets, notices)]
    groups = _Groups()
    owns = [groups.own(place.names) for place in places]
    _join_titles(places, owns, groups)
    by_root: dict[str, list[Place]] = {}
    for place, own in zip(places, owns, strict=True):
        by_root.setdefault(groups.root(own), []).append(place)
    found = [_work(group) for group in by_root.values()]
    for work in found:
        notices.extend(_left_out(work))
    return found, notices


def entry_title(entry: Entry) -> str:
    """The visible title of an entry; "" where it is only a word for a link (``pdf``), an emoji or an address."""
    text = " ".join(entry.title.text.split()) if entry.title else ""
    empty = role_of(text) is not None or text.startswith(("http://", "https://")) or not _SAYS.search(text)
    return "" if empty or _EMOJI.fullmatch(text) else text


def bib_value(entry: BibEntry, name: str) -> str:
    """The raw value of the first field of that name without its delimiters; macros stay as they are."""
    return next((one.value.strip('{}" ') for one in entry.fields if one.name.lower() == name), "")


def identities(entry: BibEntry) -> Iterator[str]:
    r"""The identities of a paper that a reference names; what is escaped for TeX (``\_``) is as it is meant."""
    return (name.replace("\\", "") for name in bib_identities(entry))


def archive(name: str) -> str:
    """What gives one paper one name: the scheme; short DOIs (``10/gpt3cs``) stand beside the long ones."""
    return "short-doi" if name.startswith("doi:10/") else scheme(name)


class _Groups(Ties):
    """Names that mean one work; never two that one archive gives to different papers."""

    def __init__(self) -> None:
        super().__init__()
        self._papers: dict[str, dict[str, str]] = {}

    def _of(self, root: str) -> dict[str, str]:
        own = {archive(root): root} if is_paper(root) else {}
        return self._papers.setdefault(root, own)

    def join(self, one: str, other: str) -> None:
        """Tie two names together, unless they are known to mean different papers."""
        first, second = self.root(one), self.root(other)
        mine, yours = self._of(first), self._of(second)
        if first == second or any(mine.get(kind, name) != name for kind, name in yours.items()):
            return
        self.tie(first, second)
        mine.update(yours)

    def own(self, names: Sequence[str]) -> str:
        """Tie the names of a place together; give the one that names its work, not one that another paper has too."""
        given = {archive(name): name for name in reversed(names) if is_paper(name)}
        own = next((name for name in names if self._agrees(name, given)), names[0])
        for name in names:
            self.join(own, name)
        return own

    def _agrees(self, name: str, given: Mapping[str, str]) -> bool:
        return all(given.get(kind, known) == known for kind, known in self._of(self.root(name)).items())


# --- Places ----------------------------------------------------------------------------------------


def _targets(documents: Sequence[Document]) -> frozenset[str]:
    """The keys that references name in ``crossref`` and its like."""
    return frozenset(
        key.strip().casefold()
        for document in documents
        for block in document.bib
        for entry in block.entries
        for name in _REFERRING
        for key in bib_value(entry, name).split(",")
        if key.strip()
    )


def _places(document: Document, targets: frozenset[str], notices: list[str]) -> list[Place]:
    broken = broken_entries(document)
    owned: set[int] = set()
    found: list[Place] = []
    for entry in document.entries:
        owned.update(id(bib) for bib in entry.bib)
        found.extend(_of_entry(document, entry, broken, notices))
    for block in document.bib:
        loose = [bib for bib in block.entries if id(bib) not in owned]
        section = document.section_at(block.span.start)
        if loose and _CITATION.fullmatch(fold_title(section.title)):
            notices.append(f"{_at(document, block.span.start)}: says how to cite the list itself and is left out")
            continue
        found.extend(_of_bib(document, bib, broken, targets, notices) for bib in loose if _sound(bib, broken))
        notices.extend(_skipped(document, bib, broken[id(bib)]) for bib in loose if not _sound(bib, broken))
    found.sort(key=lambda place: place.start)
    return found


def _of_bib(
    document: Document, bib: BibEntry, broken: Mapping[int, BibProblem], targets: frozenset[str], notices: list[str]
) -> Place:
    """A reference that belongs to no entry. What others refer to is a work of its own."""
    own = f"#{document.path}:{bib.span.start}"
    names = () if bib.key.casefold() in targets else tuple(dict.fromkeys(identities(bib)))
    return Place(document, bib.span.start, None, bib, names or (own,))


def _of_entry(
    document: Document, entry: Entry, broken: Mapping[int, BibProblem], notices: list[str]
) -> Iterator[Place]:
    start = entry.span.start
    if entry.kind is EntryKind.HEADING and _CITATION.fullmatch(fold_title(entry.section.title)):
        notices.append(f"{_at(document, start)}: says how to cite the list itself and is left out")
        return
    sound = [bib for bib in entry.bib if _sound(bib, broken)]
    names = _names(entry)
    chosen = _own_block(entry, names, sound)
    built = chosen is None and (is_work(entry) or (len(entry.bib) == 1 and bool(entry_title(entry))))
    damaged = (bib for bib in entry.bib if not _sound(bib, broken))
    notices.extend(_skipped(document, bib, broken[id(bib)], built=built) for bib in damaged)
    if chosen is not None or built:
        names = _with(names, identities(chosen)) if chosen is not None else names
        key = entry.bib[0].key if chosen is None and entry.bib and _KEY.fullmatch(entry.bib[0].key) else ""
        yield Place(document, start, entry, chosen, names or (f"#{document.path}:{start}",), key)
    for bib in sound:
        if bib is not chosen:
            own = tuple(dict.fromkeys(identities(bib)))
            yield Place(document, bib.span.start, None, bib, own or (f"#{document.path}:{bib.span.start}",))


def is_work(entry: Entry) -> bool:
    """Tell whether an entry without BibTeX names a work: not a page of the list's own repository."""
    link = entry.primary
    if link is None or link.is_fragment or link.is_image or link.role in _NO_WORK:
        return False
    if entry.identity is not None:
        return True
    return bool(entry_title(entry)) and (not link.target or bool(_DOCUMENT.search(link.target)))


def _names(entry: Entry) -> tuple[str, ...]:
    """The identities of the work that an entry names, that of a paper first."""
    own = entry.identity
    papers: dict[str, None] = {}
    for link in entry.links:
        if link is entry.primary or link.role in _PAPER_LINKS:
            work = identity(link.target)
            if work is not None and is_paper(work):
                papers[work] = None
    several = len({archive(work) for work in papers}) < len(papers)
    if own is None or is_paper(own):
        return tuple(dict.fromkeys((*((own,) if own else ()), *(() if several and own else papers))))
    if several or not papers or not _is_paper_entry(entry):
        return (own,)
    return tuple(papers) if is_repository(own) else (*papers, own)


def _is_paper_entry(entry: Entry) -> bool:
    """Tell whether an entry whose title leads elsewhere is a paper all the same, not a tool with a paper."""
    if any(_NO_PAPERS.search(title) for title in entry.section.path):
        return False
    if entry.authors is not None or entry.venue is not None or entry.bib:
        return True
    if entry.primary is not None and _POST.search(entry.primary.target):
        return False
    return not is_repository(entry.identity) and len(fold_title(entry_title(entry)).split()) >= _TELLING_WORDS


def _own_block(entry: Entry, names: Sequence[str], sound: Sequence[BibEntry]) -> BibEntry | None:
    """The reference of an entry's own work; of several, the one with its identity or its title."""
    if len(entry.bib) < 2:
        return sound[0] if sound else None
    title = fold_title(entry_title(entry))
    for bib in sound:
        if not set(names).isdisjoint(identities(bib)) or (title and fold_title(bib_value(bib, "title")) == title):
            return bib
    return None


def _with(names: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Names and those of a block, unless the block is of another paper."""
    more = tuple(more)
    known = {archive(name): name for name in names if is_paper(name)}
    if any(known.get(archive(name), name) != name for name in more):
        return names
    return tuple(dict.fromkeys((*names, *more)))


# --- What is broken --------------------------------------------------------------------------------


def broken_entries(document: Document) -> dict[int, BibProblem]:
    """The first syntax error of each reference that has one, by ``id`` of the reference."""
    found: dict[int, BibProblem] = {}
    for block in document.bib:
        starts = [entry.span.start for entry in block.entries]
        for problem in block.problems:
            if string_at(block, problem.span.start) is not None:
                continue
            index = bisect_right(starts, problem.span.start) - 1
            if index < 0:
                continue
            entry = block.entries[index]
            if problem.span.start < entry.span.end or problem.key in ("", entry.key):
                found.setdefault(id(entry), problem)
    return found


def string_at(block: BibBlock, offset: int) -> BibString | None:
    """The ``@string`` that holds an offset."""
    index = bisect_right(block.strings, offset, key=lambda string: string.span.start) - 1
    found = block.strings[index] if index >= 0 else None
    return found if found is not None and offset in found.span else None


def _sound(bib: BibEntry, broken: Mapping[int, BibProblem]) -> bool:
    return id(bib) not in broken


def _skipped(document: Document, bib: BibEntry, problem: BibProblem, *, built: bool = False) -> str:
    outcome = "the reference is built from its entry instead" if built else "it is left out"
    name = f"the BibTeX of {bib.key}" if bib.key else "a BibTeX entry"
    return f"{_at(document, problem.span.start)}: {name} has a syntax error ({problem.kind.value}), so {outcome}"


def _at(document: Document, offset: int) -> str:
    return f"{document.path}:{document.source.position(offset).line}"


# --- One work --------------------------------------------------------------------------------------


def _join_titles(places: Sequence[Place], owns: Sequence[str], groups: _Groups) -> None:
    """Give a reference to the work of its title: that of an entry without BibTeX; without an identity, any."""
    titles: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    for place, own in zip(places, owns, strict=True):
        title = place.title
        if len(title.split()) >= _TELLING_WORDS and len(titles[title]) < _SAME_TITLES:
            titles[title].append((place, own))
    for same in titles.values():
        for (place, own), (other, its) in permutations(same, 2):
            if place.bib is None:
                continue
            if other.bib is None or (own.startswith("#") and _agree(other.bib, place.bib)):
                groups.join(its, own)


def _agree(one: BibEntry, other: BibEntry) -> bool:
    """Tell whether two references with one title may be of one work."""
    years = {bib_value(one, "year"), bib_value(other, "year")} - {""}
    families = {_first_family(one), _first_family(other)} - {""}
    return len(years) < 2 and len(families) < 2


def _first_family(entry: BibEntry) -> str:
    names = split_names(bib_value(entry, "author"))
    return fold_title(names[0].family) if names else ""


def _work(group: Sequence[Place]) -> Work:
    names = dict.fromkeys(name for place in group for name in place.names if not name.startswith("#"))
    papers = [name for name in names if is_paper(name)]
    ordered = (*papers, *(name for name in names if name not in papers))
    return Work(tuple(group), ordered, next((place for place in group if place.bib is not None), None))


def _left_out(work: Work) -> Iterator[str]:
    """Say which references of a work are not kept because another one is."""
    if work.kept is None or work.kept.bib is None:
        return
    key = work.kept.bib.key
    for place in work.places:
        if place.bib is not None and place is not work.kept and place.bib.key.casefold() != key.casefold():
            yield f"{place.shown}: {place.bib.key} is the work of {key} ({work.kept.shown}) and is left out"
