"""The documentation site: what is made agrees with what it is made from, and the built site keeps its promises."""

from __future__ import annotations

import html
import importlib
import importlib.util
import json
import os
import posixpath
import re
import subprocess
import sys
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from msgspec.structs import fields

from listlint import catalogue
from listlint.catalogue import presets_of
from listlint.checks.registry import all_rules
from listlint.cli.main import main as command_line
from listlint.config.merge import preset_names
from listlint.config.schema import Config
from listlint.dev.site import markup, pages, reference, rule_pages
from listlint.dev.site.built import problems
from listlint.dev.site.dialect import for_site, indented
from listlint.dev.site.peers import TOOLS, peers
from listlint.dev.site.schema import shapes
from listlint.engine import awesome_lint
from listlint.model.errors import ListlintError
from listlint.packs.loader import builtin_folder, read_toml
from listlint.testing import parse
from tests.command import run
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RULES = pytest.mark.parametrize("rule", all_rules(), ids=[rule.code for rule in all_rules()])
needs_generator = pytest.mark.skipif(
    importlib.util.find_spec("material") is None,
    reason="mkdocs-material is not installed: `python3 dev.py docs` has it",
)


@pytest.fixture(scope="module")
def made() -> pages.Site:
    return pages.site(ROOT)


def rows(page: str, heading: str = "") -> list[list[str]]:
    """The rows of the tables of a page, or of those below a heading, without code marks."""
    if heading:
        page = re.split(r"(?m)^## ", page.split(f"\n{heading}\n", 1)[1])[0]
    lines = (line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---"))
    return [[html.unescape(cell.strip().strip("`")) for cell in re.split(r" \| ", line[2:-2])] for line in lines]


# Rules


def test_every_known_rule_has_a_page_and_every_page_a_rule(made: pages.Site) -> None:
    known = {rule.code for rule in all_rules()}
    listed = {row["code"] for row in json.loads(run(ROOT, "rule", "--output", "json").stdout)}
    assert known == listed
    found = {posixpath.basename(path)[:-3] for path in made.pages if path.startswith("rules/")}
    assert found == known | {"index"}
    assert {row[0][1:7] for row in rows(made.pages["rules/index.md"]) if row[0].startswith("[")} == known


@RULES
def test_a_page_says_what_the_rule_is(made: pages.Site, rule: Any) -> None:
    page = made.pages[f"rules/{rule.code}.md"]
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    facts = {row[0]: row[1] for row in rows(page)[1:8]}
    assert facts["severity"].startswith(f"{rule.severity.value}:")
    assert facts["fix"].split(":")[0] == (rule.fix.value if rule.fix else "none")
    assert tuple(re.findall(r"\[(\w+)\]", facts["presets"])) == presets_of()[rule.code]
    assert (ROOT / rule_pages.source(rule)).is_file()
    plain = re.sub(r"\[(`?[^]`]+`?)\]\((?:[A-Z]{3}\d{3}\.md|https://github\.com/[^)]*)\)", r"\1", page)
    for paragraph in catalogue.documentation(rule).split("\n\n"):
        assert paragraph.split("\n")[0].strip() in plain


@RULES
def test_a_page_names_every_option_with_its_default(made: pages.Site, rule: Any) -> None:
    page = made.pages[f"rules/{rule.code}.md"]
    names = [field.encode_name for field in fields(rule.Options)]
    assert ("\n## Options\n" in page) == bool(names)
    if not names:
        return
    table = {row[0]: row for row in rows(page, "## Options")[1:]}
    assert list(table) == names
    block = re.search(r"```toml\n(\[rules\..*?)```", page, re.DOTALL)
    assert block
    said = tomllib.loads(block[1])["rules"][rule.name]
    options = rule.Options()
    for field in fields(rule.Options):
        value = getattr(options, field.name)
        if value is None:
            assert field.encode_name not in said
            assert table[field.encode_name][2] == "–"
        else:
            expected = list(value) if isinstance(value, tuple) else value
            told = said[field.encode_name]
            assert told == (pytest.approx(expected, rel=1e-3) if isinstance(expected, float) else expected)
        assert table[field.encode_name][3]


@RULES
def test_a_page_shows_examples_precision_habits_and_peers(made: pages.Site, rule: Any) -> None:
    page = made.pages[f"rules/{rule.code}.md"]
    bad = rule.invalid[: rule_pages.BAD]
    assert page.count("**Found**\n") == len(bad)
    assert page.count("**After the fix**\n") == sum(one.fixed is not None for one in bad)
    assert page.count("<mark") >= len(bad)
    assert page.count("<mark") == page.count("</mark>")
    measured = catalogue.precision().get(rule.code)
    if measured and measured.judged:
        figures = rows(page, "## Measured precision")[1]
        right = measured.judged - measured.wrong
        assert figures[:5] == [str(n) for n in (measured.found, measured.lists, measured.judged, right, measured.wrong)]
        assert figures[6:] == [str(measured.second_judged), str(measured.second_disagreed)]
    for trait, option in rule.pins.items():
        assert [trait, option] in rows(page, "## The list's own habit")
    near = peers().get(rule.code)
    assert ("\n## In other tools\n" in page) == (near is not None)
    for tool, names in near.by_tool() if near else ():
        line = next(line for line in page.splitlines() if line.startswith(f"- {tool}: "))
        assert len(re.findall(r"`[^`]+`|[a-z][a-z ,-]+", line.partition(": ")[2])) >= len(names)


def test_what_a_page_says_of_a_finding_is_what_a_run_says(made: pages.Site, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("- [A](http://github.com/a/b) - Fine.\n", encoding="utf-8")
    done = run(tmp_path, "check", "--isolated", "--select", "URL006", "--output", "json", "README.md")
    message = json.loads(done.stdout)["findings"][0]["message"]
    assert f"warning: {markup.plain(message)}" in made.pages["rules/URL006.md"]


def test_docstrings_link_the_rules_that_they_name(made: pages.Site) -> None:
    page = made.pages["rules/ENC006.md"]
    assert "[`invisible-in-url`](URL002.md)" in page
    assert "](ENC006.md)" not in page
    assert (
        "[`brands.toml`](https://github.com/listlint/listlint/blob/main/rules/tables/brands.toml)"
        in (made.pages["rules/AWE009.md"])
    )
    assert rule_pages.prose("See ENC001, `ENC001`, ENC999 and XENC001.") == (
        "See [ENC001](ENC001.md), `ENC001`, ENC999 and XENC001."
    )


def test_the_presets_stand_side_by_side(made: pages.Site, tmp_path: Path) -> None:
    heads, *table = [row for row in rows(made.pages["presets.md"]) if row[0] == "code" or row[0].startswith("[")]
    names = heads[2:]
    assert sorted(names) == sorted(preset_names())
    for column, preset in enumerate(names, 2):
        done = run(tmp_path, "config", "--isolated", "--preset", preset, "--output", "json")
        told = {
            one["code"]: one["value"]
            for one in json.loads(done.stdout)
            if re.fullmatch(r"rules\.[a-z0-9-]+", one["key"])
        }
        shown = {row[0][1:7]: "off" if row[column] == "–" else row[column].split(",")[0] for row in table}
        assert shown == told, preset


# Peers


RUMDL = {f"MD{n:03}" for n in range(1, 96)} - {"MD002", "MD006", "MD008", "MD015", "MD016", "MD017"}
MARKDOWNLINT = {n for n in RUMDL if n <= "MD060"} - {"MD057"}


def test_the_peers_exist() -> None:
    assert set(peers()) <= {rule.code for rule in all_rules()}
    assert TOOLS == ("awesome-lint", "remark-lint", "markdownlint", "rumdl", "lychee", "bibtex-tidy")
    own = {*awesome_lint.OWN, *awesome_lint.MARKDOWN}
    for code, near in peers().items():
        assert set(near.awesome_lint) <= own, code
        assert set(near.remark_lint) <= {*awesome_lint.OTHERS, "remark-validate-links"}, code
        assert set(near.markdownlint) <= MARKDOWNLINT, code
        assert set(near.rumdl) <= RUMDL, code
        assert all(re.fullmatch(r"--[a-z-]+(=[a-z]+)?", name) for name in near.bibtex_tidy), code
        assert any(names for _, names in near.by_tool()), code


def test_a_rule_of_awesome_lint_is_near_to_what_its_comments_silence() -> None:
    for name, codes in {**awesome_lint.OWN, **awesome_lint.MARKDOWN}.items():
        assert {code for code, near in peers().items() if name in near.awesome_lint} == set(codes)


def test_the_table_of_peers_repeats_nothing() -> None:
    for code, table in read_toml(builtin_folder() / "tables" / "peers.toml").items():
        assert "awesome-lint" not in table, code
        for tool, names in table.items():
            assert len(set(names)) == len(names), (code, tool)


def test_the_page_on_peers_has_every_one_of_them(made: pages.Site) -> None:
    for tool in TOOLS:
        shown = {row[0]: row[1] for row in rows(made.pages["peers.md"], f"## {tool}")[1:]}
        for code, near in peers().items():
            for name in dict(near.by_tool()).get(tool, ()):
                assert f"[{code}](rules/{code}.md)" in shown[name]


# References


def test_the_configuration_reference_names_every_key(made: pages.Site) -> None:
    schema = json.loads((ROOT / "src" / "listlint" / "schemas" / "config.schema.json").read_text(encoding="utf-8"))
    page = made.pages["configuration.md"]
    assert shapes(Config).keys() == reference.PLACES.keys()
    for name, (place, _) in reference.PLACES.items():
        node = schema if name == "Config" else schema["definitions"][name]
        heading = f"## `{place}`" if place.startswith("[") else f"## {place}"
        table = {row[0]: row[1:] for row in rows(page, heading)[1:]}
        assert table.keys() == node["properties"].keys(), name
        assert all(meaning for _, _, meaning in table.values()), name
        assert {key for key, row in table.items() if row[1] == "required"} == set(node.get("required", ())), name


def test_the_configuration_reference_has_the_options_of_every_rule(made: pages.Site) -> None:
    shown = [row[1] for row in rows(made.pages["configuration.md"], "## `[rules.NAME]`")[1:]]
    assert shown == [f"rules.{r.name}.{field.encode_name}" for r in all_rules() for field in fields(r.Options)]


def test_the_example_of_a_configuration_is_right(tmp_path: Path) -> None:
    (tmp_path / "listlint.toml").write_text(reference.EXAMPLE, encoding="utf-8")
    done = run(tmp_path, "config")
    assert done.returncode == 0, done.stderr
    assert "papers" in done.stdout


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _commands(below, f"{path} {name}")


def test_the_command_line_reference_names_every_command_and_option(made: pages.Site) -> None:
    page = made.pages["commands.md"]
    parts = dict(re.findall(r"(?ms)^#{2,3} (listlint[a-z ]*)\n(.*?)(?=^#{2,3} |\Z)", page))
    found = {path: command for path, command in _commands(command_line, "listlint") if not command.hidden}
    assert parts.keys() == found.keys()
    for path, command in found.items():
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert all(re.search(rf"`[^`]*{re.escape(word)}\b", parts[path]) for word in option.opts), (
                    path,
                    option,
                )
        assert parts[path].count("Environment:") == sum(
            bool(o.envvar) and not getattr(o, "hidden", False) for o in command.params
        )


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer", "minimum": 1}, "whole number, at least 1"),
        ({"type": "number", "exclusiveMinimum": 0.5, "maximum": 1}, "number, more than 0.5, at most 1"),
        ({"anyOf": [{"enum": ["b", "a"]}, {"type": "null"}]}, '`"b"` or `"a"`'),
        ({"type": "array", "items": {"type": "string"}}, "list of strings"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "table of strings"),
        ({"type": "array", "items": {"enum": [1, 2]}}, "list of (`1` or `2`)"),
    ],
)
def test_types_in_words(node: dict[str, Any], said: str) -> None:
    from listlint.dev.site.schema import words

    assert words(node) == said


