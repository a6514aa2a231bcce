"""GitHub's anchors; the expected values agree with github-slugger 2.0."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.slug import Slugger, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello World", "hello-world"),
        ("A & B", "a--b"),
        ("🚀 Fast Tools", "-fast-tools"),
        ("Fast Tools 🚀", "fast-tools-"),
        ("C++ / C#", "c--c"),
        ("What's new?", "whats-new"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("  two  spaces  ", "--two--spaces--"),
        ("tab\there", "tabhere"),
        ("no\u00a0break", "nobreak"),
        ("v1.2.3", "v123"),
        ("中文 标题，测试", "中文-标题测试"),
        ("ÉCOLE", "école"),
        ("日本語の本・資料", "日本語の本資料"),
        ("हिन्दी", "हिन्दी"),
        ("ไทย", "ไทย"),
        ("İstanbul", "i̇stanbul"),
        ("ΟΔΟΣ", "οδος"),
        ("Ⅳ", "ⅳ"),
        ("Ⓐ", "ⓐ"),
        ("① ½ ²", "--"),
        ("٣ 3", "٣-3"),
        ("1\ufe0f\u20e3 one", "1\ufe0f\u20e3-one"),
        ("❤\ufe0f love", "\ufe0f-love"),
        ("👩\u200d💻 code", "-code"),
        ("a‿b", "a‿b"),
        ("en – em — dash", "en--em--dash"),
        ("「引用」", "引用"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["a", "a", "a"], ["a", "a-1", "a-2"]),
        (["a", "a-1", "a"], ["a", "a-1", "a-2"]),
        (["a", "a", "a-1"], ["a", "a-1", "a-1-1"]),
        (["a-1", "a", "a"], ["a-1", "a", "a-2"]),
        (["A", "a!"], ["a", "a-1"]),
        (["", "🚀", ""], ["", "-1", "-2"]),
    ],
)
def test_duplicates_are_numbered(headings: list[str], expected: list[str]) -> None:
    slugger = Slugger()
    assert [slugger.slug(heading) for heading in headings] == expected


@settings(max_examples=200)
@given(st.lists(st.text(alphabet="ab-1 🚀é", max_size=4), max_size=30))
def test_anchors_of_one_document_are_unique(headings: list[str]) -> None:
    slugger = Slugger()
    anchors = [slugger.slug(heading) for heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert all(anchor.startswith(slug(heading)) for heading, anchor in zip(headings, anchors, strict=True))


@settings(max_examples=200)
@given(st.text())
def test_an_anchor_is_its_own_anchor(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert not set(once) & set(" !\"#$%&'()*+,./:;<=>?@[\\]^`{|}~")
