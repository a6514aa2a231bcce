"""Which entries name the same work: shared by the rules on duplicates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from listlint.checks.api import Options
from listlint.model.nodes import BlockKind, EntryKind, Role
from listlint.model.patterns import lazy
from listlint.text.identity import identity
from listlint.text.urls import normal_form, parameters, split
from listlint.text.works import Ties, bib_identities, is_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listlint.model.nodes import Block, Document, Entry, Link, Section
    from listlint.model.span import Span

_NO_ENTRY = frozenset({Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE})
_WORKS = frozenset({Role.TITLE, Role.PAPER, Role.PDF, Role.BOOK, Role.HERE})
"""Roles of links that are a work; others belong to one, which the entry's title names."""
_LABEL_URLS, _SHARED_TITLES = 4, 4
"""Places from which one title is a label, and titles from which one place is a page where several things are."""
_NO_HEAD, _TABLE = -1, -2
_MANY_REPEATS, _REPEATS_WITH_COPY = 5, 2
"""Works that repeat in other parts of a list from which it files them so on purpose; two if one is a copy."""
_HEAD_LENGTH = 3
"""Letters of a section's title from which the title of a work may name it."""
_COLONS = (":", "\uff1a")
_LABEL_LENGTH = 100
_LABEL = lazy(
    r"[^\w*<>\[\]]{0,9}+(?:(\*\*|__)(?=\S)(?:(?!\1)[^\[\]\n])++\1[^\w|]{0,3}+(?:\||\Z)|[^\[\]\n:\uff1a]++[:\uff1a]\Z)"
)
"""A paragraph that heads what follows: all bold (up to a ``|``), or with a colon at its end; no link in it."""
_SUMMARY, _FOLDS, _ANCHOR = (lazy(pattern, re.IGNORECASE) for pattern in (r"<summary\b", r"</details\b", r"<a\b"))
_ALIKE, _TITLE_LENGTH = 75, 300
"""Likeness of two titles, of 100, from which they do not differ clearly, and the part of them that is compared."""
_WORDING = 2_000
"""The part of two entries that is compared."""
_TELLING = 6
"""Letters of a word that tells of which paper two titles speak."""
_ITEMS = frozenset({EntryKind.BULLET, EntryKind.NUMBERED, EntryKind.NESTED})
_SENTENCE_WORDS, _SENTENCE_LINKS = 3, 3
"""Words before the first link, and links in all, from which an item is a sentence about several works."""
_WORD, _NO_LETTER = lazy(r"\w+"), lazy(r"[\W_]++")
_NAME_LENGTH, _MARKS, _NO_LINK = 60, ("-", "\u2013", "\u2014", ":"), lazy(r"[^\[\]()|]++")
"""A name before a linked title: its length, the marks after it, and the characters that it is made of."""
_NEWS = lazy(
    r"\b(?:news|updates?|change ?log|what'?s new|recently added|trending|highlights|featured|cited by)\b", re.IGNORECASE
)
"""Titles of sections that repeat on purpose: what was added to the list, what they recommend in it."""
_CONTENTS = lazy(r"\bcontents\b", re.IGNORECASE)
_LICENCE = lazy(r"/licen[cs]e(?:\.\w{1,5})?/?\Z", re.IGNORECASE)
_NUMBERS, _DIGITS = lazy(r"\d++"), lazy(r"\d")
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ROMAN = lazy(r"(?<![^\s(])(?:I{1,3}|IV|VI{0,3}|IX|X)(?![^\s).,:;])")
"""Numbers of parts and volumes."""
_SIZE = lazy(r"\d[BM]\b", re.IGNORECASE)
"""The size of a model, in parameters."""
_NO_PAPERS = lazy(
    r"\b(?:tools?|software|packages?|librar(?:y|ies)|frameworks?|implementations?|code|data ?sets?|benchmarks?)\b",
    re.IGNORECASE,
)
"""Titles of sections that list what came with a paper."""

AcrossSections = Literal["rare", "always", "never"]
"""When to report what repeats in another section."""


class AcrossOptions(Options, frozen=True, kw_only=True):
    """What can be set."""

    across_sections: Annotated[
        AcrossSections,
        Meta(
            description="Report what repeats in another section or group: where few works do, and not on purpose "
            "(`rare`), `always` or `never`."
        ),
    ] = "rare"


