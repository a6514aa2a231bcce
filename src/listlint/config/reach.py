"""What a configuration may say of whom links lead to, and where its files may lie.

A configuration that was found stands in the repository that is checked, and a pull request can change
it. So it may say which links are asked for and how fast, but not who else may be asked, through whom, or
whom to trust: that takes a file that the user named, or the command line (``docs/security.md``).
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from listlint.config.load import real_path, repository_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from listlint.config.load import Table
    from listlint.config.schema import Links
    from listlint.model.errors import ListlintError

WITHHELD = {
    "allow": "allows private addresses",
    "allow_private": "allows private addresses",
    "origins": "says where APIs are",
    "proxy": "names a proxy",
    "roots": "names certificates to trust",
}
"""Keys of ``[links]`` that a found file must not have, and what each does."""
USUAL_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1024
"""Below it are the services that a system runs; only those of the web may be asked of a stranger's accord."""


def withheld(links: Links, given: Collection[str], table: Table) -> Iterator[ListlintError]:
    """What a found file says in ``[links]`` though it must not; ``given`` are the fields that it has."""
    for name, does in WITHHELD.items():
        if name in given and getattr(links, name):
            yield _error(table, name.replace("_", "-"), does)
    if "ports" in given:
        odd = sorted({port for port in links.ports if port < FIRST_FREE_PORT} - USUAL_PORTS)
        if odd:
            yield _error(table, "ports", f"allows port {', '.join(map(str, odd))}")


def _error(table: Table, key: str, does: str) -> ListlintError:
    return table.error(
        f"links.{key}: this file {does}, and nobody named it",
        "links",
        key,
        hint=f"if you trust it, name it: --config {table.label}",
        code="not-trusted",
    )


def leaves(item: str) -> bool:
    """Tell whether a path is not one relative to its file, on any system: no root, drive, share or home."""
    windows = PureWindowsPath(item)
    rooted = PurePosixPath(item).is_absolute() or bool(windows.drive or windows.root)
    return rooted or "\\" in item or "\0" in item or item.startswith("~")


def is_inside(item: str, root: Path) -> bool:
    """Tell whether a path, relative to ``root``, lies in that one's repository, links resolved, and not in ``.git``."""
    real = None if leaves(item) else real_path(root / item)
    home = repository_root(root).resolve()
    if real is None or not real.is_relative_to(home):
        return False
    return ".git" not in map(str.lower, real.relative_to(home).parts)
