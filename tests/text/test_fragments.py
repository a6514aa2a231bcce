"""What fragments resolve to, and which anchor a broken one was meant to be."""

from __future__ import annotations

import time

import pytest

from listlint.text.fragments import Anchors, Nearest


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("big-title", True),
        ("Big-Title", True),
        ("user-content-big-title", True),
        ("%62ig-title", True),
        ("%E4%B8%AD%E6%96%87", True),
        ("中文", True),
        ("", True),
        ("top", True),
        ("L10", True),
        ("L10-L20", True),
        ("L10C2-L20C4", True),
        (":~:text=x", True),
        ("big-title:~:text=x", True),
        ("/route", True),
        ("big", False),
        ("big--title", False),
        ("-big-title", False),
        ("l", False),
        ("%", False),
    ],
)
def test_resolves(fragment: str, expected: bool) -> None:
    assert Anchors(["big-title", "中文"]).resolves(fragment) is expected


def test_padded_anchors_resolve_with_hyphens_around_them() -> None:
    anchors = Anchors(["a-list", "tools"], padded=["a-list"])
    assert anchors.resolves("a-list-")
    assert anchors.resolves("-a-list--")
    assert not anchors.resolves("tools-")


def test_loose_anchors_compare_letters() -> None:
    assert not Anchors(["1-fast--small"]).resolves("fast-small")
    assert Anchors(["1-fast--small"], loose=True).resolves("fast-small")
    assert not Anchors(["1-fast--small"], loose=True).resolves("fast")


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("tool", "tools"),
        ("tools-", "tools"),
        ("Machin-lerning", "machine-learning"),
        ("notes-1", "notes"),
        ("icml-2018", None),
        ("gnn", None),
        ("mode", None),
        ("none", None),
        ("%E6%B7%B1%E5%BA%A6%E5%AD%A6%E4%B9%A0-", "深度学习"),
    ],
)
def test_nearest(fragment: str, expected: str | None) -> None:
    anchors = ["tools", "machine-learning", "notes", "icml-2019", "gan", "model", "modes", "深度学习"]
    assert Nearest(anchors).find(fragment) == expected


def test_nearest_is_bounded() -> None:
    nearest = Nearest(f"heading-number-{n:06}" for n in range(10_000))
    start = time.perf_counter()
    for n in range(20_000):
        nearest.find(f"headingnumber-{n:06}")
    assert time.perf_counter() - start < 20
