"""Small pieces of the Markdown that the site's generator reads, and examples as HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from listlint.model.patterns import lazy
from listlint.report.sanitise import sanitise
from listlint.testing import CLOSE, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CARET = "‸"
"""Shows a marked place between two characters."""
LINE_END = "↵"
"""Shows the end of a line where nothing else is marked in it."""
NEAR = 2
"""Lines around a marked one that an example keeps when it is cut."""
_CODE = lazy(r"(?P<ticks>`++)(?:(?!(?P=ticks)(?!`)).)++(?P=ticks)(?!`)", re.DOTALL)
_SPECIAL = lazy(r"[\\\[\]<>*_#|{}~]")


def outside_code(text: str, change: Callable[[str], str], code: Callable[[str], str] = str) -> str:
    """A text with ``change`` applied to what is no code span, and ``code`` to what is one, ticks included."""
    parts, at = [], 0
    for match in _CODE.finditer(text):
        parts += [change(text[at : match.start()]), code(match[0])]
        at = match.end()
    return "".join((*parts, change(text[at:])))


def plain(text: str) -> str:
    """A text that is no Markdown but for its code spans, as Markdown; one line."""
    return outside_code(
        " ".join(text.split()), lambda part: _SPECIAL.sub(lambda char: f"&#{ord(char[0])};", sanitise(part))
    )


def code(text: str) -> str:
    """A text as a code span."""
    ticks = "`"
    while ticks in text:
        ticks += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown of one line."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def fence(text: str, language: str = "text") -> str:
    """A block of code."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}\n"


def toml(value: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.4g}"
    return msgspec.json.encode(value).decode()  # strings, numbers and booleans are written alike


def example(text: str, keep: frozenset[int] = frozenset(), limit: int = 24) -> str:
    """An example as HTML on one line, ``⟦ ⟧`` shown as highlighted marks.

    Where it has more than ``limit`` lines, those that have a mark are shown, those that ``keep`` numbers from 0,
    and what stands near them; or else the first ones. Other lines give way to their number.
    """
    lines = text.strip("\n").split("\n")
    depth, shown, marked = 0, list[str](), list[int]()
    for number, line in enumerate(lines):
        inside = depth
        rendered, depth = _line(line, depth)
        if inside or OPEN in line:
            marked.append(number)
        # A mark does not reach over the end of a line in HTML: it is closed there and opened again.
        ending = LINE_END if depth and not line.rpartition(OPEN)[2].strip() else ""
        shown.append("<mark>" * inside + rendered + ending + "</mark>" * depth)
    if len(lines) > limit:
        shown = _cut(shown, sorted(keep.union(marked)) or range(limit - 2))
    # Of one line, nothing in it can be taken for Markdown.
    return f'<pre class="example"><code>{"&#10;".join(shown)}</code></pre>\n'


def _cut(lines: Sequence[str], wanted: Sequence[int]) -> list[str]:
    last = len(lines)
    kept = sorted({n for w in wanted for n in range(max(0, w - NEAR), min(last, w + NEAR + 1))})
    found: list[str] = []
    for before, number in pairwise([-1, *kept, last]):
        missing = number - before - 1
        if missing == 1:
            found.append(lines[number - 1])
        elif missing:
            found.append(f'<span class="cut">⋮ {missing} lines</span>')
        if number < last:
            found.append(lines[number])
    return found


def _line(line: str, depth: int) -> tuple[str, int]:
    """One line as HTML; ``depth`` counts the marks that are open, before and after it."""
    parts = []
    for index, char in enumerate(line):
        if char == OPEN:
            depth += 1
            parts.append(f'<mark class="point">{CARET}' if line[index + 1 : index + 2] == CLOSE else "<mark>")
        elif char == CLOSE:
            depth -= 1
            parts.append("</mark>")
        elif depth:
            parts.append(_visible(char, line, index))
        else:
            parts.append("→" if char == "\t" else _escape(sanitise(char)))
    return "".join(parts), depth


def _visible(char: str, line: str, index: int) -> str:
    """A character of a marked place, so that one sees it."""
    if char == "\t":
        return "→"
    if char == " ":
        beside = (line[index - 1 : index], line[index + 1 : index + 2])
        return "·" if any(other in ("", " ", "\t", OPEN, CLOSE) for other in beside) else " "
    if unicodedata.category(char) in {"Cf", "Cc", "Zs", "Zl", "Zp"}:
        return f'<span class="char">U+{ord(char):04X}</span>'
    return _escape(sanitise(char))


def _escape(text: str) -> str:
    return html.escape(text).replace("`", "&#96;").replace("~", "&#126;")
