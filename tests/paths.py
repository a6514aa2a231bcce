"""Where the real lists are: a folder beside the repository, absent on most machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
SEEDS = SHARED / "seeds"
COMMONMARK = SHARED / "data" / "commonmark-spec.json"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder of real lists is absent")
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the folder of real lists is absent")
needs_commonmark = pytest.mark.skipif(not COMMONMARK.is_file(), reason="the CommonMark examples are absent")


def corpus_files() -> list[Path]:
    """Every list of the corpus, by path."""
    return sorted(path for path in CORPUS.rglob("*") if path.suffix in (".md", ".markdown", ".bib"))


def commonmark_examples() -> list[str]:
    """The Markdown of every example of the CommonMark specification."""
    return [example["markdown"] for example in json.loads(COMMONMARK.read_text(encoding="utf-8"))]
