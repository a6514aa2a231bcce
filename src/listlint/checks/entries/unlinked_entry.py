"""ENT011: a list item has no link, where its neighbours have one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, ReferenceTrait, Rule, Severity
from listlint.checks.convention import MINIMUM, SHARE, convention
from listlint.checks.prose import is_sentence
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Item

_TRAIT = "link of an item"
_LABEL = lazy(r"(?P<label>[^\W\d]\w*+(?: \w++)?+) ?(?::(?=\s)|：)(?P<space>\s?+)")
_SHORT = 8
"""Characters behind a full-width colon, which has no space, that are the value of a label and no description."""
_ADDRESS = lazy(r"\b(?!https?:)[a-z][a-z+.-]{1,15}+://\S")
"""An address of another kind than a web page's, which makes no link."""
_STOP = lazy(r"[.!?。！？…][\"'”’」』)）]*+\s*+\Z")
_WORDS = lazy(r"[\W_]*+[^\W\d_]++ [^\W\d_]++\b")
_CAPITALS = 0.5
"""Share of the items with link that begin with a capital which makes that the form of a name."""


def _items(lead: str = "") -> str:
    """Ten items with a link."""
    return "".join(f"{lead}- [A{number}](https://a.dev/{number}) - Text.\n" for number in range(10))


