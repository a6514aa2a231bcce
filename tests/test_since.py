"""Findings new against a commit, in real git repositories."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from tests.repository import Repository, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

OLD = "- [Kite](http//kite.dev) - Flies.\n"
BAD = "- [Crow](http//crow.dev) - Caws.\n"
FINE = "- [Lark](https://lark.dev) - Sings.\n"
LIST = f"# Birds\n\n## Contents\n\n- [Big](#big)\n- [Small](#small)\n\n## Big\n\n{OLD}\n## Small\n\n{FINE}"
RULES = ("--select", "URL001,STR007")
BROKEN, ANCHOR = "URL001", "STR007"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A list with one old finding, committed on main, and a branch that has left it."""
    repository = Repository((tmp_path / "birds").resolve())
    repository.commit("one", README_md=LIST)
    repository.git("switch", "-qc", "topic")
    return repository


def since(repository: Repository, *arguments: str, ref: str = "main", code: int | None = None) -> list[tuple[int, str]]:
    """Line and code of what is new in README.md."""
    return [(line, rule) for _, line, rule in repository.check("--since", ref, *RULES, *arguments, code=code)]


def refused(repository: Repository, *arguments: str, folder: str = ".") -> str:
    """The error of a run that could not compare: it must not be green."""
    out, code, err = repository.run("check", *RULES, *arguments, folder=folder)
    assert code == 2, (out, err)
    assert not out
    return err


def test_old_findings_are_silent_and_counted(repository: Repository) -> None:
    assert repository.check(*RULES, code=1) == [("README.md", 10, BROKEN)]
    report, code, _ = repository.report("--since", "main", *RULES)
    assert (code, report["findings"], report["summary"]["known"]) == (0, [], 1)
    out, code, _ = repository.run("check", "--since", "main", *RULES)
    assert "no new findings" in out
    assert "1 known, not shown" in out
    assert "known" not in repository.report(*RULES)[0]["summary"]


def test_a_bad_line_is_new_committed_or_not(repository: Repository) -> None:
    repository.write("README.md", LIST + BAD)
    assert since(repository, code=1) == [(15, BROKEN)]
    repository.commit()
    assert since(repository, code=1) == [(15, BROKEN)]
    assert since(repository, ref="HEAD", code=0) == []


def test_a_moved_line_is_not_new(repository: Repository) -> None:
    repository.write("README.md", LIST.replace(OLD, FINE.replace("Lark", "Owl")) + OLD)
    assert since(repository, code=0) == []


def test_a_moved_section_is_not_new(repository: Repository) -> None:
    head, big, small = LIST.partition("## Big")[0], f"## Big\n\n{OLD}\n", f"## Small\n\n{FINE}\n"
    repository.write("README.md", head + small + big)
    assert since(repository, code=0) == []


def test_what_a_removal_breaks_elsewhere_is_new(repository: Repository) -> None:
    repository.write("README.md", LIST.replace("## Small\n\n", ""))
    assert since(repository, code=1) == [(6, ANCHOR)]


def test_fixing_one_does_not_pay_for_another(repository: Repository) -> None:
    repository.write("README.md", LIST.replace(OLD, OLD.replace("http//", "https://") + BAD))
    assert since(repository, code=1) == [(11, BROKEN)]
    repository.write("README.md", LIST.replace(OLD, OLD.replace("Kite", "Crow").replace("kite", "crow")))
    assert since(repository, code=1) == [(10, BROKEN)]


def test_of_equal_findings_the_added_one_is_new(repository: Repository) -> None:
    # Outside of entries nothing but the words tells findings apart.
    prose = "# Birds\n\nUCBï¼Œ one.\n\nMore words.\n"
    repository.write("README.md", prose)
    base = repository.commit()
    repository.write("README.md", prose.replace("UCB", "UCBï¼Œ two.\n\nUCB"))
    rules = ("--select", "ENC001")
    assert repository.check("--since", base, *rules) == [("README.md", 3, "ENC001")]
    assert repository.check("--since", base, "--filter", "added", *rules) == [("README.md", 3, "ENC001")]
    repository.write("README.md", prose.replace("UCBï¼Œ one", "UCB, one").replace("More", "UCBï¼Œ more"))
    assert repository.check("--since", base, *rules) == [("README.md", 5, "ENC001")]


