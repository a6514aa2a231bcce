"""ENC013: an HTML entity is escaped twice, or changes where a link leads."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.links import is_first_use, may_change
from listlint.checks.prose import prose_around
from listlint.model.nodes import Document, LinkKind
from listlint.model.patterns import lazy
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Link

_TWICE = lazy(
    r"&amp;(?:amp;)*(?P<inner>amp|lt|gt|quot|apos|nbsp|ndash|mdash|hellip|[lr][sd]quo|#\d{1,6}|#[xX][0-9A-Fa-f]{1,6});"
)
_ENTITY = lazy(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_FOREIGN = lazy(r"[\s<>\"“”‘’«»\x00-\x20\x7f]")
"""What no URL has in its path unless something went wrong."""
_ABOUT = lazy(
    r"(?i)html|xml|escap|(?<!auto)(?:en|de)cod|markup|sanitiz|sanitis|character reference|unicode|\b(?:entit|xss\b)"
    r"|转义|轉義|实体|實體|エスケープ|экранир|이스케이프"
)
"""Words, and parts of words, of a text that may really show an escaped entity; an identity or an autoencoder does not."""
_HOST = lazy(r"[A-Za-z0-9.\-]+")
_OPENED = lazy(r"(?:[\"'“”‘’«»„(\[]|[|>] ?)(?:&amp;[^\s\"'“”‘’«»()\[\]|<>]{0,40}+)?\Z")
_CLOSED = lazy(r"[^\s\"'“”‘’«»()\[\]|<>]{0,40}+(?:[\"'“”‘’«»)\]]| ?(?:[|]|</))")
"""What encloses characters that are shown as such: quotes, brackets, the borders of a cell or an element."""


class HtmlEntity(Rule[Document]):
    """An HTML entity is escaped twice (`&amp;amp;`), or stands in a URL where it changes the target.

    What was escaped twice shows as `&amp;` to the reader. In a URL, an entity that stands for a quote, a
    blank or an angle bracket makes the link lead elsewhere, and so does one in the host name.

    `&amp;` in a URL is right, and so are every entity that stands for a character which URLs have, and quotes in
    pairs (`/wiki/&quot;X&quot;`). Code is left alone, and so are an entity that is shown as such, in quotes,
    brackets or a cell of its own, and a text that speaks of HTML or escaping. Invisible characters are `invisible-in-url`.
    """

    code, name = "ENC013", "html-entity"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [A &amp; B](https://a.dev/?x=1&amp;y=2) - C &lt; D, E&nbsp;F.\n",
        "- [A](https://a.dev/A&amp;B&#39;s) - <a href='https://a.dev/A&amp;B'>x</a>\n",
        "- [A](https://a.dev) - `&amp;amp;`\n\n```\n&amp;lt;\n```\n",
        "- [A](https://a.dev) - Turns &amp;lt; to an HTML tag.\n",
        "- [A](https://a.dev/?a=1&copy=2&lt=3) - Plain parameters.\n",
        "- [A](https://a.dev) - Unescapes &amp;lt; for you.\n- [B](https://b.dev) - Base64Decode of &amp;lt; for you.\n",
        '- [A](https://a.dev) - Shows "&amp;lt;b&amp;gt;" for bold, and (&amp;nbsp;) between.\n',
        "| Sign | Written |\n|---|---|\n| < | &amp;lt; |\n| & |&amp;amp;|\n",
        "- [A](https://a.dev) - 对 &amp;lt; 转义。\n- [B](https://b.dev) - No XSS: it shows &amp;lt;b.\n",
        "- [“A”](https://a.dev/wiki/&quot;A&quot;_b) - <a href='https://a.dev/wiki/&quot;A&quot;'>x</a>\n",
    )
    invalid = (
        Bad("- [A ⟦&amp;amp;⟧ B](https://a.dev) - Fast.\n", "- [A &amp; B](https://a.dev) - Fast.\n"),
        Bad(
            "- [A](https://a.dev) - Identities ⟦&amp;amp;⟧ autoencoders.\n",
            "- [A](https://a.dev) - Identities &amp; autoencoders.\n",
        ),
        Bad("- [A](https://a.dev) - It⟦&amp;#39;⟧s fast.\n", "- [A](https://a.dev) - It&#39;s fast.\n"),
        Bad("- [A](https://a.dev/?x=1⟦&amp;amp;⟧y=2) - Fast.\n", "- [A](https://a.dev/?x=1&amp;y=2) - Fast.\n"),
        Bad("- [A](https://a.dev/x⟦&quot;⟧) - Fast.\n"),
        Bad("- [A](https://a.dev/x⟦&nbsp;⟧y) - Fast.\n"),
        Bad("- [A](https://a⟦&#46;⟧dev/x) - Fast.\n", "- [A](https://a.dev/x) - Fast.\n"),
        Bad("- [A](https://a⟦&eacute;⟧.dev/x) - Fast.\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield doubly escaped entities in the text, then the entities of URLs."""
        if "&" not in node.source.alphabet:
            return
        for match in _TWICE.finditer(node.text):
            span = Span(*match.span())
            block = prose_around(span, ctx)
            if block is None or _is_mentioned(node, span) or _is_about(node, span):
                continue
            meant = f"&{match['inner']};"
            fix = Fix("escape it once", (Edit(span, meant),), Applicability.UNSAFE, May.TEXT)
            yield Finding(span, f'"{match[0]}" is escaped twice, and shows as "{unescape(match[0])}"', fix)
        for link in node.links:
            if "&" in link.url and ";" in link.url and link.kind is not LinkKind.BARE and is_first_use(link, ctx):
                yield from _in_url(link)


def _is_mentioned(document: Document, span: Span) -> bool:
    """Tell whether an entity begins or goes on what is enclosed, and so is shown as such."""
    text = document.text
    opened = _OPENED.search(text, max(0, span.start - 60), span.start)
    return opened is not None and _CLOSED.match(text, span.end) is not None


def _is_about(document: Document, span: Span) -> bool:
    index = document.source.line_index(span.start)
    line = document.source.line_span(index)
    return bool(_ABOUT.search(document.text, max(line.start, span.start - 300), min(line.end, span.end + 300)))


def _in_url(link: Link) -> Iterator[Finding]:
    """The entities of one URL that change its target."""
    written = split(link.url)
    host, path = written.host_span, written.path_span
    done = 0
    for match in _TWICE.finditer(link.url):
        done = match.end()
        fix = Fix("escape it once", (Edit(_place(link, match.span()), f"&{match['inner']};"),), Applicability.UNSAFE)
        fix = Fix(fix.title, fix.edits, Applicability.UNSAFE, may_change(link))
        yield Finding(_place(link, match.span()), f'"{match[0]}" in a URL is escaped twice', fix)
    # Browsers write quotes as %22, and HTML has no other way to write them: in pairs they are the title of a work.
    quoted = link.url.count("&quot;", path.start, path.end) % 2 == 0
    for match in _ENTITY.finditer(link.url, done):
        meant = unescape(match[0])
        if meant == match[0]:
            continue
        span = _place(link, match.span())
        if host.start <= match.start() < host.end:
            plain = Fix(f'write "{meant}"', (Edit(span, meant),), may=May.SPACE) if _HOST.fullmatch(meant) else None
            yield Finding(span, f'"{match[0]}" in a host name', plain)
        elif path.start <= match.start() < path.end and _FOREIGN.search(meant) and not (quoted and meant == '"'):
            yield Finding(span, f'"{match[0]}" in the path of a URL')


def _place(link: Link, part: tuple[int, int]) -> Span:
    return Span(link.url_span.start + part[0], link.url_span.start + part[1])
