"""The fixes of one pass: by place and code, whole or not at all, and none touches another."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.fix.select import select
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.edit import Edit, Fix, Rewrite
from listlint.model.source import Source
from listlint.model.span import Span

SOURCE = Source.from_text("x" * 2000)


def found(code: str, *spans: tuple[int, int], guard: tuple[int, int] | None = None, text: str = "") -> Diagnostic:
    """A finding whose fix replaces ``spans``."""
    edits = tuple(Edit(Span(*span), text) for span in spans)
    fix = Fix("t", edits, guard=Span(*guard) if guard else None)
    return Diagnostic(code, "n", Severity.INFO, "m", SOURCE, Span(0, 0), fix=fix)


def codes(*findings: Diagnostic) -> tuple[list[str], list[str]]:
    choice = select(findings)
    return [one.code for one in choice.chosen], [one.code for one in choice.deferred]


def test_place_comes_before_code() -> None:
    assert codes(found("B", (0, 1)), found("A", (5, 6)), found("A1", (0, 2))) == (["B", "A"], ["A1"])


def test_what_adjoins_waits() -> None:
    assert codes(found("A", (0, 2)), found("B", (2, 3)), found("C", (4, 4))) == (["A", "C"], ["B"])
    assert codes(found("A", (3, 3)), found("B", (3, 3), text="z")) == (["A"], ["B"])


def test_a_fix_is_atomic() -> None:
    assert codes(found("A", (0, 1), (50, 60)), found("B", (10, 12), (55, 56)), found("C", (12, 13))) == (
        ["A", "C"],
        ["B"],
    )


def test_edits_far_apart_are_remembered() -> None:
    far = found("A", (0, 1), (1900, 1901))
    near = [found(f"B{at:04}", (at, at + 1)) for at in range(3, 1890, 3)]
    chosen, deferred = codes(far, *near, found("Z", (1901, 1902)))
    assert deferred == ["Z"]
    assert len(chosen) == len(near) + 1


def test_guards_are_claimed() -> None:
    assert codes(found("A", (0, 1), guard=(0, 10)), found("B", (5, 6))) == (["A"], ["B"])
    assert codes(found("A", (5, 6)), found("B", (20, 21), guard=(0, 10))) == (["A"], ["B"])
    assert codes(found("A", (0, 1), guard=(0, 10)), found("B", (20, 21), guard=(5, 15))) == (["A", "B"], [])


def test_findings_that_bring_one_fix_share_it() -> None:
    choice = select([found("A", (0, 4), text="z"), found("B", (0, 4), text="z"), found("C", (0, 4))])
    assert [one.code for one in choice.chosen] == ["A"]
    assert [one.code for one in choice.shared] == ["B"]
    assert [one.code for one in choice.deferred] == ["C"]


def test_a_rewrite_is_made_once() -> None:
    one = Diagnostic("A", "n", Severity.INFO, "m", SOURCE, Span(0, 0), fix=Fix("t", (), rewrite=Rewrite.DROP_BOM))
    two = Diagnostic(
        "B",
        "n",
        Severity.INFO,
        "m",
        SOURCE,
        Span(0, 0),
        fix=Fix("t", (Edit(Span(3, 4), ""),), rewrite=Rewrite.DROP_BOM),
    )
    assert codes(one, two) == (["A"], ["B"])


SPANS = st.tuples(st.integers(0, 300), st.integers(0, 6)).map(lambda pair: (pair[0], sum(pair)))
FINDINGS = st.lists(
    st.tuples(st.lists(SPANS, min_size=1, max_size=3), st.none() | SPANS).map(
        lambda pair: found("A", *sorted(pair[0]), guard=pair[1])
    ),
    max_size=30,
)


@given(FINDINGS)
@settings(max_examples=100, deadline=None)
def test_nothing_chosen_touches_and_nothing_free_waits(findings: list[Diagnostic]) -> None:
    choice = select(findings)
    assert len(choice.chosen) + len(choice.shared) + len(choice.deferred) == len(findings)
    fixes = [one.fix for one in choice.chosen if one.fix]
    for index, one in enumerate(fixes):
        for other in fixes[:index]:
            assert not _clash(one, other)
    for waiting in choice.deferred:
        assert waiting.fix
        assert any(_clash(waiting.fix, fix) for fix in fixes)


def _clash(one: Fix, other: Fix) -> bool:
    def touch(a: Span, b: Span) -> bool:
        return a.start <= b.end and b.start <= a.end

    mine, theirs = [edit.span for edit in one.edits], [edit.span for edit in other.edits]
    return (
        any(touch(a, b) for a in mine for b in theirs)
        or (one.guard is not None and any(touch(one.guard, b) for b in theirs))
        or (other.guard is not None and any(touch(other.guard, a) for a in mine))
    )
