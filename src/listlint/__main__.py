"""``python -m listlint``."""

from listlint.cli import run

if __name__ == "__main__":
    run()
