"""Finds the rules that other distributions bring, by the entry points of the group ``listlint.rules``.

Who installs a distribution beside listlint trusts it, and its code runs when its rules are loaded. What merely lies
in the folder that is checked is not installed: the working folder is not searched, though ``python -m`` puts it first.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from listlint.checks.api import Applicability, Options, Rule, Severity
from listlint.checks.registry import family_of, find_rule
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy
from listlint.model.result import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint, PathDistribution

    AnyRule = type[Rule[Any]]

GROUP = "listlint.rules"
_SUFFIXES = (".dist-info", ".egg-info")
_CODE = lazy(r"[A-Z]{2,8}[0-9]{3}")
_NAME = lazy(r"[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+")


@lru_cache(maxsize=1)
def plugin_rules() -> tuple[AnyRule, ...]:
    """The rules of all plugins, by code.

    Raises:
        ListlintError: a plugin cannot be imported, or gives what is no rule, or one whose code or name is taken.
    """
    found: dict[str, AnyRule] = {}
    for distribution in _distributions():
        for point in distribution.entry_points:
            if point.group != GROUP:
                continue
            where = f"plugin {distribution.name} {distribution.version}, entry point {point.name} = {point.value}"
            for rule in _loaded(point, where):
                rule.origin = f"plugin {distribution.name} {distribution.version}"
                for label in (rule.code, rule.name, *rule.aliases):
                    other = found.setdefault(label, rule)
                    if other is not rule:
                        raise _error(where, f"{label} is taken, by the {other.origin}")
    return tuple(sorted(dict.fromkeys(found.values()), key=lambda rule: rule.code))


def _distributions() -> Iterator[PathDistribution]:
    """The installed distributions that have rules. Asking importlib.metadata for all would take ten times as long."""
    seen: set[str] = set()
    here = os.path.realpath(".")
    for folder in sys.path:
        if not folder or os.path.realpath(folder) == here:
            continue
        for path in _with_rules(folder):
            from importlib.metadata import PathDistribution

            distribution = PathDistribution(path)
            name = distribution.name.lower()
            if name not in seen:  # the first one on the path is what would be imported
                seen.add(name)
                yield distribution


def _with_rules(folder: str) -> list[Path]:
    """The folders of metadata in ``folder`` whose entry points name our group, in the order of their names."""
    found = []
    header = f"[{GROUP}]".encode()
    try:
        names = os.listdir(folder)  # noqa: PTH208  # this is every start: no object for each of hundreds of names
    except OSError:
        return []
    for name in names:
        if name.endswith(_SUFFIXES):
            try:
                with open(f"{folder}/{name}/entry_points.txt", "rb") as file:  # noqa: PTH123  # as above
                    if header in file.read():
                        found.append(Path(folder, name))
            except OSError:
                continue
    return sorted(found)


def _loaded(point: EntryPoint, where: str) -> Iterator[AnyRule]:
    try:
        value = point.load()
    except (Exception, SystemExit) as error:  # a plugin's mistake may be any, and is not a crash of ours
        reason = " ".join(str(error).split())
        kind = type(error).__name__
        raise _error(
            where, f"cannot be imported: {kind}: {reason}" if reason else f"cannot be imported: {kind}"
        ) from error
    if isinstance(value, ModuleType):
        home = value.__name__
        items = [
            item for item in vars(value).values() if _is_rule(item) and f"{item.__module__}.".startswith(f"{home}.")
        ]
    elif isinstance(value, list | tuple):
        items = list(value)
    else:
        items = [value]
    if not items:
        raise _error(where, "it has no rules")
    for item in items:
        if not _is_rule(item):
            raise _error(where, f"{item!r:.100} is no rule with a code")
        if (fault := _fault(item)) is not None:
            raise _error(where, f"{item.__name__}: {fault}")
        yield item


def _is_rule(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Rule) and "code" in vars(value)


def _fault(rule: AnyRule) -> str | None:
    """What is wrong with a rule that is not ours; None if nothing is."""
    return next(_faults(rule), None)


def _faults(rule: AnyRule) -> Iterator[str]:
    """What is wrong with a rule that is not ours; the later tests rely on the earlier ones."""
    name: object = getattr(rule, "name", None)
    if not (isinstance(rule.code, str) and _CODE.fullmatch(rule.code)):
        yield f"{rule.code!r:.50} is not a code: two to eight capitals and three digits, such as MY001"
    elif family_of(rule.code) in {*FAMILIES, "ALL"}:
        yield f"codes in {family_of(rule.code)} are listlint's own"
    if not (isinstance(name, str) and _NAME.fullmatch(name)) or name.upper() in {*FAMILIES, "ALL"}:
        yield f"{name!r:.50} is not a name: small letters with hyphens, such as shouting-title"
    yield from (
        f"the name '{label}' is taken, by {own.code}"
        for label in (name, *rule.aliases)
        if (own := find_rule(str(label)))
    )
    yield from _misfits(rule)


def _misfits(rule: AnyRule) -> Iterator[str]:
    if not isinstance(getattr(rule, "severity", None), Severity):
        yield "its severity is no Severity"
    if rule.fix is not None and not isinstance(rule.fix, Applicability):
        yield "its fix is no Applicability"
    if not (isinstance(rule.Options, type) and issubclass(rule.Options, Options)):
        yield "its Options do not derive from listlint.checks.api.Options"
    if not rule.__doc__:
        yield "it has no documentation (a docstring)"
    try:
        rule.node_type()
    except TypeError as error:
        yield str(error)


def _error(where: str, message: str) -> ListlintError:
    return ListlintError(
        f"{where}: {message}",
        code="plugin",
        hint="mend or uninstall it; --isolated runs without plugins and without configuration",
    )
