"""What fails a run and is no finding, in one form for all formats that other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from listlint.model.result import Result

FAILURE = "failure"
"""Code of what fails the run though every file was checked: a baseline that is out of date."""


def problems(result: Result) -> tuple[ListlintError, ...]:
    """What could not be checked, then what else fails the run; the latter has the code ``failure``."""
    return (*result.errors, *(ListlintError(text, code=FAILURE) for text in result.failures))
