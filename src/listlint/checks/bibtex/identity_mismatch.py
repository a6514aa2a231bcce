"""BIB011: the BibTeX block is of another paper than the entry's link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib import field, macros, plain
from listlint.checks.references import COMPARED, PREPRINT_DOI, cited_works, identifiers, paper_links
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.identity import identity
from listlint.text.titles import likeness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.checks.references import Identifier, Pair
    from listlint.model.nodes import BibEntry, Link

_ALIKE = 0.8
"""Likeness of two titles from which they may be one paper's."""
_Titles = dict[str, tuple["BibEntry", str]]
_VERSION = lazy(r"(?:[./]v\d{1,2}|(?<=f1000research\.)(\d+)\.\d{1,2})\Z")
_ACM = lazy(r"doi:10\.1145/\d++\.(\d++)")
_CALLED = {"arxiv": "arXiv:", "doi": "DOI ", "acl": "ACL Anthology "}


def _heading(link: str, fields: str) -> str:
    """An example: a list of two entries, the first with a block."""
    block = f"```bibtex\n@article{{a, title={{Nets}}, {fields}}}\n```\n"
    return f"#### Nets\n\npaper link: [here]({link})\n\n{block}\n#### Another\n\npaper link: [here](https://a.dev/2)\n"


class IdentityMismatch(Rule[Document]):
    """The arXiv number or DOI of a BibTeX block is another than that of its entry's paper link.

    One of the two leads to a wrong paper: a link that was pasted from the entry above, a digit that was lost, a
    block of another work. The reader who follows the link and the one who cites the block do not have the same paper.

    Only the paper link is compared, not code, slides, or links to follow-up work, and only names of one kind: the
    arXiv number of a link says nothing against the DOI of a block. arXiv's own DOIs (`10.48550/arXiv.…`) are arXiv
    numbers. A preprint server's DOI and a journal's are two versions of one work, not two works. An entry that links
    several papers, one of which is the block's, is fine. A link that leads to the paper of another block, with another
    title, is wrong whatever this block names.
    """

    code, name = "BIB011", "identity-mismatch"
    severity = Severity.ERROR
    about = "bib"
    valid = (
        _heading("https://arxiv.org/pdf/1412.7479v2.pdf", "journal={arXiv preprint arXiv:1412.7479}"),
        _heading("https://arxiv.org/abs/1412.7479", "doi={10.48550/arXiv.1412.7479}"),
        _heading("https://doi.org/10.48550/arXiv.1412.7479", "eprint={1412.7479}, archivePrefix={arXiv}"),
        _heading("https://arxiv.org/abs/math.GT/0309136", "eprint={math/0309136}"),
        _heading("https://dl.acm.org/doi/pdf/10.1145/3446776", "doi={10.1145/3446776}"),
        _heading("https://dl.acm.org/doi/10.1145/ABC", "doi={https://doi.org/10.1145/abc}"),
        # Names of two kinds, and two versions of one work.
        _heading("https://doi.org/10.1145/3446776", "journal={arXiv preprint arXiv:1412.7479}"),
        _heading("https://arxiv.org/abs/1412.7479", "doi={10.1145/3446776}"),
        _heading("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v1", "doi={10.1038/s41586-020-0001-1}"),
        _heading("https://link.springer.com/book/10.1007/978-3-030-01234-2", "doi={10.1007/978-3-030-01234-2_7}"),
        _heading("https://dl.acm.org/doi/pdf/10.1145/3200691.3178491", "doi={10.1145/3178487.3178491}"),
        # The note of a block may speak of other papers; its number may stand in the address.
        _heading(
            "https://arxiv.org/abs/1412.7479", "note={Extends arXiv:1306.0514}, url={http://arxiv.org/abs/1412.7479}"
        ),
        # Code, slides and follow-up work are not the paper.
        "#### Nets\n\npaper link: [here](https://arxiv.org/pdf/1412.7479)\n\nfollow-up link: [here](https://arxiv.org/pdf/1512.00001)\n\n"
        "slides link: [here](https://arxiv.org/pdf/1512.00002)\n\n"
        "```bibtex\n@article{a, title={Nets}, journal={arXiv preprint arXiv:1412.7479}}\n```\n\n"
        "#### Another\n\npaper link: [here](https://a.dev/2)\n",
        "#### Nets\n\nfollow-up: [here](https://arxiv.org/pdf/1512.00001)\n\npaper link: [here](https://a.dev/1)\n\n"
        "```bibtex\n@article{a, title={Nets}, journal={arXiv preprint arXiv:1412.7479}}\n```\n\n"
        "#### Another\n\npaper link: [here](https://a.dev/2)\n",
        "- [Nets](https://arxiv.org/abs/1512.00001) [[pdf]](https://arxiv.org/pdf/1412.7479)\n\n"
        "  ```bibtex\n  @misc{a, eprint={1412.7479}}\n  ```\n",
        Good("@misc{a, eprint={1412.7479}, url={https://arxiv.org/abs/1412.7479}}\n", path="refs.bib"),
    )
    invalid = (
        Bad(_heading("https://arxiv.org/pdf/1412.7479", "journal={arXiv preprint arXiv:⟦1412.7497⟧}")),
        Bad(_heading("https://arxiv.org/pdf/1412.7479", "journal={CoRR}, volume={abs/⟦1211.5063⟧}")),
        Bad(_heading("https://arxiv.org/abs/1412.7479", "eprint = {⟦1211.5063⟧}, archivePrefix = {arXiv}")),
        Bad(_heading("https://arxiv.org/abs/1412.7479", "doi={⟦10.48550/arXiv.1211.5063⟧}")),
        Bad(_heading("https://arxiv.org/abs/1412.7479", "url={⟦https://arxiv.org/abs/1211.5063⟧}")),
        Bad(_heading("https://dl.acm.org/doi/pdf/10.1145/3446776", "doi={⟦10.1145/3446777⟧}")),
        Bad(
            "- [Nets](https://nets.dev) [[pdf]](https://arxiv.org/pdf/1412.7479)\n\n"
            "  ```bibtex\n  @misc{a, eprint={⟦1211.5063⟧}}\n  ```\n"
        ),
        # The link of the entry above.
        Bad(
            "#### Nets as kernels\n\npaper: [here](https://arxiv.org/pdf/1412.7479)\n\n"
            "```bibtex\n@misc{a, title={Nets as kernels}, eprint={1412.7479}}\n```\n\n"
            "#### A study of pruning\n\npaper: [here](⟦https://arxiv.org/pdf/1412.7479⟧)\n\n"
            "```bibtex\n@article{b, title={A study of pruning}, doi={10.1145/3446776}}\n```\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each reference that is of another paper than its entry's link."""
        known = ctx.memo(macros)
        pairs = ctx.memo(cited_works)
        others = _titles_by_identity(pairs, known)
        for pair in pairs:
            yield from self._compare(pair, known, others)

    def _compare(self, pair: Pair, known: Mapping[str, str], others: _Titles) -> Iterator[Finding]:
        found = _contradiction(pair, known)
        if found is not None:
            own, link, work = found
            message = f"the BibTeX block is of {_called(own.identity)}, but the paper link leads to {_called(work)}"
            yield Finding(own.span, message, related=(Related(link.url_span, "the paper link"),), entry=pair.entry)
            return
        mixed = _of_another(pair, known, others)
        if mixed is not None:
            link, work, other = mixed
            message = f"the paper link leads to {_called(work)}, which is the paper of `{other.key}`, not of this block"
            place = link.url_span if link.span.covers(link.url_span) else link.span
            related = (Related(pair.bib.key_span, "this block"), Related(other.key_span, "the block of that paper"))
            yield Finding(place, message, related=related, entry=pair.entry)


def _called(work: str) -> str:
    scheme, _, value = work.partition(":")
    return _CALLED[scheme] + value


def _titles_by_identity(pairs: Sequence[Pair], known: Mapping[str, str]) -> _Titles:
    """For each identity that a block names the first such block and its title."""
    found: _Titles = {}
    for pair in pairs:
        title = field(pair.bib, "title")
        if title is not None:
            for one in identifiers(pair.bib, known):
                found.setdefault(one.identity, (pair.bib, plain(title, known)))
    return found


def _of_another(pair: Pair, known: Mapping[str, str], others: _Titles) -> tuple[Link, str, BibEntry] | None:
    """The paper link of an entry that leads to the paper of another block, whose title differs from this one's."""
    links = paper_links(pair.entry)[:1]
    title = field(pair.bib, "title")
    for link in links if title is not None else ():
        work = identity(link.target)
        other = others.get(work or "")
        if work and other and title and other[0] is not pair.bib:
            alike = likeness(plain(title, known), other[1], names=False)
            own = {one.identity for one in identifiers(pair.bib, known)}
            if alike is not None and alike < _ALIKE and work not in own:
                return link, work, other[0]
    return None


def _contradiction(pair: Pair, known: Mapping[str, str]) -> tuple[Identifier, Link, str] | None:
    """The identifier that the entry's paper link contradicts, that link, and the work that it leads to."""
    linked = [(link, work) for link in paper_links(pair.entry) if (work := identity(link.target))]
    own = identifiers(pair.bib, known) if linked else ()
    for scheme in COMPARED:
        ours = [one for one in own if one.scheme == scheme]
        theirs = [(link, work) for link, work in linked if work.startswith(scheme + ":")]
        if ours and theirs and not _any_same(ours, [work for _, work in theirs]):
            return ours[0], *theirs[0]
    return None


def _any_same(ours: Sequence[Identifier], theirs: Sequence[str]) -> bool:
    return any(_same(one.identity, other) for one in ours for other in theirs)


def _same(one: str, other: str) -> bool:
    """Tell whether two identities of one scheme may be one work: equal, versions, a whole and its part."""
    if not one.startswith("doi:"):
        return one == other
    first, second = _VERSION.sub(r"\1", one), _VERSION.sub(r"\1", other)
    if first == second or one.startswith("doi:10/") or other.startswith("doi:10/"):
        return True  # what a short DOI stands for is not known here
    archived = bool(PREPRINT_DOI.match(one)), bool(PREPRINT_DOI.match(other))
    if any(archived):
        return not all(archived)  # preprints have another DOI once they are published
    articles = _ACM.fullmatch(one), _ACM.fullmatch(other)
    if articles[0] and articles[1] and articles[0][1] == articles[1][1]:
        return True  # printed in the proceedings and again in a newsletter
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and not long[len(short)].isalnum()
