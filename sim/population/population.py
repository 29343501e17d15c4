"""A population read back: histories at once, resources only when asked for."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from sim import paths
from sim.population.errors import PopulationError
from sim.population.histories import Encounter, History, Provider
from sim.population.store import COUNTED, FORMAT, MANIFEST, STATED, TABLES, sha256_of

Json = dict[str, Any]

_CACHED_GROUPS: Final = 2


class Population:
    """Histories with their resources, from a directory whose files have been checked against its manifest."""

    def __init__(self, directory: Path, manifest: Json) -> None:
        self.directory = directory
        self.manifest = manifest
        self._wanted: frozenset[str] = frozenset()
        self._kept: dict[str, bytes] = {}
        self._groups: OrderedDict[int, pa.ChunkedArray] = OrderedDict()

    def __repr__(self) -> str:
        return f"Population({self.name!r}, {len(self.histories)} histories)"

    @property
    def name(self) -> str:
        """The population's name."""
        return str(self.manifest["name"])

    @cached_property
    def histories(self) -> tuple[History, ...]:
        """All histories in order of patient id."""
        encounters: dict[str, list[Encounter]] = defaultdict(list)
        for encounter in self.encounters.values():
            encounters[encounter.patient_id].append(encounter)
        names = [name for name in TABLES["patients.parquet"].names if name != "resources"]
        rows = zip(*_columns(self._file("patients.parquet"), names), strict=True)
        return tuple(
            History(patient_id, birth_date, gender, resource_count, tuple(encounters[patient_id]))
            for patient_id, birth_date, gender, resource_count in rows
        )

    @cached_property
    def encounters(self) -> dict[str, Encounter]:
        """All encounters by id, in order of patient and time."""
        names = [name for name in TABLES["encounters.parquet"].names if name != "resources"]
        rows = zip(*_columns(self._encounters_file, names), strict=True)
        return {row[0]: Encounter._make(row) for row in rows}

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """All providers by id."""
        rows = zip(*_columns(self._file("providers.parquet"), TABLES["providers.parquet"].names), strict=True)
        return {row[0]: Provider(*row) for row in rows}

    def resources(self, encounter_id: str) -> list[Json]:
        """Return the encounter's own FHIR resources; raise `PopulationError` for an unknown encounter."""
        return [json.loads(line) for line in self._lines(encounter_id).split(b"\n")]

    def keep(self, encounter_ids: Iterable[str]) -> None:
        """Name the encounters that will be asked for: each is then decompressed once and stays in memory."""
        self._wanted = frozenset(encounter_ids)
        self._kept = {i: lines for i, lines in self._kept.items() if i in self._wanted}

    def patient_resources(self, patient_id: str) -> list[Json]:
        """Return the resources of the patient that belong to no encounter; raise for an unknown patient."""
        ids, lines = self._patient_lines
        row = ids.get(patient_id)
        if row is None:
            raise PopulationError(self.name, f"has no patient {patient_id!r}")
        return [json.loads(line) for line in lines[row].as_py().split(b"\n")]

    def shared_resources(self) -> list[Json]:
        """Return the resources that belong to no patient: organisations, practitioners, locations, …"""
        (lines,) = _columns(self._file("shared.parquet"), ["resource"])
        return [json.loads(line) for line in lines]

    def skipped(self) -> list[tuple[str, str, str]]:
        """Return (file, place, reason) of everything that the import did not take."""
        columns = _columns(self._file("skipped.parquet"), TABLES["skipped.parquet"].names)
        return list(zip(*columns, strict=True))

    def all_resources(self) -> Iterator[Json]:
        """Yield every resource of the population: shared, then each patient's own, then each encounter's."""
        yield from self.shared_resources()
        for history in self.histories:
            yield from self.patient_resources(history.patient_id)
            for encounter in history.encounters:
                yield from self.resources(encounter.encounter_id)

    def _lines(self, encounter_id: str) -> bytes:
        if encounter_id in self._wanted and encounter_id not in self._kept:
            self._read_wanted()
        if encounter_id in self._kept:
            return self._kept[encounter_id]
        place = self._places.get(encounter_id)
        if place is None:
            raise PopulationError(self.name, f"has no encounter {encounter_id!r}")
        number, row = place
        lines: bytes = self._group(number)[row].as_py()
        return lines

    def _read_wanted(self) -> None:
        """Read what will be asked for, group after group: each goes where the one before it was in memory."""
        rows = defaultdict(list)
        for encounter_id in self._wanted & self._places.keys():
            number, row = self._places[encounter_id]
            rows[number].append((encounter_id, row))
        for number in sorted(rows):
            group = self._read_group(number)
            self._kept.update((encounter_id, group[row].as_py()) for encounter_id, row in rows[number])

    def _group(self, number: int) -> pa.ChunkedArray:
        """Return the resources of a group's encounters; the last few groups stay in memory."""
        group = self._groups.get(number)
        if group is None:
            self._groups[number] = group = self._read_group(number)
            if len(self._groups) > _CACHED_GROUPS:
                self._groups.popitem(last=False)
        return group

    def _read_group(self, number: int) -> pa.ChunkedArray:
        # one column of two megabytes: threads would cost more than they save
        table = self._encounters_file.read_row_group(number, columns=["resources"], use_threads=False)
        return table.column("resources")

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Which group an encounter's resources stand in, and in which row of it."""
        metadata = self._encounters_file.metadata
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        places = ((number, row) for number, size in enumerate(sizes) for row in range(size))
        return dict(zip(self.encounters, places, strict=True))

    @cached_property
    def _encounters_file(self) -> pq.ParquetFile:
        return self._file("encounters.parquet")

    @cached_property
    def _patient_lines(self) -> tuple[Mapping[str, int], pa.ChunkedArray]:
        """Each patient's row, and the resources of all of them."""
        table = self._file("patients.parquet").read(columns=["patient_id", "resources"], use_threads=False)
        ids = table.column("patient_id").to_pylist()
        return {patient_id: row for row, patient_id in enumerate(ids)}, table.column("resources")

    def _file(self, name: str) -> pq.ParquetFile:
        path = self.directory / name
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise PopulationError(str(path), f"cannot be read: {error}") from error
        if not file.schema_arrow.equals(TABLES[name]):
            raise PopulationError(str(path), "has other columns", ", ".join(TABLES[name].names))
        return file


