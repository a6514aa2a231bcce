"""Where relative links lead."""

from __future__ import annotations

import pytest

from listlint.text.paths import join, split_target


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("a/b.md?plain=1#c", ("a/b.md", "plain=1", "c")),
        ("#c", ("", "", "c")),
        ("a#b#c", ("a", "", "b#c")),
        ("https://a.dev/x", ("", "", "")),
        ("mailto:a@b.dev", ("", "", "")),
        ("//a.dev/x", ("", "", "")),
        ("a/b:c", ("a/b:c", "", "")),
    ],
)
def test_split_target(target: str, expected: tuple[str, str, str]) -> None:
    assert split_target(target) == expected


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ("README.md", "a.md", "a.md"),
        ("docs/a.md", "b.md", "docs/b.md"),
        ("docs/a.md", "../b.md", "b.md"),
        ("docs/a.md", "/b.md", "b.md"),
        ("docs/a.md", "./x/../b.md", "docs/b.md"),
        ("docs/a.md", "..", ""),
        ("docs/a.md", "../..", None),
        ("README.md", "../../issues", None),
        ("README.md", "/../a.md", None),
        ("README.md", "a//b/", "a/b"),
    ],
)
def test_join(document: str, path: str, expected: str | None) -> None:
    assert join(document, path) == expected
