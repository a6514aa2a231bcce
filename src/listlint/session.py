"""One run, from paths to a result: discover, configure, parse, gather facts, lint."""

from __future__ import annotations

import datetime
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from listlint.checks.registry import all_rules, family_of
from listlint.config.load import find_config
from listlint.config.merge import resolve
from listlint.config.schema import Overrides, RuleInfo
from listlint.discover import discover
from listlint.engine.fingerprint import fingerprint
from listlint.engine.run import Active, Engine
from listlint.facts.files import by_repository
from listlint.facts.strings import run_strings
from listlint.model.diagnostic import Severity
from listlint.model.errors import ListlintError
from listlint.model.facts import RepositoryFiles, RunStrings, Today
from listlint.model.links import LinkStatus
from listlint.model.result import Result, reading_order
from listlint.model.source import Source
from listlint.parse.markdown import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.checks.api import Options, Rule
    from listlint.config.layers import Settings
    from listlint.config.schema import RuleSetting
    from listlint.liveness import LinkMode, LinkRun, Liveness
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.nodes import Document
    from listlint.net.history import History

T = TypeVar("T")
Work: TypeAlias = "Callable[[Session, Sequence[File]], list[T]]"
"""What is done with a batch of files; a function of a module, since it travels to other processes."""

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
    skipped: tuple[str, ...] = ()
    """rules that lacked a fact"""


def rule_infos() -> tuple[RuleInfo, ...]:
    """The registry as the configuration sees it."""
    return tuple(
        RuleInfo(rule.code, rule.name, rule.severity, rule.Options, rule.aliases, rule.fix is not None)
        for rule in all_rules()
    )


def codes_of(label: str) -> frozenset[str]:
    """The codes that a code, a name, a former name or a family means; empty if it means none."""
    wanted = label.casefold()
    return frozenset(
        rule.code
        for rule in all_rules()
        if wanted in {rule.code.casefold(), family_of(rule.code).casefold(), rule.name, *rule.aliases}
    )


