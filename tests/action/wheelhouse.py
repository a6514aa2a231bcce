"""A wheelhouse made of what is installed here, so that pip can install listlint without a network.

The wheels are those that pip once unpacked, packed again: pip resolves, builds and installs for real.
"""

from __future__ import annotations

import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LEFT_OUT = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})


def fill(folder: Path, requirements: Iterable[str]) -> None:
    """Write a wheel of every distribution that the requirements need, themselves included.

    Raises:
        PackageNotFoundError: one of them is not installed, or not from a wheel.
    """
    waiting, seen = list(requirements), set()
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in seen:
            seen.add(name)
            found = distribution(name)
            _pack(found, folder)
            waiting += found.requires or ()


def _pack(found: Distribution, folder: Path) -> None:
    tags = [line.removeprefix("Tag: ") for line in (found.read_text("WHEEL") or "").splitlines() if "Tag: " in line]
    if not tags or found.files is None:
        raise PackageNotFoundError(found.name)
    parts = [sorted({tag.split("-")[part] for tag in tags}) for part in range(3)]
    stem = f"{canonicalize_name(found.name).replace('-', '_')}-{found.version}"
    record = []
    with zipfile.ZipFile(folder / f"{stem}-{'-'.join('.'.join(part) for part in parts)}.whl", "w") as wheel:
        for file in found.files:
            # Programs stand outside; pip makes them again from the entry points.
            if ".." in file.parts or "__pycache__" in file.parts or file.is_absolute():
                continue
            if file.parent.name.endswith(".dist-info"):
                home = file.parent.as_posix()
                if file.name in LEFT_OUT:
                    continue
            wheel.write(str(file.locate()), file.as_posix())
            record.append(f"{file.as_posix()},,\n")
        wheel.writestr(f"{home}/RECORD", "".join([*record, f"{home}/RECORD,,\n"]))
