"""`medsim protocol run`: what it prints, what it refuses, and that its figures hang together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chain.protocols.presets import PRESETS
from sim.cli import main
from sim.protocol_runs import resolve, run
from sim.protocol_runs.figures import figures
from sim.protocol_runs.keys import KEYS
from sim.protocol_runs.presets import USAGE
from sim.protocol_runs.text import described


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["protocol", "run", *arguments, "--json"]) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    return printed


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_protocol_runs_and_its_figures_add_up(capsys: pytest.CaptureFixture[str], preset: str) -> None:
    found = ran(capsys, preset, "--blocks", "120", "--seed", "3")
    rows = found["validators"]
    assert found["blocks_canonical"] >= 120
    assert sum(row["blocks"] for row in rows) == found["blocks_canonical"]
    assert sum(row["orphans"] for row in rows) == found["blocks_orphaned"]
    assert found["interval_min_s"] <= found["interval_percentiles_s"]["p50"] <= found["interval_max_s"]
    assert found["interval_mean_s"] * (found["blocks_canonical"] - 1) == pytest.approx(found["duration_s"])
    assert sum(row["reward_sat"] for row in rows) <= found["subsidy_sat"] + found["fees_sat"]
    assert found["propagation_s"]["50% of nodes"]["mean"] <= found["propagation_s"]["100% of nodes"]["mean"]


def test_a_slot_protocol_keeps_its_slots_and_finality_needs_most_of_a_dynasty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = ran(capsys, "medibloc-dpos", "--blocks", "630")
    assert found["interval_mean_s"] == found["interval_max_s"] == 3.0
    assert found["interval_percentiles_exact"] is True
    assert found["empty_slots"] == 0
    assert found["orphan_share"] == 0.0
    assert 14 * 3 < found["finality_s"]["mean"] < 42 * 3
    assert len({row["blocks"] for row in found["validators"]}) == 1


def test_who_delegates_makes_no_block_and_earns_what_the_super_staker_leaves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["stakers.count=40", "stakers.coins=150", "stakers.delegating=10", "stakers.super_stakers=2"]
    found = ran(capsys, "qtum-2021", "--blocks", "2500", *(f"--set={setting}" for setting in asked))
    rows = {row["validator"]: row for row in found["validators"]}
    delegators = found["delegators"]
    assert len(rows) == 30
    assert [row["super_staker"] for row in delegators] == ["v000", "v001"] * 5
    assert not {row["delegator"] for row in delegators} & set(rows)
    for name in ("v000", "v001"):
        behind = [row for row in delegators if row["super_staker"] == name]
        assert rows[name]["delegated_sat"] == sum(row["stake_sat"] for row in behind) > 0
        # Six times the coins of anybody else stake for it, as long as it has coins of its own to put in.
        alone = [row["blocks"] for row in rows.values() if not row["delegated_sat"]]
        assert 2 * max(alone) < rows[name]["blocks"] < 6 * max(alone)
        assert min(row["reward_sat"] for row in behind) > 0
    earned_sat = sum(row["reward_sat"] for row in (*delegators, *rows.values()))
    assert earned_sat == found["subsidy_sat"] + found["fees_sat"]
    lines = described(found).splitlines()
    assert any(line.startswith("delegated ") and " of 10 stakers" in line for line in lines)
    table = next(place for place, line in enumerate(lines) if line.startswith("validator "))
    assert [line.split()[0] for line in lines[table + 1 : table + 3]] == ["v000", "v001"]


def test_a_higher_fee_leaves_delegators_less(capsys: pytest.CaptureFixture[str]) -> None:
    def left(fee_percent: int) -> float:
        asked = ["stakers.coins=60", "stakers.delegating=20", f"stakers.fee_percent={fee_percent}"]
        found = ran(capsys, "qtum-2021", "--blocks", "600", *(f"--set={setting}" for setting in asked))
        return float(sum(row["reward_sat"] for row in found["delegators"]))

    assert left(90) == pytest.approx(left(10) / 9, rel=1e-6)
    assert left(100) == 0


@pytest.mark.parametrize(
    ("preset", "settings", "said"),
    [
        ("qtum-2018", ["stakers.delegating=3"], "qtum-2018 knows no delegation"),
        ("poisson", ["stakers.delegating=3"], "poisson knows no delegation"),
        ("qtum-2021", ["stakers.delegating=3", "protocol.delegation=false"], "qtum-2021 knows no delegation"),
        ("qtum-2021", ["stakers.delegating=100"], "where 100 of 100 stakers delegate"),
        (
            "qtum-2021",
            ["stakers.delegating=98", "stakers.super_stakers=3"],
            "1 to 2 are super-stakers, not 3",
        ),
        ("qtum-2021", ["stakers.delegating=3", "stakers.fee_percent=5"], "takes 10 to 100 percent"),
        ("qtum-2021", ["stakers.delegating=-1"], "does not fit"),
    ],
)
def test_delegation_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], preset: str, settings: list[str], said: str
) -> None:
    assert main(["protocol", "run", preset, *(f"--set={setting}" for setting in settings)]) == 2
    assert said in capsys.readouterr().err


def test_the_same_seed_prints_the_same_and_another_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    one = ran(capsys, "qtum-2018", "--blocks", "150", "--seed", "1")
    assert one == ran(capsys, "qtum-2018", "--blocks", "150", "--seed", "1")
    other = ran(capsys, "qtum-2018", "--blocks", "150", "--seed", "2")
    assert other["interval_mean_s"] != one["interval_mean_s"]


def test_longer_delays_and_more_trips_orphan_more(capsys: pytest.CaptureFixture[str]) -> None:
    def orphans(*settings: str) -> float:
        asked = ["protocol.interval_s=10", "stakers.shares=[1,1,1,1]", *settings]
        found = ran(capsys, "poisson", "--blocks", "3000", *(f"--set={setting}" for setting in asked))
        return float(found["orphan_share"])

    none = orphans("network.delay_s=0", "network.bandwidth_bytes_per_s=0")
    push = orphans("network.delay_s=0.3", "network.bandwidth_bytes_per_s=0")
    announced = orphans("network.delay_s=0.3", "network.bandwidth_bytes_per_s=0", "network.one_way_trips=3")
    large = orphans("network.delay_s=0.3", "network.bandwidth_bytes_per_s=1000000", "block.bytes=2000000")
    dear = orphans("network.delay_s=0.3", "block.gas=40000000", "network.validation_s_per_gas=5e-8")
    assert none == 0.0
    assert 0.01 < push < 0.04
    assert announced == pytest.approx(3 * push, rel=0.5)
    assert large > 4 * push
    assert dear > 4 * push


def test_places_links_and_faults_are_set_by_key(capsys: pytest.CaptureFixture[str]) -> None:
    found = ran(
        capsys,
        "medibloc-dpos",
        "--blocks=300",
        "--set=network.peers=3",
        "--set=network.regions={SA = 1}",
        "--set=faults.outages=[{node = 2, from_s = 60, to_s = 400}]",
        "--set=faults.partitions=[{groups = [[0, 1], [2, 3, 4]], from_s = 450, to_s = 600}]",
        "--set=faults.missed={7 = 1.0}",
        "--set=faults.skew_s={8 = 0.5}",
    )
    rows = found["validators"]
    assert {row["region"] for row in rows} == {"SA"}
    assert rows[7]["blocks"] == 0
    assert rows[7]["missed"] > 10
    assert rows[2]["missed"] >= 5
    assert found["missed"]["idle"] == rows[7]["missed"]
    assert found["empty_slots"] > 20
    assert found["blocks_orphaned"] > 0, "two and three of 21 made blocks that nobody else saw in time"
    assert found["reorganisations"]["depth_max_blocks"] >= 1
    assert found["settings"]["network.peers"] == 3


def test_stakes_follow_zipf_and_rewards_follow_stakes(capsys: pytest.CaptureFixture[str]) -> None:
    found = ran(
        capsys,
        "poisson",
        "--blocks=6000",
        "--set=stakers.count=5",
        "--set=stakers.zipf=1",
        "--set=network.delay_s=0",
    )
    rows = found["validators"]
    harmonic = sum(1 / rank for rank in range(1, 6))
    assert [row["stake_share"] for row in rows] == pytest.approx(
        [1 / rank / harmonic for rank in range(1, 6)]
    )
    for row in rows:
        spread = (row["stake_share"] * (1 - row["stake_share"]) / 6_000) ** 0.5
        assert row["block_share"] == pytest.approx(row["stake_share"], abs=4 * spread)


def test_the_text_names_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocol", "run", "poisson", "--blocks=500", "--set=network.delay_s=30"]) == 0
    text = capsys.readouterr().out
    for word in (
        "interval, s",
        "percentiles",
        "orphans",
        "stale ratio",
        "reorganisations",
        "confirmations",
        "v008",
    ):
        assert word in text
    assert "network.delay_s = 30.0" in text


def test_keys_and_protocols_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocol", "keys", "qtum-2018"]) == 0
    text = capsys.readouterr().out
    assert all(f"{name} = " in text for name in KEYS)
    assert "protocol.spacing_s = 128 s\n" in text
    assert "protocol.kernel = sampled (of sampled, hashed)" in text
    assert f"protocol.target_limit = {2**224 - 1:#x}\n" in text
    assert "Spacing and grid in seconds, amounts in satoshi" in text
    assert "stakers.shares = 100 equal parts" in text
    assert "network.delay_s = not used  [" in text
    assert main(["protocol", "keys", "panacea-bft"]) == 0
    assert "protocol.first_timeouts.propose_s = 3" in capsys.readouterr().out
    assert main(["protocol", "list"]) == 0
    assert all(name in capsys.readouterr().out for name in ("poisson",))
    assert set(USAGE) == set(PRESETS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bitcoin"], "'bitcoin': is no protocol; allowed: qtum-2018"),
        (["poisson", "--blocks", "1"], "--blocks 1: does not fit; allowed: a whole number of at least 2"),
        (["poisson", "--seed", "-1"], "--seed -1: does not fit"),
        (["poisson", "--blocks", "9" * 5_000], "does not fit"),
        (["poisson", "--set", "network.dely_s=1"], "is no key; is network.delay_s meant?"),
        (["poisson", "--set", "network.delay_s"], "has no value"),
        (["poisson", "--set", "network.delay_s=nan"], "--set network.delay_s: = nan does not fit"),
        (["poisson", "--set", "network.delay_s=-1"], "a number of at least 0 (in s)"),
        (["poisson", "--set", "network.delay_s=true"], "does not fit"),
        (["poisson", "--set", "network.one_way_trips=0"], "a whole number from 1"),
        (["poisson", "--set", "network.regions=[1]"], "shares by region"),
        (
            ["poisson", "--set", 'network.regions=["JP"]'],
            "names 1 regions; allowed: one for each of 9 validators",
        ),
        (["poisson", "--set", "network.regions={MOON = 1}"], "no region 'MOON'"),
        (["poisson", "--set", 'network.latency_s={"A-B" = 1}'], "seconds by pair of regions"),
        (["poisson", "--set", "network.latency_s=3"], "seconds by pair of regions"),
        (["poisson", "--set", "network.delay_matrix_s=[[0, 1], [1]]"], "a list of rows"),
        (["poisson", "--set", "network.delay_matrix_s=[[0, 1], [1, 0]]"], "has 2 rows; allowed: 9"),
        (["poisson", "--set", "network.peers=400"], "2 to 9 peers"),
        (["poisson", "--set", "stakers.shares=[0, 0]"], "a list of numbers"),
        (["poisson", "--set", "faults.outages=[{node = 1}]"], "[{node = 3, from_s"),
        (["poisson", "--set", "faults.outages=[{node = 1, from_s = 9, to_s = 9}]"], "[{node = 3, from_s"),
        (["poisson", "--set", "faults.outages=[{node = 99, from_s = 0, to_s = 9}]"], "there is no node 99"),
        (
            ["poisson", "--set", "faults.partitions=[{groups = [[99]], from_s = 0, to_s = 9}]"],
            "there is no node 99",
        ),
        (["poisson", "--set", "faults.selfish=[99]"], "names node 99; allowed: validators 0 to 8"),
        (["poisson", "--set", "faults.missed={0 = 2}"], "a probability lies between 0 and 1"),
        (
            ["poisson", "--set", "faults.missed={0=1}", "--set", "faults.selfish=[0]"],
            "one conduct a validator",
        ),
        (["poisson", "--set", "faults.skew_s={0 = 1}"], "has no clocks"),
        (["poisson", "--set", "protocol.interval_s=soon"], "interval_s is a number"),
        (["poisson", "--set", "protocol.interval_s=0"], "more than 0 s"),
        (["poisson", "--set", "protocol.nothing=0"], "its keys are interval_s"),
        (["panacea-bft", "--set", "faults.selfish=[0]"], "nobody gains by keeping blocks back"),
        (["qtum-2018", "--set", "stakers.count=2"], "the chain could stop"),
        (["medibloc-dpos", "--set", "protocol.dynasty_seats=20"], "multiple of 3"),
    ],
)
def test_what_is_wrong_is_named_without_a_traceback(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["protocol", "run", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_a_chain_that_can_never_go_on_ends_the_run_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = ", ".join(f"{{node = {node}, from_s = 60, to_s = inf}}" for node in range(8))
    assert main(["protocol", "run", "panacea-bft", "--blocks=100", f"--set=faults.outages=[{gone}]"]) == 1
    assert "no quorum can be there any more" in capsys.readouterr().err


def test_progress_tells_the_length_of_the_chain() -> None:
    told: list[tuple[int, int]] = []
    run(
        resolve("medibloc-dpos", []),
        seed=1,
        blocks=600,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(256, 600), (512, 600)]


def test_runs_of_different_seeds_share_no_draws() -> None:
    def intervals(seed: int) -> set[float]:
        outcome = run(resolve("poisson", ["network.delay_s=0"]), seed=seed, blocks=300)
        assert figures(outcome)["seed"] == seed
        return set(outcome.statistics.interval_s.counts())

    assert not intervals(1) & intervals(2)
