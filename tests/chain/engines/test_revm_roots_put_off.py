"""Roots that are put off change nothing but names: receipts, gas and states are those of blocks with all roots."""

from __future__ import annotations

import pytest
from evm_bench import ALICE, BOB, COUNT_AND_LOG, STORE, Bench, contract, environment, needs_revm, word

from chain.block import Credit, ExecutedBlock
from chain.engines.pyevm import PyEvmEngine
from chain.engines.revm import RevmEngine
from chain.errors import EngineUnavailable, UnknownState

REMEMBER_TIME = bytes.fromhex("425f55")
"""Stores the block's time in slot 0, and says nothing."""

CODES = {1: COUNT_AND_LOG, 2: STORE, 3: REMEMBER_TIME}


def blocks(bench: Bench) -> list[ExecutedBlock]:
    """A few blocks of calls, reverts, credits and an empty one."""
    made = [bench.block(bench.tx(to=contract(1)), bench.tx(BOB, to=contract(3)))]
    made.append(bench.block(bench.tx(to=contract(2), data=word(7) + word(3)), bench.tx(gas_limit_gas=1)))
    bench.nonces[ALICE] -= 1
    made.append(bench.block(credits=[Credit(0, BOB, 5)]))
    made.append(bench.block(bench.tx(to=contract(2), data=word(0) + word(3)), credits=[Credit(1, ALICE, 9)]))
    return made


@needs_revm
def test_a_chain_without_roots_leaves_the_same_states() -> None:
    often, late = Bench(CODES, RevmEngine()), Bench(CODES, RevmEngine(roots="end"))

    for rooted, named in zip(blocks(often), blocks(late), strict=True):
        assert list(named.receipts.status) == list(rooted.receipts.status)
        assert list(named.receipts.gas_used_gas) == list(rooted.receipts.gas_used_gas)
        assert list(named.receipts.logs) == list(rooted.receipts.logs)
        assert (named.included, named.deferred, named.rejected) == (
            rooted.included,
            rooted.deferred,
            rooted.rejected,
        )
        assert (named.gas_used_gas, named.touched_wei) == (rooted.gas_used_gas, rooted.touched_wei)
        assert named.state_root != rooted.state_root
        assert named.identity != rooted.identity
        assert late.engine.root_of(named.state_root) == rooted.state_root
        assert often.engine.root_of(rooted.state_root) == rooted.state_root
        assert list(late.engine.export_state(named.state_root)) == list(
            often.engine.export_state(rooted.state_root)
        )


@needs_revm
def test_blocks_that_differ_in_time_alone_have_states_of_their_own() -> None:
    """A contract may remember the time and log nothing: neither receipts nor transactions tell the states apart."""
    bench = Bench(CODES, RevmEngine(roots="end"))
    parent, tx = bench.tip, bench.tx(to=contract(3))

    early, late = (
        bench.engine.execute(parent.state_root, environment(parent, timestamp_s=time_s), [tx])
        for time_s in (1_600_000_000, 1_600_000_016)
    )

    assert early.state_root != late.state_root
    assert bench.engine.storage(early.state_root, contract(3), 0) == 1_600_000_000
    assert bench.engine.storage(late.state_root, contract(3), 0) == 1_600_000_016


@needs_revm
def test_an_engine_is_told_from_when_on() -> None:
    bench = Bench(CODES, RevmEngine())
    rooted = bench.block(bench.tx(to=contract(1)))
    bench.engine.take_roots("end")
    named = bench.block(bench.tx(to=contract(1)))
    bench.engine.take_roots("every-block")
    again = bench.block(bench.tx(to=contract(1)))

    assert bench.engine.root_of(rooted.state_root) == rooted.state_root
    assert bench.engine.root_of(named.state_root) != named.state_root
    assert bench.engine.root_of(again.state_root) == again.state_root
    assert bench.engine.storage(again.state_root, contract(1), 0) == 3


def test_the_reference_takes_roots_in_every_block() -> None:
    bench = Bench(CODES, PyEvmEngine())
    block = bench.block(bench.tx(to=contract(1)))

    bench.engine.take_roots("every-block")
    assert bench.engine.root_of(block.state_root) == block.state_root
    with pytest.raises(UnknownState):
        bench.engine.root_of(b"\x12" * 32)
    with pytest.raises(EngineUnavailable, match="pyevm takes roots in every block"):
        bench.engine.take_roots("end")
