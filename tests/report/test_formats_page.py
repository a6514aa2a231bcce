"""``docs/formats.md``: every format has a section, and its examples are what the command line writes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from listlint.cli.output import NAMES
from tests.command import run
from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.conftest import Golden

PAGE = ROOT / "docs" / "formats.md"
COMMAND = ("check", "examples/awesome/README.md", "--select", "insecure-url", "--output")
LANGUAGES = {"sarif": "json", "json": "json", "gitlab": "json", "rdjson": "json", "junit": "xml", "checkstyle": "xml"}
_EXAMPLE = re.compile(r"(<!-- example: (\S+) -->\n).*?(?=<!-- end -->)", re.DOTALL)


def example(name: str) -> str:
    """The command and what it writes, or the finding in it where there is much around that."""
    written = run(ROOT, *COMMAND, name).stdout
    if name == "json":
        written = json.dumps(json.loads(written)["findings"][0], indent=2, ensure_ascii=False) + "\n"
    if name == "sarif":
        written = json.dumps(json.loads(written)["runs"][0]["results"][0], indent=2, ensure_ascii=False) + "\n"
    language = LANGUAGES.get(name, "text")
    return f"\n```console\n$ listlint {' '.join(COMMAND)} {name}\n```\n\n```{language}\n{written}```\n\n"


def test_the_examples_are_what_is_written(golden: Golden) -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = [match[2] for match in _EXAMPLE.finditer(page)]
    assert sorted(shown) == sorted(set(NAMES) - {"jsonl"})
    golden(PAGE, _EXAMPLE.sub(lambda match: match[1] + example(match[2]), page))


def test_every_format_is_in_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in NAMES:
        assert re.search(rf"^\| \[.*`{name}`", page, re.MULTILINE), name
