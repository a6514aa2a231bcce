"""MET008: the label of a link is written in another way than the list writes it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Setting, Severity, Span, Trait
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.model.nodes import BlockKind, Document, EntryKind, LinkKind, Role
from listlint.model.patterns import lazy
from listlint.text.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from listlint.checks.api import Context, ReferenceTrait
    from listlint.model.nodes import Entry, Link

_GROUP = "MET008:label-format"
_BRANDS = frozenset(
    {
        "arXiv", "bioRxiv", "medRxiv", "GitHub", "GitLab", "YouTube", "OpenReview", "PyTorch", "TensorFlow", "BibTeX",
        "PowerPoint", "HuggingFace", "Hugging Face", "Google Colab", "Google Scholar",
    }
)  # fmt: skip
"""Names as their owners write them, which are not wrong where most of a list writes them otherwise."""
_BEFORE = lazy(r"(?:\A|^|[\[(（【|,，;:：.。/·•>\])}*_`~+&!?\"”—–-])\s*+\Z", re.MULTILINE)
_AFTER = lazy(r"\s*+(?:\Z|\n|[\])）】|,，;.。/·•<\[(*_~+&—–-])")
_SHARED_BEFORE, _SHARED = lazy(r"[,/|·&;+•]\s*+\Z"), lazy(r"\s*+[,/|·&;+•]")
"""What stands between labels that may share their brackets."""
_LEAD = r"[ \t>]*+(?:[-*+]\s++|\d++[.)]\s++)?"
_NAMED = lazy(rf"{_LEAD}(?P<label>[^\W\d_][\w /-]{{0,30}}?)\s*+[:：]\s*+[\[(]?")
_ALONE = lazy(r"(?P<label>[^\W\d_][\w /-]{0,30}?)\s*+[:：]\s*+")
_SUFFIX = lazy(r"\s++(?:link|url)s?\Z", re.IGNORECASE)
_PAIRS = {"[": "]", "(": ")", "（": "）", "【": "】"}
_CLOSERS = frozenset(_PAIRS.values())
_COLONS = ":："
_LABEL, _HEADS = "label ", " before a link"
"""The beginning and the end of traits' names."""
_LONGEST = 40
_KINDS = frozenset({LinkKind.INLINE, LinkKind.FULL})
_NEVER = frozenset({Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE})
_TITLE = Role.TITLE
_NO_LABELS = _NEVER | {Role.TITLE, Role.HERE, Role.MENTION}


def _items(form: str, count: int = 10) -> str:
    """Items with a label of this form; ``URL`` in it stands for an address."""
    return "".join(f"- **Paper {n}** {form.replace('URL', f'https://a.dev/{n}')}\n" for n in range(count))


def _headings(*labels: str) -> str:
    return "".join(f"## Paper {n}\n\n{label}: [here](https://a.dev/{n})\n\n" for n, label in enumerate(labels))


