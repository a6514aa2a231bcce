"""Describes the rules from their own classes: for the terminal, as data, and as ``rules/README.md``."""

from __future__ import annotations

import inspect
import textwrap
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from listlint.checks.api import Bad, Good, Rule
from listlint.checks.registry import all_rules, family_of, find_rule
from listlint.config.merge import preset_names, resolve
from listlint.config.schema import Overrides
from listlint.config.validate import suggest
from listlint.model.errors import ListlintError
from listlint.model.result import PATTERNS_URL, RuleText, rule_url
from listlint.packs.loader import builtin_folder
from listlint.report.sanitise import json_safe, sanitise
from listlint.report.style import Ink, Style
from listlint.session import rule_infos
from listlint.testing import unmark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listlint.report.options import RenderOptions

    AnyRule = type[Rule[Any]]

FAMILIES = {
    "STR": "Structure",
    "ENT": "Entries",
    "URL": "Links, offline",
    "NET": "Links, online",
    "DUP": "Duplicates",
    "BIB": "BibTeX",
    "MET": "Metadata",
    "ENC": "Encoding",
    "AWE": "Awesome manifesto",
    "STY": "White space",
    "SUP": "Suppressions, and the tool's own",
    "PAT": "Patterns",
}


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """How a rule did on real lists: ``wrong`` of ``judged`` findings, drawn from ``found``."""

    found: int
    lists: int
    judged: int
    wrong: int
    second_judged: int
    second_disagreed: int

    def sentence(self) -> str:
        """The figures in words."""
        if not self.found:
            return "nothing found in the lists of the corpus, so there is nothing to judge"
        second = f"; a second reader judged {self.second_judged} of them and disagreed on {self.second_disagreed}"
        return (
            f"{self.judged - self.wrong} of {self.judged} findings right, drawn from {self.found} in {self.lists} real "
            f"lists{second if self.second_judged else ''}"
        )


@lru_cache(maxsize=1)
def precision() -> Mapping[str, Precision]:
    """The measured precision of every rule that was measured, by code."""
    path = builtin_folder() / "precision.toml"
    if not path.is_file():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    figures = {}
    for code, table in data.items():
        verdicts = table.get("findings", [])
        second = [item for item in verdicts if "second" in item]
        figures[code] = Precision(
            found=table["found"],
            lists=table["lists"],
            judged=len(verdicts),
            wrong=sum(item["verdict"] == "false" for item in verdicts),
            second_judged=len(second),
            second_disagreed=sum(item["second"] != item["verdict"] for item in second),
        )
    return figures


def precision_text(rule: AnyRule) -> str:
    """How often a rule is right on real lists, in words."""
    measured = precision().get(rule.code)
    if rule.needs and not (measured and measured.found):
        wanted = " and ".join(fact.WANTED for fact in rule.needs)
        return f"not measured: it needs {wanted}, and the lists of the corpus are copies without"
    return measured.sentence() if measured else "not measured"


@lru_cache(maxsize=1)
def presets_of() -> Mapping[str, tuple[str, ...]]:
    """The presets that each rule is in, by code."""
    found: dict[str, list[str]] = {rule.code: [] for rule in all_rules()}
    for preset in preset_names():
        settings = resolve(rule_infos(), None, Overrides(preset=preset))
        for code, setting in settings.rules.items():
            if setting.enabled:
                found[code].append(preset)
    return {code: tuple(names) for code, names in found.items()}


def as_data(rule: AnyRule) -> dict[str, Any]:
    """Everything that is known of a rule, for JSON."""
    measured = precision().get(rule.code)
    return {
        "code": rule.code,
        "name": rule.name,
        "family": FAMILIES.get(family_of(rule.code), family_of(rule.code)),
        "severity": rule.severity.value,
        "fix": rule.fix.value if rule.fix else None,
        "since": rule.since,
        # Who writes or installs a rule wants it: such a rule is on, whatever the preset.
        "presets": list(preset_names() if rule.origin else presets_of().get(rule.code, ())),
        "summary": summary(rule),
        "documentation": documentation(rule),
        "options": options_of(rule),
        "precision": msgspec.to_builtins(measured) if measured else None,
        "url": _url(rule),
        **({"origin": rule.origin} if rule.origin else {}),
    }


def _url(rule: AnyRule) -> str:
    """Where a rule is documented, or what rules of its sort are."""
    if rule.origin:
        from listlint.checks.patterns import PatternRule

        if issubclass(rule, PatternRule):
            return PATTERNS_URL
    return rule_url(rule.code, rule.name)


def summary(rule: AnyRule) -> str:
    """The first sentence of a rule's documentation."""
    first = documentation(rule).split("\n\n")[0]
    return " ".join(first.split())


