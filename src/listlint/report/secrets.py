"""Hides keys, tokens and passwords in a result, so that no report repeats them.

A finding names a place, and formats show what stands there; another rule's message may quote the same URL, and the
identity of an entry is made of it. All of that is masked before anything is written, whatever rules were selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from listlint.model.edit import Applicability
from listlint.model.source import Source
from listlint.packs.loader import Tables
from listlint.packs.url_tables import SecretTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.edit import Fix
    from listlint.model.result import Result

_CUT = "…"
_SHORTEST = 3
"""Characters of a secret before a cut from which they are masked."""


def without_secrets(result: Result, table: SecretTable | None = None) -> Result:
    """The same result with asterisks for what ``table`` knows as secret (the built-in one, if none is given).

    If there is nothing to hide, it is the very same object.

    Offsets stay what they are, and so do fingerprints. A fix whose new text would have to hold a secret is only
    shown, since what a report says of it cannot be carried out.
    """
    if not result.diagnostics:
        return result
    table = table or Tables().get("secrets", SecretTable)
    originals = {d.path: d.source for d in result.diagnostics} | dict(result.sources)
    masked = {path: found for path, source in originals.items() if (found := _masked(source, table)) is not None}
    if not masked:
        return result
    secrets = sorted({word for _, words in masked.values() for word in words}, key=len, reverse=True)
    shown = _Words(tuple(secrets), table)
    sources = {path: source for path, (source, _) in masked.items()}
    return replace(
        result,
        diagnostics=tuple(_diagnostic(one, sources, shown) for one in result.diagnostics),
        sources={path: sources.get(path, source) for path, source in result.sources.items()},
        notices=tuple(map(shown.hide, result.notices)),
    )


class _Words:
    """Masks texts that may quote a secret, whole or cut."""

    def __init__(self, secrets: tuple[str, ...], table: SecretTable) -> None:
        self._secrets = secrets
        self._table = table

    def hide(self, text: str) -> str:
        """``text`` with asterisks for the secrets in it."""
        for secret in self._secrets:
            text = text.replace(secret, "*" * len(secret))
            if _CUT in text:
                text = self._hide_cut(text, secret)
        return self._table.hide(text)

    def _hide_cut(self, text: str, secret: str) -> str:
        parts = text.split(_CUT)
        for index, part in enumerate(parts[:-1]):
            for length in range(min(len(part), len(secret) - 1), _SHORTEST - 1, -1):
                if part.endswith(secret[:length]):
                    parts[index] = part[:-length] + "*" * length
                    break
        return _CUT.join(parts)


def _masked(source: Source, table: SecretTable) -> tuple[Source, list[str]] | None:
    """A source of the same length without its secrets, and these; None if it has none."""
    words = [source.text[start:end] for start, end in table.spans(source.text)]
    if not words:
        return None
    return Source(source.path, b"", table.hide(source.text), source.encoding, source.bom), words


def _diagnostic(one: Diagnostic, sources: Mapping[str, Source], words: _Words) -> Diagnostic:
    return replace(
        one,
        message=words.hide(one.message),
        source=sources.get(one.path, one.source),
        related=tuple(replace(related, message=words.hide(related.message)) for related in one.related),
        fix=None if one.fix is None else _fix(one.fix, words),
        entry=None if one.entry is None else words.hide(one.entry),
        context=words.hide(one.context),
        group=None if one.group is None else words.hide(one.group),
        unit=words.hide(one.unit),
    )


def _fix(fix: Fix, words: _Words) -> Fix:
    edits = tuple(edit._replace(text=words.hide(edit.text)) for edit in fix.edits)
    whole = edits == fix.edits
    return replace(
        fix,
        title=words.hide(fix.title),
        edits=edits,
        applicability=fix.applicability if whole else Applicability.DISPLAY,
    )
