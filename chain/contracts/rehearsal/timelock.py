"""Governance lets the treasury schedule operations for a while, and changes how long operations wait."""

from __future__ import annotations

from typing import Final

from chain.contracts.rehearsal.cast import DEVICE, STRANGER, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import CANCELLER_ROLE, PROPOSER_ROLE, SLASHER_ROLE

NO_PREDECESSOR: Final = bytes(32)
NO_SALT: Final = bytes(32)


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    carry(
        stage,
        "The treasury may schedule and cancel, and operations wait three days",
        ("Timelock", "grantRole", (PROPOSER_ROLE, TREASURY.address)),
        ("Timelock", "grantRole", (CANCELLER_ROLE, TREASURY.address)),
        ("Timelock", "updateDelay", (3 * DAY_S,)),
    )
    _operate(stage)
    _receive(stage)
    carry(stage, "No longer", ("Timelock", "revokeRole", (PROPOSER_ROLE, TREASURY.address)))
    stage.do(TREASURY, stage.system.timelock, "renounceRole", CANCELLER_ROLE, TREASURY.address)


def _operate(stage: Stage) -> None:
    timelock, staking = stage.system.timelock, stage.system.staking
    grant = (staking.address, 0, staking.encode("grantRole", SLASHER_ROLE, DEVICE.address))
    revoke = (staking.address, 0, staking.encode("revokeRole", SLASHER_ROLE, DEVICE.address))
    both = tuple(zip(grant, revoke, strict=True))
    ends = (NO_PREDECESSOR, NO_SALT)
    stage.do(TREASURY, timelock, "schedule", *grant, *ends, 3 * DAY_S)
    stage.do(TREASURY, timelock, "scheduleBatch", *both, *ends, 3 * DAY_S)
    stage.do(TREASURY, timelock, "schedule", *revoke, *ends, 4 * DAY_S)
    stage.do(TREASURY, timelock, "cancel", stage.read(timelock, "hashOperation", *revoke, *ends))
    stage.pass_time(3 * DAY_S)
    stage.do(STRANGER, timelock, "execute", *grant, *ends)
    stage.do(STRANGER, timelock, "executeBatch", *both, *ends)


def _receive(stage: Stage) -> None:
    """Tokens of other standards may be sent to the timelock, as to any treasury."""
    timelock, giver = stage.system.timelock, STRANGER.address
    stage.do(STRANGER, timelock, "onERC721Received", giver, giver, 1, b"")
    stage.do(STRANGER, timelock, "onERC1155Received", giver, giver, 1, 1, b"")
    stage.do(STRANGER, timelock, "onERC1155BatchReceived", giver, giver, [1], [1], b"")