def documentation(rule: AnyRule) -> str:
    """A rule's docstring."""
    return inspect.getdoc(rule) or ""


def options_of(rule: AnyRule) -> list[dict[str, Any]]:
    """A rule's options: name, type, default and description."""
    schema = msgspec.json.schema(rule.Options)
    definition: dict[str, Any] = next(iter(schema.get("$defs", {}).values()), {})
    return [
        {
            "name": name,
            "type": _type(field),
            "default": field.get("default"),
            "description": field.get("description", ""),
        }
        for name, field in definition.get("properties", {}).items()
    ]


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    if "anyOf" in field:
        return " | ".join(_type(part) for part in field["anyOf"])
    return str(field.get("type", "value"))


def rule_texts(others: Sequence[AnyRule] = ()) -> dict[str, RuleText]:
    """What reports may say of every rule, by code; ``others`` are those that are not ours."""
    return {rule.code: _rule_text(rule) for rule in (*all_rules(), *others)}


def _rule_text(rule: AnyRule) -> RuleText:
    measured = precision().get(rule.code)
    share = (measured.judged - measured.wrong) / measured.judged if measured and measured.judged else None
    _, _, body = _section(rule).partition("\n\n")
    fix = f"Its fix is {rule.fix.value}." if rule.fix else "It has no fix."
    sections = [documentation(rule), fix, *(f"{title.capitalize()}:\n\n{text}" for title, text in _examples(rule))]
    return RuleText(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        short=summary(rule),
        full=documentation(rule),
        help=_visible("\n\n".join(sections)),
        markdown=body.strip() + "\n",
        precision=_precision_word(share),
        tags=(FAMILIES.get(family_of(rule.code), family_of(rule.code)).casefold(),),
    )


def _precision_word(share: float | None) -> str:
    """One of the four words that GitHub knows; a rule that was not measured is in the middle."""
    if share is None:
        return "medium"
    steps = ((0.95, "very-high"), (0.85, "high"), (0.7, "medium"))
    return next((word for least, word in steps if share >= least), "low")


def describe(label: str, output: str, options: RenderOptions, others: Callable[[], Sequence[AnyRule]] = tuple) -> str:
    """One rule, or those of a family, as text or JSON; ``others`` gives the rules that are not ours.

    These are asked for where the label is none of ours.

    Raises:
        ListlintError: no rule has this code or name, and no family these letters.
    """
    rule = find_rule(label)
    if rule is None:
        if label.upper() in FAMILIES:
            return listing(output, options, (), label)
        known = others()
        names = {word.casefold(): other for other in known for word in (other.code, other.name, *other.aliases)}
        rule = names.get(label.casefold())
        if rule is None and any(family_of(other.code).casefold() == label.casefold() for other in known):
            return listing(output, options, known, label)
        if rule is None:
            raise _unknown(label, known)
    if output == "json":
        return json_safe(msgspec.json.format(msgspec.json.encode(as_data(rule)), indent=2).decode()) + "\n"
    return _text(rule, Style(options.colour))


_NEAR = 0.75
"""Likeness from which one name may be a slip of the pen for another: `URL0001` and `prais`, not `NOPE`."""
_SHORTEST = 4
"""Letters of what is taken for a part of a name: `separator`."""
_LONGEST = 60
"""Letters of what may be a name of a rule."""


def _unknown(label: str, others: Sequence[AnyRule] = ()) -> ListlintError:
    names = [name for rule in (*all_rules(), *others) for name in (rule.code, rule.name)]
    part = [name for name in names if label.casefold() in name.casefold()] if len(label) >= _SHORTEST else []
    near = suggest(label, names, _NEAR) if len(label) <= _LONGEST else None
    if part:
        near = f"did you mean {' or '.join(map(repr, part[:3]))}{' …' if len(part) > 3 else ''}?"
    family = family_of(label.upper())
    known = family != label.upper() and any(family_of(rule.code) == family for rule in (*all_rules(), *others))
    hint = near or (f"listlint rule {family} lists those of its family" if known else "listlint rule lists all of them")
    return ListlintError(f"there is no rule '{label}'", code="unknown-rule", hint=hint)


