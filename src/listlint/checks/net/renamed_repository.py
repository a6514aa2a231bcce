"""NET009: a repository that has another name now."""

from __future__ import annotations

from listlint.checks.api import Severity
from listlint.checks.status import RelocationRule, relocated, stayed
from listlint.model.links import Flag


class RenamedRepository(RelocationRule):
    """The repository has another owner or name now.

    The old name works until somebody takes it for a repository of his own, and then the link leads to a stranger. It
    takes a token for GitHub's API.
    """

    code, name = "NET009", "renamed-repository"
    severity = Severity.WARNING
    flag, happened = Flag.RENAMED, "has been renamed to"
    valid, invalid = stayed(Flag.RENAMED), relocated(Flag.RENAMED)
