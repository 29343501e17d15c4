"""A system speaks through its bindings: bound to its addresses, its logs and reverts as rows of the right contract."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import eth_abi
import pytest

from chain.block import Log
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.bindings import med_token, team_vesting, token_lock
from chain.contracts.bindings.identity_registry import Registered, Role
from chain.contracts.bindings.med_token import Approval, ERC20InsufficientBalance, Transfer
from chain.contracts.naming import snake
from chain.contracts.rehearsal.cast import DEPLOYER, PATIENT
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.system import System
from chain.contracts.typed import plain
from chain.errors import InvalidEncoding
from chain.hashing import keccak

SYSTEM = System(b"\x11" * 20, 1)
TOKEN = SYSTEM.address_of("MedToken")
NAMES = {
    "checkin": "CheckIn",
    "consents": "ConsentRegistry",
    "emission": "Emission",
    "forwarder": "Forwarder",
    "governance": "Governance",
    "identity": "IdentityRegistry",
    "insurance": "Insurance",
    "lock": "TokenLock",
    "market": "DataMarket",
    "records": "RecordRegistry",
    "rewards": "RewardPool",
    "sale": "TokenSale",
    "staking": "Staking",
    "timelock": "Timelock",
    "token": "MedToken",
    "vesting": "TeamVesting",
}


def topic(words: str) -> bytes:
    return keccak(words.encode())


def log(address: bytes, signature: str, *words: bytes, data: bytes = b"") -> Log:
    return Log(address, (topic(signature), *(word.rjust(32, b"\0") for word in words)), data)


def transfer(amount: int, address: bytes = TOKEN) -> Log:
    word = amount.to_bytes(32, "big")
    return log(address, "Transfer(address,address,uint256)", b"\x01" * 20, b"\x02" * 20, data=word)


def test_every_contract_has_its_binding_where_it_stands() -> None:
    assert sorted(NAMES.values()) == sorted(CONTRACTS)
    for ours, name in NAMES.items():
        binding = getattr(SYSTEM.typed, ours)
        assert type(binding).__name__ == name
        assert binding.address == SYSTEM.address_of(name) == getattr(SYSTEM, ours).address


def test_a_log_is_a_row_of_the_contract_that_wrote_it() -> None:
    assert SYSTEM.event(transfer(5)) == Transfer(b"\x01" * 20, b"\x02" * 20, 5)
    assert SYSTEM.event(transfer(5, b"\x03" * 20)) is None
    assert SYSTEM.event(transfer(5, SYSTEM.address_of("CheckIn"))) is None
    assert SYSTEM.event(Log(TOKEN, (), b"")) is None
    assert SYSTEM.event(log(TOKEN, "Unheard(of)")) is None


def test_events_of_one_name_are_told_apart_by_their_contract() -> None:
    amount = (7).to_bytes(32, "big")
    from_vesting = log(
        SYSTEM.address_of("TeamVesting"), "Released(address,uint256)", b"\x04" * 20, data=amount
    )
    from_lock = log(
        SYSTEM.address_of("TokenLock"), "Released(address,uint256,uint256)", b"\x04" * 20, amount, data=amount
    )
    assert SYSTEM.event(from_vesting) == team_vesting.Released(b"\x04" * 20, 7)
    assert SYSTEM.event(from_lock) == token_lock.Released(b"\x04" * 20, 7, 7)
    logs = [from_vesting, from_lock]
    assert list(SYSTEM.events(logs, token_lock.Released)) == [token_lock.Released(b"\x04" * 20, 7, 7)]


def test_only_events_of_the_asked_kinds_are_decoded() -> None:
    damaged = Log(TOKEN, transfer(1).topics, b"\x01")
    approved = log(
        TOKEN, "Approval(address,address,uint256)", b"\x01" * 20, b"\x02" * 20, data=(3).to_bytes(32, "big")
    )
    logs = [damaged, approved, transfer(2, b"\x05" * 20)]
    assert list(SYSTEM.events(logs, Approval)) == [Approval(b"\x01" * 20, b"\x02" * 20, 3)]
    assert list(SYSTEM.events(logs)) == []
    with pytest.raises(InvalidEncoding):
        list(SYSTEM.events(logs, Transfer))


def test_every_log_of_a_stage_says_what_the_untyped_interface_says(stage: Stage) -> None:
    stage.do(DEPLOYER, stage.system.token, "transfer", PATIENT.address, 5)
    assert stage.logs
    for entry in stage.logs:
        event, untyped = stage.system.event(entry), stage.system.decode_log(entry)
        assert event is not None
        assert untyped is not None
        assert (event.EVENT, list(plain(event))) == (
            untyped.name,
            list(map(as_plain, untyped.arguments.values())),
        )
    people = list(stage.system.events(stage.logs, Registered))
    assert Registered(PATIENT.address, Role.PATIENT) in people


def as_plain(value: object) -> object:
    """Structs of the untyped interface as tuples."""
    return tuple(map(as_plain, value.values())) if isinstance(value, dict) else value


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_error_that_a_contract_declares_is_known(name: str) -> None:
    for entry in load(name).abi:
        if entry["type"] == "error":
            kinds = [part["type"] for part in entry["inputs"]]
            selector = topic(f"{entry['name']}({','.join(kinds)})")[:4]
            error = SYSTEM.error(selector + eth_abi.encode(kinds, [zero(kind) for kind in kinds]))
            assert error is not None
            first = next(each for each in CONTRACTS if (entry["name"], kinds) in errors_of(each))
            assert (first, entry["name"]) == (error.CONTRACT, error.ERROR)
            assert type(error) in import_module(f"chain.contracts.bindings.{snake(first)}").ERRORS.values()


def errors_of(contract: str) -> list[tuple[str, list[str]]]:
    return [
        (entry["name"], [part["type"] for part in entry["inputs"]])
        for entry in load(contract).abi
        if entry["type"] == "error"
    ]


def zero(kind: str) -> object:
    return {"bool": False, "string": "", "address": "0x" + "00" * 20}.get(
        kind, b"" if kind.startswith("bytes") else 0
    )


def test_an_error_has_its_values() -> None:
    values = eth_abi.encode(["address", "uint256", "uint256"], ["0x" + "07" * 20, 1, 2])
    data = topic("ERC20InsufficientBalance(address,uint256,uint256)")[:4] + values
    error = SYSTEM.error(data)
    assert isinstance(error, med_token.ERC20InsufficientBalance)
    assert error == ERC20InsufficientBalance(b"\x07" * 20, 1, 2)
    assert SYSTEM.error(data[:-1]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        b"\x01\x02\x03\x04",
        topic("Panic(uint256)")[:4] + (0x11).to_bytes(32, "big"),
        topic("Error(string)")[:4] + eth_abi.encode(["string"], ["why"]),
    ],
)
def test_what_no_contract_declares_is_no_error_of_theirs(data: bytes) -> None:
    assert SYSTEM.error(data) is None


def test_bindings_are_imported_when_they_are_first_asked_for() -> None:
    told = "import sys; from chain.contracts.system import System; s = System(bytes(20), 1); s.typed.token; "
    told += "print(*sorted(m for m in sys.modules if m.startswith('chain.contracts.bindings.')))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["chain.contracts.bindings.med_token"]
