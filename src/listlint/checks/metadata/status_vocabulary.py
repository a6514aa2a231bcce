"""MET007: a reading status that is not written as the list writes its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    Rule,
    Setting,
    Severity,
    Span,
    Trait,
)
from listlint.checks.convention import MINIMUM, SHARE, convention
from listlint.model.nodes import Document, EntryKind, Status
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context, ReferenceTrait, Threshold
    from listlint.model.nodes import Entry

_PAIRS = {"": "", "[": "]", "(": ")", "{": "}"}
_WORD = r"(?P<word>[^\W\d_][^\W\d_ -]*+(?:[ -][^\W\d_]++)?)"
_TAIL = lazy(rf"(?P<open>[\[(]?)(?P<tick>`|\*\*?|__?|)\s?{_WORD}\s?(?P=tick)(?P<close>[\])]?)[\s.]*+\Z")
_WORDS = {"read": Status.DONE, "done": Status.DONE, "unread": Status.OPEN, "todo": Status.OPEN, "to read": Status.OPEN}
_LAST = frozenset("`*_])")
"""The last characters of what :data:`_TAIL` matches and that has marks, white space and full stops aside."""
_LONGEST, _NEAR = 32, 2
_GROUP = "MET007:status"
_FORM, _CASE = "marks of the status", "case of the status"
_TASK, _CHECK = "mark of a task that is done", "check mark"


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

    It speaks where ten entries or more have a status and nine of ten agree, or where the configuration says how a
    status is written. An entry without a status is left alone, as are tags that only stand where others have their
    status.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        words: Annotated[
            tuple[str, ...] | None,
            msgspec.Meta(
                description="The statuses as they are written, such as READ and UNREAD; by default the list's own."
            ),
        ] = None
        marks: Annotated[
            Annotated[str, msgspec.Meta(pattern=r"^[\[({]?(?:`|\*\*?|__?|)…(?:`|\*\*?|__?|)[\])}]?$")] | None,
            msgspec.Meta(
                description="What stands around a status, `…` for the word, such as [`…`]; by default the list's own."
            ),
        ] = None
        check: Annotated[
            str | None, msgspec.Meta(description="The sign of what is done, such as ✅; by default the list's own.")
        ] = None
        task: Annotated[
            Literal["x", "X"] | None,
            msgspec.Meta(description="The letter in the box of a task that is done; by default the list's own."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "MET007", "status-vocabulary"
    severity = Severity.INFO
    fix = Applicability.SAFE
    pins = {_FORM: "marks", _CASE: "words", "status": "words", _CHECK: "check", _TASK: "task"}
    valid = (
        _list(*_MARKS),
        _list(*_MARKS, ""),
        _list(*_MARKS, "(NTK)", "and How to Read", "`nips2021`"),
        _list(*["[`READ`]", "`read`"] * 5),
        _list(*_MARKS[:8], "[`Read`]"),
        "".join(f"- [{'x' if n % 2 else ' '}] [A](https://a.dev/{n})\n" for n in range(20)),
        "".join(f"- [A](https://a.dev/{n}) `READ`\n" for n in range(12)) + "- [B](https://b.dev) `python`\n",
        Good(_list("`Read`", "[`To read`]", "(NTK)"), {"words": ["Read", "To read"]}),
        Good(
            "- [x] [A](https://a.dev)\n- ✅ [B](https://b.dev)\n- [C](https://c.dev) `READ`\n",
            {"task": "x", "check": "✅"},
        ),
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
        Bad(_list("[⟦`READ`⟧]", "[⟦`todo`⟧]"), _list("[`Read`]", "[`Unread`]"), {"words": ["Read", "Unread"]}),
        Bad(_list("[`READ`]", "⟦`UNREAD`⟧"), _list("[`READ`]", "[`UNREAD`]"), {"marks": "[`…`]"}),
        Bad(
            "- ⟦✔⟧ [A](https://a.dev)\n- ⟦[X]⟧ [B](https://b.dev)\n",
            "- ✅ [A](https://a.dev)\n- [x] [B](https://b.dev)\n",
            {"check": "✅", "task": "x"},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield the form of each status that is known: of a word its marks and its case, else the sign."""
        for mark in _marks(document):
            if mark.status is None:
                continue
            if mark.word:
                yield Trait(_FORM, mark.entry, mark.whole, mark.form, mark.form.replace("w", "…"))
                yield Trait(_CASE, mark.entry, mark.span, mark.case, mark.case)
                yield Trait("status", mark.entry, mark.span, mark.word.casefold(), f"“{mark.word}”")
            elif mark.status is Status.DONE:
                yield Trait(_TASK if mark.task else _CHECK, mark.entry, mark.span, mark.text, f"“{mark.text}”")

    def threshold(self, name: str) -> Threshold | None:
        """Which of its statuses an entry has is no habit."""
        return super().threshold(name) if name != "status" else None

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The marks around a word, the sign or the letter in the box."""
        value = str(trait.value)
        return {_FORM: value.replace("w", "…"), _CHECK: value, _TASK: value.strip("[]")}.get(trait.name)

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The marks and the words of the statuses, in the case that most have; or the sign."""
        known = [mark for mark in _marks(ctx.document) if mark.status is not None]
        words = [mark for mark in known if mark.word]
        if len(words) < self.options.share * len(known):
            yield from super().settings({name: usual[name] for name in (_CHECK, _TASK) if name in usual}, ctx)
            return
        yield from super().settings({name: usual[name] for name in (_FORM,) if name in usual}, ctx)
        own = _used(words)
        if _CASE in usual and sum(own.values()) >= self.options.share * len(words):
            shown = tuple(_cased(word, str(usual[_CASE].value)) for word in own)
            trait = Trait("status", words[0].entry, words[0].span, shown, ", ".join(shown))
            yield Setting("words", shown, trait, counts=(sum(own.values()), len(words)))

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each status that is not in the list's own form."""
        options, text = self.options, node.text
        set_ = options.words or options.marks or options.check or options.task
        if not set_ and sum([_may_be_known(entry, text) for entry in node.entries]) < options.minimum:
            return
        marks = _marks(node)
        known = [mark for mark in marks if mark.status is not None]
        if not set_ and len(known) < options.minimum:
            return
        words = [mark for mark in known if mark.word]
        by_word = options.words or options.marks or (len(words) >= options.share * len(known))
        if not by_word or options.check or options.task:
            yield from self._signs([mark for mark in known if not mark.word], all_=not by_word)
        if not by_word or (habit := self._words(words)) is None:
            return
        for mark in marks:
            if mark.word or not self._sign(mark):
                yield from _judged(mark, habit)

    def _words(self, words: Sequence[_Mark]) -> _Habit | None:
        """How statuses are written that are words: as the options say, else as most are."""
        options = self.options
        form: str | None = options.marks.replace("…", "w") if options.marks else None
        if form is None:
            learned = convention((mark.form for mark in words), options.minimum, options.share)
            form = learned.value if learned else None
        if options.words:
            return _Habit({word.casefold(): word for word in options.words}, form, exact=True)
        cased = convention((mark.case for mark in words), options.minimum, options.share)
        case = cased.value if cased else None
        own = _used(words) if not options.marks else Counter(mark.word.casefold() for mark in words)
        if sum(own.values()) < options.share * len(words):
            return None
        return _Habit({word: _cased(word, case) for word in own}, form, case)

    def _sign(self, mark: _Mark) -> str | None:
        """The sign that the options have for such a mark."""
        if mark.task:
            return f"[{self.options.task}]" if self.options.task else None
        return str(self.options.check) if self.options.check else None

    def _signs(self, marks: Sequence[_Mark], *, all_: bool) -> Iterator[Finding]:
        """Check marks, and the marks of task lists; those only that the options set, unless it is ``all_``."""
        for task in (False, True):
            signs = [mark for mark in marks if mark.task is task and mark.status is Status.DONE]
            wanted = self._sign(signs[0]) if signs else None
            habit = "a status should be"
            if wanted is None and all_:
                own = convention((mark.text for mark in signs), self.options.minimum, self.options.share)
                wanted, habit = (own.value, f"{own.share()} statuses are") if own is not None else (None, "")
            for mark in signs if wanted is not None else ():
                if mark.text != wanted:
                    yield _finding(mark, mark.span, wanted, f"{habit} “{wanted}”; this one is “{mark.text}”")


