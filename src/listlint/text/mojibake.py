"""Text that was decoded with the wrong codec, found and repaired run by run.

Most of it is found by ftfy (https://ftfy.readthedocs.io), of which only the mending of the
encoding is used: everything else that it offers changes text that nobody damaged. What ftfy
does not know is found by small tables: emoji read as MacRoman, UTF-8 read as a double-byte
codec of East Asia, UTF-8 read as Arabic Windows.

A repair replaces the damaged run of non-ASCII characters only. It is ``exact`` where encoding
the repaired text again gives the damaged one back, character for character.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.verbatim import verbatim_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.nodes import Document

__all__ = ["Damage", "damaged", "damages", "is_damaged"]


class Damage(Struct, frozen=True):
    """A damaged run: ``line[start:end]`` in code points.

    ``repaired`` is None where the text cannot be won back. ``codec`` says what happened
    (``"UTF-8 read as Windows-1252"``).
    """

    start: int
    end: int
    repaired: str | None
    codec: str
    exact: bool = False


_LABELS = {
    "sloppy-windows-1252": "Windows-1252",
    "latin-1": "Latin-1",
    "sloppy-windows-1251": "Windows-1251",
    "sloppy-windows-1250": "Windows-1250",
    "sloppy-windows-1253": "Windows-1253",
    "sloppy-windows-1254": "Windows-1254",
    "sloppy-windows-1257": "Windows-1257",
    "iso-8859-2": "Latin-2",
    "macroman": "MacRoman",
    "cp437": "code page 437",
}
"""The single-byte codecs that ftfy tries, as people call them, the likeliest first."""
_STANDARD = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1256", "cp1257"),
    *("latin-1", "iso-8859-2", "mac-roman", "cp437"),
)
_MAX_RUN = 20_000
"""Longer runs without a single ASCII character are no text that the tables know."""
_MAX_STEPS = 3
"""Text is seldom damaged more than three times over."""
_UNWANTED = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories that no repair may hold: controls, unassigned, private use, surrogates."""
_RUN = lazy(r"[^\x00-\x7f]+")
_ASCII = lazy(r"[\x00-\x7f]+")
_LOST = lazy("[\ufffd\ud800-\udfff]")

_EMOJI = (
    "🚀🔥🎉🎊🤖🤗🧠🧪🧰🧩🌟💡💻💬💰💯👀👉👇👆👋👍👏👨👩👥👤📁📂📃📄📅📆📈📉📊📋📌📍📎📏📐📓📔📕📖📗📘📙📚📝📡📢📣📦📧📰📱"
    "📷📸📺🔍🔎🔐🔑🔒🔓🔔🔗🔖🔧🔨🔩🔬🔭🔮🔴🔵🔷🔹🔸🔽🔝🔙🔄🌈🌍🌎🌏🌐🌱🌲🎁🎓🎥🎧🎨🎬🎭🎮🎯🎵🎶🏃🏆🏠🏢🏷🐍🐛🐞🐧🐳"
    "🙂🙌🙏😀😁😂😃😄😅😉😊😍😎🤔🚧🚨🛠🛡🤝🥇🥈🥉🦀🦄🦊🦙🧑🧵"
)
_SIGNS = "✅✨❌❤⚠⚡⭐☕✔➡⬆⬇★☆●→←–—‘’“”…€™"
"""What lists are decorated with; their MacRoman forms are literal sequences to look for."""


class _DoubleByte(NamedTuple):
    """The signs of UTF-8 that was read as one double-byte codec."""

    codec: str
    label: str
    starts: str
    """what frequent UTF-8 sequences begin with, and the script itself seldom uses"""
    lost: re.Pattern[str]
    """what remains where bytes were dropped; it may look at what follows"""


_DOUBLE_BYTE = (
    # EF BC: full-width forms; E2 80: quotes and dashes; E3 80: 、。「; F0 9F: emoji; E2 9C: ✅✨
    _DoubleByte("gbk", "GBK", "锛鈥銆馃鉁", lazy(r"(?:锟斤拷)+(?:锟斤?)?|[锛鈥銆](?=\?)")),
    # E3 81 and E3 82: hiragana; E3 83: katakana; E2 80: quotes and dashes
    _DoubleByte("cp932", "Shift_JIS", "縺繧繝窶", lazy(r"(?:・ｿ・ｽ)+")),
    _DoubleByte("cp949", "EUC-KR", "", lazy(r"(?:占쏙옙)+")),
)
_PLAUSIBLE = lazy(
    "[\x20-\x7e\u00a0-\u024f\u0370-\u04ff\u2010-\u2bff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\ufe0f\uff01-\uffe6"
    "\U0001f300-\U0001faff]*"
)
"""What such text holds once it is repaired; two rare ideographs may make UTF-8 by chance, but of rare scripts."""
_ARABIC_SURE = frozenset("€‚„†‡ˆ‰Œ™œ¢£¤¥¦§¨©¬®¯°±²³´µ¶¸¹¼½¾")
"""Bytes of a UTF-8 sequence as Arabic Windows shows them, which no Arabic word has inside."""
_ARABIC_LEADS = frozenset("آأؤإضطظعغ")


