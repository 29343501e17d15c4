"""A maker that fills blocks from a queue of acts whose use of each resource is known: load without an EVM.

Acts are columns, so that hundreds of thousands are cheap. A producer takes the dearest first, of equals the
oldest, as long as they fit; it knows an act once it has travelled from the node where it was submitted. One
queue serves all nodes: it walks to the branch that a block is made on, so that acts of stale blocks wait again
there. Nothing is executed; that the acts would use what is said here is for whoever measured them to show.

Of one sender's acts a later one may overtake an earlier one at the end of a full block, where only the later
still fits. That moves the order of two acts and no total.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from chain.network.errors import NetworkError
from chain.network.maker import Content
from chain.network.topology import Vector
from chain.network.tree import Block

Whole = NDArray[np.int64]

RESOURCES: Final = ("gas", "bytes", "cpu")
"""What a block may be short of; acts' uses and blocks' limits come in this order."""

GAS, BYTES, CPU = range(len(RESOURCES))

UNLIMITED: Final = 2**60
"""Limit of a resource that the rules do not count."""

PRICE_BITS: Final = 24
_AGE_BITS: Final = 38
_AGE_MASK: Final = (1 << _AGE_BITS) - 1
_DEAREST: Final = (1 << PRICE_BITS) - 1

CANDIDATES_PER_PLACE: Final = 2
"""Candidates that a producer looks at for each place in a block, as the ledger's does."""

_FIRST_ROOM: Final = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of act: what it uses of a block, and the gas that must be left for a producer to try it.

    A wallet sets the limit above what it expects to use; what is not used is given back to the block.
    """

    name: str
    gas_gas: int
    size_bytes: int
    cpu: int = 0
    gas_limit_gas: int | None = None

    @property
    def uses(self) -> tuple[int, int, int]:
        """What it takes of each resource."""
        return self.gas_gas, self.size_bytes, self.cpu

    @property
    def reserves(self) -> tuple[int, int, int]:
        """What must be left of each resource."""
        return (
            self.gas_gas if self.gas_limit_gas is None else self.gas_limit_gas,
            self.size_bytes,
            self.cpu,
        )


class Acts(NamedTuple):
    """Columns of acts in order of submission: Unix seconds, index of the kind, price, node of submission.

    A price is a whole number below 2^24 in any unit; which is the maker's affair.
    """

    submitted_s: Vector
    kind: NDArray[np.uint8]
    price: NDArray[np.int32]
    origin: NDArray[np.int32]


class Arrivals(Protocol):
    """Where acts come from."""

    def until(self, moment_s: float) -> Acts:
        """Return the acts submitted after the last call's moment, up to this one (Unix seconds), oldest first."""


class Filled:
    """What the maker put into one block; the handle of its content. `acts` are indices of the queue's columns."""

    __slots__ = (
        "acts",
        "background_gas",
        "fees_sat",
        "gas_gas",
        "number",
        "parent",
        "size_bytes",
        "waiting_tx",
    )

    def __init__(self, parent: Filled | None, number: int, acts: Whole) -> None:
        self.parent = parent
        self.number = number
        self.acts = acts
        self.gas_gas = 0
        self.size_bytes = 0
        self.fees_sat = 0
        self.background_gas = 0
        self.waiting_tx = 0


def no_background(_parent_s: float, _made_s: float) -> tuple[int, int]:
    """Nobody else uses the chain."""
    return 0, 0


def no_fees(_gas_gas: Whole, _price: Whole) -> int:
    """Nothing is paid."""
    return 0


