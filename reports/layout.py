"""Where a figure's axes stand on its canvas: as far out as their labels and the legend leave room."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

SVG_DPI: Final = 72
_USUAL_IN: Final = (0.6, 0.45, 0.1, 0.1)
"""What labels take to the left, below, to the right and above, in most figures."""
_MOST_TRIES: Final = 3
_LEAST_MOVE: Final = 1.0
"""Points by which axes must change until words that stand at data are measured again."""


class SvgRenderer(RendererSVG):
    """Measures and draws a canvas as SVG; what a text measures is asked once in all figures."""

    def __init__(self, canvas: Canvas, sink: io.StringIO) -> None:
        canvas.dpi = SVG_DPI
        width_in, height_in = canvas.get_size_inches()
        width, height = width_in * SVG_DPI, height_in * SVG_DPI
        super().__init__(width, height, sink, metadata={"Date": None})  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        """As matplotlib measures it."""
        return _measured(s, prop.copy(), ismath)  # a copy, for a font may be changed afterwards


@lru_cache(maxsize=4096)
def _measured(text: str, font: FontProperties, mathematical: Any) -> Any:
    return text_to_path.get_text_width_height_descent(text, font, mathematical)


def lay_out(canvas: Canvas, renderer: SvgRenderer) -> None:
    """Place the axes for good, so that nothing is placed while the canvas is drawn.

    Several axes are placed by matplotlib, a single one here: its engine measures all labels twice, always, and every
    artist within the axes with them.
    """
    engine = canvas.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine), "every canvas here has this layout"
    if len(canvas.axes) == 1:
        pads_in = engine.get()
        _place(canvas, canvas.axes[0], renderer, pads_in["w_pad"], pads_in["h_pad"])
    else:
        FigureCanvasSVG(canvas)  # which it asks for something that measures
        engine.execute(canvas)
    canvas.set_layout_engine(None)


def _place(canvas: Canvas, axes: Axes, renderer: SvgRenderer, across_in: float, up_in: float) -> None:
    """Measure at a likely size, and again only where at another size ticks are others or words stand elsewhere."""
    width, height = canvas.bbox.width, canvas.bbox.height
    across, up = across_in * SVG_DPI, up_in * SVG_DPI
    boxes = [legend.get_tightbbox(renderer) for legend in canvas.legends]
    legends = sum(float(box.height) + 2 * up for box in boxes if box is not None)
    left, below, right, above = (room_in * SVG_DPI for room_in in _USUAL_IN)
    for _ in range(_MOST_TRIES):
        inner = Bbox.from_extents(left, legends + below, width - right, height - above)
        axes.set_position(inner.transformed(canvas.transFigure.inverted()))
        ticks = _ticks(axes)
        # Of what is drawn within the axes only texts may stand out.
        outer = axes.get_tightbbox(renderer, for_layout_only=True, bbox_extra_artists=axes.texts)
        assert outer is not None, "axes are there to be seen"
        left, below = inner.x0 - outer.x0 + across, inner.y0 - outer.y0 + up
        right, above = outer.x1 - inner.x1 + across, outer.y1 - inner.y1 + up
        placed = Bbox.from_extents(left, legends + below, width - right, height - above)
        axes.set_position(placed.transformed(canvas.transFigure.inverted()))
        moved = abs(placed.get_points() - inner.get_points()).max() if axes.texts else 0.0
        if _ticks(axes) == ticks and moved < _LEAST_MOVE:
            return


def _ticks(axes: Axes) -> tuple[list[float], ...]:
    return tuple([float(place) for place in axis.get_majorticklocs()] for axis in (axes.xaxis, axes.yaxis))
