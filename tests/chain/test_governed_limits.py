"""Block gas limit and minimum gas price by vote: each block obeys its parent's state, whatever branch that lies on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.block import Account, Address, BlockEnvironment, Transaction
from chain.contracts.artifact import load
from chain.contracts.deployment.opening import opening_transactions
from chain.contracts.proposals import GovernanceProposal, Support, proposal
from chain.contracts.rehearsal.cast import DEPLOYER, PATIENT
from chain.contracts.rehearsal.terms import governance_terms, parameters
from chain.contracts.system import System
from chain.engines.pyevm import PyEvmEngine
from chain.errors import ArtifactError, InvalidBlock
from chain.governed import BlockLimits, GovernedLimits, StoredNumber, stored_number
from chain.ledger import HEADER_ALLOWANCE_BYTES, Ledger, ProducedBlock
from chain.mempool import GasLimitTooHigh, GasPriceTooLow, Mempool, MempoolRules
from chain.opening import Opening
from chain.protocols.protocol import Staker
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum_2018 import Qtum2018
from chain.signing import size_bytes
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI, wei_from_satoshi

OPENING_S = 1_538_352_000
VOTING_DELAY_S, VOTING_PERIOD_S, TIMELOCK_DELAY_S = 600, 3_600, 1_800
FUNDS = Account(100_000 * SATOSHI_PER_QTUM * WEI_PER_SATOSHI)
HOLDER, OTHER = DEPLOYER.address, PATIENT.address
PROTOCOL = Qtum2018(parameters=QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18))
MED_UNITS = 10**14


class Chain:
    """A ledger on which the whole system stands, and one holder who decides alone."""

    def __init__(self, **terms: int) -> None:
        engine = PyEvmEngine()
        self.system = System(HOLDER, engine.chain_id)
        state = PROTOCOL.opening_state(
            [Staker(f"s{n}", bytes([n + 1]) * 20, (500 * SATOSHI_PER_QTUM,) * 6) for n in range(4)],
            number=250_000,
            timestamp_s=OPENING_S,
            burn_in_blocks=30,
            seed=b"\x02" * 32,
        )
        governance = governance_terms(
            voting_delay_s=VOTING_DELAY_S,
            voting_period_s=VOTING_PERIOD_S,
            timelock_delay_s=TIMELOCK_DELAY_S,
            **terms,
        )
        deployment = opening_transactions(parameters(governance=governance), self.system, 0)
        self.limits = GovernedLimits(engine, self.system)
        self.ledger = Ledger(
            engine,
            PROTOCOL,
            Mempool(MempoolRules(1, 1)),
            Opening(state, {HOLDER: FUNDS, OTHER: FUNDS}, deployment),
            limits=self.limits,
        )

    def transaction(
        self,
        sender: Address,
        to: Address,
        data: bytes,
        *,
        price_sat: int | None = None,
        gas_limit_gas: int = 900_000,
    ) -> Transaction:
        price_sat = self.ledger.limits.minimum_gas_price_sat if price_sat is None else price_sat
        nonce = self.ledger.pending_nonce(sender)
        return Transaction(sender, nonce, to, 0, data, gas_limit_gas, wei_from_satoshi(price_sat))

    def submit(self, transaction: Transaction) -> Transaction:
        self.ledger.submit(transaction, self.ledger.tip.timestamp_s)
        return transaction

    def payment(self, **changes: int) -> Transaction:
        """A transfer of nothing by the other holder, submitted."""
        return self.submit(self.transaction(OTHER, b"\xcc" * 20, b"", **changes))

    def act(self, contract: str, function: str, *arguments: object) -> ProducedBlock:
        """Have the holder call a function, in the next block; it must succeed."""
        bound = self.system.contract(contract)
        call = self.submit(self.transaction(HOLDER, bound.address or b"", bound.encode(function, *arguments)))
        block = self.ledger.produce()
        position = [tx.identity for tx in block.transactions].index(call.identity)
        receipts = block.executed.receipts
        assert receipts.status[position], self.system.decode_error(receipts.output[position])
        return block

    def wait(self, seconds: int) -> None:
        self.ledger.pass_idle(self.ledger.tip.timestamp_s + seconds)

    def queue(self, function: str, value: int) -> GovernanceProposal:
        """Bring a proposal as far as it goes without being executed."""
        self.act("MedToken", "approve", self.system.address_of("Staking"), MED_UNITS)
        self.act("Staking", "lock", MED_UNITS)
        self.act("Staking", "delegate", HOLDER)
        asked = proposal(self.system, f"{function} {value}", ("Governance", function, (value,)))
        self.act("Governance", "propose", *asked.proposed)
        self.wait(VOTING_DELAY_S)
        self.act("Governance", "castVote", asked.proposal_id, Support.FOR)
        self.wait(VOTING_PERIOD_S)
        self.act("Governance", "queue", *asked.decided)
        self.wait(TIMELOCK_DELAY_S)
        return asked

    def next_block(self) -> ProducedBlock:
        self.payment()
        return self.ledger.produce()


def gas_limit_of(block: ProducedBlock) -> int:
    return block.executed.environment.gas_limit_gas


def test_the_terms_hold_from_the_first_block_on() -> None:
    chain = Chain(block_gas_limit_gas=3_000_000, minimum_gas_price_sat=50)
    assert chain.ledger.limits == BlockLimits(3_000_000, 50)
    assert PROTOCOL.gas_limit_gas == 40_000_000
    with pytest.raises(GasPriceTooLow):
        chain.payment(price_sat=49)
    with pytest.raises(GasLimitTooHigh):
        chain.payment(gas_limit_gas=3_000_001)
    chain.payment(price_sat=50, gas_limit_gas=3_000_000)
    assert gas_limit_of(chain.ledger.produce()) == 3_000_000


def test_a_halved_block_gas_limit_holds_from_the_block_after_its_execution() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 20_000_000)
    executing = chain.act("Governance", "execute", *asked.decided)
    assert gas_limit_of(executing) == 40_000_000
    assert chain.ledger.limits.gas_limit_gas == 20_000_000
    assert gas_limit_of(chain.next_block()) == 20_000_000
    with pytest.raises(GasLimitTooHigh, match="gas limit 20000001 is above the block's 20000000 gas"):
        chain.payment(gas_limit_gas=20_000_001)
    assert chain.ledger.imbalance_wei() == 0


def test_blocks_are_filled_up_to_the_new_limit_and_no_further() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 1_000_000)
    chain.act("Governance", "execute", *asked.decided)
    for _ in range(50):
        chain.payment(gas_limit_gas=21_000)
    first, second = chain.ledger.produce(), chain.ledger.produce()
    assert [len(block.transactions) for block in (first, second)] == [
        1_000_000 // 21_000,
        50 - 1_000_000 // 21_000,
    ]


def test_a_raised_minimum_gas_price_drops_what_is_too_cheap_right_after_the_block() -> None:
    chain = Chain()
    asked = chain.queue("setMinimumGasPrice", 60)
    poor, behind = chain.payment(price_sat=59), chain.payment(price_sat=60)
    block = execute_alone(chain, asked)
    assert [(d.transaction, d.cause, d.reason) for d in block.departures] == [
        (poor, "rejected", f"gas price {59 * 10**10} wei is below the minimum of {60 * 10**10} wei")
    ]
    assert (len(chain.ledger.mempool), chain.ledger.mempool.executable_tx) == (1, 0)
    assert chain.ledger.pending_nonce(OTHER) == poor.nonce
    with pytest.raises(GasPriceTooLow):
        chain.payment(price_sat=59)
    again = chain.submit(replace(poor, gas_price_wei=wei_from_satoshi(60)))
    assert chain.ledger.mempool.executable_tx == 2
    after = chain.ledger.produce()
    assert [tx.identity for tx in after.transactions] == [again.identity, behind.identity]
    assert chain.ledger.imbalance_wei() == 0


def test_what_no_longer_fits_into_a_block_is_dropped_too() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 2_000_000)
    large, fitting = chain.payment(gas_limit_gas=2_000_001), chain.payment(gas_limit_gas=2_000_000)
    block = execute_alone(chain, asked)
    assert [(d.transaction, d.cause, d.reason) for d in block.departures] == [
        (large, "rejected", "gas limit 2000001 is above the block's 2000000 gas")
    ]
    assert (len(chain.ledger.mempool), chain.ledger.mempool.executable_tx) == (1, 0)
    again = chain.submit(replace(large, gas_limit_gas=2_000_000))
    assert [tx.identity for tx in chain.ledger.produce().transactions] == [again.identity]
    assert [tx.identity for tx in chain.ledger.produce().transactions] == [fitting.identity]


def execute_alone(chain: Chain, asked: GovernanceProposal) -> ProducedBlock:
    """Execute a proposal in a block that has no room for anything else, so that what waits waits on."""
    bound = chain.system.governance
    data = bound.encode("execute", *asked.decided)
    execution = chain.submit(chain.transaction(HOLDER, bound.address or b"", data, price_sat=80))
    chain.ledger.protocol = Narrow(PROTOCOL, size_bytes(execution))  # type: ignore[assignment]
    block = chain.ledger.produce()
    chain.ledger.protocol = PROTOCOL
    assert [tx.identity for tx in block.transactions] == [execution.identity]
    assert block.executed.receipts.status[0]
    return block


class Narrow:
    """A protocol with blocks that have room for so many bytes of transactions."""

    def __init__(self, protocol: Qtum2018, room_bytes: int) -> None:
        self._protocol = protocol
        self.block_limit_bytes = HEADER_ALLOWANCE_BYTES + room_bytes

    def __getattr__(self, name: str) -> object:
        return getattr(self._protocol, name)


def test_a_lowered_minimum_lets_cheaper_transactions_in() -> None:
    chain = Chain()
    asked = chain.queue("setMinimumGasPrice", 1)
    with pytest.raises(GasPriceTooLow):
        chain.payment(price_sat=39)
    chain.act("Governance", "execute", *asked.decided)
    cheap = chain.payment(price_sat=1)
    assert [tx.identity for tx in chain.ledger.produce().transactions] == [cheap.identity]


def test_limits_last_through_idle_stretches() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 20_000_000)
    chain.act("Governance", "execute", *asked.decided)
    before = chain.ledger.tip.number
    chain.wait(86_400)
    assert chain.ledger.tip.number > before + 100
    assert chain.ledger.limits.gas_limit_gas == 20_000_000
    assert gas_limit_of(chain.next_block()) == 20_000_000


def test_what_was_queued_in_an_idle_stretch_changes_nothing_by_itself() -> None:
    chain = Chain()
    chain.queue("setBlockGasLimit", 20_000_000)
    chain.wait(86_400)
    assert gas_limit_of(chain.next_block()) == 40_000_000


def test_another_branch_from_before_the_execution_has_the_old_parameters() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 20_000_000)
    before = chain.ledger.tip
    chain.act("Governance", "execute", *asked.decided)
    after = chain.ledger.tip
    assert chain.limits.after(before.state_root).gas_limit_gas == 40_000_000
    assert chain.limits.after(after.state_root).gas_limit_gas == 20_000_000
    chain.ledger.move_to(before)
    assert chain.ledger.mempool.rules.block_gas_limit_gas == 40_000_000
    assert gas_limit_of_branch(chain) == 40_000_000
    chain.ledger.move_to(after)
    assert chain.ledger.mempool.rules.block_gas_limit_gas == 20_000_000
    assert gas_limit_of_branch(chain) == 20_000_000
    assert gas_limit_of(chain.next_block()) == 20_000_000


def gas_limit_of_branch(chain: Chain) -> int:
    """Return the gas limit under which another block is sealed on the tip's state."""
    tip, protocol = chain.ledger.tip, chain.ledger.protocol
    environment = protocol.environment(
        tip.protocol_state,
        protocol.next_proposal(tip.protocol_state),
        parent_hash=tip.block_hash,
        parent_identity=tip.identity,
        gas_limit_gas=chain.ledger.limits.gas_limit_gas,
    )
    executed = chain.ledger.engine.execute(
        tip.state_root, environment, [chain.transaction(OTHER, OTHER, b"")]
    )
    assert executed.gas_used_gas == 21_000
    return executed.environment.gas_limit_gas


