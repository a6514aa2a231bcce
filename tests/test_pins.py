"""What a list does can be set: every rule that learns a habit has an option for it, which `init --from` writes."""

from __future__ import annotations

import ast
import inspect
import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Struct

from listlint.checks.api import Rule
from listlint.checks.convention import followers, usual_order
from listlint.checks.registry import all_rules, find_rule
from listlint.config.merge import resolve
from listlint.config.schema import Overrides
from listlint.grammar import Read, grammar, pins, read
from listlint.session import Request, Session, rule_infos
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

    from listlint.checks.registry import AnyRule
    from listlint.model.grammar import Pin

NO_HABIT = {"BIB010": "asks the helper whether all values are one, and reports nothing that deviates from it"}
"""Rules that ask the helper for something else."""


def learners() -> list[AnyRule]:
    """The rules whose modules ask what the list's habit is."""
    found = []
    for rule in all_rules():
        module = inspect.getmodule(rule)
        tree = ast.parse(inspect.getsource(module)) if module is not None else ast.Module([], [])
        if any(isinstance(node, ast.ImportFrom) and node.module == "listlint.checks.convention" for node in tree.body):
            found.append(rule)
    return found


def test_every_rule_that_learns_a_habit_shows_it_and_lets_it_be_set() -> None:
    rules = [rule for rule in learners() if rule.code not in NO_HABIT]
    assert len(rules) >= 23
    for rule in rules:
        assert rule.traits is not Rule.traits, f"{rule.code} has no traits"
        assert rule.pins, f"{rule.code} has no option that sets its habit"


def test_there_is_a_case_for_each_of_them() -> None:
    assert {case.rule for case in CASES} == {rule.name for rule in learners() if rule.code not in NO_HABIT}


# -- each rule ------------------------------------------------------------------------------------------


class Case(Struct, frozen=True):
    """A list with a habit of a rule, the options that `init` writes for it, and a short list that deviates.

    In ``few`` the rule finds nothing by itself, and ``found`` once these options are set.
    """

    rule: str
    many: str
    written: dict[str, Any]
    few: str
    found: tuple[str, ...]
    name: str = "README.md"


def items(form: str, count: int = 12) -> str:
    return "".join(form.replace("§", str(n)) + "\n" for n in range(count))


def papers(form: str, count: int = 12) -> str:
    return items(f"- [A longer work on the kite §](https://a.dev/§){form}", count)


def references(form: str, count: int = 12) -> str:
    return "".join(form.replace("§", chr(ord("a") + n)).replace("0", str(n % 10)) + "\n" for n in range(count))


_HEADING = "## A work § {}\n\npaper link: [here](https://a.dev/§)\n\n"
_BLOCK = "### A work §\n\npaper link: [here](https://a.dev/§)\n\n```bibtex\n@misc{k§, title={A work §}}\n```\n\n"
_MISC = "@misc{lovelace195§kite,\n  title={The Kite},\n  author={Lovelace, Ada},\n  year={195§}\n}"

