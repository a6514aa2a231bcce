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
from listlint.checks.metadata.venue_format import VenueFormat
from listlint.checks.people import author_lists, without_marks
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


@pytest.mark.parametrize(
    ("text", "before", "names"),
    [
        ("Ada Lovelace*, George Boole\\*", "", "Ada Lovelace , George Boole  "),
        ("Ada Lovelace†‡, George Boole¹,² et al.", "", "Ada Lovelace  , George Boole    et al."),
        ("[Ada Lovelace](https://a.dev)\\*, G. Boole<sup>1</sup>", "", "[Ada Lovelace](https://a.dev)  , G. Boole" + " " * 12),
        ("*Ada Lovelace*, *George Boole*, 2020", "", None),
        ("Ada Lovelace*, 2020", "- [A](https://a.dev) *", None),
        ("**A title**. *Ada Lovelace\\*, George Boole*.", "* ", "**A title**. *Ada Lovelace  , George Boole*."),
        ("a * b, 2*3", "", None),
    ],
)  # fmt: skip
def test_marks_behind_names(text: str, before: str, names: str | None) -> None:
    assert without_marks(text, before) == (text if names is None else names)


def said(rule: type[Rule[Any]], text: str) -> list[tuple[str, str | None]]:
    """What a rule says, and how it titles its fixes."""
    return [(one.message, one.fix.title if one.fix else None) for one in lint([rule], parse(text))]


def items(*rest: str) -> str:
    return "".join(f"- [Paper {n}](https://a.dev/{n}){text}\n" for n, text in enumerate(rest))


HEADING = "## Paper {}\n\n{}: [here](https://a.dev/{})\n\n"


@pytest.mark.parametrize(
    ("rule", "text", "message", "title"),
    [
        (
            LabelFormat,
            "".join(HEADING.format(n, label, n) for n, label in enumerate([*["code"] * 20, "Implementation"])),
            "20 of 21 labels before a link are in lower case; this one is “Implementation”",
            "write “implementation”",
        ),
        (
            LabelFormat,
            "".join(HEADING.format(n, label, n) for n, label in enumerate([*["Paper Link"] * 20, "code"])),
            "20 of 21 labels before a link start with a capital and end in “Link”; this one is “code”",
            "write “Code Link”",
        ),
        (
            LabelFormat,
            "# A\n\n" + items(*[" [[pdf](https://a.dev/p)]"] * 10, " [[PDF](https://a.dev/p)]")
            + "\n# B\n\n" + items(*[" [[pdf](https://a.dev/p)]"] * 3),
            "10 of 11 labels of this word in this section are written “pdf”; this one “PDF”",
            "write “pdf”",
        ),
        (
            AuthorFormat,
            items(*[", August Möbius*, Ada Lovelace†, 2020"] * 3, ", August Mobius, Ada Lovelace, 2020"),
            "“Mobius” is written “Möbius” in 3 other places",
            "write “Möbius”",
        ),
        (
            AuthorFormat,
            items(*[" (Lovelace et al. 2020)"] * 6, " (Lovelace et al 2020)"),
            "6 of 7 shortened author lists are written “et al.”; this one “et al”",
            "write “et al.”",
        ),
        (
            FieldOrder,
            items(*[" [[pdf](https://a.dev/p)] [[code](https://a.dev/c)]"] * 10)
            + items(" [[code](https://b.dev/c)] [[pdf](https://b.dev/p)]"),
            "10 of 11 entries have the pdf link before the code link; this one has it after",
            "put the pdf link before the code link",
        ),
        (
            VenueFormat,
            items(*[", Arxiv 2019"] * 6, ", ArXiv 2021"),
            "6 of 7 entries write “Arxiv”; this one is “ArXiv”",
            "write “Arxiv 2021”",
        ),
        (
            VenueFormat,
            "# A\n\n" + items(*[", ICML 2019"] * 6, ", CVPR-19")
            + "\n# B\n\n" + items(*[", ICML 2019"] * 3, ", ICLR 2019"),
            "6 of 7 venues in this section carry their year as in “CVPR 2019”; this one is “CVPR-19”",
            "write “CVPR 2019”",
        ),
    ],
)  # fmt: skip
def test_messages_say_what_was_counted_and_where(rule: type[Rule[Any]], text: str, message: str, title: str) -> None:
    assert said(rule, text) == [(message, title)]
