"""Who plays: accounts with known keys and the roles that the rehearsal's opening gives them."""

from __future__ import annotations

from typing import Final

from chain.keys import PrivateKey


def key(number: int) -> PrivateKey:
    """Return the test key of a small number."""
    return PrivateKey.from_secret(number.to_bytes(32, "big"))


DEPLOYER: Final = key(1)
CERTIFIER: Final = key(2)
PROVIDER: Final = key(3)
OTHER_PROVIDER: Final = key(4)
PATIENT: Final = key(5)
OTHER_PATIENT: Final = key(6)
STRANGER: Final = key(7)
SPONSOR: Final = STRANGER
INSURER: Final = key(8)
OTHER_INSURER: Final = key(9)
RESEARCHER: Final = key(10)
ARBITER: Final = key(11)
TREASURY: Final = key(12)
GUARDIANS: Final = (key(13), key(14), key(15))
NEW_PHONE: Final = key(16)
BUYERS: Final = (key(17), key(18), key(19))
TEAM: Final = (key(20), key(21))
VALIDATORS: Final = (key(22), key(23))
DEVICE: Final = key(24)
