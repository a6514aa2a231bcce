"""Rules that compare titles: nothing near is missed, and long lists take linear work."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from rapidfuzz import fuzz

from listlint.checks.api import Context
from listlint.checks.duplicates.copied_link import CopiedLink
from listlint.checks.duplicates.duplicate_link import DuplicateLink
from listlint.checks.duplicates.duplicate_title import DuplicateTitle
from listlint.checks.duplicates.similar_title import SimilarTitle
from listlint.checks.titles import agree, titled
from listlint.checks.works import listed
from listlint.testing import lint, parse
from tests.counting import calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from listlint.checks.api import Rule

WORDS = re.findall(
    r"\w+",
    "learning deep networks adversarial representations gradient sparse attention graphs convolution generative "
    "robustness transfer optimal transport kernels bayesian inference training large language models vision video",
)


def paper(number: int, title: str) -> str:
    return f"- [{title}](https://a.dev/{number}.pdf), 2019\n"


def slipped(rng: random.Random, title: list[str]) -> list[str]:
    """The same words but for a letter of one or two of them, perhaps in another order."""
    words = list(title)
    for index in rng.sample(range(len(words)), rng.choice((1, 1, 2))):
        at = rng.randrange(1, len(words[index]) - 1)
        words[index] = words[index][:at] + words[index][at + 1 :]
    if rng.random() < 0.3:
        rng.shuffle(words)
    return words


@pytest.mark.parametrize("seed", range(8))
def test_every_slip_is_found(seed: int) -> None:
    rng = random.Random(seed)
    titles = [rng.sample(WORDS, rng.randrange(6, 11)) for _ in range(30)]
    planted = [slipped(rng, title) for title in titles]
    lines = [paper(n, " ".join(title)) for n, title in enumerate([*titles, *planted])]
    found = {d.source.position(d.span.start).line - 1 for d in lint([SimilarTitle], parse("".join(lines)))}
    expected = {
        30 + n
        for n, (one, other) in enumerate(zip(titles, planted, strict=True))
        if fuzz.token_sort_ratio(" ".join(one), " ".join(other)) >= 95 and len("".join(one)) > 32
    }
    assert expected
    assert expected <= found


def test_a_series_is_no_slip() -> None:
    series = ["part 1", "part 2", "part 3", "chapter a", "chapter b"]
    text = "".join(paper(n, f"A long title of one large work, {part}") for n, part in enumerate(series))
    assert lint([SimilarTitle], parse(text)) == []
    pairs = [("supervised", "unsupervised"), ("linear", "nonlinear"), ("modal", "multimodal"), ("local", "non-local")]
    for one, other in pairs:
        text = paper(1, f"Learning {one} representations of large graphs") + paper(
            2, f"Learning {other} representations of large graphs"
        )
        assert lint([SimilarTitle], parse(text)) == [], other


@pytest.mark.parametrize(
    ("one", "other", "agreed"),
    [
        ("Ada Lovelace et al., 2019", "A. Lovelace et al., 2021", True),
        ("Ada Lovelace et al., 2019", "Alan Turing et al., 2019", False),
        ("NeurIPS 2019", "*NeurIPS'19*", True),
        ("NeurIPS 2019", "ICML 2020", False),
        ("", "", False),
        ("Ada Lovelace et al., 2019", "2019", True),
    ],
)
def test_who_and_when(one: str, other: str, agreed: bool) -> None:
    text = f"- [A net that learns](https://a.dev/1.pdf), {one}\n- [A net that learns](https://b.dev/2.pdf), {other}\n"
    document = parse(text)
    first, second = titled(Context(document).memo(listed))
    assert agree(first, second) is agreed
    assert bool(lint([DuplicateTitle], document)) is agreed


def test_of_three_with_one_title_each_later_one_is_reported() -> None:
    text = "".join(paper(n, "A net that learns") for n in range(3))
    found = lint([DuplicateTitle], parse(text))
    assert [d.source.position(d.span.start).line for d in found] == [2, 3]


@pytest.mark.parametrize(
    ("titles", "reported"),
    [
        (("Falcon", "Osprey"), 2),
        (("Osprey", "Falcon"), 1),
        (("Falcon", "falcon"), None),
        (("Falcon", "Big Falcon"), None),
        (("Osprey", "Heron"), None),
    ],
)
def test_which_of_two_kept_its_neighbours_link(titles: tuple[str, str], reported: int | None) -> None:
    text = "".join(f"- [{title}](https://github.com/a/falcon) - Good.\n" for title in titles)
    found = lint([CopiedLink], parse(text))
    assert [d.source.position(d.span.start).line for d in found] == ([] if reported is None else [reported])


@pytest.mark.parametrize(
    ("one", "other", "silent"),
    [
        ("[A](https://a.dev)", "[A](http://www.a.dev/) - Good.", True),
        ("[A](https://a.dev) - Good.", "[A](https://a.dev)", True),
        ("[A](https://a.dev) - Good.", "[A](https://a.dev) - Good.", False),
        ("[A](https://a.dev) - Good.", "[A](https://a.dev) - Better.", False),
        ("[A](https://a.dev) - Good.\n  - A note.", "[A](https://a.dev) - Good.\n  - Another.", True),
        ("[A](https://a.dev) - Good.\n  - A note.", "[A](https://a.dev) - Good.", False),
        ("[Nets I](https://a.dev) - Good.", "[Nets II](https://a.dev) - Good.", True),
        ("[Nets I](https://a.dev) - Good.", "[Nets I](https://a.dev) - Better.", False),
    ],
)
def test_repeats_in_another_section(one: str, other: str, silent: bool) -> None:
    text = f"## S\n\n- {one}\n- [X](https://x.dev) - One.\n\n## T\n\n- {other}\n- [Y](https://y.dev) - Two.\n"
    assert bool(lint([DuplicateLink], parse(text))) is not silent


def same_words(size: int) -> list[str]:
    return [" ".join(row) for row in itertools.islice(itertools.permutations(WORDS[:9], 7), size)]


def one_title(size: int) -> list[str]:
    return ["Learning large networks that learn to learn"] * size


def numbered(size: int) -> list[str]:
    return [f"Learning large networks that learn to learn {number}" for number in range(size)]


@pytest.mark.parametrize("make", [same_words, one_title, numbered])
@pytest.mark.parametrize("rule", [DuplicateTitle, SimilarTitle, CopiedLink])
def test_long_lists_take_linear_work(rule: type[Rule[Any]], make: Callable[[int], list[str]]) -> None:
    def work(size: int) -> int:
        document = parse("".join(paper(number, title) for number, title in enumerate(make(size))))
        return calls(lambda: lint([rule], document))

    work(800)  # so that what is remembered of single titles is known to both
    assert work(800) < 2.6 * work(400)
