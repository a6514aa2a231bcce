"""The part of GitHub's expression syntax that ``action.yml`` uses; anything else is an error.

After "Evaluate expressions in workflows and actions": strings compare without case, ``&&`` and
``||`` give one of their operands, and a context that lacks a name gives null.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<op>&&|\|\||==|!=|!|[()])|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*))"
)
WORDS = {"true": True, "false": False, "null": None}


def substitute(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with every ``${{ … }}`` replaced by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: as_text(evaluate(match[1], contexts)), text, flags=re.DOTALL)


def as_text(value: Any) -> str:
    """A value as it stands in a text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(text: str, contexts: Mapping[str, Any]) -> Any:
    """The value of an expression.

    Raises:
        ValueError: it uses what this reader does not know.
    """
    reader = _Reader(text, contexts)
    value = reader.either()
    if reader.tokens:
        raise ValueError(f"not read to its end: {text}")
    return value


class _Reader:
    def __init__(self, text: str, contexts: Mapping[str, Any]) -> None:
        self.contexts = contexts
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise ValueError(f"not understood: {text[at:]}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()

    def _takes(self, *operators: str) -> str | None:
        if self.tokens and self.tokens[0][0] == "op" and self.tokens[0][1] in operators:
            return self.tokens.pop(0)[1]
        return None

    def either(self) -> Any:
        value = self.both()
        while self._takes("||"):
            other = self.both()
            value = value if _truthy(value) else other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self._takes("&&"):
            other = self.equal()
            value = other if _truthy(value) else value
        return value

    def equal(self) -> Any:
        value = self.single()
        while operator := self._takes("==", "!="):
            other = self.single()
            value = (_folded(value) == _folded(other)) is (operator == "==")
        return value

    def single(self) -> Any:
        if self._takes("!"):
            return not _truthy(self.single())
        if self._takes("("):
            value = self.either()
            if not self._takes(")"):
                raise ValueError("a parenthesis is not closed")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "name":
            return WORDS[text] if text in WORDS else self._named(text)
        raise ValueError(f"unexpected: {text}")

    def _named(self, path: str) -> Any:
        context, *names = path.split(".")
        if context not in self.contexts or not names:
            raise ValueError(f"unknown context: {path}")
        value: Any = self.contexts[context]
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def _truthy(value: Any) -> bool:
    return value not in (None, False, "", 0)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
