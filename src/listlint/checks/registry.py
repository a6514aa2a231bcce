"""Finds the rules: every module of every family package below ``checks``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from listlint import checks
from listlint.checks.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    AnyRule = type[Rule[Any]]


@lru_cache(maxsize=1)
def all_rules() -> tuple[AnyRule, ...]:
    """Every built-in rule class, by code.

    Raises:
        ValueError: two rules share a code or a name.
    """
    found = sorted(_walk(), key=lambda rule: rule.code)
    seen: dict[str, AnyRule] = {}
    for rule in found:
        for label in (rule.code, rule.name, *rule.aliases):
            if seen.setdefault(label, rule) is not rule:
                raise ValueError(f"{rule.__name__} and {seen[label].__name__} are both called {label}")
    return tuple(found)


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
