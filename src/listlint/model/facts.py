"""Facts: what rules may know that is not in the document, gathered before they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class RepositoryFiles(Struct, frozen=True):
    """What the git tree holds, relative to its root, with ``/`` between the parts.

    ``prefix`` maps each document's shown path to its path in the tree; ``anchors`` holds, for
    every Markdown file that a checked document links to by fragment, the fragments it has.
    """

    files: frozenset[str]
    folders: frozenset[str]
    documents: Mapping[str, str]
    anchors: Mapping[str, frozenset[str]]
