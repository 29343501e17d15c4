"""Says everything that is wrong with a run directory."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.errors import MedSimError
from sim.metrics.stress_tables import STRESS_SCHEMAS
from sim.metrics.tables import SCHEMAS
from sim.results.digest import combined_digest, kpis_digest, table_digest
from sim.results.errors import RunDamaged, RunNotFound
from sim.results.files import SCHEMA_VERSION, STRESS_KIND
from sim.results.journal import checked_head
from sim.results.seal import (
    REPORT_NAME,
    REPORT_SEAL_NAME,
    SEAL_NAME,
    UNSEALED_NAMES,
    SealedFile,
    SealError,
    file_sha256,
    parse_seal,
)
from sim.results.stored import StoredRun

TEMPORARY_PREFIX = ".tmp-"
"""Names of directories at work, or left by a process that died, start so; they are never a result."""


REPORT_FILES = (
    REPORT_NAME,
    REPORT_SEAL_NAME,
    f"{TEMPORARY_PREFIX}{REPORT_NAME}",
    f"{TEMPORARY_PREFIX}{REPORT_SEAL_NAME}",
)
"""The report, its hash, and what a process that died while making them leaves."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `kind` is changed, cut, missing, extra, torn, unfinished or inconsistent."""

    kind: str
    file: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.file}: {self.detail}"


def verify(path: Path) -> list[Problem]:
    """Return all problems of a run directory, none where it is whole.

    Files are compared with DONE, the report with the hash beside it; where all agree, digest and journal are
    computed again. Raises `RunNotFound` where there is no directory.
    """
    if not path.is_dir():
        raise RunNotFound(f"{path}: no run directory there")
    if path.resolve().name.startswith(TEMPORARY_PREFIX):
        return [Problem("unfinished", path.name, "is the temporary name of a run that was never finished")]
    try:
        sealed = parse_seal((path / SEAL_NAME).read_bytes())
    except SealError as error:
        return [Problem("torn", SEAL_NAME, str(error))]
    except OSError as error:
        return [
            Problem("unfinished", SEAL_NAME, f"cannot be read ({error.strerror}): the run was not finished")
        ]
    problems = [*_file_problems(path, sealed), *_extra_files(path, sealed)]
    return [*(problems or _inconsistencies(path)), *_report_problems(path)]


def require_one_run(path: Path) -> None:
    """Raise `RunNotFound` naming the runs inside where `path` is no run but a folder of runs."""
    if (path / SEAL_NAME).exists():
        return
    inside = sorted(
        seal.parent
        for seal in path.glob(f"*/{SEAL_NAME}")
        if not seal.parent.name.startswith(TEMPORARY_PREFIX)
    )
    if inside:
        listed = "".join(f"\n  {run}" for run in inside)
        raise RunNotFound(f"{path}: is a folder of runs, not a run; did you mean{listed}")


def require_sound(path: Path) -> None:
    """Raise `RunDamaged` naming every problem of a run but those of its report, which may be made again."""
    problems = [problem for problem in verify(path) if problem.file not in REPORT_FILES]
    if problems:
        raise RunDamaged(f"{path}: is damaged: " + "; ".join(str(problem) for problem in problems))


def _file_problems(path: Path, sealed: dict[str, SealedFile]) -> Iterator[Problem]:
    for name, expected in sealed.items():
        file = path / name
        if not _is_plain_file(file):
            yield Problem("missing", name, "is listed in DONE but is not there as a plain file")
            continue
        size_bytes = file.stat().st_size
        if size_bytes < expected.size_bytes:
            yield Problem("cut", name, f"has {size_bytes} of {expected.size_bytes} bytes")
        elif size_bytes > expected.size_bytes:
            yield Problem("changed", name, f"has {size_bytes} bytes, was written with {expected.size_bytes}")
        elif file_sha256(file) != expected.sha256:
            yield Problem("changed", name, "its content is not what was written")


def _is_plain_file(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False


def _extra_files(path: Path, sealed: dict[str, SealedFile]) -> Iterator[Problem]:
    folders = {parent.as_posix() for name in sealed for parent in Path(name).parents}
    for found in sorted(path.rglob("*")):
        name = found.relative_to(path).as_posix()
        if found.is_dir() and not found.is_symlink():
            if name not in folders:
                yield Problem("extra", name, "is a folder that the run did not write")
        elif name not in sealed and name not in UNSEALED_NAMES:
            yield Problem("extra", name, "is a file that the run did not write")


def _report_problems(path: Path) -> Iterator[Problem]:
    again = "make the report again with: medsim report"
    present = [name for name in (REPORT_NAME, REPORT_SEAL_NAME) if _is_plain_file(path / name)]
    if len(present) == 1:
        absent = REPORT_SEAL_NAME if present == [REPORT_NAME] else REPORT_NAME
        yield Problem("missing", absent, f"stands no longer beside {present[0]}; {again}")
    elif present:
        claimed = (path / REPORT_SEAL_NAME).read_bytes()
        if claimed != report_seal(file_sha256(path / REPORT_NAME)):
            yield Problem("changed", REPORT_NAME, f"does not fit {REPORT_SEAL_NAME}; {again}")


def report_seal(sha256: str) -> bytes:
    """Return the content of the file that stands beside a report with this hash, as `sha256sum` writes it."""
    return f"{sha256}  {REPORT_NAME}\n".encode()


def _inconsistencies(path: Path) -> Iterator[Problem]:
    """Whole files can still contradict one another when they were never written together."""
    run = StoredRun(path)
    try:
        manifest = run.manifest
        stressed = manifest.get("kind") == STRESS_KIND
        names = sorted(STRESS_SCHEMAS if stressed else SCHEMAS)
        tables = {name: table_digest(name, run.table(name)) for name in names}
        claims = {
            "schema_version": SCHEMA_VERSION,
            "table_digests": tables,
            "digest": combined_digest(tables, kpis_digest(run.kpis)),
        }
        if not stressed:
            claims["journal_head"] = checked_head(run.journal())
    except MedSimError as error:
        yield Problem("inconsistent", path.name, str(error))
        return
    for key, computed in claims.items():
        if manifest.get(key) != computed:
            yield Problem("inconsistent", "manifest.json", f"{key} is not what the files give: {computed}")
    if manifest.get("report") is True and not (path / REPORT_NAME).is_file():
        yield Problem("missing", REPORT_NAME, "was written with the run; make it again with: medsim report")
