"""The grammar of a list: how its entries do each thing that they do in one way or another.

Shown texts are as the list has them: whoever writes them makes them safe. Lines and columns count from 1,
columns in code points.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""The value of an option that sets a form; None where none is set."""
From1: TypeAlias = Annotated[int, Meta(ge=1)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]


class Place(Struct, frozen=True):
    """Where a piece of text stands; the end is behind its last character."""

    line: From1
    column: From1
    end_line: From1
    end_column: From1


class Form(Struct, frozen=True):
    """One value of a trait: how people read it, how many have it, and the first place that does."""

    shown: str
    count: From1
    example: Place
    excerpt: Annotated[str, Meta(description="The line of the example, without white space around it.")]


class Local(Struct, frozen=True):
    """A section whose usual form is not that of the document."""

    section: str
    line: Annotated[int, Meta(description="The line of its heading.", ge=1)]
    form: str
    count: From1
    total: From1
    holds: Annotated[bool, Meta(description="There are enough bearers, and enough of them agree.")]


class Habit(Struct, frozen=True):
    """A trait over a whole document, with its forms by how many have them."""

    trait: str
    code: Annotated[str, Meta(description="The rule that speaks of it, empty where none does.")]
    rule: Annotated[str, Meta(description="The name of that rule.")]
    forms: Annotated[tuple[Form, ...], Meta(min_length=1)]
    total: From1
    holds: Annotated[bool, Meta(description="The first form is a convention.")]
    active: Annotated[bool, Meta(description="The rule is on, and judges this document.")]
    minimum: Annotated[
        int | None, Meta(description="How many bearers the rule needs; null where it is no matter of a convention.")
    ] = None
    share: Annotated[float | None, Meta(description="The part of them that must agree; null likewise.")] = None
    pinned: Annotated[Value, Meta(description="What an option sets; null where the list's own habit counts.")] = None
    pinned_by: Annotated[str | None, Meta(description="Where that stands.")] = None
    sections: tuple[Local, ...] = ()


class Pin(Struct, frozen=True):
    """An option that sets what is a convention of a list already.

    ``option`` is as configurations write it, ``labels.pdf`` for one key of a table. ``fits`` says that the rule finds
    the same places with it as without; where it does not, some sections have another habit.
    """

    rule: str
    option: str
    value: str | int | bool | tuple[str, ...]
    trait: str
    shown: str
    count: int
    total: int
    fits: bool


class Grammar(Struct, frozen=True):
    """What a document's entries have in common."""

    path: str
    entries: Count
    sections: Count
    habits: tuple[Habit, ...]


class Part(Struct, frozen=True):
    """A field of an entry: what it is, its visible text, where it stands."""

    field: str
    text: str
    place: Place
    detail: Annotated[str, Meta(description="The address of a link, the type of a BibTeX entry.")] = ""


Silence: TypeAlias = Literal["", "off", "not judged", "suppressed", "let be"]
"""Why a rule says nothing of a form that differs."""


class Conduct(Struct, frozen=True):
    """What one entry does about a trait, held against the habit that counts for it."""

    trait: str
    code: Annotated[str, Meta(description="The rule that speaks of it, empty where none does.")]
    rule: Annotated[str, Meta(description="The name of that rule.")]
    shown: str
    place: Place
    usual: Annotated[str, Meta(description="The dominant form, which `count` of `total` have.")]
    count: From1
    total: From1
    scope: Annotated[str, Meta(description="The section where that was counted, empty for the whole document.")]
    holds: Annotated[bool, Meta(description="The dominant form is a convention.")]
    deviates: Annotated[bool, Meta(description="The form is not that of the convention, or not the one that is set.")]
    findings: Annotated[
        tuple[str, ...], Meta(description="What the rule says of it: nothing where it is off or lets it be.")
    ] = ()
    pinned: Annotated[Value, Meta(description="What an option sets; null where the list's own habit counts.")] = None
    why: Annotated[
        Silence,
        Meta(
            description="Why no finding says of a form that it deviates: the rule is off, does not judge this file, a "
            "comment suppresses the finding, or the rule knows a reason for the form; empty where one says it."
        ),
    ] = ""


class Told(Struct, frozen=True):
    """What a rule finds in one entry."""

    code: str
    rule: str
    message: str
    place: Place


class EntryGrammar(Struct, frozen=True):
    """One entry, taken apart."""

    path: str
    name: str
    kind: str
    section: Annotated[
        tuple[str, ...], Meta(description="The titles of the sections that it stands in, outermost first.")
    ]
    place: Place
    identity: Annotated[str | None, Meta(description="The work that it is, such as `arxiv:1706.03762`.")]
    parts: tuple[Part, ...]
    conduct: tuple[Conduct, ...]
    findings: Annotated[tuple[Told, ...], Meta(description="All findings that lie in the entry, of every rule.")] = ()
