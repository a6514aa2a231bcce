"""MET002: a venue that the entries write in several ways."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Struct, field

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    Rule,
    Setting,
    Severity,
    Threshold,
    Trait,
)
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, convention, deviants
from listlint.checks.venues import NAME_MINIMUM, NAME_SHARE, dated_words, folded_name, own_spelling, undated_words
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.venues import VenueTable, glance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from listlint.checks.api import Context, ReferenceTrait
    from listlint.checks.venues import Use
    from listlint.packs.venue_glance import Glance
    from listlint.packs.venues import Venue

_GROUP = "MET002:venue-format"
_VENUES = 3
"""Different venues in a list of papers."""
_MANY = 20
"""Venues that are judged without a look at whether it is worth while."""
_NAME_OF = "name of "
"""What the trait of one venue's name is called, before the venue."""
_APOSTROPHE = lazy("[’`´]")
_JOINT = lazy(r"[-/&+]")
"""What names of editions held together with another venue have: `IJCAI-ECAI`."""
_FORM = lazy(r"(?P<name>NeurIPS|neurips)(?P<separator>[ ]?['’][ ]?|,[ ]|[-_ ]?)(?P<year>2021|21)\Z")


class _Style(Struct, frozen=True):
    """How venues carry their year: what stands between, and the number of its digits."""

    separator: str
    digits: int

    def show(self, name: str, year: int) -> str:
        """A venue in this style."""
        return f"{name}{self.separator}{year if self.digits == 4 else f'{year % 100:02}'}"


class _Bearer(Struct):
    """A venue in an entry, what should be otherwise about it, and why."""

    use: Use
    venue: Venue
    track: str
    style: _Style | None
    name: str
    reasons: list[str] = field(default_factory=list)
    alias: str = ""
    """the name as written, without case and marks"""
    whole: bool = False
    """a reason is about the year beside it too"""

    def __post_init__(self) -> None:
        """Fold the name once."""
        self.alias = folded_name(self.use.name)

    def rename(self, name: str, reason: str, usual: Mapping[str, str]) -> None:
        """Give it another name, as most entries spell that."""
        self.reasons.append(reason)
        self.name = usual.get(folded_name(name), name)


def _list(*venues: str) -> str:
    """A list of entries with these venues."""
    return "".join(f"- [A{n}](https://a.dev/{n}), {venue}\n" for n, venue in enumerate(venues))


def _table(*venues: str) -> str:
    """A table of entries with these venues."""
    rows = (f"| [A{n}](https://a.dev/{n}) | {venue} |\n" for n, venue in enumerate(venues))
    return "| Title | Venue |\n| --- | --- |\n" + "".join(rows)