def test_headings_come_go_and_change_their_names(repository: Repository) -> None:
    text = "# Birds\n\n## Notes\n\nWords.\n\n## Big\n\n### Notes\n\nUCBï¼Œ one.\n\n## Small\n\nUCBï¼Œ two.\n"
    rules = ("--select", "ENC001")
    base = repository.commit(README_md=text)
    for changed in (
        text.replace("## Notes\n\nWords.\n\n", ""),  # the anchor of the other Notes loses its number
        text.replace("## Big", "## Large"),
        text.replace("## Small\n\n", ""),
        text.replace("### Notes\n\n", ""),
    ):
        repository.write("README.md", changed)
        assert repository.check("--since", base, *rules, code=0) == []


AWESOME = (
    "# Awesome Birds [site](http//birds.dev)\n\n## Big\n\nUCBï¼Œ one.\n\n"
    + "".join(f"- [{name}](https://{name.lower()}.dev) - Flies.\n" for name in ("Crow", "Kite", "Lark", "Owl", "Wren"))
    + "\n## License\n\nCC0"
)
"""A list with findings about itself and its repository, which are shown in lines of their own."""


@pytest.mark.parametrize("ref", ["HEAD", None])
def test_an_edited_heading_line_brings_nothing_back(repository: Repository, ref: str | None) -> None:
    repository.write("listlint.toml", 'preset = "awesome"\n')
    repository.commit(README_md=AWESOME)
    old = {code for _, _, code in repository.check()}
    assert {"AWE001", "AWE004", "AWE005", "AWE008", "ENC001", "STR008", "STY003", BROKEN} <= old
    repository.run("baseline")
    arguments = ("--since", ref, "--no-baseline") if ref else ()
    for one, other in (
        ("Awesome Birds", "Awesome Birds and Bats"),
        ("# Awesome Birds", "# Bats\n\n# Awesome Birds"),
        ("## License", "## Licence"),
        (
            "Awesome Birds [site](http//birds.dev)\n\n## Big\n\nUCBï¼Œ one.",
            "Birds [site](http//birds.dev)\n\n## L\n\nUCBï¼Œ 1.",
        ),
        ("\n\nCC0", "\n\nCC0, all of it"),
    ):
        repository.write("README.md", AWESOME.replace(one, other))
        fresh = [found for found in repository.check(*arguments) if found[2] in old]
        assert fresh == [], other


@pytest.mark.parametrize("ref", ["HEAD", None])
def test_one_more_in_an_edited_heading_line_is_new(repository: Repository, ref: str | None) -> None:
    repository.commit(listlint_toml='preset = "awesome"\n', README_md=AWESOME)
    repository.run("baseline")
    arguments = ("--since", ref, "--no-baseline") if ref else ()
    for one, other, found in (
        ("Birds [", "Birds and Bats [more](http//bats.dev) [", (1, BROKEN)),  # one of the two that are equal now
        ("http//birds.dev", "htp://birds.dev", (1, BROKEN)),
        ("## License", "## Licence\n\nMIT\n\n## License", (13, "AWE004")),
    ):
        repository.write("README.md", AWESOME.replace(one, other))
        lines = [(line, code) for _, line, code in repository.check(*arguments, code=1) if code == found[1]]
        assert lines == [found], other


def test_what_moved_to_another_heading_line_is_new(repository: Repository) -> None:
    text = "# Birds [x](http//x.dev)\n\n## Big\n\nWords.\n"
    base = repository.commit(README_md=text)
    moved = text.replace(" [x](http//x.dev)", "").replace("Big", "Big [x](http//x.dev)")
    repository.write("README.md", moved)
    assert repository.check("--since", base, "--select", BROKEN) == [("README.md", 3, BROKEN)]


