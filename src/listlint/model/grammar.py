"""The grammar of a list: how its entries do each thing that they do in one way or another.

Shown texts are as the list has them: whoever writes them makes them safe. Lines and columns count from 1,
columns in code points.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Place(Struct, frozen=True):
    """Where a piece of text stands; the end is behind its last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Form(Struct, frozen=True):
    """One value of a trait: how people read it, how many have it, and the first place that does."""

    shown: str
    count: int
    example: Place
    excerpt: str
    """the line of the example, without white space around it"""


class Local(Struct, frozen=True):
    """A section whose usual form is not that of the document. ``line`` is that of its heading."""

    section: str
    line: int
    form: str
    count: int
    total: int
    holds: bool
    """there are enough bearers, and enough of them agree"""


class Habit(Struct, frozen=True):
    """A trait over a whole document, with its forms by how many have them.

    ``code`` and ``rule`` name the rule that speaks of it, empty where none does. ``minimum`` and ``share`` are what
    that rule takes for a convention; None where it is no matter of one. ``pinned`` is the value of the option that
    sets the form, ``pinned_by`` says where that stands; None where the list's own habit counts.
    """

    trait: str
    code: str
    rule: str
    forms: tuple[Form, ...]
    total: int
    holds: bool
    """the first form is a convention"""
    active: bool
    """the rule is on, and judges this document"""
    minimum: int | None = None
    share: float | None = None
    pinned: Any = None
    pinned_by: str | None = None
    sections: tuple[Local, ...] = ()


class Pin(Struct, frozen=True):
    """An option that sets what is a convention of a list already.

    ``option`` is as configurations write it. ``fits`` says that the rule finds the same places with it as without;
    where it does not, some sections have another habit.
    """

    rule: str
    option: str
    value: str | int | bool
    trait: str
    shown: str
    count: int
    total: int
    fits: bool


class Grammar(Struct, frozen=True):
    """What a document's entries have in common."""

    path: str
    entries: int
    sections: int
    habits: tuple[Habit, ...]


class Part(Struct, frozen=True):
    """A field of an entry: what it is, its visible text, where it stands. ``detail`` is the address of a link."""

    field: str
    text: str
    place: Place
    detail: str = ""


class Conduct(Struct, frozen=True):
    """What one entry does about a trait, held against the habit that counts for it.

    ``usual`` is the dominant form where ``count`` of ``total`` have it; ``scope`` is the section where that was
    counted, empty for the whole document. ``deviates`` says that the form is another one than a convention's or than
    that which is pinned, ``findings`` are the messages of the rule on it: none where it is off or lets it be.
    """

    trait: str
    code: str
    rule: str
    shown: str
    place: Place
    usual: str
    count: int
    total: int
    scope: str
    holds: bool
    deviates: bool
    findings: tuple[str, ...] = ()
    pinned: Any = None
    """the value of the option that sets the form, None where the list's own habit counts"""


class EntryGrammar(Struct, frozen=True):
    """One entry, taken apart."""

    path: str
    name: str
    kind: str
    section: tuple[str, ...]
    place: Place
    identity: str | None
    parts: tuple[Part, ...]
    conduct: tuple[Conduct, ...]
