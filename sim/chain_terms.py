"""The protocol that a scenario names, with its numbers, its stakers and its payers, as it stands when the run opens.

On chains where MED is staked, everything that the protocol keeps for people lies in one account of the token; in a
representative run stakes, collaterals and the steps in which the rules round are divided by the person weight, as the
opening supply is. Points follow: their prices have the supply's floor. A purse for gas is not divided, since gas costs
what it costs: a simulated act stands for as many, and takes that much more of a supply that is that much smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from chain.block import Address
from chain.engines.choice import new_book
from chain.errors import ChainError
from chain.hashing import keccak
from chain.protocols.bft.fees import GasFees
from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.parameters import PANACEA_2019
from chain.protocols.dpos.parameters import MEDIBLOC_2019
from chain.protocols.dpos.points import Points
from chain.protocols.fee_policy import FeePolicy
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.presets import KERNEL, PRESETS, preset, with_delegation
from chain.protocols.protocol import ConsensusProtocol, Staker
from chain.protocols.qtum.protocol import Qtum
from chain.protocols.settings import changed
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM
from sim.errors import ScenarioError
from sim.maths import concentrated, zipf_shares
from sim.sale.terms import opening_supply_med_units
from sim.scenario import Scenario
from sim.scenario.protocol_kinds import Name
from sim.units import SECONDS_PER_DAY, part_of

LOTTERY_SHARES: Final = 10**9
"""Parts into which a lottery's shares are cut: they are no money."""

PROPOSING_S: Final = 1
"""What proposing and voting take on one view of a chain whose validators vote (`PANACEA_2019`)."""

JULIAN_YEAR_S: Final = 31_557_600
"""The year that Panacea's genesis divides into blocks."""


@dataclass(frozen=True)
class ChainTerms:
    """A protocol, the state that the run builds on, and the policy that takes the place of gas prices, if one does.

    `kept_med_units` is all MED that the protocol keeps for people, in units of 10^-8 MED.
    """

    protocol: ConsensusProtocol
    state: Any
    fee_policy: FeePolicy | None = None
    kept_med_units: int = 0


Payers = Mapping[str, Address]
"""Who pays for health acts, by owner id."""


def chain_terms(scenario: Scenario, start_s: int, seed: bytes, payers: Payers) -> ChainTerms:
    """Return the chain of a scenario at `start_s` (Unix seconds); what its rules draw follows from `seed`.

    Raises `ScenarioError` where the rules cannot start from what the scenario says.
    """
    kind = scenario.protocol_kind
    try:
        return _OPENINGS[kind.name](scenario, start_s, seed, payers)
    except ChainError as error:
        raise ScenarioError(
            "chain.protocol", scenario.chain.protocol, f"rules that can start: {error}", scenario.name
        ) from error


def makers(scenario: Scenario, total: int, coins_each: int = 1) -> list[Staker]:
    """Return those who make blocks, the largest first: stakes follow Zipf's law, each split into equal coins.

    Where `faults.concentration_share` says so the first holds that much of all.
    """
    by_rank = zipf_shares(total, scenario.protocol_kind.makers_of(scenario), scenario.staking.zipf_exponent)
    stakes = concentrated(by_rank, scenario.faults.concentration_share)
    return [
        Staker(f"k{rank:05d}", keccak(b"medsim staker %d" % rank)[-20:], _coins(stake, coins_each))
        for rank, stake in enumerate(stakes, start=1)
    ]


def _coins(stake: int, count: int) -> tuple[int, ...]:
    each, rest = divmod(stake, count)
    return (each + rest, *[each] * (count - 1))


def _qtum(scenario: Scenario, start_s: int, seed: bytes, _payers: Payers) -> ChainTerms:
    protocol = preset(scenario.chain.protocol).protocol(
        {
            KERNEL: scenario.chain.kernel,
            "gas_limit_gas": scenario.chain.gas_limit_gas,
            "minimum_gas_price_sat": scenario.chain.minimum_gas_price_sat,
        }
    )
    staking = scenario.staking
    assert isinstance(protocol, Qtum), "the presets of this kind are"
    protocol = protocol.with_books(new_book(scenario.chain.engine))
    state = protocol.opening_state(
        with_delegation(
            makers(scenario, staking.staked_qtum * SATOSHI_PER_QTUM, staking.coins_per_staker),
            staking.delegating,
            staking.super_stakers,
            staking.delegation_fee_percent,
        ),
        number=scenario.chain.opening_height,
        timestamp_s=start_s,
        burn_in_blocks=staking.burn_in_blocks,
        seed=seed,
    )
    return ChainTerms(protocol, state)