CASES = (
    Case(
        "unsorted-entries",
        "# L\n\n" + "".join(f"- [{name}](https://a.dev/{name})\n" for name in ["Ada", "Bar", "Car", "Dot", "Eve", "Fog", "Gap", "Hat", "Ink", "Jam"]),
        {"sort": "alpha"},
        "# L\n\n- [Zoo](https://z.dev)\n- [Ada](https://a.dev)\n- [Bar](https://b.dev)\n",
        ("Zoo",),
    ),
    Case(
        "inconsistent-separator",
        items("- [A](https://a.dev/§) – Does a thing."),
        {"separator": "–"},
        "- [A](https://a.dev) - Does a thing.\n",
        (" - ",),
    ),
    Case(
        "missing-description",
        items("- [A](https://a.dev/§) - Does a thing."),
        {"required": True},
        "- [A](https://a.dev) - Does a thing.\n- [Beta](https://b.dev)\n",
        ("[Beta](https://b.dev)",),
    ),
    Case(
        "description-case",
        items("- [A](https://a.dev/§) - Does a thing."),
        {"case": "upper"},
        "- [A](https://a.dev) - tiny tool for all.\n- [B](https://b.dev) - Tiny tool for all.\n",
        ("t",),
    ),
    Case(
        "description-end",
        items("- [A](https://a.dev/§) - Does a thing."),
        {"ending": "stop"},
        "- [A](https://a.dev) - Does a thing\n",
        ("g",),
    ),
    Case(
        "inconsistent-marker",
        items("* [A](https://a.dev/§)"),
        {"bullet": "*", "indentation": 0, "spacing": " "},
        " -  [A](https://a.dev)\n",
        (" ", "-", "  "),
    ),
    Case(
        "bare-url",
        items("- [A](https://a.dev/§)"),
        {"allowed": False},
        "- https://a.dev\n",
        ("https://a.dev",),
    ),
    Case(
        "unlinked-entry",
        items("- [A](https://a.dev/§)"),
        {"required": True},
        "- [A](https://a.dev)\n- Beta\n",
        ("Beta",),
    ),
    Case(
        "arxiv-form",
        items("- [A](https://arxiv.org/abs/2101.0001§)", 8),
        {"form": "abs"},
        "- [A](https://arxiv.org/pdf/2101.00010)\n",
        ("https://arxiv.org/pdf/2101.00010",),
    ),
    Case(
        "date-format",
        papers(", 2021-10-1§", 9),
        {"form": "%Y-%m-%d"},
        papers(", Oct. 1§ 2021", 1),
        ("Oct. 10 2021",),
    ),
    Case(
        "venue-format",
        papers(", ICML 201§", 3) + papers(", TPAMI 201§", 9) + papers(", PAMI 2019", 1),
        {"form": "NeurIPS 2021", "names": ["TPAMI"]},
        papers(", PAMI 2019", 1) + papers(", ICML'19", 1) + papers(", CVPR 2019", 1),
        ("PAMI 2019", "ICML'19"),
    ),
    Case(
        "missing-metadata",
        papers(", A. Lovelace, ICML 201§ [[code](https://github.com/a/§)]", 10),
        {"date": True, "authors": True, "venue": True, "code": True},
        "- [A kite](https://a.dev)\n",
        ("A kite",),
    ),
    Case(
        "field-order",
        papers(", A. Lovelace, 201§", 10),
        {"order": ["title", "authors", "date"]},
        "- [A kite](https://a.dev), 2019, C. Babbage\n",
        ("C. Babbage",),
    ),
    Case(
        "status-vocabulary",
        items(_HEADING.format("[`READ`]"), 6) + items(_HEADING.format("[`UNREAD`]"), 6),
        {"marks": "[`…`]", "words": ["READ", "UNREAD"]},
        items(_HEADING.format("`READ`"), 1) + items(_HEADING.format("[`unread`]"), 1),
        ("`READ`", "`unread`"),
    ),
    Case(
        "status-vocabulary",
        items("- ✅ [A](https://a.dev/§)"),
        {"check": "✅"},
        "- ✔ [A](https://a.dev)\n",
        ("✔",),
    ),
    Case(
        "status-vocabulary",
        items("- [x] [A](https://a.dev/§)"),
        {"task": "x"},
        "- [X] [A](https://a.dev)\n",
        ("[X]",),
    ),
    Case(
        "label-format",
        items("- **A kite §** [[pdf](https://a.dev/§)] [[Code](https://github.com/a/§)]"),
        {"labels": {"pdf": "[pdf]", "code": "[Code]"}},
        "- **A kite** [[PDF](https://a.dev)] [Code](https://github.com/a/b)\n",
        ("PDF", "[Code](https://github.com/a/b)"),
    ),
    Case(
        "label-format",
        items(_HEADING.format("").replace(" \n", "\n")),
        {"labels": {"paper": "paper link:"}},
        "## A kite\n\nPaper: [here](https://a.dev)\n\n## A bell\n\npaper link: [here](https://b.dev)\n",
        ("Paper",),
    ),
    Case(
        "author-format",
        "".join(f"@misc{{a{n}, author={{{name}}}}}\n" for n, name in enumerate(["Lovelace, Ada", "Boole, George"] * 4))
        ,
        {"order": "last-first"},
        "@misc{b, author={Ada Lovelace}}\n",
        ("Ada Lovelace",),
        "refs.bib",
    ),
    Case(
        "author-format",
        papers(" (lovelace et al. 201§)", 8),
        {"et-al": "et al."},
        papers(" (lovelace et al 2019)", 1),
        ("et al",),
    ),
    Case(
        "inconsistent-venue",
        references("@inproceedings{k§, title={A}, booktitle={International Conference on Machine Learning}}", 6)
        + "@inproceedings{x, title={A}, booktitle={Int. Conf. on Machine Learning}}\n",
        {"names": ["International Conference on Machine Learning"]},
        "@inproceedings{x, title={A}, booktitle={Int. Conf. on Machine Learning}}\n",
        ("Int. Conf. on Machine Learning",),
        "refs.bib",
    ),
    Case(
        "arxiv-fields",
        references("@misc{k§, eprint={1803.08360}, archivePrefix={arXiv}}", 8),
        {"form": "eprint"},
        "@misc{k, journal={arXiv preprint arXiv:1412.7479}}\n",
        ("arXiv preprint arXiv:1412.7479",),
        "refs.bib",
    ),
    Case(
        "missing-citation",
        items(_BLOCK),
        {"required": True},
        items(_BLOCK, 1) + "### A kite\n\npaper link: [here](https://b.dev)\n",
        ("A kite",),
    ),
    Case(
        "inconsistent-layout",
        items(_MISC, 10),
        {"indentation": "  ", "equals": "=", "values": "braced", "comma": False, "order": ["title", "author", "year"]},
        '@misc{b,\n\tauthor = "Lovelace, Ada",\n\ttitle = "Kite",\n}\n',
        ("\t", "author", " = ", '"Lovelace, Ada"', ","),
        "refs.bib",
    ),
    Case(
        "key-style",
        items(_MISC, 10),
        {"scheme": "{author}{year}{title}"},
        "@misc{Lovelace-1950, author={Lovelace, Ada}, year={1950}}\n",
        ("Lovelace-1950",),
        "refs.bib",
    ),
    Case(
        "blank-lines",
        "# L\n\n" + items("## H §\n\nText.\n\n- a\n\nText.\n", 6),
        {"before-heading": 1, "after-heading": True, "before-list": True, "after-list": True},
        "x\n## H\n\nText.\n- a\n\n```\nb\n```\n",
        ("## H", "-"),
    ),
    Case(
        "hard-tab",
        "- a\n" + items("  - §", 8),
        {"allowed": False},
        "- a\n\t- b\n",
        ("\t",),
    ),
)  # fmt: skip


