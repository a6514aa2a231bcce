"""BIB015: a paper of a conference that is cited as an article of a journal, or the other way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.bib import field, macros, plain, well_formed
from listlint.checks.links import shorten
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy
from listlint.packs.venues import VenueTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import BibField

_INHERITS = ("crossref", "xdata")
_PROCEEDINGS = lazy(
    r"(?:(?:in\s++)?proc(?:eedings|s|\.)?\s++(?:of\s++)?)?(?:[\w'’/&.,-]++\s++){0,9}?"
    r"(?:conference|conf\.|symposium|symp\.|workshop|congress)\s++(?:on|for|of)\s++\w",
    re.IGNORECASE,
)
"""``Proceedings of the 3rd International Conference on …``: what no journal is called."""
_JOURNAL = lazy(
    r"(?:the\s++)?(?:(?:[\w&-]++\s++){0,4}?(?:journal|transactions|letters|magazine|annals|archives)\b)", re.IGNORECASE
)
_NO_JOURNAL = lazy(r"\b(?:proc|proceedings|conference|conf|symposium|workshop|congress|lecture notes)\b", re.IGNORECASE)
_PERIODICAL = lazy(r"\b(?:journal|transactions|series|annals|bulletin|magazine)\b", re.IGNORECASE)
_PERIODIC = frozenset(
    {"aip_conf", "endm", "entcs", "epic", "eptcs", "iop_mse", "isprs_annals", "isprs_archives", "procedia_cs", "spie"}
)
"""Series of proceedings that their publishers number, and cite, like journals."""
_LONGEST = 400


class WrongType(Rule[BibEntry]):
    """A reference's type contradicts where the work appeared: a conference paper as `@article`, with no booktitle.

    Styles set the two differently: an `@article` of "Advances in Neural Information Processing Systems"
    is printed as if that were a journal, and an `@inproceedings` that says `journal` is printed without
    any venue at all, for the styles do not look there.

    Journals that are called proceedings are journals (those of the National Academy of Sciences, of
    the IEEE, of the VLDB Endowment, of the ACM on something), and so are series of conferences that
    call themselves a journal. A reference that inherits through `crossref` is left alone. The fix
    changes the type, and the name of the field with it; it is not offered where the volume's own title
    is missing, because only its series is named.
    """

    code, name = "BIB015", "wrong-type"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "```bibtex\n@article{a, title={A}, journal={Journal of Machine Learning Research}}\n```\n",
        "```bibtex\n@article{a, title={A}, journal={Proceedings of the National Academy of Sciences}}\n"
        "@article{b, title={B}, journal={Proceedings of the IEEE}}\n"
        "@article{c, title={C}, journal={Proceedings of the VLDB Endowment}}\n"
        "@article{d, title={D}, journal={Proceedings of the ACM on Programming Languages}}\n"
        "@article{e, title={E}, journal={Journal of Physics: Conference Series}}\n"
        "@article{f, title={F}, journal={Proceedings of the Royal Society A}}\n"
        "@article{g, title={G}, journal={AIP Conference Proceedings}}\n```\n",
        "```bibtex\n@article{a, title={A}, journal={arXiv preprint arXiv:1803.08367}}\n"
        "@article{b, title={B}, journal={CoRR}, volume={abs/1803.08367}}\n```\n",
        "```bibtex\n@inproceedings{a, title={A}, booktitle={ICML}}\n"
        "@inproceedings{b, title={B}, booktitle={ICML}, journal={JMLR W\\&CP}}\n"
        "@inproceedings{c, title={C}, journal={ICML}, crossref={d}}\n@misc{e, title={E}, journal={ICML}}\n```\n",
        "```bibtex\n@article{a, title={A}, journal={The Knowledge of Hills}}\n@article{b, title={B}}\n```\n",
    )
    invalid = (
        Bad(
            "```bibtex\n@⟦article⟧{a,\n  title={A},\n  journal={Advances in neural information processing systems},\n  volume={32}\n}\n```\n",
            "```bibtex\n@inproceedings{a,\n  title={A},\n  booktitle={Advances in neural information processing systems},\n  volume={32}\n}\n```\n",
        ),
        Bad(
            "```bibtex\n@⟦ARTICLE⟧{a, TITLE={A}, JOURNAL={{ICML} (3)}}\n```\n",
            "```bibtex\n@INPROCEEDINGS{a, TITLE={A}, BOOKTITLE={{ICML} (3)}}\n```\n",
        ),
        Bad(
            '@string{cvpr = "Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition"}\n'
            "@⟦Article⟧{a, Title = {A}, Journal = cvpr}\n",
            '@string{cvpr = "Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition"}\n'
            "@InProceedings{a, Title = {A}, Booktitle = cvpr}\n",
            path="references.bib",
        ),
        Bad(
            "```bibtex\n@⟦article⟧{a, title={A}, journal={Proceedings of the 3rd International Conference on Hills}}\n```\n",
            "```bibtex\n@inproceedings{a, title={A}, booktitle={Proceedings of the 3rd International Conference on Hills}}\n```\n",
        ),
        Bad("```bibtex\n@⟦article⟧{a, title={A}, journal={Proceedings of Machine Learning Research}}\n```\n"),
        Bad(
            "```bibtex\n@⟦inproceedings⟧{a, title={A}, journal={Journal of Machine Learning Research}}\n```\n",
            "```bibtex\n@article{a, title={A}, journal={Journal of Machine Learning Research}}\n```\n",
        ),
        Bad(
            "```bibtex\n@inproceedings{a, title={A}, ⟦journal⟧={International Conference on Machine Learning}}\n```\n",
            "```bibtex\n@inproceedings{a, title={A}, booktitle={International Conference on Machine Learning}}\n```\n",
        ),
        Bad("```bibtex\n@⟦inproceedings⟧{a, title={A}, journal={The Knowledge of Hills}}\n```\n"),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the type, or on the field that should be the booktitle."""
        kind = node.kind.lower()
        if kind not in {"article", "inproceedings", "conference"} or not ctx.memo(well_formed)(node):
            return
        journal = field(node, "journal", "journaltitle")
        if journal is None or field(node, "booktitle", *_INHERITS) is not None:
            return
        text = plain(journal, ctx.memo(macros))
        if not text or len(text) > _LONGEST:
            return
        appeared = _appeared(text, ctx.tables.get("venues", VenueTable))
        if kind == "article":
            if appeared in {"proceedings", "series"}:
                yield _as_article(node, journal, text, appeared)
        else:
            yield _without_booktitle(node, journal, text, appeared)


