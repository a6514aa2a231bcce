"""The BibTeX reader: exact positions, recovery, and the same reading as bibtexparser where all is well."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.bib import BibProblemKind as Kind
from listlint.model.bib import BibScan, CommentKind, PieceKind, pieces
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse import bibtex
from listlint.parse.bibtex import scan, scan_lines
from tests.parse.bibsamples import MUTATIONS, TYPES, Sample, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.nodes import BibEntry

SAMPLES = [make(seed) for seed in range(400)]
SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def reading(entry: BibEntry) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return entry.kind, entry.key, tuple((field.name, field.value) for field in entry.fields)


def expected(sample: Sample) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return sample.kind, sample.key, sample.fields


def check_spans(text: str, found: BibScan) -> None:
    """Every span slices to its value, everything is in order, and the parts cover the text."""
    at = found.span.start
    for part in found.parts():
        assert part.start == at
        at = part.end
    assert at == found.span.end
    for entry in found.entries:
        assert text[entry.span.start] == "@"
        assert text[slice(*entry.key_span)] == entry.key
        last = entry.key_span.end if entry.key else entry.span.start
        for field in entry.fields:
            assert text[slice(*field.name_span)] == field.name
            assert text[slice(*field.value_span)] == field.value
            assert last <= field.name_span.start <= field.name_span.end <= field.value_span.start
            assert field.value_span.end <= entry.span.end
            last = field.value_span.end
            for piece in pieces(field):
                assert field.value_span.covers(piece.span)
                assert piece.text in text[slice(*piece.span)]
    for string in found.strings:
        assert text[slice(*string.name_span)] == string.name
        assert text[slice(*string.value_span)] == string.value
    for preamble in found.preambles:
        assert text[slice(*preamble.value_span)] == preamble.value
    for problem in found.problems:
        assert found.span.covers(problem.span)
        assert problem.span.length
        assert problem.repair is None or found.span.covers(problem.repair.span)
        assert problem.opener is None or found.span.covers(problem.opener)


# Well-formed BibTeX


def test_samples_are_of_every_type() -> None:
    assert {sample.kind.lower() for sample in SAMPLES} == set(TYPES)


def test_well_formed_entries_are_read_as_written() -> None:
    text = "\n\n".join(sample.text for sample in SAMPLES)
    found = scan(text)
    assert not found.problems
    assert [reading(entry) for entry in found.entries] == [expected(sample) for sample in SAMPLES]
    assert [text[slice(*entry.span)] for entry in found.entries] == [sample.text for sample in SAMPLES]
    check_spans(text, found)


def test_offsets_are_those_of_the_document() -> None:
    before, after = "# List\n\n```bibtex\n@not{read, a = {b}}\n", "\n```\n@nor{this, a = {b}}\n"
    for sample in SAMPLES[:50]:
        text = before + sample.text + after
        found = scan(text, len(before), len(before) + len(sample.text))
        assert [reading(entry) for entry in found.entries] == [expected(sample)]
        check_spans(text, found)


def test_lines_with_a_prefix_read_as_without() -> None:
    for sample in SAMPLES:
        plain = sample.text.split("\n")
        text, lines = "", []
        for line in plain:
            text += "> "
            lines.append(Span(len(text), len(text) + len(line)))
            text += line + "\n"
        found = scan_lines(text, lines)
        assert [reading(entry) for entry in found.entries] == [expected(sample)]
        for field in found.entries[0].fields:
            assert text[slice(*field.name_span)] == field.name
            assert text[slice(*field.value_span)].replace("\n> ", "\n") == field.value


def test_differential_bibtexparser_on_samples() -> None:
    text = "\n\n".join(sample.text for sample in SAMPLES)
    assert [folded(entry) for entry in scan(text).entries] == oracle(text)


def folded(entry: BibEntry) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """As bibtexparser has it: the type in lower case."""
    kind, key, fields = reading(entry)
    return kind.lower(), key, fields


def oracle(text: str) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """What bibtexparser's splitter reads: raw values, duplicates included."""
    splitter = pytest.importorskip("bibtexparser.splitter")
    model = pytest.importorskip("bibtexparser.model")
    blocks: list[Any] = [
        getattr(block, "ignore_error_block", block) for block in splitter.Splitter(text).split().blocks
    ]
    return [
        (block.entry_type, block.key, tuple((field.key, field.value) for field in block.fields))
        for block in blocks
        if isinstance(block, model.Entry)
    ]


ODDITIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("@misc{k}", "misc", "k", {}),
    ("@misc{k,}", "misc", "k", {}),
    ("@misc{ k , a = 1 }", "misc", "k", {"a": "1"}),
    ("@article\n{k,\n a = {b}}", "article", "k", {"a": "{b}"}),
    ('@Article (k, a = {b)}, c = "(d)")', "Article", "k", {"a": "{b)}", "c": '"(d)"'}),
    ("@misc{k, a = {\\{}}}", "misc", "k", {"a": "{\\{}}"}),
    ('@misc{k, a = {say "x}, b = "{"} y"}', "misc", "k", {"a": '{say "x}', "b": '"{"} y"'}),
    ("@misc{k, a = {x @misc{y, z = 1}}}", "misc", "k", {"a": "{x @misc{y, z = 1}}"}),
    ("@misc{k, a = {1, b = {2}}, c = 3}", "misc", "k", {"a": "{1, b = {2}}", "c": "3"}),
    ('@misc{k, a = b # { c } # 1 # "d" }', "misc", "k", {"a": 'b # { c } # 1 # "d"'}),
    ("@misc{k, a = {{{{{deep}}}}}, b = 2}", "misc", "k", {"a": "{{{{{deep}}}}}", "b": "2"}),
    ("@misc{k, größe = {1}, x_y-z:1 = {2}}", "misc", "k", {"größe": "{1}", "x_y-z:1": "{2}"}),
    ("@misc{DBLP:conf/x/Y-1+2, a = {}}", "misc", "DBLP:conf/x/Y-1+2", {"a": "{}"}),
    ("@misc{k, a = {x}\n\n, b = {y}\n}", "misc", "k", {"a": "{x}", "b": "{y}"}),
    (
        "@misc{k, a = {50% of x}, url = {https://e.org/%20#z}}",
        "misc",
        "k",
        {"a": "{50% of x}", "url": "{https://e.org/%20#z}"},
    ),
)


@pytest.mark.parametrize(("text", "kind", "key", "fields"), ODDITIES)
def test_odd_but_sound(text: str, kind: str, key: str, fields: dict[str, str]) -> None:
    found = scan(text)
    assert [reading(entry) for entry in found.entries] == [(kind, key, tuple(fields.items()))]
    assert not found.problems
    check_spans(text, found)


def test_strings_preambles_and_comments() -> None:
    text = (
        '@string{jir = "Journal of Invented Results"}\n@STRING(x = jir # { II})\n@preamble{"\\newcommand" # x}\n'
        "@comment{jabref-meta: {grouping}; @article{no, a = {b}}}\n% @misc{off, a = {b}}\nmail a@b.example{x}\n"
    )
    found = scan(text)
    assert [(s.name, s.value) for s in found.strings] == [
        ("jir", '"Journal of Invented Results"'),
        ("x", "jir # { II}"),
    ]
    assert [p.value for p in found.preambles] == ['"\\newcommand" # x']
    assert not found.entries
    assert not found.problems
    assert Counter(comment.kind for comment in found.comments) == {CommentKind.FREE: 4, CommentKind.EXPLICIT: 1}
    check_spans(text, found)


