"""The formats that other programs read: limits, places, and hostile text that comes back unharmed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Applicability, Edit, Fix
from listlint.model.errors import ListlintError
from listlint.model.result import CATALOGUE_URL, Result
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.report.formats import FORMATS, renderer
from listlint.report.options import RenderOptions
from listlint.report.places import address, from_root
from listlint.report.rdjson import comment
from listlint.report.sanitise import sanitise, well_formed
from tests.report.readers import READERS, Page, Said, logissue
from tests.report.runner import commands
from tests.report.sample import result, rules
from tests.report.test_sanitise import HOSTILE

MARKS = st.lists(
    st.sampled_from(
        ["|", "`", "``", "<b>", "<img src=x>", "<!--", "-->", "&amp;", "&#124;", "]]>", "[a](https://e.dev)", "](1)",
         "![i](u)", "@user", "#12", "www.e.dev", "https://e.dev", ":tada:", "$x$", "\\", "*", "_", "~~", "\"", "'",
         "##vso[task.complete result=Failed;]x", ";", "%3B", "%AZP25", "%", "{0}", "\ufffe", "\x00", "e@e.dev", " "]
    ) | HOSTILE,
    max_size=8,
).map("".join)  # fmt: skip


def rendered(name: str, found: Result, **options: Any) -> str:
    out = StringIO()
    renderer(name)(found, out, RenderOptions(rules=rules(), **options))
    return out.getvalue()


def finding(line: int = 1, severity: Severity = Severity.WARNING, path: str = "README.md", **more: Any) -> Diagnostic:
    source = Source.from_text("- one\n" * 300, path)
    start = source.line_starts[line - 1]
    return Diagnostic("STY001", "trailing-space", severity, "blank", source, Span(start, start + 1), **more)


# What is hostile comes back as it is shown


def expected(name: str, message: str) -> str:
    """A message as each format has to carry it."""
    if name == "sarif":
        return re.sub(r"\](?=\()", "] ", sanitise(message))
    if name == "github":
        return sanitise(message, actions=True)
    if name == "azure":  # it does not stand at the start of a line
        return sanitise("x" + message, actions=True)[1:]
    if name in {"junit", "checkstyle"}:
        return sanitise(message).replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff")
    if name == "markdown":  # as HTML shows it
        return sanitise(message).strip()
    return comment(message) if name == "rdjson" else sanitise(message)


@given(MARKS, st.sampled_from(sorted(READERS)))
@settings(max_examples=100, deadline=None)
def test_a_message_comes_back(text: str, name: str) -> None:
    source = Source.from_text("- one two\n", "list.md")
    span = Span(2, 5)
    hostile = Diagnostic(
        "STY001", "trailing-space", Severity.WARNING, text, source, span, (Related(Span(6, 9), text),),
        Fix(text, (Edit(span, text),)), text, fingerprint="ab",
    )  # fmt: skip
    found = Result((hostile,), (ListlintError(text, path="other.md", code="x", hint=text),), (text,), paths=(text,))
    output = rendered(name, found)
    (said,) = READERS[name](output)
    message = said.message.strip() if name == "markdown" else said.message
    assert (said.path, message) == ("list.md", expected(name, text))


@given(MARKS.filter(lambda text: "\0" not in text and text), st.sampled_from(sorted(READERS)))
@settings(max_examples=100, deadline=None)
def test_a_path_comes_back(text: str, name: str) -> None:
    source = Source.from_text("- one two\n", text)
    warning = Diagnostic("STY001", "trailing-space", Severity.WARNING, "m", source, Span(2, 5))
    said = READERS[name](rendered(name, Result((warning,))))
    assert [item.message for item in said] == ["m"]
    shown = expected(name, text.removeprefix("./"))
    if name in {"junit", "checkstyle"}:
        shown = expected(name, text)
    if name == "rdjson":
        shown = well_formed(text)
    if name == "azure":
        shown = sanitise(text.removeprefix("./"), actions=True)
    if name == "sarif":
        assert re.fullmatch(r"(file://)?([\w/~!$&'()*+,;=@.:-]|%[0-9A-F]{2})+", address(text), re.ASCII)
    elif name != "github" or shown:
        assert said[0].path.strip() == shown.strip()


@given(MARKS)
@settings(max_examples=100, deadline=None)
def test_the_text_of_a_fix_comes_back(text: str) -> None:
    source = Source.from_text("- one two\n", "list.md")
    fix = Fix("t", (Edit(Span(2, 5), text),))
    found = Result((Diagnostic("X001", "x", Severity.INFO, "m", source, Span(2, 5), fix=fix),))
    (record,) = json.loads(rendered("sarif", found))["runs"][0]["results"]
    (diagnostic,) = json.loads(rendered("rdjson", found))["diagnostics"]
    if well_formed(text) != text:
        assert "fixes" not in record
        assert "suggestions" not in diagnostic
        return
    (change,) = record["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"]["text"] == text
    assert [suggestion["text"] for suggestion in diagnostic["suggestions"]] == [text]


@given(MARKS)
@settings(max_examples=100, deadline=None)
def test_markdown_shows_and_does_nothing(text: str) -> None:
    source = Source.from_text("- one two\n", (text or "x").replace("\0", ""))
    hostile = Diagnostic(
        "STY001", text or "x", Severity.WARNING, text, source, Span(2, 5), (Related(Span(6, 9), text),), Fix(text, ())
    )
    page = Page(rendered("markdown", Result((hostile, hostile), (ListlintError(text, path=text, hint=text),), (text,))))
    allowed = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "span", "br", "a", "blockquote"}
    assert {tag for tag, _ in page.tags} <= allowed
    for tag, attributes in page.tags:
        assert set(attributes) <= ({"href"} if tag == "a" else {"style"})
        assert str(attributes.get("href") or CATALOGUE_URL).startswith(CATALOGUE_URL)
    alive = [piece for piece in page.pieces if re.search(r"@\w|#\d|://|www\.|.\$|\$.|:[a-z0-9_+-]+:", piece)]
    assert not alive


@given(MARKS)
@settings(max_examples=100, deadline=None)
def test_the_agent_finds_no_other_command(text: str) -> None:
    source = Source.from_text("- one two\n", "a;b]c=d%.md")
    for severity in (Severity.WARNING, Severity.INFO):
        hostile = Diagnostic("STY001", text, severity, text, source, Span(2, 5), (), Fix(text, ()))
        lines = rendered("azure", Result((hostile,))).split("\n")
        assert [line for line in lines if "##vso[" in line] == [line for line in lines if line.startswith("##vso[")]
        assert len([line for line in lines if logissue(line)]) == (1 if severity is Severity.WARNING else 0)
        assert not any("##vso[" in line[1:] for line in lines)


def test_nothing_is_a_valid_report_too() -> None:
    for name in READERS:
        assert READERS[name](rendered(name, Result(paths=("README.md",)))) == []


# Places


@pytest.mark.parametrize(
    ("path", "folder", "root", "shown"),
    [
        ("README.md", "/r/sub", "/r", "sub/README.md"),
        ("../a.md", "/r/sub", "/r", "a.md"),
        ("../../a.md", "/r/sub", "/r", "../../a.md"),
        ("/r/sub/a.md", "/r/sub", "/r", "sub/a.md"),
        ("/else/a.md", "/r", "/r", "/else/a.md"),
        ("/rest/a.md", "/r", "/r", "/rest/a.md"),
        ("./a.md", "/r", "/r", "a.md"),
        ("./a.md", "", "", "a.md"),
        ("C:/r/a.md", "C:/r", "C:/r", "a.md"),
        ("a.md", "/", "/", "a.md"),
    ],
)
def test_paths_from_the_root(path: str, folder: str, root: str, shown: str) -> None:
    assert from_root(path, RenderOptions(folder=folder, root=root)) == shown


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c#d.md", "a%20b/c%23d.md"),
        ("a:b.md", "a%3Ab.md"),
        ("日.md", "%E6%97%A5.md"),
        ("caf\udce9.md", "caf%E9.md"),
        ("100%?.md", "100%25%3F.md"),
        ("back\\slash.md", "back%5Cslash.md"),
        ("/r/a b.md", "file:///r/a%20b.md"),
        ("C:/r/a.md", "file:///C:/r/a.md"),
    ],
)
def test_addresses(path: str, uri: str) -> None:
    assert address(path) == uri


@pytest.mark.parametrize("name", ["sarif", "gitlab", "github", "azure", "markdown"])
def test_formats_of_a_whole_repository_name_paths_from_its_root(name: str) -> None:
    said = READERS[name](rendered(name, Result((finding(),)), folder="/r/lists", root="/r"))
    assert said == [Said("lists/README.md", "blank")]


@pytest.mark.parametrize("name", ["junit", "checkstyle", "rdjson"])
def test_formats_that_are_read_in_the_working_folder_keep_paths(name: str) -> None:
    said = READERS[name](rendered(name, Result((finding(),)), folder="/r/lists", root="/r"))
    assert said == [Said("README.md", "blank")]


def test_sarif_regions_cut_out_the_span() -> None:
    found = result()
    for diagnostic, record in zip(
        found.diagnostics, json.loads(rendered("sarif", found))["runs"][0]["results"], strict=True
    ):
        region = record["locations"][0]["physicalLocation"]["region"]
        source = diagnostic.source
        start = source.line_starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = source.line_starts[region["endLine"] - 1] + region["endColumn"] - 1
        assert source.text[start:end] == source[diagnostic.span]


def test_rdjson_suggestions_do_what_the_fix_does() -> None:
    text = "- 論文 one two\n- x three\n"
    source = Source.from_text(text, "README.md")
    edits = (Edit(Span(2, 4), "Paper"), Edit(Span(9, 12), ""), Edit(Span(15, 15), "日"))
    fixed = "- Paper one \n- 日x three\n"
    found = Diagnostic("X001", "x", Severity.INFO, "m", source, Span(9, 12), fix=Fix("t", edits))
    (record,) = json.loads(rendered("rdjson", Result((found,))))["diagnostics"]
    raw = text.encode()
    starts = [0, *(match.end() for match in re.finditer(b"\n", raw))]

    def offset(position: dict[str, int]) -> int:
        return starts[position["line"] - 1] + position["column"] - 1

    location = record["location"]["range"]
    assert raw[offset(location["start"]) : offset(location["end"])] == b"two"
    (suggestion,) = record["suggestions"]
    start, end = (offset(suggestion["range"][side]) for side in ("start", "end"))
    assert (raw[:start] + suggestion["text"].encode() + raw[end:]).decode() == fixed


@pytest.mark.parametrize(
    "fix",
    [
        Fix("shown only", (Edit(Span(0, 1), "x"),), Applicability.DISPLAY),
        Fix("no edit can say it", ()),
        Fix("not UTF-8", (Edit(Span(0, 1), "\udce9"),)),
    ],
)
def test_a_fix_that_cannot_be_carried_out_is_not_offered(fix: Fix) -> None:
    found = Result((replace(finding(), fix=fix),))
    assert "fixes" not in json.loads(rendered("sarif", found))["runs"][0]["results"][0]
    assert "suggestions" not in json.loads(rendered("rdjson", found))["diagnostics"][0]


def test_rdjson_suggests_nothing_that_repeats_half_of_the_file() -> None:
    source = Source.from_text("- one\n" * 300, "README.md")
    far = Fix("t", (Edit(Span(0, 1), "*"), Edit(Span(600, 601), "*")))
    (record,) = json.loads(rendered("rdjson", Result((replace(finding(), source=source, fix=far),))))["diagnostics"]
    assert "suggestions" not in record
    assert record["message"] == "blank\nhelp: t [safe]"


# SARIF


def test_sarif_rules_are_described() -> None:
    driver = json.loads(rendered("sarif", result()))["runs"][0]["tool"]["driver"]
    known = next(rule for rule in driver["rules"] if rule["id"] == "ENC001")
    assert known["name"] == "Mojibake"
    assert known["properties"] == {"precision": "very-high", "problem.severity": "error", "tags": ["encoding"]}
    for rule in driver["rules"]:
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"].startswith(CATALOGUE_URL + "#")


def test_sarif_of_the_real_rules() -> None:
    from listlint.catalogue import rule_texts

    texts = rule_texts()
    assert texts["URL003"].precision == "very-high"
    assert texts["URL003"].tags == ("links, offline",)
    for text in texts.values():
        assert text.precision in {"very-high", "high", "medium", "low"}
        assert text.short
        assert "⟦" not in text.markdown
        assert not text.markdown.startswith("#")


def test_sarif_keeps_the_gravest() -> None:
    few = [finding(n % 300 + 1, Severity.ERROR) for n in range(10)]
    found = Result(tuple([finding(n % 300 + 1, Severity.INFO) for n in range(5000)] + few))
    run = json.loads(rendered("sarif", found))["runs"][0]
    assert len(run["results"]) == 5000
    assert [item["level"] for item in run["results"][-10:]] == ["error"] * 10
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["level"] == "warning"
    assert notification["message"]["text"].startswith("10 of 5,010 findings")
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_says_what_could_not_be_checked() -> None:
    (invocation,) = json.loads(rendered("sarif", result()))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [item["level"] for item in invocation["toolExecutionNotifications"]] == ["error", "error", "note"]


# GitLab


GITLAB_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)(?!/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}
"""The table "Code Quality report format" of GitLab's documentation, as a schema."""


