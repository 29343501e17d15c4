"""The deployed system with certified providers and registered patients; each test gets its own branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters

UNTRACED = [Path(__file__).parent / name for name in ("fuzz", "machines", "mutants")]
"""Tests that make tens of thousands of calls along lines which other tests reach too: tracing them for coverage more
than doubles what they take and adds nothing."""


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.parent in UNTRACED:
        item.add_marker("no_cover")


@pytest.fixture(scope="session")
def opened() -> Stage:
    """The system just after its opening, nobody registered."""
    return Stage(parameters())


@pytest.fixture(scope="session")
def peopled(opened: Stage) -> Stage:
    stage = opened.branch()
    stage.settle_people()
    return stage


@pytest.fixture
def empty_stage(opened: Stage) -> Stage:
    return opened.branch()


@pytest.fixture
def stage(peopled: Stage) -> Stage:
    return peopled.branch()
