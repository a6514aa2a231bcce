"""What the structure rules promise beyond their examples: sorting moves entries and changes nothing else."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.structure.ragged_table_row import RaggedTableRow
from listlint.checks.structure.unsorted_entries import UnsortedEntries
from listlint.checks.structure.unused_definition import UnusedDefinition
from listlint.parse.skeleton import skeleton
from listlint.testing import fixed, lint, parse
from listlint.text.collation import LEADING, Collation, Marks, key, longest_run, usual_collations

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLES = st.one_of(
    st.sampled_from(
        ["ada", "Ada", "The Apple", "éclair", "Item 9", "Item 10", ".net", "go-lang", "Golang", "C++", "3D"]
    ),
    st.text(st.sampled_from("abcXYZ019 .-+é🚀日я"), min_size=1, max_size=6).filter(lambda text: text.strip() == text),
)
_EXTRA = (
    "",
    "  - [note](https://n.dev) - nested\n",
    "  ```bibtex\n  @misc{a,\n  }\n  ```\n",
    "  more words\n",
    "\n  A paragraph.\n",
)
_STRICT = {"sort": "alpha"}


@st.composite
def _lists(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A list and the texts of its items."""
    titles = draw(st.lists(_TITLES, min_size=2, max_size=14))
    mark, gap = draw(st.sampled_from("-*+")), draw(st.sampled_from(["", "\n"]))
    items = [
        f"{mark} [{title}](https://a.dev/{number}) - Text.\n{draw(st.sampled_from(_EXTRA))}"
        for number, title in enumerate(titles)
    ]
    before, after = draw(st.sampled_from(["", "# A\n\n", "text\n\n"])), draw(st.sampled_from(["", "\n## B\n\ntext\n"]))
    text = before + gap.join(items) + after
    return text if after or draw(st.booleans()) else text.rstrip("\n"), items


def _raw(text: str, ending: str) -> bytes:
    return text.replace("\n", ending).encode()


def _chunks(text: str, items: Sequence[str]) -> list[int]:
    """The items in the order in which they stand in ``text``."""
    places = [(text.index(item.rstrip("\n").split("\n")[0]), number) for number, item in enumerate(items)]
    return [number for _, number in sorted(places)]


@settings(max_examples=80, deadline=None)
@given(_lists(), st.sampled_from(["\n", "\r\n"]))
def test_sorting_moves_whole_entries_and_settles(made: tuple[str, list[str]], ending: str) -> None:
    text, items = made
    document = parse(_raw(text, ending))
    after = fixed(UnsortedEntries, document, _STRICT)
    assert Counter(after.text.rstrip("\n").split("\n")) == Counter(document.text.rstrip("\n").split("\n"))
    assert after.text.endswith("\n") == document.text.endswith("\n")
    assert after.raw.count(b"\r") == document.source.raw.count(b"\r")
    for item in items:
        assert item.rstrip("\n") in after.text
    assert fixed(UnsortedEntries, parse(after.raw), _STRICT).raw == after.raw
    left = lint([UnsortedEntries], parse(after.raw), _STRICT)
    assert not [one for one in left if one.fix is not None]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["ada", "bar", "car", "dot"]), min_size=2, max_size=12))
def test_sorting_is_stable(titles: list[str]) -> None:
    items = [f"- [{title}](https://a.dev/{number})\n" for number, title in enumerate(titles)]
    after = fixed(UnsortedEntries, parse("".join(items)), _STRICT)
    order = _chunks(after.text, items)
    assert order == sorted(range(len(titles)), key=lambda number: (titles[number], number))


@pytest.mark.parametrize("collation", [*usual_collations(["The a", "é1"])], ids=str)
def test_keys_can_be_compared(collation: Collation) -> None:
    titles = ["", "10", "a10", "a9", "9 a", "The a", "l'a", "é", "-", "日", "²", "٣", "a1b2", "1", "1a", "🚀 a"]
    assert sorted(titles, key=lambda title: key(title, collation))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12))
