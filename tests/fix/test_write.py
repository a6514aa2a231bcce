"""A file is replaced whole or not at all, and only if it is the one that was read."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from listlint.fix import write as module
from listlint.fix.write import write
from listlint.model.errors import ListlintError
from listlint.model.source import Source

OLD, NEW = b"\xef\xbb\xbf# A\r\nold \xff\r\n", b"\xef\xbb\xbf# A\r\nnew \xff\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX file modes")
not_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")


def source(raw: bytes) -> Source:
    return Source.from_bytes(raw, "README.md")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "root" / "README.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def left_alone(file: Path, code: str, *, content: bytes = OLD) -> ListlintError:
    """Writing fails, and leaves nothing but the file as it was."""
    before = sorted(path.name for path in file.parent.iterdir())
    with pytest.raises(ListlintError) as caught:
        write(file, source(OLD), source(NEW), file.parent)
    assert caught.value.code == code
    assert caught.value.path == "README.md"
    assert caught.value.hint
    assert sorted(path.name for path in file.parent.iterdir()) == before
    if file.exists():
        assert file.read_bytes() == content
    return caught.value


def test_the_bytes_are_written_and_nothing_is_left_behind(file: Path) -> None:
    write(file, source(OLD), source(NEW), file.parent)
    assert file.read_bytes() == NEW
    assert list(file.parent.iterdir()) == [file]


@posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    write(file, source(OLD), source(NEW), file.parent)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 1234, 5678)
    write(file, source(OLD), source(NEW), file.parent)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 5678)


def test_a_file_that_changed_is_left_alone(file: Path) -> None:
    file.write_bytes(OLD + b"more")
    assert "has changed" in str(left_alone(file, "file-changed", content=OLD + b"more"))
    file.unlink()
    assert "gone" in str(left_alone(file, "file-changed"))


def test_a_file_that_changes_while_we_write_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = module._fresh

    def slow(*args: object) -> Path:
        file.write_bytes(b"theirs")
        return fresh(*args)  # type: ignore[arg-type]  # whatever it was called with

    monkeypatch.setattr(module, "_fresh", slow)
    left_alone(file, "file-changed", content=b"theirs")


@posix
def test_a_write_protected_file_is_left_alone(file: Path) -> None:
    file.chmod(0o444)
    left_alone(file, "unwritable")


@posix
@not_root
def test_a_folder_without_leave_is_left_alone(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        left_alone(file, "unwritable")
    finally:
        file.parent.chmod(0o755)


def test_a_full_disk_leaves_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in str(left_alone(file, "unwritable"))


def test_ctrl_c_leaves_the_file_and_nothing_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(file, source(OLD), source(NEW), file.parent)
    assert list(file.parent.iterdir()) == [file]
    assert file.read_bytes() == OLD


# -- symbolic links ---------------------------------------------------------------------------------


@posix
def test_a_link_inside_the_root_stays_a_link(file: Path) -> None:
    folder = file.parent / "docs"
    folder.mkdir()
    link = folder / "index.md"
    link.symlink_to("../README.md")
    write(link, source(OLD), source(NEW), file.parent)
    assert link.is_symlink()
    assert file.read_bytes() == NEW
    assert list(folder.iterdir()) == [link]


@posix
@pytest.mark.parametrize("through", ["file", "folder"])
def test_a_link_out_of_the_root_is_not_followed(file: Path, through: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "LIST.md").write_bytes(OLD)
    link = file.parent / ("LIST.md" if through == "file" else "linked")
    link.symlink_to(outside / "LIST.md" if through == "file" else outside)
    path = link if through == "file" else link / "LIST.md"
    with pytest.raises(ListlintError, match="symbolic link") as caught:
        write(path, source(OLD), source(NEW), file.parent)
    assert caught.value.code == "outside-root"
    assert (outside / "LIST.md").read_bytes() == OLD
    assert list(outside.iterdir()) == [outside / "LIST.md"]


def test_a_file_outside_that_was_named_is_written(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(file, source(OLD), source(NEW), other)
    assert file.read_bytes() == NEW


@posix
def test_a_root_that_is_a_link_itself(file: Path, tmp_path: Path) -> None:
    root = tmp_path / "alias"
    root.symlink_to(file.parent)
    write(root / "README.md", source(OLD), source(NEW), root)
    assert file.read_bytes() == NEW


@posix
def test_links_in_a_circle_are_an_error(file: Path) -> None:
    loop = file.parent / "loop.md"
    loop.symlink_to("loop.md")
    with pytest.raises(ListlintError):
        write(loop, source(OLD), source(NEW), file.parent)


# -- killed -----------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from listlint.fix.write import write
from listlint.model.source import Source
path = Path(sys.argv[1])
sources = [Source.from_bytes(char * 3_000_000, "README.md") for char in (b"a\\n", b"b\\n")]
print("ready", flush=True)
while True:
    write(path, sources[0], sources[1], path.parent)
    sources.reverse()
"""


@posix
@pytest.mark.parametrize("pause", [0.0, 0.013, 0.029, 0.047])
def test_a_kill_leaves_the_old_file_or_the_new_one(file: Path, pause: float) -> None:
    file.write_bytes(b"a\n" * 3_000_000)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert file.read_bytes() in (b"a\n" * 3_000_000, b"b\n" * 3_000_000)
