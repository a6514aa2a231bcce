"""A configuration that a stranger wrote: settings or an error with its place, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listlint.config.explain import as_data, as_text, effective
from listlint.config.layers import Settings
from listlint.config.load import MAX_BYTES, MAX_VALUES, find_config, read_config
from listlint.config.locate import MAX_DEPTH
from listlint.config.merge import MAX_DEPTH as MAX_CHAIN
from listlint.config.merge import MAX_EXTENDED, resolve
from listlint.config.reach import WITHHELD
from listlint.config.schema import Config, ConfigError, Links, Overrides
from listlint.config.validate import MAX_PROBLEMS, fields_of
from listlint.facts.links import Filter
from listlint.model.errors import ListlintError
from tests.config.rules import RULES

Outcome = Settings | ListlintError


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "outer" / "repository"
    (root / "docs").mkdir(parents=True)
    (root / ".git").mkdir()
    return root


def outcome(file: Path, *, named: bool = False, values: tuple[str, ...] = ()) -> Outcome:
    """What becomes of a configuration file; every error has a place in it, and every answer can be shown."""
    try:
        found = resolve(RULES, file, Overrides(values=values), named=named)
    except ListlintError as error:
        for problem in error.problems if isinstance(error, ConfigError) else (error,):
            assert problem.message
            assert problem.path
        return error
    as_text(effective(found, file.parent / "list.md"), str)
    msgspec.json.encode(as_data(effective(found)))
    return found


def error_of(file: Path, text: str | bytes) -> ListlintError:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = outcome(file)
    assert isinstance(found, ListlintError)
    return found


# Any text.

KEYS = (*fields_of(Config), *fields_of(Links), "rules", "arxiv-form", "ENC001", "ALL", "files", "links.hosts", "a.b")
SCALARS = (
    st.sampled_from(
        ["true", "0", "-1", "1e999", "nan", "9" * 400, "9" * 5000, "0x" + "f" * 40, "1979-05-27", "07:32:00",
         "1979-05-27T07:32:00Z", '""', '"\\u0000"', '"ENC"', '"off"', '"papers"', '"../x.toml"', '"a\\u0000b.toml"',
         '"' + "x" * 300 + '.toml"', '"listlint.toml"', '"."', '"/"', '"**/**/**/**/**"', '"["', '"!"', '"\\\\"']
    )
    | st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: msgspec.json.encode(text).decode())
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(KEYS[:6]).map(repr), inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=6,
)
LINES = (
    st.builds("{} = {}".format, st.sampled_from(KEYS), VALUES)
    | st.sampled_from(KEYS).map("[{}]".format)
    | st.sampled_from(["[links]", "[rules.arxiv-form]", "[[per-file]]", '[per-file."*.md"]', "[severity]", "[x", "=", "'"])
    | st.text(max_size=20)
)  # fmt: skip


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_settings_or_an_error_with_its_place(repository: Path, text: str) -> None:
    file = repository / "listlint.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    outcome(file)
    (repository / "pyproject.toml").write_bytes(b"[tool.listlint]\n" + text.encode("utf-8", "surrogatepass"))
    outcome(repository / "pyproject.toml")


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_do_too(repository: Path, content: bytes) -> None:
    file = repository / "listlint.toml"
    file.write_bytes(content)
    outcome(file)


@given(st.builds("{}={}".format, st.sampled_from(KEYS) | st.text(max_size=8), VALUES | st.text(max_size=12)))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_set_option_does_too(repository: Path, item: str) -> None:
    file = repository / "listlint.toml"
    file.write_bytes(b"")
    outcome(file, values=(item,))


# Bombs.


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 100_000, "x = " + "{a=" * 100_000, ".".join("a" * 100_000) + " = 1", f"[{'.'.join('a' * 100_000)}]",
     "x = " + "[" * 33 + "]" * 33, "x = {" + ".".join("a" * 100_000) + " = 1}"],
    ids=["arrays", "tables", "key", "header", "closed", "inline"],
)  # fmt: skip
def test_deep_nesting_is_an_error_with_its_place(repository: Path, text: str) -> None:
    error = error_of(repository / "listlint.toml", text)
    assert error.message == f"nested more than {MAX_DEPTH} deep"
    assert error.line == 1
    assert error.column is not None
    assert error.column <= 5 * MAX_DEPTH


def test_a_long_number_is_an_error(repository: Path) -> None:
    assert "not valid TOML" in error_of(repository / "listlint.toml", "x = " + "9" * 5000).message


def test_sizes_are_bounded(repository: Path) -> None:
    file = repository / "listlint.toml"
    assert error_of(file, b"#" * (MAX_BYTES + 1)).code == "too-large"
    assert error_of(file, f"ignore = [{'0,' * (MAX_VALUES + 1)}]").code == "too-large"
    file.write_bytes(b"# " + b"x" * (MAX_BYTES - 2))
    assert isinstance(outcome(file), Settings)


def test_the_tables_of_other_tools_are_not_counted(repository: Path) -> None:
    file = repository / "pyproject.toml"
    file.write_text(f"[tool.other]\nx = [{'0,' * (MAX_VALUES + 1)}]\n[tool.listlint]\nfail-on = 'error'\n")
    assert isinstance(outcome(file), Settings)


def test_a_flood_of_mistakes_ends(repository: Path) -> None:
    error = error_of(repository / "listlint.toml", "".join(f"selekt{n} = 1\n" for n in range(3_000)))
    assert isinstance(error, ConfigError)
    assert len(error.problems) == MAX_PROBLEMS + 1
    assert error.problems[-1].message == "and more mistakes"


def test_a_long_name_is_not_repeated_in_full(repository: Path) -> None:
    assert len(error_of(repository / "listlint.toml", f"{'k' * 500_000} = 1").message) <= 600


# Extends.


@pytest.mark.parametrize(
    "item",
    ["../x.toml", "docs/../../x.toml", "/etc/x.toml", "//server/share/x.toml", "C:/x.toml", "C:x.toml", "~/x.toml",
     "~root/x.toml", "..\\\\x.toml", "\\\\\\\\server\\\\share\\\\x.toml", "a\\u0000b.toml", "docs/leaves/x.toml",
     "leaves.toml"],
)  # fmt: skip
def test_extends_stays_inside_the_repository(repository: Path, item: str) -> None:
    (repository.parent / "x.toml").write_text("fail-on = 'error'\n")
    (repository / "docs" / "leaves").symlink_to(repository.parent)
    (repository / "leaves.toml").symlink_to(repository.parent / "x.toml")
    (repository / "circle.toml").symlink_to("circle.toml")
    error = error_of(repository / "listlint.toml", f'extends = ["{item}"]')
    assert error.code == "extends"
    assert "outside the repository" in error.message
    assert (error.line, error.column) == (1, 12)


@pytest.mark.parametrize(
    "item",
    ["%2e%2e/x.toml", "..%2fx.toml", "\\uff0e\\uff0e/x.toml", "\\u2024\\u2024/x.toml", "https://a.dev/x.toml",
     "file:///x.toml", "docs", "docs/", "$HOME/x.toml", "x" * 300 + ".toml", "pipe.toml"],
)  # fmt: skip
def test_nothing_is_decoded_expanded_or_fetched(repository: Path, item: str) -> None:
    (repository.parent / "x.toml").write_text("fail-on = 'error'\n")
    if hasattr(os, "mkfifo"):
        os.mkfifo(repository / "pipe.toml")
    error = error_of(repository / "listlint.toml", f'extends = ["{item}"]')
    assert "which does not exist" in error.message or "unknown preset" in error.message


def test_a_cycle_is_named_with_the_whole_chain(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    (repository / "docs" / "b.toml").write_text('extends = "../c.toml"')
    (repository / "c.toml").write_text('preset = "papers"\nextends = ["./docs/../listlint.toml"]')
    error = error_of(repository / "listlint.toml", 'extends = "docs/b.toml"')
    assert error.message == "extends itself: listlint.toml → docs/b.toml → c.toml → listlint.toml"
    assert (error.path, error.line, error.column) == ("c.toml", 2, 12)


def test_a_chain_has_an_end(repository: Path) -> None:
    for number in range(MAX_CHAIN + 5):
        (repository / f"c{number}.toml").write_text(f'extends = "c{number + 1}.toml"')
    assert f"more than {MAX_CHAIN} files" in error_of(repository / "listlint.toml", 'extends = "c0.toml"').message


def test_so_has_a_fan_of_files(repository: Path) -> None:
    names = [f"f{number}.toml" for number in range(MAX_EXTENDED + 1)]
    for name in names:
        (repository / name).write_text("x = [")
    error = error_of(repository / "listlint.toml", f"extends = {names!r}")
    assert isinstance(error, ConfigError)
    assert len(error.problems) == MAX_PROBLEMS + 1 or "more than" in str(error)
    broken = "extends = [" + '"f0.toml",' * 5_000 + "]"
    assert not isinstance(error_of(repository / "listlint.toml", broken), ConfigError)  # it is read once


def test_a_missing_file_is_said_with_its_place(repository: Path) -> None:
    (repository / "house.toml").touch()
    error = error_of(repository / "listlint.toml", '\nextends = ["hose.toml"]')
    assert (error.line, error.column, error.code) == (2, 12, "extends")
    assert error.hint == "did you mean 'house.toml'?"


@pytest.mark.parametrize("name", ["listlint.toml", ".listlint.toml", "pyproject.toml"])
def test_a_configuration_that_leads_out_is_refused(repository: Path, name: str) -> None:
    (repository.parent / "x.toml").write_text("[tool.listlint]\n")
    (repository / name).symlink_to(repository.parent / "x.toml")
    with pytest.raises(ListlintError, match="leads out of the repository"):
        read_config(repository / name)


def test_a_link_in_a_circle_is_no_configuration(repository: Path) -> None:
    (repository / "circle.toml").symlink_to("circle.toml")
    error = error_of(repository / "listlint.toml", 'extends = ["circle.toml"]')
    assert error.code == "extends"
    # Until Python 3.12 it cannot be told where the link leads.
    assert re.search("outside the repository|which does not exist", error.message)
    (repository / "listlint.toml").unlink(missing_ok=True)
    (repository / "listlint.toml").symlink_to("listlint.toml")
    assert find_config(repository) is None
    with pytest.raises(ListlintError):
        read_config(repository / "listlint.toml")


# Whom links lead to.

STRANGE = {
    "allow": '["10.0.0.0/8"]',
    "allow-private": "true",
    "origins": '{ github = "https://evil.dev" }',
    "proxy": '"http://evil.dev"',
    "roots": '"evil.pem"',
    "ports": "[22, 80, 443, 8443]",
    "store": '"../links.db"',
}
"""Every key that a found file must not set, with a value that it must not have."""


def test_the_table_above_is_complete() -> None:
    assert {name.replace("_", "-") for name in WITHHELD} <= STRANGE.keys() <= fields_of(Links).keys()


@pytest.mark.parametrize("key", STRANGE)
def test_a_found_file_does_not_say_whom_to_ask_or_to_trust(repository: Path, key: str) -> None:
    file = repository / "listlint.toml"
    file.write_text(f"[links]\n{key} = {STRANGE[key]}\n")
    found = outcome(file)
    assert isinstance(found, Settings)  # a run that asks nobody is not kept from its work
    with pytest.raises(ListlintError) as raised:
        found.require_links()
    assert raised.value.code == "not-trusted"
    assert (raised.value.line, raised.value.column) == (2, 1)
    assert f"links.{key}" in raised.value.message
    named = outcome(file, named=True)
    assert isinstance(named, Settings)
    named.require_links()
    file.write_text("")
    given = outcome(file, values=(f"links.{key}={STRANGE[key]}",))
    assert isinstance(given, Settings)
    given.require_links()


@pytest.mark.parametrize("key", [key for key in STRANGE if key != "store"])
def test_what_a_named_file_extends_is_not_named(repository: Path, key: str) -> None:
    (repository / "more.toml").write_text(f"[links]\n{key} = {STRANGE[key]}\n")
    (repository / "listlint.toml").write_text('extends = "more.toml"\n')
    found = outcome(repository / "listlint.toml", named=True)
    assert isinstance(found, Settings)
    with pytest.raises(ListlintError, match=r"more\.toml:2:1: links"):
        found.require_links()


def test_usual_settings_need_no_name(repository: Path) -> None:
    file = repository / "listlint.toml"
    file.write_text('[links]\nports = [80, 443, 8443]\nrate = 2\nallow-private = false\nstore = "history/links.db"\n')
    found = outcome(file)
    assert isinstance(found, Settings)
    assert found.require_links().ports == (80, 443, 8443)


@pytest.mark.parametrize(
    "store", ["../x.db", "/tmp/x.db", "docs/../../x.db", ".git/x.db", ".GIT/x.db", "~/x.db", "C:/x.db", "out/x.db"]
)  # fmt: skip
def test_a_found_file_keeps_the_history_inside(repository: Path, store: str) -> None:
    (repository / "out").symlink_to(repository.parent)
    (repository / "listlint.toml").write_text(f"[links]\nstore = '{store}'\n")
    found = outcome(repository / "listlint.toml")
    assert isinstance(found, Settings)
    with pytest.raises(ListlintError, match="outside the repository"):
        found.require_links()


def test_a_folder_that_leads_out_is_no_place_for_the_history_either(repository: Path) -> None:
    (repository / ".listlint").symlink_to(repository.parent)
    (repository / "listlint.toml").touch()
    found = outcome(repository / "listlint.toml")
    assert isinstance(found, Settings)
    with pytest.raises(ListlintError, match="outside the repository"):
        found.require_links()


# A named file.


def test_a_named_file_elsewhere_speaks_of_the_repository_that_is_checked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "base" / "listlint.toml"
    base.parent.mkdir()
    base.write_text('exclude = ["docs/old.md"]\n')
    monkeypatch.chdir(repository / "docs")
    found = resolve(RULES, base, named=True)
    assert found.root == repository
    assert found.excludes("old.md")
    (repository / "docs" / "own.toml").touch()
    assert resolve(RULES, repository / "docs" / "own.toml", named=True).root == repository / "docs"


# Expressions.


def slow() -> Filter:
    return Filter(["(a+)+$"], [])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm that ends an expression")
def test_an_expression_that_never_ends_is_ended() -> None:
    with pytest.raises(ListlintError) as raised:
        slow().wants("https://a.dev/" + "a" * 100 + "!")
    assert raised.value.code == "slow-pattern"
    assert Filter(["(a+)+$"], []).wants("https://b.dev/aaa")


@pytest.mark.parametrize("text", ["(", "(" * 3_000, "a{99999999999999999999}", "[[a]"])
def test_a_malformed_expression_is_an_error(text: str) -> None:
    if text == "[[a]":
        with pytest.warns(FutureWarning):
            Filter([text], [])
        return
    with pytest.raises(ListlintError, match="no regular expression"):
        Filter([text], [])


# No code of the checked folder is run.

MODULES = ("listlint.py", "msgspec.py", "click.py", "json.py", "sitecustomize.py", "usercustomize.py", "tomllib.py",
           "multiprocessing.py", "concurrent.py", "pickle.py", "conftest.py", "setup.py", "struct.py", "encodings.py")  # fmt: skip
TRAP = "import pathlib\npathlib.Path(__file__).with_name('SPRUNG').touch()\nraise SystemExit('sprung')\n"


@pytest.fixture
def trapped(tmp_path: Path) -> Path:
    """A folder with a list, and with modules that betray that they were imported."""
    for name in MODULES:
        (tmp_path / name).write_text(TRAP)
    (tmp_path / "README.md").write_text("# List\n\n- [A](https://a.dev) - Good.\n")
    return tmp_path


def started(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env, timeout=120)


def test_modules_of_the_checked_folder_are_not_imported(trapped: Path) -> None:
    script = Path(sys.executable).with_name("listlint")
    if not script.exists():
        pytest.skip("the console script is not installed")
    for arguments in (("check",), ("config",), ("entries",), ("links", "--dry-run", "--no-store")):
        done = started(trapped, str(script), *arguments)
        assert done.returncode == 0, done.stderr
        assert not (trapped / "SPRUNG").exists()


def test_python_m_with_a_safe_path_imports_none(trapped: Path) -> None:
    done = started(trapped, sys.executable, "-P", "-m", "listlint", "check")
    assert done.returncode == 0, done.stderr
    assert not (trapped / "SPRUNG").exists()


def test_python_m_forgets_the_working_folder(trapped: Path) -> None:
    """Only `listlint` itself, which Python looks for before we run, cannot be helped: so the documentation says."""
    (trapped / "listlint.py").unlink()
    done = started(trapped, sys.executable, "-m", "listlint", "check")
    assert done.returncode == 0, done.stderr
    assert not (trapped / "SPRUNG").exists()


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_worker_processes_import_none(trapped: Path, tmp_path: Path, method: str) -> None:
    for number in range(3):
        entries = "".join(f"- [Page {n}](https://a.dev/{number}/{n}) - Is number {n} here.\n" for n in range(3_000))
        (trapped / f"list{number}.md").write_text(f"# List\n\n{entries}")
    (outside := tmp_path.parent / f"outside-{method}").mkdir(exist_ok=True)
    program = outside / "program.py"
    program.write_text(
        "import multiprocessing\nfrom listlint.cli import run\n"
        f"if __name__ == '__main__':\n    multiprocessing.set_start_method('{method}')\n    run()\n"
    )
    lists = [f"list{number}.md" for number in range(3)]
    done = started(trapped, sys.executable, str(program), "check", "--jobs", "2", "--select", "URL001", *lists)
    assert done.returncode == 0, done.stderr
    assert not (trapped / "SPRUNG").exists()
