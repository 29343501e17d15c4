"""From sections to one page: a Jinja template with its style sheet inside, nothing fetched, no script."""

from __future__ import annotations

import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from reports import stress
from reports.elements import Section
from reports.quantities import counted, of_days
from reports.run_directory import RunDirectory
from reports.sharing import Drawers
from reports.sharing import sections as drawn_sections

_TEMPLATES: Final = Path(__file__).parent / "template"
_LONGEST_WORD: Final = 34
_MOST_CHANGED: Final = 6

STRESS_KIND: Final = "stress"
"""What the manifest of a stress test says that it is; a run's says nothing."""


def render(run_directory: Path, drawers: Drawers | None = None) -> str:
    """Return the whole report of a run directory as HTML; the same directory gives the same bytes.

    Where there are `drawers`, they draw a run's sections side by side.
    Raises `ReportError`, naming the file, when something is missing or cannot be read.
    """
    run = RunDirectory(run_directory)
    if run.manifest.get("kind") == STRESS_KIND:
        return _page(run, stress.basis(run), stress.sections(run))
    run.read_all()
    return _page(run, _basis(run), drawn_sections(run, drawers))


def _page(run: RunDirectory, basis: str, sections: list[Section]) -> str:
    return page_template().render(
        title=str(run.setting("scenario.title", run.path.name)),
        question=str(run.setting("scenario.question", "")),
        basis=basis,
        sections=sections,
        style=style(),
    )


@cache
def environment() -> Environment:
    """The template environment: everything is escaped unless it is markup made here."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["unbroken"] = _unbroken
    return made


def page_template() -> Template:
    """The page's template, compiled."""
    return environment().get_template("report.html.j2")


@cache
def style() -> Markup:
    """The style sheet, as it goes into the page."""
    return Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))


def _unbroken(cell: str) -> bool:
    """Whether a cell holds a word, such as a hash, that must be broken somewhere to fit."""
    return any(len(word) > _LONGEST_WORD for word in cell.split())


def _basis(run: RunDirectory) -> str:
    """Scale, engine and signing in one line."""
    scale = str(run.setting("economy.scale", "literal"))
    if scale == "literal":
        meaning = "literal scale: the simulated people are all there are"
    else:
        weight = run.setting("economy.person_weight", 1)
        meaning = f"{scale} scale, each person stands for {weight}: no answer about the chain"
    patients, days = run.setting("population.patients", "?"), run.setting("time.days", "?")
    people = counted(patients, "patient") if isinstance(patients, int) else f"{patients} patients"
    span = of_days(days) if isinstance(days, int | float) else f"{days} days"
    warmup_days = run.setting("time.warmup_days", 0)
    warmed = (
        f" Figures are measured after the warm-up of {of_days(warmup_days)}; tables hold the whole run."
        if warmup_days
        else ""
    )
    engine, signing = run.manifest.get("engine", "?"), run.manifest.get("signing", "?")
    protocol, seed = run.setting("chain.protocol", "?"), run.manifest.get("seed", "?")
    return (
        f"{people}, {span} from {run.setting('time.start', '?')} "
        f"({run.setting('time.zone', '?')}); "
        f"{meaning}; protocol {protocol}, engine {engine}, {signing} signing, seed {seed}; 1 run, no "
        f"interval.{warmed}{_set_otherwise(run)}"
    )


def _set_otherwise(run: RunDirectory) -> str:
    """What this run changed of its scenario, of which title and question still are."""
    replay = run.fact("replay")
    words = shlex.split(replay) if isinstance(replay, str) else []
    changed = [after for word, after in pairwise(words) if word == "--set"]
    if not changed:
        return ""
    shown = ", ".join(changed[:_MOST_CHANGED])
    more = f" and {len(changed) - _MOST_CHANGED} more (section 10)" if len(changed) > _MOST_CHANGED else ""
    return f" Title and question are the scenario's; this run sets {shown}{more}."
