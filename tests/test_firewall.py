"""Nothing hostile gets through the command line: every command, every format, with a runner listening and without.

Commands, their options and formats are taken from the program, so that a new one is tested as it comes.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import warnings
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest

import listlint.session
from listlint.cli import run
from listlint.cli.main import main
from listlint.cli.output import NAMES, OutputType
from listlint.config.schema import Overrides
from listlint.report.formats import ENTRY_FORMATS, FORMATS
from listlint.report.style import Ink
from tests.report.runner import agent_commands, commands, lenient_commands
from tests.report.test_sanitise import is_safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ATTACKS = (
    "::error file=a,line=1::pwned",
    "::stop-commands::pwned",
    "##[error]pwned",
    "##vso[task.setvariable variable=PATH]pwned",
    "##teamcity[buildStop comment='pwned']",
    "%0A::error::pwned",
    "#\u200b#[group]pwned",
    ":\u00ad:error::pwned",
    "\x1b[31mpwned\x1b[0m",
    "\x1b]8;;https://evil.dev\x07pwned\x1b]8;;\x07",
    "\x1b]0;pwned\x07",
    "\x9b31mpwned",
    "\x90pwned\x9c",
    "\u202epwned\u202c",
    "\u2066pwned\u2069",
    "\u200epwned\u061c",
    "\x85::error::pwned",
    "\u2028::error::pwned",
    "\u2029##[error]pwned",
    "\x0b::error::pwned",
    "\x0c##[error]pwned",
    "\x08\x7fpwned",
    "=HYPERLINK(1)|pwned",
    "\udcff\udc9b31mpwned",
)
"""What acts, on a terminal or on a runner; a lone surrogate stands for a byte that is not UTF-8."""
WHOLE = " ".join(ATTACKS) + "\n::error::pwned\r::error::pwned\n"
RUNNERS: tuple[dict[str, str], ...] = ({}, {"GITHUB_ACTIONS": "true", "CI": "true"}, {"TF_BUILD": "True", "CI": "true"})
MARK = "pwned"

# --- the program ---------------------------------------------------------------------------------------


class Done(NamedTuple):
    """What a run of the program came to."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode() + self.err.decode()


@cache
def warm() -> None:
    """Load, before this process is copied, what every copy would have to load for itself."""
    for name in ("baseline", "changes", "liveness", "net.checker", "net.history", "repair", "scaffold.survey"):
        if find_spec(f"listlint.{name}") is not None:
            import_module(f"listlint.{name}")
    for form in (*FORMATS.values(), *ENTRY_FORMATS.values()):
        import_module(f"listlint.report.{form[0]}")
    text = hostile_list().encode("utf-8", "surrogateescape")
    request = listlint.session.Request(paths=("-",), stdin=text, isolated=True, overrides=Overrides(preset="all"))
    listlint.session.Session(request).check()