# Pages


def test_links_between_pages_lead_to_pages(made: pages.Site) -> None:
    there = {*made.pages, *made.assets}
    for path, text in made.pages.items():
        for link in parse(text, path).links:
            target = link.target.partition("#")[0]
            if target and not re.match(r"[a-z]+:", target):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in there, (path, target)


def test_the_navigation_has_every_page_once(made: pages.Site) -> None:
    def flat(nav: Any) -> Iterator[str]:
        for entry in nav:
            for value in entry.values():
                if isinstance(value, str):
                    yield value
                else:
                    yield from flat(value)

    assert Counter(flat(made.nav)) == Counter(made.pages.keys())
    guide = [path for entry in made.nav if "Guide" in entry for path in flat(entry["Guide"])]
    assert guide[: len(pages.GUIDE)][0] == "fixing.md"
    assert {f"{name}.md" for name in pages.GUIDE} <= set(guide)


@pytest.mark.parametrize(
    ("url", "page", "new"),
    [
        ("docs/fixing.md#safe", "README.md", "fixing.md#safe"),
        ("../README.md", "docs/fixing.md", "index.md"),
        ("../github-action.md", "docs/recipes/README.md", "../github-action.md"),
        ("rules/README.md#url006-insecure-url", "README.md", "rules/URL006.md"),
        ("../../rules/README.md", "docs/recipes/gitlab.md", "../rules/index.md"),
        ("docs/terminal.svg", "README.md", "terminal.svg"),
        ("../examples", "docs/papers.md", "https://github.com/listlint/listlint/tree/main/examples"),
        (".gitlab-ci.yml", "docs/recipes/README.md", f"{rule_pages.SOURCE_URL}/docs/recipes/.gitlab-ci.yml"),
        ("#here", "README.md", "#here"),
        ("https://a.dev/docs/fixing.md", "README.md", "https://a.dev/docs/fixing.md"),
    ],
)
def test_addresses_of_the_repository_become_addresses_of_the_site(url: str, page: str, new: str) -> None:
    assert pages.address(url, page, ROOT, pages.committed(ROOT)) == new