def test_pieces() -> None:
    text = 'x @misc{k, month = "3~" # feb # {a # {b}} # 12}'
    (field,) = scan(text).entries[0].fields
    got = [(piece.kind, piece.text, text[slice(*piece.span)]) for piece in pieces(field)]
    assert got == [
        (PieceKind.QUOTED, "3~", '"3~"'),
        (PieceKind.MACRO, "feb", "feb"),
        (PieceKind.BRACED, "a # {b}", "{a # {b}}"),
        (PieceKind.NUMBER, "12", "12"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "@article{<bibtex key>,\n  author = {<authors>},\n}",
        "@article{key, ...}",
        "@inproceedings{key,\n  title = {A},\n  ...\n}",
        "@misc{..., a = {b}}",
    ],
)
def test_templates_are_no_entries(text: str) -> None:
    found = scan(text)
    assert not found.entries
    assert not found.problems
    assert [comment.kind for comment in found.comments] == [CommentKind.TEMPLATE]


# Broken BibTeX: ⟦ ⟧ mark the culprit

ONE, TWO = {"title": "{A}", "year": "2020"}, "\n}\n@misc{next, a = {b}}"
PROBLEMS: tuple[tuple[Kind, str, dict[str, str]], ...] = (
    (Kind.MISSING_COMMA, "@misc{k,\n title = {A⟦}⟧\n year = 2020", ONE),
    (Kind.MISSING_COMMA, "@misc{⟦k⟧\n title = {A},\n year = 2020", ONE),
    (Kind.MISSING_COMMA, "@misc{⟦k⟧ title = {A},\n year = 2020", ONE),
    (Kind.MISSING_COMMA, "@misc{k,\n title = {A}⟦;⟧\n year = 2020", ONE),
    (Kind.DOUBLED_COMMA, "@misc{k,\n title = {A},⟦,⟧\n year = 2020", ONE),
    (Kind.DOUBLED_COMMA, "@misc{k,\n⟦,⟧ title = {A},\n year = 2020", ONE),
    (Kind.MISSING_EQUALS, "@misc{k,\n ⟦title⟧ {A},\n year = 2020", ONE),
    (Kind.MISSING_EQUALS, "@misc{k,\n title = {A},\n ⟦year⟧ 2020", ONE),
    (Kind.MISSING_EQUALS, "@misc{k,\n title = {A},\n ⟦year2020⟧,", {"title": "{A}"}),
    (Kind.MISSING_NAME, "@misc{k,\n title = {A},\n ⟦=⟧ {B},\n year = 2020", ONE),
    (Kind.MISSING_VALUE, "@misc{k,\n title = {A},\n ⟦doi⟧ = ,\n year = 2020", ONE),
    (Kind.MISSING_KEY, "⟦@misc{⟧title = {A},\n year = 2020", ONE),
    (Kind.EMPTY_KEY, "@misc{⟦,⟧\n title = {A},\n year = 2020", ONE),
    (Kind.SPACE_IN_KEY, "@misc{⟦my key⟧,\n title = {A},\n year = 2020", ONE),
    (Kind.UNCLOSED_BRACE, "@misc{k,\n title = {⟦A⟧,\n year = 2020", ONE | {"title": "{A"}),
    (Kind.UNCLOSED_BRACE, "@misc{k,\n title = {A},\n year = {202⟦0⟧", ONE | {"year": "{2020"}),
    (Kind.UNCLOSED_BRACE, "@misc{k,\n title = {A {B⟦}⟧,\n year = 2020", ONE | {"title": "{A {B}"}),
    (Kind.UNCLOSED_BRACE, "@misc{k, title = {⟦A⟧, year = 2020", ONE | {"title": "{A"}),
    (Kind.UNCLOSED_BRACE, '@misc{k,\n title = "A {B⟦"⟧,\n year = 2020', ONE | {"title": '"A {B"'}),
    (Kind.UNCLOSED_QUOTE, '@misc{k,\n title = "⟦A⟧,\n year = 2020', ONE | {"title": '"A'}),
    (Kind.UNCLOSED_QUOTE, '@misc{k,\n title = "⟦A⟧,\n year = "2020"', {"title": '"A', "year": '"2020"'}),
    (
        Kind.DROPPED_OPENING_BRACE,
        "@misc{k,\n title = ⟦D⟧eep {A} nets},\n year = 2020",
        ONE | {"title": "Deep {A} nets}"},
    ),
    (Kind.DROPPED_OPENING_BRACE, "@misc{k,\n title = ⟦E⟧, F and G},\n year = 2020", ONE | {"title": "E, F and G}"}),
    (Kind.DROPPED_OPENING_BRACE, "@misc{k,\n title = {A},\n year = ⟦2⟧020}", ONE | {"year": "2020}"}),
    (
        Kind.DROPPED_OPENING_BRACE,
        "@misc{k,\n title = {A},\n doi = ⟦}⟧,\n year = 2020",
        {"title": "{A}", "doi": "}", "year": "2020"},
    ),
    (Kind.DROPPED_OPENING_BRACE, "⟦@misc⟧ k,\n title = {A},\n year = 2020", ONE),
    (Kind.DROPPED_OPENING_BRACE, "⟦@misc⟧k,\n title = {A},\n year = 2020", ONE),
    (Kind.DROPPED_OPENING_QUOTE, '@misc{k,\n title = ⟦D⟧eep nets",\n year = 2020', ONE | {"title": 'Deep nets"'}),
    (Kind.EXTRA_CLOSING_BRACE, "@misc{k,\n title = {A}⟦}⟧,\n year = 2020", ONE),
    (Kind.EXTRA_CLOSING_BRACE, "@misc{k,\n title = {A⟦}⟧ B},\n year = 2020", ONE | {"title": "{A} B}"}),
    (Kind.EXTRA_CLOSING_BRACE, '@misc{k,\n title = "A⟦}⟧ B",\n year = 2020', ONE | {"title": '"A} B"'}),
    (Kind.EXTRA_CLOSING_BRACE, "@misc{k,\n title = {A},\n year = {2020}⟦}⟧", ONE | {"year": "{2020}"}),
    (Kind.EXTRA_CLOSING_BRACE, "@misc{k⟦}⟧,\n title = {A},\n year = 2020", ONE),
    (Kind.PERCENT, "@misc{k,\n title = {A},\n ⟦% note = {B},⟧\n year = 2020", ONE),
    (Kind.PERCENT, "@misc{k,\n title = {A}, ⟦% why⟧\n year = 2020", ONE),
    (Kind.UNQUOTED_VALUE, "@misc{k,\n title = ⟦Two words⟧,\n year = 2020", ONE | {"title": "Two words"}),
    (Kind.UNQUOTED_VALUE, "@misc{k,\n title = {A},\n year = 2020,\n pages = ⟦1--2⟧", ONE | {"pages": "1--2"}),
    (Kind.UNEXPECTED_TEXT, '@misc{k,\n title = "A big" ⟦B"⟧,\n year = 2020', ONE | {"title": '"A big" B"'}),
    (Kind.UNEXPECTED_TEXT, "@misc{k,\n title = {A},\n ⟦{stray}⟧,\n year = 2020", ONE),
)


