"""What ``listlint config`` says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from listlint.config.explain import as_data, as_text, effective
from listlint.config.merge import resolve
from listlint.config.schema import Links, Overrides
from tests.config.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from listlint.config.layers import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "listlint.toml").write_text(
        'preset = "papers"\nexclude = ["archive/"]\nextend-select = ["STR011"]\nseverity.URL = "warning"\n'
        'rules.arxiv-form.form = "abs"\nrules.arxiv-form.hosts = ["a.org"]\n'
        '[per-file]\n"notes/" = { preset = "notes", ignore = ["ENC"] }\n'
    )
    return resolve(RULES, tmp_path / "listlint.toml", Overrides(values=("fail-on=error",), ignore=("ENC002",)))


def test_every_value_says_where_it_comes_from(settings: Settings) -> None:
    values = tuple(value for value in effective(settings) if not value.key.startswith("links."))
    assert as_text(values, str) == (
        "preset                           papers        listlint.toml:1\n"
        "fail-on                          error         --set fail-on=error\n"
        "include                          -             default\n"
        'exclude                          ["archive/"]  listlint.toml:2\n'
        "baseline                         -             default\n"
        "STR001 missing-title             warning       preset default\n"
        "STR002 multiple-titles           info          preset default\n"
        "STR011 unsorted-entries          info          listlint.toml:3\n"
        "URL003 arxiv-form                warning       preset default, severity listlint.toml:4\n"
        "URL003 arxiv-form.form           abs           listlint.toml:5\n"
        "URL003 arxiv-form.minimum-share  0.8           default\n"
        "URL003 arxiv-form.maximum-share  1.0           default\n"
        'URL003 arxiv-form.hosts          ["a.org"]     listlint.toml:6\n'
        "URL010 shortened-url             warning       preset papers, severity listlint.toml:4\n"
        "ENC001 mojibake                  error         preset default\n"
        "ENC002 replacement-character     off           --ignore\n"
    )


def test_what_is_set_for_links_is_shown(tmp_path: Path) -> None:
    (tmp_path / "listlint.toml").write_text(
        'links.max-age = 3\nlinks.proxy = "http://ada:hunter2secret@proxy.dev:3128"\n[links.hosts."a.dev"]\nrate = 1\n'
    )
    made = resolve(RULES, tmp_path / "listlint.toml", Overrides(values=("links.rate=5",)), named=True)
    values = {value.key: (value.value, value.origin) for value in effective(made) if value.key.startswith("links.")}
    assert set(values) == {f"links.{name}" for name in Links.__struct_encode_fields__}
    label = str(made.origins["links.max-age"]).removesuffix(":1")
    assert values["links.max-age"] == (3.0, f"{label}:1")
    assert values["links.rate"] == (5.0, "--set links.rate=5")
    assert values["links.hosts"][0]["a.dev"]["rate"] == 1.0
    assert values["links.store"] == (".listlint/links.db", "default")
    assert "hunter2secret" not in as_text(effective(made), str)
    assert "proxy.dev" in values["links.proxy"][0]


def test_a_path_shows_what_holds_for_that_file(settings: Settings) -> None:
    values = {value.key: (value.value, value.origin) for value in effective(settings, settings.root / "notes" / "a.md")}
    assert values["preset"] == ("notes", "listlint.toml:8")
    assert values["rules.multiple-titles"] == ("off", "preset notes")
    assert values["rules.mojibake"] == ("off", "listlint.toml:8")
    assert values["rules.unsorted-entries"] == ("info", "listlint.toml:3")


def test_the_data_are_plain(settings: Settings) -> None:
    data = json.loads(json.dumps(as_data(effective(settings))))
    assert data[3] == {"key": "exclude", "value": ["archive/"], "origin": "listlint.toml:2", "code": None}
    assert {"key": "rules.arxiv-form.form", "value": "abs", "origin": "listlint.toml:5", "code": "URL003"} in data