def _appeared(text: str, table: VenueTable) -> str:
    """What a venue is: ``proceedings``, a ``series`` of them, a ``journal``, or "" where nothing tells."""
    mention = table.find(text)
    if mention is not None and mention.venue.key in _PERIODIC:
        return ""
    if mention is not None:
        kind = mention.venue.kind
        return {"conference": "proceedings", "workshop": "proceedings", "series": "series", "book": ""}.get(
            kind, "journal"
        )
    if _PROCEEDINGS.match(text) and not _PERIODICAL.search(text):
        return "proceedings"
    return "journal" if _JOURNAL.match(text) and not _NO_JOURNAL.search(text) else ""


def _as_article(node: BibEntry, journal: BibField, text: str, appeared: str) -> Finding:
    what = "is a series of proceedings" if appeared == "series" else "is no journal but proceedings"
    message = f"@{node.kind} says that the work is in a journal; “{shorten(text)}” {what}"
    place = _kind_span(node)
    if appeared == "series":
        return Finding(place, message)
    kind = _cased("inproceedings", "InProceedings", node.kind)
    edits = (Edit(place, kind), Edit(journal.name_span, _cased("booktitle", "Booktitle", journal.name)))
    title = f"make it @{kind}, with the venue as `booktitle`"
    return Finding(place, message, Fix(title, edits, Applicability.UNSAFE, May.TEXT))


def _without_booktitle(node: BibEntry, journal: BibField, text: str, appeared: str) -> Finding:
    message = f"@{node.kind} has no `booktitle`, and styles do not print its `{journal.name}`"
    if appeared == "proceedings":
        edit = Edit(journal.name_span, _cased("booktitle", "Booktitle", journal.name))
        fix = Fix(f"rename `{journal.name}` to `booktitle`", (edit,), Applicability.UNSAFE, May.TEXT)
        return Finding(journal.name_span, f"{message}, “{shorten(text)}”", fix)
    place = _kind_span(node)
    if appeared != "journal":
        return Finding(place, f"{message}, “{shorten(text)}”")
    kind = _cased("article", "Article", node.kind)
    fix = Fix(f"make it @{kind}", (Edit(place, kind),), Applicability.UNSAFE, May.TEXT)
    return Finding(place, f"{message}, “{shorten(text)}”", fix)


def _kind_span(node: BibEntry) -> Span:
    return Span(node.span.start + 1, node.span.start + 1 + len(node.kind))


def _cased(lower: str, title: str, like: str) -> str:
    """A name in the case of another one."""
    if like.islower():
        return lower
    return lower.upper() if like.isupper() else title
