"""DUP001: a link that is listed twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Related, Rule, Severity, Span
from listlint.checks.links import shorten
from listlint.checks.works import (
    AcrossOptions,
    Listed,
    Part,
    Repeats,
    Works,
    alike,
    fold,
    listed,
    same_work,
)
from listlint.model.nodes import Document, EntryKind, Role
from listlint.text.works import is_repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry

_VIEW_MINIMUM, _VIEW_SHARE = 5, 0.5
"""Links that two groups of entries share, and the part of the smaller, from which one is a view of the other."""
_DELETABLE = frozenset({EntryKind.BULLET, EntryKind.NESTED, EntryKind.TABLE_ROW})


class DuplicateLink(Rule[Document]):
    """Two entries lead to the same place.

    A list that names a work twice makes its reader look twice; mostly one of the two was added in another
    year by somebody who did not find the first. Scheme, `www.`, trailing slashes, tracking
    parameters and the like make no difference. In another section it is only a hint, because it is often on
    purpose, and so it is in another group of one section: below another item, bold label or `<summary>`.
    Where five works or more repeat so in other sections, or two of which one stands there word for word, the
    list files works under several heads by design, and `across-sections = "rare"` is silent; also
    on a copy in another group of one section, or without a word but its title, or whose title names both sections.

    Only the link that *is* the entry counts: not links in descriptions, into the document, badges or the
    table of contents, licences, or what belongs to the entry above (`Dataset: [X]`). Where the titles have no link
    of their own and differ, a link that they share (the paper of several models) is no duplicate, and neither are
    labels such as "C++ reference" below many papers, versions or years of one thing, pages that four titles share,
    works of clearly different titles in one repository, entries in two sections of which one has no word but the title
    that both have, or that have notes of their own below them, entries that link different papers besides or begin
    with different links, two sections that use one link definition, names in a sentence, or what a section of news or
    highlights announces. Where a table or
    section repeats most of another one, it is another view of the same works.
    Suppressing the finding at either entry suffices.
    """

    Options = AcrossOptions
    code, name = "DUP001", "duplicate-link"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "## A\n\n- [Registry][r] - Stores images.\n\n## B\n\n- [Registry v2][r] - Stores images.\n\n[r]: https://a.dev\n",
        "- [A](https://a.dev/x) - One, see [B](https://b.dev).\n- [B](https://b.dev) - Two.\n",
        "- [A](https://a.dev/x#one) - One.\n- [B](https://a.dev/x#two) - Two.\n- [C](https://a.dev/x?v=1) - Three.\n",
        "## Contents\n\n- [A](#a)\n- [A again](#a)\n\n## A\n\n- [B](https://b.dev) - Two.\n",
        "- **Small model** [[paper]](https://arxiv.org/abs/2110.00001)\n- **Big net** [[paper]](https://arxiv.org/abs/2110.00001)\n",
        "- [A](https://a.dev/x) ![](https://img.shields.io/x)\n- [B](https://b.dev) ![](https://img.shields.io/x)\n",
        "- [A](https://a.dev) - One.\n\n[A](https://a.dev) is a paragraph.\n",
        "## Tools\n\n"
        + "".join(f"- [Tool {n}](https://a.dev/{n}) - Good.\n" for n in range(6))
        + "\n| Tool | Stars |\n|---|---|\n"
        + "".join(f"| [Tool {n}](https://a.dev/{n}) | {n} |\n" for n in range(6)),
        "".join(f"- Paper {n}\n  - [C++ Reference](https://a.dev/{n // 2})\n" for n in range(8)),
        # Two works in one repository, and two papers about one tool.
        "- [Nets by structured learning](https://github.com/a/b)\n- [Fast boxes](https://github.com/a/b)\n",
        "- [tool](https://github.com/a/b): [One paper](https://arxiv.org/abs/2110.00001)\n"
        "- [tool](https://github.com/a/b): [Other words](https://arxiv.org/abs/2110.00002)\n",
        # A sentence names tools; a name before the title tells two models of one paper apart.
        "- [A](https://a.dev) - One.\n- More tools that help you: [A](https://a.dev), [B](https://b.dev), [C](https://c.dev).\n",
        "- A-Net - [A paper](https://arxiv.org/abs/2110.00001)\n- B-Net - [A paper](https://arxiv.org/abs/2110.00001)\n",
        "## News\n\n- 2024-02-14: Added [A](https://a.dev).\n\n## Tools\n\n- [A](https://a.dev) - One.\n",
        "| Talk | Length |\n|---|---|\n| [A](https://a.dev), line by line | 55 |\n| Ten years later: [A](https://a.dev) | 19 |\n",
        # Bold labels, summaries, items and lines with a colon head groups, which repeat on purpose.
        "## Agents\n\n**On the web**\n\n- [A](https://a.dev) - One.\n\n🔥 __At home__:\n\n- [A](https://a.dev) - One.\n",
        "## A\n\n> **Web** | **[chat](c.png)**\n\n- [A](https://a.dev)\n\nAt home:\n\n- [A](https://a.dev)\n",
        "## Nets\n\n<details>\n<summary>Video</summary>\n\n- [A](https://a.dev) - One.\n\n</details>\n\n- [A](https://a.dev) - One.\n",
        "- [Ada Lovelace](https://ada.dev)\n  - [A](https://a.dev)\n- [Alan Turing](https://alan.dev)\n  - [A](https://a.dev)\n",
        "- [Tools](tools.md)\n  - [Tools](tools.md)\n  - [Others](others.md)\n",
        # A label that is the title: two works with one home page.
        "**Course A**\n\n- homepage: [https://a.dev](https://a.dev)\n\n**Course B**\n\n- homepage: [https://a.dev](https://a.dev)\n",
        # Two repeat, one of them word for word; a title that names both sections; another approach to one course.
        "## S\n\n- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n\n"
        "## T\n\n- [A](https://a.dev) - One.\n- [B](https://b.dev) - Other words.\n",
        "## Lisp\n\n- [Lisp and Prolog](https://a.dev/) - Ada\n\n## Prolog\n\n- [LISP and PROLOG](https://a.dev) - Ada\n",
        # A tool among those for either of its uses: no words of its own say that somebody did not know of the other.
        "## Taggers\n\n- [A](https://a.dev)\n- [B](https://b.dev)\n\n## Parsers\n\n- [A](https://a.dev)\n",
        "## Official\n\n- [A](https://a.dev)\n- [B](https://b.dev)\n\n## Registries\n\n- [A](https://a.dev/) by the makers.\n",
        "## Old\n\n- :book: [A](https://a.dev)\n- [B](https://b.dev)\n\n## New\n\n- :book: [A](http://www.a.dev)\n",
        # A work that is looked at from two sides.
        "## Bounds\n\n- [A net](https://a.dev) (Ada 2017)\n  - It bounds the error.\n- [B](https://b.dev)\n\n"
        "## Balance\n\n- [A net](https://a.dev) (Ada et al.)\n  - Its groups are alike.\n",
        "| Course | With |\n|---|---|\n| [Python I](https://a.dev) | Ada |\n| [Python II](https://a.dev) | Ada |\n",
        # Versions and years that share a page, and a page that four things share.
        "- [Llama 3.2-1|3B](https://a.dev)\n- [Llama 3.1-8|70B](https://a.dev)\n",
        "- [Safe nets (ICML 2023)](https://a.dev)\n- [1st workshop on safe nets (ICML 2022)](https://a.dev)\n",
        "".join(f"- [Corpus of {name}](https://a.dev/data)\n" for name in ("verbs", "nouns", "names", "places")),
        # What belongs to the entry above, and what stands after another link.
        "".join(
            f"- [Paper on {name}](https://arxiv.org/abs/2110.0000{n})\n  - Dataset: [X](https://a.dev)\n  - [[Kit]](https://b.dev)\n"
            for n, name in enumerate(("verbs", "nouns"))
        ),
        "- [keras](https://github.com/a/keras) - Runs on [CNTK](https://a.dev).\n- [CNTK](https://a.dev) - A toolkit.\n",
        "| Model | Weights | Paper |\n|---|---|---|\n| Net | [net](https://huggingface.co/a/net) | [A net](https://a.dev) |\n"
        "| Net lite | [lite](https://huggingface.co/a/lite) | [A net](https://a.dev) |\n",
        "- [Notes on algorithms](https://a.dev/license.html)\n- [Problems on algorithms](https://a.dev/license.html)\n",
        "## Table of contents\n\n- [Introduction](docs/a.md)\n- [Surveys](docs/a.md)\n",
        "## Trending\n\n- [A](https://a.dev) - One.\n\n## Tools\n\n- [A](https://a.dev) - Two.\n",
        "## Milestones\n\n- [Net: a strong model](https://arxiv.org/abs/2110.00001)\n\n"
        "## Models\n\n- [Net-236B](https://arxiv.org/abs/2110.00001)\n",
        # A list that files its works under several heads.
        "".join(
            f"## S{s}\n\n"
            + "".join(
                f"- [Tool {n}](https://a.dev/{n})\n- [X{s}{n}](https://b.dev/{s}{n})\n- [Y{s}{n}](https://c.dev/{s}{n})\n"
                for n in range(5)
            )
            + "\n"
            for s in range(2)
        ),
        Good(
            "## S\n\n- [A](https://a.dev) - One.\n\n## T\n\n- [A](https://a.dev) - Other words.\n",
            options={"across-sections": "never"},
        ),
        Good(
            "## S\n\n**New**\n\n- [A](https://a.dev) - One.\n\n**Old**\n\n- [A](https://a.dev) - Other words.\n",
            options={"across-sections": "never"},
        ),
        Good(
            "- Clients\n  - [A](https://a.dev) - One.\n- Servers\n  - [A](https://a.dev) - Two.\n",
            options={"across-sections": "never"},
        ),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev/x/) - One.\n- [B](https://b.dev) - Two.\n- [C](⟦http://www.a.dev/x?utm_source=c⟧) - Three.\n"
        ),
        Bad(
            "## S\n\n- [A](https://a.dev) - One.\n\n## T\n\n- [A](⟦https://a.dev⟧) - Other words.\n- [B](https://b.dev)\n"
        ),
        Bad(
            "- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n- [A](⟦https://a.dev⟧) - One.\n- [A](⟦https://a.dev⟧) - One.\n",
            "- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n",
        ),
        Bad(
            "| Name | Use |\n|---|---|\n| [A](https://a.dev) | One |\n| [B](https://b.dev) | Two |\n| [A](⟦https://a.dev⟧) | One |\n",
            "| Name | Use |\n|---|---|\n| [A](https://a.dev) | One |\n| [B](https://b.dev) | Two |\n",
        ),
        Bad("## S\n\n- [A](https://a.dev) - One.\n\n## T\n\n- [A](⟦https://a.dev⟧) - One.\n"),
        Bad("## S\n\n- [Nets with clicks](https://a.dev)\n\n## T\n\n- [Nets with CLICKS](⟦https://a.dev⟧)\n"),
        Bad("## S\n\n- [A](https://a.dev)\n\n**Old:**\n\n- [A](⟦https://a.dev⟧) - Other words.\n"),
        Bad(
            "**Web**\n\n- [A](https://a.dev) - One.\n\n**Home**\n\n- [A](⟦https://a.dev⟧) - One.\n",
            options={"across-sections": "always"},
        ),
        Bad(
            "- [Ada](https://ada.dev)\n  - [A](https://a.dev)\n  - [B](https://b.dev)\n  - [Another A](⟦https://a.dev⟧)\n"
        ),
        Bad(
            "- [Managers, what do they do? (1~2)](https://a.dev)\n- [Managers, what do they do? (part 1)](⟦https://a.dev⟧)\n"
        ),
        Bad(
            "**A net**\n\n- page: [https://a.dev](https://a.dev)\n\n**A net**\n\n- page: [https://a.dev](⟦https://a.dev⟧)\n"
        ),
        # What belongs to the second work would be left without its paper.
        Bad(
            "**A net**\n\n- intro: 2021\n- arxiv: [https://a.dev](https://a.dev)\n\n**A tree**\n\n- page: [https://b.dev](https://b.dev)\n\n"
            "**A net**\n\n- intro: 2021\n- arxiv: [https://a.dev](⟦https://a.dev⟧)\n- code: [https://c.dev](https://c.dev)\n"
        ),
        Bad("- [A][x] - One.\n- ⟦[B][x]⟧ - Two.\n\n[x]: https://a.dev\n"),
        Bad("- [A](docs/a.md) - One.\n- [B](⟦docs/a.md⟧) - Two.\n"),
        Bad(
            "- **Deep nets**, A. B. [[paper]](https://arxiv.org/abs/2110.00001)\n"
            "- **Deep Nets**, C. D. [[paper]](⟦https://arxiv.org/abs/2110.00001⟧)\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry whose primary link an earlier entry has."""
        entries = ctx.memo(listed)
        pairs = list(_pairs(entries))
        if not pairs:
            return
        views = _views(entries, pairs)
        repeats = Repeats(self.options.across_sections, entries, Works(entries))
        for found, first in pairs:
            if _shares_definition(first, found) or (_group(first), _group(found)) in views:
                continue
            if not repeats.silent(first, found):
                yield _finding(node, found, first)


