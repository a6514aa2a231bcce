"""Which entries name the same work: shared by the rules on duplicates."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from listlint.model.nodes import EntryKind, Role
from listlint.model.patterns import lazy
from listlint.text.identity import identity
from listlint.text.urls import normal_form, parameters, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.model.nodes import BibEntry, Document, Entry, Link
    from listlint.model.span import Span

PAPERS = frozenset(
    {
        "acl", "acm", "arxiv", "citeseerx", "cvf", "doi", "ieee", "jmlr", "neurips", "openreview", "pii", "pmcid",
        "pmid", "pmlr", "s2", "ssrn",
    }
)  # fmt: skip
"""Schemes of identities that name a paper."""
_NO_ENTRY = frozenset({Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE})
_WORKS = frozenset({Role.TITLE, Role.PAPER, Role.PDF, Role.BOOK, Role.HERE})
"""Roles of links that are a work; others belong to one, which the entry's title names."""
_LABEL_URLS = 4
"""Places from which one title is a label."""
_NO_HEAD, _TABLE = -1, -2
_MANY_REPEATS = 5
"""Works in several sections from which a list files them so on purpose."""
_ALIKE, _TITLE_LENGTH = 75, 300
"""Likeness of two titles, of 100, from which they do not differ clearly, and the part of them that is compared."""
_TELLING = 6
"""Letters of a word that tells of which paper two titles speak."""
_REPOSITORIES = frozenset({"github", "gitlab", "bitbucket", "codeberg"})
_ITEMS = frozenset({EntryKind.BULLET, EntryKind.NUMBERED, EntryKind.NESTED})
_SENTENCE_WORDS, _SENTENCE_LINKS = 3, 3
"""Words before the first link, and links in all, from which an item is a sentence about several works."""
_WORD, _NO_LETTER = lazy(r"\w+"), lazy(r"[\W_]++")
_NAME_LENGTH, _MARKS, _NO_LINK = 60, ("-", "\u2013", "\u2014", ":"), lazy(r"[^\[\]()|]++")
"""A name before a linked title: its length, the marks after it, and the characters that it is made of."""
_NEWS = lazy(r"\b(?:news|updates?|change ?log|what'?s new|recently added)\b", re.IGNORECASE)
"""Titles of sections that say what was added to the list."""
_NO_PAPERS = lazy(
    r"\b(?:tools?|software|packages?|librar(?:y|ies)|frameworks?|implementations?|code|data ?sets?|benchmarks?)\b",
    re.IGNORECASE,
)
"""Titles of sections that list what came with a paper."""

AcrossSections = Literal["rare", "always", "never"]
"""When to report what repeats in another section."""
_ARXIV_IN_TEXT = lazy(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z.-]{2,19}/\d{7})", re.IGNORECASE | re.ASCII)


class Listed(Struct, frozen=True, eq=False):
    """An entry that leads somewhere, and where to.

    ``url`` is the normal form of its primary link, ``work`` that link's identity (None for
    a file of the repository), ``also`` further identities of the same work that its BibTeX gives.
    ``part`` is where it stands: the index of its section, and of the plain item that heads its group of
    bullets, or a negative number that tells tables and other entries apart. ``lead`` is the text
    before its linked title.
    """

    document: Document
    entry: Entry
    link: Link
    url: str
    work: str | None
    also: tuple[str, ...]
    part: tuple[int, int]
    lead: str = ""

    @property
    def title(self) -> str:
        """The entry's title, "" if it has none."""
        return self.entry.title.text if self.entry.title else ""

    @property
    def place(self) -> Span:
        """The URL, or the whole link where its URL stands elsewhere."""
        return self.link.url_span if self.link.span.covers(self.link.url_span) else self.link.span


def listed(document: Document) -> list[Listed]:
    """The entries that list a work of their own, in document order.

    Left out are links into the document, links that a sentence mentions, what a section of news
    announces, and links that only belong to a work: a role word without a title (`[code]`), or a
    title that several entries share as a label ("C++ reference" below each of many papers).
    """
    heads = _group_heads(document)
    found = [one for entry in document.entries if (one := _listed(document, entry, heads)) is not None]
    titles = [fold(one.title) for one in found]
    urls: dict[str, set[str]] = defaultdict(set)
    for title, one in zip(titles, found, strict=True):
        urls[title].add(one.url)
    return [
        one
        for title, one in zip(titles, found, strict=True)
        if one.link.role is not Role.TITLE or len(urls[title]) < _LABEL_URLS
    ]


