"""What the tests of the fix engine share: rules made for a test, and documents made at random."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from listlint.checks.api import Applicability, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.engine.run import Active, Engine
from listlint.fix.converge import converge
from listlint.model.nodes import Document
from listlint.model.source import Source
from listlint.parse.markdown import parse
from listlint.parse.skeleton import skeleton
from listlint.testing import codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.outcome import Outcome

    Edits = Callable[[re.Match[str]], Sequence[tuple[int, int, str]]]


def made(
    code: str, pattern: str, edits: Edits | str, may: May = May.SPACE, guard: tuple[int, int] | None = None
) -> type[Rule[Any]]:
    """A rule that finds ``pattern``; ``edits`` are (start, end, text), or what takes the match's place."""

    class Made(Rule[Document]):
        """Made for a test."""

        name = f"made-{code.lower()}"
        severity = Severity.WARNING
        fix = Applicability.SAFE

        def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
            for match in re.finditer(pattern, node.text, re.MULTILINE):
                planned = [(*match.span(), match.expand(edits))] if isinstance(edits, str) else edits(match)
                done = tuple(Edit(Span(start, end), text) for start, end, text in planned)
                held = Span(match.start() + guard[0], match.end() + guard[1]) if guard else None
                yield Finding(Span(*match.span()), f"found by {code}", Fix(f"fix of {code}", done, may=may, guard=held))

    Made.code = code
    return Made


def fix(
    rules: Sequence[type[Rule[Any]]],
    content: str | bytes,
    path: str = "README.md",
    facts: Mapping[type, object] | None = None,
    **more: Any,
) -> Outcome:
    """Fix a file with all fixes of these rules."""
    source = Source.from_text(content, path) if isinstance(content, str) else Source.from_bytes(content, path)
    engine = Engine([Active(rule(), rule.severity) for rule in rules], codes_of, debug=True)

    def lint(document: Document) -> list[Diagnostic]:
        return engine.lint(document, facts)

    return converge(source, parse=parse, skeleton=skeleton, lint=lint, wanted=lambda _: True, **more)


LINES = (
    "", "", "# A", "## B", "#### D", "#Glued", "#  Two  spaces ", "## Contents", "- [A](#a)", "- [B](#none)",
    "- [Alpha](https://a.dev) - Fast.", "- [Beta](http://b.dev/x) – Small", "* [Gamma](https://arxiv.org/pdf/2101.00001v2.pdf), 2021",
    "- [Delta]( https://d.dev ) - Odd . ", "  - [Sub](https://s.dev) - Nested.", "-[Glued](https://g.dev) - x",
    "[Bare](https://n.dev) - Text.", "| [x](https://x.dev) | y\u00a0z |", "|---|---|", "| a | b | ", "```bibtex", "```",
    "@misc{k, title={T}, author={A B and C, D}, year=2020,}", "@article{k2,", "  title = \"{T}\",", "  journal = {Nips},", "}",
    "Ã©tÃ© cafÃ©", "a\u200bb", "a\x08b", "[x][y]", "[y]: http://y.dev 'T'", "<!-- listlint-disable ENT001 -->", "text\u3000x  ",
    "1. [One](https://one.dev): Colon", "2. [Two](https://two.dev): Colon", "> - [Q](https://q.dev) - Quote.", "<h2>H</h2>",
    "[link] (https://sp.dev)", "- [ ] [T](https://t.dev) todo", "- [x] [U](https://u.dev) done", "    code  ", "text ", "---",
    "<div>", "</div>", "[^n]: note", "word[^n]", "<a href=\"http://h.dev\">h</a>",
)  # fmt: skip
"""Lines with something to fix in many of them."""
texts = st.lists(st.sampled_from(LINES), max_size=16).map("\n".join)


@st.composite
def contents(draw: st.DrawFn, *, noise: bool = True) -> bytes:
    """Files: any line ending, with and without a byte order mark, some with bytes that are noise."""
    raw = draw(texts).encode()
    ends = draw(st.sampled_from((b"\n", b"\r\n", b"\r", None)))
    if ends is None:
        forms = draw(st.lists(st.sampled_from((b"\n", b"\r\n", b"\r")), min_size=1, max_size=4))
        lines = raw.split(b"\n")
        raw = b"".join(line + forms[at % len(forms)] for at, line in enumerate(lines[:-1])) + lines[-1]
    else:
        raw = raw.replace(b"\n", ends)
    if noise:
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(raw)))
            raw = raw[:at] + draw(st.sampled_from((b"\xff", b"\x80", b"\xc3", b"\r", b"\n", b" ", b"\t"))) + raw[at:]
    return draw(st.sampled_from((b"", b"", b"\xef\xbb\xbf"))) + raw
