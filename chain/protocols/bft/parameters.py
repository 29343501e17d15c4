"""Parameters of Panacea, as data.

Sources: medibloc/panacea-mainnet, panacea-1/genesis.json (the launch of 2019-07-31); medibloc/panacea-core,
app/genesis.go and server/util.go at v1.2.0, cmd/panacead/cmd/init.go and root.go at v2.2.0; CometBFT's and
Tendermint's config/config.go for the timeouts that Panacea leaves alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from chain.protocols.bft.fixed import ONE, percent
from chain.protocols.protocol import ProtocolError
from chain.protocols.round_rules import Timeouts
from chain.units import MED_UNITS_PER_MED

DAY_S: Final = 86_400


FIRST_TIMEOUTS: Final = Timeouts(propose_s=3.0, prevote_s=1.0, precommit_s=1.0, commit_s=5.0)
"""Of the first round: CometBFT's own, but for the pause after a commit, which Panacea makes 5 s."""


@dataclass(frozen=True)
class BftParameters:
    """Numbers of the protocol. Amounts in 10^-8 MED; shares as fractions of `fixed.ONE`; heights in blocks.

    `power_unit_sat` is the stake behind one unit of voting power. `assumed_blocks_per_year` divides a year's
    inflation, whatever blocks there really are. `one_view_interval_s` is the distance of blocks where no network
    is simulated: the pause after a commit, and a second for proposing and voting.
    """

    validators: int = 21
    power_unit_sat: int = MED_UNITS_PER_MED
    unbonding_s: int = 21 * DAY_S
    unbonding_entries: int = 7
    minimum_commission: int = percent(3)

    supply_sat: int = 794_507_784_096 * MED_UNITS_PER_MED // 100
    inflation: int = percent(5)
    inflation_minimum: int = percent(4)
    inflation_maximum: int = percent(6)
    inflation_change: int = percent(2)
    goal_bonded: int = percent(67)
    assumed_blocks_per_year: int = 31_557_600

    community_tax: int = 0
    base_proposer_reward: int = percent(1)
    bonus_proposer_reward: int = percent(4)

    signed_window_blocks: int = 10_000
    minimum_signed: int = percent(5)
    downtime_jail_s: int = 600
    double_sign_slash: int = percent(5)
    downtime_slash: int = percent(1)
    evidence_age_s: int = 21 * DAY_S

    first_timeouts: Timeouts = FIRST_TIMEOUTS
    timeout_growth_s: float = 0.5
    one_view_interval_s: int = 6

    gas_limit_gas: int = 10**15
    minimum_gas_price_sat: int = 500
    block_limit_bytes: int = 4_194_304

    def __post_init__(self) -> None:
        if self.validators < 1 or self.signed_window_blocks < 1 or self.assumed_blocks_per_year < 1:
            raise ProtocolError("validators, the signing window and the blocks of a year are at least 1")
        if not 0 <= self.inflation_minimum <= self.inflation <= self.inflation_maximum:
            raise ProtocolError("inflation starts between its bounds, which are in order")
        taken = self.community_tax + self.base_proposer_reward + self.bonus_proposer_reward
        if taken > ONE:
            raise ProtocolError("community tax and proposer's reward leave nothing to the others")

    @property
    def most_missed_blocks(self) -> int:
        """Blocks of a window that a validator may miss without being punished; the least signed is rounded up
        or down to whole blocks as the chain does, half to even.
        """
        least = round_half_even(self.minimum_signed * self.signed_window_blocks)
        return self.signed_window_blocks - least


def round_half_even(value: int) -> int:
    """Return a fraction of `ONE` as a whole number."""
    whole, rest = divmod(value, ONE)
    return whole + (rest * 2 > ONE or (rest * 2 == ONE and whole % 2 == 1))


PANACEA_2019: Final = BftParameters()
"""Mainnet at its launch: a year's inflation is divided by blocks of one second, while real ones take six.

No rule asks for the least gas price of 5 umed; it is what nodes come with. Commission had no minimum at first; 3 % is
the later rule.
"""

PANACEA_2022: Final = replace(
    PANACEA_2019,
    validators=50,
    minimum_commission=percent(5),
    inflation=percent(7),
    inflation_minimum=percent(7),
    inflation_maximum=percent(10),
    inflation_change=percent(3),
    assumed_blocks_per_year=365 * DAY_S // 6,
    downtime_slash=percent(0, 1),
)
"""The defaults of panacea-core's second version: 50 validators, 7 to 10 %, blocks of six seconds assumed."""