class LabelFormat(Rule[Document]):
    """The label of a link is written in another way than the list's other labels of that kind.

    Readers find the PDF or the code of a paper by the look of its label, and scripts find it by its letters.
    Compared are labels of one word: `[PDF]` with `[pdf]`, `paper:` with `paper link:`, `[pdf](…)` with
    `[[pdf](…)]`. Different words are not compared, since `arXiv` and `paper`, or `website` and `project`, tell
    different things; `labels` in the configuration sets one for each role (`labels = {code = "[code]"}`, or
    `{paper = "paper link:"}` for labels before a link).

    Labels inside a sentence are left alone, and so is a name written as its owner does (`GitHub`) where the list
    writes `Github`. Links in a table are compared with each other only. Of labels that share brackets with others
    (`[[pdf](…), [code](…)]`) the words are compared, but not the brackets. A rare label before a link is held to the
    case of all of them, but not where the line above or below has one in the same case: the parts of a tutorial are
    `Theory`, `Implementation` and `Debugging`.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        labels: Annotated[
            dict[Role, str],
            msgspec.Meta(description="The label of each role, such as `[pdf]`, or `paper link:` before a link."),
        ] = {}
        minimum: Annotated[int, msgspec.Meta(description="Number of labels that make a habit.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "MET008", "label-format"
    severity = Severity.INFO
    fix = Applicability.SAFE
    pins = {f"{_LABEL}…": "labels", "brackets of …": "labels"}
    valid = (
        _items("[[pdf](URL)]") + "- **B** [[paper](https://b.dev)] [[pdf](https://b.dev/p), [code](https://b.dev/c)]\n",
        _items("[[pdf](URL)]", 8) + "- **B** [[PDF](https://b.dev)]\n",
        _items("[Github](URL)") + "- **B** [GitHub](https://b.dev)\n",
        _items("[[Code](URL)]") + "- **B**: the [code](https://b.dev) is old. [[Code](https://b.dev/c)]\n",
        _items("[[pdf](URL)]") + "\n| Title | PDF |\n|---|---|\n| B | [PDF](https://b.dev) |\n",
        _items("[[pdf](URL)]") + "- [PDF](https://b.dev) - A format.\n",
        _items("([Code](URL))") + "- **B** ([Demo](https://b.dev), [Code](https://b.dev/c), [Docs](https://b.dev/d))\n",
        _headings(*["paper link"] * 10, "blog link", "arXiv link"),
        _headings(*["code"] * 20)
        + "## Parts\n\n- Theory: [a](https://b.dev/a)\n- Implementation: [b](https://b.dev/b)\n",
        Good(_items("[[PDF](URL)]"), {"labels": {"pdf": "[PDF]", "code": "[code]"}}),
    )
    invalid = (
        Bad(
            _items("[[pdf](URL)]") + "- **B** [[⟦PDF⟧](https://b.dev)] [[code](https://b.dev/c)]\n",
            _items("[[pdf](URL)]") + "- **B** [[pdf](https://b.dev)] [[code](https://b.dev/c)]\n",
        ),
        Bad(
            _items("[[pdf](URL)]") + "- **B** ⟦[pdf](https://b.dev)⟧\n- **C** ⟦([pdf](https://c.dev))⟧\n",
            _items("[[pdf](URL)]", 10) + "- **B** [[pdf](https://b.dev)]\n- **C** [[pdf](https://c.dev)]\n",
            {"share": 0.8},
        ),
        Bad(
            _items("[pdf](URL)") + "- **B** ⟦[[pdf]](https://b.dev)⟧\n",
            _items("[pdf](URL)") + "- **B** [pdf](https://b.dev)\n",
        ),
        Bad(
            _headings(*["paper link"] * 18, "⟦Paper Link⟧", "⟦paper⟧"),
            _headings(*["paper link"] * 20),
        ),
        Bad(
            _headings(*["paper link"] * 18, "⟦Code Link⟧", "⟦blog⟧"),
            _headings(*["paper link"] * 18, "code link", "blog link"),
        ),
        Bad(
            _headings(*["code"] * 20, "⟦Implementation⟧"),
            _headings(*["code"] * 20, "implementation"),
        ),
        Bad(
            _headings(*["Code"] * 20, "⟦implementation⟧", "PDF"),
            _headings(*["Code"] * 20, "Implementation", "PDF"),
        ),
        Bad(
            _items("[[pdf](URL), [code](URL)]") + "- **B** [[⟦PDF⟧](https://b.dev/p), [code](https://b.dev/c)]\n",
            _items("[[pdf](URL), [code](URL)]") + "- **B** [[pdf](https://b.dev/p), [code](https://b.dev/c)]\n",
        ),
        Bad(
            "".join(
                f"## T{n}\n\n[pdf](https://a.dev/{n})\n\ncitation:\n```bibtex\n@misc{{k{n}, title={{T}}}}\n```\n\n"
                for n in range(10)
            )
            + "## U\n\n[pdf](https://a.dev/u)\n\n⟦Citation⟧:\n```bibtex\n@misc{u, title={T}}\n```\n",
            "".join(
                f"## T{n}\n\n[pdf](https://a.dev/{n})\n\ncitation:\n```bibtex\n@misc{{k{n}, title={{T}}}}\n```\n\n"
                for n in range(10)
            )
            + "## U\n\n[pdf](https://a.dev/u)\n\ncitation:\n```bibtex\n@misc{u, title={T}}\n```\n",
        ),
        Bad(
            "- **A** [[⟦github⟧](https://a.dev)]\n- **B** ⟦[Code](https://b.dev)⟧\n",
            "- **A** [[code](https://a.dev)]\n- **B** [[code](https://b.dev)]\n",
            {"labels": {"code": "[code]"}},
        ),
        Bad(
            _headings("⟦Paper⟧", "paper link"),
            _headings("paper link", "paper link"),
            {"labels": {"paper": "paper link:"}},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield for each label how its word is written, and the brackets around it."""
        for label in _labels(document):
            where = _HEADS if label.heads else ""
            where += " in tables" if label.entry.kind is EntryKind.TABLE_ROW else ""
            word = f"“{label.stem}”{where}"
            yield Trait(f"{_LABEL}{word}", label.entry, label.span, label.text, f"“{label.text}”")
            if label.frame is not None and not label.heads:
                shown = _in_frame("…", label.frame) if label.frame else "none"
                yield Trait(f"brackets of {word}", label.entry, label.whole, label.frame, shown)

    def pinned(self, trait: Trait | ReferenceTrait, ctx: Context) -> str | None:
        """The label that the options have for what a link with this word is for, in the same kind of place."""
        word, heads = _word_of(trait.name)
        label: str = self.options.labels.get(role_of(word), "")
        return label if label and (label[-1] in _COLONS) is heads else None

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The label of each role: its word with the brackets around it, or with a colon before a link."""
        for name, trait in usual.items():
            word, heads = _word_of(name)
            role, frame = role_of(word), usual.get(f"brackets of {name.removeprefix(_LABEL)}")
            if role is None or not name.startswith(_LABEL):
                continue
            if heads:
                yield Setting("labels", f"{trait.value}:", trait, str(role))
            elif frame is not None:
                yield Setting("labels", _in_frame(str(trait.value), str(frame.value)), trait, str(role))

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each label that deviates from the labels of its word."""
        labels = _labels(node)
        wanted: dict[Role, str] = self.options.labels
        if wanted:
            for label in labels:
                if label.role in wanted and (wanted[label.role][-1:] in _COLONS) is label.heads:
                    yield from _configured(label, wanted[label.role], node)
            labels = [label for label in labels if label.role not in wanted]
        few: list[_Label] = []
        for stem in _by_stem(labels):
            changed: set[Span] = set()
            for label, own, share in self._deviants(stem, lambda one: one.text):
                changed.add(label.span)
                if label.text not in _BRANDS:
                    yield _worded(label, own, _habit(label, own, share))
            if stem[0].heads:
                few.extend(stem if len(stem) < self.options.minimum else ())
                continue
            framed = [label for label in stem if label.frame is not None and label.span not in changed]
            for label, own, share in self._deviants(framed, lambda one: one.frame or ""):
                inner = sum(one.inner for one in framed if one.frame == own) * 2 > len(framed)
                yield _framed(label, own, inner, share, node)
        yield from self._styles(few, [label for label in labels if label.heads and _has_case(label)], node)

    def _styles(self, few: Sequence[_Label], named: Sequence[_Label], document: Document) -> Iterator[Finding]:
        """Rare labels before a link, held to the style of all of them: ``Code Link`` among ``paper link``."""
        rare = {label.span for label in few}
        some = any(_SUFFIX.search(label.text) for label in named)
        for label, own, share in self._deviants(named, _style):
            text = _restyled(label, own)
            if label.span in rare and text != label.text and not _has_company(label, document):
                count, where = share
                message = f"{count} labels before a link{where} {_shown(own, some)}; this one is “{label.text}”"
                yield _worded(label, text, message)

    def _deviants(
        self, labels: Sequence[_Label], trait: Callable[[_Label], str]
    ) -> Iterator[tuple[_Label, str, _Share]]:
        """The labels whose trait deviates, with the trait they should have and its share."""
        traits = [(label.entry, trait(label)) for label in labels]
        places = iter(zip(labels, traits, strict=True))
        for entry, value, own in deviants(traits, self.options.minimum, self.options.share):
            # They come in order; an entry may have several labels.
            label = next(one for one, (owner, of_it) in places if owner is entry and of_it == value)
            yield label, own.value, (own.share(), " in this section" if own.total < len(traits) else "")


