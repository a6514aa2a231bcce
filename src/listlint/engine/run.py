"""Runs rules over a document: one walk, dispatch by node type, crashes contained."""

from __future__ import annotations

import traceback
from collections import defaultdict
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from listlint import fork
from listlint.checks.api import Context, Finding, Rule, site_of
from listlint.checks.registry import family_of
from listlint.engine.fingerprint import fingerprint
from listlint.engine.suppress import apply
from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.errors import ListlintError
from listlint.model.nodes import BibBlock, BibEntry, Document, Entry, Link, Project, Section, Suppressions
from listlint.model.result import CRASH_CODE, reading_order
from listlint.model.rows import dump, load
from listlint.model.span import Span
from listlint.packs.loader import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.model.source import Source

FORK_LENGTH = 150_000
"""Code points of a document from which copying the process pays (``benchmarks/README.md``)."""
SLOWEST = ("MET", "ENT", "AWE", "URL", "DUP", "PAT", "STR", "ENC", "STY")
"""The families by the time that they take on long lists: what is begun last should be short."""
ISSUES_URL = "https://github.com/listlint/listlint/issues"
CRASH_NAME = "rule-crashed"


class Active(Struct, frozen=True):
    """A rule as one run uses it. ``fixed_severity`` says that its severity was configured."""

    rule: Rule[Any]
    severity: Severity
    fixed_severity: bool = False

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code


def _documents(document: Document) -> Sequence[object]:
    return (document,)


def _sections(document: Document) -> Sequence[object]:
    return document.sections


def _entries(document: Document) -> Sequence[object]:
    return document.entries


def _links(document: Document) -> Sequence[object]:
    return document.links


def _bib_blocks(document: Document) -> Sequence[object]:
    return document.bib


def _bib_entries(document: Document) -> Sequence[object]:
    return tuple(entry for block in document.bib for entry in block.entries)


NODES: Mapping[type, Callable[[Document], Sequence[object]]] = {
    Document: _documents,
    Section: _sections,
    Entry: _entries,
    Link: _links,
    BibBlock: _bib_blocks,
    BibEntry: _bib_entries,
}
"""The node types that a rule may name, and where a document holds them."""


class Digest(Struct):
    """What the rules over the whole run keep of one file, by code."""

    source: Source
    parts: dict[str, Any] = field(default_factory=dict)
    crashes: list[Diagnostic] = field(default_factory=list)
    document: Document | None = None
    """where a rule wants all of it, or a comment in it suppresses findings"""


