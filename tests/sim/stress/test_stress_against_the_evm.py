"""The queue fills blocks as the real engine does: the same acts arrive, and blocks hold the same.

A provider's visits arrive at random and are executed, block by block, by the EVM, which takes what fits; beside it
the queue of measured acts fills its blocks at the same moments. Gas of an act differs between them by what
measuring once cannot know: zero bytes in calldata, and which slots an act finds warm.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chain.block import BlockEnvironment, Transaction
from chain.contracts.rehearsal.acts import read_snapshot
from chain.contracts.rehearsal.cast import PROVIDER, key
from chain.contracts.rehearsal.reward_pool import end_epoch
from chain.contracts.rehearsal.stage import FEE_ACCOUNT, Stage
from chain.contracts.rehearsal.terms import parameters
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from chain.network.queue_maker import UNLIMITED, Acts, Kind, QueueMaker
from sim.stress.draws import WordStream

VISITS = 60
BLOCK_GAS_LIMIT_GAS = 1_500_000
INTERVAL_S = 60
PER_USE = 1.5
NAMES = ("check_in", "anchor", "credit")


class Given:
    """All acts at once, in the order in which they were submitted."""

    def __init__(self, submitted_s: list[float]) -> None:
        self._submitted_s = np.repeat(np.array(submitted_s), len(NAMES))
        self._taken = 0

    def until(self, moment_s: float) -> Acts:
        first = self._taken
        self._taken = end = int(np.searchsorted(self._submitted_s, moment_s, side="right"))
        count = end - first
        kinds = np.tile(np.arange(len(NAMES), dtype=np.uint8), VISITS)
        equal = np.ones(count, dtype=np.int32)
        return Acts(self._submitted_s[first:end], kinds[first:end], equal, 0 * equal)


class Parent:
    def __init__(self, content: Any, made_s: float) -> None:
        self.content, self.made_s = content, made_s


class Numbered:
    def __init__(self, number: int) -> None:
        self.number = number


def by_the_queue(submitted_s: list[float], moments_s: list[float]) -> tuple[list[int], list[int]]:
    measured = read_snapshot()
    kinds = [
        Kind(name, act.gas_gas, act.size_bytes, gas_limit_gas=int(PER_USE * act.gas_gas))
        for name, act in ((name, measured[name]) for name in NAMES)
    ]
    maker = QueueMaker(Given(submitted_s), kinds, (BLOCK_GAS_LIMIT_GAS, UNLIMITED, UNLIMITED), order="age")
    parent: Any = Parent(None, 0.0)
    counts, gas = [], []
    for number, moment_s in enumerate(moments_s, start=1):
        content = maker.make(parent, Numbered(number), 0, moment_s, 0)
        parent = Parent(content, moment_s)
        counts.append(len(content.handle.acts))
        gas.append(content.gas_gas)
    return counts, gas


def by_the_engine(submitted_s: list[float], moments_s: list[float]) -> tuple[list[int], list[int], int]:
    """Execute all visits; return transactions and gas by block, and how many of all failed."""
    stage = Stage(parameters())
    patients = [key(2_000 + number) for number in range(VISITS)]
    stage.settle_people(patients)
    _have_been_paid_before(stage, patients)
    measured = read_snapshot()
    start_s = stage.time_s
    visits = [
        Visit.at(stage, patient=patient, direction=DIRECTIONS[number % 2], number=90_000 + number)
        for number, patient in enumerate(patients)
    ]
    nonce = stage.engine.nonce(stage.root, PROVIDER.address)
    waiting: list[tuple[float, Transaction]] = []
    for visit, time_s in zip(visits, submitted_s, strict=True):
        targets = (stage.system.checkin, stage.system.records, stage.system.rewards)
        datas = (visit.check_in_data(stage), visit.anchor_data(stage), visit.credit_data(stage))
        for name, target, data in zip(NAMES, targets, datas, strict=True):
            limit_gas = int(PER_USE * measured[name].gas_gas)
            act = Transaction(PROVIDER.address, nonce, target.address, 0, data, limit_gas, 0)
            waiting.append((time_s, act))
            nonce += 1
    counts, gas, failed = [], [], 0
    for number, moment_s in enumerate(moments_s, start=1):
        environment = BlockEnvironment(
            number=stage.number + number,
            timestamp_s=int(start_s + moment_s),
            gas_limit_gas=BLOCK_GAS_LIMIT_GAS,
            coinbase=FEE_ACCOUNT,
            parent_hash=bytes(32),
        )
        known = [act for time_s, act in waiting if time_s <= moment_s]
        block = stage.engine.execute(stage.root, environment, known)
        stage.root = block.state_root
        taken = {known[index].nonce for index in block.included}
        waiting = [(time_s, act) for time_s, act in waiting if act.nonce not in taken]
        counts.append(len(block.included))
        gas.append(sum(block.receipts.gas_used_gas))
        failed += sum(not status for status in block.receipts.status)
    return counts, gas, failed


def _have_been_paid_before(stage: Stage, patients: list[Any]) -> None:
    """Let everybody be credited and paid once, and the provider's page of the new epoch be open."""
    rewards = stage.system.rewards
    for number, patient in enumerate(patients):
        Visit.at(stage, patient=patient, number=80_000 + number).happen(stage)
    end_epoch(stage, 0)
    stage.do(PROVIDER, rewards, "closeEpoch", 0)
    stage.do(PROVIDER, rewards, "settle", 0, [who.address for who in (*patients, PROVIDER)])
    Visit.at(stage, patient=patients[0], number=89_000).happen(stage)


def test_blocks_hold_what_the_engine_puts_into_them() -> None:
    gaps_s = WordStream(3, "evm").exponentials(VISITS) * 9.0
    submitted_s = [float(time_s) for time_s in np.cumsum(gaps_s)]
    moments_s = [float(INTERVAL_S * number) for number in range(1, 13)]
    counts, gas = by_the_queue(submitted_s, moments_s)
    real_counts, real_gas, failed = by_the_engine(submitted_s, moments_s)
    assert failed == 0
    full = [number for number, count in enumerate(counts) if count == max(counts)]
    assert len(full) >= 5, "the load must fill blocks, or filling them is not compared"
    assert sum(counts) == pytest.approx(sum(real_counts), abs=2)
    assert sum(gas) == pytest.approx(sum(real_gas), rel=0.03)
    for count, real_count in zip(counts, real_counts, strict=True):
        assert abs(count - real_count) <= 1
    for number in full:
        assert gas[number] == pytest.approx(real_gas[number], rel=0.06)
