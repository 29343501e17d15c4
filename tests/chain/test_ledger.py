"""Engine, protocol and mempool joined: time, fees, conservation, hashes, bounded memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.block import Account, Address, Hash32, Transaction
from chain.engines.pyevm import PyEvmEngine
from chain.errors import InvalidBlock, InvalidSignature, UnknownState
from chain.keys import PrivateKey
from chain.ledger import Ledger, LedgerBehind, TransactionsWaiting
from chain.mempool import BalanceTooLow, GasPriceTooLow, Mempool, MempoolRules, NonceTooLow
from chain.opening import Opening
from chain.protocols.protocol import FEE_ACCOUNT, Staker
from chain.protocols.qtum.forging import owned
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum_2018 import Qtum2018
from chain.signing import sign_transaction
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

OPENING_S = 1_538_319_600
FUNDS_WEI = 1_000 * SATOSHI_PER_QTUM * WEI_PER_SATOSHI
KEY = PrivateKey.from_secret(b"\x11" * 32)
ANN, BOB = KEY.address, b"\xb0" * 20
PROTOCOL = Qtum2018(parameters=QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18))

STORE_AND_STOP = bytes.fromhex("600c600c600039600c6000f3" + "4360005260206000f3000000")
"""Creation code of a contract that answers with the block's number."""
REVERTING = bytes.fromhex("60006000fd")


def protocol_state() -> QtumState:
    stakers = [Staker(f"s{n}", bytes([n + 1]) * 20, (500 * SATOSHI_PER_QTUM,) * 6) for n in range(4)]
    return PROTOCOL.opening_state(
        stakers, number=250_000, timestamp_s=OPENING_S, burn_in_blocks=30, seed=b"\x02" * 32
    )


def open_ledger(
    *,
    protocol: Qtum2018 = PROTOCOL,
    transactions: tuple[Transaction, ...] = (),
    retained_states: int = 64,
    gas_limit_gas: int = 10**9,
    expiry_s: int = 10_000,
) -> Ledger:
    rules = MempoolRules(40 * WEI_PER_SATOSHI, protocol.gas_limit_gas, expiry_s=expiry_s)
    allocation = {ANN: Account(FUNDS_WEI), BOB: Account(FUNDS_WEI)}
    opening = Opening(protocol_state(), allocation, transactions, gas_limit_gas)
    return Ledger(PyEvmEngine(), protocol, Mempool(rules), opening, retained_states=retained_states)


def transfer(sender: Address, nonce: int, price_sat: int = 40, **changes: object) -> Transaction:
    tx = Transaction(sender, nonce, b"\xcc" * 20, 7, b"", 21_000, price_sat * WEI_PER_SATOSHI)
    return replace(tx, **changes)  # type: ignore[arg-type]


def creation(sender: Address, nonce: int, code: bytes, price_sat: int = 0) -> Transaction:
    return Transaction(sender, nonce, None, 0, code, 200_000, price_sat * WEI_PER_SATOSHI)


def submit(ledger: Ledger, *transactions: Transaction) -> None:
    for tx in transactions:
        ledger.submit(tx, ledger.tip.timestamp_s)


def test_the_opening_block_stands_at_the_protocols_height_and_time() -> None:
    ledger = open_ledger()
    environment = ledger.opening_block.environment
    assert (ledger.tip.number, ledger.tip.timestamp_s) == (250_000, OPENING_S)
    assert (environment.number, environment.timestamp_s) == (250_000, OPENING_S)
    assert ledger.tip.block_hash == ledger.opening_block.block_hash
    assert ledger.issued_sat == ledger.coins_sat + 2_000 * SATOSHI_PER_QTUM
    assert ledger.imbalance_wei() == 0


def test_a_block_takes_what_waits_at_the_time_that_was_foretold() -> None:
    ledger = open_ledger()
    due_s, parent = ledger.next_timestamp_s(), ledger.tip
    submit(ledger, transfer(ANN, 0, 40), transfer(BOB, 0, 50), transfer(ANN, 1, 60))
    block = ledger.produce()
    assert [(tx.sender, tx.nonce) for tx in block.transactions] == [(BOB, 0), (ANN, 0), (ANN, 1)]
    environment = block.executed.environment
    assert environment.timestamp_s == block.proposal.timestamp_s == ledger.tip.timestamp_s == due_s
    assert (environment.parent_hash, environment.parent_identity) == (parent.block_hash, parent.identity)
    assert environment.extra_data == PROTOCOL.state_root(parent.protocol_state)
    assert (ledger.tip.block_hash, ledger.tip.identity) == (
        block.executed.block_hash,
        block.executed.identity,
    )
    assert ledger.tip.state_root == block.executed.state_root
    assert (block.mempool_tx, len(ledger.mempool), block.departures) == (0, 0, [])
    assert (ledger.nonce(ANN), ledger.balance_wei(b"\xcc" * 20)) == (2, 21)


