"""What the words around and in a venue's name mean, and how they are folded for comparison."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = lazy(
    r"(?P<word>[^\W\d_]++(?:['’´`][^\W\d_]{1,2}(?![^\W_]))?+)|(?P<number>\d++)(?P<ordinal>(?:[sS][tT]|[nN][dD]|[rR][dD]|[tT][hH])(?![^\W_]))?+",
)
_PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()}
_BETWEEN_FORMS = {code: " " for code in _PUNCTUATION if chr(code) not in "|\n"}
_NOT_PLAIN = lazy(r"[\d'`]")

_STOP = (
    "the of on in for and an to at from with by via "
    "de la le les du des et der die das den und fur zur von el los las del"
)
STOP = frozenset(_STOP.split())
"""Words that ISO 4 leaves out, and that people confuse: "Conference of", "Conference on"."""
_SPONSORS = (
    "ieee acm cvf usenix rsj ifip ifac iapr eurasip ras embs spec asme asa siggraph sigkdd sigsac "
    "sigplan sigcomm sigops sigsoft sigmod sigir sigchi sigarch sigact sigmm sigmobile sigspatial sigweb sigevo sigbed "
    "sigda sigmicro"
)
SPONSORS = frozenset(_SPONSORS.split())
"""Organisations that stand before a conference's name; "Computer Society" is one of two words."""
_LEADING = "annual biennial biannual proceedings proceeding proc procs joint yearly"
LEADING = frozenset(_LEADING.split())
"""What stands before a name besides."""
_UNITS = "first second third fourth fifth sixth seventh eighth ninth"
_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
_TENS = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
ORDINALS = frozenset(f"{_UNITS} {_TEENS}".split()) | {stem + end for stem in _TENS for end in ("ieth", "y")}
_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_LEADING_STATES = "submitted submission accepted appear appears published presented forthcoming under review"
LEADING_STATES = frozenset(_LEADING_STATES.split())
"""What people write before a venue on the state of a paper."""
_STATES = (
    "paper papers full volume vol no number nr issue part pp article art id supplement special online early access "
    "open version accepted accept appear appears published under review submitted submission forthcoming"
)
_SESSIONS = (
    "long short main regular track tracks session sessions proceedings proc conference conf series student invited "
    "preprint up extended abstract abstracts technical program research i ii iii iv v vi vii viii ix x xi xii abs "
    "nominee nomination finalist candidate late breaking new ideas results revised selected lecture notes virtual event"
)
BESIDE_JOURNALS = frozenset(f"{_MONTHS} {_STATES}".split())
"""Words that may stand behind a journal and change nothing."""
BESIDE = frozenset(f"{_MONTHS} {_STATES} {_SESSIONS}".split())
"""The same of other venues."""
_TRACKS = {
    "workshop": "workshop workshops wkshp w",
    "oral": "oral orals",
    "spotlight": "spotlight spotlights highlight highlights",
    "poster": "poster posters",
    "award": "best award awards outstanding honorable honourable mention runner distinguished prize",
    "findings": "findings",
    "datasets": "datasets dataset benchmarks benchmark",
    "demo": "demo demos demonstration demonstrations",
    "industry": "industry industrial",
    "tutorial": "tutorial tutorials",
    "challenge": "challenge competition competitions",
    "companion": "companion adjunct",
    "doctoral": "doctoral consortium",
}
TRACKS = {word: track for track, words in _TRACKS.items() for word in words.split()}
"""Words that name a track of a conference, and the track."""
_OF_PREPRINTS = (
    "arxiv abs eprint eprints prints e preprint preprints org cs lg cv cl ai ml stat math physics quant ph cond mat "
    "corr v ne ro ir si sy it hep th eess econ fin gr"
)
OF_PREPRINTS = frozenset(_OF_PREPRINTS.split())
"""What stands behind the name of an archive besides numbers."""
_MARKERS = (
    "conference journal transactions letters review reviews symposium proceedings annals bulletin magazine workshop "
    "international advances notes meeting conf j trans lett rev symp proc ann bull mag wkshp int adv lect"
)
MARKERS = frozenset(_MARKERS.split())
"""Words of which a name in prose has one: without it, "computational statistics" is a subject."""


class Token(NamedTuple):
    """A word or number of a text: folded, and where it stands."""

    word: str
    start: int
    end: int
    ordinal: bool = False


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text without articles and prepositions, folded.

    Letters and digits are parted: ``nips2021`` is a word and a number.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match["number"]:
            found.append(Token(match["number"], match.start(), match.end(), match["ordinal"] is not None))
            continue
        word = match[0].lower()
        if not word.isalpha() or not word.isascii():
            word = "".join(char for char in unicodedata.normalize("NFKD", word) if char.isalpha())
        word = _american(word)
        if word and word not in STOP:
            found.append(Token(word, match.start(), match.end(), word in ORDINALS))
    return found


def words(name: str) -> list[str]:
    """The words of :func:`tokens` alone; quicker for plain names."""
    name = name.lower()
    if not name.isascii() or _NOT_PLAIN.search(name) or "isation" in name:
        return [token.word for token in tokens(name)]
    return [_SPELLINGS.get(word, word) for word in name.translate(_PUNCTUATION).split() if word not in STOP]


def words_of_rows(rows: Sequence[str]) -> Iterator[list[list[str]]]:
    """The :func:`words` of each form of rows, which ``|`` parts.

    All plain rows are folded at once: one by one they take twice the time.
    """
    plain = [row.isascii() and not _NOT_PLAIN.search(row) and "isation" not in row for row in rows]
    text = "\n".join(row for row, easy in zip(rows, plain, strict=True) if easy)
    folded = iter(text.lower().translate(_BETWEEN_FORMS).split("\n"))
    for row, easy in zip(rows, plain, strict=True):
        if easy:
            parts = next(folded).split("|")
            yield [[_SPELLINGS.get(word, word) for word in part.split() if word not in STOP] for part in parts]
        else:
            yield [words(part) for part in row.split("|")]


_SPELLINGS = {
    "modelling": "modeling",
    "behaviour": "behavior",
    "behavioural": "behavioral",
    "defence": "defense",
    "organised": "organized",
    "analyse": "analyze",
    "centre": "center",
    "artefact": "artifact",
    "artefacts": "artifacts",
    "programme": "program",
    "colour": "color",
}
AMERICAN = frozenset(_SPELLINGS.values())
"""Words that texts are folded to though they may spell them in the British way."""


def _american(word: str) -> str:
    """The American spelling of a British one."""
    if word.endswith("isation"):
        return word[:-7] + "ization"
    return _SPELLINGS.get(word, word)
