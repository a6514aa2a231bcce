"""The shapes in which lists name their works, each with its fields."""

from __future__ import annotations

import pytest

from listlint.model.nodes import BlockKind, Entry, EntryKind, Role, Status
from listlint.model.source import Source
from listlint.parse.markdown import parse as parse_source
from listlint.testing import parse
from tests.paths import SEEDS, needs_seeds


def only(text: str) -> Entry:
    entries = parse(text).entries
    assert len(entries) == 1, [entry.name for entry in entries]
    return entries[0]


def roles(entry: Entry) -> list[str]:
    return [link.role.value for link in entry.links]


def test_bullet_with_description() -> None:
    text = "# A\n\n- [Kite](https://kite.dev) - Flies high.\n"
    document = parse(text)
    (entry,) = document.entries
    assert entry.kind is EntryKind.BULLET
    assert entry.title is not None
    assert entry.title.text == "Kite"
    assert entry.primary is not None
    assert entry.primary.url == "https://kite.dev"
    assert entry.separator is not None
    assert entry.separator.text == " - "
    assert entry.description is not None
    assert document.slice(entry.description.span) == entry.description.text == "Flies high."
    assert entry.section.path == ("A",)


@pytest.mark.parametrize(
    ("mark", "separator"),
    [
        (" - ", " - "),
        (" – ", " – "),
        (" — ", " — "),
        (": ", ": "),
        (", ", ", "),
        ("  -  ", " - "),
        (" ", " "),
        ("：", "："),
    ],
)
def test_separator(mark: str, separator: str) -> None:
    entry = only(f"- [Kite](https://kite.dev){mark}flies high\n")
    assert entry.separator is not None
    assert entry.separator.text == separator
    assert entry.description is not None
    assert entry.description.text == "flies high"


def test_numbered_and_task_items() -> None:
    entry = only("1. [x] [Kite](https://kite.dev)\n")
    assert (entry.kind, entry.status) == (EntryKind.NUMBERED, Status.DONE)
    assert only("- [ ] [Kite](https://kite.dev)\n").status is Status.OPEN


def test_title_first_with_role_links() -> None:
    entry = only(
        "- **A Study of Kites**, Ann Example, *ICML 2020* [[pdf]](https://a.dev/k.pdf) [[code]](https://b.dev/k)\n"
    )
    assert entry.name == "A Study of Kites"
    assert roles(entry) == ["pdf", "code"]
    assert entry.primary is not None
    assert entry.primary.role is Role.PDF


def test_plain_title_before_role_links() -> None:
    entry = only("- A Study of Kites. Ann Example et al. [paper](https://a.dev/k) [code](https://b.dev/k)\n")
    assert entry.name == "A Study of Kites"
    assert roles(entry) == ["paper", "code"]


def test_role_word_that_is_all_there_is() -> None:
    entry = only("- [Docs](https://a.dev) - How it works.\n")
    assert entry.name == "Docs"
    assert entry.primary is not None
    assert entry.primary.role is Role.TITLE


def test_badges_and_emoji_around_the_link() -> None:
    entry = only(
        "- 🔥 [Kite](https://k.dev) ![stars](https://img.dev/s.svg) [![ci](https://i.dev)](https://c.dev) - Flies.\n"
    )
    assert entry.name == "Kite"
    assert roles(entry) == ["title", "image", "badge", "image"]
    assert entry.description is not None
    assert entry.description.text == "Flies."


def test_trailing_links_and_tags_are_no_description() -> None:
    entry = only(
        "- [Kite](https://k.dev) - Flies high. ([Demo](https://d.dev), [Source Code](https://s.dev)) `MIT` `Go`\n"
    )
    assert entry.description is not None
    assert entry.description.text == "Flies high."
    assert [tag.text for tag in entry.tags] == ["MIT", "Go"]
    assert roles(entry) == ["title", "demo", "code"]


@pytest.mark.parametrize(
    "text",
    [
        "- [Kite][k]\n\n[k]: https://k.dev\n",
        "- [Kite][]\n\n[kite]: https://k.dev\n",
        "- *[Kite](https://k.dev)*\n",
        "- <a href='https://k.dev'>Kite</a>\n",
        "> - [Kite](https://k.dev)\n",
    ],
)
def test_ways_of_writing_the_link(text: str) -> None:
    entry = only(text)
    assert entry.name == "Kite"
    assert entry.primary is not None
    assert entry.primary.url == "https://k.dev"


