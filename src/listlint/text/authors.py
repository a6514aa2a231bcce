"""People and groups: BibTeX's `author` values, and the names that stand beside a title.

:func:`split_names` follows BibTeX ("BibTeXing", 1988, section 4, and the name functions of ``bibtex.web``).
:func:`find_people` reads prose, where a name is only what something vouches for: "by", "et al.", a group, an
initial, emphasis around all of it, or the year and venue behind it.
"""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Order(StrEnum):
    """How a name is written."""

    FIRST_LAST = "First Last"
    LAST_FIRST = "Last, First"
    LAST_INITIALS = "Last F"
    """initials without stops behind the family name, as in medicine"""


class Name(NamedTuple):
    """One name of a list, by its place in the text it was read from (half open).

    ``particle`` is BibTeX's *von* part, ``suffix`` its *Jr* part. ``commas`` counts those at brace
    depth 0; above two, BibTeX cannot read the name, and its parts are not to be relied on.
    """

    start: int
    end: int
    text: str
    given: str
    particle: str
    family: str
    suffix: str
    commas: int

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands between two ``and``."""
        return not self.text

    @property
    def others(self) -> bool:
        """Tell whether it is the word for further authors."""
        return self.text == "others"

    @property
    def braced(self) -> bool:
        """Tell whether it is one braced whole, as institutions are written."""
        return self.text.startswith("{") and _closing(self.text, 0) == len(self.text)

    @property
    def order(self) -> Order | None:
        """How it is written; None where only one part is there, so that nothing tells."""
        if self.commas:
            return Order.LAST_FIRST if self.given and self.family else None
        return Order.FIRST_LAST if self.given and self.family else None

    def written(self, order: Order) -> str:
        """The same name in another form, one that BibTeX reads alike."""
        last = " ".join(part for part in (self.particle, self.family) if part)
        if order is Order.FIRST_LAST and not self.suffix:
            return " ".join(part for part in (self.given, last) if part)
        return ", ".join(part for part in (last, self.suffix, self.given) if part)


# -- BibTeX -----------------------------------------------------------------------------------------

_TOKENS = lazy(r"[{}]|(?<![^\s}])and(?![^\s{])", re.IGNORECASE)
_WORDS = lazy(r"[^\s~]++")
_SPECIAL = lazy(r"\{\\(?:[A-Za-z]++\s*+|[^A-Za-z])\{?\s*+(?P<letter>[^\W\d_])?")
_LETTER_COMMANDS = lazy(r"\{\\(?P<name>oe|OE|ae|AE|aa|AA|o|O|l|L|ss|i|j)(?![A-Za-z])")


@lru_cache(maxsize=4096)
def split_names(value: str) -> tuple[Name, ...]:
    """The names of a BibTeX ``author`` or ``editor`` value, given without its delimiters.

    Names are separated by ``and`` in any case between white space at brace depth 0. Where one is
    missing (``A and and B``, an ``and`` at either end) an empty name stands in its place; an empty
    value has no names. Places count from the start of ``value``.
    """
    if not value.strip():
        return ()
    names, start, depth = [], 0, 0
    for found in _TOKENS.finditer(value):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            names.append(_name(value, start, found.start()))
            start = found.end()
    names.append(_name(value, start, len(value)))
    return tuple(names)


def _name(value: str, start: int, end: int) -> Name:
    body = value[start:end]
    start += len(body) - len(body.lstrip())
    text = body.strip()
    parts = _parts(text)
    words = [_words(part) for part in parts]
    given: Sequence[str] = ()
    suffix: Sequence[str] = ()
    if len(parts) == 1:
        given, particle, family = _first_von_last(words[0])
    else:
        particle, family = _von_last(words[0])
        given, suffix = (words[1], ()) if len(parts) == 2 else (words[2], words[1])
    return Name(
        start,
        start + len(text),
        text,
        " ".join(given),
        " ".join(particle),
        " ".join(family),
        " ".join(suffix),
        len(parts) - 1,
    )


def _parts(text: str) -> list[str]:
    """A name cut at its commas outside braces."""
    if "," not in text or "{" not in text:
        return text.split(",")
    parts, start, depth = [], 0, 0
    for index, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _words(part: str) -> list[str]:
    """The words of a part; white space in braces does not end one."""
    if "{" not in part:
        return _WORDS.findall(part)
    words, start, at = list[str](), -1, 0
    while at < len(part):
        if part[at].isspace() or part[at] == "~":
            if start >= 0:
                words.append(part[start:at])
            start, at = -1, at + 1
            continue
        start = at if start < 0 else start
        at = _closing(part, at) if part[at] == "{" else at + 1
    return [*words, part[start:]] if start >= 0 else words


def _closing(text: str, at: int) -> int:
    """The offset behind the brace that closes the one at ``at``; the end if none does."""
    depth = 0
    for index in range(at, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index + 1
    return len(text)


def _is_lower(word: str) -> bool:
    """Tell whether BibTeX takes a word for part of the *von*: its first letter outside braces is small."""
    for index, char in enumerate(word):
        if char == "{":
            if word[index + 1 : index + 2] != "\\":
                return False
            command = _LETTER_COMMANDS.match(word, index)
            if command:
                return command["name"].islower()
            special = _SPECIAL.match(word, index)
            return bool(special and special["letter"] and special["letter"].islower())
        if char.isalpha():
            return char.islower()
    return False


def _first_von_last(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    lower = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    if not lower:
        return words[:-1], (), words[-1:]
    return words[: lower[0]], words[lower[0] : lower[-1] + 1], words[lower[-1] + 1 :]


def _von_last(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    lower = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    cut = lower[-1] + 1 if lower else 0
    return words[:cut], words[cut:]


# -- prose ------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """Who is named."""

    PEOPLE = "people"
    """one person or more, all of them named"""
    ET_AL = "et al."
    """the first of several"""
    GROUP = "group"
    """``Ada Lovelace's group``"""
    INSTITUTE = "institute"
    """a company's or a university's laboratory"""


