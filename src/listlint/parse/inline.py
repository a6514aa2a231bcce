"""Inline tokens to pieces and links with positions in the file."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference
from msgspec import Struct, field

from listlint.model.nodes import Directive, Link, LinkKind, Mask, Reference, Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse import html, plain
from listlint.parse.directives import directive
from listlint.parse.head import Head  # noqa: TC001  # msgspec reads the annotations of a half (``halves``)
from listlint.parse.spans import ContentMap, LinkPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.token import Token

    from listlint.model.nodes import Definition

_URL = lazy(r"(?:https?://|(?<![^\s*_~(])www\.)[^\s<]++", re.IGNORECASE)
_HOST = lazy(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_ENTITY_END = lazy(r"&[A-Za-z0-9]+;\Z")
_READ_TAGS = frozenset({"a", "br", "img"})
"""Tags that are more than markup."""
_BOLD = frozenset({"b", "strong"})
_INLINE, _MENTION, _URL_MASK, _HTML_MASK = LinkKind.INLINE, Role.MENTION, Mask.URL, Mask.HTML
"""Those of every line: to look up a member of an enumeration takes 0.1 µs."""
_NOWHERE = Span(0, 0)
_PLACEHOLDER = Link(_NOWHERE, _NOWHERE, "", "", _NOWHERE, "", LinkKind.INLINE)
"""Keeps the place of a link until its end is known."""
_UNDEFINED = lazy(r"\[(?P<text>[^\[\]\0]*+)\]\[(?P<label>[^\[\]\0]*+)\]")


class Piece(Struct, array_like=True):
    """A stretch of inline content of one kind.

    ``kind`` is ``text``, ``code``, ``break``, ``image``, ``html`` or ``footnote``; ``link`` the
    index of the link it is the text of, or -1. ``text`` is what a reader sees of it.
    """

    kind: str
    span: Span
    text: str
    link: int = -1
    strong: bool = False
    em: bool = False


class Collected(Struct, array_like=True):
    """What the inline contents of a document add up to, in no particular order but for the masks in the end."""

    links: list[Link] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    masks: list[tuple[Span, Mask]] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


class Inline(Struct, array_like=True):
    """One inline content. ``links`` are indices into :attr:`Collected.links`."""

    span: Span
    pieces: list[Piece]
    links: list[int]
    _visible: str | None = None
    head: Head | None = None
    """what it says where an entry begins with it, if that was read with it"""

    @property
    def visible(self) -> str:
        """Its visible text, white space folded."""
        if self._visible is None:
            self._visible = " ".join("".join([piece.text for piece in self.pieces]).split())
        return self._visible


class _Open(Struct):
    """A link whose end has not come yet."""

    index: int
    span_start: int
    text_start: int
    place: LinkPlace | None
    target: str
    tag: html.Tag | None = None
    image: Span | None = None
    first_piece: int = 0


class InlineReader:
    """Reads inline tokens one content after the other into one :class:`Collected`."""

    def __init__(
        self,
        out: Collected,
        definitions: Mapping[str, Definition],
        footnotes: frozenset[str],
        tokens: Callable[[str], list[Token]],
    ) -> None:
        self.out = out
        self.definitions = definitions
        self.footnotes = footnotes
        self.tokens = tokens
        """parses an inline content"""

    def read(self, where: ContentMap, *, heading: bool = False) -> Inline:
        """Read one inline content whose offsets ``where`` maps to the file."""
        parts = plain.parts(where.content)
        if parts is not None:
            return self.read_plain(parts, where, heading=heading)
        return self.read_tokens(self.tokens(where.content), where, heading=heading)

    def read_plain(self, parts: Sequence[re.Match[str]], where: ContentMap, *, heading: bool = False) -> Inline:
        """Read the parts of a plain content."""
        return _Reading(self, (), where, heading).run_plain(parts)

    def read_tokens(self, tokens: Sequence[Token], where: ContentMap, *, heading: bool = False) -> Inline:
        """Read the tokens of any content."""
        return _Reading(self, tokens, where, heading).run()

    def skip(self, where: ContentMap) -> Inline:
        """An inline content of which nothing is read."""
        return _Reading(self, (), where, heading=False).finish()

    def read_html(self, nodes: Sequence[html.Node], where: ContentMap) -> Inline:
        """Read the nodes of an HTML block, whose offsets ``where`` maps to the file."""
        return _Reading(self, (), where, heading=False).run_html(nodes)


class _Reading:
    """The state of reading one inline content."""

    __slots__ = ("bold", "em", "heading", "links", "open", "out", "pieces", "reader", "strong", "tokens", "where")

    def __init__(self, reader: InlineReader, tokens: Sequence[Token], where: ContentMap, heading: bool) -> None:
        self.reader = reader
        self.out = reader.out
        self.tokens = tokens
        self.where = where
        self.heading = heading
        self.pieces: list[Piece] = []
        self.links: list[int] = []
        self.open: list[_Open] = []
        self.strong = self.em = self.bold = 0

    def run(self) -> Inline:
        index = 0
        tokens = self.tokens
        while index < len(tokens):
            token = tokens[index]
            kind = token.type
            if kind in ("text", "text_special"):
                index = self.text(index)
                continue
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(self, token)
            index += 1
        inline = self.finish()
        self.undefined_references()
        return inline

    def run_plain(self, parts: Sequence[re.Match[str]]) -> Inline:
        for part in parts:
            kind = part.lastgroup
            if kind == "text":
                raw = part[0]
                if not self.open and (found := bare_urls(raw)):
                    self.text_with_urls(raw, part.start(), found)
                else:
                    self.add("text", part.start(), part.end(), raw)
            elif kind == "link":
                self.plain_link(part)
            elif kind == "code":
                self.plain_code(part)
            else:
                self.plain_tag(part)
        return self.finish()

    def run_html(self, nodes: Sequence[html.Node]) -> Inline:
        for node in nodes:
            if isinstance(node, html.Text):
                self.add("text", node.start, node.end, unescape(node.raw))
            elif isinstance(node, html.Comment):
                self.comment(node, 0)
            else:
                self.tag(node, 0)
        return self.finish()

    def finish(self) -> Inline:
        size = len(self.where.content)
        if self.open:
            written = len(self.where.content.rstrip())
            while self.open:
                end = max(written, self.open[-1].text_start)
                self.close(end, end)
        return Inline(self.where.span(0, size), self.pieces, self.links)

    # -- pieces ---------------------------------------------------------------------------------

    def add(self, kind: str, start: int, end: int, text: str) -> None:
        link = self.open[-1].index if self.open else -1
        self.pieces.append(Piece(kind, self.where.span(start, end), text, link, self.strong > 0, self.em > 0))

    def text(self, index: int) -> int:
        """Read a run of text tokens; return the index after it."""
        first = index
        tokens = self.tokens
        while index < len(tokens) and tokens[index].type in ("text", "text_special"):
            index += 1
        run = tokens[first:index]
        start, end = run[0].meta["span"][0], run[-1].meta["span"][1]
        raw = self.where.content[start:end]
        if not self.open and (found := bare_urls(raw)):
            self.text_with_urls(raw, start, found)
            return index
        for token in run:
            a, b = token.meta["span"]
            if token.content:
                self.add("text", a, b, token.content)
        return index

    def text_with_urls(self, raw: str, start: int, found: list[tuple[int, int]]) -> None:
        at = 0
        for a, b in found:
            if a > at:
                self.add("text", start + at, start + a, raw[at:a])
            url = raw[a:b]
            opened = _Open(self.new_link(), start + a, start + a, None, "")
            self.open.append(opened)
            self.add("text", start + a, start + b, url)
            self.open.pop()
            span = self.where.span(start + a, start + b)
            target = url if "://" in url else f"http://{url}"
            self.out.links[opened.index] = Link(
                span, span, url, url, span, unescape(target), LinkKind.BARE, in_heading=self.heading
            )
            self.out.masks.append((span, Mask.URL))
            at = b
        if at < len(raw):
            self.add("text", start + at, start + len(raw), raw[at:])

    def code(self, token: Token) -> None:
        start, end = token.meta["span"]
        self.add("code", start, end, token.content)
        self.out.masks.append((self.where.span(start, end), Mask.CODE))

    def plain_code(self, part: re.Match[str]) -> None:
        text = part["body"]
        if text[0] == text[-1] == " " and text.strip():
            text = text[1:-1]
        self.add("code", part.start(), part.end(), text)
        self.out.masks.append((self.where.span(*part.span()), Mask.CODE))

    def line_break(self, token: Token) -> None:
        start, end = token.meta["span"]
        self.add("break", start, end, " ")

    def footnote(self, token: Token) -> None:
        start, end = token.meta["span"]
        self.add("footnote", start, end, "")
        label = token.meta["label"]
        span = self.where.span(start, end)
        inner = self.where.span(start + 2, end - 1)
        self.out.references.append(Reference(span, label, inner, label in self.reader.footnotes, footnote=True))

    def strong_open(self, _: Token) -> None:
        self.strong += 1

    def strong_close(self, _: Token) -> None:
        self.strong -= 1

    def em_open(self, _: Token) -> None:
        self.em += 1

    def em_close(self, _: Token) -> None:
        self.em -= 1

    # -- links ----------------------------------------------------------------------------------

    def new_link(self) -> int:
        self.out.links.append(_PLACEHOLDER)
        index = len(self.out.links) - 1
        self.links.append(index)
        return index

    def plain_link(self, part: re.Match[str]) -> None:
        text, url = part.group("label", "url")
        start, end = part.span()
        url_start = start + len("[](") + len(text)
        text_span = self.where.span(start + 1, start + 1 + len(text))
        url_span = self.where.span(url_start, url_start + len(url))
        index = self.new_link()
        self.pieces.append(Piece("text", text_span, text, index, self.strong > 0))
        span = self.where.span(start, end)
        self.out.links[index] = Link(
            span, text_span, text, url, url_span, url, _INLINE, _MENTION, None, None, self.heading
        )
        self.out.masks.append((url_span, _URL_MASK))

    def link_open(self, token: Token) -> None:
        place: LinkPlace = token.meta["place"]
        opened = _Open(self.new_link(), place.start, place.text_start, place, str(token.attrGet("href") or ""))
        opened.first_piece = len(self.pieces)
        self.open.append(opened)

    def link_close(self, token: Token) -> None:
        if self.open:
            self.close(token.meta["span"][0], token.meta["span"][1])

    def close(self, text_end: int, end: int) -> None:
        opened = self.open.pop()
        text = "".join(piece.text for piece in self.pieces[opened.first_piece :])
        span = self.where.span(opened.span_start, end)
        text_span = self.where.span(opened.text_start, max(opened.text_start, text_end))
        if opened.place is not None:
            self.markdown_link(opened, opened.place, span, text_span, text)
        elif opened.tag is not None:
            self.html_link(opened, opened.tag, span, text_span, text)

    def markdown_link(self, opened: _Open, place: LinkPlace, span: Span, text_span: Span, text: str) -> None:
        kind = LinkKind(place.form)
        url_span, label = self.destination(place)
        url = self.where.content[place.url_start : place.url_end]
        if label is not None:
            definition = self.reader.definitions.get(normalizeReference(label))
            url = definition.url if definition else opened.target
        else:
            self.out.masks.append((url_span, Mask.URL))
        target = opened.target
        if kind is LinkKind.AUTO and "@" in url and target.lower().startswith("mailto:"):
            target = f"mailto:{url}"
        self.out.links[opened.index] = Link(
            span, text_span, text, url, url_span, target, kind, label=label, image=opened.image, in_heading=self.heading
        )

    def destination(self, place: LinkPlace) -> tuple[Span, str | None]:
        """Where the URL stands, and the label if it stands in a definition."""
        if place.form in ("inline", "auto"):
            return self.where.span(place.url_start, place.url_end), None
        definition = self.reader.definitions.get(normalizeReference(place.label))
        label_span = self.where.span(place.end, place.end)
        whole = self.where.span(place.start, place.end)
        inner = self.where.span(
            place.text_start if place.form != "full" else place.text_end + 2,
            place.text_end if place.form != "full" else place.end - 1,
        )
        self.out.references.append(Reference(whole, normalizeReference(place.label), inner, defined=True))
        return (definition.url_span if definition else label_span), place.label

    def image(self, token: Token) -> None:
        place: LinkPlace = token.meta["place"]
        index = self.new_link()
        span = self.where.span(place.start, place.end)
        url_span, label = self.destination(place)
        url = self.where.content[place.url_start : place.url_end]
        target = str(token.attrGet("src") or "")
        if label is not None:
            definition = self.reader.definitions.get(normalizeReference(label))
            url = definition.url if definition else target
        else:
            self.out.masks.append((url_span, Mask.URL))
        text_span = self.where.span(place.text_start, place.text_end)
        alt = "".join(child.content for child in token.children or ())
        self.out.links[index] = Link(
            span, text_span, alt, url, url_span, target, LinkKind.IMAGE, Role.IMAGE, label, in_heading=self.heading
        )
        if self.open:
            self.open[-1].image = span
        self.add("image", place.start, place.end, "")
        self.nested_links(token, place)

    def nested_links(self, token: Token, place: LinkPlace) -> None:
        """Links and images in an image's alternative text, whose offsets start at its label."""
        children = token.children or []
        if not any(child.type in ("link_open", "image") for child in children):
            return
        label = self.where.content[place.text_start : place.text_end]
        segments = [segment._replace(content=segment.content - place.text_start) for segment in self.where.segments]
        inner = _Reading(self.reader, children, ContentMap(label, segments), self.heading)
        inner.run()
        self.links.extend(inner.links)

    # -- HTML -----------------------------------------------------------------------------------

    def plain_tag(self, part: re.Match[str]) -> None:
        start, end = part.span()
        closed, name, written = part.group("closed", "name", "attributes")
        if not written and (lower := (closed or name).lower()) not in _READ_TAGS:
            self.markup(start, end)
            if lower in _BOLD:
                self.make_bold(by=-1 if closed else 1)
        elif closed:
            self.tag(html.Tag(start, end, closed.lower(), True, {}), 0)
        else:
            found = html.attributes(written, part.start("attributes")) if written else {}
            self.tag(html.Tag(start, end, name.lower(), False, found), 0)

    def html_inline(self, token: Token) -> None:
        self.html_token(token.content, token.meta["span"][0])

    def html_token(self, content: str, start: int) -> None:
        for node in html.scan(content):
            if isinstance(node, html.Comment):
                self.comment(node, start)
            elif isinstance(node, html.Tag):
                self.tag(node, start)

    def comment(self, node: html.Comment, base: int) -> None:
        span = self.where.span(base + node.start, base + node.end)
        self.out.masks.append((span, Mask.COMMENT))
        self.out.comments.append(node.body)
        found = directive(node.body, span, self.where.at(base + node.start + 4))
        if found:
            self.out.directives.append(found)

    def markup(self, start: int, end: int) -> None:
        """A tag that is nothing but markup."""
        span = self.where.span(start, end)
        self.out.masks.append((span, _HTML_MASK))
        link = self.open[-1].index if self.open else -1
        self.pieces.append(Piece("html", span, "", link, self.strong > 0, self.em > 0))

    def tag(self, node: html.Tag, base: int) -> None:
        start, end = base + node.start, base + node.end
        if node.attributes and not node.closing:
            self.anchors(node)
        if node.name not in _READ_TAGS:
            self.markup(start, end)
            if node.name in _BOLD:
                self.make_bold(by=-1 if node.closing else 1)
            return
        self.out.masks.append((self.where.span(start, end), _HTML_MASK))
        if node.name == "br":
            self.add("break", start, end, " ")
        elif node.name == "img" and not node.closing:
            self.html_image(node, base)
        elif node.name == "a" and not node.closing and node.get("href"):
            if self.open and self.open[-1].tag is not None:
                # Anchors do not nest: a browser ends the open one here.
                self.close(start, start)
            opened = _Open(self.new_link(), start, end, None, "", tag=_moved(node, base))
            opened.first_piece = len(self.pieces)
            self.open.append(opened)
        elif node.name == "a" and node.closing and self.open and self.open[-1].tag is not None:
            self.close(start, end)
        else:
            self.add("html", start, end, "")

    def anchors(self, node: html.Tag) -> None:
        """Note the names by which links can lead to a tag."""
        for anchor in (node.get("id"), node.get("name")):
            if anchor is not None:
                self.out.anchors.add(anchor.decoded)

    def make_bold(self, by: int) -> None:
        """Count a ``<b>``, or the end of one that was opened."""
        if self.bold + by >= 0:
            self.bold, self.strong = self.bold + by, self.strong + by

    def html_image(self, node: html.Tag, base: int) -> None:
        span = self.where.span(base + node.start, base + node.end)
        source, alt = node.get("src"), node.get("alt")
        if source:
            url_span = self.where.span(base + source.start, base + source.end)
            alt_span = self.where.span(base + alt.start, base + alt.end) if alt else span
            self.out.links[self.new_link()] = Link(
                span,
                alt_span,
                alt.decoded if alt else "",
                source.value,
                url_span,
                source.decoded,
                LinkKind.HTML,
                Role.IMAGE,
                in_heading=self.heading,
            )
        if self.open:
            self.open[-1].image = span
        self.add("image", base + node.start, base + node.end, "")

    def html_link(self, opened: _Open, tag: html.Tag, span: Span, text_span: Span, text: str) -> None:
        href = tag.attributes["href"]
        self.out.links[opened.index] = Link(
            span,
            text_span,
            " ".join(text.split()),
            href.value,
            self.where.span(href.start, href.end),
            href.decoded,
            LinkKind.HTML,
            image=opened.image,
            in_heading=self.heading,
        )

    # -- references without a definition ----------------------------------------------------------

    def undefined_references(self) -> None:
        content = self.where.content
        if "][" not in content:
            return
        chars = list(content)
        depth = 0
        for token in self.tokens:
            start, end = token.meta["span"]
            depth += token.nesting if token.type.startswith("link") else 0
            if token.type != "text" or depth:
                chars[start:end] = "\0" * (end - start)
        for match in _UNDEFINED.finditer("".join(chars)):
            label = normalizeReference(match["label"] or match["text"])
            if label and label not in self.reader.definitions:
                group = "label" if match["label"] else "text"
                span = self.where.span(match.start(), match.end())
                inner = self.where.span(match.start(group), match.end(group))
                self.out.references.append(Reference(span, label, inner, defined=False))


