"""Imports run one way: the table of the layers, held against every module of the package."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "listlint"

LOWER = {
    "checks",
    "config",
    "discover",
    "engine",
    "facts",
    "fix",
    "git",
    "model",
    "net",
    "others",
    "packs",
    "parse",
    "report",
    "text",
}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "text": {"model"},
    "packs": {"text", "model"},
    "fork": set(),
    "parse": {"fork", "packs", "text", "model"},
    "config": {"packs", "model"},
    "checks": {"packs", "text", "model"},
    "net": {"text", "model"},
    "git": {"model"},
    "discover": {"config", "git", "model"},
    "others": {"config", "discover", "model"},
    "scaffold": {"config", "discover", "git", "parse", "text", "model"},
    "facts": {"net", "parse", "git", "text", "model"},
    "engine": {"fork", "checks", "packs", "text", "model"},
    "fix": {"model"},
    "report": {"packs", "text", "model"},
    "liveness": {"config", "facts", "net", "packs", "parse", "report", "text", "model"},
    "baseline": {"model"},
    "changes": {"baseline", "facts", "git", "model"},
    "cache": set(),
    "memory": {"cache", "packs", "model"},
    "recall": {"cache", "memory", "session", "facts", "git", "config", "model"},
    "session": LOWER | {"liveness", "baseline", "changes", "patterns"},
    "patterns": {"testing", "parse", "checks", "engine", "fix", "packs", "model"},
    "grammar": {"session", "engine", "checks", "config", "model"},
    "repair": {"session", "fix", "parse", "model"},
    "testing": {"parse", "checks", "engine", "fix", "packs", "model"},
    "catalogue": {"session", "config", "checks", "packs", "report", "testing", "model"},
    "cli": {
        "session",
        "recall",
        "baseline",
        "changes",
        "grammar",
        "repair",
        "liveness",
        "config",
        "report",
        "catalogue",
        "model",
        "scaffold",
    },
    "__main__": {"cli"},
    "dev": {
        "catalogue",
        "patterns",
        "cli",
        "session",
        "config",
        "testing",
        "parse",
        "checks",
        "engine",
        "fix",
        "report",
        "packs",
        "model",
    },
}
"""A layer is a folder or a module directly in the package; itself is always allowed."""

SOLE_IMPORTERS = {"markdown_it": "parse", "mdit_py_plugins": "parse", "aiohttp": "net"}


@dataclass(frozen=True, slots=True)
class Import:
    """``module`` (its path in the package, without suffix, dotted) imports ``target``."""

    module: str
    line: int
    target: str


def imports(package: Path) -> Iterator[Import]:
    """Yield every import of every module, wherever it stands: in functions and under TYPE_CHECKING too."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        inside = ["listlint", *(parts[:-1])]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in _targets(node, inside):
                yield Import(module, getattr(node, "lineno", 0), target)