def drive(folder: Path, *arguments: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> Done:
    """Run the command line in a folder: in a copy of this process where there is such a thing, since it starts at once."""
    kept = {name: value for name, value in os.environ.items() if not _tells_of_a_runner(name)}
    environment = kept | {"COLUMNS": "120"} | (env or {})
    if not hasattr(os, "fork"):
        done = subprocess.run(
            [sys.executable, "-m", "listlint", *arguments], cwd=folder, env=environment, input=stdin,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)
    warm()
    place = folder.parent / f"{folder.name}-streams"
    place.mkdir(exist_ok=True)
    (place / "0").write_bytes(stdin)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a copy while a server of ours has a thread
        child = os.fork()
    if child == 0:
        _become(folder, place, arguments, environment)
    _, status = os.waitpid(child, 0)
    return Done(os.waitstatus_to_exitcode(status), (place / "1").read_bytes(), (place / "2").read_bytes())


def _become(folder: Path, place: Path, arguments: Sequence[str], environment: dict[str, str]) -> None:
    try:
        for number, mode in enumerate((os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2)):
            os.dup2(os.open(place / str(number), mode, 0o600), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["listlint", *arguments]
        run()
    finally:
        os._exit(99)


def _tells_of_a_runner(name: str) -> bool:
    ours = ("GITHUB_", "LISTLINT_", "TEAMCITY", "FORCE_COLOR", "CLICOLOR", "GIT_")
    return name in {"CI", "TF_BUILD", "NO_COLOR", "PRE_COMMIT"} or name.startswith(ours)


def formats_of(command: click.Command) -> tuple[str, ...]:
    """The formats that a command writes."""
    option = next((param for param in command.params if "--output" in param.opts), None)
    if option is None:
        return ()
    if isinstance(option.type, click.Choice):
        return tuple(option.type.choices)
    return NAMES if isinstance(option.type, OutputType) else ()


NEEDED = {"links": ("--offline", "--no-store"), "completion": ("bash",), "init": ("--dry-run",)}
"""What a command must be given; links are never asked for here, except of our own server."""
MORE = (
    ("check", "--statistics"),
    ("check", "--debug", "--no-color-is-not-an-option"),
    ("check", "--debug"),
    ("check", "--color", "always"),
    ("check", "--jobs", "1", "--select", "ALL"),
    ("check", "-", "--stdin-filename", WHOLE),
    ("check", "--set", f"links.include=[{ATTACKS[0]!r}]"),
    ("check", *(f"no-such-{attack}" for attack in ATTACKS)),
    ("links", "--offline", "--no-store", "--color", "always"),
    ("links", "--dry-run"),
    ("links", "--offline", "--verdicts", "-"),
    ("links", "--offline", "--html", "-"),
    ("links", "--offline", "--issue-body", "-"),
    ("links", "--history"),
    ("links", "--export", "-"),
    ("links", "--import", "history.jsonl", "--history"),
    ("links", "--import", "README.md"),
    ("entries", "--color", "always"),
    ("entries", "no-such-file"),
    ("config", "README.md"),
    ("config", WHOLE),
    ("rule", WHOLE),
    ("rule", "ENC001"),
    ("rule", "--output", "json"),
    ("fix", "--diff"),
    ("fix", "--diff", "--color", "always"),
    ("fix", "--unsafe-fixes"),
    (WHOLE,),
    (),
)


def invocations() -> list[tuple[str, ...]]:
    """Every command in every format, and some more."""
    found: list[tuple[str, ...]] = []
    for name, command in main.commands.items():
        needed = (name, *NEEDED.get(name, ()))
        found += [(*needed, "--output", form) for form in formats_of(command)] or [needed]
    return found + [more for more in MORE if not more or more[0] in main.commands or more[0] == WHOLE]


def invocation_id(value: object) -> str | None:
    return re.sub(r"[^A-Za-z0-9=-]+", "_", " ".join(map(str, value)))[:40] if isinstance(value, tuple) else None


# --- what is hostile -----------------------------------------------------------------------------------


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def hostile_list() -> str:
    lines = ["# List of \x1b[1mthings", "", "- [One](#one)", "- [Gone](#pwned)", ""]
    for number, attack in enumerate(ATTACKS):
        lines += [
            attack, "", f"## {attack} ", "",
            f"- [{attack}](https://evil.dev/{attack.replace(' ', '')}) - {attack}",
            f"- [Same {number}](https://evil.dev/same) - {attack}.  ",
            f"- [{attack}](https://evil{number}.dev/a?x=1&utm_source={attack.replace(' ', '')}) - Ends with teh {attack}",
            f"- [Paper {attack}](http://arxiv.org/pdf/2101.0000{number}v1.pdf) - *{attack}*, NeurIPS 2021, {attack}.",
            f"- [broken {attack}]( https://a.dev/{number} ) {attack}",
            f"- [ref {attack}][{attack}]",
            f"| {attack} | [{attack}](other-{number}.md#{attack.replace(' ', '')}) |",
            f"<!-- listlint-disable-next-line {attack} -- {attack} -->",
            f"[x](<{attack}>)\t",
            f"caf\u00c3\u00a9 {attack} ",
            "```bibtex", *bib_entry(number, attack).split("\n"), "```", "",
        ]  # fmt: skip
    return "\n".join(lines)


def bib_entry(number: int, attack: str) -> str:
    plain = attack.replace("{", "").replace("}", "")
    return (
        f"@article{{key{number}{plain.replace(' ', '').replace(',', '')},\n"
        f"  title = {{{plain}}},\n  author = {{{plain} and A. U. Thor}},\n  journal = {{{plain}}},\n"
        f"  year = {{20{plain}}},\n  {plain.replace('=', '').replace(' ', '')} = {{x}},\n  doi = {{10.1/{plain}}}\n}}\n"
        f"@{plain.replace('{', '')}{{x}}"
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where everything is hostile: contents, names, and a history of links to be imported."""
    folder = tmp_path_factory.mktemp("hostile")
    text = raw(hostile_list())
    (folder / "README.md").write_bytes(text)
    (folder / "crlf.md").write_bytes(b"\xef\xbb\xbf" + text[:2_000].replace(b"\n", b"\r\n"))
    (folder / "refs.bib").write_bytes(raw("".join(bib_entry(*pair) for pair in enumerate(ATTACKS))))
    for number, attack in enumerate((*ATTACKS, "\n::error::pwned\n", "\r##[error]pwned")):
        name = raw(attack.replace("/", "_"))
        with_name = os.path.join(os.fsencode(folder), name + b".md")  # noqa: PTH118  # the name is bytes
        with open(with_name, "wb") as file:  # noqa: PTH123  # the same
            file.write(b"\0" if number % 5 == 4 else b"# L\n\n- [A](https://a.dev) - x\n- [A](https://a.dev) - x\n" * 9)
    told = {"version": 1, "verdict": "dead", "reason": "gone", "checked": 1_700_000_000}
    records = ({**told, "url": f"https://evil.dev/{attack}", "detail": attack} for attack in ATTACKS)
    (folder / "history.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return folder


@pytest.fixture
def copy(hostile: Path, tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    shutil.copytree(hostile, target)
    return target


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a list that is not hostile."""
    target = tmp_path / "small"
    target.mkdir()
    (target / "README.md").write_text("# L\n\n- [A](https://a.dev) - Good.\n")
    return target


# --- what is asked of every output ---------------------------------------------------------------------

INKS = re.compile(r"\x1b\[(?:0|" + "|".join(re.escape(ink.value) for ink in Ink) + r")m")
AUTHORED = {"github": {"error", "warning", "notice", "group", "endgroup"}, "azure": {"logissue"}}
"""The commands that a format is there to write."""


def assert_harmless(done: Done, *, form: str = "", colour: bool = False) -> None:
    """No character acts, and no runner finds a command that is not ours."""
    assert done.code != 99
    text = done.text
    shown = INKS.sub("", text) if colour else text
    for line in shown.split("\n"):
        assert is_safe(line), f"{line!r} acts"
    found = [*commands(shown), *lenient_commands(shown)]
    assert {command.name for command in found} <= AUTHORED.get(form, set()) - {"logissue"}, found[:3]
    for command in found:
        assert command.version == 2
        assert command.properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert not commands(command.data)
    told = agent_commands(shown)
    assert {command.event for command in told} <= AUTHORED.get(form, set()) & {"logissue"}, told[:3]
    for issue in told:
        assert issue.properties.keys() <= {"type", "sourcepath", "linenumber", "columnnumber", "code"}
        assert not agent_commands(issue.data)


@pytest.mark.parametrize("env", RUNNERS, ids=["plain", "github", "azure"])
@pytest.mark.parametrize("arguments", invocations(), ids=invocation_id)
def test_no_command_lets_anything_through(copy: Path, arguments: tuple[str, ...], env: dict[str, str]) -> None:
    if "TF_BUILD" in env and arguments[:1] != ("check",):
        pytest.skip("both runners are served by the same code; one command for the second is enough")
    done = drive(copy, *arguments, env=env, stdin=raw(hostile_list()))
    form = arguments[arguments.index("--output") + 1] if "--output" in arguments else ""
    assert b"Traceback" not in done.err, done.err.decode()
    if env:
        assert_harmless(done, form=form, colour="always" in arguments)
        return
    if arguments == ("fix", "--diff"):
        return  # a patch for `git apply`, which is the list's own bytes where neither terminal nor runner reads them
    shown = INKS.sub("", done.text) if "always" in arguments else done.text
    assert all(map(is_safe, shown.split("\n")))


def test_the_folder_is_hostile_indeed(copy: Path) -> None:
    """What is tested above is shown at all: words of the attacks reach the outputs of the chief commands."""
    history = ("links", "--import", "history.jsonl", "--history")
    offline = ("links", "--offline", "--no-store", "--output", "full")
    for arguments in (("check",), ("check", "--output", "github"), ("entries",), offline, history):
        assert drive(copy, *arguments).text.count(MARK) > 20, arguments
    assert not is_safe(WHOLE.encode("utf-8", "replace").decode())
    assert commands(hostile_list())
    assert agent_commands(hostile_list())


def test_all_formats_are_driven() -> None:
    driven = {words[words.index("--output") + 1] for words in invocations() if "--output" in words}
    assert driven >= (FORMATS.keys() - {"statistics"}) | ENTRY_FORMATS.keys()
    assert {words[0] for words in invocations() if words} >= main.commands.keys()


# --- options -------------------------------------------------------------------------------------------


def valued_options() -> list[tuple[str, str]]:
    """Every option of every command that takes a value, and each command's arguments."""
    found = []
    for name, command in main.commands.items():
        for param in command.params:
            if isinstance(param, click.Argument):
                found.append((name, ""))
            elif not getattr(param, "is_flag", False) and not getattr(param, "count", False):
                found.append((name, max(param.opts, key=len)))
    return found


@pytest.mark.parametrize(("command", "option"), valued_options())
def test_no_value_of_an_option_is_echoed_as_it_is(small: Path, command: str, option: str) -> None:
    needed = NEEDED.get(command, ()) if command == "links" else ()
    given = (option, WHOLE) if option else (WHOLE,)
    assert_harmless(drive(small, command, *needed, *given, env=RUNNERS[1]))


@pytest.mark.parametrize("command", main.commands)
def test_no_unknown_option_is_echoed_as_it_is(small: Path, command: str) -> None:
    for arguments in ((f"--{WHOLE}",), (f"--x={WHOLE}",), ("-\x1b",), (WHOLE, WHOLE, WHOLE)):
        done = drive(small, command, *NEEDED.get(command, ()), *arguments, env=RUNNERS[1])
        assert done.code != 0
        assert_harmless(done)


@pytest.mark.parametrize("name", ["LISTLINT_OUTPUT", "LISTLINT_COLOR"])
def test_no_variable_is_echoed_as_it_is(small: Path, name: str) -> None:
    done = drive(small, "check", env=RUNNERS[1] | {name: "\x1b[31m\n::error::pwned"})
    assert done.code == 2
    assert_harmless(done)


def test_variables_concern_output_alone() -> None:
    taken = {
        variable
        for command in main.commands.values()
        for param in command.params
        for variable in ([param.envvar] if isinstance(param.envvar, str) else param.envvar or ())
    }
    assert taken <= {"LISTLINT_OUTPUT", "LISTLINT_COLOR"}
    assert main.context_settings.get("auto_envvar_prefix") is None


# --- configuration -------------------------------------------------------------------------------------

CONFIGURATIONS = (
    "{} = 1",
    "preset = {}",
    "select = [{}]",
    "ignore = {}",
    "extends = [{}]",
    'extends = ["x.toml", {}]',
    "exclude = [{}]",
    "include = [{}]",
    "fail-on = {}",
    "baseline = {}",
    "[severity]\n{} = 'error'",
    "[severity]\nENC001 = {}",
    "[rules.{}]\nform = 1",
    "[rules.arxiv-form]\nform = {}",
    "[rules.arxiv-form]\n{} = 1",
    "[rules.suspicious-suffix]\n{} = []",
    "[per-file]\n{} = ['ENC']",
    "[per-file.{}]\nignore = [{}]",
    "[[per-file]]\nfiles = {}\nselect = [{}]",
    "[links]\ninclude = [{}]",
    "[links]\nstore = {}",
    "[links]\nroots = {}",
    "[links]\nallow = [{}]",
    "[links.hosts.{}]\nrate = 0",
    "[links.origins]\n{} = {}",
    "x = [{}",
    "= {}",
)


@pytest.mark.parametrize("template", CONFIGURATIONS)
def test_no_configuration_gets_through(tmp_path: Path, template: str) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "README.md").write_text("# L\n\n- [A](https://a.dev) - Good.\n")
    for attack in ("".join(ATTACKS[:20]), "a\n::error::pwned\r"):
        value = '"' + "".join(f"\\U{ord(char):08x}" for char in attack) + '"'
        (tmp_path / "c" / "listlint.toml").write_text(template.replace("{}", value))
        for arguments in (("config",), ("config", "--output", "json"), ("links", "--offline", "--no-store")):
            done = drive(tmp_path / "c", *arguments, env=RUNNERS[1])
            assert b"Traceback" not in done.err, done.err.decode()
            assert_harmless(done)
            if "json" in arguments and done.code == 0:
                assert json.loads(done.out)


def test_values_are_shown_and_mean_the_same(small: Path) -> None:
    """Made safe, JSON says what the file says."""
    words = [attack.replace("*", "") for attack in ATTACKS if attack.isprintable() or "\udcff" not in attack]
    text = "".join(f"{json.dumps(word)}," for word in words).replace("\x7f", "\\u007f")
    (small / "listlint.toml").write_text(f"exclude = [{text}]\n")
    done = drive(small, "config", "--output", "json", env=RUNNERS[1])
    assert done.code == 0, done.text
    assert_harmless(done)
    assert next(item["value"] for item in json.loads(done.out) if item["key"] == "exclude") == words


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_broken_file_gets_through(tmp_path: Path, attack: str) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "listlint.toml").write_bytes(raw(f"[{attack}\n{attack} = {attack}"))
    assert_harmless(drive(tmp_path / "c", "check", env=RUNNERS[1]))


def test_a_value_takes_one_line(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "listlint.toml").write_text('exclude = ["a\\nfail-on  error  --fail-on\\u2028fail-on"]')
    done = drive(tmp_path / "c", "config")
    assert done.code == 0
    assert [line.split()[1] for line in done.text.splitlines() if line.startswith("fail-on")] == ["warning"]


# --- git -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_no_name_of_git_gets_through(copy: Path) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@a.dev", "-c", "init.defaultBranch=\u202epwned")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "::error::pwned"), ("tag", "##[pwned]")):
        subprocess.run(["git", *identity, *arguments], cwd=copy, check=False, capture_output=True)
    for command in main.commands.values():
        if not any("--since" in param.opts for param in command.params):
            continue
        for ref in ("HEAD", "##[pwned]", "\u202epwned", "no such\n::error::pwned", "--output=x", "\x1b[31m"):
            needed = NEEDED.get(command.name or "", ())
            done = drive(copy, command.name or "", *needed, "--since", ref, env=RUNNERS[1])
            assert b"Traceback" not in done.err, done.err.decode()
            assert_harmless(done)


# --- servers -------------------------------------------------------------------------------------------


class Liar(BaseHTTPRequestHandler):
    """Answers with reasons, headers and places that act."""

    def do_GET(self) -> None:
        attack = "".join(ATTACKS).encode("utf-8", "surrogateescape").replace(b"\r", b"").replace(b"\n", b"")
        if self.path.startswith("/moved"):
            head = b"HTTP/1.1 301 " + attack + b"\r\nLocation: /gone" + attack + b"\r\n"
        elif self.path.startswith("/strange"):
            head = attack + b"\r\n"
        else:
            head = b"HTTP/1.1 404 " + attack + b"\r\nRetry-After: " + attack + b"\r\n"
        self.wfile.write(head + b"X: " + attack + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.close_connection = True

    do_HEAD = do_GET  # noqa: N815  # the name that the base class asks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def liar() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("form", ["full", "github", "json"])
def test_no_answer_of_a_server_gets_through(tmp_path: Path, liar: int, form: str) -> None:
    (tmp_path / "c").mkdir()
    urls = (f"http://127.0.0.1:{liar}/{path}" for path in ("moved", "strange", "gone"))
    (tmp_path / "c" / "README.md").write_text("# L\n\n" + "".join(f"- [A]({url}) - Good.\n" for url in urls))
    settings = (f"links.ports=[{liar}]", "links.confirm-delay=0.01", "links.backoff=0.01")
    options = [word for setting in settings for word in ("--set", setting)]
    done = drive(tmp_path / "c", "links", "--allow-private", *options, "--output", form, env=RUNNERS[1])
    assert done.code == 1, done.text
    assert_harmless(done, form=form)
    assert_harmless(drive(tmp_path / "c", "links", "--history", env=RUNNERS[1]))


# --- crashes -------------------------------------------------------------------------------------------


def test_a_crash_is_shown_without_its_sting(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(WHOLE)

    monkeypatch.setattr("listlint.session.Session.__init__", broken)
    done = drive(copy, "check", env=RUNNERS[1])
    assert done.code == 2
    assert "Traceback" in done.text
    assert "RuntimeError" in done.text
    assert_harmless(done)


def test_a_crashing_rule_is_shown_without_its_sting(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(WHOLE)

    monkeypatch.setattr("listlint.checks.structure.missing_title.MissingTitle.check", broken)
    for options in (("--debug",), ()):
        done = drive(copy, "check", *options, env=RUNNERS[1])
        assert done.code
        assert "RuntimeError" in done.text
        assert_harmless(done)


def test_what_python_and_libraries_say_is_made_safe(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Loud:
        def __del__(self) -> None:
            raise RuntimeError(WHOLE)

    def loud(*_: object, **__: object) -> None:
        import logging

        warnings.warn(WHOLE, stacklevel=1)
        Loud()
        thread = threading.Thread(target=lambda: [][WHOLE])  # type: ignore[call-overload]  # that is the point
        thread.start()
        thread.join()
        logging.getLogger("asyncio").propagate = False
        logging.getLogger("asyncio").error(WHOLE)

    monkeypatch.setattr("listlint.session.Session.check", loud)
    done = drive(copy, "links", "--offline", "--no-store", env=RUNNERS[1])
    assert done.text.count(MARK) > 3 * len(ATTACKS)
    assert_harmless(done)


# --- the source ----------------------------------------------------------------------------------------

PACKAGE = Path(listlint.session.__file__).parent
SPEAKING = {"cli", "report"}
"""The only layers that write; `dev` is for developers, who run it on their own text."""
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
SAFE = {
    "write_lines", "render", "render_error", "render_summary", "render_history", "render_question", "render_json",
    "render_option", "render_options", "say", "note", "Progress", "_report", "_use_utf8", "written", "write_all",
    "render_closing", "hasattr",
}  # fmt: skip
"""Functions that may be handed a stream: each ends in ``write_lines`` or ``json_safe``, or only looks at it."""
EXACT = {
    ("fix.py", "sys.stdout.buffer.write(diff.patch(outcome))"): "a patch for a program, where no terminal or CI reads",
    ("fix.py", "sys.stdout.buffer.write(outcome.after.raw)"): "the text of standard input, fixed, as a filter gives it",
    ("completion.py", "click.echo(script.strip())"): "a program of our own, which no list has a word in",
}
ENCODED = {"json_safe", "sanitise", "xml_safe", "attributes", "write_json", "code", "escaped"}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        layer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if (layer in folders) if folders else (layer not in SPEAKING | {"dev"}):
            yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that write to a stream, or hand one on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            streams = [arg for arg in (*node.args, *(word.value for word in node.keywords)) if is_stream(arg)]
            if (
                name in {"print", "click.echo", "click.secho", "warnings.warn", "echo"}
                or streams
                or re.fullmatch(r"sys\.(?:__)?std(?:out|err)(?:__)?(?:\.buffer)?\.write(?:lines)?", name)
            ):
                yield node


def is_stream(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in STREAMS and ast.unparse(node.value) == "sys"


def test_no_other_layer_writes() -> None:
    found = [(name, ast.unparse(call)) for name, tree in modules() for call in writes(tree)]
    assert not found


def test_the_command_line_writes_through_the_firewall() -> None:
    found = []
    for name, tree in modules("cli"):
        for call in writes(tree):
            function = ast.unparse(call.func).rpartition(".")[2]
            chosen = isinstance(call.func, ast.Call)  # renderer(name)(result, sys.stdout, options)
            if function not in SAFE and not chosen and (name, ast.unparse(call)) not in EXACT:
                found.append((name, ast.unparse(call)))
    assert not found


def test_the_test_above_can_fail() -> None:
    for code in ("print(x)", "click.echo(x)", "sys.stdout.write(x)", "sys.stdout.buffer.write(x)", "f(x, sys.stderr)"):
        assert list(writes(ast.parse(code)))


def functions(tree: ast.AST) -> dict[str, ast.AST]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def called(node: ast.AST) -> set[str]:
    """The last names of everything that is called, or handed to `map`."""
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    handed = [arg for call in calls for arg in call.args if isinstance(arg, ast.Name)]
    return {ast.unparse(found).rpartition(".")[2] for found in (*(call.func for call in calls), *handed)}


def careless(tree: ast.AST) -> list[str]:
    """The functions that write what no function of the firewall has seen, themselves or through others of the module."""
    known, safe = functions(tree), set(ENCODED)
    while more := {name for name, node in known.items() if name not in safe and called(node) & safe}:
        safe |= more
    return [name for name, node in known.items() if name not in safe and any(map(writes_variable, ast.walk(node)))]


def writes_variable(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    variable = any(isinstance(inner, ast.Name) for arg in node.args for inner in ast.walk(arg))
    return variable and node.func.attr in {"write", "writelines"}


def test_reports_write_what_was_made_safe() -> None:
    found = [(name, function) for name, tree in modules("report") for function in careless(tree)]
    assert set(found) <= PREPARED.keys()


def test_that_test_can_fail_too() -> None:
    assert careless(ast.parse("def f(x, out):\n    out.write(x.path)")) == ["f"]
    assert not careless(ast.parse("def f(x, out):\n    out.write(g(x))\ndef g(x):\n    return sanitise(x)"))


PREPARED = {
    ("options.py", "write_lines"): "is handed finished lines, and breaks up commands itself",
    ("progress.py", "_write"): "is handed lines whose hosts were made safe, and the sequences that redraw them",
    ("links_page.py", "render"): "writes HTML, made safe by its own rules",
}
