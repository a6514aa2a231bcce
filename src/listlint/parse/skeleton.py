"""The skeleton of a file: its leaf blocks, read from the parser's own tokens.

It is what the verifier of fixes believes, so it takes as little as it can from the outline that rules
see: block tokens come straight from markdown-it-py, and only inline contents that are plain are read by
the pattern of :mod:`listlint.parse.plain`, which a property test holds against markdown-it-py.
"""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

from markdown_it.common.utils import normalizeReference

from listlint.model.bib import CommentKind
from listlint.model.patterns import lazy
from listlint.model.skeleton import Leaf, Skeleton
from listlint.model.span import Span
from listlint.parse import blocks, html, plain, spans
from listlint.parse.directives import directive
from listlint.parse.inline import bare_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

    from listlint.model.bib import BibScan
    from listlint.model.nodes import BibEntry
    from listlint.model.source import Source

    Shown = tuple[str, tuple[str, ...]]
    """Visible text with white space folded, and URLs."""

_URL_HINT = lazy(r"(?i)://|www\.")
_URL_ATTRIBUTES = ("href", "src", "srcset", "poster", "data", "cite")
_BREAK = "<br>"
"""Stands for a hard line break, which is more than white space."""
_REMEMBERED = 50_000
"""Inline contents whose reading is kept: those of some five large lists."""
_NOWHERE = Span(0, 0)

_memory: dict[tuple[str, frozenset[str] | None], Shown] = {}


def skeleton(source: Source) -> Skeleton:
    """The skeleton of a Markdown or ``.bib`` file. Never fails."""
    if source.path.lower().endswith(".bib"):
        return _bibliography(source)
    tokens, env = blocks.tokens(source.text)
    return _Walk(source, tokens, env).run()


class _Walk:
    """One walk over the block tokens of a file."""

    def __init__(self, source: Source, tokens: Sequence[Token], env: dict[str, Any]) -> None:
        self.source, self.tokens, self.env = source, tokens, env
        self.paths: list[tuple[str, ...]] = [()]
        self.counts: dict[str, int] = {}
        self.leaves: list[Leaf] = []
        self.labels: set[str] = set()
        self.repeated: list[tuple[int, str]] = []
        """leaves (indices) that define a label again"""
        self.known = frozenset((*env.get("references", ()), *(f"^{label}" for label in _footnotes(env))))

    def run(self) -> Skeleton:
        tokens, leaf = self.tokens, _LEAVES
        for index, token in enumerate(tokens):
            if token.nesting < 0:
                if token.type in _CLOSES:
                    self.paths.pop()
            elif (read := leaf.get(token.type)) is not None:
                read(self, token, index)
            elif token.type in _CONTAINERS:
                self.enter(token)
        self.idle()
        return Skeleton(tuple(self.leaves))

    def idle(self) -> None:
        """Tell the definitions apart that have no effect: an earlier one has the label, and it is used."""
        if not self.repeated:
            return
        used = {url for leaf in self.leaves if leaf.kind != "definition" for url in leaf.urls}
        for index, label in self.repeated:
            if f"[{label}]" in used:
                self.leaves[index] = self.leaves[index]._replace(kind="idle definition")

    def enter(self, token: Token) -> None:
        name = _CONTAINERS[token.type]
        number = self.counts[name] = self.counts.get(name, 0) + 1
        label = f"{name} {number}"
        if name == "ol":
            label = f"{label} from {token.attrGet('start') or 1}"
        elif name == "footnote":
            label = f"{label} [^{token.meta.get('label')}]"
        self.paths.append((*self.paths[-1], label))

    def add(self, token: Token, kind: str, shown: Shown, *inside: str) -> None:
        first, last = token.map or (0, 0)
        path = (*self.paths[-1], *inside) if inside else self.paths[-1]
        self.leaves.append(Leaf(path, kind, *shown, self.lines(first, last)))

    def lines(self, first: int, last: int) -> Span:
        """The span of these lines without the last line ending."""
        starts = self.source.line_starts
        return Span(starts[first], starts[last] - 1 if last < len(starts) else len(self.source.text))

    # -- leaves -----------------------------------------------------------------------------------

    def paragraph(self, token: Token, index: int) -> None:
        shown = self.inline(self.tokens[index + 1].content)
        if token.hidden:
            self.add(token, "paragraph", shown, "tight")
        else:
            self.add(token, "paragraph", shown)

    def heading(self, token: Token, index: int) -> None:
        self.add(token, token.tag, self.inline(self.tokens[index + 1].content))

    def fence(self, token: Token, _: int) -> None:
        self.add(token, f"fence {_fold(unescape(token.info))}".rstrip(), (token.content.removesuffix("\n"), ()))

    def code(self, token: Token, _: int) -> None:
        self.add(token, "code", (token.content.removesuffix("\n"), ()))

    def front_matter(self, token: Token, _: int) -> None:
        self.add(token, "front-matter", (token.content.removesuffix("\n"), ()))

    def html(self, token: Token, _: int) -> None:
        texts: list[str] = []
        urls: list[str] = []
        _html(token.content, texts, urls)
        self.add(token, "html", (_fold("".join(texts)), tuple(urls)))

    def rule(self, token: Token, _: int) -> None:
        self.add(token, "rule", ("", ()))

    def definition(self, token: Token, _: int) -> None:
        label = str(token.meta["id"])
        if label in self.labels:
            self.repeated.append((len(self.leaves), label))
        self.labels.add(label)
        title = _fold(str(token.meta.get("title") or ""))
        self.add(token, "definition", (f'{label} "{title}"' if title else label, (str(token.meta["url"]),)))

    def row(self, token: Token, index: int) -> None:
        """The cells of a table row; its path has been entered."""
        self.enter(token)
        assert token.map
        line = self.lines(token.map[0], token.map[0] + 1)
        contents: list[tuple[str, str]] = []
        at = index + 1
        while self.tokens[at].type != "tr_close":
            cell = self.tokens[at]
            if cell.type in ("th_open", "td_open"):
                kind = f"{cell.tag} {cell.attrGet('style') or ''}".rstrip()
                contents.append((kind, self.tokens[at + 1].content))
            at += 1
        places = _cells(self.source[line], line.start, [content for _, content in contents])
        for (kind, content), place in zip(contents, places, strict=True):
            self.leaves.append(Leaf(self.paths[-1], kind, *self.inline(content), place or line))

    # -- inline contents --------------------------------------------------------------------------

    def inline(self, content: str) -> Shown:
        known = _memory.get((content, None)) or _memory.get((content, self.known))
        if known is not None:
            return known
        texts: list[str] = []
        urls: list[str] = []
        parts = plain.parts(content)
        if parts is not None:
            for part in parts:
                _PLAIN[part.lastgroup or ""](part, texts, urls)
        else:
            children: list[Token] = []
            md = blocks.parser()
            md.inline.parse(content, md, self.env, children)
            _tokens(children, content, texts, urls)
        if len(_memory) > _REMEMBERED:
            _memory.clear()
        # What is plain holds no references, so it means the same in every file.
        shown = _memory[(content, None if parts is not None else self.known)] = (_fold("".join(texts)), tuple(urls))
        return shown