def test_the_filters(repository: Repository) -> None:
    text = LIST.replace("## Small\n\n", "").replace("# Birds\n", f"# Birds\n\n{BAD}")
    repository.commit(README_md=LIST, other_md=f"# Other\n\n{FINE}")
    repository.write("README.md", text)
    everything = [(3, BROKEN), (8, ANCHOR)]
    assert since(repository, code=1) == everything
    assert since(repository, "--filter", "none") == everything
    assert since(repository, "--filter", "file") == everything
    assert since(repository, "--filter", "added") == [(3, BROKEN)]
    far = text.replace("- [Big]", "\n\n\n- [Big]")  # lines are changed here, and the broken one is in their context
    repository.write("README.md", far)
    assert since(repository, "--filter", "diff-context") == [(3, BROKEN), (11, ANCHOR)]
    assert since(repository, "--filter", "added") == [(3, BROKEN)]
    _, _, err = repository.report("--since", "main", *RULES, "--filter", "added")
    assert "1 new finding is not on added lines and not shown (--filter added)" in err


def test_a_filter_by_files(repository: Repository) -> None:
    other = "# Other\n\n- [Big](README.md#big) - There.\n"
    repository.commit(README_md=LIST, other_md=other)
    base = repository.git("rev-parse", "HEAD")
    repository.write("README.md", LIST.replace("- [Big](#big)\n", "").replace("## Big", "## Large"))
    arguments = ("--since", base, "--select", "STR008", "README.md", "other.md")
    assert repository.check(*arguments, code=1) == [("other.md", 3, "STR008")]
    assert repository.check(*arguments, "--filter", "file", code=0) == []


def test_a_filter_needs_changes(repository: Repository) -> None:
    assert "--since" in refused(repository, "--filter", "added")


def test_a_renamed_file_keeps_what_it_had(repository: Repository) -> None:
    (repository.root / "docs").mkdir()
    repository.git("mv", "README.md", "docs/birds.md")
    repository.write("docs/birds.md", LIST + BAD)
    assert repository.check("docs", "--since", "main", *RULES) == [("docs/birds.md", 15, BROKEN)]
    assert repository.check("docs", "--since", "main", "--filter", "added", *RULES) == [("docs/birds.md", 15, BROKEN)]
    repository.commit()
    assert repository.check("docs", "--since", "main", *RULES) == [("docs/birds.md", 15, BROKEN)]


def test_a_file_renamed_without_git(repository: Repository) -> None:
    (repository.root / "README.md").rename(repository.root / "birds.md")
    repository.write("birds.md", LIST + BAD)
    assert repository.check("birds.md", "--since", "main", *RULES) == [("birds.md", 15, BROKEN)]


def test_a_link_that_the_rename_breaks_is_new(repository: Repository) -> None:
    base = repository.commit(
        README_md="# Birds\n\n- [Song](song.md) - Loud.\n- [Egg](egg.md) - None.\n", song_md="# Song\n"
    )
    (repository.root / "docs").mkdir()
    repository.git("mv", "README.md", "docs/README.md")
    assert repository.check("docs", "--since", base, "--select", "STR008") == [("docs/README.md", 3, "STR008")]


def test_a_deleted_file_breaks_a_link_in_one_that_is_the_same(repository: Repository) -> None:
    base = repository.commit(
        README_md="# Birds\n\n- [Song](song.md) - Loud.\n- [Egg](egg.md) - None.\n", song_md="# Song\n"
    )
    (repository.root / "song.md").unlink()
    arguments = ("README.md", "--since", base, "--select", "STR008", "--no-baseline")
    assert repository.check(*arguments) == [("README.md", 3, "STR008")]
    assert repository.check(*arguments, "--filter", "added") == []


def test_a_new_file_is_new_throughout(repository: Repository) -> None:
    repository.write("more.md", LIST)
    paths = ("README.md", "more.md")
    found = [("more.md", 10, BROKEN)]
    assert repository.check(*paths, "--since", "main", *RULES) == found
    assert repository.check(*paths, "--since", "main", "--filter", "added", *RULES) == found
    repository.git("add", "more.md")
    assert repository.check(*paths, "--since", "main", "--filter", "diff-context", *RULES) == found
    repository.write(".gitignore", "more.md\n")
    repository.git("rm", "-q", "--cached", "more.md")
    assert repository.check(*paths, "--since", "main", "--filter", "file", *RULES) == found


