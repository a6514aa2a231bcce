"""How presets, files and the command line make one configuration."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import msgspec
import pytest

from listlint.checks.bib_options import DialectOptions
from listlint.config.merge import preset_names, resolve
from listlint.config.schema import Config, ConfigError, Overrides, RuleInfo
from listlint.model.diagnostic import Severity
from listlint.model.errors import ListlintError
from tests.config.rules import RULES, FormOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from listlint.config.layers import Settings
    from listlint.config.schema import RuleSetting


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(root: Path, text: str, overrides: Overrides | None = None) -> Settings:
    (root / "listlint.toml").write_text(text, encoding="utf-8")
    return resolve(RULES, root / "listlint.toml", overrides)


def on(rules: Mapping[str, RuleSetting]) -> set[str]:
    return {code for code, setting in rules.items() if setting.enabled}


def problems(root: Path, text: str, overrides: Overrides | None = None) -> list[tuple[str, str | None]]:
    """The mistakes, each with its place and message, and its hint."""
    with pytest.raises(ListlintError) as raised:
        configured(root, text, overrides)
    error = raised.value
    return [(str(problem), problem.hint) for problem in getattr(error, "problems", (error,))]


DEFAULT = {"STR001", "STR002", "URL003", "ENC001", "ENC002"}
EVERY = {rule.code for rule in RULES}


def test_without_a_file_the_default_preset_holds(root: Path) -> None:
    settings = resolve(RULES)
    assert settings.preset == "default"
    assert on(settings.rules) == DEFAULT
    assert list(settings.rules) == [rule.code for rule in RULES]
    assert settings.fail_on is Severity.WARNING
    assert (settings.include, settings.exclude, settings.files, settings.notices) == (None, (), (), ())
    assert settings.root == root
    assert resolve(RULES, default_fail_on=Severity.ERROR).fail_on is Severity.ERROR
    assert settings.rules["URL003"].options == FormOptions()
    assert not settings.rules["URL003"].severity_is_set


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", DEFAULT),
        ('preset = "all"', EVERY),
        ('preset = "notes"', DEFAULT - {"STR002"}),
        ('extends = "notes"', DEFAULT - {"STR002"}),
        ('select = ["ENC"]', {"ENC001", "ENC002"}),
        ('select = ["mojibake", "URL003"]', {"ENC001", "URL003"}),
        ('select = ["enc001", "Mojibake", "str"]', {"ENC001", "STR001", "STR002", "STR011"}),
        ('select = ["ALL"]', EVERY),
        ("select = []", set()),
        ('extend-select = ["URL010"]', DEFAULT | {"URL010"}),
        ('ignore = ["ENC"]', DEFAULT - {"ENC001", "ENC002"}),
        ('ignore = ["ENC"]\nextend-select = ["ENC001"]', DEFAULT - {"ENC002"}),
        ('select = ["ALL"]\nignore = ["STR"]\nextend-select = ["STR011"]', EVERY - {"STR001", "STR002"}),
        ('select = ["ENC001"]\nignore = ["ENC001"]', set()),
        ('severity = { mojibake = "off" }', DEFAULT - {"ENC001"}),
        ('severity = { ENC = "off", ENC001 = "warning" }', DEFAULT - {"ENC002"}),
        ('severity = { ENC001 = "warning", ENC = "off" }', DEFAULT - {"ENC002"}),
        ('severity = { STR011 = "warning" }', DEFAULT),
    ],
)
def test_selection(root: Path, text: str, expected: set[str]) -> None:
    assert on(configured(root, text).rules) == expected


@pytest.mark.parametrize(
    ("text", "overrides", "expected"),
    [
        ('ignore = ["ENC001"]', Overrides(select=("ENC",)), {"ENC001", "ENC002"}),
        ('severity = { ENC001 = "off" }', Overrides(select=("ENC,URL003",)), {"ENC001", "ENC002", "URL003"}),
        ('extend-select = ["URL010"]', Overrides(ignore=("URL", "STR")), {"ENC001", "ENC002"}),
        ('ignore = ["ENC"]', Overrides(extend_select=("mojibake",)), DEFAULT - {"ENC002"}),
        ('select = ["STR"]', Overrides(select=("ENC",), ignore=("ENC002",)), {"ENC001"}),
        ('preset = "all"', Overrides(preset="notes"), DEFAULT - {"STR002"}),
        ("", Overrides(values=("preset=all",)), EVERY),
        ("", Overrides(values=('select=["ENC"]',)), {"ENC001", "ENC002"}),
        ("", Overrides(values=("select=ENC, arxiv-form",)), {"ENC001", "ENC002", "URL003"}),
        ("", Overrides(values=("severity.ENC=off",)), DEFAULT - {"ENC001", "ENC002"}),
        ("", Overrides(values=("ignore=ENC",), select=("ENC001",)), {"ENC001"}),
        ("", Overrides(values=("preset=all",), preset="notes"), DEFAULT - {"STR002"}),
    ],
)
def test_the_command_line_has_the_last_word(root: Path, text: str, overrides: Overrides, expected: set[str]) -> None:
    assert on(configured(root, text, overrides).rules) == expected


def test_severities_options_and_their_origins(root: Path) -> None:
    settings = configured(
        root,
        'preset = "papers"\nfail-on = "info"\nseverity = { URL = "warning", arxiv-form = "error" }\n'
        '[rules.URL003]\nform = "abs"\nminimum-share = 0.5\n',
        Overrides(values=("rules.arxiv-form.form=pdf",), fail_on="error"),
    )
    setting = settings.rules["URL003"]
    assert setting.options == FormOptions(form="pdf", minimum_share=0.5)
    assert setting.severity is Severity.ERROR
    assert setting.severity_is_set
    assert {key: str(origin) for key, origin in setting.origins.items()} == {
        "enabled": "preset default",
        "severity": "listlint.toml:3",
        "options.form": "--set rules.arxiv-form.form=pdf",
        "options.minimum-share": "listlint.toml:6",
    }
    assert settings.rules["URL010"].severity is Severity.WARNING
    assert str(settings.rules["URL010"].origins["enabled"]) == "preset papers"
    assert (settings.fail_on, str(settings.origins["fail-on"])) == (Severity.ERROR, "--fail-on")
    assert (settings.preset, str(settings.origins["preset"])) == ("papers", "listlint.toml:1")


def test_one_dialect_for_all_rules_that_ask_for_it(root: Path) -> None:
    text = 'dialect = "biblatex"\n[rules.unknown-type]\ndialect = "bibtex"\n[per-file."old/*"]\ndialect = "bibtex"\n'
    (root / "listlint.toml").write_text(text, encoding="utf-8")
    asking = [
        RuleInfo("BIB003", "missing-field", Severity.WARNING, DialectOptions),
        RuleInfo("BIB004", "unknown-type", Severity.WARNING, DialectOptions),
    ]
    settings = resolve([*RULES, *asking], root / "listlint.toml")

    def dialects(rules: Mapping[str, RuleSetting]) -> list[object]:
        return [getattr(rules[code].options, "dialect", None) for code in ("BIB003", "BIB004", "ENC001")]

    assert dialects(settings.rules) == ["biblatex", "bibtex", None]
    assert str(settings.rules["BIB003"].origins["options.dialect"]) == "listlint.toml:1"
    assert dialects(settings.for_path("old/a.bib")) == ["bibtex", "bibtex", None]


def test_the_settings_of_links_add_up_key_by_key(root: Path) -> None:
    (root / "base.toml").write_text("[links]\nrate = 5\nmax-age = 3\n", encoding="utf-8")
    text = 'extends = "./base.toml"\n[links]\nrate = 2\n[links.hosts."a.dev"]\nconnections = 1\n'
    links = configured(root, text, Overrides(values=("links.fragments=true",))).links
    assert (links.rate, links.max_age, links.fragments, links.connections) == (2, 3, True, 6)
    assert links.hosts["a.dev"].connections == 1
    assert problems(root, "[links]\nrate = 0\n") == [("listlint.toml:2:1: links.rate: expected a number > 0.0", None)]


def test_globs_of_the_command_line_add_to_those_of_the_file(root: Path) -> None:
    settings = configured(root, 'include = ["a.md"]\nexclude = ["b/"]', Overrides(exclude=("c",)))
    assert (settings.include, settings.exclude) == (("a.md",), ("b/", "c"))
    assert str(settings.origins["exclude"]) == "listlint.toml:2 and --exclude"


def test_a_former_name_works_with_a_notice(root: Path) -> None:
    settings = configured(root, 'select = ["arxiv-style"]\n[rules.arxiv-style]\nform = "abs"')
    assert on(settings.rules) == {"URL003"}
    assert settings.notices == (
        "listlint.toml:1: the rule 'arxiv-style' is now called 'arxiv-form'",
        "listlint.toml:2: the rule 'arxiv-style' is now called 'arxiv-form'",
    )


# Per file.


@pytest.mark.parametrize(
    "text",
    [
        '[[per-file]]\nfiles = "docs/**"\nignore = ["ENC"]\n'
        '[[per-file]]\nfiles = ["NOTES.md", "*.markdown"]\npreset = "all"',
        '[per-file]\n"docs/**" = ["ENC"]\n"NOTES.md" = { preset = "all" }\n"*.markdown" = { preset = "all" }',
        'per-file."docs/**" = ["ENC"]\n[per-file."NOTES.md"]\npreset = "all"\n[per-file."*.markdown"]\npreset = "all"',
    ],
)
def test_per_file_settings(root: Path, text: str) -> None:
    settings = configured(root, text)
    assert on(settings.rules) == on(settings.for_path("README.md")) == DEFAULT
    assert (
        on(settings.for_path("docs/a.md"))
        == on(settings.for_path(root / "docs/b/c.md"))
        == DEFAULT - {"ENC001", "ENC002"}
    )
    assert on(settings.for_path("NOTES.md")) == on(settings.for_path("sub/NOTES.md")) == EVERY
    assert on(settings.for_path("docs/x.markdown")) == EVERY - {"ENC001", "ENC002"}
    assert on(settings.for_path(root.parent / "docs" / "a.md")) == DEFAULT
    assert settings.preset_for("docs/x.markdown")[0] == "all"
    assert settings.preset_for("docs/x.md")[0] == "default"


def test_a_per_file_table_may_say_all_that_a_file_may_of_rules(root: Path) -> None:
    settings = configured(
        root,
        'rules.arxiv-form.form = "abs"\n[[per-file]]\nfiles = "/list.md"\nselect = ["URL"]\nignore = ["URL010"]\n'
        'severity.URL003 = "error"\nrules.arxiv-form.minimum-share = 0.6\n',
    )
    rules = settings.for_path("list.md")
    assert on(rules) == {"URL003"}
    assert rules["URL003"].severity is Severity.ERROR
    assert rules["URL003"].options == FormOptions(form="abs", minimum_share=0.6)
    assert str(rules["URL003"].origins["options.minimum-share"]) == "listlint.toml:7"
    assert on(settings.for_path("sub/list.md")) == DEFAULT


def test_the_command_line_is_stronger_than_per_file_settings(root: Path) -> None:
    text = '[[per-file]]\nfiles = "*.md"\npreset = "all"\nignore = ["ENC001"]'
    assert on(configured(root, text, Overrides(select=("ENC001",))).for_path("a.md")) == {"ENC001"}
    assert on(configured(root, text, Overrides(preset="notes")).for_path("a.md")) == DEFAULT - {"STR002", "ENC001"}
    assert on(configured(root, text, Overrides(values=("preset=notes",))).for_path("a.md")) == DEFAULT - {
        "STR002",
        "ENC001",
    }


def test_settings_cross_process_boundaries(root: Path) -> None:
    settings = configured(root, 'per-file."docs/**" = ["ENC"]\nrules.arxiv-form.form = "abs"')
    copy = pickle.loads(pickle.dumps(settings))
    assert copy.rules == settings.rules
    assert on(copy.for_path("docs/a.md")) == DEFAULT - {"ENC001", "ENC002"}


# Extends.


def test_files_extend_files(root: Path) -> None:
    (root / "shared").mkdir()
    (root / "shared" / "base.toml").write_text(
        'extends = "more.toml"\npreset = "all"\nignore = ["STR"]\nexclude = ["x"]\nseverity.ENC = "info"'
    )
    (root / "shared" / "more.toml").write_text('fail-on = "error"\nignore = ["URL"]\n[per-file]\n"d/*" = ["ENC001"]')
    settings = configured(root, 'extends = ["shared/base.toml"]\nextend-select = ["STR001"]\nseverity.ENC001 = "error"')
    assert settings.preset == "all"
    assert on(settings.rules) == {"STR001", "ENC001", "ENC002"}
    assert on(settings.for_path("d/a.md")) == {"STR001", "ENC002"}
    assert (settings.fail_on, settings.exclude) == (Severity.ERROR, ("x",))
    assert settings.rules["ENC001"].severity is Severity.ERROR
    assert settings.rules["ENC002"].severity is Severity.INFO
    assert str(settings.rules["ENC002"].origins["severity"]) == "shared/base.toml:5"
    assert [path.name for path in settings.files] == ["more.toml", "base.toml", "listlint.toml"]


def test_a_pyproject_may_be_extended(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.listlint]\nselect = ["ENC"]\nselct = 1\n')
    assert problems(root, 'extends = "./pyproject.toml"') == [
        ("pyproject.toml:3:1: unknown key 'selct'", "did you mean 'select'?")
    ]


@pytest.mark.parametrize("target", ["../evil.toml", "/etc/passwd.toml", "a/../../evil.toml", "..\\evil.toml"])
def test_nothing_outside_the_repository_is_extended(root: Path, target: str) -> None:
    (root.parent / "evil.toml").write_text('preset = "all"')
    (place, hint), *more = problems(root, f"extends = '{target}'")
    assert place == f"listlint.toml:1:1: extends '{target}', which is outside the repository"
    assert hint is not None
    assert not more


def test_a_link_out_of_the_repository_is_not_extended(root: Path) -> None:
    (root.parent / "evil.toml").write_text('preset = "all"')
    try:
        (root / "base.toml").symlink_to(root.parent / "evil.toml")
    except OSError:
        pytest.skip("no symbolic links here")
    assert "outside the repository" in problems(root, 'extends = "base.toml"')[0][0]


def test_a_sub_folder_may_extend_what_stands_above_it_in_the_repository(root: Path) -> None:
    (root / "base.toml").write_text('select = ["ENC"]')
    (root / "sub").mkdir()
    (root / "sub" / "listlint.toml").write_text('extends = "../base.toml"')
    assert on(resolve(RULES, root / "sub" / "listlint.toml").rules) == {"ENC001", "ENC002"}
    (root / ".git").rmdir()
    with pytest.raises(ListlintError, match="outside the repository"):
        resolve(RULES, root / "sub" / "listlint.toml")


def test_cycles_are_named(root: Path) -> None:
    (root / "a.toml").write_text('extends = "b.toml"')
    (root / "b.toml").write_text('preset = "all"\nextends = ["listlint.toml"]')
    assert problems(root, 'extends = "a.toml"') == [
        ("b.toml:2:12: extends itself: listlint.toml → a.toml → b.toml → listlint.toml", None)
    ]
    assert "extends itself: listlint.toml → listlint.toml" in problems(root, 'extends = "listlint.toml"')[0][0]


def test_a_file_that_is_extended_by_many_ways_is_read_once(root: Path) -> None:
    for number in range(12):
        (root / f"{number}.toml").write_text(f'extends = ["{number + 1}.toml", "./{number + 1}.toml"]')
    (root / "12.toml").write_text('select = ["ENC"]')
    settings = configured(root, 'extends = "0.toml"')
    assert on(settings.rules) == {"ENC001", "ENC002"}
    assert len(settings.files) == 14


def test_a_long_row_of_files_is_refused(root: Path) -> None:
    for number in range(40):
        (root / f"{number}.toml").write_text(f'extends = "{number + 1}.toml"')
    assert problems(root, 'extends = "0.toml"') == [("14.toml:1:1: more than 16 files extend one another", None)]


def test_what_is_extended_must_exist(root: Path) -> None:
    (root / "shared.toml").touch()
    assert problems(root, 'extends = ["papers", "sharde.toml"]') == [
        ("listlint.toml:1:22: extends 'sharde.toml', which does not exist", "did you mean 'shared.toml'?")
    ]
    assert problems(root, 'extends = "paper"') == [
        ("listlint.toml:1:1: unknown preset 'paper'", "did you mean 'papers'?")
    ]
    assert problems(root, 'extends = ["papers", "awesome"]')[0][0] == "listlint.toml:1:22: a second preset, 'awesome'"


# Mistakes.

KEYS = (
    "the keys are preset, select, extend-select, ignore, severity, dialect, rules, extends, fail-on, include, exclude, "
    "baseline, links, per-file, pattern"
)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("selct = []", "1:1: unknown key 'selct'", "did you mean 'select'?"),
        ("extend_select = []", "1:1: unknown key 'extend_select'", "did you mean 'extend-select'?"),
        ('\n  [[custom]]\ncode = "X"', "2:5: unknown key 'custom'", KEYS),
        (
            "[arxiv-form]\nform = 1",
            "1:2: unknown key 'arxiv-form'",
            "the options of a rule stand in [rules.arxiv-form]",
        ),
        ('preset = "paper"', "1:1: unknown preset 'paper'", "did you mean 'papers'?"),
        ('preset = "xyzzy"', "1:1: unknown preset 'xyzzy'", "presets are default, all, awesome, notes, papers"),
        ("preset = 1", "1:1: preset: expected a string, got a whole number", None),
        ('select = "ENC"', "1:1: select: expected a list, got a string", 'write ["ENC"]'),
        ('select = ["ENC", 3]', "1:18: select: expected a string, got a whole number", None),
        ('select = ["ENC", "ENC0001"]', "1:18: unknown rule 'ENC0001'", "did you mean 'ENC001'?"),
        ('ignore = [\n  "mojibak",\n]', "2:3: unknown rule 'mojibak'", "did you mean 'mojibake'?"),
        ('fail-on = "eror"', "1:1: fail-on: 'eror' is not one of 'error', 'warning', 'info'", "did you mean 'error'?"),
        (
            'severity = { ENC = "of" }',
            "1:14: severity.ENC: 'of' is not one of 'error', 'warning', 'info', 'off'",
            "did you mean 'off'?",
        ),
        ('[severity]\nmojibak = "off"', "2:1: unknown rule 'mojibak'", "did you mean 'mojibake'?"),
        (
            '[severity]\nmojibake = "off"\nENC001 = "info"',
            "3:1: 'ENC001' and 'mojibake' are the same rule",
            "keep one of them",
        ),
        ("[rules.arxiv-fom]\nform = 1", "1:8: unknown rule 'arxiv-fom'", "did you mean 'arxiv-form'?"),
        ("[rules.arxiv-form]\nfrom = 1", "2:1: unknown option 'from' of arxiv-form", "did you mean 'form'?"),
        ("[rules]\nmojibake.x = 1", "2:10: unknown option 'x' of mojibake", "it has no options"),
        (
            '[rules.mojibake]\nseverity = "off"',
            "2:1: unknown option 'severity' of mojibake",
            'severities stand in their own table: severity.mojibake = "…"',
        ),
        (
            '[rules.arxiv-form]\nform = "pfd"',
            "2:1: rules.arxiv-form.form: 'pfd' is not one of 'abs', 'pdf'",
            "did you mean 'pdf'?",
        ),
        (
            "rules.arxiv-form.minimum-share = 2",
            "1:18: rules.arxiv-form.minimum-share: expected a number <= 1.0",
            None,
        ),
        (
            '[rules.URL003]\nhosts = ["a",\n 1]',
            "3:2: rules.URL003.hosts: expected a string, got a whole number",
            None,
        ),
        ("rules.URL003 = 1", "1:7: rules.URL003: expected a table, got a whole number", None),
        (
            "[rules.URL003]\nmaximum-share = 0.5\nminimum-share = 0.9",
            "3:1: options of arxiv-form: minimum-share is above maximum-share",
            None,
        ),
        ('exclude = ["a", "*a*a*a*a*b"]', "1:17: not a glob: '*a*a*a*a*b' (more than 4 wildcards)", None),
        ('[[per-file]]\nfiles = "a"\n[[per-file]]\nfile = "b"', "4:1: unknown key 'file'", "did you mean 'files'?"),
        ('[per-file]\n"a/*" = ["ENX001"]', "2:10: unknown rule 'ENX001'", "did you mean 'ENC001'?"),
        ('[per-file."a/*"]\npreset = "note"', "2:1: unknown preset 'note'", "did you mean 'notes'?"),
        (
            '[per-file."a/*".rules.URL003]\nform = 1',
            "2:1: per-file.a/*.rules.URL003.form: 1 is not one of 'abs', 'pdf'",
            None,
        ),
    ],
)
def test_a_mistake_is_shown_at_its_place(root: Path, text: str, place: str, hint: str | None) -> None:
    found = problems(root, text)
    assert found[0] == (f"listlint.toml:{place}", hint)


def test_all_mistakes_are_reported_from_top_to_bottom(root: Path) -> None:
    (root / "base.toml").write_text('fail-on = "never"')
    text = 'extends = "base.toml"\nselct = 1\nignore = ["X"]\n[severity]\nENC = 1\n[rules.nope]'
    found = [place for place, _ in problems(root, text, Overrides(select=("nope",), values=("x", "a.b=1")))]
    assert [place.split(": ")[0] for place in found] == [
        "listlint.toml:2:1",
        "listlint.toml:3:11",
        "listlint.toml:5:1",
        "listlint.toml:6:8",
        "base.toml:1:1",
        "--set x",
        "--set a.b=1",
        "--select",
    ]
    with pytest.raises(ConfigError) as raised:
        configured(root, text)
    copy = pickle.loads(pickle.dumps(raised.value))
    assert [str(problem) for problem in copy.problems] == [str(problem) for problem in raised.value.problems]
    assert (copy.line, copy.code, str(copy)) == (2, "unknown-key", str(raised.value))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (Overrides(preset="paper"), "--preset: unknown preset 'paper'"),
        (Overrides(select=("ENC,nope",)), "--select: unknown rule 'nope'"),
        (Overrides(ignore=("nope",)), "--ignore: unknown rule 'nope'"),
        (Overrides(fail_on="never"), "--fail-on: fail-on: 'never' is not one of 'error', 'warning', 'info'"),
        (Overrides(values=("preset",)), "--set preset: expected KEY=VALUE"),
        (Overrides(values=("=1",)), "--set =1: expected KEY=VALUE"),
        (Overrides(values=("a b=1",)), "--set a b=1: 'a b' is not a key"),
        (Overrides(values=("fail-on=1",)), "--set fail-on=1: fail-on: 1 is not one of 'error', 'warning', 'info'"),
        (Overrides(values=("extends=papers",)), "--set extends=papers: extends cannot be set here"),
    ],
)
def test_mistakes_on_the_command_line(root: Path, overrides: Overrides, message: str) -> None:
    with pytest.raises(ListlintError) as raised:
        resolve(RULES, None, overrides)
    assert str(raised.value) == message


def test_the_environment_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTLINT_PRESET", "all")
    monkeypatch.setenv("LISTLINT_SELECT", "ENC")
    assert on(resolve(RULES).rules) == DEFAULT


def test_the_structures_make_a_json_schema() -> None:
    schema = msgspec.json.schema(Config)["$defs"]["Config"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(KEYS.removeprefix("the keys are ").split(", "))
    assert all("description" in value for value in schema["properties"].values())


def test_presets_are_listed_with_the_default_first() -> None:
    assert preset_names() == ("default", "all", "awesome", "notes", "papers")
