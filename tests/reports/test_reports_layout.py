"""Labels and legends of a figure find room beside its axes, measured once where once is enough."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reports import layout
from reports.drawing import legend_below
from reports.layout import SvgRenderer, lay_out


def few(axes: Axes) -> None:
    axes.plot([0, 10], [0, 10])


def long_names(axes: Axes) -> None:
    axes.barh([0, 1], [3, 4])
    axes.set_yticks([0, 1], ["an act of a very long name indeed", "another"])


def legend(axes: Axes) -> None:
    axes.plot([0, 1e6], [0, 1e7], label="one")
    axes.bar([10, 20], [1, 2], label="two")
    legend_below(axes, 1)


def words_beside(axes: Axes) -> None:
    axes.barh([0, 1], [3, 4])
    axes.annotate("a word at the end of the bar", (4, 1), (4, 0), textcoords="offset points")


def painted(paint: Callable[[Axes], None], width_in: float = 4.8) -> tuple[Canvas, SvgRenderer]:
    canvas = Canvas(figsize=(width_in, 2.9), layout="constrained")
    axes = canvas.add_subplot()
    paint(axes)
    axes.set_xlabel("across [1]")
    axes.set_ylabel("up [1]")
    return canvas, SvgRenderer(canvas, io.StringIO())


def boxes(canvas: Canvas, renderer: SvgRenderer) -> list[Bbox]:
    """Boxes around the axes with what belongs to them, and around legends."""
    found = [axes.get_tightbbox(renderer) for axes in canvas.axes]
    found += [below.get_tightbbox(renderer) for below in canvas.legends]
    return [Bbox(box.get_points()) for box in found if box is not None]


@pytest.mark.parametrize("paint", [few, long_names, legend, words_beside])
def test_nothing_is_cut_and_nothing_hides_another(paint: Callable[[Axes], None]) -> None:
    canvas, renderer = painted(paint)
    lay_out(canvas, renderer)
    found = boxes(canvas, renderer)
    for box in found:
        assert min(box.x0, box.y0) >= 0
        assert box.x1 <= canvas.bbox.width
        assert box.y1 <= canvas.bbox.height
    for one in found:
        assert not any(one is not other and one.overlaps(other) for other in found)
    inner = canvas.axes[0].get_window_extent(renderer)
    assert inner.width > canvas.bbox.width / 3
    assert inner.height > canvas.bbox.height / 3


@pytest.mark.parametrize("paint", [few, long_names, legend, words_beside])
def test_axes_stand_where_matplotlib_would_place_them(paint: Callable[[Axes], None]) -> None:
    canvas, renderer = painted(paint)
    lay_out(canvas, renderer)
    ours = canvas.axes[0].get_window_extent(renderer)
    canvas, renderer = painted(paint)
    FigureCanvasSVG(canvas)
    engine = canvas.get_layout_engine()
    assert engine is not None
    engine.execute(canvas)
    theirs = canvas.axes[0].get_window_extent(renderer)
    assert ours.extents == pytest.approx(theirs.extents, abs=1.0)


def test_only_other_ticks_and_words_among_the_data_are_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[Axes] = []
    plain = Axes.get_tightbbox

    def counting(self: Axes, *arguments: object, **named: object) -> object:
        measured.append(self)
        return plain(self, *arguments, **named)

    monkeypatch.setattr(Axes, "get_tightbbox", counting)
    lay_out(*painted(few))
    assert len(measured) == 1
    measured.clear()
    lay_out(*painted(long_names, width_in=3.0))  # which leave less room than is usual, and so fewer ticks
    assert len(measured) == 2
    measured.clear()
    lay_out(*painted(words_beside))
    assert len(measured) > 1


def test_what_a_text_measures_does_not_depend_on_who_asked_before() -> None:
    layout._measured.cache_clear()
    canvas, renderer = painted(few)
    words = Text(0, 0, "some words", fontsize=9.0, figure=canvas)
    small = words.get_window_extent(renderer)
    words.set_fontsize(18.0)
    large = words.get_window_extent(renderer)
    assert large.width == pytest.approx(2 * small.width, rel=0.05)
    other, another_renderer = painted(few)
    again = Text(0, 0, "some words", fontsize=9.0, figure=other).get_window_extent(another_renderer)
    assert again.bounds == small.bounds
