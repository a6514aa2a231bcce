"""ENT011: a list item has no link, where its neighbours have one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.checks.convention import MINIMUM, SHARE, convention
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Item

_LABEL = lazy(r"[^\W\d]\w*+(?: \w++)?+ ?[:：]\s")


def _items() -> str:
    """Ten items with a link."""
    return "".join(f"- [A{number}](https://a.dev/{number}) - Text.\n" for number in range(10))


class UnlinkedEntry(Rule[Document]):
    """A list item has no link at all, where nearly all items of its section have one.

    The link was forgotten, or broken by an edit; what the item names cannot be found from here.

    Items of one depth in one section are compared, and most items of the same list have to have a link.
    Items that introduce others, end in a colon, begin with a label (`Code: none`) or hold an image or code
    only are not judged, nor is anything in a table of contents.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        minimum: Annotated[int, msgspec.Meta(description="Number of items that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "ENT011", "unlinked-entry"
    severity = Severity.INFO
    valid = (
        _items()
        + "- B\n  - [C](https://c.dev)\n- More:\n- Code: None\n- ![x](x.png)\n- `code`\n- <https://d.dev>\n- https://e.dev\n",
        _items() + "- [B](https://b.dev)\n  - Plain text.\n",
        _items() + "\n## B\n\n- Plain text.\n",
        "".join(f"- [A](https://a.dev/{n})\n- B\n" for n in range(10)),
        "".join(f"- [A](https://a.dev/{n})\n" for n in range(8)) + "- B\n",
    )
    invalid = (
        Bad(_items() + "- ⟦B - Text.⟧\n- [C](https://c.dev) - Text.\n"),
        Bad("".join(f"1. [A](https://a.dev/{n})\n" for n in range(10)) + "1. ⟦B (https\\://b.dev)⟧\n   - Text.\n"),
        Bad(_items() + "  - [A](https://a.dev)\n- ⟦B⟧\n\n## C\n\n- [C](https://c.dev)\n- D\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the text of each item without link."""
        starts = [link.span.start for link in node.links]
        parents = {item.parent for item in node.items if item.entry is not None or _is_linked(item, starts)}
        groups: dict[tuple[int, int], list[tuple[Item, bool]]] = {}
        for index, item in enumerate(node.items):
            linked = item.entry is not None or _is_linked(item, starts)
            if item.toc or (not linked and (index in parents or not _is_judged(item, node))):
                continue
            groups.setdefault((item.section.index, item.marker.depth), []).append((item, linked))
        for items in groups.values():
            own = convention((linked for _, linked in items), self.options.minimum, self.options.share)
            if own is None or not own.value:
                continue
            lists = Counter((item.list_id, linked) for item, linked in items)
            for item, linked in items:
                if not linked and lists[item.list_id, True] > max(1, lists[item.list_id, False]):
                    yield Finding(item.head, f"{own.share()} items of this section have a link; this one has none")


def _is_linked(item: Item, starts: Sequence[int]) -> bool:
    """Tell whether a link or image starts inside an item."""
    at = bisect_left(starts, item.span.start)
    return at < len(starts) and starts[at] < item.span.end


def _is_judged(item: Item, document: Document) -> bool:
    """Tell whether an item without link is a sentence or a name, and no heading for what follows."""
    text = item.text.strip()
    if not any(char.isalnum() for char in text) or text.endswith((":", "：")):
        return False
    return not _LABEL.match(text) and document.mask_at(item.head.start) is None
