"""What a chain has not cannot be asked of it: each refusal names its key, and its twin is allowed."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario import load
from sim.scenario.catalogue import chapters
from sim.scenario.protocol_kinds import KINDS, OWN_CHAPTERS

MEDIBLOC = {"chain.protocol": "medibloc-dpos"}
PANACEA = {"chain.protocol": "panacea-bft"}
NOTARY = {"chain.protocol": "notary"}
POISSON = {"chain.protocol": "poisson"}
QTUM = {"chain.protocol": "qtum-2018"}
NETWORK = {"network.views": "network"}
DURING = {"from_s": 0, "to_s": 3_600}


def fault(name: str, who: str = "1") -> dict[str, object]:
    return {
        **NETWORK,
        f"faults.{name}_by": who,
        **{f"faults.{name}_{key}": value for key, value in DURING.items()},
    }


REFUSED = [
    ("emission.source", {"emission.source": "protocol"}, QTUM, MEDIBLOC),
    ("emission.source", {"emission.source": "protocol"}, NOTARY, PANACEA),
    ("fees.pricing", {"fees.pricing": "estimated"}, MEDIBLOC, POISSON),
    ("fees.pricing", {"fees.pricing": "estimated"}, NOTARY, QTUM),
    ("token.opening", {"token.opening": "sale"}, PANACEA, QTUM),
    (
        "governance.proposals",
        {"governance.proposals": "day 1: block_gas_limit_gas = 20000000", "time.days": 60},
        POISSON,
        QTUM,
    ),
    ("faults.plant", {"faults.plant": "qtum-created"}, MEDIBLOC, QTUM),
    ("faults.plant", {"faults.plant": "stake-created"}, QTUM, PANACEA),
    ("faults.withheld_by", fault("withheld"), PANACEA, MEDIBLOC),
    ("faults.skew_by", {**fault("skew"), "faults.skew_s": 20.0}, POISSON, MEDIBLOC),
    ("faults.two_blocks_by", fault("two_blocks"), NOTARY, PANACEA),
    ("faults.missed_by", fault("missed", "22"), PANACEA, QTUM),
    ("faults.missed_by", fault("missed", "2"), NOTARY, POISSON),
    ("faults.concentration_share", {"faults.concentration_share": 0.5}, NOTARY, POISSON),
    ("dpos.producers", {"dpos.producers": 14}, MEDIBLOC, {**MEDIBLOC, "dpos.dynasty_seats": 18}),
    ("bft.inflation", {"bft.inflation": 0.07}, PANACEA, {**PANACEA, "bft.inflation_maximum": 0.08}),
    (
        "bft.inflation_minimum",
        {"bft.inflation_minimum": 0.07},
        PANACEA,
        {**PANACEA, "bft.inflation_maximum": 0.09, "bft.inflation": 0.08},
    ),
]


@pytest.mark.parametrize(("key", "asked", "here", "there"), REFUSED)
def test_it_is_refused_here_by_its_key_and_allowed_there(
    key: str, asked: dict[str, object], here: dict[str, object], there: dict[str, object]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {**asked, **here})
    assert caught.value.key == key
    load("baseline", {**asked, **there})


@pytest.mark.parametrize(
    "protocol", [MEDIBLOC, PANACEA, NOTARY, POISSON, {"chain.protocol": "ethereum-2018"}]
)
def test_keys_of_qtum_are_not_read_elsewhere(protocol: dict[str, object]) -> None:
    few = {"staking.stakers": 2, "staking.coins_per_staker": 1}
    with pytest.raises(ScenarioError):
        load("baseline", few)
    load("baseline", {**few, **protocol})


def test_seats_come_in_threes() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {**MEDIBLOC, "dpos.dynasty_seats": 20})
    assert caught.value.key == "dpos.dynasty_seats"
    assert load("baseline", {**MEDIBLOC, "dpos.dynasty_seats": 18}).dpos.dynasty_seats == 18


def test_a_kind_of_protocol_reads_its_own_chapter_and_no_other_kind_s() -> None:
    assert {kind.name for kind in KINDS.values()} & set(chapters()) == OWN_CHAPTERS
    assert [name for name, kind in KINDS.items() if kind.reads("lottery.miners")] == [
        "poisson",
        "ethereum-2018",
    ]
    assert all(kind.reads("staking.zipf_exponent") for kind in KINDS.values())
