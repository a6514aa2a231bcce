"""The references that are made from types and commands: configuration, command line."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from listlint.catalogue import FAMILIES
from listlint.checks.registry import all_rules, family_of
from listlint.config.schema import Config
from listlint.dev.site.markup import code, fence, plain, table
from listlint.dev.site.schema import keys, shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.dev.site.schema import Shape

PLACES = {
    "Config": ("Top level", ""),
    "Links": ("[links]", ""),
    "HostLinks": ('[links.hosts."HOST"]', ""),
    "PerFile": ("[[per-file]]", ""),
    "Adjustment": ('[per-file."GLOB"]', "The same, written as a table for each glob; a list is short for `ignore`."),
    "Pattern": ("[[pattern]]", "[Patterns](patterns.md) shows some at work."),
    "Example": ("[[pattern.invalid]]", ""),
}
"""Where each structure stands in a file, and what to say of it beside its docstring."""
EXAMPLE = """\
preset = "papers"
ignore = ["STY", "similar-title"]
fail-on = "error"

[severity]
insecure-url = "info"

[rules.arxiv-form]
form = "abs"

[links]
max-age = 14

[[per-file]]
files = "notes/**"
preset = "notes"
"""


def configuration() -> str:
    """The page on the configuration: every key, with its type, its default and its meaning."""
    parts = [
        "# Configuration reference\n",
        "`listlint.toml`, `.listlint.toml` or `[tool.listlint]` in `pyproject.toml`: the nearest to a file holds for "
        "it. `--config FILE` names another one, `--set KEY=VALUE` sets one value, `--isolated` reads none, and "
        "`listlint config` shows what holds, and which line says so. A mistake is reported with its line, its column "
        "and what may have been meant.\n",
        fence(EXAMPLE, "toml"),
        "A rule is named by its code or its name; a family by its letters, and all rules by `ALL`. Editors complete "
        "the keys by the [JSON Schema](schema:config), which is made from the same types as this page.\n",
    ]
    for shape in shapes(Config).values():
        parts.extend(_shape(shape))
    parts.extend(_rules())
    return "\n".join(parts)


def _shape(shape: Shape) -> Iterator[str]:
    place, more = PLACES.get(shape.name, (shape.name, ""))
    yield f"## {code(place) if place.startswith('[') else place}\n"
    yield f"{shape.meaning} {more}".strip() + "\n"
    rows = [(code(key.name), _placed(key.kind), key.default, plain(key.meaning)) for key in shape.keys]
    yield table(("key", "type", "default", "meaning"), rows)


def _placed(kind: str) -> str:
    """A type with the places of structures in their names' stead."""
    for name, (place, _) in PLACES.items():
        kind = kind.replace(f"table ({name})", f"table {code(place)}")
    return kind


def _rules() -> Iterator[str]:
    yield "## `[rules.NAME]`\n"
    yield "The options of single rules; each has its meaning on the rule's page.\n"
    rows = [
        (f"[{rule.code}](rules/{rule.code}.md)", code(f"rules.{rule.name}.{key.name}"), key.kind, key.default)
        for rule in all_rules()
        if rule.Options.__struct_fields__
        for key in keys(rule.Options)
    ]
    yield table(("rule", "key", "type", "default"), rows)
    yield "## Families\n"
    known = dict.fromkeys(family_of(rule.code) for rule in all_rules())
    yield table(("letters", "family"), [(code(family), FAMILIES[family]) for family in known])


def commands() -> str:
    """The page on the command line: every command, with its arguments and options."""
    from listlint.cli.main import main

    parts = ["# Command-line reference\n", *_command(main, click.Context(main, info_name="listlint"), 2)]
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    """A command, then those below it."""
    if command.hidden:
        return
    yield f"{'#' * level} {context.command_path}\n"
    yield fence(command.get_usage(context).removeprefix("Usage: "), "console")
    yield from _help(command.help or "")
    rows = [row for parameter in command.get_params(context) if (row := _option(parameter, context))]
    yield table(("option", "meaning"), rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _command(below, click.Context(below, info_name=name, parent=context), min(level + 1, 3))


def _help(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):  # click's mark of what is not to be wrapped
            yield fence(paragraph.removeprefix("\b").strip("\n"))
        elif paragraph:
            yield plain(paragraph) + "\n"


def _option(parameter: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    record = parameter.get_help_record(context)
    if not isinstance(parameter, click.Option) or record is None:
        return None
    variable = parameter.envvar if isinstance(parameter.envvar, str) else None
    also = f" Environment: {code(variable)}." if variable else ""
    return code(record[0]), plain(record[1]) + also
