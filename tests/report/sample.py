"""One fixed result for all formats: several files, every severity, and hostile text."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import replace

from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Applicability, Edit, Fix, Rewrite
from listlint.model.errors import ListlintError
from listlint.model.result import Result, RuleText, reading_order
from listlint.model.source import Source
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Source.from_text(
    "# 論文 Papers 👩‍💻\n"
    "\n"
    "- [Graph\tNets](https://arxiv.org/abs/1706.03762) - 速い。 See [here](https://a.dev).\n"
    "- [Deep Sets](https://arxiv.org/pdf/1703.06114.pdfs) - UCBï¼Œ 2017. See [here](https://b.dev).\n"
    "- [データ集合](http://example.org/データ) — 日本語の説明。 See [here](https://c.dev).   \n"
    "- [Attention](https://arxiv.org/pdf/1706.03762) - Again. See [here](https://d.dev).\n"
    "\n\n\n"
    "## Tools 🧪\n"
    "\n"
    "- [One](https://one.dev) - A very long description that goes on and on, "
    + "word after word, " * 12
    + "until it meets zero\u200bwidth in the middle of it, and then goes on "
    + "for quite a while, " * 9
    + "to its end.\n"
    "\n"
    "```bibtex\n"
    "@article{key,\n"
    "  title = {A},\n"
    "  year = 2017\n"
    "\n"
    "```\n"
    "- [Tail](https://tail.dev)",
    "README.md",
)
HOSTILE = Source.from_bytes(
    "::error file=x::owned\n"
    "##[add-mask]secret and ##[group]more\n"
    "- [\x1b[31mred\x1b[0m](https://e.dev) \x9b2J \u202egnp.exe ##[error]x\n".encode()
    + b"- caf\xe9 100%,a:b\n",
    "notes/hostile::error::.md",
)
OTHER = Source.from_text("# Other\n\n- [Deep Sets](https://arxiv.org/abs/1703.06114) - Kept here.\n", "other.md")


def _find(source: Source, text: str, nth: int = 0, offset: int = 0, length: int | None = None) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(start + offset, start + offset + (len(text) if length is None else length))


def _diagnostics() -> Iterator[Diagnostic]:
    error, warning, info = Severity.ERROR, Severity.WARNING, Severity.INFO
    tab = _find(README, "\t")
    yield Diagnostic(
        "ENT008",
        "link-text-space",
        warning,
        "tab in the link text",
        README,
        tab,
        fix=Fix("write one blank", (Edit(tab, " "),)),
        entry="arxiv:1706.03762",
    )
    for number in range(4):
        here = _find(README, "[here]", number, 1, 4)
        titles = ("Graph Nets", "Deep Sets", "データ集合", "Attention")
        yield Diagnostic(
            "ENT009",
            "vague-link-text",
            info,
            'the link text "here" says nothing about its target',
            README,
            here,
            fix=Fix(f'write "{titles[number]}"', (Edit(here, titles[number]),), Applicability.UNSAFE)
            if number != 2
            else None,
            group="ENT009:here",
        )
    suffix = _find(README, ".pdfs")
    yield Diagnostic(
        "URL008",
        "suspicious-suffix",
        warning,
        'the path ends in ".pdfs"',
        README,
        suffix,
        fix=Fix('write ".pdf"', (Edit(suffix, ".pdf"),), Applicability.UNSAFE),
        entry="arxiv:1703.06114",
    )
    mojibake = _find(README, "ï¼Œ")
    yield Diagnostic(
        "ENC001",
        "mojibake",
        error,
        '"ï¼Œ" is "，" decoded with the wrong codec',
        README,
        mojibake,
        fix=Fix('write "，"', (Edit(mojibake, "，"),)),
        entry="arxiv:1703.06114",
    )
    scheme = _find(README, "http:", 0)
    yield Diagnostic(
        "URL006",
        "insecure-url",
        warning,
        'the host "example.org" serves https',
        README,
        scheme,
        fix=Fix("write https", (Edit(scheme, "https:"),)),
    )
    blanks = _find(README, "   \n", length=3)
    yield Diagnostic(
        "STY001",
        "trailing-space",
        info,
        "3 blanks at the end of the line",
        README,
        blanks,
        fix=Fix("delete them", (Edit(blanks, ""),)),
        group="STY001:",
    )
    yield Diagnostic(
        "DUP002",
        "duplicate-work",
        warning,
        'the same work as "Graph Nets"',
        README,
        _find(README, "https://arxiv.org/pdf/1706.03762"),
        related=(Related(_find(README, "https://arxiv.org/abs/1706.03762"), "first linked here"),),
        entry="arxiv:1706.03762",
    )
    yield Diagnostic(
        "DUP005",
        "duplicate-across-files",
        info,
        "this work stands in another file too",
        README,
        _find(README, "Deep Sets"),
        related=(
            Related(_find(OTHER, "Deep Sets"), "also here", "other.md"),
            Related(Span(0, 3), "and in a file that is not at hand", "gone.md"),
        ),
    )
    empty = _find(README, "\n\n\n\n", offset=2, length=2)
    yield Diagnostic(
        "STY002",
        "blank-lines",
        info,
        "3 blank lines in a row",
        README,
        empty,
        fix=Fix("keep one", (Edit(empty, ""),)),
        group="STY002:",
    )
    hidden = _find(README, "\u200b")
    yield Diagnostic(
        "ENC006",
        "invisible-character",
        warning,
        "ZERO WIDTH SPACE (U+200B) inside a word",
        README,
        hidden,
        fix=Fix("delete it", (Edit(hidden, ""),)),
    )
    block = _find(README, "@article{key", length=len("@article{key,\n  title = {A},\n  year = 2017\n"))
    yield Diagnostic("BIB001", "syntax-error", error, "the entry has no closing brace", README, block)
    end = len(README.text)
    yield Diagnostic(
        "STY003",
        "final-newline",
        info,
        "no newline at the end of the file",
        README,
        Span(end, end),
        fix=Fix("add it", (Edit(Span(end, end), "\n"),)),
    )
    yield from _hostile()


def _hostile() -> Iterator[Diagnostic]:
    yield Diagnostic(
        "ENC007",
        "control-character",
        Severity.ERROR,
        "control characters in \x1b[31mred\x1b[0m\n::error::owned ##[group]x",
        HOSTILE,
        _find(HOSTILE, "\x1b[31mred"),
        related=(Related(_find(HOSTILE, "::error"), "::warning::y"),),
        fix=Fix("delete\r\nthem ##[endgroup]", (Edit(_find(HOSTILE, "\x1b"), ""),)),
        entry="url:\x1b[31m",
    )
    yield Diagnostic("STY004", "heading-space", Severity.INFO, 'no blank after "##"', HOSTILE, _find(HOSTILE, "##", 0))
    byte = _find(HOSTILE, "\udce9")
    yield Diagnostic(
        "ENC003",
        "invalid-utf8",
        Severity.ERROR,
        "the byte \udce9 is not UTF-8; 100%, a:b",
        HOSTILE,
        byte,
        fix=Fix("swap \udce9", (Edit(byte, "\udce9!"),), Applicability.UNSAFE),
    )
    start = Span(0, 0)
    yield Diagnostic(
        "ENC012",
        "mixed-line-endings",
        Severity.WARNING,
        "CRLF and LF in one file",
        HOSTILE,
        start,
        fix=Fix("write LF everywhere", (), rewrite=Rewrite.UNIFY_LINE_ENDINGS),
    )


def result() -> Result:
    """The sample."""
    ordered = sorted(_diagnostics(), key=reading_order)
    stamped = tuple(replace(d, fingerprint=sha256(bytes([number])).hexdigest()) for number, d in enumerate(ordered))
    return Result(
        stamped,
        errors=(
            ListlintError("this is a binary file", path="logo.md", code="binary-file", hint="exclude this one"),
            ListlintError("bad \x1b[2J value", path="x.toml", line=3, column=7, code="config"),
        ),
        notices=("2 rules were skipped: no repository \x1b[2J",),
        files=5,
        entries=8,
        links=1204,
        sources={"other.md": OTHER},
        paths=("README.md", "clean.md", HOSTILE.path, "other.md"),
    )


def rules() -> dict[str, RuleText]:
    """What is said of one of its rules; the others have no description."""
    text = RuleText(
        code="ENC001",
        name="mojibake",
        severity=Severity.ERROR,
        short="Text was decoded with the wrong codec.",
        full="Text was decoded with the wrong codec.\n\nNobody can read it.",
        help="Text was decoded with the wrong codec.\n\nNobody can read it.\n\nIts fix is safe.",
        markdown="Text was decoded with the **wrong** codec.\n",
        precision="very-high",
        tags=("encoding",),
    )
    return {text.code: text}
