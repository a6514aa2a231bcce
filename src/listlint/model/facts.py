"""Facts: what rules may know that is not in the document, gathered before they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


class Fact(Struct, frozen=True):
    """Base of facts. ``WANTED`` says, for people, what a run needs to have it."""

    WANTED: ClassVar[str]


class RepositoryFiles(Fact, frozen=True):
    """What the git tree holds, relative to its root, with ``/`` between the parts.

    ``prefix`` maps each document's shown path to its path in the tree; ``anchors`` holds, for
    every Markdown file that a checked document links to by fragment, the fragments it has.
    """

    WANTED: ClassVar[str] = "a git work tree"

    files: frozenset[str]
    folders: frozenset[str]
    documents: Mapping[str, str]
    anchors: Mapping[str, frozenset[str]]


class RunStrings(Fact, frozen=True):
    """The names, in lower case, of every ``@string`` in the bibliographies of the run."""

    WANTED: ClassVar[str] = "BibTeX files"

    names: frozenset[str]


class Today(Fact, frozen=True):
    """The day of the run, for rules that ask whether something lies in the future."""

    WANTED: ClassVar[str] = "a clock"

    date: datetime.date