def _pairs(entries: Sequence[Listed]) -> Iterator[tuple[Listed, Listed]]:
    """Each entry that repeats a link, and the one before it: of its section if there is one, else the first."""
    seen: dict[str, Listed] = {}
    in_section: dict[tuple[str, Part], Listed] = {}
    for found in entries:
        here = (found.url, found.part)
        first = in_section.setdefault(here, found)
        if first is found:
            first = seen.setdefault(found.url, found)
        if first is not found and _same_thing(first, found):
            yield found, first


def _shares_definition(first: Listed, found: Listed) -> bool:
    """Tell whether entries of two places use one link definition: who wrote the second knew of the first."""
    labels = first.link.label, found.link.label
    return first.part != found.part and None not in labels and first.link.url_span == found.link.url_span


def _group(found: Listed) -> tuple[int, EntryKind]:
    return found.entry.section.index, found.entry.kind


def _views(
    entries: Sequence[Listed], pairs: Sequence[tuple[Listed, Listed]]
) -> frozenset[tuple[tuple[int, EntryKind], tuple[int, EntryKind]]]:
    """Pairs of groups where one repeats most of the other: a table of what the bullets say, the same papers by year."""
    sizes = Counter(_group(found) for found in entries)
    shared = Counter((_group(first), _group(found)) for found, first in pairs)
    return frozenset(
        (one, other)
        for (one, other), count in shared.items()
        if one != other and count >= _VIEW_MINIMUM and count >= _VIEW_SHARE * min(sizes[one], sizes[other])
    )