class People(NamedTuple):
    """Authors or a group named in prose: where (half open), and whom.

    ``text`` is what stands there, without the brackets of links and with white space folded.
    ``names`` are those of people, empty for an institute. ``order`` is how they are written, None where
    they are not written alike or consist of family names only.
    """

    start: int
    end: int
    text: str
    kind: Kind
    names: tuple[Name, ...] = ()
    order: Order | None = None


class _Cased:
    """A pattern in which :data:`_UPPER` stands for a letter that a name can start with.

    It is no small one, and none of a script that has neither cases nor spaces. Compiling a class that leaves these
    scripts out takes a millisecond each time it occurs, so that texts without them have a pattern of their own.
    """

    def __init__(self, source: str) -> None:
        small = r"\W\d_a-z\u00df-\u00f6\u00f8-\u00ff"
        self._plain = lazy(source.replace(_UPPER, f"[^{small}]"))
        self._wide = lazy(source.replace(_UPPER, rf"[^{small}\u2e80-\ud7ff\uf900-\ufaff]"))

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As of any pattern."""
        return (self._wide if _is_wide(text) else self._plain).search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As of any pattern."""
        return (self._wide if _is_wide(text) else self._plain).match(text, start, end)


def _is_wide(text: str) -> bool:
    """Tell whether a text has letters of the scripts without cases: U+2E80 to U+D7FF, U+F900 to U+FAFF."""
    return not text.isascii() and _wide().search(text.encode("utf-8", "surrogatepass")) is not None


@lru_cache(maxsize=1)
def _wide() -> re.Pattern[bytes]:
    return re.compile(rb"[\xe3-\xec]|\xe2[\xba-\xbf]|\xed[\x80-\x9f]|\xef[\xa4-\xab]")


