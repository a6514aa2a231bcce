"""A list as a bibliography: BibTeX that reads back as it is meant, and CSL-JSON of the published shape."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from listlint.model.nodes import Document
from listlint.model.source import Source
from listlint.packs.loader import Tables
from listlint.packs.venues import VenueTable
from listlint.parse.bibtex import scan
from listlint.parse.markdown import parse as parse_source
from listlint.report import bibliography
from listlint.report.options import RenderOptions
from listlint.testing import parse
from listlint.text.bibliography.build import Bibliography
from listlint.text.bibliography.keys import Keys, base_key
from listlint.text.bibliography.reference import OTHERS, Kind, Person, Reference
from listlint.text.bibliography.write_bibtex import built, clean, escape
from listlint.text.latex import decode
from tests.parse.bibsamples import make
from tests.paths import CORPUS, ROOT, SEEDS, needs_corpus, needs_seeds

EXAMPLES = ROOT / "examples"
VENUES = Tables().get("venues", VenueTable)
KAPLAN = "@misc{kaplan2020,\n  title = {Scaling Laws},\n  eprint = {2001.08361},\n  archiveprefix = {arXiv}\n}"


def bibtex(*documents: Document | str) -> tuple[str, tuple[str, ...]]:
    out = StringIO()
    parsed = [one if isinstance(one, Document) else parse(one) for one in documents]
    notices = bibliography.render_bibtex(parsed, out, RenderOptions())
    return out.getvalue(), notices


def csl(*documents: Document | str) -> list[dict[str, Any]]:
    out = StringIO()
    parsed = [one if isinstance(one, Document) else parse(one) for one in documents]
    bibliography.render_csl_json(parsed, out, RenderOptions())
    items: list[dict[str, Any]] = json.loads(out.getvalue())
    VALIDATOR.validate(items)
    msgspec.json.decode(out.getvalue(), type=list[bibliography.CslItem])
    return items


def fenced(*blocks: str) -> str:
    return "".join(f"```bibtex\n{block}\n```\n\n" for block in blocks)


def read_back(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """What both readers of BibTeX make of an export; they must agree that nothing is wrong with it."""
    bibtexparser = pytest.importorskip("bibtexparser")
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    found = scan(text)
    assert not found.problems, text
    ours = [
        (entry.kind.lower(), entry.key, {field.name.lower(): field.value for field in entry.fields})
        for entry in found.entries
    ]
    library = bibtexparser.parse_string(text, parse_stack=[])
    assert not library.failed_blocks, text
    theirs = [
        (entry.entry_type.lower(), entry.key, {field.key.lower(): str(field.value) for field in entry.fields})
        for entry in library.entries
    ]
    assert ours == theirs
    keys = [key.casefold() for _, key, _ in ours]
    assert len(set(keys)) == len(keys), text
    return ours


# --- What an entry says ----------------------------------------------------------------------------


def test_an_entry_with_everything() -> None:
    text, notices = bibtex(
        "- [Graph Nets: a 100% New_Kind of GANs & more](https://arxiv.org/pdf/1706.03762v5.pdf), "
        "Ada Lovelace and George Boole, Oct. 26 2021 `survey` `READ`\n"
    )
    assert text == (
        "@misc{lovelace2021,\n"
        "  title = {Graph Nets: a 100\\% New\\_Kind of {GANs} \\& more},\n"
        "  author = {Lovelace, Ada and Boole, George},\n"
        "  year = {2021},\n"
        "  month = oct,\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  keywords = {survey}\n"
        "}\n"
    )
    assert notices == ()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("- [A](https://arxiv.org/abs/2110.09485) - Oct. 18 2021, Yann LeCun et al.", "author = {LeCun, Yann and others}"),
        ("- [A](https://arxiv.org/abs/2110.09485), Lovelace and Boole, 1943.", "author = {Lovelace and Boole}"),
        ("- [A](https://arxiv.org/abs/2110.09485) - 2021, Ada Lovelace's group.", "note = {Ada Lovelace's group}"),
        ("- [A](https://arxiv.org/abs/2110.09485) - Google Research, 2021.", "note = {Google Research}"),
        ("- [A](https://doi.org/10.1145/3446776)", "doi = {10.1145/3446776}"),
        ("- [A](https://a.dev/x{y}%20z)", "url = {https://a.dev/x%7By%7D%20z}"),
        ("- [A](https://a.dev) - Says what it does, and how.", "annote = {Says what it does, and how.}"),
        ("- [A](https://arxiv.org/abs/2110.09485) `iclr2021`", "booktitle = {International Conference on Learning Representations}"),
        ("- [A](https://arxiv.org/abs/2110.09485) `iclr2021`", "@inproceedings{a2021,"),
        ("- [A](https://jmlr.org/papers/v15/a.html) `JMLR 2014`", "journal = {Journal of Machine Learning Research}"),
        ("- [A](https://jmlr.org/papers/v15/a.html) `JMLR 2014`", "@article{a2014,"),
    ],
)  # fmt: skip
def test_fields(line: str, wanted: str) -> None:
    text, _ = bibtex(line + "\n")
    assert wanted in text
    assert len(read_back(text)) == 1


@pytest.mark.parametrize(
    ("line", "unwanted"),
    [
        ("- [A](https://arxiv.org/abs/2110.09485)", "year"),
        ("- [A](https://arxiv.org/abs/2110.09485) - Vision and Language, 2021.", "author"),
        ("- [A](https://arxiv.org/abs/2110.09485) - 2021, Ada Lovelace's group.", "author"),
        ("- [A](https://arxiv.org/abs/2110.09485) `icml2021 workshop`", "booktitle"),
        ("- [A](https://arxiv.org/abs/2110.09485) - 31 June 2021.", "month"),
        ("- [A](https://a.dev) `unknown2021`", "booktitle"),
        ("- [A](https://arxiv.org/abs/2110.09485) `READ`", "keywords"),
        ("- [A](https://arxiv.org/abs/2110.09485) - Oct. 2020 `iclr2021`", "month"),
    ],
)
def test_nothing_is_invented(line: str, unwanted: str) -> None:
    text, _ = bibtex(line + "\n")
    assert unwanted not in text
    assert len(read_back(text)) == 1


def test_pages_of_the_repository_are_no_works() -> None:
    text, _ = bibtex(
        "- [Vision](vision.md)\n- [Top](#top)\n- [Local copy](papers/copy.pdf)\n- [:scroll:](b.pdf)\n- [A](https://a.dev)\n\n# Top\n"
    )
    assert [key for _, key, _ in read_back(text)] == ["local", "a"]


def test_a_list_without_entries_gives_nothing() -> None:
    assert bibtex("# Title\n\nProse.\n") == ("", ())
    assert bibtex() == ("", ())
    assert csl("# Title\n") == []


# --- One block a work ------------------------------------------------------------------------------


def test_forms_of_one_work_are_one() -> None:
    text, _ = bibtex(
        "- [First](https://arxiv.org/pdf/1706.03762v5) [[code]](https://github.com/a/b)\n"
        "- [Second](https://a.dev)\n- [Again](https://arxiv.org/abs/1706.03762), 2017.\n"
    )
    assert [(key, values["title"]) for _, key, values in read_back(text)] == [
        ("first2017", "{First}"),
        ("second", "{Second}"),
    ]


def test_an_entry_ties_its_identities_together() -> None:
    text, _ = bibtex(
        "- [A Long Title of Some Paper](https://a.dev/project) [[arXiv]](https://arxiv.org/abs/1706.03762) "
        "[[pdf]](https://openreview.net/pdf?id=abcdefgh)\n"
        "- [Elsewhere](https://openreview.net/forum?id=abcdefgh)\n- [At home](https://a.dev/project)\n"
    )
    ((_, _, values),) = read_back(text)
    assert values["eprint"] == "{1706.03762}"


def test_two_papers_are_never_one() -> None:
    text, _ = bibtex(
        "- [A Long Title of Some Paper](https://a.dev) [[pdf]](https://arxiv.org/abs/1706.03762)\n"
        "- [The Long Title of Another](https://a.dev) [[pdf]](https://arxiv.org/abs/1706.03763)\n"
        "- [A Title with Two Papers](https://b.dev) [[paper]](https://arxiv.org/abs/1706.03764) [[paper]](https://arxiv.org/abs/1706.03765)\n"
    )
    assert len(read_back(text)) == 3
    tied = "@misc{{{0}, title = {{T}}, eprint = {{{1}}}, doi = {{10.1145/3446776}}}}"
    text, _ = bibtex(fenced(tied.format("a", "1706.03762"), tied.format("b", "1706.03763")))
    assert len(read_back(text)) == 2


def test_a_tool_is_not_its_paper() -> None:
    text, _ = bibtex(
        "## Tools\n\n- [Tool for Doing Some Things](https://tool.dev) [[paper]](https://arxiv.org/abs/1706.03762)\n\n"
        "## Papers\n\n- [How We Built It](https://arxiv.org/abs/1706.03762)\n"
    )
    assert ["eprint" in values for _, _, values in read_back(text)] == [False, True]


def test_an_article_is_not_the_paper_that_it_is_on() -> None:
    text, _ = bibtex("- [How We Made It All Work](https://a.dev/blog/x) [[paper]](https://arxiv.org/abs/1706.03762)\n")
    assert "eprint" not in text
    text, _ = bibtex("- [How We Made It All Work](https://a.dev/x) [[paper]](https://arxiv.org/abs/1706.03762)\n")
    assert "eprint" in text


def test_the_list_s_own_block_counts_wherever_it_stands() -> None:
    other = parse(KAPLAN + "\n", path="refs.bib")
    text, notices = bibtex("- [Some laws](https://arxiv.org/abs/2001.08361)\n- [B](https://b.dev)\n", other)
    assert text == KAPLAN + "\n\n@misc{b,\n  title = {B},\n  url = {https://b.dev}\n}\n"
    assert notices == ()


def test_a_block_without_identity_belongs_to_the_work_of_its_title() -> None:
    block = "@article{a1, title = {A {Telling} Title of Some Paper}, year = {2020}}"
    text, _ = bibtex("- [A telling title of some paper](https://a.dev/paper)\n", parse(block, path="refs.bib"))
    assert text == block + "\n"
    other = block.replace("a1", "a2").replace("2020", "2021")
    text, _ = bibtex(parse(f"{block}\n\n{other}\n", path="refs.bib"))
    assert len(read_back(text)) == 2


def test_a_second_block_of_one_work_is_left_out_and_said() -> None:
    text, notices = bibtex(fenced(KAPLAN, KAPLAN.replace("kaplan2020", "scaling")))
    assert text == KAPLAN + "\n"
    assert notices == ("README.md:10: scaling is the work of kaplan2020 (README.md:2) and is left out",)


def test_what_others_refer_to_stays() -> None:
    text, _ = bibtex(
        parse(
            "@inproceedings{paper, title = {T}, crossref = {Volume}}\n\n"
            "@proceedings{volume, title = {P}, doi = {10.1145/3446776}}\n\n"
            "@proceedings{again, title = {P}, doi = {10.1145/3446776}}\n",
            path="refs.bib",
        )
    )
    assert [key for _, key, _ in read_back(text)] == ["paper", "volume", "again"]


def test_the_order_is_that_of_the_list() -> None:
    text, _ = bibtex("- [B](https://b.dev)\n\n" + fenced(KAPLAN) + "- [A](https://a.dev)\n")
    assert [key for _, key, _ in read_back(text)][-1] == "a"


def test_how_to_cite_the_list_is_no_work_of_it() -> None:
    text, notices = bibtex("# L\n\n- [A](https://a.dev)\n\n## Citation\n\nPlease cite us:\n\n" + fenced(KAPLAN))
    assert [key for _, key, _ in read_back(text)] == ["a"]
    assert notices == ("README.md:9: says how to cite the list itself and is left out",)


# --- Kept blocks -----------------------------------------------------------------------------------

SAMPLES = [make(seed) for seed in range(80)]


def as_list_item(block: str) -> str:
    return "- [T](https://t.dev)\n\n  ```bibtex\n" + "".join(f"  {line}\n" for line in block.split("\n")) + "  ```\n"


def as_quotation(block: str) -> str:
    return "> ```bibtex\n" + "".join(f"> {line}\n" for line in block.split("\n")) + "> ```\n"


@pytest.mark.parametrize("wrap", [fenced, as_list_item, as_quotation, str], ids=["fence", "item", "quotation", "file"])
def test_blocks_are_kept_as_written(wrap: Any) -> None:
    verbatim = 0
    for sample in SAMPLES:
        document = parse(wrap(sample.text), path="refs.bib" if wrap is str else "README.md")
        text, notices = bibtex(document)
        (one,) = scan(text).entries
        assert not scan(text).problems
        assert (one.kind, one.key) == (sample.kind, sample.key)
        values = [(field.name, " ".join(field.value.split())) for field in one.fields]
        assert values == [(name, " ".join(value.split())) for name, value in sample.fields]
        assert all("nothing defines the macro" in notice for notice in notices)
        verbatim += text.endswith(sample.text + "\n")
    assert verbatim == len(SAMPLES)


def test_a_broken_block_is_not_kept_and_said() -> None:
    broken = KAPLAN.replace("{Scaling Laws},", "{Scaling Laws}")
    entry = as_list_item(broken).replace("[T](https://t.dev)", "[Scaling Laws](https://arxiv.org/abs/2001.08361)")
    text, notices = bibtex(entry + "\n## More\n\n" + fenced(broken))
    ((_, key, values),) = read_back(text)
    assert (key, values["eprint"]) == ("kaplan2020", "{2001.08361}")
    assert notices[0] == (
        "README.md:5: the BibTeX of kaplan2020 has a syntax error (missing-comma), "
        "so the reference is built from its entry instead"
    )
    assert notices[1].endswith("so it is left out")


def test_its_sound_neighbours_stay() -> None:
    other = KAPLAN.replace("kaplan2020", "other").replace("2001.08361", "2001.08362")
    text, notices = bibtex(parse(f"{KAPLAN}\n\n{KAPLAN.replace('},', '}', 1)}\n\n{other}\n", path="refs.bib"))
    assert [key for _, key, _ in read_back(text)] == ["kaplan2020", "other"]
    assert len(notices) == 1


def test_one_key_for_two_works() -> None:
    other = KAPLAN.replace("2001.08361", "2001.08362").replace("kaplan", "Kaplan")
    text, notices = bibtex(fenced(KAPLAN, other))
    assert [key for _, key, _ in read_back(text)] == ["kaplan2020", "Kaplan2020a"]
    assert notices == ("README.md:10: the key Kaplan2020 names another work too and becomes Kaplan2020a",)


def test_a_built_key_gives_way_to_a_kept_one() -> None:
    block = "@misc{kite, title = {T}, eprint = {2001.08361}}"
    text, _ = bibtex("# L\n\n" + fenced(block) + "- [Kite](https://kite.dev)\n")
    assert [key for _, key, _ in read_back(text)] == ["kite", "kite-a"]


def test_parentheses_become_braces_and_a_second_field_goes() -> None:
    text, notices = bibtex(fenced("@misc(k, title = {A}, year = 2020, Title = {B})"))
    assert text == "@misc{k,\n  title = {A},\n  year = 2020\n}\n"
    assert notices == ("README.md:2: k has title more than once; the first counts",)


def test_html_is_read_as_html() -> None:
    text, _ = bibtex("<pre>\n@misc{k,\n  title = {A &amp; B \\&amp; C}\n}\n</pre>\n")
    assert "title = {A & B \\& C}" in text


def test_macros_come_along() -> None:
    first = parse(
        '@string{jml = "Journal of {M}"}\n@string{unused = {U}}\n@article{a, title={A}, journal = jml # { x}, month = oct}\n',
        path="a.bib",
    )
    second = parse("@string{JML = {Other}}\n@article{b, title={B}, journal = jml, note = later}\n", path="b.bib")
    third = parse("@string{later = jml # { again}}\n", path="c.bib")
    text, notices = bibtex(first, second, third)
    assert text == (
        "@string{jml = {Journal of {M}}}\n@string{later = {Journal of {M} again}}\n\n"
        "@article{a, title={A}, journal = jml # { x}, month = oct}\n\n"
        "@article{b, title={B}, journal = {Other}, note = later}\n"
    )
    assert notices == ()
    read_back(text)
    assert [item.get("container-title") for item in csl(first, second, third)] == ["Journal of M x", "Other"]


def test_broken_macros_are_none() -> None:
    text, notices = bibtex(parse("@string{jml = {J} {K}}\n@article{a, title={A}, journal = jml}\n", path="a.bib"))
    assert "@string" not in text
    assert "nothing defines the macro jml" in notices[0]


def test_an_unknown_macro_is_said_once() -> None:
    _, notices = bibtex(fenced("@article{a, title={A}, journal = jml}", "@article{b, title={B}, journal = jml}"))
    assert notices == ("README.md:2: nothing defines the macro jml that a uses",)


def test_macros_that_double_each_other_do_not_explode() -> None:
    lines = ["@string{m0 = {x}}", *(f"@string{{m{n + 1} = m{n} # m{n}}}" for n in range(60))]
    text, _ = bibtex(parse("\n".join([*lines, "@misc{k, title = m60}"]), path="a.bib"))
    assert len(text) < 100_000


# --- Keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "names", "key"),
    [
        (Reference(title="The Attention", authors=(Person("Vaswani", "A."), OTHERS), year=2017), (), "vaswani2017"),
        (Reference(title="On the Attention of Nets"), (), "attention"),
        (Reference(title="T", authors=(Person("Dvořáková"),), year=2020), (), "dvorakova2020"),
        (Reference(title="T", authors=(Person("Ørsted"),)), (), "orsted"),
        (Reference(title="T", authors=(Person("O'Hara-Smith"),)), (), "oharasmith"),
        (Reference(title="T", authors=(Person(literal="Some Team"),)), (), "someteam"),
        (Reference(title="图神经网络 survey"), (), "survey"),
        (Reference(title="图"), ("arxiv:2110.13786",), "arxiv-2110-13786"),
        (Reference(title="图"), ("url:a.example.org/x",), "a-example-org"),
        (Reference(title="图", year=2020), (), "work2020"),
        (Reference(title="The"), (), "the"),
    ],
)
def test_keys_by_what_is_known(reference: Reference, names: tuple[str, ...], key: str) -> None:
    assert base_key(reference, names) == key


def test_collisions_take_letters() -> None:
    keys = Keys()
    assert [keys.take("a2020") for _ in range(29)] == [
        "a2020", *(f"a2020{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"), "a2020aa", "a2020ab",
    ]  # fmt: skip
    assert keys.take("A2020") == "A2020ac"
    assert [keys.take("net"), keys.take("net"), keys.take("net-a")] == ["net", "net-a", "net-a-a"]


# --- Hostile text ----------------------------------------------------------------------------------

HOSTILE = st.text(
    st.sampled_from(list("{}\\%@$#&_~^|<>\"'`,=()[]-?! \n\tab8É图🦊\u200b\u202e\x1b"))
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=40,
)


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_one_sound_block(title: str, name: str, note: str) -> None:
    people = (Person(name, title), Person(literal=name)) if name.strip() else ()
    reference = Reference(
        title=title, authors=people, year=2020, month=5, note=note, remark=title, url=note, keywords=(name,), doi=name
    )
    text = built("key2020", reference) + "\n"
    ((kind, key, values),) = read_back(text)
    assert (kind, key) == ("misc", "key2020")
    assert values["month"] == "may"


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_escaped_text_means_itself(text: str) -> None:
    assume(text.count("$") < 2)
    plain = unicodedata.normalize("NFC", " ".join(clean(text).split()))
    assert decode(escape(text)) == " ".join(plain.split())


def test_formulas_stay() -> None:
    assert escape("The $\\ell_1$ norm of $x$ for $5 or $6") == "The $\\ell_1$ norm of $x$ for \\$5 or \\$6"
    assert escape("$a}{b$") == "\\$a\\textbraceright{}\\textbraceleft{}b\\$"


@given(st.lists(HOSTILE, max_size=4), HOSTILE)
@settings(max_examples=60, deadline=None)
def test_any_list_gives_sound_blocks(titles: list[str], tail: str) -> None:
    lines = [f"- [{title}](https://a.dev/{number}) - {tail} `{title}`" for number, title in enumerate(titles)]
    document = parse("# L\n\n" + "\n".join(lines) + "\n\n```bibtex\n" + tail + "\n```\n")
    text, _ = bibtex(document)
    items = csl(document)
    assert [key for _, key, _ in read_back(text)] == [item["id"] for item in items]


def test_what_acts_on_a_terminal_is_gone() -> None:
    text, _ = bibtex("- [A\x1b[31m \u202eB](https://a.dev)\n\n" + fenced("@misc{k, title = {A\x1b[0m\u2028B}}"))
    assert not set(text) & set("\x1b\u202e\u2028")


# --- CSL-JSON --------------------------------------------------------------------------------------

TYPES = [
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
]
TEXTS = [
    "title",
    "container-title",
    "collection-title",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "chapter-number",
    "edition",
    "number",
    "genre",
    "language",
    "archive",
    "archive_location",
    "DOI",
    "ISBN",
    "ISSN",
    "PMID",
    "URL",
    "abstract",
    "keyword",
    "note",
    "annote",
]
"""Those of CSL 1.0.2's variables that an export may have, as csl-data.json names them."""
NAME_PARTS = ["family", "given", "non-dropping-particle", "suffix", "literal"]
NAMES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {part: {"type": "string", "minLength": 1} for part in NAME_PARTS},
        "additionalProperties": False,
        "minProperties": 1,
    },
}
PARTS = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 3}
VALIDATOR = jsonschema.Draft7Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "type": {"enum": TYPES},
                "author": NAMES,
                "editor": NAMES,
                "issued": {
                    "type": "object",
                    "properties": {"date-parts": {"type": "array", "items": PARTS, "minItems": 1, "maxItems": 1}},
                    "required": ["date-parts"],
                    "additionalProperties": False,
                },
                **{name: {"type": "string", "minLength": 1} for name in TEXTS},
            },
            "required": ["id", "type"],
            "additionalProperties": False,
        },
    }
)