def _footnotes(env: dict[str, Any]) -> Sequence[str]:
    return [str(ref) for ref in env.get("footnotes", {}).get("refs", ())]


_CONTAINERS = {
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "quote",
    "footnote_reference_open": "footnote",
    "table_open": "table",
    "tr_open": "row",
}
_CLOSES = frozenset(name.replace("_open", "_close") for name in _CONTAINERS)
_LEAVES: dict[str, Callable[[_Walk, Token, int], None]] = {
    "paragraph_open": _Walk.paragraph,
    "heading_open": _Walk.heading,
    "fence": _Walk.fence,
    "code_block": _Walk.code,
    "html_block": _Walk.html,
    "hr": _Walk.rule,
    "front_matter": _Walk.front_matter,
    "definition": _Walk.definition,
    "tr_open": _Walk.row,
}


def _fold(text: str) -> str:
    return " ".join(text.split())


def _cells(line: str, start: int, contents: Sequence[str]) -> list[Span | None]:
    """The spans of a row's cells, None for those that are not found or that the row does not have."""
    prefix = len(line) - len(line.lstrip(" \t>"))
    places: list[Span | None] = []
    cells = spans.split_row(line[prefix:].rstrip(), start + prefix)
    if cells and not cells[0][0]:
        cells = cells[1:]
    for number, content in enumerate(contents):
        if number < len(cells) and cells[number][0] == content:
            places.append(spans.ContentMap(*cells[number]).span(0, len(content)))
        else:
            places.append(None)
    return places


# -- plain contents ---------------------------------------------------------------------------------


def _plain_text(part: Any, texts: list[str], urls: list[str]) -> None:
    texts.append(part[0])
    _bare(part[0], urls)


def _plain_link(part: Any, texts: list[str], urls: list[str]) -> None:
    texts.append(part["label"])
    urls.append(part["url"])


def _plain_code(part: Any, texts: list[str], _: list[str]) -> None:
    texts.append(part["body"])


