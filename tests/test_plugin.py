"""Rules of other distributions: the example is really installed, and what is wrong with others is said."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.action import wheelhouse
from tests.command import run
from tests.paths import ROOT

PLUGIN = ROOT / "examples" / "plugin"
LIST = "# Tools\n\n- [Alpha](https://a.dev) - Small and fast!\n- [Beta](https://b.dev) - Reads `a!` well.\n"


class Place(NamedTuple):
    """An environment with listlint and the plugin, and a folder with a list."""

    programs: Path
    folder: Path

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment."""
        program = next(self.programs.glob(f"{command[0]}*"))
        return subprocess.run(
            [program, *command[1:]],
            cwd=cwd or self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Install listlint and the example by pip, which has no network."""
    folder = tmp_path_factory.mktemp("plugin")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (folder / "wheels").mkdir()
    try:
        needed = [*project["project"]["dependencies"], *project["build-system"]["requires"], "pytest"]
        wheelhouse.fill(folder / "wheels", needed)
    except PackageNotFoundError as error:
        pytest.skip(f"not installed from a wheel: {error}")
    venv.create(folder / "env", with_pip=True)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    wheels = ["--no-index", "--find-links", str(folder / "wheels"), "--disable-pip-version-check", "--quiet"]
    install = [str(next(programs.glob("python*"))), "-m", "pip", "install", *wheels, str(ROOT), str(PLUGIN), "pytest"]
    done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "list").mkdir()
    (folder / "list" / "README.md").write_text(LIST, encoding="utf-8")
    return Place(programs, folder / "list")


def test_the_example_finds_what_it_is_made_for(installed: Place) -> None:
    done = installed.run("listlint", "check", "--output", "concise")
    assert done.returncode == 0, done.stderr
    assert "README.md:3:42: TONE001 exclamation-mark info" in done.stdout
    assert done.stdout.count("TONE001") == 1


def test_its_fix_is_applied(installed: Place, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    installed.run("listlint", "fix", "--unsafe-fixes", "--select", "TONE", cwd=tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == LIST.replace("fast!", "fast.")


def test_it_is_configured_like_any_other(installed: Place, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    config = tmp_path / "listlint.toml"
    for text in ('ignore = ["TONE001"]', "[rules.exclamation-mark]\nallowed = 1", 'select = ["URL"]'):
        config.write_text(text, encoding="utf-8")
        assert "TONE001" not in installed.run("listlint", "check", cwd=tmp_path).stdout
    config.write_text('severity = { TONE = "error" }', encoding="utf-8")
    assert installed.run("listlint", "check", "--select", "TONE", cwd=tmp_path).returncode == 1
    config.write_text("[rules.TONE001]\nallow = 1", encoding="utf-8")
    done = installed.run("listlint", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'allowed'?" in done.stderr


def test_it_is_explained_and_listed(installed: Place) -> None:
    explained = installed.run("listlint", "rule", "exclamation-mark").stdout
    assert explained.startswith("TONE001 exclamation-mark\n")
    assert "from       plugin listlint-tone 0.1.0" in explained
    assert "option allowed (integer, default 0)" in explained
    assert "TONE001" in installed.run("listlint", "rule").stdout


def test_isolated_runs_without_plugins(installed: Place) -> None:
    assert "TONE001" not in installed.run("listlint", "check", "--isolated").stdout
    assert installed.run("listlint", "check", "--isolated", "--select", "TONE001").returncode == 2


def test_its_own_test_passes(installed: Place) -> None:
    done = installed.run("pytest", "-q", "-p", "no:cacheprovider", str(PLUGIN / "tests"), "--rootdir", str(PLUGIN))
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


# -- plugins at fault -----------------------------------------------------------------------------

GOOD_RULE = '''
from listlint.checks.api import Finding, Rule, Severity
from listlint.model.nodes import Document

class Found(Rule[Document]):
    """Something."""
    code, name = "OTHER001", "other-thing"
    severity = Severity.INFO
    def check(self, node, ctx):
        return iter(())
'''


def plugin(folder: Path, body: str, *, value: str = "other_rules", name: str = "listlint-other") -> None:
    """What pip leaves in a folder when it installs a plugin there."""
    folder.mkdir(exist_ok=True)
    (folder / f"{value.partition(':')[0]}.py").write_text(body, encoding="utf-8")
    info = folder / f"{name.replace('-', '_')}-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[listlint.rules]\nother = {value}\n", encoding="utf-8")


WRONG = {
    "an exception": ("import no_such_module_of_ours", "cannot be imported: ModuleNotFoundError: No module named"),
    "an exit": ("import sys\nsys.exit('bye')", "cannot be imported: SystemExit: bye"),
    "a syntax error": ("def", "cannot be imported: SyntaxError"),
    "no rules": ("x = 1", "it has no rules"),
    "our code": (GOOD_RULE.replace("OTHER001", "URL999"), "Found: codes in URL are listlint's own"),
    "no code": (GOOD_RULE.replace("OTHER001", "other1"), "Found: 'other1' is not a code"),
    "our name": (GOOD_RULE.replace("other-thing", "invalid-url"), "Found: the name 'invalid-url' is taken, by URL001"),
    "no name": (GOOD_RULE.replace('"other-thing"', "7"), "Found: 7 is not a name"),
    "no severity": (GOOD_RULE.replace("Severity.INFO", "'info'"), "Found: its severity is no Severity"),
    "no documentation": (GOOD_RULE.replace('"""Something."""', ""), "Found: it has no documentation"),
    "no node": (GOOD_RULE.replace("Rule[Document]", "Rule"), "Found: Found must derive from Rule[NodeType]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_plugin_at_fault_is_named_and_no_crash(case: str, tmp_path: Path) -> None:
    body, reason = WRONG[case]
    plugin(tmp_path / "site", body)
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    done = run(tmp_path, "check", PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 2
    assert f"plugin listlint-other 1.5, entry point other = other_rules: {reason}" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(tmp_path, "check", "--isolated", PYTHONPATH=str(tmp_path / "site")).returncode == 0
    assert run(tmp_path, "rule", "URL001", PYTHONPATH=str(tmp_path / "site")).returncode == 0


def test_an_entry_point_may_name_a_list_or_a_class(tmp_path: Path) -> None:
    for number, value in enumerate(("other_rules:RULES", "other_rules:Found")):
        site = tmp_path / f"site{number}"
        plugin(site, f"{GOOD_RULE}\nRULES = [Found]\n", value=value)
        assert "OTHER001 other-thing" in run(tmp_path, "rule", "OTHER001", PYTHONPATH=str(site)).stdout


def test_an_entry_point_may_not_name_something_else(tmp_path: Path) -> None:
    plugin(tmp_path / "site", f"{GOOD_RULE}\nRULES = [Found, int]\n", value="other_rules:RULES")
    done = run(tmp_path, "check", PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 2
    assert "<class 'int'> is no rule with a code" in done.stderr


def test_two_plugins_with_one_code(tmp_path: Path) -> None:
    plugin(tmp_path / "site", GOOD_RULE)
    plugin(tmp_path / "site", GOOD_RULE, value="more_rules", name="listlint-more")
    done = run(tmp_path, "check", PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 2
    assert (
        "listlint-other 1.5, entry point other = other_rules: OTHER001 is taken, by the plugin listlint-more"
        in done.stderr
    )


def test_what_lies_in_the_checked_folder_is_no_plugin(tmp_path: Path) -> None:
    plugin(tmp_path, "raise SystemExit('this must not run')")
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    done = run(tmp_path, "check")  # by `python -m`, which puts the folder first on the path
    assert done.returncode == 0, done.stderr


def test_a_rule_that_crashes_is_a_finding_like_ours(tmp_path: Path) -> None:
    plugin(tmp_path / "site", GOOD_RULE.replace("return iter(())", "raise KeyError('oops')"))
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    done = run(tmp_path, "check", "--output", "concise", PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 2
    assert "rule OTHER001 (other-thing) crashed with KeyError" in done.stdout
    assert "report it with the file to the authors of plugin listlint-other 1.5" in done.stdout


def test_importlib_metadata_is_not_loaded_without_a_plugin(tmp_path: Path) -> None:
    """It takes longer than the rest of the start."""
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    code = (
        "import sys; from listlint.session import Request, Session; Session(Request()).check(); "
        "sys.exit(' '.join({'importlib.metadata', 'regex', 'listlint.patterns', 'listlint.testing'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert done.returncode == 0
