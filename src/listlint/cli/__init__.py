"""The command line: arguments to a request, a result to an exit code, nothing else."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from listlint.cli.main import main

__all__ = ["main", "run"]


def run() -> NoReturn:
    """Run the command line and end the process.

    It ends without taking apart the objects of the run one by one, which would take a tenth of
    its time: the operating system frees them all at once.
    """
    # A run is short and makes few cycles: collecting them costs a third of its time.
    gc.disable()
    code: str | int | None = 0
    try:
        try:
            main(prog_name="listlint")
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone, as `| head` does
        code = 0
    except OSError as error:
        print(f"error: the output cannot be written: {error.strerror or error}", file=sys.stderr)
        code = 2
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code or 0)