_UPPER = "\0"
_WORD = rf"(?:[dlO]['’])?{_UPPER}[^\W\d_]*+(?:['’‘`-][^\W\d_]++)*+"
_INITIALS = rf"{_UPPER}(?:-{_UPPER})?\.(?:\s?-?{_UPPER}\.)*+"
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|el|al|bin|ibn|zu|af|y|ul-[a-z]++)(?![\w.])"
_ONE = rf"(?:{_INITIALS}(?:{_WORD})?|{_WORD}|{_PARTICLE})"
_MARK = r"(?:\s*+\]?\s*+[,;]\s*+(?:and\s++|&\s*+)?\[?|(?:\s*+\])?\s++and\s++\[?|\s*+&\s*+)"
"""What stands between two names, the brackets of links around them included."""
_RUN = _Cased(rf"{_ONE}(?:(?:{_MARK}|\s++){_ONE})*+")
_CUT = lazy(_MARK)
_INITIAL = _Cased(rf"{_UPPER}\.")
_ONLY_INITIALS = _Cased(rf"{_INITIALS}\Z")
_BARE_INITIALS = lazy(r"(?!I{2,3}|IV|VI)[A-Z]{1,3}\Z")
_AL = lazy(r"(?:(?P<comma>,)\s*+|\s++)(?:and\s++)?(?P<form>et\.?\s?al\b\.?)")
_ET_AL = lazy(r"et\.?\s?al\b")
_AFTER_AL = lazy(r"[\s,.(\[]*+")
_FAMILY_BEFORE = _Cased(rf"(?:\A|[\[|(\"“*_\n]\s*+|\bby\s++)(?P<family>{_WORD}(?:\s{_WORD})?),\s++\Z")
_GAP = lazy(r",\s++\Z")
_SMALL = lazy(r"(?<![\w'’-])[^\W\d_][\w'’-]*+\s*+(?:\([^()]*+\)\s*+)?\Z")
_ASIDE = lazy(r"\s*+\([^()]*+\)\s*+\Z")
_TEAM = lazy(r"['’]s?\s(?:research\s)?(?:group|lab|team)\b")
_LAST_RUN = _Cased(rf"(?<![\w.'’-])(?:{_ONE}\s++){{0,4}}{_ONE}\Z")
_BY = lazy(r"(?<=\s)by\s++(?=[^\W\d_a-z])")
_DONE_BY = lazy(
    r"(?<!written)(?<!edited)(?<!compiled)(?<!taught)(?<!authored)(?<!presented)(?<!published)(?<!given)(?:ed|en|driven)\s++\Z"
)
"""What happened "by" something that is no author: ``inspired by``, ``powered by``."""
_TELLING = lazy(r"[.,;&]| and ")
"""What several names or an initial have; two words in capitals alone are no name without more."""
_NOTHING = lazy(r"[\s,.:(*_–—-]*+(?:by\s++)?[\s,.)*_]*+")
_EDGE = lazy(r"(?:[*_|\n]|\)[,.:]?\s|(?:1[5-9]|20)\d\d[.,]\s)\s*+\[?(?=[^\W\d_a-z][\w.'’-]*+[ ,])")
_LEAD = lazy(r"[\s,.:(*_–—-]*+(?P<by>[Bb]y:?\s++)?[*_]*+\[?")
_AFTER = lazy(
    r"[\s\]]*+(?:\Z|[*_|(<\n\[`]|,?\s*+(?:et\b|(?:1[5-9]|20)\d\d)|[–—]|-\s"
    r"|[,.;:]\s*+(?:\Z|[*_(\[`<|]|[Ii]n\b|(?:1[5-9]|20)\d\d|[A-Z]{3,}+\b|[A-Z][\w-]*+[\s,'’]*+(?:19|20)?\d\d))"
)
_EMPHASIS_END = lazy(r"[\s\].]*+[*_]")
_YEAR = lazy(r"(?:1[5-9]|20)\d\d")
_MAX_RUN, _MAX_EDGES, _MAX_WORDS, _BEFORE, _NEAR, _BESIDE, _LONE, _DOUBTS = 2000, 12, 5, 80, 60, 12, 60, 3
_MAX_OTHERS = 64
_NO_BY, _LEADING, _INSIDE = range(3)
"""How a "by" stands before a name: not at all, at the start of the text, or somewhere in it."""

