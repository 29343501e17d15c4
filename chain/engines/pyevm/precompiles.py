"""py-evm's precompiled contracts with one mistake mended: a number of no digits to the power of 0 is 1 too.

py-evm 0.12.1b1 answers 0 as soon as the base has length 0, whatever the exponent (github.com/ethereum/tests, issue
939). By EIP-198 and on the network 0^0 is 1, modulo anything above 1.
"""

from __future__ import annotations

from typing import Final

from eth.abc import ComputationAPI
from eth.precompiles.modexp import extract_lengths
from eth.vm.forks.cancun.computation import CANCUN_PRECOMPILES
from eth_typing import Address

MODEXP: Final = Address(bytes(19) + b"\x05")
HEADER_BYTES: Final = 96
"""Length of the three lengths before base, exponent and modulus."""


def exponentiate(computation: ComputationAPI) -> ComputationAPI:
    """Raise a base to a power, modulo a number, at py-evm's gas."""
    done: ComputationAPI = CANCUN_PRECOMPILES[MODEXP](computation)
    data = computation.msg.data_as_bytes
    base_bytes, exponent_bytes, modulus_bytes = extract_lengths(data)
    if base_bytes == 0 and modulus_bytes:
        modulus_at = HEADER_BYTES + exponent_bytes
        modulus = data[modulus_at : modulus_at + modulus_bytes].ljust(modulus_bytes, b"\0")
        if not any(data[HEADER_BYTES:modulus_at]) and int.from_bytes(modulus, "big") > 1:
            done.output = (1).to_bytes(modulus_bytes, "big")
    return done


PRECOMPILES: Final = {**CANCUN_PRECOMPILES, MODEXP: exponentiate}
"""The precompiled contracts of Cancun by address."""
