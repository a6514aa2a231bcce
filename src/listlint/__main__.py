"""``python -m listlint``."""

from listlint.cli import main

if __name__ == "__main__":
    main(prog_name="listlint")
