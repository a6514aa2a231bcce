"""BIB019: a character in a text of BibTeX that LaTeX takes for a command."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib import content, well_formed
from listlint.model.nodes import BibEntry, Mask
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Document

_NAMES = frozenset({"author", "editor"})
_TEXTS = _NAMES | {
    "address", "booksubtitle", "booktitle", "chapter", "edition", "eventtitle", "howpublished", "institution", "journal",
    "journalsubtitle", "journaltitle", "location", "mainsubtitle", "maintitle", "note", "organization", "publisher", "school",
    "series", "subtitle", "title", "type", "venue",
}  # fmt: skip
"""Fields that styles print as text; what programs write for themselves (abstracts, keywords, files) is not judged."""
_TOKEN = lazy(
    r"(?P<verbatim>\\(?:url|href|path|nolinkurl|doi|detokenize|ensuremath|cite[a-z]*|ref|eqref|label|input|includegraphics)\*?\s*+"
    r"(?:\[[^\]{}]*\])?\{[^{}]*\})"
    r"|\\verb\*?(?P<mark>[|!+])[^|!+]*+(?P=mark)"
    r"|(?P<entity>(?:\{\\&\}|\\?&)(?:(?:amp;)++(?:#?\w{1,31};)?|(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,31});))"
    r"|(?P<open>\\[(\[])|(?P<close>\\[)\]])|\\[\s\S]"
    r"|(?P<url>(?:https?://|www\.)[^\s{}]+)"
    r"|(?P<dollar>\$\$?)|(?P<raw>[&%#_])"
)
_MEANINGS = {
    "&": "\\&", "%": "\\%", "#": "\\#", "_": "\\_", "$": "\\$", "<": "{\\textless}", ">": "{\\textgreater}", '"': '{"}',
    "\\": "{\\textbackslash}", "{": "\\{", "}": "\\}", "\u00a0": "~", "\u200b": "",
}  # fmt: skip
"""What LaTeX text needs for a character of HTML."""
_EFFECTS = {
    "&": "parts columns",
    "%": "starts a comment",
    "#": "names a parameter",
    "_": "stops LaTeX, since it belongs into a formula",
}


class _Text(NamedTuple):
    """What a value has of characters with a meaning: raw ones and entities outside of formulas, and dollar signs."""

    raw: list[re.Match[str]]
    entities: list[tuple[re.Match[str], bool]]
    """with whether it stands in a formula"""
    dollars: list[re.Match[str]]


def _bad(text: str, fixed: str | None = None, name: str = "title") -> Bad:
    return Bad(
        f"@misc{{a, {name} = {{{text}}}}}\n",
        None if fixed is None else f"@misc{{a, {name} = {{{fixed}}}}}\n",
        path="list.bib",
    )


def _good(text: str, name: str = "title") -> Good:
    return Good(f"@misc{{a, {name} = {{{text}}}}}\n", path="list.bib")


class LatexEscape(Rule[BibEntry]):
    r"""A text has `&`, `%`, `#` or `_` without a backslash, a `$` without its partner, or an entity of HTML.

    LaTeX stops with an error at the first entry that a reader of the list cites, or loses the rest of
    the line without one (`%`). Entities come from pages that the entry was copied from, and are printed
    as they are.

    Only fields that styles print as text are judged: no URLs, identifiers, abstracts, keywords or files. Formulas, URLs
    within a text and the arguments of `\url`, `\href`, `\cite` and their like are left alone. `&` between
    the names of authors is the matter of BIB009. BibTeX in an HTML element needs its entities.
    """

    code, name = "BIB019", "latex-escape"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        _good(r"Search \& Rescue: 95\% of \#1 in word\_vec"),
        _good(r"An $O(n_1 \log n_2)$ bound and \(a_1\) for {$x_{ij} \% 2$}"),
        _good(r"Costs \$5"),
        _good(r"\url{https://a.dev/x_y?z=1&w=%20#a} and \href{https://a.dev/x_y}{this} \verb|a_b|", "note"),
        _good("See https://a.dev/x_y?z=1&w=2", "howpublished"),
        _good("https://a.dev/x_y?z=1&w=%20#a", "url"),
        _good("10.1007/978-3-319-70096-0_49", "doi"),
        _good("A & B, 5 % of C_1", "abstract"),
        _good("a_b & c", "keywords"),
        _good("Ada Lovelace & Alan Turing", "author"),
        _good(r"Caf\'e; M\"uller; AT\&T;"),
        Good('@misc{a, title = "A " # b_c # " D"}\n', path="list.bib"),
        Good("@misc{a,\n  title = {A & B}\n  year = 2020\n}\n", path="list.bib"),
        "<pre>\n@misc{a,\n  title = {Search \\&amp; Rescue &lt; A},\n}\n</pre>\n",
    )
    invalid = (
        _bad("Search ⟦&⟧ Rescue", r"Search \& Rescue"),
        _bad("Science ⟦&⟧ Society ⟦&⟧ Art", r"Science \& Society \& Art", "journal"),
        _bad("AT⟦&⟧T and {R⟦&⟧D Team}", r"AT\&T and {R\&D Team}", "author"),
        _bad("95⟦%⟧ of it", r"95\% of it"),
        _bad("Problem ⟦#⟧1", r"Problem \#1"),
        _bad("{word⟦_⟧vec} and $n_1$", r"{word\_vec} and $n_1$"),
        _bad("Costs US⟦$⟧5"),
        _bad("⟦&⟧ an $O(n)$ bound for ⟦$⟧n_1", r"\& an $O(n)$ bound for $n_1"),
        _bad("Search ⟦&amp;⟧ Rescue", r"Search \& Rescue"),
        _bad(r"Search ⟦\&amp;⟧ Rescue, ⟦{\&}amp;⟧, ⟦&amp;amp;⟧", r"Search \& Rescue, \&, \&"),
        _bad("M⟦&uuml;⟧ller ⟦&lt;⟧ ⟦&#8211;⟧ ⟦&quot;⟧A⟦&#x22;⟧", 'Müller {\\textless} – {"}A{"}'),
        _bad("$a ⟦&lt;⟧ b_1$", "$a < b_1$"),
        _bad("M⟦&uuml;⟧ller, Kurt", "Müller, Kurt", "author"),
        Bad(
            "```bibtex\n@misc{a,\n  title={Search ⟦&⟧ Rescue},\n}\n```\n",
            "```bibtex\n@misc{a,\n  title={Search \\& Rescue},\n}\n```\n",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each character that needs a backslash or a partner, and for each entity."""
        if not ctx.memo(well_formed)(node):
            return
        for one in node.fields:
            name = one.name.lower()
            inside = content(one) if name in _TEXTS and any(char in one.value for char in "&%#_$") else None
            if inside is not None:
                yield from _findings(_read(inside[0]), inside[1].start, name, html=_in_html(node, ctx.document))


