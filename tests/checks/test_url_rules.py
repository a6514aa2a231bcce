"""Rules on single URLs: what examples cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.urls.credentials_in_url import CredentialsInUrl
from listlint.checks.urls.invalid_identifier_in_url import InvalidIdentifierInUrl
from listlint.checks.urls.tracking_parameters import TrackingParameters
from listlint.checks.urls.unstable_link import UnstableLink
from listlint.testing import lint, parse
from listlint.text.identity import identity
from listlint.text.urls import is_tracking, split
from tests.counting import calls

if TYPE_CHECKING:
    from listlint.checks.api import Rule

KEPT = st.sampled_from(["", "id=7", "q=%7e", "q=a+b", "C", "=", "utm=1", "x=utm_source", "Q=%C3%A4;b", "v=a/b?c"])
TRACKING = st.sampled_from(["utm_source=x", "utm_medium", "fbclid=A%20b", "gclid=", "mc_cid=a=b", "_hsenc=p2"])
PARAMETERS = st.lists(st.one_of(KEPT, TRACKING), min_size=1, max_size=8)


def fixed(rule: type[Rule[Any]], text: str) -> str:
    """The text after all fixes of a rule."""
    document = parse(text)
    edits = [edit for found in lint([rule], document) if found.fix for edit in found.fix.edits]
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@settings(max_examples=100, deadline=None)
@given(parameters=PARAMETERS, fragment=st.sampled_from(["", "#", "#top?utm_source=x"]), entity=st.booleans())
def test_the_rest_of_the_query_stays_byte_for_byte(parameters: list[str], fragment: str, entity: bool) -> None:
    mark = "&amp;" if entity else "&"
    kept = [one for one in parameters if not is_tracking(one.partition("=")[0])]
    url = "https://a.dev/X/%7Ey/?" + mark.join(parameters) + fragment
    query = "?" + mark.join(kept) if kept or len(parameters) == len(kept) else ""
    text = f"- [A]({url}) - One.\n"
    after = fixed(TrackingParameters, text)
    assert after == f"- [A](https://a.dev/X/%7Ey/{query}{fragment}) - One.\n"
    assert identity(parse(after).links[0].target) == identity(parse(text).links[0].target)


@pytest.mark.parametrize(
    ("url", "after"),
    [
        ("https://a.dev?utm_source=x", "https://a.dev"),
        ("https://a.dev/?a&utm_source=x&&b", "https://a.dev/?a&&b"),
        ("https://a.dev/?utm_source=x&&b", "https://a.dev/?&b"),
        ("https://a.dev/#?utm_source=x", "https://a.dev/#?utm_source=x"),
        ("https://a.dev/a\\_b?utm_source=x&c=\\_", "https://a.dev/a\\_b?c=\\_"),
    ],
)
def test_where_the_edges_of_a_query_are(url: str, after: str) -> None:
    assert fixed(TrackingParameters, f"- [A]({url}) - One.\n") == f"- [A]({after}) - One.\n"


def test_a_bare_url_loses_its_parameters_in_the_text_too() -> None:
    assert fixed(TrackingParameters, "- https://a.dev/x?fbclid=1 is good.\n") == "- https://a.dev/x is good.\n"


def test_no_message_holds_a_secret() -> None:
    token = "glpat-" + "a1B2c3D4e5" * 2
    text = (
        f"- [A](https://ada:Engine1843@a.dev/?t={token}) - One.\n- [B](https://{token}:x@b.dev) - Two.\n"
        f"- [C](https://oauth2:{token}@c.dev/) - Three.\n- ![](https://d.dev/{token})\n"
    )
    found = lint([CredentialsInUrl], parse(text))
    assert [one.source.position(one.span.start).line for one in found] == [1, 1, 2, 3, 4]
    for one in found:
        assert "Engine" not in one.message
        assert "a1B2c3" not in one.message
        assert "ada" not in one.message
        assert one.fix is None
        assert not one.related


def test_a_key_that_opens_more_than_a_signed_url_is_reported_beside_a_password() -> None:
    key = "AKIA" + "Q2W5E7R3T6Y4U5I7"
    signed = f"https://ada:Engine1843@a.dev/?AWSAccessKeyId={key}&Expires=1&Signature=x"
    [found] = lint([CredentialsInUrl], parse(f"- [A]({signed}) - One.\n"))
    assert found.source[found.span] == "ada:Engine1843"
    assert [one.span for one in lint([UnstableLink], parse(f"- [A]({signed}) - One.\n"))]


@pytest.mark.parametrize(
    "piece", ["utm_source=x&", "a&", "&", "expires=1&signature=2&", ";jsessionid=", "@a:", "ghp_", "arxiv/"]
)
@pytest.mark.parametrize("rule", [TrackingParameters, UnstableLink, CredentialsInUrl, InvalidIdentifierInUrl])
def test_long_urls_take_linear_work(rule: type[Rule[Any]], piece: str) -> None:
    def work(size: int) -> int:
        document = parse(f"- [A](https://a.dev/?{piece * size}) - [B](https://arxiv.org/abs/{piece * size})\n")
        for link in document.links:
            split(link.target)
        return calls(lambda: lint([rule], document))

    assert work(4_000) < 2.5 * work(2_000) + 500
