"""Compares a table of contents with the headings it stands for.

Nothing says what a table of contents means to cover, so it is inferred: which part of the
document (the smallest section that holds all it lists), which heading levels, and whether it
lists a level nearly completely or picks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.nodes import LinkKind, Mask, Role
from listlint.model.patterns import lazy
from listlint.text.fragments import Anchors, Nearest, fold_anchor, fold_fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from listlint.model.nodes import Document, Link, Section, Toc, TocItem

_ID = lazy(r"\b(?:id|name)\s*+=\s*+[\"']?([^\"'\s<>]++)", re.IGNORECASE)
_SILENT = lazy(r"(?:\s++|<!--.*?-->|<[^<>]*+>)*+", re.DOTALL)
_CLOSE = 1000
"""An id farther from a heading is not that heading's."""
_MARK = 300
"""So much of a line's end is searched for a mark."""
_MAX_SCANNED = 1_000_000
"""Headings looked at for all tables of a document; beyond it nothing is said to be left out."""
_WORDS = lazy(r"[\W_]+")
_NUMBER = lazy(r"\d+")
_BRACKETED = lazy(r"\[([^\[\]]*+)\]\(\s*+#")
"""A link into the document, also one that its target's spaces keep from being one."""
_MARKER = lazy(r"[ \t>]*+(?:[-*+]|\d{1,9}[.)])[ \t]")
_OMIT = lazy(r"<!--[^>]*\b(?:omit|ignore|exclude|no)[\w -]*\btoc\b|\{:?[^}]*\.no_?toc\b", re.IGNORECASE)
_BACK_MATTER = lazy(
    r"(?:table of )?contents?\b|toc$|index$|licen[cs]e|copyright|contribut|how to contribute|acknowledg|thanks"
    r"|star(?:gazers?)?\b.*(?:history|over time)|stargazers|footnotes?$|notes?$|citations?$|cit(?:e|ing)\b|support\b"
    r"|credits?$|sponsor|backers|disclaimer|contact|about\b|authors?$|maintainers?$|change ?log|updates?$"
    r"|news$|feedback|to ?do$|see also$|related\b|references?$|congratulations?\b|summary$|epilogue$"
    r"|afterword$|the end$|(?:in )?conclusions?$|conclu(?:sions?|ding) (?:and|thoughts|remarks|notes|words)\b"
    r"|wrap(?:ping)? up$|(?:final|closing|last) (?:thoughts?|words?|remarks?|notes?)$"
    r"|目录|目次|许可|貢献|贡献|致谢|联系|引用"
)
"""Sections that tables of contents leave out by custom; for folded heading texts."""


class Listed(Struct, frozen=True):
    """One link of a table of contents.

    ``heading`` is the index of the heading it means in ``Document.headings``, also where its
    fragment is misspelt. ``lost`` tells that it means no heading and its fragment leads nowhere,
    ``vague`` that its text or its fragment may mean another heading as well.
    """

    link: Link
    item: TocItem | None
    heading: int | None
    lost: bool = False
    vague: bool = False


class Mismatch(Struct, frozen=True):
    """How a table of contents differs from the document.

    ``lost`` and ``moved`` are indices into ``listed``, ``omitted`` into ``Document.headings``. ``astray`` holds
    (index into ``listed``, heading that it names) of the lines that lead to another line's heading.
    """

    toc: Toc
    listed: tuple[Listed, ...]
    lost: tuple[int, ...]
    moved: tuple[int, ...]
    omitted: tuple[int, ...]
    astray: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any difference."""
        return bool(self.lost or self.moved or self.omitted or self.astray)


def compare(document: Document) -> tuple[Mismatch, ...]:
    """Every table of contents of the document with its differences, those without any included."""
    if not document.toc or not document.headings:
        return ()
    matcher = _Matcher(document)
    tables = [tuple(matcher.listed(toc)) for toc in document.toc]
    covered = matcher.covered(tables)
    coverage = _Coverage(document, covered)
    silent = {index for index, first in matcher.echoes.items() if first in covered}
    named = _named(document, tables)
    silent.update(index for index, heading in enumerate(document.headings) if fold_text(heading.text) in named)
    found, taken = [], set[int]()
    for toc, listed in zip(document.toc, tables, strict=True):
        lost = tuple(index for index, one in enumerate(listed) if one.lost)
        omitted = tuple(index for index in coverage.omitted(toc, listed) if index not in taken and index not in silent)
        taken.update(omitted)
        astray = tuple(_astray(listed, matcher, covered))
        found.append(Mismatch(toc, listed, lost, tuple(_moved(listed)), omitted, astray))
    return tuple(found)


def fold_text(text: str) -> str:
    """A heading's text as it is compared: letters and digits, in lower case."""
    return _WORDS.sub("", text.casefold())


