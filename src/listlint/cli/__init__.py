"""The command line: arguments to a request, a result to an exit code, nothing else."""

from listlint.cli.main import main

__all__ = ["main"]
