"""Section 10: the inputs, changed ones first, and how to make this run again."""

from __future__ import annotations

import re
import shlex
from typing import Final

from reports.elements import Element, Paragraph, Section, Table, columns
from reports.quantities import counted, number, plain
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
        _changed_table(changed),
        _kept_table(kept),
    )
    return Section(10, "inputs", "Inputs", elements)


def replay_command(run: RunDirectory) -> str:
    """The command that makes this run again, given from outside its directory: a result is never written into.

    The run's own word for it, where the manifest has one; else one that reads its `scenario.toml`.
    """
    told = run.fact("replay")
    if isinstance(told, str) and told:
        return told
    seed, engine = run.manifest.get("seed"), run.manifest.get("engine")
    stressed = run.manifest.get("kind") == "stress"
    words = ["medsim", "stress" if stressed else "run", f"runs/{directory_name(run)}/scenario.toml"]
    words += ["--seed", str(seed)] if seed is not None else []
    words += ["--engine", str(engine)] if engine is not None and not stressed else []
    return shlex.join([*words, "--out", "runs-again"])


def directory_name(run: RunDirectory) -> str:
    """The final name of the run directory; while a run is written, its report is made in a temporary one."""
    known = [run.manifest.get(key) for key in ("scenario", "scenario_hash", "seed", "engine")]
    if any(value is None for value in known):
        return run.path.resolve().name
    scenario, digest, seed, engine = (str(value) for value in known)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", scenario).strip(".-") or "scenario"
    return f"{name}-{digest.removeprefix('0x')[:8]}-s{seed}-{engine}"


def _provenance(run: RunDirectory) -> Table:
    where = "replay" if run.fact("replay") else "replay, from the folder that holds runs"
    rows = [(where, replay_command(run))]
    rows += [
        (title, _provenance_text(run.manifest[key]))
        for key, title in _PROVENANCE
        if run.manifest.get(key) is not None
    ]
    versions = run.manifest.get("versions")
    if isinstance(versions, dict):
        rows.append(
            ("versions", ", ".join(f"{name} {version}" for name, version in sorted(versions.items())))
        )
    note = "Engine, signing, versions and wall time are outside the digest."
    return Table("Where this run comes from", columns("What", "Value"), tuple(rows), note=note)


def _provenance_text(value: object) -> str:
    """Names, hashes and seeds to the last digit; a measured time to as many as mean something."""
    return number(value) if isinstance(value, float) else str(value)


def _changed_table(parameters: list[Input]) -> Table:
    return Table(
        "Differ from the defaults",
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
        empty="Every parameter has its default.",
    )


def _kept_table(parameters: list[Input]) -> Table:
    return Table(
        "At their defaults",
        columns("Key", "#Value", "Unit", "Grade", "Source"),
        tuple(
            (
                parameter.key,
                value_text(parameter),
                unit_text(parameter),
                parameter.grade,
                parameter.source,
            )
            for parameter in parameters
        ),
        empty="No parameter has its default.",
    )