def issues(found: Result) -> list[dict[str, Any]]:
    report: list[dict[str, Any]] = json.loads(rendered("gitlab", found))
    jsonschema.Draft202012Validator(GITLAB_SCHEMA).validate(report)
    marks = [issue["fingerprint"] for issue in report]
    assert len(set(marks)) == len(marks)
    return report


def test_gitlab_severities() -> None:
    crash = replace(finding(severity=Severity.ERROR), code="SUP000")
    every = [finding(severity=severity) for severity in Severity]
    report = issues(Result((*every, crash), (ListlintError("x"), ListlintError("x", path="a.md", line=3))))
    assert [issue["severity"] for issue in report] == ["blocker", "blocker", "info", "minor", "major", "critical"]
    assert report[1]["location"] == {"path": "a.md", "lines": {"begin": 3, "end": 3}}
    assert len(issues(result())) == len(result().diagnostics) + 2


def test_gitlab_fingerprints() -> None:
    a, b = finding(fingerprint="f"), finding(path="other.md", fingerprint="f")
    alone = [issue["fingerprint"] for issue in issues(Result((a,)))]
    renamed = [issue["fingerprint"] for issue in issues(Result((b,)))]
    assert alone == renamed == ["f"]
    both = [issue["fingerprint"] for issue in issues(Result((a, b)))]
    assert "f" not in both
    assert both == [issue["fingerprint"] for issue in reversed(issues(Result((b, a))))]
    assert len(issues(Result((finding(), finding(), replace(a), replace(a))))) == 4


