"""Where a venue with its year stands beside a work, by its place alone: for itself, not in running prose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = lazy(r"[0-9](?<=[A-Za-z '’`´_-].)[0-9](?:(?<=19|20)[0-9][0-9])?+(?![\w%]|[.,:][0-9]|-[0-9])")
"""What may be a year behind a venue; it starts with a digit for the sake of speed."""
_VERBS = "appear(?:s|ed|ing)?|published|accepted|presented"
_BEFORE = lazy(
    r"(?:\A|(?<![\w&/.@#+'’-]))"
    rf"(?!(?i:the|proc(?:eedings)?|{_VERBS})[ ])"
    r"(?P<name>[A-Za-z][A-Za-z]{2,15}+(?:[-_/ ][A-Za-z][A-Za-z]{1,11}+){0,2}?)"
    r"(?P<separator>[ ]?['’`´][ ]?|,[ ]|[*_]{1,2},?[ ]|[-_ ]?)\Z"
)
_SEPARATORS = " '’`´,-_*"
_REACH = 48
"""Characters before a year in which its venue stands."""
_LEAD_REACH = 56
"""Characters before a venue in which the words stand that lead to it."""
_OPENS = "([{（【,;:|*_`>—–.!?·&/，、；：~\n"
_OF = r"proc(?:\.|eedings)?[ ]of[ ](?:the[ ])?+"
_LEAD = lazy(
    r"(?:\A|[(\[{（【,;:|*_`>—–.!?·，、；：~\n-])[ \t*_]*+"
    rf"(?:(?:in|(?:(?:to|also|was|will)[ ]){{0,2}}+(?:{_VERBS})[ ](?:in|at|by|to))[ ]"
    rf"[*_]{{0,3}}+(?:{_OF}|the[ ])?+|{_OF})"
    r"[*_]{0,3}+\Z",
    re.IGNORECASE,
)
"""Words that end a phrase only to name a venue: ``. In ``, ``, to appear in ``, ``. In Proceedings of the ``."""
_LEAD_ENDS = ("in", "at", "by", "to", "of", "the")
_FOLLOWS = lazy(
    r"[ \t]*+(?:\Z|[\n(\[{|<*`)\]},;:!.—–-]|(?:oral|spotlight|poster|highlight|workshops?|best|award|submit|submission"
    r"|accept|findings|demo)\b)",
    re.IGNORECASE,
)
"""What may stand behind the year of a venue."""
_SUBMITTED = lazy(r"[ \t]*+subm", re.IGNORECASE)
_TRACK = lazy(r"[ ](?:workshops?|findings|demos?)\b", re.IGNORECASE)
_MARKS = "*_"


class Dated(NamedTuple):
    """A word or few, and the year behind: ``text[start:end]`` is ``name + separator + year``, as written."""

    start: int
    end: int
    name: str
    separator: str
    year: str

    @property
    def parted(self) -> bool:
        """Tell whether a mark of emphasis stands between name and year: ``*ICML* 2018``."""
        return len(self.separator) > 1 and self.separator[0] in _MARKS


def dated(text: str, start: int = 0) -> Iterator[Dated]:
    """Every word or few that has a year behind it as venues have, known or not, in order."""
    for match in _NUMBER.finditer(text, start):
        if _FOLLOWS.match(text, match.end()) and (found := _dated(match, text)) is not None:
            yield found


def _dated(match: re.Match[str], text: str) -> Dated | None:
    start = match.start()
    word = text[max(0, start - 5) : start].rstrip(_SEPARATORS)[-2:]
    if not (word.isascii() and word.isalpha()):
        return None
    low = _line_start(text, start, _REACH)
    before = _BEFORE.search(text[low:start])
    if before is None or not stands_alone(low + before.start(), text):
        return None
    return Dated(low + before.start(), match.end(), before["name"], before["separator"], match[0])


def stands_alone(start: int, text: str) -> bool:
    """Tell whether what stands before a place on its line ends a phrase, or leads to a venue."""
    before = text[_line_start(text, start, 8) : start].rstrip(" \t")
    if not before or before[-1] in _OPENS or not before.strip("-+# \t"):
        return True
    return before.lower().endswith(_LEAD_ENDS) and leads(start, text)


def leads(start: int, text: str) -> bool:
    """Tell whether the words before a place only lead to a venue: ``. In ``; marks of emphasis may stand between."""
    return _LEAD.search(text[_line_start(text, start, _LEAD_REACH) : start]) is not None


def _line_start(text: str, at: int, reach: int) -> int:
    """Where the line of a place begins, or what of it is in reach."""
    low = max(at - reach, 0)
    return max(low, text.rfind("\n", low, at) + 1)


def with_track(found: Dated, text: str) -> int:
    """Where a venue ends together with its track: ``ICML 2018 Workshop``."""
    track = _TRACK.match(text, found.end)
    return track.end() if track is not None else found.end


def ends_phrase(found: Dated, text: str) -> bool:
    """Tell whether a venue stands for itself though its emphasis is taken away; *ICML 2018* in prose does not.

    One to which a work is only submitted is none of it.
    """
    start, end = found.start, found.end
    while start and text[start - 1] in _MARKS:
        start -= 1
    while end < len(text) and text[end] in _MARKS:
        end += 1
    if start < found.start and not stands_alone(start, text):
        return False
    return (end == found.end or _FOLLOWS.match(text, end) is not None) and not _SUBMITTED.match(text, end)
