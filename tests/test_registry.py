"""Rules are loaded when they are needed, and stand-ins tell of them what they tell themselves."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from listlint.checks import registry
from listlint.checks.registry import INDEX, Index, all_rules, known_rules, make_index
from listlint.dev import rule_index
from listlint.engine.run import Active, Engine
from listlint.testing import codes_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listlint.checks.registry import AnyRule

TEXT = "# A\n\n- [B](http://github.com/a/b/)  \n- [B](http://github.com/a/b)\n"


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AnyRule, ...]]:
    """The rules as an index that is up to date gives them."""
    monkeypatch.setattr(registry, "read_index", make_index)
    known_rules.cache_clear()
    yield known_rules()
    known_rules.cache_clear()


def test_the_index_is_fresh() -> None:
    assert INDEX.read_text(encoding="utf-8") == rule_index.render(), "run python -m listlint.dev catalogue"


def test_a_stand_in_tells_what_its_class_tells(stand_ins: tuple[AnyRule, ...]) -> None:
    assert len(stand_ins) == len(all_rules())
    for known, rule in zip(stand_ins, all_rules(), strict=True):
        assert known is not rule
        for name in ("code", "name", "severity", "fix", "aliases", "needs", "about", "layout", "Options", "valid"):
            assert getattr(known, name) == getattr(rule, name), (rule.code, name)
        assert known.node_type() is rule.node_type()


def test_stand_ins_find_what_the_rules_find(stand_ins: tuple[AnyRule, ...]) -> None:
    def found(rules: tuple[AnyRule, ...]) -> list[tuple[str, Any]]:
        engine = Engine([Active(rule(), rule.severity) for rule in rules], codes_of, debug=True)
        return [(one.code, one.span) for one in engine.lint(parse(TEXT))]

    assert {"URL006", "STY001"} <= {code for code, _ in found(stand_ins)}
    assert found(stand_ins) == found(all_rules())


def test_stand_ins_travel_to_other_processes(stand_ins: tuple[AnyRule, ...]) -> None:
    for rule in stand_ins:
        there, made = pickle.loads(pickle.dumps((rule, rule())))
        assert (there.code, there.Options, made.code, made.options) == (
            rule.code,
            rule.Options,
            rule.code,
            rule().options,
        )


def test_options_reach_the_rule(stand_ins: tuple[AnyRule, ...]) -> None:
    known = next(rule for rule in stand_ins if rule.code == "DUP001")
    assert known().options.across_sections == "rare"
    assert known(known.Options(across_sections="never")).options.across_sections == "never"


def test_rules_on_what_a_list_does_not_have_are_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(rule_index.render(), encoding="utf-8")
    code = (
        "import sys, msgspec\n"
        "from listlint.checks import registry\n"
        "from listlint.engine.run import Active, Engine\n"
        "from listlint.model.source import Source\n"
        "from listlint.parse.markdown import parse\n"
        f"index = msgspec.json.decode(open({str(tmp_path / 'index.json')!r}).read(), type=registry.Index)\n"
        "registry.read_index = lambda: index\n"
        "engine = Engine([Active(rule(), rule.severity) for rule in registry.known_rules()], lambda _: frozenset())\n"
        f"found = engine.lint(parse(Source.from_text({TEXT!r})))\n"
        "print(len(found), *(name for name in sys.modules if name.startswith('listlint.checks.')))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *modules = ran.stdout.split()
    assert int(count) > 1
    assert "listlint.checks.urls.insecure_url" in modules
    assert not [name for name in modules if name.startswith(("listlint.checks.bibtex.", "listlint.checks.net."))]


def test_a_stale_index_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = make_index()
    for index in (None, Index({**fresh.stamps, "entries/gone.py": 1}, fresh.rules)):
        monkeypatch.setattr(registry, "read_index", lambda index=index: index)
        known_rules.cache_clear()
        assert known_rules() is all_rules()
    known_rules.cache_clear()
