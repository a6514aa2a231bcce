import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.span import Span
from listlint.text.urls import bare_host, in_domain, is_tracking, normal_form, parameters, split

PIECES = (
    "http:", "https:", "HTTP:", "//", "/", "www.", "a.b", "%41", "%2e", "%e9", "%", "?", "#", "&", "=", "utm_a", ".",
    "index.html", "..", ":", "80", "443", "@", "é", "İ", "：", ":~:", "\ud800", "\xad", "\0", " ", "[", "]", "%77ww.",
)  # fmt: skip
URLS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


@settings(max_examples=200)
@given(URLS)
def test_any_string_has_parts_at_their_offsets(text: str) -> None:
    url = split(text)
    for span, part in ((url.path_span, url.path), (url.query_span, url.query), (url.fragment_span, url.fragment)):
        assert text[span.start : span.end] == part
    assert len(text[url.host_span.start : url.host_span.end]) == len(url.host)
    assert text[: url.scheme_span.end].lower() == url.scheme


@settings(max_examples=200)
@given(URLS)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


def test_parts() -> None:
    url = split("HTTPS://me:pw@WWW.Example.org:8443/a//b?x=1&y#top")
    assert (url.scheme, url.userinfo, url.host, url.port) == ("https", "me:pw", "www.example.org", "8443")
    assert (url.path, url.query, url.fragment) == ("/a//b", "x=1&y", "top")
    assert url.scheme_span == Span(0, 5)
    assert url.host_span == Span(14, 29)
    assert url.text[url.path_start :] == "/a//b?x=1&y#top"
    assert url.is_web
    assert not url.is_relative
    assert split("docs/x.md").is_relative
    assert not split("//a.dev/x").is_relative
    assert not split("https:///x").is_web
    assert split("http://[::1]:80/").host == "[::1]"


@pytest.mark.parametrize(
    "same",
    [
        (
            "http://a.dev",
            "https://a.dev/",
            "HTTPS://WWW.A.DEV:443",
            "http://a.dev:80/index.html",
            "//a.dev",
            "https://a.dev.",
        ),
        (
            "https://a.dev/x",
            "https://a.dev/x/",
            "https://a.dev/./x",
            "https://a.dev/y/../x",
            "https://a.dev/x?",
            "http://a.dev/x#",
        ),
        ("https://a.dev/?a=1&b=2", "https://a.dev?b=2&a=1", "https://a.dev/?utm_source=q&a=1&fbclid=z&b=2"),
        ("https://a.dev/~me/é", "https://a.dev/%7Eme/%c3%a9", "https://a.dev/%7eme/%C3%A9"),
        ("https://a.dev/a b", "https://a.dev/a%20b"),
        ("https://bücher.example/", "http://xn--bcher-kva.example"),
        ("https://a.dev/x", "https://a.dev/x#:~:text=some%20words"),
        ("https://youtu.be/abc?t=3", "https://youtu.be/abc?si=tracker&t=3"),
    ],
)
def test_spellings_of_one_place(same: tuple[str, ...]) -> None:
    assert len({normal_form(url) for url in same}) == 1


@pytest.mark.parametrize(
    "different",
    [
        (
            "https://a.dev/x",
            "https://a.dev/X",
            "https://a.dev/x#a",
            "https://a.dev/x#b",
            "https://a.dev/x?y",
            "https://b.a.dev/x",
        ),
        ("https://a.dev/?a=1&a=2", "https://a.dev/?a=2&a=1", "https://a.dev/?a=1"),
        ("https://a.dev:8080/", "https://a.dev/", "http://a.dev:443/", "ftp://a.dev/"),
        ("https://a.dev/a%2Fb", "https://a.dev/a/b", "https://a.dev/a%252Fb"),
        ("a.dev/x", "https://a.dev/x", "#x", "x"),
        ("https://youtu.be/abc?t=3", "https://youtu.be/abc?t=4", "https://a.dev/abc?si=3", "https://a.dev/abc"),
        ("https://www.com", "https://com"),
    ],
)
def test_different_places(different: tuple[str, ...]) -> None:
    assert len({normal_form(url) for url in different}) == len(different)


def test_hosts_and_parameters() -> None:
    assert bare_host("www.www.a.dev.") == "a.dev"
    assert bare_host("www.dev") == "www.dev"
    assert in_domain("x.a.dev", "a.dev")
    assert not in_domain("xa.dev", "a.dev")
    assert is_tracking("utm_medium")
    assert is_tracking("si", "m.youtube.com")
    assert not is_tracking("si", "a.dev")
    assert parameters("a=1&&b&c=d=e") == [("a", "1"), ("b", ""), ("c", "d=e")]


def test_speed() -> None:
    urls = [f"https://www.example{n % 900}.org/papers/{n}/index.html?b={n}&a=1#s{n}" for n in range(50_000)]
    start = time.process_time()
    for url in urls:
        normal_form(url)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "unit", ["/", "a", "%", "?", "#", ".", "/.", "/..", "@", ":", "&", "www.", "/index.html", "é", "%41"]
)
def test_long_urls_take_linear_time(unit: str) -> None:
    start = time.process_time()
    normal_form("https://a.dev/" + unit * (1_000_000 // len(unit)))
    normal_form("https://" + unit * (1_000_000 // len(unit)))
    assert time.process_time() - start < 3
