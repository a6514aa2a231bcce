"""Rewrites a table of contents after its document, in its own style.

Lines that stay keep every character; new ones take their indentation, marker and decoration
from their neighbours. What has no plain form (several links on a line, lines without a link, a
level at two depths) is not rewritten.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from listlint.model.edit import Edit
from listlint.model.span import Span
from listlint.text.contents import fold_text, longest_increasing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Document, Heading
    from listlint.text.contents import Listed, Mismatch

_LINE = re.compile(r"(?P<indent>[ \t>]*+)(?P<marker>[-*+]|\d{1,9}[.)])(?P<rest>[ \t]+\S.*)\Z", re.DOTALL)
_DECORATION = re.compile(r"\A[^\w\[\](){}<>`*\\\"']+")
_SPECIAL = re.compile(r"([\\\[\]`*_<>])")
_SHARE = 0.6
"""Share of neighbours that must agree on what stands around the link."""


@dataclass(frozen=True, slots=True)
class _Line:
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
    levels = _levels(document, old)
    if levels is None:
        return None
    known = [line for index, line in enumerate(old) if index not in mismatch.lost]
    known, added = _retarget(document, mismatch, known)
    new = _new_lines(document, mismatch, known, added, levels)
    if new is None:
        return None
    lines = _number(old, _order(known, new))
    gaps = {document.text[a.end : b.start].count("\n") for a, b in zip(spans, spans[1:], strict=False)}
    if not lines or len(gaps) > 1:
        return None
    return tuple(_edits(old, lines, spans, "\n" * gaps.pop() if gaps else "\n"))


def _spans(document: Document, mismatch: Mismatch) -> list[Span] | None:
    """The lines of the table, one for each link; None if there are other lines between."""
    items = [one.item for one in mismatch.listed]
    spans = [item.line_span for item in items if item is not None]
    if not spans or len(spans) != len(items):
        return None
    for first, second in zip(spans, spans[1:], strict=False):
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


def _levels(document: Document, lines: Sequence[_Line]) -> dict[int, int] | None:
    """The depth of each heading level; None where one level stands at several depths."""
    depths: dict[int, set[int]] = {}
    for line in lines:
        if line.heading is not None:
            depths.setdefault(document.headings[line.heading].level, set()).add(line.depth)
    if any(len(found) > 1 for found in depths.values()):
        return None
    order = [min(depths[level]) for level in sorted(depths)]
    return {level: min(found) for level, found in depths.items()} if order == sorted(set(order)) else None


def _retarget(
    document: Document, mismatch: Mismatch, lines: Sequence[_Line]
) -> tuple[list[_Line], list[int]]:
    """Point the repeated links to a repeated heading at the one that is left out."""
    added, seen, found = list(mismatch.omitted), set[int](), []
    for line in lines:
        heading = line.heading
        if heading is not None and heading in seen:
            text = fold_text(document.headings[heading].text)
            left = next((index for index in added if fold_text(document.headings[index].text) == text), None)
            if left is not None:
                added.remove(left)
                anchors = document.headings[heading].anchor, document.headings[left].anchor
                rest = re.sub(rf"#{re.escape(anchors[0])}(?=[)>\s])", f"#{anchors[1]}", line.rest, count=1, flags=re.IGNORECASE)
                found.append(replace(line, heading=left, rest=rest))
                continue
            line = replace(line, heading=None)  # noqa: PLW2901 - listed twice on purpose: it follows its neighbour
        elif heading is not None:
            seen.add(heading)
        found.append(line)
    return found, added


def _new_lines(
    document: Document, mismatch: Mismatch, known: Sequence[_Line], added: Sequence[int], levels: dict[int, int]
) -> list[_Line] | None:
    plain = _drops_decoration(document, mismatch.listed)
    templates: dict[int, tuple[str, str, str, str] | None] = {}
    lines = []
    for index in added:
        heading = document.headings[index]
        depth = levels.get(heading.level)
        if depth is None:
            return None
        if depth not in templates:
            templates[depth] = _template(document, mismatch, [line for line in known if line.depth == depth])
        template = templates[depth]
        if template is None:
            return None
        indent, marker, before, after = template
        rest = f"{before}[{_text(document, heading, plain)}](#{heading.anchor}){after}"
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
