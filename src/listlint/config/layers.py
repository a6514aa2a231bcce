"""The layers that settings are made of, and how they are laid over one another.

Within one layer the more precise word wins (a rule over its family over ``ALL``), and of
equally precise ones ``ignore``. Between layers the upper one has the last word: a ``select``
starts afresh, everything else adds to what was there.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from listlint.config.schema import BUILT_IN, Links, Origin, RuleInfo, RuleSetting, Words, raise_all
from listlint.config.validate import Problems
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pathspec

    from listlint.config.load import Table
    from listlint.config.locate import KeyPath
    from listlint.model.diagnostic import Severity
    from listlint.packs.patterns import Pattern


MAX_WILDCARDS = 4
"""pathspec's expressions backtrack: each ``*`` multiplies the time by the length of the path, and a
checked repository must not be able to stop the run. Four take 50 ms on the worst of paths, five seconds."""
_STARS = lazy(r"\*++")


class Match(Struct, frozen=True):
    """Rules that one word of a configuration names, and how precisely (see ``Selectors``)."""

    codes: tuple[str, ...]
    precision: int
    origin: Origin


class Layer(Struct, frozen=True):
    """What one source says about rules. ``severities`` holds None for ``off``."""

    fresh: Origin | None = None
    """where ``select`` stands, if there is one"""
    on: tuple[Match, ...] = ()
    ignore: tuple[Match, ...] = ()
    severities: tuple[tuple[Match, Severity | None], ...] = ()
    options: tuple[tuple[str, str, Any, Origin], ...] = ()
    """code, key, value, place"""


class Placed(Struct, frozen=True):
    """A pattern, and where it stands."""

    pattern: Pattern
    table: Table
    keys: KeyPath

    @property
    def origin(self) -> Origin:
        """The place of its code."""
        return self.table.origin(*self.keys, "code")

    def error(self, message: str, *keys: str | int, hint: str | None = None) -> ListlintError:
        """An error at the place of one of its keys."""
        message = f"pattern {self.pattern.code}: {message}"
        return self.table.error(message, *self.keys, *keys, hint=hint, code="invalid-pattern")


class PerFileLayer(Struct, frozen=True):
    """What a per-file table says, and of which files."""

    patterns: Words
    preset: str | None
    preset_origin: Origin
    layer: Layer


class Plan(Struct, frozen=True):
    """All layers, before a file is known."""

    rules: tuple[RuleInfo, ...]
    presets: Mapping[str, tuple[Layer, ...]]
    files: tuple[Layer, ...]
    per_file: tuple[PerFileLayer, ...]
    top: tuple[Layer, ...]
    pinned: bool
    """the command line chose the preset, so that no per-file table may"""


class Settings(Struct, frozen=True, dict=True):
    """The effective configuration.

    ``root`` is the folder that globs are relative to. ``rules`` maps codes, in the order of the
    registry, to what holds where no per-file table says otherwise. ``origins`` has entries for
    ``preset``, ``fail-on``, ``include``, ``exclude`` and ``baseline``, and for what somebody said of links
    (``links.max-age``). ``include`` is None where nothing is configured. ``notices`` are for standard error.
    """

    preset: str
    root: Path
    files: tuple[Path, ...]
    fail_on: Severity
    include: Words | None
    exclude: Words
    rules: Mapping[str, RuleSetting]
    origins: Mapping[str, Origin]
    notices: Words
    _plan: Plan
    _memo: dict[tuple[int, ...], Mapping[str, RuleSetting]] = field(default_factory=dict)
    links: Links = Links()
    withheld: tuple[ListlintError, ...] = ()
    """settings of whom links lead to that nobody named; errors of a run that asks the network"""
    baseline: str | None = None
    """as it was configured: relative to ``root``, empty for none; None where nobody said"""
    patterns: tuple[Placed, ...] = ()
    """the rules that the files define, which are the last ones of ``rules``"""

    def require_links(self) -> Links:
        """What is set for links.

        Raises:
            ListlintError: a file that was found, not named, says whom to ask or to trust.
        """
        raise_all(list(self.withheld))
        return self.links

    def for_path(self, path: Path | str) -> Mapping[str, RuleSetting]:
        """The rules as they hold for one file; relative paths are relative to the working folder.

        Raises:
            ListlintError: the options of several per-file tables contradict each other.
        """
        relative = _relative(path, self.root)
        matched = tuple(
            number
            for number, item in enumerate(self._plan.per_file)
            if relative is not None and globs(item.patterns).match_file(relative)
        )
        if not matched:
            return self.rules
        if matched not in self._memo:
            problems = Problems()
            self._memo[matched] = fold(self._plan, self.preset, matched, problems)
            raise_all(problems)
        return self._memo[matched]

    def excludes(self, path: Path | str) -> bool:
        """Tell whether ``exclude`` names a file, or a folder above it."""
        relative = _relative(path, self.root)
        return bool(self.exclude) and relative is not None and globs(self.exclude).match_file(relative)

    def preset_for(self, path: Path | str) -> tuple[str, Origin]:
        """The preset that holds for one file, and where it was chosen."""
        relative = _relative(path, self.root)
        found = self.preset, self.origins["preset"]
        for item in () if self._plan.pinned or relative is None else self._plan.per_file:
            if item.preset and globs(item.patterns).match_file(relative or ""):
                found = item.preset, item.preset_origin
        return found


class _State(Struct):
    """One rule while the layers are laid on."""

    enabled: bool
    why: Origin
    severity: Severity
    severity_why: Origin
    options: dict[str, tuple[Any, Origin]]


def fold(plan: Plan, preset: str, matched: tuple[int, ...], problems: Problems) -> dict[str, RuleSetting]:
    """Lay all layers that hold for a file over one another."""
    chosen = [plan.per_file[number] for number in matched]
    if not plan.pinned:
        preset = next((item.preset for item in reversed(chosen) if item.preset), preset)
    states = {rule.code: _State(False, BUILT_IN, rule.severity, BUILT_IN, {}) for rule in plan.rules}
    for layer in (*plan.presets[preset], *plan.files, *(item.layer for item in chosen), *plan.top):
        _lay(layer, states)
    return {rule.code: _setting(rule, states[rule.code], problems) for rule in plan.rules}


def _lay(layer: Layer, states: dict[str, _State]) -> None:
    if layer.fresh is not None:
        for state in states.values():
            state.enabled, state.why = False, layer.fresh
    for code, (_, wanted, origin) in _verdicts(layer).items():
        states[code].enabled, states[code].why = wanted, origin
    precise_last = sorted(layer.severities, key=lambda item: item[0].precision)
    for code, (severity, origin) in {code: (level, m.origin) for m, level in precise_last for code in m.codes}.items():
        if severity is None:
            states[code].enabled, states[code].why = False, origin
        else:
            states[code].severity, states[code].severity_why = severity, origin
    for code, key, value, origin in layer.options:
        states[code].options[key] = value, origin


def _verdicts(layer: Layer) -> dict[str, tuple[int, bool, Origin]]:
    """What a layer selects and ignores: by code, how precisely, whether it is on, and where."""
    verdicts: dict[str, tuple[int, bool, Origin]] = {}
    for wanted, group in ((True, layer.on), (False, layer.ignore)):
        for match in group:
            for code in match.codes:
                # Of equally precise words ignore wins, since it comes second.
                if code not in verdicts or match.precision >= verdicts[code][0]:
                    verdicts[code] = match.precision, wanted, match.origin
    return verdicts


def _setting(rule: RuleInfo, state: _State, problems: Problems) -> RuleSetting:
    origins = {"enabled": state.why, "severity": state.severity_why}
    origins |= {f"options.{key}": origin for key, (_, origin) in state.options.items()}
    if not state.options:
        return RuleSetting(rule, state.enabled, state.severity, None, origins)
    try:
        options = msgspec.convert({key: value for key, (value, _) in state.options.items()}, rule.options)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        last = list(state.options.values())[-1][1]
        message = f"options of {rule.name}: {error}"
        problems.append(
            ListlintError(message, path=last.label, line=last.line, column=last.column, code="invalid-value")
        )
        options = None
    return RuleSetting(rule, state.enabled, state.severity, options, origins)


@lru_cache(maxsize=256)
def globs(patterns: Words) -> pathspec.GitIgnoreSpec:
    """Compile gitignore-style globs.

    Raises:
        ValueError: one of them is not a glob, or has more than ``MAX_WILDCARDS`` runs of ``*``.
    """
    import pathspec

    for pattern in patterns:
        if len(_STARS.findall(pattern)) > MAX_WILDCARDS:
            raise ValueError(f"more than {MAX_WILDCARDS} wildcards")
    return pathspec.GitIgnoreSpec.from_lines(patterns)


def _relative(path: Path | str, root: Path) -> str | None:
    """``path`` relative to ``root`` with ``/``; None where it lies outside."""
    try:
        relative = os.path.relpath(path, root)
    except ValueError:  # another drive of Windows
        return None
    return None if relative.split(os.sep, 1)[0] == os.pardir else relative.replace(os.sep, "/")
