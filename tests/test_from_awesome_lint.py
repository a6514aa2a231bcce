"""The page on switching from awesome-lint: what it says of either tool is so, list by list."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from listlint.checks.registry import known_rules
from listlint.config.merge import resolve
from listlint.config.schema import Overrides
from listlint.engine import awesome_lint
from listlint.session import rule_infos
from tests.paths import ROOT
from tests.repository import Repository

FOLDER = Path(__file__).parent / "awesome_lint"
LISTS: dict[str, Any] = tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "from-awesome-lint.md").read_text(encoding="utf-8")
HEAD = "# Awesome Tools [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)\n\n> All that one needs.\n\n"
NAMES = re.findall(r"\w+", "Anvil Brazier Chisel Drill Easel File Gouge Hammer Ingot Jig Kiln Lathe")
TOOLS = "".join(f"- [{name}](https://{name.lower()}.dev) - Shapes iron for all of us.\n" for name in NAMES)
GUIDE = {"contributing.md": "# Contributing\n\nOpen an issue first.\n"}
INSTALLED = Path(
    os.environ.get("LISTLINT_VALIDATORS", Path(__file__).parent / "validators"), "node_modules", "awesome-lint"
)
_OLD_API = {"attacher": "no-repeat-punctuation"}
"""What its one rule of an old interface is called in the configuration, and in its messages."""

Case = dict[str, Any]


class Row(NamedTuple):
    """A row of the page: a rule of awesome-lint, the codes named for it, and those marked as off."""

    name: str
    codes: tuple[str, ...]
    off: frozenset[str]
    text: str


def rows(heading: str) -> list[Row]:
    """The rows of the table below a heading of the page."""
    part = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = []
    for match in re.finditer(r"^\| `([a-z-]+)` \|(?:.*\|)? (.+) \|$", part, re.MULTILINE):
        codes = tuple(re.findall(r"`([A-Z]{3}\d{3})`", match[2]))
        off = frozenset(re.findall(r"`([A-Z]{3}\d{3})` \*\(off\)\*", match[2]))
        found.append(Row(match[1], codes, off, match[2]))
    return found


OWN, MARKDOWN, OTHERS = (
    rows(heading) for heading in ("Its own rules", "The rules of remark-lint that it configures", "Its comments")
)
BESIDE = {"table-cell-padding": {"STR013"}}
"""Codes that a row names though its rule is about something else."""


def text_of(case: Case) -> str:
    text: str = case["list"]
    return text.replace("HEAD\n", HEAD).replace("TOOLS\n", TOOLS)


def repository(folder: Path, case: Case) -> Repository:
    made = Repository(folder)
    for name, text in {case.get("file", "readme.md"): text_of(case), **GUIDE, **case.get("others", {})}.items():
        made.write(name, text)
    return made


def check(folder: Path, case: Case) -> list[tuple[int, str]]:
    """Line and code of everything that the preset finds in a case's repository."""
    return [(line, code) for _, line, code in repository(folder, case).check("--isolated", "--preset", "awesome", ".")]


def labels(kind: str) -> list[str]:
    return [f"{number}-{case.get('rule', case.get('name'))}" for number, case in enumerate(LISTS[kind])]


# The page.


def test_each_rule_has_one_row() -> None:
    assert [row.name for row in OWN] == sorted(awesome_lint.OWN)
    assert [row.name for row in MARKDOWN] == sorted(awesome_lint.MARKDOWN)
    assert [row.name for row in OTHERS] == sorted(awesome_lint.OTHERS)
    assert (len(OWN), len(MARKDOWN)) == (14, 41)
    assert f"awesome-lint) {LISTS['version']} looks at" in PAGE


@pytest.mark.parametrize("row", [*OWN, *MARKDOWN, *OTHERS], ids=lambda row: row.name)
def test_a_row_says_what_its_name_means_in_a_comment(row: Row) -> None:
    assert set(row.codes) - BESIDE.get(row.name, set()) == awesome_lint.codes(row.name)
    assert bool(awesome_lint.codes(row.name)) != row.text.startswith("nothing: ")


