"""What link texts and descriptions are made of: words that say nothing, endings, abbreviations."""

from __future__ import annotations

import re

_VAGUE = (
    "here|click here|see here|link|this|this link|this one|click this|more|read more|see more|"
    "ici|cliquez ici|lien|aquí|aqui|enlace|clique aqui|qui|hier|klick hier|тут|здесь|ссылка|"
    "链接|这里|点击这里|点这里|此处|連結|這裡|リンク|こちら|링크|여기|burada|bağlantı|اینجا|لینک"
)
VAGUE_WORDS = frozenset(_VAGUE.split("|"))
"""Link texts that say nothing about what they lead to, case folded."""

_AROUND = re.compile(r"\A[\W_]++|[\W_]++\Z")
_NUMBER = re.compile(r"\s*+#?\d{1,2}\Z")
_LONGEST_VAGUE = 24


def is_vague(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Tell whether a link text is one of the vague words, perhaps numbered or in brackets.

    ``more`` holds further words, case folded.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST_VAGUE and text.casefold() not in more:
        return False
    word = _AROUND.sub("", text).casefold()
    known = VAGUE_WORDS | more if more else VAGUE_WORDS
    return word in known or _NUMBER.sub("", word) in known


_OPEN_END = re.compile(
    r"(?:[,;:(\[{/&+=–—-]|\b(?:a|an|and|as|at|between|but|by|for|from|if|in|into|is|its|like|of|on|or|than|that|the|to|"
    r"under|using|via|where|which|with|without))\s*\Z",
    re.IGNORECASE,
)


def goes_on(line: str) -> bool:
    """Tell whether a line ends in the middle of a sentence: in a function word or a comma, say."""
    return bool(_OPEN_END.search(line[-60:]))
