"""The skeleton holds what a reader sees, as an unconfigured markdown-it-py renders it."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from listlint.model.skeleton import Leaf
from listlint.model.source import Source
from listlint.parse.skeleton import skeleton
from tests.fix.helpers import texts
from tests.paths import commonmark_examples, corpus_files, needs_commonmark, needs_corpus

STOCK = (
    MarkdownIt("commonmark", {"maxNesting": 100})
    .enable(["table", "strikethrough"])
    .use(front_matter_plugin)
    .use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
)
STOCK.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the documented way to override it
STOCK.validateLink = lambda url: True  # type: ignore[method-assign]  # as above


def leaves(text: str, path: str = "README.md") -> tuple[Leaf, ...]:
    return skeleton(Source.from_text(text, path)).leaves


def shown(text: str) -> list[tuple[str, str]]:
    return [(leaf.kind, leaf.text) for leaf in leaves(text)]


def test_every_kind_of_leaf() -> None:
    text = (
        "---\nt: 1\n---\n\n# A *b*\n\n- p `c`  \n  d\n\n> q\n\n```py\nx  y\n```\n\n    in\n\n---\n\n<div>h <b>i</b></div>\n\n"
        "[l]: https://a.dev 'T'\n\n| a | b |\n|:--|---|\n| 1 | |\n\n[^n]: note\n\nx[^n] <!-- c --> &amp;\\*\n"
    )
    assert shown(text) == [
        ("front-matter", "t: 1"),
        ("h1", "A b"),
        ("paragraph", "p c<br>d"),
        ("paragraph", "q"),
        ("fence py", "x  y"),
        ("code", "in"),
        ("rule", ""),
        ("html", "<div>h <b>i</b></div>"),
        ("definition", 'L "T"'),
        ("th text-align:left", "a"),
        ("th", "b"),
        ("td text-align:left", "1"),
        ("td", ""),
        ("paragraph", "note"),
        ("paragraph", "x[^n] <!--c--> &*"),
    ]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("[a](u) ![b](v 't') <https://c.dev> https://d.dev, www.e.dev", ("u", "v", "https://c.dev", "https://d.dev", "www.e.dev")),
        ("[a][l] [l] ![x][L]\n\n[l]: u", ("[L]", "[L]", "[L]")),
        ("[![i](s)](t)", ("t", "s")),
        ('<a href="u&amp;v">x</a><img alt="y" src=w>', ("u&v", "w")),
        ("a_b <https://x.dev> \\[n](o)", ("https://x.dev",)),
        ("[`a`](u)*b*[c](v)", ("u", "v")),
    ],
)  # fmt: skip
def test_urls(text: str, urls: tuple[str, ...]) -> None:
    assert leaves(text)[0].urls == urls


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("- a\n- b", "- a\n\n- b"),
        ("- a\n- b", "- a\n* b"),
        ("- a\n- b", "- a\n  - b"),
        ("- a\n- b", "1. a\n2. b"),
        ("1. a", "2. a"),
        ("> a\n\nb", "> a\n>\n> b"),
        ("# a", "## a"),
        ("a  \nb", "a\nb"),
        ("[^n]: a", "[^m]: a"),
        ("|a|\n|-|\n|b|", "|a|\n|:-|\n|b|"),
        ("a <b>c</b>", "a <i>c</i>"),
        ("```\na\n```", "```py\na\n```"),
        ("a <!-- toc -->", "a"),
        ("[x]: a\n[x]: b\n\n[x]", "[x]: b\n[x]: a\n\n[x]"),
        ("[x]: a\n[x]: a\n\n[x]", "[x]: a\n\n[x]"),
    ],
)
def test_what_is_not_the_same(one: str, other: str) -> None:
    assert [leaf[:4] for leaf in leaves(one)] != [leaf[:4] for leaf in leaves(other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("- a\n- b", "*   a\n*   b"),
        ("# a", "a\n="),
        ("# a\nb", "# a #\n\n\nb"),
        ("*a* b", "_a_  b "),
        ("a  \nb", "a\\\nb"),
        ("a\nb", "a b"),
        ("[a ](u)b", "[a](u) b"),
        ("```\na\n```", "~~~\na\n~~~"),
        ("a <!-- listlint-disable X -->", "a"),
        ("|a|b|\n|-|-|", "| a   |  b |\n| --- | --- |"),
        ("[A]: u\n\n[a]", "[a]: <u>\n\n[a]"),
    ],
)
def test_what_is_the_same(one: str, other: str) -> None:
    assert [leaf[:4] for leaf in leaves(one)] == [leaf[:4] for leaf in leaves(other)]


def test_spans_cover_the_lines_and_the_cells() -> None:
    text = "# A\n\n- b\n  c\n\n> |x|y z|\n> |-|-|\n"
    assert [text[slice(*leaf.span)] for leaf in leaves(text)] == ["# A", "- b\n  c", "x", "y z"]


def test_a_file_of_references() -> None:
    text = (
        '@string{a = "A"}\nfree text\n@Article{k,\n  Title = {T  U},\n  url = {https://a.dev},\n}\n'
        "@comment{c}\n@preamble{ {p} }\n"
    )
    assert [(leaf.kind, leaf.text, leaf.urls) for leaf in leaves(text, "x.bib")] == [
        ("string", 'a="A"', ()),
        ("free text", "free text", ()),
        ("entry", "article k title={T U}", ("https://a.dev",)),
        ("explicit text", "@comment{c}", ()),
        ("preamble", "{p}", ()),
    ]
    assert [leaf[:4] for leaf in leaves(text, "x.bib")] == [
        leaf[:4] for leaf in leaves(text.replace("\n  ", " ").replace("Article", "ARTICLE"), "x.bib")
    ]


def words_of_page(text: str) -> Counter[str]:
    """The words that a browser shows, alternative texts and titles among them; tags of raw HTML left out."""
    page = re.sub(r"<(a|img) ([^>]*)>", _attributes, STOCK.render(text, {}))
    page = re.sub(r'<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref">.*?</a>', " ", page)
    page = re.sub(r"<(?:br|hr|li|p|td|th|h\d|div)\b[^>]*>|</(?:li|p|td|th|h\d|div)>", " ", page)
    page = unescape(re.sub(r"<!--.*?-->|<[^>]*>", "", page, flags=re.DOTALL))
    return Counter(re.sub(r"\[\^[^\]]*\]", " ", page).split())


def _attributes(tag: re.Match[str]) -> str:
    """The texts of a tag's attributes, where the skeleton has them."""
    title, alt = (re.search(rf'\b{name}="([^"]*)"', tag[2]) for name in ("title", "alt"))
    kept = f"<a {tag[2]}>" if "footnote-" in tag[2] else ""
    return kept + (f' "{title[1]}" ' if title else "") + (alt[1] if alt else "")