class Part(NamedTuple):
    """The part of a list in which an entry stands.

    ``section`` is an index, ``label`` the paragraph or summary that heads a part of the section, folded ("" if none
    does), ``head`` the index of the item that the entry is nested in, or a negative number that tells tables and
    other entries apart.
    """

    section: int
    label: str
    head: int


class Listed(Struct, frozen=True, eq=False):
    """An entry that leads somewhere, and where to.

    ``url`` is the normal form of its primary link, ``work`` that link's identity (None for
    a file of the repository), ``also`` further identities of the same work that its BibTeX gives.
    ``part`` is where it stands, ``label`` the text that heads it there within its section. ``lead`` is the
    text before its linked title.
    """

    document: Document
    entry: Entry
    link: Link
    url: str
    work: str | None
    also: tuple[str, ...]
    part: Part
    lead: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """The entry's title, "" if it has none; the label above it where its link shows no more than a URL."""
        if self.label and self.link.role is Role.MENTION and "://" in self.link.text:
            return self.label
        return self.entry.title.text if self.entry.title else ""

    @property
    def place(self) -> Span:
        """The URL, or the whole link where its URL stands elsewhere."""
        return self.link.url_span if self.link.span.covers(self.link.url_span) else self.link.span


def listed(document: Document) -> list[Listed]:
    """The entries that list a work of their own, in document order.

    Left out are links into the document, links that a sentence mentions, what a section of news
    announces or recommends, licences, and links that only belong to a work: a role word without a title
    (`[code]`), what stands in brackets or after a label below another entry (`Dataset: [X]`), or a title
    that several entries share as a label ("C++ reference" below each of many papers). So are pages that
    several titles share.
    """
    groups = _Groups(document)
    found = [one for entry in document.entries if (one := _listed(document, entry, groups)) is not None]
    titles = [fold(one.title) for one in found]
    pairs = {(title, one.url) for title, one in zip(titles, found, strict=True)}
    labels = {title for title, count in Counter([title for title, _ in pairs]).items() if count >= _LABEL_URLS}
    shared = {url for url, count in Counter([url for _, url in pairs]).items() if count >= _SHARED_TITLES}
    if not labels and not shared:
        return found
    return [
        one
        for title, one in zip(titles, found, strict=True)
        if (title not in labels and one.url not in shared) or one.link.role is not Role.TITLE
    ]


def fold(title: str) -> str:
    """A title without case, punctuation and white space."""
    folded = title.casefold()
    return folded if folded.isalnum() else _NO_LETTER.sub("", folded)


def _listed(document: Document, entry: Entry, groups: _Groups) -> Listed | None:
    link = entry.primary
    if link is None or not link.target or link.role in _NO_ENTRY or link.is_fragment or link.is_image:
        return None
    if link.role not in _WORKS and not (entry.title and entry.title.text):
        return None
    work = entry.identity
    if groups.repeats(entry.section, work) or _LICENCE.search(link.target):
        return None
    titled = link.role is Role.TITLE
    head, start = entry.head, link.span.start
    lead = document.text[head.start : min(start, head.end)] if titled and start > head.start else ""
    if entry.kind in _ITEMS and (_is_mention(entry, lead) or (entry.depth and _is_form(link, lead))):
        return None
    also = tuple(bib_identities(entry.bib[0])) if len(entry.bib) == 1 and is_paper(work) else ()
    label, folded = groups.label(entry)
    around = groups.head(entry) if titled else _NO_HEAD
    part = Part(entry.section.index, folded, _TABLE if entry.kind is EntryKind.TABLE_ROW else around)
    return Listed(document, entry, link, normal_form(link.target), work, also, part, lead, label)


def _is_mention(entry: Entry, lead: str) -> bool:
    """Tell whether the first link only occurs in the text: in parentheses, or in a sentence that names several."""
    if not lead:
        return False
    if max(lead.rfind("("), lead.rfind("\uff08")) > max(lead.rfind(")"), lead.rfind("\uff09")):
        return True
    if len(entry.links) < _SENTENCE_LINKS or len(_WORD.findall(lead[:_TITLE_LENGTH])) < _SENTENCE_WORDS:
        return False
    return sum(link.role in {Role.TITLE, Role.MENTION} for link in entry.links) >= _SENTENCE_LINKS


def _is_form(link: Link, lead: str) -> bool:
    """Tell whether the link of a nested entry belongs to the entry above: it is in brackets, or a label names it."""
    return link.text.startswith("[") or lead.rstrip(" *_").endswith(_COLONS)