class _Matcher:
    """Finds the heading that a link of a table of contents means."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.starts = [link.span.start for link in document.links]
        self.anchors = Anchors(document.anchors)
        self.exact: dict[str, int] = {}
        self.padded: dict[str, int] = {}
        self.squeezed: dict[str, int] = {}
        self.texts: dict[str, list[int]] = {}
        for index, heading in enumerate(document.headings):
            anchor = fold_anchor(heading.anchor)
            self.exact.setdefault(anchor, index)
            if heading.has_image or heading.html:
                self.padded.setdefault(anchor.strip("-"), index)
            if document.front_matter:
                self.squeezed.setdefault(_WORDS.sub("", anchor), index)
            self.texts.setdefault(fold_text(heading.text), []).append(index)
        self.own, self.repeated, self.echoes = _own_anchors(document)
        self.nearest = Nearest(heading.anchor for heading in document.headings)

    def listed(self, toc: Toc) -> Iterable[Listed]:
        """The links of ``toc`` that lead into the document, in order."""
        items = {item.link.span.start: item for item in toc.items}
        index = bisect_left(self.starts, toc.span.start)
        while index < len(self.starts) and self.starts[index] < toc.span.end:
            link = self.document.links[index]
            if link.is_fragment and len(link.target) > 1 and link.kind is not LinkKind.IMAGE:
                heading = self.find(link)
                lost = heading is None and not self.anchors.resolves(link.target[1:])
                vague = heading is not None and self.vague(link, heading)
                yield Listed(link, items.get(link.span.start), heading, lost, vague)
            index += 1

    def find(self, link: Link) -> int | None:
        """The heading that a link means, by its fragment, else by its text, else by likeness."""
        folded = fold_fragment(link.target.partition("#")[2])
        for known, key in ((self.exact, folded), (self.own, folded), (self.padded, folded.strip("-"))):
            if key in known:
                return known[key]
        loose = self.squeezed.get(_WORDS.sub("", folded))
        if loose is not None or self.anchors.resolves(folded):
            return loose
        same = self.texts.get(fold_text(link.text), [])
        if len(same) == 1 and fold_text(link.text):
            return same[0]
        near = self.nearest.find(folded)
        return self.exact.get(near) if near is not None else None

    def vague(self, link: Link, heading: int) -> bool:
        """Tell whether a link that means ``heading`` may mean another one as well."""
        if fold_fragment(link.target[1:]) in self.repeated:
            return True
        alike = self.texts[fold_text(self.document.headings[heading].text)]
        named = self.texts.get(fold_text(link.text), alike)
        return len(alike) > 1 or heading not in named

    def covered(self, tables: Iterable[Sequence[Listed]]) -> frozenset[int]:
        """The headings that some table of contents lists, or that a link beside one leads to."""
        found = {one.heading for listed in tables for one in listed if one.heading is not None}
        bodies = {self.document.section_at(toc.span.start).body for toc in self.document.toc}
        for body in bodies:
            index = bisect_left(self.starts, body.start)
            while index < len(self.starts) and self.starts[index] < body.end:
                link = self.document.links[index]
                if link.is_fragment or link.role is Role.TOC:
                    heading = self.find(link)
                    if heading is not None:
                        found.add(heading)
                index += 1
        return frozenset(found)


def _astray(listed: Sequence[Listed], matcher: _Matcher, covered: frozenset[int]) -> Iterator[tuple[int, int]]:
    """The lines that lead to the heading of another line, while no line leads to the one that they name."""
    texts = [fold_text(heading.text) for heading in matcher.document.headings]
    claimed = {
        one.heading for one in listed if one.heading is not None and texts[one.heading] == fold_text(one.link.text)
    }
    for index, one in enumerate(listed):
        named = matcher.texts.get(fold_text(one.link.text), [])
        if one.heading in claimed and len(named) == 1 and named[0] not in covered and texts[named[0]]:
            yield index, named[0]


def _named(document: Document, tables: Iterable[Sequence[Listed]]) -> frozenset[str]:
    """The folded texts that more lines of the tables have than lead to headings of that text.

    Such a line is no link (a space in its target, say) or leads to another heading than it names.
    """
    lines: dict[int, set[str]] = {}
    source = document.source
    claimed: dict[int, str] = {}
    for listed in tables:
        for one in listed:
            text = fold_text(one.link.text)
            lines.setdefault(source.line_index(one.link.span.start), set()).add(text)
            if one.heading is not None and fold_text(document.headings[one.heading].text) == text:
                claimed[one.heading] = text
    for item in document.items:
        if item.toc:
            lines.setdefault(source.line_index(item.head.start), set()).add(fold_text(item.text))
    for toc in document.toc:
        for number in range(source.line_index(toc.span.start), source.line_index(toc.span.end) + 1):
            line = source.line(number)
            texts = [match[1] for match in _BRACKETED.finditer(line)]
            lines.setdefault(number, set()).update(map(fold_text, [*texts, _MARKER.sub("", line, count=1)]))
    counts = Counter(text for texts in lines.values() for text in texts)
    counts.subtract(claimed.values())
    return frozenset(text for text, count in counts.items() if text and count > 0)


def _own_anchors(document: Document) -> tuple[dict[str, int], frozenset[str], dict[int, int]]:
    """The headings that explicit ids stand in, or right before; the ids that several have; the echoes.

    An echo is a heading that has both its id and its text from an earlier one, which it is mapped to.
    """
    found: dict[str, int] = {}
    repeated: set[str] = set()
    echoes: dict[int, int] = {}
    texts = [fold_text(heading.text) for heading in document.headings]
    starts = [heading.span.start for heading in document.headings]
    for match in _ID.finditer(document.text) if document.ids else ():
        if document.mask_at(match.start()) in {Mask.CODE, Mask.COMMENT}:
            continue
        at = bisect_left(starts, match.start() + 1)
        if at and match.start() < document.headings[at - 1].span.end:
            heading = at - 1
        elif at < len(starts) and starts[at] - match.end() < _CLOSE:
            close = document.text.find(">", match.end(), starts[at])
            silent = _SILENT.match(document.text, close + 1, starts[at]) if close >= 0 else None
            if silent is None or silent.end() != starts[at]:
                continue
            heading = at
        else:
            continue
        anchor = fold_anchor(match[1])
        first = found.setdefault(anchor, heading)
        if first != heading:
            repeated.add(anchor)
            if texts[first] == texts[heading]:
                echoes[heading] = first
    return found, frozenset(repeated), echoes


class _Coverage:
    """Infers what a table of contents means to list, and what of it is missing."""

    def __init__(self, document: Document, covered: frozenset[int]) -> None:
        self.document = document
        self.covered = covered
        self.sections = document.sections[1:]  # the first one has no heading; the others are in step with the headings
        self.scanned = 0
        self.listed_starts = sorted(document.headings[index].span.start for index in covered)
        self.entry_starts = [entry.span.start for entry in document.entries]

    def omitted(self, toc: Toc, listed: Sequence[Listed]) -> list[int]:
        """The headings that ``toc`` leaves out of a level that it otherwise lists."""
        after = [one.heading for one in listed if one.heading is not None and self._start(one.heading) > toc.span.end]
        if len(after) < 2:
            return []
        scope = self._scope(after)
        mine = set(after)
        levels = {self.document.headings[index].level for index in mine}
        groups: dict[tuple[int, int], list[int]] = {}
        for section in self.document.sections[scope.index + 1 :]:
            self.scanned += 1
            if section.span.start >= scope.span.end or self.scanned > _MAX_SCANNED:
                break
            if section.level in levels and section.span.start > toc.span.end:
                groups.setdefault((self._parent(section, scope), section.level), []).append(section.index - 1)
        missing: list[int] = []
        for members in groups.values():
            missing += self._missing(members, mine)
        return sorted(missing)

    def _start(self, heading: int) -> int:
        return self.document.headings[heading].span.start

    def _missing(self, members: list[int], mine: set[int]) -> list[int]:
        """The members of one group of siblings that are left out, if the others are listed."""
        known = sum(index in mine for index in members)
        missing = [index for index in members if index not in self.covered and self._listable(index)]
        if 2 * sum(self._has_entries(index) for index in members if index in mine) >= known:
            missing = [index for index in missing if self._has_entries(index)]
        listed = sum(index in self.covered for index in members)
        if known < 2 or len(missing) * 2 > known or listed * 2 < len(members):
            return []
        return missing

    def _scope(self, headings: Sequence[int]) -> Section:
        """The smallest section that holds all these headings below itself."""
        common: list[int] | None = None
        for index in headings:
            chain = self._ancestors(self.sections[index])
            if common is None:
                common = chain
            else:
                same = next((n for n, (a, b) in enumerate(zip(common, chain, strict=False)) if a != b), None)
                common = common[: min(len(common), len(chain)) if same is None else same]
        return self.document.sections[common[-1] if common else 0]

    def _ancestors(self, section: Section) -> list[int]:
        chain: list[int] = []
        parent = section.parent
        while parent is not None:
            chain.append(parent)
            parent = self.document.sections[parent].parent
        return chain[::-1]

    def _parent(self, section: Section, scope: Section) -> int:
        """The nearest listed section above ``section``, or the scope."""
        parent = section.parent
        while parent is not None and parent != scope.index:
            if parent - 1 in self.covered:
                return parent
            parent = self.document.sections[parent].parent
        return scope.index

    def _listable(self, index: int) -> bool:
        heading, section = self.document.headings[index], self.sections[index]
        text = _WORDS.sub(" ", heading.text.casefold()).strip()
        if not text or heading.html or _BACK_MATTER.match(text):
            return False
        line = self.document.source.line_index(heading.span.start)
        marked = self.document.source.line(line)[-_MARK:]
        marked += self.document.source.line(line - 1)[-_MARK:] if line else ""
        if _OMIT.search(marked) or section.span.end - heading.span.end <= 1:
            return False
        return not self._any(self.listed_starts, section) and not self._heads_its_like(section)

    def _heads_its_like(self, section: Section) -> bool:
        """Tell whether a section stands a level above its siblings (2025 above 2024, 2023 …), few of them listed."""
        shape = self._shape(section)
        if "0" not in shape:
            return False
        alike = [child for child in self.document.subsections_of(section) if self._shape(child) == shape]
        return len(alike) > 1 and 2 * sum(child.index - 1 in self.covered for child in alike) < len(alike)

    @staticmethod
    def _shape(section: Section) -> str:
        """A heading's folded text with 0 for each number."""
        return _NUMBER.sub("0", fold_text(section.heading.text)) if section.heading else ""

    def _has_entries(self, index: int) -> bool:
        return self._any(self.entry_starts, self.sections[index])

    @staticmethod
    def _any(starts: Sequence[int], section: Section) -> bool:
        """Tell whether something starts inside a section, after its heading's first character."""
        at = bisect_left(starts, section.span.start + 1)
        return at < len(starts) and starts[at] < section.span.end


def _moved(listed: Sequence[Listed]) -> list[int]:
    """The listed ones that break the document's order among their siblings, where most keep it."""
    groups: dict[int, list[int]] = {}
    stack: list[tuple[int, int]] = []
    seen: set[int] = set()
    for index, one in enumerate(listed):
        depth = one.item.depth if one.item else 0
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if one.heading is not None and one.heading not in seen and not one.vague:
            groups.setdefault(stack[-1][1] if stack else -1, []).append(index)
            seen.add(one.heading)
        stack.append((depth, index))
    moved: list[int] = []
    for members in groups.values():
        kept = set(longest_increasing([listed[index].heading or 0 for index in members]))
        out = [index for place, index in enumerate(members) if place not in kept]
        if len(out) <= max(1, len(members) // 4):
            moved += out
    return sorted(moved)


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Positions of a longest strictly increasing subsequence, in O(n log n)."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(value)
            last.append(position)
        else:
            tails[at] = value
            last[at] = position
    kept: list[int] = []
    position = last[-1] if last else -1
    while position >= 0:
        kept.append(position)
        position = before[position]
    return kept[::-1]
