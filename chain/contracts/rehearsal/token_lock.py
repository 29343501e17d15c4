"""What buyers bought is released, early by the owner or in time by anyone, or taken back."""

from __future__ import annotations

from chain.contracts.deployment.token_sale import Phase
from chain.contracts.rehearsal.cast import BUYERS, DEPLOYER, INSURER, RESEARCHER, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, sale_phases
from chain.contracts.rehearsal.token_sale import sell
from chain.units import MED_UNITS_PER_MED as MED


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    _deposit(stage)
    sell(stage)
    lock = stage.system.lock
    stage.do(TREASURY, lock, "clawBack", BUYERS[0].address, Phase.FIRST_PRESALE)
    stage.do(TREASURY, lock, "release", BUYERS[1].address, Phase.FIRST_PRESALE)
    stage.time_s = sale_phases()[Phase.SECOND_PRESALE].release_at_s
    stage.do(STRANGER, lock, "release", BUYERS[2].address, Phase.FIRST_PRESALE)
    holders = [buyer.address for buyer in BUYERS]
    stage.do(STRANGER, lock, "releaseMany", holders, Phase.SECOND_PRESALE)
    stage.do(TREASURY, lock, "transferOwnership", TEAM[0].address)
    stage.do(TEAM[0], lock, "acceptOwnership")
    stage.do(TEAM[0], lock, "renounceOwnership")


def _deposit(stage: Stage) -> None:
    """Deposits come from the sale alone: on a lock of its own, the treasury plays the sale."""
    at = stage.system.address_of
    treasury = TREASURY.address
    lock = deploy(stage, "TokenLock", at("Forwarder"), at("MedToken"), treasury, treasury, treasury)
    for beneficiary in (RESEARCHER, INSURER):
        stage.do(DEPLOYER, stage.system.token, "transfer", lock.address, MED)
        stage.do(TREASURY, lock, "deposit", beneficiary.address, 0, MED, stage.time_s + DAY_S, True)