def test_every_code_of_the_page_is_a_rule() -> None:
    assert set(re.findall(r"\b[A-Z]{3}\d{3}\b", PAGE)) <= {rule.code for rule in known_rules()}


def test_the_preset_has_what_the_page_does_not_call_off() -> None:
    settings = resolve(rule_infos(), overrides=Overrides(preset="awesome"))
    active = {code for code, setting in settings.rules.items() if setting.enabled}
    for row in (*OWN, *MARKDOWN, *OTHERS):
        assert set(row.codes) - active == row.off, row.name


def test_the_configuration_on_the_page_asks_for_the_form_of_the_manifesto(tmp_path: Path) -> None:
    [block] = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    own = TOOLS.replace(" - Shapes", " – shapes").replace("us.", "us")
    made = repository(tmp_path, {"list": HEAD + own + "- [Zinc](https://zinc.dev) coats iron for all of us\n"})
    assert made.check("--preset", "awesome", ".", "--isolated", "--ignore", "ENT002") == []
    made.write("listlint.toml", "\n".join(line.removeprefix("  ") for line in block.splitlines()))
    found = [code for _, _, code in made.check(".")]
    assert {code: found.count(code) for code in found} == {"ENT002": 13, "ENT004": 12, "ENT005": 12}


def test_the_first_lines_of_the_page_work(tmp_path: Path) -> None:
    made = repository(tmp_path, {"list": "HEAD\nTOOLS\n- [Zinc ](https://zinc.dev) – coats iron for all of us \n"})
    commands = re.findall(r"^listlint (.+?)\s*(?:#.*)?$", PAGE, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        _, code, errors = made.run(*command.split())
        assert code == 0, (command, errors)
    assert 'preset = "awesome"' in (tmp_path / "listlint.toml").read_text(encoding="utf-8")
    assert (tmp_path / "contributing.md").is_file()
    assert "- [Zinc](" in (tmp_path / "readme.md").read_text(encoding="utf-8")  # the baseline knew the blank


# What the preset finds.


@pytest.mark.parametrize("case", LISTS["example"], ids=labels("example"))
def test_what_its_rules_reject(case: Case, tmp_path: Path) -> None:
    found = sorted(code for _, code in check(tmp_path, case))
    assert found == sorted(case["finds"])
    assert set(found) <= awesome_lint.codes(case["rule"]) | ({"AWE001"} if case["rule"] == "awesome-heading" else set())


def test_each_rule_has_an_example() -> None:
    shown: dict[str, set[str]] = {}
    for case in LISTS["example"]:
        shown.setdefault(case["rule"], set()).update(case["finds"])
    assert set(shown) == {*awesome_lint.OWN, *awesome_lint.MARKDOWN}
    unused = {name for name, codes in shown.items() if awesome_lint.codes(name) and not codes}
    assert unused == {"hard-break-spaces", "no-emphasis-as-heading"}


@pytest.mark.parametrize("case", LISTS["fault"], ids=labels("fault"))
def test_its_faults_do_not_return(case: Case, tmp_path: Path) -> None:
    assert sorted(code for _, code in check(tmp_path, case)) == sorted(case["finds"])
    assert f"\n- {case['name']}\n" in PAGE


def test_each_fault_on_the_page_has_a_list() -> None:
    faults = PAGE.split("\n## What it gets wrong\n", 1)[1]
    assert set(re.findall(r"^- (.+)$", faults, re.MULTILINE)) == {case["name"] for case in LISTS["fault"]}


# Its comments.


def title_on(case: Case, line: int) -> str:
    match = re.search(r"\[(\w+)\]", text_of(case).splitlines()[line - 1])
    assert match is not None
    return match[1]


@pytest.mark.parametrize("case", LISTS["comment"], ids=labels("comment"))
def test_its_comments_work(case: Case, tmp_path: Path) -> None:
    ends = [title_on(case, line) for line, code in check(tmp_path, case) if code == "ENT005"]
    assert ends == case["left"]


@pytest.mark.parametrize(
    "name", ["awesome-list-item", "list-item", "remark-lint:awesome-list-item", "remark-lint-awesome-list-item"]
)
def test_names_are_known_in_every_form(name: str) -> None:
    assert awesome_lint.codes(name) == {*awesome_lint.OWN["awesome-list-item"]}
    assert awesome_lint.codes("awesome-double-link") == {"DUP001", "DUP002"}


@pytest.mark.parametrize("name", ["", "awesome-", "remark-lint:", "no-such-rule", "AWE001", "ENT"])
def test_other_names_mean_nothing(name: str) -> None:
    assert awesome_lint.codes(name) == frozenset()


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("<!--lint-->", 1),
        ("<!--lint off-->", 1),
        ("<!--lint disable no-such-rule-->", 1),
        ("<!--lint disable no-such-rule list-item-->", 0),
        ("<!-- lint  disable\nlist-item -->", 0),
        ("<!--lint known-->\n<!--lint disable-->", 0),
        ("<!--lint enable awesome-list-item-->", 1),
    ],
)
def test_what_is_unknown_is_passed_over(comment: str, left: int, tmp_path: Path) -> None:
    case = {"list": f"HEAD\n{comment}\n\nTOOLS\n- [Zinc](https://zinc.dev) - Coats iron for all of us\n"}
    assert [code for _, code in check(tmp_path, case)] == ["ENT005"] * left