@pytest.mark.parametrize(("kind", "marked", "fields"), PROBLEMS)
def test_one_problem_at_the_culprit(kind: Kind, marked: str, fields: dict[str, str]) -> None:
    start = marked.index("⟦")
    end = marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "") + TWO
    found = scan(text)
    assert [(problem.kind, problem.span) for problem in found.problems] == [(kind, Span(start, end))]
    first, following = found.entries
    assert {field.name: field.value for field in first.fields} == fields
    assert reading(following) == ("misc", "next", (("a", "{b}"),))
    check_spans(text, found)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("@misc{k,\n title = {A},\n year = 2020\n", "2020"),
        ("@misc{k,\n title = {A},\n year = 2020,\n\nText.\n\n", "2020,"),
        ("@misc{k, title = {A}, year = 2020", "2020"),
        ("@misc{k,\n title = {A},\n year = 2020,\n not", "2020,"),
    ],
)
@pytest.mark.parametrize("following", ["", "\n@misc{next, a = {b}}"])
def test_a_truncated_entry_ends_where_its_last_field_does(text: str, end: str, following: str) -> None:
    found = scan(text + following)
    (problem,) = found.problems
    assert problem.kind is Kind.TRUNCATED_ENTRY
    assert problem.span.end == text.index("2020") + 4
    assert found.entries[0].span == Span(0, text.index(end) + len(end))
    assert reading(found.entries[0]) == ("misc", "k", (("title", "{A}"), ("year", "2020")))
    assert [reading(entry) for entry in found.entries[1:]] == ([("misc", "next", (("a", "{b}"),))] if following else [])


