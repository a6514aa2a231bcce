"""BIB014: a venue that the references write in several ways."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    ReferenceTrait,
    Rule,
    Setting,
    Severity,
    Span,
)
from listlint.checks.convention import Convention, convention
from listlint.checks.links import shorten
from listlint.checks.venues import NAME_MINIMUM, NAME_SHARE, BibVenue, bib_venues, bib_year
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.venue_words import STOP
from listlint.packs.venues import VenueTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context, Trait
    from listlint.packs.venue_reader import Venue
    from listlint.packs.venues import Mention

_WORD = lazy(r"[^\W\d_]++")
_CHANGING = frozenset(
    {"International", "Annual", "National", "Joint", "World", "IEEE", "ACM", "CVF", "international", "annual"}
)
"""Words of a conference's name that change from year to year."""
_SKIPPED = lazy(r"https?:|www\.|\]\(|\d")
_SPECIAL = lazy(r"[&%$#_{}\\~^]")
"""What has to be written otherwise in BibTeX."""
_DATED = lazy(r"\d|first|second|third|(?:if|t|in|en|et|nt|x|n|gh|lf)th\b|ieth\b", re.IGNORECASE)
"""A year, a volume or an ordinal: what makes a value that of one volume."""


class _Bearer(Struct, frozen=True):
    """A venue as one reference writes it. ``form`` is its name as shown, from ``start`` on in the text."""

    venue: BibVenue
    form: str
    start: int
    names: tuple[str, ...] = ()
    """how the venue itself writes its name"""

    def place(self) -> Span | None:
        """Where the form stands, if it does so in one stretch."""
        shown = self.venue.shown
        end = self.start + len(self.form)
        if shown is None or shown.text[self.start : end] != self.form:
            return None
        return shown.place(self.start, end)


def _references(*venues: str, at: int = 0) -> str:
    """A block of references to these venues."""
    lines = (f"@inproceedings{{k{at + n}, title={{A}}, booktitle={{{venue}}}}}\n" for n, venue in enumerate(venues))
    return "```bibtex\n" + "".join(lines) + "```\n"