class VenueFormat(Rule[Document]):
    """A venue is written in another way than the list writes its venues.

    `nips2021`, `NeurIPS'21` and `NIPS 2021` are one conference; who searches a list for one of them misses the
    others. Compared are, over the whole list: what stands between venue and year and how many digits the
    year has; lower case; and for each venue its names and their spelling. Code spans and other text
    are compared apart.

    A venue that changed its name has two right ones: `NIPS 2016` and `NeurIPS 2020` stand side by side, and only
    `NIPS 2019` in a list that knows the new name is told of it. A list that writes one name for all
    years, or nearly so, is consistent. Never reported are a spelling that is the venue's own, whatever the others
    write, names of joint editions (`IJCAI-ECAI 2018`), workshops against their conference, and venues in running
    prose and in titles. Where the list has a venue's own spelling, no other one is proposed. `form` replaces the
    list's own habit: it shows how `NeurIPS 2021` is to be written. So does `names` for the venues that are in it, but
    for a former name in the years in which it was right.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        form: Annotated[
            Annotated[str, msgspec.Meta(pattern=r"^(NeurIPS|neurips)( ?['’] ?|, |[-_ ]?)(2021|21)$")] | None,
            msgspec.Meta(
                description="How venues are written, by example: `NeurIPS 2021`, `NeurIPS'21`, `neurips2021` …; "
                "by default as the list's own are."
            ),
        ] = None
        names: Annotated[
            tuple[str, ...] | None,
            msgspec.Meta(
                description="The names of venues, such as `TPAMI`, as they should be written; by default as most are."
            ),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="How many venues make a habit.", ge=2)] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "MET002", "venue-format"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    pins = {
        **{f"{name}{where}": "form" for name in ("venue with year", "venue case") for where in ("", " in code spans")},
        f"{_NAME_OF}…": "names",
    }
    valid = (
        # Each right for its year, and one name for all years.
        _list("NIPS 2014", "NIPS 2016", "NIPS 2017", "NeurIPS 2019", "NeurIPS 2020", "NeurIPS 2021"),
        _list("NIPS 2016", "NIPS 2017", "NIPS 2018", "NIPS 2019"),
        _list("NeurIPS 2014", "NeurIPS 2016", "NeurIPS 2019"),
        _list("NIPS 2016", "NIPS 2018", "NeurIPS 2019", "NeurIPS 2020"),
        # Few venues, or no habit.
        _list("ICML 2019", "ICLR'20", "CVPR 2019"),
        _list("ICML 2019", "ICML 2018", "CVPR 2019", "ICML'19", "ICML'18", "CVPR'19"),
        # The venue's own spelling, joint editions, workshops, and other venues.
        _list(*["Arxiv 2019"] * 4, "arXiv 2020"),
        _list(*["Arxiv 2019"] * 6, "arXiv 2020", "ArXiv 2021"),
        _list(*["IJCAI 2019"] * 4, "IJCAI-ECAI 2018"),
        _list(*["ICML 2019"] * 4, "ICML 2019 Workshop", "ICLR 2019"),
        # Code spans and text are apart, titles and prose are not judged.
        _list(*["`icml2019`"] * 5, "ICLR 2018", "`iclr2020`"),
        _list(*["ICML 2019"] * 5)
        + "- [B (ICML'19)](https://b.dev)\n- [C](https://c.dev), shown at ICML'19 in a hall\n",
        Good(_list("ICML 2019", "ICLR 2020"), {"form": "NeurIPS 2021"}),
        Good(_list("NIPS 2016", "NeurIPS 2019", "PAMI 2020"), {"names": ["NeurIPS", "PAMI"]}),
        Good(_list(*["`nips2016`", "`iclr2019`"] * 3), {"names": ["NIPS", "ICLR"]}),
    )
    invalid = (
        Bad(
            _list("NIPS 2016", "NeurIPS 2018", "NeurIPS 2020", "⟦NIPS 2019⟧"),
            _list("NIPS 2016", "NeurIPS 2018", "NeurIPS 2020", "NeurIPS 2019"),
        ),
        Bad(
            _list("NIPS 2014", "NIPS 2015", "NIPS 2016", "NIPS 2017", "⟦NeurIPS 2013⟧", "NeurIPS 2020"),
            _list("NIPS 2014", "NIPS 2015", "NIPS 2016", "NIPS 2017", "NIPS 2013", "NeurIPS 2020"),
        ),
        Bad(
            _list(*["ICML 2019"] * 6, "⟦ICLR'19⟧", "(⟦AAAI-16⟧)", "[[⟦CVPR2019⟧]](https://b.dev)"),
            _list(*["ICML 2019"] * 6, "ICLR 2019", "(AAAI 2016)", "[[CVPR 2019]](https://b.dev)"),
            {"share": 0.6},
        ),
        Bad(
            _list(*["`nips2020`", "`iclr2021`"] * 3, "`⟦NeurIPS'21⟧`"),
            _list(*["`nips2020`", "`iclr2021`"] * 3, "`neurips2021`"),
        ),
        Bad(
            _list(*["TPAMI 2019"] * 4, "⟦PAMI 2019⟧", *["ACM MM 2019"] * 4, "⟦ACM-MM 2020⟧"),
            _list(*["TPAMI 2019"] * 4, "TPAMI 2019", *["ACM MM 2019"] * 4, "ACM MM 2020"),
        ),
        Bad(
            _list(*["Arxiv 2019"] * 6, "⟦ArXiv 2021⟧"),
            _list(*["Arxiv 2019"] * 6, "Arxiv 2021"),
        ),
        Bad(
            _list(*["Tpami 2019"] * 6, "TPAMI 2020", "⟦PAMI 2021⟧"),
            _list(*["Tpami 2019"] * 6, "TPAMI 2020", "TPAMI 2021"),
        ),
        Bad(
            _list(*["NeurIPS 2019"] * 4, "⟦Neurips 2020⟧"),
            _list(*["NeurIPS 2019"] * 4, "NeurIPS 2020"),
        ),
        Bad(
            _table("CVPR", "ICCV", *["TPAMI"] * 4, "⟦PAMI⟧"),
            _table("CVPR", "ICCV", *["TPAMI"] * 5),
        ),
        Bad(
            _list("`⟦nips2020⟧`", "⟦ICML 2019⟧", "ICLR'20"),
            _list("`NIPS'20`", "ICML'19", "ICLR'20"),
            {"form": "NeurIPS'21"},
        ),
        Bad(
            _list("⟦PAMI 2019⟧", "TPAMI 2020", "⟦Icml 2018⟧", "⟦NIPS 2019⟧"),
            _list("TPAMI 2019", "TPAMI 2020", "ICML 2018", "NeurIPS 2019"),
            {"names": ["ICML", "TPAMI", "NeurIPS"]},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield how each venue is written, by example, and the names of those that have several."""
        bearers = _bearers(_uses(ctx), ctx)
        names: dict[tuple[str, str], list[_Bearer]] = defaultdict(list)
        for bearer in bearers:
            use, where = bearer.use, " in code spans" if bearer.use.tag else ""
            lower = use.name.islower()
            yield Trait(f"venue case{where}", use.entry, use.span, lower, "in lower case" if lower else "with capitals")
            if bearer.style is not None:
                form = bearer.style.show("neurips" if lower else "NeurIPS", 2021)
                yield Trait(f"venue with year{where}", use.entry, use.span, form, f"`{form}`")
            names[bearer.venue.key, bearer.track].append(bearer)
        for group in names.values():
            if len({bearer.use.name for bearer in group}) > 1:
                for bearer in group:
                    name = f"{_NAME_OF}{' '.join([bearer.venue.short, bearer.track]).strip()}"
                    yield Trait(name, bearer.use.entry, bearer.use.span, bearer.use.name, f"“{bearer.use.name}”")

    def threshold(self, name: str) -> Threshold | None:
        """One venue's names have a threshold of their own."""
        return Threshold(NAME_MINIMUM, NAME_SHARE) if name.startswith(_NAME_OF) else super().threshold(name)

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The example, where the option takes it."""
        return str(trait.value) if _FORM.match(str(trait.value)) else None

    def pinned(self, trait: Trait | ReferenceTrait, ctx: Context) -> object | None:
        """The form; of one venue's name, the one that the options have."""
        if not trait.name.startswith(_NAME_OF):
            return super().pinned(trait, ctx)
        mention = ctx.tables.get("venues", VenueTable).find(str(trait.value))
        return self._names(ctx).get((mention.venue.key, mention.track or "")) if mention is not None else None

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The form, and the names of venues that have several, all at once."""
        yield from super().settings({of: one for of, one in usual.items() if not of.startswith(_NAME_OF)}, ctx)
        named = {of: one for of, one in usual.items() if of.startswith(_NAME_OF)}
        if named:
            bearers = [trait for trait in self.traits(ctx.document, ctx) if trait.name in named]
            count = sum(trait.value == named[trait.name].value for trait in bearers)
            names = tuple(str(trait.value) for trait in named.values())
            yield Setting("names", names, next(iter(named.values())), counts=(count, len(bearers)))

    def _names(self, ctx: Context) -> dict[tuple[str, str], str]:
        """The names that the options have, by venue and track."""
        table = ctx.tables.get("venues", VenueTable)
        known = ((name, table.find(name)) for name in self.options.names or ())
        return {(found.venue.key, found.track or ""): name for name, found in known if found is not None}

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each venue that is written in another way."""
        uses = _uses(ctx)
        least = 1 if self.options.names else 2
        if len(uses) < least or not (self.options.names or self._may_deviate(uses, glance(ctx.tables))):
            return
        bearers = _bearers(uses, ctx)
        if len(bearers) < least:
            return
        names = self._names(ctx)
        for tag in (False, True):
            self._judge([bearer for bearer in bearers if bearer.use.tag is tag], names)
        for bearer in bearers:
            if bearer.reasons:
                yield _finding(bearer, node)

    def _may_deviate(self, uses: Sequence[Use], look: Glance | None) -> bool:
        """Tell whether the venues can be other than the list's own; cheap where the table is not loaded."""
        if look is None or len(uses) > _MANY:
            return True
        known = [use for use in uses if look.may_know(use.name)]
        if len(known) < 2:
            return False
        if self.options.form is not None or len(known) >= self.options.minimum:
            return True
        # Too few for a habit of the list: left are names of one venue, of which most are alike or one is a former one.
        alike = max(Counter(folded_name(use.name) for use in known).values())
        return alike >= NAME_SHARE * NAME_MINIMUM or any(look.may_be_former(use.name) for use in known)

    def _judge(self, bearers: Sequence[_Bearer], names: Mapping[tuple[str, str], str]) -> None:
        """Say of each bearer what should be otherwise."""
        by_venue: dict[tuple[str, str], list[_Bearer]] = defaultdict(list)
        for bearer in bearers:
            by_venue[bearer.venue.key, bearer.track].append(bearer)
        written = frozenset(bearer.use.name for bearer in bearers)
        lower = self._case(bearers)
        for key, group in by_venue.items():
            if key in names:
                _judge_set(group, names[key], lower=lower)
                continue
            usual = _usual(group, written)
            _judge_former(group, usual)
            _judge_aliases(group, usual)
            _judge_spelling(group, written)
        if lower:
            for bearer in bearers:
                bearer.name = bearer.name.lower()
        self._styles(bearers)

    def _case(self, bearers: Sequence[_Bearer]) -> bool:
        """Judge lower case; tell whether the list writes its venues so."""
        if self.options.form is not None:
            wanted = str(self.options.form).islower()
            for bearer in bearers:
                if bearer.use.name.islower() is not wanted:
                    _recase(bearer, f"venues should be written as “{self.options.form}”", lower=wanted)
            return wanted
        traits = [(bearer.use.entry, bearer.use.name.islower()) for bearer in bearers]
        found = convention((lower for _, lower in traits), self.options.minimum, self.options.share)
        if found is None:
            return False
        habit = "in lower case" if found.value else "with capitals"
        for bearer in bearers:
            if bearer.use.name.islower() is not found.value:
                _recase(bearer, f"{found.share()} venues are written {habit}", lower=found.value)
        return found.value

    def _styles(self, bearers: Sequence[_Bearer]) -> None:
        """Judge how the year follows."""
        if self.options.form is not None:
            match = _FORM.match(self.options.form)
            assert match is not None
            wanted = _Style(_straight(match["separator"]), len(match["year"]))
            for bearer in bearers:
                if bearer.style is not None and bearer.style != wanted:
                    reason = f"venues should be written as “{self.options.form}”"
                    bearer.reasons += [] if reason in bearer.reasons else [reason]
                    bearer.whole = True
                    bearer.style = wanted
            return
        traits = [(bearer.use.entry, bearer.style) for bearer in bearers if bearer.style is not None]
        found = {
            (id(entry), style): own for entry, style, own in deviants(traits, self.options.minimum, self.options.share)
        }
        for bearer in bearers:
            own = found.get((id(bearer.use.entry), bearer.style)) if bearer.style else None
            if own is not None and own.value is not None:
                year = bearer.use.full_year
                model = own.value.show(bearer.name, year)
                where = " in this section" if own.total < len(traits) else ""
                bearer.reasons.append(f"{own.share()} venues{where} carry their year as in “{model}”")
                bearer.style, bearer.whole = own.value, True


