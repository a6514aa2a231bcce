"""The engine: dispatch, crashes, suppressions, fingerprints."""

from __future__ import annotations

import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listlint.checks.api import Context, Finding, Rule, Severity, Site, Span, site_of
from listlint.checks.duplicates.duplicate_across_files import DuplicateAcrossFiles
from listlint.checks.registry import all_rules
from listlint.config.schema import Overrides
from listlint.engine.run import Active, Engine
from listlint.model.diagnostic import Diagnostic
from listlint.model.nodes import Document, Entry, Link, Project
from listlint.session import Request, Session
from listlint.testing import codes_of, parse

LIST = "# L\n\n- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n"


class EveryEntry(Rule[Entry]):
    """Reports every entry."""

    code, name = "ENT991", "every-entry"
    severity = Severity.WARNING

    def check(self, node: Entry, ctx: Context) -> Iterator[Finding]:
        del ctx
        yield Finding(node.span, f"entry {node.name}")


class Crashing(Rule[Link]):
    """Crashes at the second link."""

    code, name = "URL991", "crashing"
    severity = Severity.INFO

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        if node.text == "B":
            raise LookupError("lost")
        yield Finding(node.span, "link")


class OutOfRange(Rule[Document]):
    """Reports a place that does not exist."""

    code, name = "STR991", "out-of-range"
    severity = Severity.INFO

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        yield Finding(node.sections[0].span._replace(end=10**6), "nowhere")


class AllFiles(Rule[Project]):
    """Reports the first heading of every file of the run."""

    code, name = "DUP991", "all-files"
    severity = Severity.INFO

    def check(self, node: Project, ctx: Context) -> Iterator[Finding]:
        for document in node.documents:
            yield Finding(document.headings[0].span, f"one of {len(node.documents)}", document=document)


def engine(*rules: type[Rule[Any]], debug: bool = False) -> Engine:
    def codes(label: str) -> frozenset[str]:
        own = {rule.code for rule in rules if label in (rule.code, rule.name, rule.code[:3])}
        return codes_of(label) | own

    return Engine([Active(rule(), rule.severity) for rule in rules], codes, debug=debug)


def messages(found: list[Diagnostic]) -> list[str]:
    return [diagnostic.message for diagnostic in found]


def test_dispatch_by_node_type() -> None:
    assert messages(engine(EveryEntry).lint(parse(LIST))) == ["entry A", "entry B"]


def test_a_crash_is_a_finding_and_the_others_go_on() -> None:
    found = engine(EveryEntry, Crashing).lint(parse(LIST))
    crash = next(diagnostic for diagnostic in found if diagnostic.code == "SUP000")
    assert "URL991 (crashing) crashed with LookupError" in crash.message
    assert "--ignore URL991" in crash.message
    assert {"entry A", "entry B", "link"} <= set(messages(found))


def test_debug_raises() -> None:
    with pytest.raises(LookupError, match="lost"):
        engine(Crashing, debug=True).lint(parse(LIST))


def test_a_span_outside_of_the_document_is_a_crash() -> None:
    (found,) = engine(OutOfRange).lint(parse(LIST))
    assert found.code == "SUP000"
    assert "lies outside" in found.message


def test_rules_over_the_whole_run() -> None:
    documents = [parse("# A\n", "a.md"), parse("# B\n", "b.md")]
    own = engine(AllFiles)
    found = own.lint_project([own.digest(document) for document in documents])
    assert {path: messages(items) for path, items in found.items()} == {"a.md": ["one of 2"], "b.md": ["one of 2"]}


class Titles(Rule[Project]):
    """Reports the titles of other files, of which it keeps no more than that."""

    code, name = "DUP992", "titles"
    severity = Severity.INFO

    def digest(self, document: Document, ctx: Context) -> tuple[str, Span, Site]:
        place = document.headings[0].content
        return document.headings[0].text, place, site_of(document, place.start)

    def check(self, node: Project, ctx: Context) -> Iterator[Finding]:
        for source, (_, span, site) in zip(node.sources, node.digests, strict=True):
            others = [
                title for other, (title, *_) in zip(node.sources, node.digests, strict=True) if other is not source
            ]
            yield Finding(span, " and ".join(others), source=source, site=site)


