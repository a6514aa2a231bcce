"""Rules on duplicates: what an example of one file cannot show."""

import time
from typing import Any

import msgspec
import pytest

from listlint.checks.duplicates.duplicate_across_files import DuplicateAcrossFiles
from listlint.checks.duplicates.duplicate_link import DuplicateLink
from listlint.checks.duplicates.duplicate_work import DuplicateWork
from listlint.engine.run import Active, Engine
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.testing import codes_of, lint, parse


def across(files: dict[str, str], **options: Any) -> list[Diagnostic]:
    """Run DUP005 over several files."""
    rule = DuplicateAcrossFiles(msgspec.convert(options, DuplicateAcrossFiles.Options))
    engine = Engine([Active(rule, rule.severity)], codes_of, debug=True)
    found = engine.lint_project([engine.digest(parse(text, path)) for path, text in files.items()])
    return [diagnostic for path in sorted(found) for diagnostic in found[path]]


A = "- [A](https://arxiv.org/abs/2110.00001) - One.\n"
A_PDF = "- [A](http://arxiv.org/pdf/2110.00001v2.pdf) - One.\n"
B = "- [B](https://b.dev) - Two.\n"


def test_the_later_file_is_reported() -> None:
    [found] = across({"b.md": "# T\n\n" + A_PDF + B, "a.md": A})
    assert found.path == "b.md"
    assert found.source[found.span] == "http://arxiv.org/pdf/2110.00001v2.pdf"
    assert found.severity is Severity.INFO
    [related] = found.related
    assert (related.path, tuple(related.span)) == ("a.md", (6, 38))


def test_the_same_url_in_three_files_gives_two_findings() -> None:
    assert [found.path for found in across({"a.md": B, "b.md": B, "c.md": B + B})] == ["b.md", "c.md"]


def test_scope_file_compares_nothing() -> None:
    assert not across({"a.md": A, "b.md": A}, scope="file")


def test_relative_links_of_two_files_are_not_the_same() -> None:
    assert not across({"a/x.md": "- [A](notes.md)\n", "b/x.md": "- [A](notes.md)\n"})


def test_bibtex_of_one_file_ties_identities_in_another() -> None:
    tied = (
        "# Papers\n\n## A paper\n\n[paper](https://arxiv.org/abs/2110.00001)\n\n"
        "```bibtex\n@article{a, title={A}, eprint={2110.00001}, doi={10.1145/3446776}}\n```\n\n"
        "## Another\n\n[paper](https://arxiv.org/abs/2110.00002)\n\n```bibtex\n@misc{b, title={B}}\n```\n"
    )
    [found] = across({"a.md": "- [A](https://doi.org/10.1145/3446776) - One.\n", "b.md": tied})
    assert found.path == "b.md"


def test_translations_are_not_compared_with_each_other() -> None:
    lines = [f"- [T{n}](https://a.dev/{n}) - Good.\n" for n in range(12)]
    files = {"README.md": "".join(lines), "README-de.md": "".join(lines[:10]), "extra.md": lines[3]}
    assert [found.path for found in across(files)] == ["extra.md"]


def test_a_duplicate_in_the_section_weighs_more_than_one_across() -> None:
    text = f"## S\n\n{B}{B}\n## T\n\n{B}{A}"
    assert [found.severity for found in lint([DuplicateLink], parse(text))] == [Severity.WARNING, Severity.INFO]


C, D = "- [C](https://c.dev) - Three.\n", "- [C](https://c.dev) - Other words.\n"
NESTED = "- [One](https://one.dev)\n  {}- [{}](https://two.dev)\n  {}"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (f"**Books**\n\n{C}\n**Films**\n\n{D}", Severity.INFO),
        (f"**Books**\n\n{C}\n**Books:**\n\n{D}", Severity.WARNING),
        (f"**Books**\n\n{C}{D}", Severity.WARNING),
        (f"{C}\n> 📚 __Books__ | **[chat](c.png)**\n\n{D}", Severity.INFO),
        (f"Books:\n\n{C}\nFilms:\n\n{D}", Severity.INFO),
        (f"A line\nwith two lines:\n\n{C}\n**Bold** at the start\n\n{D}", Severity.WARNING),
        (f"**[Books](https://b.dev)**\n\n{C}\n**[Films](https://f.dev)**\n\n{D}", Severity.WARNING),
        (f"<details><summary>Books</summary>\n\n{C}\n</details>\n\n{D}", Severity.INFO),
        (f"<details>\n\n{C}\n</details>\n\n{D}", Severity.WARNING),
        (NESTED.format(C, "Two", D), Severity.INFO),
        (f"- Plain\n  {C}- Other\n  {D}", Severity.INFO),
        (f"- Plain\n  {C}  {D}", Severity.WARNING),
    ],
)
def test_what_heads_a_group_stands_between(text: str, severity: Severity) -> None:
    assert [found.severity for found in lint([DuplicateLink], parse(f"## S\n\n{text}"))] == [severity]
    work = text.replace(D, D.replace("https://c.dev", "https://arxiv.org/abs/2110.00001v2"))
    work = work.replace("https://c.dev", "https://arxiv.org/pdf/2110.00001")
    assert [found.severity for found in lint([DuplicateWork], parse(f"## S\n\n{work}"))] == [severity]


