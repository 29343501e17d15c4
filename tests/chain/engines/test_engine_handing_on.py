"""A state handed on: what one engine exports, another imports and goes on from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evm_bench import ALICE, BOB, COUNT_AND_LOG, KEYS, STORE, Bench, contract, environment, new_engine, word
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Account, HashedAccount
from chain.engines.protocol import Engine
from chain.engines.pyevm.building import BLANK_ROOT
from chain.errors import StateMismatch, UnknownState
from chain.hashing import keccak

WORDS = st.integers(1, 2**256 - 1)
SLOTS = st.integers(0, 2**256 - 1) | st.integers(0, 20)
ACCOUNTS = st.builds(
    Account,
    balance_wei=st.integers(0, 2**128),
    nonce=st.integers(1, 2**32),
    code=st.just(b"") | st.binary(min_size=1, max_size=100),
    storage=st.dictionaries(SLOTS, WORDS, max_size=30),
)
ALLOCATIONS = st.dictionaries(st.binary(min_size=20, max_size=20), ACCOUNTS, max_size=40)

pytestmark = pytest.mark.usefixtures("both_engines")


def exported(engine: Engine, root: bytes) -> list[HashedAccount]:
    return list(engine.export_state(root))


@given(ALLOCATIONS)
def test_an_exported_state_is_what_was_allocated(allocation: dict[bytes, Account]) -> None:
    engine = new_engine()
    root = engine.genesis(environment(), allocation).state_root
    assert exported(engine, root) == [
        HashedAccount(
            keccak(address),
            account.nonce,
            account.balance_wei,
            account.code,
            {keccak(word(slot)): value for slot, value in account.storage.items()},
        )
        for address, account in sorted(allocation.items(), key=lambda entry: keccak(entry[0]))
    ]


@given(ALLOCATIONS, st.randoms(use_true_random=False))
def test_an_imported_state_is_the_exported_one(allocation: dict[bytes, Account], order: object) -> None:
    old, new = new_engine(), new_engine()
    root = old.genesis(environment(), allocation).state_root
    accounts = exported(old, root)
    shuffled = list(accounts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert new.import_state(iter(shuffled), root) == root
    assert exported(new, root) == accounts
    for address, account in allocation.items():
        assert new.nonce(root, address) == account.nonce
        assert new.balance_wei(root, address) == account.balance_wei
        assert new.code(root, address) == account.code
        assert all(new.storage(root, address, slot) == value for slot, value in account.storage.items())


STEPS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from((1, 2)), st.integers(0, 9), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@given(STEPS, STEPS)
def test_blocks_on_an_imported_state_are_those_on_the_exported_one(before: list, after: list) -> None:
    bench = Bench({1: STORE, 2: COUNT_AND_LOG})

    def transactions(steps: list) -> list:
        return [
            bench.tx(key.address, contract(which), data=word(value) + word(slot))
            for key, which, value, slot in steps
        ]

    tip = bench.block(*transactions(before))
    other = new_engine()
    other.import_state(bench.engine.export_state(tip.state_root), tip.state_root)
    later = transactions(after)
    here = bench.engine.execute(tip.state_root, environment(tip), later)
    there = other.execute(tip.state_root, environment(tip), later)
    assert there == here
    other.prune([there.state_root])
    bench.engine.prune([here.state_root])
    assert exported(other, there.state_root) == exported(bench.engine, here.state_root)


def test_an_empty_state_is_handed_on_too() -> None:
    engine = new_engine()
    assert engine.import_state([], BLANK_ROOT) == BLANK_ROOT
    assert exported(engine, BLANK_ROOT) == []


FALSIFICATIONS = {
    "a balance": lambda account: replace(account, balance_wei=account.balance_wei + 1),
    "a nonce": lambda account: replace(account, nonce=account.nonce + 1),
    "a code": lambda account: replace(account, code=account.code + b"\0"),
    "a word": lambda account: replace(account, storage={**account.storage, keccak(word(1)): 8}),
    "a new word": lambda account: replace(account, storage={**account.storage, keccak(word(2)): 1}),
    "a zero word": lambda account: replace(account, storage={**account.storage, keccak(word(2)): 0}),
    "no word": lambda account: replace(account, storage={}),
    "an address": lambda account: replace(account, hashed_address=keccak(b"somebody else")),
}


@pytest.mark.parametrize("what", FALSIFICATIONS)
def test_a_falsified_state_is_refused_and_nothing_of_it_kept(what: str) -> None:
    engine, other = new_engine(), new_engine()
    allocation = {ALICE: Account(5), contract(1): Account(nonce=1, code=STORE, storage={1: 7})}
    root = engine.genesis(environment(), allocation).state_root
    accounts = exported(engine, root)
    changed = [FALSIFICATIONS[what](each) if each.code else each for each in accounts]
    with pytest.raises(StateMismatch, match=f"not 0x{root.hex()}"):
        other.import_state(changed, root)
    assert other.stored_entries == 0
    with pytest.raises(UnknownState):
        other.balance_wei(root, ALICE)
    assert other.import_state(accounts, root) == root


def test_a_state_that_lacks_an_account_or_names_one_twice_is_refused() -> None:
    engine = new_engine()
    root = engine.genesis(environment(), {ALICE: Account(5), BOB: Account(6)}).state_root
    accounts = exported(engine, root)
    with pytest.raises(StateMismatch, match="the state of 1 accounts"):
        engine.import_state(accounts[:1], root)
    with pytest.raises(StateMismatch, match="twice"):
        engine.import_state([*accounts, accounts[0]], root)


def test_an_unknown_state_is_not_exported() -> None:
    with pytest.raises(UnknownState):
        new_engine().export_state(b"\x12" * 32)
