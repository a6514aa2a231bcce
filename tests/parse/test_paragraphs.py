"""Entries without a mark of their own: paragraphs and their lines, HTML over several blocks; and what is navigation."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listlint.model.nodes import EntryKind, Role
from listlint.testing import parse
from tests.parse.test_positions import assert_links, assert_spans

TOP = "# Kites\n\n## Papers\n\n"
LINES = (
    "[A](https://a.dev/1) - One.", "[B](https://a.dev/2), 2020", "**[C](https://a.dev/3)**", "*D.* E. [[pdf]](https://a.dev/4)",
    "[F](https://a.dev/5) is one.", "Some prose.", "See [G](https://a.dev/6).", "**H** [pdf](https://a.dev/7)", "> I", "[pdf](https://a.dev/8)",
    "- [J](https://a.dev/9)", "  - [code](https://b.dev/1)", "## K", "### [L](https://b.dev/2)", "| [M](https://b.dev/3) |", "|---|",
    "<table>", "<tr><td>", '<a href="https://b.dev/4">N</a>', "</td></tr>", "</table>", '<li><a href="https://b.dev/5">O</a>', "</li>", "<ul>", "</ul>",
    '<dt><a href="https://b.dev/6">P</a></dt><dd>', "</dd>", "<dl>", "</dl>", "<p>", "</p>", "<details>", "<summary>Q</summary>", "</details>",
    "<b>", "</b>", "<br>", "[English](README.en.md) | [中文](README.zh.md)", "[Back to top](https://b.dev/7)", ": defined", "![R](r.png)",
    '<a href="https://b.dev/8">', "</a>", "[S][s]", "[s]: https://b.dev/9",
)  # fmt: skip
documents = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from(("\n", "  \n", "\\\n", "\n\n", "<br>\n", " "))), max_size=24
).map(lambda parts: TOP + "".join(line + end for line, end in parts))


@given(documents)
@settings(max_examples=100, deadline=None)
@example(TOP + '<a href="https://b.dev/8">x\ny</a>\n[A](https://a.dev/1) - One.\n[A](https://a.dev/1) - One.\n')
@example(
    TOP
    + '<table>\n<tr><td>\n\n- [J](https://a.dev/9)\n\n</td></tr><tr><td><a href="https://b.dev/4">N</a>\n\n</table>\n'
)
@example(TOP + "[A](https://a.dev/1) - One.\\\n" * 3)
@example(TOP + "**H** [pdf](https://a.dev/7)\n\n" * 3)
@example(TOP + '<table><tr><td><a href="https://b.dev/4">N</a>\n<a href="https://b.dev/5">O\n>')
@example(TOP + '<dl>\n<dt><a href="https://b.dev/6">P</a>\n\n2020\n<p>\n')
@example(
    TOP + '<li><a href="https://b.dev/5">O</a>\n<table>\n<dt><a href="https://b.dev/6">P</a></dt><dd>\n\n</table>\n'
)
@example('##\n<td>@e{\n\n##\n<table><a href="https://b.dev/6">@c{ ')
@example(TOP + '<dt><a href="https://b.dev/6">P</a></dt><dd>\n<tr><td>\n' * 2 + "\n</td></tr>\n")
@example(TOP + "[s]: https://b.dev/9\\\n[S][s]\n")
@example(TOP + "[S][s]\n\n[s]: https://b.dev/9<br>\n")
@example("# T\n\n## A\n\n<pre>\n<li><a href='https://b.dev/6'>P</a> - Q \n \n")
def test_every_span_is_exact_and_no_link_is_in_two_entries(text: str) -> None:
    document = parse(text)
    assert_spans(document)
    assert_links(document)
    owners = Counter(
        link.span for entry in document.entries for link in {link.span: link for link in entry.links}.values()
    )
    assert set(owners.values()) <= {1}
    for entry in document.entries:
        assert all(entry.span.covers(child.span) and child.depth > entry.depth for child in entry.children)


def test_a_paragraph_has_the_fields_of_an_entry() -> None:
    document = parse(
        TOP
        + "[Kite](https://a.dev/1)  - Flies.\n\n[String](https://a.dev/2) (2020). Holds *it*.\n\n[Tail](https://a.dev/3)\n"
    )
    kite, string, tail = document.entries
    assert [entry.kind for entry in document.entries] == [EntryKind.PARAGRAPH] * 3
    assert (kite.name, kite.marker, kite.depth) == ("Kite", None, 0)
    assert kite.separator is not None
    assert (kite.separator.text, document.slice(kite.separator.span)) == (" - ", "  - ")
    assert kite.description is not None
    assert document.slice(kite.description.span) == "Flies."
    assert document.slice(string.span) == "[String](https://a.dev/2) (2020). Holds *it*."
    assert tail.description is None


def test_a_full_stop_parts_title_and_description() -> None:
    document = parse(
        "- [Kite](https://a.dev/1). It flies.\n- [String](https://a.dev/2).\n- [Tail](https://a.dev/3)。 它很轻。\n"
    )
    assert [entry.separator.text if entry.separator else None for entry in document.entries] == [". ", None, "。 "]
    assert [entry.description.text if entry.description else None for entry in document.entries] == [
        "It flies.",
        None,
        "它很轻。",
    ]


def test_each_line_is_an_entry_of_its_own() -> None:
    text = "[Kite](https://a.dev/1), 2019  \n  ![x](x.png) [String](https://a.dev/2), 2020\\\n[Tail](https://a.dev/3), 2021<br>\n"
    document = parse(TOP + text)
    assert [document.slice(entry.span) for entry in document.entries] == [
        "[Kite](https://a.dev/1), 2019",
        "![x](x.png) [String](https://a.dev/2), 2020",
        "[Tail](https://a.dev/3), 2021",
    ]
    assert [len(entry.links) for entry in document.entries] == [1, 2, 1]


def test_one_entry_of_several_lines() -> None:
    one = "*A Study of {0}.*<br>\n*Ann Example.*<br>\nICML 202{0}. [[pdf](https://a.dev/{0})] [[code](https://b.dev/{0})]\n\n"
    entries = parse(TOP + "".join(one.format(number) for number in range(3))).entries
    assert [entry.name for entry in entries] == ["A Study of 0.", "A Study of 1.", "A Study of 2."]
    assert [[link.role for link in entry.links] for entry in entries] == [[Role.PDF, Role.CODE]] * 3


def test_quotations_and_link_lines_belong_to_the_paragraph_above() -> None:
    text = "[Kite](https://a.dev/1) -\n> It flies,\n> see [x](https://x.dev).\n\n[String](https://a.dev/2)\n\n[pdf](https://a.dev/4)\n\n[Tail](https://a.dev/3)\n"
    document = parse(TOP + text)
    kite, string, _ = document.entries
    assert [annotation.text for annotation in kite.annotations] == ["It flies, see x."]
    assert [link.url for link in kite.links] == ["https://a.dev/1", "https://x.dev"]
    assert document.slice(kite.span).endswith("https://x.dev).")
    assert [link.role for link in string.links] == [Role.TITLE, Role.PDF]


def test_a_section_with_fewer_follows_the_others() -> None:
    three = "".join(f"[Kite {number}](https://a.dev/{number}), 2020\n\n" for number in range(5))
    document = parse(
        TOP + three + "## More\n\n[String](https://b.dev), 2021\n\n## News\n\n[Tail](https://c.dev), 2022\n"
    )
    assert [entry.name for entry in document.entries] == [*(f"Kite {number}" for number in range(5)), "String"]


def test_among_many_entries_prose_may_go_on_from_a_title() -> None:
    text = "".join(f"[Kite {number}](https://a.dev/{number}). Flies.\n\n" for number in range(4))
    text += "[Nobody's list](https://b.dev) is a list of kites.\n\n[GitHub](https://c.dev). Their kite fell on a windy day.\n"
    assert [entry.name for entry in parse(TOP + text).entries][4:] == ["Nobody's list", "GitHub"]


def test_a_link_before_entries_that_end_with_links_is_none() -> None:
    text = "[More kites](https://m.dev)\n\n" + "".join(
        f"*Kite {number}.* A. B. [[pdf](https://a.dev/{number})]\n\n" for number in range(4)
    )
    assert [entry.name[:6] for entry in parse(TOP + text).entries] == [f"Kite {number}" for number in range(4)]


def test_a_list_makes_the_paragraphs_of_its_section_prose() -> None:
    text = (
        "[A](https://a.dev), one\n\n[B](https://b.dev), two\n\n[C](https://c.dev), three\n\n- [Kite](https://k.dev)\n"
    )
    assert [entry.name for entry in parse(TOP + text).entries] == ["Kite"]


def test_kramdown_definitions() -> None:
    document = parse(TOP + "".join(f"[Kite {number}](https://a.dev/{number})\n: Flies.\n\n" for number in range(3)))
    entry = document.entries[0]
    assert entry.separator is not None
    assert entry.description is not None
    assert (entry.separator.text, entry.description.text) == ("\n: ", "Flies.")
    assert document.slice(entry.separator.span) == "\n: "


# -- HTML -------------------------------------------------------------------------------------------


def test_an_element_goes_on_behind_a_blank_line() -> None:
    text = (
        '<table>\n<tr><td><a href="https://a.dev/1"><b>Kite</b></a><br>First line.\n\nSecond line, https://x.dev\n\n'
        'Third.</td></tr><tr><td><a href="https://a.dev/2">String</a></td></tr>\n</table>\n'
    )
    document = parse(TOP + text)
    kite, string = document.entries
    assert document.slice(kite.span).startswith("<tr><td>")
    assert document.slice(kite.span).endswith("Third.</td></tr>")
    assert [link.url for link in kite.links] == ["https://a.dev/1", "https://x.dev"]
    assert [link.url for link in string.links] == ["https://a.dev/2"]


def test_lists_in_a_cell_are_entries_of_their_own() -> None:
    text = "<table>\n<tr>\n<td>\n\n- [Kite](https://a.dev/1)\n- [String](https://a.dev/2)\n\n</td>\n</tr>\n</table>\n"
    assert [(entry.kind, entry.name) for entry in parse(TOP + text).entries] == [
        (EntryKind.BULLET, "Kite"),
        (EntryKind.BULLET, "String"),
    ]


def test_nested_html_items_are_nested_entries() -> None:
    text = (
        '<ul>\n<li><a href="https://a.dev/1">Kite</a> - Flies.\n<ul>\n<li><a href="https://a.dev/2">String</a></li>\n'
        '<li>Tails<ul><li><a href="https://a.dev/3">Tail</a></li></ul></li>\n</ul></li>\n</ul>\n'
    )
    document = parse(TOP + text)
    kite, string, tail = document.entries
    assert kite.children == (string, tail)
    assert [entry.depth for entry in document.entries] == [0, 1, 1]
    assert [link.url for link in kite.links] == ["https://a.dev/1"]
    assert kite.description is not None
    assert kite.description.text == "Flies."


def test_html_definitions_hold_their_descriptions() -> None:
    text = '<dl>\n<dt><a href="https://a.dev/1">Kite</a></dt>\n<dd>Flies.</dd>\n<dt><a href="https://a.dev/2">String</a></dt>\n</dl>\n'
    document = parse(TOP + text)
    kite, _ = document.entries
    assert document.slice(kite.span) == '<dt><a href="https://a.dev/1">Kite</a></dt>\n<dd>Flies.</dd>'
    assert kite.description is not None
    assert kite.description.text == "Flies."


def test_bold_in_html_is_bold() -> None:
    (entry,) = parse("- <b>A Study of Kites</b>, Ann Example, ICML 2020 [[pdf]](https://a.dev/1)\n").entries
    assert entry.name == "A Study of Kites"
    (entry,) = parse("- <strong>Kite</strong> </b> and [String](https://a.dev/1)\n").entries
    assert entry.name == "String"


# -- items, headings, navigation --------------------------------------------------------------------


def test_a_role_word_among_many_tools_is_a_tool() -> None:
    tools = ("Kite", "String", "Tail", "Reel", "Wind", "Hill", "Bow", "Rod")
    text = "- Version control\n  - [Git](https://g.dev)\n" + "".join(
        f"  - [{name}](https://a.dev/{name})\n" for name in tools
    )
    entries = parse(text).entries
    assert [entry.name for entry in entries] == ["Git", *tools]
    assert {entry.depth for entry in entries} == {0}


def test_a_role_word_with_a_description_without_spaces_is_a_title() -> None:
    text = "- 命令行\n  - [click](https://c.dev)：一个通过组合的方式来创建精美命令行界面的包。\n  - [fire](https://f.dev)：自动生成命令行界面的包。\n"
    assert [entry.name for entry in parse(text).entries] == ["click", "fire"]


def test_what_is_nested_in_a_role_link_is_kept() -> None:
    text = "- [Kite](https://a.dev)\n  - [code](https://b.dev)\n    - [pdf](https://c.dev)\n    - [String](https://d.dev)\n"
    kite, string = parse(text).entries
    assert [link.role for link in kite.links] == [Role.TITLE, Role.CODE, Role.PDF]
    assert string in kite.children


def test_a_heading_with_a_list_of_entries_is_no_entry() -> None:
    text = "## [Kites](https://a.dev)\n\n- [Kite](https://b.dev)\n\n## [Strings](https://c.dev)\n\n- [String](https://d.dev)\n"
    assert [entry.name for entry in parse("# L\n\n" + text).entries] == ["Kite", "String"]


@pytest.mark.parametrize(
    "text",
    [
        "[English](README.en.md) | [中文](README.zh.md) | 日本語\n",
        "**[Home](https://h.dev)** • [Blog](https://b.dev)\n",
        "[Kites](../README.md) / Strings\n",
        "| [Web](web.md) | [Desktop](desktop.md) |\n|---|---|\n",
        "[⬆ back to top](https://a.dev#a)\n",
        "- [Kite](https://k.dev)\n\n  [回到顶部](https://a.dev)\n",
    ],
)
def test_navigation(text: str) -> None:
    roles = {link.role for link in parse(TOP + text).links if link.text != "Kite"}
    assert roles <= {Role.NAVIGATION}


@pytest.mark.parametrize(
    "text",
    [
        "See [A](https://a.dev) | [B](https://b.dev) for all that you may want to know about it.\n",
        "[SIP](https://a.dev)/[IPBX](https://b.dev) software.\n",
        "[A](https://a.dev), [B](https://b.dev)\n",
    ],
)
def test_no_navigation(text: str) -> None:
    assert {link.role for link in parse(TOP + text).links} == {Role.MENTION}