def fold(title: str) -> str:
    """A title without case, punctuation and white space."""
    return _NO_LETTER.sub("", title.casefold())


def _listed(document: Document, entry: Entry, heads: Mapping[int, int]) -> Listed | None:
    link = entry.primary
    if link is None or link.is_fragment or link.is_image or not link.target or link.role in _NO_ENTRY:
        return None
    if link.role not in _WORKS and not (entry.title and entry.title.text):
        return None
    if _NEWS.search(entry.section.title):
        return None
    titled = link.role is Role.TITLE
    lead = document.slice(entry.head)[: max(0, link.span.start - entry.head.start)] if titled else ""
    if entry.kind in _ITEMS and _is_mention(entry, lead):
        return None
    head = heads.get(id(entry), _NO_HEAD) if titled else _NO_HEAD
    part = (entry.section.index, _TABLE if entry.kind is EntryKind.TABLE_ROW else head)
    work = entry.identity
    also = tuple(bib_identities(entry.bib[0])) if is_paper(work) and len(entry.bib) == 1 else ()
    return Listed(document, entry, link, normal_form(link.target), work, also, part, lead)


def _is_mention(entry: Entry, lead: str) -> bool:
    """Tell whether the first link only occurs in the text: in parentheses, or in a sentence that names several."""
    if max(lead.rfind("("), lead.rfind("\uff08")) > max(lead.rfind(")"), lead.rfind("\uff09")):
        return True
    if len(entry.links) < _SENTENCE_LINKS or len(_WORD.findall(lead[:_TITLE_LENGTH])) < _SENTENCE_WORDS:
        return False
    return sum(link.role in {Role.TITLE, Role.MENTION} for link in entry.links) >= _SENTENCE_LINKS


def _group_heads(document: Document) -> dict[int, int]:
    """For each entry below a plain item (by ``id``) the index of that item, which heads a group like a section."""
    plain: list[int] = []
    heads: dict[int, int] = {}
    for item in document.items:
        above = -1 if item.parent is None else item.parent
        if above >= 0 and document.items[above].entry is not None:
            above = plain[above]
        plain.append(above)
        if item.entry is not None:
            heads[id(item.entry)] = above
    return heads


def scattered(entries: Sequence[Listed], works: Works) -> bool:
    """Tell whether the list repeats so many works in other sections that it files them so on purpose."""
    first: dict[str, Listed] = {}
    seen: set[tuple[str, tuple[int, int]]] = set()
    repeats = 0
    for found in entries:
        key = works.of(found) or found.url
        before = first.setdefault(key, found)
        if before.part != found.part and (key, found.part) not in seen and same_work(before, found):
            repeats += 1
        seen.add((key, found.part))
    return repeats >= _MANY_REPEATS


def same_work(one: Listed, other: Listed) -> bool:
    """Tell whether two entries that lead to one place name one work there.

    A paper brings tools, data and several models: the sections, the names beside the titles, and
    the further papers that the entries link decide.
    """
    first, second = _papers(one), _papers(other)
    if first and second and not first & second:
        return False
    if is_paper(one.work) and _lists_papers(one) is not _lists_papers(other):
        return False
    leads = _name(one), _name(other)
    return not (all(leads) and leads[0] != leads[1])


def alike(one: str, other: str, *, paper: bool = False) -> bool:
    """Tell whether two titles do not differ clearly; of one paper, a telling word in both suffices."""
    first, second = fold(one[:_TITLE_LENGTH]), fold(other[:_TITLE_LENGTH])
    short, long = sorted((first, second), key=len)
    if not short or short == long or (len(short) >= _TELLING and short in long):
        return True
    words = [set(_WORD.findall(title[:_TITLE_LENGTH].casefold())) for title in (one, other)]
    if paper and any(len(word) >= _TELLING for word in words[0] & words[1]):
        return True
    from rapidfuzz import fuzz  # here, for few documents need it

    return fuzz.token_set_ratio(" ".join(sorted(words[0])), " ".join(sorted(words[1]))) >= _ALIKE


