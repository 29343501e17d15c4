"""Section 10: the inputs, changed ones first, and how to make this run again."""

from __future__ import annotations

from typing import Final

from reports.elements import Element, Paragraph, Section, Table, columns
from reports.quantities import counted, plain
from reports.run_directory import Input, RunDirectory
from reports.sections.certainty import unit_text, value_text

_PROVENANCE: Final = (
    ("digest", "digest of tables and KPIs"),
    ("seed", "seed"),
    ("scenario", "scenario"),
    ("scenario_hash", "hash of the scenario"),
    ("engine", "engine"),
    ("signing", "signing"),
    ("head_hash", "hash of the last block"),
    ("state_root", "state root"),
    ("wall_s", "wall time [s]"),
)


def section(run: RunDirectory) -> Section:
    """Replay command, provenance, then every parameter."""
    changed = [parameter for parameter in run.inputs if parameter.changed]
    kept = [parameter for parameter in run.inputs if not parameter.changed]
    elements: tuple[Element, ...] = (
        Paragraph(
            f"{counted(len(changed), 'parameter')} of {len(run.inputs):,} differ from the defaults. "
            "The same scenario, seed and pinned dependencies give the same digest."
        ),
        _provenance(run),
        _table("Differ from the defaults", changed, "Every parameter has its default."),
        _table("At their defaults", kept, "No parameter has its default."),
    )
    return Section(10, "inputs", "Inputs", elements)


def replay_command(run: RunDirectory) -> str:
    """The command that makes this run again, given from inside its directory."""
    seed, engine = run.manifest.get("seed"), run.manifest.get("engine")
    command = "medsim run scenario.toml"
    command += f" --seed {seed}" if seed is not None else ""
    return command + (f" --engine {engine}" if engine is not None else "")


def _provenance(run: RunDirectory) -> Table:
    rows = [("replay, from this run's directory", replay_command(run))]
    rows += [
        (title, str(run.manifest[key])) for key, title in _PROVENANCE if run.manifest.get(key) is not None
    ]
    versions = run.manifest.get("versions")
    if isinstance(versions, dict):
        rows.append(
            ("versions", ", ".join(f"{name} {version}" for name, version in sorted(versions.items())))
        )
    note = "Engine, signing, versions and wall time are outside the digest."
    return Table("Where this run comes from", columns("What", "Value"), tuple(rows), note=note)


def _table(caption: str, parameters: list[Input], empty: str) -> Table:
    return Table(
        caption,
        columns("Key", "#Value", "#Default", "Unit", "Grade", "Source"),
        tuple(
            (
                parameter.key,
                value_text(parameter),
                plain(parameter.default) if parameter.default is not None else "required",
                unit_text(parameter),
                parameter.grade,
                parameter.source,
            )
            for parameter in parameters
        ),
        empty=empty,
    )
