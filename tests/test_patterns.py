"""Rules made of expressions: what a configuration may say, what they find and fix, and how they are bounded."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import listlint
from listlint.checks.api import Context
from listlint.checks.patterns import TARGETS, rule_of, shipped
from listlint.checks.registry import all_rules
from listlint.config.merge import preset_names
from listlint.config.schema import Overrides
from listlint.dev import rule_index
from listlint.model.errors import ListlintError
from listlint.packs.loader import Tables, builtin_folder, pattern_files
from listlint.packs.patterns import Example, Pattern, mistakes, read_file
from listlint.patterns import broken_examples, hold_to_examples
from listlint.report.sanitise import sanitise
from listlint.session import Request, Session
from listlint.testing import lint, parse
from tests.command import run

if TYPE_CHECKING:
    from listlint.checks.patterns import PatternRule

LIST = """\
# Tools

## Fine things

- [Alpha](https://a.dev/x) - Simply the best tool.
- [Beta](https://bit.ly/abc) - Small, `simply the best`.
- [Gamma](https://g.dev) - Plain. <!-- listlint-disable-line MY001 -- ours -->
"""
PRAISE = """
[[pattern]]
code = "MY001"
name = "praise"
target = "description"
match = '(?i)\\bsimply the (best|fastest) ?'
message = 'the description praises: \\1'
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A git repository with a list."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "listlint.toml").write_text(text, encoding="utf-8")


def findings(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """The findings of patterns."""
    done = run(folder, "check", "--output", "json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return [found for found in json.loads(done.stdout)["findings"] if found["code"].startswith("MY")]


def pattern(target: str, match: str, **more: Any) -> Pattern:
    more = {"code": "MY001", "message": "found", **more}
    return Pattern(name="mine", target=target, match=match, **more)  # type: ignore[arg-type]  # targets are parameters here


def found(made: Pattern, text: str) -> list[str]:
    document = parse(text)
    return [document.slice(item.span) for item in lint([rule_of(made)], document)]


# -- what they look at ----------------------------------------------------------------------------

TEXT = """\
---
title: fable
---
# Fables able

Prose able.

- [A able](https://able.dev/Table?able=1 "able") - Is able, `able`, https://b.dev/able <!-- able -->
- <https://ABLE.dev>

```
able
```
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("url", ["able.dev/Table?able=1", "able"]),
        ("host", ["able.dev", "ABLE.dev"]),
        ("title", ["able"]),
        ("description", ["able,"]),
        ("heading", ["ables", "able"]),
    ],
)
def test_targets(target: str, expected: list[str]) -> None:
    assert found(pattern(target, r"able\S*"), TEXT) == expected


def test_lines_and_entries_are_markdown_without_code_and_comments() -> None:
    assert len(found(pattern("line", "able"), TEXT)) == 10
    assert found(pattern("entry", r"\]\(https"), TEXT) == ["](https"]
    assert found(pattern("line", r"^- <"), TEXT) == ["- <"]


def test_every_target_is_known() -> None:
    schema = Pattern.__annotations__["target"]
    assert "Target" in schema
    assert set(TARGETS) == {"url", "host", "title", "description", "entry", "heading", "line"}


def test_an_address_that_links_share_is_reported_once() -> None:
    assert found(pattern("url", "x"), "[a][r] [b][r]\n\n[r]: https://a.dev/x\n") == ["x"]


def test_unless() -> None:
    made = pattern("url", "^http:", unless="localhost")
    assert found(made, "- [A](http://a.dev)\n- [B](http://localhost/b)\n") == ["http:"]


def test_groups_in_the_message() -> None:
    made = pattern("title", r"(?P<word>a)(b)?", message=r"\g<word>\1\\\2\g<0>.")
    assert [d.message for d in lint([rule_of(made)], parse("- [a](https://x.dev)"))] == ["aa\\a."]


def test_a_message_is_one_short_line() -> None:
    made = pattern("entry", r"(?s).+", message=r"\0")
    text = "- [a](https://x.dev) - b\n  " + "c " * 500
    (message,) = (d.message for d in lint([rule_of(made)], parse(text)))
    assert "\n" not in message
    assert len(message) == 200
    assert sanitise(message) == message


# -- in a configuration ---------------------------------------------------------------------------


def test_a_pattern_is_a_rule_like_any_other(folder: Path) -> None:
    configure(folder, PRAISE)
    (only,) = findings(folder)
    assert (only["line"], only["column"], only["name"]) == (5, 30, "praise")
    assert only["message"] == "the description praises: best"
    assert only["severity"] == "warning"
    assert "docs/plugins.md" in only["url"]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('ignore = ["MY001"]', ()),
        ('ignore = ["praise"]', ()),
        ('ignore = ["MY"]', ()),
        ('select = ["URL"]', ()),
        ('severity = {praise = "off"}', ()),
        ('per-file = {"*.md" = ["MY"]}', ()),
        ("", ("--ignore", "MY001")),
        ("", ("--select", "ENC")),
    ],
)
def test_it_is_switched_off(text: str, arguments: tuple[str, ...], folder: Path) -> None:
    configure(folder, text + PRAISE)
    assert findings(folder, *arguments) == []


def test_it_is_configured_and_selected(folder: Path) -> None:
    configure(folder, 'select = ["praise"]\nseverity = {MY001 = "error"}' + PRAISE)
    assert [item["severity"] for item in findings(folder)] == ["error"]
    assert len(findings(folder, "--select", "MY")) == 1
    configure(folder, 'preset = "notes"' + PRAISE)
    assert len(findings(folder)) == 1


def test_suppressions_know_it(folder: Path) -> None:
    (folder / "README.md").write_text(LIST.replace("Plain.", "Simply the fastest."), encoding="utf-8")
    configure(folder, PRAISE)
    assert len(findings(folder)) == 1
    done = run(folder, "check", "--select", "SUP,MY")
    assert "SUP001" not in done.stdout
    assert "SUP002" not in done.stdout


def test_a_pattern_is_extended_and_not_defined_twice(folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "ours.toml").write_text(PRAISE, encoding="utf-8")
    configure(folder, 'extends = "rules/ours.toml"')
    assert len(findings(folder)) == 1
    configure(folder, 'extends = "rules/ours.toml"\nseverity.praise = "info"')
    assert [item["severity"] for item in findings(folder)] == ["info"]
    configure(folder, 'extends = "rules/ours.toml"' + PRAISE)
    done = run(folder, "check")
    assert done.returncode == 2
    assert "listlint.toml:3:1: pattern MY001: the code MY001 is taken, by praise" in done.stderr.replace("error: ", "")


def test_each_configuration_has_its_own(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "README.md").write_text(LIST, encoding="utf-8")
    (inner / "listlint.toml").write_text(PRAISE.replace("description praises", "inner"), encoding="utf-8")
    configure(folder, PRAISE)
    messages = {item["path"]: item["message"] for item in findings(folder, "README.md", "inner/README.md")}
    assert messages == {"README.md": "the description praises: best", "inner/README.md": "the inner: best"}


def test_a_fix_is_made_and_held_to_its_target(folder: Path) -> None:
    configure(folder, PRAISE + 'replace = ""\n')
    assert run(folder, "fix", "--select", "MY").returncode == 1
    assert (folder / "README.md").read_text(encoding="utf-8") == LIST
    run(folder, "fix", "--unsafe-fixes", "--select", "MY")
    assert (folder / "README.md").read_text(encoding="utf-8") == LIST.replace("Simply the best tool", "tool")
    configure(
        folder,
        PRAISE.replace("praises: \\1", "x").replace("simply the (best|fastest) ?", "tool")
        + "replace = '[x](https://x.dev)'\n",
    )
    done = run(folder, "fix", "--unsafe-fixes")
    assert "SUP004" in done.stdout + done.stderr, "a link is no text"
    assert "x.dev" not in (folder / "README.md").read_text(encoding="utf-8")


def test_a_safe_fix(folder: Path) -> None:
    table = "[[pattern]]\ncode='MY002'\nname='old-host'\ntarget='host'\nmatch='^a\\.dev$'\nmessage='moved'\nfix='safe'\nreplace='new.dev'\n"
    configure(folder, table)
    run(folder, "fix", "--select", "MY")
    assert (folder / "README.md").read_text(encoding="utf-8") == LIST.replace("//a.dev", "//new.dev")


def test_it_is_explained_listed_and_in_sarif(folder: Path) -> None:
    configure(folder, PRAISE + 'description = "Praise says nothing."\n')
    explained = run(folder, "rule", "PRAISE").stdout
    assert explained.startswith("MY001 praise\n\nPraise says nothing.\n")
    assert "from       listlint.toml:3" in explained
    assert "presets    every one" in explained
    assert "/docs/patterns.md" in explained
    assert json.loads(run(folder, "rule", "MY001", "--output", "json").stdout)["origin"] == "listlint.toml:3"
    assert json.loads(run(folder, "rule", "MY001", "--output", "json").stdout)["presets"] == list(preset_names())
    assert "MY001" in run(folder, "rule").stdout
    family = run(folder, "rule", "my").stdout
    assert "MY001" in family
    assert "URL001" not in family
    assert "did you mean 'praise'?" in run(folder, "rule", "prais").stderr
    rules = json.loads(run(folder, "check", "--output", "sarif").stdout)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["fullDescription"]["text"] for rule in rules if rule["id"] == "MY001"] == ["Praise says nothing."]
    assert "MY001 praise" in run(folder, "config").stdout


def test_the_list_of_rules_is_shown_whatever_the_configuration_is(folder: Path) -> None:
    configure(folder, 'select = ["NOPE"]')
    done = run(folder, "rule")
    assert "URL001" in done.stdout
    assert "unknown rule 'NOPE'" in done.stderr


def test_a_baseline_knows_it(folder: Path) -> None:
    configure(folder, PRAISE)
    assert run(folder, "baseline").returncode == 0
    assert findings(folder) == []


# -- mistakes -------------------------------------------------------------------------------------

LONG = "- [b](https://b.dev) - " + "So it is. " * 15 + "\n"
WRONG = {
    "unknown key": ('flags = "i"', "unknown key 'flags'", 8),
    "near key": ('replac = "i"', "did you mean 'replace'?", 8),
    "no such group": (r"replace = '\2'", "'match' has no group 2", 8),
    "no such name": (r"replace = '\g<x>'", "'match' has no group 'x'", 8),
    "no such escape": (r"replace = '\n'", r"'\n' stands for nothing", 8),
    "expression": ("unless = '(a'", "not a regular expression: missing )", 8),
    "long expression": (f"unless = '{'a' * 3000}'", "more than 2,000 characters", 8),
    "fix": ("fix = 'sure'", "'sure' is not one of 'safe', 'unsafe'", 8),
    "fixed without fix": ("invalid = [{text = 'a', fixed = 'b'}]", "an example is fixed, and there is no 'replace'", 8),
    "valid": ("valid = ['', '- [a](https://a.dev) - Simply the best.']", "is valid, and “Simply the best” is found", 8),
    "invalid": ("invalid = ['- [a](https://a.dev) - Fine.']", "nothing is found in this example", 8),
    "marked": ("invalid = ['- [a](https://a.dev) - ⟦Simply⟧ the best.']", "not what is marked", 8),
    "marks": ("invalid = ['- [a](https://a.dev) - Simply the best⟦.']", "⟦ without ⟧", 8),
    "fixed": (
        "replace = ''\ninvalid = [{text = '- [a](https://a.dev) - Simply the best x.', fixed = '- x'}]",
        "this example becomes “- [a](https://a.dev) - x.”, where `fixed` expects “- x”",
        9,
    ),
    "fixed, white space": (
        "replace = ''\ninvalid = [{text = '- [a](https://a.dev) - Simply the best x.', "
        "fixed = '- [a](https://a.dev) -  x.'}]",
        "becomes “- [a](https://a.dev) - x.”, where `fixed` expects “- [a](https://a.dev) -  x.”",
        9,
    ),
    "fixed, far down": (
        f"replace = ''\ninvalid = [{{text = '{LONG}- [a](https://a.dev) - Simply the best x.', "
        f"fixed = '{LONG}- x'}}]".replace("'", '"').replace("\n-", "\\n-"),
        "this example becomes “- [a](https://a.dev) - x.”, where `fixed` expects “- x”",
        9,
    ),
    "endless": (r"replace = 'x \0'" + "\ninvalid = ['- [a](https://a.dev) - Simply the best.']", "again and again", 9),
    "breaking": ("replace = '[x](y)'\ninvalid = ['- [a](https://a.dev) - Simply the best.']", "more than it may", 9),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_shown_at_its_line(case: str, folder: Path) -> None:
    text, reason, line = WRONG[case]
    configure(folder, PRAISE + text + "\n")
    done = run(folder, "check")
    assert done.returncode == 2
    assert reason in done.stderr
    assert f"listlint.toml:{line}:" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"MY001"', '"URL900"', "codes in URL are listlint's own"),
        ('"MY001"', '"PAT001"', "codes in PAT are listlint's own"),
        ('"MY001"', '"my1"', "'my1' is not a code"),
        ('"MY001"', '"URL001"', "codes in URL are listlint's own"),
        ('"praise"', '"invalid-url"', "the name 'invalid-url' is taken, by URL001"),
        ('"praise"', '"Praise it"', "'Praise it' is not a name"),
        ('"praise"', '"my"', "'my' is the name of a family"),
        ('"description"', '"link"', "'link' is not one of"),
        ('name = "praise"', "", "the key 'name' is missing"),
        ("'the description praises: \\1'", "' '", "the message is empty"),
        ("(?i)", "(?i", "not a regular expression"),
    ],
)
def test_a_mistake_in_what_must_be_there(old: str, new: str, reason: str, folder: Path) -> None:
    configure(folder, PRAISE.replace(old, new))
    done = run(folder, "check")
    assert done.returncode == 2
    assert reason in done.stderr
    assert "listlint.toml:" in done.stderr


def test_examples_in_order(folder: Path) -> None:
    made = pattern(
        "title",
        "b",
        replace="c",
        valid=("- [a](https://x.dev)",),
        invalid=(Example(text="- [⟦b⟧](https://x.dev)", fixed="- [c](https://x.dev)"), "- [b](https://x.dev)"),
    )
    assert list(mistakes(made)) == []
    assert broken_examples(rule_of(made)) == ()


# -- time -----------------------------------------------------------------------------------------

SLOW = r"(?:a|aa)+$"


def test_a_pattern_that_takes_too_long_is_given_up_and_the_others_go_on(folder: Path) -> None:
    (folder / "README.md").write_text(f"# T\n\n- [A](https://a.dev) - {'a' * 200}b\n", encoding="utf-8")
    (folder / "b.md").write_text(f"# T\n\n- [A](https://a.dev) - {'a' * 200}b\n", encoding="utf-8")
    configure(
        folder,
        PRAISE.replace("(?i)\\bsimply the (best|fastest) ?", SLOW).replace(": \\1", "")
        + PRAISE.replace("MY001", "MY002")
        .replace("praise", "other")
        .replace("(?i)\\bsimply the (best|fastest) ?", "(a)b"),
    )
    done = run(folder, "check", "--output", "json", "README.md", "b.md")
    assert done.returncode == 2
    reported = json.loads(done.stdout)["findings"]
    (gone,) = [item for item in reported if item["code"] == "SUP000"]
    assert gone["path"] == "README.md"
    assert gone["line"] == 3
    assert "the pattern MY001 (praise) took more than 2 seconds here and was given up" in gone["message"]
    assert "listlint.toml:3" in gone["message"]
    assert [item["path"] for item in reported if item["code"] == "MY002"] == ["README.md", "b.md"]


def test_an_example_that_takes_too_long_is_a_mistake() -> None:
    made = pattern("description", SLOW, invalid=(f"- [A](https://a.dev) - {'a' * 200}b",))
    (broken,) = broken_examples(rule_of(made))
    assert broken.keys == ("invalid", 0)
    assert "took more than 2 seconds" in broken.message


def test_a_rule_that_gave_up_says_so_again_for_that_file_only() -> None:
    rule = rule_of(pattern("description", SLOW))()
    slow = parse(f"- [A](https://a.dev) - {'a' * 200}b", "slow.md")
    for _ in range(2):
        with pytest.raises(ListlintError):
            list(rule.check(slow, Context(slow, Tables())))
    other = parse("- [A](https://a.dev) - aaa", "other.md")
    assert list(rule.check(other, Context(other, Tables()))) == []


# -- those that are shipped -----------------------------------------------------------------------


SHIPPED = sorted(shipped().values(), key=lambda rule: rule.code)


def test_some_are_shipped_and_are_rules_like_any_other() -> None:
    assert [rule.code for rule in all_rules() if rule.code.startswith("PAT")] == [rule.code for rule in SHIPPED]
    assert len(SHIPPED) >= 3
    assert all(path.suffix == ".toml" for path in pattern_files())


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.code)
def test_a_shipped_one_keeps_to_its_examples(rule: type[PatternRule]) -> None:
    assert broken_examples(rule) == ()
    assert len(rule.valid) >= 3
    assert len(rule.invalid) >= 3


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.code)
def test_a_shipped_one_is_linear(rule: type[PatternRule]) -> None:
    """A description of a megabyte, made of what the expressions try to match, takes no second."""
    for text in ("This is ", "A b ", "the ultimate ", "blazing ", "best a ", "A b, "):
        document = parse(f"- [A](https://a.dev) - {text * (500_000 // len(text))}\n")
        assert len(lint([rule], document)) < 100_000  # a TimeoutError would be a finding of its own, or raise


def test_those_that_are_shipped_are_off_unless_they_are_selected(folder: Path) -> None:
    examples = "\n".join(str(rule.invalid[0].text) for rule in SHIPPED)
    (folder / "README.md").write_text("# L\n\n" + examples.replace("⟦", "").replace("⟧", "") + "\n")
    codes = {rule.code for rule in SHIPPED}

    def told(key: str, value: Any) -> set[str]:
        request = Request(("README.md",), Overrides(**{key: value}), isolated=True)
        with contextlib.chdir(folder):
            return codes & {one.code for one in Session(request).check().diagnostics}

    for preset in ("default", "awesome", "papers", "notes"):
        assert told("preset", preset) == set()
    assert told("preset", "all") == told("select", ("PAT",)) == told("extend_select", ("PAT",)) == codes
    assert told("extend_select", ("leading-article",)) == {"PAT002"}


def test_a_shipped_one_is_explained_and_configured(folder: Path) -> None:
    explained = run(folder, "rule", "PAT001").stdout
    assert explained.startswith("PAT001 promotional-word\n\nA description praises what it describes.\n")
    assert "rules/README.md#pat001-promotional-word" in explained
    rows = [line.split(" ")[0] for line in explained.splitlines()]
    assert "precision" in rows
    assert "from" not in rows
    assert "Patterns (PAT)" in run(folder, "rule").stdout
    (folder / "README.md").write_text("# L\n\n- [A](https://a.dev) - Blazing fast.\n")
    configure(folder, 'extend-select = ["promotional-word"]\nseverity.PAT001 = "error"\n')
    (only,) = json.loads(run(folder, "check", "--output", "json").stdout)["findings"]
    assert (only["code"], only["severity"], only["column"]) == ("PAT001", "error", 24)
    (folder / "README.md").write_text(
        "# L\n\n- [A](https://a.dev) - Blazing fast. <!-- listlint-disable-line promotional-word -- theirs -->\n"
    )
    assert json.loads(run(folder, "check", "--output", "json").stdout)["findings"] == []


@pytest.mark.parametrize("what", ['code = "PAT009"\nname = "mine"', 'code = "MY001"\nname = "promotional-word"'])
def test_nobody_else_takes_a_code_or_name_of_theirs(what: str, folder: Path) -> None:
    configure(folder, f'[[pattern]]\n{what}\ntarget = "title"\nmatch = "x"\nmessage = "y"\n')
    done = run(folder, "check")
    assert done.returncode == 2
    assert "listlint.toml:" in done.stderr


def test_a_file_of_theirs_that_is_broken_says_where(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    table = "[[pattern]]\ncode = 'PAT901'\nname = 'x-y'\ntarget = 'title'\nmatch = '{}'\nmessage = 'x'\n"
    for text, reason in (
        (table.format("("), "PAT901: match: not a regular expression"),
        (table.format("x").replace("PAT", "MY"), "begin with PAT"),
        (table.format("x") + "flags = 1\n", "flags"),
        ("[[pattern]]\n", "code"),
    ):
        path.write_text(text)
        with pytest.raises(ListlintError, match=reason) as caught:
            read_file(path)
        assert caught.value.path == str(path)


def test_an_example_of_theirs_that_does_not_hold_is_an_error() -> None:
    good = pattern("title", "x", valid=("- [a](https://a.dev)",))
    hold_to_examples([rule_of(good)])
    with pytest.raises(ListlintError, match=r"pattern MY001: valid\.0: this example is valid"):
        hold_to_examples([rule_of(pattern("title", "a", code="MY001", valid=("- [a](https://a.dev)",)))])


def test_a_changed_file_of_theirs_is_tried_again(tmp_path: Path) -> None:
    """The index vouches for the examples of the files as they were, not for others of the same length."""
    package = Path(listlint.__file__).parent
    shutil.copytree(package, tmp_path / "src" / "listlint", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    rules = tmp_path / "src" / "listlint" / "builtin"
    if not rules.exists():  # a wheel has them within the package, a work tree beside it
        rules = Path(shutil.copytree(builtin_folder(), tmp_path / "rules"))
    index = tmp_path / "src" / "listlint" / "checks" / "index.json"
    index.write_text(rule_index.render(), encoding="utf-8")
    (tmp_path / "README.md").write_text("# L\n\n- [A](https://a.dev) - The ultimate parser.\n")

    def check() -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "listlint", "check", "--isolated", "--no-cache", "--select", "PAT001")
        env = os.environ | {"PYTHONPATH": str(tmp_path / "src")}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert "PAT001" in check().stdout
    changed = rules / "patterns" / "descriptions.toml"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("- Fast, small and", "- Amazing, s and"), encoding="utf-8")
    done = check()
    assert done.returncode == 2
    assert "pattern PAT001: valid.0: this example is valid" in done.stderr


def test_a_plain_check_loads_none_of_them(folder: Path) -> None:
    """Nobody pays for patterns who has not selected one, nor for `regex` who has none of their own."""
    (folder / "index.json").write_text(rule_index.render(), encoding="utf-8")
    (folder / "README.md").write_text("# L\n\n- [A](https://a.dev) - Text.\n")
    code = (
        "import sys, msgspec\n"
        "from listlint.checks import registry\n"
        "index = msgspec.json.decode(open('index.json').read(), type=registry.Index)\n"
        "registry.read_index = lambda: index\n"
        "from listlint.config.schema import Overrides\n"
        "from listlint.session import Request, Session\n"
        "for select in ((), ('PAT',)):\n"
        "    request = Request(('README.md',), Overrides(extend_select=select), isolated=True)\n"
        "    assert Session(request).check().files == 1\n"
        "    print(*(name for name in ('regex', 'listlint.checks.patterns') if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "listlint.checks.patterns"]
