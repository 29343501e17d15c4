"""Section 5: people; visits by day and hour, and the funnel from a tried visit to a shared record."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pandas as pd

from reports.elements import Element, Gallery, Paragraph, Section, Table, columns
from reports.measures import median, record_sizes
from reports.quantities import counted, octets, plain, share, whole
from reports.run_directory import RunDirectory
from reports.sections.people_figures import day_figure, frequency_figure, funnel_figure, hour_figure, stages

_CLASS_NAMES: Final = {
    "AMB": "ambulatory", "EMER": "emergency", "IMP": "inpatient", "HH": "home health", "VR": "virtual",
    "OBSENC": "observation", "SS": "short stay", "ACUTE": "inpatient, acute",
}  # fmt: skip
_MOST_PROVIDERS: Final = 10


def section(run: RunDirectory) -> Section:
    """Who came, when, and how far each visit got."""
    needed = (
        "visit_id", "patient_id", "provider_id", "provider_name", "encounter_class", "started_at_s",
        "checked_in_at_s",
        "anchored_at_s", "credited_at_s", "outcome", "resources", "record_bytes",
    )  # fmt: skip
    visits = run.table("visits", needed)
    shared = _shared_visits(run)
    elements: list[Element] = [
        Paragraph(_lead(visits)),
        Gallery(
            (
                funnel_figure(visits, shared),
                day_figure(run, visits),
                hour_figure(run, visits),
                frequency_figure(visits),
            )
        ),
        _group_table(
            "By class of encounter", "Class", visits, visits["encounter_class"].map(_class_name), shared
        ),
        _provider_table(visits, shared),
        _outcome_table(visits),
        Paragraph(_population(run), note=True),
    ]
    return Section(5, "people", "People", tuple(elements))


def _class_name(code: object) -> str:
    return f"{_CLASS_NAMES[str(code)]} ({code})" if str(code) in _CLASS_NAMES else str(code)


def _shared_visits(run: RunDirectory) -> set[str]:
    """Records accepted elsewhere, named by record id; forged presentations do not count."""
    shares = run.table("shares", ("record_id", "origin", "accepted", "from_provider_id", "to_provider_id"))
    good = shares[shares["accepted"] & (shares["origin"] != "forged")]
    good = good[good["from_provider_id"] != good["to_provider_id"]]
    visits = run.table("visits", ("visit_id", "record_id"))
    return set(visits.loc[visits["record_id"].isin(good["record_id"]), "visit_id"])


def _lead(visits: pd.DataFrame) -> str:
    if visits.empty:
        return "Nobody visited anybody in this run."
    patients, providers = visits["patient_id"].nunique(), visits["provider_id"].nunique()
    done = int(visits["credited_at_s"].notna().sum())
    lead = (
        f"{counted(patients, 'patient')} tried {counted(len(visits), 'visit')} at "
        f"{counted(providers, 'provider')}; "
        f"{done:,} ({share(done / len(visits))}) went all the way to credited points."
    )
    sizes = record_sizes(visits)
    if not sizes:
        return f"{lead} No record was made."
    resources = visits.loc[visits["record_bytes"] > 0, "resources"].tolist()
    return (
        f"{lead} A record held {counted(round(median(resources)), 'resource')} and {octets(median(sizes))} "
        "at the median."
    )


def _group_table(
    caption: str, title: str, visits: pd.DataFrame, groups: pd.Series, shared: set[str]
) -> Table:
    titles = columns(f"{title}", "#Tried", "#Checked in", "#Anchored", "#Credited", "#Shared")
    rows = []
    for name, part in visits.groupby(groups, sort=True):
        rows.append((len(part), str(name), stages(part, shared)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return Table(
        caption,
        titles,
        tuple((name, *(whole(count) for _, count in reached)) for _, name, reached in rows),
        empty="No visit was tried in this run.",
    )


def _provider_table(visits: pd.DataFrame, shared: set[str]) -> Table:
    busiest = visits["provider_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    kept = visits[visits["provider_id"].isin(busiest.index[:_MOST_PROVIDERS])]
    names = kept["provider_id"].map(_provider_names(kept))
    caption = f"By provider, the {_MOST_PROVIDERS} busiest of {len(busiest):,}"
    if len(busiest) <= _MOST_PROVIDERS:
        caption = "By provider"
    return _group_table(caption, "Provider", kept, names, shared)


def _provider_names(visits: pd.DataFrame) -> dict[str, str]:
    """A name by provider id; the start of the id is added where two providers share a name."""
    pairs = zip(visits["provider_id"], visits["provider_name"], strict=True)
    names = {str(provider): str(name) for provider, name in pairs}
    shared = Counter(names.values())
    return {
        provider: f"{name} · {provider[:8]}" if shared[name] > 1 else name for provider, name in names.items()
    }


def _outcome_table(visits: pd.DataFrame) -> Table:
    outcomes = visits["outcome"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return Table(
        "How visits ended",
        columns("Outcome", "#Visits", "#Share"),
        tuple((str(name), whole(count), share(count / len(visits))) for name, count in outcomes.items()),
        empty="No visit was tried in this run.",
    )


def _origin(run: RunDirectory) -> str:
    """Where the histories come from and whom they became, as far as the run noted it."""
    source = run.setting("population.source")
    whose = "the bundled synthetic sample" if source == "sample" else f"“{plain(source)}”"
    generator, seed, licence = (run.fact(f"population.{key}") for key in ("generator", "seed", "licence"))
    grown = f" from seed {seed}" if seed is not None else ""
    made = f", made by {generator}{grown}" if generator else ""
    licensed = f" (licence: {licence})" if licence else ""
    used, people = run.fact("population.histories_used"), run.fact("population.people")
    became = ""
    if isinstance(used, int) and isinstance(people, int):
        verb = "stands" if used == 1 else "stand"
        became = (
            f"; {counted(used, 'history', 'histories')} {verb} for {counted(people, 'person', 'people')} here"
        )
    return f"The histories come from {whose}{licensed}{made}{became}."


def _population(run: RunDirectory) -> str:
    again = run.setting("population.resample")
    drawn = {True: "drawn with replacement", False: "each used at most once"}.get(
        again, "drawn as the source says"
    )
    return (
        f"{_origin(run)} They were {drawn}. Each history keeps its true spacing, class, provider and content, and "
        "is shifted as a whole by its own number of weeks so that its busiest window falls into the run; visit counts "
        "are therefore busier than an average month of the same people."
    )
