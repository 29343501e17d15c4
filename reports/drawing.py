"""From a painter's axes to an inline SVG that is the same bytes every time.

Text stays text, so that it can be selected, searched and read aloud; colours differ in lightness as well as
hue (after Okabe and Ito), so that they survive colour blindness and grey print.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.elements import Absent, Figure
from reports.layout import SVG_DPI, SvgRenderer, lay_out

BLUE: Final = "#0b4f8a"
ORANGE: Final = "#e69f00"
GREEN: Final = "#009e73"
RED: Final = "#c4451c"
SKY: Final = "#8cc5ec"
GREY: Final = "#8a8f98"
PALE: Final = "#d5d9de"
INK: Final = "#1c2430"
SERIES: Final = (BLUE, ORANGE, GREEN, SKY, RED, GREY, PALE)
HATCHES: Final = ("", "//", "", "\\\\", "xx", "", "--")

WIDTH_IN: Final = 4.8
WIDE_IN: Final = 9.6
HEIGHT_IN: Final = 2.9

_STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "medsim",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.labelsize": 9.0,
    "axes.titlesize": 9.0,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.6,
    "axes.formatter.useoffset": False,
    "axes.unicode_minus": True,
}

Painter = Callable[[Axes], None]


def whole_ticks(axis: Axis) -> None:
    """Ticks at whole numbers only, digits grouped: for counts."""
    axis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def decades(low: float, high: float) -> range:
    """Exponents of the at most six powers of ten that a logarithmic axis from `low` to `high` is labelled with."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    return range(first, last + 1, max(1, math.ceil((last - first + 1) / 6)))


def decade_ticks(axis: Axis, low: float, high: float) -> None:
    """The powers of ten of `decades`, written out."""
    axis.set_major_locator(FixedLocator([10.0**power for power in decades(low, high)]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10f}".rstrip("0").rstrip(".")))


def fine_log_ticks(axis: Axis, low: float, high: float) -> None:
    """Ones, twos and fives of each power of ten within three of them, else `decade_ticks`."""
    if high / low > 1_000:
        decade_ticks(axis, low, high)
        return
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    places = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    decade_ticks(axis, low, high)
    axis.set_major_locator(FixedLocator([place for place in places if low <= place <= high]))


def legend_below(axes: Axes, columns: int) -> None:
    """A legend outside the axes, where it hides nothing."""
    handles, labels = axes.get_legend_handles_labels()
    axes.figure.legend(handles, labels, loc="outside lower center", ncols=columns)


def stems(axes: Axes, places: Sequence[float], heights: Sequence[float], colour: str) -> None:
    """Thin vertical lines from zero as one path: as many as a run has blocks, in few bytes."""
    xs = [value for place in places for value in (place, place, math.nan)]
    ys = [value for height in heights for value in (0.0, height, math.nan)]
    axes.plot(xs, ys, color=colour, linewidth=1.0, solid_capstyle="butt")
    axes.set_ylim(bottom=0)


def draw(
    name: str,
    *,
    title: str,
    alt: str,
    sentence: str,
    paint: Painter,
    height_in: float = HEIGHT_IN,
    wide: bool = False,
) -> Figure:
    """Paint one figure; every axis must carry a label (with its unit), else `ValueError`.

    A `wide` one takes a row of the page for itself.
    """
    with mpl.rc_context(_settings()), warnings.catch_warnings():
        # A letter the layout font lacks is drawn by the reader's own font: the text stays text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        canvas = Canvas(figsize=(WIDE_IN if wide else WIDTH_IN, height_in), layout="constrained")
        axes = canvas.add_subplot()
        paint(axes)
        for part in canvas.axes:
            if not part.get_xlabel() or not part.get_ylabel():
                raise ValueError(f"figure {name}: an axis has no label")
        svg = _svg(canvas)
    return Figure(name, title, alt, sentence, _inline(svg, name, alt), wide)


def warm_up() -> None:
    """Draw something for nobody, after which fonts are found and measured: for a process that will draw a report."""

    def paint(axes: Axes) -> None:
        axes.plot([1, 2], [1, 2], label="line")
        axes.bar([1, 2], [1, 2], label="bars")
        axes.set_xlabel("across")
        axes.set_ylabel("up")
        legend_below(axes, 2)

    draw("nothing", title="", alt="", sentence="", paint=paint)


def _svg(canvas: Canvas) -> str:
    """Lay the canvas out and draw it, both with one renderer, and nothing behind what is drawn."""
    sink = io.StringIO()
    renderer = SvgRenderer(canvas, sink)
    lay_out(canvas, renderer)
    for patch in (canvas.patch, *(axes.patch for axes in canvas.axes)):
        patch.set(facecolor="none", edgecolor="none")
    width_in, height_in = canvas.get_size_inches()
    # Which draws as a picture what asks for it, such as a colour scale of many steps.
    mixed: Any = MixedModeRenderer(  # type: ignore[no-untyped-call]
        canvas, width_in, height_in, SVG_DPI, renderer
    )
    canvas.draw(mixed)
    mixed.finalize()
    return sink.getvalue()


def _settings() -> dict[Any, Any]:
    """Matplotlib's own defaults under our style, so that a reader's style file changes nothing."""
    session = ("backend", "backend_fallback", "interactive", "toolbar", "figure.hooks", "savefig.directory")
    base: dict[Any, Any] = {key: value for key, value in mpl.rcParamsDefault.items() if key not in session}
    return {**base, **_STYLE}


def absent(title: str, sentence: str) -> Absent:
    """What stands where nothing can be drawn."""
    return Absent(title, sentence)


def _inline(svg: str, name: str, alt: str) -> Markup:
    """Strip what only a file needs, and give every id the figure's name, so that a page may hold many."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL)
    head, body = body.split(">", 1)
    view_box = re.search(r'viewBox="([^"]*)"', head)
    assert view_box is not None, "matplotlib writes a viewBox"
    body = re.sub(r'\bid="([^"]*)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]*)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'xlink:href="#([^"]*)"', rf'href="#{name}-\1"', body)
    body = re.sub(r"\n\s*", "\n", body).strip()
    label = escape(alt)
    return Markup(f'<svg viewBox="{view_box[1]}" role="img" aria-label="{label}">{body}')