def words_of_leaves(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for leaf in leaves(text):
        if leaf.kind not in ("definition", "idle definition", "front-matter"):
            content = re.sub(r"\[\^[^\]]*\]|<br>", " ", leaf.text)
            is_code = leaf.kind.startswith(("code", "fence"))
            found += Counter((content if is_code else re.sub(r"<!--.*?-->|<[^>]*>", "", content)).split())
    return found


@given(texts)
@settings(max_examples=100, deadline=None)
def test_no_word_of_the_page_is_missing(text: str) -> None:
    # The title of a reference stands in its definition, and on the page with every use.
    text = text.replace("'T'", "")
    assert words_of_leaves(text) == words_of_page(text)


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_never_fails(text: str) -> None:
    source = Source.from_text(text.replace("\0", ""), "README.md")
    for leaf in skeleton(source).leaves:
        assert 0 <= leaf.span.start <= leaf.span.end <= len(source.text)


def hrefs(text: str) -> Counter[str]:
    """The links and images of the page that Markdown made, in an own reading."""
    found: Counter[str] = Counter()
    for token in STOCK.parse(text, {}):
        for child in token.children or ():
            if child.type in ("link_open", "image"):
                found[str(child.attrGet("href" if child.type == "link_open" else "src"))] += 1
    return found


@needs_commonmark
def test_every_url_of_the_examples_of_commonmark_is_there() -> None:
    for text in commonmark_examples():
        found = leaves(text)
        targets = {leaf.text.partition(' "')[0]: leaf.urls[0] for leaf in found if leaf.kind == "definition"}
        urls = Counter(
            targets.get(url[1:-1], url)
            for leaf in found
            if leaf.kind not in ("definition", "idle definition")
            for url in leaf.urls
        )
        assert not hrefs(text) - urls, text


@needs_corpus
def test_no_word_of_real_lists_is_missing() -> None:
    files = [path for path in corpus_files() if path.suffix == ".md" and path.stat().st_size < 40_000][:40]
    for path in files:
        text = Source.from_bytes(path.read_bytes(), path.name).text
        if "<" not in text.replace("<br>", ""):
            assert words_of_leaves(text) == words_of_page(text), path
