"""What a run is asked to leave out, because it is known already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

Scope = Literal["added", "diff-context", "file", "none"]
"""Where new findings are reported: on added lines, in the context of the diff, in changed files, anywhere."""


class CompareMode(Struct, frozen=True, kw_only=True):
    """What the command line says of what is known already."""

    since: str | None = None
    """the revision to compare with"""
    scope: Scope = "none"
    baseline: Path | None = None
    """the file of known findings, where the command line names it"""
    use_baseline: bool = True
    strict: bool = False
    """known findings that are gone fail the run"""
