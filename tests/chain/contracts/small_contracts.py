"""Contracts of a few instructions that tests set against the system: to burn, to refuse, to call back.

A program is a list: a name of an instruction, a small number or bytes to push, a label (`"name:"`), or a push of a
label's place (`"@name"`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.abi import ContractAbi
from chain.block import Transaction
from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.rehearsal.stage import Stage

Program = Sequence[str | int | bytes]

_CODES: Final = {
    "STOP": 0x00,
    "EQ": 0x14,
    "CALLDATASIZE": 0x36,
    "CALLDATACOPY": 0x37,
    "CODECOPY": 0x39,
    "RETURNDATASIZE": 0x3D,
    "RETURNDATACOPY": 0x3E,
    "MSTORE": 0x52,
    "JUMPI": 0x57,
    "GAS": 0x5A,
    "JUMPDEST": 0x5B,
    "DUP1": 0x80,
    "CALL": 0xF1,
    "RETURN": 0xF3,
    "REVERT": 0xFD,
    "INVALID": 0xFE,
}
_PUSH1: Final = 0x60

TAKES_COINS: Final[Program] = ("STOP",)
REFUSES: Final[Program] = (0, "DUP1", "REVERT")
BURNS_ALL_GAS: Final[Program] = ("INVALID",)

_CALL_LENGTH_OF_A_QUESTION: Final = 36
"""Selector and one address: `isTrustedForwarder(address)`."""


def trusting(program: Program) -> Program:
    """Answer true when asked whether a forwarder is trusted; behave as `program` otherwise."""
    asked = ("CALLDATASIZE", _CALL_LENGTH_OF_A_QUESTION, "EQ", "@asked", "JUMPI")
    answer = ("asked:", 1, 0, "MSTORE", 32, 0, "RETURN")
    return (*asked, *program, *answer)


def passing_on(to: bytes) -> Program:
    """Call `to` with the calldata as it came and end as that call ended; only take coins that come without data."""
    return (
        *("CALLDATASIZE", "@call", "JUMPI", "STOP"),
        *("call:", "CALLDATASIZE", 0, 0, "CALLDATACOPY"),
        *(0, 0, "CALLDATASIZE", 0, 0, to, "GAS", "CALL"),
        *("RETURNDATASIZE", 0, 0, "RETURNDATACOPY"),
        *("@well", "JUMPI", "RETURNDATASIZE", 0, "REVERT"),
        *("well:", "RETURNDATASIZE", 0, "RETURN"),
    )


def deploy(stage: Stage, program: Program) -> ContractAbi:
    """Put a program on a stage's chain. The interface that is returned serves for its address only."""
    code = assemble(program)
    head = assemble((len(code), "DUP1", 11, 0, "CODECOPY", 0, "RETURN"))
    creation = Transaction(
        sender=DEPLOYER.address,
        nonce=stage.engine.nonce(stage.root, DEPLOYER.address),
        to=None,
        value_wei=0,
        data=head.ljust(11, b"\0") + code,
        gas_limit_gas=200_000,
        gas_price_wei=0,
    )
    receipts = stage.execute([creation]).receipts
    assert receipts.status[0], "the program is on chain"
    return stage.system.token.at(receipts.contract_address[0])


def assemble(program: Program) -> bytes:
    """Return a program's code; every place in it is below 256."""
    places, code = _lay_out(program, {})
    places, code = _lay_out(program, places)
    return code


def _lay_out(program: Program, places: dict[str, int]) -> tuple[dict[str, int], bytes]:
    code, found = bytearray(), {}
    for item in program:
        if isinstance(item, int):
            code += bytes([_PUSH1, item])
        elif isinstance(item, bytes):
            code += bytes([_PUSH1 + len(item) - 1]) + item
        elif item.startswith("@"):
            code += bytes([_PUSH1, places.get(item[1:], 0)])
        elif item.endswith(":"):
            found[item[:-1]] = len(code)
            code.append(_CODES["JUMPDEST"])
        else:
            code.append(_CODES[item])
    return found, bytes(code)
