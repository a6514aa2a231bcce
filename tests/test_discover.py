"""Which files are checked, in real folders."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from listlint.discover import SUFFIXES, discover, looks_like_list
from listlint.model.errors import ListlintError

LIST = "# List\n\n" + "".join(f"- [Thing {n}](https://example.org/{n}) - Does {n}.\n" for n in range(12))
PROSE = "# Guide\n\n" + "Some words about [a thing](https://example.org) and more of them.\n" * 40


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    return root


def write(root: Path, *names: str, text: str = LIST) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def link(path: Path, target: Path | str) -> None:
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")


def names(*paths: str, **options: object) -> list[str]:
    return [path.as_posix() for path in discover(paths, **options).files]  # type: ignore[arg-type]  # options of any kind


def test_a_folder_is_searched_for_our_kinds_of_file(root: Path) -> None:
    write(root, "b.md", "a.MD", "sub/c.markdown", "sub/d.bib", "e.txt", "f.mdx", "md", "sub/g.md.orig")
    write(root, ".hidden.md", ".github/x.md", "node_modules/p/README.md", "sub/node_modules/y.md", ".git/z.md")
    assert names(".") == ["a.MD", "b.md", "sub/c.markdown", "sub/d.bib"]
    assert names("sub") == names("sub/") == names("./sub/../sub") == ["sub/c.markdown", "sub/d.bib"]
    assert names(".github") == [".github/x.md"]


def test_named_files_are_always_taken(root: Path) -> None:
    write(root, "e.txt", ".hidden.md", "out/a.md", "out/b.md", ".gitignore", text="out/\n*.txt\n")
    assert names("e.txt", ".hidden.md", "out/a.md") == [".hidden.md", "e.txt", "out/a.md"]
    assert names("e.txt", "out/a.md", exclude=("out/",)) == ["e.txt", "out/a.md"]
    assert names("e.txt", "out/a.md", exclude=("out/",), force_exclude=True) == ["e.txt"]
    assert names("out/a.md", exclude=("out/",), force_exclude=True) == []


def test_order_and_duplicates(root: Path) -> None:
    write(root, "b.md", "a.md", "sub/c.md", "sub-x.md")
    expected = ["a.md", "b.md", "sub-x.md", "sub/c.md"]
    assert names("sub", "b.md", ".", "./b.md", str(root / "a.md"), "*.md") == expected
    assert names(*reversed(["sub", "b.md", "."])) == expected


def test_files_elsewhere_are_shown_as_absolute_paths(root: Path) -> None:
    write(root.parent, "other/a.md")
    write(root, "a.md")
    assert names("../other/a.md", "a.md") == [(root.parent / "other" / "a.md").as_posix(), "a.md"]


def test_exclude_is_relative_to_the_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "a.md", "sub/a.md", "sub/b.md", "sub/deep/a.md")
    assert names(".", exclude=("/a.md",)) == ["sub/a.md", "sub/b.md", "sub/deep/a.md"]
    assert names(".", exclude=("a.md",)) == ["sub/b.md"]
    assert names(".", exclude=("sub/",)) == ["a.md"]
    assert names(".", exclude=("sub/*", "!sub/b.md")) == ["a.md", "sub/b.md"]
    monkeypatch.chdir(root / "sub")
    assert names(".", root=root, exclude=("sub/deep",)) == ["a.md", "b.md"]


# Ignore files.

TREE = ("a.md", "b.md", "out/c.md", "sub/a.md", "sub/b.md", "sub/keep/a.md", "sub/out/e.md", "sub/x/out/f.md", "t/é.md")
IGNORES = {
    "a name": {".gitignore": "a.md\n"},
    "a folder": {".gitignore": "out/\n"},
    "anchored": {".gitignore": "/out\n/a.md\n"},
    "negated": {".gitignore": "*.md\n!b.md\n!sub/keep/\n"},
    "negated below an ignored folder": {".gitignore": "sub/\n!sub/b.md\n"},
    "nested": {".gitignore": "a.md\n", "sub/.gitignore": "!a.md\nb.md\n", "sub/keep/.gitignore": "/a.md\n"},
    "nested and anchored": {"sub/.gitignore": "/out\nx/**/f.md\n"},
    "comments and blanks": {".gitignore": "# a.md\n\n  \nb.md  \n\\#x\n"},
    "windows line ends": {".gitignore": "a.md\r\nout/\r\n"},
    "not ascii": {".gitignore": "é.md\n"},
    "info/exclude": {".git/info/exclude": "out\n", ".gitignore": "!/sub/out\n"},
    "double stars": {".gitignore": "**/out/*\n/sub/**/a.md\n"},
}


@pytest.mark.parametrize("case", IGNORES)
def test_ignore_files_mean_what_they_mean_to_git(root: Path, case: str) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True, cwd=root)
    write(root, *TREE)
    for name, text in IGNORES[case].items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="")
    listed = subprocess.run(
        ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard"],
        check=True,
        cwd=root,
        capture_output=True,
    )
    expected = [name for name in listed.stdout.decode().split("\0") if name.endswith(SUFFIXES)]
    assert 0 < len(expected) < len(TREE)
    assert names(".") == sorted(expected)
    for folder in ("sub", "sub/keep"):
        below = [name for name in sorted(expected) if name.startswith(folder + "/")]
        if below:
            assert names(folder) == below


def test_ignore_files_above_the_repository_do_not_count(root: Path) -> None:
    write(root.parent, ".gitignore", text="*.md\n")
    write(root, "a.md")
    assert names(".") == ["a.md"]


def test_strange_ignore_files_do_no_harm(root: Path) -> None:
    write(root, "a.md", "b.md")
    (root / ".gitignore").write_bytes(b"\xff\xfe\n!\n/\n[\n\\\nb.md\n" + b"x" * 100_000)
    assert names(".") == ["a.md"]
    (root / ".gitignore").unlink()
    (root / ".gitignore").mkdir()
    assert names(".") == ["a.md", "b.md"]


def test_a_hostile_ignore_file_does_not_stop_the_run(root: Path) -> None:
    write(root, "a" * 200 + ".md")
    write(root, ".gitignore", text="*" + "a*" * 20 + "b\n" + "**/a*/" * 20 + "b\n")
    start = time.perf_counter()
    assert len(names(".")) == 1
    assert time.perf_counter() - start < 2


# Globs.


def test_globs_are_expanded(root: Path) -> None:
    write(
        root, "a.md", "b.markdown", "c.txt", "sub/a.md", "sub/b.txt", "sub/deep/c.md", "out/x.md", "node_modules/y.md"
    )
    write(root, ".gitignore", text="out/\n")
    assert names("*.md") == ["a.md"]
    assert names("*") == ["a.md", "b.markdown", "sub/a.md", "sub/deep/c.md"]
    assert names("**/*.md") == ["a.md", "sub/a.md", "sub/deep/c.md"]
    assert names("sub/*.md") == ["sub/a.md"]
    assert names("s?b/*") == ["sub/a.md", "sub/deep/c.md"]
    assert names("./sub/**/[bc].*") == ["sub/deep/c.md"]
    assert names("*.txt", "sub/*.txt") == ["c.txt", "sub/b.txt"]
    assert names(f"{root.as_posix()}/sub/*.md") == ["sub/a.md"]
    assert names("**/*.md", exclude=("deep/",)) == ["a.md", "sub/a.md"]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(root: Path) -> None:
    write(root, "[a].md", "a.md")
    assert names("[a].md") == ["[a].md"]


@pytest.mark.parametrize("pattern", ["*.rst", "nowhere/*.md", "out/*.md"])
def test_a_glob_without_match_is_an_error(root: Path, pattern: str) -> None:
    write(root, "a.md", "out/b.md")
    write(root, ".gitignore", text="out/\n")
    with pytest.raises(ListlintError, match="no file matches") as raised:
        discover([pattern])
    assert raised.value.code == "no-match"


def test_a_glob_with_too_many_wildcards_is_refused(root: Path) -> None:
    write(root, "a.md")
    with pytest.raises(ListlintError, match="more than 4 wildcards"):
        discover(["*a*a*a*a*.md"])


# No path.


def test_without_a_path_the_lists_are_found(root: Path) -> None:
    write(root, "README.md", "guide.md", "docs/README.md", text=PROSE)
    write(root, "lists/a.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/code-of-conduct.md", "refs.bib")
    assert names() == ["README.md", "lists/a.md"]
    assert names(exclude=("lists/",)) == ["README.md"]


def test_without_a_path_the_configured_files_are_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "README.md", "guide.md", "docs/a.md", "docs/b.bib", "docs/c.png", "out/d.md", text=PROSE)
    write(root, ".gitignore", text="out/\n")
    include = ("guide.md", "docs/", "out/")
    assert names(include=include) == ["docs/a.md", "docs/b.bib", "guide.md"]
    monkeypatch.chdir(root / "docs")
    assert names(root=root, include=include) == [(root / "guide.md").as_posix(), "a.md", "b.bib"]


def test_nothing_to_check_is_said_loudly(root: Path) -> None:
    write(root, "guide.md", text=PROSE)
    (root / "empty").mkdir()
    for arguments, include, message in (
        ((), None, "no list found: there is no README.md here"),
        ((), ("x.md",), "no file matches 'include'"),
        (("empty",), None, "no Markdown or BibTeX file in 'empty'"),
    ):
        with pytest.raises(ListlintError, match=message) as raised:
            discover(arguments, include=include)
        assert (raised.value.code, raised.value.hint is not None) == ("no-list", True)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("REDME.md", "did you mean 'README.md'?"),
        ("docs/lsit.md", "did you mean 'docs/list.md'?"),
        ("doc/list.md", "there is no folder 'doc' in "),
        ("xyz", "paths are relative to "),
    ],
)
def test_a_path_that_does_not_exist(root: Path, path: str, hint: str) -> None:
    write(root, "README.md", "docs/list.md")
    with pytest.raises(ListlintError, match="no such file or folder") as raised:
        discover([path])
    assert (raised.value.path, raised.value.code) == (path, "no-such-file")
    assert (raised.value.hint or "").startswith(hint)


# Symbolic links.


def test_links_that_leave_the_root_are_refused(root: Path) -> None:
    write(root.parent, "secret/secret.md")
    write(root, "a.md")
    link(root / "b.md", root.parent / "secret" / "secret.md")
    link(root / "sub", root.parent / "secret")
    found = discover(["."])
    assert [path.as_posix() for path in found.files] == ["a.md"]
    assert found.notices == ("b.md: a symbolic link that leaves the root; left out",)
    for path in ("b.md", "sub", "sub/secret.md", str(root / "b.md")):
        with pytest.raises(ListlintError, match="a symbolic link that leaves the root") as raised:
            discover([path])
        assert raised.value.code == "outside-repository"


def test_a_link_into_another_repository_is_refused(root: Path) -> None:
    write(root.parent, "other/a.md", "other/.git/HEAD")
    link(root / "sub", root.parent / "other")
    with pytest.raises(ListlintError, match="leaves the root"):
        discover(["sub/a.md"])
    with pytest.raises(ListlintError, match="leaves the root"):
        discover(["sub/*.md"])


def test_links_inside_the_root_are_checked_once(root: Path) -> None:
    write(root, "docs/a.md", "docs/b.md")
    link(root / "README.md", "docs/a.md")
    link(root / "again", "docs")
    link(root / "docs" / "loop", "..")
    link(root / "broken.md", "nowhere.md")
    link(root / "itself.md", "itself.md")
    link(root / "to.md", "fro.md")
    link(root / "fro.md", "to.md")
    assert names() == ["docs/a.md", "docs/b.md"]
    assert names(".") == ["docs/a.md", "docs/b.md"]
    assert names("README.md") == ["README.md"]
    assert names("README.md", "docs") == ["docs/a.md", "docs/b.md"]


def test_the_repository_may_itself_stand_behind_a_link(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "a.md")
    link(root.parent / "alias", root)
    assert names(str(root.parent / "alias" / "a.md")) == [(root.parent / "alias" / "a.md").as_posix()]
    monkeypatch.chdir(root.parent / "alias")
    assert names("a.md") == names(".") == ["a.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_search_takes_regular_files_only(root: Path) -> None:
    write(root, "a.md")
    os.mkfifo(root / "pipe.md")
    (root / "folder.md").mkdir()
    write(root, "folder.md/b.md")
    assert names(".") == ["a.md", "folder.md/b.md"]


# What looks like a list.

LISTS = {
    "bullets": LIST,
    "numbers": "".join(f"{n}. [Thing](https://example.org/{n})\n" for n in range(1, 10)),
    "bare URLs": "* https://example.org/a\n" * 8,
    "papers kept in the repository": "- [A Paper](papers/a.pdf)\n" * 8,
    "references": "- [Thing][1]: words\n" * 8,
    "a table": "| a | b |\n|---|---|\n" + "| [A](https://example.org) | x |\n" * 9,
    "headings with link lines": "#### A Paper\n\npaper link: [here](https://example.org/a_(b).pdf)\n\nNotes.\n" * 9,
    "bold titles": "**A Paper.**<br>\n*A. Author*<br>\nIn 2022. [[PDF](https://example.org/a)]\n\n" * 9,
    "HTML": '<li><a href="https://example.org">x</a></li>\n' * 9,
    "many notes": ("- [A](https://example.org)\n" + "  - a note\n" * 12) * 50,
}
OTHERS = {
    "nothing": "",
    "prose": PROSE,
    "few links": "- [A](https://example.org)\n" * 7,
    "a table of contents": "- [Part](#part)\n" * 30,
    "links to other pages": "- [Page](docs/page.md)\n" * 30,
    "code": "```\n" + LIST + "```\n",
    "a longer fence": "~~~~\n" + LIST + "~~~\n" + LIST + "~~~~~\n",
    "an unclosed fence": "```sh\n" + LIST,
    "bullets without links": "- words\n" * 50,
}


@pytest.mark.parametrize("kind", LISTS)
def test_lists_look_like_lists(kind: str) -> None:
    assert looks_like_list(LISTS[kind])


@pytest.mark.parametrize("kind", OTHERS)
def test_other_texts_do_not(kind: str) -> None:
    assert not looks_like_list(OTHERS[kind])


@pytest.mark.parametrize(
    "unit", ["-", "- ", "[", "](", "- ](", "#", " ", "<li", "| ", "1", "https:/", "](https://a(", "]["]
)
def test_a_long_line_takes_linear_time(unit: str) -> None:
    start = time.perf_counter()
    looks_like_list(unit * (500_000 // len(unit)))
    assert time.perf_counter() - start < 2


SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed lists are not here")
def test_the_seed_lists_look_like_lists() -> None:
    for path in SEEDS.glob("*.md"):
        assert looks_like_list(path.read_text(encoding="utf-8", errors="replace")), path.name
