"""MET003: an acronym with a year that is one edit away from a known venue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.venues import Acronyms, dated_words, may_be_slip
from listlint.model.nodes import Document
from listlint.packs.venues import VenueTable, glance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.checks.venues import Acronym, Use
    from listlint.packs.venue_glance import Glance
    from listlint.packs.venues import Venue


class UnknownVenue(Rule[Document]):
    """A tag or field is no known venue, but one edit away from one: `ICRL 2021`.

    A reader takes it for a venue and does not find it, nor does a search of the list for the right name.

    Acronyms are close to each other, and many a venue is in no table, so only these are reported: two letters
    in the wrong order; any edit in six letters and more; and where the list names the
    venue at least three times, a letter too many or too few in a word that it writes once. A year must stand
    beside it, and the whole must be a code span or stand between marks, not in a title or in running
    prose. Names of other venues and things that are no venues are left alone, and so is what `known`
    lists.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        known: Annotated[
            tuple[str, ...], msgspec.Meta(description="Names that are right, whatever they look like, in any case.")
        ] = ()

    code, name = "MET003", "unknown-venue"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev), ICLR 2021\n- [B](https://b.dev), ICRA 2021\n- [C](https://c.dev), ICPR 2021\n"
        "- [D](https://d.dev), ICML 2021\n- [E](https://e.dev), ACML 2021\n",
        "- [A](https://a.dev), ICRL\n- [B](https://b.dev), ICRL 7\n- [C ICRL 2021](https://c.dev)\n",
        "- [A](https://a.dev) - It was shown at the ICRL 2021 in a hall.\n",
        # Venues and other things that look like better known ones.
        "- [A](https://a.dev), ICAR 2019\n- [B](https://b.dev), ECAL 2019\n- [C](https://c.dev), FCOS 2019\n"
        "- [D](https://d.dev), NeurIPSW 2021\n- [E](https://e.dev), Clot 2021\n",
        # One letter in a short name proves nothing, but where the list names the venue again and again.
        "- [A](https://a.dev) `nipst2021`\n- [B](https://b.dev) `nips2021`\n",
        "".join(f"- [A{n}](https://a.dev/{n}), ICML 2021\n" for n in range(5)) + "- [B](https://b.dev), ICMLA 2021\n",
        Good("- [A](https://a.dev), ICRL 2021\n", {"known": ["icrl"]}),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev), ⟦ICRL⟧ 2021\n- [B](https://b.dev) (⟦CPVR⟧'19)\n- [C](https://c.dev) `⟦icrl⟧2021`\n",
            "- [A](https://a.dev), ICLR 2021\n- [B](https://b.dev) (CVPR'19)\n- [C](https://c.dev) `iclr2021`\n",
        ),
        Bad(
            "- [A](https://a.dev) [[⟦NeuIPS⟧ 2021]](https://b.dev)\n- [B](https://b.dev). *⟦SIGGRPAH⟧ 2020*.\n",
            "- [A](https://a.dev) [[NeurIPS 2021]](https://b.dev)\n- [B](https://b.dev). *SIGGRAPH 2020*.\n",
        ),
        Bad(
            "| Title | Venue |\n| --- | --- |\n| [A](https://a.dev) | ⟦NISP⟧ 2016 |\n",
            "| Title | Venue |\n| --- | --- |\n| [A](https://a.dev) | NIPS 2016 |\n",
        ),
        Bad(
            "".join(f"- [A{n}](https://a.dev/{n}) `nips202{n}`\n" for n in range(3))
            + "- [B](https://b.dev) `⟦nipst⟧2021`\n",
            "".join(f"- [A{n}](https://a.dev/{n}) `nips202{n}`\n" for n in range(3))
            + "- [B](https://b.dev) `nips2021`\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each word that misspells a venue."""
        dated = ctx.memo(dated_words)
        if not dated or not _may_misspell(dated, glance(ctx.tables)):
            return
        table = ctx.tables.get("venues", VenueTable)
        named: list[Venue | str] = []
        unknown: list[Use] = []
        for use in dated:
            mention = table.find(f"{use.name} {use.full_year}")
            named.append(mention.venue if mention else use.name)
            if mention is None and _is_acronym(use):
                unknown.append(use)
        if not unknown:
            return
        acronyms = Acronyms(table, named)
        known = {word.casefold() for word in self.options.known}
        for use in unknown:
            meant = None if use.name.casefold() in known else acronyms.meant(use.name)
            if meant is not None:
                yield _finding(use, meant, dated)


def _may_misspell(dated: Sequence[Use], look: Glance | None) -> bool:
    """Tell whether one of the words can misspell a venue; cheap where the table is not loaded."""
    if look is None:
        return True
    suspects = {use.name for use in dated if _is_acronym(use)}
    if any(may_be_slip(name) for name in suspects):
        return True
    known = Counter(use.name for use in dated if look.may_know(use.name)) if len(dated) > Acronyms.OFTEN else Counter()
    return any(known.total() - known[name] >= Acronyms.OFTEN for name in suspects)


def _is_acronym(use: Use) -> bool:
    """Tell whether a word looks like one: capitals, or anything in a code span."""
    return sum(char.isupper() for char in use.name) > 1 or (use.tag and use.name.islower())


def _finding(use: Use, meant: Acronym, dated: tuple[Use, ...]) -> Finding:
    place = Span(use.span.start, use.span.start + len(use.name))
    spelt = Counter(other.name for other in dated if other.name.casefold() == meant.text.casefold())
    text = meant.text.lower() if use.name.islower() else (spelt.most_common(1)[0][0] if spelt else meant.text)
    message = f"no venue is known as “{use.name}”, but “{meant.text}” is one edit away from it"
    fix = Fix(f"write “{text}”", (Edit(place, text),), Applicability.UNSAFE, May.TEXT)
    return Finding(place, message, fix, entry=use.entry)