class InconsistentVenue(Rule[Document]):
    """One venue is spelled, cased or abbreviated in several ways by the references.

    Bibliographies print what the field says, so that "International conference on machine learning" and
    "International Conference on Machine Learning" stand side by side, and a reader who counts or
    sorts by venue sees two.

    Compared are the names: years, volumes, ordinals, sponsors, "Proceedings of the", "International" and acronyms in
    parentheses do not count, nor do former names in the years they held. A venue is judged where at least
    four references name it and two thirds of them agree; preprints are BIB016's matter, and a name with the
    capitals that the venue itself gives it is never wrong. The fix puts the
    name that most of them write in place of the other one, and leaves years and volumes as they are.

    A name in the configuration says how its venue is written, whatever most references do.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        names: Annotated[
            tuple[str, ...] | None,
            msgspec.Meta(
                description="Venues as they should be written, without years; by default as most references do."
            ),
        ] = None
        minimum: Annotated[
            int, msgspec.Meta(description="How many references a venue needs to have a usual form.", ge=2)
        ] = NAME_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            NAME_SHARE
        )

    code, name = "BIB014", "inconsistent-venue"
    severity = Severity.INFO
    about = "bib"
    fix = Applicability.UNSAFE
    pins = {"venue “…": "names"}
    valid = (
        _references("ICML", "ICML", "{ICML} 2018", "ICML'19"),
        _references(*["Proceedings of the {IEEE} International Conference on Computer Vision"] * 4)
        + _references("2019 IEEE/CVF International Conference on Computer Vision (ICCV)", at=4),
        # Words that the conference itself took up and dropped, and a value that has both names.
        _references(*["{ACM} International Conference on Knowledge Discovery and Data Mining"] * 3)
        + _references("31st {ACM} {SIGKDD} Conference on Knowledge Discovery and Data Mining", at=3),
        _references(*["International Conference on Machine Learning"] * 3)
        + _references("ICML 2019: 36th International Conference on Machine Learning", at=3),
        _references("ICML", "ICML", "ICML", "ICML Workshops", "Workshop at ICML 2019", "ICLR"),
        _references(
            "ICML",
            "ICML",
            "International Conference on Machine Learning",
            "International Conference on Machine Learning",
        ),
        _references("ICML", "ICML", "Icml"),
        _references(*["advances in neural information processing systems"] * 4)
        + _references("Advances in Neural Information Processing Systems", at=4),
        "".join(
            f"@inproceedings{{k{n}, title={{A}}, booktitle={{{venue} {year}}}, year={{{year}}}}}\n"
            for n, (venue, year) in enumerate([("NIPS", 2015), ("NeurIPS", 2019), ("NeurIPS", 2020), ("NeurIPS", 2021)])
        ).join(("```bibtex\n", "```\n")),
        _references(*[f"arXiv preprint arXiv:1803.0836{n}" for n in range(5)], "CoRR"),
        Good(_references("ICML", "ICML 2019", "ICLR", "Proceedings of the ICML"), {"names": ["ICML", "A Workshop"]}),
    )
    invalid = (
        Bad(
            _references(
                *["International Conference on Machine Learning"] * 3, "⟦International conference on machine learning⟧"
            ),
            _references(*["International Conference on Machine Learning"] * 4),
        ),
        Bad(
            _references(
                *[f"Proceedings of the {n}th International Conference on Machine Learning" for n in (35, 36, 37)],
                "34th ⟦Int. Conf. on Machine Learning⟧, 2017",
            ),
            _references(
                *[f"Proceedings of the {n}th International Conference on Machine Learning" for n in (35, 36, 37)],
                "34th International Conference on Machine Learning, 2017",
            ),
        ),
        Bad(
            _references(*["The European Conference on Computer Vision (ECCV)"] * 3, "⟦ECCV⟧"),
            _references(*["The European Conference on Computer Vision (ECCV)"] * 4),
        ),
        Bad(
            _references(*["International Conference on Machine Learning"] * 3)
            + _references("⟦Machine Learning (ICML), 2019 International Conference on⟧", at=3)
        ),
        Bad(_references(*["ECCV"] * 3, "⟦European Conference on Computer Vision⟧ (ECCV)")),
        Bad(
            _references(*["The Knowledge of {H}ills \\& Dales"] * 3, "{⟦The knowledge of hills \\& dales⟧}"),
            _references(*["The Knowledge of {H}ills \\& Dales"] * 3, "The Knowledge of {H}ills \\& Dales"),
        ),
        Bad(
            _references("ICML", "ICML", "⟦Icml⟧"),
            _references("ICML", "ICML", "ICML"),
            {"minimum": 3},
        ),
        Bad(
            _references("⟦ICML⟧ 2019", "⟦The knowledge of hills⟧"),
            _references("International Conference on Machine Learning 2019", "The Knowledge of Hills"),
            {"names": ["International Conference on Machine Learning", "The Knowledge of Hills"]},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield the name of each venue that the references write in several ways."""
        for bearers in _by_venue(ctx).values() if document.bib else ():
            forms = Counter(bearer.form for bearer in bearers)
            if len(forms) > 1:
                name = f"venue “{shorten(forms.most_common(1)[0][0])}” in BibTeX"
                for bearer in bearers:
                    span = bearer.place() or bearer.venue.span
                    yield ReferenceTrait(name, span, bearer.form, f"“{shorten(bearer.form)}”")

    def pinned(self, trait: Trait | ReferenceTrait, ctx: Context) -> str | None:
        """The name that the options have for this venue."""
        return self._wanted(ctx).get(_key_of(str(trait.value), ctx)) if self.options.names else None

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """All names that are usual at once."""
        if usual:
            first = next(iter(usual.values()))
            values = [(name, trait.value) for name, trait in usual.items()]
            bearers = [trait for trait in self.traits(ctx.document, ctx) if trait.name in usual]
            names = tuple(str(value) for _, value in values)
            counts = sum((trait.name, trait.value) in values for trait in bearers), len(bearers)
            yield Setting("names", names, first, counts=counts)

    def _wanted(self, ctx: Context) -> dict[str, str]:
        """The names that the options have, by what makes the venue."""
        return {_key_of(name, ctx): name for name in self.options.names or ()}

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each name of a venue that differs from the one most references use."""
        wanted = self._wanted(ctx)
        for key, bearers in _by_venue(ctx).items():
            own: Convention[str] | None
            if key in wanted:
                own, model = Convention(wanted[key], 0, 0), _set_model(wanted[key], bearers, node)
            else:
                own = convention((bearer.form for bearer in bearers), self.options.minimum, self.options.share)
                if own is None or own.count == own.total:
                    continue
                model = _model(own.value, bearers, node)
            for bearer in bearers:
                if not _is_same(bearer, own.value) and (key in wanted or not _is_official(bearer, own.value)):
                    yield _finding(bearer, own, f"BIB014:{key}", _change(bearer, model))


def _by_venue(ctx: Context) -> dict[str, list[_Bearer]]:
    table = ctx.tables.get("venues", VenueTable)
    found: dict[str, list[_Bearer]] = {}
    for venue in ctx.memo(bib_venues):
        mention = table.find(venue.text)
        if mention is not None:
            if mention.venue.kind != "preprint":
                bearer = _Bearer(venue, mention.form, mention.at, _official(mention.venue))
                found.setdefault(_key(mention, venue), []).append(bearer)
        elif not _SKIPPED.search(venue.text):
            words = " ".join(_WORD.findall(venue.text.casefold()))
            found.setdefault(f"={words}", []).append(_Bearer(venue, venue.text, 0))
    return found


def _key_of(name: str, ctx: Context) -> str:
    """What makes the venue of this name, by itself."""
    mention = ctx.tables.get("venues", VenueTable).find(name)
    if mention is None:
        return f"={' '.join(_WORD.findall(name.casefold()))}"
    return "/".join([mention.venue.key, mention.track or ""])


def _key(mention: Mention, venue: BibVenue) -> str:
    """What makes two values name the same: the venue, its track, and a former name in the years it held."""
    parts = [mention.venue.key, mention.track or ""]
    if mention.former is not None:
        year = mention.year or bib_year(venue.entry)
        if year is None or (mention.former.since or 0) <= year <= mention.former.until:
            parts.append(mention.former.name)
    return "/".join(parts)


def _is_same(bearer: _Bearer, form: str) -> bool:
    """Tell whether a value has a form, or one that differs by a word that conferences take up and drop."""
    if bearer.form == form or (" " in form and form in bearer.venue.text):
        return True
    one, other = ([word for word in _WORD.findall(text) if word not in _CHANGING] for text in (bearer.form, form))
    return one == other


def _official(venue: Venue) -> tuple[str, ...]:
    return (venue.name, venue.short, *venue.aliases, *(former.name for former in venue.former))


def _is_official(bearer: _Bearer, form: str) -> bool:
    """Tell whether a value has the venue's own capitals where most references do not: it is right, and they are not."""
    return bearer.form in bearer.names and form not in bearer.names and bearer.form.casefold() == form.casefold()


