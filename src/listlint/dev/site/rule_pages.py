"""The pages on rules, each made from the rule itself, from what was measured of it, and from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listlint.catalogue import FAMILIES, documentation, precision, precision_text, presets_of, summary
from listlint.checks.api import Bad, Good, Rule
from listlint.checks.registry import all_rules, family_of
from listlint.config.merge import preset_names, resolve
from listlint.config.schema import Overrides
from listlint.dev.site.dialect import indented
from listlint.dev.site.markup import code, example, fence, outside_code, plain, table, toml
from listlint.dev.site.peers import TOOLS, peers
from listlint.dev.site.schema import keys
from listlint.model.patterns import lazy
from listlint.model.result import CATALOGUE_URL
from listlint.packs.loader import builtin_folder, read_toml
from listlint.session import rule_infos
from listlint.testing import lint, parse, unmark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from listlint.config.schema import RuleSetting
    from listlint.model.diagnostic import Diagnostic

    AnyRule = type[Rule[Any]]

SOURCE_URL = CATALOGUE_URL.removesuffix("/rules/README.md")
"""Where the files of the repository are shown."""
BAD, GOOD = 4, 3
"""How many examples of each kind a page shows."""
SEVERITIES = {
    "error": "the list is wrong for its reader",
    "warning": "very probably wrong",
    "info": "polish",
}
FIXES = {
    "safe": "keeps the meaning of the rendered list; `listlint fix` applies it",
    "unsafe": "is probably right, and an editor should look; `--unsafe-fixes` applies it",
    "display": "is shown and never applied",
}
_CODE_WORD = lazy(r"(?<![\w/-])[A-Z]{3}[0-9]{3}(?![\w-])")
_TABLE_FILE = lazy(r"(?:rules/tables/)?(?P<name>[a-z]+)\.toml")


def rule_pages() -> dict[str, str]:
    """The pages below ``rules/``, by path."""
    pages = {f"rules/{rule.code}.md": page(rule) for rule in all_rules()}
    return {"rules/index.md": index(), "presets.md": presets(), "peers.md": peers_page(), **pages}


def by_family() -> dict[str, list[AnyRule]]:
    """All rules by the name of their family."""
    found: dict[str, list[AnyRule]] = {}
    for rule in all_rules():
        found.setdefault(FAMILIES[family_of(rule.code)], []).append(rule)
    return found


def page(rule: AnyRule) -> str:
    """The page of one rule."""
    first, _, rest = documentation(rule).partition("\n\n")
    parts = [f"# {rule.code} {rule.name}\n", prose(first, rule) + "\n", _facts(rule)]
    if rest:
        parts += ["## Why, and what is left alone\n", prose(rest, rule) + "\n"]
    parts += [*_examples(rule), *_options(rule), *_habits(rule), _precision(rule), *_peers(rule), *_switch(rule)]
    return "\n".join(parts)


def prose(text: str, own: AnyRule | None = None) -> str:
    """A docstring as Markdown, with links to the rules and tables that it names."""
    names = {rule.name: rule for rule in all_rules()}
    codes = {rule.code: rule for rule in all_rules()}

    def link(rule: AnyRule, shown: str) -> str:
        return shown if rule is own else f"[{shown}]({rule.code}.md)"

    def in_code(span: str) -> str:
        word = span.strip("`")
        if word in names:
            return link(names[word], span)
        found = _TABLE_FILE.fullmatch(word)
        if found and (builtin_folder() / "tables" / f"{found['name']}.toml").is_file():
            return f"[{span}]({SOURCE_URL}/rules/tables/{found['name']}.toml)"
        return span

    def outside(part: str) -> str:
        return _CODE_WORD.sub(lambda match: link(codes[match[0]], match[0]) if match[0] in codes else match[0], part)

    return indented(outside_code(text, outside, in_code))


def _facts(rule: AnyRule) -> str:
    severity = rule.severity.value
    fix = f"{rule.fix.value}: it {FIXES[rule.fix.value]}" if rule.fix else "none"
    wanted = ", ".join(fact.WANTED for fact in rule.needs)
    rows = [
        ("severity", f"{severity}: {SEVERITIES[severity]}"),
        ("fix", fix),
        ("presets", ", ".join(f"[{name}](../presets.md)" for name in presets_of()[rule.code])),
        ("family", FAMILIES[family_of(rule.code)]),
        *([("needs", wanted)] if wanted else []),
        *([("former names", ", ".join(map(code, rule.aliases)))] if rule.aliases else []),
        ("since", rule.since),
        ("source", f"[{source(rule)}]({SOURCE_URL}/{source(rule)})"),
    ]
    return table((code(rule.code), code(rule.name)), rows)


def source(rule: AnyRule) -> str:
    """The file in which a rule stands, relative to the repository."""
    if family_of(rule.code) == "PAT":
        shipped = sorted((builtin_folder() / "patterns").glob("*.toml"))
        return next(
            f"rules/patterns/{path.name}"
            for path in shipped
            if any(pattern["code"] == rule.code for pattern in read_toml(path).get("pattern", ()))
        )
    return f"src/{rule.__module__.replace('.', '/')}.py"


def _examples(rule: AnyRule) -> Iterator[str]:
    if not rule.invalid:
        return
    yield "## Examples\n"
    for bad in rule.invalid[:BAD]:
        yield from _bad(rule, bad)
    good = [one if isinstance(one, Good) else Good(one) for one in rule.valid]
    seen = [one for one in good if _text(one).strip()][:GOOD]
    if seen:
        yield "**Nothing is found here**\n"
    for one in seen:
        yield from _given(one)
        yield example(_text(one))
    more = max(0, len(rule.invalid) - BAD) + len(good) - len(seen)
    if more:
        yield f"{more} more stand in [the rule's own file]({SOURCE_URL}/{source(rule)}); each is a test.\n"


def _bad(rule: AnyRule, bad: Bad) -> Iterator[str]:
    marked = unmark(bad.text)
    document = parse(bad.raw if bad.raw is not None else marked.text, bad.path)
    found = lint([rule], document, bad.options, bad.facts, bad.others)
    before, after = (text.strip("\n").split("\n") for text in (marked.text, bad.fixed or marked.text))
    yield "**Found**\n"
    yield from _given(bad)
    yield example(bad.text, frozenset(_changed(after, before)))
    yield "\n".join(dict.fromkeys(_said(one) for one in found)) + "\n"
    if bad.fixed is not None:
        yield "**After the fix**\n"
        yield example(bad.fixed, frozenset(_changed(before, after)))


def _said(one: Diagnostic) -> str:
    fix = f"; fix: {plain(one.fix.title)} ({one.fix.applicability.value})" if one.fix else ""
    return f"- line {one.source.position(one.span.start).line}, {one.severity.value}: {plain(one.message)}{fix}"


def _changed(before: list[str], after: list[str]) -> Iterator[int]:
    """The numbers of the lines of ``after`` that are new; of the last one, where lines only went."""
    from difflib import SequenceMatcher

    for tag, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from range(start, end) if end > start else (min(start, len(after) - 1),)


def _given(one: Good | Bad) -> Iterator[str]:
    """What an example is given besides its text."""
    said = [f"in `{one.path}`"] if one.path != "README.md" else []
    said += [f"with `{key} = {toml(value)}`" for key, value in one.options.items()]
    if one.facts:
        wanted = ", ".join(getattr(type(fact), "WANTED", "") for fact in one.facts)
        said.append(f"given what the run learns from {wanted}")
    if said:
        yield f"{_upper(', '.join(said))}:\n"
    for path, text in one.others.items():
        yield f"Beside it, `{path}`:\n"
        yield example(text)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(good: Good) -> str:
    return good.text if good.raw is None else good.raw.decode("utf-8", "surrogateescape")


def _options(rule: AnyRule) -> Iterator[str]:
    found = keys(rule.Options) if rule.Options.__struct_fields__ else ()
    if not found:
        return
    yield "## Options\n"
    yield table(
        ("option", "type", "default", "meaning"),
        [(code(key.name), key.kind, key.default, plain(key.meaning)) for key in found],
    )
    defaults = rule.Options()
    values = [(key.name, getattr(defaults, key.name.replace("-", "_"))) for key in found]
    lines = [f"# {name} =" if value is None else f"{name} = {toml(value)}" for name, value in values]
    yield fence(f"[rules.{rule.name}]\n" + "\n".join(lines), "toml")


def _habits(rule: AnyRule) -> Iterator[str]:
    if rule.traits is Rule.traits:
        return
    yield "## The list's own habit\n"
    yield (
        "This rule compares entries with what the list itself mostly does. `listlint explain FILE` shows the habit "
        "that it found, with shares and examples; `listlint init --from FILE` writes it down.\n"
    )
    if rule.pins:
        rows = [(trait, code(option)) for trait, option in rule.pins.items()]
        yield table(("habit", "the option that sets it instead"), rows)


def _precision(rule: AnyRule) -> str:
    measured = precision().get(rule.code)
    head = "## Measured precision\n\n"
    if measured is None or not measured.judged:
        return head + _upper(precision_text(rule)) + ".\n"
    right = measured.judged - measured.wrong
    figures = table(
        ("found", "in lists", "judged", "right", "wrong", "precision", "judged twice", "readers disagreed"),
        [
            (
                *map(str, (measured.found, measured.lists, measured.judged, right, measured.wrong)),
                f"{right / measured.judged:.0%}",
                *map(str, (measured.second_judged, measured.second_disagreed)),
            )
        ],
    )
    return head + figures + "\n[How this is measured](index.md#precision).\n"


def _peers(rule: AnyRule) -> Iterator[str]:
    found = peers().get(rule.code)
    if found is None:
        return
    yield "## In other tools\n"
    yield "\n".join(f"- {tool}: {', '.join(map(_name, names))}" for tool, names in found.by_tool()) + "\n"
    yield "The nearest that they have; it may see more or less ([all of them](../peers.md)).\n"


def _name(name: str) -> str:
    return plain(name) if " " in name else code(name)


def _switch(rule: AnyRule) -> Iterator[str]:
    if not rule.invalid:
        return
    on = "default" in presets_of()[rule.code]
    yield "## Switching it " + ("off\n" if on else "on\n")
    word = "ignore" if on else "extend-select"
    yield fence(f'{word} = ["{rule.name}"]', "toml")
    comment = "%" if rule.about == "bib" else ""
    yield "For one line, with a reason:\n"
    yield fence(f"<!-- listlint-disable-next-line {rule.code} -- the reason -->", "markdown")
    if comment:
        yield "In BibTeX:\n"
        yield fence(f"% listlint-disable-next-line {rule.code} -- the reason", "bibtex")


def index() -> str:
    """The page that lists all rules."""
    parts = [
        "# Rules\n",
        f"{len(all_rules())} rules. Code and name are interchangeable wherever a rule is named; `listlint rule CODE` "
        "shows the same on a terminal. [Presets](../presets.md) says which rules are on.\n",
        table(("severity", "means"), SEVERITIES.items()),
        table(("fix", "means"), [(name, _upper(text)) for name, text in FIXES.items() if name != "display"]),
        "In the examples <mark>marked</mark> is what a finding points at; in a mark `·` is a space, `→` a tab, `↵` "
        "the end of a line, `‸` a place between two characters; characters that cannot be seen have their numbers.\n",
    ]
    for family, rules in by_family().items():
        parts += [
            f"## {family}\n",
            table(("code", "name", "what it finds", "severity", "fix", "default"), map(_row, rules)),
        ]
    parts += [
        "## Precision\n",
        "Of each rule up to 30 findings on real lists are drawn with a fixed seed, at most three of one list and one "
        "of each group, and read in their places by somebody who judges whether the finding is right. Some are read "
        "by a second reader, who did not write the rule. A rule that is wrong more than once in thirty is not in "
        f"`default`. The judgements stand in [precision.toml]({SOURCE_URL}/rules/precision.toml).\n",
    ]
    return "\n".join(parts)


def _row(rule: AnyRule) -> tuple[str, ...]:
    fix = rule.fix.value if rule.fix else "–"
    on = "on" if "default" in presets_of()[rule.code] else "off"
    return (f"[{rule.code}]({rule.code}.md)", code(rule.name), prose(summary(rule), rule), rule.severity.value, fix, on)


def presets() -> str:
    """The page that shows the presets side by side."""
    names = sorted(preset_names(), key=lambda name: name == "all")
    settings = {name: resolve(rule_infos(), None, Overrides(preset=name)).rules for name in names}
    rows = [
        (
            f"[{rule.code}](rules/{rule.code}.md)",
            code(rule.name),
            *(_setting(settings[name][rule.code]) for name in settings),
        )
        for rule in all_rules()
    ]
    about = [(code(name), plain(_described(name)), str(_count(settings[name]))) for name in settings]
    return "\n".join(
        (
            "# Presets side by side\n",
            'A preset is a set of rules to start from: `preset = "papers"` in the configuration, or `--preset papers` '
            "on the command line. `select`, `extend-select`, `ignore` and `severity` change it rule by rule, and "
            "`listlint config` shows what holds for you, and why.\n",
            table(("preset", "for", "rules"), about),
            "The severity that each rule has in each preset; – where it is off.\n",
            table(("code", "name", *settings), rows),
        )
    )


def _described(name: str) -> str:
    return str(read_toml(builtin_folder() / "presets" / f"{name}.toml")["description"])


def _count(rules: Mapping[str, RuleSetting]) -> int:
    return sum(setting.enabled for setting in rules.values())


def _setting(setting: RuleSetting) -> str:
    if not setting.enabled:
        return "–"
    options = [key.removeprefix("options.") for key in setting.origins if key.startswith("options.")]
    told = [f"{key} = {toml(getattr(setting.options, key.replace('-', '_')))}" for key in options]
    return ", ".join((setting.severity.value, *map(code, told)))


def peers_page() -> str:
    """The page for those who come from another tool: its rules, and ours."""
    parts = [
        "# The rules of other tools\n",
        "What other linters look for, and the rule of ours that looks for it. Nearest does not mean equal: each sees "
        "something that the other does not. Of awesome-lint these are its own rules and those of remark-lint that it "
        "configures; [Switching from awesome-lint](from-awesome-lint.md) says what became of the others.\n",
    ]
    for tool in TOOLS:
        rows = sorted(_ours(tool).items(), key=lambda row: row[0].lstrip("-").lower())
        parts += [f"## {tool}\n", table((tool, "listlint"), [(_name(name), ", ".join(links)) for name, links in rows])]
    return "\n".join(parts)


def _ours(tool: str) -> dict[str, list[str]]:
    names = {rule.code: rule.name for rule in all_rules()}
    found: dict[str, list[str]] = {}
    pairs: Iterable[tuple[str, str]] = (
        (name, rule) for rule, peer in peers().items() for one, names in peer.by_tool() if one == tool for name in names
    )
    for name, rule in pairs:
        found.setdefault(name, []).append(f"[{rule}](rules/{rule}.md) {names[rule]}")
    return found
