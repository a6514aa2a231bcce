"""How a GitHub Actions runner finds commands in a log.

After ``ActionCommand.TryParseV2`` and ``TryParse`` of the runner (``src/Runner.Common``), made
stricter in two ways: every command name counts as registered, and characters without weight,
which comparisons by culture pass over, are passed over anywhere.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Command(NamedTuple):
    """A command that the runner would obey."""

    name: str
    properties: dict[str, str]
    data: str
    version: int


def commands(output: str) -> list[Command]:
    """The commands in an output, which the runner reads line by line."""
    lines = output.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [command for line in lines if (command := _second(line) or _first(line))]


def lenient_commands(output: str) -> list[Command]:
    """The commands that a runner would find if weightless characters were not there at all."""
    return commands("".join(c for c in output if c == "\n" or unicodedata.category(c) not in {"Cf", "Cc", "Mn"}))


def _second(message: str) -> Command | None:
    """``TryParseV2``: ``::name key=value,key=value::data``."""
    message = message.lstrip()
    if not message.startswith("::"):
        return None
    end = message.find("::", 2)
    if end < 0:
        return None
    name, _, listed = message[2:end].partition(" ")
    if not name:
        return None
    unescape = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
    return Command(
        name, _properties(listed.strip(), ",", unescape), _unescaped(message[end + 2 :], unescape[:2] + unescape[4:]), 2
    )


def _first(message: str) -> Command | None:
    """``TryParse``: ``##[name key=value;key=value]data`` anywhere."""
    start = message.find("##[")
    if start < 0:
        return None
    end = message.find("]", start)
    if end < 0:
        return None
    name, _, listed = message[start + 3 : end].partition(" ")
    if not name:
        return None
    unescape = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
    return Command(name, _properties(listed, ";", unescape), _unescaped(message[end + 1 :], unescape), 1)


def _properties(listed: str, separator: str, unescape: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in listed.split(separator) if part)
    return {pair[0]: _unescaped(pair[1], unescape) for pair in pairs if len(pair) == 2}


def _unescaped(text: str, unescape: tuple[tuple[str, str], ...]) -> str:
    for escaped, character in unescape:
        text = text.replace(escaped, character)
    return text


class AgentCommand(NamedTuple):
    """A command that the agent of Azure Pipelines would obey."""

    area: str
    event: str
    properties: dict[str, str]
    data: str


def agent_commands(output: str) -> list[AgentCommand]:
    """The commands in an output, as ``Command.TryParse`` of the agent's source finds them, every name registered.

    ``##vso[area.event key=value;key=value]data`` anywhere in a line, letters in any case. Like above, what has
    no weight is passed over.
    """
    lines = output.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = (_agent("".join(c for c in line if unicodedata.category(c) not in {"Cf", "Cc", "Mn"})) for line in lines)
    return [command for command in found if command]


def _agent(message: str) -> AgentCommand | None:
    start = message.lower().find("##vso[")
    end = message.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, listed = message[start + 6 : end].partition(" ")
    area, dot, event = name.partition(".")
    if not area or not dot or not event:
        return None
    unescape = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))
    return AgentCommand(area, event, _properties(listed, ";", unescape), _unescaped(message[end + 1 :], unescape))
