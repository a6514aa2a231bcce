"""DUP004: a title that nearly equals another one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.titles import Titled, finding, is_twin, titled
from listlint.checks.works import AcrossOptions, Repeats, Works, listed
from listlint.model.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context

_ALIKE = 95
"""Likeness of two titles, of 100, the order of their words apart."""
_LETTERS = 30
"""Letters from which a title can be that alike to another one by a slip."""
_OTHER_WORDS = 2
"""Words of each title that the other may not have: slips are few."""
_SMALL = frozenset({"a", "an", "and", "by", "for", "from", "in", "of", "on", "the", "to", "using", "via", "with"})
"""Words that one of two titles may have and the other not."""
_COMPARED = 12
"""Entries that share a telling word with a further one, and are compared with it."""


class SimilarTitle(Rule[Document]):
    """Two entries have nearly the same title, and authors or year agree, but they lead to different works.

    A slip in a title hides that a paper is listed twice: searching for either finds one. Or the title was
    changed between preprint and publication.

    Titles are compared word by word, in any order; those that differ in a number, a letter that stands alone or a
    telling beginning ("un-", "non-", "multi-") are parts of a series or rivals. All else is as with `duplicate-title`, which
    reports equal titles. The rule is off but in `papers`.
    """

    Options = AcrossOptions
    code, name = "DUP004", "similar-title"
    severity = Severity.INFO
    valid = (
        "- [Large nets that learn to learn from nets](https://a.dev/1.pdf), 2019\n- [Large trees that grow to grow from trees](https://b.dev/2.pdf), 2019\n",
        # Equal: another rule's.
        "- [Nets that learn to learn](https://a.dev/1.pdf), 2019\n- [Nets that learn to learn](https://b.dev/2.pdf), 2019\n",
        # A series, and rivals.
        "- [Learning local features of very large graphs](https://a.dev/1.pdf), 2019\n"
        "- [Learning non-local features of very large graphs](https://b.dev/2.pdf), 2019\n",
        "- [Large nets that learn to learn, part 1](https://a.dev/1.pdf), 2019\n- [Large nets that learn to learn, part 2](https://b.dev/2.pdf), 2019\n",
        "- [Supervised learning of representations by large nets](https://a.dev/1.pdf), 2019\n"
        "- [Unsupervised learning of representations by large nets](https://b.dev/2.pdf), 2019\n",
        "- [Large nets that learn to learn from nets](https://a.dev/1.pdf), 2019\n- [Large nets that lern to learn from nets](https://b.dev/2.pdf), 2020\n",
        Good(
            "## S\n\n- [Large nets that learn to learn from nets](https://a.dev/1.pdf), 2019\n\n"
            "## T\n\n- [Large nets that lern to learn from nets](https://b.dev/2.pdf), 2019\n",
            options={"across-sections": "never"},
        ),
    )
    invalid = (
        Bad(
            "- [Large nets that learn to learn from nets](https://a.dev/1.pdf), 2019\n- [B](https://b.dev)\n"
            "- [⟦Large nets that lern to learn from nets⟧](https://b.dev/2.pdf), 2019\n"
        ),
        Bad(
            "- **Learning to learn by gradient descent**, Ada Lovelace et al. [[paper]](https://arxiv.org/abs/1606.04474)\n"
            "- **⟦Learning to learn by gradients descent⟧**, Ada Lovelace et al. [[paper]](https://doi.org/10.1145/3446776)\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry whose title is nearly that of an earlier entry of another work."""
        entries = [one for one in titled(ctx.memo(listed)) if len(one.key) >= _LETTERS]
        frequent = Counter(word for one in entries for word in set(one.words))
        blocks: dict[str, list[Titled]] = defaultdict(list)
        repeats: Repeats | None = None
        works: Works | None = None
        for found in entries:
            telling = _telling(found.words, frequent)
            near = next(_near(found, [blocks[word] for word in telling]), None)
            if near is not None:
                works = works or Works(ctx.memo(listed))
                repeats = repeats or Repeats(self.options.across_sections, ctx.memo(listed), works)
                if is_twin(near, found, works, repeats):
                    yield finding(found, near, "has nearly the title of an earlier entry, but leads elsewhere")
            for word in telling:
                if len(blocks[word]) < _COMPARED:
                    blocks[word].append(found)


def _telling(words: Sequence[str], frequent: Counter[str]) -> list[str]:
    """The rarest words of a title.

    Titles that differ in ``_OTHER_WORDS`` words at most share one of them: of all words in one order, the first
    few of each (prefix filtering, as in Chaudhuri, Ganti, Kaushik: "A primitive operator for similarity joins", 2006).
    """
    return sorted(set(words), key=lambda word: (frequent[word], word))[: _OTHER_WORDS + 1]


def _near(found: Titled, blocks: Sequence[Sequence[Titled]]) -> Iterator[Titled]:
    from rapidfuzz import fuzz  # here, for few documents need it

    seen: set[int] = set()
    ours = found.word_set
    for block in blocks:
        for other in block:
            different = ours ^ other.word_set
            if len(different) > 2 * _OTHER_WORDS or id(other) in seen or other.key == found.key:
                continue
            if any(map(str.isdigit, different)):
                continue
            seen.add(id(other))
            if _differs_by_a_slip(other.words, found.words) and (
                fuzz.token_sort_ratio(" ".join(other.words), " ".join(found.words)) >= _ALIKE
            ):
                yield other


def _differs_by_a_slip(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether the words that only one of two titles has are few, and slips of each other."""
    ours, theirs = (
        sorted((Counter(one) - Counter(other)).elements()),
        sorted((Counter(other) - Counter(one)).elements()),
    )
    if max(len(ours), len(theirs)) > _OTHER_WORDS:
        return False
    if not (ours and theirs):
        return _SMALL.issuperset((*ours, *theirs))
    left, right = "".join(ours), "".join(theirs)
    if any(any(map(str.isdigit, word)) or len(word) == 1 for word in (*ours, *theirs)):
        return left == right
    short, long = sorted((left, right), key=len)
    return long == short or not long.endswith(short)
