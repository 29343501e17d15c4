"""Random blocks give the same on both engines: what is included and why not, gas, outputs, logs, balances, roots.

The generator counts what succeeds and what fails, so that agreement about nothing would show.
"""

from __future__ import annotations

import pytest
from evm_bench import contract, environment, needs_revm
from hypothesis import given
from hypothesis import strategies as st
from random_blocks import RandomBlocks
from twin import TwinEngine

from chain.block import Account

pytestmark = needs_revm


def agree(seed: int, transactions: int) -> None:
    """Play blocks until so many transactions were included on both engines."""
    blocks = RandomBlocks(seed)
    number = 0
    while blocks.engine.transactions < transactions:
        blocks.step()
        number += 1
        if number % 10 == 0:
            blocks.look()
    blocks.look()
    assert 0.1 < blocks.engine.failed / blocks.engine.transactions < 0.7


@pytest.mark.parametrize("seed", range(4))
def test_engines_agree_on_random_blocks(seed: int) -> None:
    agree(seed, 500)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_engines_agree_on_very_many_random_blocks(seed: int) -> None:
    agree(seed, 5_000)


WORDS = st.dictionaries(st.integers(0, 60), st.sampled_from((0, 1, 2**255)), max_size=40)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_engines_agree_on_tries_that_grow_and_shrink(steps: list[dict[int, int]]) -> None:
    engine = TwinEngine()
    root = engine.genesis(environment(), {contract(1): Account(nonce=1)}).state_root
    for words in steps:
        root = engine.with_storage(root, contract(1), words)
    assert list(engine.storage_of(root, contract(1))) or not any(steps[-1].values())
