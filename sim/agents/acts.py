"""The acts that become transactions, and the gas each is allowed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What a transaction does, as the tables name it."""

    REGISTER = "register"
    CERTIFY = "certify"
    CHECK_IN = "check-in"
    ANCHOR = "anchor"
    CREDIT = "credit"
    CREDIT_SHARE = "credit-share"
    CLOSE_EPOCH = "close-epoch"
    SETTLE = "settle"
    RELEASE_LOCKS = "release-locks"
    RELEASE_GRANT = "release-grant"
    APPROVE = "approve"
    LOCK_VOTES = "lock-votes"
    DELEGATE_VOTES = "delegate-votes"
    PROPOSE = "propose"
    VOTE = "vote"
    QUEUE = "queue"
    EXECUTE = "execute"


_ALLOWANCE_GAS: Final = {
    Act.REGISTER: 120_000,
    Act.CERTIFY: 120_000,
    Act.CHECK_IN: 150_000,
    Act.ANCHOR: 150_000,
    Act.CREDIT: 250_000,
    Act.CREDIT_SHARE: 450_000,
    Act.CLOSE_EPOCH: 500_000,
    Act.SETTLE: 100_000,
    Act.RELEASE_LOCKS: 100_000,
    Act.RELEASE_GRANT: 200_000,
    Act.APPROVE: 100_000,
    Act.LOCK_VOTES: 320_000,
    Act.DELEGATE_VOTES: 200_000,
    Act.PROPOSE: 250_000,
    Act.VOTE: 180_000,
    Act.QUEUE: 400_000,
    Act.EXECUTE: 600_000,
}
"""About twice the dearest measured call: unused gas is given back, while running out fails the act."""

SETTLE_GAS_PER_ACCOUNT: Final = 80_000
"""A first MED balance is a fresh storage slot (22,100 gas) beside the event and the cleared points, or the ended
lock."""

FORWARDING_GAS: Final = 100_000
"""What the forwarder adds: one more signature check, one nonce, and the copied calldata."""


def gas_allowance(act: Act, accounts: int = 0) -> int:
    """Return the gas limit of a direct call; `accounts` is the number that it pays."""
    return _ALLOWANCE_GAS[act] + SETTLE_GAS_PER_ACCOUNT * accounts
