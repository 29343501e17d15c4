"""The staking coins: who owns them, which may stake, and a weighted draw among those.

A `CoinBook` changes in place, block by block, and every block can be undone and done again: the states of a chain
share one book (see `chain.protocols.qtum.versions`). Mature coins lie in classes of values between two powers of
two, in order of their serial, so that adding, removing and drawing cost the same whatever the number of coins is. The
classes hold serials, one beside the other: looking for a place among coins themselves would wait for memory at each.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from chain.draws import Draws
from chain.hashing import sha256d
from chain.protocols.qtum.delegation import Delegations

_CLASSES: Final = 65
_DIGEST_MODULUS: Final = 2**256
_UNDIGESTED_BLOCKS: Final = 512


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
    serial, owner, value_sat, number, time_s, transaction, output = coin
    parts = (serial, owner, value_sat, number, time_s, output, transaction)
    return int.from_bytes(hashlib.sha256(b"%d,%d,%d,%d,%d,%d,%b" % parts).digest(), "big")


class Change(NamedTuple):
    """What one block did to a book: enough to undo it and to do it again.

    `rested` won for a super-staker without being spent, `matured` is None before the first block is old enough.
    `largest_sat` is the bound from before the block.
    """

    number: int
    spent: tuple[Coin, ...]
    rested: tuple[Coin, ...]
    made: tuple[Coin, ...]
    matured: tuple[Coin, ...] | None
    largest_sat: int


class CoinBook:
    """All staking coins of a state.

    `largest_sat` bounds the value of every coin from above. `owner_sat` is what each owner has, and
    `producer_mature_sat` what may win the next block for each producer: the same owners, but a delegated coin counts
    for its super-staker. `drawable_sat` is more than their sum `mature_sat` while some super-staker lacks a companion.
    `digest` is the sum of all coins' digests, with another for each that rests unspent: it depends on the coins alone,
    whatever way led to them (collisions could be made on purpose; nobody here does).
    """

    __slots__ = (
        "_classes",
        "_coin_digests",
        "_digest",
        "_late_sat_blocks",
        "_mature",
        "_maturing",
        "_maturity_blocks",
        "_small",
        "_small_below_sat",
        "_undigested",
        "_undigested_blocks",
        "class_sat",
        "delegations",
        "drawable_sat",
        "largest_sat",
        "mature_sat",
        "next_serial",
        "owner_sat",
        "producer_mature_sat",
        "total_sat",
    )

    def __init__(
        self,
        owners: int,
        maturity_blocks: int,
        small_below_sat: int,
        delegations: Delegations | None = None,
    ) -> None:
        self._classes: list[array[int]] = [array("q") for _ in range(_CLASSES)]
        self._mature: dict[int, Coin] = {}
        self._small: list[list[Coin]] = [[] for _ in range(owners)]
        self._maturing: deque[tuple[int, tuple[Coin, ...]]] = deque()
        self._maturity_blocks = maturity_blocks
        self._small_below_sat = small_below_sat
        self._late_sat_blocks = [0] * owners
        self.delegations = delegations
        self.class_sat = [0] * _CLASSES
        self.owner_sat = [0] * owners
        self.producer_mature_sat = [0] * owners
        self.total_sat = 0
        self.mature_sat = 0
        self.drawable_sat = 0
        self.largest_sat = 0
        self.next_serial = 0
        self._digest = 0
        self._undigested: dict[Coin, int] = {}
        self._undigested_blocks: list[tuple[Change, int]] = []
        self._coin_digests: dict[int, int] = {}

    def copy(self) -> CoinBook:
        """Return a book that changes apart from this one."""
        twin = CoinBook.__new__(CoinBook)
        twin._classes = [serials[:] for serials in self._classes]
        twin._mature = self._mature.copy()
        twin._small = [coins.copy() for coins in self._small]
        twin._maturing = self._maturing.copy()
        twin._maturity_blocks = self._maturity_blocks
        twin._small_below_sat = self._small_below_sat
        twin._late_sat_blocks = self._late_sat_blocks.copy()
        twin.delegations = self.delegations and self.delegations.copy()
        twin.class_sat = self.class_sat.copy()
        twin.owner_sat = self.owner_sat.copy()
        twin.producer_mature_sat = self.producer_mature_sat.copy()
        twin.total_sat = self.total_sat
        twin.mature_sat = self.mature_sat
        twin.drawable_sat = self.drawable_sat
        twin.largest_sat = self.largest_sat
        twin.next_serial = self.next_serial
        twin._digest = self._digest
        twin._undigested = self._undigested.copy()
        twin._undigested_blocks = self._undigested_blocks.copy()
        twin._coin_digests = self._coin_digests.copy()
        return twin

    @property
    def digest(self) -> int:
        """256 bits that stand for all coins and rests: worked out when asked for, from what has changed since."""
        if self._undigested or self._undigested_blocks:
            changed = sum([times * coin_digest(coin) for coin, times in self._undigested.items()])
            changed += sum([self._change_digest(change, times) for change, times in self._undigested_blocks])
            self._digest = (self._digest + changed) % _DIGEST_MODULUS
            self._undigested.clear()
            self._undigested_blocks.clear()
        return self._digest

    def open_coin(self, owner: int, value_sat: int, number: int, time_s: int, origin: bytes) -> None:
        """Add a coin that is mature from the start; its outpoint is derived from `origin`."""
        transaction = sha256d(origin + self.next_serial.to_bytes(8, "big"))
        coin = Coin(self.next_serial, owner, value_sat, number, time_s, transaction, 0)
        self._own(coin)
        self._note(coin, 1)
        self._enter(coin, from_number=0)

    def spend(self, coin: Coin, number: int) -> None:
        """Remove a mature coin in block `number`; raise `KeyError` where it is not there."""
        self._leave(coin, number + 1)
        self._disown(coin)
        self._note(coin, -1)

    def close_block(
        self,
        number: int,
        time_s: int,
        transaction: bytes,
        outputs: Sequence[tuple[int, int]],
        spent: Sequence[Coin] = (),
        rested: Sequence[Coin] = (),
    ) -> Change:
        """Spend and rest coins, add outputs (owner, satoshi), and let mature what may stake in the next block.

        Return what undoes it. `spent` and `rested` must be mature (`is_mature` tells): the book is of no more use
        after the `KeyError` otherwise.
        """
        first = self.next_serial - 1
        new_coin = tuple.__new__  # what Coin(...) does, without its check of arguments: ten times a block
        made = tuple(
            [
                new_coin(Coin, (first + output, owner, value_sat, number, time_s, transaction, output))
                for output, (owner, value_sat) in enumerate(outputs, start=1)
            ]
        )
        matured = None
        if len(self._maturing) + 1 == self._maturity_blocks:
            matured = self._maturing[0][1] if self._maturing else (*rested, *made)
        change = Change(number, tuple(spent), tuple(rested), made, matured, self.largest_sat)
        self.redo(change)
        return change

    def redo(self, change: Change) -> None:
        """Do to the book what a block did: the book must stand at the block's parent."""
        from_number = change.number + 1
        self._leave_all(change.spent, from_number)
        if change.rested:
            self._leave_all(change.rested, from_number)
        owner_sat = self.owner_sat
        total_sat = self.total_sat
        for coin in change.spent:
            value_sat = coin.value_sat
            owner_sat[coin.owner] -= value_sat
            total_sat -= value_sat
        for coin in change.made:
            value_sat = coin.value_sat
            owner_sat[coin.owner] += value_sat
            total_sat += value_sat
        self.total_sat = total_sat
        self.next_serial += len(change.made)
        self._maturing.append((change.number, change.rested + change.made))
        if change.matured is not None:
            self._maturing.popleft()
            self._enter_all(change.matured, from_number)
        self._note_block(change, 1)

    def undo(self, change: Change) -> None:
        """Take a block back: the book must stand at that block."""
        from_number = change.number + 1
        if change.matured is not None:
            self._leave_all(change.matured, from_number)
            self._maturing.appendleft((change.number + 1 - self._maturity_blocks, change.matured))
        self._maturing.pop()
        for coin in reversed(change.made):
            self._disown(coin)
            self.next_serial = coin.serial
            self._coin_digests.pop(coin.serial, None)
        for coin in (*change.rested, *change.spent):
            self._enter(coin, from_number)
        for coin in change.spent:
            self._own_again(coin)
        self.largest_sat = change.largest_sat
        self._note_block(change, -1)

    def is_mature(self, coin: Coin) -> bool:
        """Say whether a coin is in the book and may win the next block."""
        is_there = self._mature.get(coin.serial) == coin
        return is_there and (self.delegations is None or self.delegations.may_stake(coin))

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
        """Yield every coin that may win the next block."""
        delegations = self.delegations
        for serials in self._classes:
            coins = map(self._mature.__getitem__, serials)
            yield from coins if delegations is None else filter(delegations.may_stake, coins)

    def coins(self) -> Iterator[Coin]:
        """Yield every coin: a full scan."""
        for serials in self._classes:
            yield from map(self._mature.__getitem__, serials)
        if self.delegations is not None:
            yield from self.delegations.idle
        for _number, block in self._maturing:
            yield from block

    def draw(self, draws: Draws) -> Coin:
        """Draw a coin with a chance in proportion to its value; there must be one.

        One whose super-staker lacks a companion may come too.
        """
        left_sat = draws.below(self.drawable_sat)
        value_class = _CLASSES - 1
        while left_sat >= self.class_sat[value_class]:
            left_sat -= self.class_sat[value_class]
            value_class -= 1
        serials = self._classes[value_class]
        while True:
            place = draws.below(len(serials) << value_class)
            coin = self._mature[serials[place >> value_class]]
            if place & (1 << value_class) - 1 < coin.value_sat:
                return coin

    def mature_sat_blocks(self, number: int) -> list[int]:
        """Return each producer's mature satoshi, summed over the draws for all blocks up to the tip."""
        return [
            mature_sat * (number + 1) - late
            for mature_sat, late in zip(self.producer_mature_sat, self._late_sat_blocks, strict=True)
        ]

    def shifted(self, seconds: int) -> CoinBook:
        """Return a book whose coins were all made `seconds` later."""
        twin = self.copy()
        later = _later(self._mature.values(), seconds)
        twin._mature = dict(zip(self._mature, later, strict=True))
        twin._small = [_later(coins, seconds) for coins in self._small]
        twin._maturing = deque((number, tuple(_later(block, seconds))) for number, block in self._maturing)
        delegations = twin.delegations
        if delegations is not None:
            delegations.idle = _later(delegations.idle, seconds)
            delegations.companions = {
                owner: _later(coins, seconds) for owner, coins in delegations.companions.items()
            }
        twin._digest = 0
        twin._undigested_blocks, twin._coin_digests = [], {}
        twin._undigested = dict.fromkeys(twin.coins(), 1)
        for number, block in twin._maturing:
            for coin in block:
                if coin.number != number:
                    twin._note(_rest_mark(coin, number), 1)
        return twin

    def count_from(self, number: int) -> None:
        """Start the sums of `mature_sat_blocks` anew after block `number`."""
        self._late_sat_blocks = [mature_sat * (number + 1) for mature_sat in self.producer_mature_sat]

    def _note(self, coin: Coin, times: int) -> None:
        noted = self._undigested.pop(coin, 0) + times
        if noted:
            self._undigested[coin] = noted

    def _note_block(self, change: Change, times: int) -> None:
        """Note what a block did for the digest, or (`times` -1) what undoing it did; one takes the other back."""
        noted = self._undigested_blocks
        if noted and noted[-1][0] is change and noted[-1][1] == -times:
            noted.pop()
        else:
            noted.append((change, times))
            if len(noted) == _UNDIGESTED_BLOCKS:
                _ = self.digest  # nobody may ever ask for it

    def _change_digest(self, change: Change, times: int) -> int:
        """Return what a block did to the digest, or (`times` -1) undoing it.

        The digests of new coins are kept until these are spent. Where a block was undone its serials are another's.
        """
        known = self._coin_digests if times == 1 else {}
        changed = 0
        for coin in change.made:
            digest = known.get(coin.serial)
            if digest is None:
                digest = known[coin.serial] = coin_digest(coin)
            changed += digest
        for coin in change.spent:
            digest = known.pop(coin.serial, None)
            changed -= coin_digest(coin) if digest is None else digest
        if self.delegations is not None:
            changed += sum([coin_digest(_rest_mark(coin, change.number)) for coin in change.rested])
            since = change.number + 1 - self._maturity_blocks
            marked = [coin for coin in change.matured or () if coin.number != since]
            changed -= sum([coin_digest(_rest_mark(coin, since)) for coin in marked])
        return times * changed

    def _own(self, coin: Coin) -> None:
        self.next_serial += 1
        self._own_again(coin)

    def _own_again(self, coin: Coin) -> None:
        self.owner_sat[coin.owner] += coin.value_sat
        self.total_sat += coin.value_sat

    def _disown(self, coin: Coin) -> None:
        self.owner_sat[coin.owner] -= coin.value_sat
        self.total_sat -= coin.value_sat

    def _enter_all(self, coins: Sequence[Coin], from_number: int) -> None:
        """Let coins stake in the draws for block `from_number` and later ones."""
        if self.delegations is not None:
            for coin in coins:
                self._enter(coin, from_number)
            return
        # What `_enter` does, for every coin of a block at once: nothing else is done as often.
        classes, class_sat, small, mature = self._classes, self.class_sat, self._small, self._mature
        mature_sat, late_sat_blocks = self.producer_mature_sat, self._late_sat_blocks
        small_below_sat = self._small_below_sat
        entered_sat, largest_sat = 0, self.largest_sat
        for coin in coins:
            serial, owner, value_sat = coin.serial, coin.owner, coin.value_sat
            value_class = value_sat.bit_length()
            among = classes[value_class]
            if among and among[-1] > serial:
                insort(among, serial)
            else:
                among.append(serial)
            mature[serial] = coin
            class_sat[value_class] += value_sat
            entered_sat += value_sat
            if value_sat > largest_sat:
                largest_sat = value_sat
            if value_sat < small_below_sat:
                of_owner = small[owner]
                if of_owner and of_owner[-1] > coin:
                    insort(of_owner, coin)
                else:
                    of_owner.append(coin)
            mature_sat[owner] += value_sat
            late_sat_blocks[owner] += value_sat * from_number
        self.largest_sat = largest_sat
        self.drawable_sat += entered_sat
        self.mature_sat += entered_sat

    def _leave_all(self, coins: Sequence[Coin], from_number: int) -> None:
        """Let coins stake no more, from the draw for block `from_number` on; raise `KeyError` without one."""
        if self.delegations is not None:
            for coin in coins:
                self._leave(coin, from_number)
            return
        classes, class_sat, small, mature = self._classes, self.class_sat, self._small, self._mature
        mature_sat, late_sat_blocks = self.producer_mature_sat, self._late_sat_blocks
        small_below_sat = self._small_below_sat
        left_sat = 0
        for coin in coins:
            serial, owner, value_sat = coin.serial, coin.owner, coin.value_sat
            if mature.get(serial) != coin:
                raise KeyError(coin)
            del mature[serial]
            value_class = value_sat.bit_length()
            among = classes[value_class]
            del among[bisect_left(among, serial)]
            class_sat[value_class] -= value_sat
            left_sat += value_sat
            if value_sat < small_below_sat:
                of_owner = small[owner]
                if of_owner[0] is coin:  # its oldest, as a winner takes them along
                    del of_owner[0]
                else:
                    _remove(of_owner, coin)
            mature_sat[owner] -= value_sat
            late_sat_blocks[owner] -= value_sat * from_number
        self.drawable_sat -= left_sat
        self.mature_sat -= left_sat

    def _enter(self, coin: Coin, from_number: int) -> None:
        """Let a coin stake in the draws for block `from_number` and later ones."""
        value_sat = coin.value_sat
        producer, gained_sat = coin.owner, value_sat
        delegations = self.delegations
        if delegations is not None:
            if delegations.is_too_small(coin):
                insort(delegations.idle, coin)
                return
            producer, gained_sat = delegations.producers[coin.owner], delegations.enter(coin)
        value_class = value_sat.bit_length()
        insort(self._classes[value_class], coin.serial)
        self._mature[coin.serial] = coin
        self.class_sat[value_class] += value_sat
        self.drawable_sat += value_sat
        if value_sat > self.largest_sat:
            self.largest_sat = value_sat
        if value_sat < self._small_below_sat:
            insort(self._small[coin.owner], coin)
        self._weigh(producer, gained_sat, from_number)

    def _leave(self, coin: Coin, from_number: int) -> None:
        """Let a coin stake no more, from the draw for block `from_number` on; raise `KeyError` without it."""
        value_sat = coin.value_sat
        producer, lost_sat = coin.owner, value_sat
        delegations = self.delegations
        if delegations is not None and delegations.is_too_small(coin):
            _remove(delegations.idle, coin)
            return
        value_class = value_sat.bit_length()
        if self._mature.get(coin.serial) != coin:
            raise KeyError(coin)
        del self._mature[coin.serial]
        among = self._classes[value_class]
        del among[bisect_left(among, coin.serial)]
        self.class_sat[value_class] -= value_sat
        self.drawable_sat -= value_sat
        if value_sat < self._small_below_sat:
            _remove(self._small[coin.owner], coin)
        if delegations is not None:
            producer, lost_sat = delegations.producers[coin.owner], delegations.leave(coin)
        self._weigh(producer, -lost_sat, from_number)

    def _weigh(self, producer: int, change_sat: int, from_number: int) -> None:
        self.producer_mature_sat[producer] += change_sat
        self.mature_sat += change_sat
        self._late_sat_blocks[producer] += change_sat * from_number


def _rest_mark(coin: Coin, number: int) -> Coin:
    """Return what stands in the digest for the rest of a coin that won block `number` without being spent."""
    return coin._replace(number=number)


def _remove(coins: list[Coin], coin: Coin) -> None:
    position = bisect_left(coins, coin)
    if position == len(coins) or coins[position] != coin:
        raise KeyError(coin)
    del coins[position]


def _later(coins: Iterable[Coin], seconds: int) -> list[Coin]:
    return [coin._replace(time_s=coin.time_s + seconds) for coin in coins]