def _uses(ctx: Context) -> list[Use]:
    dated = ctx.memo(dated_words)
    places = {use.span.start for use in dated}
    return [*dated, *(use for use in ctx.memo(undated_words) if use.span.start not in places)]


def _bearers(uses: Sequence[Use], ctx: Context) -> list[_Bearer]:
    table = ctx.tables.get("venues", VenueTable)
    found: list[_Bearer] = []
    for use in sorted(uses, key=lambda use: use.span):
        mention = table.find(f"{use.name} {use.full_year}" if use.year else use.name)
        if mention is None or mention.form != use.name or _is_volume(use, mention.venue):
            continue
        style = _Style(_straight(use.separator), len(use.year)) if use.year else None
        found.append(_Bearer(use, mention.venue, mention.track or "", style, use.name))
    # Without a year `RSS` and `Science` are venues in a list that names venues.
    venues = {bearer.venue.key for bearer in found}
    return found if len(venues) >= _VENUES else [bearer for bearer in found if bearer.style]


def _is_volume(use: Use, venue: Venue) -> bool:
    """Tell whether two digits behind a journal's name are its volume."""
    return len(use.year) == 2 and venue.kind == "journal" and "'" not in _straight(use.separator)


def _straight(separator: str) -> str:
    return _APOSTROPHE.sub("'", separator)


