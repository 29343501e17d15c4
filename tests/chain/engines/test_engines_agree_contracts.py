"""Every contract's rehearsal, which calls each of its functions, gives the same on both engines, block by block."""

from __future__ import annotations

import importlib

import pytest
from evm_bench import needs_revm
from twin import TwinEngine

from chain.contracts.artifact import CONTRACTS
from chain.contracts.naming import snake
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters

pytestmark = needs_revm


@pytest.fixture(scope="module")
def peopled() -> Stage:
    """The system on both engines, its people registered."""
    stage = Stage(parameters(), TwinEngine())
    stage.settle_people()
    return stage


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_engines_agree_on_every_function(peopled: Stage, name: str) -> None:
    stage = peopled.branch()
    importlib.import_module(f"chain.contracts.rehearsal.{snake(name)}").rehearse(stage)
    assert any(contract == name for contract, _function in stage.gas_gas)
    list(stage.engine.export_state(stage.root))
