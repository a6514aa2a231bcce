"""Golden files of each format over one result, and what the golden files cannot say."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from msgspec.structs import replace

import listlint
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.edit import Applicability, Edit, Fix
from listlint.model.errors import ListlintError
from listlint.model.result import Result, grouped
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.report import json as json_format
from listlint.report import messages
from listlint.report.formats import FORMATS, renderer
from listlint.report.options import RenderOptions
from listlint.report.style import Style
from listlint.report.summary import closing, line_ranges
from tests.report.runner import commands
from tests.report.sample import result, rules

if TYPE_CHECKING:
    from tests.conftest import Golden

SCHEMA = Path(listlint.__file__).parent / "schemas" / "report.schema.json"


def rendered(name: str, found: Result, options: RenderOptions | None = None) -> str:
    out = StringIO()
    renderer(name)(found, out, options or RenderOptions())
    return out.getvalue()


def finding(line: int = 1, severity: Severity = Severity.WARNING, **more: Any) -> Diagnostic:
    source = Source.from_text("- one\n" * 300, "README.md")
    start = source.line_starts[line - 1]
    return Diagnostic("STY001", "trailing-space", severity, "blank", source, Span(start, start + 1), **more)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_golden(name: str, golden: Golden) -> None:
    written = rendered(name, result(), RenderOptions(rules=rules()))
    golden(f"report/{name}.txt", re.sub(r'("semanticVersion": )"[^"]+"', r'\1"0.0.0"', written))


def test_golden_variants(golden: Golden) -> None:
    golden("report/full-colour.txt", rendered("full", result(), RenderOptions(colour=True)))
    golden("report/full-narrow.txt", rendered("full", result(), RenderOptions(width=40)))
    golden("report/full-actions.txt", rendered("full", result(), RenderOptions(actions=True)))
    golden("report/statistics-colour.txt", rendered("statistics", result(), RenderOptions(colour=True)))


def test_messages(golden: Golden) -> None:
    out = StringIO()
    messages.render(result(), out, RenderOptions())
    golden("report/messages.txt", out.getvalue())


def test_colour_changes_nothing_else() -> None:
    for name in ("full", "concise", "statistics"):
        coloured = rendered(name, result(), RenderOptions(colour=True))
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == rendered(name, result())


def test_summary_can_be_left_out() -> None:
    full = rendered("full", result())
    assert rendered("full", result(), RenderOptions(summary=False)) == full[: full.rstrip().rindex("\n") + 1]


def test_statistics_begin_with_the_gravest() -> None:
    found = [finding(line) for line in range(1, 4)] + [finding(4, Severity.ERROR), finding(5, Severity.INFO)]
    lines = rendered("statistics", Result(diagnostics=(*found, finding(6, Severity.INFO)))).splitlines()[:3]
    assert [line.split()[0] for line in lines] == ["1", "3", "2"]


# The machine's formats


def schema() -> jsonschema.Draft202012Validator:
    described = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(described)
    return jsonschema.Draft202012Validator(described)


def test_schema_is_up_to_date(golden: Golden) -> None:
    golden(SCHEMA, json.dumps(json_format.schema(), indent=2) + "\n")


@pytest.mark.parametrize("found", [result(), Result()], ids=["sample", "empty"])
def test_json_is_valid(found: Result) -> None:
    schema().validate(json.loads(rendered("json", found)))


def without(key: str) -> Any:
    return lambda report: report["findings"][0].pop(key)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.update(version=2),
        lambda report: report.pop("summary"),
        lambda report: report["summary"].pop("errors"),
        lambda report: report["findings"][0].update(severity="fatal"),
        lambda report: report["findings"][0].update(line=0),
        lambda report: report["findings"][0].update(fix={}),
        lambda report: report["findings"][0].update(surprise=1),
        lambda report: report["findings"][0]["fix"].update(applicability="maybe"),
        *map(without, ("code", "entry", "group", "related", "fix", "fingerprint", "url", "end_column")),
    ],
)
def test_wrong_json_is_not_valid(spoil: Any) -> None:
    report = json.loads(rendered("json", result()))
    spoil(report)
    assert not schema().is_valid(report)


def test_json_fields_are_the_interface() -> None:
    report = json.loads(rendered("json", result()))
    assert list(report) == ["version", "findings", "summary"]
    assert list(report["summary"]) == ["files", "entries", "links", "findings_by_severity", "errors"]
    assert list(report["summary"]["errors"][0]) == ["path", "code", "message", "hint"]
    first = report["findings"][0]
    assert list(first) == [
        "code", "name", "severity", "message", "path", "line", "column", "end_line", "end_column", "entry", "group",
        "related", "fix", "fingerprint", "url",
    ]  # fmt: skip
    assert list(first["fix"]) == ["title", "applicability", "edits"]
    assert list(first["fix"]["edits"][0]) == ["line", "column", "end_line", "end_column", "text"]
    assert first["url"].endswith("/rules/README.md#ent008-link-text-space")


def test_json_positions_cut_out_the_span() -> None:
    found = result()
    for diagnostic, record in zip(found.diagnostics, json.loads(rendered("json", found))["findings"], strict=True):
        lines = diagnostic.source.text.split("\n")
        first, last = record["line"] - 1, record["end_line"] - 1
        text = "\n".join(lines[first : last + 1])
        end = len(text) - len(lines[last]) + record["end_column"] - 1
        assert text[record["column"] - 1 : end] == diagnostic.source[diagnostic.span]


def test_jsonl_is_the_findings_of_json() -> None:
    lines = rendered("jsonl", result()).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(rendered("json", result()))["findings"]


def test_json_fix_that_cannot_be_carried_out() -> None:
    source = Source.from_bytes(b"a\xe9", "a.md")
    fix = Fix("double", (Edit(Span(1, 2), "\udce9\udce9"),))
    found = Diagnostic("ENC003", "invalid-utf8", Severity.ERROR, "x", source, Span(1, 2), fix=fix)
    record = json.loads(rendered("jsonl", Result((found,))))
    assert record["fix"] == {
        "title": "double",
        "applicability": "display",
        "edits": [{"line": 1, "column": 2, "end_line": 1, "end_column": 3, "text": "\ufffd\ufffd"}],
    }


# GitHub


def test_github_limits() -> None:
    found = Result(
        tuple(finding(n, Severity.INFO) for n in range(1, 31))
        + tuple(finding(n, Severity.ERROR) for n in range(31, 42))
        + tuple(finding(n) for n in range(50, 60))
    )
    output = rendered("github", found)
    listed = commands(output)
    levels = [command.name for command in listed]
    assert levels == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10 + ["group", "endgroup"]
    assert listed[9].data.startswith("2 more")
    assert listed[29].data.startswith("21 more")
    folded = output.split("::group::")[1].split("::endgroup::")[0].splitlines()[1:]
    assert len(folded) == 23
    assert folded[0] == "README.md:40:1: STY001 trailing-space error: blank"


def test_github_errors_of_the_run_count() -> None:
    errors = tuple(ListlintError(f"e{n}", path="a.md") for n in range(12))
    listed = commands(rendered("github", Result((finding(severity=Severity.ERROR),), errors)))
    assert [command.name for command in listed] == ["error"] * 10 + ["group", "endgroup"]
    assert listed[9].data.startswith("4 more")


def test_github_shows_a_group_once() -> None:
    (command,) = commands(rendered("github", Result(tuple(finding(n, group="g") for n in (1, 2, 3, 9)))))
    assert "4 times in this file: lines 1-3, 9" in command.data


def test_github_places() -> None:
    source = Source.from_text("one\ntwo\nthree\n", "a,b:c.md")

    def properties(span: Span) -> dict[str, str]:
        found = Diagnostic("STY001", "x", Severity.INFO, "m", source, span)
        return commands(rendered("github", Result((found,))))[0].properties

    title = {"file": "a,b:c.md", "title": "STY001 x"}
    assert properties(Span(4, 6)) == title | {"line": "2", "endLine": "2", "col": "1", "endColumn": "3"}
    assert properties(Span(1, 6)) == title | {"line": "1", "endLine": "2"}
    assert properties(Span(0, 4)) == title | {"line": "1", "endLine": "1"}


def test_github_cuts_the_message() -> None:
    (command,) = commands(rendered("github", Result((replace(finding(), message="##[x] " * 2000),))))
    assert len(command.data) == 4096
    assert command.data.endswith("…")


# The closing line and the exit code


def test_line_ranges() -> None:
    assert line_ranges([4]) == "line 4"
    assert line_ranges([5, 3, 4, 9, 3]) == "lines 3-5, 9"
    assert line_ranges(range(1, 100, 2), shown=3) == "lines 1, 3, 5 and 47 more"


def test_closing_line() -> None:
    plain = Style(False)
    assert closing(Result(files=1, entries=1, links=0), plain) == "no findings in 1 file (1 entry, 0 links)"
    one = finding(fix=Fix("x", (), Applicability.UNSAFE))
    assert closing(Result((one,), files=1), plain) == "1 warning in 1 file; 1 with an unsafe fix"
    shown = replace(one, fix=Fix("x", (), Applicability.DISPLAY), severity=Severity.INFO)
    assert closing(Result((shown, shown), files=3), plain) == "2 info in 1 of 3 files"
    broken = Result((), (ListlintError("x", path="a"), ListlintError("y", path="a")), files=3)
    assert closing(broken, plain).endswith("; 1 file not checked")


def test_exit_code() -> None:
    info, warning = finding(severity=Severity.INFO), finding()
    assert Result((info,)).exit_code == 0
    assert Result((info, warning)).exit_code == 1
    assert Result((info, warning), fail_on=Severity.ERROR).exit_code == 0
    assert Result((info,), fail_on=Severity.INFO).exit_code == 1
    assert Result((warning,), fail_on=None).exit_code == 0
    assert Result((), (ListlintError("x"),)).exit_code == 2
    assert Result((replace(info, code="SUP000"),), fail_on=None).exit_code == 2


def test_groups_are_of_one_file_and_rule() -> None:
    other = Source.from_text("x", "other.md")
    a, b = finding(1, group="g"), finding(2, group="g")
    c, d = replace(a, source=other, span=Span(0, 1)), replace(a, code="STY002")
    alone = finding(3)
    sizes = [len(group.members) for group in grouped([a, c, b, d, alone, alone])]
    assert sizes == [2, 1, 1, 1, 1]
