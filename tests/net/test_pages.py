"""Anchors, soft 404 and parked domains, on pages as they are and as they should not be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listlint.net.hosts_memory import registrable, slot
from listlint.net.messages import Answer
from listlint.net.pages import (
    Page,
    Parking,
    alike,
    fingerprint,
    is_home,
    missing,
    parked,
    read,
    says_missing,
    sent_home,
    title,
)

URL = "https://docs.a.test/guide"


def page(body: str, url: str = URL, *, whole: bool = True) -> Page:
    return Page(url, f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>", whole)


def answer(body: bytes, kind: str | None = "text/html", url: str = URL, **more: object) -> Answer:
    headers = {} if kind is None else {"content-type": [kind]}
    headers |= {name.replace("_", "-"): [str(value)] for name, value in more.items() if name != "truncated"}
    return Answer(url=url, status=200, headers=headers, body=body, truncated=bool(more.get("truncated")))


# --- Fragments


@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        ("<h2 id='here'>x</h2>", "here"),
        ('<h2 class=a ID = "here">x</h2>', "here"),
        ("<h2 id=here>x</h2>", "here"),
        ("<h2\nid=here\n>x</h2>", "here"),
        ("<a name='here'></a>", "here"),
        ("<a href='a>b' class='x' name=here>x</a>", "here"),
        ("<h2 id='caf&eacute;'>x</h2>", "caf%C3%A9"),
        ("<h2 id='café'>x</h2>", "café"),
        ("<h2 id='caf%C3%A9'>x</h2>", "caf%C3%A9"),
        ("<h2 id='a b'>x</h2>", "a%20b"),
        ("<h2 id='user-content-here'>x</h2>", "here"),
        ("<h2 id='user-content-here'>x</h2>", "user-content-here"),
        ("<h2 id='user-content-here'>x</h2>", "Here"),
        ("<!-- a --><h2 id='here'>x</h2><!-- b -->", "here"),
        ("<!--><h2 id='here'>x</h2>", "here"),
        ("<!-- <script> --><h2 id='here'>x</h2>", "here"),
        ("<SCRIPT>'<h2>'</SCRIPT><h2 id='here'>x</h2>", "here"),
        ("<style>a{}</style><h2 id='here'>x</h2>", "here"),
        ("<h2 id='here'>x</h2>", "here:~:text=some%20words"),
        ("", ""),
        ("", "top"),
        ("", "TOP"),
        ("", ":~:text=some%20words"),
        ("", "/route/of/an/app"),
        ("", "!/route"),
        ("", "!about"),
        ("", "?tab=1"),
        ("", "page=3"),
        ("", "gid=0&range=A1"),
        ("", "L10"),
        ("", "L10-L20"),
        ("", "L10C2-L20C4"),
    ],
)
def test_fragments_that_lead_somewhere(body: str, fragment: str) -> None:
    assert missing(page(body), {fragment}) == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<h2 id='here-too'>x</h2>",
        "<h2 id='HERE'>x</h2>",
        "<!-- <h2 id='here'> -->",
        "<input name='here'><meta name=here>",
        "<h2 data-id='here' class='here'>here</h2>",
        "<h2>here</h2>",
        "<a href='#here'>here</a>",
        "<style>#here { color: red }</style>",
    ],
)
def test_fragments_that_do_not(body: str) -> None:
    assert missing(page(body), {"here"}) == ("here",)


def test_all_fragments_are_judged_on_one_body() -> None:
    assert missing(page("<p id=a><p id=b>"), {"c", "a", "d", "b", "top"}) == ("c", "d")


def test_nothing_is_missing_from_a_page_that_is_cut() -> None:
    assert missing(page("<p id=a>", whole=False), {"b"}) == ()


def test_a_body_shorter_than_announced_is_cut() -> None:
    body = b"<html><p id=a></html>"
    for found, whole in (
        (answer(body), True),
        (answer(body, content_length=len(body)), True),
        (answer(body, content_length=len(body) + 1), False),
        (answer(body, content_length=9, content_encoding="gzip"), True),
        (answer(body, content_length="many"), True),
        (answer(body, truncated=True), False),
    ):
        read_page = read(found)
        assert read_page is not None
        assert read_page.whole is whole


def test_pages_that_a_script_draws_are_not_judged() -> None:
    shell = page("<div id=root></div><script src=/app.js></script>")
    assert missing(shell, {"here"}) == ()
    text = "<p>" + "Words to read. " * 60
    assert missing(page(text + "<script src=/app.js></script>"), {"here"}) == ("here",)
    data = '<script>{{"toc": [{{"anchor": "{0}"}}], "html": "<h2 id=\\"user-content-{0}\\">"}}</script>'
    assert missing(page(text + data.format("here")), {"here"}) == ()
    assert missing(page(text + data.format("there")), {"here"}) == ("here",)


GITHUB = "https://github.com/o/r/blob/main/docs/x.md"


@pytest.mark.parametrize(
    "fragment",
    [
        "readme",
        "README",
        "L3",
        "L3-L9",
        "l3",
        "installing-it",
        "Installing-It",
        "-a--b",
        "installing-it-1",
        "issuecomment-12",
    ],
)
def test_github(fragment: str) -> None:
    body = "<h2>Installing <code>it</code></h2><h2>🚀 A &amp; B</h2><h3>Installing it</h3>"
    assert missing(page(body, GITHUB), {fragment}) == ()
    assert missing(page(body, GITHUB), {fragment, "installing-it-2", "lost"}) == ("installing-it-2", "lost")


def test_slugs_of_headings_count_where_github_renders() -> None:
    assert missing(page("<h2>Some Thing</h2>"), {"some-thing"}) == ("some-thing",)
    assert missing(page("<h2>Some Thing</h2><p id=user-content-x>"), {"some-thing"}) == ()


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("<p>é".encode(), "text/html; charset=UTF-8", "<p>é"),
        ("<p>é".encode("latin-1"), "text/html; charset=iso-8859-1", "<p>é"),
        ("<p>“".encode("cp1252"), "text/html; charset=latin1", "<p>“"),
        ("<meta charset=shift_jis><p>日本".encode("shift_jis"), "text/html", "<meta charset=shift_jis><p>日本"),
        ("<p>é".encode("cp1252") + b"     ", "text/html", "<p>é     "),
        ("<p>é".encode() + "é".encode()[:1], "text/html", "<p>é\ufffd"),
        (b"\xef\xbb\xbf<p>x", "text/html; charset=latin1", "<p>x"),
        ("\ufeff<p>x".encode("utf-16-le"), "text/html", "<p>x"),
        ("<p>é".encode(), "text/html; charset=unicode_escape", "<p>é"),
        ("<p>é".encode(), "text/html; charset=latin-77", "<p>é"),
    ],
)
def test_encodings(body: bytes, kind: str, text: str) -> None:
    found = read(answer(body, kind))
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "image/png", "application/json"])
def test_what_is_no_html_is_no_page(kind: str) -> None:
    assert read(answer(b"<html>", kind)) is None
    assert read(answer(b"")) is None
    assert read(answer(b"%PDF-1.7", None)) is None
    assert read(answer(b"<html>", None)) is not None
    assert read(answer(b"<html>", "application/xhtml+xml")) is not None


# --- Soft 404


@pytest.mark.parametrize(
    "said",
    [
        "404",
        "404 Not Found",
        "Error 404",
        "Error 404 (Not Found)!",
        "404 - File or directory not found.",
        "Page not found",
        "Page Not Found | A Company",
        "A Company – Page not found",
        "Oops! That page can’t be found.",
        "Sorry, this page isn't available.",
        "The page you are looking for does not exist",
        "We can't find that page",
        "This page no longer exists",
        "Seite nicht gefunden – Firma",
        "Page introuvable",
        "Página no encontrada - Sitio",
        "Pagina non trovata",
        "Страница не найдена",
        "ページが見つかりません",
        "页面不存在",
        "페이지를 찾을 수 없습니다",
    ],
)
def test_titles_and_headings_that_say_so(said: str) -> None:
    text = f"<title>{said}</title><p>Sorry. <a href=/>Home</a>"
    assert says_missing(Page(URL, text, whole=True)) == said
    assert says_missing(Page(URL, f"<title>Firm</title><h1><span>{said}</span></h1><p>Sorry", whole=True)) == said


@pytest.mark.parametrize(
    "said",
    [
        "How to make a good 404 page",
        "HTTP 404 explained",
        "Peugeot 404",
        "Area 404: a podcast",
        "What to do when a page was not found",
        "Welcome",
        "Not found: the search for a lost city",
        "Lost and Found",
        "",
    ],
)
def test_titles_that_do_not(said: str) -> None:
    assert says_missing(Page(URL, f"<title>{said}</title><h1>{said}</h1><p>Text", whole=True)) is None


def test_a_long_page_has_something_to_tell() -> None:
    text = "<title>Page not found</title>" + "<p>" + "An article about lost pages. " * 200
    assert says_missing(Page(URL, text, whole=True)) is None


def test_scripts_do_not_make_a_page_long() -> None:
    text = "<title>Page not found</title><script>" + "x = 1;" * 2000 + "</script><style>" + "a{}" * 3000 + "</style>"
    assert says_missing(Page(URL, text, whole=True)) == "Page not found"


def test_the_same_page_for_any_address() -> None:
    shell = "<title>App</title><p>Loading the application, please wait for it to appear here in a moment."
    one = fingerprint(Page("https://a.test/x/one", shell, whole=True))
    assert alike(one, fingerprint(Page("https://a.test/x/two", shell, whole=True)))
    echo = "<title>{0} - App</title><p>Nothing is known of {0}, look for something else in our large collection"
    echoes = [fingerprint(Page(f"https://a.test/{name}", echo.format(name), whole=True)) for name in ("one", "two")]
    assert alike(*echoes)
    article = "<title>An article</title><p>Words that stand on this page alone and on no other page at all"
    assert not alike(one, fingerprint(Page("https://a.test/x/two", article, whole=True)))


# --- Places


@pytest.mark.parametrize(
    ("start", "final", "home"),
    [
        ("https://a.test/deep/page.html", "https://a.test/", True),
        ("https://a.test/deep/page.html", "https://www.a.test", True),
        ("https://a.test/deep/page.html", "https://a.test/index.html", True),
        ("https://a.test/deep/page.html", "https://a.test/en/", True),
        ("https://a.test/deep/page.html", "https://a.test/en-us", True),
        ("https://a.test/?page=7", "https://a.test/", True),
        ("https://a.test/deep/page.html", "https://www.stranger.example/", True),
        ("https://a.test/blog/", "https://blog.a.test/", False),
        ("https://me.github.io/some-tool/", "https://sometool.dev/", False),
        ("https://me.github.io/x/", "https://stranger.example/", True),
        ("https://a.test/", "https://a.test/", False),
        ("http://a.test/index.html", "https://a.test/", False),
        ("https://a.test", "https://www.stranger.example/", False),
        ("https://a.test/deep", "https://a.test/deeper", False),
        ("https://a.test/deep", "https://a.test/?p=3", False),
    ],
)
def test_sent_home(start: str, final: str, home: bool) -> None:
    assert sent_home(start, final) is home


def test_home_pages() -> None:
    assert is_home("https://a.test")
    assert is_home("https://a.test/de/")
    assert not is_home("https://a.test/papers")


PARKING = Parking(
    hosts=frozenset({"seller.example"}),
    marks=("this domain may be for sale",),
    headers={"x-adblock-key": "", "x-p": "tpl_"},
)


@pytest.mark.parametrize(
    ("found", "is_parked"),
    [
        (answer(b"", url="https://www.seller.example/lander?d=x"), True),
        (answer(b"<title>x</title>This Domain may be for sale!"), True),
        (answer(b"<script src='//www.seller.example/a.js'></script>"), True),
        (answer(b"<a href='https://www.seller.example/'>a shop</a>"), False),
        (answer(b"<p>", x_adblock_key="MFww"), True),
        (answer(b"<p>", x_p="a TPL_one"), True),
        (answer(b"<p>", x_p="another"), False),
        (answer(b"<p>An article"), False),
        (answer(b"This domain may be for sale" + b" word" * 30_000), False),
    ],
)
def test_parked(found: Answer, is_parked: bool) -> None:
    assert parked(URL, found, read(found), PARKING) is is_parked
    assert not parked(URL, found, read(found), Parking())


def test_the_sellers_themselves_are_not_parked() -> None:
    own = answer(b"<script src='//www.seller.example/a.js'></script>", url="https://seller.example/about")
    assert not parked("https://seller.example/about", own, read(own), PARKING)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.org", "example.org"),
        ("www.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("me.github.io", "me.github.io"),
        ("docs.me.github.io", "me.github.io"),
        ("github.io", "github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_registrable(host: str, domain: str) -> None:
    assert registrable(host) == domain


def test_slots() -> None:
    assert slot("https://A.test:443/x") == slot("http://a.test:80") == slot("http://a.test") == "a.test"
    assert slot("http://a.test:443") == "a.test:443"
    assert slot("http://[::1]:8080/") == "[::1]:8080"


# --- Any text


@given(st.text(alphabet="<>!-/ ='\"aidnmescrpth1\n&;", max_size=400), st.text(max_size=20))
def test_any_page_can_be_read(body: str, fragment: str) -> None:
    found = Page(URL, body, whole=True)
    assert set(missing(found, {fragment})) <= {fragment}
    says_missing(found)
    title(found)
    assert alike(fingerprint(found), fingerprint(found))


@pytest.mark.parametrize(
    "part",
    ["<", "<!--", "<script ", "<script>", "<a ", "<a name", "<h1>", "<title ", " id=", " id='", "<p id=\"", "&", "<style ", "src=//a",
     "<meta ", "\n", "a", "<h1 <h1>"],
)  # fmt: skip
def test_time_is_linear(part: str) -> None:
    body = (part * (512 * 1024 // len(part) + 1))[: 512 * 1024]
    started = time.monotonic()
    found = read(answer(body.encode()))
    assert found is not None
    missing(found, {"here", "there"})
    says_missing(found)
    fingerprint(found)
    parked(URL, answer(body.encode()), found, PARKING)
    # Half a second on a slow machine; what is quadratic takes minutes.
    assert time.monotonic() - started < 10