class _Groups:
    """What heads a part of a section, where no heading does: the item around an entry, or a label above it."""

    def __init__(self, document: Document) -> None:
        self._repeats: dict[int, tuple[bool, bool]] = {}
        self._heads = {id(item.entry): item.parent for item in document.items if item.entry and item.parent is not None}
        titles = {entry.span.start for entry in document.entries if entry.kind is EntryKind.BOLD}
        self._starts, self._labels = [0], [("", "")]
        for block in document.blocks:
            label = None if block.item is not None or block.span.start in titles else _label(document, block)
            if label is not None:
                self._starts.append(block.span.start)
                self._labels.append((label, fold(label)))

    def head(self, entry: Entry) -> int:
        """The index of the item that an entry is nested in, if it is in one."""
        return self._heads.get(id(entry), _NO_HEAD)

    def label(self, entry: Entry) -> tuple[str, str]:
        """The label above an entry in its section, and the same folded; empty if there is none."""
        if len(self._starts) == 1:
            return self._labels[0]
        index = bisect_right(self._starts, entry.span.start) - 1
        return self._labels[index] if self._starts[index] >= entry.section.span.start else ("", "")

    def repeats(self, section: Section, work: str | None) -> bool:
        """Tell whether a section repeats works of others on purpose, as one of news does."""
        known = self._repeats.get(section.index)
        if known is None:
            title = section.title
            known = bool(_NEWS.search(title)), bool(_CONTENTS.search(title))
            self._repeats[section.index] = known
        news, contents = known
        return news or (work is None and contents)


def _label(document: Document, block: Block) -> str | None:
    """The text of a block that heads what follows, "" of one that ends such a part, None of any other."""
    if block.kind is BlockKind.HTML:
        text = document.slice(block.span)
        if not _SUMMARY.search(text):
            return "" if _FOLDS.search(text) else None
        return block.text if len(block.text) <= _LABEL_LENGTH and not _ANCHOR.search(text) else None
    if block.kind is not BlockKind.PARAGRAPH or block.inline is None or len(block.inline) > _LABEL_LENGTH:
        return None
    return block.text if _LABEL.match(document.slice(block.inline).rstrip()) else None


class Repeats:
    """Decides which repeats in other parts of a list are on purpose, so that nothing is said of them.

    With `rare` that is all, where the list files works under several heads. Otherwise it is a copy in another group
    of the same section, one that has a title only (tools by what they do), and one whose title names both sections
    (a book on two languages).
    """

    def __init__(self, wanted: AcrossSections, entries: Sequence[Listed], works: Works) -> None:
        self._wanted = wanted
        self._entries = entries
        self._works = works

    @cached_property
    def _scattered(self) -> bool:
        return self._wanted == "rare" and _is_scattered(self._entries, self._works)

    def silent(self, one: Listed, other: Listed) -> bool:
        """Tell whether nothing is said of two entries that name one work, because of where they stand."""
        if one.part == other.part or self._wanted == "always":
            return False
        if self._wanted == "never" or self._scattered:
            return True
        apart = one.part.section != other.part.section and not is_paper(other.work)
        if apart and (_says_nothing_new(one, other) or _has_other_notes(one, other)):
            return True
        if not _is_copy(one, other):
            return False
        if one.part.section == other.part.section:
            return True
        title = fold(other.title[:_TITLE_LENGTH])
        heads = [fold(found.entry.section.title) for found in (one, other)]
        return all(len(head) >= _HEAD_LENGTH and head in title for head in heads)


def _is_scattered(entries: Sequence[Listed], works: Works) -> bool:
    """Tell whether a list files works under several heads: five in sections, or two in any part and one a copy."""
    first: dict[str, Listed] = {}
    seen: set[tuple[str, Part]] = set()
    repeats = sections = copies = 0
    for found in entries:
        key = works.of(found) or found.url
        before = first.setdefault(key, found)
        if before.part != found.part and (key, found.part) not in seen and same_work(before, found):
            repeats += 1
            sections += before.part.section != found.part.section
            copies += _is_copy(before, found)
        seen.add((key, found.part))
    return sections >= _MANY_REPEATS or (copies > 0 and repeats >= _REPEATS_WITH_COPY)


def _is_copy(one: Listed, other: Listed) -> bool:
    """Tell whether the second entry says word for word what the first one says."""
    return one.url == other.url and _wording(one) == _wording(other)