def test_a_link_to_a_missing_file_is_an_error() -> None:
    with pytest.raises(ListlintError, match=r"docs/nowhere\.md"):
        pages.address("nowhere.md", "docs/fixing.md", ROOT, pages.committed(ROOT))


def test_pages_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "listlint.dev", "site", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "rules" / "URL003.md").read_text(encoding="utf-8").startswith("# URL003 arxiv-form")
    assert (tmp_path / "out" / "terminal.svg").is_file()


# Examples


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a ⟦b⟧ c", "a <mark>b</mark> c"),
        ("a⟦⟧b", 'a<mark class="point">‸</mark>b'),
        ("a⟦  ⟧b", "a<mark>··</mark>b"),
        ("⟦a b⟧", "<mark>a b</mark>"),
        ("⟦a⟧⟦\u200b⟧", '<mark>a</mark><mark><span class="char">U+200B</span></mark>'),
        ("\ta", "→a"),
        ("⟦a\nb⟧", "<mark>a</mark>&#10;<mark>b</mark>"),
        ("a⟦\n\n⟧b", "a<mark>↵</mark>&#10;<mark>↵</mark>&#10;<mark></mark>b"),
        ("⟦a ⟦b⟧⟧", "<mark>a·<mark>b</mark></mark>"),
        ("<b> & `c` ~~~", "&lt;b&gt; &amp; &#96;c&#96; &#126;&#126;&#126;"),
        ("a\x1b[0m\u202e", "a\\x1b[0m\\u202e"),
    ],
)
def test_an_example_shows_its_marks(text: str, shown: str) -> None:
    assert markup.example(text) == f'<pre class="example"><code>{shown}</code></pre>\n'


