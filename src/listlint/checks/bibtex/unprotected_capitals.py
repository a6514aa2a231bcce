"""BIB018: a known acronym or name in a title that BibTeX puts into lower case, or that stands in it already."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib import content, field, well_formed
from listlint.checks.bib_options import DialectOptions, writes_biblatex
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy
from listlint.packs.capitals import CapitalTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.packs.capitals import Capital

_KEPT = frozenset({"book", "inbook", "proceedings", "manual", "phdthesis"})
"""Types whose titles the standard styles leave as they are (plain.bst, ``format.btitle``)."""
_TOKEN = lazy(
    r"(?P<skip>\\(?:url|href|path)\s*+\{[^{}]*\}|https?://[^\s{}]+|\$[^$]*\$|\\(?:[A-Za-z]++|.))"
    r"|(?P<open>\{)|(?P<close>\})|(?P<word>[^\W_]+)",
)
_SHOUTED = 0.6
"""Part of the letters that are capitals from which on a title is set in capitals."""
_JOINTS = frozenset({" ", "-", "\n", "~", "--", "–"})
"""What stands between the parts of a name."""


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    protected: bool
    broken: bool
    """a brace parts it from more letters"""


class UnprotectedCapitals(Rule[BibEntry]):
    """A title has an acronym or a name without the braces that keep its capitals, or in lower case already.

    The standard styles of BibTeX put the titles of articles and papers into lower case, but for the first letter
    and what stands in braces: `Deep Learning for NLP` is printed as "Deep learning for nlp". Citations
    copied from search engines have lost such capitals before (`gaussian`, `Grad-cam`).

    Only the acronyms and names of `rules/tables/capitals.toml` are judged. The first letter of a title and that
    behind a colon keep their case by themselves, so that `Bayesian` is fine there, and `GANs` is not. Titles of books,
    proceedings and doctoral theses keep theirs, titles set in capitals are left alone, and
    BibLaTeX keeps what is written. Words joined by hyphens get braces together where they have capitals of their own:
    `{GLSR-VAE}`, but `{Q}-Learning`. In braces only what has no capital at all is judged: somebody chose the others.
    """

    class Options(DialectOptions, frozen=True, kw_only=True):
        """What can be set."""

    code, name = "BIB018", "unprotected-capitals"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    valid = (
        Good("@article{a, title={Deep Learning for {NLP} and {B}ayesian Methods}}\n", path="list.bib"),
        Good("@article{a, title={{Deep Learning for NLP}}}\n", path="list.bib"),
        Good("@article{a, title={{Wavenet} and {NERF++} for Music}}\n", path="list.bib"),
        Good("@article{a, title={Bayesian Learning: Gaussian Processes}}\n", path="list.bib"),
        Good('@article{a, title="{GANs} and {3D}-Vision"}\n', path="list.bib"),
        Good("@book{a, title={Natural Language and NLP}}\n", path="list.bib"),
        Good("@proceedings{a, title={Proceedings of the Symposium on DNA}}\n", path="list.bib"),
        Good("@article{a, title={A STUDY OF DNA IN ENGLISH GARDENS}}\n", path="list.bib"),
        Good("@article{a, title={To slam a door with glue: an ode}}\n", path="list.bib"),
        Good("@article{a, title={On {GLSR-VAE} and {LSTM-RNN} Networks}}\n", path="list.bib"),
        Good("@article{a, title={See \\url{https://a.dev/DNA} and $DNA$ at https://a.dev/DNA}}\n", path="list.bib"),
        Good("@article{a, title={Res{N}et and {Auto}ML}}\n", path="list.bib"),
        Good("@article{a, title={About NLP}}\n", {"dialect": "biblatex"}, path="list.bib"),
        Good("@article{a, title={About NLP}, journaltitle={B}}\n", path="list.bib"),
        Good("@article{a, title={About Learning Things}, journal={NLP Review}}\n", path="list.bib"),
    )
    invalid = (
        Bad(
            "@article{a, title={Deep Learning for ⟦NLP⟧}}\n",
            "@article{a, title={Deep Learning for {NLP}}}\n",
            path="list.bib",
        ),
        Bad(
            "@article{a, title={⟦GANs⟧ for ⟦3D⟧ Vision: ⟦CNN⟧-based Networks}}\n",
            "@article{a, title={{GANs} for {3D} Vision: {CNN}-based Networks}}\n",
            path="list.bib",
        ),
        Bad(
            "@article{a, title={Deep networks as ⟦gaussian⟧ processes}}\n",
            "@article{a, title={Deep networks as {Gaussian} processes}}\n",
            path="list.bib",
        ),
        Bad(
            "@article{a, title={{Deep networks as ⟦gaussian⟧ processes}}}\n",
            "@article{a, title={{Deep networks as Gaussian processes}}}\n",
            path="list.bib",
        ),
        Bad(
            "```bibtex\n@inproceedings{a, title={⟦Grad-cam⟧: Visual explanations}}\n```\n",
            "```bibtex\n@inproceedings{a, title={{Grad-CAM}: Visual explanations}}\n```\n",
        ),
        Bad(
            "@misc{a, title={Deep ⟦Q⟧-Learning and ⟦Monte Carlo⟧ Search is ⟦NP⟧-Hard}}\n",
            "@misc{a, title={Deep {Q}-Learning and {Monte Carlo} Search is {NP}-Hard}}\n",
            path="list.bib",
        ),
        Bad(
            "@misc{a, title={On ⟦GLSR-VAE⟧ and ⟦LSTM-RNN⟧-based Networks for Low-⟦RNNs⟧}}\n",
            "@misc{a, title={On {GLSR-VAE} and {LSTM-RNN}-based Networks for Low-{RNNs}}}\n",
            path="list.bib",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each acronym and name whose capitals are lost or will be."""
        if self.options.dialect == "biblatex" or node.kind.lower() in _KEPT:
            return
        title = field(node, "title")
        inside = content(title) if title else None
        if inside is None or not ctx.memo(well_formed)(node) or ctx.memo(writes_biblatex):
            return
        text, span = inside
        words = list(_words(text))
        if _is_shouted(words):
            return
        table = ctx.tables.get("capitals", CapitalTable)
        kept = _kept(text)
        at = done = 0
        while at < len(words):
            capital = _capital(words, at, text, table)
            if capital is None:
                at += 1
                continue
            end = at + len(capital.words)
            lost = _lost(words[at:end], capital, kept)
            if lost is not None and lost.meant is None:
                first, end = _token(words, done, (at, end), text)
                lost = lost._replace(words=words[first:end]) if end - first > len(capital.words) else lost
            if lost is not None:
                yield _finding(lost, capital, text, span.start)
            at = done = end