def test_the_longest_run_is_one(values: list[int]) -> None:
    run = longest_run(values)
    assert all(a < b and values[a] <= values[b] for a, b in pairwise(run))
    best = [1] * len(values)
    for at in range(len(values)):
        best[at] = 1 + max((best[before] for before in range(at) if values[before] <= values[at]), default=0)
    assert len(run) == max(best, default=0)


def test_collations_differ() -> None:
    def ordered(one: str, other: str, collation: Collation) -> bool:
        return key(one, collation) < key(other, collation)

    assert ordered("Do it", "Doable", LEADING[0])
    assert not ordered("Do it", "Doable", Collation(Marks.DROP))
    assert ordered("Item 9", "Item 10", Collation())
    assert not ordered("Item 9", "Item 10", Collation(natural=False))
    assert ordered("Zoo", "ada", Collation(case=True))
    assert ordered("The zoo", "Um", Collation())
    assert not ordered("The zoo", "Um", Collation(articles=False))
    assert ordered("Éa", "Ez", Collation())
    assert not ordered("Éa", "Ez", Collation(accents=True))
    assert ordered("ada", "3D", Collation(digits_last=True))


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "  <!-- listlint-disable-next-line STR011 -->\n",
        "[x]: https://a.dev\n",
        "  <details>\n",
        "    1. [nested](https://b.dev)\n",
    ],
)
def test_a_list_in_quotes_or_with_what_reaches_further_is_left(tail: str) -> None:
    """Whatever stands there, a fix is either right or not offered; ``fixed`` asserts that none is rejected."""
    for prefix in ("", "> ", "- x\n  - "):
        lines = [f"- [{name}](https://a.dev/{name})\n" for name in ("car", "bar", "ada")]
        text = "".join(prefix + line if prefix == "> " else line for line in lines[:2]) + tail + lines[2]
        document = parse(text)
        after = fixed(UnsortedEntries, document, _STRICT)
        assert Counter(after.text.split("\n")) == Counter(document.text.split("\n"))


_PARTS = (
    *("[x]: https://a.dev\n", "[y]: <https://b.dev> 'b'\n", "[^1]: note\n", "  [z]: https://c.dev\n", "text [y]\n"),
    *("\n", "\n\n", "- item\n", "1. one\n", "> quote\n", "    code\n", "```\n", "## B\n", "<div>\n", "| a |\n|---|\n"),
)
_DEFINITIONS = st.lists(st.sampled_from(_PARTS), max_size=9)


@settings(max_examples=100, deadline=None)
@given(_DEFINITIONS)
def test_deleting_definitions_changes_nothing_else(parts: list[str]) -> None:
    document = parse("# A\n\n" + "".join(parts))
    after = parse(fixed(UnusedDefinition, document).raw)
    kinds = ("definition", "idle definition")

    def shown(one: str) -> list[tuple[str, str]]:
        leaves = skeleton(parse(one).source).leaves
        return [
            (leaf.kind, leaf.text)
            for leaf in leaves
            if leaf.kind not in kinds and "footnote" not in " ".join(leaf.path)
        ]

    assert shown(after.text) == shown(document.text)
    assert fixed(UnusedDefinition, after).raw == after.source.raw


_CELLS = st.lists(st.sampled_from(["a", "`x|y`", "", "[a|b](https://a.dev)", "\\|", "$x|y$", " b "]), max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_CELLS, st.sampled_from(["|", ""]), st.sampled_from(["|", ""])), min_size=1, max_size=4))
def test_repaired_rows_fit(rows: list[tuple[list[str], str, str]]) -> None:
    lines = [start + "|".join(cells) + end for cells, start, end in rows]
    document = parse(
        "| A | B | C |\n|---|---|---|\n" + "\n".join(line for line in lines if line.strip()) + "\n\nEnd.\n"
    )
    after = fixed(RaggedTableRow, document)
    assert not [one for one in lint([RaggedTableRow], parse(after.raw)) if one.fix is not None]
