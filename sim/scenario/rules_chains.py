"""Rules between the protocol and other keys: what a chain has not, cannot be asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from chain.protocols.presets import PRESETS, knows_delegation
from sim.scenario.breach import Breach
from sim.scenario.planned_proposals import REWARD_CURVE

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

QTUM_PLANTS: Final = ("qtum-created", "coin-lost")
STAKE_PLANTS: Final = ("stake-created",)


def chain_fits(scenario: Scenario) -> Iterator[Breach]:
    """Yield what does not go together with `chain.protocol`."""
    chain, kind = _named(scenario), scenario.protocol_kind
    if scenario.emission.source == "protocol" and not kind.stakes_med:
        yield Breach("emission.source", "protocol", f'"contract", because blocks of {chain} issue no MED')
    if scenario.fees.pricing != "fixed" and not kind.priced:
        yield Breach(
            "fees.pricing", scenario.fees.pricing, f'"fixed", because no gas price decides on {chain}'
        )
    yield from _coins_can_be_delegated(scenario)
    if kind.name != "qtum":
        yield from _qtum_is_not_asked_for(scenario)
    if scenario.faults.plant in STAKE_PLANTS and not kind.stakes_med:
        yield Breach("faults.plant", scenario.faults.plant, f"another: nobody stakes MED on {chain}")
    if kind.name == "dpos":
        yield from _dynasty_can_make_final(scenario)
    if kind.name == "bft":
        yield from _inflation_lies_between_its_bounds(scenario)


def _named(scenario: Scenario) -> str:
    """Return the key and the value that the rules here go by: who deletes the key is told of both."""
    return f"chain.protocol = {scenario.chain.protocol}"


def _qtum_is_not_asked_for(scenario: Scenario) -> Iterator[Breach]:
    chain = _named(scenario)
    if scenario.token.opening == "sale":
        yield Breach("token.opening", "sale", f'"direct", because the sale takes QTUM, and {chain} has none')
    if any(proposal.parameter != REWARD_CURVE for proposal in scenario.governance.planned):
        yield Breach(
            "governance.proposals",
            scenario.governance.proposals,
            f"proposals of {REWARD_CURVE} only: on {chain} no vote on chain changes a block's limits",
        )
    if scenario.faults.plant in QTUM_PLANTS:
        yield Breach("faults.plant", scenario.faults.plant, f"another: {chain} has no coins of Qtum")


def _coins_can_be_delegated(scenario: Scenario) -> Iterator[Breach]:
    staking, name = scenario.staking, scenario.chain.protocol
    if not staking.delegating:
        return
    if not knows_delegation(PRESETS[name].parameters):
        yield Breach(
            "staking.delegating", staking.delegating, f"0, because {_named(scenario)} knows no delegation"
        )
    elif staking.delegating + staking.super_stakers > staking.stakers:
        yield Breach(
            "staking.delegating",
            staking.delegating,
            f"at most {max(0, staking.stakers - staking.super_stakers):,}, the others of staking.stakers = "
            f"{staking.stakers:,} than the staking.super_stakers = {staking.super_stakers:,}",
        )


def _dynasty_can_make_final(scenario: Scenario) -> Iterator[Breach]:
    dpos = scenario.dpos
    needed = dpos.dynasty_seats * 2 // 3 + 1
    if dpos.producers < needed:
        yield Breach(
            "dpos.producers",
            dpos.producers,
            f"at least {needed}, as many as make a block final where dpos.dynasty_seats = {dpos.dynasty_seats}",
        )


def _inflation_lies_between_its_bounds(scenario: Scenario) -> Iterator[Breach]:
    bft = scenario.bft
    if bft.inflation_minimum > bft.inflation_maximum:
        yield Breach(
            "bft.inflation_minimum",
            bft.inflation_minimum,
            f"at most bft.inflation_maximum = {bft.inflation_maximum:g}",
        )
    elif not bft.inflation_minimum <= bft.inflation <= bft.inflation_maximum:
        yield Breach(
            "bft.inflation",
            bft.inflation,
            f"from bft.inflation_minimum = {bft.inflation_minimum:g} to bft.inflation_maximum = "
            f"{bft.inflation_maximum:g}",
        )
