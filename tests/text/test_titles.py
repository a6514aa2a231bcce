"""How alike two titles are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.titles import bare, likeness, unlike

SAME = (
    ("Nets as kernels", "{Nets} as Kernels."),
    ("Nets as kernels (NaK)", "Nets as kernels"),
    ("Nets as kernels [READ] (oral)", "Nets as kernels"),
    ("[ICML 2020] Nets as kernels", "Nets as kernels"),
    ("12. Nets as kernels", "Nets as kernels"),
    ("NaK: Nets as kernels of things", "Nets as kernels of things"),
    ("Nets as kernels of things", "{NaK}: Nets as Kernels of Things"),
    ("NaK", "NaK: Nets as kernels of things"),
    ("Few-shot nets", "Fewshot Nets"),
    ("A 1.6TB set of nets", "A 1.6 tb set of nets"),
    ("The kernel of nets", "Kernels of Nets"),
    ("Generalisation of coloured nets", "Generalization of colored nets"),
    ("Nets (still) generalise", "Nets (still) generalize"),
    ("Nets in $O(n^2)$ time", r"Nets in $ O (n\^{} 2) $ time"),
    ("Nets and kernels and more", r"Nets \& Kernels and more"),
    ("Nets as kernels of th...", "Nets as kernels of things"),
    ("Nets as kernels: the first years", "Nets as kernels"),
    ("Nets as kernels, A. Lovelace, ICML 2020", "Nets as kernels"),
    ("GÖDEL'S nets of old", r"G{\"o}del’s nets of old"),
)


@pytest.mark.parametrize(("listed", "referenced"), SAME)
def test_folds_what_is_no_difference(listed: str, referenced: str) -> None:
    assert likeness(listed, referenced) == 1


@pytest.mark.parametrize(
    ("listed", "referenced", "least", "most"),
    [
        ("Nets as kernels of things", "A study of pruning without pain", 0.0, 0.5),
        ("Pipe: Fast parallel training of nets", "Pipe: generalized parallelism for nets", 0.5, 0.8),
        ("Net: Query expansion with large models", "Query expansion by prompting large models", 0.8, 0.999),
        ("Bubble (almost) free parallelism", "Bubble free parallelism", 0.8, 0.999),
        ("GAN: A survey of nets", "VAE: A survey of nets", 0.8, 0.999),
        ("Nets-2 are good at things", "Nets-3 are good at things", 0.8, 0.999),
    ],
)
def test_measures_what_is_one(listed: str, referenced: str, least: float, most: float) -> None:
    found = likeness(listed, referenced)
    assert found is not None
    assert least <= found <= most


@pytest.mark.parametrize(
    ("listed", "referenced"),
    [
        ("", "Nets"),
        ("Nets", "{}"),
        ("ResNet", "Deep residual learning"),
        ("网络的核", "Kernels of deep nets"),
        ("!!", "Nets"),
    ],
)
def test_does_not_compare_what_is_no_title(listed: str, referenced: str) -> None:
    assert likeness(listed, referenced) is None


def test_compares_short_titles_where_names_are_not_expected() -> None:
    found = likeness("Differential nets", "Deep residual learning of things", names=False)
    assert found is not None
    assert found < 0.5


def test_names_the_words_that_differ() -> None:
    assert unlike("Nets as kernels", "Nets as linear models") == (["kernels"], ["linear", "models"])
    assert unlike("Few-shot nets", "Fewshot nets") == ([], [])
    assert unlike("Nets in less memory", r"Nets in $O(n)$ less memory") == ([], [])
    assert unlike("Nets-2 are good", "Nets-3 are good") == (["2"], ["3"])


def test_keeps_a_title_that_is_all_brackets() -> None:
    assert bare("(Nets)") == "(Nets)"
    assert bare("[1]") == "[1]"


@given(st.text(alphabet=st.sampled_from("aB1 :-()[]{}\\$.,…《é网\n\udc80"), max_size=60), st.text(max_size=30))
@settings(max_examples=100)
def test_takes_any_text(one: str, other: str) -> None:
    found = likeness(one, other)
    assert found is None or 0 <= found <= 1
    assert likeness(one, one) in (None, 1)
    unlike(one, other)


@pytest.mark.parametrize("unit", ["a", "(", " ", "a:", "[a] ", "1. ", "\\'"])
def test_is_linear(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    start = time.perf_counter()
    likeness(text, text + "b")
    unlike(text, text + "b")
    assert time.perf_counter() - start < 2
