"""Every error that one of our contracts can answer is expected by a named test of a call to that contract.

Eighteen names are declared in two to four contracts: a test of one of them says nothing of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from named_errors import HERE, expectations

from chain.contracts.artifact import CONTRACTS, HOME, load

DECLARED = re.compile(r"^\s*error (\w+)\(", re.MULTILINE)
OWN = {name for path in (HOME / "solidity").rglob("*.sol") for name in DECLARED.findall(path.read_text())}
PAIRS = sorted(
    (contract, entry["name"])
    for contract in CONTRACTS
    for entry in load(contract).abi
    if entry["type"] == "error" and entry["name"] in OWN
)


@cache
def found() -> Mapping[tuple[str, str], frozenset[tuple[str, str]]]:
    """What each test expects, by file and name."""
    return {
        (path.name, name): frozenset(pairs)
        for path in sorted(HERE.glob("test_*.py"))
        if path != Path(__file__)
        for name, pairs in expectations(path.read_text(), OWN).items()
    }


def test_every_error_of_our_sources_is_some_contracts() -> None:
    assert {error for _contract, error in PAIRS} == OWN


@pytest.mark.parametrize(("contract", "error"), PAIRS)
def test_a_named_test_of_a_call_expects_the_error(contract: str, error: str) -> None:
    """Where this fails a test is missing, or it names the error apart from the call (see `named_errors`)."""
    assert any((contract, error) in pairs for pairs in found().values()), (
        f"no test expects {contract}'s {error}"
    )


SOURCE = '''
from rewarding import visit

LATE = "TooLate(time=5)"

def lock(stage, amount):
    return stage.send(PATIENT, stage.system.staking, "lock", amount)

def test_of_staking(stage, visit):
    """Mentions NothingDue."""
    stage.do(PATIENT, stage.system.market, "openDeal")
    refused = lock(stage, 0)
    assert refused.error == "AmountZero()"

def test_of_insurance(stage):
    insurance = stage.system.insurance
    assert stage.send(PATIENT, insurance, "deposit", 0).error == "AmountZero()"
    assert stage.send(PATIENT, stage.system.consents, "grant").error == LATE

@pytest.mark.parametrize("error", ["NotYet()"])
def test_by_decorator(stage, error):
    with pytest.raises(CallReverted, match=error):
        stage.do(PATIENT, stage.system.vesting, "release")
'''
NAMES = {"AmountZero", "NothingDue", "TooLate", "NotYet"}


def test_an_error_is_expected_of_the_contract_that_is_called() -> None:
    assert expectations(SOURCE, NAMES) == {
        "test_of_staking": {("Staking", "AmountZero")},
        "test_of_insurance": {("Insurance", "AmountZero"), ("ConsentRegistry", "TooLate")},
        "test_by_decorator": {("TeamVesting", "NotYet")},
    }


@pytest.mark.parametrize(
    ("source", "test", "pair"),
    [
        (
            "test_insurance_books.py",
            "test_nothing_is_neither_deposited_nor_withdrawn",
            ("Insurance", "AmountZero"),
        ),
        (
            "test_consent_signed.py",
            "test_it_is_good_through_its_deadline",
            ("ConsentRegistry", "DeadlinePassed"),
        ),
        (
            "test_identity_registry.py",
            "test_a_certification_ends_in_the_future",
            ("IdentityRegistry", "ExpiryPassed"),
        ),
    ],
)
def test_the_test_of_a_shared_name_is_missed_when_it_goes(
    source: str, test: str, pair: tuple[str, str]
) -> None:
    """Each of these is its pair's only test; other contracts' tests of the same name stay."""
    assert {place for place, pairs in found().items() if pair in pairs} == {(source, test)}