def _dpos(scenario: Scenario, start_s: int, seed: bytes, payers: Payers) -> ChainTerms:
    terms, weight = scenario.dpos, scenario.economy.person_weight
    supply = opening_supply_med_units(scenario)
    parameters = changed(
        MEDIBLOC_2019,
        {
            "slot_s": terms.slot_s,
            "dynasty_seats": terms.dynasty_seats,
            "candidate_collateral_sat": MEDIBLOC_2019.candidate_collateral_sat // weight,
            "alias_collateral_sat": MEDIBLOC_2019.alias_collateral_sat // weight,
            "supply_sat": supply,
            "reward_step_sat": max(1, MEDIBLOC_2019.reward_step_sat // weight),
            "reward_numerator": terms.reward_numerator if scenario.emission.source == "protocol" else 0,
            "points_regeneration_s": terms.points_regeneration_days * SECONDS_PER_DAY,
            "cpu_limit": terms.cpu_limit,
            "net_limit_bytes": terms.net_limit_bytes,
        },
    )
    protocol = MediblocDpos(parameters)
    producers = makers(scenario, part_of(supply, terms.staked_share))
    stakers = [*producers, *_holding(payers, terms.payer_stake_med * MED_UNITS_PER_MED // weight)]
    _check_supply(scenario, stakers)
    put_up_sat = parameters.candidate_collateral_sat + parameters.alias_collateral_sat
    poorest_sat = min(sum(producer.coins_sat) for producer in producers)
    if poorest_sat < put_up_sat:
        raise ScenarioError(
            "dpos.staked_share",
            f"{terms.staked_share:g}",
            f"more, or fewer dpos.producers: the poorest would have {poorest_sat * weight // MED_UNITS_PER_MED:,} MED, "
            f"and {put_up_sat * weight // MED_UNITS_PER_MED:,} are put up by each",
            scenario.name,
        )
    state = protocol.opening_state(
        stakers,
        number=max(1, PRESETS[protocol.name].opening.number),
        timestamp_s=start_s,
        burn_in_blocks=0,
        seed=seed,
        candidates=[producer.owner_id for producer in producers],
    )
    return ChainTerms(protocol, state, Points(parameters), protocol.coins_sat(state))


def _bft(scenario: Scenario, start_s: int, seed: bytes, payers: Payers) -> ChainTerms:
    terms, weight = scenario.bft, scenario.economy.person_weight
    supply = opening_supply_med_units(scenario)
    mints = scenario.emission.source == "protocol"
    parameters = changed(
        PANACEA_2019,
        {
            "validators": terms.validators,
            "supply_sat": supply,
            "power_unit_sat": max(1, PANACEA_2019.power_unit_sat // weight),
            "inflation": _fraction(terms.inflation) if mints else 0,
            "inflation_minimum": _fraction(terms.inflation_minimum) if mints else 0,
            "inflation_maximum": _fraction(terms.inflation_maximum) if mints else 0,
            "inflation_change": PANACEA_2019.inflation_change if mints else 0,
            "assumed_blocks_per_year": round(JULIAN_YEAR_S / terms.assumed_block_s),
            "signed_window_blocks": terms.signed_window_blocks,
            "minimum_signed": _fraction(terms.minimum_signed_share),
            "downtime_jail_s": terms.downtime_jail_s,
            "downtime_slash": _fraction(terms.downtime_slash_share),
            "double_sign_slash": _fraction(terms.double_sign_slash_share),
            "first_timeouts.commit_s": terms.commit_pause_s,
            "one_view_interval_s": round(terms.commit_pause_s) + PROPOSING_S,
            "minimum_gas_price_sat": terms.gas_price_med_units,
            "block_limit_bytes": terms.block_limit_bytes,
        },
    )
    protocol = PanaceaBft(parameters)
    validators = makers(scenario, part_of(supply, terms.staked_share))
    stakers = [*validators, *_holding(payers, terms.payer_purse_med * MED_UNITS_PER_MED)]
    _check_supply(scenario, stakers)
    state = protocol.opening_state(
        stakers,
        number=max(1, PRESETS[protocol.name].opening.number),
        timestamp_s=start_s,
        burn_in_blocks=0,
        seed=seed,
        validators=[validator.owner_id for validator in validators],
    )
    owners = {address: owner_id for owner_id, address in payers.items()}
    return ChainTerms(protocol, state, GasFees(parameters, owners), protocol.coins_sat(state))


def _lottery(scenario: Scenario, start_s: int, seed: bytes, _payers: Payers) -> ChainTerms:
    terms, chosen = scenario.lottery, preset(scenario.chain.protocol)
    settings: dict[str, object] = {"gas_limit_gas": terms.gas_limit_gas}
    if terms.interval_s:
        settings["interval_s"] = terms.interval_s
    return _plain(chosen.protocol(settings), makers(scenario, LOTTERY_SHARES), start_s, seed)


def _notary(scenario: Scenario, start_s: int, seed: bytes, _payers: Payers) -> ChainTerms:
    protocol = preset("notary").protocol({"batch_s": scenario.notary.batch_s})
    return _plain(protocol, makers(scenario, 0), start_s, seed)


def _plain(protocol: ConsensusProtocol, stakers: Sequence[Staker], start_s: int, seed: bytes) -> ChainTerms:
    state = protocol.opening_state(
        stakers,
        number=max(1, PRESETS[protocol.name].opening.number),
        timestamp_s=start_s,
        burn_in_blocks=0,
        seed=seed,
    )
    return ChainTerms(protocol, state)


def _check_supply(scenario: Scenario, stakers: Sequence[Staker]) -> None:
    """Raise `ScenarioError` where stakers and payers would have more MED than there is."""
    kept_med_units = sum(sum(staker.coins_sat) for staker in stakers)
    if kept_med_units > opening_supply_med_units(scenario):
        weight = scenario.economy.person_weight
        raise ScenarioError(
            "token.opening_supply_med",
            f"{scenario.token.opening_supply_med:,}",
            f"more: stakers and payers alone hold {kept_med_units * weight // MED_UNITS_PER_MED:,} MED of it",
            scenario.name,
        )


def _holding(payers: Payers, each_med_units: int) -> list[Staker]:
    return [Staker(owner_id, address, (each_med_units,)) for owner_id, address in payers.items()]


def _fraction(share: float) -> int:
    return part_of(ONE, share)


_OPENINGS: Final[Mapping[Name, Callable[[Scenario, int, bytes, Payers], ChainTerms]]] = MappingProxyType(
    {"qtum": _qtum, "dpos": _dpos, "bft": _bft, "lottery": _lottery, "notary": _notary}
)