def test_rules_over_the_whole_run_may_keep_a_digest_of_each_file() -> None:
    own = engine(Titles)
    digests = [own.digest(parse(f"# {name}\n", f"{name}.md")) for name in "ABC"]
    assert [digest.document for digest in digests] == [None] * 3
    found = own.lint_project(pickle.loads(pickle.dumps(digests)))
    assert {path: messages(items) for path, items in found.items()} == {
        "A.md": ["B and C"], "B.md": ["A and C"], "C.md": ["A and B"]
    }  # fmt: skip
    assert [item.context for items in found.values() for item in items] == ["a", "b", "c"]


def test_a_digest_that_crashes_is_a_finding_and_the_other_files_go_on() -> None:
    own = engine(Titles, AllFiles)
    found = own.lint_project(
        [own.digest(parse(text, path)) for path, text in (("a.md", "no title\n"), ("b.md", "# B\n"))]
    )
    assert [item.code for item in found["a.md"]] == ["SUP000", "SUP000"]
    assert "DUP992 (titles) crashed with IndexError" in found["a.md"][0].message
    assert messages(found["b.md"]) == [""]


@pytest.mark.parametrize("method", ["digest", "check"])
def test_the_crash_of_a_rule_over_the_whole_run_is_reported(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(LIST, encoding="utf-8")

    def broken(*_: object) -> None:
        raise LookupError("lost")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(DuplicateAcrossFiles, method, broken)
    result = Session(Request(("a.md", "b.md"), Overrides(select=("DUP005",)), isolated=True)).check()
    assert {item.code for item in result.diagnostics} == {"SUP000"}
    assert "DUP005 (duplicate-across-files) crashed with LookupError" in result.diagnostics[0].message


@pytest.mark.parametrize("method", ["digest", "check"])
def test_such_a_crash_is_reported_where_it_is_in_a_file_that_was_not_named(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("README.md", "b.md"):
        (tmp_path / name).write_text(LIST, encoding="utf-8")
    original = getattr(DuplicateAcrossFiles, method)

    def broken(rule: DuplicateAcrossFiles, node: Any, ctx: Context) -> Any:
        if method == "digest" and node.path == "b.md":
            return original(rule, node, ctx)
        raise LookupError("lost")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(DuplicateAcrossFiles, method, broken)
    result = Session(Request(("b.md",), Overrides(select=("DUP005",)), isolated=True)).check()
    assert [(item.code, item.path) for item in result.diagnostics] == [("SUP000", "README.md")]


def test_a_document_is_kept_where_a_rule_or_a_comment_asks_for_it() -> None:
    text = "# A <!-- listlint-disable-line DUP992 -->\n"
    assert engine(Titles).digest(parse(text)).document is not None
    assert engine(AllFiles).digest(parse("# A\n")).document is not None


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("<!-- listlint-disable ENT991 -->", []),
        ("<!-- listlint-disable every-entry -- reason -->", []),
        ("<!-- listlint-disable ENT991: reason, and URL003 too -->", []),
        ("<!-- listlint-disable URL — every-entry -->", ["entry A", "entry B"]),
        ("<!-- listlint-disable URL (ENT991) -->", ["entry A", "entry B"]),
        ("<!-- listlint-disable URL - ENT991 -->", ["entry A", "entry B"]),
        ("<!-- listlint-disable URL:ENT991 -->", ["entry A", "entry B"]),
        ("<!-- listlint-disable: ENT991 -->", []),
        ("<!-- listlint-disable ENT -->", []),
        ("<!-- listlint-disable -->", []),
        ("<!-- listlint-disable-file -->", []),
        ("<!-- listlint-disable-section ENT991 -->", []),
        ("<!-- listlint-disable-next-line ENT991 -->", ["entry B"]),
        ("<!-- listlint-disable-line ENT991 -->", ["entry A", "entry B"]),
        ("<!-- listlint-disable URL -->", ["entry A", "entry B"]),
        ("<!--lint disable awesome-list-item-->", ["entry A", "entry B"]),
    ],
)
def test_suppressions(comment: str, left: list[str]) -> None:
    text = LIST.replace("- [A]", f"{comment}\n\n- [A]")
    assert messages(engine(EveryEntry).lint(parse(text))) == left


