"""Comments beside what is looked at: nobody reads them, and the suppression of a finding may be one of them."""

from __future__ import annotations

from listlint.model.patterns import lazy

_OPENING, _CLOSE = "<!--", "-->"
_COMMENT = lazy(r"<!--(?:[^-]++|-(?!->))*+-->")


def without_comments(text: str) -> str:
    """A text of Markdown without its HTML comments."""
    end = text.rfind(_CLOSE) + len(_CLOSE)
    if end < len(_CLOSE) or _OPENING not in text:
        return text
    return _COMMENT.sub("", text[:end]) + text[end:]  # an opening mark with no end behind it begins nothing


def before_comments(text: str) -> str:
    """A text of Markdown up to the HTML comments at its end."""
    end = kept = len(text)
    while True:
        while end and text[end - 1].isspace():
            end -= 1
        start = text.rfind(_OPENING, 0, end)
        if start < 0 or not text.endswith(_CLOSE, 0, end) or text.find(_CLOSE, start) != end - len(_CLOSE):
            return text[:kept]
        end = start
        while end and text[end - 1].isspace():
            end -= 1
        kept = end
