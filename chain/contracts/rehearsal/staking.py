"""Holders lock MED and lend their votes; two validators earn, and one of them is slashed."""

from __future__ import annotations

from typing import Final

from chain.contracts.rehearsal.cast import ARBITER, BUYERS, INSURER, PATIENT, RESEARCHER, TREASURY, VALIDATORS
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.voting import carry, supply
from chain.contracts.signed.ballot import Delegation, split, staking_domain
from chain.contracts.system import SLASHER_ROLE
from chain.keys import PrivateKey

MED: Final = 10**8
PURSE_MED_UNITS: Final = 100_000 * MED


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    for actor in (PATIENT, RESEARCHER, INSURER, *BUYERS, *VALIDATORS):
        supply(stage, actor, PURSE_MED_UNITS)
        stage.do(actor, stage.system.token, "approve", stage.system.staking.address, 10 * PURSE_MED_UNITS)
    _lock_for_votes(stage)
    _bond_to_validators(stage)
    _slash(stage)
    _take_back(stage)
    _change_slashers(stage)


def _lock_for_votes(stage: Stage) -> None:
    staking = stage.system.staking
    for holder in (PATIENT, *BUYERS):
        stage.do(holder, staking, "lock", 1_000 * MED)
        stage.do(holder, staking, "delegate", RESEARCHER.address)
    stage.do(RESEARCHER, staking, "lock", 5_000 * MED)
    lent = Delegation(
        RESEARCHER.address, stage.read(staking, "nonces", INSURER.address), stage.time_s + DAY_S
    )
    stage.do(INSURER, staking, "lock", 200 * MED)
    signature = INSURER.sign(lent.digest(staking_domain(stage.system)))
    stage.do(
        BUYERS[0], staking, "delegateBySig", lent.delegatee, lent.nonce, lent.expiry_s, *split(signature)
    )
    for holder in (PATIENT, *BUYERS):
        stage.do(holder, staking, "lock", 10 * MED)


def _bond_to_validators(stage: Stage) -> None:
    staking = stage.system.staking
    for validator, commission_basis_points in zip(VALIDATORS, (300, 1_000), strict=True):
        stage.do(validator, staking, "registerValidator", commission_basis_points, 2_000 * MED)
        for holder in (PATIENT, *BUYERS):
            stage.do(holder, staking, "bond", validator.address, 500 * MED)
        stage.do(INSURER, staking, "reward", validator.address, 7 * MED + 1)
    stage.do(VALIDATORS[1], staking, "setCommission", 500)
    stage.do(VALIDATORS[1], staking, "setCommission", 700)
    for holder in (PATIENT, *BUYERS):
        stage.do(holder, staking, "bond", VALIDATORS[0].address, 50 * MED)
    stage.do(INSURER, staking, "reward", VALIDATORS[0].address, 7 * MED + 1)


def _slash(stage: Stage) -> None:
    staking, (honest, faulty) = stage.system.staking, VALIDATORS
    for holder in (PATIENT, *BUYERS):
        _unbond(stage, holder, faulty)
    stage.do(ARBITER, staking, "slash", faulty.address, 1)
    stage.do(ARBITER, staking, "slash", faulty.address, 500)
    stage.do(ARBITER, staking, "jail", faulty.address, stage.time_s + 600)
    stage.do(faulty, staking, "bond", faulty.address, 200 * MED)
    _unbond(stage, PATIENT, honest)


def _take_back(stage: Stage) -> None:
    staking = stage.system.staking
    for holder in (PATIENT, *BUYERS):
        stage.do(holder, staking, "unlock", 300 * MED)
    stage.do(PATIENT, staking, "unlock", 100 * MED)
    stage.pass_time(stage.read(staking, "UNBONDING_PERIOD"))
    for holder in (PATIENT, *BUYERS):
        stage.do(holder, staking, "withdrawUnlocked")
        stage.do(holder, staking, "withdrawUnbonded", VALIDATORS[1].address)


def _change_slashers(stage: Stage) -> None:
    staking = stage.system.staking
    carry(
        stage,
        "The treasury watches the validators instead of the arbiter",
        ("Staking", "grantRole", (SLASHER_ROLE, TREASURY.address)),
        ("Staking", "revokeRole", (SLASHER_ROLE, ARBITER.address)),
    )
    stage.do(TREASURY, staking, "renounceRole", SLASHER_ROLE, TREASURY.address)


def _unbond(stage: Stage, holder: PrivateKey, validator: PrivateKey) -> None:
    _amount, shares = stage.read(stage.system.staking, "bondOf", validator.address, holder.address)
    stage.do(holder, stage.system.staking, "unbond", validator.address, shares // 2)
