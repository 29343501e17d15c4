"""The staking coins: who owns them, which may stake, and a weighted draw among those.

A `CoinBook` changes in place and is handed on inside states that nobody changes: whoever wants to go on from
a state copies its book first. Mature coins lie in classes of values between two powers of two, in order of
their serial, so that adding, removing and drawing cost the same whatever the number of coins is.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from chain.draws import Draws
from chain.hashing import sha256d

_CLASSES: Final = 65
_DIGEST_MODULUS: Final = 2**256


class Coin(NamedTuple):
    """An unspent output that may stake. `owner` is an index into the state's owners; `serial` orders all
    coins.

    `number` and `time_s` are those of the block that made it, `transaction` and `output` its outpoint.
    """

    serial: int
    owner: int
    value_sat: int
    number: int
    time_s: int
    transaction: bytes
    output: int


def coin_digest(coin: Coin) -> int:
    """Return 256 bits that stand for a coin in the sum that commits to a whole book."""
    *numbers, transaction, output = coin
    head = b"%d,%d,%d,%d,%d,%d," % (*numbers, output)
    return int.from_bytes(hashlib.sha256(head + transaction).digest(), "big")


class CoinBook:
    """All staking coins of a state.

    `largest_sat` bounds the value of every coin from above. `digest` is the sum of all coins' digests: it
    depends on the coins alone, whatever way led to them (collisions could be made on purpose; nobody here
    does).
    """

    __slots__ = (
        "_classes",
        "_late_sat_blocks",
        "_maturing",
        "_maturity_blocks",
        "_small",
        "_small_below_sat",
        "class_sat",
        "digest",
        "largest_sat",
        "mature_sat",
        "next_serial",
        "owner_mature_sat",
        "owner_sat",
        "total_sat",
    )

    def __init__(self, owners: int, maturity_blocks: int, small_below_sat: int) -> None:
        self._classes: list[list[Coin]] = [[] for _ in range(_CLASSES)]
        self._small: list[list[Coin]] = [[] for _ in range(owners)]
        self._maturing: deque[tuple[Coin, ...]] = deque()
        self._maturity_blocks = maturity_blocks
        self._small_below_sat = small_below_sat
        self._late_sat_blocks = [0] * owners
        self.class_sat = [0] * _CLASSES
        self.owner_sat = [0] * owners
        self.owner_mature_sat = [0] * owners
        self.total_sat = 0
        self.mature_sat = 0
        self.largest_sat = 0
        self.next_serial = 0
        self.digest = 0

    def copy(self) -> CoinBook:
        """Return a book that changes apart from this one."""
        twin = CoinBook.__new__(CoinBook)
        twin._classes = [coins.copy() for coins in self._classes]
        twin._small = [coins.copy() for coins in self._small]
        twin._maturing = self._maturing.copy()
        twin._maturity_blocks = self._maturity_blocks
        twin._small_below_sat = self._small_below_sat
        twin._late_sat_blocks = self._late_sat_blocks.copy()
        twin.class_sat = self.class_sat.copy()
        twin.owner_sat = self.owner_sat.copy()
        twin.owner_mature_sat = self.owner_mature_sat.copy()
        twin.total_sat = self.total_sat
        twin.mature_sat = self.mature_sat
        twin.largest_sat = self.largest_sat
        twin.next_serial = self.next_serial
        twin.digest = self.digest
        return twin

    def open_coin(self, owner: int, value_sat: int, number: int, time_s: int, origin: bytes) -> None:
        """Add a coin that is mature from the start; its outpoint is derived from `origin`."""
        transaction = sha256d(origin + self.next_serial.to_bytes(8, "big"))
        coin = self._record(owner, value_sat, number, time_s, transaction, 0)
        self._mature(coin, from_number=0)

    def close_block(
        self, number: int, time_s: int, transaction: bytes, outputs: list[tuple[int, int]]
    ) -> None:
        """Add a block's outputs (owner, satoshi), and let those mature that may stake in the next one."""
        self._maturing.append(
            tuple(
                self._record(owner, value_sat, number, time_s, transaction, output)
                for output, (owner, value_sat) in enumerate(outputs, start=1)
            )
        )
        if len(self._maturing) == self._maturity_blocks:
            for coin in self._maturing.popleft():
                self._mature(coin, from_number=number + 1)

    def spend(self, coin: Coin, number: int) -> None:
        """Remove a mature coin in block `number`; raise `KeyError` where it is not there."""
        value_class = coin.value_sat.bit_length()
        _remove(self._classes[value_class], coin)
        self.class_sat[value_class] -= coin.value_sat
        if coin.value_sat < self._small_below_sat:
            _remove(self._small[coin.owner], coin)
        self._weigh(coin.owner, -coin.value_sat, number + 1)
        self.owner_sat[coin.owner] -= coin.value_sat
        self.total_sat -= coin.value_sat
        self.digest = (self.digest - coin_digest(coin)) % _DIGEST_MODULUS

    def small_coins(self, owner: int, *, other_than: bytes, limit: int) -> list[Coin]:
        """Return an owner's oldest mature small coins, without those of one transaction, `limit` at most."""
        found: list[Coin] = []
        for coin in self._small[owner]:
            if len(found) == limit:
                break
            if coin.transaction != other_than:
                found.append(coin)
        return found

    def mature_coins(self) -> Iterator[Coin]:
        """Yield every coin that may stake in the next block."""
        for coins in self._classes:
            yield from coins

    def coins(self) -> Iterator[Coin]:
        """Yield every coin: a full scan."""
        yield from self.mature_coins()
        for block in self._maturing:
            yield from block

    def draw(self, draws: Draws) -> Coin:
        """Draw a mature coin with a chance in proportion to its value; there must be one."""
        left_sat = draws.below(self.mature_sat)
        value_class = _CLASSES - 1
        while left_sat >= self.class_sat[value_class]:
            left_sat -= self.class_sat[value_class]
            value_class -= 1
        coins = self._classes[value_class]
        while True:
            position, height_sat = divmod(draws.below(len(coins) << value_class), 1 << value_class)
            if height_sat < coins[position].value_sat:
                return coins[position]

    def mature_sat_blocks(self, number: int) -> list[int]:
        """Return each owner's mature satoshi, summed over the draws for all blocks up to the tip."""
        return [
            mature_sat * (number + 1) - late
            for mature_sat, late in zip(self.owner_mature_sat, self._late_sat_blocks, strict=True)
        ]

    def shifted(self, seconds: int) -> CoinBook:
        """Return a book whose coins were all made `seconds` later."""
        twin = self.copy()
        twin._classes = [[_later(coin, seconds) for coin in coins] for coins in self._classes]
        twin._small = [[_later(coin, seconds) for coin in coins] for coins in self._small]
        twin._maturing = deque(tuple(_later(coin, seconds) for coin in block) for block in self._maturing)
        twin.digest = sum(map(coin_digest, twin.coins())) % _DIGEST_MODULUS
        return twin

    def count_from(self, number: int) -> None:
        """Start the sums of `mature_sat_blocks` anew after block `number`."""
        self._late_sat_blocks = [mature_sat * (number + 1) for mature_sat in self.owner_mature_sat]

    def _record(
        self, owner: int, value_sat: int, number: int, time_s: int, transaction: bytes, output: int
    ) -> Coin:
        coin = Coin(self.next_serial, owner, value_sat, number, time_s, transaction, output)
        self.next_serial += 1
        self.owner_sat[owner] += value_sat
        self.total_sat += value_sat
        self.digest = (self.digest + coin_digest(coin)) % _DIGEST_MODULUS
        return coin

    def _mature(self, coin: Coin, from_number: int) -> None:
        value_class = coin.value_sat.bit_length()
        self._classes[value_class].append(coin)
        self.class_sat[value_class] += coin.value_sat
        self.largest_sat = max(self.largest_sat, coin.value_sat)
        if coin.value_sat < self._small_below_sat:
            self._small[coin.owner].append(coin)
        self._weigh(coin.owner, coin.value_sat, from_number)

    def _weigh(self, owner: int, change_sat: int, from_number: int) -> None:
        self.owner_mature_sat[owner] += change_sat
        self.mature_sat += change_sat
        self._late_sat_blocks[owner] += change_sat * from_number


def _remove(coins: list[Coin], coin: Coin) -> None:
    position = bisect_left(coins, coin)
    if position == len(coins) or coins[position] != coin:
        raise KeyError(coin)
    del coins[position]


def _later(coin: Coin, seconds: int) -> Coin:
    return coin._replace(time_s=coin.time_s + seconds)
