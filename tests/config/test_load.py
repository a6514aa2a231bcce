"""Finding configuration files and reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from listlint.config.load import find_config, read_config, repository_root
from listlint.model.errors import ListlintError


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "outer" / "repository"
    (root / "docs" / "deep").mkdir(parents=True)
    (root / ".git").mkdir()
    return root


@pytest.mark.parametrize(
    ("name", "text"),
    [("listlint.toml", ""), (".listlint.toml", ""), ("pyproject.toml", "[tool.listlint]\n")],
)
def test_the_nearest_file_upwards_is_found(repository: Path, name: str, text: str) -> None:
    (repository / name).write_text(text)
    (repository / "docs" / "list.md").touch()
    for start in ("", "docs", "docs/list.md", "docs/deep", "docs/deep/not-yet.md", "docs/../docs"):
        assert find_config(repository / start) == repository / name
    (repository / "docs" / "listlint.toml").touch()
    assert find_config(repository / "docs" / "deep") == repository / "docs" / "listlint.toml"
    assert find_config(repository) == repository / name


def test_the_search_ends_at_the_root_of_the_repository(repository: Path) -> None:
    (repository.parent / "listlint.toml").touch()
    assert find_config(repository / "docs") is None
    (repository / ".git").rmdir()
    assert find_config(repository / "docs") == repository.parent / "listlint.toml"
    (repository / ".git").write_text("gitdir: elsewhere\n")  # a linked work tree or submodule
    assert find_config(repository / "docs") is None
    assert repository_root(repository / "docs" / "deep" / "x.md") == repository


def test_a_relative_start_is_relative_to_the_working_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "listlint.toml").touch()
    monkeypatch.chdir(repository / "docs")
    assert find_config(Path("x.md")) == find_config(Path()) == repository / "listlint.toml"


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", '[project]\ndependencies = ["listlint"]\n', "not toml"])
def test_a_pyproject_without_our_table_does_not_count(repository: Path, text: str) -> None:
    (repository / "pyproject.toml").write_text(text)
    assert find_config(repository) is None
    (repository / ".listlint.toml").touch()
    assert find_config(repository) == repository / ".listlint.toml"


def test_a_broken_pyproject_that_speaks_of_us_is_an_error(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.listlint]\nselect = [\n")
    with pytest.raises(ListlintError) as raised:
        find_config(repository)
    assert (raised.value.line, raised.value.code) == (3, "invalid-toml")


@pytest.mark.parametrize(
    "names",
    [("listlint.toml", ".listlint.toml"), ("listlint.toml", "pyproject.toml"), (".listlint.toml", "pyproject.toml")],
)
def test_two_in_one_folder_are_an_error_that_names_both(repository: Path, names: tuple[str, str]) -> None:
    for name in names:
        (repository / name).write_text("[tool.listlint]\n" if name == "pyproject.toml" else "")
    with pytest.raises(ListlintError) as raised:
        find_config(repository / "docs")
    assert raised.value.message == f"two configurations in one folder: {names[0]} and {names[1]}"
    assert raised.value.code == "config-conflict"


def test_the_place_of_a_key_is_found_below_tool_listlint(repository: Path) -> None:
    file = repository / "pyproject.toml"
    file.write_text('[tool.other]\npreset = 1\n[tool.listlint]\n  preset = "papers"\n')
    table = read_config(file)
    assert table.data == {"preset": "papers"}
    assert (table.origin("preset").line, table.origin("preset").column) == (4, 3)
    assert (table.origin("absent").line, table.origin("absent").column) == (3, 7)


@pytest.mark.parametrize(
    ("raw", "message", "line", "column"),
    [
        (b"a = 1\nb == 2\n", "not valid TOML: invalid value", 2, 4),
        (b"a = 1\r\nb == 2\r\n", "not valid TOML: invalid value", 2, 4),
        (b"a = 1\na = 2", "not valid TOML: cannot overwrite a value", 2, 6),
        (b"a = [\n1,\n", "not valid TOML: invalid value", 3, 1),
        (b"a = " + b"[" * 100_000, "nested more than 32 deep", 1, 37),
        (b"a = " + b"9" * 10_000, "not valid TOML: ", None, None),
        (b"a = '\xff'", "is not UTF-8 at byte 5", None, None),
        (b"#" * 1024 * 1025, "has more than 1,048,576 bytes", None, None),
    ],
)
def test_what_cannot_be_read_is_named(
    repository: Path, raw: bytes, message: str, line: int | None, column: int | None
) -> None:
    (repository / "listlint.toml").write_bytes(raw)
    with pytest.raises(ListlintError) as raised:
        read_config(repository / "listlint.toml")
    assert raised.value.message.startswith(message)
    assert raised.value.path == (repository / "listlint.toml").as_posix()
    if line is not None:
        assert (raised.value.line, raised.value.column) == (line, column)


def test_a_byte_order_mark_is_no_mistake(repository: Path) -> None:
    (repository / "listlint.toml").write_bytes(b'\xef\xbb\xbfpreset = "papers"\r\n')
    table = read_config(repository / "listlint.toml")
    assert table.data == {"preset": "papers"}
    assert (table.origin("preset").line, table.origin("preset").column) == (1, 1)


def test_missing_files_and_tables_are_errors(repository: Path) -> None:
    with pytest.raises(ListlintError, match="cannot be read: No such file"):
        read_config(repository / "listlint.toml")
    (repository / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(ListlintError, match=r"has no table \[tool.listlint\]"):
        read_config(repository / "pyproject.toml")


def test_a_link_out_of_the_repository_is_refused(repository: Path) -> None:
    (repository.parent / "secret.toml").write_text("token = 1\n")
    link = repository / "listlint.toml"
    try:
        link.symlink_to(repository.parent / "secret.toml")
    except OSError:
        pytest.skip("no symbolic links here")
    with pytest.raises(ListlintError, match="leads out of the repository"):
        read_config(link)
    link.unlink()
    (repository / "docs" / "base.toml").write_text("exclude = []\n")
    link.symlink_to(repository / "docs" / "base.toml")
    assert read_config(link).data == {"exclude": []}


def test_paths_are_shown_relative_to_the_working_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "docs" / "listlint.toml").write_text("x")
    monkeypatch.chdir(repository)
    with pytest.raises(ListlintError) as raised:
        read_config(repository / "docs" / "listlint.toml")
    assert raised.value.path == "docs/listlint.toml"
