"""Says in words what the structures of the configuration hold, from the JSON Schema that msgspec makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint.dev.site.markup import code, toml

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = dict[str, Any]
_WORDS = {"integer": "whole number", "number": "number", "string": "string", "boolean": "`true` or `false`"}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
}


class Key(Struct, frozen=True):
    """One key of a table. ``kind`` and ``default`` are Markdown of one line."""

    name: str
    kind: str
    default: str
    meaning: str


class Shape(Struct, frozen=True):
    """One structure: its name, what its docstring says, its keys."""

    name: str
    meaning: str
    keys: tuple[Key, ...]


def shapes(kind: type[Struct]) -> dict[str, Shape]:
    """A structure and all that it holds, by name; the first one is itself."""
    (top,), parts = msgspec.json.schema_components((kind,), ref_template="{name}")
    names = [top["$ref"], *(name for name in parts if name != top["$ref"])]
    return {name: _shape(name, parts[name]) for name in names if "properties" in parts[name]}


def keys(kind: type[Struct]) -> tuple[Key, ...]:
    """The keys of one structure."""
    return next(iter(shapes(kind).values())).keys


def _shape(name: str, node: Node) -> Shape:
    required = frozenset(node.get("required", ()))
    found = tuple(_key(key, field, required=key in required) for key, field in node["properties"].items())
    return Shape(name, " ".join(node.get("description", "").replace("``", "`").split()), found)


def _key(name: str, field: Node, *, required: bool) -> Key:
    default = "required" if required else _default(field)
    return Key(name, words(field), default, field.get("description", ""))


def _default(field: Node) -> str:
    default = field.get("default")
    if default is None:
        return "–"
    return "see there" if "$ref" in field else code(toml(default))


def words(node: Mapping[str, Any]) -> str:
    """What may stand for a value, in words; that it may be left out is not said."""
    if "$ref" in node:
        return f"table ({node['$ref']})"
    if "enum" in node:
        return " or ".join(code(toml(value)) for value in node["enum"])
    if "anyOf" in node:
        return " or ".join(words(part) for part in node["anyOf"] if part.get("type") != "null")
    if node.get("type") == "array":
        return f"list of {_several(node['items'])}" if node.get("items") else "list"
    if node.get("type") == "object":
        values = node.get("additionalProperties")
        return f"table of {_several(values)}" if isinstance(values, dict) and values else "table"
    bounds = [text.format(toml(node[key])) for key, text in _BOUNDS.items() if key in node]
    return ", ".join((_WORDS.get(node.get("type", ""), "value"), *bounds))


def _several(node: Mapping[str, Any]) -> str:
    said = words(node)
    plural = {"string": "strings", "whole number": "whole numbers", "number": "numbers", "table": "tables"}
    head, comma, bounds = said.partition(",")
    return f"{plural[head]}{comma}{bounds}" if head in plural else f"({said})"
