"""Lists in every shape: their entries are found, nothing is wrong with them, and what is planted is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from listlint.config.schema import Overrides
from listlint.model.nodes import EntryKind
from listlint.session import Request, Session
from listlint.testing import parse

HEAD = "# Kites\n\nAll about kites.\n\n## Tools\n\n"
SHAPES: dict[str, tuple[EntryKind, str]] = {
    "bullets": (
        EntryKind.BULLET,
        "- [Kite](https://a.dev/1) - Flies.\n- [String](https://a.dev/2) - Holds.\n- [Tail](https://a.dev/3) - Steers.\n",
    ),
    "loose bullets of several lines": (
        EntryKind.BULLET,
        "- [Kite](https://a.dev/1)\n  - it flies\n\n- [String](https://a.dev/2)\n  holds it.\n\n- [Tail](https://a.dev/3)\n",
    ),
    "numbers": (
        EntryKind.NUMBERED,
        "1. [Kite](https://a.dev/1), 2019\n2. [String](https://a.dev/2), 2020\n3. [Tail](https://a.dev/3), 2021\n",
    ),
    "tasks": (
        EntryKind.BULLET,
        "- [x] [Kite](https://a.dev/1)\n- [ ] [String](https://a.dev/2)\n- [ ] [Tail](https://a.dev/3)\n",
    ),
    "references": (
        EntryKind.BULLET,
        "- [Kite][k] - Flies.\n- [String][] - Holds.\n- [Tail] - Steers.\n\n"
        "[k]: https://a.dev/1\n[string]: https://a.dev/2\n[tail]: https://a.dev/3\n",
    ),
    "quoted": (
        EntryKind.BULLET,
        "> - [Kite](https://a.dev/1)\n> - [String](https://a.dev/2)\n> - [Tail](https://a.dev/3)\n",
    ),
    "table, link first": (
        EntryKind.TABLE_ROW,
        "| Name | Use |\n|---|---|\n| [Kite](https://a.dev/1) | flying |\n| [String](https://a.dev/2) | holding |\n"
        "| [Tail](https://a.dev/3) | steering |\n",
    ),
    "table, link last": (
        EntryKind.TABLE_ROW,
        "| Title | Year | Paper |\n|---|---|---|\n| Kites | 2019 | [pdf](https://a.dev/1) |\n"
        "| Strings | 2020 | [pdf](https://a.dev/2) |\n| Tails | 2021 | [pdf](https://a.dev/3) |\n",
    ),
    "table of references": (
        EntryKind.TABLE_ROW,
        "| Year | Title |\n|---|---|\n| 2019 | [Kite][1] |\n| 2020 | [String][2] |\n| 2021 | [Tail][3] |\n\n"
        "[1]: https://a.dev/1\n[2]: https://a.dev/2\n[3]: https://a.dev/3\n",
    ),
    "HTML list": (
        EntryKind.HTML,
        '<ul>\n<li><a href="https://a.dev/1">Kite</a> - Flies.</li>\n<li><a href="https://a.dev/2">String</a></li>\n'
        '<li><a href="https://a.dev/3">Tail</a></li>\n</ul>\n',
    ),
    "HTML list without end tags": (
        EntryKind.HTML,
        '<ol>\n<li><a href="https://a.dev/1">Kite</a>\n<li><a href="https://a.dev/2">String</a>\n'
        '<li><a href="https://a.dev/3">Tail</a>\n</ol>\n',
    ),
    "nested HTML list": (
        EntryKind.HTML,
        '<ul>\n<li><a href="https://a.dev/1">Kite</a>\n<ul>\n<li><a href="https://a.dev/2">String</a></li>\n</ul></li>\n'
        '<li><a href="https://a.dev/3">Tail</a></li>\n</ul>\n',
    ),
    "HTML table": (
        EntryKind.HTML,
        '<table>\n<tr><th>Name</th><th>Use</th></tr>\n<tr><td><a href="https://a.dev/1">Kite</a></td><td>flying</td></tr>\n'
        '<tr><td><a href="https://a.dev/2">String</a></td><td>holding</td></tr>\n'
        '<tr><td><a href="https://a.dev/3">Tail</a></td><td>steering</td></tr>\n</table>\n',
    ),
    "HTML table with Markdown in it": (
        EntryKind.HTML,
        "<table>\n<tr>\n<td>\n\n[Kite](https://a.dev/1)\n\n</td>\n<td>\n\nflying\n\n</td>\n</tr>\n"
        "<tr>\n<td>\n\n[String](https://a.dev/2)\n\n</td>\n</tr>\n<tr>\n<td>\n\n[Tail](https://a.dev/3)\n\n</td>\n</tr>\n"
        "</table>\n",
    ),
    "HTML definitions": (
        EntryKind.HTML,
        '<dl>\n<dt><a href="https://a.dev/1">Kite</a></dt>\n<dd>Flies.</dd>\n<dt><a href="https://a.dev/2">String</a></dt>\n'
        '<dd>Holds.</dd>\n<dt><a href="https://a.dev/3">Tail</a></dt>\n<dd>Steers.</dd>\n</dl>\n',
    ),
    "HTML lines": (
        EntryKind.HTML,
        '<p>\n<a href="https://a.dev/1">Kite</a> - Flies.<br>\n<a href="https://a.dev/2">String</a> - Holds.<br>\n'
        '<a href="https://a.dev/3">Tail</a> - Steers.\n</p>\n',
    ),
    "details with a list": (
        EntryKind.BULLET,
        "<details>\n<summary>Show all</summary>\n\n- [Kite](https://a.dev/1)\n- [String](https://a.dev/2)\n"
        "- [Tail](https://a.dev/3)\n\n</details>\n",
    ),
    "details with an HTML list": (
        EntryKind.HTML,
        '<details>\n<summary>Show all</summary>\n<ul>\n<li><a href="https://a.dev/1">Kite</a></li>\n'
        '<li><a href="https://a.dev/2">String</a></li>\n<li><a href="https://a.dev/3">Tail</a></li>\n</ul>\n</details>\n',
    ),
    "headings with link lines": (
        EntryKind.HEADING,
        "### A Study of Kites\n\nLink: [paper](https://a.dev/1)\n\n### A Study of Strings\n\n"
        "Link: [paper](https://a.dev/2)\n\n### A Study of Tails\n\nLink: [paper](https://a.dev/3)\n",
    ),
    "headings that are links, with notes": (
        EntryKind.HEADING,
        "### [Kites](https://a.dev/1)\n\n* **Claim:** they fly.\n* **Notes:** see [the film](https://f.dev).\n\n"
        "### [Strings](https://a.dev/2)\n\n* **Claim:** they hold.\n\n### [Tails](https://a.dev/3)\n\n* **Claim:** none.\n",
    ),
    "bold paragraphs": (
        EntryKind.BOLD,
        "**A Study of Kites**\n\n[pdf](https://a.dev/1)\n\n**A Study of Strings** [pdf](https://a.dev/2)\n\n"
        "<b>A Study of Tails</b> [pdf](https://a.dev/3)\n",
    ),
    "paragraphs": (
        EntryKind.PARAGRAPH,
        "[Kites in Theory](https://a.dev/1), Ann Example, 2019\n\n[Strings](https://a.dev/2), Bob Example, 2020\n\n"
        "[Tails](https://a.dev/3), Cid Example, 2021\n",
    ),
    "paragraphs with a sentence": (
        EntryKind.PARAGRAPH,
        "[Kite](https://a.dev/1). It flies when the wind is strong enough.\n\n[String](https://a.dev/2). It holds.\n\n"
        "[Tail](https://a.dev/3). It steers.\n",
    ),
    "paragraphs of links": (
        EntryKind.PARAGRAPH,
        "[Kites in Theory](https://a.dev/1)\n\n[Strings in Practice](https://a.dev/2)\n\n[Tails](https://a.dev/3)\n",
    ),
    "paragraphs with quotations": (
        EntryKind.PARAGRAPH,
        "[Kites in Theory](https://a.dev/1) - with Ann Example\n> It flies.\n\n[Strings](https://a.dev/2)\n> It holds.\n\n"
        "[Tails](https://a.dev/3)\n> It steers.\n",
    ),
    "titles before links": (
        EntryKind.PARAGRAPH,
        "*A Study of Kites.* Ann Example. ICML 2019. [[pdf](https://a.dev/1)]\n\n"
        "*A Study of Strings.* Bob Example. ICML 2020. [[pdf](https://a.dev/2)]\n\n"
        "*A Study of Tails.* Cid Example. ICML 2021. [[pdf](https://a.dev/3)]\n",
    ),
    "lines with breaks": (
        EntryKind.PARAGRAPH,
        "[Kite](https://a.dev/1) - Flies.  \n[String](https://a.dev/2) - Holds.\\\n[Tail](https://a.dev/3) - Steers.\n",
    ),
    "lines with <br>": (
        EntryKind.PARAGRAPH,
        "🪁 [Kite](https://a.dev/1), 2019<br>\n🧵 [String](https://a.dev/2), 2020<br/>\n🎏 [Tail](https://a.dev/3), 2021\n",
    ),
    "definitions": (
        EntryKind.PARAGRAPH,
        "[Kite](https://a.dev/1)\n: Flies when there is wind.\n\n[String](https://a.dev/2)\n: Holds the kite.\n\n"
        "[Tail](https://a.dev/3)\n: Steers the kite.\n",
    ),
    "other files": (
        EntryKind.BULLET,
        "- [Kites](docs/kites.md) - All of them.\n- [Strings](docs/strings.md) - Most of them.\n- [Tails](docs/tails.md)\n",
    ),
}
TITLED = (
    "table, link last",
    "headings with link lines",
    "headings that are links, with notes",
    "bold paragraphs",
    "titles before links",
)
"""Shapes whose titles are no links, or stand by themselves: two of one link are two works with one home."""


def findings(text: str, folder: Path) -> list[tuple[str, int]]:
    """The code and line of everything that the default rules find."""
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8")
    result = Session(Request((str(path),), Overrides(preset="default"), isolated=True)).check()
    return [(one.code, one.source.position(one.span.start).line) for one in result.diagnostics]


@pytest.mark.parametrize("shape", SHAPES)
def test_entries_of_a_shape(shape: str) -> None:
    kind, text = SHAPES[shape]
    document = parse(HEAD + text)
    entries = document.entries
    assert [entry.kind for entry in entries] == [kind] * 3
    urls = [entry.primary.target if entry.primary else None for entry in entries]
    assert urls == (
        [f"docs/{name}.md" for name in ("kites", "strings", "tails")]
        if shape == "other files"
        else [f"https://a.dev/{number}" for number in (1, 2, 3)]
    )
    for entry, name in zip(entries, ("Kite", "String", "Tail"), strict=True):
        assert name in entry.name
        assert entry.title is not None
        assert name in document.slice(entry.title.span)
        assert entry.section.title in ("Tools", entry.name)


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_wrong_with_a_shape(shape: str, tmp_path: Path) -> None:
    assert findings(HEAD + SHAPES[shape][1], tmp_path) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_planted_is_found_in_every_shape(shape: str, tmp_path: Path) -> None:
    old, new, code = "https://a.dev/3", "https://a.dev/1", "DUP001"
    if shape in TITLED:
        new, code = "htp://a.dev/3", "URL001"
    elif shape == "other files":
        old, new = "docs/tails.md", "docs/kites.md"
    text = HEAD + SHAPES[shape][1]
    assert text.count(old) == 1
    found = findings(text.replace(old, new), tmp_path)
    assert [name for name, _ in found] == [code]


PROSE = {
    "a sentence that begins with a link": "[Kites](https://k.dev) are light. They fly.\n",
    "introductions of sections": "[Kites](https://k.dev) fly when there is wind.\n\n## B\n\n[Strings](https://s.dev) hold them.\n\n"
    "## C\n\n[Tails](https://t.dev) steer them.\n",
    "links in sentences": "See [this](https://k.dev).\n\nRead [that](https://s.dev).\n\nAsk [them](https://t.dev), please.\n",
    "an introduction of a list": "[Kite software](https://k.dev), free and not.\n\n- [Kite](https://a.dev)\n",
    "licence and contributing": "## Contributing\n\n[Guide](https://k.dev)\n\n[Rules](https://l.dev)\n\n[Help](https://m.dev)\n\n"
    "## Licence\n\n[MIT](https://n.dev)\n",
    "a row of languages": "[English](README.en.md) | [中文](README.zh.md) | [日本語](README.ja.md)\n",
    "links to the top": "[Back to top](https://a.dev#a)\n\n[Back to top](https://b.dev#a)\n\n[Back to top](https://c.dev#a)\n",
    "addresses": "Look here:\n\nhttps://k.dev\n\nhttps://l.dev\n\nhttps://m.dev\n",
    "enumerations": "[A](https://a.dev), [B](https://b.dev) and [C](https://c.dev).\n\n[D](https://d.dev), [E](https://e.dev).\n\n"
    "[F](https://f.dev) & [G](https://g.dev)\n",
    "invitations": "[Join us](https://j.dev) on the hill.\n\n[Sign up](https://s.dev) and fly.\n\n[Ask](https://a.dev) about wind.\n",
    "code of a project": "The code is on the [website](https://w.dev).\n\nThe data is in the [repository](https://r.dev).\n\n"
    "The paper is [here](https://p.dev).\n",
}
"""Texts with links that are no entries; one has a list with one."""


@pytest.mark.parametrize("name", PROSE)
def test_prose_is_no_entry(name: str) -> None:
    entries = parse(HEAD + PROSE[name]).entries
    assert [entry.name for entry in entries] == (["Kite"] if "list" in name else [])
