"""What each act of a patient's life with the system takes of a block: gas and encoded bytes, both measured.

Acts that one transaction makes alone are the last calls of the contracts' rehearsals, with the same gas as in the
committed gas snapshot; but a credit is a patient's first in its epoch, as most are, where the rehearsal's last is
one of several. Batches are played here, with as many patients as visits: a credit writes a slot a
patient, and two patients taking turns would write theirs again and again for a fraction of that. The patients have
been credited and paid in two epochs before, so that what is written is as after a while of use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from chain.abi import ContractAbi
from chain.block import Hash32, Transaction
from chain.contracts.artifact import HOME
from chain.contracts.batches import Batch
from chain.contracts.messages import SignedReceipt
from chain.contracts.rehearsal.cast import PROVIDER, key
from chain.contracts.rehearsal.gas import TOLERANCE_SHARE, rehearsed
from chain.contracts.rehearsal.reward_pool import end_epoch
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from chain.eip712 import compact
from chain.errors import ArtifactError, CallReverted
from chain.keys import PrivateKey
from chain.signing import sign_transaction, size_bytes
from chain.units import WEI_PER_SATOSHI

SNAPSHOT: Final = HOME / "acts.json"

GAS_PRICE_SAT: Final = 40
LIMIT_PER_USE: Final = 2
"""Price and limit that stand in the encoded transaction; they change its length by a byte at most."""

SINGLE: Final[Mapping[str, tuple[str, str]]] = {
    "check_in": ("CheckIn", "checkIn"),
    "anchor": ("RecordRegistry", "anchor"),
    "grant": ("ConsentRegistry", "grant"),
    "share": ("RewardPool", "creditShare"),
    "claim": ("Insurance", "file"),
    "submit": ("DataMarket", "submit"),
    "transfer": ("MedToken", "transfer"),
}
"""Acts of one transaction each, by contract and function."""

BATCH_SIZES: Final = (1, 2, 4, 8, 16, 32, 64)
PAPERS: Final = ("both", "check_ins", "records", "neither")
"""Which of a visit's papers stand in batches when its credit is one of many."""

CREDIT: Final = "credit"

_FIRST_PATIENT: Final = 1_000
_GAS_LIMIT_GAS: Final = 30_000_000


@dataclass(frozen=True)
class MeasuredAct:
    """Gas used by one transaction, and the bytes of its encoding."""

    gas_gas: int
    size_bytes: int


def batch_name(act: str, size: int, papers: str = "") -> str:
    """Return the name of a batch in the snapshot: what, how many, and for credits what stands in batches."""
    return "/".join(filter(None, (act, papers, str(size))))


def measure(sizes: Sequence[int] = BATCH_SIZES) -> dict[str, MeasuredAct]:
    """Play everything, batches of these sizes, and return each act's measure by name."""
    return _alone() | measure_batches(sizes)


def _alone() -> dict[str, MeasuredAct]:
    found: dict[str, MeasuredAct] = {}
    for contract in dict.fromkeys(contract for contract, _function in SINGLE.values()):
        stage = rehearsed(contract)
        for name, (owner, function) in SINGLE.items():
            if owner == contract:
                found[name] = _last_call(stage, owner, function)
    return found


def read_snapshot(path: Path = SNAPSHOT) -> dict[str, MeasuredAct]:
    """Return the committed measures; raise `ArtifactError` where there are none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {name: MeasuredAct(**row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"{path}: no measured acts ({error}); run `medsim contracts acts --write`"
        ) from error


def write_snapshot(measured: Mapping[str, MeasuredAct], path: Path = SNAPSHOT) -> None:
    """Commit measures to the snapshot's file."""
    rows = {name: asdict(act) for name, act in measured.items()}
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def act_differences(before: Mapping[str, MeasuredAct], now: Mapping[str, MeasuredAct]) -> list[str]:
    """Return a sentence for each act that is new, gone, or more than 2 % off in gas or bytes."""
    found = [f"{name}: measured in one of them only" for name in sorted(set(before) ^ set(now))]
    for name in sorted(set(before) & set(now)):
        for what, old, new in zip(
            ("gas", "bytes"), asdict(before[name]).values(), asdict(now[name]).values(), strict=True
        ):
            if abs(new - old) > TOLERANCE_SHARE * old:
                found.append(f"{name}: {old} {what} before, {new} now")
    return found


def _last_call(stage: Stage, contract: str, function: str) -> MeasuredAct:
    call = next(
        call for call in reversed(stage.calls) if (call.contract, call.function) == (contract, function)
    )
    target = next(each for each in stage.system.contracts if each.artifact.name == contract)
    data = target.encode(function, *call.arguments)
    gas_gas = stage.gas_gas[contract, function][-1]
    return MeasuredAct(gas_gas, _encoded_bytes(stage, call.sender, target, data, gas_gas))


def _encoded_bytes(stage: Stage, sender: PrivateKey, target: ContractAbi, data: bytes, gas_gas: int) -> int:
    transaction = Transaction(
        sender=sender.address,
        nonce=stage.engine.nonce(stage.root, sender.address),
        to=target.address,
        value_wei=0,
        data=data,
        gas_limit_gas=LIMIT_PER_USE * gas_gas,
        gas_price_wei=GAS_PRICE_SAT * WEI_PER_SATOSHI,
    )
    return size_bytes(sign_transaction(transaction, sender, stage.engine.chain_id))


