"""Writes the index of rules, by which a run loads those that it needs."""

from __future__ import annotations

import msgspec

from listlint.checks.patterns import shipped
from listlint.checks.registry import make_index
from listlint.patterns import hold_to_examples


def render() -> str:
    """The text of ``checks/index.json``, after the examples of our own patterns were tried.

    Raises:
        ListlintError: one of them is not as its rule sees it.
    """
    hold_to_examples(tuple(shipped().values()))
    return msgspec.json.format(msgspec.json.encode(make_index()), indent=1).decode() + "\n"