@pytest.mark.parametrize(
    ("wanted", "severities"), [("rare", []), ("never", []), ("always", [Severity.INFO, Severity.INFO])]
)
def test_a_copy_in_another_group_is_on_purpose_and_is_not_deleted(wanted: str, severities: list[Severity]) -> None:
    document = parse(f"## S\n\n**Books**\n\n{B}{A}\n**Films**\n\n{B}\n- [X](https://x.dev)\n  {A}")
    found = lint([DuplicateLink], document, {"across-sections": wanted})
    assert [diagnostic.severity for diagnostic in found] == severities
    assert not any(diagnostic.fix for diagnostic in found)
    assert all("another group of this section" in diagnostic.message for diagnostic in found)


def test_works_in_other_words_are_counted_by_section() -> None:
    lines = [f"- [T{n} tool](https://a.dev/{n}) - {{}}.\n" for n in range(5)]
    one, other = "".join(lines).replace("{}", "One"), "".join(lines).replace("{}", "Other")
    unlike = "".join(f"- [X](https://x.dev/{n})\n" for n in range(20))
    assert not lint([DuplicateLink], parse(f"## S\n\n{one}{unlike}\n## T\n\n{other}{unlike}"))
    in_groups = lint([DuplicateLink], parse(f"## S\n\n**Books**\n\n{one}\n**Films**\n\n{other}"))
    assert [found.severity for found in in_groups] == [Severity.INFO] * 5


def test_the_rules_share_their_option() -> None:
    assert DuplicateLink.Options is DuplicateWork.Options


@pytest.mark.parametrize("place", ["first", "second"])
def test_suppressing_either_entry_suffices(place: str) -> None:
    comment = "<!-- listlint-disable-next-line DUP001 -->\n"
    text = (comment if place == "first" else "") + B + "\n" + (comment if place == "second" else "") + B
    assert not lint([DuplicateLink], parse(text))


def test_a_url_of_a_reported_work_is_left_to_the_rule_on_links() -> None:
    document = parse(A + A_PDF + A_PDF)
    assert [d.span.start for d in lint([DuplicateWork], document)] == [document.text.index("http://")]
    assert [d.span.start for d in lint([DuplicateLink], document)] == [document.text.rindex("http://")]


def test_many_entries_take_linear_time() -> None:
    document = parse("".join(f"- [T{n % 3000}](https://github.com/o/r{n % 3000}) - Good.\n" for n in range(6_000)))
    start = time.process_time()
    assert len(lint([DuplicateLink, DuplicateWork], document)) == 3000
    assert time.process_time() - start < 4


def test_a_long_entry_is_not_read_again_for_every_repeat() -> None:
    long = f"- [A](https://a.dev) - {'long ' * 100_000}.\n\n"
    repeats = "".join(f"**Label {n}**\n\n- [A](https://a.dev) - Words {n}.\n\n" for n in range(3_000))
    document = parse(long + repeats)
    start = time.process_time()
    assert len(lint([DuplicateLink, DuplicateWork], document)) == 3_000
    assert time.process_time() - start < 4


def test_a_paragraph_of_marks_takes_linear_time() -> None:
    text = "".join(f"{mark * 99}\n\n- [A](https://a.dev/{n})\n\n" for n in range(300) for mark in "*_<:!|")
    document = parse(text + "*" * 1_000_000)
    start = time.process_time()
    lint([DuplicateLink], document)
    assert time.process_time() - start < 4
