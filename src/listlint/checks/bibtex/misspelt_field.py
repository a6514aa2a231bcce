"""BIB024: the name of a field has a slip in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity
from listlint.checks.bib import well_formed
from listlint.checks.bib_fields import Slips
from listlint.checks.bib_options import bib_table
from listlint.model.nodes import BibEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class MisspeltField(Rule[BibEntry]):
    """The name of a field is one edit away from a field that the entry lacks.

    Programs skip fields that they do not know and say nothing, so that the author, the journal or the
    pages are missing from the printed reference.

    A merely unknown field is nothing: lists add fields of their own (`code`, `task`). Nor is a field a
    slip that carries a number or a sign (`url2`), that was switched off by a letter in front (`xdoi`),
    or that three references have, unless it stands where a required field should. References with an error
    of syntax are left alone.
    """

    code, name = "BIB024", "misspelt-field"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev)\n```bibtex\n@misc{a, title = {A}, task = {B}, code = {C}, keyword = {D}, data = {E}}\n```\n",
        Good(
            "@article{a, title = {A}, xdoi = {B}, url2 = {C}, uri = {D}, title_ = {E}, author_id = {F}}\n", path="a.bib"
        ),
        Good("@article{a,\n  titel = {A\n}\n", path="a.bib"),
        Good("@misc{a, note = {A}, notes = {B}, title = {C}, titles = {D}}\n", path="a.bib"),
        Good("".join(f"@misc{{a{n}, title = {{A}}, locations = {{B}}}}\n" for n in range(3)), path="a.bib"),
    )
    invalid = (
        Bad(
            "- [A](https://a.dev)\n```bibtex\n@article{a,\n  title = {A},\n  ⟦authors⟧ = {Ada Lovelace}\n}\n```\n",
            "- [A](https://a.dev)\n```bibtex\n@article{a,\n  title = {A},\n  author = {Ada Lovelace}\n}\n```\n",
        ),
        Bad(
            "@inproceedings{a, ⟦Titel⟧ = {A}, ⟦BOOKTITEL⟧ = {B}, ⟦page⟧ = {1--2}, ⟦uthor⟧ = {C}, ⟦dio⟧ = {D}}\n",
            "@inproceedings{a, Title = {A}, BOOKTITLE = {B}, pages = {1--2}, author = {C}, doi = {D}}\n",
            path="a.bib",
        ),
        Bad(
            "".join(f"@article{{a{n}, title = {{A}}, ⟦jounal⟧ = {{B}}}}\n" for n in range(3)),
            "".join(f"@article{{a{n}, title = {{A}}, journal = {{B}}}}\n" for n in range(3)),
            path="a.bib",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each field whose name has a slip in it."""
        slips = ctx.memo(Slips).of(node, bib_table(ctx))
        if not slips or not ctx.memo(well_formed)(node):
            return
        for one, near in slips:
            name = near.upper() if one.name.isupper() else near.capitalize() if one.name[0].isupper() else near
            fix = Fix(f"write `{name}`", (Edit(one.name_span, name),), Applicability.UNSAFE, May.TEXT)
            yield Finding(one.name_span, f"no program reads `{one.name}`; the field is `{near}`", fix)
