"""Writes the index of rules, by which a run loads those that it needs."""

from __future__ import annotations

import msgspec

from listlint.checks.registry import make_index


def render() -> str:
    """The text of ``checks/index.json``."""
    return msgspec.json.format(msgspec.json.encode(make_index()), indent=1).decode() + "\n"