def test_csl_of_entries() -> None:
    paper, tool, talk = csl(
        "- [Nets {and} more](https://arxiv.org/abs/2110.09485) - Oct. 18 2021, Yann LeCun et al.\n"
        "- [Tool](https://github.com/a/b) - Does this and that.\n"
        "- [Talk](https://youtu.be/dQw4w9WgXcQ)\n"
    )
    assert paper == {
        "id": "lecun2021",
        "type": "article",
        "title": "Nets {and} more",
        "author": [{"family": "LeCun", "given": "Yann"}, {"literal": "others"}],
        "issued": {"date-parts": [[2021, 10, 18]]},
        "number": "arXiv:2110.09485",
        "genre": "preprint",
        "archive": "arXiv",
        "archive_location": "2110.09485",
        "URL": "https://arxiv.org/abs/2110.09485",
    }
    assert (tool["type"], tool["annote"]) == ("software", "Does this and that.")
    assert talk["type"] == "motion_picture"


def test_csl_of_blocks() -> None:
    block = (
        "@inproceedings{k,\n  title = {On {BERT} \\& {\\'E}tudes},\n"
        '  author = "van der Berg, Jan and {Some Team} and Doe, Jr., John and others",\n'
        "  booktitle = {Proc. of X}, pages = {1--10}, month = 5 # { June}, date = {2021-06-03}, year = {2020},\n"
        "  volume = 3, number = {2}, doi = {10.1145/3446776}, url = {https://a.dev/x\\_y}, isbn = {}\n}"
    )
    (item,) = csl(fenced(block))
    assert item == {
        "id": "k",
        "type": "paper-conference",
        "title": "On BERT & Études",
        "author": [
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
            {"literal": "Some Team"},
            {"family": "Doe", "given": "John", "suffix": "Jr."},
            {"literal": "others"},
        ],
        "issued": {"date-parts": [[2021, 6, 3]]},
        "container-title": "Proc. of X",
        "volume": "3",
        "number": "2",
        "page": "1-10",
        "DOI": "10.1145/3446776",
        "URL": "https://a.dev/x_y",
    }


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ("@article{k, title={T}, journal={Nature}}", "article-journal"),
        ("@article{k, title={T}, journal={arXiv preprint arXiv:2001.08361}}", "article"),
        ("@misc{k, title={T}, eprint={2001.08361}}", "article"),
        ("@misc{k, title={T}}", "document"),
        ("@phdthesis{k, title={T}}", "thesis"),
        ("@Book{k, title={T}}", "book"),
        ("@inbook{k, title={T}}", "chapter"),
        ("@techreport{k, title={T}}", "report"),
        ("@online{k, title={T}}", "webpage"),
        ("@software{k, title={T}}", "software"),
        ("@unheard{k, title={T}}", "document"),
    ],
)
def test_csl_types(block: str, kind: str) -> None:
    (item,) = csl(fenced(block))
    assert item["type"] == kind


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ("year = 2020", [2020]),
        ("year = {2020}, month = oct", [2020, 10]),
        ("year = {2020}, month = {Oct. 3}", [2020, 10, 3]),
        ("year = {2020}, month = {10}", [2020, 10]),
        ("year = {2020}, month = {13}", [2020]),
        ("year = {2020}, month = feb # { 3--5}", [2020, 2, 3]),
        ("date = {2020-02}", [2020, 2]),
        ("year = {in press}", None),
    ],
)
def test_csl_dates(fields: str, parts: list[int] | None) -> None:
    (item,) = csl(fenced(f"@misc{{k, title = {{T}}, {fields}}}"))
    assert item.get("issued") == (None if parts is None else {"date-parts": [parts]})


