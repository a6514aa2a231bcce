"""Rules made of expressions: what a configuration may say, what they find and fix, and how they are bounded."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from listlint.checks.patterns import TARGETS, rule_of
from listlint.model.errors import ListlintError
from listlint.packs.loader import pattern_files
from listlint.packs.patterns import Example, Pattern, mistakes
from listlint.patterns import broken_examples
from listlint.report.sanitise import sanitise
from listlint.testing import lint, parse
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

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
    return Pattern(code="MY001", name="mine", target=target, match=match, message=more.pop("message", "found"), **more)  # type: ignore[arg-type]  # targets are parameters here


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
    assert json.loads(run(folder, "rule", "MY001", "--output", "json").stdout)["origin"] == "listlint.toml:3"
    assert "MY001" in run(folder, "rule").stdout
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
        "this example becomes “- [a](https://a.dev) - x.”",
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
            list(rule.check(slow, None))  # type: ignore[arg-type]  # patterns ask nothing of the context
    assert list(rule.check(parse("- [A](https://a.dev) - aaa", "other.md"), None)) == []  # type: ignore[arg-type]  # as above


# -- those that are shipped -----------------------------------------------------------------------


def test_the_shipped_ones_are_whole(folder: Path) -> None:
    assert run(folder, "check", "--preset", "all").returncode in (0, 1)
    assert all(path.suffix == ".toml" for path in pattern_files())
