"""Colours of terminal output."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.diagnostic import Severity

if TYPE_CHECKING:
    from typing import Final


class Ink(Enum):
    """What a piece of text is, as parameters of the ANSI sequence "select graphic rendition"."""

    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    STRONG = "1"
    GUTTER = "34"
    NOTE = "1;34"
    HELP = "1;32"
    FAINT = "2"


SEVERITY_INK: Final = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING, Severity.INFO: Ink.INFO}


class Style(NamedTuple):
    """Paints, or does not."""

    colour: bool

    def __call__(self, ink: Ink, text: str) -> str:
        """``text`` in this ink; an empty text stays empty."""
        return f"\x1b[{ink.value}m{text}\x1b[0m" if self.colour and text else text

    def severity(self, severity: Severity, text: str | None = None) -> str:
        """``text``, or the severity's name, in the ink of the severity."""
        return self(SEVERITY_INK[severity], severity.value if text is None else text)
