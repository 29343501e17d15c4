"""What a provider does with records and batches is its own: an outsider's copy of the calldata gains nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from chain.abi import ContractAbi
from chain.contracts.batches import Batch
from chain.contracts.messages import batch_id
from chain.contracts.rehearsal.cast import OTHER_PROVIDER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.record_registry import correction_of, names_of
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import compact
from chain.keys import PrivateKey

PARTIES = {"patient": PATIENT, "colleague": OTHER_PROVIDER, "stranger": STRANGER}


@dataclass(frozen=True)
class Call:
    """A provider's call as everybody sees it in the mempool, before its block, and how each outsider is refused."""

    stage: Stage
    contract: ContractAbi
    data: bytes
    uncertified: str
    colleague: str

    def sent_by(self, sender: PrivateKey) -> Outcome:
        return self.stage.send_data(sender, self.contract, self.data)

    def refusal_of(self, caller: PrivateKey) -> str:
        text = self.colleague if caller is OTHER_PROVIDER else self.uncertified
        return text.format(caller="0x" + caller.address.hex())


def anchoring(stage: Stage) -> Call:
    return Call(
        stage,
        stage.system.records,
        Visit.at(stage).anchor_data(stage),
        "IssuerNotCertified(issuer={caller})",
        f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})",
    )


def correcting(stage: Stage) -> Call:
    visit = Visit.at(stage)
    assert visit.anchor(stage).status == 1
    correction = correction_of(visit)
    signature = compact(PATIENT.sign(correction.digest(stage.system.records_domain)))
    arguments = (*names_of(visit), *correction.arguments, signature)
    data = stage.system.records.encode("supersede", *arguments)
    return Call(stage, stage.system.records, data, *[not_the_issuer()] * 2)


def revoking(stage: Stage) -> Call:
    visit = Visit.at(stage)
    assert visit.anchor(stage).status == 1
    data = stage.system.records.encode("revoke", *names_of(visit))
    return Call(stage, stage.system.records, data, *[not_the_issuer()] * 2)


def not_the_issuer() -> str:
    return f"NotTheIssuer(caller={{caller}}, issuer=0x{PROVIDER.address.hex()})"


ACTS: dict[str, Callable[[Stage], Call]] = {"anchor": anchoring, "supersede": correcting, "revoke": revoking}


@pytest.fixture(params=ACTS)
def call(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Call]:
    """The provider's next call; whatever outsiders tried, its own still succeeds."""
    call = ACTS[request.param](stage)
    yield call
    assert call.sent_by(PROVIDER).status == 1


@pytest.fixture(params=PARTIES.values(), ids=PARTIES)
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


def test_an_outsider_cannot_append_the_providers_address(call: Call, outsider: PrivateKey) -> None:
    forged = replace(call, data=call.data + PROVIDER.address)
    assert forged.sent_by(outsider).error == call.refusal_of(outsider)


@dataclass(frozen=True)
class SeenBatch:
    """A batch that a provider is about to anchor."""

    stage: Stage
    contract: ContractAbi
    function: str
    batch: Batch
    uncertified: str
    unproven: str

    @property
    def data(self) -> bytes:
        return self.contract.encode(self.function, *self.batch.arguments)

    def prove(self, author: PrivateKey, index: int, sender: PrivateKey) -> Outcome:
        """Prove a leaf from the batch that `author` anchored."""
        _own, paper, proof = self.batch.proving(index)
        known = batch_id(self.batch.tree.root, author.address)
        return self.stage.send(sender, self.contract, "prove", known, paper, proof)


@pytest.fixture(params=["records", "check-ins"])
def seen(request: pytest.FixtureRequest, stage: Stage) -> Iterator[SeenBatch]:
    """Whatever outsiders tried, the provider's batch still stands and proves."""
    day, system = Day.of(stage, 5), stage.system
    if request.param == "records":
        batch = day.records(system.records_domain)
        errors = ("IssuerNotCertified", "InvalidPatientSignature")
        seen = SeenBatch(stage, system.records, "anchorBatch", batch, *errors)
    else:
        batch = day.check_ins(system.checkin_domain)
        errors = ("ProviderNotCertified", "NotTheProvider")
        seen = SeenBatch(stage, system.checkin, "checkInBatch", batch, *errors)
    yield seen
    assert stage.send_data(PROVIDER, seen.contract, seen.data).status == 1
    assert all(seen.prove(PROVIDER, index, STRANGER).status for index in range(5))


@pytest.mark.parametrize("sender", [PATIENT, STRANGER], ids=["patient", "stranger"])
def test_a_copied_batch_is_refused_to_who_is_no_provider(seen: SeenBatch, sender: PrivateKey) -> None:
    for data in (seen.data, seen.data + PROVIDER.address):
        outcome = seen.stage.send_data(sender, seen.contract, data)
        assert outcome.error.partition("(")[0] == seen.uncertified
    assert seen.prove(PROVIDER, 0, sender).error.startswith("BatchUnknown(")


@pytest.mark.parametrize("forwarded", [False, True], ids=["direct", "forwarded"])
def test_a_colleague_who_copies_a_batch_can_prove_nothing_with_it(seen: SeenBatch, forwarded: bool) -> None:
    stage = seen.stage
    if forwarded:
        asked = stage.request(OTHER_PROVIDER, seen.contract, seen.data)
        assert stage.forward(asked, OTHER_PROVIDER).status == 1
    else:
        assert stage.send_data(OTHER_PROVIDER, seen.contract, seen.data).status == 1
    for index in range(5):
        claimed = seen.prove(OTHER_PROVIDER, index, OTHER_PROVIDER)
        assert claimed.error.partition("(")[0] == seen.unproven
    assert seen.prove(PROVIDER, 0, OTHER_PROVIDER).error.startswith("BatchUnknown(")
