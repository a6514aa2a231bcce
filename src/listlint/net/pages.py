"""What the beginning of a page says of the link that led to it: anchors, soft 404, parked domains.

Pure functions over an answer's body, all of them linear in its length. The less a page lets us
know, the less is said: a false alarm costs more than a missed one.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.net.hosts_memory import registrable
from listlint.text.fragments import Anchors, needs_no_anchor
from listlint.text.slug import Slugger
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from listlint.net.messages import Answer


class Page(Struct, frozen=True):
    """The HTML of an answer, decoded. ``whole`` tells that nothing of it is missing."""

    url: str
    text: str
    whole: bool


class Print(Struct, frozen=True):
    """What a page looks like, to tell whether another one is the same; words are in lower case."""

    title: str
    words: frozenset[str]


class Parking(Struct, frozen=True, kw_only=True):
    """How domains look that nobody uses any more.

    ``hosts`` are domains that such names are forwarded to, or load their scripts and frames from; ``marks``
    texts of their pages in lower case, ``headers`` lower-case names with a lower-case part of their value
    (empty: any).
    """

    hosts: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    headers: Mapping[str, str] = {}


# --- Reading ---------------------------------------------------------------------------------------

_CHARSET = lazy(r"charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_META = lazy(r"<meta\b[^<>]{0,200}?\bcharset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_ENCODINGS = lazy(
    r"utf-?(?:8|16(?:[bl]e)?)|us-ascii|ascii|(?:iso-?|l)?8859-\d{1,2}|latin-?\d|(?:windows|cp)-?(?:125\d|874|932|949)"
    r"|koi8-[rtu]|gb-?2312|gbk|gb18030|big5(?:-hkscs)?|euc-(?:jp|kr)|shift[_-]?jis|sjis|iso-2022-jp|mac(?:intosh)?|tis-620",
    re.IGNORECASE,
)
"""Encodings of text that the web uses; Python knows others, some of which are costly."""
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
"""What browsers read as windows-1252 (WHATWG Encoding, section 4.2)."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HTML_TYPES = ("text/html", "application/xhtml")


def read(answer: Answer) -> Page | None:
    """The page in an answer; None if it is no HTML, or nothing of it came."""
    kind = (answer.header("content-type") or "").lower()
    if not answer.body or (kind and not kind.lstrip().startswith(_HTML_TYPES)):
        return None
    if not kind and b"<" not in answer.body[:512]:
        return None
    return Page(answer.url, _decode(answer.body, kind), not answer.truncated and _has_all(answer))


def _has_all(answer: Answer) -> bool:
    """Tell whether as many octets came as were announced; a compressed body does not tell."""
    length = answer.header("content-length") or ""
    if not length.isdigit() or answer.header("content-encoding"):
        return True
    return len(answer.body) >= int(length)


