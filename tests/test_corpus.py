"""Every real list is checked without a crash, and what is found there is reviewed when it changes."""

from __future__ import annotations

from collections import Counter

import pytest

from listlint.config.schema import Overrides
from listlint.session import Request, Session
from tests.conftest import Golden
from tests.paths import CORPUS, SEEDS, needs_corpus, needs_seeds


@needs_corpus
def test_counts_by_rule_and_list(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS)
    # STR008 needs a git tree, which a copy of single files has not.
    overrides = Overrides(preset="all", ignore=("STR008",))
    result = Session(Request((".",), overrides, isolated=True)).check()
    assert result.errors == ()
    assert not [diagnostic.message for diagnostic in result.diagnostics if diagnostic.code == "SUP000"]
    assert result.files > 300
    counts = Counter((diagnostic.code, diagnostic.path) for diagnostic in result.diagnostics)
    totals = Counter(diagnostic.code for diagnostic in result.diagnostics)
    lines = [f"{code} {total}" for code, total in sorted(totals.items())]
    lines += [f"{code} {path} {count}" for (code, path), count in sorted(counts.items())]
    golden("corpus.txt", "\n".join(lines) + "\n")


@needs_seeds
@pytest.mark.parametrize(
    ("preset", "names"),
    [("papers", ["deep-learning-explained.md", "theory-for-deep-learning.md"]), ("notes", ["dl-theory-primer.md"])],
)
def test_seeds(golden: Golden, monkeypatch: pytest.MonkeyPatch, preset: str, names: list[str]) -> None:
    monkeypatch.chdir(SEEDS)
    result = Session(Request(tuple(names), Overrides(preset=preset), isolated=True)).check()
    lines = [
        f"{d.path}:{d.source.position(d.span.start).line} {d.code} {d.severity.value}{' group' if d.group else ''}"
        for d in result.diagnostics
    ]
    golden(f"seeds-{preset}.txt", "\n".join(lines) + "\n")


EXPLAINED, THEORY, PRIMER = "deep-learning-explained.md", "theory-for-deep-learning.md", "dl-theory-primer.md"
PROMISED = (  # the list, the code, what its message says, the lines
    (EXPLAINED, "ENC001", "`ï¼Œ`", [51]),
    (EXPLAINED, "DUP001", "already listed in section", [27]),
    (EXPLAINED, "URL003", "links the abstract", [32, 38, 52]),
    (THEORY, "STR003", "and 21 more below it", [8]),
    (THEORY, "STR003", "follows one of level 2", [8, 371]),
    (THEORY, "URL006", "serves https", [219, 237, 269, 301, 353]),
    (THEORY, "STY003", "", [372]),
    (PRIMER, "ENT008", "a tab", [31]),
    (PRIMER, "URL008", "`.pdfs`", [56]),
    (PRIMER, "DUP002", "arxiv:1803.08367", [114]),
    (PRIMER, "STY003", "", [116]),
)


@needs_seeds
def test_what_the_seeds_are_known_for_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SEEDS)
    found = [
        diagnostic
        for preset, names in (("papers", (EXPLAINED, THEORY)), ("notes", (PRIMER,)))
        for diagnostic in Session(Request(names, Overrides(preset=preset), isolated=True)).check().diagnostics
    ]
    for name, code, message, lines in PROMISED:
        there = [d for d in found if (d.path, d.code) == (name, code) and message in d.message]
        assert [d.source.position(d.span.start).line for d in there] == lines, (name, code, message)
    (mojibake,) = (d for d in found if d.code == "ENC001")
    assert mojibake.fix is not None
    assert mojibake.fix.applicability.value == "safe"
    vague = [d.group for d in found if d.path == THEORY and d.code == "ENT009"]
    assert len(vague) == 25
    assert None not in vague
    assert len(set(vague)) == 1
    assert [d.path for d in found if d.code == "URL007"]
    # Neither `[TOC]`, nor [`UNREAD`], nor curly quotes are mistakes.
    assert not {d.code for d in found} & {"STR009", "ENC002", "ENT013"}