def _moved(tag: html.Tag, by: int) -> html.Tag:
    attributes = {
        name: html.Attribute(value.value, value.start + by, value.end + by) for name, value in tag.attributes.items()
    }
    return html.Tag(tag.start + by, tag.end + by, tag.name, tag.closing, attributes)


def bare_urls(text: str) -> list[tuple[int, int]]:
    """The URLs in running text that GitHub makes links (GFM 0.29, section 6.9)."""
    found: list[tuple[int, int]] = []
    if "://" not in text and "www." not in text.lower():
        return found
    for match in _URL.finditer(text):
        url = match[0]
        host = _HOST.match(url)
        if host is None or (url[:4].lower() == "www." and "." not in host[0][4:]):
            continue
        end = _trimmed(url)
        if end > len("https://") or (end and "://" not in url):
            found.append((match.start(), match.start() + end))
    return found


def _trimmed(url: str) -> int:
    """The length of ``url`` without the punctuation that GitHub leaves outside."""
    end = len(url)
    surplus = url.count(")") - url.count("(")
    while end:
        last = url[end - 1]
        if last in "?!.,:*_~'\"":
            end -= 1
        elif last == ")" and surplus > 0:
            end -= 1
            surplus -= 1
        elif last == ";":
            entity = _ENTITY_END.search(url, max(0, end - 32), end)
            end = entity.start() if entity else end - 1
        else:
            break
    return end


_HANDLERS = {
    "code_inline": _Reading.code,
    "softbreak": _Reading.line_break,
    "hardbreak": _Reading.line_break,
    "footnote_ref": _Reading.footnote,
    "strong_open": _Reading.strong_open,
    "strong_close": _Reading.strong_close,
    "em_open": _Reading.em_open,
    "em_close": _Reading.em_close,
    "link_open": _Reading.link_open,
    "link_close": _Reading.link_close,
    "image": _Reading.image,
    "html_inline": _Reading.html_inline,
}
