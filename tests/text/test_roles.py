"""What texts of links and code spans say."""

from __future__ import annotations

import pytest

from listlint.text.metadata import find_venue
from listlint.text.roles import is_venue


@pytest.mark.parametrize(
    "text", ["NeurIPS 2020", "NeurIPS'21", "nips2021", "ICML2018", "3dv2020", "CVPR", "ACM MM 2020"]
)
def test_venues(text: str) -> None:
    assert is_venue(text)


@pytest.mark.parametrize("text", ["nips2021x", "acl2", "Chinese 2020", "nips_utils", "ICML 2018 Workshop", "2021", ""])
def test_other_texts(text: str) -> None:
    assert not is_venue(text)


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("Oct. 26 2021. `nips2021`", "nips2021"),
        ("`3dv2020`", "3dv2020"),
        ("(ICML 2020) A text of it.", "ICML 2020"),
        ("ICLR 2020, spotlight", "ICLR 2020"),
        ("in 2021, with text, **NeurIPS 2021**", "NeurIPS 2021"),
    ],
)
def test_venues_in_a_text(text: str, venue: str) -> None:
    found = find_venue(text)
    assert found is not None
    assert found.text == venue == text[found.start : found.end]


@pytest.mark.parametrize("text", ["a text of 20 words", "`python` and `nip`-like", "see 2020 [a] (b)"])
def test_texts_without_venues(text: str) -> None:
    assert find_venue(text) is None
