"""Three buyers buy in every phase; the cap is raised, proceeds and unsold MED go to the treasury."""

from __future__ import annotations

from typing import Final

from chain.contracts.deployment.token_sale import Phase
from chain.contracts.rehearsal.cast import BUYERS, SPONSOR, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import ALLOCATION_MED_UNITS, sale_phases
from chain.units import SATOSHI_PER_QTUM, wei_from_satoshi

LARGER_CAP_MED_UNITS: Final = ALLOCATION_MED_UNITS // 2
COIN_WEI: Final = wei_from_satoshi(SATOSHI_PER_QTUM)


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    sell(stage)
    sale = stage.system.sale
    stage.time_s = sale_phases()[Phase.MAIN_SALE].end_s
    stage.do(STRANGER, sale, "finish")
    stage.do(TREASURY, sale, "transferOwnership", TEAM[0].address)
    stage.do(TEAM[0], sale, "acceptOwnership")
    stage.do(TEAM[0], sale, "renounceOwnership")


def sell(stage: Stage) -> None:
    """Open each phase in turn and have every buyer buy in it, in the main sale twice; the last one has no MED yet."""
    sale = stage.system.sale
    for phase, terms in zip(Phase, sale_phases(), strict=True):
        stage.time_s = max(stage.time_s, terms.start_s)
        for buyer in BUYERS:
            stage.do(buyer, sale, "buy", phase, value_wei=2 * COIN_WEI)
    stage.do(TREASURY, sale, "raiseCap", LARGER_CAP_MED_UNITS)
    stage.do(TREASURY, sale, "pause")
    stage.do(TREASURY, sale, "unpause")
    for buyer in (*BUYERS, SPONSOR):
        stage.do(buyer, sale, "buy", Phase.MAIN_SALE, value_wei=COIN_WEI)
        stage.do(STRANGER, sale, "withdrawProceeds")