def test_a_long_example_keeps_what_counts() -> None:
    lines = [f"line {n}" for n in range(40)]
    lines[20] = "⟦line 20⟧"
    shown = markup.example("\n".join(lines), frozenset({30})).split("&#10;")
    kept = [re.sub(r"<[^>]*>", "", line) for line in shown]
    kept[-1] = kept[-1].strip()
    assert kept == [
        "⋮ 18 lines",
        *(f"line {n}" for n in range(18, 23)),
        "⋮ 5 lines",
        *(f"line {n}" for n in range(28, 33)),
        "⋮ 7 lines",
    ]


# The generator's Markdown


def test_items_are_indented_by_four() -> None:
    text = "Text:\n- a\n  b\n  - c\n\n    ```sh\n      x\n    ```\n1. d\n\n   e\n\nf\n"
    assert indented(text) == (
        "Text:\n\n- a\n    b\n    - c\n\n        ```sh\n          x\n        ```\n1. d\n\n    e\n\nf\n"
    )


def test_a_fence_keeps_its_lines() -> None:
    text = "```text\n- a\n  - b\n\n1. c\n# d\n```\n"
    assert indented(text) == text


def test_headings_get_the_anchors_of_github() -> None:
    assert for_site("# A\n\n## B & `c`\n\n## B & `c`\n\n```\n# d\n```\n", "a.md", str) == (
        "# A {#a}\n\n## B & `c` {#b--c}\n\n## B & `c` {#b--c-1}\n\n```\n# d\n```\n"
    )