_Share = tuple[str, str]
"""How many have a trait, and where that was counted, as messages say it."""


class _Label(Struct, frozen=True):
    """One label. ``span`` are its words, ``whole`` its link with the brackets that belong to it."""

    entry: Entry
    role: Role
    stem: str
    """its word, folded, without "link" behind it"""
    text: str
    span: Span
    whole: Span
    frame: str | None = None
    """the bracket that readers see before it, "" for none; None where it is shared or not to be judged"""
    inner: bool = False
    """the brackets are part of the link's text"""
    heads: bool = False
    """it stands before the link, with a colon"""


def _labels(document: Document) -> list[_Label]:
    return [*_link_labels(document), *_named(document)]


def _by_stem(labels: Iterable[_Label]) -> Iterator[list[_Label]]:
    """Labels of one word in one kind of place."""
    found: dict[tuple[str, bool, bool], list[_Label]] = defaultdict(list)
    for label in labels:
        found[label.stem, label.heads, label.entry.kind is EntryKind.TABLE_ROW].append(label)
    yield from found.values()


# -- reading ----------------------------------------------------------------------------------------


def _link_labels(document: Document) -> Iterator[_Label]:
    """Labels that are a link's text."""
    for entry in document.entries:
        title = entry.title.span if entry.title else None
        for link in entry.links:
            if (
                link.role is _TITLE
                or link.role in _NO_LABELS
                or link.kind not in _KINDS
                or link.image is not None
                or link.text_span == title
            ):
                continue
            label = _link_label(entry, link, document)
            if label is not None:
                yield label


