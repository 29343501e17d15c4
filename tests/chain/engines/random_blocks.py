"""A chain of random blocks on both engines: everything that a transaction can do, and many that cannot be."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from evm_bench import (
    BURN,
    COUNT_AND_LOG,
    ETHER_WEI,
    FEE_ACCOUNT,
    FORWARD,
    GAS_PRICE_WEI,
    KEY_OF,
    KEYS,
    RECURSE,
    REVERT_7,
    SELF_DESTRUCT,
    SPIN,
    STORE,
    contract,
    deployer,
    environment,
    word,
)
from random_code import random_code
from twin import TwinEngine

from chain.block import Account, Address, Credit, ExecutedBlock, Transaction
from chain.signing import sign_transaction

CODES = [STORE, COUNT_AND_LOG, REVERT_7, BURN, FORWARD, SELF_DESTRUCT, RECURSE, SPIN]
RANDOM_CONTRACTS = 24
BRANCHES_KEPT = 6

CREATE_AND_DESTROY = bytes.fromhex("30ff")
FACTORY = bytes.fromhex("365f5f37365f5ff05f5260205ff3")
"""Creates a contract of its call data and returns where it stands."""

FACTORY_2 = bytes.fromhex("365f5f375f365f5ff55f5260205ff3")
"""As `FACTORY`, at an address that depends on the code alone, so that a second time collides."""


class RandomBlocks:
    """Grows a tree of blocks by `step`; every answer of the engines is compared."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.engine = TwinEngine()
        codes = [*CODES, FACTORY, FACTORY_2]
        self.contracts = [contract(number) for number in range(len(codes))]
        strangers = [self.rng.randbytes(20) for _ in range(3)]
        precompiles = [bytes(19) + bytes([number]) for number in range(1, 12)]
        self.people = [key.address for key in KEYS]
        self.poor = self.rng.randbytes(20)
        places = [contract(100 + number) for number in range(RANDOM_CONTRACTS)]
        self.addresses = [*self.contracts, *places, *self.people, *strangers, *precompiles, FEE_ACCOUNT]
        accounts = {address: Account(balance_wei=1000 * ETHER_WEI) for address in self.people}
        accounts[self.poor] = Account(balance_wei=21_000 * GAS_PRICE_WEI)
        for address, code in zip(self.contracts, codes, strict=True):
            accounts[address] = Account(nonce=1, code=code, balance_wei=5)
        for address in places:
            storage = {self.rng.randrange(5): self.rng.randrange(2**256) for _ in range(3)}
            code = random_code(self.rng, self.addresses)
            accounts[address] = Account(nonce=1, code=code, balance_wei=ETHER_WEI, storage=storage)
        self.tips: list[ExecutedBlock] = [self.engine.genesis(environment(), accounts)]

    def step(self, transactions: int = 20) -> ExecutedBlock:
        """Execute a block on the latest tip, or now and then on an older one, and keep the last few."""
        rng = self.rng
        parent = self.tips[-1] if rng.random() < 0.8 else rng.choice(self.tips)
        changes = {
            "gas_limit_gas": rng.choice((40_000_000, 40_000_000, 1_000_000)),
            "mix_hash": rng.randbytes(32),
            "coinbase": rng.choice((FEE_ACCOUNT, FEE_ACCOUNT, self.people[0], contract(1))),
            "extra_data": rng.randbytes(rng.randrange(33)),
        }
        nonces = {address: self.engine.nonce(parent.state_root, address) for address in self.people}
        candidates = [self._candidate(nonces) for _ in range(transactions)]
        if rng.random() < 0.1:
            candidates = [self._signed(tx) for tx in candidates if tx.sender in KEY_OF]
        credits = [
            Credit(number, rng.choice([*self.addresses, rng.randbytes(20)]), rng.choice((0, 1, 4 * 10**8)))
            for number in range(rng.choice((0, 0, 1, 4)))
        ]
        block = self.engine.execute(
            parent.state_root, environment(parent, **changes), candidates, credits,
            reserved_gas=rng.choice((0, 0, 0, 300_000)),
        )  # fmt: skip
        self.tips = [*self.tips, block][-BRANCHES_KEPT:]
        return block

    def look(self) -> None:
        """Compare whole states, a few calls, and what is left when all but two states are forgotten."""
        tip = self.tips[-1]
        list(self.engine.export_state(tip.state_root))
        for _ in range(3):
            self.engine.call(
                tip.state_root, environment(tip), self.rng.choice(self.addresses), self._data(),
                sender=self.rng.choice(self.addresses), gas_limit_gas=self.rng.choice((20_000, 90_000, 900_000)),
            )  # fmt: skip
        self.tips = self.tips[-2:]
        self.engine.prune([block.state_root for block in self.tips])

    def _candidate(self, nonces: dict[Address, int]) -> Transaction:
        rng = self.rng
        sender = rng.choice(self.people)
        tx = Transaction(
            sender=sender,
            nonce=nonces[sender],
            to=rng.choice((rng.choice(self.addresses), rng.choice(self.addresses), sender, None)),
            value_wei=rng.choice((0, 0, 0, 1, rng.randrange(10**18))),
            data=self._data(),
            gas_limit_gas=rng.choice((60_000, 150_000, 400_000, 1_500_000, 21_000, 30_000)),
            gas_price_wei=rng.choice((0, 1, GAS_PRICE_WEI)),
        )
        if tx.to is None:
            tx = replace(tx, data=self._creation())
        oddity = rng.random()
        if oddity < 0.03:
            return replace(tx, nonce=tx.nonce + rng.choice((1, -1, 2**64)))
        if oddity < 0.05:
            return replace(tx, sender=rng.choice((self.poor, contract(1), rng.randbytes(20))), nonce=0)
        if oddity < 0.06:
            return replace(tx, value_wei=rng.choice((2000 * ETHER_WEI, 2**256, -1)))
        if oddity < 0.07:
            return replace(tx, gas_limit_gas=rng.choice((20_999, 2**63, 2**256)))
        if oddity < 0.08:
            return replace(tx, to=None, data=rng.randbytes(49_153))
        nonces[sender] += 1
        return tx

    def _data(self) -> bytes:
        rng = self.rng
        kind = rng.randrange(5)
        if kind == 0:
            return b""
        if kind == 1:
            return rng.randbytes(rng.randrange(200))
        if kind == 2:
            return self._creation()
        first = rng.choice((word(rng.choice(self.addresses)), word(rng.randrange(3)), rng.randbytes(32)))
        return first + word(rng.randrange(4)) + rng.choice((b"", word(rng.randrange(99)) * 2))

    def _creation(self) -> bytes:
        rng = self.rng
        runtime = rng.choice((STORE, random_code(rng, self.addresses), b"\xef\x00", b""))
        choices = (
            deployer(runtime),
            deployer(runtime),
            CREATE_AND_DESTROY,
            random_code(rng, self.addresses),
            bytes.fromhex("62006001805ff3"),  # code one byte too long
            REVERT_7,
        )
        return rng.choice(choices)

    @staticmethod
    def _signed(tx: Transaction) -> Transaction:
        try:
            return sign_transaction(tx, KEY_OF[tx.sender], 1337)
        except (OverflowError, ValueError):
            return tx
