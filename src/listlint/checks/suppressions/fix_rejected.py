"""SUP004: the fix of a rule was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Rule, Severity
from listlint.model.nodes import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Finding


class FixRejected(Rule[Suppressions]):
    """A fix would have changed more than it declares: a bug of its rule, in listlint or in a plugin.

    Every fix says what it may change of the rendered list, and `listlint fix` proves that nothing
    else did. A fix that breaks its word is not applied, and the others go on, so the file is sound.
    The message names the rule and what its fix would have done; the place can be repaired by hand.

    `listlint fix` reports it, whatever rules are selected; it cannot be suppressed in a file.
    """

    code, name = "SUP004", "fix-rejected"
    severity = Severity.ERROR

    def check(self, node: Suppressions, ctx: Context) -> Iterator[Finding]:
        """Yield nothing: this finding is made where the fix is rejected."""
        return iter(())
