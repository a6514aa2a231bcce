"""Nothing that a list says commands a terminal or a runner."""

from __future__ import annotations

import json
import time
import unicodedata
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Edit, Fix
from listlint.model.errors import ListlintError
from listlint.model.result import Result
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.report import entries, messages
from listlint.report.formats import FORMATS, renderer
from listlint.report.options import RenderOptions
from listlint.report.sanitise import command_data, command_property, defuse, json_safe, sanitise, well_formed
from tests.report.runner import commands, lenient_commands
from tests.report.test_entries import document_with

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = st.lists(
    st.sampled_from(
        ["::", ":", "##", "#", "[", "]", "##[", "error", "add-mask", "group", " ", "\t", "\n", "\r", "x=y", ",", "%",
         "%0A", "\x1b[31m", "\x9b", "\u200b", "\u00ad", "\u202e", "\udc9b", "\ud800",
         "\u2028", "\x85", "\u00a0", "é", "日"]
    ) | st.characters(),
    max_size=14,
).map("".join)  # fmt: skip


def is_safe(text: str) -> bool:
    """No character acts on a terminal, and the text has a UTF-8 form."""
    text.encode()
    return not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in BIDI for c in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünï 日本 👩‍💻", "plain – ünï 日本 👩‍💻"),
        ("a\tb\r\nc", r"a\tb\r\nc"),
        ("\x00\x1b[2J\x7f", r"\x00\x1b[2J\x7f"),
        ("\x85\x9b", r"\u0085\u009b"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("\udce9\ud800", r"\xe9\ud800"),
        ("a\u2028b", r"a\u2028b"),
    ],
)
def test_escapes_are_visible(text: str, shown: str) -> None:
    assert sanitise(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        (" \u00a0::error::x", " \u00a0" + r"\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        (":::x::", r"\x3a::x::"),
        ("##[group]", r"#\x23[group]"),
        ("a###[group]##[b]", r"a##\x23[group]#\x23[b]"),
        ("## [group]", "## [group]"),
        ("#\u200b#[group]", "#\u200b" + r"\x23[group]"),
        (":\u00ad:error::", r"\x3a" + "\u00ad:error::"),
        ("a\n::b::", "a\n" + r"\x3a:b::"),
        ("::\r::a::", r"\x3a:" + "\r" + r"\x3a:a::"),
    ],
)
def test_commands_are_broken_up(text: str, shown: str) -> None:
    assert defuse(text) == shown


def test_the_runner_parsers_find_commands() -> None:
    """The ports used below are not blind."""
    found = commands("x\n ::error file=a%2Cb,line=3::50%25%0Ax\ny ##[add-mask a=b%3B]s%5D\n::novalue")
    assert [(c.name, c.properties, c.data, c.version) for c in found] == [
        ("error", {"file": "a,b", "line": "3"}, "50%\nx", 2),
        ("add-mask", {"a": "b;"}, "s]", 1),
    ]
    assert commands("::stop-commands::t")
    assert not commands("#\u200b#[group]")
    assert lenient_commands("#\u200b#[group]")


@given(HOSTILE)
def test_sanitised_text_is_safe(text: str) -> None:
    assert is_safe(sanitise(text))
    assert is_safe(sanitise(text, actions=True))
    assert sanitise(sanitise(text)) == sanitise(text)
    assert not commands(sanitise(text, actions=True))
    assert not lenient_commands(sanitise(text, actions=True))


@given(HOSTILE)
def test_defused_text_holds_no_command(text: str) -> None:
    assert not commands(defuse(text))
    assert defuse(defuse(text)) == defuse(text)


@given(HOSTILE, HOSTILE)
def test_command_escapes_come_back(name: str, text: str) -> None:
    line = f"::error title={command_property(name)}x::{command_data(text)}"
    (command,) = commands(line)
    assert command.properties["title"] == f"{name}x".removeprefix("=") or name.startswith("=")
    assert command.data == text


@given(HOSTILE)
def test_safe_json_means_the_same(text: str) -> None:
    encoded = json_safe(json.dumps({"text": well_formed(text)}, ensure_ascii=False))
    assert json.loads(encoded) == {"text": well_formed(text)}
    assert is_safe(encoded)
    assert not commands(encoded)
    assert not lenient_commands(encoded)


def result_of(text: str) -> Result:
    """A result that says ``text`` in every place where a list can speak."""
    source = Source.from_bytes(text.encode("utf-8", "surrogatepass"), text)
    whole = Span(0, len(source.text))
    finding = Diagnostic(
        "STY001", "trailing-space", Severity.ERROR, text, source, whole,
        (Related(whole, text), Related(whole, text, text + "x")), Fix(text, (Edit(whole, text),)), text, text,
    )  # fmt: skip
    grouped = Diagnostic("STY001", "trailing-space", Severity.INFO, text, source, Span(0, 0), group=text)
    error = ListlintError(text, path=text, code="x", hint=text)
    return Result((finding, grouped, grouped), (error,), (text,), files=1)


@given(HOSTILE.filter(lambda text: "\0" not in text), st.sampled_from(sorted(FORMATS)), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_command_gets_through_a_report(text: str, name: str, colour: bool) -> None:
    out = StringIO()
    result = result_of(text)
    renderer(name)(result, out, RenderOptions(colour=colour and name != "github", actions=True))
    messages.render(result, out, RenderOptions(actions=True))
    found = commands(out.getvalue())
    assert all(command.version == 2 and command.name in {"error", "notice"} for command in found)
    assert len(found) == (3 if name == "github" else 0)
    for command in found:
        assert not any(commands(line) for line in command.data.split("\n"))


@given(HOSTILE.filter(lambda text: "\0" not in text), st.sampled_from(sorted(FORMATS)))
@settings(max_examples=200, deadline=None)
def test_no_character_of_a_report_acts(text: str, name: str) -> None:
    out = StringIO()
    result = result_of(text)
    renderer(name)(result, out, RenderOptions())
    messages.render(result, out, RenderOptions())
    assert is_safe(out.getvalue().replace("\n", ""))


@given(HOSTILE.filter(lambda text: "\0" not in text), st.sampled_from(sorted(entries.FORMATS)))
@settings(max_examples=100, deadline=None)
def test_no_command_gets_through_the_entries(text: str, name: str) -> None:
    out = StringIO()
    entries.FORMATS[name]([document_with(text)], out, RenderOptions(actions=True))
    assert not commands(out.getvalue())
    assert not lenient_commands(out.getvalue())
    assert is_safe(out.getvalue().replace("\n", ""))


@pytest.mark.parametrize("text", ["#", ":", "#\u200b", ":\u200b", "\u200b", " ", "##[", "\x1b"])
def test_a_long_run_takes_linear_time(text: str) -> None:
    start = time.perf_counter()
    sanitise(text * 300_000, actions=True)
    assert time.perf_counter() - start < 3
