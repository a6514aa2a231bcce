"""Texts made to be slow or deep to parse, in any size; run as a program, it times the linter on them.

The shapes are those of the pathological tests of cmark (``test/pathological_tests.py``) and of
GFM's extensions, made anew, and those that lists and BibTeX add. Each maker takes a number of
code points and gives a text of about that size.

    python -m tests.hostile                     the CPU seconds of every case at 50,000, 100,000 and 200,000
    python -m tests.hostile NAME SIZE SIZE …    one case as JSON: CPU seconds by size
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

from listlint.checks.registry import all_rules
from listlint.testing import lint, parse

Maker = Callable[[int], str]

LINE = 1024 * 1024
"""The longest line that listlint reads, in code points."""


def repeat(piece: str, end: str = "") -> Maker:
    """Make one line of a repeated piece."""
    return lambda size: piece * (size // len(piece)) + end


def lines(piece: str, head: str = "") -> Maker:
    """Make numbered lines; ``{}`` in the piece is the number."""
    return lambda size: head + _fill((piece.format(number) for number in count(1)), size)


def nested(start: str, end: str, middle: str = "a") -> Maker:
    """Make ``middle`` within as many pairs as fit."""

    def make(size: int) -> str:
        pairs = size // (len(start) + len(end))
        return start * pairs + middle + end * pairs

    return make


def staircase(line: Callable[[int], str]) -> Maker:
    """Make lines that grow, so that the number of lines is about the root of the size."""
    return lambda size: _fill((line(number) for number in count(1)), size)


def _fill(pieces: Iterator[str], size: int) -> str:
    made, total = [], 0
    while total < size:
        made.append(next(pieces))
        total += len(made[-1])
    return "".join(made)


def backtick_runs(size: int) -> str:
    """Give code spans that open with one more backtick each and never close."""
    return _fill(("e" + "`" * number for number in count(1)), size)


def wide_table(size: int) -> str:
    """Give a table of as many columns as rows."""
    side = max(2, int((size / 4) ** 0.5))
    row = "| x " * side + "|\n"
    return row + "|---" * side + "|\n" + row * (side - 2)


def sparse_table(size: int) -> str:
    """Give a table of many columns whose rows have one cell each."""
    side = max(2, size // 9)
    return "|a" * side + "|\n" + "|-" * side + "|\n" + "|x\n" * (side // 2)


def toc(size: int) -> str:
    """Give a table of contents of as many lines as there are headings, none of which fits."""
    entries = size // 40
    contents = "".join(f"- [Section {number}](#section-{number}x)\n" for number in range(entries))
    return "# T\n\n" + contents + "\n" + "".join(f"## Section {number}\n" for number in range(entries))


def undefined_references(size: int) -> str:
    """Give as many reference links as definitions, none of which fits."""
    half = size // 2
    uses = _fill((f"[a][x{number}] " for number in count(1)), half)
    return uses + "\n\n" + _fill((f"[y{number}]: /u\n" for number in count(1)), half)


CASES: dict[str, Maker] = {
    # cmark's
    "strong emphasis nested": nested("*a **a ", " b** b*"),
    "emphasis closers without openers": repeat("a_ "),
    "emphasis openers without closers": repeat("_a "),
    "link closers without openers": repeat("a] "),
    "link openers without closers": repeat("[a "),
    "mismatched openers and closers": repeat("*a_ "),
    "emphasis of every length": repeat("a**b" + "c* "),
    "openers and closers, multiple of three": lambda size: "a**b" + "c* " * (size // 3),
    "link openers and emphasis closers": repeat("[ a_ "),
    "pattern [ (](": repeat("[ (]("),
    "pattern ![[]()": repeat("![[]()"),
    "hard link and emphasis": lambda size: "**x [a*b**c*](d) " * (size // 17),
    "nested brackets": nested("[", "]"),
    "nested block quotes": repeat("> ", "a"),
    "deeply nested lists": staircase(lambda number: "  " * number + "* a\n"),
    "NUL in a text": lambda size: "abc\ufffdde\ufffd" * (size // 8),
    "backticks of growing length": backtick_runs,
    "block quotes with an empty list item": lambda size: "> - \n" * (size // 5),
    "unclosed links [a](<b": repeat("[a](<b"),
    "unclosed links [a](b": repeat("[a](b"),
    "unclosed comment <!--": lambda size: "</" + "<!--" * (size // 4),
    "unclosed <?": lambda size: "</" + "<?" * (size // 2),
    "unclosed <![CDATA[": lambda size: "</" + "<![CDATA[" * (size // 9),
    "unclosed <!A": lambda size: "</" + "<!A " * (size // 4),
    "tables of one column": lambda size: "aaa\rbbb\n-\v\n" * (size // 11),
    "reference definitions": lines("[{0}]: u{0}\n"),
    "empty lines in a lazy continuation": lambda size: "- a\n" + "  > b\n" * (size // 6),
    "many labels that do not exist": undefined_references,
    # GFM's
    "tilde runs": repeat("~~a ~"),
    "wide table": wide_table,
    "sparse table": sparse_table,
    "pipes and no table": lambda size: "|" * (size // 2) + "\n" + "-" * (size // 2),
    "footnotes nested": repeat("[^a]: "),
    "footnote uses": lambda size: "[^1]: a\n\n" + "[^1] " * (size // 5),
    "bare addresses": repeat("http://a.b/( "),
    "bare address with closers": lambda size: "http://a.b/" + ")" * size,
    "bare address with entities": lambda size: "http://a.b/" + "&amp;" * (size // 5),
    "www": repeat("www."),
    "mail": repeat("a@b."),
    # the rest of CommonMark
    "images in images": nested("![", "](u)"),
    "links in links": nested("[", "](u)"),
    "image openers": repeat("!["),
    "angle brackets": repeat("<a "),
    "autolinks open": repeat("<http://a"),
    "attributes open": lambda size: "<a" + " b='c" * (size // 5),
    "html nested": nested("<b>", "</b>"),
    "html items": lines('<li><a href="https://a.dev/{0}">A{0}</a></li>\n', "<ul>\n"),
    "html items nested": lines('<ul><li><a href="https://a.dev/{0}">A</a>\n'),
    "html rows over blocks": lines('<tr><td><a href="https://a.dev/{0}">A</a>\n\ntext {0}\n\n', "<table>\n"),
    "html lines": lines('<a href="https://a.dev/{0}">A{0}</a> - B.<br>\n', "# T\n\n## A\n\n<p>\n"),
    "html definitions": lines('<dt><a href="https://a.dev/{0}">A</a></dt><dd>b</dd>\n', "<dl>\n"),
    "details nested": lambda size: "<details>\n" * (size // 10),
    "entities open": repeat("&a"),
    "entities": repeat("&#x41;"),
    "backslashes": repeat("\\"),
    "escaped brackets": repeat("\\[\\]"),
    "headings in a row": repeat("# "),
    "setext underlines": lambda size: "a\n=\n" * (size // 4),
    "fences open": lambda size: "```\n~~~\n" * (size // 8),
    "tabs": repeat("\t"),
    "list items nested by marks": repeat("- "),
    "ordered list nested by marks": repeat("1. "),
    "titles open": repeat('[a](b "c '),
    "front matter open": lambda size: "---\n" + "a: b\n" * (size // 5),
    # what lists and bibliographies add
    "headings": lines("# Heading {0}\n"),
    "headings of one name": lines("# Heading\n\n"),
    "headings stepping down": lambda size: "".join(f"{'#' * (n % 6 + 1)} H\n" for n in range(size // 6)),
    "entries": lines("- [Tool {0}](https://a.dev/{0}) - Does {0}.\n"),
    "entries of one address": lines("- [Tool {0}](https://a.dev/) - Does {0}.\n"),
    "entries of one work": lines("- [Tool {0}](https://github.com/a/b?{0}) - Does {0}.\n"),
    "entries in one line": repeat("[a](https://a.dev) - b, "),
    "vague links": lines("- Paper {0} [here](https://a.dev/{0})\n"),
    "entries without marker": lines("[Tool {0}](https://a.dev/{0}) - Does {0}.\n", "- [A](https://b.dev) - B.\n"),
    "bold entries": lines("**Title {0}** [[pdf]](https://a.dev/{0})\n\n"),
    "entries in paragraphs": lines("[T{0}](https://a.dev/{0}), A. Author\n\n", "# T\n\n## A\n\n"),
    "entries in lines": lines("[T{0}](https://a.dev/{0}) - B.  \n", "# T\n\n## A\n\n"),
    "vague links in a paragraph": repeat("Title, code: [here](https://a.dev) "),
    "marks before a link": lambda size: "# T\n\n## A\n\n" + "…" * size + "[a](https://a.dev)",
    "role items": lines("  - [code](https://a.dev/{0})\n", "- Title\n"),
    "navigation": repeat("[a](https://a.dev) | "),
    "table entries": lines("| [T{0}](https://a.dev/{0}) | d |\n", "| a | b |\n|---|---|\n"),
    "table of contents": toc,
    "broken syntax": lines("- [a] (https://a.dev/{0}) [b](https://b.dev/{0} (c)[https://c.dev]\n"),
    "suppressions": lines("- [A{0}](https://a.dev/{0}) - B. <!-- listlint-disable-line URL001 -- c -->\n"),
    "suppressions of blocks": lines("<!-- listlint-disable URL -->\n \n"),
    "trailing spaces in html": lines("</table><dt>{0} \n"),
    "bold titles of one word": lines("**A{0}** [[pdf]](https://a.dev/{0}) [[code]](https://b.dev/{0})\n\n"),
    "bold labels": lines("**Code** [[pdf]](https://a.dev/{0}) [[code]](https://b.dev/{0})\n\n"),
    "bibtex open": lambda size: "```bibtex\n" + "@a{b,\n c = {" * (size // 12),
    "bibtex braces": lambda size: "```bibtex\n@a{b, c = " + "{" * size + "\n```\n",
    "bibtex entries": lines("@misc{{k{0}, title = {{A}}, year = {{2020}}}}\n", "```bibtex\n"),
    "at signs": lambda size: "```bibtex\n" + "@" * size + "\n```\n",
    "mojibake": repeat("Ã©â€™ï¼Œ "),
    "invisible characters": repeat("a\u200b"),
    "no-break spaces": lambda size: "[" + "\u00a0" * size + "](u)",
    "trailing spaces": lambda size: "a" + " " * size + "b",
    "blank lines": repeat("\n"),
    "lines of blanks": repeat(" \n"),
    "address of slashes": lambda size: "[a](https://a.dev" + "/" * size + ")",
    "address of dots": lambda size: "[a](https://" + "a." * (size // 2) + ")",
    "address of percents": lambda size: "[a](https://a.dev/" + "%e2%80%8b" * (size // 9) + ")",
    "address of parameters": lambda size: "[a](https://a.dev/?" + "a=b&" * (size // 4) + ")",
    "emoji": repeat("👩‍👩‍👧"),
    "digits": repeat("2021"),
    "separators": lambda size: "- [a](https://a.dev)" + " - b" * (size // 4),
}
LONG_LINES = "ab 0-_=+*~`#!?.,:;'\"/\\|<>()[]{}@$%^&\t\u00e9\u200b\u00a0\u4e2d\u0301"
"""Characters of which a line of nearly 1 MB is made."""
COUNTED: dict[str, Callable[[], str]] = {
    "10,000 headings": lambda: "".join(f"## Heading {n}\n\ntext\n\n" for n in range(10_000)),
    "50,000 links": lambda: "# T\n\n" + "".join(f"- [Tool {n}](https://a.dev/{n}) - Does.\n" for n in range(50_000)),
    "50,000 links in one paragraph": lambda: "[a](https://a.dev/b) \n" * 50_000,
    "10,000 items, each in the one before": lambda: "".join(" " * min(n, 90) + "- a\n" for n in range(10_000)),
    "10,000 quotes": lambda: ">" * 10_000 + " a",
}


def seconds(text: str) -> float:
    """CPU seconds of parsing a text and of running every rule over it; crashes are raised."""
    start = time.process_time()
    lint(all_rules(), parse(text))
    return time.process_time() - start


def made(name: str, size: int) -> str:
    """Make the text of a case; ``line U+0041`` is a long line of that character."""
    if name in COUNTED:
        return COUNTED[name]()
    if name.startswith("line U+"):
        return chr(int(name.removeprefix("line U+"), 16)) * size
    return CASES[name](size)


def main(args: list[str]) -> None:
    """Time what the arguments say (see the module), the garbage collector paused as the command line pauses it."""
    gc.disable()
    lint(all_rules(), parse("# warm up\n\n- [a](https://a.dev) - b.\n"))
    if args:
        name = args[0]
        print(json.dumps({size: seconds(made(name, int(size))) for size in args[1:]}))
        return
    sizes = (50_000, 100_000, 200_000)
    print(f"{'case':44}", *(f"{size:>9,}" for size in sizes), " growth", sep="")
    for name in CASES:
        times = [seconds(made(name, size)) for size in sizes]
        growth = times[-1] / max(times[0], 0.001)
        print(f"{name:44}", *(f"{value:9.3f}" for value in times), f"{growth:7.1f}", sep="", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
