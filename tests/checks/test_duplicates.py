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
    documents = [parse(text, path) for path, text in files.items()]
    found = Engine([Active(rule, rule.severity)], codes_of, debug=True).lint_project(documents)
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
