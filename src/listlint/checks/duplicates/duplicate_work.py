"""DUP002: a work that is listed twice under different URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.links import shorten
from listlint.checks.works import (
    AcrossOptions,
    Listed,
    Repeats,
    Works,
    alike,
    distinct_anchors,
    listed,
    parent_entries,
    same_work,
)
from listlint.model.nodes import Document
from listlint.text.works import is_paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry


class DuplicateWork(Rule[Document]):
    """Two entries lead to the same work by different URLs.

    The abstract and the PDF of one arXiv paper, two hosts of one proceedings, a repository with and
    without `.git`: to the reader it is one work, listed twice, and a search for the URL does not show
    it. What makes a work is its identity: arXiv number, DOI, id of an archive, `owner/repo`, video;
    a BibTeX block that names both ties a DOI to an arXiv number.

    Several links of one entry, of entries nested in it or side by side in one, are its forms. Links
    to different places in a work (`#page=3`, a time of a video) are fine. The same URL twice is DUP001.
    Entries whose titles differ clearly are two things that share a source (a paper and a model of it, a paper
    and its entry among the tools), unless they are called after the paper by a telling word; a link in parentheses is a citation.
    In different sections, or groups of one (below different items or bold labels), it is only a hint, and none
    where five works or more repeat so in sections, or two and one of them word for word: such a list files its
    works under several heads by design.
    """

    Options = AcrossOptions
    code, name = "DUP002", "duplicate-work"
    severity = Severity.WARNING
    valid = (
        "- [A](https://arxiv.org/abs/1803.08367) [[pdf]](https://arxiv.org/pdf/1803.08367)\n- [B](https://arxiv.org/abs/1803.08368)\n",
        "- [A](https://a.dev)\n  - [abs](https://arxiv.org/abs/1803.08367)\n  - [pdf](https://arxiv.org/pdf/1803.08367)\n",
        "- [A](https://arxiv.org/abs/1803.08367)\n  - [Slides of A](https://arxiv.org/pdf/1803.08367)\n",
        "- [A](https://youtu.be/dQw4w9WgXcQ?t=10)\n- [B](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=99)\n",
        "- [A](https://github.com/a/b)\n- [B](https://github.com/a/b/blob/main/x.md)\n- [C](https://github.com/a/b#usage)\n",
        "- [A](https://a.dev/x) - One.\n- [B](https://www.a.dev/x/) - The same URL.\n",
        # Two models of one paper, and citations of it in parentheses.
        "- [A long title of a paper](https://arxiv.org/abs/1803.08367)\n- [Net-7B](https://arxiv.org/pdf/1803.08367)\n",
        "- [Net](https://arxiv.org/abs/1803.08367)\n- It is fast (see [proof of Net](https://arxiv.org/pdf/1803.08367))\n",
        "- A-Net - [A paper](https://arxiv.org/abs/1803.08367)\n- B-Net - [A paper](https://arxiv.org/abs/1803.08367v2)\n",
        # The paper, and the tool that came with it.
        "## Papers\n\n- [A net](https://arxiv.org/abs/1803.08367)\n\n## Tools\n\n- [A net](https://arxiv.org/pdf/1803.08367)\n",
        # A list that files its works under several heads.
        "".join(
            f"## {form}\n\n"
            + "".join(f"- [Paper {n}](https://arxiv.org/{form}/1803.0836{n})\n" for n in range(5))
            + "\n"
            for form in ("abs", "pdf")
        ),
        "## Images\n\n- Ada [[paper]](https://arxiv.org/abs/1803.08367)\n- Alan [[paper]](https://arxiv.org/abs/1803.08368)\n\n"
        "## Video\n\n- Ada [[web]](https://a.dev) [[paper]](https://arxiv.org/pdf/1803.08367)\n- Alan [[paper]](https://arxiv.org/abs/1803.08368)\n",
        Good(
            "**Web**\n\n- [Tool](https://github.com/Some/Tool)\n\n**Home**\n\n- [Tool](https://github.com/some/tool.git)\n",
            options={"across-sections": "never"},
        ),
        Good(
            "## S\n\n- [Tool](https://github.com/Some/Tool)\n\n## T\n\n- [Tool](https://github.com/some/tool.git)\n",
            options={"across-sections": "never"},
        ),
    )
    invalid = (
        Bad(
            "- [A paper](https://arxiv.org/pdf/1803.08367.pdf)\n- [B](https://b.dev)\n- [A Paper](⟦https://arxiv.org/abs/1803.08367v2⟧)\n"
        ),
        Bad(
            "## S\n\n- [Tool](https://github.com/Some/Tool)\n\n## T\n\n- [The tool](⟦https://github.com/some/tool.git⟧)\n"
        ),
        Bad(
            "**Web**\n\n- [Tool](https://github.com/Some/Tool)\n\n**Home**\n\n- [Tool](⟦https://github.com/some/tool.git⟧)\n"
        ),
        Bad(
            "- [A paper](https://dl.acm.org/doi/pdf/10.1145/3446776)\n- ⟦[A Paper][b]⟧\n\n[b]: https://doi.org/10.1145/3446776\n"
        ),
        Bad(
            "- [gradient paper](https://papers.nips.cc/paper/2019/file/0d1a9651497a38d8b1c3871c84528bd4-Paper.pdf)\n"
            "- [on gradient flow](⟦https://proceedings.neurips.cc/paper/2019/hash/0d1a9651497a38d8b1c3871c84528bd4-Abstract.html⟧)\n"
        ),
        Bad(
            "## A paper\n\n[here](https://arxiv.org/abs/1803.08367)\n\n"
            "```bibtex\n@article{a1, title={A}, doi={10.1145/3446776}, eprint={1803.08367}, archivePrefix={arXiv}}\n```\n\n"
            "## Its journal version\n\n[here](⟦https://doi.org/10.1145/3446776⟧)\n\n"
            "```bibtex\n@article{a2, title={A}, year={2021}}\n```\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry whose work an earlier entry has under another URL."""
        entries = ctx.memo(listed)
        works = Works(entries)
        around: Mapping[int, Entry | None] | None = None
        repeats = Repeats(self.options.across_sections, entries, works)
        first: dict[str, Listed] = {}
        urls: set[str] = set()
        for found in entries:
            work = works.of(found)
            repeated = found.url in urls
            urls.add(found.url)
            if work is None or work.startswith("url:"):
                continue
            before = first.setdefault(work, found)
            if before is found or repeated or distinct_anchors(before, found):
                continue
            if repeats.silent(before, found) or not _same_work(before, found):
                continue
            around = around if around is not None else parent_entries(node)
            if _belong_together(before.entry, found.entry, around):
                continue
            yield Finding(
                found.place,
                f"{work} is already listed, as {shorten(before.link.url)}",
                related=(Related(before.place, "listed here first"),),
                entry=found.entry,
                severity=Severity.WARNING if before.part == found.part else Severity.INFO,
            )


def _same_work(one: Listed, other: Listed) -> bool:
    """Tell whether two entries name one work; where BibTeX ties two identities, their titles need not be alike."""
    tied = one.work != other.work
    return same_work(one, other) and (tied or alike(one.title, other.title, paper=is_paper(one.work)))


def _belong_together(one: Entry, other: Entry, around: Mapping[int, Entry | None]) -> bool:
    """Tell whether one entry is part of the other, or both are parts of a third."""
    if one.span.covers(other.span):
        return True
    parent = around.get(id(one))
    return parent is not None and parent is around.get(id(other))
