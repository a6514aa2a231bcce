"""How alike two titles of one work are: that in a list, with what people put around it, and that of its reference."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from listlint.model.patterns import lazy
from listlint.text.latex import decode, fold_title

LONGEST = 400
"""Characters of a title that are compared."""
NICKNAME = 2
"""Words up to which a title in a list may be a name for the work (``ResNet``, ``Batch Norm``)."""
_PREFIX_WORDS = 5
"""Words up to which what stands before a colon is a name."""
_SEGMENTS = 10
_ARTICLES = frozenset({"a", "an", "the"})
_SAME = {"vs": "versus", "w": "with"}
_NUMBERING = lazy(r"\s*+(?:[(\[]?\d{1,3}[.)\]:]|#\d{1,4}:?)\s++(?=\S)")
_TAG_BEFORE = lazy(r"\s*+(?:\[[^\[\]]*+\]|【[^【】]*+】|\((?:[^()]*+\d{2,4}[^()]*+)\))[\s:,.-]*+")
_TAG_BEHIND = lazy(r"[\s,.]*+(?:\([^()]*+\)|\[[^\[\]]*+\]|【[^【】]*+】|\uff08[^\uff08\uff09]*+\uff09)\s*+\Z")
_COLON = lazy(r"\s*+[:\uff1a]\s++|\s++[-\u2013\u2014|]\s++|\s*+\u2014\s*+")
_SEPARATOR = lazy(r"[:?!.,;|\u2013\u2014()\[\]\uff1a]++(?:\s|\Z)|\s[-|(\[]\s?|[)\]]")
_BRITISH = lazy(r"is(?=(?:e|ed|es|er|ers|ing|ation|ations)\Z)")


def _stem(word: str) -> str:
    """A word without what hyphens, plurals and the two spellings of English change."""
    word = _BRITISH.sub("iz", _SAME.get(word, word)).replace("our", "or").replace("ll", "l")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=8192)
def words(title: str) -> tuple[str, ...]:
    """The words of a title as they are compared, articles left out."""
    return tuple(_stem(word) for word in fold_title(title).split() if word not in _ARTICLES)


def key(title: str) -> str:
    """The words without spaces: equal for titles that differ in hyphens, case, plurals or punctuation only."""
    return "".join(words(title))


def bare(title: str) -> str:
    """A title without the numbering and ``[TAG]`` before it and the ``(…)`` and ``[TAG]`` behind it."""
    title = title[:LONGEST]
    for pattern in (_NUMBERING, _TAG_BEFORE, _TAG_BEHIND):
        for _ in range(4):
            shorter = pattern.sub("", title, count=1) if pattern is _TAG_BEHIND else _cut(pattern, title)
            if shorter == title or not words(shorter):
                break
            title = shorter
    return title


def _cut(pattern: re.Pattern[str], title: str) -> str:
    match = pattern.match(title)
    return title[match.end() :] if match else title


def _without_name(title: str) -> str | None:
    """A title without the ``Name:`` before it; None if there is none."""
    match = _COLON.search(title)
    if match is None or not 0 < len(fold_title(title[: match.start()]).split()) <= _PREFIX_WORDS:
        return None
    rest = title[match.end() :]
    return rest if len(words(rest)) >= NICKNAME else None


def _main(title: str) -> str | None:
    """What stands before the first colon, question mark or dash."""
    match = _SEPARATOR.search(title)
    return title[: match.start()] if match and words(title[: match.start()]) else None


def _runs(title: str) -> set[str]:
    """The keys of all rows of neighbouring parts between marks of punctuation, of three words or more."""
    parts = [words(part) for part in _SEPARATOR.split(title)[:_SEGMENTS]]
    return {
        "".join(run)
        for a, b in itertools.combinations(range(len(parts) + 1), 2)
        if len(run := list(itertools.chain.from_iterable(parts[a:b]))) > NICKNAME
    }


@lru_cache(maxsize=8192)
def likeness(listed: str, referenced: str, *, names: bool = True) -> float | None:
    """How alike a title in a list and the title of its reference are, from 0 to 1.

    1 where they are equal once case, punctuation, LaTeX, hyphens, plurals, what stands in brackets
    around them and a name before a colon are folded, and where one is the other without its subtitle.
    None where they cannot be compared: one is empty, in another script, or (where ``names`` are expected)
    so short that it is a mere name for the work.
    """
    listed, referenced = decode(listed[:LONGEST]), decode(referenced[:LONGEST])
    ours, theirs = bare(listed), bare(referenced)
    if not key(ours) or not key(theirs) or _script(ours) != _script(theirs):
        return None
    if _equal(listed, ours, referenced, theirs):
        return 1.0
    short, long = sorted((len(words(ours)), len(words(theirs))))
    if names and short <= NICKNAME < long:
        return None
    from rapidfuzz import fuzz

    pairs = [(ours, theirs), (_without_name(ours), theirs), (ours, _without_name(theirs))]
    ratio = max(fuzz.ratio(" ".join(words(a)), " ".join(words(b))) for a, b in pairs if a and b)
    return min(ratio / 100, 0.999)


def _equal(listed: str, ours: str, referenced: str, theirs: str) -> bool:
    wanted = {key(theirs), key(referenced)}
    plain = {key(ours), key(listed)}
    if plain & wanted or key(ours) == key(_main(theirs) or "") or key(theirs) == key(_main(ours) or ""):
        return True
    rest, name = _without_name(theirs), _without_name(ours)
    if (rest and key(rest) in plain) or (name and key(name) in wanted):
        return True
    cut = re.search(r"(?:\.{3}|…)\s*+\Z", ours)
    if cut and len(words(ours)) > NICKNAME and key(theirs).startswith(key(ours[: cut.start()])):
        return True
    return bool(wanted & _runs(listed)) and len(words(theirs)) > NICKNAME


def _script(title: str) -> bool:
    """Tell whether most letters of a title are Latin, Greek or Cyrillic ones."""
    letters = [char for char in title if char.isalpha()]
    return 2 * sum(char < "\u0600" for char in letters) >= len(letters)


def unlike(one: str, other: str) -> tuple[list[str], list[str]]:
    """The words that only one of two titles has, in order and in small letters.

    Both are empty where only hyphens or a formula make the difference: no word of three letters differs, and
    no number that both have in other values.
    """
    first, second = _shown(bare(one)), _shown(bare(other))
    ours = {word: shown for word, shown in first if word not in dict(second)}
    theirs = {word: shown for word, shown in second if word not in dict(first)}
    numbers = all(any(map(str.isdigit, "".join(side))) for side in (ours, theirs))
    if "".join(ours) == "".join(theirs) or not (numbers or any(_is_word(word) for word in (*ours, *theirs))):
        return [], []
    return list(ours.values()), list(theirs.values())


def _shown(title: str) -> list[tuple[str, str]]:
    """The words of a title, as they are compared and as they are shown."""
    return [(_stem(word), word) for word in fold_title(title).split() if word not in _ARTICLES]


def _is_word(word: str) -> bool:
    return len(word) > NICKNAME and not word.isdigit()
