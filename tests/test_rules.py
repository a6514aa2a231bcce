"""Every rule's own examples are its tests."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from listlint.checks.api import Bad, Good, Rule
from listlint.checks.patterns import PatternRule
from listlint.checks.registry import all_rules
from listlint.testing import check_bad, check_good

RULES = all_rules()
GOOD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.valid)]
BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.invalid)]


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_finds_nothing(rule: type[Rule[Any]], example: str | Good) -> None:
    check_good(rule, example)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_finds_what_is_marked(rule: type[Rule[Any]], example: Bad) -> None:
    check_bad(rule, example)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_is_complete(rule: type[Rule[Any]]) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", rule.name)
    assert inspect.getdoc(rule), f"{rule.code} has no documentation"
    module = inspect.getmodule(rule)
    assert module is not None
    if not issubclass(rule, PatternRule):  # these stand in files of their own
        assert (module.__doc__ or "").startswith(f"{rule.code}: "), (
            f"the docstring of {module.__name__} starts with its code"
        )
        assert module.__name__.rsplit(".", 1)[-1] == rule.name.replace("-", "_")
    if rule.code not in ("SUP000", "SUP004"):
        assert rule.valid, f"{rule.code} has no valid examples"
        assert rule.invalid, f"{rule.code} has no invalid examples"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_declares_a_fix_if_and_only_if_it_gives_one(rule: type[Rule[Any]]) -> None:
    gives = any(example.fixed is not None for example in rule.invalid)
    assert gives == (rule.fix is not None)
