"""Results: their digest, and run directories that are written whole or not at all, verified and read back."""

from sim.results.digest import digest
from sim.results.errors import JournalDiffers, RunDamaged, RunDiffers, RunError, RunNotFound
from sim.results.journal import Journal
from sim.results.results import RunResults, directory_name
from sim.results.stored import StoredRun
from sim.results.verification import Problem, require_one_run, require_sound, verify
from sim.results.writer import (
    ReportMaker,
    WrittenRun,
    put_file,
    require_place,
    write_report,
    write_report_to,
    write_run,
)

__all__ = [
    "Journal",
    "JournalDiffers",
    "Problem",
    "ReportMaker",
    "RunDamaged",
    "RunDiffers",
    "RunError",
    "RunNotFound",
    "RunResults",
    "StoredRun",
    "WrittenRun",
    "digest",
    "directory_name",
    "put_file",
    "require_one_run",
    "require_place",
    "require_sound",
    "verify",
    "write_report",
    "write_report_to",
    "write_run",
]