def test_fees_are_destroyed_and_issued_again_in_the_same_block() -> None:
    ledger = open_ledger()
    issued_sat, coins_sat = ledger.issued_sat, ledger.coins_sat
    for round_ in range(1, 4):
        submit(ledger, transfer(ANN, ledger.nonce(ANN), 40), transfer(BOB, ledger.nonce(BOB), 41))
        block = ledger.produce()
        assert block.payouts.fees_sat == 21_000 * 81
        assert sum(block.payouts.by_owner_sat.values()) == 21_000 * 81 + 4 * SATOSHI_PER_QTUM
        assert ledger.fees_destroyed_sat == round_ * 21_000 * 81
        assert ledger.balance_wei(FEE_ACCOUNT) == ledger.fees_destroyed_sat * WEI_PER_SATOSHI
        assert ledger.issued_sat == issued_sat + round_ * 4 * SATOSHI_PER_QTUM
        assert ledger.coins_sat == coins_sat + ledger.fees_destroyed_sat + round_ * 4 * SATOSHI_PER_QTUM
        assert block.executed.touched_wei[ANN] == ledger.balance_wei(ANN)
        assert ledger.imbalance_wei() == 0


def test_what_is_sent_to_the_fee_account_is_issued_again_by_the_satoshi() -> None:
    ledger = open_ledger()
    submit(ledger, transfer(ANN, 0, to=FEE_ACCOUNT, value_wei=3 * WEI_PER_SATOSHI // 2))
    assert ledger.produce().payouts.fees_sat == 21_000 * 40 + 1
    submit(ledger, transfer(ANN, 1, to=FEE_ACCOUNT, value_wei=WEI_PER_SATOSHI // 2))
    assert ledger.produce().payouts.fees_sat == 21_000 * 40 + 1
    assert ledger.imbalance_wei() == 0


def test_opening_transactions_run_under_their_own_limit_and_their_fees_return_in_the_first_block() -> None:
    ledger = open_ledger(transactions=(creation(ANN, 0, STORE_AND_STOP, 40),))
    contract = ledger.opening_block.receipts.contract_address[0]
    assert contract is not None
    opening_fees_sat = ledger.opening_block.gas_used_gas * 40
    assert (ledger.fees_destroyed_sat, ledger.imbalance_wei()) == (0, 0)
    submit(ledger, transfer(BOB, 0))
    assert ledger.produce().payouts.fees_sat == opening_fees_sat + 21_000 * 40
    assert ledger.imbalance_wei() == 0


@pytest.mark.parametrize(
    ("transactions", "gas_limit_gas", "words"),
    [
        ((creation(ANN, 0, REVERTING),), 10**9, "transaction 0 failed with 0x"),
        (
            (transfer(BOB, 0), transfer(ANN, 1)),
            10**9,
            "transaction 1 does not fit under 1000000000 gas or waits",
        ),
        ((transfer(ANN, 0), creation(BOB, 0, b"")), 100_000, "transaction 1 does not fit under 100000 gas"),
        ((transfer(b"\x01" * 20, 0),), 10**9, "transaction 0 is refused"),
    ],
)
def test_an_opening_that_fails_is_an_error(
    transactions: tuple[Transaction, ...], gas_limit_gas: int, words: str
) -> None:
    with pytest.raises(InvalidBlock, match=words):
        open_ledger(transactions=transactions, gas_limit_gas=gas_limit_gas)


def test_a_call_sees_the_tip_after_idle_stretches_too() -> None:
    ledger = open_ledger(transactions=(creation(ANN, 0, STORE_AND_STOP),))
    contract = ledger.opening_block.receipts.contract_address[0]
    assert contract is not None
    for _ in range(2):
        answer = ledger.call(contract, b"")
        assert (answer.status, int.from_bytes(answer.output, "big")) == (1, ledger.tip.number)
        assert ledger.pass_idle(ledger.tip.timestamp_s + 5_000) is not None


def test_idle_stretches_leave_accounts_alone_and_pay_the_stakers() -> None:
    ledger = open_ledger()
    before = ledger.tip
    stretch = ledger.pass_idle(OPENING_S + 20_000)
    assert stretch is not None
    assert ledger.tip.number == before.number + stretch.count
    assert (
        ledger.tip.timestamp_s == stretch.last_timestamp_s <= OPENING_S + 20_000 < ledger.next_timestamp_s()
    )
    assert ledger.tip.state_root == before.state_root
    assert (ledger.imbalance_wei(), ledger.fees_destroyed_sat) == (0, 0)
    tip = ledger.tip
    assert ledger.pass_idle(OPENING_S + 20_000) is None
    assert ledger.tip is tip


def test_hashes_do_not_depend_on_where_a_stretch_was_cut() -> None:
    whole, pieces = open_ledger(), open_ledger()
    whole.pass_idle(OPENING_S + 20_000)
    for until_s in range(OPENING_S, OPENING_S + 20_001, 2_500):
        pieces.pass_idle(until_s)
    for ledger in (whole, pieces):
        assert ledger.tip.block_hash != ledger.opening_block.block_hash
        submit(ledger, transfer(ANN, 0))
        ledger.produce()
    assert whole.tip.block_hash == pieces.tip.block_hash
    assert whole.tip.identity == pieces.tip.identity
    shorter = open_ledger()
    shorter.pass_idle(OPENING_S + 20_000, 250_010)
    assert (shorter.tip.number, shorter.tip.block_hash == whole.tip.block_hash) == (250_010, False)


def test_empty_blocks_end_in_the_state_of_an_idle_stretch() -> None:
    idle, made = open_ledger(), open_ledger()
    stretch = idle.pass_idle(OPENING_S + 2_000)
    assert stretch is not None
    blocks = [made.produce() for _ in range(stretch.count)]
    assert {len(block.transactions) for block in blocks} == {0}
    roots = [PROTOCOL.state_root(ledger.tip.protocol_state) for ledger in (idle, made)]
    assert roots[0] == roots[1]
    assert (idle.tip.number, idle.tip.state_root) == (made.tip.number, made.tip.state_root)


def test_signed_and_trusted_runs_share_identities_and_states() -> None:
    tips = []
    for signed in (True, False):
        ledger = open_ledger()
        for nonce in range(3):
            tx = transfer(ANN, nonce)
            submit(ledger, sign_transaction(tx, KEY, ledger.engine.chain_id) if signed else tx)
            ledger.produce()
            ledger.pass_idle(ledger.tip.timestamp_s + 1_000)
        tips.append(ledger.tip)
    assert tips[0].identity == tips[1].identity
    assert tips[0].state_root == tips[1].state_root
    assert tips[0].block_hash != tips[1].block_hash


def test_a_forged_signature_is_refused_at_the_door() -> None:
    ledger = open_ledger()
    signed = sign_transaction(transfer(ANN, 0), KEY, ledger.engine.chain_id)
    with pytest.raises(InvalidSignature, match="has not signed"):
        submit(ledger, replace(signed, nonce=1))
    submit(ledger, signed)
    assert len(ledger.produce().transactions) == 1


def test_the_pools_rules_hold_at_the_door() -> None:
    ledger = open_ledger()
    with pytest.raises(GasPriceTooLow):
        submit(ledger, transfer(ANN, 0, 39))
    submit(ledger, transfer(ANN, 0))
    assert ledger.pending_nonce(ANN) == 1
    ledger.produce()
    with pytest.raises(NonceTooLow):
        submit(ledger, transfer(ANN, 0))
    assert ledger.pending_nonce(ANN) == 1


def test_nobody_has_more_waiting_than_it_can_pay() -> None:
    ledger = open_ledger()
    fee_wei = 21_000 * 40 * WEI_PER_SATOSHI
    submit(ledger, transfer(BOB, 0, value_wei=FUNDS_WEI - 2 * fee_wei - 7))
    with pytest.raises(BalanceTooLow, match="what it has waiting"):
        submit(ledger, transfer(BOB, 1, value_wei=8))
    submit(ledger, transfer(BOB, 1))
    assert len(ledger.produce().transactions) == 2
    assert (ledger.balance_wei(BOB), ledger.imbalance_wei()) == (0, 0)


def test_time_cannot_pass_a_block_that_is_due() -> None:
    ledger = open_ledger()
    due_s = ledger.next_timestamp_s()
    ledger.submit(transfer(ANN, 0), due_s)
    with pytest.raises(LedgerBehind, match=f"due at {due_s} s"):
        ledger.submit(transfer(ANN, 1), due_s + 1)
    with pytest.raises(TransactionsWaiting, match="block 250001 is not idle: 1 transactions wait"):
        ledger.pass_idle(due_s)
    ledger.produce()
    ledger.pass_idle(due_s + 1)
    ledger.submit(transfer(ANN, 1), due_s + 1)


def test_what_does_not_fit_waits_and_what_can_never_be_included_leaves() -> None:
    small = Qtum2018(parameters=replace(PROTOCOL.parameters, gas_limit_gas=300_000))
    ledger = open_ledger(protocol=small)
    submit(ledger, *(transfer(ANN, nonce, gas_limit_gas=260_000) for nonce in range(3)))
    too_long = Transaction(BOB, 1, None, 0, bytes(49_153), 260_000, 50 * WEI_PER_SATOSHI)
    submit(ledger, transfer(BOB, 0, 50), too_long)
    first = ledger.produce()
    assert [(tx.sender, tx.nonce) for tx in first.transactions] == [(BOB, 0), (ANN, 0)]
    assert [(out.transaction.nonce, out.cause) for out in first.departures] == [(1, "rejected")]
    assert "EIP-3860" in first.departures[0].reason
    assert (first.mempool_tx, len(ledger.produce().transactions), len(ledger.mempool)) == (2, 2, 0)
    assert ledger.imbalance_wei() == 0


def test_what_waits_too_long_leaves_with_the_next_block_or_on_request() -> None:
    ledger = open_ledger(expiry_s=10)
    submit(ledger, transfer(ANN, 5))
    block = ledger.produce()
    assert [out.cause for out in block.departures] == ["expired"]
    submit(ledger, transfer(ANN, 5))
    assert ledger.expire(ledger.tip.timestamp_s + 10) == []
    assert [out.cause for out in ledger.expire(ledger.tip.timestamp_s + 11)] == ["expired"]


def test_old_states_are_forgotten_so_that_memory_stays_bounded() -> None:
    ledger = open_ledger(retained_states=3)
    roots: list[Hash32] = [ledger.tip.state_root]
    for nonce in range(8):
        submit(ledger, transfer(ANN, nonce))
        ledger.produce()
        roots.append(ledger.tip.state_root)
    kept = []
    for root in roots:
        try:
            ledger.engine.nonce(root, ANN)
            kept.append(root)
        except UnknownState:
            continue
    assert kept == roots[4:]
    assert len(kept) < 2 * 3
    with pytest.raises(InvalidBlock, match="at least 1 state"):
        open_ledger(retained_states=0)


def test_a_planted_state_shows_as_an_imbalance() -> None:
    ledger = open_ledger()
    robbed = owned(ledger.tip.protocol_state)
    coin = next(robbed.coins.mature_coins())
    robbed.coins.spend(coin, robbed.number)
    ledger.replace_tip_state(protocol_state=robbed)
    assert ledger.imbalance_wei() == -coin.value_sat * WEI_PER_SATOSHI
    submit(ledger, transfer(ANN, 0))
    ledger.produce()
    assert ledger.imbalance_wei() == -coin.value_sat * WEI_PER_SATOSHI


def test_another_evm_state_can_be_put_under_the_tip() -> None:
    ledger = open_ledger(transactions=(creation(ANN, 0, STORE_AND_STOP),), retained_states=1)
    contract = ledger.opening_block.receipts.contract_address[0]
    assert contract is not None
    root = ledger.engine.with_storage(ledger.tip.state_root, contract, {1: 5})
    tip = ledger.tip
    ledger.replace_tip_state(state_root=root)
    assert (ledger.tip.block_hash, ledger.tip.identity, ledger.tip.number) == (
        tip.block_hash,
        tip.identity,
        tip.number,
    )
    submit(ledger, transfer(ANN, 1))
    ledger.produce()
    assert ledger.engine.storage(ledger.tip.state_root, contract, 1) == 5
    assert ledger.imbalance_wei() == 0


def test_a_protocol_state_of_another_height_is_refused() -> None:
    ledger = open_ledger()
    other, _stretch = PROTOCOL.advance_idle(ledger.tip.protocol_state, OPENING_S + 10_000)
    with pytest.raises(InvalidBlock, match="cannot stand under tip 250000"):
        ledger.replace_tip_state(protocol_state=other)


def test_a_state_from_before_fees_were_destroyed_is_moved_to_and_not_planted() -> None:
    ledger = open_ledger()
    before = ledger.tip
    submit(ledger, transfer(ANN, 0))
    ledger.produce()
    with pytest.raises(InvalidBlock, match="with 0 satoshi in the fee account cannot stand under tip 250001"):
        ledger.replace_tip_state(state_root=before.state_root)
    assert ledger.nonce(ANN) == 1
