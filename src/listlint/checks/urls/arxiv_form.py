"""URL003: an arXiv link in another form than the list's own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, Rule, Severity, Trait
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, MINIMUM, SHARE, Convention, convention
from listlint.checks.links import is_first_use, may_change
from listlint.model.nodes import Document, Role
from listlint.text.identity import ArxivId, arxiv_id, is_arxiv_host
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from listlint.checks.api import Context, ReferenceTrait
    from listlint.model.nodes import Entry, Link

_KINDS = {"abs": "abs", "abs.pdf": "abs.pdf", "pdf": "pdf", "pdf.pdf": "pdf", "ftp": "ftp", "html": "html"}
"""What a link shows, by its form; sources and PostScript are linked on purpose."""
_SHOWN = {
    "abs": "the abstract",
    "abs.pdf": "`/abs/` with `.pdf`",
    "pdf": "the PDF",
    "ftp": "the old address of the PDF",
    "html": "the HTML page",
}
_SAYS_ABSTRACT = frozenset({"abs", "abstract", "html", "ps", "arxiv abs", "arxiv html"})
_DOCUMENTS = frozenset({Role.PAPER, Role.PDF})
_GROUP = "URL003:arxiv-form"
V = TypeVar("V", bound="Hashable")


class _Bearer(Struct, frozen=True):
    """An arXiv link of an entry. ``label`` is ``pdf`` or ``abs`` where its text promises one."""

    entry: Entry
    link: Link
    paper: ArxivId
    label: str
    both: bool
    """the entry links the same paper in another form too"""

    @property
    def kind(self) -> str:
        return _KINDS[self.paper.form]


class _Wanted(Struct, frozen=True):
    """What should be otherwise about a link, and why."""

    reasons: list[str]
    kind: str
    suffix: bool
    version: int | None
    scheme: str
    host: str


class ArxivForm(Rule[Document]):
    """A link to arXiv differs in form from the list's other links to arXiv.

    Where 16 of 19 entries open the PDF, the reader of the other three gets an abstract, and a paper that is
    listed in both forms is not seen to be a duplicate. Compared are: abstract, PDF or HTML; the ending `.pdf`; a
    pinned version; `www.` and mirrors; and, beside another difference, `http:`. A form in the configuration replaces the list's own.

    arXiv itself links the PDF without an ending, so that a list must be of one mind (9 of 10) before such links are
    held against it.
    A link whose text says what it opens (`[pdf]`, `[abs]`) is compared only with those that say the same, and
    one that does what it says is never wrong; an entry that links both forms means it. A list that pins versions is not made to pin them all, and
    none is ever told to use `http:`. The fix is unsafe where it takes away a version or leads to
    the HTML page, which not every paper has.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        form: Annotated[
            Literal["abs", "pdf"] | None,
            msgspec.Meta(description="The form that arXiv links should have; by default the list's own."),
        ] = None
        minimum: Annotated[
            int, msgspec.Meta(description="How many arXiv links a list needs to have a habit.", ge=2)
        ] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "URL003", "arxiv-form"
    severity = Severity.INFO
    fix = Applicability.SAFE
    pins = {"arXiv link": "form"}
    valid = (
        "".join(f"- [A{n}](https://arxiv.org/abs/2110.0000{n})\n" for n in range(3))
        + "".join(f"- [B{n}](https://arxiv.org/pdf/2110.0001{n})\n" for n in range(3)),
        "".join(
            f"- [A{n}](https://arxiv.org/abs/2110.0000{n}) [[pdf]](https://arxiv.org/pdf/2110.0000{n})\n"
            for n in range(6)
        ),
        "".join(f"- [A{n}](http://arxiv.org/abs/2110.0000{n}v2)\n" for n in range(9))
        + "- [B](https://arxiv.org/abs/2110.00010)\n",
        "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(9))
        + "- [B](https://arxiv.org/e-print/2110.00010)\n- [C](https://ar5iv.org/abs/2110.00011)\n",
        # arXiv's own form is no slip where only most links have another one.
        "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(8))
        + "- [B](https://arxiv.org/pdf/2110.00010)\n- [C](https://arxiv.org/pdf/2110.00011)\n",
        Good(
            "- [A](https://arxiv.org/abs/2110.00001)\n- **B** [[pdf]](https://arxiv.org/pdf/2110.00002)\n",
            {"form": "abs"},
        ),
    )
    invalid = (
        Bad(
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(5))
            + "- [B](⟦https://arxiv.org/abs/2110.00010⟧)\n",
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(5))
            + "- [B](https://arxiv.org/pdf/2110.00010.pdf)\n",
        ),
        Bad(
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(10))
            + "- [B](⟦https://arxiv.org/pdf/2110.00010⟧)\n",
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n}.pdf)\n" for n in range(10))
            + "- [B](https://arxiv.org/pdf/2110.00010.pdf)\n",
        ),
        Bad(
            "".join(f"- **A{n}** [[pdf](https://arxiv.org/pdf/2110.0000{n})]\n" for n in range(5))
            + "- **B** [[pdf](⟦https://arxiv.org/abs/2110.00010⟧)]\n",
            "".join(f"- **A{n}** [[pdf](https://arxiv.org/pdf/2110.0000{n})]\n" for n in range(5))
            + "- **B** [[pdf](https://arxiv.org/pdf/2110.00010)]\n",
        ),
        Bad(
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n})\n" for n in range(5))
            + "- [B](⟦https://arxiv.org/pdf/math.GT/0309136.pdf⟧)\n",
            "".join(f"- [A{n}](https://arxiv.org/pdf/2110.0000{n})\n" for n in range(5))
            + "- [B](https://arxiv.org/pdf/math.GT/0309136)\n",
        ),
        Bad(
            "".join(f"- [A{n}](https://arxiv.org/abs/2110.0000{n})\n" for n in range(8))
            + "- [B](⟦http://www.arxiv.org/pdf/2110.00010v1.pdf⟧)\n- [C](⟦https://arxiv.org/abs/2110.00011v3#S2⟧)\n",
            "".join(f"- [A{n}](https://arxiv.org/abs/2110.0000{n})\n" for n in range(8))
            + "- [B](https://arxiv.org/abs/2110.00010)\n- [C](https://arxiv.org/abs/2110.00011#S2)\n",
        ),
        Bad(
            "".join(f"- [A{n}](https://arxiv.org/abs/2110.0000{n})\n" for n in range(9))
            + "- [B](⟦https://arxiv.org/ftp/arxiv/papers/2110/2110.00010.pdf⟧)\n- [C](⟦https://arxiv.org/abs/2110.00011.pdf⟧)\n",
            "".join(f"- [A{n}](https://arxiv.org/abs/2110.0000{n})\n" for n in range(9))
            + "- [B](https://arxiv.org/abs/2110.00010)\n- [C](https://arxiv.org/abs/2110.00011)\n",
        ),
        Bad(
            "- [A](⟦https://arxiv.org/pdf/2110.00001⟧)\n- [B](https://arxiv.org/abs/2110.00002)\n",
            "- [A](https://arxiv.org/abs/2110.00001)\n- [B](https://arxiv.org/abs/2110.00002)\n",
            {"form": "abs"},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield what each arXiv link opens, and how its address is written."""
        for bearer in _first_uses(document, ctx):
            entry, span, paper = bearer.entry, bearer.link.url_span, bearer.paper
            if not bearer.both and bearer.label in _COMPARED:
                name = "arXiv link labelled pdf" if bearer.label else "arXiv link"
                yield Trait(name, entry, span, bearer.kind, _SHOWN[bearer.kind])
            if bearer.kind == "pdf":
                suffixed = paper.form == "pdf.pdf"
                yield Trait("arXiv PDF address", entry, span, suffixed, "with `.pdf`" if suffixed else "without `.pdf`")
            pinned = paper.version is not None
            yield Trait("arXiv version", entry, span, pinned, "pinned" if pinned else "open")
            yield Trait("arXiv host", entry, span, paper.host, paper.host)

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The abstract or the PDF; the other forms cannot be set."""
        return str(trait.value) if trait.value in {"abs", "pdf"} else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each arXiv link that deviates from the habits of its scope."""
        bearers = _first_uses(node, ctx)
        local = Counter(bearer.entry.section.index for bearer in bearers)
        scopes: dict[int | None, list[_Bearer]] = {}
        for bearer in bearers:
            index = bearer.entry.section.index
            scopes.setdefault(index if local[index] >= MINIMUM else None, []).append(bearer)
        for scope, members in scopes.items():
            habits = _Habits(members if scope is not None else bearers, self.options)
            for bearer in members:
                wanted = habits.wanted(bearer)
                if wanted.reasons:
                    message = ", and ".join(wanted.reasons)
                    group = _GROUP if scope is None else f"{_GROUP}:{scope}"
                    yield Finding(bearer.link.url_span, message, _fix(bearer, wanted), entry=bearer.entry, group=group)


class _Habits:
    """The conventions of one scope."""

    def __init__(self, bearers: Sequence[_Bearer], options: ArxivForm.Options) -> None:
        def habit(members: Sequence[_Bearer], trait: Callable[[_Bearer], Hashable]) -> Convention[Hashable] | None:
            return convention((trait(member) for member in members), options.minimum, options.share)

        self._form: str | None = options.form
        free = [bearer for bearer in bearers if not bearer.both]
        self._kinds = {
            label: habit([bearer for bearer in free if bearer.label == label], lambda b: b.kind) for label in _COMPARED
        }
        pdfs = [bearer for bearer in bearers if bearer.kind == "pdf"]
        suffix = habit(pdfs, lambda b: b.paper.form == "pdf.pdf")
        # What arXiv itself links today needs more to be held against.
        self._suffix = _firm(suffix) if suffix is not None and suffix.value else suffix
        self._mostly_suffixed = sum(b.paper.form == "pdf.pdf" for b in pdfs) * 2 > len(pdfs)
        self._version = habit(bearers, lambda b: b.paper.version is not None)
        self._host = habit(bearers, lambda b: b.paper.host)
        self._scheme = habit(bearers, lambda b: b.paper.scheme)

    def wanted(self, bearer: _Bearer) -> _Wanted:
        """How a link should be written, with a reason for each change."""
        paper, reasons = bearer.paper, list[str]()
        kind = self._kind(bearer, reasons)
        suffix = self._with_suffix(bearer, kind, reasons)
        version, host, scheme = paper.version, paper.host, paper.scheme
        if version is not None and self._version and not self._version.value:
            reasons.append(f"{self._version.share()} leave the version open; this one is pinned to v{version}")
            version = None
        if self._host and self._host.value in {"arxiv.org", "www.arxiv.org"} and host != self._host.value:
            reasons.append(f"{self._host.share()} link {self._host.value}; this one links {host}")
            host = str(self._host.value)
        # `http:` alone is URL006's.
        if reasons and self._scheme and self._scheme.value == "https" and scheme == "http":
            reasons.append(f"{self._scheme.share()} use https; this one uses http")
            scheme = "https"
        return _Wanted(reasons, kind, suffix, version, scheme, host)

    def _kind(self, bearer: _Bearer, reasons: list[str]) -> str:
        shown = _SHOWN[bearer.kind]
        if self._form is not None:
            if bearer.kind == self._form or bearer.both or (bearer.label and bearer.label == bearer.kind):
                return bearer.kind
            reasons.append(f"arXiv links should open {_SHOWN[self._form]}; this one opens {shown}")
            return self._form
        found = None if bearer.both else self._kinds.get(bearer.label)
        if found is None or bearer.kind in (found.value, bearer.label):
            return bearer.kind  # a link that says "pdf" and opens one is never wrong
        reasons.append(f"{found.share()} link {_SHOWN[str(found.value)]}; this one links {shown}")
        return str(found.value)

    def _with_suffix(self, bearer: _Bearer, kind: str, reasons: list[str]) -> bool:
        has = bearer.paper.form == "pdf.pdf"
        if kind != bearer.kind:
            return self._mostly_suffixed
        if kind == "pdf" and self._suffix and self._suffix.value != has:
            habit = "end in `.pdf`; this one does not" if self._suffix.value else "do not end in `.pdf`; this one does"
            reasons.append(f"{self._suffix.share()} PDF links {habit}")
            return not has
        return has


def _firm(found: Convention[V]) -> Convention[V] | None:
    """A convention, if it is more than one of forms of the same thing needs."""
    return found if found.total >= MINIMUM and found.count >= SHARE * found.total else None


_COMPARED = ("", "pdf")
"""What a link's text promises where its kind is compared."""


def _first_uses(document: Document, ctx: Context) -> list[_Bearer]:
    return [bearer for bearer in _bearers(document) if is_first_use(bearer.link, ctx)]


def _bearers(document: Document) -> Iterator[_Bearer]:
    for entry in document.entries:
        papers = [
            (link, paper)
            for link in entry.links
            if (link is entry.primary or link.role in _DOCUMENTS) and (paper := _paper(link)) is not None
        ]
        if not papers:
            continue
        forms = Counter((paper.id, _KINDS[paper.form]) for _, paper in papers)
        ids = Counter(identifier for identifier, _ in forms)
        for link, paper in papers:
            yield _Bearer(entry, link, paper, _label(link), ids[paper.id] > 1)


def _paper(link: Link) -> ArxivId | None:
    paper = arxiv_id(link.target)
    known = paper is not None and paper.form in _KINDS and is_arxiv_host(bare_host(paper.host))
    return paper if known else None


def _label(link: Link) -> str:
    if link.role is Role.PDF:
        return "pdf"
    return "abs" if " ".join(link.text.split()).strip("[]() ").casefold() in _SAYS_ABSTRACT else ""


def _fix(bearer: _Bearer, wanted: _Wanted) -> Fix | None:
    link, paper = bearer.link, bearer.paper
    url = split(link.target)
    if link.url != link.target or wanted.kind not in {"abs", "pdf", "html"}:
        return None
    version = f"v{wanted.version}" if wanted.version is not None else ""
    ending = ".pdf" if wanted.kind == "pdf" and wanted.suffix else ""
    tail = link.target[url.path_start + len(url.path) :]
    text = f"{wanted.scheme}://{wanted.host}/{wanted.kind}/{paper.written}{version}{ending}{tail}"
    moved = wanted.kind != bearer.kind
    sure = wanted.version == paper.version and not (moved and (wanted.kind == "html" or url.fragment))
    applicability = Applicability.SAFE if sure else Applicability.UNSAFE
    return Fix(f"link to {text}", (Edit(link.url_span, text),), applicability, may_change(link))
