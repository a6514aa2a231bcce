"""Which formats there are; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Document
    from listlint.model.result import Result
    from listlint.report.options import RenderOptions

FORMATS = {
    "full": ("full", "render"),
    "concise": ("concise", "render"),
    "json": ("json", "render"),
    "jsonl": ("json", "render_lines"),
    "sarif": ("sarif", "render"),
    "github": ("github", "render"),
    "gitlab": ("gitlab", "render"),
    "junit": ("junit", "render"),
    "rdjson": ("rdjson", "render"),
    "azure": ("azure", "render"),
    "checkstyle": ("checkstyle", "render"),
    "markdown": ("markdown", "render"),
    "statistics": ("statistics", "render"),
}
"""Format to module and function of this package."""
MACHINE_FORMATS = frozenset(FORMATS) - {"full", "concise", "statistics"}
"""Formats that a program reads: no colour, no closing line, no pager, always UTF-8."""
DESCRIBING_FORMATS = frozenset({"sarif"})
"""Formats that say what each rule is, and so need ``RenderOptions.rules``."""
ENTRY_FORMATS = {
    "table": ("entries", "render_table"),
    "jsonl": ("entries", "render_jsonl"),
    "csv": ("entries", "render_csv"),
    "bibtex": ("bibliography", "render_bibtex"),
    "csl-json": ("bibliography", "render_csl_json"),
}
"""The same for the entries of a list."""
BIBLIOGRAPHIES = frozenset({"bibtex", "csl-json"})
"""Formats of entries that hold each work once."""


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


class EntriesRenderer(Protocol):
    """Writes the entries of documents in one format."""

    def __call__(self, documents: Sequence[Document], out: TextIO, options: RenderOptions) -> tuple[str, ...] | None:
        """Write ``documents`` to ``out``, and give what the user should know beside it."""


def entries_renderer(name: str) -> EntriesRenderer:
    """The function that writes entries in this format.

    Raises:
        KeyError: there is no such format.
    """
    module, function = ENTRY_FORMATS[name]
    return cast("EntriesRenderer", getattr(import_module(f"listlint.report.{module}"), function))