def _targets(node: ast.AST, inside: list[str]) -> list[str]:
    """Name the modules that a statement imports; ``from listlint.x import y`` may mean ``listlint.x.y``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        up = inside[: len(inside) - node.level + 1] if node.level else []
        base = ".".join([*up, node.module] if node.module else up)
        return [f"{base}.{alias.name}" for alias in node.names] if base.startswith("listlint") else [base]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if name in ("import_module", "__import__") and node.args and isinstance(node.args[0], ast.Constant):
            return [str(node.args[0].value)]
    return []


def violations(package: Path) -> list[str]:
    """Say which imports the table forbids, as ``module:line: reason``."""
    families = {path.parent.name for path in package.glob("checks/*/__init__.py")}
    verdicts = ((found, _across(found) or _sideways(found, families)) for found in imports(package))
    return [f"{found.module}:{found.line}: {reason}" for found, reason in verdicts if reason]


def _across(found: Import) -> str | None:
    """Judge an import by the layers at its two ends."""
    layer = found.module.split(".")[0]
    top, *rest = found.target.split(".")
    if top != "listlint":
        owner = SOLE_IMPORTERS.get(top, layer)
        if layer != owner:
            return f"only {owner} may import {top}"
        stray = layer == "model" and top != "msgspec" and top not in sys.stdlib_module_names
        return f"model imports the standard library and msgspec only, not {top}" if stray else None
    if not rest or rest == ["__version__"]:
        return None
    if layer not in MAY_IMPORT:
        return f"{layer or 'the package itself'} is no layer of the table"
    fine = rest[0] == layer or rest[0] in MAY_IMPORT[layer]
    return None if fine else f"{layer} may not import {rest[0]}"


def _sideways(found: Import, families: set[str]) -> str | None:
    """Forbid rules to import one another: what they share lives directly in ``checks``, or lower."""
    _, *module = found.module.split(".")
    _, *target = found.target.split(".")
    from_rule = found.module.startswith("checks.") and module[0] in families
    to_rule = target[:1] == ["checks"] and len(target) > 1 and target[1] in families
    return f"a rule imports another: {'.'.join(target)}" if from_rule and to_rule else None


def test_imports_run_one_way() -> None:
    assert violations(PACKAGE) == []


def test_every_layer_is_in_the_table() -> None:
    present = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert present - {"__init__"} <= set(MAY_IMPORT)


def test_the_table_has_no_cycle() -> None:
    left = {layer: set(below) for layer, below in MAY_IMPORT.items()}
    while left:
        ready = [layer for layer, below in left.items() if not below & set(left)]
        assert ready, f"these layers import one another: {sorted(left)}"
        for layer in ready:
            del left[layer]


PLANTED = {
    "third party in model": (
        "model/span.py",
        "import yarl",
        "model imports the standard library and msgspec only, not yarl",
    ),
    "upwards": ("text/urls.py", "from listlint.parse.html import tags", "text may not import parse"),
    "from the package": ("text/urls.py", "from listlint import engine", "text may not import engine"),
    "relative": ("fix/apply.py", "from ..parse import markdown", "fix may not import parse"),
    "relative, in the package": ("fix/__init__.py", "from ..parse import markdown", "fix may not import parse"),
    "for types only": (
        "report/full.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from listlint.session import Result",
        "report may not import session",
    ),
    "in a function": ("config/load.py", "def load():\n    import listlint.checks.api", "config may not import checks"),
    "by name": (
        "model/span.py",
        "import importlib\nimportlib.import_module('listlint.text.urls')",
        "model may not import text",
    ),
    "another parser": ("text/prose.py", "from markdown_it.token import Token", "only parse may import markdown_it"),
    "another client": ("facts/status.py", "import aiohttp", "only net may import aiohttp"),
    "a rule of the family": (
        "checks/urls/a.py",
        "from listlint.checks.urls.b import f",
        "a rule imports another: checks.urls.b.f",
    ),
    "a rule of another family": (
        "checks/urls/a.py",
        "from listlint.checks import entries",
        "a rule imports another: checks.entries",
    ),
    "an unknown layer": ("extra/a.py", "import listlint.model", "extra is no layer of the table"),
    "the package itself": ("__init__.py", "import listlint.model", "the package itself is no layer of the table"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(name: str, tmp_path: Path) -> None:
    path, text, reason = PLANTED[name]
    for family in ("urls", "entries"):
        (tmp_path / "checks" / family).mkdir(parents=True)
        (tmp_path / "checks" / family / "__init__.py").touch()
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")
    found = violations(tmp_path)
    assert [line.split(": ", 1)[1] for line in found] == [reason]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("checks/urls/a.py", "from listlint.checks.api import Rule\nfrom listlint.checks.convention import deviants"),
        ("checks/urls/a.py", "from listlint.text import urls\nimport rapidfuzz"),
        ("parse/markdown.py", "from markdown_it import MarkdownIt\nfrom . import spans\nfrom ..model import nodes"),
        ("cli/__init__.py", "from listlint import __version__\nimport click"),
    ],
)
def test_what_is_allowed_is_not_reported(path: str, text: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / "checks" / "urls").mkdir(parents=True, exist_ok=True)
    (tmp_path / "checks" / "urls" / "__init__.py").touch()
    (tmp_path / path).write_text(text, encoding="utf-8")
    assert violations(tmp_path) == []
