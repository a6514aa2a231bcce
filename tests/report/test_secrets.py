"""No format repeats a key, a token or a password."""

from __future__ import annotations

from io import StringIO

import pytest

from listlint.checks.registry import all_rules
from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Applicability, Edit, Fix
from listlint.model.result import Result
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.packs.loader import Tables
from listlint.packs.url_tables import SecretTable
from listlint.report.formats import FORMATS, renderer
from listlint.report.options import RenderOptions
from listlint.report.secrets import without_secrets
from listlint.testing import lint, parse
from tests.report.sample import result as sample

TABLE = Tables().get("secrets", SecretTable)
PASSWORD = "ada:Engine1843"
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
TEXT = (
    "# List\n\n## Tools\n\n"
    f"- [A](https://{PASSWORD}@a.dev/x) - One.\n- [B](https://b.dev/?token={TOKEN}&utm_source=x) - **{TOKEN}**\n"
    f"- [C](https://{PASSWORD}@a.dev/x) - Three.\n- [D](http://github.com/{TOKEN}) - Four.\n"
)


def found() -> Result:
    """What every rule says of a list with secrets, and a finding whose message was cut in the middle of one."""
    document = parse(TEXT)
    diagnostics = [d for rule in all_rules() for d in lint([rule], document)]
    start = document.text.index("https://ada")
    cut = Diagnostic(
        code="URL001",
        name="x",
        severity=Severity.ERROR,
        message="`https://ada:Engine…` and `http://a.dev/?t=ghp_a1B2c3…`",
        source=document.source,
        span=Span(start, start + 5),
        related=(Related(Span(0, 1), f"beside {TOKEN}"),),
        fix=Fix(f"write {TOKEN}", (Edit(Span(start, start + 5), TOKEN),)),
    )
    return Result(diagnostics=(*diagnostics, cut), files=1, sources={"other.md": Source.from_text(TEXT, "other.md")})


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_shows_a_secret(name: str) -> None:
    written = StringIO()
    renderer(name)(without_secrets(found(), TABLE), written, RenderOptions())
    for part in ("Engine", "ghp_a1B2", "D4e5F6"):
        assert part not in written.getvalue()


def test_the_secrets_would_be_shown_otherwise() -> None:
    written = StringIO()
    renderer("full")(found(), written, RenderOptions())
    assert "Engine1843" in written.getvalue()


def test_places_and_fingerprints_stay() -> None:
    before, after = found(), without_secrets(found(), TABLE)
    assert len(before.diagnostics) == len(after.diagnostics) > 3
    for old, new in zip(before.diagnostics, after.diagnostics, strict=True):
        assert (new.code, new.span, new.fingerprint, new.path) == (old.code, old.span, old.fingerprint, old.path)
        assert new.source.line_starts == old.source.line_starts
    assert TOKEN not in after.sources["other.md"].text


def test_a_fix_that_would_write_a_secret_is_only_shown() -> None:
    fix = without_secrets(found(), TABLE).diagnostics[-1].fix
    assert fix is not None
    assert fix.applicability is Applicability.DISPLAY
    assert TOKEN not in fix.title + fix.edits[0].text


def test_a_result_without_secrets_is_handed_back() -> None:
    clean = sample()
    assert without_secrets(clean, TABLE) is clean
