"""Votes on protocol and reward parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.contracts.system import System

_MED_UNITS_PER_MED: Final = 10**8
_DAY_S: Final = 86_400


@dataclass(frozen=True)
class GovernanceTerms:
    """How a proposal becomes a rule, and the governed parameters at the start.

    A proposer has `proposal_threshold_med_units` votes. The quorum is `quorum_basis_points` of all MED locked for
    votes, at least `least_quorum_med_units`. What is accepted waits `timelock_delay_s`. The first block gas limit
    (gas) and minimum gas price (satoshi per gas) are Qtum's (qtumproject/qtum).
    """

    voting_delay_s: int = _DAY_S
    voting_period_s: int = 7 * _DAY_S
    proposal_threshold_med_units: int = 1_000_000 * _MED_UNITS_PER_MED
    quorum_basis_points: int = 2_000
    least_quorum_med_units: int = 10_000_000 * _MED_UNITS_PER_MED
    timelock_delay_s: int = 2 * _DAY_S
    block_gas_limit_gas: int = 40_000_000
    minimum_gas_price_sat: int = 40


def arguments(system: System, terms: GovernanceTerms) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return (
        *map(system.address_of, ("Forwarder", "Staking", "Timelock")),
        (
            terms.voting_delay_s,
            terms.voting_period_s,
            terms.quorum_basis_points,
            terms.block_gas_limit_gas,
            terms.minimum_gas_price_sat,
            terms.proposal_threshold_med_units,
            terms.least_quorum_med_units,
        ),
    )
