"""The whole system, played by anybody in any order: what each contract promises holds for all of them together.

The acts are in `system_*.py`, the promises in `promised_*.py`; what must hold after each act in `system_acting.py`.
"""

from __future__ import annotations

from machine import machine_tests
from system_acting import an_act
from system_care import CareActs
from system_consents import ConsentActs
from system_insurance import InsuranceActs
from system_market import MarketActs
from system_money import MoneyActs
from system_people import PeopleActs
from system_rewards import RewardActs
from system_votes import VoteActs

from chain.contracts.rehearsal.terms import DAY_S


class SystemMachine(
    PeopleActs, CareActs, ConsentActs, RewardActs, MarketActs, InsuranceActs, MoneyActs, VoteActs
):
    """Mint, sell, vest, visit, share, deal, claim, stake, vote and recover, in any order, by any account."""

    @an_act
    def a_day_passes(self) -> None:
        self.scene.pass_time(self.pick([60, 3_600, DAY_S // 3, DAY_S]))

    @an_act
    def a_call_is_repeated(self) -> None:
        """A call that succeeded is made once more, as it was or by somebody else: the books know what happens once."""
        if self.recent:
            who, contract, function, arguments, value_wei, by = self.pick(list(self.recent))
            sender = who if self.likely(0.7) else self.anybody()
            if not value_wei or self.scene.coins_wei(sender) > 2 * value_wei:
                self.act(sender, contract, function, *arguments, value_wei=value_wei, by=by)


test_system, test_system_for_long = machine_tests(SystemMachine)
