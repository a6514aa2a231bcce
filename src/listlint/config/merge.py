"""Lays the sources of settings over one another.

From the weakest to the strongest: the rule's own defaults, the preset, files that are
extended, the configuration file, its per-file tables, ``--set``, and the command line's
``--select``, ``--extend-select`` and ``--ignore``.

How they combine is said in :mod:`listlint.config.layers`.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from listlint.config.layers import Layer, Match, PerFileLayer, Placed, Plan, Settings, fold, globs
from listlint.config.load import Table, is_file, parse_toml, read_config, real_path, repository_root
from listlint.config.reach import is_inside, leaves, withheld
from listlint.config.schema import (
    BUILT_IN,
    DEFAULT_PRESET,
    Adjustment,
    Config,
    ConfigError,
    Links,
    NoOptions,
    Origin,
    Overrides,
    PerFile,
    Preset,
    RuleInfo,
    Words,
    raise_all,
    shown,
)
from listlint.config.validate import Problems, Selectors, check_struct, check_value, fields_of, suggest
from listlint.model.diagnostic import Severity
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy
from listlint.packs.loader import builtin_folder
from listlint.packs.patterns import Mistake, mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.config.locate import KeyPath
    from listlint.packs.patterns import Pattern


MAX_DEPTH = 16
"""Files that may extend one another in a row."""
MAX_EXTENDED = 64
"""Files that may be extended at all."""
_CATALOGUE_WORD = lazy(r"[A-Z]{3}(?:\d{3})?")
_WORD_LISTS = frozenset({"select", "extend-select", "ignore", "include", "exclude", "extends"})


def preset_names() -> tuple[str, ...]:
    """The built-in presets, ``default`` first."""
    names = sorted(path.stem for path in (builtin_folder() / "presets").glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != DEFAULT_PRESET))


def resolve(
    rules: Sequence[RuleInfo],
    config_file: Path | None = None,
    overrides: Overrides | None = None,
    *,
    root: Path | None = None,
    default_fail_on: Severity = Severity.WARNING,
    named: bool = False,
) -> Settings:
    """The settings that a configuration file and the command line make together.

    ``root``, to which globs are relative, is the folder of ``config_file`` or else the working
    folder. ``default_fail_on`` holds where nobody says what to fail on. ``named`` tells that the user
    named the file: it may then say whom links lead to (:mod:`listlint.config.reach`), and lie elsewhere;
    globs are relative to the repository of the working folder in that case.

    Raises:
        ListlintError: a mistake in a file or on the command line, with its place.
        ConfigError: several.
    """
    resolver = _Resolver(rules, named=named)
    if config_file is not None:
        resolver.read_file(Path(os.path.abspath(config_file)))  # noqa: PTH100 (Path.resolve follows links)
    resolver.read_command_line(overrides or Overrides())
    return resolver.settings(root or _root_of(config_file, named=named), default_fail_on)


def _root_of(config_file: Path | None, *, named: bool) -> Path:
    if config_file is None:
        return Path.cwd()
    own, home = config_file.absolute().parent, repository_root(Path.cwd())
    return own if not named or own.resolve().is_relative_to(home.resolve()) else home


class _Resolver:
    """Collects layers and problems, source by source, from the weakest to the strongest."""

    def __init__(self, rules: Sequence[RuleInfo], *, named: bool = False) -> None:
        self.named = named
        self.withheld: list[ListlintError] = []
        self.selectors = Selectors(rules)
        self.problems = Problems()
        self.presets: dict[str, tuple[Layer, ...]] = {}
        self.files: list[Layer] = []
        self.per_file: list[PerFileLayer] = []
        self.top: list[Layer] = []
        self.values: dict[str, tuple[Any, Origin]] = {}
        self.paths: list[Path] = []
        self.start: Path | None = None
        self.extended = 0
        self.read: set[Path] = set()
        self.pinned = False
        self.patterns: list[Placed] = []
        self.files.extend(_of_plugins(rules))
        self.use_preset(DEFAULT_PRESET, Table("default", {}))

    # Values that are not about rules: the last one wins.

    def use_preset(self, name: str, table: Table, *keys: str | int) -> bool:
        """Make ``name`` the preset to start from, if there is such a preset."""
        if not self.load_preset(name, table, *keys):
            return False
        self.values["preset"] = name, table.origin(*keys) if keys else BUILT_IN
        return True

    def take(self, config: Config, table: Table) -> None:
        """Take over the values of ``config`` that its file really has."""
        if "links" in table.data:
            given = {name: getattr(config.links, name) for name in _given(table.data["links"])}
            known, _ = self.values.get("links", ({}, BUILT_IN))
            self.values["links"] = {**known, **given}, table.origin("links")
            for name, value in given.items():
                key = name.replace("_", "-")
                self.values[f"links.{key}"] = value, table.origin("links", key)
            if not self.is_named(table):
                self.withheld.extend(withheld(config.links, given, table))
        for key, value in (
            ("fail-on", config.fail_on),
            ("include", config.include),
            ("exclude", config.exclude),
            ("baseline", config.baseline),
        ):
            if value is not None and key in table.data:
                if key in ("include", "exclude"):
                    self.check_globs(cast("Words", value), table, key)
                self.values[key] = value, table.origin(key)

    def is_named(self, table: Table) -> bool:
        """Tell whether the user named a source: an option, or the file of ``--config`` itself."""
        return table.path is None or (self.named and table.path == self.start)

    def check_globs(self, patterns: Words, table: Table, *keys: str | int) -> None:
        """Note each glob that cannot be read."""
        for index, pattern in enumerate(patterns):
            try:
                globs((pattern,))
            except ValueError as error:
                self.problems.add(table, f"not a glob: '{pattern}' ({error})", *keys, index, code="invalid-glob")

    # Presets.

    def load_preset(self, name: str, table: Table, *keys: str | int) -> bool:
        """Read a built-in preset and what it extends."""
        if name in self.presets:
            return True
        if name not in (known := preset_names()):
            hint = suggest(name, known) or "presets are " + ", ".join(known)
            self.problems.add(table, f"unknown preset '{name}'", *keys, hint=hint, code="unknown-preset")
            return False
        path = builtin_folder() / "presets" / f"{name}.toml"
        data = parse_toml(path.read_text(encoding="utf-8"), shown(path))
        own = Table(f"preset {name}", data)
        preset = check_struct(own, Preset, data, self.problems)
        if not isinstance(preset, Preset):
            return False
        base: tuple[Layer, ...] = ()
        if preset.extends and self.load_preset(preset.extends, own, "extends"):
            base = self.presets[preset.extends]
        self.presets[name] = (*base, self.layer(own, preset, builtin=True))
        return True

    # Files.

    def read_file(self, path: Path) -> None:
        """Read a configuration file and all that it extends."""
        self.start = path
        self._read_chain(path, repository_root(path), ())

    def _read_chain(self, path: Path, root: Path, above: tuple[Path, ...]) -> None:
        table = read_config(path)
        config = check_struct(table, Config, self.without_misplaced(table), self.problems)
        if not isinstance(config, Config):
            return
        chain = (*above, path.resolve())
        has_preset = config.preset is not None
        items = (config.extends,) if isinstance(config.extends, str) else config.extends
        for index, item in enumerate(items):
            keys: KeyPath = ("extends",) if isinstance(config.extends, str) else ("extends", index)
            if item.endswith(".toml") or "/" in item or "\\" in item:
                self._extend(item, table, keys, root, chain)
            elif has_preset:
                self.problems.add(
                    table,
                    f"a second preset, '{item}'",
                    *keys,
                    hint="name one preset, and add families or rules with extend-select",
                )
            else:
                has_preset = True
                self.use_preset(item, table, *keys)
        self.paths.append(path)
        self.apply(config, table)

    def without_misplaced(self, table: Table) -> dict[str, Any]:
        """The data of a file without tables that are named after a rule: those belong under ``rules``."""
        data = dict(table.data)
        for key in sorted(set(data) - set(fields_of(Config))):
            if isinstance(data[key], dict) and (rule := self.selectors.rule(key)):
                hint = f"the options of a rule stand in [rules.{rule.name}]"
                self.problems.add(table, f"unknown key '{key}'", key, hint=hint, code="unknown-key")
                del data[key]
        return data

    def _extend(self, item: str, table: Table, keys: KeyPath, root: Path, chain: tuple[Path, ...]) -> None:
        """Read the file that ``item`` names, if it is allowed to."""
        # What the words say comes first: to look at a share of another host is to knock at its door.
        target = None if leaves(item) else Path(os.path.abspath(cast("Path", table.path).parent / item))  # noqa: PTH100
        real = real_path(target) if target is not None else None
        message = hint = None
        if target is None or real is None or not real.is_relative_to(root.resolve()):
            message = f"extends '{item}', which is outside the repository"
            hint = f"name a file under {shown(root)}, relative to this one, with '/'"
        elif real in chain:
            names = [shown(path) for path in (*chain[chain.index(real) :], real)]
            message = "extends itself: " + " → ".join(names)
        elif not is_file(target):
            message = f"extends '{item}', which does not exist"
            hint = suggest(target.name, (*_siblings(target), *preset_names()))
        elif len(chain) >= MAX_DEPTH or self.extended >= MAX_EXTENDED:
            number = f"{MAX_DEPTH} files extend one another" if len(chain) >= MAX_DEPTH else f"{MAX_EXTENDED} extended"
            message = f"more than {number}"
        if message is not None:
            self.problems.add(table, message, *keys, hint=hint, code="extends")
        elif real not in self.read:
            self.read.add(cast("Path", real))
            self.extended += 1
            try:
                self._read_chain(cast("Path", target), root, chain)
            except ConfigError:
                raise  # there are too many problems already
            except ListlintError as error:
                self.problems.append(error)

    def apply(self, config: Config, table: Table, *, top: bool = False) -> None:
        """Lay one file (or, on ``top``, a ``--set``) over what was there."""
        if config.preset is not None and self.use_preset(config.preset, table, "preset"):
            self.pinned = self.pinned or top
        self.take(config, table)
        layers = self.top if top else self.files
        layers.extend(self.define(config.pattern, table))
        layers.append(self.layer(table, config))
        if isinstance(config.per_file, dict):
            for glob, body in config.per_file.items():
                where = ("per-file", glob)
                if isinstance(body, tuple):
                    self.add_per_file((glob,), Adjustment(ignore=body), table, where, plain=True)
                else:
                    self.add_per_file((glob,), body, table, where)
        else:
            for index, item in enumerate(config.per_file):
                files = (item.files,) if isinstance(item.files, str) else item.files
                self.add_per_file(files, item, table, ("per-file", index))

    def define(self, patterns: Sequence[Pattern], table: Table) -> Iterator[Layer]:
        """Make rules of the patterns in a file; the layers switch them on."""
        for index, pattern in enumerate(patterns):
            placed = Placed(pattern, table, ("pattern", index))
            rule = RuleInfo(
                pattern.code,
                pattern.name,
                Severity(pattern.severity),
                NoOptions,
                fixable=pattern.replace is not None,
            )
            wrong = list(mistakes(pattern))
            if not wrong and (taken := self.selectors.taken(rule)) is not None:
                wrong = [Mistake(*taken)]
            self.problems.extend(placed.error(message, key, hint=hint) for key, message, hint in wrong)
            if not wrong:
                self.selectors.add(rule)
                self.patterns.append(placed)
                yield Layer(on=(Match((rule.code,), 2, placed.origin),))

    def add_per_file(
        self, patterns: Words, body: Adjustment, table: Table, where: KeyPath, *, plain: bool = False
    ) -> None:
        """Note settings for some files; ``plain`` where a mere list of rules to ignore was given."""
        self.check_globs(patterns, table, *where, *(("files",) if isinstance(body, PerFile) else ()))
        preset = body.preset
        if preset is not None and not self.load_preset(preset, table, *where, "preset"):
            preset = None
        layer = self.layer(table, body, *where, plain=plain)
        self.per_file.append(PerFileLayer(patterns, preset, table.origin(*where, "preset"), layer))

    # The command line.

    def read_command_line(self, overrides: Overrides) -> None:
        """Lay ``--set`` and then the other options over everything."""
        for item in overrides.values:
            try:
                self._set(_set_table(item))
            except ListlintError as error:
                self.problems.append(error)
        if overrides.preset is not None:
            table = Table("--preset", {"preset": overrides.preset})
            self.pinned = self.use_preset(overrides.preset, table, "preset") or self.pinned
        for key, words in (
            ("select", overrides.select),
            ("extend-select", overrides.extend_select),
            ("ignore", overrides.ignore),
        ):
            if words:
                split = tuple(part.strip() for word in words for part in word.split(",") if part.strip())
                table = Table(f"--{key}", {key: split})
                self.top.append(self.layer(table, msgspec.convert({key: split}, Adjustment)))
        if overrides.fail_on is not None:
            table = Table("--fail-on", {"fail-on": overrides.fail_on})
            check_value(table, fields_of(Config)["fail-on"], overrides.fail_on, self.problems, "fail-on")
            self.values["fail-on"] = overrides.fail_on, table.origin()
        if overrides.exclude:
            table = Table("--exclude", {})
            self.check_globs(overrides.exclude, table)
            before_, origin = self.values.get("exclude", ((), None))
            label = Origin(f"{origin} and --exclude") if origin else table.origin()
            self.values["exclude"] = (*before_, *overrides.exclude), label

    def _set(self, table: Table) -> None:
        before = len(self.problems)
        config = check_struct(table, Config, self.without_misplaced(table), self.problems)
        if "extends" in table.data:
            self.problems.add(table, "extends cannot be set here", hint="name a file with --config")
        if isinstance(config, Config) and len(self.problems) == before:
            self.apply(config, table, top=True)

    # Layers.

    def layer(
        self, table: Table, body: Adjustment, *where: str | int, builtin: bool = False, plain: bool = False
    ) -> Layer:
        """What ``body``, which stands at ``where`` in ``table``, says about rules."""

        def matches(words: Words, *keys: str | int) -> tuple[Match, ...]:
            found = (self.match(word, table, (*where, *keys, i), builtin=builtin) for i, word in enumerate(words))
            return tuple(match for match in found if match)

        on = (*matches(body.select or (), "select"), *matches(body.extend_select, "extend-select"))
        ignored = matches(body.ignore) if plain else matches(body.ignore, "ignore")
        severities = []
        seen: dict[tuple[str, ...], str] = {}
        for word, name in body.severity.items():
            keys = (*where, "severity", word)
            if match := self.match(word, table, keys, builtin=builtin):
                self.refuse_twice(seen, match.codes, word, table, keys)
                severities.append((match, None if name == "off" else Severity(name)))
        fresh = table.origin(*where, "select") if body.select is not None else None
        return Layer(fresh, on, ignored, tuple(severities), self.options(table, body, where, builtin=builtin))

    def match(self, word: str, table: Table, keys: KeyPath, *, builtin: bool) -> Match | None:
        """The rules that one word names. Built-in presets may be ahead of the rules that exist."""
        origin = table.origin(*keys)
        found = self.selectors.codes_of(word, origin)
        if found is None:
            if not (builtin and _CATALOGUE_WORD.fullmatch(word)):
                hint = self.selectors.hint(word)
                self.problems.add(table, f"unknown rule '{word}'", *keys, hint=hint, code="unknown-rule")
            return None
        return Match(*found, origin)

    def refuse_twice(self, seen: dict[Words, str], codes: Words, word: str, table: Table, keys: KeyPath) -> None:
        """Note where a rule stands twice in one table, under its code and its name."""
        other = seen.setdefault(codes, word)
        if other != word:
            self.problems.add(table, f"'{word}' and '{other}' are the same rule", *keys, hint="keep one of them")

    def options(
        self, table: Table, body: Adjustment, where: KeyPath, *, builtin: bool
    ) -> tuple[tuple[str, str, Any, Origin], ...]:
        """The checked values of all option tables."""
        found: list[tuple[str, str, Any, Origin]] = []
        if body.dialect is not None:
            origin = table.origin(*where, "dialect")
            asking = [rule for rule in self.selectors.rules if "dialect" in rule.options.__struct_fields__]
            found.extend((rule.code, "dialect", body.dialect, origin) for rule in asking)
        seen: dict[tuple[str, ...], str] = {}
        for word, values in body.rules.items():
            keys = (*where, "rules", word)
            rule = self.selectors.rule(word, table.origin(*keys))
            if rule is None:
                if not (builtin and _CATALOGUE_WORD.fullmatch(word)):
                    hint = self.selectors.hint(word, families=False)
                    self.problems.add(table, f"unknown rule '{word}'", *keys, hint=hint, code="unknown-rule")
                continue
            self.refuse_twice(seen, (rule.code,), word, table, keys)
            for key, value in values.items():
                if self.check_option(rule, key, value, table, keys):
                    found.append((rule.code, key, value, table.origin(*keys, key)))
        return tuple(found)

    def check_option(self, rule: RuleInfo, key: str, value: Any, table: Table, keys: KeyPath) -> bool:
        """Tell whether an option exists and has a value that fits; else note the problem."""
        known = fields_of(rule.options)
        if key not in known:
            hint = suggest(key, known) or (f"its options are {', '.join(known)}" if known else "it has no options")
            if key == "severity":
                hint = f'severities stand in their own table: severity.{rule.name} = "…"'
            message = f"unknown option '{key}' of {rule.name}"
            self.problems.add(table, message, *keys, key, hint=hint, code="unknown-option")
            return False
        before = len(self.problems)
        check_value(table, known[key], value, self.problems, *keys, key)
        return len(self.problems) == before

    # The result.

    def store_outside(self, root: Path) -> Iterator[ListlintError]:
        """What is wrong with the place of the link history, unless the command line or a named file chose it."""
        store, origin = self.values.get("links.store", (Links().store, BUILT_IN))
        chosen = origin.line is None and origin != BUILT_IN
        chosen = chosen or (self.named and self.start is not None and origin.label == shown(self.start))
        if store and not chosen and not is_inside(store, root):
            message = f"links.store: the link history '{store}' would lie outside the repository"
            yield ListlintError(
                message,
                path=None if origin == BUILT_IN else origin.label,
                line=origin.line,
                column=origin.column,
                hint="choose its place on the command line, with --set links.store=FILE",
                code="not-trusted",
            )

    def settings(self, root: Path, default_fail_on: Severity) -> Settings:
        """All layers together.

        Raises:
            ListlintError: there were problems.
        """
        raise_all(_in_order(self.problems))
        plan = Plan(
            self.selectors.rules,
            self.presets,
            tuple(self.files),
            tuple(self.per_file),
            tuple(self.top),
            self.pinned,
        )
        preset = self.values["preset"][0]
        rules = fold(plan, preset, (), self.problems)
        for number in range(len(plan.per_file) if not self.problems else 0):
            fold(plan, preset, (number,), self.problems)
        raise_all(self.problems)
        fail_on, fail_origin = self.values.get("fail-on", (default_fail_on.value, BUILT_IN))
        include, include_origin = self.values.get("include", (None, BUILT_IN))
        exclude, exclude_origin = self.values.get("exclude", ((), BUILT_IN))
        baseline, baseline_origin = self.values.get("baseline", (None, BUILT_IN))
        origins = {
            "preset": self.values["preset"][1],
            "fail-on": fail_origin,
            "include": include_origin,
            "exclude": exclude_origin,
            "baseline": baseline_origin,
        } | {key: origin for key, (_, origin) in self.values.items() if key.startswith("links.")}
        return Settings(
            preset,
            root,
            tuple(self.paths),
            Severity(fail_on),
            include,
            exclude,
            rules,
            origins,
            tuple(self.selectors.notices),
            plan,
            links=Links(**self.values["links"][0]) if "links" in self.values else Links(),
            baseline=baseline,
            withheld=(*self.withheld, *self.store_outside(root)),
            patterns=tuple(self.patterns),
        )


def _of_plugins(rules: Sequence[RuleInfo]) -> Iterator[Layer]:
    """Who installs a plugin wants its rules: they are on, whatever the preset, unless somebody says otherwise."""
    for rule in rules:
        if rule.plugin is not None:
            yield Layer(on=(Match((rule.code,), 2, Origin(f"plugin {rule.plugin}")),))


def _siblings(target: Path) -> list[str]:
    """The configuration files beside one that is not there; not too many of them."""
    try:
        names = os.listdir(target.parent)  # noqa: PTH208  # Path.iterdir raises later
    except (OSError, ValueError):
        return []
    return sorted(name for name in names if name.endswith(".toml"))[:100]


def _given(links: Any) -> tuple[str, ...]:
    """The fields of :class:`Links` that a table has."""
    names = dict(zip(Links.__struct_encode_fields__, Links.__struct_fields__, strict=True))
    return tuple(names[key] for key in links if key in names) if isinstance(links, dict) else ()


def _in_order(problems: Problems) -> list[ListlintError]:
    """File by file as they were read, from top to bottom."""
    paths = list(dict.fromkeys(problem.path for problem in problems))
    return sorted(problems, key=lambda problem: (paths.index(problem.path), problem.line or 0, problem.column or 0))


def _set_table(item: str) -> Table:
    """The table that ``--set KEY=VALUE`` stands for.

    Raises:
        ListlintError: no ``=``, or a key that is none.
    """
    key, equals, value = item.partition("=")
    label = f"--set {item}"
    if not equals or not key.strip():
        raise ListlintError("expected KEY=VALUE", path=label, code="config", hint="such as --set fail-on=error")
    words = [word.strip() for word in value.split(",") if word.strip()]
    readings = (value, msgspec.json.encode(words if key.strip() in _WORD_LISTS else value.strip()).decode())
    for reading in readings:
        try:
            return Table(label, tomllib.loads(f"{key} = {reading}"))
        except (ValueError, RecursionError):  # ValueError: no TOML, or an integer of more than 4,300 digits
            continue
    raise ListlintError(f"'{key}' is not a key", path=label, code="config", hint="such as rules.arxiv-form.form")
