"""``listlint links --issue-body FILE``: the body of the one issue that tells of dead links.

Everything from a list or a server is shown as code: GitHub makes no mention, no link and no
reference to another issue of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TextIO

from listlint.model.diagnostic import Severity
from listlint.model.result import place, reading_order
from listlint.report.markdown import code
from listlint.report.summary import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.result import Result

MARKER = "<!-- listlint-links -->"
"""How the issue is found again: its body starts with this, which nobody sees."""
LENGTH = 65_000
"""The longest body, in UTF-16 units; GitHub takes 65,536 characters."""
TEXT_LENGTH = 500
PLACES_SHOWN = 5
_ADVICE = (
    "Replace such a link, or say why it stays: "
    "`<!-- listlint-disable-next-line NET001 -- the author is moving it -->`.\n"
    "This text is written anew by every check, and the issue is closed when all is well."
)


class _Item(NamedTuple):
    """A URL as written, what is said of it, and the findings that say so."""

    url: str
    message: str
    members: list[Diagnostic]


def render(result: Result, out: TextIO) -> None:
    """Write what fails the run first, then the other warnings; nothing at all if nothing fails the run.

    What is known of no link (an info) is only counted: walls and outages are no news.
    """
    threshold = result.fail_on or Severity.ERROR
    grave = _items(d for d in result.diagnostics if d.severity.rank >= threshold.rank)
    if not grave:
        return
    least = min(threshold.rank, Severity.WARNING.rank)
    light = _items(d for d in result.diagnostics if least <= d.severity.rank < threshold.rank)
    unknown = len(_items(d for d in result.diagnostics if d.severity.rank < least))
    out.write(_fitted(_parts(grave, light, unknown)))


def _parts(grave: list[_Item], light: list[_Item], unknown: int) -> Iterator[tuple[str, list[str], str]]:
    """Pieces of the page: a head, items that may be cut, and what follows them."""
    verb = "wants" if len(grave) == 1 else "want"
    yield f"{MARKER}\n{count(len(grave), 'link')} {verb} attention.\n\n", list(map(_line, grave)), ""
    if light:
        head = f"\n<details>\n<summary>{count(len(light), 'link')} to look at some time</summary>\n\n"
        yield head, list(map(_line, light)), "\n</details>\n"
    if unknown:
        yield f"\n{count(unknown, 'link')} could not be judged, because of walls, limits or outages.\n", [], ""
    yield f"\n{_ADVICE}\n", [], ""


def _items(diagnostics: Iterable[Diagnostic]) -> list[_Item]:
    items: dict[tuple[str, str], _Item] = {}
    for diagnostic in sorted(diagnostics, key=reading_order):
        url = diagnostic.source.text[slice(*diagnostic.span)]
        item = items.setdefault((url, diagnostic.message), _Item(url, diagnostic.message, []))
        item.members.append(diagnostic)
    return list(items.values())


def _line(item: _Item) -> str:
    shown = []
    for member in item.members[:PLACES_SHOWN]:
        path, start, _ = place(member.source, member.span)
        shown.append(_code(f"{path}:{start.line}"))
    more = len(item.members) - len(shown)
    places = ", ".join(shown) + (f" and {more:,} more" if more else "")
    return f"- {_code(item.url)}\n  {_code(item.message)} in {places}\n"


def _code(text: str) -> str:
    return code(text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…")


def _fitted(parts: Iterable[tuple[str, list[str], str]]) -> str:
    """The page, with as many items as have room."""
    pieces = list(parts)
    fixed = sum(_length(head) + _length(tail) for head, _, tail in pieces)
    room = LENGTH - fixed - sum(_length(_more(len(items))) for _, items, _ in pieces)
    page = ""
    for head, items, tail in pieces:
        kept = 0
        while kept < len(items) and _length(items[kept]) <= room:
            room -= _length(items[kept])
            kept += 1
        left = len(items) - kept
        page += head + "".join(items[:kept]) + (_more(left) if left else "") + tail
        room = room if not left else 0
    return page


def _more(number: int) -> str:
    return f"- and {number:,} more\n" if number else ""


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
