"""Macros of all bibliographies of a run."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from listlint.facts.strings import run_strings

if TYPE_CHECKING:
    from pathlib import Path


def test_names_of_every_bibliography(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text('@STRING{JMLR = "Journal"}\n@string ( amm="x" )\n', encoding="utf-8")
    (tmp_path / "b.bib").write_bytes(b"@string{\xff = {x}}\n@comment{@strings}")
    (tmp_path / "c.md").write_text("@string{no = {x}}", encoding="utf-8")
    names = run_strings([tmp_path / name for name in ("a.bib", "b.bib", "c.md", "missing.bib")]).names
    assert names == {"jmlr", "amm", "\ufffd"}


def test_a_macro_of_another_file_is_known(tmp_path: Path) -> None:
    uses = "".join(f"@misc{{a{n}, title = {{T{n}}}, journal = own}}\n" for n in range(12))
    (tmp_path / "uses.bib").write_text(
        '@string{own = "Own"}\n' + uses + "@misc{b, title = {T}, journal = other}\n", encoding="utf-8"
    )
    (tmp_path / "defines.bib").write_text('@string{other = "Other"}\n', encoding="utf-8")

    def found(*names: str, jobs: str = "1") -> list[str]:
        command = [
            sys.executable,
            "-m",
            "listlint",
            "check",
            "--isolated",
            "--select=BIB007",
            "--output=json",
            "-j",
            jobs,
        ]
        done = subprocess.run([*command, *names], cwd=tmp_path, capture_output=True, check=False)
        return [finding["message"] for finding in json.loads(done.stdout)["findings"]]

    assert found("uses.bib", "defines.bib") == []
    assert found("uses.bib", "defines.bib", jobs="2") == []
    (tmp_path / "defines.bib").write_text('@string{otter = "Other"}\n', encoding="utf-8")
    assert found("uses.bib", "defines.bib") != []
