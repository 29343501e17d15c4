"""The engine against py-evm's own chain: same transactions, same block, to the header's hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from eth.chains.base import MiningChain
from eth.consensus import NoProofConsensus
from eth.db.atomic import AtomicDB
from eth.db.trie import make_trie_root_and_nodes
from eth.rlp.logs import Log as EvmLog
from eth.rlp.receipts import Receipt
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from evm_bench import (
    ALICE,
    BOB,
    BURN,
    CAROL,
    COUNT_AND_LOG,
    ETHER_WEI,
    FEE_ACCOUNT,
    FORWARD,
    GAS_PRICE_WEI,
    KEY_OF,
    KEYS,
    REVERT_7,
    SELF_DESTRUCT,
    SPIN,
    STORE,
    answer,
    contract,
    deployer,
    word,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Account, BlockEnvironment, Credit, ExecutedBlock, Transaction
from chain.engines.pyevm import PyEvmEngine
from chain.signing import raw, sign_transaction

pytestmark = pytest.mark.filterwarnings("ignore:SELFDESTRUCT opcode:DeprecationWarning")
"""py-evm's own chain warns at each use of it."""

CHAIN_ID = 1337
CODES = {
    1: STORE,
    2: COUNT_AND_LOG,
    3: FORWARD,
    4: SELF_DESTRUCT,
    5: REVERT_7,
    6: BURN,
    7: answer("5f3540"),
    8: SPIN,
    # CREATE a contract from the call data with the call's value, then store its address
    9: bytes.fromhex("365f5f37365f34f05f55"),
}


class BenchVM(CancunVM):
    """py-evm's Cancun without a beacon chain's proof."""

    consensus_class = NoProofConsensus


Chain: Any = MiningChain.configure("Bench", vm_configuration=((0, BenchVM),), chain_id=CHAIN_ID)


def allocation() -> dict[bytes, Account]:
    accounts = {key.address: Account(balance_wei=1000 * ETHER_WEI) for key in KEYS}
    return accounts | {
        contract(number): Account(balance_wei=number, nonce=1, code=code, storage={5: 500 + number, 6: 1})
        for number, code in CODES.items()
    }


def reference_chain() -> Any:
    """Return py-evm's own chain over the same allocation, base fee 0."""
    state = {
        address: {
            "balance": account.balance_wei,
            "nonce": account.nonce,
            "code": account.code,
            "storage": dict(account.storage),
        }
        for address, account in allocation().items()
    }
    header = {
        "difficulty": 0,
        "gas_limit": 30_000_000,
        "timestamp": 1_538_352_000,
        "base_fee_per_gas": 0,
        "parent_beacon_block_root": bytes(32),
    }
    return Chain.from_genesis(AtomicDB(), header, state)


def run_both(transactions: list[Transaction], credits: list[Credit]) -> tuple[ExecutedBlock, Any, Any]:
    """Execute one signed block on both; return our block, py-evm's and py-evm's receipts."""
    chain = reference_chain()
    signed = [sign_transaction(tx, KEY_OF[tx.sender], CHAIN_ID) for tx in transactions]
    builder = chain.get_vm().get_transaction_builder()
    result, receipts, _computations = chain.mine_all(
        [builder.decode(raw(tx, CHAIN_ID)) for tx in signed],
        withdrawals=[Withdrawal(each.index, 0, each.address, each.amount_sat * 10) for each in credits],
        coinbase=FEE_ACCOUNT,
        timestamp=1_538_352_144,
        extra_data=b"protocol state",
        mix_hash=word(0xABCD),
        parent_beacon_block_root=bytes(32),
    )
    header = result.imported_block.header
    engine = PyEvmEngine(CHAIN_ID)
    environment = BlockEnvironment(
        number=header.block_number,
        timestamp_s=header.timestamp,
        gas_limit_gas=header.gas_limit,
        coinbase=header.coinbase,
        parent_hash=header.parent_hash,
        mix_hash=header.mix_hash,
        extra_data=header.extra_data,
    )
    opening = engine.genesis(BlockEnvironment(0, 1, 30_000_000, bytes(20), bytes(32)), allocation())
    assert opening.state_root == chain.get_canonical_block_header_by_number(0).state_root
    return engine.execute(opening.state_root, environment, signed, credits), result.imported_block, receipts


def numbers(topics: Sequence[bytes]) -> tuple[int, ...]:
    """Return topics as py-evm has them."""
    return tuple(int.from_bytes(topic, "big") for topic in topics)


def assert_equal(ours: ExecutedBlock, theirs: Any, receipts: Any) -> None:
    assert theirs.header.base_fee_per_gas == 0
    assert list(ours.included) == list(range(len(theirs.transactions)))
    assert list(ours.receipts.status) == [int(receipt.state_root == b"\x01") for receipt in receipts]
    cumulative = [receipt.gas_used for receipt in receipts]
    assert [sum(ours.receipts.gas_used_gas[: n + 1]) for n in range(len(cumulative))] == cumulative
    logs = [[(log.address, log.topics, log.data) for log in receipt.logs] for receipt in receipts]
    assert logs == [
        [(log.address, numbers(log.topics), log.data) for log in of_one] for of_one in ours.receipts.logs
    ]
    header = theirs.header
    assert ours.bloom == header.bloom
    assert ours.gas_used_gas == header.gas_used
    assert ours.state_root == header.state_root
    assert ours.transactions_root == header.transaction_root
    assert ours.receipts_root == header.receipt_root == make_trie_root_and_nodes(receipts)[0]
    assert ours.withdrawals_root == header.withdrawals_root
    assert ours.block_hash == header.hash


