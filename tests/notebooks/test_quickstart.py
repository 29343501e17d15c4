"""The first notebook runs, shows what it promises, holds no logic and is stored without outputs."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_quickstart.ipynb"
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.Lambda,
)


@pytest.fixture(scope="module")
def stored() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with warnings.catch_warnings():
        # The Jupyter client's own event loop and sockets are not what is tested here.
        warnings.simplefilter("ignore")
        place = str(tmp_path_factory.mktemp("notebook"))
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": place}}
        ).execute()
    return notebook


def test_it_is_stored_without_outputs(stored: Any) -> None:
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None


def test_it_holds_no_logic(stored: Any) -> None:
    for cell in stored.cells:
        if cell.cell_type == "code":
            assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)], (
                cell.source
            )
            assert len(cell.source.splitlines()) <= 5


def test_it_runs_and_shows_both_runs_side_by_side(executed: Any) -> None:
    shown = [_shown(cell) for cell in executed.cells if cell.cell_type == "code"]
    before, after, table, figure, rewards, report = shown
    assert "act.visits" in before["text/html"]
    assert before["text/html"] != after["text/html"], "the second run was made with another number"
    for name in ("5 %", "10 %", "reward.patient_med", "reward.provider_med"):
        assert name in table["text/html"]
    for name in ("act.visits", "chain.latency_p50_s", "act.gas_per_visit"):
        assert name not in table["text/html"], f"{name} is equal in both runs"
    assert "<svg" in figure["text/html"]
    assert "owner_id" in rewards["text/html"]
    assert "report.html" in report["text/plain"]


def test_the_change_does_what_the_text_says(executed: Any) -> None:
    (cell,) = [cell for cell in executed.cells if "compare_figure" in cell.source]
    figure = _shown(cell)["text/html"]
    found = dict(re.findall(r"([a-z_.]+) ([0-9.]+) times", figure))
    assert 1.99 < float(found["reward.patient_med"]) < 2.01
    assert float(found["act.visits"]) == 1


def _shown(cell: Any) -> dict[str, str]:
    (output,) = [output for output in cell.outputs if output.output_type in ("execute_result", "error")]
    assert output.output_type == "execute_result"
    return dict(output.data)
