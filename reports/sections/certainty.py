"""Section 9: how sure; what rests on which parameter, sourced, derived or unsourced."""

from __future__ import annotations

from typing import Final

from reports.elements import Element, Paragraph, Section, Table, columns
from reports.quantities import NONE, counted, number, plain, with_unit
from reports.run_directory import Input, Kpi, RunDirectory
from reports.sections.answer import basis

GRADES: Final = (
    ("S", "sourced: read in code, an official text or a publication"),
    ("D", "derived by arithmetic from sourced figures, or without influence on any result"),
    ("U", "unsourced: a plausible value in a range; never to be called calibrated"),
)


def section(run: RunDirectory) -> Section:
    """Grades of inputs, then every KPI with what it rests on."""
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run)),
        _grade_table(run),
        _unsourced_table(run),
        _kpi_table(run),
    )
    return Section(9, "certainty", "How sure", elements)


def _lead(run: RunDirectory) -> str:
    unsourced = [kpi for kpi in run.kpis.values() if kpi.grade == "U" and kpi.value is not None]
    defined = [kpi for kpi in run.kpis.values() if kpi.value is not None]
    spread = (
        "every figure comes from 1 run and has no interval"
        if not _has_intervals(run)
        else "intervals are given"
    )
    return (
        f"{counted(len(unsourced), 'figure')} of {len(defined):,} rest on at least one unsourced "
        f"parameter; {spread}. "
        "Another seed gives other figures; how far they scatter needs several runs."
    )


def _has_intervals(run: RunDirectory) -> bool:
    return any(kpi.interval is not None for kpi in run.kpis.values())


def _grade_table(run: RunDirectory) -> Table:
    rows = []
    for grade, meaning in GRADES:
        parameters = sum(parameter.grade == grade for parameter in run.inputs)
        figures = sum(kpi.grade == grade for kpi in run.kpis.values() if kpi.value is not None)
        rows.append((grade, meaning, f"{parameters:,}", f"{figures:,}"))
    titles = columns("Grade", "Meaning", "#Parameters", "#KPIs whose weakest input has it")
    return Table("Grades", titles, tuple(rows))


def _unsourced_table(run: RunDirectory) -> Table:
    return Table(
        "Unsourced parameters",
        columns("Key", "#Value", "Unit", "Range", "What it is"),
        tuple(
            (
                parameter.key,
                value_text(parameter),
                unit_text(parameter),
                value_range(parameter),
                parameter.doc,
            )
            for parameter in run.inputs
            if parameter.grade == "U"
        ),
        empty="Every parameter of this run has a source.",
    )


def value_text(parameter: Input) -> str:
    """A parameter's value; a seed is copied rather than read, so its digits stay together."""
    return str(parameter.value) if parameter.key == "seed" else plain(parameter.value)


def unit_text(parameter: Input) -> str:
    """The unit, where there is one to speak of."""
    return "" if parameter.unit == "1" else parameter.unit


def value_range(parameter: Input) -> str:
    """The plausible range where one is stated, else what is accepted."""
    if parameter.allowed:
        return ", ".join(plain(choice) for choice in parameter.allowed)
    low, high = parameter.plausible or (parameter.minimum, parameter.maximum)
    if low is None and high is None:
        return NONE
    return f"{plain(low)} to {plain(high)}"


def _kpi_table(run: RunDirectory) -> Table:
    return Table(
        "Every KPI",
        columns("KPI", "#Value", "#n", "Interval, grade or why undefined"),
        tuple(_kpi_row(kpi) for kpi in run.kpis.values()),
        empty="The run holds no KPI.",
    )


def _kpi_row(kpi: Kpi) -> tuple[str, str, str, str]:
    n = f"{kpi.n:,}" if kpi.n is not None else ""
    if kpi.value is None:
        return kpi.name, NONE, n, f"undefined: {kpi.reason}"
    beside = "".join(f"; {name} {NONE if value is None else number(value)}" for name, value in kpi.beside)
    return kpi.name, with_unit(kpi.value, kpi.unit), n, basis(kpi) + beside
