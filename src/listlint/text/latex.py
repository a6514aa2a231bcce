r"""LaTeX in the values of BibTeX, as plain text, and titles as they are compared.

What is decoded is what people write in bibliographies: accents (``\"{u}``, ``\v s``, ``{\'\i}``), letters and symbols
(``\ss``, ``\&``, ``\textendash``), Greek letters and operators in formulas, quotes and dashes. Other commands and all
braces go, arguments stay.
"""

from __future__ import annotations

import html
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from bibtexparser.middlewares import LatexDecodingMiddleware

_GREEK = {
    **{letter: unicodedata.name(letter).split()[-1].lower() for letter in "αβγδεζηθικμνξπρςστυφχψω"},
    "λ": "lambda",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϵ": "epsilon",
    "ϖ": "pi",
    "ϱ": "rho",
}
_TYPED = {"--": "–", "---": "—", "``": "“", "''": "”", "{": "", "}": "", "$": "", "~": " "}
"""What characters without a backslash give; longer rows of hyphens stay."""
_TOKEN = lazy(r"-{2,}+|``|''|[{}$~]")
_UNKNOWN_THERE = {
    "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "TeX": "TeX", "BibTeX": "BibTeX", "textbraceleft": "{",
    "textbraceright": "}",
    "textbar": "|", "textunderscore": "_", "textquotesingle": "'", "textquotedbl": '"', "textless": "<",
    "textgreater": ">", "textasciicircum": "^", "copyright": "©", "degree": "°", "textperiodcentered": "·", "euro": "€",
    "pounds": "£", "S": "§", "P": "¶", "colon": ":",
    **{name: name for name in ("arg", "det", "dim", "ker", "gcd", "Pr")},
}  # fmt: skip
"""Commands that pylatexenc does not know, and what they show."""
_ADDRESS = lazy(r"\\href\s*+\{[^{}]*+\}")
"""The address of a link; what the link shows comes behind it."""
_LONGEST = 20_000
"""Code points of a value beyond which commands are not decoded: no title or name is so long."""


@lru_cache(maxsize=32768)
def decode(raw: str) -> str:
    r"""The plain text that a LaTeX value shows: NFC, braces and commands dropped, white space folded.

    Never raises; what is no LaTeX stays as it is.
    """
    if "\\" in raw and len(raw) <= _LONGEST:
        raw = _decoded(_ADDRESS.sub("", raw))
    else:
        raw = _TOKEN.sub(lambda match: _TYPED.get(match[0], match[0]), raw)
    if not raw.isascii():
        raw = unicodedata.normalize("NFC", raw)
    return " ".join(raw.split())


@cache
def _decoder() -> LatexDecodingMiddleware:
    from bibtexparser.middlewares import LatexDecodingMiddleware  # here, for most lists have no LaTeX
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    context = get_default_latex_context_db()
    shown = [MacroTextSpec(name, text) for name, text in _UNKNOWN_THERE.items()]
    silent = [MacroTextSpec(name, "") for name in ("-", "/", "noopsort", "noop")]
    context.add_context_category("listlint", macros=[*shown, *silent, MacroTextSpec("url", "%s")], prepend=True)
    return LatexDecodingMiddleware(decoder=LatexNodes2Text(latex_context=context, math_mode="text"))


def _decoded(raw: str) -> str:
    """The value as bibtexparser decodes it; where it cannot, without braces only."""
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    try:
        blocks = _decoder().transform(Library([Entry("misc", "key", [Field("title", raw)])])).entries
    except (RecursionError, ValueError):
        blocks = []
    shown = blocks[0].fields[0].value if blocks else _TOKEN.sub(lambda match: _TYPED.get(match[0], match[0]), raw)
    return str(shown)


_FOLDED = str.maketrans(
    {
        "&": " and ",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ȷ": "j",
        "µ": "mu",
        "’": "",
        "‘": "",
        "'": "",
        **_GREEK,
    }
)
_WORD = lazy(r"[^\W_]++")


@lru_cache(maxsize=32768)
def fold_title(text: str) -> str:
    """A title as titles are compared: LaTeX decoded, no case, accents or punctuation, words with one space between.

    Greek letters become their names, ``&`` becomes ``and``, apostrophes join.
    """
    text = decode(html.unescape(text) if "&" in text else text)
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(text.casefold().translate(_FOLDED)))
