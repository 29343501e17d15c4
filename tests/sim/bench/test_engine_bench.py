"""The engine benchmark measures what it says, and compares medians."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chain.engines.choice import available_engines
from sim.bench import comparison, contenders, peers
from sim.bench.comparison import compare
from sim.bench.contenders import CONTENDERS, grow, measure
from sim.bench.workload import BLOCK_TRANSACTIONS, CHAIN_ID, Anchoring, record_root
from sim.cli import main

HERE = [name for name, one in CONTENDERS.items() if one.engine in available_engines()]


@pytest.mark.parametrize("name", HERE)
def test_every_contender_executes_the_workload(name: str) -> None:
    rate = measure(replace(CONTENDERS[name], transactions=BLOCK_TRANSACTIONS // 2))
    assert rate.contender == name
    assert rate.transactions_per_s > 0
    assert rate.transactions_per_cpu_s > 0


@pytest.mark.parametrize("engine", available_engines())
@pytest.mark.parametrize("signed", [False, True])
def test_every_anchoring_of_the_workload_is_anchored(engine: str, signed: bool) -> None:
    contender = next(one for one in CONTENDERS.values() if (one.engine, one.signed) == (engine, signed))
    anchoring = Anchoring(contenders._engine(contender))
    assert anchoring.engine.chain_id == CHAIN_ID
    for batch in anchoring.blocks(0, 120, signed=signed, columns=engine == "revm"):
        receipts = anchoring.execute(batch).receipts
        assert list(receipts.status) == [1] * 120
        assert receipts.logs[7][0].topics[1] == record_root(7)
        assert receipts.logs[7][0].topics[2][12:] == anchoring.senders[7]


def test_the_peer_that_is_always_there_executes_the_workload() -> None:
    per_s, per_cpu_s = peers.mine_all(60)
    assert per_s > 0
    assert per_cpu_s > 0


def fake(name: str, rate: float) -> dict[str, object]:
    return {"contender": name, "transactions_per_s": rate, "transactions_per_cpu_s": 2 * rate, "what": "x"}


def test_ratios_are_of_medians_and_a_peer_that_is_missing_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates = iter(range(1, 100))

    def run(command: list[str]) -> dict[str, object] | None:
        name = command[-1]
        if name == "simular":
            return None
        return fake(name, 10.0 if name in comparison.PEERS else float(next(rates)))

    monkeypatch.setattr(comparison, "_run", run)
    lines = compare(3, "some python")
    assert [line.rate.contender for line in lines] == [*HERE, "mine_all", "verbs"]
    count = len(HERE)
    assert lines[0].rate.transactions_per_s == 1 + count
    assert lines[0].ratios == {"mine_all": (1 + count) / 10, "verbs": (1 + count) / 10}


def test_the_command_prints_a_table_or_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(comparison, "_run", lambda command: fake(command[-1], 4.0))
    assert main(["bench", "engine", "--runs", "1"]) == 0
    head, first, *_rest = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["contender", "tx/s"]
    assert first.split()[-1] == "1.00"
    assert main(["bench", "engine", "--runs", "1", "--json", "--peers"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["cores"] >= 1
    assert document["contenders"][0]["times"] == {"mine_all": 1.0, "verbs": 1.0, "simular": 1.0}


def test_the_command_refuses_to_measure_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "engine", "--runs", "0"]) == 2
    assert main(["bench", "engine", "--records", "0"]) == 2
    assert "a number from 1" in capsys.readouterr().err


@pytest.mark.skipif(
    "revm" not in available_engines(), reason="the engine revm is not built here: `make native`"
)
def test_growth_tells_what_the_first_and_the_last_records_cost() -> None:
    grown = grow(CONTENDERS["revm, roots in every block"], 4_000)
    assert grown.records == 4_000
    assert grown.first_tenth_us > 0
    assert grown.last_tenth_us > 0