class Engine:
    """A set of rules, ready to run over documents.

    ``codes`` gives the codes that a name in a suppression means; ``debug`` lets the exceptions
    of rules through. With more than one of ``processes`` the families share a long document.
    """

    def __init__(
        self,
        active: Sequence[Active],
        codes: Callable[[str], frozenset[str]],
        tables: Tables | None = None,
        *,
        debug: bool = False,
        processes: int = 1,
    ) -> None:
        self.active = tuple(active)
        self.codes = codes
        self.tables = tables or Tables()
        self.debug = debug
        self.processes = processes
        self.by_type: dict[type, list[Active]] = defaultdict(list)
        for item in self.active:
            self.by_type[item.rule.node_type()].append(item)

    def lint(
        self, document: Document, facts: Mapping[type, object] | None = None, extra: Sequence[Diagnostic] = ()
    ) -> list[Diagnostic]:
        """The findings in one document, in reading order, suppressions applied.

        ``extra`` are findings of rules over the whole project that lie in this document.
        """
        context = Context(document, self.tables, facts)
        found = [*extra, *self._found(context)]
        active = frozenset(item.code for item in self.active)
        kept, suppressions = apply(document, found, self.codes, active)
        for item in self.by_type.get(Suppressions, ()):
            kept.extend(self._run(item, (suppressions,), context))
        kept.sort(key=reading_order)
        return fingerprint(kept)

    def _found(self, context: Context) -> Iterator[Diagnostic]:
        """What the rules over one document find, in any order."""
        document = context.document
        families: dict[str, list[tuple[Active, Sequence[object]]]] = defaultdict(list)
        for node_type, nodes in NODES.items():
            items = [item for item in self.by_type.get(node_type, ()) if self._applies(item, context)]
            found = nodes(document) if items else ()
            for item in items if found else ():
                families[family_of(item.code)].append((item, found))

        def family(rules: Sequence[tuple[Active, Sequence[object]]]) -> list[Diagnostic]:
            return [found for item, nodes in rules for found in self._run(item, nodes, context)]

        # Rules of a family share what they learn of the document.
        order = {name: number for number, name in enumerate(SLOWEST)}
        ordered = sorted(families, key=lambda name: order.get(name, len(order)))
        chunks = [partial(family, families[name]) for name in ordered]
        if not self.shares(document.source):
            return chain.from_iterable([chunk() for chunk in chunks])
        return chain.from_iterable(fork.share(chunks, dump, partial(load, source=document.source)))

    def shares(self, source: Source) -> bool:
        """Tell whether a file is long enough to share the work on it with a copy of this process."""
        return self.processes > 1 and not self.debug and len(source.text) >= FORK_LENGTH and fork.may_fork()

    def digest(self, document: Document) -> Digest:
        """What the rules over the whole run want to know of a document."""
        context = Context(document, self.tables)
        told = Digest(document.source)
        for item in self.by_type.get(Project, ()):
            try:
                told.parts[item.code] = item.rule.digest(document, context)
            except Exception as error:  # as in _run
                if self.debug:
                    raise
                told.crashes.append(_crash(item.rule, error, document))
        if document.directives or any(part is None for part in told.parts.values()):
            told.document = document
        return told

    def lint_project(self, digests: Sequence[Digest]) -> dict[str, list[Diagnostic]]:
        """What the rules over the whole run find, by path; suppressions are not applied yet."""
        by_path: dict[str, list[Diagnostic]] = defaultdict(list)
        ordered = sorted(digests, key=lambda digest: digest.source.path)
        for digest in ordered:
            by_path[digest.source.path] += digest.crashes
        for item in self.by_type.get(Project, ()):
            those = [digest for digest in ordered if item.code in digest.parts]
            if those:
                for diagnostic in self._run(item, (_project(item.code, those),), _context(those[0], self.tables)):
                    by_path[diagnostic.path].append(diagnostic)
        return by_path

    def asks(self, files: int) -> bool:
        """Tell whether a rule over the whole run has to be asked: one that keeps digests compares files."""
        ways = (item.rule.digest for item in self.by_type.get(Project, ()))
        return files > 1 or any(getattr(way, "__func__", None) is Rule.digest for way in ways)

    @property
    def has_project_rules(self) -> bool:
        """Tell whether any rule looks at the whole run."""
        return bool(self.by_type.get(Project))

    def lacking(self, facts: Mapping[type, object]) -> tuple[str, ...]:
        """The codes of the rules that cannot run without more facts than these."""
        return tuple(item.code for item in self.active if any(fact not in facts for fact in item.rule.needs))

    def _applies(self, item: Active, context: Context) -> bool:
        rule = item.rule
        if rule.layout and context.document.generated:
            return False
        if rule.about and not getattr(context.document, rule.about):
            return False
        return all(context.has(fact) for fact in rule.needs)

    def _run(self, item: Active, nodes: Sequence[object], context: Context) -> Iterator[Diagnostic]:
        found: list[Diagnostic] = []
        try:
            findings = chain.from_iterable(map(item.rule.check, nodes, repeat(context)))
            found.extend(self._diagnostic(item, finding, context) for finding in findings)
        except ListlintError as error:  # not a bug: the rule itself says why it cannot judge this file
            if self.debug:
                raise
            found.append(_gave_up(error, context.document))
        except Exception as error:  # a rule's bug must not cost the other rules' findings
            if self.debug:
                raise
            found.append(_crash(item.rule, error, context.document))
        return iter(found)

    def _diagnostic(self, item: Active, finding: Finding, context: Context) -> Diagnostic:
        document = finding.document or context.document
        source, span = finding.source or document.source, finding.span
        if not 0 <= span.start <= span.end <= len(source.text):
            raise ValueError(f"the span {tuple(span)} lies outside of {source.path}")
        site = finding.site or site_of(document, span.start, finding.entry)
        severity = item.severity if item.fixed_severity or finding.severity is None else finding.severity
        return Diagnostic(
            code=item.rule.code,
            name=item.rule.name,
            severity=severity,
            message=finding.message,
            source=source,
            span=span,
            related=finding.related,
            fix=finding.fix,
            entry=site.entry,
            context=site.context,
            group=finding.group,
            unit=site.unit,
            whole=finding.whole,
        )


def _project(code: str, digests: Sequence[Digest]) -> Project:
    """The files as the rule with this code is given them."""
    parts = tuple(digest.parts[code] for digest in digests)
    documents = tuple(digest.document for digest in digests if digest.document is not None)
    wants_all = any(part is None for part in parts)
    sources = tuple(digest.source for digest in digests)
    return Project(sources, documents) if wants_all else Project(sources, digests=parts)


def _context(digest: Digest, tables: Tables) -> Context:
    return Context(digest.document or Document(digest.source), tables)


def _gave_up(error: ListlintError, document: Document) -> Diagnostic:
    start = document.source.line_starts[(error.line or 1) - 1]
    return Diagnostic(
        code=CRASH_CODE,
        name=CRASH_NAME,
        severity=Severity.ERROR,
        message=error.message,
        source=document.source,
        span=Span(start, start),
    )


def _crash(rule: Rule[Any], error: Exception, document: Document) -> Diagnostic:
    place = traceback.extract_tb(error.__traceback__)[-1]
    to = f"the authors of {rule.origin}" if rule.origin else ISSUES_URL
    where = f"{place.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{place.lineno}"
    return Diagnostic(
        code=CRASH_CODE,
        name=CRASH_NAME,
        severity=Severity.ERROR,
        message=(
            f"rule {rule.code} ({rule.name}) crashed with {type(error).__name__} at {where}: {error}; the other rules "
            f"went on; switch it off with --ignore {rule.code}, and report it with the file to {to}"
        ),
        source=document.source,
        span=Span(0, 0),
    )