# JUnit, Checkstyle


def test_junit_counts_and_outcomes() -> None:
    found = replace(result(), fail_on=Severity.ERROR)
    root = ElementTree.fromstring(rendered("junit", found))
    suites = {suite.get("name"): suite for suite in root}
    assert {"clean.md", "logo.md", "x.toml"} < set(suites)
    for node in (root, *root):
        assert node.get("tests") == str(len(list(node.iter("testcase"))))
        assert node.get("failures") == str(len(list(node.iter("failure"))))
        assert node.get("errors") == str(len(list(node.iter("error"))))
    assert len(list(root.iter("failure"))) == found.counts[Severity.ERROR]
    assert len(list(root.iter("skipped"))) == found.counts[Severity.WARNING] + found.counts[Severity.INFO]
    (passing,) = suites["clean.md"]
    assert list(passing) == []


def test_junit_agrees_with_the_exit_code() -> None:
    for least in (*Severity, None):
        root = ElementTree.fromstring(rendered("junit", Result((finding(),), fail_on=least)))
        assert len(list(root.iter("failure"))) == Result((finding(),), fail_on=least).exit_code
    crash = replace(finding(), code="SUP000")
    assert len(list(ElementTree.fromstring(rendered("junit", Result((crash,)))).iter("error"))) == 1


