"""The JSON Schema of the configuration, made from the structures that check it.

Editors read it (Taplo and Even Better TOML follow the line ``#:schema URL``), and so does
validate-pyproject, through the entry point ``validate_pyproject.tool_schema``. It is draft 7,
the newest that all of them know. It is as strict as we are but for two things: rules have to be
written as we write them, codes in capitals and names in small letters, and those of plugins and patterns
by their codes, of which it cannot know which there are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from listlint.config.schema import Config, RuleInfo
from listlint.model.result import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DRAFT = "http://json-schema.org/draft-07/schema#"
URL = "https://raw.githubusercontent.com/listlint/listlint/v0/src/listlint/schemas/config.schema.json"
"""Where editors find the schema; ``v0`` is moved by every release."""
PATH = Path(__file__).resolve().parents[1] / "schemas" / "config.schema.json"

OTHERS = f"^(?!({'|'.join(sorted(FAMILIES))}|ALL)[0-9]*$)[A-Z]{{2,8}}([0-9]{{3}})?$"
"""What codes and families look like that are not ours; their rules are known to no schema."""
_REF = "#/definitions/{name}"
_WORD_LISTS = ("select", "extend-select", "ignore")
_ADJUSTMENTS = ("Config", "PerFile", "Adjustment")
_NO_OPTIONS = "no-options"
Node = dict[str, Any]


def tool_schema(tool: str = "listlint") -> Node:
    """The schema of ``[tool.listlint]``, as shipped; called by validate-pyproject.

    Raises:
        KeyError: it is asked for another tool.
    """
    if tool != "listlint":
        raise KeyError(tool)
    found: Node = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def schema(rules: Sequence[RuleInfo], summaries: Mapping[str, str], presets: Sequence[str]) -> Node:
    """The schema of a configuration file, given the rules, a sentence on each by code, and the presets."""
    _, components = msgspec.json.schema_components((Config,), ref_template=_REF)
    definitions: Node = {name: _plain(body) for name, body in components.items()}
    for name in _ADJUSTMENTS:
        _name_words(definitions[name]["properties"])
    ignored = definitions["Config"]["properties"]["per-file"]["anyOf"][1]["additionalProperties"]["anyOf"][0]
    ignored["items"] = {"$ref": _REF.format(name="selector")}
    families = list(dict.fromkeys(rule.family for rule in rules))
    words = [word for rule in rules for word in (rule.code, rule.name, *rule.aliases)]
    definitions["selector"] = {
        "description": "A rule by its code or name, a family of rules, or ALL.",
        "anyOf": [{"enum": ["ALL", *families, *words]}, {"type": "string", "pattern": OTHERS}],
    }
    definitions["preset"] = {"description": "A set of rules to start from.", "enum": list(presets)}
    definitions["rules"] = _option_tables(rules, summaries, definitions)
    root = definitions.pop("Config")
    head = {"$schema": DRAFT, "$id": URL, "title": "The configuration of listlint"}
    return {**head, **{key: value for key, value in root.items() if key != "title"}, "definitions": definitions}


def _name_words(properties: Node) -> None:
    """Say which words may stand where a rule or a preset is named."""
    for key in _WORD_LISTS:
        properties[key] |= {"items": {"$ref": _REF.format(name="selector")}}
    properties["severity"]["propertyNames"] = {"$ref": _REF.format(name="selector")}
    properties["preset"] = _described({"$ref": _REF.format(name="preset")}, properties["preset"])
    properties["rules"] = _described({"$ref": _REF.format(name="rules")}, properties["rules"])


def _described(node: Node, old: Node) -> Node:
    """A reference with the description of what it replaces: beside ``$ref``, draft 7 ignores all else."""
    return {"description": old["description"], "allOf": [node]}


def _option_tables(rules: Sequence[RuleInfo], summaries: Mapping[str, str], definitions: Node) -> Node:
    """The tables under ``rules``: one for each rule, under its code, its name and its former names."""
    definitions[_NO_OPTIONS] = {"type": "object", "additionalProperties": False}
    tables: Node = {}
    for rule in rules:
        reference = _REF.format(name=_NO_OPTIONS)
        if rule.options.__struct_fields__:
            template = _REF.format(name=f"{rule.name}-{{name}}")
            (top,), components = msgspec.json.schema_components((rule.options,), ref_template=template)
            reference = top["$ref"]
            definitions |= {f"{rule.name}-{name}": _plain(body) for name, body in components.items()}
        table = {
            "description": f"{rule.code} {rule.name}: {summaries[rule.code]}",
            "allOf": [{"$ref": reference}],
        }
        tables |= dict.fromkeys((rule.code, rule.name, *rule.aliases), table)
    return {
        "description": "Options of single rules.",
        "type": "object",
        "properties": tables,
        "patternProperties": {OTHERS: {"type": "object", "description": "Options of a plugin's rule."}},
        "additionalProperties": False,
    }


def _plain(node: Any) -> Any:
    """A schema as TOML needs it: nothing is null, and what msgspec says needlessly is left out."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _plain(value) for key, value in node.items() if not _needless(key, value)}
    if "properties" in node:  # whose keys are names, not key words
        found["properties"] = {name: _plain(value) for name, value in node["properties"].items()}
    if isinstance(text := found.get("description"), str):
        found["description"] = text.replace("``", "`")
    arms = [arm for arm in found.get("anyOf", ()) if arm != {"type": "null"}]
    if len(arms) == 1:
        del found["anyOf"]
        found |= arms[0]
    elif arms:
        found["anyOf"] = arms
    if "$ref" in found and len(found) > 1:
        found["allOf"] = [{"$ref": found.pop("$ref")}]
    return found


def _needless(key: str, value: object) -> bool:
    if key == "required":
        return not value
    if key == "default":
        return value is None or isinstance(value, dict)
    return key in ("properties", "title")
