"""Two runs side by side, for a notebook or a quick look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from reports.drawing import BLUE, INK, ORANGE, draw, legend_below
from reports.quantities import NONE, number
from reports.run_directory import Kpi, RunDirectory


class Html(str):
    """HTML that a notebook shows as what it means."""

    def _repr_html_(self) -> str:
        return str(self)


def compare_kpis(
    a: Path, b: Path, *, labels: tuple[str, str] = ("a", "b"), only_changed: bool = False
) -> pd.DataFrame:
    """Return every KPI of two run directories: a column a run, the difference, the ratio b/a, and the unit.

    What only measures the machine (`sim.*`) is left out. Undefined values are NaN. With `only_changed` the KPIs
    that are equal in both are left out. Raises `ReportError` for a directory that cannot be read, `ValueError` for
    equal labels.
    """
    if labels[0] == labels[1]:
        raise ValueError(f"two runs need two labels, not {labels[0]!r} twice")
    runs = RunDirectory(a), RunDirectory(b)
    names = sorted(name for name in {*runs[0].kpis, *runs[1].kpis} if not name.startswith("sim."))
    rows = [_row(runs[0].kpi(name), runs[1].kpi(name)) for name in names]
    frame = pd.DataFrame(
        rows, index=pd.Index(names), columns=[*labels, "difference", "ratio", "unit"]
    ).astype(dict.fromkeys((*labels, "difference", "ratio"), "float64"))
    if not only_changed:
        return frame
    equal = frame[labels[0]].eq(frame[labels[1]]) | (frame[labels[0]].isna() & frame[labels[1]].isna())
    return frame[~equal]


def compare_figure(a: Path, b: Path, names: Sequence[str], *, labels: tuple[str, str] = ("a", "b")) -> Html:
    """Return the named KPIs of two runs as an HTML figure: each as a multiple of its value in the first run.

    Raises `ValueError` when a KPI is undefined or 0 in the first run or undefined in the second.
    """
    frame = compare_kpis(a, b, labels=labels)
    known: dict[str, float] = {str(name): float(ratio) for name, ratio in frame["ratio"].dropna().items()}
    unknown = [name for name in names if known.get(name, -1.0) < 0]
    if unknown or not names:
        raise ValueError(
            f"cannot be drawn as multiples of {labels[0]}: {', '.join(unknown) or 'no KPI named'}"
        )
    ratios = [known[name] for name in names]
    most = max(zip(ratios, names, strict=True), key=lambda pair: abs(pair[0] - 1))
    equal = sum(ratio == 1 for ratio in ratios)
    sentence = f"No figure differs between {labels[0]} and {labels[1]}."
    if equal < len(ratios):
        sentence = (
            f"Farthest from {labels[0]} lies {most[1]}: in {labels[1]} it is {_multiple(most[0])} × as large. "
            f"{equal} of {len(ratios)} are exactly equal."
        )

    def paint(axes: Axes) -> None:
        places = list(range(len(names)))
        axes.axvline(1, color=BLUE, linestyle="--", label=labels[0])
        axes.barh(places, ratios, color=ORANGE, height=0.5, label=labels[1])
        for place, ratio in zip(places, ratios, strict=True):
            axes.annotate(
                f"{_multiple(ratio)} ×",
                (ratio, place),
                (6, 0),
                textcoords="offset points",
                va="center",
                color=INK,
            )
        axes.set_yticks(places, list(names))
        axes.invert_yaxis()
        axes.set_xlim(0, 1.25 * max(*ratios, 1))
        axes.set_xlabel(f"multiple of {labels[0]} [1]")
        axes.set_ylabel("KPI")
        axes.grid(axis="y", visible=False)
        legend_below(axes, 2)

    title = f"{labels[1]} beside {labels[0]}"
    alt = f"{title}: " + ", ".join(
        f"{name} {_multiple(ratio)} times" for name, ratio in zip(names, ratios, strict=True)
    )
    figure = draw(
        "compare", title=title, alt=alt, sentence=sentence, paint=paint, height_in=1.4 + 0.32 * len(names)
    )
    page = Markup(
        '<figure style="max-width: 36rem; margin: 0"><strong>{}</strong>{}<figcaption>{}</figcaption></figure>'
    )
    return Html(page.format(figure.title, figure.svg, figure.sentence))


def _multiple(ratio: float) -> str:
    """A ratio in as many digits as tell it from 1, so that only equal figures are shown as 1."""
    for digits in range(3, 8):
        text = number(ratio, digits)
        if ratio == 1 or text != "1":
            return text
    return "just over 1" if ratio > 1 else "just under 1"


def _row(a: Kpi, b: Kpi) -> tuple[float | None, float | None, float | None, float | None, str]:
    difference = ratio = None
    if a.number is not None and b.number is not None:
        difference = b.number - a.number
        ratio = b.number / a.number if a.number else None
    return a.number, b.number, difference, ratio, a.unit or b.unit or NONE
