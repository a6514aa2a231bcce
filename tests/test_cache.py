"""A second run answers from the cache, and never answers anything else than a first one would."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from listlint.cache import DAY, KEPT, VARIABLE, Cache, cache_folder
from listlint.memory import Memory, Outcome, Question, digest
from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Applicability, Edit, Fix, May, Rewrite
from listlint.model.facts import RunStrings, Today
from listlint.model.result import CRASH_CODE
from listlint.model.source import Source
from listlint.model.span import Span
from tests.command import run
from tests.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = Path(__file__).parents[1] / "examples"
LIST = "# A\n\n## B\n\n- [C](http://github.com/c/c) - One.\n- [D](https://d.dev) - Two .\n- [D](https://d.dev) - Two.\n"
MARK = "told from the cache"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "repository")
    found.commit(README_md=LIST)
    return found


def check(folder: Path, cache: Path, *arguments: str) -> dict[str, Any]:
    """The report in JSON of a run with this cache."""
    done = run(folder, "check", "--output", "json", *arguments, LISTLINT_CACHE_DIR=str(cache))
    assert done.returncode in {0, 1}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def codes(report: dict[str, Any], path: str = "README.md") -> list[str]:
    return [found["code"] for found in report["findings"] if found["path"] == path]


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob("??/*"))


def mark(cache: Path) -> None:
    """Change the messages of all entries, so that one can see who answers."""
    for place in entries(cache):
        rows, *rest = msgspec.msgpack.decode(place.read_bytes()[16:])
        content = msgspec.msgpack.encode([[[*row[:3], MARK, *row[4:]] for row in rows], *rest])
        Cache(cache).put(place.parent.name + place.name, content)


def answers(report: dict[str, Any], path: str = "README.md") -> bool:
    """Tell whether the findings in a file come from the cache, which :func:`mark` has marked."""
    told: set[bool] = {found["message"] == MARK for found in report["findings"] if found["path"] == path}
    assert len(told) == 1, "all findings of a file have one origin"
    return told.pop()


def test_a_second_run_answers_from_the_cache(repository: Repository, cache: Path) -> None:
    first = check(repository.root, cache)
    assert len(entries(cache)) == 1
    assert check(repository.root, cache) == first
    mark(cache)
    assert answers(check(repository.root, cache))
    assert codes(check(repository.root, cache)) == codes(first)


def test_no_cache_reads_none_and_writes_none(repository: Repository, cache: Path) -> None:
    first = check(repository.root, cache, "--no-cache")
    assert not cache.exists()
    assert check(repository.root, cache) == first
    mark(cache)
    assert check(repository.root, cache, "--no-cache") == first


def test_nothing_is_written_into_the_repository(repository: Repository, cache: Path) -> None:
    before = {path: path.read_bytes() for path in repository.root.rglob("*") if path.is_file()}
    check(repository.root, cache)
    after = {path: path.read_bytes() for path in repository.root.rglob("*") if path.is_file()}
    assert {path for path in after if ".git" not in path.parts} == {path for path in before if ".git" not in path.parts}
    assert repository.git("status", "--porcelain") == ""


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (folder := cache_folder()) is not None
    assert folder.name == "listlint"
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "listlint"


def test_a_user_without_a_folder_has_no_cache(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", "~")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.chdir(tmp_path)
    told = run(repository.root, "check", "--output", "concise", "README.md")
    assert told.returncode == 1, told.stderr
    assert not (repository.root / "~").exists()


@pytest.mark.parametrize("preset", ["default", "papers", "notes", "awesome", "all"])
def test_reports_are_the_same_with_and_without(preset: str, cache: Path) -> None:
    arguments = ("--isolated", "--preset", preset, ".")
    first = check(EXAMPLES, cache, *arguments)
    assert any(found["fix"] for found in first["findings"])
    assert any(found["related"] for found in first["findings"])
    assert check(EXAMPLES, cache, *arguments) == first == check(EXAMPLES, cache, "--no-cache", *arguments)
    for output in ("full", "sarif"):
        told = [
            run(EXAMPLES, "check", "--output", output, *more, *arguments, LISTLINT_CACHE_DIR=str(cache)).stdout
            for more in ((), ("--no-cache",))
        ]
        assert told[0] == told[1]


# -- what a run depends on ----------------------------------------------------------------------------


def other_content(repository: Repository) -> tuple[str, ...]:
    repository.write("README.md", LIST + "- [E](https://e.dev) - Three\n")
    return ()


def other_option(repository: Repository) -> tuple[str, ...]:
    repository.write("listlint.toml", "[severity]\ninsecure-url = 'error'\n")
    return ()


def other_pattern(repository: Repository) -> tuple[str, ...]:
    pattern = "[[pattern]]\ncode = 'OUR001'\nname = 'two'\ntarget = 'description'\nmatch = 'Two'\nmessage = 'two'\n"
    repository.write("listlint.toml", pattern)
    return ()


def other_preset(repository: Repository) -> tuple[str, ...]:
    return ("--preset", "awesome")


def other_selection(repository: Repository) -> tuple[str, ...]:
    return ("--ignore", "DUP")


def another_file_of_the_tree(repository: Repository) -> tuple[str, ...]:
    repository.write("docs/more.md", "# More\n")
    return ()


@pytest.mark.parametrize(
    "change",
    [
        other_content,
        other_option,
        other_pattern,
        other_preset,
        other_selection,
        another_file_of_the_tree,
    ],
)
def test_what_changes_a_run_is_seen(
    change: Callable[[Repository], tuple[str, ...]], repository: Repository, cache: Path
) -> None:
    check(repository.root, cache)
    mark(cache)
    assert answers(check(repository.root, cache))
    more = change(repository)
    told = check(repository.root, cache, *more)
    assert not answers(told)
    assert told == check(repository.root, cache, "--no-cache", *more)


def test_a_file_that_is_linked_to_is_read_again(repository: Repository, cache: Path) -> None:
    repository.commit(README_md=LIST + "- [E](more.md#one) - Three.\n", more_md="# More\n\n## One\n")
    assert "STR003" not in codes(before := check(repository.root, cache, "README.md"))
    mark(cache)
    assert answers(check(repository.root, cache, "README.md"))
    repository.write("more.md", "# More\n\n## Two\n")
    after = check(repository.root, cache, "README.md")
    assert not answers(after)
    assert codes(after) != codes(before)
    assert after == check(repository.root, cache, "README.md", "--no-cache")


def test_a_file_that_was_a_link_out_of_the_tree_is_read_again(repository: Repository, cache: Path) -> None:
    outside = repository.root.with_name("outside.md")
    outside.write_text("# More\n\n## One\n")
    (repository.root / "more.md").symlink_to(outside)
    repository.commit(README_md=LIST + "- [E](more.md#two) - Three.\n")
    before = check(repository.root, cache, "README.md")
    (repository.root / "more.md").unlink()
    repository.write("more.md", outside.read_bytes())
    after = check(repository.root, cache, "README.md")
    assert codes(after) == [*codes(before), "STR008"]
    assert after == check(repository.root, cache, "README.md", "--no-cache")


@pytest.mark.parametrize("name", ["README.md", "other.md"])
def test_standard_input_beside_files_is_always_looked_at(name: str, repository: Repository, cache: Path) -> None:
    def told(text: str, *more: str) -> str:
        arguments = ("check", "--preset", "all", "--output", "json", "--stdin-filename", name, "-", "README.md", *more)
        return run(repository.root, *arguments, stdin=text.encode(), LISTLINT_CACHE_DIR=str(cache)).stdout

    first = told("# A\n\n## B\n\n- [X](https://x.dev/long-enough) - One.\n")
    second = told(text := "# A\n\n## B\n\n- [C](https://github.com/c/c) - Three .\n")
    assert first != second
    assert second == told(text, "--no-cache")


def test_where_rules_see_the_whole_run_so_does_the_key(repository: Repository, cache: Path) -> None:
    other = "# B\n\n## C\n\n- [X](https://x.dev/long-enough) - One .\n- [Y](https://y.dev) - Two.\n"
    repository.commit(other_md=other)
    arguments = ("--preset", "all", "README.md", "other.md")
    first = check(repository.root, cache, *arguments)
    assert "DUP005" not in codes(first)
    mark(cache)
    assert answers(check(repository.root, cache, *arguments))
    repository.write("other.md", other + "- [C](https://github.com/c/c) - Three.\n")
    second = check(repository.root, cache, *arguments)
    assert not answers(second)
    assert second == check(repository.root, cache, "--no-cache", *arguments)
    assert "DUP005" in codes(second) + codes(second, "other.md")
    assert check(repository.root, cache, *arguments) == second
    entries(cache)[0].unlink()
    entries(cache)[-1].unlink()
    assert check(repository.root, cache, *arguments) == second


def test_a_list_that_was_not_named_counts_too(repository: Repository, cache: Path) -> None:
    arguments = ("--preset", "all", "--select", "DUP005,URL006", "README.md")
    first = check(repository.root, cache, *arguments)
    own = "".join(f"- [N{n}](https://n{n}.dev) - One of many.\n" for n in range(9))
    repository.commit(A_md=f"# B\n\n- [C](https://github.com/c/c) - One.\n{own}")
    second = check(repository.root, cache, *arguments)
    assert second != first
    assert (
        second == check(repository.root, cache, *arguments) == check(repository.root, cache, "--no-cache", *arguments)
    )


def test_the_files_that_did_not_change_are_not_checked(repository: Repository, cache: Path) -> None:
    repository.commit(other_md=LIST)
    first = check(repository.root, cache, "README.md", "other.md")
    mark(cache)
    repository.write("other.md", LIST.replace("One.", "One ."))
    second = check(repository.root, cache, "README.md", "other.md")
    assert answers(second)
    assert not answers(second, "other.md")
    assert codes(second) == codes(first)


def test_macros_of_another_bibliography_are_seen(repository: Repository, cache: Path) -> None:
    macros = ["tcs"] * 9 + ["tcz"]
    references = "".join(f"@misc{{a{n}, title = {{A{n}}}, journal = {macro}}}\n" for n, macro in enumerate(macros))
    repository.commit(a_bib=references, b_bib="@string{tcs = {Theory}}\n")
    first = check(repository.root, cache, "a.bib", "b.bib")
    repository.write("b.bib", "@string{tcs = {Theory}, tcz = {Another}}\n".replace(", tcz", "}\n@string{tcz"))
    second = check(repository.root, cache, "a.bib", "b.bib")
    assert codes(second, "a.bib") != codes(first, "a.bib")
    assert second == check(repository.root, cache, "--no-cache", "a.bib", "b.bib")


# -- what can go wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: b"",
        lambda stored: stored[:-1],
        lambda stored: stored[:10],
        lambda stored: stored[:40] + b"\xff" + stored[41:],
        lambda stored: os.urandom(500),
        lambda stored: bytes.fromhex(digest(b"{}")[:32]) + b"{}",
    ],
    ids=["empty", "cut", "cut short", "a bit", "noise", "of another form"],
)
def test_damaged_entries_count_as_none(damage: Callable[[bytes], bytes], repository: Repository, cache: Path) -> None:
    first = check(repository.root, cache)
    [place] = entries(cache)
    place.write_bytes(damage(place.read_bytes()))
    assert check(repository.root, cache) == first
    mark(cache)
    assert answers(check(repository.root, cache))


def test_entries_of_another_form_with_a_right_digest_count_as_none(repository: Repository, cache: Path) -> None:
    first = check(repository.root, cache)
    [place] = entries(cache)
    Cache(cache).put(place.parent.name + place.name, msgspec.msgpack.encode({"rows": 1}))
    assert check(repository.root, cache) == first


def test_a_folder_that_cannot_be_written_is_done_without(repository: Repository, cache: Path) -> None:
    cache.write_text("in the way")
    first = check(repository.root, cache)
    assert first == check(repository.root, cache, "--no-cache")
    assert cache.read_text() == "in the way"


def test_runs_at_the_same_time_agree(repository: Repository, cache: Path) -> None:
    for number in range(12):
        repository.write(f"part{number}.md", LIST + f"- [N{number}](https://n{number}.dev) - More .\n")
    repository.commit()
    command = [sys.executable, "-m", "listlint", "check", "--output", "json", "."]
    environment = {**os.environ, VARIABLE: str(cache)}
    expected = check(repository.root, cache.with_name("another"), ".")
    started = [
        subprocess.Popen(
            command, cwd=repository.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(6)
    ]
    assert all(json.loads(process.communicate(timeout=120)[0]) == expected for process in started)
    assert not list(cache.rglob("*.part"))
    assert check(repository.root, cache, ".") == expected


def test_text_that_is_no_text_is_not_remembered_and_does_no_harm(repository: Repository, cache: Path) -> None:
    repository.write("README.md", LIST.encode() + b"- [E\xff](https://e.dev/\xff) - Three .\n")
    first = check(repository.root, cache)
    assert "ENC003" in codes(first)
    assert check(repository.root, cache) == first


# -- the memory alone ---------------------------------------------------------------------------------

SOURCE = Source.from_text("# A\n\n- [B](https://b.dev) - C\n", "a.md")
FOUND = Diagnostic(
    code="URL001",
    name="a-b",
    severity=Severity.ERROR,
    message="m",
    source=SOURCE,
    span=Span(2, 5),
    related=(Related(Span(0, 1), "there"), Related(Span(1, 2), "in b", "b.md")),
    fix=Fix(
        "t",
        (Edit(Span(1, 1), "x"), Edit(Span(3, 4), "")),
        Applicability.UNSAFE,
        May.TEXT | May.URL,
        Span(0, 9),
        Rewrite.DROP_BOM,
    ),
    entry="e",
    context="c",
    group="g",
    fingerprint="f",
    unit="u",
)
QUESTION = Question("a.md", SOURCE.raw, b"rules")
LOOKS = (lambda root: ["a.md"], lambda root, name: None, lambda: b"others")


def memory(cache: Path, today: datetime.date = datetime.date(2026, 1, 1), *strings: str) -> Memory:
    return Memory(Cache(cache), Today(today), RunStrings(frozenset(strings)), *LOOKS)


def test_what_is_kept_is_recalled_whole(cache: Path) -> None:
    outcome = Outcome((FOUND,), 3, 4, ("STR008",))
    memory(cache).keep(QUESTION, outcome)
    assert memory(cache).recall(QUESTION, lambda: SOURCE) == outcome


def test_the_day_and_the_macros_count(cache: Path) -> None:
    memory(cache).keep(QUESTION, Outcome((FOUND,)))
    assert memory(cache, datetime.date(2026, 1, 2)).recall(QUESTION, lambda: SOURCE) is None
    assert memory(cache, datetime.date(2026, 1, 1), "tcs").recall(QUESTION, lambda: SOURCE) is None
    assert memory(cache).recall(QUESTION, lambda: SOURCE) is not None


def test_the_place_in_the_tree_counts(cache: Path, tmp_path: Path) -> None:
    question = msgspec.structs.replace(QUESTION, place=(tmp_path, "a.md"))
    memory(cache).keep(question, Outcome((FOUND,)))
    moved = msgspec.structs.replace(question, place=(tmp_path, "b/a.md"))
    assert memory(cache).recall(moved, lambda: SOURCE) is None
    assert memory(cache).recall(question, lambda: SOURCE) is not None


def test_a_file_in_which_a_rule_crashed_is_not_remembered(cache: Path) -> None:
    crash = msgspec.structs.replace(FOUND, code=CRASH_CODE)
    memory(cache).keep(QUESTION, Outcome((FOUND, crash)))
    assert memory(cache).recall(QUESTION, lambda: SOURCE) is None


def test_what_nobody_asks_for_goes_after_a_month(cache: Path) -> None:
    kept = Cache(cache)
    for key, age in (("aa1", KEPT + DAY), ("aa2", KEPT - DAY), ("bb1.7.part", 2 * DAY), ("bb2", 0)):
        kept.put(key, b"x")
        then = time.time() - age
        os.utime(cache / key[:2] / key[2:], (then, then))
    kept.prune()
    assert len(entries(cache)) == 4, "it was done today"
    then = time.time() - 2 * DAY
    os.utime(cache / "CACHEDIR.TAG", (then, then))
    kept.prune()
    assert [place.name for place in entries(cache)] == ["2", "2"]
    assert kept.get("aa2") == b"x"
    assert (cache / "aa" / "2").stat().st_mtime > time.time() - DAY
