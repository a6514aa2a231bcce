"""``action.yml``, its steps run as GitHub's runner runs them, on real git repositories.

Nothing is fetched: pip installs from a wheelhouse that is made of what is installed here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from listlint.report.sanitise import sanitise
from tests.action import wheelhouse
from tests.action.expressions import evaluate, substitute
from tests.action.repositories import Forge, git, write
from tests.action.runner import ROOT, SHOWN, SUMMARY_LIMIT, Job, Outcome, Step
from tests.action.server import everything_gone

pytestmark = [
    pytest.mark.skipif(not (ROOT / "action.yml").exists(), reason="a source distribution has no action"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs the bash that runners have"),
]

CLEAN = "- [Kite](https://kite.dev/) - Flies.\n"
DEAD = "- [Lamp](htps://lamp.dev/) - Shines.\n"
"""URL001, an error."""
DOUBLED = "- [Drum](https://drum.dev//a) - Sounds.\n"
"""URL007, a warning."""
HARMLESS = {"error", "warning", "notice", "group", "endgroup"}


def page(*lines: str) -> str:
    """A list."""
    return "# Things\n\n" + "".join(lines)


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's folder, with a wheelhouse; the first test installs, as the first step of a job does."""
    folder = tmp_path_factory.mktemp("runner")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (folder / "wheels").mkdir()
    try:
        wheelhouse.fill(folder / "wheels", [*project["project"]["dependencies"], *project["build-system"]["requires"]])
    except PackageNotFoundError as error:
        pytest.skip(f"{error} is not installed here, and nothing may be fetched")
    return folder


