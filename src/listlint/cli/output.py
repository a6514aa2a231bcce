"""``--output FORMAT[:FILE]``: several reports of one run, each to a file or to standard output."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from listlint.model.errors import ListlintError
from listlint.report.formats import DESCRIBING_FORMATS, FORMATS, MACHINE_FORMATS, renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.shell_completion import CompletionItem

    from listlint.model.result import Result
    from listlint.report.formats import Renderer
    from listlint.report.options import RenderOptions

    Command = Callable[..., Any]
    _Type = click.ParamType["Output"]
else:
    _Type = click.ParamType  # generic for type checkers only, in the oldest click that we take

NAMES = tuple(name for name in FORMATS if name != "statistics")
SUMMARY = "GITHUB_STEP_SUMMARY"
"""Names the file to which the steps of a GitHub job append what their summaries show."""
_WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY", "WORKSPACE")
"""Where GitHub, GitLab, Azure and Jenkins have the root of the repository."""


class Output(NamedTuple):
    """A report that is wanted; ``file`` is None for standard output."""

    format: str
    file: str | None = None

    def __str__(self) -> str:
        """As it is written on the command line."""
        return self.format if self.file is None else f"{self.format}:{self.file}"


class OutputType(_Type):
    """Reads ``FORMAT[:FILE]``; the first colon divides, so a drive letter may follow it."""

    name = "FORMAT[:FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Read one value."""
        if isinstance(value, Output):
            return value
        label, colon, file = str(value).partition(":")
        if label not in NAMES:
            self.fail(f"there is no format {label!r}; there are {', '.join(NAMES)}", param, ctx)
        if colon and not file:
            self.fail(f"no file is named behind {value!r}", param, ctx)
        return Output(label, None if file in ("", "-") else file)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Offer the formats that fit."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in NAMES if name.startswith(incomplete)]


def output_option(default: str) -> Callable[[Command], Command]:
    """The option ``--output``, which may be given several times."""
    return click.option(
        "--output",
        "output",
        type=OutputType(),
        multiple=True,
        envvar="LISTLINT_OUTPUT",
        metavar="FORMAT[:FILE]",
        help=f"Report format, and the file to write it to; may be repeated. {', '.join(NAMES)}.  [default: {default}]",
    )


def outputs(values: Sequence[Output], default: str) -> tuple[Output, ...]:
    """The reports that are wanted, ``default`` on standard output if none is named.

    Asked before a run, so that a mistake shows before the work is done.

    Raises:
        ListlintError: two want standard output or one file, or a file cannot be there.
    """
    wanted = tuple(dict.fromkeys(values)) or (Output(default),)
    streamed = [output for output in wanted if output.file is None]
    if len(streamed) > 1:
        raise ListlintError(
            f"standard output takes one report, and {' and '.join(map(str, streamed))} want it",
            code="output",
            hint=f"give all but one a file: --output {streamed[-1]}:FILE",
        )
    taken: dict[str, Output] = {}
    for output in wanted:
        if output.file is not None:
            _must_be_possible(output.file)
            other = taken.setdefault(os.path.realpath(output.file), output)
            if other is not output:
                raise ListlintError(f"{other} and {output} are one file", code="output")
    return wanted


def with_statistics(wanted: Sequence[Output]) -> tuple[Output, ...]:
    """The same with ``--statistics``: people see the counts of the rules, programs what they asked for."""
    machine = tuple(output for output in wanted if output.file is not None or output.format in MACHINE_FORMATS)
    return machine if any(output.file is None for output in machine) else (*machine, Output("statistics"))


def _must_be_possible(file: str) -> None:
    path = Path(file)
    if path.is_dir():
        raise ListlintError("this is a folder, not a file", path=file, code="output")
    if not path.parent.is_dir():
        raise ListlintError(f"there is no folder {path.parent}", path=file, code="output", hint="make it first")


def write_all(
    result: Result,
    wanted: Sequence[Output],
    options: RenderOptions,
    render: Callable[[str], Renderer] = renderer,
    others: Sequence[Any] = (),
) -> list[ListlintError]:
    """Write all reports, those in files first; ``options`` are those of standard output.

    ``render`` gives the function that writes a format. ``others`` are the rules of the run that are not ours.

    If a file cannot be written, the other reports are, and what stood in the file before is still there;
    the errors are given back, to be shown at the end and to make the exit code 2.
    """
    from listlint.report.secrets import without_secrets

    result = without_secrets(result)
    options = _completed(wanted, options, others)
    failures: list[ListlintError] = []
    for output in wanted:
        if output.file is not None:
            try:
                _write(result, output, options, render(output.format))
            except OSError as error:
                reason = f"cannot be written: {error.strerror or error}"
                failures.append(ListlintError(reason, path=output.file, code="output"))
    for output in wanted:
        if output.file is None:
            if output.format in MACHINE_FORMATS:
                _use_utf8()
            render(output.format)(result, sys.stdout, options)
            sys.stdout.flush()
    return failures


def only_files(wanted: Sequence[Output]) -> bool:
    """Tell whether nothing is written to standard output, so that people see no report."""
    return all(output.file is not None for output in wanted)


def _use_utf8() -> None:
    """Make standard output UTF-8, which is what programs expect, unless people look at it."""
    if hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")


def _completed(wanted: Sequence[Output], options: RenderOptions, others: Sequence[Any]) -> RenderOptions:
    """The options with what these formats need: where the repository starts, what rules say."""
    from msgspec.structs import replace

    if any(output.format in DESCRIBING_FORMATS for output in wanted):
        from listlint.catalogue import rule_texts

        options = replace(options, rules=rule_texts(others))
    if any(output.format in MACHINE_FORMATS for output in wanted):
        here = Path.cwd().resolve()
        options = replace(options, folder=here.as_posix(), root=_root(here).as_posix())
    return options


def _root(here: Path) -> Path:
    """The root of the repository in which ``here`` lies, else of what the CI checked out, else ``here``."""
    for folder in (here, *here.parents):
        if (folder / ".git").exists():
            return folder
    spaces = [Path(os.environ[name]).resolve() for name in _WORKSPACES if os.environ.get(name)]
    return next((space for space in spaces if here.is_relative_to(space)), here)


def _write(result: Result, output: Output, options: RenderOptions, render: Renderer) -> None:
    from msgspec.structs import replace

    assert output.file is not None
    options = replace(options, colour=False)
    if not _is_job_summary(output.file):
        with written(output.file) as stream:
            render(result, stream, options)
        return
    path = Path(output.file)
    if output.format == "markdown":
        from listlint.report.markdown import LIMIT

        options = replace(options, room=LIMIT - (path.stat().st_size if path.exists() else 0))
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        render(result, stream, options)


def _is_job_summary(file: str) -> bool:
    """Tell whether other programs of the step have written to this file, and may want to."""
    summary = os.environ.get(SUMMARY)
    return bool(summary) and os.path.realpath(file) == os.path.realpath(summary or "")


@contextmanager
def written(file: str) -> Iterator[TextIO]:
    """A text file, UTF-8 with LF, that is there whole or not at all; ``-`` is standard output.

    A link is followed, the mode of a file that is replaced is kept, and a device or pipe is written directly.
    """
    if file == "-":
        yield sys.stdout
        return
    path = Path(os.path.realpath(file))
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
