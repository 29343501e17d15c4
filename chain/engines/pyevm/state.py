"""py-evm's Cancun state as this chain runs it: one state a block, no base fee, no beacon chain, balances tracked.

The rules of the EVM are py-evm's. What differs is said here: transactions were admitted before (`admission`), so
they are not validated or recovered again; nothing is formatted for a debug log that nobody reads.
"""

from __future__ import annotations

from typing import Any

from eth.abc import AtomicDatabaseAPI, ComputationAPI, MessageAPI
from eth.db.account import AccountDB
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.cancun.state import CancunState, CancunTransactionExecutor
from eth.vm.message import Message

from chain.block import Address, BlockEnvironment, Hash32, Transaction
from chain.keys import creation_address


class Execution:
    """A transaction as the executor reads it: admitted, with its base gas known; `to` is empty for a creation."""

    __slots__ = ("data", "gas", "gas_price", "intrinsic_gas", "nonce", "sender", "to", "value")

    type_id = None
    access_list = ()

    def __init__(self, tx: Transaction, base_gas: int) -> None:
        self.sender = tx.sender
        self.nonce = tx.nonce
        self.to = tx.to or b""
        self.value = tx.value_wei
        self.data = tx.data
        self.gas = tx.gas_limit_gas
        self.gas_price = tx.gas_price_wei
        self.intrinsic_gas = base_gas

    @property
    def max_fee_per_gas(self) -> int:
        """Return the gas price: a legacy transaction offers it whatever the base fee."""
        return self.gas_price

    @property
    def max_priority_fee_per_gas(self) -> int:
        """Return the gas price: with base fee 0 all of it goes to the coinbase."""
        return self.gas_price


class TrackingAccountDB(AccountDB):
    """py-evm's accounts, remembering what each balance was before it was first written in the block."""

    def __init__(self, db: AtomicDatabaseAPI, state_root: Hash32) -> None:
        super().__init__(db, state_root)
        self.balances_before_wei: dict[Address, int] = {}

    def set_balance(self, address: Address, balance: int) -> None:
        """Write a balance; the first write in the block notes the old one."""
        if address not in self.balances_before_wei:
            self.balances_before_wei[address] = self.get_balance(address)
        super().set_balance(address, balance)

    def delete_account(self, address: Address) -> None:
        """Delete an account, whose balance so becomes 0."""
        if address not in self.balances_before_wei:
            self.balances_before_wei[address] = self.get_balance(address)
        super().delete_account(address)


class AdmittedExecutor(CancunTransactionExecutor):
    """Runs an admitted transaction by py-evm's Cancun rules."""

    def validate_transaction(self, transaction: Any) -> None:
        """Do nothing: `admission` has checked what py-evm would check here."""

    def build_evm_message(self, transaction: Any) -> MessageAPI:
        """Buy the gas, raise the nonce and return the message, as py-evm does, without describing it to a logger."""
        state = self.vm_state
        state.delta_balance(transaction.sender, -transaction.gas * transaction.gas_price)
        state.increment_nonce(transaction.sender)
        created = None if transaction.to else creation_address(transaction.sender, transaction.nonce)
        return Message(
            gas=transaction.gas - transaction.intrinsic_gas,
            to=transaction.to,
            sender=transaction.sender,
            value=transaction.value,
            data=b"" if created else transaction.data,
            code=transaction.data if created else state.get_code(transaction.to),
            create_address=created,
        )


class BlockState(CancunState):
    """The state that one block builds on its parent's."""

    account_db_class = TrackingAccountDB
    transaction_executor_class = AdmittedExecutor

    def set_system_contracts(self) -> None:
        """Do nothing: there is no beacon chain, so no contract that keeps its roots (EIP-4788)."""

    def moved_wei(self) -> dict[Address, int]:
        """Return, by address, the balance of every account whose balance is not what it was before the block."""
        before = self._account_db.balances_before_wei
        now = {address: self.get_balance(address) for address in sorted(before)}
        return {address: balance for address, balance in now.items() if balance != before[address]}


def open_state(
    db: AtomicDatabaseAPI, state_root: Hash32, environment: BlockEnvironment, chain_id: int
) -> BlockState:
    """Return the state with `state_root`, ready to execute a block in `environment`.

    BLOCKHASH knows one ancestor, the parent, and answers 0 for older ones. PREVRANDAO is `mix_hash`.
    """
    context = ExecutionContext(
        coinbase=environment.coinbase,
        timestamp=environment.timestamp_s,
        block_number=environment.number,
        difficulty=0,
        mix_hash=environment.mix_hash,
        gas_limit=environment.gas_limit_gas,
        prev_hashes=(environment.parent_hash,),
        chain_id=chain_id,
        base_fee_per_gas=0,
        excess_blob_gas=0,
    )
    return BlockState(db, context, state_root)


def gas_used_gas(execution: Execution, computation: ComputationAPI) -> int:
    """Return what a finished transaction pays for: spent gas less the refund, at most a fifth (EIP-3529)."""
    spent = execution.gas - computation.get_gas_remaining()
    return spent - AdmittedExecutor.calculate_gas_refund(computation, spent)