class _Words(HTMLParser):
    """The text of a page, with the tags that give it its form."""

    SHOWN = frozenset(
        ["h1", "h2", "h3", "h4", "li", "pre", "td", "th", "a", "blockquote", "img", "code", "strong", "em"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.permalink = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.permalink = tag == "a" and given.get("class") == "headerlink"
        if tag in self.SHOWN and not self.permalink and not (tag == "a" and "href" not in given):
            self.parts.append(f" <{tag}> {given.get('alt') or ''}")

    def handle_endtag(self, tag: str) -> None:
        self.permalink = False

    def handle_data(self, data: str) -> None:
        self.parts.append("" if self.permalink else data)


def words(page: str) -> list[str]:
    reader = _Words()
    reader.feed(page)
    return "".join(reader.parts).split()


@needs_generator
@pytest.mark.parametrize("path", [path for path in pages.committed(ROOT) if path != "README.md"])
def test_the_site_shows_a_page_as_github_does(made: pages.Site, path: str) -> None:
    import cmarkgfm
    from cmarkgfm.cmark import Options

    markdown, mkdocs = importlib.import_module("markdown"), importlib.import_module("mkdocs.config")
    config = mkdocs.load_config(str(ROOT / "mkdocs.yml"))
    there = cmarkgfm.github_flavored_markdown_to_html(
        (ROOT / path).read_text(encoding="utf-8"), Options.CMARK_OPT_UNSAFE
    )
    ours = markdown.Markdown(extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"])
    assert words(ours.convert(made.pages[pages.committed(ROOT)[path]])) == words(there)


# The built site


def build(folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    done = build(folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


@needs_generator
def test_the_site_builds_strictly_and_asks_nobody(built: Path, made: pages.Site) -> None:
    assert list(problems(built)) == []
    for path in made.pages:
        assert (built / path).with_suffix(".html").is_file(), path
    assert not list(built.rglob("*.py"))
    assert not list(built.rglob("*.yml"))


@needs_generator
def test_the_search_knows_every_rule(built: Path) -> None:
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert {f"rules/{rule.code}.html" for rule in all_rules()} <= {one["location"] for one in index["docs"]}
    # What a page that is opened from a file loads in its stead.
    assert (built / "search" / "search_index.js").is_file()
    assert '<script src="../iframe-worker.js">' in (built / "rules" / "URL003.html").read_text(encoding="utf-8")


@needs_generator
def test_marks_reach_the_built_page(built: Path) -> None:
    page = (built / "rules" / "STY002.html").read_text(encoding="utf-8")
    made_of = words(page)
    assert "<mark" in page
    assert "⟦" not in page
    assert "listlint-disable-next-line" in " ".join(made_of)


FINE = (
    '<html><head><link rel="stylesheet" href="a.css"><link rel="canonical" href="https://a.dev/"></head><body id="top">'
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="https://a.dev/">x</a><a href="b.html#there">y</a><a href="#top">z</a>', []),
        ('<script src="https://a.dev/x.js"></script>', ["index.html loads https://a.dev/x.js"]),
        ('<img src="//a.dev/x.png">', ["index.html loads //a.dev/x.png"]),
        ('<img srcset="HTTPS://a.dev/x.png 2x">', ["index.html loads HTTPS://a.dev/x.png 2x"]),
        ('<link rel="preconnect" href="https://a.dev">', ["index.html loads https://a.dev"]),
        ('<p style="background: url(https://a.dev/x)">', ["index.html loads https://a.dev/x"]),
        ("<style>@import 'https://a.dev/x.css';</style>", ["index.html loads https://a.dev/x.css"]),
        ('<pre class="mermaid">', ["index.html has `mermaid`, for which the theme asks other hosts"]),
        ('<div data-md-component="source">', ["index.html has `source`, for which the theme asks other hosts"]),
        ('<a href="c.html">x</a>', ["index.html links to c.html, which is not there"]),
        ('<a href="b.html#nowhere">x</a>', ["index.html links to b.html#nowhere, which is not there"]),
    ],
)
def test_what_a_built_site_must_not_do(tmp_path: Path, body: str, expected: Sequence[str]) -> None:
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "search_index.json").write_text("{}", encoding="utf-8")
    (tmp_path / "a.css").write_text("p { background: url(data:image/png;base64,AA==) }", encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">', encoding="utf-8")
    (tmp_path / "index.html").write_text(FINE + body, encoding="utf-8")
    assert list(problems(tmp_path)) == expected


def test_style_sheets_of_a_built_site_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@import "https://a.dev/x.css"; p { background: url(//b.dev/y) }', encoding="utf-8")
    assert list(problems(tmp_path)) == [
        "there is no index.html",
        "there is no search index",
        "a.css loads https://a.dev/x.css",
        "a.css loads //b.dev/y",
    ]
