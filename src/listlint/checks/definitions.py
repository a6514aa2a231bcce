"""What rules on link and footnote definitions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from listlint.model.nodes import Definition

_COMMENTS = frozenset({"comment", "comments"})


def label_of(label: str) -> str:
    """A label as CommonMark compares labels (section 4.7): white space collapsed, case folded."""
    return " ".join(label.split()).casefold()


def is_comment(definition: Definition) -> bool:
    """Tell whether a definition is a known way to write a comment or metadata: ``[//]: # (…)``, ``[tag]: - "x"``."""
    if not any(map(str.isalnum, definition.label)):
        return True
    leads_nowhere = not any(map(str.isalnum, definition.target))
    return not definition.footnote and (leads_nowhere or label_of(definition.label) in _COMMENTS)
