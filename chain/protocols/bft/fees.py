"""Fees of Panacea: gas in MED, for all the gas that an act asks for, used or not.

Whoever acts keeps MED in hand on the protocol's own side. The fee is taken before the act and never given back,
whatever it used and whether it succeeds; the next block pays it to those who voted. Source: cosmos/cosmos-sdk v0.34
to v0.45, x/auth/ante/fee.go (the fee of the gas that was *wanted*) and x/distribution (where it goes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chain.block import Address, Transaction
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.state import BftState
from chain.protocols.fee_policy import Act, BlockFull, NotEnoughCoins
from chain.signing import size_bytes


class GasFees:
    """The policy: a `chain.protocols.fee_policy.FeePolicy`. An act's `cpu` is the gas that it asks for.

    What people have in hand is part of the protocol's state, so that there is no fee state beside it.
    """

    name = "gas in MED"
    takes_coins = True

    def __init__(self, parameters: BftParameters, owners: Mapping[Address, str]) -> None:
        """`owners` are the ids under which the protocol knows who may pay, by their addresses in the EVM."""
        self.parameters = parameters
        self._owners = owners

    def limits(self) -> Mapping[str, int]:
        """Return the bytes of a block."""
        return {"bytes": self.parameters.block_limit_bytes}

    def act(self, transaction: Transaction) -> Act:
        """Return the gas limit and the bytes of a transaction."""
        return Act(transaction.sender, transaction.gas_limit_gas, size_bytes(transaction))

    def fee_sat(self, act: Act) -> int:
        """Return what an act costs."""
        return act.cpu * self.parameters.minimum_gas_price_sat

    def in_hand_sat(self, protocol_state: BftState, address: Address) -> int:
        """Return what an account can spend; nobody knows a stranger's."""
        return protocol_state.staking.liquid_sat.get(self.owner(address), 0)

    def owner(self, address: Address) -> str:
        """Return the id under which the protocol knows an account."""
        return self._owners.get(address, "")

    def check(self, _fee_state: None, protocol_state: BftState, act: Act) -> None:
        """Raise `NotEnoughCoins` where the payer has less in hand than the act costs."""
        _require(act, self.fee_sat(act), self.in_hand_sat(protocol_state, act.charged))

    def opening_state(self, _protocol_state: BftState) -> None:
        """Return none."""

    def open_block(self, _fee_state: None, protocol_state: BftState, _timestamp_s: int) -> GasMeter:
        """Return the meter of a block on top of the parent's state."""
        return GasMeter(self, protocol_state)

    def pass_idle(self, _fee_state: None, _protocol_state: BftState, _stretch_blocks: int) -> None:
        """Return none."""

    def state_root(self, _fee_state: None) -> bytes:
        """Return nothing: the protocol's own root commits to what people have."""
        return b""


class GasMeter:
    """One block being filled: a `chain.protocols.fee_policy.BlockMeter`."""

    def __init__(self, policy: GasFees, protocol_state: BftState) -> None:
        self._policy = policy
        self._protocol_state = protocol_state
        self._used_bytes = 0
        self._spent_sat: dict[Address, int] = {}

    @property
    def usage(self) -> Mapping[str, int]:
        """Bytes that the acts so far have taken."""
        return {"bytes": self._used_bytes}

    def admit(self, act: Act) -> int:
        """Return what the act would cost in 10^-8 MED; raise `BlockFull` or `NotEnoughCoins`."""
        limit_bytes = self._policy.parameters.block_limit_bytes
        if self._used_bytes + act.size_bytes > limit_bytes:
            raise BlockFull(f"{act.size_bytes} bytes do not fit on {self._used_bytes} of {limit_bytes}")
        fee_sat = self._policy.fee_sat(act)
        spent_sat = self._spent_sat.get(act.charged, 0)
        _require(act, fee_sat, self._policy.in_hand_sat(self._protocol_state, act.charged) - spent_sat)
        return fee_sat

    def charge(self, act: Act, *, executed: bool = True) -> int:  # noqa: ARG002
        """Take the act into the block and return its cost; raises like `admit`."""
        fee_sat = self.admit(act)
        self._used_bytes += act.size_bytes
        self._spent_sat[act.charged] = self._spent_sat.get(act.charged, 0) + fee_sat
        return fee_sat

    def close(self) -> None:
        """Return none."""

    def paid(self, protocol_state: BftState) -> tuple[BftState, int]:
        """Return the state without what acts were charged, and their sum."""
        staking = protocol_state.staking
        for address, spent_sat in self._spent_sat.items():
            staking = staking.with_liquid(self._policy.owner(address), -spent_sat)
        return replace(protocol_state, staking=staking), sum(self._spent_sat.values())


def _require(act: Act, fee_sat: int, in_hand_sat: int) -> None:
    if in_hand_sat < fee_sat:
        raise NotEnoughCoins(
            f"0x{act.charged.hex()} has {in_hand_sat} units of 10^-8 MED in hand for an act that costs {fee_sat}"
        )
