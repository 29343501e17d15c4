"""A check-in and a credit are their provider's to send: an outsider's copy of the calldata is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from chain.abi import ContractAbi
from chain.contracts.rehearsal.cast import OTHER_PROVIDER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from chain.keys import PrivateKey

ACTS = ("check-in", "credit")


@dataclass(frozen=True)
class Call:
    """A provider's call as everybody sees it in the mempool, before its block."""

    stage: Stage
    contract: ContractAbi
    data: bytes

    def sent_by(self, sender: PrivateKey) -> Outcome:
        return self.stage.send_data(sender, self.contract, self.data)

    def refusal_of(self, caller: PrivateKey) -> str:
        return f"NotTheProvider(caller=0x{caller.address.hex()}, provider=0x{PROVIDER.address.hex()})"


@pytest.fixture(params=[(act, direction) for act in ACTS for direction in DIRECTIONS], ids="-".join)
def call(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Call]:
    """The next call of a visit; whatever outsiders tried, the provider's own still succeeds."""
    act, direction = request.param
    visit = Visit.at(stage, direction=direction)
    if act == "check-in":
        call = Call(stage, stage.system.checkin, visit.check_in_data(stage))
    else:
        assert [visit.check_in(stage).status, visit.anchor(stage).status] == [1, 1]
        call = Call(stage, stage.system.rewards, visit.credit_data(stage))
    yield call
    assert call.sent_by(PROVIDER).status == 1


@pytest.fixture(params=[PATIENT, OTHER_PROVIDER, STRANGER], ids=["patient", "colleague", "stranger"])
def outsider(request: pytest.FixtureRequest) -> PrivateKey:
    key: PrivateKey = request.param
    return key


def test_an_outsiders_copy_is_refused(call: Call, outsider: PrivateKey) -> None:
    assert call.sent_by(outsider).error == call.refusal_of(outsider)


def test_an_outsiders_copy_is_refused_through_the_forwarder(call: Call, outsider: PrivateKey) -> None:
    """The forwarder swallows the reason; the provider's request for the same calldata goes through."""
    stage = call.stage
    asked = stage.request(outsider, call.contract, call.data)
    assert stage.forward(asked, outsider).error == "FailedCall()"
    by_provider = stage.request(PROVIDER, call.contract, call.data)
    assert stage.branch().forward(by_provider, PROVIDER).status == 1


def test_an_outsider_cannot_ask_in_the_providers_name(call: Call, outsider: PrivateKey) -> None:
    asked = call.stage.request(PROVIDER, call.contract, call.data)
    assert call.stage.forward(asked, outsider).error.startswith("ERC2771ForwarderInvalidSigner")


def test_an_outsider_cannot_append_the_providers_address(call: Call, outsider: PrivateKey) -> None:
    forged = replace(call, data=call.data + PROVIDER.address)
    assert forged.sent_by(outsider).error == call.refusal_of(outsider)
