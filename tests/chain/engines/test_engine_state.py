"""States: genesis, credits, moved balances, reads, scans, replaced storage and pruning."""

from __future__ import annotations

import threading

import pytest
from evm_bench import (
    ALICE,
    BOB,
    CAROL,
    COUNT_AND_LOG,
    ETHER_WEI,
    FEE_ACCOUNT,
    FORWARD,
    GAS_PRICE_WEI,
    KEYS,
    REVERT_7,
    SELF_DESTRUCT,
    STORE,
    Bench,
    answer,
    contract,
    deployer,
    environment,
    new_engine,
    word,
)
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Account, Credit, Log
from chain.engines.revm import RevmEngine
from chain.errors import InvalidBlock, UnknownState
from chain.hashing import keccak
from chain.keys import creation_address

pytestmark = pytest.mark.usefixtures("both_engines")


def test_genesis_is_exactly_the_allocation() -> None:
    engine = new_engine()
    allocation = {
        ALICE: Account(balance_wei=7, nonce=3),
        contract(1): Account(nonce=1, code=STORE, storage={0: 1, 2**200: 2**256 - 1, 9: 0}),
        BOB: Account(),
    }
    block = engine.genesis(environment(), allocation)
    root = block.state_root
    assert engine.nonce(root, ALICE) == 3
    assert engine.balance_wei(root, ALICE) == 7
    assert engine.code(root, contract(1)) == STORE
    assert engine.code(root, ALICE) == b""
    assert engine.storage(root, contract(1), 2**200) == 2**256 - 1
    assert engine.storage(root, contract(1), 9) == 0
    assert sorted(engine.balances_wei(root)) == [0, 7]
    assert block.touched_wei == {ALICE: 7}
    assert block.gas_used_gas == 0


def test_empty_genesis_is_a_state_like_any_other() -> None:
    engine = new_engine()
    block = engine.genesis(environment(), {})
    assert list(engine.balances_wei(block.state_root)) == []
    credited = engine.execute(block.state_root, environment(block), [], [Credit(0, BOB, 1)])
    assert list(engine.balances_wei(credited.state_root)) == [10**10]


def test_storage_alone_makes_no_account() -> None:
    engine = new_engine()
    with pytest.raises(InvalidBlock, match="has storage but no balance"):
        engine.genesis(environment(), {contract(1): Account(storage={1: 1})})
    genesis = engine.genesis(environment(), {ALICE: Account(1)})
    with pytest.raises(InvalidBlock, match="does not exist"):
        engine.with_storage(genesis.state_root, contract(1), {1: 1})


def test_credits_come_after_the_transactions() -> None:
    bench = Bench()
    new = b"\x55" * 20
    too_early = bench.tx(CAROL, BOB, value_wei=1000 * ETHER_WEI)
    block = bench.block(too_early, credits=[Credit(0, CAROL, 10**8), Credit(1, new, 3), Credit(2, new, 4)])
    assert [rejection.index for rejection in block.rejected] == [0]
    assert block.touched_wei == {CAROL: 1001 * ETHER_WEI, new: 7 * 10**10}
    assert bench.engine.balance_wei(block.state_root, new) == 7 * 10**10


def test_credit_of_nothing_makes_no_account() -> None:
    bench = Bench()
    before = bench.tip.state_root
    block = bench.block(credits=[Credit(0, b"\x55" * 20, 0), Credit(1, b"\x55" * 20, 0)])
    assert block.state_root == before
    assert block.touched_wei == {}


