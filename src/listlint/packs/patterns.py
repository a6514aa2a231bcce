"""Rules that are data: the ``[[pattern]]`` tables of configurations and of ``rules/patterns``.

A pattern is an expression that must not be found in a certain part of a list. Its form is said here, once, for
the files of both kinds; :mod:`listlint.checks.patterns` makes a rule of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, cast

import msgspec
from msgspec import Meta, Struct

from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy
from listlint.model.result import FAMILIES
from listlint.packs.loader import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Protocol

    class Match(Protocol):
        """What was found; of ``regex.Match``, what is used here."""

        def span(self, group: int = 0, /) -> tuple[int, int]:
            """Where a group was found."""

        def group(self, group: int | str = 0, /) -> str | None:
            """The text of a group; None where it had no part."""

    class Expression(Protocol):
        """A compiled expression; of ``regex.Pattern``, what is used here. Both methods raise TimeoutError."""

        @property
        def groups(self) -> int:
            """The number of groups."""

        @property
        def groupindex(self) -> Mapping[str, int]:
            """The numbers of the named groups."""

        def search(self, string: str, *, timeout: float) -> Match | None:
            """The first place."""

        def finditer(self, string: str, *, timeout: float) -> Iterator[Match]:
            """All places, none of which overlap."""


Words = tuple[str, ...]
Target = Literal["url", "host", "title", "description", "entry", "heading", "line"]
OWN_FAMILY = "PAT"
"""The family of the built-in ones."""
MAX_EXPRESSION = 2000
"""Code points of an expression."""
_CODE = lazy(r"[A-Z]{2,8}[0-9]{3}")
_NAME = lazy(r"[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+")
_ESCAPE = lazy(r"\\(?:g<(?P<name>[^<>]*+)>|(?P<number>[0-9]{1,2})|(?P<other>[\s\S]?))")


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in which the rule finds something, and what becomes of it once that is fixed."""

    text: Annotated[str, Meta(description="A list in Markdown; `⟦ ⟧` may enclose what is found.")]
    fixed: Annotated[str | None, Meta(description="The text after all fixes.")] = None


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One ``[[pattern]]`` table: a rule without Python."""

    code: Annotated[str, Meta(description="Two to eight capitals that no rule of listlint has, and three digits.")]
    name: Annotated[str, Meta(description="The name: what is wrong, in small letters with hyphens.")]
    target: Annotated[Target, Meta(description="The part of a list in which the expression is looked for.")]
    match: Annotated[str, Meta(description="A regular expression: each place where it is found is a finding.")]
    unless: Annotated[str | None, Meta(description="An expression: where the target has it too, nothing is found.")] = (
        None
    )
    message: Annotated[str, Meta(description="What a finding says; `\\1` and `\\g<name>` stand for groups of `match`.")]
    description: Annotated[str, Meta(description="Why it matters, for `listlint rule`.")] = ""
    severity: Annotated[
        Literal["error", "warning", "info"], Meta(description="How grave a finding is, unless configured otherwise.")
    ] = "warning"
    replace: Annotated[
        str | None, Meta(description="What a fix writes in the place of what was found; groups as in `message`.")
    ] = None
    fix: Annotated[
        Literal["safe", "unsafe"], Meta(description="Whether `listlint fix` applies it, or with `--unsafe-fixes` only.")
    ] = "unsafe"
    valid: Annotated[Words, Meta(description="Lists in Markdown in which nothing is found.")] = ()
    invalid: Annotated[
        tuple[str | Example, ...], Meta(description="Lists in Markdown in which something is found.")
    ] = ()

    @property
    def family(self) -> str:
        """The letters of the code."""
        return self.code.rstrip("0123456789")

    @property
    def examples(self) -> tuple[Example, ...]:
        """The invalid examples, all in the long form."""
        return tuple(Example(text=item) if isinstance(item, str) else item for item in self.invalid)


class PatternFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of ``rules/patterns``."""

    pattern: tuple[Pattern, ...]


def read_file(path: Path) -> tuple[Pattern, ...]:
    """The patterns of a file of ``rules/patterns``; what its examples say is not looked at.

    Raises:
        ListlintError: it cannot be read, or a pattern in it is malformed.
    """
    try:
        found = msgspec.convert(read_toml(path), PatternFile).pattern
    except msgspec.ValidationError as error:
        raise ListlintError(str(error), path=str(path), code="invalid-pattern") from error
    for pattern in found:
        for key, message, hint in mistakes(pattern, builtin=True):
            raise ListlintError(
                f"pattern {pattern.code}: {key}: {message}", path=str(path), code="invalid-pattern", hint=hint
            )
    return found