def test_xml_forbids_some_characters() -> None:
    found = Result((replace(finding(), message="a\x00b\ufffe\x1b\uffff\ud800]]>&<\"'\t"),))
    for name in ("junit", "checkstyle"):
        assert READERS[name](rendered(name, found))[0].message == r"a\x00b\ufffe\x1b\uffff\ud800]]>&<" + "\"'" + r"\t"


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_fails_a_run_without_a_finding_is_told(name: str) -> None:
    output = rendered(name, Result(failures=("the baseline has 3 findings that are no longer there",)))
    assert "the baseline has 3 findings" in output
    assert READERS[name](output) == [] or name == "junit"


# Azure, GitHub


def test_azure_limits() -> None:
    found = Result(
        tuple(finding(n, Severity.INFO) for n in range(1, 4))
        + tuple(finding(n, Severity.ERROR) for n in range(31, 43))
        + tuple(finding(n) for n in range(50, 60))
    )
    lines = rendered("azure", found).splitlines()
    types = [issue[0]["type"] for line in lines if (issue := logissue(line))]
    assert types == ["error"] * 10 + ["warning"] * 10
    assert "listlint: 3 more in the log" in lines[9]
    assert lines[20] == "6 findings without an issue:"
    assert len(lines) == 27


def test_azure_escapes() -> None:
    source = Source.from_text("x", "a;b]c%3B.md")
    found = Diagnostic("X001", "x", Severity.ERROR, "50%; [x] %0A %AZP25", source, Span(0, 1))
    line = rendered("azure", Result((found,))).rstrip("\n")
    issue = logissue(line)
    assert issue is not None
    properties, data = issue
    assert properties["sourcepath"] == "a;b]c%3B.md"
    assert data == "X001 x: 50%; [x] %0A %AZP25"


