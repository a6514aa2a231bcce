"""BIB012: the year of a reference contradicts its arXiv number, its venue, or the list's entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib import field, is_known, macros, plain, well_formed
from listlint.checks.references import arxiv_date, arxiv_of, cited_works, is_preprint, year_of
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.checks.references import Pair
    from listlint.model.nodes import BibEntry
    from listlint.model.span import Span
    from listlint.packs.venues import VenueTable

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_VENUES = ("booktitle", "series", "eventtitle")
_RANGE = lazy(r"\d{4}\s?[-–/]\s?\d{2,4}|\b(?:LN[A-Z]{1,3}|CCIS|Lecture Notes|Communications)\b.*")
"""Years that are none of a conference: spans of years, numbers of volumes in a series of books."""
_YEAR = lazy(r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)|(?<=[A-Za-z])\s?['’](?P<short>\d\d)(?!\w)")
_GLUED = lazy(r"[^\W\d]-?\d\d(?!\d)")
"""A short year as in ``ICML-16``; behind a space it may be the number of a volume (``NIPS 16``)."""
_ONLY_YEAR = lazy(r"\W*((?:19|20)\d\d)\W*")
_PREPRINT_LAG, _LAG = 1, 2
"""Years by which the list's year and that of the reference may differ: versions, preprint and publication."""


def _heading(title: str, link: str, fields: str) -> str:
    """An example: a list of two entries, the first with a block."""
    block = f"```bibtex\n@article{{a, title={{Nets}}, {fields}}}\n```\n"
    return (
        f"#### {title}\n\npaper link: [here]({link})\n\n{block}\n#### Another\n\npaper link: [here](https://a.dev/2)\n"
    )