_COMMON = """
a abstract academic adaptive adversarial ai algorithm algorithms all an analysis and android api app apple
application applications approach architecture architectures arrays artificial association attention
audio autonomous aws bayesian benchmark best big binary blog book books by center cf chapter cloud code coding
collection comparison compiler computer computing conference content control convolutional course courses cross
css dark data database dataset datasets deep demo description design desktop detection development digital
distributed documentation dynamic edition editor efficient embedding engine engineering english estimation
evaluation example examples fast feature features first following for foundation framework free from full
function functional functions fundamentals game games generation generative generator git github go google
gradient graph graphics guide handbook hardware high how html human image images implementation in
inference information inspired intelligence interactive interface internet introduction ios is issue its java
javascript journal js json kernel knowledge language languages large learning library light lightweight
linear linux list local logic mac machine management manual map maps markdown math media memory method methods
microsoft mobile model modeling models modern multi natural network networks neural new news next notes object
of official on online open operating operators optimization os packages paper parallel part patterns
performance pi platform plugin post practical press privacy probabilistic proceedings process processing program
programming project python quantum quick random react real recognition recurrent reference reinforcement report
representation research resources retrieval review robot robust ruby rust scala school science scientific search
secure security see segmentation self semantic sequence series server service shell simple simulation site
social software source spatial speech standard state statistical statistics stochastic storage stream studio
study supervised support survey synthesis system systems table task tasks text that the theory this time tool
toolkit tools topics training transactions transfer transformer transformers translation tree trees tutorial ui
understanding university unsupervised using version video view virtual vision visual visualization web website
windows with without word workflow workshop world xml your
"""
_DEGREES = frozenset({"m.d.", "ph.d.", "d.phil.", "d.d.s.", "m.a.", "b.a.", "m.sc."})
_NO_NAME = frozenset(_COMMON.split())
"""Words of titles, products and subjects, which stand in capitals as names do but belong to none."""

_INSTITUTES = """
Google Research|Google Brain|Google DeepMind|DeepMind|Google AI|Google|OpenAI|Anthropic|Microsoft Research
Microsoft|Facebook AI Research|Facebook AI|FAIR|Meta AI|Meta|Meta FAIR|NVIDIA|NVIDIA Research|Nvidia
IBM Research|IBM|Apple|Amazon|AWS AI|Amazon Science|Adobe Research|Salesforce Research|Allen Institute for AI
AI2|Hugging Face|Mila|MILA|Vector Institute|Samsung Research|Huawei Noah's Ark Lab|Noah's Ark Lab|Baidu Research
Baidu|Alibaba|Tencent|Tencent AI Lab|ByteDance|Microsoft Research Asia|MSRA|RIKEN|RIKEN AIP|Inria|INRIA|CNRS
Max Planck Institute|Uber AI|Uber AI Labs|Twitter Cortex|EleutherAI|Stability AI|Mistral AI|Cohere|UC Berkeley
UCB|UCLA|UCSD|CMU|MIT|MIT CSAIL|Stanford|Stanford University|JHU|Princeton|Princeton University|Harvard
Harvard University|NYU|UW|UIUC|Cornell|Columbia University|ETH|ETH Zurich|ETH Zürich|EPFL|TUM|Oxford
University of Oxford|Cambridge|University of Cambridge|UCL|KAIST|POSTECH|SNU|NUS|NTU|Tsinghua
Tsinghua University|PKU|Peking University|SJTU|Zhejiang University|USTC|HKUST|CUHK|University of Toronto|UofT
McGill|Carnegie Mellon University|Georgia Tech|Johns Hopkins University|University of Washington|UMD|UPenn
UT Austin|Yale|Caltech
"""
"""Laboratories, companies and universities that lists name in place of authors."""
_INSTITUTE_NAMES = frozenset(_INSTITUTES.strip().replace("\n", "|").split("|"))
_CAPITALISED = lazy(r"[A-Z][A-Za-z]*+")
_AROUND_INSTITUTE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000,.:(*_–—-)"
)
"""All white space, and what else may stand beside the name of an institute that is all of a text."""
_INSTITUTE = lazy(
    r"(?:\A|[,;(*_.]|\bby\b)\s*+(?P<name>"
    + "|".join(sorted(map(re.escape, _INSTITUTE_NAMES), key=lambda name: (-len(name), name)))
    + r")(?=\s*+(?:\Z|[,;.)*_`]|(?:1[5-9]|20)\d\d))"
)


def find_people(text: str) -> tuple[People, ...]:
    """Everybody whom ``text`` names as an author or a group, in order; places do not overlap.

    ``text`` is what stands beside a title, URLs blanked out: an entry's description, say.
    """
    found = [people for search in _searches(text) for people in search(text)]
    if _may_name_institute(text):
        found += _institutes(text)
    found.sort(key=_rank)
    kept: list[People] = []
    for people in found:
        if not kept or people.start >= kept[-1].end:
            kept.append(people)
    return tuple(kept)


def first_people(text: str) -> People | None:
    """The first that :func:`find_people` finds, people and groups before institutes; cheap where there is nobody."""
    found: People | None = None
    for search in _searches(text):
        other = next(search(text), None)
        if other is not None and (found is None or _rank(other) < _rank(found)):
            found = other
    if found is None and _may_name_institute(text):
        found = next(_institutes(text), None)
    return found


