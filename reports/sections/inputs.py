"""Section 10: the inputs, changed ones first, and how to make this run again."""

from __future__ import annotations

from reports.elements import Element, Paragraph, Section, Table, columns
from reports.quantities import NONE, counted, plain
from reports.run_directory import Input, RunDirectory


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
    """The command that makes this run again from its own scenario file."""
    seed, engine = run.manifest.get("seed"), run.manifest.get("engine")
    command = f"medsim run {run.path.name}/scenario.toml"
    command += f" --seed {seed}" if seed is not None else ""
    return command + (f" --engine {engine}" if engine is not None else "")


def _provenance(run: RunDirectory) -> Table:
    rows = [("replay", replay_command(run))]
    for name, value in run.manifest.items():
        if isinstance(value, str | int | float) or value is None:
            rows.append((name.replace("_", " "), plain_provenance(value)))
    versions = run.manifest.get("versions")
    if isinstance(versions, dict):
        rows.append(("versions", ", ".join(f"{name} {value}" for name, value in sorted(versions.items()))))
    return Table("Where this run comes from", columns("What", "Value"), tuple(rows))


def plain_provenance(value: object) -> str:
    """A manifest value; numbers ungrouped, because seeds and versions are copied, not read."""
    return NONE if value is None else str(value)


def _table(caption: str, parameters: list[Input], empty: str) -> Table:
    return Table(
        caption,
        columns("Key", "#Value", "#Default", "Unit", "Grade", "Source"),
        tuple(
            (
                parameter.key,
                plain(parameter.value),
                plain(parameter.default) if parameter.default is not None else "required",
                parameter.unit,
                parameter.grade,
                parameter.source,
            )
            for parameter in parameters
        ),
        empty=empty,
    )
