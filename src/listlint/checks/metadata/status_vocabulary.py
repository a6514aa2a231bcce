"""MET007: a reading status that is not written as the list writes its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span, Trait
from listlint.checks.convention import MINIMUM, SHARE, convention
from listlint.model.nodes import Document, EntryKind, Status
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context, Threshold
    from listlint.model.nodes import Entry

_PAIRS = {"": "", "[": "]", "(": ")", "{": "}"}
_WORD = r"(?P<word>[^\W\d_][^\W\d_ -]*+(?:[ -][^\W\d_]++)?)"
_TAIL = lazy(rf"(?P<open>[\[(]?)(?P<tick>`|\*\*?|__?|)\s?{_WORD}\s?(?P=tick)(?P<close>[\])]?)[\s.]*+\Z")
_WORDS = {"read": Status.DONE, "done": Status.DONE, "unread": Status.OPEN, "todo": Status.OPEN, "to read": Status.OPEN}
_LAST = frozenset("`*_])")
"""The last characters of what :data:`_TAIL` matches and that has marks, white space and full stops aside."""
_LONGEST, _NEAR = 32, 2
_GROUP = "MET007:status"


def _list(*marks: str) -> str:
    """Entries in the form of headings with these marks behind their titles."""
    return "".join(
        f"## Paper {n}{mark and ' '}{mark}\n\npaper link: [here](https://a.dev/{n})\n\n" for n, mark in enumerate(marks)
    )


_MARKS = ("[`READ`]", "[`UNREAD`]") * 6


class StatusVocabulary(Rule[Document]):
    """An entry's status is none that the list uses, or is written in another case or with other marks.

    A status is read with a search: who looks for `UNREAD` does not find `Unread`, and neither does the script
    that counts what is left to read. Compared are code spans and bracketed words behind a title (`READ` and `UNREAD`,
    each with their brackets), check marks (`✅`, `✔`), and the marks of task lists (`[x]`, `[X]`).

    It speaks where ten entries or more have a status and nine of ten agree. An entry without a status is left alone,
    as are tags that only stand where others have their status.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "MET007", "status-vocabulary"
    severity = Severity.INFO
    fix = Applicability.SAFE
    valid = (
        _list(*_MARKS),
        _list(*_MARKS, ""),
        _list(*_MARKS, "(NTK)", "and How to Read", "`nips2021`"),
        _list(*["[`READ`]", "`read`"] * 5),
        _list(*_MARKS[:8], "[`Read`]"),
        "".join(f"- [{'x' if n % 2 else ' '}] [A](https://a.dev/{n})\n" for n in range(20)),
        "".join(f"- [A](https://a.dev/{n}) `READ`\n" for n in range(12)) + "- [B](https://b.dev) `python`\n",
    )
    invalid = (
        Bad(_list(*_MARKS, "[⟦`Unread`⟧]"), _list(*_MARKS, "[`UNREAD`]")),
        Bad(_list(*_MARKS, "⟦`UNREAD`⟧"), _list(*_MARKS, "[`UNREAD`]")),
        Bad(_list(*_MARKS, "⟦[READ]⟧"), _list(*_MARKS, "[`READ`]")),
        Bad(_list(*_MARKS, "⟦(`UNREAD`)⟧"), _list(*_MARKS, "[`UNREAD`]")),
        Bad(_list(*_MARKS, "[⟦`UNRAED`⟧]"), _list(*_MARKS, "[`UNREAD`]")),
        Bad(_list(*_MARKS, "[⟦`DONE`⟧]"), _list(*_MARKS, "[`READ`]")),
        Bad(_list(*_MARKS, "[⟦`SKIMMED`⟧]")),
        Bad(_list(*_MARKS, "⟦✅⟧")),
        Bad(
            "".join(f"- ✅ [A](https://a.dev/{n})\n" for n in range(10)) + "- ⟦✔⟧ [B](https://b.dev)\n",
            "".join(f"- ✅ [A](https://a.dev/{n})\n" for n in range(10)) + "- ✅ [B](https://b.dev)\n",
        ),
        Bad(
            "".join(f"- [x] [A](https://a.dev/{n})\n" for n in range(10)) + "- ⟦[X]⟧ [B](https://b.dev)\n",
            "".join(f"- [x] [A](https://a.dev/{n})\n" for n in range(10)) + "- [x] [B](https://b.dev)\n",
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield the form of each status that is known: of a word its marks and its case, else the sign."""
        for mark in _marks(document):
            if mark.status is None:
                continue
            if mark.word:
                yield Trait("marks of the status", mark.entry, mark.whole, mark.form, mark.form.replace("w", "…"))
                yield Trait("case of the status", mark.entry, mark.span, mark.case, mark.case)
                yield Trait("status", mark.entry, mark.span, mark.word.casefold(), f"“{mark.word}”")
            else:
                name = "task mark" if mark.task else "status"
                yield Trait(name, mark.entry, mark.span, mark.text, f"“{mark.text}”")

    def threshold(self, name: str) -> Threshold | None:
        """Which of its statuses an entry has is no habit."""
        return super().threshold(name) if name not in {"status", "task mark"} else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each status that is not in the list's own form."""
        text = node.text
        if sum([_may_be_known(entry, text) for entry in node.entries]) < self.options.minimum:
            return
        marks = _marks(node)
        known = [mark for mark in marks if mark.status is not None]
        if len(known) < self.options.minimum:
            return
        words = [mark for mark in known if mark.word]
        if len(words) < self.options.share * len(known):
            yield from self._signs([mark for mark in known if not mark.word])
            return
        form = convention((mark.form for mark in words), self.options.minimum, self.options.share)
        case = convention((mark.case for mark in words), self.options.minimum, self.options.share)
        used = Counter(mark.word.casefold() for mark in words)
        own = {word: used[word] for word in used if used[word] > 1}
        if sum(own.values()) < self.options.share * len(words):
            return
        for mark in marks:
            yield from _judged(mark, own, form.value if form else None, case.value if case else None)

    def _signs(self, marks: Sequence[_Mark]) -> Iterator[Finding]:
        """Check marks, and the marks of task lists."""
        for task in (False, True):
            signs = [mark for mark in marks if mark.task is task and mark.status is Status.DONE]
            own = convention((mark.text for mark in signs), self.options.minimum, self.options.share)
            for mark in signs if own is not None else ():
                if own is not None and mark.text != own.value:
                    message = f"{own.share()} statuses are “{own.value}”; this one is “{mark.text}”"
                    yield _finding(mark, mark.span, own.value, message)


class _Mark(Struct, frozen=True):
    """What says an entry's status: a word in its decoration, or a sign.

    ``span`` is the word with its code marks, ``whole`` has the brackets too. ``form`` is the decoration around a
    ``w``; ``status`` is None for a word that nobody knows but that stands where a status would.
    """

    entry: Entry
    status: Status | None
    text: str
    span: Span
    whole: Span
    word: str = ""
    form: str = ""
    task: bool = False

    @property
    def case(self) -> str:
        return "upper" if self.word.isupper() else "lower" if self.word.islower() else "title"


def _may_be_known(entry: Entry, text: str) -> bool:
    """Tell whether an entry may have a status that is known; cheap."""
    if entry.status_span is not None:
        return True
    start, end = entry.head
    tail = text[max(start, end - _LONGEST) : end].rstrip(". \n")
    if tail[-1:] not in _LAST and not tail[-1:].isspace():
        return False
    tail = tail.casefold()
    return "read" in tail or "done" in tail or "todo" in tail


def _marks(document: Document) -> list[_Mark]:
    return [mark for entry in document.entries if (mark := _mark(entry, document)) is not None]


def _mark(entry: Entry, document: Document) -> _Mark | None:
    span = entry.status_span
    if span is not None:
        text = document.slice(span)
        word = text.strip("`").strip()
        if not text.startswith("`"):
            return _Mark(entry, entry.status, text, span, span, task=text.startswith("["))
        before, after = document.text[span.start - 1 : span.start], document.text[span.end : span.end + 1]
        framed = before in _PAIRS and before and _PAIRS[before] == after
        whole = Span(span.start - 1, span.end + 1) if framed else span
        form = f"{before}`w`{after}" if framed else "`w`"
        return _Mark(entry, entry.status, text, span, whole, word, form)
    if entry.kind is EntryKind.TABLE_ROW:
        return None
    match = _TAIL.search(document.text, max(entry.head.start, entry.head.end - _LONGEST), entry.head.end)
    if match is None or _PAIRS[match["open"]] != match["close"] or not (match["open"] or match["tick"]):
        return None
    status = _WORDS.get(match["word"].casefold())
    tick = match["tick"]
    inner = Span(match.start("tick"), match.start("close"))
    whole = Span(match.start("open"), match.end("close"))
    form = f"{match['open']}{tick}w{tick}{match['close']}"
    return _Mark(entry, status, document.slice(inner), inner, whole, match["word"], form)


def _judged(mark: _Mark, own: Mapping[str, int], form: str | None, case: str | None) -> Iterator[Finding]:
    shown = " and ".join(sorted(f"“{_cased(word, case)}”" for word in own))
    if not mark.word:
        yield _finding(mark, mark.span, None, f"the list's statuses are {shown}; this one is “{mark.text}”")
        return
    folded = mark.word.casefold()
    wanted: str | None = folded if folded in own else _meant(mark, own)
    if folded not in own and (wanted is None or mark.status is None) and mark.form != form:
        return
    if mark.status is None and wanted is None and (form is None or len(form) < 5):
        return
    if folded not in own:
        message = f"the list's statuses are {shown}; this one is “{mark.word}”"
        yield _finding(mark, mark.span, _in_form(wanted, case, "`w`") if wanted else None, message)
    elif form is not None and mark.form != form:
        word = _in_form(folded, case, form)
        yield _finding(
            mark,
            mark.whole,
            word,
            f"the list writes a status as “{word}”; this one is “{mark.form.replace('w', mark.word)}”",
        )
    elif case is not None and mark.case != case:
        message = f"the list's statuses are {shown}; this one is “{mark.word}”"
        yield _finding(mark, mark.span, mark.text.replace(mark.word, _cased(mark.word, case)), message)


def _meant(mark: _Mark, own: Mapping[str, int]) -> str | None:
    """The one status of the list that a word of another vocabulary, or a slip, stands for."""
    if mark.status is not None:
        found = [word for word in own if _WORDS.get(word) is mark.status]
    else:
        from rapidfuzz.distance import OSA

        word = mark.word.casefold()
        nearest = {one: OSA.distance(word, one, score_cutoff=_NEAR) for one in own if len(one) > _NEAR + 1}
        least = min(nearest.values(), default=_NEAR + 1)
        found = [
            one for one, distance in nearest.items() if distance == least and distance <= min(_NEAR, len(one) // 3)
        ]
    return found[0] if len(found) == 1 else None


def _cased(word: str, case: str | None) -> str:
    return word.upper() if case == "upper" else word.lower() if case == "lower" else word.capitalize() if case else word


def _in_form(word: str, case: str | None, form: str) -> str:
    return form.replace("w", _cased(word, case))


def _finding(mark: _Mark, span: Span, text: str | None, message: str) -> Finding:
    fix = Fix(f"write “{text}”", (Edit(span, text),), Applicability.SAFE, May.TEXT) if text is not None else None
    return Finding(span, message, fix, entry=mark.entry, group=_GROUP)