@lru_cache(maxsize=1)
def _suspect() -> re.Pattern[str]:
    """What every damaged line has somewhere; coarse, but cheap, and it spares loading ftfy.

    A UTF-8 sequence makes a character of a lead byte and one of a continuation byte, side by
    side, in any single-byte codec.
    """
    leads, trails = set[str](), set[str]()
    for codec in _STANDARD:
        leads.update(bytes(range(0xC2, 0xF5)).decode(codec, "ignore"))
        trails.update(bytes(range(0x80, 0xC0)).decode(codec, "ignore"))
    starts = "".join(row.starts for row in _DOUBLE_BYTE)
    first, second = (re.escape("".join(sorted(chars))) for chars in (leads, trails | set("\x80\x9f")))
    alone = f"\x80-\x9f锟・占{starts}"
    # It begins with a set of characters, for which a search passes over all others quickly.
    return lazy(f"[{first}ü{alone}](?:(?<=[{alone}])|(?<=[{first}ü])[{second}])")


@lru_cache(maxsize=1)
def _mac_roman() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    """Literal MacRoman sequences, and for each what it was and whether that is exact.

    The first byte of an emoji is Apple's logo (U+F8FF), which most programs drop: then the
    emoji is certain but the way back is not exact.
    """
    table: dict[str, tuple[str, bool]] = {}
    for sign in _EMOJI + _SIGNS:
        read = sign.encode().decode("mac-roman")
        table[read] = (sign, True)
        if read[0] == "\uf8ff":
            table[read[1:]] = (sign, False)
    longest_first = sorted(table, key=len, reverse=True)
    return lazy("|".join(map(re.escape, longest_first))), table


def damaged(line: str) -> list[Damage]:
    """The damaged runs of a line, in order.

    Characters that are no prose (code) should be replaced by the caller with as many ``"`"``.
    A run that holds U+FFFD or an invalid byte (a lone surrogate) is left out, as what it was is
    lost. Linear in the length of the line; raises nothing.
    """
    if line.isascii() or not _suspect().search(line):
        return []
    line = _LOST.sub("`", line)
    mended = _mend(line)
    found: list[Damage] = []
    for match in _RUN.finditer(line):
        run = match.group()
        repaired = mended.get(match.start(), run)
        if repaired != run and _acceptable(repaired):
            found.append(_trimmed(match.start(), run, repaired))
        else:
            found.extend(_from_tables(match.start(), run, line[match.end() : match.end() + 1]))
    return found


def damages(document: Document) -> tuple[tuple[Span, Damage], ...]:
    """The damaged runs of a document, each with its span, in order.

    Code is left alone, as it may be about damaged text; BibTeX in a fence is no code here.
    """
    if document.text.isascii():
        return ()
    found: list[tuple[Span, Damage]] = []
    suspect = _suspect()
    for start, line in zip(document.source.line_starts, document.text.split("\n"), strict=True):
        if line.isascii() or not suspect.search(line):
            continue
        prose = _without_code(document, Span(start, start + len(line)))
        found.extend((Span(start + one.start, start + one.end), one) for one in damaged(prose))
    return tuple(found)


def is_damaged(found: tuple[tuple[Span, Damage], ...], span: Span) -> bool:
    """Tell whether ``span`` shares a character with one of the runs that :func:`damages` found."""
    index = bisect_right(found, span.start, key=lambda pair: pair[0].start)
    return any(other.overlaps(span) for other, _ in found[max(0, index - 1) : index + 1])


def _without_code(document: Document, line: Span) -> str:
    """A line's text with code turned into as many backticks."""
    pieces: list[str] = []
    at = line.start
    for code in verbatim_spans(document, line):
        pieces.append(document.slice(Span(at, code.start)))
        pieces.append("`" * code.length)
        at = code.end
    pieces.append(document.slice(Span(at, line.end)))
    return "".join(pieces)