def _decode(body: bytes, kind: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    found = _CHARSET.search(kind) or _META.search(body[:2048].decode("latin-1"))
    name = found[1].lower() if found else ""
    if _ENCODINGS.fullmatch(name):
        try:
            return body.decode("windows-1252" if name in _LATIN else name, "replace")
        except LookupError:
            pass
    if not name:
        try:  # a body that is cut may end inside of a character
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start < len(body) - 3:
                return body.decode("windows-1252", "replace")
    return body.decode("utf-8", "replace")


_HIDDEN = lazy(r"<!--|<(script|style)\b[^<>]{0,4000}>", re.IGNORECASE)
_ENDS = {
    "": lazy(r"--!?>"),
    "script": lazy(r"</script\b", re.IGNORECASE),
    "style": lazy(r"</style\b", re.IGNORECASE),
}
_TAG = lazy(r"<[^<>]{0,4000}>")
_SPACE = lazy(r"\s+")


def _markup(text: str) -> tuple[str, list[str]]:
    """The markup without comments, scripts and styles, and the scripts."""
    kept: list[str] = []
    scripts: list[str] = []
    at = 0
    while (start := _HIDDEN.search(text, at)) is not None:
        kind = (start[1] or "").lower()
        # `<!-->` is a whole comment (HTML, section 13.2.5.43).
        end = _ENDS[kind].search(text, start.end() if kind else start.start() + 2)
        kept.append(text[at : start.start()])
        at = end.end() if end else len(text)
        if kind == "script":
            scripts.append(text[start.end() : end.start() if end else None])
    kept.append(text[at:])
    return " ".join(kept), scripts


def _visible(markup: str) -> str:
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


# --- Fragments -------------------------------------------------------------------------------------

_ID = lazy(
    r"(?<=[\s\"'/])id\s{0,8}=\s{0,8}(?:\"([^\"]{0,1000})\"|'([^']{0,1000})'|([^\s\"'<>=]{1,1000}))", re.IGNORECASE
)
_NAME = lazy(
    r"<a\s(?:[^<]{0,2000}?[\s\"'/])??name\s{0,8}=\s{0,8}(?:\"([^\"]{0,1000})\"|'([^']{0,1000})'|([^\s\"'<>=]{1,1000}))",
    re.IGNORECASE,
)
"""Only links are found by their names (HTML, section 7.4.6.4, "indicated part")."""
_HEADING = lazy(r"<h([1-6])\b[^<>]{0,2000}>", re.IGNORECASE)
_MAX_HEADING = 4000
_STATE = lazy(
    r"|top|[/!?].*|.*[=/].*|l\d+(?:[-:c].*)?|lines?-\d+.*|epubcfi.*"
    r"|(?:issuecomment|discussion_r|discussioncomment|commitcomment|pullrequestreview|issue|event)-?\d+|diff-[0-9a-f]{8,}.*",
    re.IGNORECASE | re.DOTALL,
)
"""Fragments that scripts read (routes, state, lines of code, comments that are loaded later), and the top."""
_GITHUB = ("github.com", "gist.github.com")
_SHELL = 300
"""With fewer characters to see than this and a script, a page is drawn by the script."""


def missing(page: Page, fragments: Collection[str]) -> tuple[str, ...]:
    """Those of ``fragments`` (without ``#``, as written) that no element of the page has, sorted.

    Nothing is missing where that cannot be known: the page is cut, or a script draws it or
    reads the fragment. Text directives (``:~:text=``) are ignored.
    """
    wanted = [fragment for fragment in fragments if _needs_element(fragment, page.url)]
    if not wanted or not page.whole:
        return ()
    markup, scripts = _markup(page.text)
    known = {html.unescape(next(filter(None, found.groups()), "")) for found in _ID.finditer(markup)}
    known |= {html.unescape(next(filter(None, found.groups()), "")) for found in _NAME.finditer(markup)}
    left = [fragment for fragment in wanted if known.isdisjoint(_spellings(fragment))]
    if left and (_is_github(page.url) or any(name.startswith("user-content-") for name in known)):
        anchors = Anchors(known | _slugs(markup))
        left = [fragment for fragment in left if not anchors.resolves(fragment.partition(":~:")[0])]
    if left and scripts:
        shell = len(_visible(markup)) < _SHELL
        left = [] if shell else [fragment for fragment in left if not _in_scripts(fragment, scripts)]
    return tuple(sorted(left))


def _needs_element(fragment: str, url: str) -> bool:
    name = unquote(fragment.partition(":~:")[0])
    if _STATE.fullmatch(name):
        return False
    return not (_is_github(url) and needs_no_anchor(name.lower()))


def _is_github(url: str) -> bool:
    return bare_host(split(url).host) in _GITHUB


def _spellings(fragment: str) -> tuple[str, ...]:
    """What an element may be called (HTML, section 7.4.6.4): as written, then decoded."""
    written = fragment.partition(":~:")[0]
    decoded = unquote(written)
    return written, decoded, "user-content-" + decoded, "user-content-" + decoded.lower()


def _slugs(markup: str) -> set[str]:
    """The anchors that GitHub makes of the page's headings."""
    slugger, found = Slugger(), set()
    for heading in _HEADING.finditer(markup):
        end = markup.find("</h" + heading[1], heading.end(), heading.end() + _MAX_HEADING)
        if end >= 0:
            found.add(slugger.slug(_visible(markup[heading.end() : end])))
    return found


def _in_scripts(fragment: str, scripts: list[str]) -> bool:
    """Tell whether data for a script names the fragment, so that the script may make such an element."""
    return any(_named(name, script) for name in set(_spellings(fragment)[:2]) if name for script in scripts)


def _named(name: str, script: str) -> bool:
    at = script.find(name)
    while at >= 0:
        before, after = script[at - 1 : at], script[at + len(name) : at + len(name) + 1]
        if before in {'"', "'", "#", "-", "`"} and after in {'"', "'", "\\", "`"}:
            return True
        at = script.find(name, at + len(name))
    return False


# --- Soft 404 --------------------------------------------------------------------------------------

_TITLE = lazy(r"<title\b[^<>]{0,500}>([^<]{0,1000})", re.IGNORECASE)
_H1 = lazy(r"<h1\b[^<>]{0,2000}>", re.IGNORECASE)
_SMALL = 3000
"""Characters to see on a page that has nothing to tell."""
_PARKED = 100_000
"""A longer page has something to tell, whatever its domain is worth."""
_PARTS = lazy(r"\s+[-–—|:·•»«/~]+\s+|\s*[|·•»«]\s*|[.!?…]+\s+")
_PUNCTUATION = lazy(r"[^\w\s]+")
_GONE = lazy(
    r"(?:(?:oops|ooops|whoops|sorry|uh oh|hmm|error|erreur|fehler|errore|erro|code|http|status|404)\s)*"
    r"(?:404|404\s(?:error|erreur|fehler)|not found|nothing found|nothing here"
    r"|(?:\w+\s){0,4}(?:page|file|document|resource|url|content|article|website|post|link)(?:\s\w+){0,6}?"
    r"\s(?:not found|(?:cannot|not|cant|couldnt) be found|(?:doesnt|does not|didnt|no longer) exists?"
    r"|no longer (?:available|here|active)|not (?:available|here|exist)|(?:has been|was) (?:removed|deleted)"
    r"|is (?:missing|gone|unavailable)|isnt (?:here|available)|has moved or does not exist)"
    r"|(?:page|content|article|file|document|resource) unavailable"
    r"|we (?:cant|cannot|couldnt|could not|can not) find (?:that|the|this|your) (?:page|file|document|url)"
    r"(?:\s\w+){0,6})(?:\s(?:404|error))*"
)
"""For text without punctuation, in lower case."""
_GONE_ELSEWHERE = (
    "seite nicht gefunden", "seite wurde nicht gefunden", "seite existiert nicht", "nicht gefunden",
    "page introuvable", "page non trouvée", "page nexiste pas", "page na pas été trouvée", "document introuvable",
    "página no encontrada", "página no existe", "no se encontró la página", "no se ha encontrado la página",
    "página não encontrada", "página não existe", "não foi possível encontrar",
    "pagina non trovata", "la pagina non esiste", "pagina niet gevonden", "niet gevonden",
    "sidan hittades inte", "sidan kunde inte hittas", "siden blev ikke fundet", "siden findes ikke",
    "siden ble ikke funnet", "siden finnes ikke", "sivua ei löytynyt", "sivua ei löydy",
    "strona nie została znaleziona", "nie znaleziono strony", "strona nie istnieje", "nie znaleziono",
    "stránka nenalezena", "stránka nebyla nalezena", "stránka sa nenašla", "az oldal nem található",
    "pagina nu a fost găsită", "η σελίδα δεν βρέθηκε", "страница не найдена", "страницы не существует",
    "сторінку не знайдено", "сторінка не знайдена", "страницата не е намерена", "sayfa bulunamadı",
    "ページが見つかりません", "お探しのページは", "ページは存在しません", "页面不存在", "页面未找到", "找不到页面",
    "页面没有找到", "您访问的页面", "頁面不存在", "找不到頁面", "找不到網頁", "페이지를 찾을 수 없습니다",
    "الصفحة غير موجودة", "לא נמצא", "صفحه مورد نظر یافت نشد", "page tidak ditemukan", "halaman tidak ditemukan",
    "không tìm thấy trang", "trang không tồn tại", "ไม่พบหน้า", "पृष्ठ नहीं मिला",
)  # fmt: skip
_MORE = 30
"""So many characters may stand beside such a phrase."""


def says_missing(page: Page) -> str | None:
    """The title or the first heading, if it says that the page does not exist and there is little else.

    That is a soft 404: an answer of 200 that means 404.
    """
    markup, _ = _markup(page.text)
    said = next((text for text in (title(page), _first_heading(markup)) if text and _means_gone(text)), None)
    return said if said is not None and len(_visible(markup)) <= _SMALL else None


def title(page: Page) -> str:
    """The page's title, white space folded; empty if it has none."""
    found = _TITLE.search(page.text)
    return _SPACE.sub(" ", html.unescape(found[1])).strip() if found else ""


def _first_heading(markup: str) -> str:
    found = _H1.search(markup)
    if not found:
        return ""
    end = markup.find("</h1", found.end(), found.end() + _MAX_HEADING)
    return _visible(markup[found.end() : end]) if end >= 0 else ""


def _means_gone(text: str) -> bool:
    for part in (*_PARTS.split(text[:300]), text[:300]):
        words = _SPACE.sub(" ", _PUNCTUATION.sub("", part.casefold().replace("-", " "))).strip()
        if _GONE.fullmatch(words):
            return True
        if any(phrase in words and len(words) <= len(phrase) + _MORE for phrase in _GONE_ELSEWHERE):
            return True
    return False


_WORD = lazy(r"\w{2,40}")
_MAX_WORDS = 4000
_ALIKE = 0.9


def fingerprint(page: Page) -> Print:
    """What the page shows, without what it repeats of its own address."""
    own = _WORD.findall(unquote(split(page.url).path).casefold())
    markup, _ = _markup(page.text)
    words = frozenset(_WORD.findall(_visible(markup).casefold())[:_MAX_WORDS])
    heading = " ".join(word for word in _WORD.findall(title(page).casefold()) if word not in own)
    return Print(heading, words - frozenset(own))


def alike(one: Print, other: Print) -> bool:
    """Tell whether two pages of a host show the same."""
    if one.title != other.title:
        return False
    both = one.words | other.words
    return not both or len(one.words & other.words) / len(both) >= _ALIKE


# --- Places ----------------------------------------------------------------------------------------

_ROOT = lazy(r"/*(?:(?:index|default|home|main)(?:\.\w{2,5})?/?|[a-z]{2}(?:[-_][a-z]{2})?/?)?", re.IGNORECASE)
"""Paths of home pages, those of a language included."""
_SEGMENT = lazy(r"[a-z0-9]{4,}")


def is_home(url: str) -> bool:
    """Tell whether a URL is that of a home page."""
    parts = split(url)
    return not parts.query and _ROOT.fullmatch(parts.path) is not None


def sent_home(start: str, final: str) -> bool:
    """Tell whether redirects led from a deep link to a home page, so that what it named is gone.

    A section that got a host of its own (``a.org/blog`` to ``blog.a.org``) and a project that got a
    domain of its name (``me.github.io/tool`` to ``tool.dev``) are where they were sent.
    """
    if is_home(start) or not is_home(final):
        return False
    old, new = split(start), split(final)
    if bare_host(old.host) == bare_host(new.host):
        return True
    if registrable(old.host) == registrable(new.host):
        return False
    letters = new.host.replace("-", "")
    path = old.path.lower().replace("-", "").replace("_", "")
    return not any(segment in letters for segment in _SEGMENT.findall(path))


_SOURCE = lazy(r"\bsrc\s{0,4}=\s{0,4}[\"']?(?:https?:)?//([^/\"'\s<>]{1,253})", re.IGNORECASE)


def parked(start: str, answer: Answer, page: Page | None, parking: Parking) -> bool:
    """Tell whether the domain is parked: nobody uses it, and somebody sells it or its visitors.

    ``start`` is the URL that the list has: one of the sellers themselves is no parked domain.
    """
    named = split(start).host
    if below(named, parking.hosts):
        return False
    if answer.url != start and below(split(answer.url).host, parking.hosts):
        return True
    for name, mark in parking.headers.items():
        if name in answer.headers and any(mark in value.lower() for value in answer.headers[name]):
            return True
    if page is None or len(page.text) > _PARKED:
        return False
    if parking.hosts and any(below(found[1].lower(), parking.hosts) for found in _SOURCE.finditer(page.text)):
        return True
    text = page.text.lower() if parking.marks else ""
    return any(mark in text for mark in parking.marks)


@lru_cache(maxsize=16_384)
def below(host: str, domains: frozenset[str]) -> bool:
    """Tell whether a host is one of the domains or lies below one."""
    labels = bare_host(host).split(".")[-8:]
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))
