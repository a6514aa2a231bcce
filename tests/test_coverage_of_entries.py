"""The share of a list's links that belong to an entry: counted right, and high where a list is written by us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from listlint.dev import coverage
from listlint.dev.__main__ import main
from listlint.testing import parse
from tests.conftest import Golden
from tests.paths import CORPUS, needs_corpus

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
READ = ROOT / "docs" / "coverage.md"
LIST = """\
# Kites ![logo](logo.png)

English | [中文](README.zh.md)

- [A](#a)
- [B](#b)

Kites fly [on the wind](https://wind.dev), as everybody knows.

## A

- [Kite](https://k.dev) - Flies, see [the film](https://f.dev). [![ci](https://i.dev)](https://c.dev)
- [String](https://s.dev)

[Back to top](https://github.com/a/kites#kites)

## B

| Name | Code |
|---|---|
| [Tail](https://t.dev) | [code](https://t.dev/c) |
"""


def test_what_counts() -> None:
    found = coverage.coverage(parse(LIST), "kites.md")
    assert (found.links, found.inside) == (6, 5)
    assert found.outside == ((8, "[on the wind](https://wind.dev)"),)
    assert found.share == pytest.approx(5 / 6)


def test_a_list_without_links_is_covered() -> None:
    found = coverage.coverage(parse("# A\n\nText.\n"), "a.md")
    assert (found.links, found.share) == (0, 1.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    texts = {
        "one/README.md": "# A\n\n- [Kite](https://k.dev)\n",
        "two/README.md": "# B\n\nSee [this](https://t.dev) and [that](https://u.dev).\n",
        "two/empty.md": "# C\n",
        "two/notes.txt": "[x](https://x.dev)\n",
        "three/README.md": LIST,
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_table_is_sorted_and_has_a_total(corpus: Path) -> None:
    result = CliRunner().invoke(main, ["coverage", "--corpus", str(corpus)])
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.output.splitlines()]
    assert rows[1:-1] == [
        ["2", "0", "0.0%", "two/README.md"],
        ["6", "5", "83.3%", "three/README.md"],
        ["1", "1", "100.0%", "one/README.md"],
        ["0", "0", "-", "two/empty.md"],
        ["9", "6", "66.7%", "total"],
    ]
    assert rows[-1][:3] == ["1", "of", "3"]


def test_the_links_outside_are_shown_with_their_places(corpus: Path) -> None:
    result = CliRunner().invoke(main, ["coverage", "--corpus", str(corpus), "--outside", "two/R"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["2", "0", "0.0%", "two/README.md"]
    assert [line.strip() for line in lines if "://" in line] == [
        "two/README.md:3: [this](https://t.dev)",
        "two/README.md:3: [that](https://u.dev)",
    ]


def test_nothing_of_a_list_reaches_the_terminal_raw(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nSee [\x1b[31mred](https://r.dev).\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["coverage", "--corpus", str(tmp_path), "--outside", "a"])
    assert "https://r.dev" in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.md")), ids=lambda path: path.parent.name)
def test_the_examples_are_understood(path: Path) -> None:
    found = coverage.coverage(parse(path.read_bytes(), path.name), path.name)
    assert found.links
    assert len(found.outside) <= 1, "\n".join(coverage.outside(found))  # one stands in prose


@needs_corpus
def test_the_share_of_every_real_list(golden: Golden) -> None:
    lists = coverage.measure(CORPUS)
    golden("coverage.txt", "".join(f"{line}\n" for line in coverage.table(lists)))
    read = " ".join(READ.read_text(encoding="utf-8").split())
    rows = re.findall(r"\| `([^`]+)` \|", read)
    assert {one.path for one in lists if one.share < coverage.ENOUGH} == set(rows)
    links, inside = sum(one.links for one in lists), sum(one.inside for one in lists)
    assert f"Of {links:,} links in {len(lists)} files, {inside / links:.1%}".replace("%", " %") in read