def _in_html(entry: BibEntry, document: Document) -> bool:
    """Tell whether the entry stands in an HTML element, where entities are what their characters are elsewhere."""
    return bool(document.blocks) and document.mask_at(entry.span.start) is not Mask.CODE


def _read(value: str) -> _Text:
    found = _Text([], [], [])
    formula = False
    for token in _TOKEN.finditer(value):
        kind = token.lastgroup
        if kind == "dollar":
            found.dollars.append(token)
            formula = not formula
        elif kind in {"open", "close"}:
            formula = kind == "open"
        elif kind == "entity":
            if _meaning(token[0]) is not None:
                found.entities.append((token, formula))
            elif token[0][0] == "&" and not formula:
                found.raw.append(token)
        elif kind == "raw" and not formula:
            found.raw.append(token)
    return found


def _meaning(written: str) -> str | None:
    """The characters that an entity stands for, however often it was escaped; None if it is none."""
    text = "&" + written.lstrip("{\\&}")
    for _ in range(4):
        shorter = html.unescape(text)
        if shorter == text:
            break
        text = shorter
    return None if text.endswith(";") and len(text) > 1 else text


def _findings(text: _Text, start: int, name: str, *, html: bool) -> Iterator[Finding]:
    odd = len(text.dollars) % 2 == 1
    if odd:
        last = text.dollars[-1]
        yield Finding(_place(last, start), f"this “{last[0]}” has no partner")
    for token in text.raw:
        # Behind a dollar sign without partner nothing tells what is a formula.
        unsure = odd and token.start() > text.dollars[0].start()
        if not unsure and not (name in _NAMES and _parts_names(token)):
            char = token[0][0]
            yield _raw(char, Span(start + token.start(), start + token.start() + 1))
    for token, formula in text.entities if not html else ():
        meaning = _meaning(token[0]) or ""
        new = meaning if formula else "".join(_MEANINGS.get(char, char) for char in meaning)
        place = _place(token, start)
        fix = Fix(f"write “{new}”" if new else "delete it", (Edit(place, new),), Applicability.SAFE, May.TEXT)
        yield Finding(place, f"“{token[0]}” is an entity of HTML, which LaTeX prints as it is", fix)


def _place(token: re.Match[str], start: int) -> Span:
    return Span(start + token.start(), start + token.end())


def _parts_names(token: re.Match[str]) -> bool:
    """Tell whether ``&`` stands between two words of a list of names."""
    around = token.string[max(0, token.start() - 1) : token.end() + 1]
    return token[0] == "&" and len(around) == 3 and around[0].isspace() and around[2].isspace()


def _raw(char: str, place: Span) -> Finding:
    safe = Applicability.SAFE if char == "&" else Applicability.UNSAFE
    fix = Fix(f"write “\\{char}”", (Edit(place, f"\\{char}"),), safe, May.TEXT)
    return Finding(place, f"“{char}” without a backslash {_EFFECTS[char]} in LaTeX", fix)