class Session:
    """A request, resolved: its settings by configuration file, and its files.

    Raises:
        ListlintError: a mistake in the request or in a configuration file.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.infos = rule_infos()
        self.today = datetime.datetime.now(datetime.UTC).date()
        self._settings: dict[Path | None, Settings] = {}
        self._engines: dict[int, tuple[Mapping[str, RuleSetting], Engine]] = {}
        self.main = self.settings_of(self._main_config())
        self.notices: list[str] = []
        self._strings = RunStrings(frozenset())
        self.link_run: LinkRun | None = None

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
            self._settings[config] = resolve(self.infos, config, self.request.overrides)
        return self._settings[config]

    def settings_for(self, path: Path) -> Settings:
        """The settings of the configuration that is nearest to a file."""
        return self.settings_of(self._config_for(path))

    def engine(self, file: File) -> Engine:
        """The engine with the rules that hold for a file; files with equal rules share it."""
        rules = self.settings_of(file.config).for_path(file.path or Path(file.shown))
        known = self._engines.get(id(rules))
        if known is None:
            classes = {rule.code: rule for rule in all_rules()}
            active = [
                Active(classes[code](cast("Options", setting.options)), setting.severity, setting.severity_is_set)
                for code, setting in rules.items()
                if setting.enabled and self._runs(classes[code])
            ]
            known = self._engines[id(rules)] = (
                rules,
                Engine(active, codes_of, debug=self.request.debug, processes=self._jobs),
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
        return parse(Source.from_bytes(raw, file.shown))

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

    def check(self) -> Result:
        """Check all files."""
        files = self.files()
        return self.finish(files, self.spread(files, check_batch))

    def spread(self, files: Sequence[File], work: Work[T]) -> list[T]:
        """Do work on files, in worker processes where that pays; in the order of no promise."""
        self._strings = run_strings(file.path for file in files if file.path is not None)
        return self._parallel(files, work) if self._pays(files) else work(self, files)

    def finish(self, files: Sequence[File], checked: list[Checked]) -> Result:
        """The result of a run, with what the rules over all its files find."""
        self._project(files, checked)
        checked.sort(key=lambda item: item.shown)
        found = sorted((d for item in checked for d in item.found), key=reading_order)
        return Result(
            diagnostics=tuple(found),
            errors=tuple(item.error for item in checked if item.error is not None),
            notices=tuple(dict.fromkeys((*self._config_notices(), *self.notices, *_skipped(checked)))),
            files=sum(item.error is None for item in checked),
            entries=sum(item.entries for item in checked),
            links=sum(item.links for item in checked),
            sources={item.document.path: item.document.source for item in checked if item.document is not None},
            fail_on=self.fail_on,
        )

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
        if self.request.links is not None:
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

        if not self.main.links.store:
            raise ListlintError("the configuration keeps no link history", code="no-history", hint="see `store`")
        return History.open(self.main.root / self.main.links.store, now=time.time(), store=store)

    def liveness(self, files: Sequence[File], documents: Sequence[Document]) -> Liveness:
        """The links of these documents, ready to be asked for."""
        from listlint.liveness import LinkMode, Liveness

        paths = {file.shown: file.path for file in files if file.path is not None}
        mode = self.request.links or LinkMode()
        return Liveness(mode, self.main.links, self.main.root, documents, paths)

    def _facts(self, tree: RepositoryFiles | None) -> dict[type, object]:
        """What is known of a document besides its text."""
        known: dict[type, object] = {Today: Today(self.today), RunStrings: self._strings}
        if self.link_run is not None:
            known[LinkStatus] = self.link_run.status
        return known | {RepositoryFiles: tree} if tree else known

    def _trees(self, files: Sequence[File], documents: Sequence[Document]) -> dict[str, RepositoryFiles]:
        wanted = any(RepositoryFiles in item.rule.needs for file in files for item in self.engine(file).active)
        paths = {file.shown: file.path.absolute() for file in files if file.path is not None}
        return by_repository(documents, paths, parse) if wanted else {}

    def _project(self, files: Sequence[File], checked: Sequence[Checked]) -> None:
        """Run the rules over the whole run, and add what they find to each file's findings."""
        documents = [item.document for item in checked if item.document is not None]
        if not documents:
            return
        by_name = {file.shown: file for file in files}
        extras = self.engine(by_name[documents[0].path]).lint_project(documents)
        for item in checked:
            extra = extras.get(item.shown, [])
            if item.document is None or not extra:
                continue
            engine = self.engine(by_name[item.shown])
            active = {rule.code for rule in engine.active}
            extra = [diagnostic for diagnostic in extra if diagnostic.code in active]
            if item.document.directives:
                tree = self._trees([by_name[item.shown]], [item.document]).get(item.shown)
                item.found = engine.lint(item.document, self._facts(tree), extra)
            else:
                item.found = fingerprint(sorted([*item.found, *extra], key=reading_order))


def _skipped(checked: Sequence[Checked]) -> Iterator[str]:
    """Say once of each rule that it could not run, and for how many files."""
    counts = Counter(code for item in checked for code in item.skipped)
    for rule in all_rules():
        if count := counts[rule.code]:
            wants = " and ".join(fact.WANTED for fact in rule.needs)
            files = "1 file" if count == 1 else f"{count} files"
            yield f"{rule.code} ({rule.name}) was not run on {files}: it needs {wants}"


def check_batch(session: Session, files: Sequence[File]) -> list[Checked]:
    """Check files in this process: parse all, gather facts once, lint each."""
    checked = []
    for prepared in session.prepare(files):
        item = Checked(prepared.file.shown, error=prepared.error, document=prepared.document)
        if item.document is not None:
            engine = session.engine(prepared.file)
            item.found = engine.lint(item.document, prepared.facts)
            item.skipped = engine.lacking(prepared.facts)
            item.entries, item.links = len(item.document.entries), len(item.document.links)
            if not engine.has_project_rules:
                item.document = None
        checked.append(item)
    return checked


def _work(job: tuple[Work[T], Request, list[File], RunStrings]) -> list[T]:
    """Do a batch in a worker process, which is told what is known of the whole run."""
    work, request, files, strings = job
    session = Session(replace(request, jobs=1))
    session._strings = strings
    return work(session, files)