def call(
    nonce: int, to: bytes | None, data: bytes = b"", value_wei: int = 0, sender: bytes = ALICE
) -> Transaction:
    return Transaction(sender, nonce, to, value_wei, data, 200_000, GAS_PRICE_WEI)


def test_a_block_of_every_kind_equals_py_evms_own() -> None:
    transactions = [
        call(0, BOB, value_wei=ETHER_WEI),
        call(1, None, deployer(STORE)),
        call(2, contract(1), word(42) + word(7)),
        call(3, contract(1), word(0) + word(5)),  # clears a slot: a refund
        call(4, contract(2)),
        call(0, contract(2), sender=BOB),
        call(5, contract(3), word(CAROL), value_wei=9),
        call(6, contract(4), word(CAROL)),
        call(7, contract(5), value_wei=1),
        call(8, contract(6)),
        call(9, contract(7), word(0)),
        call(10, contract(9), deployer(SELF_DESTRUCT), value_wei=77),
        call(11, None, bytes.fromhex("33ff"), value_wei=5),  # created and destroyed at once
        call(12, bytes.fromhex("02".rjust(40, "0")), b"sha256 precompile"),
        call(13, FEE_ACCOUNT, value_wei=1),
        call(14, ALICE, value_wei=1),
        call(15, b"\x99" * 20),  # touches an account that does not exist
    ]
    credits = [Credit(0, BOB, 4 * 10**8), Credit(1, b"\x55" * 20, 1), Credit(2, b"\x66" * 20, 0)]
    ours, theirs, receipts = run_both(transactions, credits)
    assert_equal(ours, theirs, receipts)
    assert 0 in ours.receipts.status
    assert 1 in ours.receipts.status


ADDRESSES = st.sampled_from([*map(contract, CODES), ALICE, BOB, CAROL])
DATA = st.one_of(
    st.builds(lambda value, slot: word(value) + word(slot), st.integers(0, 2), st.integers(4, 7)),
    st.builds(word, ADDRESSES),
    st.binary(max_size=40),
)
CREATIONS = st.tuples(st.none(), st.one_of(st.binary(max_size=60), st.binary(max_size=40).map(deployer)))
TARGETS = st.one_of(st.tuples(ADDRESSES, DATA), CREATIONS)


@settings(max_examples=40)
@given(
    targets=st.lists(st.tuples(st.integers(0, 3), TARGETS, st.integers(0, 3)), max_size=12),
    credited=st.lists(st.tuples(ADDRESSES, st.integers(0, 10**9)), max_size=3),
)
def test_random_blocks_equal_py_evms_own(
    targets: list[tuple[int, tuple[bytes | None, bytes], int]], credited: list[tuple[bytes, int]]
) -> None:
    nonces = [0, 0, 0, 0]
    transactions = []
    for sender, (to, data), value_wei in targets:
        transactions.append(call(nonces[sender], to, data, value_wei, KEYS[sender].address))
        nonces[sender] += 1
    credits = [Credit(index, address, amount) for index, (address, amount) in enumerate(credited)]
    assert_equal(*run_both(transactions, credits))


def test_header_hash_is_that_of_py_evms_header() -> None:
    ours, _theirs, _receipts = run_both([call(0, contract(2))], [Credit(0, BOB, 1)])
    environment = ours.environment
    header = CancunBlockHeader(
        difficulty=0,
        block_number=environment.number,
        gas_limit=environment.gas_limit_gas,
        timestamp=environment.timestamp_s,
        coinbase=environment.coinbase,
        parent_hash=environment.parent_hash,
        state_root=ours.state_root,
        transaction_root=ours.transactions_root,
        receipt_root=ours.receipts_root,
        bloom=ours.bloom,
        gas_used=ours.gas_used_gas,
        extra_data=environment.extra_data,
        mix_hash=environment.mix_hash,
        nonce=bytes(8),
        withdrawals_root=ours.withdrawals_root,
    )
    assert header.hash == ours.block_hash


def test_receipts_root_is_that_of_py_evms_receipts() -> None:
    ours, _theirs, _receipts = run_both([call(nonce, contract(2)) for nonce in range(20)], [])
    receipts, cumulative = [], 0
    for status, gas, logs in zip(
        ours.receipts.status, ours.receipts.gas_used_gas, ours.receipts.logs, strict=True
    ):
        cumulative += gas
        entries = [EvmLog(log.address, numbers(log.topics), log.data) for log in logs]
        receipts.append(Receipt(b"\x01" if status else b"", cumulative, entries))
    assert make_trie_root_and_nodes(receipts)[0] == ours.receipts_root
