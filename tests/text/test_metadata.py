"""Venues and other fields in what is said of a work."""

from __future__ import annotations

import pytest

from listlint.text.metadata import find_date_below, find_venue, read_below


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("A title. In *ICML 2017*. [[pdf] ]", "ICML 2017"),
        ("A title. *ICML 2018*. [[pdf] ]", "ICML 2018"),
        ("A title. ICML 2018. [[pdf] ]", "ICML 2018"),
        (". In ICML 2018.", "ICML 2018"),
        (", ICML 2018.", "ICML 2018"),
        ("**A title**, A. Alb, B. Bo, *ICML 2018*", "ICML 2018"),
        (". In *ABC 2018*. [[pdf] ]", "ABC 2018"),
        ("by Ada Alb, ICML 2018 - A text of it.", "ICML 2018"),
        ("*Ada Alb, Bob Bo.*<br>\nACM MM 2020. [[pdf] ]", "ACM MM 2020"),
        (". To appear in NeurIPS 2020", "NeurIPS 2020"),
        (", published at *ICML'18*", "ICML'18"),
        (". In Proceedings of the ICML 2018, pages 3-5", "ICML 2018"),
        ("*NIPS 2016 Workshop on Things*, 2016.", "NIPS 2016 Workshop"),
        ("(ICML 2018 **best paper**)", "ICML 2018"),
    ],
)
def test_venues_that_stand_for_themselves(text: str, venue: str) -> None:
    found = find_venue(text)
    assert found is not None
    assert found.text == venue == text[found.start : found.end]


@pytest.mark.parametrize(
    ("text", "venue", "written"),
    [(", In *ICML* 2018.", "ICML 2018", "ICML* 2018"), ("by Ada Alb. *ICML*, 2018.", "ICML 2018", "ICML*, 2018")],
)
def test_emphasis_in_a_venue_is_no_part_of_its_text(text: str, venue: str, written: str) -> None:
    found = find_venue(text)
    assert found is not None
    assert (found.text, text[found.start : found.end]) == (venue, written)


@pytest.mark.parametrize(
    "text",
    [
        " - Shown at ICML 2018 in a hall.",
        " - Used in ICML 2018.",
        " - Winner of the *ICML 2018* challenge.",
        " - A thing of *ICML 2018*.",
        ". In *A word 2018*.",
        ". In ABC 2018.",
        " - See *ABC 2018*.",
        "`iclr2022 submit`",
        " - It was micro 20.5 and nature-20 of them.",
    ],
)
def test_prose_with_the_word_is_no_venue(text: str) -> None:
    assert find_venue(text) is None


@pytest.mark.parametrize(
    ("text", "led", "alone"),
    [
        ("*Ada Alb, Bob Bo, Cy Cole.* [[abs](https://arxiv.org/abs/2212.00001)], 2022.12", True, True),
        ("Ada Alb and Bob Bo. ICML 2020. [[pdf](https://a.dev)] [[code](https://b.dev)]", True, True),
        ("2022.12 [[pdf](https://a.dev)]", False, True),
        ("*Ada Alb, Bob Bo, Cy Cole.* They show that it works.", True, False),
        ("A text of 2020 on a thing by Ada Alb and Bob Bo. [[pdf](https://a.dev)]", False, False),
        ("[[pdf](https://a.dev)]", False, False),
    ],
)
def test_paragraphs_below_a_title(text: str, led: bool, alone: bool) -> None:
    below = read_below(text)
    assert (below.led, below.alone) == (led, alone)
    assert all(text[found.start : found.end] == found.text for found in below.fields.values())


@pytest.mark.parametrize(
    ("text", "date"),
    [("[[abs] ], 2022.1", "2022.1"), ("[[abs] ], 2022.12", "2022.12"), ("see 2022.1 of it", None), ("v2022.1", None)],
)
def test_a_month_of_one_digit_at_the_end_of_fields(text: str, date: str | None) -> None:
    found = find_date_below(text)
    assert (found and found.text) == date
    assert found is None or text[found.start : found.end] == date
