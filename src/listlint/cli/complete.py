"""What the shell may offer for arguments and options.

Words come from the schema of the configuration, which is read in a moment: loading the rules
themselves would take longer than somebody who pressed the tabulator waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click
    from click.shell_completion import CompletionItem


def _schema() -> dict[str, Any]:
    from listlint.config.json_schema import tool_schema

    found: dict[str, Any] = tool_schema()["definitions"]
    return found


def _fitting(words: Iterable[str], start: str) -> list[str]:
    return [word for word in words if word.casefold().startswith(start.casefold())]


def _items(words: Iterable[str], described: dict[str, Any], before: str = "") -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(before + word, help=described[word]["description"] if word in described else None)
        for word in words
    ]


def _words(known: Iterable[str], start: str) -> list[str]:
    """The words that fit; names of rules, which say the same as their codes, once a small letter is typed."""
    return [word for word in _fitting(known, start) if start[:1].islower() or word.isupper()]


def rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, for ``listlint rule``."""
    described = _schema()["rules"]["properties"]
    return _items(_words(described, incomplete), described)


def selectors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, families and ALL, for options that take several of them with commas between."""
    schema = _schema()
    before, comma, start = incomplete.rpartition(",")
    given = {word.casefold() for word in before.split(",")}
    words = [word for word in _words(schema["selector"]["anyOf"][0]["enum"], start) if word.casefold() not in given]
    return _items(words, schema["rules"]["properties"], before + comma)


def presets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The built-in presets."""
    return _items(_fitting(_schema()["preset"]["enum"], incomplete), {})


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, which the shell itself knows best."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]
