"""A run in a few lines of HTML, for a notebook's cell."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from reports.measures import no_chain_answer
from reports.quantities import NONE, with_unit
from reports.run_directory import RunDirectory
from reports.sections.verdict import checks, verdict

SUMMARY_KPIS = (
    "act.visits", "act.records_anchored", "act.shares", "chain.latency_p50_s", "chain.gas_used_share",
    "act.gas_per_visit", "token.supply_med", "reward.patient_med", "reward.provider_med",
    "privacy.plaintext_on_chain_bytes",
)  # fmt: skip


def summary(run_directory: Path) -> str:
    """Return title, verdict and leading KPIs as an HTML fragment; raises `ReportError` as `render` does."""
    run = RunDirectory(run_directory)
    row = Markup("<tr><td>{}</td><td style='text-align: right'>{}</td></tr>")
    told = [name for name in SUMMARY_KPIS if not (name.startswith("chain.") and no_chain_answer(run))]
    rows = Markup("").join(
        row.format(name, with_unit(run.kpi(name).value, run.kpi(name).unit) or NONE) for name in told
    )
    return str(
        Markup(
            "<div style='max-width: 44rem'><p><strong>{}</strong><br>{}</p><p>{}</p><table><tbody>{}</tbody></table>"
            "<p><small>seed {}, {} engine, 1 run, no interval · {}</small></p></div>"
        ).format(
            run.setting("scenario.title", run.path.name),
            verdict(run),
            checks(run),
            rows,
            run.manifest.get("seed", NONE),
            run.manifest.get("engine", NONE),
            run.path.name,
        )
    )
