"""Rewrites a table of contents after its document, in its own style.

Lines that stay keep every character; new ones take their indentation, marker and decoration
from their neighbours. What has no plain form (several links on a line, lines without a link, a
level at two depths) is not rewritten.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from listlint.model.edit import Edit
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.contents import longest_increasing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Document, Heading
    from listlint.text.contents import Listed, Mismatch

_LINE = lazy(r"(?P<indent>[ \t>]*+)(?P<marker>[-*+]|\d{1,9}[.)])(?P<rest>[ \t]+\S.*)\Z", re.DOTALL)
_DECORATION = lazy(r"\A[^\w\[\](){}<>`*\\\"']+")
_SPECIAL = lazy(r"([\\\[\]`*_<>])")
_SHARE = 0.6
"""Share of neighbours that must agree on what stands around the link."""


class _Line(Struct, frozen=True):
    """A line of a table of contents: ``indent + marker + rest``. ``old`` is its place before."""

    depth: int
    indent: str
    marker: str
    rest: str
    heading: int | None
    old: int | None = None

    @property
    def text(self) -> str:
        return self.indent + self.marker + self.rest


def rewrite(document: Document, mismatch: Mismatch) -> tuple[Edit, ...] | None:
    """The edits that bring a table of contents in line with its document; None where unsure."""
    spans = _spans(document, mismatch)
    old = _read(document, mismatch, spans) if spans else None
    if spans is None or old is None:
        return None
    known = _once([line for line in old if line.old not in mismatch.lost])
    new = _new_lines(document, mismatch, known)
    if new is None or not _in_order(mismatch, known):
        return None
    lines = _number(old, _order(known, new))
    gaps = {document.text[a.end : b.start].count("\n") for a, b in pairwise(spans)}
    if not lines or len(gaps) > 1 or not _nested(mismatch, old, lines):
        return None
    return tuple(_edits(old, lines, spans, "\n" * gaps.pop() if gaps else "\n"))


def _spans(document: Document, mismatch: Mismatch) -> list[Span] | None:
    """The lines of the table, one for each link; None if there are other lines between."""
    items = [one.item for one in mismatch.listed]
    spans = [item.line_span for item in items if item is not None]
    if not spans or len(spans) != len(items):
        return None
    for first, second in pairwise(spans):
        if first.end >= second.start or document.text[first.end : second.start].strip("\n"):
            return None
    return spans if not document.text[spans[-1].end : mismatch.toc.span.end].strip() else None


def _read(document: Document, mismatch: Mismatch, spans: Sequence[Span]) -> list[_Line] | None:
    lines = []
    for index, (one, span) in enumerate(zip(mismatch.listed, spans, strict=True)):
        parts = _LINE.match(document.slice(span))
        if parts is None or one.item is None:
            return None
        lines.append(_Line(one.item.depth, parts["indent"], parts["marker"], parts["rest"], one.heading, index))
    return lines


def _by_level(document: Document, known: Sequence[_Line]) -> dict[int, list[tuple[int, int]]]:
    """The (heading, depth) pairs of the lines of each heading level, in the document's order."""
    found: dict[int, list[tuple[int, int]]] = {}
    for line in known:
        if line.heading is not None:
            found.setdefault(document.headings[line.heading].level, []).append((line.heading, line.depth))
    return {level: sorted(pairs) for level, pairs in found.items()}


def _depth(peers: Sequence[tuple[int, int]], heading: int) -> int | None:
    """The depth at which the listed headings of its level before and after ``heading`` stand."""
    at = bisect_left(peers, (heading, 0))
    depths = {depth for _, depth in peers[max(0, at - 1) : at + 1]}
    return depths.pop() if len(depths) == 1 else None


def _in_order(mismatch: Mismatch, lines: Sequence[_Line]) -> bool:
    """Tell whether the lines are in order once those reported as moved are taken out with all below them."""
    moved, out, last = set(mismatch.moved), -1, -1
    for line in lines:
        if 0 <= out < line.depth:
            continue
        out = line.depth if line.old in moved else -1
        if out < 0 and line.heading is not None:
            if line.heading < last:
                return False
            last = line.heading
    return True


def _nested(mismatch: Mismatch, old: Sequence[_Line], new: Sequence[_Line]) -> bool:
    """Tell whether the new lines nest properly, each that was not moved below the line it was below."""
    if new[0].depth != 0 or any(b.depth > a.depth + 1 for a, b in pairwise(new)):
        return False
    before, after = _parents(old), _parents(new)
    return all(after[line] == parent or line in mismatch.moved for line, parent in before.items() if line in after)


def _parents(lines: Sequence[_Line]) -> dict[int, int | None]:
    """The old place of the line that each old line is below; -1 where that is a new line."""
    found: dict[int, int | None] = {}
    stack: list[_Line] = []
    for line in lines:
        while stack and stack[-1].depth >= line.depth:
            stack.pop()
        if line.old is not None:
            found[line.old] = (-1 if stack[-1].old is None else stack[-1].old) if stack else None
        stack.append(line)
    return found


def _once(lines: Sequence[_Line]) -> list[_Line]:
    """The lines, those that list a heading again without it: they follow their neighbours."""
    seen, found = set[int](), []
    for line in lines:
        again = line.heading is not None and line.heading in seen
        found.append(replace(line, heading=None) if again else line)
        if line.heading is not None:
            seen.add(line.heading)
    return found


