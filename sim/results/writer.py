"""Writes a run directory so that no moment leaves anything that looks like a result and is none.

Everything goes into a directory of a temporary name, each file flushed to the disk, DONE last; one rename
makes it the run. Two processes may write the same run: locks on directories (released by the system when a
process dies) tell a writer at work from one that died, whose leavings the next writer removes.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sim.results.errors import RunDiffers, RunError
from sim.results.seal import (
    REPORT_NAME,
    REPORT_SEAL_NAME,
    SEAL_NAME,
    file_sha256,
    seal_text,
    sealed_file,
)
from sim.results.stored import StoredRun
from sim.results.verification import TEMPORARY_PREFIX, report_seal, verify

ReportMaker = Callable[[Path], str]
"""Makes the HTML of a report from a run directory."""


class Results(Protocol):
    """A whole result in memory: of a run, or of a stress test."""

    @property
    def digest(self) -> str:
        """The digest of the result."""

    @property
    def directory_name(self) -> str:
        """Name of the directory it is written to."""

    def files(self, *, report: bool) -> dict[str, bytes]:
        """Return all files that DONE seals, by path; `report` is whether a report will stand beside them."""


@dataclass(frozen=True)
class WrittenRun:
    """Where the run stands; `kept` where an equal one stood there before and was left as it was."""

    path: Path
    kept: bool


def write_run(
    root: Path, results: Results, *, force: bool = False, make_report: ReportMaker | None = None
) -> WrittenRun:
    """Write a result as a run directory under `root`, whole or not at all.

    An equal run that stands there already is kept. A different, damaged or foreign one raises `RunDiffers`,
    or is replaced with `force`. Raises `RunError` where the disk refuses.
    """
    target = root / results.directory_name
    try:
        root.mkdir(parents=True, exist_ok=True)
        kept = not _write(root, target, results, force, make_report)
        if kept and make_report is not None and not (target / REPORT_NAME).exists():
            write_report(target, make_report)
    except OSError as error:
        raise RunError(f"{target}: cannot be written: {error.strerror or error}") from error
    return WrittenRun(target, kept)


def require_place(root: Path, name: str, *, force: bool = False) -> bool:
    """Refuse now what `write_run` would refuse later: a run called `name` under `root`.

    Returns whether a whole run stands there already. Raises `RunError` where nothing can be written under
    `root`, and, without `force`, `RunDiffers` where something else stands at the place. Leaves nothing.
    """
    target = root / name
    try:
        _require_writable(root)
        if not target.exists():
            return False
    except OSError as error:
        raise RunError(f"{root}: cannot be written to: {error.strerror or error}") from error
    problem = _first_problem(target)
    if problem and not force:
        raise _no_whole_run(target, problem)
    return not problem


def write_report(path: Path, make_report: ReportMaker) -> Path:
    """Make the report of a run directory (again) and put its hash beside DONE; return the report's path."""
    report = write_report_to(path / REPORT_NAME, path, make_report)
    put_file(path / REPORT_SEAL_NAME, report_seal(file_sha256(report)))
    return report


def write_report_to(file: Path, path: Path, make_report: ReportMaker) -> Path:
    """Write the report of the run directory `path` to any file; raise `RunError` where the disk refuses."""
    put_file(file, make_report(path).encode())
    return file


def write_file(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _write(root: Path, target: Path, results: Results, force: bool, make_report: ReportMaker | None) -> bool:
    """Return whether the run was written; False where an equal one stands."""
    with _locked(root):
        _remove_abandoned(root, target.name)
        if _equal_stands(target, results, force=force):
            return False
        temporary = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY_PREFIX}{target.name}-", dir=root))
        lock = _lock(temporary)
    try:
        _fill(temporary, results, make_report)
        with _locked(root):
            if _equal_stands(target, results, force=force):
                return False
            _put(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)
    return True


def _fill(directory: Path, results: Results, make_report: ReportMaker | None) -> None:
    files = results.files(report=make_report is not None)
    for name, content in files.items():
        file = directory / name
        file.parent.mkdir(exist_ok=True)
        write_file(file, content)
    # Made before DONE: a report that cannot be made must not leave a run that looks whole.
    if make_report is not None:
        write_report(directory, make_report)
    for folder in {(directory / name).parent for name in files}:
        _flush_directory(folder)
    sealed = {name: sealed_file(content) for name, content in files.items()}
    write_file(directory / SEAL_NAME, seal_text(sealed).encode())
    directory.chmod(0o755)
    _flush_directory(directory)


def _equal_stands(target: Path, results: Results, *, force: bool) -> bool:
    if not target.exists():
        return False
    problem = _first_problem(target)
    standing = "" if problem else str(StoredRun(target).manifest["digest"])
    if standing == results.digest:
        return True
    if force:
        return False
    if problem:
        raise _no_whole_run(target, problem)
    raise RunDiffers(
        f"{target}: a different result stands there (digest {standing}, now {results.digest}); "
        "--force replaces it"
    )


def _first_problem(target: Path) -> str:
    """What keeps that which stands at `target` from being a whole run; empty where it is one."""
    problems = verify(target) if target.is_dir() else ["it is no directory"]
    return str(problems[0]) if problems else ""


def _no_whole_run(target: Path, problem: str) -> RunDiffers:
    return RunDiffers(
        f"{target}: something stands there that is no whole run ({problem}); --force replaces it"
    )


def _require_writable(root: Path) -> None:
    """Raise `OSError` unless a directory can be made in `root`, or in the folder that `root` would be made in.

    Rights do not tell (of /proc, for one), so that a directory is made and taken away.
    """
    folders = (root.absolute(), *root.absolute().parents)
    standing = next(folder for folder in folders if folder.exists() or folder.is_symlink())
    if not standing.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{standing} is no folder")
    Path(tempfile.mkdtemp(prefix=f"{TEMPORARY_PREFIX}place-", dir=standing)).rmdir()


def _put(temporary: Path, target: Path) -> None:
    if target.exists():
        retired = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY_PREFIX}{target.name}-", dir=target.parent))
        target.rename(retired / target.name)
        temporary.rename(target)
        shutil.rmtree(retired, ignore_errors=True)
    else:
        temporary.rename(target)
    _flush_directory(target.parent)


def _remove_abandoned(root: Path, name: str) -> None:
    for leaving in root.glob(f"{TEMPORARY_PREFIX}{name}-*"):
        try:
            lock = _lock(leaving, wait=False)
        except BlockingIOError:
            continue
        shutil.rmtree(leaving, ignore_errors=True)
        os.close(lock)


def put_file(path: Path, content: bytes) -> None:
    """Put content at a path so that it holds the old or the new but never a torn one; raise `RunError`."""
    try:
        _replace(path, content)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{path.name}")
    temporary.unlink(missing_ok=True)
    try:
        write_file(temporary, content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_directory(path.parent)


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    descriptor = _lock(directory)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(directory: Path, *, wait: bool = True) -> int:
    """Return a descriptor that holds the lock of a directory until it is closed or its process ends."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
