"""A contract's words on the fast engine, and their roots, through growth, removal and reorganisations."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from evm_bench import ALICE, STORE, Bench, contract, environment, needs_revm, word

from chain.block import Account, Hash32, HashedAccount
from chain.encoding import encode
from chain.engines.pyevm import PyEvmEngine
from chain.engines.pyevm.building import BLANK_ROOT, build
from chain.engines.revm import RevmEngine
from chain.hashing import keccak

pytestmark = needs_revm

CONTRACT = contract(1)


def root_of_words(words: Mapping[Hash32, int]) -> Hash32:
    """The root of a trie of words, built by the reference's own means."""
    return build([(key.hex(), encode(_number(words[key]))) for key in sorted(words)])


def root_of_one_account(words: Mapping[Hash32, int]) -> Hash32:
    """The root of a state in which the contract is alone."""
    account = [_number(1), _number(5), root_of_words(words), keccak(STORE)]
    return build([(keccak(CONTRACT).hex(), encode(account))])


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def test_blocks_that_write_and_remove_leave_the_reference_s_states_on_every_branch() -> None:
    """Words grow to some hundreds and go again; blocks stand on old states, which are asked before and after."""
    draws = random.Random(4)
    fast, slow = RevmEngine(), PyEvmEngine()
    allocation = {ALICE: Account(5), CONTRACT: Account(nonce=1, code=STORE)}
    roots = [engine.genesis(environment(), allocation).state_root for engine in (fast, slow)]
    assert roots[0] == roots[1]
    versions: list[tuple[Hash32, dict[int, int]]] = [(roots[0], {})]
    for step in range(60):
        parent, words = versions[draws.randrange(len(versions)) if step % 6 == 5 else -1]
        removing = step % 20 >= 14
        slots = draws.sample(range(300), draws.choice((1, 20, 90)))
        changes = {slot: 0 if removing else draws.choice((0, 1, 2**200 + slot, slot)) for slot in slots}
        if removing:
            changes |= dict.fromkeys(list(words)[::2], 0)
        made = fast.with_storage(parent, CONTRACT, changes)
        assert made == slow.with_storage(parent, CONTRACT, changes)
        versions.append((made, {slot: value for slot, value in (words | changes).items() if value}))
        root, words = draws.choice(versions)
        for slot in draws.sample(range(300), 20):
            assert fast.storage(root, CONTRACT, slot) == words.get(slot, 0)
    for root, words in versions:
        expected = sorted((keccak(word(slot)), value) for slot, value in words.items())
        assert list(fast.storage_of(root, CONTRACT)) == expected
    assert max(len(words) for _root, words in versions) > 150


@pytest.mark.parametrize("shared_digits", [0, 1, 5, 40, 61, 62])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 33, 200])
def test_words_under_any_keys_have_the_root_of_the_trie(count: int, shared_digits: int) -> None:
    """Keys that agree in all digits but the last few, as no hashes do: long paths and nodes shorter than a hash."""
    draws = random.Random(count)
    free = 64 - shared_digits
    keys = {draws.randrange(16**free) for _ in range(count)}
    words = {
        bytes.fromhex(("7" * shared_digits + f"{key:0{free}x}")[-64:]): draws.choice((1, 2**255))
        for key in keys
    }
    words[keccak(b"apart")] = 3
    engine = RevmEngine()
    root = root_of_one_account(words)
    account = HashedAccount(keccak(CONTRACT), 1, 5, STORE, words)
    assert engine.import_state([account], root) == root
    assert dict(engine.storage_of(root, CONTRACT)) == words
    assert next(iter(engine.export_state(root))).storage == words


def test_no_words_have_the_root_of_an_empty_trie() -> None:
    engine = RevmEngine()
    assert root_of_words({}) == BLANK_ROOT
    root = root_of_one_account({})
    engine.import_state([HashedAccount(keccak(CONTRACT), 1, 5, STORE, {})], root)
    filled = engine.with_storage(root, CONTRACT, dict.fromkeys(range(100), 1))
    assert filled != root
    assert engine.with_storage(filled, CONTRACT, dict.fromkeys(range(100), 0)) == root


def test_a_root_put_off_is_that_of_its_own_state_however_late_it_is_asked_for() -> None:
    """Sixty blocks write without a root; then each is asked for its own, the oldest, the newest and those between."""
    often, late = Bench({1: STORE}, RevmEngine()), Bench({1: STORE}, RevmEngine(roots="end"))
    states = []
    for number in range(60):
        transactions = [
            [bench.tx(to=CONTRACT, data=word(number % 7) + word((number * 5 + at) % 90)) for at in range(4)]
            for bench in (often, late)
        ]
        states.append((often.block(*transactions[0]).state_root, late.block(*transactions[1]).state_root))
    order = [0, 59, *random.Random(1).sample(range(60), 20)]
    for number in order:
        root, name = states[number]
        assert late.engine.root_of(name) == root
        assert list(late.engine.storage_of(name, CONTRACT)) == list(often.engine.storage_of(root, CONTRACT))
    late.engine.prune([states[30][1]])
    after = late.engine.with_storage(states[30][1], CONTRACT, {1: 9})
    assert after == often.engine.with_storage(states[30][0], CONTRACT, {1: 9})