def _searches(text: str) -> list[Callable[[str], Iterator[People]]]:
    """What may find people or groups in a text, as far as that is cheap to see."""
    found: list[Callable[[str], Iterator[People]]] = []
    if _may_list(text):
        found.append(_lists)
    if " al" in text or ".al" in text:
        found.append(_others)
    if "'" in text or "’" in text:
        found.append(_teams)
    return found


def _rank(people: People) -> tuple[int, int]:
    """In order; of two that start together the longer one first."""
    return people.start, -people.end


# Laboratories and "et al."


def _others(text: str) -> Iterator[People]:
    """``Ada Lovelace et al.``"""
    if not _ET_AL.search(text):
        return
    for match in islice(_AL.finditer(text), _MAX_OTHERS):
        first = max(0, match.start() - _BEFORE)
        before = text[first : match.start()]
        aside = _ASIDE.search(before)
        names, order = _first_of_several(before[: aside.start()] if aside else before, comma=bool(match["comma"]))
        if not names and _YEAR.match(text, _AFTER_AL.match(text, match.end()).end()):  # type: ignore[union-attr]  # it matches anything
            small = _SMALL.search(before)
            names = [_name(before, small.start(), len(before))] if small and small[0].casefold() not in _NO_NAME else []
        if names:
            start = first + names[0].start
            yield People(
                start, match.end(), _tidy(text[start : match.end()]), Kind.ET_AL, _shifted(names, first), order
            )


def _first_of_several(before: str, *, comma: bool) -> tuple[list[Name], Order | None]:
    """The names that ``before`` ends in; ``comma`` says that one stands before the "et al."."""
    start = _last_run(before)
    if start is None:
        return [], None
    name = _name(before, start, len(before))
    inverted = _FAMILY_BEFORE.search(before, 0, start) if comma else None
    inverted = _FAMILY_BEFORE.search(before, 0, start) if comma else None
    if inverted and (" " not in inverted["family"] or " " not in name.text):
        return [_name(before, inverted.start("family"), len(before))], Order.LAST_FIRST
    names = [name]
    while name.given and (gap := _GAP.search(before, 0, name.start)):
        at = _last_run(before[: gap.start()])
        person = _person(before, at, gap.start()) if at is not None else None
        if person is None:
            break
        names.insert(0, name := person)
    return names, Order.FIRST_LAST if names[-1].given else None


def _last_run(before: str) -> int | None:
    """Where the name starts that ``before`` ends in, without words of a title in front of it."""
    found = _LAST_RUN.search(before)
    if found is None:
        return None
    words = list(re.finditer(r"\S++", found[0]))
    first = 0
    for index, word in enumerate(words[:-1]):
        if word[0].casefold() in _NO_NAME:
            first = index + 1
    if words[-1][0].casefold() in _NO_NAME:
        return None
    if len(words) - first >= _MAX_WORDS:
        first = len(words) - 1
    return found.start() + words[first].start()


def _teams(text: str) -> Iterator[People]:
    """``Ada Lovelace's group``"""
    if "group" not in text and "lab" not in text and "team" not in text:
        return
    for match in islice(_TEAM.finditer(text), _MAX_OTHERS):
        first = max(0, match.start() - _BEFORE)
        before = text[first : match.start()]
        start = _last_run(before)
        if start is not None:
            names = _shifted([_name(before, start, len(before))], first)
            start += first
            yield People(start, match.end(), _tidy(text[start : match.end()]), Kind.GROUP, names)


def _institutes(text: str) -> Iterator[People]:
    """A laboratory that is all of the text, or has the year or a tag beside it."""
    for match in _INSTITUTE.finditer(text):
        start, end = match.span("name")
        alone = _NOTHING.fullmatch(text, 0, start) and _NOTHING.fullmatch(text, end)
        tagged = "`" in text[end : end + 3]
        if alone or tagged or _YEAR.search(text, max(0, start - _BESIDE), end + _BESIDE):
            yield People(start, end, match["name"], Kind.INSTITUTE)