def _link_label(entry: Entry, link: Link, document: Document) -> _Label | None:
    text = document.text
    written = document.slice(link.text_span)
    words = written.strip().strip("[]()（）【】").strip()
    role = role_of(words) if len(words) <= _LONGEST else None
    if role in (None, Role.HERE) or words not in link.text or "\n" in written:
        return None
    start = text.index(words, link.text_span.start)
    if not _BEFORE.search(text, _line_start(text, link.span.start), link.span.start):
        return None
    if not _AFTER.match(text, link.span.end):
        return None
    opener, closer = text[link.span.start - 1 : link.span.start], text[link.span.end : link.span.end + 1]
    inner = written.strip() != words
    whole = link.span
    frame: str | None = ""
    if inner:
        frame = written.strip()[0]
        frame = frame if written.strip() == f"{frame}{words}{_PAIRS.get(frame)}" and opener not in _PAIRS else None
    elif opener in _PAIRS or closer in _CLOSERS:
        alone = _PAIRS.get(opener) == closer
        whole = Span(link.span.start - 1, link.span.end + 1) if alone else link.span
        frame = opener if alone else None
    elif _SHARED_BEFORE.search(text, max(0, link.span.start - 4), link.span.start) or _SHARED.match(
        text, link.span.end
    ):
        frame = None
    span = Span(start, start + len(words))
    return _Label(entry, link.role, _stem(words), words, span, whole, frame, inner)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", max(0, at - _LONGEST * 2), at) + 1 or max(0, at - _LONGEST * 2)


def _named(document: Document) -> Iterator[_Label]:
    """Labels before a link, or before what stands below: ``paper link: [here](…)``, ``citation:``."""
    found: list[_Label] = []
    text = document.text
    for entry in document.entries:
        for link in entry.links:
            end = link.span.start
            if not _has_colon(text, end) or (link.role is _TITLE and link is not entry.primary) or link.role in _NEVER:
                continue
            start = text.rfind("\n", 0, end) + 1
            if end - start > _LONGEST * 2:
                continue
            match = _NAMED.fullmatch(text, start, end)
            label = _name(entry, match) if match else None
            if label is not None:
                found.append(label)
    for block in document.blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.text) <= _LONGEST and block.text[-1:] in _COLONS:
            owner = document.entry_at(block.span.start)
            match = _ALONE.fullmatch(document.text, block.span.start, block.span.end)
            label = _name(owner, match) if owner is not None and match else None
            if label is not None:
                found.append(label)
    yield from sorted(found, key=lambda label: label.span)


def _has_colon(text: str, end: int) -> bool:
    """Tell whether a colon stands before a place, white space and an opening bracket aside."""
    at, first = end - 1, max(0, end - _LONGEST * 2)
    while at > first and (text[at] in " [(" or text[at].isspace()):
        at -= 1
    return at >= 0 and text[at] in _COLONS


def _name(entry: Entry, match: re.Match[str]) -> _Label | None:
    text = match["label"]
    role = role_of(_SUFFIX.sub("", text))
    if role in (None, Role.HERE):
        return None
    span = Span(*match.span("label"))
    return _Label(entry, role, _stem(text), text, span, span, heads=True)


def _word_of(name: str) -> tuple[str, bool]:
    """The word that a trait of this name is about, and whether it stands before a link."""
    return name.partition("“")[2].rpartition("”")[0], _HEADS in name


def _stem(words: str) -> str:
    return " ".join(_SUFFIX.sub("", words).casefold().split())