def test_two_mistakes_in_one_entry_are_two_problems() -> None:
    text = "@misc{k,\n title = {A}\n author {B},\n year = 2020,,\n}\n"
    assert [problem.kind for problem in scan(text).problems] == [
        Kind.MISSING_COMMA,
        Kind.MISSING_EQUALS,
        Kind.DOUBLED_COMMA,
    ]


# The mutation harness


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset)


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutations_are_located_and_spare_the_next_entry(name: str) -> None:
    hold_targets(name, SAMPLES)


def hold_targets(name: str, samples: list[Sample]) -> None:
    """Break each sample, with another one behind it, and hold the reader to its targets."""
    mutate, located_target, next_target = MUTATIONS[name]
    located = spared = single = repaired = repairs = 0
    for seed, sample in enumerate(samples):
        following = samples[(seed + 1) % len(samples)]
        broken = mutate(sample, random.Random(seed))
        text = f"{broken.text}\n\n{following.text}\n"
        found = scan(text)
        check_spans(text, found)
        lines = [line_of(text, problem.span.start) - line_of(text, broken.at) for problem in found.problems]
        located += any(abs(distance) <= 1 for distance in lines)
        single += len(lines) == 1
        spared += [reading(e) for e in found.entries if e.key == following.key] == [expected(following)]
        if len(lines) == 1 and (edit := found.problems[0].repair):
            repairs += 1
            repaired += not scan(text[: edit.span.start] + edit.text + text[edit.span.end :]).problems
    count = len(samples)
    assert located / count >= located_target
    assert spared / count >= next_target
    assert single / count >= 0.97
    assert repaired >= 0.99 * repairs


# Any text