def _may_name_institute(text: str) -> bool:
    """Tell whether a text has what :func:`_institutes` asks for, as far as that is cheap to see."""
    if "`" in text or "20" in text or "19" in text:
        return not _first_of_institutes().isdisjoint(_CAPITALISED.findall(text))
    return len(text) <= _LONE and ("by" in text or text.strip(_AROUND_INSTITUTE) in _INSTITUTE_NAMES)


@lru_cache(maxsize=1)
def _first_of_institutes() -> frozenset[str]:
    """The first words of the names of institutes, without digits."""
    return frozenset(match[0] for name in _INSTITUTE_NAMES if (match := _CAPITALISED.match(name)))


def _tidy(text: str) -> str:
    """Names without the brackets and blanks of links that stood around them."""
    return " ".join(text.translate(_BRACKETS).split()).replace(" ,", ",")


_BRACKETS = str.maketrans("[]", "  ")


def _shifted(names: Sequence[Name], by: int) -> tuple[Name, ...]:
    return tuple(name._replace(start=name.start + by, end=name.end + by) for name in names)


# Names in full


def _lists(text: str) -> Iterator[People]:
    """Names in full: behind "by", at the start, in emphasis, behind a date."""
    seen = -1
    for start, by in _starts(text):
        if start < seen:
            continue
        run = _RUN.match(text, start, start + _MAX_RUN)
        if run is None or (by is _NO_BY and not _TELLING.search(run[0])):
            continue
        names, order = _read(run[0], start)
        if names and _vouched(text, names, order, by=by):
            first, seen = names[0].start, names[-1].end
            yield People(first, seen, _tidy(text[first:seen]), Kind.PEOPLE, names, order)


def _may_list(text: str) -> bool:
    """Tell whether a text has what :func:`_vouched` asks for, as far as that is cheap to see."""
    if "." in text and _LONE_LETTER.search(text):
        return True
    if ("by" in text or "By" in text) and (lead := _LEAD.match(text)) and lead["by"]:
        return True
    joined = "and" in text
    if not joined and "," not in text and ";" not in text and "&" not in text:
        return False
    if " by " in text or "*" in text or "_" in text or (joined and "," in text and " and " in text):
        return True
    return _YEAR.search(text) is not None


_LONE_LETTER = lazy(r"\.(?<=[^\W\d_a-z]\.)(?<![^\W\d_][\s\S]{2})")
"""The stop behind an initial."""


def _starts(text: str) -> Sequence[tuple[int, int]]:
    """Where names may start; most texts have no more than their own start."""
    lead = _LEAD.match(text)
    at = lead.end() if lead else 0
    found = {at: _LEADING if lead and lead["by"] else _NO_BY}
    if "*" in text or "_" in text or "|" in text or ")" in text or "\n" in text or "20" in text or "19" in text:
        for match in islice(_EDGE.finditer(text, at), _MAX_EDGES):
            found.setdefault(match.end(), _NO_BY)
    if " by " in text:
        for match in islice(_BY.finditer(text), _MAX_EDGES):
            if not _DONE_BY.search(text, max(0, match.start() - 20), match.start()):
                found.setdefault(match.end(), _INSIDE)
    return sorted(found.items()) if len(found) > 1 else [*found.items()]


def _vouched(text: str, names: Sequence[Name], order: Order | None, *, by: int) -> bool:
    """Tell whether what stands around names says that they are some."""
    first, last = names[0].start, names[-1].end
    ends = _AFTER.match(text, last) is not None
    several = len(names) > 1
    if order is Order.LAST_INITIALS and not several:
        return False
    if several and (by is not _NO_BY or (order is Order.LAST_FIRST and " and " in text[first:last])):
        return True
    if not ends:
        return False
    if by is _LEADING or any(_INITIAL.search(name.text) for name in names):
        return True
    marked = text[max(0, first - 2) : first].rstrip("[")[-1:] in {"*", "_", ""}
    emphasised = marked and _EMPHASIS_END.match(text, last) is not None
    dated = _YEAR.search(text, last, last + _NEAR) or _YEAR.search(text, max(0, first - _NEAR), first)
    return several and (emphasised or dated is not None)


def _read(run: str, offset: int) -> tuple[tuple[Name, ...], Order | None]:
    """The names at the start of a run, and how they are written."""
    pieces: list[tuple[int, int]] = []
    marks: list[str] = []
    at = 0
    for mark in _CUT.finditer(run):
        pieces.append((at, mark.start()))
        marks.append(mark[0].strip())
        at = mark.end()
    pieces.append((at, len(run)))
    names, order = _inverted(run, pieces, marks)
    if not names:
        names, order = _straight(run, pieces, marks)
    return _shifted(names, offset), order


