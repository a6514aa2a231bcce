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
