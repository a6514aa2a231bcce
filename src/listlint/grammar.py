"""The grammar of a list, learned from its own entries: what the consistency rules see, whether they speak or not.

The rules yield the bearers of their traits (``Rule.traits``); here these are counted, over the document and in each
section, and held against the thresholds of the rules' options.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from listlint.checks.api import Context, ReferenceTrait, Rule, Trait
from listlint.checks.convention import convention
from listlint.checks.registry import all_rules
from listlint.model.errors import ListlintError
from listlint.model.grammar import (
    Conduct,
    EntryGrammar,
    Form,
    Grammar,
    Habit,
    Local,
    Part,
    Pin,
    Place,
    Told,
    Value,
)
from listlint.model.nodes import Role
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from pathlib import Path

    from listlint.checks.api import Options, Setting, Threshold
    from listlint.checks.convention import Convention
    from listlint.config.schema import RuleSetting
    from listlint.engine.run import Engine
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.grammar import Silence
    from listlint.model.nodes import Document, Entry, Section
    from listlint.model.span import Span
    from listlint.session import File, Session

    Bearer = Trait | ReferenceTrait

_WORDS = lazy(r"[^\W\d_][\w'’-]*+")
_BARE_KEY = lazy(r"[A-Za-z0-9_-]++")
_LONG_WORD = 5
"""Letters of a word that is no article or preposition, so that its case tells something."""
_NO_ROLES = frozenset({Role.TITLE, Role.MENTION, Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE, Role.HERE})


class Speaker(Struct, frozen=True):
    """A rule that learns habits, with its settings; ``active`` says that it judges this document."""

    rule: Rule[Any]
    setting: RuleSetting
    active: bool


class Read(Struct, frozen=True):
    """A document with the rules that learn its habits, ready to be asked."""

    document: Document
    context: Context
    speakers: tuple[Speaker, ...]
    engine: Engine
    """of all rules that are on"""
    facts: Mapping[type, object]


def read(session: Session, file: File) -> Read:
    """Read a file, with the rules that the configuration has for it.

    Raises:
        ListlintError: it cannot be read.
    """
    prepared = session.prepare([file])[0]
    if prepared.document is None:
        raise prepared.error or ListlintError("cannot be read", path=file.shown, code="unreadable")
    engine = session.engine(file)
    settings = session.settings_of(file.config).for_path(file.path or _file(file.shown))
    return _read(prepared.document, prepared.facts, engine, settings)


def _file(name: str) -> Path:
    from pathlib import Path

    return Path(name)


def _read(
    document: Document, facts: Mapping[type, object], engine: Engine, settings: Mapping[str, RuleSetting]
) -> Read:
    active = {item.code: item for item in engine.active}
    speakers = []
    for rule in all_rules():
        if rule.traits is Rule.traits or rule.code not in settings:
            continue
        setting = settings[rule.code]
        on = rule.code in active and not (rule.layout and document.generated)
        speakers.append(Speaker(rule(cast("Options", setting.options)), setting, on))
    context = Context(document, engine.tables, facts)
    return Read(document, context, tuple(speakers), engine, facts)


# -- habits -----------------------------------------------------------------------------------------


class _Learned(Struct):
    """All bearers of a trait, with the rule that speaks of it.

    ``pinned`` is the value of the option that sets it, None where the list's own habit counts.
    """

    name: str
    speaker: Speaker | None
    bearers: list[Bearer]
    pinned: Value = None

    @property
    def threshold(self) -> Threshold | None:
        return self.speaker.rule.threshold(self.name) if self.speaker is not None else None


def _learn(known: Read) -> list[_Learned]:
    found = [_Learned(name, None, bearers) for name, bearers in _by_name(_described(known.document)).items()]
    for speaker in known.speakers:
        named = _by_name(speaker.rule.traits(known.document, known.context))
        for name, bearers in named.items():
            pinned = cast("Value", speaker.rule.pinned(bearers[0], known.context))
            found.append(_Learned(name, speaker, bearers, pinned))
    return found


def _by_name(bearers: Iterator[Bearer]) -> dict[str, list[Bearer]]:
    found: dict[str, list[Bearer]] = {}
    for bearer in bearers:
        found.setdefault(bearer.name, []).append(bearer)
    return found


def _described(document: Document) -> Iterator[Bearer]:
    """Traits that no rule judges: the shape of entries, the case of titles, what links are for."""
    for entry in document.entries:
        yield Trait("shape", entry, entry.head, entry.kind.value, entry.kind.value)
        if entry.title is not None and (case := _case(entry.title.text)):
            yield Trait("title case", entry, entry.title.span, case, case)
        roles = [link.role.value for link in entry.links if link.role not in _NO_ROLES]
        if roles:
            shown = ", ".join(dict.fromkeys(roles))
            yield Trait("links by what they are for", entry, entry.head, shown, shown)


def _case(title: str) -> str:
    """How the long words of a title behind its first one begin; "" where that tells nothing."""
    words = [word for word in _WORDS.findall(title)[1:] if len(word) >= _LONG_WORD and word[1:].islower()]
    capitals = sum(word[0].isupper() for word in words)
    if not words or not all(word[0].isupper() or word[0].islower() for word in words):
        return ""
    return "Each Word" if capitals == len(words) else "First word" if not capitals else ""


def grammar(known: Read) -> Grammar:
    """The grammar of a document."""
    document = known.document
    habits = tuple(_habit(learned, document) for learned in _learn(known))
    return Grammar(document.path, len(document.entries), len(document.headings), habits)


def _habit(learned: _Learned, document: Document) -> Habit:
    speaker, threshold, pinned = learned.speaker, learned.threshold, learned.pinned
    counts = Counter(bearer.value for bearer in learned.bearers)
    firsts: dict[Hashable, Bearer] = {}
    for bearer in learned.bearers:
        firsts.setdefault(bearer.value, bearer)
    forms = tuple(_form(firsts[value], count, document) for value, count in counts.most_common())
    by_option = None
    if speaker is not None and pinned is not None:
        option = (speaker.rule.option(learned.name) or "").replace("_", "-")
        by_option = str(speaker.setting.origins.get(f"options.{option}", "default"))
    return Habit(
        trait=learned.name,
        code=speaker.rule.code if speaker is not None else "",
        rule=speaker.rule.name if speaker is not None else "",
        forms=forms,
        total=counts.total(),
        holds=_holds(learned.bearers, threshold),
        active=speaker is not None and speaker.active,
        minimum=threshold.minimum if threshold is not None else None,
        share=threshold.share if threshold is not None else None,
        pinned=pinned,
        pinned_by=by_option,
        sections=tuple(_locals(learned, counts.most_common(1)[0][0], threshold, document)),
    )


def _holds(bearers: Sequence[Bearer], threshold: Threshold | None) -> bool:
    return _convention(bearers, threshold) is not None


def _convention(bearers: Sequence[Bearer], threshold: Threshold | None) -> Convention[Hashable] | None:
    if threshold is None:
        return None
    return convention((bearer.value for bearer in bearers), threshold.minimum, threshold.share)


def _form(first: Bearer, count: int, document: Document) -> Form:
    index = document.source.line_index(first.span.start)
    return Form(first.shown, count, _place(first.span, document), document.source.line(index).strip())


def _place(span: Span, document: Document) -> Place:
    start, end = document.source.position(span.start), document.source.position(span.end)
    return Place(start.line, start.column, end.line, end.column)


def _section(bearer: Bearer, document: Document) -> Section:
    return bearer.entry.section if isinstance(bearer, Trait) else document.section_at(bearer.span.start)


def _by_section(learned: _Learned, document: Document) -> dict[int, list[Bearer]]:
    found: dict[int, list[Bearer]] = {}
    for bearer in learned.bearers:
        found.setdefault(_section(bearer, document).index, []).append(bearer)
    return found


def _locals(learned: _Learned, usual: Hashable, threshold: Threshold | None, document: Document) -> Iterator[Local]:
    """The sections with bearers enough whose usual form is another one."""
    sections = _by_section(learned, document) if threshold is not None else {}
    for index, bearers in sections.items():
        value, count = Counter(bearer.value for bearer in bearers).most_common(1)[0]
        if threshold is None or len(bearers) < threshold.minimum or value == usual or 2 * count <= len(bearers):
            continue
        section = document.sections[index]
        shown = next(bearer.shown for bearer in bearers if bearer.value == value)
        line = document.source.position(section.span.start).line
        yield Local(section.title, line, shown, count, len(bearers), _holds(bearers, threshold))


# -- options that set it ----------------------------------------------------------------------------


def pins(known: Read) -> tuple[Pin, ...]:
    """The options that set the conventions of a document, by rule; those of rules that are off are left out."""
    found: list[Pin] = []
    learned = [one for one in _learn(known) if one.speaker is not None and one.pinned is None]
    for speaker in known.speakers:
        if speaker.active and speaker.rule.pins:
            found += _pins_of(speaker, [one for one in learned if one.speaker is speaker], known)
    return tuple(found)


def _pins_of(speaker: Speaker, learned: Sequence[_Learned], known: Read) -> Iterator[Pin]:
    """The options of one rule, each for that of its traits which most entries have."""
    rule, options = speaker.rule, speaker.rule.options
    usual: dict[str, Bearer] = {}
    counts: dict[str, tuple[int, int]] = {}
    for one in sorted(learned, key=lambda one: -len(one.bearers)):
        if (own := _convention(one.bearers, one.threshold)) is not None:
            usual[one.name] = next(bearer for bearer in one.bearers if bearer.value == own.value)
            counts[one.name] = own.count, own.total
    plain = _places_of(rule, known)
    done: set[tuple[str, str | None]] = set()
    for setting in rule.settings(usual, known.context):
        path = setting.option, setting.key
        if path in done or not isinstance(setting.value, str | int | tuple):
            continue
        done.add(path)
        changed = _set(options, setting)
        fits = _places_of(type(rule)(changed), known) == plain
        options = changed if fits else options
        count, total = setting.counts or counts[setting.trait.name]
        trait = setting.trait
        yield Pin(rule.name, _path(setting), setting.value, trait.name, trait.shown, count, total, fits)


def _set(options: Options, setting: Setting) -> Options:
    """Options with one more of them set."""
    value = setting.value
    if setting.key is not None:
        value = {**(getattr(options, setting.option) or {}), setting.key: value}
    return replace(options, **{setting.option: value})


def _path(setting: Setting) -> str:
    """The key of an option as TOML has it."""
    option = setting.option.replace("_", "-")
    if setting.key is None:
        return option
    return (
        f"{option}.{setting.key if _BARE_KEY.fullmatch(setting.key) else json.dumps(setting.key, ensure_ascii=False)}"
    )


def _places_of(rule: Rule[Any], known: Read) -> list[Span]:
    """What a rule over whole documents finds."""
    return sorted(finding.span for finding in rule.check(known.document, known.context))


# -- one entry --------------------------------------------------------------------------------------


def entry_grammar(known: Read, line: int) -> EntryGrammar:
    """The entry on a line, taken apart and held against the list's habits.

    Raises:
        ListlintError: there is no such line, or no entry on it.
    """
    document = known.document
    entry = _entry_on(document, line)
    found = known.engine.lint(document, known.facts)
    mine = [one for one in found if _lies_in(one.span, entry, document)]
    conduct = [
        _conduct(learned, bearer, mine, document)
        for learned in _learn(known)
        for bearer in learned.bearers
        if _owner(bearer, document) is entry
    ]
    if any(map(_unsaid, conduct)):
        conduct = _explained(conduct, known)
    return EntryGrammar(
        path=document.path,
        name=entry.name,
        kind=entry.kind.value,
        section=tuple(title for title in entry.section.path if title),
        place=_place(entry.span, document),
        identity=entry.identity,
        parts=tuple(_parts(entry, document)),
        conduct=tuple(conduct),
        findings=tuple(Told(one.code, one.name, one.message, _place(one.span, document)) for one in mine),
    )


def _lies_in(span: Span, entry: Entry, document: Document) -> bool:
    """Tell whether a finding is of an entry: in it, not in one nested in it, or on its lines beside all entries."""
    owner = document.entry_at(span.start)
    if owner is not None:
        return owner is entry
    source = document.source
    first, last = source.line_index(entry.span.start), source.line_index(max(entry.span.start, entry.span.end - 1))
    return first <= source.line_index(span.start) <= last


def _unsaid(one: Conduct) -> bool:
    """Tell whether a form is not that of the convention, and no finding says so."""
    return one.deviates and not one.findings


def _explained(conduct: Sequence[Conduct], known: Read) -> list[Conduct]:
    """``conduct`` with the reasons for which rules say nothing."""
    document = known.document
    settings = {one.rule.code: one for one in known.speakers}
    hidden: set[tuple[str, int]] = set()
    if document.directives:
        bare = known.engine.lint(replace(document, directives=()), known.facts)
        hidden = {(one.code, line) for one in bare for line in _lines(_place(one.span, document))}

    def why(one: Conduct) -> Silence:
        speaker = settings[one.code]
        if not speaker.setting.enabled:
            return "off"
        if not speaker.active:
            return "not judged"
        return "suppressed" if any((one.code, line) in hidden for line in _lines(one.place)) else "let be"

    return [replace(one, why=why(one)) if _unsaid(one) else one for one in conduct]


def _lines(place: Place) -> range:
    return range(place.line, place.end_line + 1)


def _owner(bearer: Bearer, document: Document) -> Entry | None:
    return bearer.entry if isinstance(bearer, Trait) else document.entry_at(bearer.span.start)


def _entry_on(document: Document, line: int) -> Entry:
    source = document.source
    if not 1 <= line <= len(source.line_starts):
        lines = len(source.line_starts)
        raise ListlintError(f"there is no line {line}; the file has {lines:,}", path=document.path, code="no-such-line")
    span = source.line_span(line - 1)
    starts = [entry for entry in document.entries if span.start <= entry.span.start <= span.end]
    entry = starts[0] if starts else document.entry_at(span.start) or document.entry_at(max(span.start, span.end - 1))
    if entry is None:
        near = min(document.entries, key=lambda one: abs(source.position(one.span.start).line - line), default=None)
        hint = f"the nearest starts on line {source.position(near.span.start).line}" if near else "the file has none"
        raise ListlintError("no entry stands on this line", path=document.path, line=line, code="no-entry", hint=hint)
    return entry


def _parts(entry: Entry, document: Document) -> Iterator[Part]:
    """The fields of an entry, in the order of the text."""
    found = sorted(_pieces(entry, document), key=lambda piece: piece[0])
    yield from (Part(name, text, _place(span, document), detail) for span, name, text, detail in found)


def _pieces(entry: Entry, document: Document) -> Iterator[tuple[Span, str, str, str]]:
    """Where each field stands, what it is, its text, and what is to be said besides."""
    if entry.marker is not None:
        yield entry.marker.span, "marker", entry.marker.text, ""
    if entry.separator is not None:
        yield entry.separator.span, "separator", entry.separator.text, ""
    if entry.status is not None:
        shown = document.slice(entry.status_span) if entry.status_span is not None else ""
        yield entry.status_span or entry.head, "status", shown, entry.status.value
    for link in entry.links:
        name = f"link ({link.role}), primary" if link is entry.primary else f"link ({link.role})"
        yield link.span, name, link.text, link.target
    yield from ((one.key_span, "BibTeX", one.key, one.kind) for one in entry.bib)
    cells = ((f"cell “{column}”", cell) for cell, column in zip(entry.cells, entry.columns, strict=False))
    alone = [(name, getattr(entry, name)) for name in ("title", "description", "authors", "venue", "date")]
    several = (("tag", entry.tags), ("annotation", entry.annotations))
    for name, field in [*alone, *cells, *((name, field) for name, fields in several for field in fields)]:
        if field is not None:
            yield field.span, name, field.text, ""


def _conduct(learned: _Learned, bearer: Bearer, found: Sequence[Diagnostic], document: Document) -> Conduct:
    """What one bearer does: held against its section, where that has a habit of its own, else against the document."""
    threshold, speaker = learned.threshold, learned.speaker
    section = _section(bearer, document)
    near = _by_section(learned, document)[section.index]
    local = _holds(near, threshold)
    bearers = near if local else learned.bearers
    value, count = Counter(one.value for one in bearers).most_common(1)[0]
    usual = next(one.shown for one in bearers if one.value == value)
    code = speaker.rule.code if speaker is not None else ""
    told = tuple(one.message for one in found if one.code == code and _touches(one.span, bearer.span))
    pinned = learned.pinned
    differs = value != bearer.value and _holds(bearers, threshold)
    if pinned is not None and speaker is not None:
        differs = bool(told) if speaker.active else speaker.rule.pin(bearer) != pinned
    return Conduct(
        trait=learned.name,
        code=code,
        rule=speaker.rule.name if speaker is not None else "",
        shown=bearer.shown,
        place=_place(bearer.span, document),
        usual=usual,
        count=count,
        total=len(bearers),
        scope=section.title if local and len(near) < len(learned.bearers) else "",
        holds=_holds(bearers, threshold),
        deviates=differs,
        findings=told if differs else (),
        pinned=pinned,
    )


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end