def _same_thing(one: Listed, other: Listed) -> bool:
    """Tell whether two entries with one link are one thing; their titles decide if they are not the links."""
    if not same_work(one, other):
        return False
    if one.link.role is Role.TITLE and other.link.role is Role.TITLE:
        return not is_repository(one.work) or alike(one.title, other.title)
    return not one.title or not other.title or fold(one.title) == fold(other.title)


def _finding(document: Document, found: Listed, first: Listed) -> Finding:
    near, title = found.part == first.part, first.entry.section.title
    same_section = found.entry.section is first.entry.section
    if same_section:
        where = "in this section" if near else "in another group of this section"
    else:
        where = f"in section {shorten(title, 50)!r}" if title else "at the top"
    return Finding(
        found.place,
        f"{shorten(found.link.url)} is already listed {where}",
        # The other group of a section may have no other entry.
        _deletion(document, found.entry, first.entry) if (near or not same_section) and _is_whole(found) else None,
        related=(Related(first.place, "listed here first"),),
        entry=found.entry,
        severity=Severity.WARNING if near else Severity.INFO,
    )


def _is_whole(found: Listed) -> bool:
    """Tell whether the entry is all there is of the work: one without a title of its own goes on beside it."""
    return found.link.role is not Role.MENTION


def _deletion(document: Document, entry: Entry, first: Entry) -> Fix | None:
    """Delete the lines of an entry that says word for word what the first one says."""
    if entry.kind not in _DELETABLE or entry.kind is not first.kind or not _alone_on_lines(document, entry):
        return None
    if document.slice(entry.span).split() != document.slice(first.span).split():
        return None
    if len(document.entries_of(entry.section)) < 2:
        return None
    source = document.source
    start = source.line_starts[source.line_index(entry.span.start)]
    last = source.line_index(max(entry.span.start, entry.span.end - 1))
    end = source.line_starts[last + 1] if last + 1 < len(source.line_starts) else len(source.text)
    if end == len(source.text) and not source.text.endswith("\n") and start > 0:
        start -= 1
    return Fix(
        "delete the second one", (Edit(Span(start, end), ""),), Applicability.UNSAFE, May.BLOCKS, guard=first.span
    )


def _alone_on_lines(document: Document, entry: Entry) -> bool:
    source = document.source
    start = source.line_starts[source.line_index(entry.span.start)]
    last = source.line_span(source.line_index(max(entry.span.start, entry.span.end - 1)))
    before, after = source.text[start : entry.span.start], source.text[entry.span.end : last.end]
    return not before.strip() and not after.strip()