def _text(rule: AnyRule, style: Style) -> str:
    data = as_data(rule)
    lines = [style(Ink.STRONG, f"{rule.code} {rule.name}"), ""]
    lines += [*map(sanitise, documentation(rule).splitlines()), ""]
    lines.append(f"severity   {data['severity']}")
    lines.append(f"fix        {data['fix'] or 'none'}")
    shown = (
        "every one; a rule of one's own is on unless it is turned off" if rule.origin else ", ".join(data["presets"])
    )
    lines.append(f"presets    {shown or 'none'}")
    lines.append(f"precision  {precision_text(rule)}")
    if rule.origin:
        lines.append(f"from       {sanitise(rule.origin)}")
    lines.append(f"docs       {data['url']}")
    for option in data["options"]:
        lines.append("")
        lines.append(f"option {option['name']} ({option['type']}, default {_toml(option['default'])})")
        lines.extend(textwrap.wrap(option["description"], 96, initial_indent="    ", subsequent_indent="    "))
    for title, example in _examples(rule):
        lines += ["", f"{title}:"]
        lines += [f"    {sanitise(line)}".rstrip() for line in example.splitlines()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    return "none" if value is None else msgspec.json.encode(value).decode()


def _examples(rule: AnyRule) -> list[tuple[str, str]]:
    """One example of each kind, the marks left in the bad one."""
    found: list[tuple[str, str]] = []
    bad = next((example for example in rule.invalid if example.raw is None), None)
    if isinstance(bad, Bad):
        found.append(("found", bad.text))
        if bad.fixed is not None:
            found.append(("fixed", bad.fixed))
    good = next((example for example in rule.valid if not isinstance(example, Good) or example.raw is None), None)
    if good is not None:
        found.append(("fine", good.text if isinstance(good, Good) else good))
    return [(title, text[:600]) for title, text in found]


def listing(output: str, options: RenderOptions, others: Sequence[AnyRule] = (), only: str = "") -> str:
    """All rules, or those of the family ``only``, as a table or as JSON.

    ``others`` are those that are not ours, which stand last.
    """
    wanted = only.upper()
    rules = [rule for rule in (*all_rules(), *others) if not wanted or family_of(rule.code).upper() == wanted]
    if output == "json":
        text = msgspec.json.format(msgspec.json.encode([as_data(rule) for rule in rules]), indent=2).decode()
        return json_safe(text) + "\n"
    style = Style(options.colour)
    width = max(len(rule.name) for rule in rules)
    lines: list[str] = []
    family = ""
    for rule in rules:
        if family_of(rule.code) != family:
            family = family_of(rule.code)
            lines += ([""] if lines else []) + [style(Ink.STRONG, f"{FAMILIES.get(family, family)} ({family})")]
        fix = rule.fix.value if rule.fix else "-"
        default = "on" if "default" in presets_of().get(rule.code, ()) or rule.origin else "off"
        head = f"  {rule.code:6}  {rule.name:{width}}  {rule.severity.value:7}  fix {fix:6}  {default:3}  "
        lines.append(
            head
            + textwrap.shorten(
                sanitise(summary(rule)).rstrip("."), max(30, options.width - len(head)), placeholder=" …"
            )
        )
    return "\n".join(lines) + "\n"


def readme() -> str:
    """The text of ``rules/README.md``."""
    parts = [
        "# The rules\n",
        "Generated from the rules themselves by `python -m listlint.dev catalogue`; a test fails when it is stale.",
        "Code and name are interchangeable wherever a rule is named. Severity is the default one;",
        "`listlint config` shows what holds for you.",
        "**error**: the list is wrong for its reader. **warning**: very probably wrong. **info**: polish.",
        "A **safe** fix keeps the meaning of the rendered list; an **unsafe** one is probably right.\n",
        "| code | name | severity | fix | presets |\n|---|---|---|---|---|",
    ]
    for rule in all_rules():
        anchor = rule_url(rule.code, rule.name).rsplit("#", 1)[1]
        fix = rule.fix.value if rule.fix else "none"
        presets = ", ".join(presets_of()[rule.code])
        parts.append(f"| [{rule.code}](#{anchor}) | {rule.name} | {rule.severity.value} | {fix} | {presets} |")
    family = ""
    for rule in all_rules():
        if family_of(rule.code) != family:
            family = family_of(rule.code)
            parts.append(f"\n## {FAMILIES.get(family, family)}")
        parts.append(_section(rule))
    return "\n".join(parts) + "\n"


def _section(rule: AnyRule) -> str:
    lines = [f"\n### {rule.code} {rule.name}\n", documentation(rule), ""]
    lines.append(f"Precision: {precision_text(rule)}.\n")
    lines.extend(
        f"- Option `{option['name']}` ({option['type']}, default `{_toml(option['default'])}`): {option['description']}"
        for option in options_of(rule)
    )
    if options_of(rule):
        lines.append("")
    for title, example in _examples(rule):
        text = example if title != "found" else unmark(example).text
        fence = "~~~~" if "```" in text else "```"
        lines.append(f"{title.capitalize()}:\n\n{fence}text\n{_visible(text)}\n{fence}\n")
    return "\n".join(lines).rstrip() + "\n"


def _visible(text: str) -> str:
    """An example without characters that a reader of the page could not see."""
    return "\n".join(sanitise(line.replace("\t", "→")).rstrip() for line in text.strip("\n").split("\n"))