def _used(words: Sequence[_Mark]) -> dict[str, int]:
    """The words that stand there more than once."""
    return {word: count for word, count in Counter(mark.word.casefold() for mark in words).items() if count > 1}


class _Habit(Struct, frozen=True):
    """How statuses are written that are words.

    ``own`` has each word, folded, as it is shown, ``form`` the decoration around a ``w``. ``case`` is the one that all
    have; with ``exact`` they are as they are shown.
    """

    own: Mapping[str, str]
    form: str | None
    case: str | None = None
    exact: bool = False

    def spelt(self, word: str) -> str:
        """A status of the list as it should be written."""
        return self.own[word.casefold()] if self.exact else _cased(word, self.case)

    def is_cased(self, mark: _Mark) -> bool:
        """Tell whether a status of the list is written in its case."""
        return mark.word == self.spelt(mark.word) if self.exact else self.case is None or mark.case == self.case


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


def _judged(mark: _Mark, habit: _Habit) -> Iterator[Finding]:
    own, form = habit.own, habit.form
    shown = " and ".join(sorted(f"“{word}”" for word in own.values()))
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
        yield _finding(mark, mark.span, f"`{habit.spelt(wanted)}`" if wanted else None, message)
    elif form is not None and mark.form != form:
        word = form.replace("w", habit.spelt(mark.word))
        yield _finding(
            mark,
            mark.whole,
            word,
            f"the list writes a status as “{word}”; this one is “{mark.form.replace('w', mark.word)}”",
        )
    elif not habit.is_cased(mark):
        message = f"the list's statuses are {shown}; this one is “{mark.word}”"
        yield _finding(mark, mark.span, mark.text.replace(mark.word, habit.spelt(mark.word)), message)


def _meant(mark: _Mark, own: Mapping[str, str]) -> str | None:
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


def _finding(mark: _Mark, span: Span, text: str | None, message: str) -> Finding:
    fix = Fix(f"write “{text}”", (Edit(span, text),), Applicability.SAFE, May.TEXT) if text is not None else None
    return Finding(span, message, fix, entry=mark.entry, group=_GROUP)
