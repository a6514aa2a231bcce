"""What link texts and descriptions are made of: words that say nothing, endings, abbreviations."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from listlint.model.patterns import lazy

_VAGUE = (
    "here|click here|see here|link|this|this link|click this|read more|see more|"
    "ici|cliquez ici|lien|aquí|aqui|enlace|clique aqui|qui|hier|klick hier|тут|здесь|ссылка|"
    "链接|这里|点击这里|点这里|此处|連結|這裡|リンク|こちら|링크|여기|burada|bağlantı|اینجا|لینک"
)
VAGUE_WORDS = frozenset(_VAGUE.split("|"))
"""Link texts that say nothing about what they lead to, case folded."""

_AROUND = lazy(r"\A[\W_]++|[\W_]++\Z")
_LONGEST_VAGUE = 24


def is_vague(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Tell whether a link text is one of the vague words, perhaps in brackets.

    ``more`` holds further words, case folded.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST_VAGUE and text.casefold() not in more:
        return False
    word = _AROUND.sub("", text).casefold()
    known = VAGUE_WORDS | more if more else VAGUE_WORDS
    return word in known


_FUNCTION_WORD = lazy(
    r"\b(?:a|an|and|as|at|between|but|by|for|from|if|in|into|is|its|like|of|on|or|than|that|the|to|under|using|via|"
    r"where|which|with|without)\s*\Z",
    re.IGNORECASE,
)
_OPEN_MARK = lazy(r"[,;:(\[{/&+=–—-]\s*\Z")


def ends_in_function_word(text: str) -> bool:
    """Tell whether a text ends in a word that needs another behind it (`by`, `for`, `the`)."""
    return bool(_FUNCTION_WORD.search(text[-60:]))


def goes_on(line: str) -> bool:
    """Tell whether a line ends in the middle of a sentence: in a function word or a comma, say."""
    return ends_in_function_word(line) or bool(_OPEN_MARK.search(line[-60:]))


class Ending(StrEnum):
    """How a description ends, as far as it tells a habit."""

    STOP = "stop"
    """a full stop, of whatever script"""
    NONE = "none"
    """a letter, a digit, or a bracket that closes something"""


FULL_STOPS = frozenset(".。．｡।۔։።")
_ABBREVIATED = (
    "al|etc|inc|ltd|co|corp|llc|gmbh|jr|sr|vs|ca|cf|eg|ie|ed|eds|vol|no|pp|dept|univ|approx|st|mr|mrs|ms|dr|prof|fig|eq|"
    "ver|rev|др|пр|usw|bzw|ecc"
)
_ABBREVIATIONS = frozenset(_ABBREVIATED.split("|"))
_LAST_WORD = lazy(r"(?P<word>[\w.&'’-]{1,40})\.\Z")
_LONGEST_WORD = 40
"""Characters that :data:`_LAST_WORD` has before its stop."""
_DOTTED = lazy(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_SYMBOL_WORD = lazy(r"[#@]\S+\Z|www\.\S+\Z|\S*?://|\S*:[\w+-]+:\Z|\S*[\w.-]@[\w.-]+\Z")
_SENTENCE_END = lazy(r"(?:\A|[.!?…。！？])[\s*_]*\Z")
_SEEN = 200
"""Characters at the end of a description that are looked at."""


def ending(text: str) -> Ending | None:
    """How a description ends, or None where its end tells nothing about a habit.

    That is so for `!`, `?`, `…`, `:` and other marks, closing quotes, square brackets, symbols and
    emoji, hashtags, URLs, a stop that belongs to an abbreviation or an initial, and round brackets
    that hold a stop or a sentence of their own.
    """
    text = text.rstrip()[-_SEEN:]
    if not text:
        return None
    word, last = text.rsplit(None, 1)[-1], text[-1]
    if last == "." and (plain := word[:-1]).isalpha():  # as most do
        return None if len(plain) == 1 or plain.casefold() in _ABBREVIATIONS else Ending.STOP
    if _is_symbol(word):
        return None
    if last in FULL_STOPS:
        return None if _is_abbreviated(text) or text[-2:-1] in FULL_STOPS else Ending.STOP
    if last in ")）":
        return None if _is_aside(text) else Ending.NONE
    return Ending.NONE if last.isalnum() or unicodedata.category(last) in ("Mn", "Mc") else None


def _is_symbol(word: str) -> bool:
    """Tell whether a word is a hashtag, a handle, an address or the code of an emoji."""
    marked = "@" in word or ":" in word or word.startswith(("#", "www."))
    return marked and _SYMBOL_WORD.match(word) is not None


def _is_abbreviated(text: str) -> bool:
    match = _LAST_WORD.search(text, max(0, len(text) - _LONGEST_WORD - 1, text.rfind(" ") + 1))
    if match is None:
        return False
    word = match["word"].casefold()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or bool(_DOTTED.match(word))


def _is_aside(text: str) -> bool:
    """Tell whether round brackets at the end hold a stop, follow one, or are all there is."""
    if text[-2:-1] in FULL_STOPS or text[-2:-1] in "!?…！？":
        return True
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in ")）") - (text[at] in "(（")
        if depth == 0:
            return bool(_SENTENCE_END.search(text[:at]))
    return True