def test_enable_ends_a_block() -> None:
    text = (
        "- [A](https://a.dev)\n\n<!-- listlint-disable ENT991 -->\n\n- [B](https://b.dev)\n\n"
        "<!-- listlint-enable ENT991 -->\n\n- [C](https://c.dev)\n"
    )
    assert messages(engine(EveryEntry).lint(parse(text))) == ["entry A", "entry C"]


def test_suppression_in_the_line_itself() -> None:
    text = LIST.replace("One.", "One. <!-- listlint-disable-line every-entry -->")
    assert messages(engine(EveryEntry).lint(parse(text))) == ["entry B"]


def test_blocks_of_a_suppression_that_overlap_hold_and_only_what_covers_a_finding_is_used() -> None:
    rules = [rule for rule in all_rules() if rule.code in ("SUP001", "URL006")]
    link = "\n\n[a](http://github.com/a/a)\n\n"
    text = (
        "# L\n\n<!-- listlint-disable URL006 -->\n\n<!-- listlint-disable URL -->"
        + link
        + "<!-- listlint-enable URL -->"
        "\n\n<!-- listlint-disable-file STY -->\n\n<!-- listlint-disable-next-line -->\n\n<!-- listlint-disable URL006 -->\n\n"
        "<!-- listlint-enable URL006 -->" + link
    )
    active = [Active(rule(), rule.severity) for rule in rules]
    found = Engine(active, codes_of).lint(parse(text))
    assert [(one.code, one.source.position(one.span.start).line) for one in found] == [
        ("SUP001", 13), ("SUP001", 15), ("URL006", 19),
    ]  # fmt: skip


def test_unused_and_unknown_suppressions_are_reported() -> None:
    rules = [rule for rule in all_rules() if rule.code in ("SUP001", "SUP002", "STY003")]
    text = "# L\n\n<!-- listlint-disable STY003, no-such-rule -->\n\ntext\n"
    found = Engine([Active(rule(), rule.severity) for rule in rules], codes_of).lint(parse(text))
    assert sorted(diagnostic.code for diagnostic in found) == ["SUP001", "SUP002"]


def test_a_suppression_of_a_rule_that_does_not_run_is_not_called_unused() -> None:
    rules = [rule for rule in all_rules() if rule.code == "SUP001"]
    text = "# L\n\n<!-- listlint-disable STY003 -->\n\ntext\n"
    assert Engine([Active(rule(), rule.severity) for rule in rules], codes_of).lint(parse(text)) == []


def test_fingerprints_survive_moves_and_tell_equals_apart() -> None:
    run = engine(EveryEntry)
    before = [diagnostic.fingerprint for diagnostic in run.lint(parse(LIST))]
    moved = [diagnostic.fingerprint for diagnostic in run.lint(parse("# L\n\nNew text.\n\n" + LIST[5:]))]
    changed = [diagnostic.fingerprint for diagnostic in run.lint(parse(LIST.replace("One", "Uno")))]
    twice = [diagnostic.fingerprint for diagnostic in run.lint(parse(LIST + "- [A](https://a.dev) - One.\n"))]
    assert before == moved
    assert before[0] != changed[0]
    assert before[1] == changed[1]
    assert len(set(twice)) == 3
    assert all(len(mark) == 64 for mark in before)
