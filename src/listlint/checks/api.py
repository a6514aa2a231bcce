"""What a rule is made of.

A rule is a class with its code, name, severity, documentation (its docstring), its examples
(which are its tests) and one method ``check``. Its base names the node it looks at::

    class DescriptionEnd(Rule[Entry]):
        def check(self, node: Entry, ctx: Context) -> Iterator[Finding]: ...

Rules are pure: what they need beyond the document is an option, a table or a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_args

import msgspec
from msgspec import Struct, field

from listlint.model.diagnostic import Related, Severity
from listlint.model.edit import Applicability, Edit, Fix, May, Rewrite
from listlint.model.span import Span
from listlint.packs.loader import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from listlint.model.facts import Fact
    from listlint.model.nodes import Document, Entry
    from listlint.model.source import Source

__all__ = [
    "Applicability",
    "Bad",
    "Context",
    "Edit",
    "Finding",
    "Fix",
    "Good",
    "May",
    "Options",
    "ReferenceTrait",
    "Related",
    "Rewrite",
    "Rule",
    "Setting",
    "Severity",
    "Site",
    "Span",
    "Threshold",
    "Trait",
    "site_of",
]

N = TypeVar("N")
T = TypeVar("T")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Base of a rule's options: field annotations validate, document and make the JSON Schema.

    Field names are kebab-cased in configuration files (``minimum_share`` is ``minimum-share``).
    Describe a field with ``Annotated[int, msgspec.Meta(description="…", ge=1)]``.
    """


AnyOptions = Options
"""The base of options, under a name that ``Rule.Options`` does not hide."""


class Site(Struct, frozen=True):
    """Where a finding lies, as :func:`site_of` tells it while the document is at hand."""

    entry: str | None
    """identity of the entry"""
    unit: str
    """its name, if it has no identity"""
    context: str
    """what tells places without an entry apart"""


def site_of(document: Document, offset: int, entry: Entry | None = None) -> Site:
    """The site of an offset in a document; ``entry`` is looked up when it is not given."""
    entry = entry or document.entry_at(offset)
    identity = entry.identity if entry else None
    unit = entry.name if entry is not None and identity is None else ""
    return Site(identity, unit, document.context_at(offset))


class Finding(Struct, frozen=True):
    """What a rule yields; the engine makes a diagnostic of it.

    ``span`` is the one primary place. ``entry`` is looked up from the span when it is not given.
    ``severity`` overrides that of the rule for this occurrence. ``document`` is needed from rules over
    the whole project only, or ``source`` and ``site`` from those that make digests. ``whole`` says that
    it speaks of the document or its repository, so that an edit of the line that it is shown on does not
    make it a new one.
    """

    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    entry: Entry | None = None
    group: str | None = None
    severity: Severity | None = None
    document: Document | None = None
    whole: bool = False
    source: Source | None = None
    site: Site | None = None


class Good(Struct, frozen=True):
    """A text in which the rule finds nothing."""

    text: str
    options: Mapping[str, Any] = field(default_factory=dict)
    path: str = "README.md"
    raw: bytes | None = None
    """the file's bytes, where text cannot say it"""
    facts: tuple[object, ...] = ()
    """facts that the rule needs"""
    others: Mapping[str, str] = field(default_factory=dict)
    """further files of the run, text by path, for rules that compare files"""


class Bad(Struct, frozen=True):
    """A text in which the rule finds what ``⟦ ⟧`` encloses, and no more.

    Several pairs of marks stand for several findings; an empty pair is an empty span.
    ``fixed`` is the text after every fix of the rule, unsafe ones included; None where the
    rule offers none here.
    """

    text: str
    fixed: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    path: str = "README.md"
    raw: bytes | None = None
    """the file's bytes, where text cannot say it; ``text`` is then their decoding with marks"""
    facts: tuple[object, ...] = ()
    """facts that the rule needs"""
    others: Mapping[str, str] = field(default_factory=dict)
    """further files of the run, text by path, for rules that compare files"""


class Trait(Struct, frozen=True):
    """How one entry does a thing that entries do in one way or another, such as its separator.

    ``name`` is the thing, as people call it; ``value`` is what is compared, and ``shown`` how people
    read it. ``span`` is the place of the trait itself.
    """

    name: str
    entry: Entry
    span: Span
    value: Hashable
    shown: str


class ReferenceTrait(Struct, frozen=True):
    """The same of a reference in BibTeX or another place, which may belong to no entry of a list."""

    name: str
    span: Span
    value: Hashable
    shown: str


class Setting(Struct, frozen=True):
    """An option that sets what a list does already, and a trait by which people read what that is.

    ``key`` names one value of an option that is a table. ``counts`` are how many do so, of how many; None for those of
    the trait.
    """

    option: str
    value: object
    trait: Trait | ReferenceTrait
    key: str | None = None
    counts: tuple[int, int] | None = None


