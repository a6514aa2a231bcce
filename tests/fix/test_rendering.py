"""Over every real list: fixing settles, leaves nothing it could fix, and changes what it declares."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from listlint.config.schema import Overrides
from listlint.model.edit import Edit, Fix, May
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse.markdown import parse
from listlint.repair import RepairMode, settle
from listlint.session import File, Request, Session
from tests.fix.rendering import undeclared
from tests.paths import corpus_files, needs_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.diagnostic import Diagnostic

MODES = [
    pytest.param(RepairMode(unsafe=False, write=False), id="safe"),
    pytest.param(RepairMode(True, False), id="unsafe"),
]


ONE_ADDRESS = "the two addresses of one work have become one"
UNCOVERED = {
    ("ContinualAI__continual-learning-papers", "DUP001"): ONE_ADDRESS,
    ("eugeneyan__applied-ml", "DUP001"): ONE_ADDRESS,
    ("hoya012__deep_learning_object_detection", "DUP001"): ONE_ADDRESS,
    ("jobbole__awesome-python-cn", "DUP001"): ONE_ADDRESS,
    ("hibayesian__awesome-automl-papers", "DUP001"): ONE_ADDRESS,
    ("dair-ai__ML-Papers-of-the-Week", "DUP002"): "the second link was broken, and so no link",
    ("jbhuang0604__awesome-computer-vision", "STR005"): "the heading below the empty one has risen to its level",
}
"""Old defects that a fix uncovers: they stood in the list, and no rule could see them, or saw another."""


@needs_corpus
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_fixing_a_real_list(path: Path, mode: RepairMode) -> None:
    session = Session(Request((str(path),), Overrides(preset="all"), isolated=True, jobs=1))
    (prepared,) = session.prepare([File(path.name, path, None)])
    assert prepared.document is not None
    found = Counter(d.code for d in session.engine(prepared.file).lint(prepared.document, prepared.facts))
    states = [prepared.document.source]
    wrong: list[str] = []

    def on_pass(number: int, source: Source, applied: Sequence[Diagnostic]) -> None:
        if path.suffix != ".bib":
            fixes = [diagnostic.fix for diagnostic in applied if diagnostic.fix is not None]
            wrong.extend(undeclared(states[-1], source, fixes))
        states.append(source)

    outcome = settle(session, prepared, prepared.document, mode, on_pass)
    assert outcome.rejected == ()
    assert outcome.stopped is None
    assert wrong == []
    assert [(d.code, d.message) for d in outcome.remaining if mode.wants(d)] == []
    left = Counter(d.code for d in outcome.remaining)
    assert {code for code in left - found if (path.parent.name, code) not in UNCOVERED} == set()
    again = settle(session, prepared, parse(outcome.after), mode)
    assert again.after.raw == outcome.after.raw


TEXT = "# A\n\n- [One](https://a.dev) - First.\n- [Two](https://b.dev) - Second.\n"


@pytest.mark.parametrize(
    ("old", "new", "may", "seen"),
    [
        ("First", "Last", May.SPACE, True),
        ("First", "Last", May.TEXT, False),
        ("a.dev", "c.dev", May.TEXT, True),
        ("a.dev", "c.dev", May.URL, False),
        ("- [Two]", "\n## [Two]", May.TEXT, True),
        (" - First.\n", "\n", May.SPACE, True),
        ("- [Two](https://b.dev) - Second.\n", "", May.TEXT, True),
        ("- [Two](https://b.dev) - Second.\n", "", May.BLOCKS, False),
        ("# A", "#  A", May.SPACE, False),
    ],
)
def test_what_nobody_declared_is_seen(old: str, new: str, may: May, seen: bool) -> None:
    start = TEXT.index(old)
    fix = Fix("change it", (Edit(Span(start, start + len(old)), new),), may=may)
    before, after = Source.from_text(TEXT), Source.from_text(TEXT.replace(old, new))
    assert bool(undeclared(before, after, [fix])) is seen


def test_a_change_beside_a_fix_is_seen() -> None:
    fix = Fix("change it", (Edit(Span(2, 3), "B"),), may=May.TEXT)
    after = Source.from_text(TEXT.replace("# A", "# B").replace("Second", "Third"))
    assert undeclared(Source.from_text(TEXT), after, [fix])