# --- Real lists ------------------------------------------------------------------------------------


def test_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# L\n\n- [图 Nets](https://a.dev)\n\n" + fenced(KAPLAN[:-1]), encoding="utf-8")
    (tmp_path / "empty.md").write_text("# Nothing\n", encoding="utf-8")
    done = {
        (name, output): subprocess.run(
            [sys.executable, "-m", "listlint", "entries", "--isolated", name, "--output", output],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        for name in ("README.md", "empty.md")
        for output in ("bibtex", "csl-json")
    }
    assert [one.returncode for one in done.values()] == [0, 0, 0, 0]
    assert done["empty.md", "bibtex"].stdout == done["empty.md", "bibtex"].stderr == b""
    assert json.loads(done["empty.md", "csl-json"].stdout) == []
    assert "title = {图 Nets}" in done["README.md", "bibtex"].stdout.decode()
    assert b"syntax error (truncated-entry)" in done["README.md", "bibtex"].stderr


def test_the_page_shows_what_happens() -> None:
    page = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    consoles = re.findall(r"```console\n\$ listlint ([^\n]*)\n(.*?)```", page, re.DOTALL)
    assert len(consoles) == 3
    for command, shown in consoles:
        arguments, _, redirected = command.partition(" > ")
        done = subprocess.run(
            [sys.executable, "-m", "listlint", *arguments.split()], cwd=EXAMPLES, capture_output=True, check=False
        )
        assert (done.stderr if redirected else done.stdout).decode() == shown
    clean = parse_source(Source.from_bytes((EXAMPLES / "papers-clean" / "README.md").read_bytes(), "README.md"))
    text, _ = bibtex(clean)
    references = re.findall(r"```bibtex\n(.*?)```", page, re.DOTALL)
    assert len(references) == 2
    assert all(shown in text for shown in references)
    (shown,) = re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)
    assert json.loads(shown) in csl(clean)


