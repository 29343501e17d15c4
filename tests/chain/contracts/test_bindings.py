"""The typed bindings are what the ABIs give, and say the same as the untyped interfaces in readable terms."""

from __future__ import annotations

import inspect
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chain.abi import ContractAbi
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.binding import binding_differences, generate, write
from chain.contracts.bindings import check_in
from chain.contracts.bindings.identity_registry import IdentityRegistry, Role
from chain.contracts.bindings.med_token import ERC20InsufficientBalance, MedToken, Transfer
from chain.contracts.naming import python_name, snake
from chain.contracts.rehearsal.cast import DEPLOYER, PATIENT
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.typed import ContractCall, plain
from chain.errors import ArtifactError, InvalidEncoding

HERE = b"\x11" * 20


def module_of(name: str) -> ModuleType:
    return import_module(f"chain.contracts.bindings.{snake(name)}")


def test_committed_bindings_are_what_the_abis_give() -> None:
    assert binding_differences() == []


def test_changed_missing_and_stray_bindings_are_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "med_token.py").write_text("changed")
    (tmp_path / "emission.py").unlink()
    (tmp_path / "lottery.py").write_text("")
    assert sorted(binding_differences(tmp_path)) == [
        "bindings/emission.py: not what the ABI gives",
        "bindings/lottery.py: no contract of this name",
        "bindings/med_token.py: not what the ABI gives",
    ]
    write(tmp_path)
    assert binding_differences(tmp_path) == []


def test_generating_twice_gives_the_same_text() -> None:
    assert generate() == generate()


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_function_event_and_error_has_its_type(name: str) -> None:
    module = module_of(name)
    kinds: dict[str, list[str]] = {"function": [], "event": [], "error": []}
    for entry in load(name).abi:
        if entry["type"] in kinds:
            kinds[entry["type"]].append(entry["name"])
    binding = getattr(module, name)
    calls = [
        method
        for _name, method in inspect.getmembers(binding, inspect.isfunction)
        if "ContractCall" in str(inspect.signature(method).return_annotation)
    ]
    assert len(calls) == len(kinds["function"])
    assert sorted(module.EVENTS) == sorted(kinds["event"])
    assert sorted(module.ERRORS) == sorted(kinds["error"])
    assert all(method.__doc__ for method in calls)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_call_encodes_as_the_untyped_interface_does(name: str) -> None:
    untyped = ContractAbi(load(name))
    binding = getattr(module_of(name), name)(HERE)
    for _name, method in inspect.getmembers(binding, inspect.ismethod):
        signature = inspect.signature(method)
        if "ContractCall" not in str(signature.return_annotation):
            continue
        examples = [
            example(parameter.annotation, module_of(name)) for parameter in signature.parameters.values()
        ]
        call = method(*examples)
        assert isinstance(call, ContractCall)
        assert call.to == HERE
        assert call.data == untyped.encode(call.function, *map(plain, examples))


def example(annotation: str, module: ModuleType) -> Any:
    """Return a value of the annotated type: zeros, empty lists, structs of those."""
    simple = {"int": 0, "bool": False, "str": "", "bytes": b"", "Address": bytes(20), "Hash32": bytes(32)}
    if annotation.startswith("Sequence["):
        return [example(annotation[9:-1], module)] * (3 if annotation == "Sequence[Terms]" else 1)
    if annotation.startswith("tuple["):
        return (example(annotation[6:].removesuffix(", ...]"), module),)
    if annotation in simple:
        return simple[annotation] if annotation != "bytes" else b"\0\0\0\0"
    kind = getattr(module, annotation)
    if issubclass(kind, IntEnum):
        return kind(0)
    fields = inspect.get_annotations(kind).items()
    return kind(**{name: example(part, module) for name, part in fields if name.islower()})


def test_a_call_goes_through_the_engine_and_its_answer_is_typed(stage: Stage) -> None:
    identity = IdentityRegistry(stage.system.address_of("IdentityRegistry"))
    assert stage.ask(identity.role_of(PATIENT.address)) is Role.PATIENT
    token = MedToken(stage.system.address_of("MedToken"))
    assert stage.ask(token.balance_of(PATIENT.address)) == 0
    assert stage.ask(token.decimals()) == 8


def test_an_answer_of_several_values_says_what_each_is() -> None:
    """The compiler keeps return values by name, not in their order."""
    lines = [line.strip() for line in (check_in.BatchOfAnswer.__doc__ or "").splitlines()]
    assert lines[2:5] == [
        "provider: the provider, zero where there is no such batch",
        "anchored_at_s: when it was anchored, Unix seconds",
        "count: the number of leaves",
    ]


def test_an_event_is_a_typed_row(stage: Stage) -> None:
    token = MedToken(stage.system.address_of("MedToken"))
    stage.do(DEPLOYER, stage.system.token, "transfer", PATIENT.address, 5)
    assert token.event(stage.logs[-1]) == Transfer(DEPLOYER.address, PATIENT.address, 5)
    assert IdentityRegistry(HERE).event(stage.logs[-1]) is None


def test_an_error_decodes_to_its_name_and_values(stage: Stage) -> None:
    token = MedToken(stage.system.address_of("MedToken"))
    call = token.transfer(DEPLOYER.address, 7)
    result = stage.try_out(PATIENT, call)
    assert not result.status
    error = token.error(result.output)
    assert error == ERC20InsufficientBalance(PATIENT.address, 0, 7)
    assert str(error).startswith(
        f"ERC20InsufficientBalance(sender=0x{PATIENT.address.hex()}, balance_med_units=0"
    )
    assert token.error(b"\0\0\0\0") is None
    assert token.error(b"") is None


def test_a_value_that_does_not_fit_is_told() -> None:
    with pytest.raises(InvalidEncoding, match=r"MedToken\.transfer\(address,uint256\)"):
        MedToken(HERE).transfer(b"\x11" * 19, 1)


@pytest.mark.parametrize(
    ("contract", "name", "expected"),
    [
        ("MedToken", "value", "value_med_units"),
        ("Forwarder", "value", "value_wei"),
        ("CheckIn", "scannedAt", "scanned_at_s"),
        ("TokenSale", "paymentSatoshi", "payment_sat"),
        ("Insurance", "waitingSeconds", "waiting_s"),
        ("Staking", "slashBasisPoints", "slash_basis_points"),
        ("RewardPool", "points", "points"),
        ("Emission", "yearlyRate", "yearly_rate_millipercent"),
    ],
)
def test_numbers_carry_their_unit(contract: str, name: str, expected: str) -> None:
    assert python_name(contract, name, is_number=True) == expected


def test_a_number_whose_unit_nobody_fixed_is_refused() -> None:
    with pytest.raises(ArtifactError, match="'happiness' counts is not fixed"):
        python_name("MedToken", "happiness", is_number=True)


@pytest.mark.parametrize(
    ("solidity", "python"),
    [
        ("validUntil", "valid_until"),
        ("MINTER_ROLE", "minter_role"),
        ("DOMAIN_SEPARATOR", "domain_separator"),
        ("from", "from_"),
        ("eip712Domain", "eip712_domain"),
        ("IDENTITY", "identity"),
        ("recordIdOf", "record_id_of"),
    ],
)
def test_names_become_python_s(solidity: str, python: str) -> None:
    assert snake(solidity) == python