def load(source: str | Path) -> Population:
    """Return the population called `source` (a bundled name such as "sample", or a directory).

    Raises `PopulationError` where there is none, or where a file differs from the manifest.
    """
    directory = _directory(source)
    manifest = _manifest(directory / MANIFEST)
    for name in TABLES:
        _require_unchanged(directory / name, manifest["files"][name])
    return Population(directory, manifest)


def bundled_names() -> list[str]:
    """Return the names of the bundled populations."""
    return sorted(path.parent.name for path in paths.populations_directory().glob(f"*/{MANIFEST}"))


def _directory(source: str | Path) -> Path:
    if isinstance(source, str) and source in bundled_names():
        return paths.populations_directory() / source
    directory = Path(source)
    if (directory / MANIFEST).is_file():
        return directory
    allowed = f"{', '.join(bundled_names())} or a directory made by `medsim population import` or `generate`"
    if directory.is_dir():
        raise PopulationError(str(source), f"holds no {MANIFEST}, so it is no population", allowed)
    raise PopulationError(str(source), "there is no such population", allowed)


def _manifest(path: Path) -> Json:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise PopulationError(str(path), f"cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise PopulationError(str(path), "is not of a known format", f'"format": {FORMAT}')
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(files.get(name), dict) for name in TABLES):
        raise PopulationError(str(path), "does not name all its files", ", ".join(TABLES))
    wrong = [name for name, kind in STATED.items() if not isinstance(manifest.get(name), kind)]
    if not wrong:
        wrong = [f"counts.{name}" for name in COUNTED if not isinstance(manifest["counts"].get(name), int)]
    if wrong:
        raise PopulationError(str(path), f"does not say its {', '.join(wrong)}")
    return manifest


def _require_unchanged(path: Path, stated: Json) -> None:
    if not path.is_file():
        raise PopulationError(str(path), "is missing")
    if sha256_of(path) != stated.get("sha256"):
        raise PopulationError(str(path), f"is changed or damaged: its SHA-256 is not the one in {MANIFEST}")


def _columns(file: pq.ParquetFile, names: list[str]) -> list[list[Any]]:
    table = file.read(columns=names, use_threads=False)
    return [table.column(name).to_pylist() for name in names]
