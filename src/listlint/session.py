"""One run, from paths to a result: discover, configure, parse, gather facts, lint."""

from __future__ import annotations

import datetime
import os
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from listlint.checks.plugins import plugin_rules
from listlint.checks.registry import family_of, known_rules
from listlint.config.layers import globs
from listlint.config.load import find_config, repository_root
from listlint.config.merge import resolve
from listlint.config.reach import is_inside
from listlint.config.schema import Overrides, RuleInfo, raise_all, shown
from listlint.discover import MARKDOWN, discover, looks_like_list
from listlint.engine.fingerprint import fingerprint
from listlint.engine.run import Active, Engine
from listlint.facts.files import by_repository, neighbours, tree_of
from listlint.facts.strings import run_strings, strings_of
from listlint.model.diagnostic import Severity
from listlint.model.errors import ListlintError
from listlint.model.facts import RepositoryFiles, RunStrings, Today
from listlint.model.links import LinkStatus
from listlint.model.nodes import Project, Suppressions
from listlint.model.result import CRASH_CODE, Result, reading_order
from listlint.model.source import Source
from listlint.others import other_bibliographies, other_lists
from listlint.packs.patterns import OWN_FAMILY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from listlint.changes import Comparison, KnownFile, Ran
    from listlint.checks.api import Options, Rule
    from listlint.checks.patterns import PatternRule
    from listlint.config.layers import Settings
    from listlint.config.schema import RuleSetting
    from listlint.engine.run import Digest
    from listlint.facts.base import Base
    from listlint.liveness import LinkMode, LinkRun, Liveness
    from listlint.model.compare import CompareMode
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document
    from listlint.net.history import History

T = TypeVar("T")
Work: TypeAlias = "Callable[[Session, Sequence[File]], list[T]]"
"""What is done with a batch of files; a function of a module, since it travels to other processes."""

Look: TypeAlias = "Callable[[Session, Sequence[File]], tuple[Result, list[Checked]]]"
"""How files are looked at: the result of a run, and what became of each file."""

PARALLEL_BYTES = 300_000
"""Input below which starting worker processes costs more than it saves (``benchmarks/README.md``)."""


