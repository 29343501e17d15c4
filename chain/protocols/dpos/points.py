"""Points: the test chain's fees, which regenerate with stake and never cost MED.

An account has at most as many points as it stakes. Acts burn them; a week brings the whole stake's worth back.
CPU and bytes have a price each, which rises in every block after a busy one and falls after a quiet one, down
to a floor. Points are units of 10^-12 MED, as the source counts. Source: medibloc/go-medibloc 84d53aa,
core/block.go, core/block_state.go, core/state/utils.go, core/transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chain.block import Address, Transaction
from chain.protocols.buckets import Buckets
from chain.protocols.dpos.parameters import MEDIBLOC_2019, DposParameters
from chain.protocols.dpos.rewards import reward_runs, reward_sat
from chain.protocols.dpos.state import DposState
from chain.protocols.fee_policy import Act, BlockFull, NotEnoughPoints
from chain.protocols.protocol import ProtocolError
from chain.signing import size_bytes
from chain.units import MED_UNITS_PER_MED

POINTS_PER_MED: Final = 10**12
POINTS_PER_SAT: Final = POINTS_PER_MED // MED_UNITS_PER_MED

PAYER_BYTES: Final = 68
"""What a payer's signature adds to a transaction."""


ACT_CPU_AND_BYTES: Final[Mapping[str, tuple[int, int]]] = {
    "transfer": (1_000, 171),
    "stake": (1_000, 171),
    "unstake": (1_000, 171),
    "vote": (1_000, 171),
    "candidate": (1_000, 171),
    "record": (1_500, 209),
    "certification": (1_500, 228),
    "alias": (1_500, 171),
}
"""CPU units and bytes of an act without a payer.

Bytes of transfer, record and certification follow from the source's messages; the acts whose bytes nobody has
worked out are taken as large as a transfer.
"""


CPU_OF_CALL: Final = ACT_CPU_AND_BYTES["record"][0]
"""CPU units of a contract call, which that chain did not know: those of a record, its dearest act."""


def act_of(kind: str, sender: Address, payer: Address | None = None, stake_change_sat: int = 0) -> Act:
    """Return an act of one of the kinds in `ACT_CPU_AND_BYTES`; raise `ProtocolError` for another kind."""
    if kind not in ACT_CPU_AND_BYTES:
        raise ProtocolError(f"an act is one of {', '.join(ACT_CPU_AND_BYTES)}, not {kind!r}")
    cpu, size_bytes = ACT_CPU_AND_BYTES[kind]
    if payer is not None:
        size_bytes += PAYER_BYTES
    return Act(sender, cpu, size_bytes, payer, stake_change_sat)


@dataclass(frozen=True)
class Purse:
    """An account's points at a moment: what regenerates later is not in them yet."""

    points: int
    since_s: int


@dataclass(frozen=True)
class PointsState:
    """Prices of the last block in points per CPU unit and per byte, what it used, and all purses ever used.

    An account without a purse has spent nothing yet: it has its whole stake in points.
    """

    cpu_price: int
    net_price: int
    cpu_used: int
    net_used_bytes: int
    purses: Buckets[Purse]


def regenerated(parameters: DposParameters, purse: Purse, stake_points: int, now_s: int) -> int:
    """Return the points of a purse by `now_s`: part of the stake for the time since, at most the stake."""
    elapsed_s = now_s - purse.since_s
    gained = stake_points * elapsed_s // parameters.points_regeneration_s
    return min(stake_points, purse.points + gained)


def price_floor(parameters: DposParameters, supply_points: int, limit: int) -> int:
    """Return the least price: at it, full blocks for a week would burn a hundredth of the supply in points.

    Each division rounds down, in the source's order.
    """
    return supply_points // parameters.price_window_blocks // limit // parameters.price_floor_divisor