def documents_in(folder: Path) -> list[Document]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".md", ".markdown", ".bib"))
    return [parse_source(Source.from_bytes(path.read_bytes(), path.name)) for path in files]


@needs_seeds
@pytest.mark.parametrize(
    ("name", "works", "kept"),
    [("deep-learning-explained.md", 18, 0), ("dl-theory-primer.md", 40, 0), ("theory-for-deep-learning.md", 23, 22)],
)
def test_seeds(name: str, works: int, kept: int) -> None:
    path = SEEDS / name
    document = parse_source(Source.from_bytes(path.read_bytes(), name))
    text, notices = bibtex(document)
    assert len(read_back(text)) == works == len(csl(document))
    assert sum(entry.key in text for entry in (bib for block in document.bib for bib in block.entries)) == kept
    assert notices == ()


@needs_corpus
@pytest.mark.parametrize(
    "name",
    [
        "ContinualAI__continual-learning-papers",
        "awesome-NeRF__awesome-NeRF",
        "iridia-ulb__references",
        "terryum__awesome-deep-learning-papers",
        "ybayle__awesome-deep-learning-music",
        "zeke-xie__deep-learning-dynamics-paper-list",
        "LumingSun__ML4DB-paper-list",
    ],
)
def test_real_lists(name: str) -> None:
    documents = documents_in(CORPUS / name)
    found = Bibliography(documents, VENUES)
    text = "\n\n".join(found.bibtex()) + "\n"
    assert len(read_back(text)) == len(found.items)
    assert len(csl(*documents)) == len(found.items)
    kinds = Counter(reference.kind for _, reference in found.references())
    assert kinds[Kind.OTHER] < len(found.items)
    listed = {entry.identity for document in documents for entry in document.entries if entry.identity is not None}
    shown = {name for item in found.items for name in item.work.names}
    assert listed <= shown, sorted(listed - shown)[:5]
