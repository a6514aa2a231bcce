"""Citation keys: ASCII, unique, and the same in every run over the same list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.text.latex import fold_title
from listlint.text.urls import split
from listlint.text.works import is_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listlint.text.bibliography.reference import Reference

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OPENING = frozenset({"a", "an", "the", "on", "der", "die", "das", "le", "la", "les", "el"})
"""First words of titles that say nothing."""
_LONGEST = 40
_OTHER = lazy(r"[^a-z0-9]+")


def base_key(reference: Reference, names: Sequence[str]) -> str:
    """The key that a work should have: its first author's family name, or its title's first word, and its year.

    Where neither has a Latin letter, its identity gives the key.
    """
    first = reference.authors[0] if reference.authors else None
    who = _word((first.family or first.literal,)) if first is not None else ""
    stem = who or _word(word for word in fold_title(reference.title).split() if word not in _OPENING)
    stem = stem or _word(fold_title(reference.title).split()) or _named(names)
    return f"{stem}{reference.year or ''}"


def _word(words: Iterable[str]) -> str:
    """The first of these words that is one in ASCII."""
    for word in words:
        folded = _OTHER.sub("", "".join(fold_title(word).split()))[:_LONGEST]
        if folded:
            return folded
    return ""


def _named(names: Sequence[str]) -> str:
    if not names:
        return "work"
    name = names[0]
    value = name if is_paper(name) else split("//" + name.removeprefix("url:")).bare_host or name
    return _OTHER.sub("-", value.casefold()).strip("-")[:_LONGEST] or "work"


class Keys:
    """Gives each work a key that no other has; keys that differ only in case are one."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {key.casefold() for key in taken}
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """``wanted`` where it is free, else with the first free ending: ``a``, ``b`` … ``z``, ``aa`` …"""
        folded = wanted.casefold()
        key, number = wanted, self._next.get(folded, 0)
        while key.casefold() in self._taken:
            key = f"{wanted}{'' if wanted[-1:].isdigit() else '-'}{_ending(number)}"
            number += 1
        self._next[folded] = number
        self._taken.add(key.casefold())
        return key


def _ending(number: int) -> str:
    """The ``number``-th of ``a`` … ``z``, ``aa``, ``ab`` …, from 0."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(_LETTERS))
        found = _LETTERS[rest] + found
    return found