def _mend(line: str) -> dict[int, str]:
    """What ftfy makes of each run of non-ASCII characters, by the run's offset.

    Every codec it tries leaves ASCII alone, so the runs of the mended line pair up with those
    of the line. Where they do not, each run is mended by itself.
    """
    from ftfy import TextFixerConfig, fix_encoding_and_explain

    config = TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        restore_byte_a0=False,
        fix_c1_controls=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
    whole = fix_encoding_and_explain(line, config).text
    if whole == line:
        return {}
    runs = list(_RUN.finditer(line))
    if _ASCII.findall(whole) == _ASCII.findall(line):
        new = _RUN.findall(whole)
        if len(new) == len(runs):
            return {run.start(): text for run, text in zip(runs, new, strict=True)}
    return {run.start(): fix_encoding_and_explain(run.group(), config).text for run in runs}


def _acceptable(text: str) -> bool:
    """Tell whether a repair is text, and not another sort of damage."""
    return "\ufffd" not in text and not any(unicodedata.category(char) in _UNWANTED for char in text)


def _trimmed(start: int, run: str, repaired: str) -> Damage:
    """The damage without what the two have in common at either end."""
    head, shorter = 0, min(len(run), len(repaired))
    while head < shorter and run[head] == repaired[head]:
        head += 1
    tail = 0
    while tail < shorter - head and run[-1 - tail] == repaired[-1 - tail]:
        tail += 1
    end = len(run) - tail
    old, new = run[head:end], repaired[head : len(repaired) - tail]
    codec = _way_back(old, new)
    if codec is None:
        head, end, old, new = 0, len(run), run, repaired
        codec = _way_back(old, new)
    return Damage(start + head, start + end, new, codec or "read with the wrong codec", codec is not None)


def _way_back(old: str, new: str) -> str | None:
    """How ``new`` became ``old``: ``"UTF-8 read as …"``; None where no chain of codecs does it exactly."""
    if _transcoded(new, "windows-1252", "latin-1") == old:
        return "Windows-1252 read as Latin-1"
    reached: dict[str, str] = {new: ""}
    for _ in range(_MAX_STEPS):
        following: dict[str, str] = {}
        for text, path in reached.items():
            for codec, label in _LABELS.items():
                damage = _transcoded(text, "utf-8", codec)
                if damage is None:
                    continue
                if damage == old:
                    return f"UTF-8 read as {path}{label}"
                if len(damage) < len(old):
                    following.setdefault(damage, f"{path}{label} and again as ")
        reached = following
    return None


def _transcoded(text: str, encoding: str, decoding: str) -> str | None:
    try:
        return text.encode(encoding).decode(decoding)
    except UnicodeError:
        return None


def _from_tables(start: int, run: str, following: str) -> Iterator[Damage]:
    """What ftfy does not know, in a run of non-ASCII characters that begins at ``start``."""
    if len(run) > _MAX_RUN:
        return
    pattern, table = _mac_roman()
    for match in pattern.finditer(run):
        repaired, exact = table[match.group()]
        yield Damage(start + match.start(), start + match.end(), repaired, "UTF-8 read as MacRoman", exact)
    for row in _DOUBLE_BYTE:
        yield from _double_byte(row, start, run, following)
    if _is_arabic_windows(run):
        yield Damage(start, start + len(run), None, "UTF-8 read as Windows-1256")


def _double_byte(row: _DoubleByte, start: int, run: str, following: str) -> Iterator[Damage]:
    what = f"UTF-8 read as {row.label}"
    at = 0
    while at < len(run):
        if run[at] in row.starts:
            end, repaired = _longest_utf8(run, at, row.codec)
            if end > at:
                yield Damage(start + at, start + end, repaired, what, exact=True)
                at = end
                continue
        at += 1
    for match in row.lost.finditer(run + following):
        yield Damage(start + match.start(), start + match.end(), None, what)


def _longest_utf8(run: str, at: int, codec: str) -> tuple[int, str]:
    """The end of the longest stretch from ``at`` on whose bytes in ``codec`` are UTF-8, and that text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    pieces: list[str] = []
    end, kept = at, 0
    for index in range(at, len(run)):
        try:
            piece = decoder.decode(run[index].encode(codec))
        except UnicodeError:
            break
        if not _PLAUSIBLE.fullmatch(piece) or not _acceptable(piece):
            break
        pieces.append(piece)
        if not decoder.getstate()[0]:
            end, kept = index + 1, len(pieces)
    return end, "".join(pieces[:kept])


def _is_arabic_windows(run: str) -> bool:
    """Tell whether a run is at least two UTF-8 sequences as Arabic Windows shows them."""
    if not (_ARABIC_SURE.intersection(run) and _ARABIC_LEADS.intersection(run)):
        return False
    read = _transcoded(run, "cp1256", "utf-8")
    return read is not None and len(read) >= 2 and _acceptable(read)
