"""Made-up BibTeX of every type and in every layout, and the ways in which people break it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = [
    "article",
    "book",
    "booklet",
    "inbook",
    "incollection",
    "inproceedings",
    "conference",
    "manual",
    "mastersthesis",
    "misc",
    "phdthesis",
    "proceedings",
    "techreport",
    "unpublished",
    "online",
    "thesis",
    "report",
    "dataset",
    "software",
    "patent",
    "collection",
    "mvbook",
    "periodical",
]
_NOUNS = [
    "graph",
    "kernel",
    "prior",
    "tensor",
    "manifold",
    "lattice",
    "sampler",
    "gradient",
    "spectrum",
    "corpus",
    "protein",
    "galaxy",
]
_ADJECTIVES = [
    "sparse",
    "deep",
    "convex",
    "noisy",
    "causal",
    "robust",
    "discrete",
    "modular",
    "Bayesian",
    "{Gaussian}",
    "{{Markov}}",
    "adaptive",
]
_FAMILY = (
    "Ashgrove",
    "Bellwether",
    "Castelnau-Roux",
    "Dvo{\\v{r}}{\\'a}kov{\\'a}",
    'M{\\"u}hlbach',
    "van der Poort",
    "Ø{}stby",
)
_GIVEN = ("Ada", "B.", "Chi-Wen", "D{\\'e}sir{\\'e}e", "E. F.", "{\\L}ucja")
_JOURNALS = ("Journal of Invented Results", "Annals of Example Studies", "Trans. on Placeholders", "Acta Fictiva {B}")


@dataclass(frozen=True)
class Sample:
    """A well-formed entry: its text and what a reader has to find in it."""

    text: str
    kind: str
    key: str
    fields: tuple[tuple[str, str], ...]
    """name and raw value"""


def _title(rng: random.Random) -> str:
    words = [rng.choice(_ADJECTIVES), rng.choice(_NOUNS), "for", rng.choice(_ADJECTIVES), rng.choice(_NOUNS) + "s"]
    tail = rng.choice(
        ["", ": a survey", "? It depends, sometimes", " with $x = {a_1}$, and more", " \\& beyond", ' in {"}quotes{"}']
    )
    return " ".join(words).capitalize() + tail


def _authors(rng: random.Random) -> str:
    names = [f"{rng.choice(_FAMILY)}, {rng.choice(_GIVEN)}" for _ in range(rng.randint(1, 4))]
    return " and ".join(names + (["others"] if rng.random() < 0.1 else []))


def _wrapped(rng: random.Random) -> str:
    lines = [f"{_title(rng)}, which we study at a@b.example." for _ in range(rng.randint(2, 5))]
    return "\n      ".join(lines)


def _plain_fields(rng: random.Random) -> list[tuple[str, str]]:
    """Field names with values that lack their delimiters."""
    year = str(rng.randint(1990, 2024))
    every: list[tuple[str, Callable[[], str]]] = [
        ("author", lambda: _authors(rng)),
        ("title", lambda: _title(rng)),
        ("journal", lambda: rng.choice(_JOURNALS)),
        ("year", lambda: year),
        ("volume", lambda: str(rng.randint(1, 99))),
        ("number", lambda: str(rng.randint(1, 12))),
        ("pages", lambda: f"{rng.randint(1, 99)}--{rng.randint(100, 200)}"),
        ("doi", lambda: f"10.1234/fic.{rng.randint(1, 9999)}"),
        ("url", lambda: f"https://example.org/p?id={rng.randint(1, 99)}&v=2%20x"),
        ("abstract", lambda: _wrapped(rng)),
        ("date-added", lambda: "2020-01-02 10:11:12 +0100"),
        ("note", lambda: rng.choice(["", "To appear", "Best paper (see p. 3), 2nd prize"])),
    ]
    chosen = list(every[:4]) + [pair for pair in every[4:] if rng.random() < 0.4]
    rng.shuffle(chosen)
    return [(name, make()) for name, make in chosen]


def _delimited(rng: random.Random, style: str, value: str) -> str:
    """A raw value in a style: ``brace``, ``quote`` or ``mixed``."""
    style = rng.choice(["brace", "quote"]) if style == "mixed" else style
    if value.isdigit() and rng.random() < 0.4:
        return value
    if style == "quote" and not re.search(r'(?<!\{)"', value.replace('\\"', "")):
        return f'"{value}"'
    return "{" + value + "}"


def _macro(rng: random.Random) -> tuple[str, str]:
    return "month", rng.choice(["jan", "{jan}", 'feb # "~12"', '"3~" # mar', "{mid-} # apr # {~1}"])


def make(seed: int) -> Sample:
    """A well-formed entry; the same for the same seed."""
    rng = random.Random(seed)
    kind, key = TYPES[seed % len(TYPES)], f"fic{seed}:{rng.choice(_NOUNS)}_{rng.randint(1, 99)}"
    kind = rng.choice([kind, kind, kind.upper(), kind.capitalize()])
    style = rng.choice(["brace", "brace", "quote", "mixed"])
    fields = [(name, _delimited(rng, style, value)) for name, value in _plain_fields(rng)]
    if rng.random() < 0.4:
        fields.insert(rng.randrange(len(fields) + 1), _macro(rng))
    if rng.random() < 0.3:
        fields.insert(rng.randrange(len(fields) + 1), ("publisher", rng.choice(["fic-pub", "fic_pub:2", "Fic.Pub"])))
    if rng.random() < 0.2:
        fields.insert(rng.randrange(len(fields) + 1), ("editor", f"bell #and# Ash_G # {{{_authors(rng)}}}"))
    if rng.random() < 0.2:
        fields = [(name.capitalize(), value) for name, value in fields]
    return Sample(_laid_out(rng, kind, key, fields), kind, key, tuple(fields))


def _laid_out(rng: random.Random, kind: str, key: str, fields: list[tuple[str, str]]) -> str:
    layout = rng.choice(["plain", "plain", "aligned", "tabs", "comma-first", "inline", "tight"])
    width = max(len(name) for name, _ in fields)
    equals = {"aligned": " = ", "tabs": "\t=\t", "tight": "="}.get(layout, rng.choice([" = ", "=", " ="]))
    pairs = [(name.ljust(width) if layout == "aligned" else name) + equals + value for name, value in fields]
    comma = rng.choice(["", ","])
    if layout == "inline":
        return f"@{kind}{{{key}, {', '.join(pairs)}{comma}}}"
    if layout == "comma-first":
        return f"@{kind}{{{key}\n" + "".join(f"  , {pair}\n" for pair in pairs) + "  }"
    indent = {"tabs": "\t", "tight": ""}.get(layout, rng.choice(["  ", "    "]))
    last = rng.choice(["\n}", "\n}", "}", f"\n{indent}}}"])
    return f"@{kind}{{{key},\n" + ",\n".join(indent + pair for pair in pairs) + comma + last


# What people do to them


@dataclass(frozen=True)
class Broken:
    """A text with one mistake, at ``at``: the offset of what is superfluous, or of where something was."""

    text: str
    at: int


def _cut(text: str, start: int, end: int, new: str = "") -> Broken:
    return Broken(text[:start] + new + text[end:], start)


def _places(sample: Sample) -> list[tuple[int, int, int, str]]:
    """Name's start, value's start and end, and raw value of each field."""
    found, at = [], sample.text.index(sample.key) + len(sample.key)
    for name, value in sample.fields:
        at = sample.text.index(name, at)
        start = sample.text.index(value, sample.text.index("=", at))
        found.append((at, start, start + len(value), value))
        at = start + len(value)
    return found


def missing_comma(sample: Sample, rng: random.Random) -> Broken:
    """A comma between two fields or behind the key is gone."""
    ends = [sample.text.index(sample.key) + len(sample.key)] + [end for _, _, end, _ in _places(sample)[:-1]]
    at = sample.text.index(",", rng.choice(ends))
    return _cut(sample.text, at, at + 1)


def doubled_comma(sample: Sample, rng: random.Random) -> Broken:
    """A comma stands twice."""
    ends = [sample.text.index(sample.key) + len(sample.key)] + [end for _, _, end, _ in _places(sample)[:-1]]
    at = sample.text.index(",", rng.choice(ends))
    return _cut(sample.text, at, at, ",")


def missing_equals(sample: Sample, rng: random.Random) -> Broken:
    """An equals sign is gone."""
    at = sample.text.index("=", rng.choice(_places(sample))[0])
    return _cut(sample.text, at, at + 1)


def missing_key(sample: Sample, rng: random.Random) -> Broken:
    """The key is gone, with its comma or without."""
    at = sample.text.index(sample.key)
    comma = sample.text.index(",", at)
    return _cut(sample.text, at, rng.choice([at + len(sample.key), comma + 1]))


def missing_close(sample: Sample, rng: random.Random) -> Broken:
    """The closing brace or quote of a value is gone."""
    ends = [end for _, _, end, value in _places(sample) if value[-1] in '}"']
    at = rng.choice(ends) - 1
    return _cut(sample.text, at, at + 1)


def missing_open(sample: Sample, rng: random.Random) -> Broken:
    """The opening brace or quote of a value, or the entry's own brace, is gone."""
    starts = [start for _, start, _, value in _places(sample) if value[0] in '{"'] + [sample.text.index("{")]
    at = rng.choice(starts)
    return _cut(sample.text, at, at + 1)


