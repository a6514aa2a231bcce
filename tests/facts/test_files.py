"""The git tree around documents, and the rule that consults it, over real repositories."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from listlint.checks.structure.broken_path import BrokenPath
from listlint.facts.files import by_repository
from listlint.model.facts import RepositoryFiles
from listlint.model.nodes import Document
from listlint.model.source import Source
from listlint.parse.markdown import parse
from listlint.testing import lint
from tests.test_git import run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def repository(root: Path, files: dict[str, str]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    run(root, "init", "-q")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    run(root, "add", ".")
    run(root, "commit", "-qm", "one")
    return root


def gather(*paths: Path) -> tuple[list[Document], dict[str, RepositoryFiles]]:
    documents = [parse(Source.from_bytes(path.read_bytes(), path.as_posix())) for path in paths]
    return documents, by_repository(documents, {path.as_posix(): path for path in paths}, parse)


def messages(path: Path) -> list[str]:
    [document], trees = gather(path)
    tree = trees.get(document.path)
    return [found.message for found in lint([BrokenPath], document, facts=[tree])] if tree else []


def test_the_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "one", {"README.md": "# A\n", "docs/x/y.md": "# B\n", ".gitignore": "*.log\n"})
    (root / "new.md").write_text("# C\n")
    (root / "a.log").write_text("")
    (root / "docs" / "x" / "y.md").unlink()
    _, trees = gather(root / "README.md")
    tree = trees[(root / "README.md").as_posix()]
    assert tree.files == {"README.md", ".gitignore", "new.md"}
    assert tree.folders == {""}
    assert tree.documents == {(root / "README.md").as_posix(): "README.md"}


def test_folders_of_all_depths(tmp_path: Path) -> None:
    root = repository(tmp_path / "one", {"README.md": "# A\n", "a/b/c/d.md": "x", "a/e.md": "x"})
    _, trees = gather(root / "README.md")
    assert trees[(root / "README.md").as_posix()].folders == {"", "a", "a/b", "a/b/c"}


def test_each_document_has_its_own_tree(tmp_path: Path) -> None:
    one = repository(tmp_path / "one", {"README.md": "# A\n", "docs/a.md": "# B\n"})
    two = repository(tmp_path / "two", {"README.md": "# C\n"})
    loose = tmp_path / "loose.md"
    loose.write_text("# D\n")
    _, trees = gather(one / "README.md", one / "docs" / "a.md", two / "README.md", loose)
    assert trees[(one / "README.md").as_posix()] is trees[(one / "docs" / "a.md").as_posix()]
    assert trees[(two / "README.md").as_posix()].files == {"README.md"}
    assert loose.as_posix() not in trees


def test_ignored_documents_and_standard_input_have_none(tmp_path: Path) -> None:
    root = repository(tmp_path / "one", {"README.md": "# A\n", ".gitignore": "build/\n"})
    (root / "build").mkdir()
    (root / "build" / "x.md").write_text("[a](gone.md)\n")
    assert gather(root / "build" / "x.md")[1] == {}
    document = parse(Source.from_text("[a](gone.md)\n", "-"))
    assert by_repository([document], {}, parse) == {}


def test_anchors_of_linked_files(tmp_path: Path) -> None:
    text = "# A\n\n[a](docs/x.md#one) [b](docs/x.md#two) [c](/docs/y%20z.md#Three) [d](docs/x.md) [e](docs/q.txt#r)\n"
    files = {"README.md": text, "docs/x.md": "# One\n", "docs/y z.md": "## Three\n", "docs/q.txt": "r", "z.md": "# Z\n"}
    root = repository(tmp_path / "one", files)
    _, trees = gather(root / "README.md")
    anchors = trees[(root / "README.md").as_posix()].anchors
    assert set(anchors) == {"docs/x.md", "docs/y z.md"}
    assert "one" in anchors["docs/x.md"]
    assert messages(root / "README.md") == ['"docs/x.md" has no heading or id that makes the anchor #two']


def test_broken_paths(tmp_path: Path) -> None:
    text = "# A\n\n[a](docs/X.md) [b](gone.md) [c](docs) [d](../outside.md) [e](docs/x.md)\n"
    root = repository(tmp_path / "one", {"README.md": text, "docs/x.md": "# One\n"})
    (tmp_path / "outside.md").write_text("# Secret\n")
    assert messages(root / "README.md") == [
        '"docs/X.md" is not in the repository, but "docs/x.md" is',
        '"gone.md" is not in the repository',
    ]


def test_a_site_resolves_its_own_pages(tmp_path: Path) -> None:
    files = {"README.md": "# A\n\n[a](/about) [b](tools.html) [c](gone.md)\n", "_config.yml": "title: A\n"}
    root = repository(tmp_path / "one", files)
    assert messages(root / "README.md") == ['"gone.md" is not in the repository']


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "in.md").write_text("# In\n")
    root = tmp_path / "one"
    root.mkdir()
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "loop.md").symlink_to(root / "loop.md")
    (root / "away").symlink_to(tmp_path / "folder")
    (root / "inside.md").symlink_to("real.md")
    text = "# A\n\n[a](out.md#none) [b](loop.md#none) [c](away/in.md#none) [d](inside.md#none)\n"
    repository(root, {"README.md": text, "real.md": "# Real\n"})
    _, trees = gather(root / "README.md")
    tree = trees[(root / "README.md").as_posix()]
    assert set(tree.anchors) == {"inside.md"}
    assert messages(root / "README.md") == ['"inside.md" has no heading or id that makes the anchor #none']


def test_a_work_tree_reached_through_a_link(tmp_path: Path) -> None:
    root = repository(tmp_path / "one", {"README.md": "# A\n\n[a](gone.md)\n"})
    try:
        (tmp_path / "alias").symlink_to(root, target_is_directory=True)
    except OSError:
        pytest.skip("links need rights here")
    assert messages(tmp_path / "alias" / "README.md") == ['"gone.md" is not in the repository']


def test_unreadable_targets_are_passed_over(tmp_path: Path) -> None:
    root = repository(tmp_path / "one", {"README.md": "# A\n\n[a](bin.md#x)\n", "bin.md": "a\0b"})
    assert messages(root / "README.md") == []
