"""BIB002: a citation key that an earlier reference has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib_fields import is_reference, is_template
from listlint.checks.bib_options import bib_table
from listlint.model.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import BibBlock, BibEntry


_LONGER = 4
"""How many times longer a reference is by white space alone; what differs more is not compared."""


class DuplicateKey(Rule[Document]):
    """Two references have the same citation key; programs compare keys without regard to case.

    BibTeX reports a repeated entry and keeps the first: whoever copies both references into one file
    cites one work for the other.

    In a list a reader copies one block at a time, and a work that stands in two sections has its block
    in both. Such copies, equal but for white space, are a warning: who takes both gets the message, but
    nobody cites the wrong work. In a `.bib` file, which is read as a whole, they are an error as any
    other. Entries that are there to be filled in share their placeholder and are left alone.
    """

    code, name = "BIB002", "duplicate-key"
    severity = Severity.ERROR
    about = "bib"
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@misc{a, title = {A}}\n```\n- [B](https://b.dev)\n```bibtex\n@misc{b, title = {B}}\n```\n",
        "# Contributing\n```bibtex\n@article{key,\n  title = {},\n  author = {}\n}\n@misc{key,\n  title = {},\n  author = {}\n}\n```\n",
        "# Comments\n```\n@param {string} name\n@param {string} title\n```\n",
        Good(
            "@string{a = {A}}\n@misc{a, title = a}\n@comment{a, title = {B}}\n@misc{<key>, title = {}}\n", path="a.bib"
        ),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@misc{a, title = {A}}\n```\n- [B](https://b.dev)\n```bibtex\n@misc{⟦a⟧, title = {B}}\n```\n"
        ),
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@misc{a, title = {A}}\n```\n## B\n- [A](https://a.dev)\n```bibtex\n@misc{⟦a⟧,\n  title = {A}}\n```\n"
        ),
        Bad(
            "@misc{Lov1843, title = {A}}\n@book{⟦lov1843⟧, title = {B}}\n@misc{⟦LOV1843⟧, title = {C}}\n", path="a.bib"
        ),
        Bad("@misc{a, title = {A}}\n@misc{⟦a⟧, title = {A}}\n", path="a.bib"),
        Bad("@misc{a,\n  title = {A},\n@misc{⟦a⟧, title = {B}}\n", path="a.bib"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each reference whose key an earlier one has."""
        first: dict[str, tuple[BibBlock, BibEntry]] = {}
        table = bib_table(ctx)
        for block in node.bib:
            for entry in block.entries:
                if not entry.key or is_template(entry) or not is_reference(entry, table):
                    continue
                known, before = first.setdefault(entry.key.lower(), (block, entry))
                if before is not entry:
                    yield _finding(before, entry, apart=known is not block)


def _finding(before: BibEntry, entry: BibEntry, *, apart: bool) -> Finding:
    if entry.key == before.key:
        message = f"the citation key `{entry.key}` is already taken"
    else:
        message = f"the citation key `{entry.key}` differs from `{before.key}` in case only, so it is already taken"
    copy = _is_copy(before, entry)
    if copy:
        message += ", by a copy of this reference"
    severity = Severity.WARNING if copy and apart else None
    return Finding(entry.key_span, message, related=(Related(before.key_span, "taken here first"),), severity=severity)


def _is_copy(one: BibEntry, other: BibEntry) -> bool:
    """Tell whether two references say the same, white space and the case of names aside."""
    if one.span.length > _LONGER * other.span.length or len(one.fields) != len(other.fields):
        return False
    return _reading(one) == _reading(other)


def _reading(entry: BibEntry) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a reference says, without regard to white space and case of names."""
    return entry.kind.lower(), tuple((one.name.lower(), " ".join(one.value.split())) for one in entry.fields)
