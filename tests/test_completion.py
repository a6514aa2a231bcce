"""Completion: the scripts as shells run them, and the words that listlint offers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from listlint.checks.registry import all_rules
from listlint.config.merge import preset_names

CODES = [rule.code for rule in all_rules()]
NAMES = [rule.name for rule in all_rules()]
FAMILIES = list(dict.fromkeys(code[:3] for code in CODES))


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for PATH in which ``listlint`` is the listlint under test."""
    if os.name == "nt":
        pytest.skip("the scripts are for shells of Unix")
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "listlint"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m listlint "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def environment(command: Path) -> dict[str, str]:
    names = {name: value for name, value in os.environ.items() if not name.startswith(("LISTLINT", "_LISTLINT"))}
    return names | {"PATH": f"{command}{os.pathsep}{os.environ['PATH']}"}


def run(shell: str, program: str, command: Path, *arguments: str, cwd: Path | None = None) -> str:
    """What a shell prints that runs ``program``; it must find no fault with it."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    flags = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [shell, *flags, "-c", program, *arguments],
        env=environment(command),
        cwd=cwd or command,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stderr.decode() == ""
    assert done.returncode == 0
    return done.stdout.decode()


BASH = r"""
eval "$(listlint completion bash)"
compopt() { printf 'compopt %s %s\n' "$@"; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_listlint_completion listlint "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def bash(command: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    return run("bash", BASH, command, "bash", "listlint", *words).split("\n")[:-1]


def test_bash_is_told_which_function_completes(command: Path) -> None:
    printed = run("bash", 'eval "$(listlint completion bash)"; complete -p listlint', command)
    assert printed == "complete -o nosort -F _listlint_completion listlint\n"


def test_a_shell_must_be_named() -> None:
    done = subprocess.run([sys.executable, "-m", "listlint", "completion"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "    bash,\n    zsh,\n    fish\n" in done.stderr.replace("\r", "")
    assert "\\t" not in done.stderr


def test_bash_completes_commands(command: Path) -> None:
    offered = bash(command, "")
    assert {"check", "fix", "links", "rule", "entries", "config", "completion", "init"} <= set(offered)
    assert bash(command, "compl") == ["completion"]


def test_bash_completes_options(command: Path) -> None:
    assert bash(command, "check", "--extend-s") == ["--extend-select"]


def test_bash_completes_codes_of_rules(command: Path) -> None:
    expected = [code for code in CODES if code.startswith("URL00")]
    assert bash(command, "check", "--select", "URL00") == expected
    assert bash(command, "rule", "URL00") == expected


def test_bash_completes_names_of_rules(command: Path) -> None:
    expected = [name for name in NAMES if name.startswith("duplicate-")]
    assert bash(command, "check", "--ignore", "duplicate-") == expected
    assert bash(command, "rule", "duplicate-") == expected


def test_bash_completes_after_an_equals_sign(command: Path) -> None:
    # Readline makes three words of it.
    assert bash(command, "check", "--select", "=", "STR00") == [code for code in CODES if code.startswith("STR00")]
    assert bash(command, "check", "--preset", "=") == list(preset_names())
    assert bash(command, "check", "--preset", "=", "papers", "compl") == ["compopt -o default", ""]


def test_bash_completes_the_last_of_several_rules_and_none_twice(command: Path) -> None:
    rest = [code for code in CODES if code.startswith("URL00") and code != "URL001"]
    assert bash(command, "check", "--select", "ENC,URL001,URL00") == [f"ENC,URL001,{code}" for code in rest]


def test_bash_offers_families_and_codes_before_anything_is_typed(command: Path) -> None:
    assert bash(command, "check", "--select", "") == ["ALL", *FAMILIES, *CODES]
    assert bash(command, "rule", "") == CODES


def test_bash_completes_presets(command: Path) -> None:
    assert bash(command, "check", "--preset", "") == list(preset_names())
    assert bash(command, "check", "--preset", "p") == ["papers"]


def test_bash_completes_formats(command: Path) -> None:
    assert "jsonl" in bash(command, "check", "--output", "js")
    assert bash(command, "entries", "--output", "b") == ["bibtex"]


def test_bash_completes_files_itself(command: Path) -> None:
    for words in (["check", "REA"], ["check", "--config", "li"], ["links", "a/"], ["config", "n"]):
        assert bash(command, *words) == ["compopt -o default", ""], words


def test_bash_offers_nothing_for_what_does_not_exist(command: Path) -> None:
    assert bash(command, "rule", "XYZ") == [""]


ZSH = r"""
compdef() { : }
compadd() { print -rl -- "${(@P)@[-1]}" }
_describe() { print -rl -- "${(@P)@[-2]}" }
_path_files() { print -r -- "files" }
eval "$(listlint completion zsh)"
words=("$@")
CURRENT=$#
_listlint_completion
"""


def test_zsh_gets_words_with_their_meaning(command: Path) -> None:
    offered = run("zsh", ZSH, command, "zsh", "listlint", "check", "--select", "URL00").splitlines()
    assert [line.partition(":")[0] for line in offered] == [code for code in CODES if code.startswith("URL00")]
    assert all(line.partition(":")[2] for line in offered)
    assert run("zsh", ZSH, command, "zsh", "listlint", "check", "REA") == "files\n"


def test_fish_gets_words_with_their_meaning(command: Path) -> None:
    program = 'listlint completion fish | source; complete --do-complete "listlint check --select URL00"'
    offered = [line.split("\t")[0] for line in run("fish", program, command).splitlines()]
    assert offered == [code for code in CODES if code.startswith("URL00")]


def asked(command: Path, shell: str, words: str, position: str) -> str:
    """What listlint answers the script of a shell."""
    variables = {"_LISTLINT_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": position}
    env = environment(command) | variables
    return subprocess.run(["listlint"], env=env, capture_output=True, check=True, timeout=60).stdout.decode()


@pytest.mark.parametrize(("shell", "position"), [("zsh", "3"), ("fish", "URL001")])
def test_meanings_are_told_where_the_shell_shows_them(command: Path, shell: str, position: str) -> None:
    answer = asked(command, shell, "listlint check --select URL001", position)
    assert "URL001 invalid-url: " in answer


def test_completion_loads_no_rule(command: Path) -> None:
    variables = {
        "_LISTLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": "listlint\ncheck\n--select\nUR",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "listlint"],
        env=environment(command) | variables,
        capture_output=True,
        check=True,
        timeout=60,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert b"URL001" in done.stdout
    assert "listlint.cli.complete" in loaded
    assert not loaded & {"listlint.checks", "listlint.session", "listlint.catalogue", "markdown_it", "aiohttp"}


def test_an_unknown_shell_is_an_error() -> None:
    done = subprocess.run([sys.executable, "-m", "listlint", "completion", "tcsh"], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"bash" in done.stderr