def _prefix(mismatch: Mismatch) -> str:
    """``#``, with ``user-content-`` where most of the table's links have it."""
    count = sum(one.link.target.startswith("#user-content-") for one in mismatch.listed)
    return "#user-content-" if 2 * count > len(mismatch.listed) else "#"


def _new_lines(document: Document, mismatch: Mismatch, known: Sequence[_Line]) -> list[_Line] | None:
    plain, peers = _drops_decoration(document, mismatch.listed), _by_level(document, known)
    templates: dict[int, tuple[str, str, str, str] | None] = {}
    lines = []
    for index in mismatch.omitted:
        heading = document.headings[index]
        depth = _depth(peers.get(heading.level, []), index)
        if depth is None:
            return None
        if depth not in templates:
            templates[depth] = _template(document, mismatch, [line for line in known if line.depth == depth])
        template = templates[depth]
        if template is None:
            return None
        indent, marker, before, after = template
        rest = f"{before}[{_text(document, heading, plain)}]({_prefix(mismatch)}{heading.anchor}){after}"
        lines.append(_Line(depth, indent, marker, rest, index))
    return lines


def _template(document: Document, mismatch: Mismatch, peers: Sequence[_Line]) -> tuple[str, str, str, str] | None:
    """Indent, marker, and what stands before and after the link, as most of the peers have them."""
    shapes = Counter[tuple[str, str]]()
    for line in peers:
        one = mismatch.listed[line.old or 0]
        assert one.item is not None
        start = one.item.line_span.end - len(line.rest)
        before = document.text[start : one.link.span.start]
        shapes[before, document.text[one.link.span.end : one.item.line_span.end].rstrip()] += 1
    indents = Counter(line.indent for line in peers)
    markers = Counter(line.marker for line in peers)
    if not shapes:
        return None
    (before, after), count = shapes.most_common(1)[0]
    if count < _SHARE * len(peers):
        before, after = " ", ""
    return indents.most_common(1)[0][0], markers.most_common(1)[0][0], before, after


def _drops_decoration(document: Document, listed: Sequence[Listed]) -> bool:
    """Tell whether the table leaves the emoji in front of its headings away."""
    shown = hidden = 0
    for one in listed:
        if one.heading is not None and _DECORATION.match(document.headings[one.heading].text):
            if _DECORATION.match(one.link.text):
                shown += 1
            else:
                hidden += 1
    return hidden > shown


def _text(document: Document, heading: Heading, plain: bool) -> str:
    """A heading's text as Markdown, fit to stand in a link."""
    raw = document.slice(heading.content)
    if heading.has_link or heading.has_image or heading.html or re.search(r"[\[\]<>\n{]|(?<!\w)#", raw):
        raw = _SPECIAL.sub(r"\\\1", re.sub(r"\s*+\{:?\s*+#[^}]*+\}|\s++", " ", heading.text).strip())
    return (_DECORATION.sub("", raw) or raw) if plain else raw


def _order(known: Sequence[_Line], new: Sequence[_Line]) -> list[_Line]:
    """All lines in the order of the document; a line without heading follows the one it followed."""
    blocks: list[tuple[int, list[_Line]]] = [(-1, [])]
    for line in known:
        if line.heading is None:
            blocks[-1][1].append(line)
        else:
            blocks.append((line.heading, [line]))
    blocks += [(line.heading, [line]) for line in new if line.heading is not None]
    blocks.sort(key=lambda block: block[0])
    return [line for _, lines in blocks for line in lines]


def _number(old: Sequence[_Line], lines: Sequence[_Line]) -> list[_Line]:
    """Number the lines anew at each depth whose numbers counted up."""
    counting = {
        depth
        for depth in {line.depth for line in old}
        if len({line.marker for line in old if line.depth == depth and line.marker[0].isdecimal()}) > 1
    }
    counters: dict[int, int] = {}
    numbered = []
    for line in lines:
        for deeper in [depth for depth in counters if depth > line.depth]:
            del counters[deeper]
        if line.depth in counting and line.marker[0].isdecimal():
            counters[line.depth] = counters.get(line.depth, 0) + 1
            line = replace(line, marker=f"{counters[line.depth]}{line.marker[-1]}")  # noqa: PLW2901 - the same line
        numbered.append(line)
    return numbered


def _edits(old: Sequence[_Line], new: Sequence[_Line], spans: Sequence[Span], gap: str) -> list[Edit]:
    """The smallest edits by whole lines; ``gap`` is what stands between two lines."""
    same = [n for n, line in enumerate(new) if line.old is not None and line.text == old[line.old].text]
    kept = [same[n] for n in longest_increasing([new[n].old or 0 for n in same])]
    edits: list[Edit] = []
    last_old, last_new = -1, -1
    for place in [*kept, len(new)]:
        at = new[place].old if place < len(new) else len(old)
        assert at is not None
        removed, inserted = spans[last_old + 1 : at], [line.text for line in new[last_new + 1 : place]]
        if removed and inserted:
            edits.append(Edit(Span(removed[0].start, removed[-1].end), gap.join(inserted)))
        elif inserted and last_old >= 0:
            end = spans[last_old].end
            edits.append(Edit(Span(end, end), "".join(gap + text for text in inserted)))
        elif inserted:
            start = spans[0].start
            edits.append(Edit(Span(start, start), "".join(text + gap for text in inserted)))
        elif removed and last_old >= 0:
            edits.append(Edit(Span(spans[last_old].end, removed[-1].end), ""))
        elif removed and at < len(old):
            edits.append(Edit(Span(removed[0].start, spans[at].start), ""))
        last_old, last_new = at, place
    return edits