def is_repository(work: str | None) -> bool:
    """Tell whether an identity is that of a repository of code."""
    return work is not None and work.partition(":")[0] in _REPOSITORIES


def is_paper(work: str | None) -> bool:
    """Tell whether an identity is that of a paper."""
    return work is not None and work.partition(":")[0] in PAPERS


def _lists_papers(found: Listed) -> bool:
    return not any(_NO_PAPERS.search(title) for title in found.entry.section.path)


def _papers(found: Listed) -> set[str]:
    """Papers that an entry links besides its primary link, which is none itself."""
    if is_paper(found.work):
        return set()
    return {
        work
        for link in found.entry.links
        if link is not found.link and is_paper(work := identity(link.target)) and work
    }


def _name(found: Listed) -> str:
    """What stands beside a linked title, folded: a name before it (``Net-A - [Title](…)``), the rest of its cell."""
    if found.link.role is not Role.TITLE:
        return ""
    if found.entry.kind is EntryKind.TABLE_ROW:
        cell = next((cell for cell in found.entry.cells if cell.span.covers(found.link.span)), None)
        return fold(cell.text.replace(found.link.text, "", 1)) if cell is not None else ""
    lead = found.lead.strip()
    if found.entry.kind not in _ITEMS or len(lead) > _NAME_LENGTH or not lead.endswith(_MARKS):
        return ""
    name = fold(lead)
    return "" if name.isdigit() or not _NO_LINK.fullmatch(lead) else name


def bib_identities(entry: BibEntry) -> Iterator[str]:
    """The identities of a paper that its BibTeX entry names: DOI, arXiv number, URL of an archive."""
    values = {field.name.casefold(): field.value.strip().strip('{}"').strip() for field in entry.fields}
    doi = values.get("doi", "")
    eprint = values.get("eprint", "")
    prefix = values.get("archiveprefix", values.get("eprinttype", "arxiv")).casefold()
    in_text = _ARXIV_IN_TEXT.search(values.get("journal", "") or values.get("note", ""))
    candidates = (
        doi if "//" in doi else f"doi:{doi}",
        f"arxiv:{eprint}" if prefix == "arxiv" and eprint else "",
        f"arxiv:{in_text[1]}" if in_text else "",
        values.get("url", ""),
    )
    for candidate in candidates:
        found = identity(candidate)
        if found is not None and found.partition(":")[0] in PAPERS:
            yield found


class Works:
    """Groups entries by work; identities that one BibTeX entry ties together are one."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._parent: dict[str, str] = {}
        for found in entries:
            for other in found.also:
                if found.work is not None:
                    self._parent[self._root(other)] = self._root(found.work)

    def of(self, found: Listed) -> str | None:
        """The one name of the work that an entry leads to."""
        return None if found.work is None else self._root(found.work)

    def _root(self, name: str) -> str:
        parent = self._parent.setdefault(name, name)
        while parent != name:
            # Path halving keeps the chains short.
            self._parent[name] = parent = self._parent[parent]
            name, parent = parent, self._parent[parent]
        return name


def parent_entries(document: Document) -> dict[int, Entry | None]:
    """The entry or item around each entry, by ``id`` of the entry."""
    around: dict[int, Entry | None] = {}
    stack: list[Entry] = []
    for entry in document.entries:
        while stack and stack[-1].span.end <= entry.span.start:
            stack.pop()
        around[id(entry)] = stack[-1] if stack else None
        stack.append(entry)
    return around


def anchor(target: str) -> str:
    """The place inside a work that a URL opens: a fragment, or a time of a video; "" for the whole."""
    url = split(target)
    fragment = url.fragment.partition(":~:")[0]
    if fragment.casefold() not in {"", "readme", "readme-ov-file"}:
        return "#" + fragment
    return next((value for name, value in parameters(url.query) if name in {"t", "start"}), "")


def distinct_anchors(one: Listed, other: Listed) -> bool:
    """Tell whether two links open different places in one work."""
    first, second = anchor(one.link.target), anchor(other.link.target)
    return bool(first and second and first != second)