class UnlinkedEntry(Rule[Document]):
    """A list item has no link at all, where nearly all items of its section have one.

    The link was forgotten, or broken by an edit; what the item names cannot be found from here.

    Items of one depth in one section are compared, those that nothing is nested in with their like, and most items
    of the same list have to have a link. A link counts in the item itself, in its further paragraphs, and in
    the paragraph right behind it, which a blank too few may have put outside; links of nested items are theirs.

    Items that introduce others, end in a colon, begin with a label (`Code: none`) or hold an image or code
    only are not judged, nor is anything in a table of contents. Left alone are a remark nested in an item with a
    link (a sentence with its final stop); an item that begins with two words in lower case where most others have a
    capital, since it goes on with what was said before or names a topic; and several items without link that a
    list begins with.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        required: Annotated[
            bool | None,
            msgspec.Meta(
                description="Whether items need a link where their list has one; by default as most of them do."
            ),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of items that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "ENT011", "unlinked-entry"
    severity = Severity.INFO
    pins = {_TRAIT: "required"}
    valid = (
        _items()
        + "- B\n  - [C](https://c.dev)\n- More:\n- Code: None\n- ![x](x.png)\n- `code`\n- <https://d.dev>\n- https://e.dev\n",
        _items() + "- [B](https://b.dev)\n  - Plain text.\n",
        _items() + "\n## B\n\n- Plain text.\n",
        "".join(f"- [A](https://a.dev/{n})\n- B\n" for n in range(10)),
        "".join(f"- [A](https://a.dev/{n})\n" for n in range(8)) + "- B\n",
        # a line with links that its indentation puts outside the item
        "".join(f"1. A\n\n   [pdf](https://a.dev/{n})\n\n" for n in range(10)) + "11. B\n\n  [pdf](https://b.dev)\n",
        "".join(f"1. A\n\n   [pdf](https://a.dev/{n})\n\n" for n in range(10)) + "11.  B\n\n    [pdf](https://b.dev)\n",
        # links of nested items are not the item's own, and a topic without items below it is no work
        "".join(f"- A\n  - [B](https://b.dev/{n})\n" for n in range(12)) + "- C\n",
        _items()
        + "- [B](https://b.dev)\n  - Text.\n"
        + "".join(f"- [C](https://c.dev/{n})\n  - D\n" for n in range(9))
        + "- Done.\n- E\n",
        # remarks
        "- [B](https://b.dev)\n" + _items("  ") + "  - You can write to them in Japanese, too.\n",
        _items() + "- they find that this holds for more layers\n",
        # what is not in the world
        "- None\n- Unknown\n" + _items() + _items() + "- Chat - Talk to us at irc://b.dev/kite.\n- 代码：无\n",
        Good(_items() + "- B - Text.\n- [C](https://c.dev) - Text.\n", {"required": False}),
    )
    invalid = (
        Bad(_items() + "- ⟦B - Text.⟧\n- [C](https://c.dev) - Text.\n"),
        Bad("".join(f"1. [A](https://a.dev/{n})\n" for n in range(10)) + "1. ⟦B (https\\://b.dev)⟧\n   - Text.\n"),
        Bad("".join(f"- A [[pdf](https://a.dev/{n})]\n  - Bell\n" for n in range(10)) + "- ⟦B⟧\n  - Cole\n"),
        Bad("- ⟦B⟧\n" + _items() + "\nSee [the index](https://c.dev).\n"),
        Bad(_items() + "- ⟦kite - A tool⟧\n\nSee [the index](https://c.dev).\n"),
        Bad("- B\n" + _items("  ") + "  - ⟦数据：在数据库中存储 Python 字典⟧\n  - [C](https://c.dev)\n"),
        Bad(_items() + "  - [A](https://a.dev)\n- ⟦B⟧\n\n## C\n\n- [C](https://c.dev)\n- D\n"),
        Bad("- [A](https://a.dev)\n- ⟦B⟧\n\n## C\n\n- D\n", options={"required": True}),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield whether each item that could have a link has one."""
        for one in _judged(document):
            yield ReferenceTrait(_TRAIT, one.item.head, one.linked, "yes" if one.linked else "no")

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the text of each item without link."""
        if self.options.required is not None:
            yield from self._required(node)
            return
        for items, alike in _compared(_judged(node)):
            candidates = [one for one in alike if not one.linked and not one.spared]
            if not candidates:
                continue
            own = convention((one.linked for one in items), self.options.minimum, self.options.share)
            if own is None or not own.value:
                continue
            lists = Counter((one.item.list_id, one.linked) for one in items)
            begin = sum(one.linked and _first_letter(one.item.text).isupper() for one in items)
            for one in candidates:
                number = one.item.list_id
                if lists[number, True] <= max(1, lists[number, False]):
                    continue
                if begin < _CAPITALS * own.count or not _begins_low(one.item.text):
                    yield Finding(one.item.head, f"{own.share()} items of this section have a link; this one has none")

    def _required(self, document: Document) -> Iterator[Finding]:
        """The items without link of lists that have links, where the options ask for them."""
        judged = list(_judged(document)) if self.options.required else []
        lists = {one.item.list_id for one in judged if one.linked}
        for one in judged:
            if not one.linked and not one.spared and one.item.list_id in lists:
                yield Finding(one.item.head, "items should have a link; this one has none")


class _Judged(Struct, frozen=True):
    """An item that can be compared with others."""

    item: Item
    linked: bool
    leaf: bool
    """nothing is nested in it"""
    spared: bool
    """it counts, and is left alone"""


def _compared(items: Iterable[_Judged]) -> Iterator[tuple[Sequence[_Judged], Sequence[_Judged]]]:
    """Items that are alike, and those of them that are judged by it."""
    groups: dict[tuple[int, int], list[_Judged]] = {}
    for one in items:
        groups.setdefault((one.item.section.index, one.item.marker.depth), []).append(one)
    for group in groups.values():
        leaves = [one for one in group if one.leaf]
        yield leaves, leaves
        if len(leaves) < len(group):
            yield group, [one for one in group if not one.leaf]


def _judged(document: Document) -> Iterator[_Judged]:
    """Each item with a link, or that could miss one."""
    items, linked = document.items, _linked(document)
    above = {item.parent for item in items}
    around = {item.parent for item, has in zip(items, linked, strict=True) if has}
    opening = _opening(items, linked)
    for index, (item, has) in enumerate(zip(items, linked, strict=True)):
        if item.toc or not (has or (index not in around and _is_judged(item, document))):
            continue
        remark = item.parent is not None and linked[item.parent] and _is_remark(item.text)
        yield _Judged(item, has, index not in above, spared=index in opening or remark)


def _linked(document: Document) -> list[bool]:
    """Whether each item has a link or image of its own, or is an entry."""
    starts = [link.span.start for link in document.links]
    linked = [item.entry is not None for item in document.items]
    before: int | None = None
    for number, block in enumerate(document.blocks):
        if block.item is not None and linked[block.item]:
            before = block.item
            continue
        at = bisect_left(starts, block.span.start)
        has = at < len(starts) and starts[at] < block.span.end
        if block.item is not None:
            linked[block.item] |= has
        elif before is not None and _is_displaced(number, document, linked=has):
            above: int | None = before
            while above is not None:
                linked[above], above = True, document.items[above].parent
        before = block.item
    return linked


def _is_displaced(number: int, document: Document, *, linked: bool) -> bool:
    """Tell whether a block right behind a list is a line of its last item with links, put outside by its indentation."""
    block = document.blocks[number]
    if block.kind is BlockKind.CODE:
        return "](http" in document.slice(block.span)
    if block.kind is not BlockKind.PARAGRAPH or not linked:
        return False
    following = document.blocks[number + 1] if number + 1 < len(document.blocks) else None
    indented = document.text[max(0, block.span.start - 1) : block.span.start] in (" ", "\t")
    return indented or (following is not None and following.item is not None)


def _opening(items: Sequence[Item], linked: Sequence[bool]) -> set[int]:
    """The indices of the items without link that a list begins with, where these are several."""
    runs: dict[int, list[int]] = {}
    ended: set[int] = set()
    for index, (item, has) in enumerate(zip(items, linked, strict=True)):
        if has:
            ended.add(item.list_id)
        elif item.list_id not in ended:
            runs.setdefault(item.list_id, []).append(index)
    return {index for run in runs.values() if len(run) > 1 for index in run}


def _is_judged(item: Item, document: Document) -> bool:
    """Tell whether an item without link is a sentence or a name, and no heading for what follows."""
    text = item.text.strip()
    if not any(char.isalnum() for char in text) or text.endswith((":", "：")) or _ADDRESS.search(text):
        return False
    label = _LABEL.match(text)
    if label is not None and (label["space"] or len(text) - label.end() <= _SHORT):
        return False
    return document.mask_at(item.head.start) is None


def _is_remark(text: str) -> bool:
    """Tell whether a text is a sentence with its final stop."""
    return _STOP.search(text) is not None and is_sentence(text)


def _first_letter(text: str) -> str:
    return next(filter(str.isalpha, text), "")


def _begins_low(text: str) -> bool:
    """Tell whether a text begins with two words in lower case, as no name or title does."""
    match = _WORDS.match(text)
    return match is not None and match[0].islower()
