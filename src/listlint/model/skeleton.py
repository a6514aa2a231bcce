"""What of a file is rendered, as the verifier of fixes compares it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from listlint.model.span import Span


class Leaf(NamedTuple):
    """A leaf block: something that a reader sees, or that other leaves refer to.

    ``path`` names the containers around it from the outside in: ``ul 3 tight`` (the third list of
    the file), ``li 7``, ``quote 1``, ``table 2``, ``row 5`` …. ``text`` is the visible text with white space
    folded; of code it is the content as it stands, and raw HTML tags are kept without their
    URLs, since nobody knows what they show. ``urls`` holds every destination in order; that of a
    reference is its label, for the URL belongs to the definition, which is a leaf too.
    """

    path: tuple[str, ...]
    kind: str
    text: str
    urls: tuple[str, ...]
    span: Span


class Skeleton(Struct, frozen=True, eq=False):
    """The leaf blocks of a file in document order."""

    leaves: tuple[Leaf, ...]
