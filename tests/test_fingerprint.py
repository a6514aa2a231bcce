"""What a fingerprint survives, and what it does not: properties over random lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listlint import baseline
from listlint.checks.registry import all_rules
from listlint.engine.run import Active, Engine
from listlint.model.source import Source
from listlint.parse.markdown import parse
from listlint.session import codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listlint.model.diagnostic import Diagnostic

CODES = ("URL001", "URL006", "URL007", "ENC001", "STY001", "STY002", "STR005", "ENT001", "ENT005")
ENGINE = Engine([Active(rule(), rule.severity) for rule in all_rules() if rule.code in CODES], codes_of)

WORDS = ("quick", "small", "old", "blue", "UCBï¼Œ", "tiny  ")
SCHEMES = ("https://", "http://", "http//", "https:////")

entry = st.builds(
    lambda name, scheme, word, end: f"- [{name}]({scheme}{name.lower()}.dev) - A {word} thing{end}",
    st.sampled_from(["Ant", "Bee", "Cat", "Dog", "Elk"]),
    st.sampled_from(SCHEMES),
    st.sampled_from(WORDS),
    st.sampled_from([".", "", ". "]),
)
prose = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
section = st.tuples(
    st.sampled_from(["Birds", "Notes", "Notes", "Tools"]), st.none() | prose, st.lists(entry, min_size=1, max_size=6)
)
lists = st.lists(section, min_size=1, max_size=4)
Section = tuple[str, str | None, list[str]]

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def text_of(sections: Sequence[Section]) -> str:
    parts = ["# List\n"]
    for title, words, entries in sections:
        parts.append(f"## {title}\n")
        parts += [words + "\n"] if words else []
        parts.append("\n".join(entries) + "\n")
    return "\n".join(parts)


def lint(text: str) -> list[Diagnostic]:
    return ENGINE.lint(parse(Source.from_text(text)))


def marks(found: Sequence[Diagnostic], wanted: Callable[[Diagnostic], bool] = lambda _: True) -> Counter[str]:
    return Counter(one.fingerprint for one in found if wanted(one))


def new(before: str, after: str) -> list[Diagnostic]:
    """What is new in a text, as a baseline of the other has it."""
    records = [baseline.record(one, "a.md") for one in lint(before)]
    found = lint(after)
    known = baseline.match(found, lambda _: "a.md", records).known
    return [one for index, one in enumerate(found) if index not in known]


def shuffled(sections: Sequence[Section], data: st.DataObject) -> list[Section]:
    moved = [(title, words, data.draw(st.permutations(entries))) for title, words, entries in sections]
    return data.draw(st.permutations(moved))


def in_entry(one: Diagnostic) -> bool:
    return one.entry is not None


@quick
@given(lists, st.data())
def test_moved_lines_and_sections_keep_it(sections: list[Section], data: st.DataObject) -> None:
    # What a convention has to say depends on the section, which permutations leave alone.
    before, after = text_of(sections), text_of(shuffled(sections, data))
    assert marks(lint(before), in_entry) == marks(lint(after), in_entry)
    assert [one.message for one in new(before, after)] == []


@quick
@given(lists, prose)
def test_what_stands_before_changes_nothing(sections: list[Section], words: str) -> None:
    before = text_of(sections)
    after = before.replace("# List\n", f"# List\n\n## Before\n\n{words.replace('UCBï¼Œ', 'fine').strip()}\n", 1)
    assert marks(lint(before)) <= marks(lint(after))
    assert {one.message for one in new(before, after)} <= {one.message for one in lint(f"# L\n\n{words}\n")}


@quick
@given(lists)
def test_a_section_of_the_same_name_before_it_makes_nothing_new(sections: list[Section]) -> None:
    before = text_of(sections)
    after = text_of([(sections[0][0], "Some words.", ["- [Fox](https://fox.dev) - A red thing."]), *sections])
    assert [one.message for one in new(before, after) if one.code != "ENT005"] == []


@quick
@given(lists, st.data())
def test_removing_a_line_makes_nothing_new(sections: list[Section], data: st.DataObject) -> None:
    before = text_of(sections)
    lines = before.split("\n")
    numbers = [number for number, line in enumerate(lines) if line.startswith("- ")]
    del lines[data.draw(st.sampled_from(numbers))]
    found = [one for one in new(before, "\n".join(lines)) if one.code not in ("STR005", "STY002", "ENT005", "ENT001")]
    assert [one.message for one in found] == []


@quick
@given(st.lists(prose, min_size=2, max_size=6), st.data())
def test_rewrapped_prose_keeps_it(words: list[str], data: st.DataObject) -> None:
    flat = " ".join(" ".join(words).split())
    cut = data.draw(st.lists(st.booleans(), min_size=flat.count(" "), max_size=flat.count(" ")))
    parts = flat.split(" ")
    wrapped = parts[0] + "".join(("\n" if here else " ") + word for here, word in zip(cut, parts[1:], strict=True))
    before, after = f"# List\n\n{flat}\n", f"# List\n\n{wrapped}\n"
    assert marks(lint(before)) == marks(lint(after))
    assert new(before, after) == []


@quick
@given(lists, st.data())
def test_a_changed_entry_has_another(sections: list[Section], data: st.DataObject) -> None:
    text = text_of(sections)
    found = [one for one in lint(text) if one.code in ("URL001", "URL006", "URL007")]
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    lines = text.split("\n")
    number = one.source.line_index(one.span.start)
    for name in ("Ant", "Bee", "Cat", "Dog", "Elk"):
        lines[number] = lines[number].replace(name, "Yak").replace(name.lower(), "yak")
    fresh = [(other.code, other.source.line_index(other.span.start)) for other in new(text, "\n".join(lines))]
    assert (one.code, number) in fresh


@quick
@given(st.integers(2, 8), st.data())
def test_of_equal_findings_one_less_is_one_less(count: int, data: st.DataObject) -> None:
    lines = ["UCBï¼Œ here.", ""] * count
    before = "# List\n\n" + "\n".join(lines)
    gone = data.draw(st.integers(0, count - 1)) * 2
    after = "# List\n\n" + "\n".join(lines[:gone] + lines[gone + 2 :])
    rule = [one for one in lint(before) if one.code == "ENC001"]
    left = [one for one in lint(after) if one.code == "ENC001"]
    assert (marks(rule) - marks(left)).total() == 1
    assert not marks(left) - marks(rule)


def test_a_convention_s_numbers_are_not_in_it() -> None:
    names = [f"T{number}" for number in range(20)]
    fine = [f"- [{name}](https://{name.lower()}.dev) - A thing." for name in names]
    odd = "- [Odd](https://odd.dev) - A thing"
    before, after = (
        [one for one in lint("# List\n\n" + "\n".join([*lines, odd]) + "\n") if one.code == "ENT005"]
        for lines in (fine, fine[:-3])
    )
    assert len(before) == len(after) == 1
    assert before[0].message != after[0].message
    assert before[0].fingerprint == after[0].fingerprint


def test_no_two_findings_of_a_file_have_one() -> None:
    found = lint("# List\n\n" + "- [A](http//a.dev) - UCBï¼Œ one.  \n" * 5 + "\nUCBï¼Œ and UCBï¼Œ.\n")
    assert len(marks(found)) == len(found) > 10
