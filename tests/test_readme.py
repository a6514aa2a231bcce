"""What the README shows does what it says."""

from __future__ import annotations

import re
from pathlib import Path

from listlint.checks.registry import all_rules
from listlint.testing import lint, parse

README = Path(__file__).resolve().parents[1] / "README.md"
LIST = "# Old things\n\n" + "".join(f"- [Thing {n}](https://thing.example.org/{n}) - Is old.\n" for n in range(9))


def test_the_suppressions_suppress() -> None:
    """In a list with full stops each of them hides one finding, and neither is reported as unused."""
    (block,) = re.findall(r"```markdown\n(.*?listlint-disable.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    wanted = {"URL005", "ENT005", "SUP001", "SUP002"}
    rules = [rule for rule in all_rules() if rule.code in wanted]
    assert [found.code for found in lint(rules, parse(LIST + block))] == []
    without = re.sub(r" ?<!--.*?-->", "", block)
    assert [found.code for found in lint(rules, parse(LIST + without))] == ["URL005", "ENT005"]
