"""One fingerprint for baselines, pull requests and report formats."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.diagnostic import Diagnostic


def fingerprint(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Give every finding of one file its fingerprint, 64 hexadecimal digits.

    It is the SHA-256 of the rule's code, the entry's identity (or the section's anchors where
    there is no entry), the reported text with white space folded, and a counter among equals.
    No path and no line number goes in, so a moved line keeps it and a changed entry does not.
    """
    sha256 = _sha256()
    seen: Counter[tuple[str, str, str]] = Counter()
    marked = []
    for diagnostic in found:
        key = diagnostic.subject
        material = "\0".join((*key, str(seen[key]))).encode("utf-8", "surrogateescape")
        seen[key] += 1
        marked.append(replace(diagnostic, fingerprint=sha256(material).hexdigest()))
    return marked


@cache
def _sha256() -> Any:
    """The hash function: from the interpreter's own lean module where it has one, as ``random`` takes its own.

    ``hashlib`` loads OpenSSL, which takes longer than to hash a thousand findings.
    """
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]  # Python's own has no stubs
    except ImportError:  # before Python 3.12
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]  # as above
        except ImportError:
            from hashlib import sha256
    return sha256
