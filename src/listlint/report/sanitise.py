r"""What a list says must not command a terminal or a CI runner.

Characters that act instead of showing become visible escapes: ``\t``, ``\n``, ``\r`` by name,
``\xNN`` for one byte (the other C0 characters, DEL, a byte that is not UTF-8), ``\uNNNN`` for a
code point (C1, line separators, bidi characters, other lone surrogates).
"""

from __future__ import annotations

import re

from listlint.model.patterns import lazy

_NAMED = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ACTING_CLASS = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_ACTING = lazy(f"[\x00-\x1f{_ACTING_CLASS}\ud800-\udfff]")
_SURROGATE = lazy("[\ud800-\udfff]")
_ACTING_IN_JSON = lazy(f"[{_ACTING_CLASS}]")

# The runner compares strings by culture, which passes over characters without weight, so they
# are passed over here too. The brackets are possessive: no run is scanned twice.
_WEIGHTLESS = (
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*+"
)
_COMMAND = lazy(rf"(?<=#){_WEIGHTLESS}#(?={_WEIGHTLESS}(?:[A-Za-z]{_WEIGHTLESS}){{0,16}}+\[)")
_INK = r"\x1b\[[0-9;]*+m"
"""Our own, since what a list says is escaped before it is painted."""
_LEADING_COMMAND = lazy(rf"(?:^|(?<=\r))(?:{_INK}|[^\S\n]|{_WEIGHTLESS[:-2]})*+:(?={_WEIGHTLESS}:)", re.MULTILINE)


def escape(character: str) -> str:
    """The visible escape of one character."""
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def acts(character: str) -> bool:
    """Tell whether a character acts on a terminal instead of showing."""
    return not character.isprintable() and _ACTING.match(character) is not None


def sanitise(text: str, *, actions: bool = False) -> str:
    """Text that is safe on a terminal and in a log; with ``actions``, on a runner that reads it.

    The outcome is one line: line ends are escaped as well.
    """
    safe = _ACTING.sub(lambda match: escape(match[0]), text)
    return defuse(safe) if actions else safe


def defuse(text: str) -> str:
    r"""Break up what a GitHub Actions runner takes for a command.

    The runner obeys ``::name …::`` at the start of a line, white space before it ignored, and
    ``##[name …]`` anywhere (``ActionCommand.TryParseV2`` and ``TryParse`` of the runner's source).
    The agent of Azure Pipelines obeys ``##vso[area.event …]`` anywhere, and others have a word of
    their own there. One of the marks becomes a visible escape: ``\x3a:`` and ``#\x23[``.
    """
    if "#" in text:
        text = _COMMAND.sub(lambda match: match[0][:-1] + r"\x23", text)
    return _LEADING_COMMAND.sub(lambda match: match[0][:-1] + r"\x3a", text) if ":" in text else text


def command_marks(text: str) -> list[int]:
    """Offsets in one line of the characters that :func:`defuse` would escape inside it (``##[``, ``##vso[``)."""
    return [match.end() - 1 for match in _COMMAND.finditer(text)]


def command_data(text: str) -> str:
    """Text as the data of a workflow command, after the second ``::``."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Text as the value of a property of a workflow command."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def well_formed(text: str) -> str:
    """Text that has a UTF-8 form: each lone surrogate becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def json_safe(encoded: str) -> str:
    r"""Encoded JSON of the same meaning that neither a terminal nor a runner takes for a command.

    Characters that act become ``\uNNNN``. Outside strings JSON has neither those nor ``#``, and
    inside strings it has no line ends, so no line of it can start with ``::``.
    """
    encoded = _ACTING_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", encoded)
    return _COMMAND.sub(lambda match: match[0][:-1] + r"\u0023", encoded) if "#" in encoded else encoded


def xml_safe(escaped: str) -> str:
    """Escaped XML of the same meaning that a runner does not take for a command."""
    if "#" in escaped:
        escaped = _COMMAND.sub(lambda match: match[0][:-1] + "&#35;", escaped)
    return _LEADING_COMMAND.sub(lambda match: match[0][:-1] + "&#58;", escaped) if ":" in escaped else escaped