def known(case: Case, text: str, values: tuple[str, ...] = ()) -> Read:
    rule = find_rule(case.rule)
    assert rule is not None
    overrides = Overrides(preset="all", select=(rule.code,), values=values)
    request = Request(paths=("-",), stdin=text.encode(), stdin_filename=case.name, isolated=True, overrides=overrides)
    session = Session(request)
    return read(session, session.files()[0])


def found(case: Case, text: str, values: tuple[str, ...] = ()) -> list[str]:
    """What the rule finds, as it stands in the text."""
    seen = known(case, text, values)
    return [
        seen.document.slice(one.span)
        for one in sorted(seen.engine.lint(seen.document, seen.facts), key=lambda o: o.span)
    ]


def toml(pin: Pin) -> str:
    return f"{pin.option} = {json.dumps(pin.value, ensure_ascii=False)}\n"


def assigned(case: Case) -> tuple[str, ...]:
    """The options of a case as `--set` takes them."""
    return tuple(f"rules.{case.rule}.{key}={inline(value)}" for key, value in case.written.items())


def inline(value: Any) -> str:
    """A value as TOML has it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{next(iter(case.written))}")


@CASE
def test_the_habits_of_a_list_are_what_is_set(case: Case) -> None:
    made = pins(known(case, case.many))
    assert all(pin.fits for pin in made), [pin for pin in made if not pin.fits]
    assert tomllib.loads("".join(map(toml, made))) == case.written
    for pin in made:
        assert 0 < pin.count <= pin.total
        assert pin.shown
        assert pin.trait


@CASE
def test_what_is_set_holds_where_there_is_no_habit(case: Case) -> None:
    assert found(case, case.few) == []
    assert found(case, case.few, assigned(case)) == list(case.found)


@CASE
def test_a_list_with_the_habit_has_what_is_set(case: Case) -> None:
    assert found(case, case.many, assigned(case)) == found(case, case.many)


@CASE
def test_it_is_said_that_the_configuration_sets_it(case: Case) -> None:
    rule = find_rule(case.rule)
    assert rule is not None
    habits = [one for one in grammar(known(case, case.many, assigned(case))).habits if one.code == rule.code]
    told = [one for one in habits if one.pinned is not None]
    assert told
    assert all("--set" in (one.pinned_by or "") for one in told)
    assert not [one for one in grammar(known(case, case.many)).habits if one.pinned is not None]


def test_options_that_set_a_habit_are_checked() -> None:
    infos = rule_infos()
    for value in (
        'key-style.scheme="{who}"',
        'key-style.scheme=""',
        'status-vocabulary.marks="READ"',
        'inconsistent-layout.indentation="x"',
        'field-order.order=["pages"]',
        "label-format.labels.paper=1",
    ):
        with pytest.raises(Exception, match="rules"):
            resolve(infos, None, Overrides(preset="all", values=(f"rules.{value}",)))


def test_init_writes_them_and_a_check_finds_the_same(tmp_path: Path) -> None:
    text = "# Papers\n\n" + "".join(
        f"## A longer work on the kite {n} [`{'READ' if n % 3 else 'UNREAD'}`]\n\n"
        f"paper link: [here](https://arxiv.org/abs/2001.0000{n})\n\n"
        f"```bibtex\n@misc{{lovelace202{n}longer,\n  title={{A longer work on the kite {n}}},\n"
        f"  author={{Lovelace, Ada}},\n  year={{202{n}}}\n}}\n```\n\n"
        for n in range(10)
    )
    (tmp_path / "README.md").write_text(text)
    options = ("--yes", "--preset", "all", "--no-hook", "--no-workflow", "--no-baseline", "--from", "README.md")
    done = run(tmp_path, "init", *options)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "listlint.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(written)["rules"]
    assert rules["label-format"] == {"labels": {"paper": "paper link:"}}
    assert rules["status-vocabulary"] == {"marks": "[`…`]", "words": ["UNREAD", "READ"]}
    assert rules["key-style"] == {"scheme": "{author}{year}{title}"}
    assert rules["missing-citation"] == {"required": True}
    assert rules["inconsistent-layout"]["order"] == ["title", "author", "year"]
    assert 'labels.paper = "paper link:"' in written
    assert "# order of fields in BibTeX: title, author, year (10 of 10)" in written
    (tmp_path / "README.md").write_text(
        "# Papers\n\n## A kite [`READ`]\n\nPaper: [here](https://a.dev)\n\n## A bell\n\npaper link: [here](https://b.dev)\n"
    )
    report = json.loads(run(tmp_path, "check", "--output", "json", "--exit-zero").stdout)
    assert ("MET008", "the label of a paper link should be “paper link:”; this one is “Paper”") in {
        (one["code"], one["message"]) for one in report["findings"]
    }


# -- orders ---------------------------------------------------------------------------------------------


def test_an_order_is_that_of_each_two() -> None:
    rows = [("title", "authors", "date")] * 9 + [("title", "date", "authors")] + [("authors", "date", "pdf")] * 3
    assert usual_order(rows, 10, 0.9) == ("title", "authors", "date")
    assert followers(("title", "authors", "date"), rows) == (12, 13)
    assert usual_order(rows, 3, 0.9) == ("title", "authors", "date")
    assert usual_order([*rows, *[("title", "authors", "date", "pdf")] * 3], 6, 0.9) == (
        "title",
        "authors",
        "date",
        "pdf",
    )


@pytest.mark.parametrize(
    "rows",
    [[], [("a",)] * 20, [("a", "b")] * 9, [("a", "b"), ("b", "a")] * 10, [("a",), ("b",)] * 20],
    ids=["nothing", "one name", "too few", "both ways", "never together"],
)
def test_there_may_be_none(rows: list[tuple[str, ...]]) -> None:
    assert usual_order(rows, 10, 0.9) is None


def test_a_circle_is_no_order() -> None:
    rows = [("a", "b")] * 10 + [("b", "c")] * 10 + [("c", "a")] * 10
    assert usual_order(rows, 5, 0.9) in (None, ("a", "b"), ("b", "c"), ("c", "a"))
