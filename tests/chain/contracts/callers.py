"""A buyer with code of its own, written in the EVM's instructions: it is called back when coin comes its way."""

from __future__ import annotations

from chain.block import Address, Transaction
from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.rehearsal.stage import Stage

COPY_CALLDATA = bytes.fromhex("365f5f37")  # calldatacopy(0, 0, calldatasize)
COPY_ANSWER = bytes.fromhex("3d5f5f3e")  # returndatacopy(0, 0, returndatasize)
RETURN_ANSWER = bytes.fromhex("3d5ff3")
REVERT_WITH_ANSWER = bytes.fromhex("3d5ffd")
REVERT = bytes.fromhex("5f5ffd")


def code_of_a_buyer(target: Address, when_paid: bytes | None) -> bytes:
    call = b"\x73" + target + bytes.fromhex("5af1")  # call(gas, target, …)
    pass_on = COPY_CALLDATA + bytes.fromhex("5f5f365f34") + call  # with all calldata and all coin
    call_back = b"\x63" + (when_paid or bytes(4)) + bytes.fromhex("5f525f5f6004601c5f") + call
    parts: list[bytes | str] = [
        bytes.fromhex("3615"), ">paid", b"\x57",  # no calldata: coin is coming
        pass_on, ">end", b"\x56",
        "paid", *([call_back] if when_paid else [REVERT]),
        "end", COPY_ANSWER, ">well", b"\x57", REVERT_WITH_ANSWER,
        "well", RETURN_ANSWER,
    ]  # fmt: skip
    places: dict[str, int] = {}
    length = 0
    for part in parts:
        if isinstance(part, str) and not part.startswith(">"):
            places[part] = length
        length += len(part) if isinstance(part, bytes) else 2 if part.startswith(">") else 1
    return b"".join(
        part
        if isinstance(part, bytes)
        else bytes([0x60, places[part[1:]]])
        if part.startswith(">")
        else b"\x5b"
        for part in parts
    )


def deploy_buyer(stage: Stage, target: Address, when_paid: bytes | None) -> Address:
    """Deploy a contract that passes calls on to `target` with the coin they carry; return its address.

    When it is paid it calls the function of selector `when_paid` there, or refuses the coin where None is given. It
    fails as the call fails.
    """
    code = code_of_a_buyer(target, when_paid)
    creation = bytes([0x60, len(code)]) + bytes.fromhex("80600a5f395ff300") + code
    transaction = Transaction(
        sender=DEPLOYER.address,
        nonce=stage.engine.nonce(stage.root, DEPLOYER.address),
        to=None,
        value_wei=0,
        data=creation,
        gas_limit_gas=1_000_000,
        gas_price_wei=0,
    )
    address = stage.execute([transaction]).receipts.contract_address[0]
    assert address is not None
    return address
