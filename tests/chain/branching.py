"""A ledger on a plain lottery, with people who pay each other and count on a contract; for tests of branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.block import Account, Address, Transaction
from chain.engines.pyevm import PyEvmEngine
from chain.ledger import Background, Block, Ledger
from chain.mempool import Mempool, MempoolRules
from chain.opening import Opening
from chain.protocols.lottery.parameters import PoissonParameters
from chain.protocols.poisson import PoissonLottery
from chain.protocols.protocol import Proposal, Staker
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

OPENING_S = 1_538_319_600
FUNDS_WEI = 1_000 * SATOSHI_PER_QTUM * WEI_PER_SATOSHI
ANN, BOB, CYD = PEOPLE = tuple(bytes([0xA0 + n]) * 20 for n in range(3))
SHOP: Address = b"\xcc" * 20

SUBSIDY_SAT = 7
WIN_INTERVAL_S = 0.1
"""Wins come so often that each of two miners has one in almost any second, so that tests can choose."""

COUNTING = bytes.fromhex("600a600c600039600a6000f3" + "60005460010160005500")
"""Creation code of a contract that counts its calls in slot 0."""


def open_lottery(
    depth_blocks: int = 1_000,
    *,
    gas_limit_gas: int = 1_000_000,
    background: Background | None = None,
    interval_s: float = WIN_INTERVAL_S,
) -> tuple[Ledger, Address]:
    """Return a ledger with three people and the counting contract, and the contract's address."""
    protocol = PoissonLottery(
        PoissonParameters(
            interval_s=interval_s, subsidy_from_sat=((0, SUBSIDY_SAT),), settled_blocks=depth_blocks,
            gas_limit_gas=gas_limit_gas, minimum_gas_price_sat=40, block_limit_bytes=100_000,
        )
    )  # fmt: skip
    stakers = [Staker(name, bytes([n + 1]) * 20, (SATOSHI_PER_QTUM,)) for n, name in enumerate("ab")]
    state = protocol.opening_state(
        stakers, number=100, timestamp_s=OPENING_S, burn_in_blocks=0, seed=bytes(32)
    )
    creation = Transaction(ANN, 0, None, 0, COUNTING, 200_000, 0)
    rules = MempoolRules(40 * WEI_PER_SATOSHI, gas_limit_gas, expiry_s=10**6)
    opening = Opening(state, {person: Account(FUNDS_WEI) for person in PEOPLE}, (creation,))
    ledger = Ledger(PyEvmEngine(), protocol, Mempool(rules), opening, one_view=False, background=background)
    contract = ledger.opening_block.receipts.contract_address[0]
    assert contract is not None
    return ledger, contract


def payment(sender: Address, nonce: int, price_sat: int = 40, **changes: object) -> Transaction:
    tx = Transaction(sender, nonce, SHOP, 7, b"", 21_000, price_sat * WEI_PER_SATOSHI)
    return replace(tx, **changes)  # type: ignore[arg-type]


def make(
    ledger: Ledger,
    parent: Block,
    transactions: Sequence[Transaction] = (),
    *,
    producer: str = "a",
    after_s: int = 10,
) -> Block:
    """Return the block that a producer makes of its first win `after_s` or more after a parent."""
    return ledger.make(parent, win(ledger, parent, producer, after_s), transactions)


def win(ledger: Ledger, parent: Block, producer: str, after_s: int) -> Proposal:
    """Return a producer's first win on a parent so long after it."""
    wins = ledger.protocol.contenders(parent.protocol_state)
    due_s = parent.timestamp_s + after_s
    return next(one for one in wins if one.producer_id == producer and one.timestamp_s >= due_s)


def submit(ledger: Ledger, *transactions: Transaction, at_s: float = OPENING_S) -> None:
    for tx in transactions:
        ledger.submit(tx, at_s)


def waiting(ledger: Ledger) -> list[Transaction]:
    """Return what waits and is executable at the tip, dearest first."""
    return ledger.candidates(ledger.tip)