class QueueMaker:
    """Fills blocks from a bounded queue.

    `order` is how a producer chooses: by `price` and then age, or by `age` alone. `delays_s` holds the seconds an act
    takes from the node of its submission (row) to a producer (column). Beyond `most_waiting_tx` the cheapest and
    youngest leave for good, and so does what waited longer than `expiry_s`. `background` says what others use of a
    block, in gas and bytes, given its parent's moment and its own; `fees_sat` sums what columns of gas and price pay.
    Where nodes do not execute a block before they pass it on (`executes_first`), its gas does not slow it down.
    """

    def __init__(
        self,
        arrivals: Arrivals,
        kinds: Sequence[Kind],
        limits: Sequence[int],
        *,
        order: Literal["price", "age"] = "price",
        delays_s: Vector | None = None,
        most_waiting_tx: int | None = None,
        expiry_s: float | None = None,
        empty_block_bytes: int = 0,
        background: Callable[[float, float], tuple[int, int]] = no_background,
        fees_sat: Callable[[Whole, Whole], int] = no_fees,
        executes_first: bool = True,
    ) -> None:
        """Raises `NetworkError` for kinds and limits that make no sense together."""
        self._uses: Whole = np.array([kind.uses for kind in kinds], dtype=np.int64)
        self._reserves: Whole = np.array([kind.reserves for kind in kinds], dtype=np.int64)
        self._limits: Whole = np.array(limits, dtype=np.int64)
        if self._uses.shape != (len(kinds), len(RESOURCES)) or self._limits.shape != (len(RESOURCES),):
            raise NetworkError(f"acts use {', '.join(RESOURCES)}, and a block has a limit of each")
        for kind in kinds:
            if any(need > limit for need, limit in zip(kind.reserves, limits, strict=True)):
                raise NetworkError(
                    f"no block has room for a {kind.name}: it needs {kind.reserves} of {limits}"
                )
            if not any(kind.uses) or any(use < 0 for use in kind.uses):
                raise NetworkError(f"a {kind.name} uses something of a block, and nothing below 0")
        self.kinds = tuple(kinds)
        self._arrivals = arrivals
        self._by_price = order == "price"
        self._delays_s = delays_s
        self._slowest_s = 0.0 if delays_s is None else float(delays_s.max())
        self._most = most_waiting_tx
        self._expiry_s = expiry_s
        self._empty = (0, empty_block_bytes, 0)
        self._background = background
        self._fees_sat = fees_sat
        self._executes_first = executes_first
        self.count = 0
        self._submitted_s = np.empty(_FIRST_ROOM, dtype=np.float64)
        self._kind = np.empty(_FIRST_ROOM, dtype=np.uint8)
        self._price = np.empty(_FIRST_ROOM, dtype=np.int32)
        self._origin = np.empty(_FIRST_ROOM, dtype=np.int32)
        self._lost = np.zeros(_FIRST_ROOM, dtype=np.bool_)
        self._queue: Whole = np.empty(0, dtype=np.int64)
        self._expired = 0
        self._root = Filled(None, -1, np.empty(0, dtype=np.int64))
        self._place = self._root
        self.evicted_tx = 0
        self.expired_tx = 0
        self.returned_tx = 0

    @property
    def submitted_s(self) -> Vector:
        """When each act was submitted, so far."""
        return self._submitted_s[: self.count]

    @property
    def kind(self) -> NDArray[np.uint8]:
        """Each act's kind."""
        return self._kind[: self.count]

    @property
    def price(self) -> NDArray[np.int32]:
        """Each act's price."""
        return self._price[: self.count]

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Whether an act left the queue without a block."""
        return self._lost[: self.count]

    @property
    def waiting_tx(self) -> int:
        """Acts in the queue after the last block that was filled."""
        return len(self._queue)

    def make(self, parent: Block, proposal: Any, producer: int, made_s: float, _variant: int) -> Content:
        """Fill the block that `producer` makes on `parent`; two of one slot hold the same."""
        handle = self._root if parent.content is None else parent.content.handle
        self._take_arrivals(made_s)
        self._move(handle)
        self._shorten(made_s)
        others_gas, others_bytes = self._background(parent.made_s, made_s)
        taken = np.minimum(np.array((others_gas, others_bytes, 0)) + self._empty, self._limits)
        acts = self._chosen(self._known(producer, made_s), self._limits - taken)
        filled = Filled(handle, proposal.number, acts)
        uses = taken + self._uses[self._kind[acts]].sum(axis=0)
        filled.gas_gas, filled.size_bytes = int(uses[GAS]), int(uses[BYTES])
        filled.background_gas = others_gas
        filled.fees_sat = self._fees_sat(
            self._uses[self._kind[acts], GAS], self._price[acts].astype(np.int64)
        )
        filled.waiting_tx = len(self._queue)
        slowing_gas = filled.gas_gas if self._executes_first else 0
        return Content(filled.size_bytes, slowing_gas, filled.fees_sat, filled)

    def _take_arrivals(self, moment_s: float) -> None:
        new = self._arrivals.until(moment_s)
        more = len(new.submitted_s)
        if not more:
            return
        first, self.count = self.count, self.count + more
        while self.count > len(self._submitted_s):
            self._grow()
        span = slice(first, self.count)
        self._submitted_s[span], self._kind[span] = new.submitted_s, new.kind
        self._price[span], self._origin[span] = new.price, new.origin
        self._insert(np.arange(first, self.count))

    def _grow(self) -> None:
        for name in ("_submitted_s", "_kind", "_price", "_origin", "_lost"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))

    def _keys(self, acts: Whole) -> Whole:
        """Return what the queue is sorted by: the price from above, then the age."""
        if not self._by_price:
            return acts
        return (_DEAREST - self._price[acts].astype(np.int64) << _AGE_BITS) | acts

    def _insert(self, acts: Whole) -> None:
        # A stable sort of two sorted runs merges them.
        keys = self._keys(acts)
        if self._by_price:
            keys.sort(kind="stable")
        self._queue = np.concatenate((self._queue, keys))
        self._queue.sort(kind="stable")

    def _remove(self, acts: Whole) -> None:
        if not len(acts) or not len(self._queue):
            return
        keys = self._keys(acts)
        places = np.minimum(np.searchsorted(self._queue, keys), len(self._queue) - 1)
        kept = np.ones(len(self._queue), dtype=np.bool_)
        kept[places[self._queue[places] == keys]] = False
        self._queue = self._queue[kept]

    def _move(self, place: Filled) -> None:
        """Let the queue be what it is after the block `place`."""
        coming: list[Filled] = []
        leaving, arriving = self._place, place
        while leaving is not arriving:
            if arriving.number > leaving.number:
                coming.append(arriving)
                assert arriving.parent is not None
                arriving = arriving.parent
                continue
            self.returned_tx += len(leaving.acts)
            self._insert(leaving.acts[~self._lost[leaving.acts]])
            assert leaving.parent is not None
            leaving = leaving.parent
        for filled in reversed(coming):
            self._remove(filled.acts)
        self._place = place

    def _shorten(self, moment_s: float) -> None:
        """Let go of what has waited too long, and of the cheapest beyond what may wait."""
        if self._expiry_s is not None:
            old = int(np.searchsorted(self.submitted_s, moment_s - self._expiry_s))
            if old > self._expired:
                self._expired = old
                self.expired_tx += self._drop(self._queue[self._queue & _AGE_MASK < old] & _AGE_MASK)
        if self._most is not None and len(self._queue) > self._most:
            self.evicted_tx += self._drop(self._queue[self._most :] & _AGE_MASK)

    def _drop(self, acts: Whole) -> int:
        self._lost[acts] = True
        self._remove(np.sort(acts))
        return len(acts)

    def _known(self, producer: int, moment_s: float) -> Whole:
        """Return the part of the queue that has reached the producer."""
        if self._delays_s is None or not len(self._queue):
            return self._queue
        first = int(np.searchsorted(self.submitted_s, moment_s - self._slowest_s))
        recent = np.arange(first, self.count)
        reached_s = self._submitted_s[first : self.count] + self._delays_s[self._origin[recent], producer]
        hidden = recent[reached_s > moment_s]
        if not len(hidden):
            return self._queue
        places = np.minimum(np.searchsorted(self._queue, self._keys(hidden)), len(self._queue) - 1)
        known = np.ones(len(self._queue), dtype=np.bool_)
        known[places[self._queue[places] & _AGE_MASK == hidden]] = False
        return self._queue[known]

    def _chosen(self, queue: Whole, room: Whole) -> Whole:
        """Return the acts, in queue order, that fit one after the other into what is left of each resource."""
        places = self._places(room)
        rest: Whole = queue[: CANDIDATES_PER_PLACE * places] & _AGE_MASK
        chosen: list[Whole] = []
        while len(rest):
            fitting = np.logical_and.reduce(self._reserves <= room, axis=1)
            if not fitting.all():
                rest = rest[fitting[self._kind[rest]]]
                if not len(rest):
                    break
            head = rest[: places + 1]
            kinds = self._kind[head]
            uses = self._uses[kinds]
            before = np.cumsum(uses, axis=0) - uses
            fits = np.logical_and.reduce(before + self._reserves[kinds] <= room, axis=1)
            # The first of them fits, because its kind does; so each turn takes at least one act.
            count = len(fits) if fits.all() else int(np.argmin(fits))
            chosen.append(head[:count])
            room = room - before[count - 1] - uses[count - 1]
            rest = rest[count:]
        return np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)

    def _places(self, room: Whole) -> int:
        """Return how many acts a block holds at most, if all were of the smallest kind."""
        least = np.maximum(self._uses.min(axis=0), 0)
        return int(min(room[one] // least[one] for one in range(len(RESOURCES)) if least[one] > 0)) + 1
