"""DUP003: a title that two entries have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.titles import Titled, finding, is_twin, titled
from listlint.checks.works import AcrossOptions, Repeats, Works, listed
from listlint.model.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_COMPARED = 4
"""Entries with one title that a further one is compared with; more of them are no duplicate but a name."""


class DuplicateTitle(Rule[Document]):
    """Two entries have the same title, and authors or year agree, but they lead to different works.

    Mostly it is one paper, added once by its preprint and again by its journal's page; now and then one of the two has
    its neighbour's title. Case, punctuation and LaTeX make no difference.

    Both have to be texts: papers by their identity, or PDFs; a talk, a page or the code of a paper may bear its title.
    Titles of one or two words are names that several works may have, and role words (`[paper]`) are none. Where the first
    authors are known on both sides they decide, else a year that both name. What leads to one work, or by one URL,
    is `duplicate-work`'s and `duplicate-link`'s. Lists that file works under several heads by design are
    not judged across them. The rule is off but in `papers`.
    """

    Options = AcrossOptions
    code, name = "DUP003", "duplicate-title"
    severity = Severity.INFO
    valid = (
        # Neither author nor year is known, or they contradict each other.
        "- [A net that learns](https://a.dev/1.pdf)\n- [A net that learns](https://b.dev/2.pdf)\n",
        "- [A net that learns](https://a.dev/1.pdf), 2019\n- [A net that learns](https://b.dev/2.pdf), 2021\n",
        "- [A net that learns](https://a.dev/1.pdf), Ada Lovelace et al., 2019\n- [A net that learns](https://b.dev/2.pdf), Alan Turing et al., 2019\n",
        # A paper and the talk on it.
        "- [A net that learns](https://arxiv.org/abs/1803.08367), 2018\n- [A net that learns](https://youtu.be/dQw4w9WgXcQ), 2018\n",
        "- [A net that learns](https://arxiv.org/abs/1803.08367), 2018\n- [A net that learns](https://a.dev), 2018\n",
        # Names, and role words.
        "- [Deep learning](https://a.dev/1.pdf), 2019\n- [Deep Learning](https://b.dev/2.pdf), 2019\n",
        "- Nets, 2019 [[paper]](https://a.dev/1.pdf)\n- Trees, 2019 [[paper]](https://b.dev/2.pdf)\n",
        # One work: another rule's.
        "- [A net that learns](https://arxiv.org/abs/1803.08367), 2018\n- [A net that learns](https://arxiv.org/pdf/1803.08367), 2018\n",
        "- [A net that learns](https://a.dev/1.pdf), 2019\n  - [A net that learns](https://b.dev/2.pdf), 2019\n",
        Good(
            "## S\n\n- [A net that learns](https://a.dev/1.pdf), 2019\n\n## T\n\n- [A net that learns](https://b.dev/2.pdf), 2019\n",
            options={"across-sections": "never"},
        ),
    )
    invalid = (
        Bad(
            "- [A Net that learns!](https://arxiv.org/abs/1803.08367) - Ada Lovelace et al., 2018\n- [B](https://b.dev)\n"
            "- [⟦A net that learns⟧](https://doi.org/10.1145/3446776) - Ada Lovelace et al., 2020\n"
        ),
        Bad(
            "- **A net that \\$learns\\$**, NeurIPS 2019 [[paper]](https://a.dev/1.pdf)\n"
            "- **⟦A net that learns⟧**, NeurIPS 2019 [[paper]](https://b.dev/2.pdf)\n"
        ),
        Bad(
            "## S\n\n- [学习表示的网络和方法研究](https://a.dev/1.pdf) 2019\n\n## T\n\n- [⟦学习表示的网络和方法研究⟧](https://b.dev/2.pdf) 2019\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry whose title an earlier entry of another work has."""
        entries = titled(ctx.memo(listed))
        known: dict[str, list[Titled]] = {}
        repeats: Repeats | None = None
        works: Works | None = None
        for found in entries:
            before = known.setdefault(found.key, [])
            if before:
                works = works or Works(ctx.memo(listed))
                repeats = repeats or Repeats(self.options.across_sections, ctx.memo(listed), works)
                first = next((one for one in before if is_twin(one, found, works, repeats)), None)
                if first is not None:
                    yield finding(found, first, "has the title of an earlier entry, but leads elsewhere")
            if len(before) < _COMPARED:
                before.append(found)