def _words(text: str) -> Iterator[_Word]:
    depth = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "word":
            start, end = token.span()
            broken = text[start - 1 : start] == "}" or text[end : end + 1] == "{"
            yield _Word(token[0], start, end, depth > 0, broken)


def _is_shouted(words: list[_Word]) -> bool:
    letters = "".join(word.text for word in words)
    return sum(map(str.isupper, letters)) > _SHOUTED * len(letters)


def _kept(text: str) -> frozenset[int]:
    """Offsets of the letters that keep their case: the first one, and those behind a colon and white space."""
    first = len(text) - len(text.lstrip())
    kept = {first}
    at = text.find(":")
    while at >= 0:
        behind = at + 1
        while behind < len(text) and text[behind].isspace():
            behind += 1
        if behind > at + 1:
            kept.add(behind)
        at = text.find(":", behind)
    return frozenset(kept)


def _capital(words: list[_Word], at: int, text: str, table: CapitalTable) -> Capital | None:
    """The capital that starts at a word."""
    for capital in table.starting(words[at].text.lower()):
        here = words[at : at + len(capital.words)]
        if tuple(word.text.lower() for word in here) != capital.words or any(word.broken for word in here):
            continue
        pairs = pairwise(here)
        if all(text[one.end : other.start] in _JOINTS and one.protected is other.protected for one, other in pairs):
            return capital
    return None


class _Lost(NamedTuple):
    """Neighbouring words whose capitals are lost or will be."""

    words: Sequence[_Word]
    meant: Sequence[str] | None
    """what each should be; None where they stand there rightly, and lack braces only"""


def _lost(here: Sequence[_Word], capital: Capital, kept: frozenset[int]) -> _Lost | None:
    """The words of a capital that are not printed as they should be; None where all are."""
    parts = capital.text.split("-") if len(here) > 1 else [capital.text]
    if len(parts) != len(here):
        return None
    pairs = [
        (word, part) for word, part in zip(here, parts, strict=True) if not part.islower() and not part.isdecimal()
    ]
    if not pairs:
        return None
    miscased = any(word.text != part for word, part in pairs)
    if miscased and (capital.own or any(word.protected and not word.text.islower() for word, _ in pairs)):
        return None
    if all(_printed(word, kept) == part for word, part in pairs):
        return None
    # What stands between them, such as the "of" of a name, is a word of the text too.
    first, last = here.index(pairs[0][0]), here.index(pairs[-1][0]) + 1
    meant = dict(pairs)
    return _Lost(here[first:last], [meant.get(word, word.text) for word in here[first:last]] if miscased else None)


def _token(words: Sequence[_Word], done: int, place: tuple[int, int], text: str) -> tuple[int, int]:
    """A capital's place in ``words`` with those joined to it by hyphens that have capitals of their own.

    The words before ``done`` belong to another finding.
    """
    first, end = place
    if words[first].protected:
        return place
    while first > done and _joined(words[first - 1], words[first], text) and _has_capitals(words[first - 1]):
        first -= 1
    while end < len(words) and _joined(words[end - 1], words[end], text) and _has_capitals(words[end]):
        end += 1
    return first, end


def _joined(one: _Word, other: _Word, text: str) -> bool:
    whole = not (one.broken or other.broken or one.protected or other.protected)
    return whole and text[one.end : other.start] == "-"


def _has_capitals(word: _Word) -> bool:
    """Tell whether a word has more capitals than the first letter of any word in a title, or is one capital."""
    return any(map(str.isupper, word.text[1:])) or (len(word.text) == 1 and word.text.isupper())


def _finding(lost: _Lost, capital: Capital, text: str, start: int) -> Finding:
    words = lost.words
    first, last = words[0].start, words[-1].end
    written = meant = text[first:last]
    for word, part in zip(reversed(words), reversed(lost.meant or ()), strict=False):
        meant = meant[: word.start - first] + part + meant[word.end - first :]
    replacement = meant if words[0].protected else f"{{{meant}}}"
    if lost.meant is not None:
        message = f"“{written}” has lost the capitals of “{meant}”"
    else:
        message = f"“{written}” has no braces that keep its capitals"
    place = Span(start + first, start + last)
    fix = Fix(f"write “{replacement}”", (Edit(place, replacement),), Applicability.UNSAFE, May.TEXT)
    return Finding(place, message, fix, group=f"BIB018:{capital.text}")


def _printed(word: _Word, kept: frozenset[int]) -> str:
    """A word as a standard style prints it."""
    if word.protected:
        return word.text
    return word.text[0] + word.text[1:].lower() if word.start in kept else word.text.lower()