@pytest.fixture
def job(temp: Path, tmp_path: Path) -> Job:
    """A job on an empty repository."""
    (tmp_path / "space").mkdir()
    git(tmp_path / "space", "init", "--quiet")
    env = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(temp / "wheels"), "PIP_CONFIG_FILE": os.devnull}
    return Job(tmp_path / "space", temp, env=env)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A repository whose list has an old mistake, and a fork."""
    return Forge.start(tmp_path / "forge", {"README.md": page(CLEAN, DOUBLED)})


def pull(job: Job, forge: Forge, *, depth: int = 2, ref: str = "merge") -> Job:
    """Let the job be that of the pull request."""
    job.event, job.event_name = forge.pull_request(), "pull_request"
    job.workspace = forge.checkout("space", f"refs/pull/{forge.pulls}/{ref}", depth)
    job.sha = git(job.workspace, "rev-parse", "HEAD")
    return job


def codes(outcome: Outcome) -> list[str]:
    """The codes of the findings in the JSON report."""
    report = json.loads(Path(outcome.outputs["report"]).read_text(encoding="utf-8"))
    return [finding["code"] for finding in report["findings"]]


def failed(outcome: Outcome) -> str:
    """The one error of a step that could not go on."""
    assert outcome.code == 2, outcome.log
    (told,) = outcome.last.annotations("error")
    assert "Traceback" not in outcome.log
    assert outcome.outputs["exit-code"] == "2"
    return told.data


# -- what is reported -----------------------------------------------------------------------------


def test_a_push_reports_everything(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DEAD, DOUBLED)})
    outcome = job.run()
    assert outcome.code == 1, outcome.log
    assert outcome.outputs["exit-code"] == "1"
    assert outcome.outputs["findings"] == "2"
    assert codes(outcome) == ["URL001", "URL007"]
    (error,), (warning,) = outcome.last.annotations("error"), outcome.last.annotations("warning")
    assert (error.properties["file"], error.properties["line"]) == ("README.md", "4")
    assert error.properties["title"].startswith("URL001")
    assert warning.properties["line"] == "5"
    assert "URL001" in outcome.last.summary
    assert "README.md" in outcome.last.summary


def test_a_clean_list_passes(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    outcome = job.run()
    assert outcome.code == 0, outcome.log
    assert outcome.outputs["exit-code"] == outcome.outputs["findings"] == "0"
    assert outcome.last.obeyed == []
    assert "no findings" in outcome.last.summary


def test_no_list_is_no_success(job: Job) -> None:
    outcome = job.run()
    assert "no list found" in failed(outcome)
    assert outcome.outputs == {"exit-code": "2", "findings": "", "report": ""}


def test_a_file_that_cannot_be_read_is_no_success(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    outcome = job.run(paths="README.md\nmissing.md")
    assert "missing.md: no such file" in failed(outcome)
    (job.workspace / "binary.md").write_bytes(bytes(range(256)) * 10)
    outcome = job.run(paths="README.md\nbinary.md")
    assert "binary" in failed(outcome)
    assert outcome.last.annotations("error")[0].properties["file"] == "binary.md"
    assert outcome.outputs["findings"] == "0"


def test_a_pull_request_from_a_fork_meets_only_what_it_adds(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page("- [Axe](https://axe.dev/) - Cuts.\n", CLEAN, DOUBLED, DEAD)}, fork=True)
    outcome = pull(job, forge).run()
    assert outcome.code == 1, outcome.log
    assert codes(outcome) == ["URL001"]
    assert not (job.workspace / "pwned").exists()
    assert {command.name for command in outcome.last.obeyed} <= HARMLESS


def test_old_mistakes_fail_no_pull_request(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page("- [Axe](https://axe.dev/) - Cuts.\n", CLEAN, DOUBLED)}, fork=True)
    outcome = pull(job, forge).run()
    assert (outcome.code, outcome.outputs["findings"]) == (0, "0"), outcome.log


def test_what_breaks_elsewhere_is_reported_too(job: Job, tmp_path: Path) -> None:
    contents = "- [Tools](#tools)\n- [Toys](#toys)\n\n"
    tools, toys = "## Tools\n\n" + CLEAN + "\n", "## Toys\n\n" + DOUBLED
    forge = Forge.start(tmp_path / "forge", {"README.md": page(contents, tools, toys)})
    forge.commit({"README.md": page(contents, tools, toys.replace("## Toys", "## Games"))}, fork=True)
    outcome = pull(job, forge).run()
    assert outcome.code == 1, outcome.log
    assert "URL007" not in codes(outcome)
    assert "4" in [command.properties["line"] for command in outcome.last.obeyed if "line" in command.properties]


def test_the_base_is_that_of_the_merge_commit_though_the_event_names_an_older_one(job: Job, forge: Forge) -> None:
    forge.commit({"other.md": page(CLEAN, DEAD)}, fork=True)
    payload = forge.pull_request()
    for number in range(3):
        forge.commit({"README.md": page(CLEAN, DOUBLED, f"- [New {number}](htps://new{number}.dev/) - Is new.\n")})
    forge.merge()
    job.event, job.event_name = payload, "pull_request"
    job.workspace = forge.checkout("space", "refs/pull/1/merge", 2)
    outcome = job.run(paths="README.md\nother.md")
    assert codes(outcome) == ["URL001"]
    assert outcome.last.annotations("error")[0].properties["file"] == "other.md"


def test_a_clone_that_lacks_the_base_is_an_error(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)}, fork=True)
    told = failed(pull(job, forge, depth=1).run())
    assert "fetch-depth: 2" in told
    assert job.event["pull_request"]["base"]["sha"] in told


def test_the_head_itself_needs_history(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)}, fork=True)
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD, CLEAN.replace("ite", "ilt"))}, fork=True)
    assert "fetch-depth: 0" in failed(pull(job, forge, depth=1, ref="head").run())
    job.workspace = forge.checkout("whole", "refs/pull/1/head", 0)
    assert codes(job.run()) == ["URL001"]


def test_a_merge_commit_of_the_branch_itself_is_not_taken_for_that_of_github(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)}, fork=True)
    forge.commit({"more.md": "# More\n"})
    fork = forge.root / "fork"
    git(fork, "fetch", "--quiet", "origin", "main")
    git(fork, "merge", "--quiet", "--no-ff", "--message", "Merge main", "FETCH_HEAD")
    assert "fetch-depth: 0" in failed(pull(job, forge, depth=1, ref="head").run())


def test_everything_on_request(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)}, fork=True)
    pull(job, forge, depth=1)
    assert codes(job.run(since="none")) == ["URL007", "URL001"]


def test_a_commit_to_compare_with(job: Job, forge: Forge) -> None:
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)})
    job.workspace = forge.checkout("space", "refs/heads/main", 0)
    assert codes(job.run(since="HEAD~1")) == ["URL001"]
    for missing in ("no-such-branch", "--output=full", "$(touch pwned)", "HEAD~9"):
        assert failed(job.run(since=missing))
    assert not (job.workspace / "pwned").exists()


def test_a_merge_queue_compares_with_its_base(job: Job, forge: Forge) -> None:
    base = git(forge.upstream, "rev-parse", "main")
    forge.commit({"README.md": page(CLEAN, DOUBLED, DEAD)})
    job.event, job.event_name = {"merge_group": {"base_sha": base}}, "merge_group"
    job.workspace = forge.checkout("space", "refs/heads/main", 0)
    assert codes(job.run()) == ["URL001"]


def test_a_baseline_silences_what_is_known(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DOUBLED)})
    git(job.workspace, "add", "--all")
    git(job.workspace, "commit", "--quiet", "--message", "List")
    python = job.run().steps[1].outputs["python"]
    command = [python, "-I", "-m", "listlint", "baseline"]
    subprocess.run(command, cwd=job.workspace, check=True, capture_output=True)
    write(job.workspace, {"README.md": page(CLEAN, DEAD, DOUBLED)})
    assert codes(job.run()) == ["URL001"]
    (job.workspace / "listlint-baseline.json").rename(job.workspace / "known findings.json")
    assert codes(job.run()) == ["URL001", "URL007"]
    assert codes(job.run(baseline="known findings.json")) == ["URL001"]


@pytest.mark.parametrize(
    "event", [{}, {"pull_request": None}, {"pull_request": {"base": {"sha": "HEAD"}, "head": {"sha": "0" * 40}}}, []]
)
def test_an_event_that_tells_nothing_is_an_error(job: Job, event: dict[str, object]) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    job.event, job.event_name = event, "pull_request"
    assert "set `since`" in failed(job.run())


def test_a_commit_that_cannot_be_read_is_an_error(job: Job, forge: Forge) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    job.event, job.event_name = forge.pull_request(), "pull_request"
    assert "actions/checkout" in failed(job.run())


def test_pull_request_target_is_refused(job: Job, forge: Forge) -> None:
    pull(job, forge).event_name = "pull_request_target"
    assert "use pull_request" in failed(job.run())
    assert "use pull_request" in failed(job.run(since="none"))


# -- limits ---------------------------------------------------------------------------------------


def test_more_than_the_runner_shows(job: Job) -> None:
    lines = [
        f"- [Lamp {n}](htps://lamp{n}.dev/) - Shines.\n- [Drum {n}](https://drum{n}.dev//a) - Sounds.\n"
        for n in range(40)
    ]
    write(job.workspace, {"README.md": page(*lines)})
    outcome = job.run()
    assert outcome.outputs["findings"] == str(len(codes(outcome)))
    assert codes(outcome).count("URL001") == 40
    for kind in ("error", "warning"):
        shown = outcome.last.annotations(kind)
        assert len(shown) == SHOWN
        assert " more" in shown[-1].data
    assert len(outcome.last.annotations("notice")) <= SHOWN
    assert outcome.last.summary.count("htps") == 40


def test_the_summary_is_cut_before_github_drops_it(job: Job) -> None:
    lines = [f"- [{'Lamp ' * 30}{n}](htps://lamp{n}.dev/{'x' * 200}) - Shines.\n" for n in range(6000)]
    write(job.workspace, {"README.md": page(*lines)})
    outcome = job.run()
    assert outcome.outputs["findings"] == str(len(codes(outcome)))
    assert SUMMARY_LIMIT // 2 < len(outcome.last.summary.encode()) <= 900_000 < SUMMARY_LIMIT
    assert "not shown" in outcome.last.summary


# -- inputs ---------------------------------------------------------------------------------------


def test_exit_codes_follow_fail_on(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DOUBLED)})
    assert job.run().code == 1
    outcome = job.run(fail_on="error")
    assert (outcome.code, outcome.outputs["findings"]) == (0, "1")
    assert "fail-on" in failed(job.run(fail_on="never"))


def test_arguments_are_words(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DOUBLED, DEAD)})
    assert codes(job.run(args="--select 'URL001'\n--set \"dialect=biblatex\"")) == ["URL001"]
    assert "quotation" in failed(job.run(args="--select 'URL001"))
    assert "paths" in failed(job.run(args="-- README.md"))
    assert "no-such-option" in failed(job.run(args="--no-such-option"))


def test_presets(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    assert job.run(preset="papers").code == 0
    assert "papiers" in failed(job.run(preset="papiers"))


def test_a_working_directory(job: Job) -> None:
    write(job.workspace, {"lists/a b/README.md": page(CLEAN, DEAD), "lists/a b/listlint.toml": 'ignore = ["URL007"]\n'})
    outcome = job.run(working_directory="lists/a b")
    assert outcome.last.annotations("error")[0].properties["file"] == "lists/a b/README.md"
    (job.workspace / "out").symlink_to(job.workspace.parent)
    for outside in ("..", "/", "out", "lists/../.."):
        assert "leaves the repository" in failed(job.run(working_directory=outside))
    assert "no folder" in failed(job.run(working_directory="none"))


@pytest.mark.parametrize(
    ("name", "suffix", "start"),
    [("sarif", ".sarif", "{"), ("junit", ".xml", "<?xml"), ("json", ".json", "{"), ("full", ".txt", "README.md")],
)
def test_the_report_has_the_format_that_is_asked_for(job: Job, name: str, suffix: str, start: str) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DEAD)})
    outcome = job.run(format=name)
    report = Path(outcome.outputs["report"])
    assert (report.suffix, outcome.code) == (suffix, 1)
    assert report.read_text(encoding="utf-8").startswith(start)
    assert report.is_relative_to(job.temp)


def test_a_format_is_a_word(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    for wrong in ("json:README.md", "../x", "--help", "json\nfull"):
        outcome = job.run(format=wrong)
        assert "is no format" in failed(outcome)
        assert outcome.outputs == {"exit-code": "2", "findings": "", "report": ""}
    assert "no format" in failed(job.run(format="nonsense"))
    assert (job.workspace / "README.md").read_text(encoding="utf-8") == page(CLEAN)


def test_a_mistake_in_the_configuration_is_shown(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN), "listlint.toml": "select = 3\n"})
    assert "listlint.toml:1" in failed(job.run())


def test_links_are_asked_for_only_when_wanted(job: Job) -> None:
    with everything_gone() as server:
        text = page(f"- [Gone]({server.url}/gone) - Was there.\n")
        write(job.workspace, {"README.md": text, "listlint.toml": server.config})
        outcome = job.run(args="--ignore URL")
        assert (outcome.code, server.asked) == (0, []), outcome.log
        assert outcome.last.env["INPUT_TOKEN"] == ""
        outcome = job.run(args="--ignore URL --allow-private", links="true")
        assert codes(outcome) == ["NET001"], outcome.log
        assert outcome.last.env["INPUT_TOKEN"] == job.token
        assert server.asked
    assert job.token not in outcome.log
    assert "neither true nor false" in failed(job.run(links="yes; touch pwned"))


def test_a_pull_request_is_asked_about_its_own_links(job: Job, tmp_path: Path) -> None:
    with everything_gone() as server:
        old, new = (f"- [{name}]({server.url}/{name}) - Was there.\n" for name in ("old", "new"))
        forge = Forge.start(tmp_path / "forge", {"README.md": page(old), "listlint.toml": server.config})
        forge.commit({"README.md": page(new, old)}, fork=True)
        outcome = pull(job, forge).run(args="--ignore URL --allow-private", links="True")
        assert codes(outcome) == ["NET001"], outcome.log
        assert set(server.asked) == {"/new"}


# -- hostile names, lists, inputs and repositories ------------------------------------------------

NAMES = [
    "with space.md",
    "ümläut 論文.md",
    "--config=evil.md",
    "-",
    "$(touch pwned).md",
    "`touch pwned`.md",
    "a;touch pwned;.md",
    "::error file=x::owned.md",
    "##[error]owned.md",
    "%0A::error::owned.md",
    "quote'\"quote.md",
]


def test_hostile_file_names(job: Job) -> None:
    write(job.workspace, dict.fromkeys(NAMES, page(CLEAN, DEAD)))
    outcome = job.run(paths="\n".join(NAMES))
    assert outcome.code == 1, outcome.log
    found = {
        command.properties["file"] for command in outcome.last.annotations("error") if "file" in command.properties
    }
    assert len(outcome.last.annotations("error")) == SHOWN
    assert found <= {sanitise(name, actions=True) for name in NAMES}
    assert codes(outcome) == ["URL001"] * len(NAMES)
    unharmed(job, outcome)


@pytest.mark.parametrize("path", ["--exit-zero", "--ignore=ALL", "--isolated", "-q", "--", "--output=full"])
def test_a_path_is_never_an_option(job: Job, path: str) -> None:
    write(job.workspace, {"README.md": page(CLEAN, DEAD)})
    assert "no such file" in failed(job.run(paths=f"{path}\nREADME.md"))


def test_names_with_line_ends_are_found_by_their_folder(job: Job) -> None:
    write(
        job.workspace,
        {"lists/new\n::error::line.md": page(CLEAN, DEAD), "lists/cr\r::warning::x.md": page(CLEAN, DEAD)},
    )
    outcome = job.run(paths="lists")
    assert codes(outcome) == ["URL001", "URL001"]
    assert len(outcome.last.annotations("error")) == 2
    assert outcome.last.annotations("warning") == []
    unharmed(job, outcome)


def test_hostile_lists(job: Job) -> None:
    evil = (
        "::add-mask::kite",
        "##[add-mask]kite",
        "::stop-commands::x",
        "::set-output name=exit-code::0",
        "%0A::error::owned",
        "</td></table><script>alert(1)</script>",
        "\x1b[2J\x1b]0;owned\x07",
        "\u202egnp.exe",
        "$(touch pwned)`touch pwned`",
    )
    lines = [f"- [{text}](htps://lamp{n}.dev/{text}) - {text}\n{text}\n" for n, text in enumerate(evil)]
    write(job.workspace, {"README.md": page(*lines), "listlint.toml": '"::error::owned" = "##[error]owned"\n'})
    failed(job.run())
    (job.workspace / "listlint.toml").unlink()
    outcome = job.run()
    assert outcome.code == 1
    assert "\x1b" not in outcome.log
    assert "<script" not in outcome.last.summary
    unharmed(job, outcome)


def unharmed(job: Job, outcome: Outcome) -> None:
    """Nothing was run and nothing obeyed but our own annotations."""
    assert not list(job.workspace.parent.rglob("pwned*"))
    for step in outcome.steps:
        assert {command.name for command in step.obeyed} <= HARMLESS
        for command in step.obeyed:
            assert command.version == 2
            assert command.name in ("group", "endgroup") or set(command.properties) >= {"title"}
            assert command.properties.get("title", "URL").startswith(
                ("URL", "ENC", "ENT", "STR", "STY", "DUP", "listlint")
            )


@pytest.mark.parametrize(
    "version",
    [
        "0.1.0; touch pwned",
        "0.1.0 listlint-other",
        "0.1.0\n--index-url=https://evil.dev",
        "--help",
        "../evil",
        "git+https://evil.dev/x",
        "$(touch pwned)",
        "0.1.0 @ https://evil.dev/x.whl",
        "*",
        "٠.١.٠",
        "1",
        "v0.1.0",
    ],
)
def test_a_version_is_a_version(job: Job, version: str) -> None:
    outcome = job.run(version=version)
    assert outcome.code == 2
    assert "is no version" in outcome.last.annotations("error")[0].data
    assert outcome.last.name == "Install listlint"
    assert "pip" not in outcome.log
    unharmed(job, outcome)


def test_a_version_that_is_not_released_is_an_error(job: Job) -> None:
    outcome = job.run(version="999.0.1rc1")
    assert outcome.code == 2
    assert "could not be installed" in outcome.last.annotations("error")[0].data
    assert [step.skipped for step in outcome.steps] == [False, False, True]


def test_hostile_inputs(job: Job) -> None:
    write(job.workspace, {"README.md": page(CLEAN)})
    evil = "$(touch pwned)`touch pwned`;touch pwned\n::error::owned\n##[error]owned %0A::error::x --output=full:pwned"
    for name in ("preset", "fail_on", "since", "baseline", "working_directory", "paths", "format", "links"):
        outcome = job.run(**{name: evil})
        assert outcome.code == 2, name
        unharmed(job, outcome)


HIJACK = "from pathlib import Path\nPath(__file__).with_name('pwned').touch()\nraise SystemExit(0)\n"


def test_nothing_of_the_checked_repository_is_run(job: Job) -> None:
    modules = ("listlint", "click", "json", "sitecustomize", "usercustomize", "encodings", "pip", "venv", "msgspec")
    write(job.workspace, {"README.md": page(CLEAN, DEAD)} | {f"{name}.py": HIJACK for name in modules})
    write(job.workspace, {"listlint/__init__.py": HIJACK, "listlint/__main__.py": HIJACK, "pyvenv.cfg": "home = /\n"})
    write(job.workspace, {"git": "#!/bin/sh\ntouch pwned\n", "python": "#!/bin/sh\ntouch pwned\n"})
    for program in ("git", "python"):
        (job.workspace / program).chmod(0o755)
    job.env |= {"PYTHONPATH": str(job.workspace), "PYTHONSTARTUP": str(job.workspace / "listlint.py")}
    outcome = job.run()
    assert codes(outcome) == ["URL001"], outcome.log
    unharmed(job, outcome)


def test_a_folder_that_looks_like_a_repository_is_not_believed(job: Job, forge: Forge) -> None:
    bare = {
        "HEAD": "ref: refs/heads/main\n",
        "config": "[core]\n\tfsmonitor = touch pwned\n",
        "objects/.keep": "",
        "refs/.keep": "",
    }
    forge.commit(
        {f"lists/{name}": text for name, text in bare.items()} | {"lists/README.md": page(CLEAN, DEAD)}, fork=True
    )
    outcome = pull(job, forge).run(working_directory="lists")
    assert codes(outcome) == ["URL001"] if outcome.code == 1 else outcome.code == 2
    unharmed(job, outcome)


# -- the description of the action ----------------------------------------------------------------


def test_expressions() -> None:
    contexts = {"inputs": {"links": "TRUE", "token": "t"}, "steps": {}}
    assert evaluate("inputs.links == 'true' && inputs.token || ''", contexts) == "t"
    assert evaluate("!(inputs.links != 'true') && inputs.none", contexts) is None
    assert substitute("a ${{ inputs.token }} ${{ steps.x.outputs.y }}b", contexts) == "a t b"
    for wrong in ("secrets.x", "inputs.a b", "format('x')", "'open"):
        with pytest.raises((ValueError, IndexError)):
            evaluate(wrong, contexts)


def test_a_runner_that_is_told_to_stop_obeys_nothing() -> None:
    log = "::error::a\n::stop-commands::word\n::error::b\n##[error]c\n::word::\n::error::d\n"
    assert [command.data for command in Step("x", log=log).obeyed] == ["a", "d"]
