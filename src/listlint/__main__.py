"""``python -m listlint``."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path and sys.path:
    # `-m` puts the working folder first, and a module that lies in a checked repository is not ours to run.
    del sys.path[0]

from listlint.cli import run  # not before that

if __name__ == "__main__":
    run()