def test_moved_balances_are_complete() -> None:
    heir = b"\x66" * 20
    bench = Bench({1: FORWARD, 2: SELF_DESTRUCT, 3: REVERT_7})
    block = bench.block(
        bench.tx(ALICE, contract(1), value_wei=5, data=word(BOB)),  # an internal call moves value
        bench.tx(CAROL, contract(2), value_wei=6, data=word(heir)),  # so does self-destruction
        bench.tx(KEYS[3].address, contract(3), value_wei=7),  # a reverted one does not, but pays
        credits=[Credit(0, KEYS[4].address, 8)],
    )
    fees = [gas * GAS_PRICE_WEI for gas in block.receipts.gas_used_gas]
    everyone = 1000 * ETHER_WEI
    assert block.touched_wei == {
        ALICE: everyone - 5 - fees[0],
        BOB: everyone + 5,
        CAROL: everyone - 6 - fees[1],
        heir: 6,
        KEYS[3].address: everyone - fees[2],
        KEYS[4].address: everyone + 8 * 10**10,
        FEE_ACCOUNT: sum(fees),
    }
    assert list(block.touched_wei) == sorted(block.touched_wei)


def test_a_contract_created_and_destroyed_at_once_leaves_nothing() -> None:
    bench = Bench()
    block = bench.block(bench.tx(to=None, data=bytes.fromhex("30ff"), value_wei=9))  # to itself: burnt
    gone = creation_address(ALICE, 0)
    assert gone not in block.touched_wei
    assert bench.engine.code(block.state_root, gone) == b""
    total = sum(bench.engine.balances_wei(block.state_root))
    assert total == 8 * 1000 * ETHER_WEI - 9


def test_an_account_emptied_to_zero_is_reported() -> None:
    bench = Bench()
    block = bench.block(bench.tx(value_wei=1000 * ETHER_WEI, gas_price_wei=0))
    assert block.touched_wei == {ALICE: 0, BOB: 2000 * ETHER_WEI}


TRANSFERS = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(KEYS), st.integers(0, 600 * ETHER_WEI), st.integers(0, 9)
    ),
    max_size=12,
)


@given(TRANSFERS, st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, 10**12)), max_size=4))
def test_moved_balances_agree_with_a_full_scan(transfers: list, credited: list) -> None:
    bench = Bench({1: FORWARD})
    known = {key.address: 1000 * ETHER_WEI for key in KEYS}
    for block_of in (transfers[:6], transfers[6:]):
        transactions = [
            bench.tx(
                sender.address,
                contract(1) if price % 2 else to.address,
                value_wei=value,
                data=word(to.address),
                gas_price_wei=price * 10**9,
                nonce=bench.engine.nonce(bench.tip.state_root, sender.address),
            )
            for sender, to, value, price in block_of
        ]
        credits = [Credit(index, key.address, amount) for index, (key, amount) in enumerate(credited)]
        before = sum(known.values())
        block = bench.block(*transactions, credits=credits)
        known |= block.touched_wei
        assert sum(known.values()) == before + sum(credit.amount_sat for credit in credits) * 10**10
        assert sum(bench.engine.balances_wei(block.state_root)) == sum(known.values())


def test_calls_see_the_state_and_change_nothing() -> None:
    bench = Bench({1: COUNT_AND_LOG, 2: REVERT_7, 3: answer("33")})
    root = bench.tip.state_root
    counted = bench.engine.call(root, environment(bench.tip), contract(1), b"")
    reverted = bench.engine.call(root, environment(bench.tip), contract(2), b"")
    caller = bench.engine.call(root, environment(bench.tip), contract(3), b"", sender=CAROL)
    assert (counted.status, counted.logs) == (1, (Log(contract(1), (word(1),), word(1)),))
    assert (reverted.status, reverted.output, reverted.logs) == (0, word(7), ())
    assert caller.output == word(CAROL)
    assert bench.engine.storage(root, contract(1), 0) == 0
    assert counted.gas_used_gas == bench.block(bench.tx(to=contract(1))).receipts.gas_used_gas[0]


def test_calls_end_at_their_gas_limit() -> None:
    bench = Bench({1: COUNT_AND_LOG})
    for limit in (20_000, 30_000):
        result = bench.engine.call(
            bench.tip.state_root, environment(bench.tip), contract(1), b"", gas_limit_gas=limit
        )
        assert (result.status, result.gas_used_gas, result.output) == (0, limit, b"")


