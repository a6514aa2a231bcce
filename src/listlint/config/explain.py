"""Says what holds and who said so: the data of ``listlint config``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint.config.schema import BUILT_IN
from listlint.packs.loader import Tables
from listlint.packs.url_tables import SecretTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listlint.config.layers import Settings
    from listlint.config.schema import RuleSetting


class Value(Struct, frozen=True):
    """One effective value.

    ``key`` is as ``--set`` takes it, except for ``rules.NAME``, whose value is the rule's
    severity or ``off``. ``value`` is a string, number, boolean, list, table or None.
    """

    key: str
    value: Any
    origin: str
    code: str | None = None
    """of the rule, where the value belongs to one"""


def effective(settings: Settings, path: Path | None = None) -> tuple[Value, ...]:
    """All effective values, for ``path`` where one is given (see ``Settings.for_path``)."""
    preset, origin = settings.preset_for(path) if path else (settings.preset, settings.origins["preset"])
    rules = settings.for_path(path) if path else settings.rules
    values = [Value("preset", preset, str(origin))]
    for key, value in (
        ("fail-on", settings.fail_on.value),
        ("include", None if settings.include is None else list(settings.include)),
        ("exclude", list(settings.exclude)),
        ("baseline", settings.baseline),
    ):
        values.append(Value(key, value, str(settings.origins[key])))
    values.extend(_of_links(settings))
    for setting in rules.values():
        values.extend(_of_rule(setting))
    return tuple(values)


def as_text(values: tuple[Value, ...], safe: Callable[[str], str]) -> str:
    """Three columns: key, value, origin; ``safe`` makes each of them one line that a terminal may show."""
    rows = [(safe(_key(value)), safe(_written(value.value)), safe(value.origin)) for value in values]
    widths = [min(max((len(row[column]) for row in rows), default=0), 40) for column in (0, 1)]
    lines = (f"{key:{widths[0]}}  {value:{widths[1]}}  {origin}".rstrip() for key, value, origin in rows)
    return "".join(f"{line}\n" for line in lines)


def as_data(values: tuple[Value, ...]) -> list[dict[str, Any]]:
    """The same for JSON: objects with ``key``, ``value``, ``origin`` and ``code``."""
    return [{"key": item.key, "value": item.value, "origin": item.origin, "code": item.code} for item in values]


def _of_links(settings: Settings) -> Iterator[Value]:
    """What is set for links, also by a file that must not say it, whose error a run over the network shows."""
    secrets = Tables().get("secrets", SecretTable)
    for key, value in msgspec.to_builtins(settings.links).items():
        name = f"links.{key}"
        shown = secrets.hide(value) if isinstance(value, str) else value  # a proxy may be named with its password
        yield Value(name, shown, str(settings.origins.get(name, BUILT_IN)))


def _of_rule(setting: RuleSetting) -> Iterator[Value]:
    rule, origins = setting.rule, setting.origins
    enabled = str(origins["enabled"])
    if not setting.enabled:
        yield Value(f"rules.{rule.name}", "off", enabled, rule.code)
        return
    severity = str(origins["severity"])
    origin = enabled if severity in (enabled, "default") else f"{enabled}, severity {severity}"
    yield Value(f"rules.{rule.name}", setting.severity.value, origin, rule.code)
    for name, value in msgspec.to_builtins(setting.options).items():
        source = origins.get(f"options.{name}")
        yield Value(f"rules.{rule.name}.{name}", value, str(source or "default"), rule.code)


def _key(value: Value) -> str:
    return value.key if value.code is None else f"{value.code} {value.key.removeprefix('rules.')}"


def _written(value: Any) -> str:
    """A value as TOML would have it (JSON's strings, numbers and lists are the same there)."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