def test_a_file_that_git_no_longer_tracks(repository: Repository) -> None:
    repository.git("rm", "-q", "--cached", "README.md")
    repository.write("README.md", LIST + BAD)
    assert since(repository) == [(15, BROKEN)]


def test_works_that_another_file_lists_too(repository: Repository) -> None:
    base = repository.commit(a_md=f"# A\n\n{FINE}", b_md=f"# B\n\n{FINE}", c_md="# C\n")
    repository.write("c.md", f"# C\n\n{FINE}")
    arguments = ("--since", base, "--select", "DUP005", "--fail-on", "info")
    assert repository.check("a.md", "b.md", "c.md", *arguments, code=1) == [("c.md", 3, "DUP005")]
    # The hook names the files of a commit; the others are read all the same, in the base as well.
    assert repository.check("b.md", *arguments, code=0) == []
    assert repository.check("b.md", "--select", "DUP005") == [("b.md", 3, "DUP005")]


def test_a_macro_that_is_gone_with_its_file(repository: Repository) -> None:
    repository.write("listlint.toml", 'include = ["*.bib"]\n')
    works = "".join(f"@article{{k{n},\n  journal = {'birds' if n == 1 else 'fish'},\n}}\n" for n in range(40))
    base = repository.commit(macros_bib="@string{birds = {Birds}}\n", list_bib=f"@string{{fish = {{Fish}}}}\n{works}")
    rules = ("--select", "BIB007")
    assert repository.check("--since", base, *rules) == []
    (repository.root / "macros.bib").unlink()
    found = repository.check(*rules)
    assert found
    assert repository.check("--since", base, *rules) == found


def test_suppressions_of_the_base_count(repository: Repository) -> None:
    quiet = "<!-- listlint-disable-next-line URL001 -->\n"
    base = repository.commit(README_md=LIST.replace(OLD, quiet + OLD))
    repository.write("README.md", LIST)
    assert repository.check("--since", base, *RULES) == [("README.md", 10, BROKEN)]


def test_the_present_configuration_judges_both(repository: Repository) -> None:
    base = repository.commit(listlint_toml='ignore = ["URL001"]\n')
    repository.write("listlint.toml", 'select = ["URL001"]\n')
    assert repository.check("--since", base, code=0) == []