def _plain_tag(part: Any, texts: list[str], urls: list[str]) -> None:
    _html(part[0], texts, urls)


_PLAIN: dict[str, Callable[[Any, list[str], list[str]], None]] = {
    "text": _plain_text,
    "link": _plain_link,
    "code": _plain_code,
    "tag": _plain_tag,
}


def _bare(raw: str, urls: list[str]) -> None:
    if _URL_HINT.search(raw):
        urls.extend(raw[a:b] for a, b in bare_urls(raw))


# -- other contents ---------------------------------------------------------------------------------


def _tokens(tokens: Sequence[Token], content: str, texts: list[str], urls: list[str]) -> None:
    depth, run = 0, -1
    for token in tokens:
        kind = token.type
        start = token.meta["span"][0]
        if kind in ("text", "text_special"):
            texts.append(token.content)
            run = start if run < 0 else run
            continue
        if run >= 0 and not depth:
            _bare(content[run:start], urls)
        run = -1
        if kind == "link_open":
            depth += 1
            _destination(token, "href", texts, urls)
        elif kind == "link_close":
            depth -= 1
        else:
            _token(token, content, texts, urls)
    if run >= 0 and not depth:
        _bare(content[run:], urls)


def _token(token: Token, content: str, texts: list[str], urls: list[str]) -> None:
    kind = token.type
    if kind == "code_inline":
        texts.append(token.content)
    elif kind == "softbreak":
        texts.append(" ")
    elif kind == "hardbreak":
        texts.append(_BREAK)
    elif kind == "html_inline":
        _html(token.content, texts, urls)
    elif kind == "footnote_ref":
        texts.append(f"[^{token.meta['label']}]")
    elif kind == "image":
        _destination(token, "src", texts, urls)
        place = token.meta["place"]
        _tokens(token.children or (), content[place.text_start : place.text_end], texts, urls)


def _destination(token: Token, attribute: str, texts: list[str], urls: list[str]) -> None:
    place = token.meta["place"]
    if place.form in ("inline", "auto"):
        urls.append(str(token.attrGet(attribute) or ""))
        if title := token.attrGet("title"):
            texts.append(f' "{title}" ')
    else:
        urls.append(f"[{normalizeReference(place.label)}]")


def _html(content: str, texts: list[str], urls: list[str]) -> None:
    """What HTML shows: its text, its tags without their URLs, and comments that are not ours."""
    for node in html.scan(content):
        if isinstance(node, html.Text):
            texts.append(unescape(node.raw))
        elif isinstance(node, html.Comment):
            if directive(node.body, _NOWHERE, 0) is None:
                texts.append(f"<!--{_fold(node.body)}-->")
        else:
            texts.append(_tag(content, node, urls))


def _tag(content: str, tag: html.Tag, urls: list[str]) -> str:
    parts: list[str] = []
    at = tag.start
    for name in _URL_ATTRIBUTES if tag.attributes else ():
        value = tag.attributes.get(name)
        if value is not None and value.start >= at:
            parts.append(content[at : value.start])
            urls.append(value.decoded)
            at = value.end
    parts.append(content[at : tag.end])
    return "".join(parts)


# -- files of references ----------------------------------------------------------------------------


def _bibliography(source: Source) -> Skeleton:
    """A leaf for each entry, macro, preamble, comment and stretch of text."""
    from listlint.parse import bibtex

    scan = bibtex.scan(source.text)
    leaves = [*map(_reference, scan.entries), *_others(scan, source)]
    return Skeleton(tuple(sorted(leaves, key=lambda leaf: leaf.span)))


def _reference(entry: BibEntry) -> Leaf:
    urls, fields = [], []
    for one in entry.fields:
        name, value = one.name.lower(), _fold(one.value)
        if name == "url" and value.strip('{}" '):
            urls.append(value.strip('{}" '))
        else:
            fields.append(f"{name}={value}")
    return Leaf((), "entry", f"{entry.kind.lower()} {entry.key} " + " ".join(fields), tuple(urls), entry.span)


def _others(scan: BibScan, source: Source) -> list[Leaf]:
    leaves = [Leaf((), "string", f"{one.name}={_fold(one.value)}", (), one.span) for one in scan.strings]
    leaves += [Leaf((), "preamble", _fold(one.value), (), one.span) for one in scan.preambles]
    for comment in scan.comments:
        text = _fold(source[comment.span])
        if text or comment.kind is not CommentKind.FREE:
            leaves.append(Leaf((), f"{comment.kind.value} text", text, (), comment.span))
    return leaves
