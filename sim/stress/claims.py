"""Published claims, each measured on the same network: the article's, and transactions a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from chain.network.queue_maker import Kind
from chain.protocols.dpos.points import ACT_CPU_AND_BYTES
from sim.scenario import Scenario
from sim.stress.capacity import Law, MeanInterval, law_of
from sim.stress.chains import Chain
from sim.stress.mix import Mix, plain_mix
from sim.stress.step import Load, Step, blocks_of_step, play

HOLDS_FROM: Final = 0.95
"""A claim holds where so much of the least of what it says was measured."""

OVERLOAD: Final = 1.3
"""A saturated chain is offered so many times what the law says it carries."""

TOGETHER: Final = 20
"""Plain acts that are sent at once: blocks hold thousands, and a long step is worth more than a fine one."""

FASTEST: Final = "the fastest EVM platform of its time (gas a second, against Ethereum in October 2018)"
PLAIN_QTUM: Final = "70 to 100 plain transfers a second on Qtum"
TRANSFERS: Final = "1,000 transfers a second on MediBloc's own chain"
RECORDS: Final = "667 records a second on MediBloc's own chain"


@dataclass(frozen=True)
class Claim:
    """A claim, what it claims (`least` to `most` in `unit`), what was measured with its error, and what that says."""

    claim: str
    source: str
    unit: str
    least: float
    most: float
    measured: float
    error: float
    remark: str

    @property
    def holds(self) -> bool:
        """Whether the measurement reaches the least of what is claimed."""
        return self.measured >= HOLDS_FROM * self.least


IntervalOf = Callable[[Chain], MeanInterval]
ChainOf = Callable[[str], Chain]


def check(
    scenario: Scenario,
    protocols: Sequence[str],
    chain_of: ChainOf,
    interval_of: IntervalOf,
    health: Mix,
) -> list[Claim]:
    """Return the claims about those of the protocols that are loaded."""
    claims = []
    if "qtum-2018" in protocols:
        qtum = chain_of("qtum-2018")
        if "ethereum-2018" in protocols:
            claims.append(_fastest(scenario, qtum, chain_of("ethereum-2018"), interval_of, health))
        kind = Kind("plain", 0, scenario.stress.plain_transfer_bytes)
        source = "press on Qtum in 2017-18; bytes bind, since payments in coin use no gas"
        claims.append(_plain(scenario, qtum, interval_of, kind, PLAIN_QTUM, source, 70.0, 100.0))
    if "medibloc-dpos" in protocols:
        dpos = chain_of("medibloc-dpos")
        source = "medibloc/go-medibloc 84d53aa: limits of 3,000,000 CPU and bytes a block of 3 s"
        for name, claim, rate in (("transfer", TRANSFERS, 1_000.0), ("record", RECORDS, 667.0)):
            cpu, size_bytes = ACT_CPU_AND_BYTES[name]
            kind = Kind(name, 0, size_bytes, cpu)
            claims.append(_plain(scenario, dpos, interval_of, kind, claim, source, rate, rate))
    return claims


def saturated(scenario: Scenario, chain: Chain, mix: Mix, interval: MeanInterval) -> tuple[Law, Step | None]:
    """Offer a chain more than the law says; return the law, and the step where there is one."""
    law = law_of(chain, mix, interval)
    if not law.visits_per_s:
        return law, None
    load = OVERLOAD * law.visits_per_s
    blocks = blocks_of_step(scenario, chain, mix, load, interval.mean_s)
    warmup = min(scenario.stress.warmup_blocks, blocks // 4)
    return law, play(scenario, chain, Load(mix, load, blocks, warmup))


def _fastest(scenario: Scenario, qtum: Chain, ethereum: Chain, interval_of: IntervalOf, health: Mix) -> Claim:
    rates, errors = [], []
    for chain in (qtum, ethereum):
        _law, step = saturated(scenario, chain, health, interval_of(chain))
        assert step is not None
        rates.append(step.gas_per_s)
        errors.append(step.served_error_visits_per_s / step.served_visits_per_s)
    measured = rates[0] / rates[1]
    error = measured * (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    remark = f"{rates[0]:,.0f} gas/s on Qtum, {rates[1]:,.0f} gas/s on Ethereum"
    source = "the article on MediBloc that this system is modelled on"
    return Claim(FASTEST, source, "times Ethereum", 1.0, 1.0, measured, error, remark)


def _plain(
    scenario: Scenario,
    chain: Chain,
    interval_of: IntervalOf,
    kind: Kind,
    claim: str,
    source: str,
    least: float,
    most: float,
) -> Claim:
    _law, step = saturated(scenario, chain, plain_mix(kind, TOGETHER), interval_of(chain))
    assert step is not None
    remark = f"one every {step.interval_mean_s:,.1f} s, {step.visits_per_block:,.0f} in a block"
    return Claim(
        claim, source, "tx/s", least, most, step.served_visits_per_s, step.served_error_visits_per_s, remark
    )