def _finding(bearer: _Bearer, own: Convention[str], group: str, change: Edit | None) -> Finding:
    who = f"{own.share()} references write" if own.total else "references should write"
    message = f"{who} “{shorten(own.value)}”; this one “{shorten(bearer.form)}”"
    fix = None
    if change is not None:
        fix = Fix(f"write “{shorten(change.text)}”", (change,), Applicability.UNSAFE, May.TEXT)
    return Finding(bearer.place() or bearer.venue.span, message, fix, group=group)


class _Model(NamedTuple):
    """How a venue's name is mostly written in the source, alone and in a value of its own that names no year."""

    form: str
    name: str | None
    value: str | None


def _model(form: str, bearers: Sequence[_Bearer], document: Document) -> _Model:
    models = [bearer for bearer in bearers if bearer.form == form]
    names = Counter(document.slice(place) for model in models if (place := model.place()) is not None)
    values = Counter(document.slice(model.venue.span) for model in models if model.venue.shown is not None)
    name = names.most_common(1)[0][0] if names else None
    value, count = values.most_common(1)[0] if values else ("", 0)
    return _Model(form, name, value if count > 1 and not _DATED.search(value) else None)


def _set_model(form: str, bearers: Sequence[_Bearer], document: Document) -> _Model:
    """The same for a name that the options have: as it is there, if no reference shows how it is written."""
    found = _model(form, bearers, document)
    return found if found.name is not None or _SPECIAL.search(form) else _Model(form, form, None)


def _change(bearer: _Bearer, model: _Model) -> Edit | None:
    """The edit that makes a venue like its model; None where it would lose a year or say something twice."""
    text, place = bearer.venue.text, bearer.place()
    if place is None or _DATED.search(bearer.form):
        return None
    if text == bearer.form and model.value is not None:
        return Edit(bearer.venue.span, model.value)
    rest = text[: bearer.start] + " " + text[bearer.start + len(bearer.form) :]
    if model.name is None or _content_words(rest) & _content_words(model.form):
        return None
    return Edit(place, model.name)


def _content_words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - STOP
