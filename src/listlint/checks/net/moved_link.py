"""NET003: a link that its server moved for good."""

from __future__ import annotations

from listlint.checks.api import Severity
from listlint.checks.status import RelocationRule, relocated, stayed
from listlint.model.links import Flag


class MovedLink(RelocationRule):
    """The server says that the page has moved for good, and where to.

    Every hop said so (301 or 308), and the new place answers. The old address works as long as somebody keeps the
    redirect alive. Not reported: temporary redirects, a trailing slash, a log-in page.
    """

    code, name = "NET003", "moved-link"
    severity = Severity.WARNING
    flag, happened = Flag.MOVED, "moved for good to"
    valid, invalid = stayed(Flag.MOVED), relocated(Flag.MOVED)
