"""Hostile texts: nothing raises, nothing recurses too deep, and cost grows with size, not with its square.

Each case runs in a process of its own, so that one that hangs is stopped. What is compared is
CPU time at two sizes within one process, with a wide margin: a quadratic case grows sixteenfold
where a linear one grows fourfold.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import CASES, COUNTED, LINE, LONG_LINES

ROOT = Path(__file__).resolve().parents[1]
HANG = 40
"""Seconds after which a process is stopped; every case takes a few at most."""
SMALL, LARGE = 25_000, 100_000
MARGIN, NOISE = 2, 0.3


def cpu(name: str, *sizes: int) -> list[float]:
    """Give the CPU seconds of one case at each size."""
    command = [sys.executable, "-m", "tests.hostile", name, *map(str, sizes)]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=HANG, check=False)
    except subprocess.TimeoutExpired:
        pytest.fail(f"{name} at {sizes}: not done within {HANG} seconds")
    assert run.returncode == 0, run.stderr.decode(errors="replace")[-2000:]
    return list(json.loads(run.stdout).values())


@pytest.mark.parametrize("name", CASES)
def test_cost_is_linear(name: str) -> None:
    small, large = cpu(name, SMALL, LARGE)
    bound = MARGIN * LARGE / SMALL * small + NOISE
    assert large <= bound, f"{large:.2f} s at {LARGE:,}, {small:.2f} s at {SMALL:,}"


@pytest.mark.parametrize("char", LONG_LINES, ids=lambda char: f"U+{ord(char):04X}")
def test_a_line_of_a_million_equal_characters(char: str) -> None:
    [taken] = cpu(f"line U+{ord(char):04X}", LINE)
    assert taken < HANG


@pytest.mark.parametrize("name", COUNTED)
def test_large_lists(name: str) -> None:
    [taken] = cpu(name, 0)
    assert taken < HANG