def test_a_change_of_branch_drops_what_the_other_branch_would_not_admit() -> None:
    chain = Chain()
    asked = chain.queue("setMinimumGasPrice", 60)
    before = chain.ledger.tip
    chain.act("Governance", "execute", *asked.decided)
    after = chain.ledger.tip
    chain.ledger.move_to(before)
    cheap = chain.payment(price_sat=40)
    move = chain.ledger.move_to(after)
    assert [departure.transaction for departure in move.departures] == [cheap]
    assert len(chain.ledger.mempool) == 0


def test_a_refused_change_leaves_the_limits_alone() -> None:
    chain = Chain()
    asked = chain.queue("setBlockGasLimit", 999_999)
    bound = chain.system.governance
    chain.submit(chain.transaction(HOLDER, bound.address or b"", bound.encode("execute", *asked.decided)))
    block = chain.ledger.produce()
    assert chain.system.decode_error(block.executed.receipts.output[0]) == (
        "BlockGasLimitOutOfRange(blockGasLimit=999999)"
    )
    assert gas_limit_of(chain.next_block()) == 40_000_000


def test_numbers_are_found_in_their_part_of_a_word() -> None:
    artifact = load("Governance")
    gas_limit, price = (stored_number(artifact, name) for name in ("blockGasLimit", "minimumGasPrice"))
    assert (gas_limit.slot, gas_limit.size_bytes, price.slot, price.size_bytes) == (
        price.slot,
        8,
        gas_limit.slot,
        8,
    )
    word = (7 << 8 * price.offset_bytes) | (9 << 8 * gas_limit.offset_bytes) | (1 << 255)
    assert (gas_limit.of(word), price.of(word)) == (9, 7)
    assert StoredNumber(0, 31, 1).of(0xAB << 248) == 0xAB


def test_a_state_without_governance_says_nothing() -> None:
    engine = PyEvmEngine()
    environment = BlockEnvironment(0, OPENING_S, 10**6, bytes(20), bytes(32))
    empty = engine.genesis(environment, {HOLDER: FUNDS})
    with pytest.raises(InvalidBlock, match="no Governance at 0x[0-9a-f]{40} says what a block may use"):
        GovernedLimits(engine, System(HOLDER, engine.chain_id)).after(empty.state_root)


@pytest.mark.parametrize("variable", ["gasLimit", "_name"])
def test_a_variable_that_is_not_there_is_told(variable: str) -> None:
    with pytest.raises(ArtifactError, match=f"Governance: its storage has no unsigned number '{variable}'"):
        stored_number(load("Governance"), variable)