class YearMismatch(Rule[Document]):
    """The year of a BibTeX entry contradicts its arXiv number, its venue, or the year in the list.

    A preprint cannot be older than its number, nor a paper older than the conference that printed it; such a year
    is one of another paper, or a slip that every bibliography made from the list repeats.

    Of a preprint only a year before that of its arXiv number is wrong (it may have later versions), and a
    number of January may carry the year before. Published papers may have been preprints years before. Proceedings may
    appear in the year after their conference. The year that the list states may differ from that of the reference by
    one (preprints) or two (the preprint's and that of its publication).
    """

    code, name = "BIB012", "year-mismatch"
    severity = Severity.WARNING
    about = "bib"
    valid = (
        _heading("Nets", "https://a.dev/1", "journal={arXiv preprint arXiv:1412.7479}, year={2014}"),
        # A later version, a number of January, and a paper that was published before it came to the archive.
        _heading("Nets", "https://a.dev/1", "journal={arXiv preprint arXiv:1412.7479}, year={2016}"),
        _heading("Nets", "https://a.dev/1", "journal={arXiv preprint arXiv:1501.00001}, year={2014}"),
        _heading("Nets", "https://a.dev/1", "journal={Neural Networks}, eprint={1412.7479}, year={1998}"),
        _heading("Nets", "https://a.dev/1", "eprint={hep-th/9711200}, archivePrefix={arXiv}, year={1997}"),
        _heading("Nets (2018)", "https://a.dev/1", "journal={Neural Networks}, year={2020}"),
        Good(
            "@inproceedings{a, booktitle={Proceedings of the 2019 Conference on Nets}, year={2019}}\n", path="refs.bib"
        ),
        Good("@inproceedings{a, booktitle={Conference on Nets 2019, Revised Papers}, year={2020}}\n", path="refs.bib"),
        Good("@inproceedings{a, booktitle={Advances in Nets (NIPS 19)}, year={2006}}\n", path="refs.bib"),
        "- **Deep nets**, A. Lovelace, ICML 2020 [[pdf]](https://a.dev/1.pdf)\n\n"
        "  ```bibtex\n  @misc{a, title={Deep nets}, eprint={1803.08367}, year={2018}}\n  ```\n",
        Good("@inproceedings{a, booktitle={Nets, 2001--2004, in retrospect}, year={2008}}\n", path="refs.bib"),
        Good("@inproceedings{a, booktitle=nets20, year={2010}}\n", path="refs.bib"),
        Good("@misc{a, eprint={1412.7479}, year={in press}}\n", path="refs.bib"),
    )
    invalid = (
        Bad(_heading("Nets", "https://a.dev/1", "journal={arXiv preprint arXiv:1412.7479}, year={⟦2013⟧}")),
        Bad("@misc{a, eprint={1501.00001}, archivePrefix={arXiv}, year=⟦2013⟧}\n", path="refs.bib"),
        Bad(
            "@article{a, journal={CoRR}, volume={cs/0309136}, note={arXiv:cs/0309136}, year={⟦2002⟧}}\n",
            path="refs.bib",
        ),
        Bad("@inproceedings{a, booktitle={2019 IEEE Conference on Nets}, year={⟦2018⟧}}\n", path="refs.bib"),
        Bad(
            "@inproceedings{a, series={NETS '16}, booktitle={Conference on Nets}, date={⟦2019⟧-05-01}}\n",
            path="refs.bib",
        ),
        Bad("@inproceedings{a, booktitle={Conference on Machine Learning (ICML-16)}, year=⟦2015⟧}\n", path="refs.bib"),
        Bad(
            "- **Deep nets**, A. Lovelace, ICML 2020 [[pdf]](https://a.dev/1.pdf)\n\n"
            "  ```bibtex\n  @inproceedings{a, title={Deep nets},\n"
            "    booktitle={International Conference on Machine Learning}, year={⟦2018⟧}}\n  ```\n"
        ),
        Bad(_heading("Nets (2015)", "https://a.dev/1", "journal={Neural Networks}, year={⟦2019⟧}")),
        Bad(_heading("Nets (2012)", "https://a.dev/1", "journal={arXiv preprint arXiv:1412.7479}, year={⟦2014⟧}")),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding at most for each year of a reference."""
        from listlint.packs.venues import VenueTable  # here, for lists without BibTeX do not need it

        known, whole, table = ctx.memo(macros), ctx.memo(well_formed), ctx.tables.get("venues", VenueTable)
        owners = {pair.bib.span: pair for pair in ctx.memo(cited_works)}
        for block in node.bib:
            for bib in block.entries:
                year = year_of(bib, known) if whole(bib) else None
                if year is None:
                    continue
                found = _before_number(bib, year, known) or _beside_venue(bib, year, known, table)
                pair = owners.get(bib.span)
                if found is None and pair is not None:
                    found = _beside_entry(pair, year, known, table)
                if found is not None:
                    yield found


def _before_number(bib: BibEntry, year: tuple[int, Span], known: Mapping[str, str]) -> Finding | None:
    """A preprint that is older than its arXiv number."""
    paper = arxiv_of(bib, known)
    if paper is None or not is_preprint(bib, known):
        return None
    date = arxiv_date(paper.value)
    if date is None or year[0] >= date[0] - (date[1] == 1):
        return None
    message = f"the year is {year[0]}, but arXiv:{paper.value} is of {_MONTHS[date[1] - 1]} {date[0]}"
    return Finding(year[1], message, related=(Related(paper.span, "the arXiv number"),))


def _beside_venue(bib: BibEntry, year: tuple[int, Span], known: Mapping[str, str], table: VenueTable) -> Finding | None:
    """A paper that is older than its conference, or younger by years."""
    for name in _VENUES:
        venue = field(bib, name)
        if venue is None or not is_known(venue, known):
            continue
        text = plain(venue, known)
        held = _held(text, table)
        if held is not None and not 0 <= year[0] - held <= 1:
            message = f"the year is {year[0]}, but `{venue.name.lower()}` says {held}"
            return Finding(year[1], message, related=(Related(venue.value_span, "the venue"),))
    return None


def _held(text: str, table: VenueTable) -> int | None:
    """The one year that the name of a conference says; None if it says none, or several."""
    years = {
        int(match[0]) if not match["short"] else _century(int(match["short"]))
        for match in _YEAR.finditer(_RANGE.sub(" ", text))
    }
    if not years and _GLUED.search(text):
        found = table.find(text)
        years = {found.year} if found is not None and found.year is not None else set()
    return next(iter(years)) if len(years) == 1 else None


def _century(short: int) -> int:
    return (1900 if short >= 50 else 2000) + short


def _beside_entry(pair: Pair, year: tuple[int, Span], known: Mapping[str, str], table: VenueTable) -> Finding | None:
    """A reference whose year is far from that of the list's entry."""
    venue = pair.entry.venue
    held = _held(venue.text, table) if venue is not None else None
    if venue is not None and held is not None:
        own = field(pair.bib, "booktitle", "journal")
        printed, named = table.find(plain(own, known)) if own is not None else None, table.find(venue.text)
        same = printed is not None and named is not None and printed.venue.key == named.venue.key
        if not same or 0 <= year[0] - held <= 1:
            return None
        message = f"the year is {year[0]}, but the entry says “{venue.text.strip()}”"
        return Finding(year[1], message, related=(Related(venue.span, "the entry's venue"),), entry=pair.entry)
    date = pair.entry.date
    only = _ONLY_YEAR.fullmatch(date.text) if date is not None else None
    if date is None or only is None:
        return None
    lag = _PREPRINT_LAG if is_preprint(pair.bib, known) else _LAG
    if abs(year[0] - int(only[1])) <= lag:
        return None
    message = f"the year is {year[0]}, but the entry says {only[1]}"
    return Finding(year[1], message, related=(Related(date.span, "the entry's year"),), entry=pair.entry)