def test_address_as_text() -> None:
    assert only("- https://k.dev/x\n").name == "https://k.dev/x"
    assert only("- <https://k.dev/x>\n").name == "https://k.dev/x"
    assert only("- Kite flying for all: https://k.dev/x\n").name == "Kite flying for all"


def test_headings_with_link_lines_and_bibtex() -> None:
    one = "### A Study of Kites [`READ`]\n\npaper link: [here](https://a.dev/1)\n\n```bibtex\n@misc{a,\n  title={A},\n}\n```\n\n"
    two = "### Another Study\n\npaper link: [here](https://a.dev/2)\n\ncode link: [here](https://a.dev/3)\n"
    first, second = parse(f"# Papers\n\n## Some\n\n{one}{two}").entries
    assert (first.kind, first.name, first.status) == (EntryKind.HEADING, "A Study of Kites", Status.DONE)
    assert [reference.key for reference in first.bib] == ["a"]
    assert roles(second) == ["paper", "code"]
    assert second.bib == ()


def test_citing_this_list_is_no_entry() -> None:
    text = "# L\n\n## Citation\n\n```bibtex\n@misc{a, title={A}}\n```\n\n## Licence\n\n[here](https://a.dev)\n"
    assert parse(text).entries == ()


def test_table_rows() -> None:
    text = "| Title | Venue | Code |\n|---|---|---|\n| [Kite](https://k.dev) | ICML 2020 | [link](https://c.dev) |\n| none | - | - |\n"
    entry = only(text)
    assert (entry.kind, entry.name) == (EntryKind.TABLE_ROW, "Kite")
    assert roles(entry) == ["title", "code"]
    assert entry.venue is not None
    assert entry.venue.text == "ICML 2020"
    assert entry.columns == ("Title", "Venue", "Code")


def test_html_items() -> None:
    text = "## A\n\n<ul>\n<li><a href='https://k.dev'>Kite</a> - Flies.</li>\n<li><a href='https://s.dev'>String</a></li>\n</ul>\n"
    entries = parse(text).entries
    assert [(entry.kind, entry.name) for entry in entries] == [(EntryKind.HTML, "Kite"), (EntryKind.HTML, "String")]


def test_bold_paragraphs() -> None:
    text = "## A\n\n**First Study**\n\n[pdf](https://a.dev/1) [code](https://a.dev/2)\n\n**Second Study** [pdf](https://a.dev/3)\n"
    entries = parse(text).entries
    assert [(entry.kind, entry.name) for entry in entries] == [
        (EntryKind.BOLD, "First Study"),
        (EntryKind.BOLD, "Second Study"),
    ]
    assert roles(entries[0]) == ["pdf", "code"]


def test_a_bold_title_of_one_word_is_no_line_of_links_of_the_entry_before() -> None:
    text = "## A\n\n" + "".join(f"**{name}** [[pdf]](https://a.dev/{name})\n\n" for name in ("Kite", "Sail", "Wing"))
    text = text.replace("\n\n**Wing", "\n\n**Code** [link](https://a.dev/c)\n\n**Wing")
    entries = parse(text).entries
    assert [(entry.name, len(entry.links)) for entry in entries] == [("Kite", 1), ("Sail", 2), ("Wing", 1)]


def test_a_block_of_html_reaches_to_the_end_of_its_last_tag() -> None:
    text = '# A\n\n<p align="a"\n>\n\n> <p>b\n>\n\ntext\n'
    document = parse(text)
    blocks = [document.slice(block.span) for block in document.blocks if block.kind is BlockKind.HTML]
    assert blocks == ['<p align="a"\n>', "<p>b"]


def test_an_html_item_without_an_end_tag_ends_with_its_text() -> None:
    document = parse('## A\n\n<ul>\n<li><a href="https://k.dev">Kite</a> - Flies \n<li><a href="https://s.dev">S\n\n')
    kite, tail = document.entries
    assert kite.description is not None
    assert document.slice(kite.description.span) == "Flies"
    assert document.slice(tail.links[0].text_span) == "S"


