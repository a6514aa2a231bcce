"""Finds the rules: every module of every family package below ``checks``, and the patterns of ``rules/patterns``.

Loading all of them takes longer than reading a list of average length, and most runs need few: the rules on
BibTeX wait for a reference, those on what the network says for a run that asks it. So a run takes them from
:func:`known_rules`, which loads a rule when it is asked to check something.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

import msgspec
from msgspec import Struct

from listlint import checks
from listlint.checks.api import AnyOptions, Rule
from listlint.model.diagnostic import Severity  # noqa: TC001  # msgspec reads the annotations of rows
from listlint.model.edit import Applicability  # noqa: TC001  # as above
from listlint.packs.loader import pattern_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.facts import Fact

    AnyRule = type[Rule[Any]]

INDEX = Path(__file__).with_name("index.json")


@lru_cache(maxsize=1)
def all_rules() -> tuple[AnyRule, ...]:
    """Every built-in rule class, by code.

    Raises:
        ValueError: two rules share a code or a name.
        ListlintError: a file of ``rules/patterns`` is broken.
    """
    from listlint.checks.patterns import shipped  # the library that matches users' expressions is slow to load

    found = sorted((*_walk(), *shipped().values()), key=lambda rule: rule.code)
    seen: dict[str, AnyRule] = {}
    for rule in found:
        for label in (rule.code, rule.name, *rule.aliases):
            if seen.setdefault(label, rule) is not rule:
                raise ValueError(f"{rule.__name__} and {seen[label].__name__} are both called {label}")
    return tuple(found)


class Row(Struct, frozen=True, omit_defaults=True):
    """What the index holds of a rule. A ``place`` is ``module:Class``."""

    place: str
    code: str
    name: str
    severity: Severity
    node: str
    """place of the type of node that it looks at"""
    fix: Applicability | None = None
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """places of facts"""
    about: str = ""
    layout: bool = False
    options: str = ""
    """place of its options, if it has some"""


class Index(Struct, frozen=True):
    """What is known of the rules without loading them; ``python -m listlint.dev catalogue`` writes it.

    ``stamps`` tells the files that it was made from: the length in bytes of every module, by its path below
    ``checks``; the checksum of every file of patterns, under ``patterns/``, for who writes the index tries
    their examples, and whoever reads it need not.
    """

    stamps: dict[str, int]
    rules: tuple[Row, ...]


@lru_cache(maxsize=1)
def known_rules() -> tuple[AnyRule, ...]:
    """The same, but each stands in for its class until something is asked that the index does not tell.

    Where the index is out of date, as it is while somebody writes a rule, they are the classes themselves.
    """
    index = read_index()
    if index is None or index.stamps != _stamps():
        return all_rules()
    return cast("tuple[AnyRule, ...]", tuple(map(_Known, index.rules)))


def read_index() -> Index | None:
    """The index, if there is one."""
    try:
        return msgspec.json.decode(INDEX.read_bytes(), type=Index)
    except (OSError, msgspec.DecodeError):
        return None


def make_index() -> Index:
    """The index of the rules as they are."""
    return Index(dict(sorted(_stamps().items())), tuple(map(_row, all_rules())))


def _stamps() -> dict[str, int]:
    found = {f"patterns/{path.name}": crc32(path.read_bytes()) for path in pattern_files()}
    for package in filter(os.DirEntry.is_dir, os.scandir(INDEX.parent)):
        modules = (module for module in os.scandir(package.path) if module.name.endswith(".py"))
        found.update({f"{package.name}/{module.name}": module.stat().st_size for module in modules})
    return found


def _row(rule: AnyRule) -> Row:
    return Row(
        _place(rule),
        rule.code,
        rule.name,
        rule.severity,
        _place(rule.node_type()),
        rule.fix,
        rule.aliases,
        tuple(map(_place, rule.needs)),
        rule.about,
        rule.layout,
        "" if rule.Options is AnyOptions else _place(rule.Options),
    )


def _place(value: type) -> str:
    return f"{value.__module__}:{value.__qualname__}"


def _resolve(place: str) -> Any:
    """What ``module:Class`` or ``module:Class.Inner`` names."""
    module, _, names = place.partition(":")
    value: Any = importlib.import_module(module)
    for name in names.split("."):
        value = getattr(value, name)
    return value


class _Known:
    """Stands in for a rule's class, of which the index tells what a run asks of every rule."""

    origin = ""

    def __init__(self, row: Row) -> None:
        self.code, self.name, self.aliases = row.code, row.name, row.aliases
        self.severity, self.fix = row.severity, row.fix
        self.about, self.layout = row.about, row.layout
        self._row = row

    @cached_property
    def needs(self) -> tuple[type[Fact], ...]:
        """As of the class."""
        return tuple(map(_resolve, self._row.needs))

    @cached_property
    def Options(self) -> type[AnyOptions]:  # noqa: N802  # as of the class
        """As of the class."""
        options: type[AnyOptions] = _resolve(self._row.options) if self._row.options else AnyOptions
        return options

    def node_type(self) -> type:
        """As of the class."""
        node: type = _resolve(self._row.node)
        return node

    def __call__(self, options: AnyOptions | None = None) -> _Planned:
        """A rule, which is made when it is asked to check."""
        return _Planned(self, options)

    @cached_property
    def loaded(self) -> AnyRule:
        """The class itself."""
        rule: AnyRule = _resolve(self._row.place)
        return rule

    def __getattr__(self, name: str) -> Any:
        """What only the class has."""
        if name.startswith("_"):  # copying asks for such names before there is anything here
            raise AttributeError(name)
        return getattr(self.loaded, name)


class _Planned:
    """Stands in for a rule until it is asked to check."""

    def __init__(self, known: _Known, options: AnyOptions | None) -> None:
        self.code, self.name, self.severity = known.code, known.name, known.severity
        self.needs, self.about, self.layout, self.node_type = known.needs, known.about, known.layout, known.node_type
        self._known = known
        self._given = options

    @cached_property
    def _made(self) -> Rule[Any]:
        return self._known.loaded(self._given)

    def __getattr__(self, name: str) -> Any:
        """What only the rule has, such as ``check``."""
        if name.startswith("_"):  # as above
            raise AttributeError(name)
        return getattr(self._made, name)


def find_rule(label: str) -> AnyRule | None:
    """The rule with this code, name or former name, in any case."""
    return _by_label().get(label.casefold())


@lru_cache(maxsize=1)
def _by_label() -> dict[str, AnyRule]:
    return {label.casefold(): rule for rule in all_rules() for label in (rule.code, rule.name, *rule.aliases)}


def family_of(code: str) -> str:
    """The letters of a code: ``ENC`` of ``ENC001``."""
    return code.rstrip("0123456789")


def _walk() -> Iterator[AnyRule]:
    for package in pkgutil.iter_modules(checks.__path__):
        if not package.ispkg:
            continue
        family = importlib.import_module(f"{checks.__name__}.{package.name}")
        for info in pkgutil.iter_modules(family.__path__):
            module = importlib.import_module(f"{family.__name__}.{info.name}")
            for value in vars(module).values():
                own = isinstance(value, type) and value.__module__ == module.__name__
                if own and issubclass(value, Rule) and "code" in vars(value):
                    yield value
