"""One synthetic run and its page for all tests that only read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_page import Page
from report_run_factory import SyntheticRun, empty_run
from report_run_network import network_run

import reports


@pytest.fixture(scope="session")
def run_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run: treat it as read-only."""
    return SyntheticRun().write(tmp_path_factory.mktemp("reports") / "run")


@pytest.fixture(scope="session")
def html(run_path: Path) -> str:
    return reports.render(run_path)


@pytest.fixture(scope="session")
def page(html: str) -> Page:
    return Page(html)


@pytest.fixture(scope="session")
def network_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of a run on a network."""
    return Page(reports.render(network_run().write(tmp_path_factory.mktemp("reports") / "network")))


@pytest.fixture(scope="session")
def empty_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(reports.render(empty_run().write(tmp_path_factory.mktemp("reports") / "empty")))