class Threshold(Struct, frozen=True):
    """How many bearers of a trait make a habit, and the part of them (0-1] that must agree."""

    minimum: int
    share: float


class Context:
    """What a rule may ask for while it looks at one document."""

    def __init__(
        self, document: Document, tables: Tables | None = None, facts: Mapping[type, object] | None = None
    ) -> None:
        self.document = document
        self.tables = tables or Tables()
        self._facts = facts or {}
        self._memo: dict[object, object] = {}

    def fact(self, kind: type[T]) -> T:
        """The gathered fact of this kind; the rule must declare it in ``needs``, or ask :meth:`has` first."""
        return cast("T", self._facts[kind])

    def has(self, kind: type) -> bool:
        """Tell whether a fact was gathered."""
        return kind in self._facts

    def memo(self, function: Callable[[Document], T]) -> T:
        """``function(document)``, computed once per document and shared by all rules."""
        if function not in self._memo:
            self._memo[function] = function(self.document)
        return cast("T", self._memo[function])


class Rule(Generic[N]):
    """Base of all rules; see the module's docstring."""

    code: ClassVar[str]
    name: ClassVar[str]
    since: ClassVar[str] = "0.1"
    severity: ClassVar[Severity]
    fix: ClassVar[Applicability | None] = None
    """the safest applicability of its fixes; None if it has no fix"""
    aliases: ClassVar[tuple[str, ...]] = ()
    """former names"""
    needs: ClassVar[tuple[type[Fact], ...]] = ()
    """facts it cannot work without: it is skipped where one is missing"""
    pins: ClassVar[Mapping[str, str]] = {}
    """for a rule with traits: trait name to the option that sets it instead of the list's habit; a name that ends in an
    ellipsis is that of all traits which begin so"""
    about: ClassVar[str] = ""
    """the part of a document (a field of :class:`Document`, such as ``bib``) without which it finds nothing"""
    layout: ClassVar[bool] = False
    """it judges layout only, and is silent on generated lists"""
    origin: ClassVar[str] = ""
    """who gave the rule, where listlint did not: a plugin, or the place of a pattern; set when it is loaded"""
    Options: ClassVar[type[AnyOptions]] = Options
    valid: ClassVar[tuple[str | Good, ...]] = ()
    invalid: ClassVar[tuple[Bad, ...]] = ()

    def __init__(self, options: AnyOptions | None = None) -> None:
        self.options: Any = options if options is not None else self.Options()

    def check(self, node: N, ctx: Context) -> Iterator[Finding]:
        """Yield what is wrong with ``node``."""
        raise NotImplementedError

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait | ReferenceTrait]:
        """Yield the traits that it compares, all bearers of each; nothing for a rule that learns no habit."""
        return iter(())

    def threshold(self, name: str) -> Threshold | None:
        """What makes a trait of this name a habit: what its options say; None where nothing does."""
        minimum, share = getattr(self.options, "minimum", None), getattr(self.options, "share", None)
        return None if minimum is None or share is None else Threshold(minimum, share)

    def pin(self, trait: Trait | ReferenceTrait) -> object | None:
        """What the option of ``pins`` must be so that this trait's value is wanted; None where it cannot say it."""
        return trait.value

    def option(self, name: str) -> str | None:
        """The option that sets the trait of this name, if there is one."""
        found = self.pins.get(name)
        if found is None:
            found = next((to for of, to in self.pins.items() if of[-1] == "…" and name.startswith(of[:-1])), None)
        return found

    def pinned(self, trait: Trait | ReferenceTrait, ctx: Context) -> object | None:
        """What the options say of a trait, instead of the list's habit; None where they say nothing."""
        option = self.option(trait.name)
        return None if option is None else cast("object | None", getattr(self.options, option))

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The options that set what is usual: of the traits that are conventions, by name, a bearer of the usual value.

        Of several that set one option, the first counts.
        """
        for name, trait in usual.items():
            option, value = self.option(name), self.pin(trait)
            if option is not None and value is not None:
                yield Setting(option, value, trait)

    def digest(self, document: Document, ctx: Context) -> Any:
        """For a rule over the whole project: all that it wants to know of one document, or None if it wants all.

        It is made where the document is read, perhaps in another process, and travels from there in the document's
        place; so it is plain data that pickle takes. In a run of one file such a rule is not asked.
        """
        return None

    @classmethod
    def node_type(cls) -> type:
        """The type of node it looks at, as its base names it.

        Raises:
            TypeError: no base is a parametrised ``Rule[…]``.
        """
        for klass in cls.__mro__:
            for base in klass.__dict__.get("__orig_bases__", ()):
                arguments = get_args(base)
                if arguments and isinstance(arguments[0], type):
                    return arguments[0]
        raise TypeError(f"{cls.__name__} must derive from Rule[NodeType]")