def next_price(parameters: DposParameters, price: int, used: int, limit: int, floor: int) -> int:
    """Return the price after a block: dearer where more than half of the limit was used, else cheaper."""
    busy = used > limit * parameters.busy_percent // 100
    percent = parameters.price_rise_percent if busy else parameters.price_fall_percent
    return max(price * percent // 100, floor)


class Points:
    """The policy: a `chain.protocols.fee_policy.FeePolicy`."""

    name = "points"
    takes_coins = False

    def __init__(self, parameters: DposParameters = MEDIBLOC_2019) -> None:
        self.parameters = parameters

    def act(self, transaction: Transaction) -> Act:
        """Return a contract call of a record's CPU units and of its own bytes."""
        return Act(transaction.sender, CPU_OF_CALL, size_bytes(transaction))

    def check(self, fee_state: PointsState, protocol_state: DposState, act: Act) -> None:
        """Raise `NotEnoughPoints` for what its payer could not pay at the next prices with all its points."""
        cpu_price, net_price = self.prices(fee_state, protocol_state.supply_sat)
        cost = act.cpu * cpu_price + act.size_bytes * net_price
        most = protocol_state.stake_sat(act.charged) * POINTS_PER_SAT
        if cost > most:
            raise NotEnoughPoints(
                f"0x{act.charged.hex()} has {most} points at most for an act that costs {cost}: it stakes too little"
            )

    def limits(self) -> Mapping[str, int]:
        """Return the CPU units and the bytes of a block."""
        return {"cpu": self.parameters.cpu_limit, "bytes": self.parameters.net_limit_bytes}

    def opening_state(self, protocol_state: DposState) -> PointsState:  # noqa: ARG002
        """Return the state in which everybody has all its points, and the next block's prices are the floor."""
        return PointsState(0, 0, 0, 0, Buckets())

    def prices(self, fee_state: PointsState, supply_sat: int) -> tuple[int, int]:
        """Return the next block's prices per CPU unit and per byte; `supply_sat` is the parent's supply."""
        parameters = self.parameters
        cpu_floor, net_floor = self._floors(supply_sat)
        cpu_limit, net_limit = parameters.cpu_limit, parameters.net_limit_bytes
        return (
            next_price(parameters, fee_state.cpu_price, fee_state.cpu_used, cpu_limit, cpu_floor),
            next_price(parameters, fee_state.net_price, fee_state.net_used_bytes, net_limit, net_floor),
        )

    def _floors(self, supply_sat: int) -> tuple[int, int]:
        parameters, supply_points = self.parameters, supply_sat * POINTS_PER_SAT
        return (
            price_floor(parameters, supply_points, parameters.cpu_limit),
            price_floor(parameters, supply_points, parameters.net_limit_bytes),
        )

    def points_of(
        self, fee_state: PointsState, protocol_state: DposState, address: Address, now_s: int
    ) -> int:
        """Return what an account could spend at `now_s`."""
        return _points(self.parameters, fee_state, protocol_state, address, now_s)

    def open_block(self, fee_state: PointsState, protocol_state: DposState, timestamp_s: int) -> PointsMeter:
        """Return the meter of a block on top of the parent's two states."""
        prices = self.prices(fee_state, protocol_state.supply_sat)
        return PointsMeter(self.parameters, fee_state, protocol_state, timestamp_s, *prices)

    def pass_idle(
        self, fee_state: PointsState, protocol_state: DposState, stretch_blocks: int
    ) -> PointsState:
        """Return the fee state after empty blocks, whose prices fall until they rest on their floor.

        The floor never falls, as supply never does: what rests on it moves with it, however long.
        """
        supply_sat, state = protocol_state.supply_sat, fee_state
        for passed in range(stretch_blocks):
            cpu_price, net_price = self.prices(state, supply_sat)
            state = PointsState(cpu_price, net_price, 0, 0, fee_state.purses)
            if (cpu_price, net_price) == self._floors(supply_sat):
                left = stretch_blocks - passed - 1
                runs = reward_runs(self.parameters, supply_sat, left)
                last_parent_sat = supply_sat + sum(reward * count for reward, count in runs)
                return PointsState(*self._floors(last_parent_sat), 0, 0, fee_state.purses)
            supply_sat += reward_sat(self.parameters, supply_sat)
        return state

    def state_root(self, fee_state: PointsState) -> bytes:
        """Return a commitment to a fee state."""
        head = (fee_state.cpu_price, fee_state.net_price, fee_state.cpu_used, fee_state.net_used_bytes)
        purses = ((address.hex(), p.points, p.since_s) for address, p in sorted(fee_state.purses.items()))
        return hashlib.sha256(repr((head, tuple(purses))).encode()).digest()


class PointsMeter:
    """One block being filled: a `chain.protocols.fee_policy.BlockMeter`."""

    def __init__(
        self,
        parameters: DposParameters,
        fee_state: PointsState,
        protocol_state: DposState,
        timestamp_s: int,
        cpu_price: int,
        net_price: int,
    ) -> None:
        self.cpu_price = cpu_price
        self.net_price = net_price
        self._parameters = parameters
        self._fee_state = fee_state
        self._protocol_state = protocol_state
        self._timestamp_s = timestamp_s
        self._cpu_used = 0
        self._net_used_bytes = 0
        self._points: dict[Address, int] = {}
        self._stake_changes_sat: dict[Address, int] = {}

    @property
    def usage(self) -> Mapping[str, int]:
        """CPU units and bytes that the acts so far have taken."""
        return {"cpu": self._cpu_used, "bytes": self._net_used_bytes}

    def points_of(self, address: Address) -> int:
        """Return what an account has left at this point of the block."""
        known = self._points.get(address)
        if known is not None:
            return known
        return _points(self._parameters, self._fee_state, self._protocol_state, address, self._timestamp_s)

    def admit(self, act: Act) -> int:
        """Return what the act would cost in points.

        Where the sender pays for its own change of stake, the points that this brings or takes count already.
        Raises `BlockFull` or `NotEnoughPoints`.
        """
        parameters = self._parameters
        if self._cpu_used + act.cpu > parameters.cpu_limit:
            raise BlockFull(f"{act.cpu} CPU do not fit on {self._cpu_used} of {parameters.cpu_limit}")
        if self._net_used_bytes + act.size_bytes > parameters.net_limit_bytes:
            raise BlockFull(
                f"{act.size_bytes} bytes do not fit on {self._net_used_bytes} of {parameters.net_limit_bytes}"
            )
        cost = act.cpu * self.cpu_price + act.size_bytes * self.net_price
        available = self.points_of(act.charged)
        if act.payer is None:
            available = max(0, available + act.stake_change_sat * POINTS_PER_SAT)
        if available < cost:
            raise NotEnoughPoints(
                f"0x{act.charged.hex()} has {available} points for an act that costs {cost}"
            )
        return cost

    def charge(self, act: Act, *, executed: bool = True) -> int:
        """Take the act into the block and return its cost in points.

        An act that failed changes no stake, and is charged all the same. Raises like `admit`.
        """
        cost = self.admit(act)
        points = {address: self.points_of(address) for address in (act.sender, act.charged)}
        if executed and act.stake_change_sat:
            change_sat = self._stake_changes_sat.get(act.sender, 0) + act.stake_change_sat
            stake_points = (self._protocol_state.stake_sat(act.sender) + change_sat) * POINTS_PER_SAT
            brought = max(0, act.stake_change_sat) * POINTS_PER_SAT
            points[act.sender] = min(points[act.sender] + brought, stake_points)
        if points[act.charged] < cost:
            raise NotEnoughPoints(f"0x{act.charged.hex()} has {points[act.charged]} points left for {cost}")
        points[act.charged] -= cost
        if executed and act.stake_change_sat:
            self._stake_changes_sat[act.sender] = change_sat
        self._points.update(points)
        self._cpu_used += act.cpu
        self._net_used_bytes += act.size_bytes
        return cost

    def paid(self, protocol_state: DposState) -> tuple[DposState, int]:
        """Return the state as it is: points are no money."""
        return protocol_state, 0

    def close(self) -> PointsState:
        """Return the fee state after the block."""
        purses = {address: Purse(points, self._timestamp_s) for address, points in self._points.items()}
        return PointsState(
            self.cpu_price,
            self.net_price,
            self._cpu_used,
            self._net_used_bytes,
            self._fee_state.purses.updated(purses),
        )


def _points(
    parameters: DposParameters, fee_state: PointsState, state: DposState, address: Address, now_s: int
) -> int:
    stake_points = state.stake_sat(address) * POINTS_PER_SAT
    purse = fee_state.purses.get(address)
    return stake_points if purse is None else regenerated(parameters, purse, stake_points, now_s)