def test_line_ends_are_those_of_the_checkout(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    repository.write("README.md", (LIST + BAD).replace("\n", "\r\n"))
    assert since(repository) == [(15, BROKEN)]
    assert since(repository, "--filter", "added") == [(15, BROKEN)]
    repository.git("config", "core.autocrlf", "false")
    assert since(repository) == [(15, BROKEN)]
    repository.write(".gitattributes", "*.md text eol=crlf working-tree-encoding=UTF-16 -diff\n")
    repository.write("README.md", (LIST + BAD).replace("\n", "\r\n").encode("utf-16"))
    assert since(repository) == [(15, BROKEN)]


def test_attributes_do_not_hide_changes(repository: Repository) -> None:
    repository.write(".gitattributes", "*.md -diff\n")
    repository.write("README.md", LIST + BAD)
    assert since(repository, "--filter", "added") == [(15, BROKEN)]


def test_a_file_that_git_was_told_to_take_for_unchanged(repository: Repository) -> None:
    repository.git("update-index", "--assume-unchanged", "README.md")
    repository.write("README.md", LIST + BAD)
    assert since(repository) == [(15, BROKEN)]


def test_no_program_of_the_repository_is_run(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{trace}'\ncat\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for key in ("filter.f=x.smudge", "filter.f=x.clean", "diff.d.textconv", "diff.d.command", "diff.external"):
        repository.git("config", key, str(program))
    repository.git("config", "filter.f=x.required", "true")
    repository.write(".gitattributes", "*.md filter=f=x diff=d\n")
    repository.write("README.md", LIST + BAD)
    assert since(repository, "--filter", "added") == [(15, BROKEN)]
    assert not trace.exists()
    git(repository.root, "cat-file", "--filters", "main:README.md")
    assert trace.exists(), "the trap does not work"


def test_the_base_is_where_the_branch_left(repository: Repository) -> None:
    repository.commit(README_md=LIST + FINE.replace("Lark", "Wren"))
    repository.git("switch", "-q", "main")
    repository.commit(README_md=LIST.replace(OLD, ""))  # fixed on main, which this branch has not merged
    repository.git("switch", "-q", "topic")
    assert since(repository, code=0) == []


def merged(repository: Repository) -> tuple[str, str]:
    """The merge that GitHub makes of a pull request with a bad line: the commit, and its first parent."""
    repository.commit(README_md=LIST + FINE.replace("Lark", "Wren"))
    repository.commit(README_md=LIST + BAD)
    repository.git("switch", "-q", "main")
    base = repository.commit(README_md=LIST.replace("# Birds\n", f"# Birds\n\n{OLD.replace('Kite', 'Rook')}"))
    repository.git("switch", "-q", "--detach", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    commit = repository.git("rev-parse", "HEAD")
    repository.git("update-ref", "refs/pull/1/merge", commit)
    return commit, base


def test_a_merge_of_a_pull_request(repository: Repository, tmp_path: Path) -> None:
    _, base = merged(repository)
    assert since(repository, ref=base, code=1) == [(17, BROKEN)]
    assert since(repository, ref="main", code=1) == [(17, BROKEN)]
    clone = repository.clone(tmp_path / "clone", "--depth=2", revision="refs/pull/1/merge")
    assert clone.git("rev-parse", "--is-shallow-repository") == "true"
    for ref in (base, "HEAD^1"):
        assert since(clone, ref=ref, code=1) == [(17, BROKEN)]
        assert since(clone, "--filter", "added", ref=ref) == [(17, BROKEN)]


def test_a_clone_of_depth_one_has_no_base(repository: Repository, tmp_path: Path) -> None:
    _, base = merged(repository)
    clone = repository.clone(tmp_path / "clone", "--depth=1", revision="refs/pull/1/merge")
    for ref in (base, "HEAD^1", "main"):
        err = refused(clone, "--since", ref)
        assert "shallow" in err
        assert "fetch-depth: 2" in err
    clone.git("fetch", "-q", "--depth=1", "origin", "main")  # the base's last commit alone is no base
    err = refused(clone, "--since", "FETCH_HEAD")
    assert "the commit at which HEAD left 'FETCH_HEAD'" in err


def test_what_is_no_base(repository: Repository, tmp_path: Path) -> None:
    repository.git("update-ref", "refs/remotes/origin/next", "main")
    assert "'nowhere' is no commit of this repository" in refused(repository, "--since", "nowhere")
    assert "did you mean 'origin/next'?" in refused(repository, "--since", "next")
    assert "is no commit" in refused(repository, "--since", "--output=x")
    repository.git("switch", "-q", "--orphan", "other")
    repository.commit(README_md=LIST)
    assert "'main' and HEAD have no commit in common" in refused(repository, "--since", "main")
    empty = Repository(tmp_path / "empty")
    empty.write("README.md", LIST)
    assert "no commit to compare with" in refused(empty, "--since", "HEAD")


def test_a_file_outside_of_any_work_tree(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(LIST)
    assert "is in no git work tree" in refused(repository, "--since", "main", "README.md", str(outside))
    assert "standard input" in refused(repository, "--since", "main", "-")


def test_a_partial_clone_that_lacks_the_base(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit(README_md=LIST + BAD)
    clone = Repository(tmp_path / "clone")
    clone.git("remote", "add", "origin", repository.root.as_uri())
    clone.git("fetch", "-q", "--filter=blob:none", "origin", "topic")
    clone.git("checkout", "-q", "--detach", "FETCH_HEAD")
    err = refused(clone, "--since", "HEAD^1")
    assert "HEAD" in err or "cannot" in err


def test_submodules(repository: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.commit(list_md=f"# Inner\n\n{OLD}")
    repository.git("submodule", "add", "-q", inner.root.as_uri(), "sub")
    base = repository.commit("with a submodule")
    inner.commit(list_md=f"# Inner\n\n{OLD}{BAD}")
    git(repository.root / "sub", "pull", "-q", "origin", "main")
    paths = ("README.md", "sub/list.md")
    found = [("sub/list.md", 4, BROKEN)]
    assert repository.check(*paths, "--since", base, *RULES) == found
    repository.commit("a newer one")
    assert repository.check(*paths, "--since", base, *RULES) == found
    assert [path for path, *_ in repository.check(*paths, "--since", "main", *RULES)] == ["sub/list.md"] * 2
    # In the submodule itself the revision is one of its own.
    assert repository.check("--since", "HEAD^1", *RULES, "list.md", folder="sub") == [("list.md", 4, BROKEN)]


def test_in_a_folder_of_the_tree(repository: Repository) -> None:
    repository.write("docs/a b é.md", LIST)
    base = repository.commit()
    repository.write("docs/a b é.md", LIST + BAD)
    assert repository.check("a b é.md", "--since", base, *RULES, folder="docs") == [("a b é.md", 15, BROKEN)]
    full = repository.root / "docs" / "a b é.md"
    assert [line for _, line, _ in repository.check(str(full), "--since", base, *RULES)] == [15]


def test_many_files_in_many_processes(repository: Repository) -> None:
    text = f"# Birds\n\n{OLD}" + "\n".join(f"- [Bird {n}](https://bird.dev/{n}) - Bird." for n in range(4000)) + "\n"
    for name in ("a", "b"):
        repository.write(f"{name}.md", text)
    base = repository.commit()
    repository.write("a.md", text + BAD)
    found = repository.check("a.md", "b.md", "--since", base, "--jobs", "2", *RULES)
    assert [(path, code) for path, _, code in found] == [("a.md", BROKEN)]


def test_a_base_that_cannot_be_read(repository: Repository) -> None:
    base = repository.commit(README_md=b"# Birds\n\0" + OLD.encode())
    repository.write("README.md", LIST)
    report, _, err = repository.report("--since", base, *RULES)
    assert [one["line"] for one in report["findings"]] == [10]
    assert "in the base, this is a binary file" in err


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_a_symbolic_link_in_the_base_is_no_list(repository: Repository) -> None:
    (repository.root / "link.md").symlink_to("README.md")
    base = repository.commit()
    (repository.root / "link.md").unlink()
    repository.write("link.md", LIST)
    assert repository.check("link.md", "--since", base, *RULES) == [("link.md", 10, BROKEN)]


def test_every_format_has_the_new_ones_only(repository: Repository) -> None:
    repository.write("README.md", LIST + BAD)
    out, code, _ = repository.run("check", "--since", "main", *RULES, "--output", "jsonl")
    assert code == 1
    assert [json.loads(line)["line"] for line in out.splitlines()] == [15]
    out, _, _ = repository.run("check", "--since", "main", *RULES, "--output", "concise")
    assert out.startswith("README.md:15:")
    assert "README.md:10:" not in out


def test_a_hook_s_index_is_not_asked(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("README.md", LIST + BAD)
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    monkeypatch.setenv("GIT_DIR", str(repository.root / "nowhere"))
    assert since(repository) == [(15, BROKEN)]


def test_other_hashes_and_linked_work_trees(repository: Repository, tmp_path: Path) -> None:
    other = Repository.__new__(Repository)
    other.root = tmp_path / "sha256"
    other.root.mkdir()
    other.git("init", "-q", "--object-format=sha256")
    other.write("README.md", LIST)
    base = other.commit()
    assert len(base) == 64
    other.write("README.md", LIST + BAD)
    assert since(other, ref=base) == [(15, BROKEN)]
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    other.root = tmp_path / "linked"
    other.write("README.md", LIST + BAD)
    assert since(other) == [(15, BROKEN)]
    assert since(repository) == []
