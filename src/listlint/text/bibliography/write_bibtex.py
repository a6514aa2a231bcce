r"""Writes BibTeX: references built anew, and those of a list kept as they are written there."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from listlint.model.bib import PieceKind, pieces
from listlint.model.nodes import BlockKind
from listlint.model.patterns import lazy
from listlint.text.bibliography.read_bibtex import MONTHS
from listlint.text.bibliography.reference import OTHERS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.model.nodes import BibEntry, BibField, Document
    from listlint.model.span import Span
    from listlint.text.bibliography.reference import Person, Reference

_TYPES = {Kind.PAPER: "inproceedings", Kind.ARTICLE: "article"}
"""Types by kind; the standard styles know no better one than ``misc`` for the others, as lists describe them."""

# --- Text as LaTeX ---------------------------------------------------------------------------------

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{char: f"\\{char}" for char in "&%$#_"},
}
_ESCAPED = lazy(r"[\\{}~^<>|&%$#_]|-(?=-)|`(?=`)|'(?=')|[?!](?=`)")
_MATH = lazy(r"\$(?! )([^$]{1,120})(?<! )\$(?!\d)")
_IS_MATH = lazy(r"\\[A-Za-z]|[_^]|\A[A-Za-z0-9]{1,2}\Z|\A[A-Za-z0-9]\s*[+=<>-]\s*[A-Za-z0-9]\Z")
_WORD = lazy(r"[^\W_]+(?:[-'’/.][^\W_]+)*")
_CAPITAL = lazy(r"[^\W\d_][^\W_]*?[A-ZÀ-ÖØ-Þ]|\d[A-Z]")
_ACTING = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = lazy("[\x85\u2028\u2029]")
_SURROGATE = lazy("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text without characters that act instead of showing; what is no character becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _ACTING.sub("", _LINE_ENDS.sub(" ", text)))


def escape(text: str) -> str:
    """Plain text as the value of a field: braces are balanced, and LaTeX shows every character as it is.

    Formulas (``$x^2$``) stay as they are written. White space is folded.
    """
    text = " ".join(clean(text).split())
    parts: list[str] = []
    at = 0
    for match in _MATH.finditer(text) if "$" in text else ():
        if _IS_MATH.search(match[1]) and _is_balanced(match[1]) and not re.search(r"[%#&]", match[1]):
            parts += (_escape(text[at : match.start()]), match[0])
            at = match.end()
    return "".join((*parts, _escape(text[at:])))


def _escape(text: str) -> str:
    # An empty group keeps two characters apart that TeX would join: ``--``, ``''``, ``?`` and a grave accent.
    return _ESCAPED.sub(lambda match: _SPECIAL.get(match[0]) or match[0] + "{}", text)


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text.replace("\\\\", "").replace("\\{", "").replace("\\}", ""):
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0 and text.count("{") == text.count("}") and not text.endswith("\\")


def escape_title(text: str) -> str:
    """A title as LaTeX, with braces around words whose capitals styles must not lower: ``{BERT}``, ``{iOS}``."""
    text = " ".join(clean(text).split())
    if text.isupper():
        return escape(text)
    parts: list[str] = []
    at = 0
    for match in _WORD.finditer(text):
        if _CAPITAL.search(match[0]) and text.count("$", 0, match.start()) % 2 == 0:
            parts += (text[at : match.start()], match[0])
            at = match.end()
    if not parts:
        return escape(text)
    marked = [
        escape_part if index % 2 == 0 else f"{{{escape_part}}}"
        for index, escape_part in enumerate(map(_kept_space, parts))
    ]
    return "".join((*marked, _kept_space(text[at:])))


def _kept_space(text: str) -> str:
    """:func:`escape`, but white space at the ends stays."""
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if text.strip() else ""
    return f"{lead}{escape(text)}{trail}"


_URL_UNSAFE = lazy(r"[\s{}\\\"<>^`|\x00-\x1f\x7f]")


def _url(url: str) -> str:
    """An address that no character of its own breaks out of; percent signs stay."""
    return _URL_UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), clean(url).strip())


# --- References built anew -------------------------------------------------------------------------


def built(key: str, reference: Reference) -> str:
    """A reference as one block of BibTeX, without a line end at its end."""
    kind = _TYPES.get(reference.kind, "misc")
    lines = ",\n".join(f"  {name} = {value}" for name, value in _fields(reference))
    return f"@{kind}{{{key},\n{lines}\n}}" if lines else f"@{kind}{{{key}}}"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    container = {Kind.PAPER: "booktitle", Kind.ARTICLE: "journal"}.get(reference.kind, "")
    doi = "" if re.search(r"[{}\\\s]", reference.doi) else reference.doi
    values = (
        ("title", escape_title(reference.title)),
        ("author", " and ".join(map(_person, reference.authors))),
        (container, escape(reference.container) if container else ""),
        ("year", str(reference.year or "")),
        ("eprint", reference.arxiv),
        ("archivePrefix", "arXiv" if reference.arxiv else ""),
        ("doi", clean(doi)),
        ("isbn", reference.isbn),
        ("url", "" if reference.arxiv or doi else _url(reference.url)),
        ("keywords", escape(", ".join(reference.keywords))),
        ("note", escape(reference.note)),
        ("annote", escape(reference.remark)),
    )
    for name, value in values:
        if name and value:
            yield name, f"{{{value}}}"
        if name == "year" and value and reference.month is not None:
            yield "month", MONTHS[reference.month - 1]


def _person(person: Person) -> str:
    if person == OTHERS:
        return "others"
    if person.literal:
        return f"{{{escape(person.literal)}}}"
    last = " ".join(escape(part) for part in (person.particle, person.family) if part)
    return ", ".join(part for part in (last, escape(person.suffix), escape(person.given)) if part)


# --- References kept -------------------------------------------------------------------------------

_HEAD = lazy(r"@\s*[^\s{(]+\s*\{\s*")
_COMMA = lazy(r"\s*,\s*")
_EQUALS = lazy(r"\s*=\s*")
_TAIL = lazy(r"\s*,?\s*\}")
_ENTITY = lazy(r"&(?:amp|lt|gt|quot|#39);")


def kept(document: Document, entry: BibEntry, key: str, expanded: Mapping[str, str]) -> tuple[str, list[str]]:
    """A well-formed reference of a document, and the names of fields that it has twice and that are left out.

    It is as written but for ``key``, the macros in ``expanded`` (name in lower case to text) and
    the indentation of its list. Where it has parentheses around it, or a field twice, it is set anew
    from its key and its raw values.
    """
    names = [field.name.lower() for field in entry.fields]
    twice = [name for index, name in enumerate(names) if name in names[:index]] if len(set(names)) < len(names) else []
    text = None if twice else _sliced(document, entry, key, expanded)
    if text is None:
        fields = [field for index, field in enumerate(entry.fields) if names[index] not in names[:index]]
        values = (_expanded(field.value, field, expanded) for field in fields)
        lines = ",\n".join(f"  {field.name} = {value}" for field, value in zip(fields, values, strict=True))
        text = f"@{entry.kind}{{{key},\n{lines}\n}}" if lines else f"@{entry.kind}{{{key}}}"
    if _ENTITY.search(text) and _in_html(document, entry.span):
        text = html.unescape(text)
    return clean(text), twice


def _sliced(document: Document, entry: BibEntry, key: str, expanded: Mapping[str, str]) -> str | None:
    """The reference in its own layout; None where that is not to be had, or has parentheses around it."""
    text = _dedented(document, entry.span)
    head = _HEAD.match(text)
    if head is None or not text.startswith(entry.key, head.end()):
        return None
    parts = [head[0], key]
    at = head.end() + len(entry.key)
    for field in entry.fields:
        gap = _COMMA.match(text, at)
        if gap is None or not text.startswith(field.name, gap.end()):
            return None
        equals = _EQUALS.match(text, gap.end() + len(field.name))
        if equals is None or not text.startswith(field.value, equals.end()):
            return None
        parts += (text[at : equals.end()], _expanded(field.value, field, expanded))
        at = equals.end() + len(field.value)
    return "".join((*parts, text[at:])) if _TAIL.fullmatch(text, at) else None


def _dedented(document: Document, span: Span) -> str:
    """What a span covers, its lines without what stands before the first one: indentation, marks of a quotation."""
    text = document.slice(span)
    prefix = document.text[document.source.line_starts[document.source.line_index(span.start)] : span.start]
    if not prefix or prefix.strip("> \t"):
        return text
    first, *rest = text.split("\n")
    return "\n".join([first, *(_without(prefix, line) for line in rest)])


def _without(prefix: str, line: str) -> str:
    if line.startswith(prefix):
        return line[len(prefix) :]
    marks = prefix.rstrip()
    return line[len(marks) :] if marks and line.startswith(marks) else line.lstrip() if not marks else line


def _expanded(value: str, field: BibField, expanded: Mapping[str, str]) -> str:
    """A raw value with the macros in ``expanded`` as text."""
    parts = pieces(field)
    if not any(part.kind is PieceKind.MACRO and part.text.lower() in expanded for part in parts):
        return value
    return " # ".join(_operand(part.kind, part.text, expanded) for part in parts)


def _operand(kind: PieceKind, text: str, expanded: Mapping[str, str]) -> str:
    if kind is PieceKind.MACRO:
        return f"{{{expanded[text.lower()]}}}" if text.lower() in expanded else text
    return f'"{text}"' if kind is PieceKind.QUOTED else text if kind is PieceKind.NUMBER else f"{{{text}}}"


def _in_html(document: Document, span: Span) -> bool:
    return any(block.kind is BlockKind.HTML and block.span.covers(span) for block in document.blocks)


def macro_names(entry: BibEntry) -> Sequence[str]:
    """The macros that a reference uses, in lower case, without those of months."""
    found = {
        piece.text.lower(): None
        for field in entry.fields
        for piece in pieces(field)
        if piece.kind is PieceKind.MACRO and piece.text.lower() not in MONTHS
    }
    return tuple(found)
