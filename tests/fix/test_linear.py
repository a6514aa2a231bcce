"""The cost of a pass grows with the file, not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from listlint.fix.land import land
from listlint.fix.select import select
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.edit import Edit, Fix, May
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse.skeleton import skeleton

SMALL, LARGE = 4_000, 16_000
MARGIN, NOISE = 2, 0.3

SHAPES: dict[str, Callable[[int], str]] = {
    "one line": lambda size: "x a " * size,
    "items": lambda size: "- x [a](https://a.dev)\n" * size,
    "quotes": lambda size: "> x\n\n" * size,
    "cells": lambda size: "|a" * size + "|\n" + "|-" * size + "|\n" + "|x" * size + "|\n",
}
EDITS: dict[str, Callable[[int], Sequence[Edit]]] = {
    "near": lambda at: (Edit(Span(at, at + 1), "y"),),
    "line endings": lambda at: (Edit(Span(at, at + 1), "y\n"),),
}


def cost(shape: str, edits: str, may: May, size: int) -> float:
    source = Source.from_text(SHAPES[shape](size))
    places = [at for at, char in enumerate(source.text) if char == "x"]
    found = [
        Diagnostic(
            "A", "a", Severity.INFO, "m", source, Span(at, at), fix=Fix(str(at), tuple(EDITS[edits](at)), may=may)
        )
        for at in places
    ]
    before = skeleton(source)
    start = time.process_time()
    fixes = [one.fix for one in select(found).chosen if one.fix is not None]
    landing = land(source, before, fixes, skeleton)
    taken = time.process_time() - start
    assert len(landing.landed) + len(landing.guilty) + len(landing.waiting) == len(fixes)
    return taken


TEXT, BLOCKS = May.TEXT, May.TEXT | May.URL | May.BLOCKS
CASES = [(shape, "near", may) for shape in SHAPES for may in (TEXT, BLOCKS)] + [("one line", "line endings", BLOCKS)]
"""Other fixes with line endings are guilty, and finding them is bounded by another measure."""


@pytest.mark.parametrize(("shape", "edits", "may"), CASES)
def test_a_pass_is_linear(shape: str, edits: str, may: May) -> None:
    small, large = (cost(shape, edits, may, size) for size in (SMALL, LARGE))
    assert large <= MARGIN * LARGE / SMALL * small + NOISE, f"{large:.2f} s, {small:.2f} s"


def test_selecting_fixes_with_far_edits_is_linear() -> None:
    def taken(size: int) -> float:
        source = Source.from_text("x" * (4 * size))
        found = [
            Diagnostic(
                "A", "a", Severity.INFO, "m", source, Span(0, 0),
                fix=Fix(str(at), (Edit(Span(2 * at, 2 * at), "y"), Edit(Span(4 * size - 2 * at, 4 * size - 2 * at), "y"))),
            )
            for at in range(size // 2)
        ]  # fmt: skip
        start = time.process_time()
        assert len(select(found).chosen) > size // 4
        return time.process_time() - start

    small, large = taken(SMALL * 4), taken(LARGE * 4)
    assert large <= MARGIN * LARGE / SMALL * small + NOISE, f"{large:.2f} s, {small:.2f} s"