FRAGMENTS = (
    "@", "@article{", "@misc{k,", "@string{", "@string(", "@comment{", "@preamble{", "@book(", "{", "}", '"', ",", "=",
    "#", "%", "(", ")", "<", "...", "\\", "é", "title", "author", "2020", "jan", "key", "x={y}", 'x="y"', "a={", 'b="',
    ";", "@a{", "\r", "\0", "\u00a0", "\u3000", " ", "\n", "\n  ", " = ", "}\n", "},\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    check_spans(text, scan(text))


@given(st.integers(0, 399), st.integers(0, 10_000), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_any_cut_is_read(seed: int, at: int, length: int) -> None:
    text = SAMPLES[seed].text
    at %= len(text)
    cut = text[:at] + text[at + length :]
    check_spans(cut, scan(cut))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_only_the_given_range_is_read(text: str, start: int, end: int) -> None:
    found = scan(text, start, end)
    check_spans(text, found)
    assert found.span.start >= min(start, len(text), end)
    assert found.span.end <= min(end, len(text))


# Linear time


class Counted:
    """A pattern that adds up how much text its matches and searches went over."""

    def __init__(self, pattern: re.Pattern[str], steps: list[int]) -> None:
        self.pattern, self.steps = pattern, steps

    def match(self, text: str, pos: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else end
        found = self.pattern.match(text, pos, end)
        self.steps[0] += 1 + (found.end() - pos if found else 0)
        return found

    def search(self, text: str, pos: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else end
        found = self.pattern.search(text, pos, end)
        self.steps[0] += 1 + (found.end() if found else end) - pos
        return found

    def finditer(self, text: str, pos: int, end: int) -> Iterator[re.Match[str]]:
        for found in self.pattern.finditer(text, pos, end):
            self.steps[0] += 1 + found.end() - pos
            pos = found.end()
            yield found
        self.steps[0] += 1 + end - pos

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pattern, name)


UNITS = (
    "@", "@ ", "@a{", "@article{", "@misc{k,", "@misc{k\n,", "@string(a=", "@comment{", "@preamble{", "{", "}", '"',
    ",", "=", "%", "\n", "a = ", "a = {", 'a = "', ",a={", "\na={", '\na="', "a = 1 b ", "a=x y,", "\na = y z",
    "@x{a,(", "@x{a,%", "@article{a, t = {x {y}\n", "@article(a, b={c, d={e} ) ", '@a{k, t = "x {y}\n', "a={x} y} ",
    "},a={", 'a="x" y" ,', 'a="b} c",', "@article k,\na=1", "% @a{", "@comment{ @a{b,c={d}}", 'a="b"#', ",,", "==",
    "a={x,\na = {y},", "@misc{k, a={b, c={d}}\n", "@misc{k, a=b c} ", '@misc{k, a="{', " }",
)  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "@article{k, ", "@article{k, t = {", '@article{k, t = "', "@misc(k, a = "])
@pytest.mark.parametrize("unit", UNITS)
def test_steps_grow_with_the_length(prefix: str, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [0]
    for name, value in list(vars(bibtex).items()):
        if isinstance(value, re.Pattern):
            monkeypatch.setattr(bibtex, name, Counted(value, steps))
    counts = []
    for length in (1000, 4000):
        steps[0] = 0
        scan(prefix + unit * (length // len(unit)))
        counts.append(steps[0])
    assert counts[1] < 5 * counts[0] + 1000
    assert counts[1] < 60 * 4000


# Real lists

_FENCE = re.compile(
    r"^[ \t]*(```+|~~~+)[ \t]*(?:bib\w*|latex|tex|)[ \t]*\n(.*?)^[ \t]*\1[ \t]*$",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)


def blocks() -> Iterator[tuple[str, str, int, int]]:
    """Path, text and range of each stretch of BibTeX in the lists next to the repository."""
    for path in sorted(SHARED.rglob("*")):
        if path.suffix not in {".bib", ".md"} or not path.is_file():
            continue
        text = Source.from_bytes(path.read_bytes(), path.name).text
        if path.suffix == ".bib":
            yield str(path), text, 0, len(text)
            continue
        for fence in _FENCE.finditer(text):
            if re.match(r"\s*@\w+\s*\{", fence[2]):
                yield str(path), text, fence.start(2), fence.end(2)


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the lists are not here")
def test_real_blocks_equal_bibtexparser() -> None:
    equal = seen = 0
    for path, text, start, end in blocks():
        found = scan(text, start, end)
        check_spans(text, found)
        seen += len(found.entries)
        broken = {problem.key for problem in found.problems}
        ours = Counter(folded(entry) for entry in found.entries if entry.key not in broken)
        theirs = Counter(entry for entry in oracle(text[start:end]) if entry[1] not in broken)
        assert ours == theirs, path
        equal += ours.total()
    assert seen >= 800
    assert equal >= 0.99 * seen


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the lists are not here")
@pytest.mark.parametrize("name", MUTATIONS)
def test_mutations_of_real_entries(name: str) -> None:
    samples = []
    for _, text, start, end in blocks():
        found = scan(text, start, end)
        if not found.problems:
            whole = [(text[slice(*entry.span)], entry) for entry in found.entries]
            samples += [Sample(part, *reading(entry)) for part, entry in whole if len(entry.fields) > 1]
    hold_targets(name, [sample for sample in samples if any(value[-1] in '}"' for _, value in sample.fields)])


def test_a_missing_operand_is_one_problem() -> None:
    found = scan("@misc{a,\n  title = {A} # ,\n  year = 2020\n}\n")
    assert [(problem.kind, problem.subject) for problem in found.problems] == [("missing-value", "title")]
    assert [field.name for field in found.entries[0].fields] == ["title", "year"]