def _recase(bearer: _Bearer, reason: str, *, lower: bool) -> None:
    bearer.reasons.append(reason)
    bearer.name = bearer.name.lower() if lower else own_spelling(bearer.venue, bearer.alias) or bearer.name.upper()


def _judge_set(group: Sequence[_Bearer], name: str, *, lower: bool) -> None:
    """Judge names of a venue for which the options have one; a former one is right in its years."""
    venue = group[0].venue
    for bearer in group:
        year = bearer.use.year_of
        former = year is not None and folded_name(venue.short_in(year)) == bearer.alias != folded_name(venue.short)
        if bearer.use.name != name and not former and not (lower and bearer.use.name == name.lower()):
            bearer.reasons.append(f"the venue should be written “{name}”")
            bearer.name = name


def _judge_former(group: Sequence[_Bearer], usual: Mapping[str, str]) -> None:
    """Judge names that a venue did not have in the year that stands beside them."""
    venue = group[0].venue
    if not venue.former:
        return
    current = folded_name(venue.short)
    until = {folded_name(one.name): one.until for one in venue.former}
    years = [(bearer, year, folded_name(venue.short_in(year))) for bearer in group if (year := bearer.use.year_of)]
    now = [bearer.use.year_of or 0 for bearer in group if bearer.alias == current]
    late = sum(bearer.alias in until and right == current for bearer, _, right in years)
    old = convention((bearer.alias for bearer, _, right in years if right != current), NAME_MINIMUM, NAME_SHARE)
    for bearer, year, right in years:
        last = until.get(bearer.alias)
        if last is not None and right == current != bearer.alias:
            # In the first year of a new name both are in use, so the list itself must have written the new one. One
            # that mostly holds on to the old name means it.
            if len(now) >= max(late, 1) and (year > last + 1 or min(now) <= year):
                bearer.whole = True
                bearer.rename(venue.short, f"the venue has been called {venue.short} since {last + 1}", usual)
        elif bearer.alias == current != right and old is not None and old.value == right:
            name, bearer.whole = venue.short_in(year), True
            bearer.rename(name, f"{old.share()} name the venue {name} in the years when it was called so", usual)