def test_nested_items() -> None:
    text = (
        "- [Kite](https://k.dev)\n  - flies on wind\n  - [String](https://s.dev)\n- plain\n  - [Wind](https://w.dev)\n"
    )
    kite, string, wind = parse(text).entries
    assert [annotation.text for annotation in kite.annotations] == ["flies on wind"]
    assert kite.children == (string,)
    assert (string.kind, string.depth) == (EntryKind.NESTED, 1)
    assert (wind.kind, wind.depth) == (EntryKind.BULLET, 0)


@pytest.mark.parametrize("colon", [": ", "：", " ： "])
def test_labels_end_in_either_colon(colon: str) -> None:
    text = "**A Kite**\n\n- Paper_https://a.dev/1\n- Code_None\n- 中文解读_https://a.dev/2\n\n**A Bee**\n\n- Code_https://b.dev\n"
    first, second = parse("# L\n\n" + text.replace("_", colon)).entries
    assert [link.url for link in first.links] == ["https://a.dev/1", "https://a.dev/2"]
    assert [link.url for link in second.links] == ["https://b.dev"]
    assert only(f"- 中文解读{colon}https://a.dev/2\n").name == "中文解读"


def test_a_remark_ends_the_links_below_a_bold_title() -> None:
    text = "# L\n\n**A Kite**\n\n- Paper: https://a.dev/1\n- Note: one that really flies\n- Code: https://a.dev/2\n\n"
    first, *_ = parse(text + "**A Bee**\n\n- Code: https://b.dev\n").entries
    assert [link.url for link in first.links] == ["https://a.dev/1"]


def test_role_links_in_nested_items_belong_to_the_title_above() -> None:
    entry = only("- A Study of Kites\n  - [pdf](https://a.dev/1)\n  - [code](https://a.dev/2)\n")
    assert (entry.name, roles(entry)) == ("A Study of Kites", ["pdf", "code"])


def test_lazy_quotation_is_an_annotation() -> None:
    entry = only('- [Kite](https://k.dev), 2021.\n  - *"It flies\nhigh."*\n')
    assert [annotation.text for annotation in entry.annotations] == ['"It flies high."']


def test_table_of_contents_is_recognised_by_its_links() -> None:
    document = parse("# L\n\n- [A](#a)\n  - [B](#b)\n\n## A\n\n- [Kite](https://k.dev)\n\n### B\n\n[back to top](#l)\n")
    assert [entry.name for entry in document.entries] == ["Kite"]
    (toc,) = document.toc
    assert [(item.text, item.depth) for item in toc.items] == [("A", 0), ("B", 1)]
    assert [link.role for link in document.links if link.text == "A"] == [Role.TOC]


@pytest.mark.parametrize(
    "address",
    ["https://github.com/o/list", "https://www.github.com/O/List/blob/main/README.md", "https://o.dev/list/"],
)
def test_contents_may_give_the_full_address_of_their_document(address: str) -> None:
    lines = [f"- [{name}]({address}#{name.lower()})" for name in "ABC"]
    document = parse("\n".join(["# L\n", *lines, "- [D](#d)\n", *(f"## {name}\n" for name in "ABCD")]))
    (toc,) = document.toc
    assert [item.fragment for item in toc.items] == ["a", "b", "c", "d"]
    assert document.entries == ()
    assert {link.role for link in document.links} == {Role.TOC}


@pytest.mark.parametrize(
    "lines",
    [
        # parts of another page, of which one has the name of a section here
        [
            "- [A](https://o.dev/x#a)",
            "- [E](https://o.dev/x#e)",
            "- [F](https://o.dev/x#f)",
            "- [G](https://o.dev/x#g)",
        ],
        # one part each of several pages
        [f"- [{name}](https://{name}.dev#{name})" for name in "abc"],
        # one part of a page, again and again
        [f"- [{name}](https://o.dev/x#a)" for name in "abc"],
        ["- [A](https://o.dev/x#a)", *(f"- [Kite {n}](https://k.dev/{n})" for n in range(4))],
    ],
)
def test_links_to_parts_of_other_pages_are_no_contents(lines: list[str]) -> None:
    document = parse("\n".join(["# L\n", *lines, "", "## A\n\n## B\n\n## C\n"]))
    assert document.toc == ()
    assert len(document.entries) == len(lines)