def extra_close(sample: Sample, rng: random.Random) -> Broken:
    """A brace too many: behind a value, in the midst of one, or behind the entry."""
    _, start, end, value = rng.choice(_places(sample))
    inside = rng.randint(start + 1, end - 1) if value[0] == "{" and len(value) > 2 else end
    at = rng.choice([end, end, inside, len(sample.text)])
    return _cut(sample.text, at, at, "}")


def missing_end(sample: Sample, rng: random.Random) -> Broken:
    """The entry's closing brace is gone."""
    del rng
    at = sample.text.rindex("}")
    return _cut(sample.text, at, at + 1)


MUTATIONS: dict[str, tuple[Callable[[Sample, random.Random], Broken], float, float]] = {
    "missing comma": (missing_comma, 1.0, 0.97),
    "doubled comma": (doubled_comma, 1.0, 1.0),
    "missing equals": (missing_equals, 1.0, 0.97),
    "missing key": (missing_key, 1.0, 1.0),
    "missing closing quote or brace": (missing_close, 0.97, 0.97),
    "missing opening brace": (missing_open, 0.85, 0.97),
    "extra closing brace": (extra_close, 0.95, 0.97),
    "missing final brace": (missing_end, 0.95, 0.9),
}
"""Each kind with the shares of them that have to be located within a line, and to spare the next entry."""
