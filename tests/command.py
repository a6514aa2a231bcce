"""Runs the command line as users run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OURS = ("CI", "GITHUB_ACTIONS", "FORCE_COLOR", "NO_COLOR", "PRE_COMMIT")
"""What the environment of the tests must not decide."""


def run_raw(
    folder: Path, *arguments: str, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run ``listlint ARGUMENTS`` in a folder; what it prints are bytes."""
    env = {key: value for key, value in os.environ.items() if key not in _OURS}
    return subprocess.run(
        [sys.executable, "-m", "listlint", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**env, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
        timeout=120,
        check=False,
    )


def run(
    folder: Path, *arguments: str, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``listlint ARGUMENTS`` in a folder; what it prints is UTF-8 text."""
    done = run_raw(folder, *arguments, stdin=stdin, **environment)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