def test_storage_words_are_every_word_of_every_account() -> None:
    bench = Bench({1: STORE, 2: STORE})
    assert list(bench.engine.storage_words(bench.tip.state_root)) == []
    words = [0x1234, 5, 2**255]
    bench.block(
        *(bench.tx(to=contract(1), data=word(value) + word(slot)) for slot, value in enumerate(words)),
        bench.tx(to=contract(2), data=word(99) + word(2**100)),
        bench.tx(to=contract(2), data=word(98) + word(4)),
        bench.tx(to=contract(2), data=word(0) + word(4)),
    )
    found = list(bench.engine.storage_words(bench.tip.state_root))
    assert sorted(found) == sorted(map(word, [*words, 99]))


@given(st.dictionaries(st.integers(0, 2**256 - 1), st.integers(1, 2**256 - 1), min_size=1, max_size=40))
def test_storage_of_is_every_slot_of_one_account_by_its_hash(words: dict[int, int]) -> None:
    bench = Bench({1: STORE, 2: STORE})
    root = bench.engine.with_storage(bench.tip.state_root, contract(1), words)
    root = bench.engine.with_storage(root, contract(2), {7: 8})
    expected = sorted((keccak(word(slot)), value) for slot, value in words.items())
    assert list(bench.engine.storage_of(root, contract(1))) == expected
    assert list(bench.engine.storage_of(root, contract(3))) == []


def test_with_storage_makes_a_new_state_beside_the_old() -> None:
    bench = Bench({1: STORE})
    old = bench.tip.state_root
    new = bench.engine.with_storage(old, contract(1), {1: 11, 2**255: 12})
    assert bench.engine.storage(new, contract(1), 1) == 11
    assert bench.engine.storage(new, contract(1), 2**255) == 12
    assert bench.engine.storage(old, contract(1), 1) == 0
    assert bench.engine.with_storage(new, contract(1), {1: 0, 2**255: 0}) == old
    block = bench.engine.execute(new, environment(bench.tip), [bench.tx(to=contract(1))])
    assert bench.engine.storage(block.state_root, contract(1), 1) == 11


def test_reads_of_many_states_stay_true() -> None:
    bench = Bench({1: STORE})
    roots = [bench.tip.state_root, *chain_of_blocks(bench, 9)]
    for _ in range(2):
        assert [bench.engine.nonce(root, ALICE) for root in roots] == list(range(10))
        assert [bench.engine.storage(root, contract(1), 0) for root in roots] == [0] + [1] * 5 + [6] * 4


def test_replacing_storage_leaves_open_readings_as_they_were() -> None:
    bench = Bench({1: STORE})
    root = bench.tip.state_root
    assert bench.engine.storage(root, contract(1), 1) == 0
    new = bench.engine.with_storage(root, contract(1), {1: 11})
    assert (bench.engine.storage(root, contract(1), 1), bench.engine.storage(new, contract(1), 1)) == (0, 11)