@pytest.mark.parametrize("name", ["github", "azure"])
def test_added_lines_come_first(name: str) -> None:
    found = Result(tuple(finding(n, Severity.ERROR) for n in range(1, 30)))
    output = rendered(name, found, added={"README.md": frozenset({25, 29})})
    if name == "github":
        places = [command.properties.get("line") for command in commands(output)]
    else:
        places = [issue[0].get("linenumber") for line in output.split("\n") if (issue := logissue(line))]
    assert places[:4] == ["25", "29", "1", "2"]


def test_github_says_where_the_rest_is() -> None:
    found = Result(tuple(finding(n, Severity.ERROR) for n in range(1, 30)))
    assert commands(rendered("github", found))[9].data.startswith("20 more in the summary")


# The job summary


def test_markdown_is_cut_by_us() -> None:
    long = "| `x` <b>@user</b> [a](b) 日本 " * 40
    info = tuple(replace(finding(n % 300 + 1, Severity.INFO), message=long) for n in range(500))
    error = tuple(finding(n, Severity.ERROR, "z.md") for n in range(1, 6))
    output = rendered("markdown", Result(info + error))
    assert 850_000 < len(output.encode()) <= 900_000
    said = READERS["markdown"](output)
    assert [item.path for item in said].count("z.md") == 5
    missing = 505 - len(said)
    assert missing > 0
    assert f"**{missing} findings not shown here" in output


def test_markdown_takes_the_room_that_is_left() -> None:
    found = Result(tuple(finding(n) for n in range(1, 100)))
    for room in (10_000, 3_000, 1_000, 0):
        output = rendered("markdown", found, room=room)
        assert len(output.encode()) <= max(room, 200)
        assert "not shown here" in output
    assert "not shown here" not in rendered("markdown", found)


def test_markdown_prefers_added_lines_when_it_is_cut() -> None:
    found = Result(tuple(finding(n) for n in range(1, 300)))
    output = rendered("markdown", found, room=4_000, added={"README.md": frozenset({290})})
    assert "| 290:1 |" in output
    assert "| 289:1 |" not in output


# Cost


def test_formats_load_when_asked() -> None:
    script = "import sys, listlint.cli; print(*[m for m in sys.modules if m.startswith('listlint.report.')])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    modules = {f"listlint.report.{module}" for module, _ in FORMATS.values()}
    assert not modules & set(loaded)
