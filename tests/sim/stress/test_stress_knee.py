"""Where chains saturate: against the law, against batching's measured gain, and for steps that are made up."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.acts import read_snapshot
from chain.network.queue_maker import UNLIMITED
from sim.errors import InputError
from sim.scenario import Scenario, load
from sim.stress.capacity import MeanInterval, law_of, mean_interval
from sim.stress.chains import MANNERS, chain_of
from sim.stress.knee import carries, find, gap_share
from sim.stress.mix import health_mix
from sim.stress.step import Latency, Load, Step, play
from sim.stress.sweep import measured_acts

MEASURED = read_snapshot()


def step(load: float, *, served: float, gas_per_visit: float = 1.0, **changes: object) -> Step:
    values: dict[str, object] = {
        "offered_visits_per_s": load,
        "submitted_visits_per_s": load,
        "served_visits_per_s": served,
        "served_error_visits_per_s": 0.0,
        "acts_per_s": served,
        "gas_per_s": served * gas_per_visit,
        "window_s": 1.0,
        "blocks": 100,
        "visits_per_block": served,
        "interval_mean_s": 1.0,
        "fullness": {},
        "latency": Latency(1.0, 1.0, 1.0, 1, 0),
        "waiting_mean_tx": 0.0,
        "waiting_max_tx": 0,
        "backlog_per_s": 0.0,
        "evicted_tx": 0,
        "expired_tx": 0,
        "fee_p10": None,
        "fee_p50": None,
        "fee_p90": None,
        "fee_least": None,
        "orphan_share": 0.0,
        "reorganisation_max_blocks": 0,
        "propagation_p90_s": None,
        "block_mean_bytes": 0.0,
        "final": True,
        "diverged": False,
        "overrun": False,
    }
    return Step(**{**values, **changes})  # type: ignore[arg-type]


def test_a_chain_that_serves_up_to_its_capacity_has_its_knee_there() -> None:
    steps, knee = find(
        lambda load: step(load, served=min(load, 10.0)),
        [1, 5, 9, 20],
        interval_s=1.0,
        execution_gas_per_s=1e9,
    )
    assert knee.visits_per_s == pytest.approx(10.0, rel=0.02)
    assert knee.limited_by == "rules"
    assert [found.offered_visits_per_s for found in steps] == sorted(
        found.offered_visits_per_s for found in steps
    )


def test_a_chain_that_carries_all_has_no_knee() -> None:
    _steps, knee = find(lambda load: step(load, served=load), [1, 2], interval_s=1.0, execution_gas_per_s=1e9)
    assert knee.visits_per_s is None
    assert knee.limited_by is None


def test_where_not_even_the_least_is_carried_less_is_tried() -> None:
    _steps, knee = find(
        lambda load: step(load, served=min(load, 0.3)), [5, 9], interval_s=1.0, execution_gas_per_s=1e9
    )
    assert knee.visits_per_s == pytest.approx(0.3, rel=0.02)


def test_branches_that_never_meet_and_nodes_that_cannot_keep_up_end_it_though_all_is_served() -> None:
    def splits(load: float) -> Step:
        return step(load, served=load, diverged=load > 4)

    _steps, knee = find(splits, [1, 2, 8], interval_s=1.0, execution_gas_per_s=1e9)
    assert knee.limited_by == "network"
    assert knee.visits_per_s == pytest.approx(4.0, rel=0.02)

    def works(load: float) -> Step:
        return step(load, served=load, gas_per_visit=100.0, overrun=100 * load > 500)

    _steps, knee = find(works, [1, 2, 8], interval_s=1.0, execution_gas_per_s=500.0)
    assert knee.limited_by == "execution"
    assert knee.visits_per_s == pytest.approx(5.0, rel=0.005)


def test_blocks_that_come_much_slower_are_the_network_s_doing() -> None:
    def slows(load: float) -> Step:
        return step(load, served=min(load, 3.0), interval_mean_s=1.0 if load <= 3 else 2.0)

    _steps, knee = find(slows, [1, 8], interval_s=1.0, execution_gas_per_s=1e9)
    assert knee.limited_by == "network"


def scenario_of(**keys: object) -> Scenario:
    return load("stress", {f"stress.{key}": value for key, value in keys.items()})


def test_the_law_is_the_least_floor_over_the_mean_interval() -> None:
    mix = health_mix(scenario_of().stress, MEASURED, batched=False)
    gas, size_bytes, cpu = mix.use_per_visit()
    interval = MeanInterval(12.5, 1.0, 0.1, 100)
    chain = chain_of(scenario_of(), "ethereum-2018")
    law = law_of(chain, mix, interval)
    assert law.resource == "gas"
    assert law.visits_per_block == int(8_000_000 // gas)
    assert law.visits_per_s == law.visits_per_block / 12.5
    dpos = law_of(chain_of(scenario_of(), "medibloc-dpos"), mix, interval)
    assert dpos.visits_per_block == min(int(3_000_000 // cpu), int(3_000_000 // size_bytes))
    assert law_of(chain_of(scenario_of(), "notary"), mix, interval).visits_per_s is None


def test_what_others_use_of_qtum_is_gone_from_its_law() -> None:
    mix = health_mix(scenario_of().stress, MEASURED, batched=False)
    interval = MeanInterval(144.0, 1.0, 0.1, 100)
    busy = load("stress", {"background.transactions_per_day": 2_000_000})
    with_others = law_of(chain_of(busy, "qtum-2018"), mix, interval)
    alone = law_of(chain_of(scenario_of(background=False), "qtum-2018"), mix, interval)
    assert with_others.visits_per_block is not None
    assert alone.visits_per_block is not None
    a_day = 2_000_000 * busy.background.contract_share * busy.background.contract_gas
    taken = a_day / 86_400 * 144.0 / mix.use_per_visit()[0]
    assert alone.visits_per_block - with_others.visits_per_block == pytest.approx(taken, abs=1.01)


def test_a_chain_knows_which_resources_its_rules_limit() -> None:
    limits = {name: chain_of(scenario_of(), name).limits for name in MANNERS}
    assert limits["qtum-2018"] == (40_000_000, 2_000_000, UNLIMITED)
    assert limits["medibloc-dpos"] == (UNLIMITED, 3_000_000, 3_000_000)
    assert limits["panacea-bft"] == (UNLIMITED, 4_194_304, UNLIMITED)
    assert limits["notary"] == (UNLIMITED,) * 3


def test_numbers_that_a_protocol_refuses_are_named() -> None:
    with pytest.raises(InputError, match="interval_s"):
        chain_of(scenario_of(), "poisson", {"interval_s": -1})


def knee_of(
    protocol: str, changes: dict[str, object], *, batched: bool, blocks: int
) -> tuple[float, float, float]:
    scenario = scenario_of(warmup_blocks=100)
    chain = chain_of(scenario, protocol, changes)
    mix = health_mix(scenario.stress, MEASURED, batched=batched)
    law = law_of(chain, mix, mean_interval(chain, seed=1, blocks=4_000))
    assert law.visits_per_s is not None
    base = law.visits_per_s
    _steps, knee = find(
        lambda load: play(scenario, chain, Load(mix, load, blocks, 100)),
        [base * factor for factor in (0.5, 0.9, 1.1)],
        interval_s=law.interval.mean_s,
        execution_gas_per_s=float(scenario.network.validation_gas_per_second),
    )
    gap = gap_share(knee, law)
    assert gap is not None
    assert knee.visits_per_s is not None
    assert knee.error_visits_per_s is not None
    return knee.visits_per_s, knee.error_visits_per_s, gap


def test_a_plain_lottery_saturates_within_a_tenth_of_the_law_and_batching_gains_its_measured_gas() -> None:
    changes: dict[str, object] = {"interval_s": 60.0, "gas_limit_gas": 40_000_000}
    alone, alone_error, gap = knee_of("poisson", changes, batched=False, blocks=600)
    assert abs(gap) < 0.10
    batched, batched_error, gap = knee_of("poisson", changes, batched=True, blocks=600)
    assert abs(gap) < 0.10
    use = {
        batching: health_mix(scenario_of().stress, MEASURED, batched=batching).use_per_visit()[0]
        for batching in (False, True)
    }
    error = ((alone_error / alone) ** 2 + (batched_error / batched) ** 2) ** 0.5
    assert error < 0.12
    assert batched / alone == pytest.approx(use[False] / use[True], rel=3 * error)


def test_without_load_to_speak_of_an_act_waits_for_its_block_and_the_way_alone() -> None:
    """A notary signs every second: uniform in it, and then the way to the observer."""
    scenario = scenario_of()
    chain = chain_of(scenario, "notary")
    mix = health_mix(scenario.stress, MEASURED, batched=False)
    found = play(scenario, chain, Load(mix, 0.5, 800, 20))
    assert found.latency.p50_s is not None
    assert found.latency.p99_s is not None
    assert found.latency.never == 0
    assert 0.4 < found.latency.p50_s < 0.65
    assert found.latency.p99_s < 1.15
    assert found.served_share == pytest.approx(1.0, abs=0.01)
    assert carries(found)


def test_the_same_step_gives_the_same_figures_and_another_seed_others() -> None:
    scenario = scenario_of()
    mix = health_mix(scenario.stress, MEASURED, batched=False)
    chain = chain_of(scenario, "ethereum-2018")
    first, again = (play(scenario, chain, Load(mix, 1.5, 100, 20)) for _ in range(2))
    assert first == again
    other = load("stress", {"seed": 2})
    assert play(other, chain_of(other, "ethereum-2018"), Load(mix, 1.5, 100, 20)) != first


def test_under_overload_blocks_are_full_the_queue_grows_and_the_cheap_wait() -> None:
    scenario = scenario_of()
    mix = health_mix(scenario.stress, MEASURED, batched=False)
    found = play(scenario, chain_of(scenario, "ethereum-2018"), Load(mix, 6.0, 200, 20))
    calm = play(scenario, chain_of(scenario, "ethereum-2018"), Load(mix, 0.5, 200, 20))
    assert not carries(found)
    assert found.fullness["gas"] > 0.97
    assert found.backlog_per_s == pytest.approx(
        (6.0 - found.served_visits_per_s) * mix.acts_per_visit, rel=0.1
    )
    assert found.fee_least is not None
    assert calm.fee_least is not None
    assert found.fee_least > 1.5 > 1.05 > calm.fee_least
    assert found.latency.never > 0
    assert found.latency.p99_s is None


def test_a_batch_of_a_size_that_the_snapshot_lacks_is_measured() -> None:
    acts = measured_acts(3)
    three, four = acts["credit_batch/both/3"], acts["credit_batch/both/4"]
    two = acts["credit_batch/both/2"]
    assert two.gas_gas < three.gas_gas < four.gas_gas
