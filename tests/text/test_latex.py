"""LaTeX as plain text, and titles as they are compared."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.latex import decode, fold_title

CASES = (
    ("A plain title", "A plain title"),
    ("  white \n\t space ", "white space"),
    ("{GAN}s for {the {M}ind}", "GANs for the Mind"),
    (r"G{\"o}del", "Gödel"),
    (r"G\"odel", "Gödel"),
    (r"Schr\"{o}dinger", "Schrödinger"),
    (r"Poincar{\'e} and Poincar\'e's", "Poincaré and Poincaré's"),
    (r"na{\"\i}ve na\"{\i}ve na\"{\i }ve na\"ive", "naïve naïve naïve naïve"),
    (r"Fran\c{c}ois, Fran{\c c}ois", "François, François"),
    (r"\v{S}koda {\v s}", "Škoda š"),
    (r"Erd{\H o}s Erd\H{o}s", "Erdős Erdős"),
    (r"\L{}ukasz {\L}ukasz \L ukasz", "Łukasz Łukasz Łukasz"),
    (r"{\O}rsted Stra{\ss}e \AA ngstr\"om", "Ørsted Straße Ångström"),
    (r"{\'{E}}cole \'Ecole", "École École"),
    (r"R\&D at 5\% of \$10 \#1 a\_b", "R&D at 5% of $10 #1 a_b"),
    (r"\emph{Fast} {\em slow} \textbf{and} {\bf bold}", "Fast slow and bold"),
    (r"pages 1--2 --- and ``quoted''", "pages 1–2 — and “quoted”"),
    (r"Donald~E. Knuth", "Donald E. Knuth"),
    (r"$\alpha$-divergence in $O(n^{2})$", "α-divergence in O(n^2)"),
    (r"$\mathcal{O}(\log n)$ time", "𝒪(log n) time"),
    (r"hyphen\-ation\/ done", "hyphenation done"),
    (r"a\\b", "a b"),
    (r"\url{https://a.dev/x} \href{https://a.dev}{home}", "https://a.dev/x home"),
    (r"\~{}ada \textasciitilde ada", "ada ~ada"),
    (r"\LaTeX{} and \TeX", "LaTeX and TeX"),
    ("e\u0301 {x}", "é x"),
    (r"\unknown{kept}", "kept"),
    (r"ends in \ ".strip(), "ends in"),
    ("Rudolf Carnap ------ said", "Rudolf Carnap ------ said"),
)


@pytest.mark.parametrize(("raw", "text"), CASES)
def test_decodes(raw: str, text: str) -> None:
    assert decode(raw) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{GAN}s: Deep {N}ets", "GANs - deep nets"),
        (r"G{\"o}del's proof", "Godel’s Proof"),
        (r"$\alpha$-Divergence", "α divergence"),
        (r"$\alpha$-Divergence", "Alpha-divergence"),
        ("R &amp; D", "r and d"),
        (r"R \& D", "R&D"),
        ("ﬁne “quotes”", 'Fine "quotes"'),
        ("Łukasz, Ørsted", r"\L{}ukasz, {\O}rsted"),
        ("H₂O", "h2o"),
    ],
)
def test_folds_alike(one: str, other: str) -> None:
    assert fold_title(one) == fold_title(other) != ""


def test_keeps_words_apart() -> None:
    assert fold_title("Few-shot learning!") == "few shot learning"
    assert fold_title("Learning to learn") != fold_title("Learning to earn")


@given(st.text(alphabet=st.sampled_from("\\{}$~'\"`^cvi -ae\u0301\n&;#\udc80"), max_size=40))
@settings(max_examples=100)
def test_takes_any_text(text: str) -> None:
    decoded = decode(text)
    assert decoded == " ".join(decoded.split())
    assert fold_title(fold_title(text)) == fold_title(text)


@pytest.mark.parametrize("unit", ["\\", "{", "\\'", "\\c ", "\\href{", "-", "\\a", "\\'{", " ", "`", "\\'\\i"])
def test_is_linear(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    start = time.perf_counter()
    decode.__wrapped__(text)
    assert time.perf_counter() - start < 5