class Request(Struct, frozen=True):
    """What was asked for. ``stdin`` is the content to check where a path is ``-``."""

    paths: tuple[str, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    config: Path | None = None
    isolated: bool = False
    stdin: bytes | None = None
    stdin_filename: str = "README.md"
    force_exclude: bool = False
    jobs: int | None = None
    debug: bool = False
    links: LinkMode | None = None
    """ask the network what became of the links"""
    links_only: bool = False
    """run no other rules than those on what became of them"""
    compare: CompareMode | None = None
    """leave out what is known"""
    keep_raw: bool = False
    """tell of each file what was read"""


class File(Struct, frozen=True):
    """A file to check: how it is shown, where it is (None: standard input), its configuration."""

    shown: str
    path: Path | None
    config: Path | None


class Prepared(Struct):
    """A file, read and ready for the rules; ``error`` says why it has no document."""

    file: File
    document: Document | None = None
    error: ListlintError | None = None
    facts: Mapping[type, object] = field(default_factory=dict)


class Checked(Struct):
    """What became of one file."""

    shown: str
    found: list[Diagnostic] = field(default_factory=list)
    entries: int = 0
    links: int = 0
    error: ListlintError | None = None
    document: Document | None = None
    """for the rules over the whole run, if there are any"""
    digest: Digest | None = None
    """in its place, where it came from another process"""
    skipped: tuple[str, ...] = ()
    """rules that lacked a fact"""
    reads: tuple[str, ...] = ()
    """paths in its git tree of the files whose anchors it links to"""
    raw: bytes = b""
    """what was read, where that will be asked for"""


def parse(source: Source, *, halves: bool = False) -> Document:
    """Read a file; the parser is loaded with the first, for a run may know already what is in all of them."""
    from listlint.parse.markdown import parse as read

    return read(source, halves=halves)


def rule_infos(plugins: Sequence[type[Rule[Any]]] = ()) -> tuple[RuleInfo, ...]:
    """The registry, and the rules of plugins, as the configuration sees them."""
    own = tuple(
        RuleInfo(
            rule.code, rule.name, rule.severity, partial(getattr, rule, "Options"), rule.aliases, rule.fix is not None
        )
        for rule in known_rules()
    )
    return own + tuple(
        RuleInfo(
            rule.code,
            rule.name,
            rule.severity,
            rule.Options,
            rule.aliases,
            rule.fix is not None,
            rule.origin.removeprefix("plugin "),
        )
        for rule in plugins
    )


def codes_of(label: str, extra: Sequence[type[Rule[Any]]] = ()) -> frozenset[str]:
    """The codes that a code, a name, a former name or a family means; empty if it means none."""
    wanted = label.casefold()
    return frozenset(
        rule.code
        for rule in (*known_rules(), *extra)
        if wanted in {rule.code.casefold(), family_of(rule.code).casefold(), rule.name, *rule.aliases}
    )


class Session:
    """A request, resolved: its settings by configuration file, and its files.

    Raises:
        ListlintError: a mistake in the request or in a configuration file.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.plugins = () if request.isolated else plugin_rules()
        self.infos = rule_infos(self.plugins)
        self.today = datetime.datetime.now(datetime.UTC).date()
        self._settings: dict[Path | None, Settings] = {}
        self._extra: dict[int, Mapping[str, type[Rule[Any]]]] = {}
        self._engines: dict[int, tuple[Mapping[str, RuleSetting], Engine]] = {}
        self.main = self.settings_of(self._main_config())
        self.notices: list[str] = []
        self._strings = RunStrings(frozenset())
        self._bibliographies: list[Path] = []
        self.link_run: LinkRun | None = None
        self.travels = False
        """what it finds goes to another process"""

    # -- configuration ----------------------------------------------------------------------------

    def _main_config(self) -> Path | None:
        if self.request.isolated:
            return None
        if self.request.config is not None:
            if not self.request.config.is_file():
                raise ListlintError("no such file", path=str(self.request.config), code="no-such-file")
            return self.request.config
        return find_config(Path.cwd())

    def _config_for(self, path: Path) -> Path | None:
        if self.request.isolated or self.request.config is not None:
            return self.request.config
        return find_config(path)

    def settings_of(self, config: Path | None) -> Settings:
        """The settings that a configuration file makes together with the command line."""
        if config not in self._settings:
            settings = resolve(self.infos, config, self.request.overrides, named=self.request.config is not None)
            self._extra[id(settings)] = {rule.code: rule for rule in (*self.plugins, *_pattern_rules(settings))}
            self._settings[config] = settings
        return self._settings[config]

    def extra_rules(self, settings: Settings) -> Mapping[str, type[Rule[Any]]]:
        """The rules that are not ours, by code: those of plugins, and those that the configuration defines."""
        return self._extra[id(settings)]

    @property
    def others(self) -> tuple[type[Rule[Any]], ...]:
        """The rules of this run that are not ours; of several with one code, that of the main configuration."""
        found: dict[str, type[Rule[Any]]] = {}
        for settings in (self.main, *self._settings.values()):
            found = {**self._extra[id(settings)], **found}
        return tuple(found[code] for code in sorted(found))

    def settings_for(self, path: Path) -> Settings:
        """The settings of the configuration that is nearest to a file."""
        return self.settings_of(self._config_for(path))

    def engine(self, file: File) -> Engine:
        """The engine with the rules that hold for a file; files with equal rules share it."""
        settings = self.settings_of(file.config)
        rules = settings.for_path(file.path or Path(file.shown))
        known = self._engines.get(id(rules))
        if known is None:
            extra = self.extra_rules(settings)
            classes = {**{rule.code: rule for rule in known_rules()}, **extra}
            codes = partial(codes_of, extra=tuple(extra.values()))
            active = [
                Active(classes[code](cast("Options | None", setting.chosen)), setting.severity, setting.severity_is_set)
                for code, setting in rules.items()
                if setting.enabled and self._runs(classes[code])
            ]
            _hold_to_examples([classes[code] for code, setting in rules.items() if setting.enabled])
            known = self._engines[id(rules)] = (
                rules,
                Engine(active, codes, debug=self.request.debug, processes=self._jobs),
            )
        return known[1]

    def _runs(self, rule: type[Rule[Any]]) -> bool:
        """Tell whether a rule is asked at all: what the network says is heard only where it was asked."""
        about_links = LinkStatus in rule.needs
        return about_links if self.request.links_only else not about_links or self.request.links is not None

    # -- files ------------------------------------------------------------------------------------

    def files(self) -> list[File]:
        """The files to check, in the order in which they are shown."""
        request = self.request
        found: list[File] = []
        paths = [path for path in request.paths if path != "-"]
        if len(paths) < len(request.paths):
            name = Path(request.stdin_filename)
            found.append(File(request.stdin_filename, None, self._config_for(name)))
        if paths or not found:
            discovery = discover(
                paths,
                root=self.main.root,
                include=self.main.include,
                exclude=self.main.exclude,
                force_exclude=request.force_exclude,
            )
            self.notices.extend(discovery.notices)
            named = {Path(path).absolute() for path in paths}
            for path in discovery.files:
                file = File(path.as_posix(), path, self._config_for(path))
                # What is named is checked; what a search found is not, if the configuration nearest to it says so.
                spared = path.absolute() in named and not request.force_exclude
                if spared or not self.settings_of(file.config).excludes(path):
                    found.append(file)
        return sorted(found, key=lambda file: file.shown)

    def read(self, file: File) -> Document:
        """Read and parse one file.

        Raises:
            ListlintError: it cannot be read, or is no text that listlint reads.
        """
        if file.path is None:
            raw = self.request.stdin or b""
        else:
            try:
                raw = file.path.read_bytes()
            except OSError as error:
                raise ListlintError(
                    f"cannot be read: {error.strerror or error}", path=file.shown, code="unreadable"
                ) from error
        source = Source.from_bytes(raw, file.shown)
        return parse(source, halves=self.engine(file).shares(source))

    # -- the two jobs -----------------------------------------------------------------------------

    def documents(self) -> tuple[list[Document], list[ListlintError]]:
        """All files parsed, and the errors of those that cannot be."""
        documents, errors = [], []
        for file in self.files():
            try:
                documents.append(self.read(file))
            except ListlintError as error:
                errors.append(error)
        return documents, errors

    def check(self, look: Look | None = None) -> Result:
        """Check all files; ``look`` is another way to do so."""
        files = self.files()
        comparison = self.comparison(files)
        result, checked = (look or check_all)(self, files)
        return result if comparison is None else comparison.apply(result, self.ran(files, checked))

    def spread(self, files: Sequence[File], work: Work[T]) -> list[T]:
        """Do work on files, in worker processes where that pays; in the order of no promise."""
        self.gather(files)
        return self.share(files, work)

    def gather(self, files: Sequence[File]) -> None:
        """Learn what the files of the run have in common: the macros of its bibliographies."""
        paths = [file.path for file in files if file.path is not None]
        if self.request.paths and any(path.suffix.lower() == ".bib" for path in paths):
            paths += other_bibliographies(paths, self.main)
        self._bibliographies = [path for path in paths if path.suffix.lower() == ".bib"]
        self._strings = run_strings(paths)

    def share(self, files: Sequence[File], work: Work[T]) -> list[T]:
        """As :meth:`spread`, for some of the files of which :meth:`gather` was told."""
        return self._parallel(files, work) if self._pays(files) else work(self, files)

    @property
    def strings(self) -> RunStrings:
        """The macros that the bibliographies of the run define."""
        return self._strings

    def finish(self, files: Sequence[File], checked: list[Checked]) -> Result:
        """The result of a run, with what the rules over all its files find."""
        read = self._project(files, checked)
        checked.sort(key=lambda item: item.shown)
        found = sorted((d for item in checked for d in item.found), key=reading_order)
        return Result(
            diagnostics=tuple(found),
            errors=tuple(item.error for item in checked if item.error is not None),
            notices=tuple(dict.fromkeys((*self._config_notices(), *self.notices, *_skipped(checked, self.plugins)))),
            files=sum(item.error is None for item in checked),
            entries=sum(item.entries for item in checked),
            links=sum(item.links for item in checked),
            sources={source.path: source for source in read},
            fail_on=self.fail_on,
            paths=tuple(item.shown for item in checked if item.error is None),
        )

    # -- what is known ----------------------------------------------------------------------------

    def comparison(self, files: Sequence[File]) -> Comparison | None:
        """What the findings in these files are held against, if anything.

        Raises:
            ListlintError: there is no such commit or baseline, or the baseline cannot be read.
        """
        mode = self.request.compare
        if mode is None:
            return None
        from listlint.changes import Comparison

        known = self.known_file(files, mode.baseline) if mode.use_baseline else None
        if known is None and mode.strict:
            raise ListlintError("there is no baseline", code="no-such-file", hint="write it with: listlint baseline")
        base = self._base(files, mode.since) if mode.since is not None else None
        known = known.following(base) if known is not None else None
        if base is None:
            return Comparison(mode=mode, known=known) if known is not None else None
        earlier = Earlier(self, base)
        return Comparison(
            mode=mode, known=known, base=base, uncertain=earlier.uncertain, lint_base=partial(earlier.lint, files)
        )

    def known_file(self, files: Sequence[File], named: Path | None = None, *, new: bool = False) -> KnownFile | None:
        """The baseline: the one that is named, or configured, or stands at the root of the configuration.

        None where nobody asked for one and there is none; with ``new`` it has no records instead.

        Raises:
            ListlintError: it is not there though somebody asked for it, or cannot be read.
        """
        from listlint import baseline
        from listlint.changes import KnownFile, load

        own = self.main.baseline
        root = self.main.root.absolute() if self.main.files else repository_root(Path.cwd())
        file = named or root / (own or baseline.FILE)
        if named is None:
            if own == "" or (not new and own is None and (self.request.isolated or not file.is_file())):
                return None
            if not is_inside(own or baseline.FILE, root):
                raise ListlintError("leads out of the repository", path=shown(file), code="outside-repository")
        paths = {file.shown: (file.path or Path(file.shown)).absolute() for file in files}
        records = () if new and not file.exists() else load(file, shown(file))
        return KnownFile(file.absolute(), shown(file), root, paths, records)

    def ran(self, files: Sequence[File], checked: Sequence[Checked]) -> Ran:
        """Which rules ran on which files."""
        from listlint.changes import Ran

        by_name = {file.shown: file for file in files}
        rules = (*known_rules(), *self.plugins)
        about_links = {rule.code for rule in rules if LinkStatus in rule.needs}
        codes = {
            item.shown: frozenset(rule.code for rule in self.engine(by_name[item.shown]).active)
            - {*item.skipped, *about_links}
            for item in checked
            if item.error is None
        }
        return Ran(codes, frozenset(rule.code for rule in rules if rule.node_type() is Project))

    def _base(self, files: Sequence[File], ref: str) -> Base:
        from listlint.facts.base import Base

        if any(file.path is None for file in files):
            raise ListlintError("standard input has no history to compare with", code="no-base")
        return Base(ref, {file.shown: file.path.absolute() for file in files if file.path is not None}, Path.cwd())

    def _config_notices(self) -> Iterator[str]:
        for settings in (self.main, *self._settings.values()):
            yield from settings.notices

    @property
    def fail_on(self) -> Severity | None:
        """The least severity that fails the run; where only links are asked for, an error, whatever the file says."""
        own = self.request.overrides.fail_on
        return Severity.ERROR if self.request.links_only and own is None else self.main.fail_on

    @property
    def _jobs(self) -> int:
        return self.request.jobs or os.cpu_count() or 1

    def _pays(self, files: Sequence[File]) -> bool:
        if (
            self.request.links is not None
            or self._jobs < 2
            or len(files) < 2
            or self.request.debug
            or any(file.path is None for file in files)
        ):
            return False
        size = 0
        for file in files:
            try:
                size += file.path.stat().st_size if file.path else 0
            except OSError:
                continue
        return size >= PARALLEL_BYTES

    def _parallel(self, files: Sequence[File], work: Work[T]) -> list[T]:
        """Do batches of about equal size in worker processes."""
        from concurrent.futures import ProcessPoolExecutor

        jobs = min(self._jobs, len(files))
        sizes = {file.shown: file.path.stat().st_size if file.path and file.path.exists() else 0 for file in files}
        batches: list[list[File]] = [[] for _ in range(jobs * 2)]
        loads = [0] * len(batches)
        for file in sorted(files, key=lambda file: -sizes[file.shown]):
            index = loads.index(min(loads))
            batches[index].append(file)
            loads[index] += sizes[file.shown]
        with ProcessPoolExecutor(jobs) as pool:
            results = pool.map(_work, [(work, self.request, batch, self._strings) for batch in batches if batch])
            return [item for result in results for item in result]

    def prepare(self, files: Sequence[File]) -> list[Prepared]:
        """Read and parse files, gather what rules need to know of them, and pick their rules."""
        prepared = []
        for file in files:
            item = Prepared(file)
            try:
                item.document = self.read(file)
            except ListlintError as error:
                item.error = error
            prepared.append(item)
        documents = [item.document for item in prepared if item.document is not None]
        if self.request.links is not None and self.link_run is None:
            self.link_run = self.liveness(files, documents).check()
            self.notices.extend(self.link_run.notices)
        trees = self._trees(files, documents)
        for item in prepared:
            if item.document is not None:
                item.facts = self._facts(trees.get(item.file.shown))
        return prepared

    def link_plan(self) -> Mapping[str, int]:
        """How many links each host would be asked for."""
        files = self.files()
        return self.liveness(files, [self.read(file) for file in files]).dry_run()

    def history(self, *, store: bool) -> History:
        """The link history of the configuration.

        Raises:
            ListlintError: the configuration has none.
        """
        from listlint.net.history import History

        if not self.main.require_links().store:
            raise ListlintError("the configuration keeps no link history", code="no-history", hint="see `store`")
        return History.open(self.main.root / self.main.links.store, now=time.time(), store=store)

    def liveness(self, files: Sequence[File], documents: Sequence[Document]) -> Liveness:
        """The links of these documents, ready to be asked for."""
        from listlint.liveness import LinkMode, Liveness

        paths = {file.shown: file.path for file in files if file.path is not None}
        mode = self.request.links or LinkMode()
        return Liveness(mode, self.main.require_links(), self.main.root, documents, paths)

    def _facts(self, tree: RepositoryFiles | None) -> dict[type, object]:
        """What is known of a document besides its text."""
        known: dict[type, object] = {Today: Today(self.today), RunStrings: self._strings}
        if self.link_run is not None:
            known[LinkStatus] = self.link_run.status
        return known | {RepositoryFiles: tree} if tree else known

    def wants_trees(self, files: Sequence[File]) -> bool:
        """Tell whether some rule of the run needs to know what the git tree holds; then all are told."""
        return any(RepositoryFiles in item.rule.needs for file in files for item in self.engine(file).active)

    def _trees(self, files: Sequence[File], documents: Sequence[Document]) -> dict[str, RepositoryFiles]:
        wanted = self.wants_trees(files)
        paths = {file.shown: file.path.absolute() for file in files if file.path is not None}
        return by_repository(documents, paths, parse) if wanted else {}

    def keep(self, item: Checked, engine: Engine, document: Document) -> None:
        """Keep of a document what the rules over the whole run ask for: it, or less where it would have to travel."""
        if self.travels:
            item.digest = engine.digest(document)
        else:
            item.document = document

    def _project(self, files: Sequence[File], checked: Sequence[Checked]) -> list[Source]:
        """Run the rules over the whole run, add what they find to each file's findings, and give what they read."""
        kept = [item for item in checked if item.document is not None or item.digest is not None]
        if not kept:
            return []
        by_name = {file.shown: file for file in files}
        engine = self.engine(by_name[kept[0].shown])
        others = list(self._others(files))
        if not engine.asks(len(kept) + len(others)):
            return [one.source for item in kept if (one := item.digest or item.document) is not None]
        for item in kept:
            if item.document is not None:
                item.digest = self.engine(by_name[item.shown]).digest(item.document)
        digests = [item.digest for item in kept if item.digest is not None]
        digests += map(engine.digest, others)
        extras = engine.lint_project(digests)
        # What is found in other files is not shown, but a crash there is no matter of the file.
        shown = {item.shown for item in kept}
        crashes = [one for path in extras.keys() - shown for one in extras[path] if one.code == CRASH_CODE]
        extras[kept[0].shown] = [*extras.get(kept[0].shown, ()), *crashes]
        for item in kept:
            extra = extras.get(item.shown, [])
            if item.digest is None or not extra:
                continue
            engine = self.engine(by_name[item.shown])
            active = {CRASH_CODE, *(rule.code for rule in engine.active)}
            extra = [diagnostic for diagnostic in extra if diagnostic.code in active]
            document = item.digest.document
            if document is not None and document.directives:
                tree = self._trees([by_name[item.shown]], [document]).get(item.shown)
                item.found = engine.lint(document, self._facts(tree), extra)
            else:
                item.found = fingerprint(sorted([*item.found, *extra], key=reading_order))
        return [digest.source for digest in digests]

    def other_files(self, files: Sequence[File]) -> Iterator[File]:
        """The lists of the repository that were not named, where some rule looks at the whole run."""
        named = [file.path or Path(file.shown) for file in files]
        for path in other_lists(named, self.main) if self.request.paths else ():
            file = File(path.as_posix(), path, self._config_for(path))
            if not self.settings_of(file.config).excludes(path) and self.engine(file).has_project_rules:
                yield file

    def _others(self, files: Sequence[File]) -> Iterator[Document]:
        """Those lists, read; one that cannot be read says nothing."""
        for file in self.other_files(files):
            try:
                yield self.read(file)
            except ListlintError:
                continue


class Earlier(Session):
    """The same run, by the same rules, over what its files were in the base."""

    def __init__(self, head: Session, base: Base) -> None:
        super().__init__(replace(head.request, links=None, compare=None))
        self.head = head
        self.base = base
        self.today = head.today
        self._codes: Collection[str] | None = None

    def _runs(self, rule: type[Rule[Any]]) -> bool:
        return super()._runs(rule) and (self._codes is None or rule.code in self._codes)

    def uncertain(self) -> frozenset[str]:
        """The codes of rules that may judge a file otherwise though it is the same."""
        rules = (*known_rules(), *self.plugins)
        if self._strings_then() != self.head._strings:
            return frozenset(rule.code for rule in rules)
        others = (Project, Suppressions)
        return frozenset(
            rule.code
            for rule in rules
            if rule.node_type() in others or RepositoryFiles in rule.needs or LinkStatus in rule.needs
        )

    def lint(self, files: Sequence[File], names: Collection[str] | None, codes: Collection[str]) -> Result:
        """What rules of these codes find in these files (None: all) as they were, under their present names."""
        unused = {rule.code for rule in (*known_rules(), *self.plugins) if rule.node_type() is Suppressions}
        self._codes = None if unused & set(codes) else codes
        self._engines.clear()
        there = [file for file in files if self.base.place(file.shown) is not None]
        chosen = [file for file in there if names is None or file.shown in names]
        self._strings = self._strings_then()
        return self.finish(chosen, check_batch(self, chosen))

    def read(self, file: File) -> Document:
        """Read and parse one file as it was.

        Raises:
            ListlintError: it cannot be read, or is no text that listlint reads.
        """
        return parse(Source.from_bytes(self.base.content(file.shown) or b"", file.shown))

    def _trees(self, files: Sequence[File], documents: Sequence[Document]) -> dict[str, RepositoryFiles]:
        if not self.wants_trees(files):
            return {}
        found: dict[str, RepositoryFiles] = {}
        for root, tree in self.base.trees.items():
            mine = [document for document in documents if self.base.root(document.path) == root]
            inside = {place: document for document in mine if (place := self.base.place(document.path)) is not None}
            facts = tree_of(frozenset(tree.files), inside, partial(self._read_at, root))
            found |= dict.fromkeys(facts.documents, facts)
        return found

    def _read_at(self, root: Path, place: str) -> Document | None:
        try:
            content = self.base.content_at(root, place)
            return None if content is None else parse(Source.from_bytes(content, place))
        except ListlintError:
            return None

    def _others(self, files: Sequence[File]) -> Iterator[Document]:
        """The lists that were not named, and those that are no longer there."""
        for file in self.other_files(files):
            try:
                content = self.base.content_of(file.path) if file.path is not None else None
                if content is not None:
                    yield parse(Source.from_bytes(content, file.shown))
            except ListlintError:
                continue
        for path, content in self._gone(MARKDOWN):
            try:
                yield parse(Source.from_bytes(content, shown(path)))
            except ListlintError:
                continue

    def _strings_then(self) -> RunStrings:
        """The macros that the bibliographies of the run defined."""
        contents = [self.base.content_of(path) or b"" for path in self.head._bibliographies]
        contents += [content for _, content in self._gone((".bib",))]
        return RunStrings(frozenset(name for content in contents for name in strings_of(content)))

    def _gone(self, suffixes: Collection[str]) -> Iterator[tuple[Path, bytes]]:
        """Files of these kinds that the run would have read if they were still there."""
        for root, place in self.base.gone():
            path = root / place
            settings = self.settings_of(self._config_for(path))
            if path.suffix.lower() not in suffixes or settings.excludes(path):
                continue
            content = self.base.content_at(root, place) or b""
            if self._was_list(path, content):
                yield path, content

    def _was_list(self, path: Path, content: bytes) -> bool:
        include, root = self.main.include, self.main.root.absolute()
        if include is not None and path.is_relative_to(root):
            return globs(include).match_file(path.relative_to(root).as_posix())
        if path.suffix.lower() == ".bib":
            return bool(self.request.paths)
        return looks_like_list(content.decode("utf-8", "replace"))


def _pattern_rules(settings: Settings) -> list[type[Rule[Any]]]:
    """The rules that a configuration defines, held to their examples.

    Raises:
        ListlintError: an example is not as the rule sees it.
    """
    if not settings.patterns:
        return []
    from listlint.checks.patterns import rule_of
    from listlint.patterns import broken_examples

    rules = [rule_of(placed.pattern, str(placed.origin)) for placed in settings.patterns]
    raise_all(
        [
            placed.error(message, *keys)
            for placed, rule in zip(settings.patterns, rules, strict=True)
            for keys, message in broken_examples(rule)
        ]
    )
    return [*rules]


def _hold_to_examples(rules: Sequence[type[Rule[Any]]]) -> None:
    """Hold those of the rules that are patterns of ours to their examples, unless the index vouches for them.

    Raises:
        ListlintError: an example is not as the rule sees it.
    """
    # What the index tells of is no class yet, and whoever wrote it tried the examples of just these files.
    if shipped := [rule for rule in rules if isinstance(rule, type) and family_of(rule.code) == OWN_FAMILY]:
        from listlint.patterns import hold_to_examples

        hold_to_examples(cast("list[type[PatternRule]]", shipped))


def _skipped(checked: Sequence[Checked], plugins: Sequence[type[Rule[Any]]]) -> Iterator[str]:
    """Say once of each rule that it could not run, and for how many files."""
    counts = Counter(code for item in checked for code in item.skipped)
    for rule in (*known_rules(), *plugins):
        if count := counts[rule.code]:
            wants = " and ".join(fact.WANTED for fact in rule.needs)
            files = "1 file" if count == 1 else f"{count} files"
            yield f"{rule.code} ({rule.name}) was not run on {files}: it needs {wants}"


def check_all(session: Session, files: Sequence[File]) -> tuple[Result, list[Checked]]:
    """The result of a run, and what became of each of its files."""
    checked = session.spread(files, check_batch)
    return session.finish(files, checked), checked


def check_batch(session: Session, files: Sequence[File]) -> list[Checked]:
    """Check files in this process: parse all, gather facts once, lint each."""
    checked = []
    for prepared in session.prepare(files):
        item, document = Checked(prepared.file.shown, error=prepared.error), prepared.document
        if document is not None:
            engine = session.engine(prepared.file)
            item.found = engine.lint(document, prepared.facts)
            item.skipped = engine.lacking(prepared.facts)
            item.entries, item.links = len(document.entries), len(document.links)
            if session.request.keep_raw:
                item.reads, item.raw = _reads(document, prepared.facts), document.source.raw
            if engine.has_project_rules:
                session.keep(item, engine, document)
        checked.append(item)
    return checked


def _reads(document: Document, facts: Mapping[type, object]) -> tuple[str, ...]:
    tree = facts.get(RepositoryFiles)
    if not isinstance(tree, RepositoryFiles) or document.path not in tree.documents:
        return ()
    return tuple(sorted(set(neighbours(tree.documents[document.path], document, tree.files))))


def _work(job: tuple[Work[T], Request, list[File], RunStrings]) -> list[T]:
    """Do a batch in a worker process, which is told what is known of the whole run."""
    work, request, files, strings = job
    session = Session(replace(request, jobs=1))
    session.travels = True
    session._strings = strings
    return work(session, files)
