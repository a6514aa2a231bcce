"""Tables of contents against their documents, beyond the examples of the rule."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.nodes import Document
from listlint.testing import parse
from listlint.text.contents import Mismatch, compare, longest_increasing
from listlint.text.contents_rewrite import rewrite


def rewritten(document: Document, mismatch: Mismatch) -> str | None:
    edits = rewrite(document, mismatch)
    if edits is None:
        return None
    assert list(edits) == sorted(edits)
    assert all(a.span.end < b.span.start for a, b in pairwise(edits))
    text = document.text
    for edit in reversed(edits):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def listing(*names: str) -> str:
    return "".join(f"- [{name}](#{name.lower()})\n" for name in names)


def sections(*names: str) -> str:
    return "".join(f"\n## {name}\n\n- [x](https://{name.lower()}.dev)\n" for name in names)


def only(text: str) -> tuple[Document, Mismatch]:
    document = parse(text)
    [mismatch] = compare(document)
    return document, mismatch


def test_a_table_in_parts_is_one() -> None:
    text = f"# L\n\n## Contents\n\nTools\n\n{listing('A', 'B')}\nPapers\n\n{listing('C', 'D')}{sections('A', 'B', 'C', 'D', 'E')}"
    found = compare(parse(text))
    assert sum(len(mismatch.omitted) for mismatch in found) == 1


def test_a_table_of_a_section_speaks_of_that_section_alone() -> None:
    inner = "- [X](#x)\n- [Y](#y)\n\n### X\n\nx\n\n### Y\n\nx\n\n### Z\n\nx\n"
    document = parse(f"# L\n\n## A\n\n{inner}\n## B\n\n### V\n\nx\n\n### W\n\nx\n")
    [mismatch] = compare(document)
    assert [document.headings[index].text for index in mismatch.omitted] == ["Z"]


def test_links_beside_the_table_count_as_listed() -> None:
    text = f"# L\n\n## Contents\n\nSee [C](#c).\n\n{listing('A', 'B')}{sections('A', 'B', 'C')}"
    assert not any(compare(parse(text)))


def test_an_order_that_differs_throughout_is_left_alone() -> None:
    names = ["G", "C", "F", "A", "E", "B", "H", "D"]
    assert not any(compare(parse(f"# L\n\n{listing(*names)}{sections(*sorted(names))}")))


def test_a_group_heading_whose_sections_are_listed_is_not_missed() -> None:
    text = f"# L\n\n{listing('A', 'B', 'C')}{sections('A', 'B')}\n## Rest\n\n### C\n\n- [x](https://c.dev)\n"
    assert not any(compare(parse(text)))


def test_loose_tables_stay_loose() -> None:
    document, mismatch = only(f"# L\n\n- [A](#a)\n\n- [B](#b)\n{sections('A', 'B', 'C')}")
    text = rewritten(document, mismatch)
    assert text is not None
    assert "- [A](#a)\n\n- [B](#b)\n\n- [C](#c)\n\n## A" in text


def test_user_content_anchors_stay_so() -> None:
    document, mismatch = only(f"# L\n\n- [A](#user-content-a)\n- [B](#user-content-b)\n{sections('A', 'B', 'C')}")
    text = rewritten(document, mismatch)
    assert text is not None
    assert "- [C](#user-content-c)\n" in text


def test_a_heading_that_the_table_names_is_not_omitted() -> None:
    for line in ("- [C](#b)", "- [C](#c d)", "- C", "- **C**"):
        [mismatch] = compare(parse(f"# L\n\n{listing('A')}{line}\n{listing('B')}{sections('A', 'B', 'C')}"))
        assert not mismatch.omitted, line
        assert mismatch.astray == (((1, 3),) if line == "- [C](#b)" else ()), line


def test_a_name_speaks_for_as_many_headings_as_lines_have_it() -> None:
    document, mismatch = only(f"# L\n\n{listing('A', 'B', 'C')}{sections('A', 'B', 'C', 'B')}")
    assert [document.headings[index].anchor for index in mismatch.omitted] == ["b-1"]


def test_a_line_for_one_of_two_headings_has_no_place() -> None:
    ids = '\n<a name="d"></a>\n## D\n\n- [x](https://d.dev)\n'
    names = ("A", "B", "C")
    once = f"# L\n\n{listing(*names, 'D')}{sections('A')}{ids}{sections('B', 'C')}"
    assert [len(mismatch.moved) for mismatch in compare(parse(once))] == [1]
    assert [len(mismatch.moved) for mismatch in compare(parse(once + ids))] == [0]


def test_a_heading_above_its_like_goes_with_them() -> None:
    years = "\n## 2003\n\n- [x](https://a.dev)\n\n### 2002\n\n- [y](https://b.dev)\n"
    text = f"# L\n\n{listing('A', 'B', 'C')}{sections('A', 'B', 'C')}{years}"
    assert any(compare(parse(text)))
    assert not any(compare(parse(text + "\n### 2001\n\n- [z](https://c.dev)\n")))


def test_headings_are_written_so_that_their_text_stays() -> None:
    document, mismatch = only(
        f"# L\n\n{listing('A', 'B')}{sections('A', 'B')}\n## [C](https://c.dev) *x* <T>\n\n- [x](https://c.dev)\n"
    )
    text = rewritten(document, mismatch)
    assert text is not None
    again = parse(text)
    assert not any(compare(again))
    assert again.toc[0].items[-1].link.text == again.headings[-1].text


def test_no_rewrite_where_other_lines_stand_between() -> None:
    document, mismatch = only(f"# L\n\n- [A](#a)\n- about B\n- [B](#b)\n{sections('A', 'B', 'C')}")
    assert mismatch.omitted
    assert rewrite(document, mismatch) is None


NAMES = st.lists(st.sampled_from("ABCDEFGHIJ"), unique=True, max_size=10)


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES)
def test_a_rewrite_settles_every_difference(listed: list[str], present: list[str]) -> None:
    document = parse(f"# L\n\n{listing(*listed)}{sections(*present)}")
    for mismatch in compare(document):
        text = rewritten(document, mismatch) if mismatch else None
        if text is not None:
            assert not any(compare(parse(text))), text


@settings(max_examples=150)
@given(st.lists(st.integers(0, 20), max_size=12))
def test_longest_increasing(values: list[int]) -> None:
    kept = longest_increasing(values)
    chosen = [values[index] for index in kept]
    assert kept == sorted(kept)
    assert chosen == sorted(set(chosen))
    best = [1] * len(values)
    for i, value in enumerate(values):
        best[i] = 1 + max((best[j] for j in range(i) if values[j] < value), default=0)
    assert len(kept) == max(best, default=0)
