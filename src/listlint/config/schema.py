"""The shape of a configuration file, and of what becomes of it.

The structures are what :mod:`listlint.config.validate` checks a file against, and what the
JSON Schema is made from. Keys are kebab-cased in files (``extend_select`` is ``extend-select``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Struct, field

from listlint.model.errors import ListlintError
from listlint.packs.patterns import Pattern  # noqa: TC001  # msgspec reads the annotation when it runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from listlint.model.diagnostic import Severity

DEFAULT_PRESET = "default"

SeverityName = Literal["error", "warning", "info"]
SeverityOrOff = Literal["error", "warning", "info", "off"]
Words = tuple[str, ...]


class RuleInfo(Struct, frozen=True):
    """What the configuration must know of a rule; the session makes it from the rule's class."""

    code: str
    name: str
    severity: Severity
    declared: type[msgspec.Struct] | Callable[[], type[msgspec.Struct]]
    """the class of its options, or what loads it"""
    aliases: tuple[str, ...] = ()
    fixable: bool = False
    plugin: str | None = None
    """the distribution that it comes from, where that is not ours"""

    @property
    def options(self) -> type[msgspec.Struct]:
        """The class of its options."""
        return self.declared if isinstance(self.declared, type) else self.declared()

    @property
    def family(self) -> str:
        """The letters of the code: ``ENC`` of ``ENC001``."""
        return self.code.rstrip("0123456789")


class NoOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The options of a rule that has none."""


class Origin(Struct, frozen=True):
    """Where a value was given: a file with line and column (from 1), a preset, the command line."""

    label: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """``listlint.toml:3``, ``preset papers``, ``--select`` or ``default``."""
        return self.label if self.line is None else f"{self.label}:{self.line}"


BUILT_IN = Origin("default")


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What any level may say about rules. A rule is written as its code or its name."""

    preset: Annotated[str | None, msgspec.Meta(description="The set of rules to start from.")] = None
    select: Annotated[
        Words | None, msgspec.Meta(description="Rules, families such as ENC, or ALL: these and no others.")
    ] = None
    extend_select: Annotated[Words, msgspec.Meta(description="Rules to add to those selected.")] = ()
    ignore: Annotated[Words, msgspec.Meta(description="Rules to leave out.")] = ()
    severity: Annotated[
        dict[str, SeverityOrOff], msgspec.Meta(description="The severity of a rule or family, or off.")
    ] = {}
    dialect: Annotated[
        Literal["bibtex", "biblatex"] | None,
        msgspec.Meta(description="The dialect of BibTeX, for every rule that asks for it."),
    ] = None
    rules: Annotated[dict[str, dict[str, Any]], msgspec.Meta(description="Options of single rules.")] = {}


