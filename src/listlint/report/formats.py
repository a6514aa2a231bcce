"""Which formats there are; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO, cast

if TYPE_CHECKING:
    from listlint.model.result import Result
    from listlint.report.options import RenderOptions

FORMATS = {
    "full": ("full", "render"),
    "concise": ("concise", "render"),
    "json": ("json", "render"),
    "jsonl": ("json", "render_lines"),
    "github": ("github", "render"),
    "statistics": ("statistics", "render"),
}
"""Format to module and function of this package."""
MACHINE_FORMATS = frozenset({"json", "jsonl", "github"})
"""Formats that a program reads: no colour, no closing line, no pager."""


class Renderer(Protocol):
    """Writes a result in one format."""

    def __call__(self, result: Result, out: TextIO, options: RenderOptions) -> None:
        """Write ``result`` to ``out``."""


def renderer(name: str) -> Renderer:
    """The function that writes this format.

    Raises:
        KeyError: there is no such format.
    """
    module, function = FORMATS[name]
    return cast("Renderer", getattr(import_module(f"listlint.report.{module}"), function))
