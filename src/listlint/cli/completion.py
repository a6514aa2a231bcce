"""``listlint completion``: the script that teaches a shell our commands, options and rules."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_LISTLINT_COMPLETE"
"""The variable through which the script asks ``listlint`` for words (click's convention)."""

_BASH = r"""%(complete_func)s() {
    local IFS=$'\n'
    local response type value word
    local -a words=()

    # Readline makes three words of --option=value; for us it is one.
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if (( ${#words[@]} )) && [[ $word == "=" || ${words[${#words[@]}-1]} == --*= ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
    done
    response=$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) %(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    while IFS=',' read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2> /dev/null || complete -F %(complete_func)s %(prog_name)s
"""
"""As click's own, but for ``--option=value``; ``nosort`` needs bash 4.4."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands, options, rules, presets and files.

    \b
    bash   eval "$(listlint completion bash)"    in ~/.bashrc
    zsh    eval "$(listlint completion zsh)"     in ~/.zshrc, after compinit
    fish   listlint completion fish > ~/.config/fish/completions/listlint.fish
    """  # noqa: D301 - the backspace tells click to keep these lines as they are
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root().command
    shell_complete = kind(root, {}, "listlint", VARIABLE)
    # click's method for bash would start a bash to look at its version, which need not be the reader's.
    script = _BASH % shell_complete.source_vars() if shell == "bash" else shell_complete.source()
    click.echo(script.strip())
