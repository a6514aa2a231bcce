"""Rules on the syntax and the fields of BibTeX: what single examples cannot show."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from listlint.checks.bib_fields import is_slip
from listlint.checks.bib_options import writes_biblatex
from listlint.checks.bibtex.duplicate_field import DuplicateField
from listlint.checks.bibtex.duplicate_key import DuplicateKey
from listlint.checks.bibtex.empty_field import EmptyField
from listlint.checks.bibtex.missing_field import MissingField
from listlint.checks.bibtex.misspelt_field import MisspeltField
from listlint.checks.bibtex.syntax_error import BrokenSyntax
from listlint.checks.bibtex.unknown_type import UnknownType
from listlint.fix.apply import apply, in_order, rewrite
from listlint.fix.select import select
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.edit import Applicability, Fix
from listlint.parse.bibtex import scan
from listlint.testing import fixed, lint, parse
from tests.parse.bibsamples import MUTATIONS, Sample, make
from tests.paths import CORPUS, SEEDS, corpus_files, needs_corpus, needs_seeds

RULES = (BrokenSyntax, DuplicateKey, MissingField, UnknownType, EmptyField, DuplicateField, MisspeltField)
SAMPLES = [make(seed) for seed in range(300)]


def found(rule: Any, text: str, path: str = "a.bib", **options: Any) -> list[Diagnostic]:
    return lint([rule], parse(text, path), options)


def safe_fixes(found: list[Diagnostic]) -> list[Fix]:
    """The safe fixes among those that findings bring, as far as they go together."""
    safe = [one for one in found if one.fix and one.fix.applicability is Applicability.SAFE]
    return [one.fix for one in select(safe).chosen if one.fix]


def reading(text: str) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    result = scan(text)
    assert not result.problems
    return [(entry.kind, entry.key, tuple((f.name, f.value) for f in entry.fields)) for entry in result.entries]


# BIB001


@pytest.mark.parametrize(
    ("text", "message", "applicability"),
    [
        ("title = {A}\n year = 2020", "no comma behind field `title`", Applicability.SAFE),
        ("title = {A};\n year = 2020", "`;` stands for the comma behind field `title`", Applicability.SAFE),
        ("title = {A},, year = 2020", "two commas in a row behind field `title`", Applicability.SAFE),
        (", title = {A}", "two commas in a row behind citation key `k`", Applicability.SAFE),
        ("title {A}", "there is no `=` between `title` and its value", Applicability.SAFE),
        ("year2020,", "`year2020` is no field: it has no `=` and no value", None),
        ("= {A}", "a value without the name of its field", None),
        ("doi = ,", "field `doi` has no value, not even an empty one", None),
        ("title = {A,\n year = 2020", "a brace in the value of `title` is never closed", Applicability.UNSAFE),
        ('title = "A,\n year = 2020', "the quoted value of `title` is never closed", Applicability.UNSAFE),
        ("title = Deep nets},\n year = 2020", "the value of `title` has no opening brace", Applicability.UNSAFE),
        ('title = Deep nets",\n year = 2020', "the value of `title` has no opening quote", Applicability.UNSAFE),
        (
            "title = {A}},\n year = 2020, url = {B}, doi = {C}, note = {D}, month = jan",
            "one `}` too many, which ends the entry before `year`, `url`, `doi`, `note`, …",
            Applicability.UNSAFE,
        ),
        ("title = {A} B},\n year = 2020", "`}` ends the value of `title` too early", None),
        ("title = {A},\n % year = 2020,", "BibTeX knows no comments inside an entry: `% year = 2020,`", None),
        (
            "title = {A}, pages = 1--2",
            "the value of `pages` needs braces: it is neither a number nor one macro",
            Applicability.UNSAFE,
        ),
        ('title = "A big" B"', '`B"` belongs to no field', None),
    ],
)
def test_a_message_names_the_culprit(text: str, message: str, applicability: Applicability | None) -> None:
    [one] = found(BrokenSyntax, f"@misc{{k,\n {text}\n}}\n")
    assert one.message == message
    assert (one.fix.applicability if one.fix else None) is applicability
    assert one.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@misc{k\n title = {A}\n}\n", "no comma behind citation key `k`"),
        ("@misc{title = {A}}\n", "`@misc{` has no citation key"),
        ("@misc{, title = {A}}\n", "the citation key is empty"),
        ("@misc{my key, title = {A}}\n", "the citation key `my key` has a space in it"),
        ("@misc k,\n title = {A}\n}\n", "`@misc` has no opening brace"),
        ("@misc{k,\n title = {A}\n", "entry `k` breaks off: it is never closed"),
        ("@string{a = {A}\n@misc{k, title = a}\n", "the entry breaks off: it is never closed"),
        ("@misc{k,\n title = {A}\n}}\n@misc{l, title = {B}}\n", "one `}` too many"),
    ],
)
def test_a_message_names_the_key(text: str, message: str) -> None:
    assert [one.message for one in found(BrokenSyntax, text)] == [message]


def test_a_dangling_concatenation_is_named() -> None:
    assert found(BrokenSyntax, "@misc{k,\n title = {A} # ,\n}\n")[0].message == (
        "nothing follows the `#` in the value of `title`"
    )


def test_the_opener_is_a_related_place() -> None:
    text = "@misc{k,\n title = {A,\n year = 2020\n}\n@book{l,\n title = {B}\n"
    one, other = found(BrokenSyntax, text)
    assert [(text[slice(*place.span)], place.span.start) for place in one.related] == [("{", text.index("{A"))]
    assert [(text[slice(*place.span)], place.span.start) for place in other.related] == [("{", text.index("{l"))]


@pytest.mark.parametrize("name", ["missing comma", "doubled comma", "missing equals"])
def test_a_safe_repair_gives_back_what_was_written(name: str) -> None:
    for seed, sample in enumerate(SAMPLES):
        broken = MUTATIONS[name][0](sample, random.Random(seed)).text
        chosen = safe_fixes(found(BrokenSyntax, broken))
        if chosen:
            assert reading(apply(broken, in_order(chosen))) == [(sample.kind, sample.key, sample.fields)], broken


@pytest.mark.parametrize("name", ["missing comma", "doubled comma"])
def test_these_always_have_a_safe_repair(name: str) -> None:
    for seed, sample in enumerate(SAMPLES):
        broken = MUTATIONS[name][0](sample, random.Random(seed)).text
        [one] = found(BrokenSyntax, broken)
        assert one.fix is not None, broken
        assert one.fix.applicability is Applicability.SAFE, broken


@pytest.mark.parametrize("name", sorted(set(MUTATIONS) - {"missing comma", "doubled comma", "missing equals"}))
def test_other_repairs_are_never_safe(name: str) -> None:
    for seed, sample in enumerate(SAMPLES):
        broken = MUTATIONS[name][0](sample, random.Random(seed)).text
        chosen = safe_fixes(found(BrokenSyntax, broken))
        # What a dropped delimiter leaves may look like a missing comma; then its repair adds nothing but the comma.
        assert all(edit.text.strip() in ("", ",", "=") for fix in chosen for edit in fix.edits), broken


# BIB002


@pytest.mark.parametrize(
    ("path", "second", "severity"),
    [
        ("README.md", "@misc{a,\n  title = {A}}", Severity.WARNING),
        ("README.md", "@misc{a, title = {B}}", Severity.ERROR),
        ("README.md", "@book{A, title = {A}}", Severity.ERROR),
        ("a.bib", "@misc{a, title = {A}}", Severity.ERROR),
    ],
)
def test_a_copy_in_a_list_weighs_less(path: str, second: str, severity: Severity) -> None:
    first = "@misc{a, title = {A}}"
    blocks = f"## A\n```bibtex\n{first}\n```\n## B\n```bibtex\n{second}\n```\n"
    text = blocks if path.endswith(".md") else f"{first}\n{second}\n"
    [one] = found(DuplicateKey, text, path)
    assert one.severity is severity
    assert text[slice(*one.related[0].span)] == "a"
    assert one.related[0].span.start < one.span.start


def test_a_difference_in_case_is_said() -> None:
    [one] = found(DuplicateKey, "@misc{Lov, title = {A}}\n@misc{lov, title = {B}}\n")
    assert one.message == "the citation key `lov` differs from `Lov` in case only, so it is already taken"


# BIB003


@pytest.mark.parametrize(
    ("dialect", "entry", "message"),
    [
        ("bibtex", "@article{a, title = {A}}", "this @article lacks `author`, `journal` and `year`"),
        ("biblatex", "@Article{a, title = {A}}", "this @Article lacks `author`, `journaltitle` and `date` or `year`"),
        (
            "bibtex",
            "@inbook{a, title = {A}, author = {B}, publisher = {P}, year = 1}",
            "this @inbook lacks `chapter` or `pages`",
        ),
        ("biblatex", "@misc{a, author = {B}}", "this @misc lacks `title` and `date` or `year`"),
        ("bibtex", "@misc{a, author = {B}}", None),
        ("bibtex", "@mastersthesis{a, author = {B}, title = {A}, year = 1}", "this @mastersthesis lacks `school`"),
        ("biblatex", "@unpublished{a, author = {B}, title = {A}, year = 1}", None),
        ("bibtex", "@unpublished{a, author = {B}, title = {A}, year = 1}", "this @unpublished lacks `note`"),
        ("biblatex", "@online{a, title = {A}, url = {https://a.dev}, urldate = {2020-01-01}}", None),
    ],
)
def test_one_finding_names_all_that_is_lacking(dialect: str, entry: str, message: str | None) -> None:
    messages = [one.message for one in found(MissingField, entry + "\n", dialect=dialect)]
    assert messages == ([message] if message else [])


@pytest.mark.parametrize("source", ["crossref = {a}", "crossref = {b}", "crossref = {c}", "xdata = {c, a}"])
def test_circles_of_inheritance_end(source: str) -> None:
    text = (
        f"@article{{a, title = {{A}}, {source}}}\n@article{{b, title = {{B}}, crossref = {{a}}}}\n"
        "@article{c, title = {C}, crossref = {b}}\n"
    )
    assert {one.message.split(" lacks ")[1] for one in found(MissingField, text)} == {"`author`, `journal` and `year`"}


# BIB004


def test_a_type_of_the_other_dialect_is_information() -> None:
    [one] = found(UnknownType, "@software{a, title = {A}}\n")
    assert (one.severity, one.fix) == (Severity.INFO, None)
    [one] = found(UnknownType, "@sofware{a, title = {A}}\n", dialect="biblatex")
    assert one.severity is Severity.WARNING
    assert one.message == "@sofware is no type of BibLaTeX; the nearest is @software"


@pytest.mark.parametrize("field", ["journaltitle = {J}", "date = {2020}", "langid = {french}"])
def test_a_field_tells_the_dialect(field: str) -> None:
    assert writes_biblatex(parse(f"@misc{{a, title = {{A}}, {field}}}\n", "a.bib"))


def test_a_date_beside_a_year_tells_nothing() -> None:
    assert not writes_biblatex(parse("@misc{a, date = {2020-01-01}, year = 2020}\n", "a.bib"))


# BIB005


def test_deleting_empty_fields_leaves_the_others_as_they_were() -> None:
    deleted = 0
    for seed, sample in enumerate(SAMPLES):
        text = _emptied(sample, random.Random(seed))
        [(kind, key, fields)] = reading(text)
        source = fixed(EmptyField, parse(text, "a.bib"))
        kept = tuple((name, value) for name, value in fields if value.strip('{}" '))
        assert reading(source.text) == [(kind, key, kept)], text
        assert not any(line != line.rstrip() or not line for line in source.text.split("\n")), text
        deleted += len(fields) - len(kept)
    assert deleted > 2 * len(SAMPLES)


def _emptied(sample: Sample, rng: random.Random) -> str:
    """The sample with some of its values emptied, but never title and author."""
    text = sample.text
    for name, value in sample.fields:
        if name.lower() not in {"title", "author", "note"} and rng.random() < 0.5:
            at = text.index(name, text.index(sample.key) + len(sample.key))
            start = text.index(value, text.index("=", at))
            text = text[:start] + rng.choice(["{}", '""', "{ }"]) + text[start + len(value) :]
    return text


# BIB024


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("authors", "author"), ("autor", "author"), ("auhtor", "author"), ("uthor", "author"), ("auther", "author"),
        ("jounral", "journal"), ("yaer", "year"), ("dio", "doi"), ("ttitle", "title"),
    ],
)  # fmt: skip
def test_slips(written: str, meant: str) -> None:
    assert is_slip(written, meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("author", "author"), ("xauthor", "author"), ("author2", "author"), ("author_", "author"), ("uri", "url"),
        ("urls", "url"), ("ul", "url"), ("booktitle", "title"), ("auhtro", "author"), ("a-thor", "author"),
    ],
)  # fmt: skip
def test_no_slips(written: str, meant: str) -> None:
    assert not is_slip(written, meant)


def test_a_misspelt_field_is_not_missing_too() -> None:
    text = "@article{a, autor = {Ada Lovelace}, title = {A}, journal = {J}, year = 2020}\n"
    assert len(found(MisspeltField, text)) == 1
    assert not found(MissingField, text)


# All of them


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a," + "doi={}," * 50_000 + "}\n",
        "@misc{a," + "doi={},\n" * 50_000 + "}\n",
        "@misc{a," + "".join(f"f{n}={{A}}}},\n" for n in range(30_000)) + "}\n",
        "@misc{a," + "".join(f"f{n}={{A}}\n" for n in range(30_000)) + "}\n",
        "".join(f"@artcle{{a,titel={{{n}}},autor={{B}}}}\n" for n in range(10_000)),
        "".join(f"@article{{a{n},crossref={{a{n + 1}}},title={{A}}}}\n" for n in range(10_000)),
        "@misc{a, doi = {" + "x " * 200_000 + "}}\n" + "@misc{a, doi = {}, doi = {B}}\n" * 10_000,
        "@misc{a, doi = {" + " " * 1_000_000 + "}}\n",
        "@" * 1_000_000,
    ],
    ids=["one line", "empty lines", "braces", "no commas", "slips", "chain", "long first", "blank", "signs"],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    document = parse(text, "a.bib")
    for rule in RULES:
        start = time.process_time()
        lint([rule], document)
        assert time.process_time() - start < 3, rule.code


@needs_seeds
def test_the_seeds_have_no_error_of_syntax_and_no_field_twice() -> None:
    for path in sorted(SEEDS.glob("*.md")):
        document = parse(path.read_bytes(), path.name)
        assert not lint([BrokenSyntax, DuplicateKey, DuplicateField, UnknownType, MisspeltField], document)


@needs_corpus
def test_fixing_real_bibliographies_loses_nothing_but_empty_fields() -> None:
    files = [path for path in corpus_files() if path.suffix == ".bib"]
    assert files, CORPUS
    emptied = 0
    for path in files:
        document = parse(path.read_bytes(), path.name)
        found = lint([BrokenSyntax, EmptyField], document)
        chosen = safe_fixes(found)
        emptied += len(chosen)
        before, after = scan(document.text), scan(rewrite(document.source, chosen).text)
        assert not after.problems
        assert [entry.key for entry in after.entries] == [entry.key for entry in before.entries]
        for old, new in zip(before.entries, after.entries, strict=True):
            kept = [(one.name, one.value) for one in new.fields]
            assert [pair for pair in ((one.name, one.value) for one in old.fields) if pair in kept] == kept
            gone = [one.value for one in old.fields if (one.name, one.value) not in kept]
            assert all(not value.strip('{}" ') for value in gone)
    assert emptied