def _wording(found: Listed) -> str:
    """What the entry says, folded, from its linked title on."""
    head = found.entry.head
    titled = found.link.role is Role.TITLE and found.entry.kind is not EntryKind.TABLE_ROW
    start = found.link.span.start if titled and head.covers(found.link.span) else head.start
    if start == head.start and not titled:
        return fold(found.document.text[start : min(head.end, start + _WORDING)])
    # However its URL is written.
    return fold(found.link.text + found.document.text[found.link.span.end : min(head.end, start + _WORDING)])


def _is_bare(found: Listed) -> bool:
    """Tell whether an entry says no more than its linked title."""
    return _wording(found) in {fold(found.title), fold(found.link.text), fold(found.document.slice(found.link.span))}


def _says_nothing_new(one: Listed, other: Listed) -> bool:
    """Tell whether two entries have one title, and one of them nothing else: a tool among those for either use."""
    return one.title == other.title and (_is_bare(one) or _is_bare(other))


def _has_other_notes(one: Listed, other: Listed) -> bool:
    """Tell whether both entries have notes below them, and not the same: a work that is looked at from two sides."""
    first, second = one.entry.annotations, other.entry.annotations
    return bool(first and second) and [note.text for note in first] != [note.text for note in second]


def same_work(one: Listed, other: Listed) -> bool:
    """Tell whether two entries that lead to one place name one work there.

    A paper brings tools, data and several models: the sections, the names beside the titles, the links
    before them, and the further papers that the entries link decide.
    """
    first, second = _papers(one), _papers(other)
    if first and second and not first & second:
        return False
    if is_paper(one.work):
        if _lists_papers(one) is not _lists_papers(other):
            return False
        sizes = [_SIZE.search(found.title[:_TITLE_LENGTH]) for found in (one, other)]
        if any(sizes) and not all(sizes):
            return False
    if _first_link(one) != _first_link(other) or _numbered(one.title, other.title):
        return False
    leads = _name(one), _name(other)
    return not (all(leads) and leads[0] != leads[1])


def _first_link(found: Listed) -> str:
    """The place of another link that stands before a linked title, which may be a remark on it; "" if none does."""
    link = next((link for link in found.entry.links if not link.is_image and link.role not in _NO_ENTRY), found.link)
    return "" if link is found.link or found.link.role is not Role.TITLE else normal_form(link.target)


def _numbered(one: str, other: str) -> bool:
    """Tell whether two titles differ in numbers only, those of versions or years; one may say more than the other."""
    one, other = (_ROMAN.sub(_arabic, title[:_TITLE_LENGTH]) for title in (one, other))
    first, second = set(_NUMBERS.findall(one)), set(_NUMBERS.findall(other))
    if not first or not second or first == second:
        return False
    short, long = sorted((_DIGITS.sub("", fold(one)), _DIGITS.sub("", fold(other))), key=len)
    return short == long or (short in long and not first <= second and not second <= first)


def _arabic(roman: re.Match[str]) -> str:
    return str(_ROMANS.index(roman[0]) + 1)


def alike(one: str, other: str, *, paper: bool = False) -> bool:
    """Tell whether two titles do not differ clearly; of one paper, a telling word in both suffices."""
    first, second = fold(one[:_TITLE_LENGTH]), fold(other[:_TITLE_LENGTH])
    short, long = sorted((first, second), key=len)
    if not short or short == long or (len(short) >= _TELLING and short in long):
        return True
    words = [set(_WORD.findall(title[:_TITLE_LENGTH].casefold())) for title in (one, other)]
    shared = words[0] & words[1]
    if paper and any(len(word) >= _TELLING for word in shared):
        return True
    letters = [Counter(" ".join(words[0])), Counter(" ".join(words[1]))]
    if not shared and 200 * (letters[0] & letters[1]).total() < _ALIKE * (letters[0] + letters[1]).total():
        return False  # they could not be so alike in any order of their letters
    from rapidfuzz import fuzz  # here, for few documents need it

    return fuzz.token_set_ratio(" ".join(sorted(words[0])), " ".join(sorted(words[1]))) >= _ALIKE


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


class Works:
    """Groups entries by work; identities that one BibTeX entry ties together are one."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._ties = Ties()
        for found in entries:
            for other in found.also:
                if found.work is not None:
                    self._ties.tie(found.work, other)

    def of(self, found: Listed) -> str | None:
        """The one name of the work that an entry leads to."""
        return None if found.work is None else self._ties.root(found.work)


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
