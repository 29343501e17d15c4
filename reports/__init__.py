"""The reader: one self-contained HTML file from a run directory; knows neither the simulation nor the chain.

`render(run_directory)` makes the page, `summary(run_directory)` a short fragment for a notebook,
`compare_kpis(a, b)` a frame of two runs side by side and `compare_figure(a, b, names)` the same as a picture.
All raise `ReportError`, naming the file, for a directory that cannot be read.
"""

from __future__ import annotations

from reports.compare import compare_figure, compare_kpis
from reports.errors import ReportError
from reports.render import render
from reports.summary import summary

__all__ = ["ReportError", "compare_figure", "compare_kpis", "render", "summary"]