class PerFile(Adjustment, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One ``[[per-file]]`` table."""

    files: Annotated[str | Words, msgspec.Meta(description="Globs as in .gitignore files.")]


class HostLinks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """``[links.hosts."example.org"]``: how one host is asked."""

    connections: Annotated[int, msgspec.Meta(description="Requests at a time.", ge=1)] = 6
    rate: Annotated[float, msgspec.Meta(description="Requests a second.", gt=0)] = 20.0
    burst: Annotated[int, msgspec.Meta(description="Requests without a pause.", ge=1)] = 10


class Links(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """``[links]``: what ``listlint links`` asks, how fast, and what it remembers. Times are seconds."""

    include: Annotated[Words, msgspec.Meta(description="Expressions: ask only for URLs in which one is found.")] = ()
    exclude: Annotated[Words, msgspec.Meta(description="Expressions: ask for no URL in which one is found.")] = ()
    accept: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=100, le=999)], ...],
        msgspec.Meta(description="Status codes that count as alive, besides the usual ones."),
    ] = ()
    fragments: Annotated[bool, msgspec.Meta(description="Look for the anchors that links name.")] = False
    soft_404: Annotated[bool, msgspec.Meta(description="Look for pages that only say that they are not there.")] = False
    allow_private: Annotated[bool, msgspec.Meta(description="Ask private and loopback addresses too.")] = False
    allow: Annotated[
        Words, msgspec.Meta(description="Networks that may be asked although they are private, such as 10.1.0.0/16.")
    ] = ()
    ports: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=65535)], ...], msgspec.Meta(description="Ports that may be asked.")
    ] = (80, 443)
    max_age: Annotated[float, msgspec.Meta(description="Days for which a success is reused.", ge=0)] = 7.0
    store: Annotated[str, msgspec.Meta(description="The link history, relative to this file; empty for none.")] = (
        ".listlint/links.db"
    )
    stale_after: Annotated[
        float, msgspec.Meta(description="Days without a push after which a repository is stale (NET010).", gt=0)
    ] = 730.0
    in_flight: Annotated[int, msgspec.Meta(description="Requests at a time, over all hosts.", ge=1, le=1024)] = 128
    connections: Annotated[int, msgspec.Meta(description="Requests at a time to one host.", ge=1)] = 6
    rate: Annotated[float, msgspec.Meta(description="Requests a second to one host.", gt=0)] = 20.0
    burst: Annotated[int, msgspec.Meta(description="Requests to one host without a pause.", ge=1)] = 10
    connect_timeout: Annotated[float, msgspec.Meta(description="Until the connection stands.", gt=0)] = 10.0
    first_byte: Annotated[float, msgspec.Meta(description="Until the answer begins.", gt=0)] = 15.0
    link_timeout: Annotated[float, msgspec.Meta(description="For one link with hops and retries.", gt=0)] = 60.0
    confirm_delay: Annotated[float, msgspec.Meta(description="Between the two 404 of a dead link.", ge=0)] = 5.0
    backoff: Annotated[float, msgspec.Meta(description="The longest first delay of a retry.", ge=0)] = 1.0
    hosts: Annotated[dict[str, HostLinks], msgspec.Meta(description="Limits of single hosts.")] = {}
    origins: Annotated[
        dict[str, str], msgspec.Meta(description="Where APIs are, such as that of a GitHub Enterprise server.")
    ] = {}
    proxy: Annotated[str | None, msgspec.Meta(description="A proxy for all requests.")] = None
    roots: Annotated[str | None, msgspec.Meta(description="A PEM file of further trusted certificates.")] = None


class Config(Adjustment, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A configuration file: ``listlint.toml``, or ``[tool.listlint]`` in ``pyproject.toml``."""

    extends: Annotated[
        str | Words,
        msgspec.Meta(description="A preset, or configuration files inside the repository, relative to this one."),
    ] = ()
    fail_on: Annotated[
        SeverityName | None, msgspec.Meta(description="The least severity that makes the exit code 1.")
    ] = None
    include: Annotated[Words | None, msgspec.Meta(description="The files to check where no path is given.")] = None
    exclude: Annotated[Words | None, msgspec.Meta(description="Files and folders to leave out.")] = None
    baseline: Annotated[
        str | None, msgspec.Meta(description="The file of known findings, relative to this one; empty for none.")
    ] = None
    links: Annotated[Links, msgspec.Meta(description="What `listlint links` asks, how fast, what it remembers.")] = (
        Links()
    )
    per_file: Annotated[
        tuple[PerFile, ...] | dict[str, Words | Adjustment],
        msgspec.Meta(description="Other settings for the files that match a glob; a list is what they ignore."),
    ] = ()
    pattern: Annotated[tuple[Pattern, ...], msgspec.Meta(description="Rules of your own, made of expressions.")] = ()


class Preset(Adjustment, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A file of ``rules/presets``. It may name families and rules that do not exist yet."""

    description: str
    extends: str | None = None


class Overrides(Struct, frozen=True):
    """What the command line says; words may hold several rules, separated by commas.

    ``values`` are ``KEY=VALUE`` strings, the value in TOML or a bare word.
    """

    preset: str | None = None
    select: Words | None = None
    extend_select: Words = ()
    ignore: Words = ()
    values: Words = ()
    fail_on: str | None = None
    exclude: Words = ()
    """globs added to those that are configured"""


class RuleSetting(Struct, frozen=True):
    """A rule as it applies to a file.

    ``origins`` has an entry for ``enabled`` and ``severity``, and one for each option that was
    set, under the option's kebab-cased name after ``options.``.
    """

    rule: RuleInfo
    enabled: bool
    severity: Severity
    chosen: msgspec.Struct | None
    """its options; None where nobody set one"""
    origins: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def options(self) -> msgspec.Struct:
        """Its options, as they are by default where nobody set one."""
        return self.rule.options() if self.chosen is None else self.chosen

    @property
    def severity_is_set(self) -> bool:
        """Tell whether somebody chose the severity, so that a finding's own must not replace it."""
        return self.origins.get("severity", BUILT_IN) != BUILT_IN


class ConfigError(ListlintError):
    """Several mistakes at once; the fields of the exception are those of the first."""

    def __init__(self, problems: tuple[ListlintError, ...]) -> None:
        first = problems[0]
        super().__init__(
            first.message,
            path=first.path,
            line=first.line,
            column=first.column,
            code=first.code,
            hint=first.hint,
        )
        self.problems = problems

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Keep every problem when the error crosses a process boundary."""
        return ConfigError, (self.problems,)

    def __str__(self) -> str:
        """One line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


def raise_all(problems: list[ListlintError]) -> None:
    """Raise the one problem, or all of them together; nothing if there is none."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ConfigError(tuple(problems))


def shown(path: Path) -> str:
    """A path as people read it: relative to the working folder where it lies inside, with ``/``."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
