"""The command line: arguments to a request, a result to an exit code, nothing else."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from listlint.cli.main import main
from listlint.cli.names import as_files
from listlint.cli.streams import crash, guard, say

__all__ = ["main", "run"]


def run() -> NoReturn:
    """Run the command line and end the process.

    It ends without taking apart the objects of the run one by one, which would take a tenth of
    its time: the operating system frees them all at once.
    """
    # A run is short and makes few cycles: collecting them costs a third of its time.
    gc.disable()
    guard()
    # Worker processes begin with `python -c`, which would import modules from the folder that is checked.
    os.environ["PYTHONSAFEPATH"] = "1"
    code: str | int | None = 0
    try:
        try:
            main(as_files(sys.argv[1:]), prog_name="listlint")
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone, as `| head` does
        code = 0
    except OSError as error:
        what = "the output cannot be written" if error.filename is None else str(error.filename)
        say(f"error: {what}: {error.strerror or error}", sys.stderr)
        code = 2
    except Exception as error:  # noqa: BLE001  # Python would write the message as it is, and end with the code of findings
        crash(error)
        code = 2
    if isinstance(code, str):
        say(code, sys.stderr)
        code = 1
    sys.stderr.flush()
    if (fork := sys.modules.get("listlint.fork")) is not None:
        fork.wait()
    os._exit(code or 0)
