"""SUP000: a rule crashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Rule, Severity
from listlint.model.nodes import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Finding


class RuleCrashed(Rule[Suppressions]):
    """A rule stopped with an exception while it looked at the file: a bug of listlint or of a plugin.

    The other rules went on, so the rest of the report can be trusted. The message names the
    rule, how to switch it off and where to report it; `--debug` shows the whole exception.

    The engine reports it, whatever rules are selected; it cannot be suppressed in a file.
    """

    code, name = "SUP000", "rule-crashed"
    severity = Severity.ERROR

    def check(self, node: Suppressions, ctx: Context) -> Iterator[Finding]:
        """Yield nothing: the engine makes this finding where it catches the exception."""
        return iter(())
