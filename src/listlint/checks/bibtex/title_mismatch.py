"""BIB010: the BibTeX title is another than that of the list's entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.bib import content, field, is_known, macros, plain
from listlint.checks.convention import Convention, convention
from listlint.checks.references import cited_works
from listlint.model.nodes import Document
from listlint.text.titles import likeness, unlike

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.checks.references import Pair

_ALIKE = 0.8
_SHOWN = 90
"""Characters of a title that a message shows."""


def _heading(title: str, fields: str) -> str:
    """An example: a list of two entries, the first with a block."""
    block = f"```bibtex\n@misc{{a, {fields}}}\n```\n"
    return f"#### {title}\n\npaper: [here](https://a.dev/1.pdf)\n\n{block}\n#### Another\n\npaper: [here](https://a.dev/2)\n"


class TitleMismatch(Rule[Document]):
    """A BibTeX block has another title than the entry that it belongs to.

    Whoever copies the block cites another work than the one they read about: a block pasted under the wrong
    heading, or a link that was replaced and a block that was not. No style and no compiler notices.

    Case, punctuation, accents, LaTeX, hyphens, plurals and articles are no difference, nor are `(…)` or `[TAG]`
    around the title, a `Name:` before it, or a subtitle that one of the two leaves out. A name of one or two words
    (`ResNet`) is no title to compare, unless nine of ten entries give theirs in full. Titles that differ in a few words only are a hint: the paper may have been renamed
    between its versions. Entries with several blocks, and blocks that ask to cite the list, are left alone.
    """

    code, name = "BIB010", "title-mismatch"
    severity = Severity.WARNING
    about = "bib"
    valid = (
        _heading("Nets as kernels", "title={{Nets} as Kernels}"),
        _heading("Fast wide nets (FWN) [`UNREAD`]", "title={Fast wide nets}"),
        _heading("Fast nets (still) require rethinking", "title={Fast nets (still) require rethinking}"),
        _heading("Rectifiers in depth: past humans (PReLU / XYZ)", "title={Rectifiers in depth: Past humans}"),
        _heading(
            "[ICML 2020] FWN: Few-shot nets for the Gödel number", 'title={Few shot net for the {G{\\"o}del} number}'
        ),
        _heading("Few-shot nets for numbers", "title={{FWN}: Fewshot Nets for Numbers}"),
        _heading("2. Kernels of wide nets, in practice", "title={Kernels of wide nets: in practice}"),
        _heading("Kernels of nets", "title={Kernels of nets: Convergence and more}"),
        _heading("Kernels of nets: Convergence and mo...", "title={Kernels of nets: Convergence and more}"),
        _heading("ResNet", "title={Deep residual learning for images}"),
        _heading("网络的核", "title={Kernels of deep nets}"),
        "- **Nets as kernels**, A. Lovelace, ICML 2020 [[pdf]](https://a.dev/1.pdf)\n\n"
        "  ```bibtex\n  @misc{a, title={Nets as kernels}}\n  ```\n",
        # What to cite for the list itself.
        "# Papers\n\n- [A survey of small nets](https://a.dev)\n\n## Citation\n\n"
        "```bibtex\n@misc{a, title={A list of nets and kernels}}\n```\n",
        "# Papers\n\n- [A survey of small nets](https://a.dev)\n\nIf this list helped you, please cite it:\n\n"
        "```bibtex\n@misc{a, title={A list of nets and kernels}}\n```\n",
        # Two versions under one entry, and a block that is broken (BIB001).
        _heading("Nets as kernels", "title={Nets as kernels}}\n@misc{b, title={On the kernels of wide networks}"),
        _heading("Nets as kernels", "title={The rest of it, year=2020"),
        Good("@misc{a, title={Nets as kernels}}\n", path="refs.bib"),
    )
    invalid = (
        Bad(_heading("Nets as kernels", "title={⟦Grad-view: Pictures of what a machine sees⟧}")),
        Bad(_heading("Nets as kernels", 'title = "⟦A study of pruning without pain⟧"')),
        Bad(
            "- [Nets as kernels in the limit](https://a.dev/1.pdf)\n\n"
            "  ```bibtex\n  @misc{a,\n    title={⟦A study of pruning without pain⟧}\n  }\n  ```\n"
        ),
        Bad(
            _heading(
                "Wide nets of any depth evolve as linear models",
                "title={⟦Wide nets of any depth evolve as kernel models⟧}",
            )
        ),
        Bad(
            "".join(_heading(f"Nets of kind {n}", f"title={{Nets of kind {n}}}") for n in range(12))
            + _heading("Differential nets", "title={⟦A book on cooking rice⟧}")
        ),
        Bad(_heading("Survey of nets: the first years", "title=⟦{A book on} # { cooking rice}⟧")),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each reference whose title is not that of its entry."""
        known = ctx.memo(macros)
        pairs = ctx.memo(cited_works)
        names = not _lists_titles(pairs, known)
        for pair in pairs:
            found = _compare(pair, known, names=names)
            if found is not None:
                yield found


def _lists_titles(pairs: Sequence[Pair], known: Mapping[str, str]) -> bool:
    """Tell whether the list has the habit of giving titles in full, so that a short one is no name."""
    titles = ((pair.entry.title, field(pair.bib, "title")) for pair in pairs)
    same = [likeness(one.text, plain(other, known)) == 1 for one, other in titles if one and other]
    return convention(same) == Convention(True, sum(same), len(same))


def _compare(pair: Pair, known: Mapping[str, str], *, names: bool) -> Finding | None:
    title = field(pair.bib, "title")
    listed = pair.entry.title
    if title is None or listed is None or not is_known(title, known):
        return None
    text = plain(title, known)
    alike = likeness(listed.text, text, names=names)
    if alike is None or alike >= 1:
        return None
    inside = content(title)
    span = inside[1] if inside else title.value_span
    related = (Related(listed.span, "the entry's title"),)
    if alike < _ALIKE:
        message = f"the BibTeX title is “{_short(text)}”, but the entry is “{_short(listed.text)}”"
        return Finding(span, message, related=related, entry=pair.entry)
    ours, theirs = unlike(listed.text, text)
    if not ours and not theirs:
        return None
    message = f"the BibTeX title {_difference(ours, theirs)}"
    return Finding(span, message, related=related, entry=pair.entry, severity=Severity.INFO)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "\u2026"


def _difference(ours: Sequence[str], theirs: Sequence[str]) -> str:
    """What a BibTeX title has for the words ``ours`` of the entry's."""
    listed, written = _short(" ".join(ours)), _short(" ".join(theirs))
    if not ours:
        return f"has “{written}”, which the entry has not"
    return f"has “{written}” where the entry has “{listed}”" if theirs else f"lacks “{listed}”, which the entry has"
