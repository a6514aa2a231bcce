"""Checks a table against a structure, key by key, so that every mistake is found at its place."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from listlint.config.schema import ConfigError, RuleInfo, Words
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listlint.config.load import Table
    from listlint.config.schema import Origin

_KINDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "datetime": "a date and time",
    "date": "a date",
    "null": "nothing",
}
_KIND = lazy("`(" + "|".join(_KINDS) + ")`")
_INNER_PLACE = lazy(r" - at `\$[^`]*`$")


MAX_PROBLEMS = 50
_LONGEST = 600
"""Code points of a message; a key may have a million."""


class Problems(list[ListlintError]):
    """The mistakes found so far."""

    def add(self, table: Table, message: str, *keys: str | int, hint: str | None = None, code: str = "config") -> None:
        """Note a mistake at the place of ``keys`` in ``table``.

        Raises:
            ConfigError: there are ``MAX_PROBLEMS``; nobody reads more, and each costs a search for what was meant.
        """
        message = message if len(message) <= _LONGEST else message[: _LONGEST - 1] + "…"
        self.append(table.error(message, *keys, hint=hint, code=code))
        if len(self) >= MAX_PROBLEMS:
            self.append(ListlintError("and more mistakes", path=table.label, code=code))
            raise ConfigError(tuple(self))


def suggest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """``did you mean 'x'?``, where one of ``known`` is close: ``cutoff`` is the least likeness, 1 that of equals."""
    from difflib import get_close_matches

    spelling = {name.lower().replace("_", "-"): name for name in known}
    close = get_close_matches(word.lower().replace("_", "-"), spelling, n=1, cutoff=cutoff)
    return f"did you mean '{spelling[close[0]]}'?" if close else None


def fields_of(structure: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each key of a structure, by its name in files."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(structure)}


def check_struct(
    table: Table, structure: type[msgspec.Struct], data: Mapping[str, Any], problems: Problems, *where: str | int
) -> msgspec.Struct | None:
    """``data``, which stands at ``where`` in ``table``, as a structure; None where that fails.

    Wrong values are left out, so that what is right can still be checked further.
    """
    known = fields_of(structure)
    good: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            problems.add(table, f"unknown key '{key}'", *where, key, hint=_hint_for_key(key, known), code="unknown-key")
            continue
        before = len(problems)
        check_value(table, known[key], value, problems, *where, key)
        if len(problems) == before:
            good[key] = value
    try:
        return msgspec.convert(good, structure)
    except msgspec.ValidationError as error:
        required = {field.encode_name for field in msgspec.structs.fields(structure) if field.required}
        if not required & set(data) and data.keys() <= known.keys():  # else it is noted already
            problems.add(table, _wording(str(error)), *where)
        return None


def check_value(table: Table, kind: Any, value: Any, problems: Problems, *where: str | int) -> None:
    """Note every way in which ``value`` does not fit the type ``kind``."""
    before = len(problems)
    arms = _arms(kind)
    if isinstance(value, dict):
        for arm in arms:
            if isinstance(arm, type) and issubclass(arm, msgspec.Struct):
                check_struct(table, arm, value, problems, *where)
                return
            if get_origin(arm) is dict:
                for key, item in value.items():
                    check_value(table, get_args(arm)[1], item, problems, *where, key)
                return
    if isinstance(value, list):
        item_kind = next((get_args(arm)[0] for arm in arms if get_origin(arm) in (tuple, list)), None)
        for index, item in enumerate(value if item_kind is not None else ()):
            check_value(table, item_kind, item, problems, *where, index)
    if len(problems) > before:
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, hint = _explain_value(str(error), arms, value)
        name = ".".join(str(key) for key in where if isinstance(key, str))
        problems.add(table, f"{name}: {message}", *where, hint=hint, code="invalid-value")


def _arms(kind: Any) -> tuple[Any, ...]:
    """The alternatives of a type, annotations taken off."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(arm for part in get_args(kind) for arm in _arms(part))
    return (kind,)