# -- what should stand there ------------------------------------------------------------------------


def _habit(label: _Label, own: str, share: _Share) -> str:
    kind = "labels of this word before a link" if label.heads else "labels of this word"
    return f"{share[0]} {kind}{share[1]} are written “{own}”; this one “{label.text}”"


def _worded(label: _Label, text: str, message: str, applicability: Applicability = Applicability.SAFE) -> Finding:
    fix = Fix(f"write “{text}”", (Edit(label.span, text),), applicability, May.TEXT)
    return Finding(label.span, message, fix, entry=label.entry, group=_GROUP)


def _framed(label: _Label, frame: str, inner: bool, share: _Share, document: Document) -> Finding:
    own, this = _in_frame(label.text, frame), _in_frame(label.text, label.frame or "")
    message = f"{share[0]} labels of this word{share[1]} are written “{own}”; this one “{this}”"
    fix = _frame_fix(label, label.text, frame, inner, document)
    return Finding(label.whole, message, fix, entry=label.entry, group=_GROUP)


def _frame_fix(label: _Label, text: str, frame: str, inner: bool, document: Document) -> Fix:
    start = label.whole.start + (0 if label.inner or not label.frame else 1)
    end = label.whole.end - (0 if label.inner or not label.frame else 1)
    words = Span(label.span.start - label.inner, label.span.end + label.inner)
    core = document.text[start : words.start] + _in_frame(text, frame if inner else "") + document.text[words.end : end]
    edit = Edit(label.whole, core if inner else _in_frame(core, frame))
    return Fix(f"write “{_in_frame(text, frame)}”", (edit,), Applicability.SAFE, May.TEXT)


def _in_frame(text: str, frame: str) -> str:
    return f"{frame}{text}{_PAIRS[frame]}" if frame else text


def _configured(label: _Label, wanted: str, document: Document) -> Iterator[Finding]:
    said = f"the label of a {label.role} link should be “{wanted}”"
    frame = wanted[0] if wanted[:1] in _PAIRS else ""
    text = wanted.strip("[]()（）【】").rstrip(_COLONS).strip()
    if not label.heads and label.frame is not None and label.frame != frame:
        message = f"{said}; this one is “{_in_frame(label.text, label.frame)}”"
        fix = _frame_fix(label, text, frame, False, document)
        if _stem(text) != label.stem:
            fix = Fix(fix.title, fix.edits, Applicability.UNSAFE, fix.may)
        yield Finding(label.whole, message, fix, entry=label.entry, group=_GROUP)
    elif label.text != text:
        sure = Applicability.SAFE if _stem(text) == label.stem else Applicability.UNSAFE
        yield _worded(label, text, f"{said}; this one is “{label.text}”", sure)


def _style(label: _Label) -> str:
    """How a label before a link is written, whatever its word: an example of it."""
    suffix = _SUFFIX.search(label.text)
    words = _SUFFIX.sub("", label.text).split()
    capitals = "X" if words[0][0].isupper() else "x"
    return capitals + (suffix[0] if suffix else "")


def _has_case(label: _Label) -> bool:
    """Tell whether a label's case says how the list writes labels: that of `PDF` and `arXiv` does not."""
    first = label.text.split()[0]
    return first[1:].islower() and first not in _BRANDS


def _shown(style: str, others: bool) -> str:
    """What labels of a style are; ``others`` tells that some have "link" behind them."""
    case = "start with a capital" if style[0] == "X" else "are in lower case"
    if style[1:]:
        return f"{case} and end in “{style[1:].strip()}”"
    return f"{case}, with no “link” behind" if others else case


def _has_company(label: _Label, document: Document) -> bool:
    """Tell whether the line above or below has a label in the same case, of any word."""
    text = document.text
    start = text.rfind("\n", 0, label.span.start) + 1
    end = text.find("\n", label.span.end)
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    for at in (above if start else -1, end + 1 if end >= 0 else -1):
        match = _NAMED.match(text, at) if at >= 0 else None
        if match is not None and match["label"][0].isupper() is label.text[0].isupper():
            return True
    return False


def _restyled(label: _Label, style: str) -> str:
    words = _SUFFIX.sub("", label.text)
    first = words.split()[0]
    if not first.isupper() and first[1:].islower() and first not in _BRANDS:
        words = (words[0].upper() if style[0] == "X" else words[0].lower()) + words[1:]
    return words + style[1:]