def _inverted(run: str, pieces: Sequence[tuple[int, int]], marks: Sequence[str]) -> tuple[list[Name], Order | None]:
    """``Lovelace, Ada; Babbage, Charles`` and ``Lovelace, A., Babbage, C., & Boole, G.``"""
    names: list[Name] = []
    index = 0
    while index + 1 < len(pieces) and marks[index] == ",":
        (start, middle), (then, end) = pieces[index], pieces[index + 1]
        given = run[then:end]
        mark = marks[index + 1] if index + 1 < len(marks) else ""
        clear = _ONLY_INITIALS.match(given) or mark == ";" or (mark == "and" and not names) or (names and mark != ",")
        last = index + 2 == len(pieces) and names
        if (
            given.casefold() in _DEGREES
            or not (clear or last)
            or not _is_family(run[start:middle], given)
            or not 1 <= len(given.split()) <= 3
        ):
            break
        names.append(_name(run, start, end))
        index += 2
    alone = len(names) == 1 and _ONLY_INITIALS.match(names[0].given) and " " not in names[0].family
    return (names, Order.LAST_FIRST) if len(names) > 1 or alone else ([], None)


def _is_family(text: str, given: str) -> bool:
    """Tell whether ``text`` can be a family name; of several words only before initials or with particles."""
    words = text.split()
    if not 0 < len(words) <= 3 or any("." in word or word.casefold() in _NO_NAME for word in words):
        return False
    return sum(not word.islower() for word in words) == 1 or _ONLY_INITIALS.match(given) is not None


def _straight(run: str, pieces: Sequence[tuple[int, int]], marks: Sequence[str]) -> tuple[list[Name], Order | None]:
    """``Ada Lovelace, Charles Babbage and George Boole``, ``Lovelace A, Babbage C``."""
    names: list[Name] = []
    orders: set[Order] = set()
    doubtful: list[int] = []
    for index, (start, until) in enumerate(pieces):
        if index and marks[index - 1].startswith(";") and not marks[0].startswith(";"):
            break
        stop = _SENTENCE.match(run, start, until) if orders == {Order.LAST_INITIALS} else None
        end = stop.end("name") if stop else until
        found = _trailing_initials(run, start, end)
        order = Order.LAST_INITIALS
        if found is None:
            found, order = _person(run, start, end), Order.FIRST_LAST
        if found is None:
            break
        if any(len(word) > 1 and word.casefold() in _NO_NAME for word in found.text.split()):
            doubtful.append(len(names))
        names.append(found)
        orders.add(order)
        if stop:
            break
    if len(doubtful) * _DOUBTS > len(names):
        # "Deep Learning, Ada Lovelace" is no list of names, but one of several people may be called Fast.
        names = names[: doubtful[0]]
    return names, orders.pop() if len(orders) == 1 else None


_SENTENCE = _Cased(rf"(?P<name>{_WORD}(?:\s{_WORD})*?\s[A-Z]{{1,3}})\.(?=\s|\Z)")
"""A name with its initials behind it, where a sentence ends."""


def _trailing_initials(run: str, start: int, end: int) -> Name | None:
    words = run[start:end].split()
    cut = len(words)
    while cut and _BARE_INITIALS.match(words[cut - 1]):
        cut -= 1
    if not 0 < cut < len(words) or any(_INITIAL.match(w) or w.casefold() in _NO_NAME for w in words[:cut]):
        return None
    return Name(start, end, run[start:end], " ".join(words[cut:]), "", " ".join(words[:cut]), "", 0)


def _person(run: str, start: int, end: int) -> Name | None:
    text = run[start:end]
    words = _JOINED.sub(". ", text).split()
    if not 2 <= len(words) <= _MAX_WORDS + 1 or all(word.casefold() in _NO_NAME for word in words):
        return None
    if len(words[-1]) < 2 or "." in words[-1] or words[-1].islower():
        return None
    given, particle, family = (" ".join(part) for part in _first_von_last(words))
    return Name(start, end, text, given, particle, family, "", 0)


_JOINED = lazy(r"\.(?=[^\W\d_]{2})")
"""The stop of an initial that the family name follows without a space."""
