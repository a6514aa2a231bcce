"""Writes the module of a new rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from listlint.checks.registry import family_of, find_rule

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {
    "STR": "structure",
    "ENT": "entries",
    "URL": "urls",
    "DUP": "duplicates",
    "BIB": "bibtex",
    "MET": "metadata",
    "ENC": "encoding",
    "AWE": "awesome",
    "STY": "style",
    "SUP": "suppressions",
    "NET": "network",
}
_TEMPLATE = '''"""{code}: say in one line what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Context, Finding, Rule, Severity
from listlint.model.nodes import {node}

if TYPE_CHECKING:
    from collections.abc import Iterator


class {klass}(Rule[{node}]):
    """Say in one sentence what is wrong.

    Say why it matters to a reader of the list, and what is left alone.
    """

    code, name, since = "{code}", "{name}", "{since}"
    severity = Severity.INFO
    valid = ("- [A](https://a.dev) - Fast.",)
    invalid = (Bad("- [A](https://a.dev) - ⟦Slow⟧."),)

    def check(self, node: {node}, ctx: Context) -> Iterator[Finding]:
        """Yield what is wrong with ``node``."""
        yield from ()
'''


def new_rule(root: Path, code: str, name: str, node: str) -> Path:
    """Write ``src/listlint/checks/FAMILY/NAME.py`` below ``root``; return its path.

    Raises:
        click.ClickException: the code or name is malformed or taken, or the file exists.
    """
    from listlint import __version__

    if not re.fullmatch(r"[A-Z]{3}\d{3}", code) or family_of(code) not in PACKAGES:
        raise click.ClickException(f"'{code}' is no code: three letters of {', '.join(PACKAGES)} and three digits")
    if not re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", name):
        raise click.ClickException(f"'{name}' is no name: words in kebab-case that name the defect")
    for label in (code, name):
        if (taken := find_rule(label)) is not None:
            raise click.ClickException(
                f"'{label}' is taken by {taken.code} {taken.name}; codes and names are never reused"
            )
    package = root / "src" / "listlint" / "checks" / PACKAGES[family_of(code)]
    path = package / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise click.ClickException(f"{path} exists already")
    package.mkdir(parents=True, exist_ok=True)
    if not (package / "__init__.py").exists():
        (package / "__init__.py").write_text(f'"""Rules of the family {family_of(code)}."""\n', encoding="utf-8")
    klass = "".join(word.capitalize() for word in name.split("-"))
    since = ".".join(__version__.split(".")[:2])
    path.write_text(_TEMPLATE.format(code=code, name=name, node=node, klass=klass, since=since), encoding="utf-8")
    return path
