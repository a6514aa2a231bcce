"""The rules on metadata where their examples do not reach: real lists, hostile ones, and fixes that meet."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from listlint.checks.metadata.author_format import AuthorFormat
from listlint.checks.metadata.field_order import FieldOrder
from listlint.checks.metadata.label_format import LabelFormat
from listlint.checks.metadata.missing_metadata import MissingMetadata
from listlint.checks.metadata.status_vocabulary import StatusVocabulary
from listlint.checks.people import author_lists
from listlint.testing import fixed, lint, parse
from listlint.text.authors import Order
from tests.paths import SEEDS, needs_seeds

if TYPE_CHECKING:
    from listlint.checks.api import Rule

RULES: list[type[Rule[Any]]] = [AuthorFormat, FieldOrder, LabelFormat, MissingMetadata, StatusVocabulary]


@needs_seeds
def test_the_reading_list_with_citations_has_one_author_list_in_another_form() -> None:
    document = parse((SEEDS / "theory-for-deep-learning.md").read_bytes())
    found = lint(RULES, document)
    assert [(d.code, document.source.position(d.span.start).line) for d in found] == [("MET009", 117)]


@needs_seeds
@pytest.mark.parametrize("name", ["deep-learning-explained.md", "dl-theory-primer.md"])
def test_lists_without_a_habit_are_left_alone(name: str) -> None:
    assert lint(RULES, parse((SEEDS / name).read_bytes())) == []


@needs_seeds
def test_a_maintainers_slips_are_found_and_repaired() -> None:
    text = (SEEDS / "theory-for-deep-learning.md").read_text(encoding="utf-8")
    slips = text.replace("[`UNREAD`]", "[`Unread`]", 1).replace("paper link:", "Paper Link:", 1)
    document = parse(slips)
    found = {d.code: document.slice(d.span) for d in lint([LabelFormat, StatusVocabulary], document)}
    assert found == {"MET007": "`Unread`", "MET008": "Paper Link"}
    repaired = parse(fixed(StatusVocabulary, document).text)
    assert fixed(LabelFormat, repaired).text == text


def test_author_lists_have_their_places_in_the_document() -> None:
    text = (
        "- [A](https://a.dev), Ada Lovelace, Charles Babbage, 2020\n\n"
        "```bibtex\n@misc{a, author = {Lovelace, Ada and {The Society}}}\n@misc{b, author = {A, B; C, D}}\n```\n"
    )
    document = parse(text)
    reference, prose = author_lists(document)
    assert [document.slice(reference.span), document.slice(prose.span)] == [
        "Lovelace, Ada and {The Society}",
        "Ada Lovelace, Charles Babbage",
    ]
    assert (reference.order, prose.order) == (Order.LAST_FIRST, Order.FIRST_LAST)
    for found in (reference, prose):
        assert [text[name.start : name.end] for name in found.names] == [name.text for name in found.names]


@pytest.mark.parametrize(
    "author",
    [
        "Ada Lovelace, Charles Babbage",
        "A. Lovelace; C. Babbage",
        "A and and B",
        "Lovelace, A., Babbage, C.",
        "A et al.",
    ],
)
def test_author_lists_that_bibtex_misreads_are_not_judged(author: str) -> None:
    assert author_lists(parse(f"```bibtex\n@misc{{a, author = {{{author}}}}}\n```\n")) == []


def test_broken_references_are_not_judged() -> None:
    assert author_lists(parse("```bibtex\n@misc{a, author = {Ada Lovelace} year = 2020}\n```\n")) == []


HOSTILE = {
    "one line of names": "- [A](https://a.dev), " + "Ada Lovelace, " * 40_000 + "\n",
    "many families": "```bibtex\n"
    + "".join(f"@misc{{k{n}, author={{Family{'abcdefghij'[n % 10]}{n:05d}x, Michael}}}}\n" for n in range(4000))
    + "```\n",
    "near families": "```bibtex\n"
    + "".join(
        f"@misc{{k{n}, author={{Lovelac{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}, Michael}}}}\n" for n in range(4000)
    )
    + "```\n",
    "many labels": "- **A** " + "[[pdf](https://a.dev/1)] " * 10_000 + "\n",
    "many entries": "".join(
        f"- [A {n}](https://a.dev/{n}) [[pdf](https://a.dev/p{n})], 20{n % 100:02d}.\n" for n in range(8000)
    ),
    "others": "- [A](https://a.dev) " + "Kim et al " * 20_000 + "\n",
    "one letter": "- [A](https://a.dev) " + "A" * 500_000 + "\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lists_take_linear_time(text: str) -> None:
    document = parse(text)
    start = time.process_time()
    lint(RULES, document)
    assert time.process_time() - start < 5