# awesome-lint itself, where it is installed.


class Tool(NamedTuple):
    """What awesome-lint said of each list (line and rule, or an error), and the rules that it has."""

    found: dict[str, dict[str, Any]]
    plugins: list[str]
    own: list[str]

    def rules(self, kind: str, number: int) -> list[str]:
        """The rules that spoke, but for the one on GitHub, which speaks wherever there is no remote."""
        return [rule for _, rule in self.found[f"{kind}{number}"]["said"] if rule != "awesome-github"]


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    node = shutil.which("node")
    if node is None or not INSTALLED.is_dir():
        pytest.skip("awesome-lint is not installed: npm install awesome-lint, in the folder of LISTLINT_VALIDATORS")
    root = tmp_path_factory.mktemp("lists")
    files = {}
    for kind in ("example", "fault", "comment"):
        for number, case in enumerate(LISTS[kind]):
            repository(root / f"{kind}{number}", case)
            files[str(root / f"{kind}{number}" / case.get("file", "readme.md"))] = f"{kind}{number}"
    command = [node, str(FOLDER / "lint.mjs"), str(INSTALLED), *files]
    done = subprocess.run(command, capture_output=True, check=True, timeout=300)
    said = json.loads(done.stdout)
    return Tool({files[file]: found for file, found in said["found"].items()}, said["plugins"], said["own"])


def test_the_committed_names_are_those_of_the_tool(tool: Tool) -> None:
    assert json.loads((INSTALLED / "package.json").read_text(encoding="utf-8"))["version"] == LISTS["version"]
    configured = {_OLD_API.get(name, name) for name in tool.plugins} - {"remarkLint", "remarkGfm"}
    assert configured | set(tool.own) == {*awesome_lint.OWN, *awesome_lint.MARKDOWN}
    assert len(list((INSTALLED / "rules").glob("*.js"))) - 1 == len(awesome_lint.OWN)


def test_the_tool_rejects_the_examples(tool: Tool) -> None:
    for number, case in enumerate(LISTS["example"]):
        spoke = case["rule"] in [rule for _, rule in tool.found[f"example{number}"]["said"]]
        assert spoke != ("silent" in case), (case, tool.found[f"example{number}"])


def test_the_tool_has_the_faults(tool: Tool) -> None:
    for number, case in enumerate(LISTS["fault"]):
        if "aborts" in case:
            assert tool.found[f"fault{number}"]["error"].startswith(case["aborts"])
        else:
            assert tool.rules("fault", number) == case["says"], case["name"]


def test_comments_mean_the_same_to_both(tool: Tool) -> None:
    for number, case in enumerate(LISTS["comment"]):
        said = tool.found[f"comment{number}"]["said"]
        assert [title_on(case, line) for line, rule in said if rule == "awesome-list-item"] == case["left"], case[
            "name"
        ]