class Mistake(NamedTuple):
    """What is wrong with a pattern: the key at which it is, the message, and a hint."""

    key: str
    message: str
    hint: str | None = None


def mistakes(pattern: Pattern, *, builtin: bool = False) -> Iterator[Mistake]:
    """What is wrong with a pattern in itself; its examples and what other rules are called are not looked at."""
    if not _CODE.fullmatch(pattern.code):
        yield Mistake(
            "code", f"'{pattern.code}' is not a code", "two to eight capitals and three digits, such as MY001"
        )
    elif builtin and pattern.family != OWN_FAMILY:
        yield Mistake("code", f"codes of built-in patterns begin with {OWN_FAMILY}")
    elif not builtin and pattern.family in {*FAMILIES, "ALL"}:
        yield Mistake("code", f"codes in {pattern.family} are listlint's own", "choose other letters, such as MY001")
    if not _NAME.fullmatch(pattern.name):
        yield Mistake("name", f"'{pattern.name}' is not a name", "small letters with hyphens, such as shouting-title")
    elif pattern.name.upper() in {*FAMILIES, pattern.family, "ALL"}:
        yield Mistake("name", f"'{pattern.name}' is the name of a family")
    if not pattern.message.strip():
        yield Mistake("message", "the message is empty")
    if pattern.replace is None and any(example.fixed is not None for example in pattern.examples):
        yield Mistake("invalid", "an example is fixed, and there is no 'replace'")
    yield from _unreadable(pattern, builtin)


def _unreadable(pattern: Pattern, builtin: bool) -> Iterator[Mistake]:
    """What is wrong with the expressions of a pattern, and with what refers to their groups."""
    sources = {"match": pattern.match, "unless": pattern.unless}
    expressions = {}
    for key, source in sources.items():
        try:
            expressions[key] = None if source is None else compiled(source, builtin=builtin)
        except ValueError as error:
            yield Mistake(key, f"not a regular expression: {error}")
    match = expressions.get("match")
    if match is not None:
        for key, template in (("message", pattern.message), ("replace", pattern.replace or "")):
            yield from (Mistake(key, reason) for reason in _misused(template, match))


class _Trusted:
    """An expression of ours, which was tried on many lists and needs no clock."""

    def __init__(self, source: str) -> None:
        self._compiled = re.compile(source)
        self.groups, self.groupindex = self._compiled.groups, self._compiled.groupindex

    def search(self, string: str, *, timeout: float) -> Match | None:
        """The first place."""
        return cast("Match | None", self._compiled.search(string))

    def finditer(self, string: str, *, timeout: float) -> Iterator[Match]:
        """All places, none of which overlap."""
        return cast("Iterator[Match]", self._compiled.finditer(string))


@lru_cache(maxsize=1024)
def compiled(source: str, *, builtin: bool = False) -> Expression:
    """An expression, ready to be used. Built-in ones are written for :mod:`re`, which loads faster than ``regex``.

    Raises:
        ValueError: it is none; says why and where.
    """
    if builtin:
        return _trusted(source)
    import regex  # only who has patterns pays for loading it

    if len(source) > MAX_EXPRESSION:
        raise ValueError(f"it has more than {MAX_EXPRESSION:,} characters")
    try:
        found: Expression = regex.compile(source, cache_pattern=False)
    except (regex.error, ValueError, OverflowError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return found


def _trusted(source: str) -> Expression:
    try:
        return _Trusted(source)
    except re.error as error:
        raise ValueError(str(error)) from error


def _misused(template: str, expression: Expression) -> Iterator[str]:
    """What is wrong with the backslashes of a template."""
    for escape in _ESCAPE.finditer(template):
        name, number, other = escape["name"], escape["number"], escape["other"]
        if other is not None and other != "\\":
            yield f"'\\{other}' stands for nothing; a backslash is written '\\\\'"
        elif number is not None and int(number) > expression.groups:
            yield f"'match' has no group {number}"
        elif name is not None and name not in expression.groupindex and not _is_group(name, expression):
            yield f"'match' has no group '{name}'"


def _is_group(number: str, expression: Expression) -> bool:
    return number.isascii() and number.isdigit() and len(number) < 5 and int(number) <= expression.groups


def filled(template: str, match: Match) -> str:
    """A template with the groups of a match; a group that had no part is empty."""
    parts, end = [], 0
    for escape in _ESCAPE.finditer(template):
        parts.append(template[end : escape.start()])
        end = escape.end()
        name = escape["name"] if escape["name"] is not None else escape["number"]
        parts.append("\\" if name is None else match.group(int(name) if name.isdigit() else name) or "")
    return "".join((*parts, template[end:]))
