"""What each function that only the timelock may call takes by itself, and what a whole proposal takes.

A governed function's cost is lost in the `execute` that carries it out: seven functions that one proposal calls
would all show that proposal's gas. So what the timelock called on a stage is called again, one message a call, from
the timelock's address, on a scratch of the state before the execution.

Governance takes calls only from an execution that is under way: `execute` puts the hash of each call to Governance
itself into a queue, and the call takes it out. The scratch has that queue's words written as `execute` leaves them.

Source of the queue: OpenZeppelin Contracts 5.7.0, Governor.sol (`_governanceCall`) and DoubleEndedQueue.sol.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chain.contracts.artifact import load
from chain.contracts.deployment.layout import WORD_BYTES, StorageLayout
from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.proposals import Support, proposal
from chain.contracts.rehearsal.stage import Stage, TimelockExecution
from chain.contracts.rehearsal.voting import HOLDER, VOTES_MED_UNITS, enact, take_votes
from chain.engines.scratch import Scratch
from chain.errors import CallReverted
from chain.hashing import keccak

ACTS: Final = ("propose", "castVote", "queue", "execute")
"""What a proposal takes, one transaction each."""

WHOLE: Final = "whole"

_QUEUE: Final = "_governanceCall"
_ONE_IN_QUEUE: Final = 1 << 128
"""Begin 0 and end 1, packed into the queue's first word."""


def governed_gas(stage: Stage) -> Mapping[tuple[str, str], int]:
    """Return the gas of each function that the timelock called on a stage, by contract and function.

    The last call counts. Raises `CallReverted` where a call fails that the timelock made.
    """
    found: dict[tuple[str, str], int] = {}
    for execution in stage.executions:
        found |= _alone(stage, execution)
    return found


def _alone(stage: Stage, execution: TimelockExecution) -> dict[tuple[str, str], int]:
    scratch = stage.engine.scratch(execution.root, execution.environment)
    timelock = stage.system.address_of("Timelock")
    found = {}
    for call in execution.calls:
        if call.contract == "Governance":
            _expect(scratch, call.to, call.data)
        result = scratch.send(
            timelock,
            call.to,
            call.data,
            timestamp_s=execution.environment.timestamp_s,
            value_wei=call.value_wei,
        )
        if not result.status:
            raise CallReverted(f"{call.contract}.{call.function}: {stage.system.decode_error(result.output)}")
        found[call.contract, call.function] = result.gas_used_gas
    return found


def _expect(scratch: Scratch, governance: bytes, data: bytes) -> None:
    """Write a call to Governance into its queue, as the first of an execution."""
    queue = StorageLayout(load("Governance")).slot(_QUEUE)
    first = keccak(bytes(WORD_BYTES) + (queue + 1).to_bytes(WORD_BYTES, "big"))
    scratch.store(governance, queue, _ONE_IN_QUEUE)
    scratch.store(governance, int.from_bytes(first, "big"), int.from_bytes(keccak(data), "big"))


def proposal_gas(stage: Stage) -> Mapping[str, int]:
    """Return the gas of a proposal's transactions, by function and as a whole: one call, and one vote for it.

    The stage has its people; its holder takes votes, proposes square roots for authors, and carries that through.
    """
    governance = stage.system.governance
    take_votes(stage, HOLDER, VOTES_MED_UNITS)
    for curve in (Curve.QUADRATIC, Curve.SQUARE_ROOT):  # the second finds the slots that the first has made
        asked = proposal(stage.system, f"Curve {curve.name}", ("RewardPool", "setCurve", (curve,)))
        stage.do(HOLDER, governance, "propose", *asked.proposed)
        stage.pass_time(stage.read(governance, "votingDelay"))
        stage.do(HOLDER, governance, "castVote", asked.proposal_id, Support.FOR)
        stage.pass_time(stage.read(governance, "votingPeriod"))
        enact(stage, asked)
    gas = {act: stage.gas_gas["Governance", act][-1] for act in ACTS}
    return {**gas, WHOLE: sum(gas.values())}