@pytest.mark.parametrize(
    "text",
    [
        "[TOC]\n",
        "- [TOC]\n{:toc}\n",
        "[![badge](https://b.dev)](https://c.dev)\n",
        "## Licence\n\nSee [MIT](https://mit.dev).\n",
        "```\n- [a](https://a.dev)\n```\n",
        "<!--\n- [a](https://a.dev)\n-->\n",
        "---\nlink: [a](https://a.dev)\n---\n",
    ],
)
def test_not_entries(text: str) -> None:
    assert parse(text).entries == ()


BELOW = """11. **A Longer Title of a Work.**

    *Ada Alb, Bob Bo, Cy Cole.* [[abs](https://arxiv.org/abs/2212.00001)], {date}
"""


@pytest.mark.parametrize("date", ["2022.12", "2022.1"])
def test_fields_in_a_paragraph_below_a_title(date: str) -> None:
    text = BELOW.format(date=date)
    entry = only(text)
    assert entry.annotations == ()
    for field, said in ((entry.authors, "Ada Alb, Bob Bo, Cy Cole"), (entry.date, date)):
        assert field is not None
        assert field.text == said == text[field.span.start : field.span.end]
    assert entry.primary is not None
    assert roles(entry) == ["paper"]


def test_a_paragraph_that_says_more_stays_an_annotation_and_its_authors_are_read() -> None:
    entry = only(
        "- **A Longer Title** [[pdf](https://a.dev)]\n\n  *Ada Alb, Bob Bo, Cy Cole.* They show that it works.\n"
    )
    assert [field.text for field in entry.annotations] == ["Ada Alb, Bob Bo, Cy Cole. They show that it works."]
    assert entry.authors is not None
    assert entry.authors.text == "Ada Alb, Bob Bo, Cy Cole"


def test_a_year_beside_the_title_counts_where_the_paragraph_below_has_none() -> None:
    entry = only("- (2024 arXiv) **A Longer Title.**\n\n  *Ada Alb, Bob Bo, Cy Cole.* [[pdf](https://a.dev)]\n")
    assert entry.date is not None
    assert entry.date.text == "2024"
    assert entry.authors is not None


@pytest.mark.parametrize(
    ("head", "below"),
    [
        ("**A Longer Title**", "We show by Ada Alb that this works since 2020. [[pdf](https://b.dev)]"),
        ("[A Longer Title](https://a.dev) - Does a thing.", "*Ada Alb, Bob Bo.* [[pdf](https://b.dev)], 2022.12"),
    ],
)
def test_other_paragraphs_below_are_annotations(head: str, below: str) -> None:
    entry = only(f"- {head}\n\n  {below}\n")
    assert len(entry.annotations) == 1
    assert (entry.authors, entry.venue, entry.date) == (None, None, None)


@pytest.mark.parametrize("said", ["In *ICML 2017*. [[pdf](https://a.dev)]", "ICML 2017. [[pdf](https://a.dev)]"])
def test_a_venue_behind_a_bare_title(said: str) -> None:
    text = f"- A Title of a Work. {said}\n"
    entry = only(text)
    assert entry.venue is not None
    assert entry.venue.text == "ICML 2017" == text[entry.venue.span.start : entry.venue.span.end]


def test_generated_lists_are_recognised_but_not_generated_contents() -> None:
    assert parse("<!-- generated by make; do not edit -->\n# L\n").generated
    assert not parse(
        "<!-- START doctoc generated TOC please keep comment here to allow auto update -->\n# L\n"
    ).generated


@needs_seeds
@pytest.mark.parametrize(
    ("name", "entries", "with_bib"),
    [("deep-learning-explained.md", 19, 0), ("theory-for-deep-learning.md", 23, 22), ("dl-theory-primer.md", 41, 0)],
)
def test_seeds(name: str, entries: int, with_bib: int) -> None:
    document = parse_source(Source.from_bytes((SEEDS / name).read_bytes(), name))
    assert len(document.entries) == entries
    assert sum(bool(entry.bib) for entry in document.entries) == with_bib
    inside = {link for entry in document.entries for link in entry.links}
    assert inside == set(document.links)
