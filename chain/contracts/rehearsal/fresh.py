"""Contracts deployed beside the system: for what only the opening, or another contract, may do on its own."""

from __future__ import annotations

from typing import Final

from chain.abi import ContractAbi
from chain.block import Transaction
from chain.contracts.artifact import load
from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.rehearsal.stage import Stage
from chain.errors import CallReverted
from chain.keys import PrivateKey

CREATION_GAS_LIMIT_GAS: Final = 8_000_000


def deploy(stage: Stage, name: str, *arguments: object, deployer: PrivateKey = DEPLOYER) -> ContractAbi:
    """Deploy the named contract once more, in a block of its own, and return it bound to its address.

    The stage does not decode its events. Raises `CallReverted` with the error where the constructor reverts.
    """
    interface = ContractAbi(load(name))
    creation = Transaction(
        sender=deployer.address,
        nonce=stage.engine.nonce(stage.root, deployer.address),
        to=None,
        value_wei=0,
        data=interface.encode_creation(*arguments),
        gas_limit_gas=CREATION_GAS_LIMIT_GAS,
        gas_price_wei=0,
    )
    receipts = stage.execute([creation]).receipts
    address = receipts.contract_address[0]
    if not receipts.status[0] or address is None:
        raise CallReverted(f"{name}: {stage.system.decode_error(receipts.output[0])}")
    return interface.at(address)