def _explain_value(message: str, arms: tuple[Any, ...], value: Any) -> tuple[str, str | None]:
    choices = [str(choice) for arm in arms if get_origin(arm) is Literal for choice in get_args(arm)]
    if choices and not isinstance(value, list | dict):
        listed = ", ".join(f"'{choice}'" for choice in choices)
        written = f"'{value}'" if isinstance(value, str) else msgspec.json.encode(value).decode()
        return f"{written} is not one of {listed}", suggest(str(value), choices)
    hint = None
    if isinstance(value, str) and Words in arms:
        hint = f'write ["{value}"]'
    return _wording(message), hint


def _wording(message: str) -> str:
    """What msgspec says, in the words of somebody who writes TOML."""
    message = _INNER_PLACE.sub("", message)
    message = re.sub(r"Object missing required field `([^`]+)`", r"the key '\1' is missing", message)
    message = message.replace(" | null", "").replace("null | ", "")
    message = _KIND.sub(lambda found: _KINDS[found[1]], message.replace(" | ", "` or `"))
    return message[:1].lower() + message[1:]


def _hint_for_key(key: str, known: Mapping[str, Any]) -> str:
    return suggest(key, known) or "the keys are " + ", ".join(known)


class Selectors:
    """What the words mean that name rules: codes, names, former names, families and ``ALL``."""

    def __init__(self, rules: Sequence[RuleInfo]) -> None:
        self.rules = tuple(rules)
        self.codes: dict[str, RuleInfo] = {rule.code: rule for rule in rules}
        self._names: dict[str, RuleInfo] = {rule.name: rule for rule in rules}
        self._aliases: dict[str, RuleInfo] = {alias: rule for rule in rules for alias in rule.aliases}
        self._families: dict[str, list[str]] = {}
        for rule in rules:
            self._families.setdefault(rule.family, []).append(rule.code)
        self._given = frozenset(self._families)
        self.notices: list[str] = []

    def add(self, rule: RuleInfo) -> None:
        """Know one rule more, which a configuration defines."""
        self.rules = (*self.rules, rule)
        self.codes[rule.code] = rule
        self._names[rule.name] = rule
        self._families.setdefault(rule.family, []).append(rule.code)

    def taken(self, rule: RuleInfo) -> tuple[str, str] | None:
        """Why a configuration cannot define ``rule``: the key at fault, and a message; None where it can."""
        if rule.code in self.codes:
            return "code", f"the code {rule.code} is taken, by {self.codes[rule.code].name}"
        if rule.family in self._given:
            return "code", f"the letters {rule.family} are taken"
        if (other := self._names.get(rule.name) or self._aliases.get(rule.name)) is not None:
            return "name", f"the name '{rule.name}' is taken, by {other.code}"
        return None

    def rule(self, word: str, origin: Origin | None = None) -> RuleInfo | None:
        """The one rule that ``word`` names; a former name leaves a notice."""
        found = self.codes.get(word.upper()) or self._names.get(word.lower())
        if found is None and (found := self._aliases.get(word.lower())) is not None:
            notice = f"{origin}: " if origin else ""
            notice += f"the rule '{word}' is now called '{found.name}'"
            if notice not in self.notices:
                self.notices.append(notice)
        return found

    def codes_of(self, word: str, origin: Origin | None = None) -> tuple[tuple[str, ...], int] | None:
        """The codes that ``word`` stands for, and how precise it is: 0 ``ALL``, 1 a family, 2 a rule."""
        if word.upper() == "ALL":
            return tuple(self.codes), 0
        if word.upper() in self._families:
            return tuple(self._families[word.upper()]), 1
        found = self.rule(word, origin)
        return ((found.code,), 2) if found else None

    def hint(self, word: str, *, families: bool = True) -> str:
        """What the writer of an unknown word may have meant."""
        known = [*self.codes, *self._names, *self._aliases, *((*self._families, "ALL") if families else ())]
        listed = ", ".join(self._families)
        more = f"families are {listed}; 'listlint rule' lists all rules" if families else "'listlint rule' lists them"
        return suggest(word, known) or more
