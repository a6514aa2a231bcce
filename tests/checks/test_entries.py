"""Rules on entries, beyond their examples: fixes keep the nesting, and scripts and marks do not blind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listlint.checks.api import Context
from listlint.checks.registry import find_rule
from listlint.fix.converge import converge
from listlint.parse.markdown import parse as parse_source
from listlint.parse.skeleton import skeleton
from listlint.testing import fixed, lint, parse
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document
    from listlint.model.source import Source

LINKS = tuple(f"[{name}](https://{name.lower()}.dev)" for name in "ABCD")
MARKERS = ("-", "*", "+", "-  ", "-   ", "*    ", "1.", "2.", "10.", "1)", "3) ", "1.  ")
LINES = (
    *(f"{' ' * indent}{marker} {link}" for indent in range(7) for marker in MARKERS[:8] for link in LINKS[:2]),
    *(f"{' ' * indent}{marker} Plain" for indent in (0, 1, 2, 4) for marker in MARKERS),
    *(f"{' ' * indent}{marker} {LINKS[2]} - Text," for indent in (0, 2, 3) for marker in MARKERS),
    "", "", "", "# Title", "text", "  text", "    text", "      code", "> - [A](https://a.dev)", "> * [B](https://b.dev)", "```", "  ```",
    "    ```", "- - [A](https://a.dev)", "* ***", "-", "* * *", "\t- [B](https://b.dev)", "-\t[C](https://c.dev)", "<!-- c -->", "| a |",
    "  | - |", "- [A](https://a.dev)\\", "1. - [A](https://a.dev)", "===", "<div>", "</div>", "- ```", "[x]: https://a.dev",
)  # fmt: skip
DOCUMENTS = st.lists(st.sampled_from(LINES), min_size=2, max_size=16).map("\n".join)
EAGER = {"minimum": 1, "share": 0.51}
PINNED = ({"bullet": "-"}, {"bullet": "*", "spacing": "   "}, {"indentation": 2}, {"indentation": 0, "spacing": " "})

ENTRY_RULES = ("ENT003", "ENT004", "ENT006", "ENT007", "ENT010", "ENT011", "ENT012", "ENT014")


def found(code: str, document: Document, options: dict[str, object] | None = None) -> list[Diagnostic]:
    rule = find_rule(code)
    assert rule is not None
    return lint([rule], document, options)


def spans(code: str, text: str) -> list[str]:
    document = parse(text)
    return [document.slice(one.span) for one in found(code, document)]


def nesting(source: Source) -> list[tuple[int, str, str]]:
    """Depth, kind and text of every leaf: what an edit of markers must leave as it is."""
    leaves = skeleton(source).leaves
    return [(sum(label.startswith("li ") for label in leaf.path), leaf.kind, leaf.text) for leaf in leaves]


# -- ENT007 -----------------------------------------------------------------------------------------


@given(text=DOCUMENTS, options=st.sampled_from((EAGER, EAGER, *PINNED)))
@example(text="- [A](https://a.dev)\n-   B\n  -   [C](https://c.dev),\n    1) B\n- [A](https://a.dev)", options=EAGER)
@example(text="- [A](https://a.dev)\n      - [A](https://a.dev)", options={"bullet": "*", "spacing": "   "})
@example(text="- [A](https://a.dev)\n    1) B\n      - [A](https://a.dev)", options={"bullet": "*", "spacing": "   "})
@example(text="- [A](https://a.dev)\n*     [A](https://a.dev)\n\n- [A](https://a.dev)", options={"bullet": "*"})
@example(text="- [A](https://a.dev)\n* [B](https://b.dev)\n  - C\n- [D](https://d.dev)", options={"bullet": "-"})
@settings(max_examples=100, deadline=None)
def test_markers_change_no_nesting(text: str, options: dict[str, object]) -> None:
    rule = find_rule("ENT007")
    assert rule is not None
    document = parse(text)
    after = fixed(rule, document, options)
    assert nesting(after) == nesting(document.source)
    assert not [one for one in found("ENT007", parse_source(after), options) if one.fix is not None]


@given(text=DOCUMENTS, data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_single_fix_of_a_marker_can_be_taken(text: str, data: st.DataObject) -> None:
    document = parse(text)
    fixable = [one for one in found("ENT007", document, dict(EAGER)) if one.fix is not None]
    if not fixable:
        return
    chosen = data.draw(st.sampled_from(fixable))
    outcome = converge(
        document.source,
        parse=parse_source,
        skeleton=skeleton,
        lint=lambda current: [chosen] if current.source is document.source else [],
        wanted=lambda _: True,
    )
    assert not outcome.rejected, [one.reason for one in outcome.rejected]
    assert nesting(outcome.after) == nesting(document.source)


def test_a_whole_list_with_another_bullet_becomes_one_list() -> None:
    text = "".join(f"- [A](https://a.dev/{n})\n" for n in range(20)) + "* [B](https://b.dev)\n- [C](https://c.dev)\n"
    rule = find_rule("ENT007")
    assert rule is not None
    after = parse_source(fixed(rule, parse(text)))
    assert len({item.list_id for item in after.items}) == 1


def test_markers_of_one_document_are_one_group() -> None:
    text = (
        "".join(f"- [A](https://a.dev/{n})\n" for n in range(30))
        + "\n## B\n\n* [B](https://b.dev)\n -  [C](https://c.dev)\n"
    )
    groups = {one.group for one in found("ENT007", parse(text))}
    assert groups == {"ENT007"}


def test_the_traits_are_those_that_are_compared() -> None:
    rule = find_rule("ENT007")
    assert rule is not None
    document = parse("* [A](https://a.dev)\n    1. [B](https://b.dev)\n\n# C\n\n+   [D](https://d.dev)\n")
    traits = [(trait.name, trait.value, trait.shown) for trait in rule().traits(document, Context(document))]
    assert traits == [
        ("bullet", "*", "`*`"),
        ("indentation", 0, "no spaces"),
        ("spacing", " ", "1 space"),
        ("bullet of numbers in nested items", ".", "`1.`"),
        ("indentation of numbers in nested items", 4, "4 spaces"),
        ("spacing of numbers in nested items", " ", "1 space"),
        ("bullet", "+", "`+`"),
        ("indentation", 0, "no spaces"),
        ("spacing", "   ", "3 spaces"),
    ]


def test_the_command_line_mends_markers(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# A\n\n" + "- [A](https://a.dev)\n" * 20 + " * [B](https://b.dev)\n", encoding="utf-8")
    result = run(tmp_path, "fix", "--isolated", "--select", "ENT007", "README.md")
    assert result.returncode == 0, result.stderr
    assert path.read_text(encoding="utf-8") == "# A\n\n" + "- [A](https://a.dev)\n" * 20 + "- [B](https://b.dev)\n"


# -- all of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ENTRY_RULES)
@given(text=DOCUMENTS)
@settings(max_examples=25, deadline=None)
def test_line_endings_make_no_difference(code: str, text: str) -> None:
    unix, windows = parse(text.encode()), parse(text.replace("\n", "\r\n").encode())
    assert [one.span for one in found(code, unix)] == [one.span for one in found(code, windows)]


SCRIPTS = (
    "很快的工具，适合所有人。", "誰でも使える速い道具です。", "모두를 위한 빠른 도구입니다.", "ابزاری سریع برای همه.", "أداة سريعة للجميع.",
    "Быстрый инструмент для всех.", "Una herramienta rápida para todos.", "เครื่องมือที่รวดเร็วสำหรับทุกคน", "सभी के लिए एक तेज़ उपकरण।",
)  # fmt: skip


@pytest.mark.parametrize("code", [code for code in ENTRY_RULES if code != "ENT010"])
@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_is_no_finding(code: str, text: str) -> None:
    entries = "".join(f"- [工具 {n}](https://a.dev/{n}) - {text}\n" for n in range(12))
    assert spans(code, entries) == []
    assert spans(code, entries + f"- [Tool](https://b.dev) - {text} {text}\n") == []


# -- what other linters get wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [A](https://a.dev) - Made for all of the the.\n", ["the the"]),
        ("- [A](https://a.dev) - It is what is said of the the, and more.\n", ["the the"]),
        ("Text about the tools: *of the the people*.\n", ["the the"]),
        ("- [A](https://a.dev) - All of\n  the the people.\n", ["the the"]),
    ],
)
def test_a_word_is_seen_before_a_mark(text: str, expected: list[str]) -> None:
    assert spans("ENT012", text) == expected


@pytest.mark.parametrize(
    "stop", [".", "。", "!", "?", "…", ")", "”", "", ". `MIT`", " ![x](x.png)", " ([code](https://b.dev/c))"]
)
def test_the_case_is_judged_whatever_the_end(stop: str) -> None:
    text = "".join(f"- [A](https://a.dev/{n}) - A tool for all of us.\n" for n in range(12))
    assert spans("ENT004", f"{text}- [B](https://b.dev) - a tool for all of us{stop}\n") == ["a"]


@pytest.mark.parametrize(
    "inside",
    ["**bold**", "`code`", "[C](https://c.dev)", "![x](x.png)", "<br>", "https://c.dev", ":cat:", "🔥", "[^1]"],
)
def test_mixed_content_does_not_switch_the_case_off(inside: str) -> None:
    text = "".join(f"- [A](https://a.dev/{n}) - A tool {inside} for all of us.\n" for n in range(12))
    assert spans("ENT004", f"{text}- [B](https://b.dev) - a tool {inside} for all of us.\n") == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "Fast 。",
        "是的。",
        "A, B,\n  C.",
        "Fast... and",
        "a::b",
        ":cat::dog:",
        "1,,2",
        "x..y",
        "C++;;;",
        "(,,)",
        "Well ... , no",
    ],
)
def test_marks_that_are_meant_are_left_alone(text: str) -> None:
    assert spans("ENT014", f"- [A](https://a.dev) - {text}\n") == []


@pytest.mark.parametrize("code", ["ENT012", "ENT014"])
def test_one_fix_suffices_for_what_stands_three_times(code: str) -> None:
    rule = find_rule(code)
    assert rule is not None
    text = "- [A](https://a.dev) - All of the the the tools,, , and;; more.\n"
    after = parse_source(fixed(rule, parse(text)))
    assert found(code, after) == []