def test_states_of_two_branches_stay_true_whichever_is_written_to() -> None:
    bench = Bench({1: STORE})
    trunk = side = bench.tip.state_root
    kept: dict[bytes, dict[int, int]] = {trunk: {}}
    for number in range(12):
        base = side if number % 3 else trunk
        opened = bench.engine.storage_of(base, contract(1))
        changes = {number: number + 1, number // 2: 0, 100 + number % 2: 7 * number + 1}
        made = bench.engine.with_storage(base, contract(1), changes)
        assert sorted(value for _slot, value in opened) == sorted(kept[base].values())
        kept[made] = {slot: value for slot, value in (kept[base] | changes).items() if value}
        trunk, side = (trunk, made) if number % 3 else (made, side)
    for root, words in kept.items():
        assert {slot: bench.engine.storage(root, contract(1), slot) for slot in words} == words
        assert bench.engine.storage(root, contract(1), 99) == 0
        hashed = sorted((keccak(word(slot)), value) for slot, value in words.items())
        assert list(bench.engine.storage_of(root, contract(1))) == hashed
        assert bench.engine.root_of(root) == root


def test_states_in_a_long_row_are_let_go_of_at_once() -> None:
    bench = Bench({1: STORE})
    root = first = bench.tip.state_root
    count = 100_000 if isinstance(bench.engine, RevmEngine) else 20
    for number in range(1, count):
        root = bench.engine.with_storage(root, contract(1), {0: number})
        first = root if number == 1 else first
    bench.engine.prune([first, root])
    assert bench.engine.storage(first, contract(1), 0) == 1
    before_bytes = threading.stack_size(2**18)  # no room for a call a state
    forgetting = threading.Thread(target=bench.engine.prune, args=([root],))
    forgetting.start()
    threading.stack_size(before_bytes)
    forgetting.join()
    assert bench.engine.storage(root, contract(1), 0) == count - 1


def test_unknown_states_are_errors() -> None:
    engine = new_engine()
    unknown = b"\x12" * 32
    asks = (
        lambda: engine.balance_wei(unknown, ALICE),
        lambda: engine.nonce(unknown, ALICE),
        lambda: engine.code(unknown, ALICE),
        lambda: engine.storage(unknown, ALICE, 0),
        lambda: engine.balances_wei(unknown),
        lambda: engine.storage_words(unknown),
        lambda: engine.with_storage(unknown, ALICE, {}),
        lambda: engine.call(unknown, environment(), ALICE, b""),
        lambda: engine.execute(unknown, environment(), []),
        lambda: engine.prune([unknown]),
    )
    for ask in asks:
        with pytest.raises(UnknownState, match="0x1212"):
            ask()


def chain_of_blocks(bench: Bench, count: int) -> list[bytes]:
    """Return the roots of `count` blocks that write storage, create contracts and move money."""
    roots = []
    for number in range(count):
        bench.block(
            bench.tx(to=contract(1), data=word(number + 1) + word(number % 5)),
            bench.tx(BOB, None, data=deployer(answer(f"60{number:02x}"))),
            bench.tx(CAROL, KEYS[number % 8].address, value_wei=1),
        )
        roots.append(bench.tip.state_root)
    return roots


def test_pruning_keeps_whole_states_and_forgets_the_others() -> None:
    pruned, whole = Bench({1: STORE}), Bench({1: STORE})
    roots = chain_of_blocks(pruned, 12)
    assert chain_of_blocks(whole, 12) == roots
    pruned.engine.prune([roots[7], roots[-1], roots[-1]])
    for root in (roots[7], roots[-1]):
        assert list(pruned.engine.balances_wei(root)) == list(whole.engine.balances_wei(root))
        assert list(pruned.engine.storage_words(root)) == list(whole.engine.storage_words(root))
        for nonce in range(12):
            address = creation_address(BOB, nonce)
            assert pruned.engine.code(root, address) == whole.engine.code(root, address)
    for root in (*roots[:7], *roots[8:-1]):
        with pytest.raises(UnknownState):
            pruned.engine.balance_wei(root, ALICE)
    assert chain_of_blocks(pruned, 3) == chain_of_blocks(whole, 3)


def test_pruning_to_an_unknown_state_forgets_nothing() -> None:
    bench = Bench({1: STORE})
    roots = chain_of_blocks(bench, 3)
    with pytest.raises(UnknownState):
        bench.engine.prune([roots[0], b"\x12" * 32])
    assert [bench.engine.nonce(root, ALICE) for root in roots] == [1, 2, 3]


def test_pruned_states_take_no_room() -> None:
    sizes = []
    for blocks in (5, 25):
        bench = Bench({1: STORE})
        for number in range(blocks):
            bench.block(bench.tx(to=contract(1), data=word(number + 1) + word(0)))
        bench.engine.prune([bench.tip.state_root])
        sizes.append(bench.engine.stored_entries)
    assert sizes[0] == sizes[1]