def _judge_aliases(group: Sequence[_Bearer], usual: Mapping[str, str]) -> None:
    """Judge names of a venue that are not the one that most entries write."""
    venue = group[0].venue
    timed = {folded_name(venue.short), *(folded_name(one.name) for one in venue.former)} if venue.former else set()
    rest = [bearer for bearer in group if bearer.alias not in timed]
    own = convention((bearer.alias for bearer in rest), NAME_MINIMUM, NAME_SHARE)
    if own is None or own.count == own.total:
        return
    name = usual[own.value]
    for bearer in rest:
        if bearer.alias != own.value and not _JOINT.search(bearer.use.name):
            bearer.rename(name, f"{own.share()} entries write “{name}”", usual)


def _judge_spelling(group: Sequence[_Bearer], written: AbstractSet[str]) -> None:
    """Judge case and marks of a name against those of the same name in other entries.

    ``written`` are the names that the list writes. Where the venue's own is among them and most entries spell it in
    another way, neither is proposed.
    """
    by_alias: dict[str, list[_Bearer]] = defaultdict(list)
    for bearer in group:
        if bearer.name == bearer.use.name and not bearer.name.islower():
            by_alias[bearer.alias].append(bearer)
    for alias, bearers in by_alias.items():
        own = convention((bearer.use.name for bearer in bearers), NAME_MINIMUM, NAME_SHARE)
        if own is None or own.count == own.total:
            continue
        right = own_spelling(bearers[0].venue, alias)
        if right in written and own.value != right:
            continue
        for bearer in bearers:
            if bearer.use.name not in {own.value, right}:
                bearer.reasons.append(f"{own.share()} entries write “{own.value}”")
                bearer.name = own.value


def _usual(group: Sequence[_Bearer], written: AbstractSet[str]) -> dict[str, str]:
    """How the list spells each name, by the name without case and marks: as most do, or as the venue itself does."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for bearer in group:
        spelt[bearer.alias][bearer.use.name] += 1
    usual = {alias: counts.most_common(1)[0][0] for alias, counts in spelt.items()}
    for alias, most in usual.items():
        right = own_spelling(group[0].venue, alias)
        if right is not None and right in written and not most.islower():
            usual[alias] = right
    return usual


def _finding(bearer: _Bearer, document: Document) -> Finding:
    use = bearer.use
    text = bearer.style.show(bearer.name, use.full_year) if bearer.style else bearer.name
    this = document.slice(use.span) if bearer.whole else use.name
    message = f"{'; '.join(bearer.reasons)}; this one is “{this}”"
    if text == document.slice(use.span):
        return Finding(use.span, message, entry=use.entry, group=_GROUP)
    fix = Fix(f"write “{text}”", (Edit(use.span, text),), Applicability.UNSAFE, May.TEXT)
    return Finding(use.span, message, fix, entry=use.entry, group=_GROUP)