def measure_batches(sizes: Sequence[int]) -> dict[str, MeasuredAct]:
    """Return the measures of batches of these sizes: of check-ins, of records, of their credits; and a credit's."""
    stage = Stage(parameters())
    earlier, *patients = (key(_FIRST_PATIENT + number) for number in range(max(sizes) + 1))
    stage.settle_people([earlier, *patients])
    for epoch in range(2):
        _batch(stage, patients, "both", first=10_000 * (epoch + 1))
        end_epoch(stage, epoch)
        stage.do(PROVIDER, stage.system.rewards, "closeEpoch", epoch)
        stage.do(
            PROVIDER, stage.system.rewards, "settle", epoch, [who.address for who in (*patients, PROVIDER)]
        )
    # Whoever comes first in an epoch pays for the provider's and the epoch's own slots.
    _batch(stage, [earlier], "both", first=30_000)
    found = {CREDIT: _credit_alone(stage.branch(), patients[0])}
    for size in sizes:
        for papers in PAPERS:
            found |= _batch(stage.branch(), patients[:size], papers)
    return dict(sorted(found.items(), key=lambda entry: entry[0].rpartition("/")[0]))


def _credit_alone(stage: Stage, patient: PrivateKey) -> MeasuredAct:
    visit = Visit.at(stage, patient=patient, number=40_000)
    for outcome in (visit.check_in(stage), visit.anchor(stage)):
        if not outcome.status:
            raise CallReverted(outcome.error)
    rewards = stage.system.rewards
    return _sent(stage, rewards, "credit", visit.code.struct_hash, patient.address, visit.root)


def _batch(
    stage: Stage, patients: list[PrivateKey], papers: str, *, first: int = 50_000
) -> dict[str, MeasuredAct]:
    """Put a visit of each patient on chain, some papers in batches, and credit them at once."""
    system, size = stage.system, len(patients)
    visits = [
        Visit.at(stage, patient=patient, direction=DIRECTIONS[number % 2], number=first + number)
        for number, patient in enumerate(patients)
    ]
    check_ins = Batch(PROVIDER.address, [visit.signed_check_in(system.checkin_domain) for visit in visits])
    receipts = [
        SignedReceipt(receipt, compact(visit.patient.sign(receipt.digest(system.records_domain))))
        for visit in visits
        for receipt in (visit.receipt(),)
    ]
    records = Batch(PROVIDER.address, receipts)
    found: dict[str, MeasuredAct] = {}
    check_in_batch_id = record_batch_id = Hash32(bytes(32))
    if papers in ("both", "check_ins"):
        check_in_batch_id = check_ins.batch_id
        found[batch_name("check_in_batch", size)] = _sent(
            stage, system.checkin, "checkInBatch", *check_ins.arguments
        )
    else:
        for paper in check_ins.papers:
            _sent(stage, system.checkin, "checkIn", paper.arguments)
    if papers in ("both", "records"):
        record_batch_id = records.batch_id
        found[batch_name("anchor_batch", size)] = _sent(
            stage, system.records, "anchorBatch", *records.arguments
        )
    else:
        for receipt in receipts:
            _sent(stage, system.records, "anchor", receipt.arguments)
    items = [
        _item(visit, check_ins, records, number, check_in_batch_id, record_batch_id)
        for number, visit in enumerate(visits)
    ]
    credit = _sent(stage, system.rewards, "creditBatch", check_in_batch_id, record_batch_id, items)
    return found | {batch_name("credit_batch", size, papers): credit}


def _item(
    visit: Visit, check_ins: Batch, records: Batch, number: int, check_in_batch: Hash32, record_batch: Hash32
) -> tuple[object, ...]:
    """Return what `creditBatch` takes for one visit; of what stands alone no proof is needed."""
    _id, check_in, check_in_proof = check_ins.proving(number)
    _id, record, record_proof = records.proving(number)
    return (
        bytes(32) if any(check_in_batch) else visit.code.struct_hash,
        check_in,
        check_in_proof if any(check_in_batch) else (),
        record,
        record_proof if any(record_batch) else (),
    )


def _sent(stage: Stage, target: ContractAbi, function: str, *arguments: object) -> MeasuredAct:
    """Send a provider's call in a block of its own; raise `CallReverted` where it fails."""
    data = target.encode(function, *arguments)
    transaction = Transaction(
        sender=PROVIDER.address,
        nonce=stage.engine.nonce(stage.root, PROVIDER.address),
        to=target.address,
        value_wei=0,
        data=data,
        gas_limit_gas=_GAS_LIMIT_GAS,
        gas_price_wei=0,
    )
    receipts = stage.execute([transaction]).receipts
    if not receipts.status[0]:
        raise CallReverted(f"{function}: {stage.system.decode_error(receipts.output[0])}")
    gas_gas = receipts.gas_used_gas[0]
    return MeasuredAct(gas_gas, _encoded_bytes(stage, PROVIDER, target, data, gas_gas))
