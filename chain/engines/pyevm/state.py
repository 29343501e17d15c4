"""py-evm's Cancun state as this chain runs it: one a block, no base fee, no beacon chain, balances tracked.

The rules of the EVM are py-evm's. What differs is said here: transactions were admitted before (`admission`),
so they are neither validated nor recovered again; accounts are encoded by `chain.encoding`; nothing is
formatted for a debug log that nobody reads.
"""

from __future__ import annotations

import inspect
from typing import Any, Final, Protocol, cast

from eth.abc import AtomicDatabaseAPI, ComputationAPI, MessageAPI
from eth.db.account import AccountDB
from eth.rlp.accounts import Account
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.cancun.computation import CancunComputation
from eth.vm.forks.cancun.opcodes import CANCUN_OPCODES
from eth.vm.forks.cancun.state import CancunState, CancunTransactionExecutor
from eth.vm.message import Message
from eth.vm.opcode_values import SELFDESTRUCT
from eth_typing import BlockNumber
from eth_typing import Hash32 as EvmHash32
from eth_utils.logging import get_extended_debug_logger

from chain.block import Address, BlockEnvironment, Hash32, Transaction
from chain.encoding import encode
from chain.engines.pyevm.precompiles import PRECOMPILES
from chain.keys import creation_address

LOGGER: Final = get_extended_debug_logger("eth.vm.state.BlockState")


class Execution:
    """A transaction as the executor reads it: admitted, its base gas known; `to` is empty for a creation."""

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
        """The gas price: a legacy transaction offers it whatever the base fee."""
        return self.gas_price

    @property
    def max_priority_fee_per_gas(self) -> int:
        """The gas price: with base fee 0 all of it goes to the coinbase."""
        return self.gas_price


class EvmState(Protocol):
    """What the engine asks of py-evm's state, in the ledger's types."""

    @property
    def state_root(self) -> bytes: ...
    def get_balance(self, address: Address, /) -> int: ...
    def get_nonce(self, address: Address, /) -> int: ...
    def get_code(self, address: Address, /) -> bytes: ...
    def get_code_hash(self, address: Address, /) -> bytes: ...
    def get_storage(self, address: Address, slot: int, /) -> int: ...
    def set_balance(self, address: Address, balance_wei: int, /) -> None: ...
    def set_nonce(self, address: Address, nonce: int, /) -> None: ...
    def set_code(self, address: Address, code: bytes, /) -> None: ...
    def set_storage(self, address: Address, slot: int, word: int, /) -> None: ...
    def delta_balance(self, address: Address, change_wei: int, /) -> None: ...
    def account_exists(self, address: Address, /) -> bool: ...
    def account_is_empty(self, address: Address, /) -> bool: ...
    def delete_account(self, address: Address, /) -> None: ...
    def apply_transaction(self, execution: Execution, /) -> ComputationAPI: ...
    def lock_changes(self) -> None: ...
    def persist(self) -> object: ...
    def moved_wei(self) -> dict[Address, int]: ...


class TrackingAccountDB(AccountDB):
    """py-evm's accounts, remembering what each balance was before it was first written in the block."""

    def __init__(self, db: AtomicDatabaseAPI, state_root: EvmHash32) -> None:
        super().__init__(db, state_root)
        self.balances_before_wei: dict[Address, int] = {}

    def set_balance(self, address: Any, balance: int) -> None:
        """Write a balance; the first write in the block notes the old one."""
        if address not in self.balances_before_wei:
            self.balances_before_wei[address] = self.get_balance(address)
        super().set_balance(address, balance)

    def delete_account(self, address: Any) -> None:
        """Delete an account, whose balance so becomes 0."""
        if address not in self.balances_before_wei:
            self.balances_before_wei[address] = self.get_balance(address)
        super().delete_account(address)

    def _set_account(self, address: Any, account: Account) -> None:
        self._account_cache[address] = account
        self._journaltrie[address] = encode(
            (account.nonce, account.balance, account.storage_root, account.code_hash)
        )


class AdmittedExecutor(CancunTransactionExecutor):
    """Runs an admitted transaction by py-evm's Cancun rules."""

    def validate_transaction(self, transaction: Any) -> None:
        """Do nothing: `admission` and `batch` have checked what py-evm would check here, and more."""

    def build_evm_message(self, transaction: Any) -> MessageAPI:
        """Buy the gas, raise the nonce and return the message, as py-evm does; describe it to no logger."""
        state = self.vm_state
        state.delta_balance(transaction.sender, -transaction.gas * transaction.gas_price)
        state.increment_nonce(transaction.sender)
        creates = not transaction.to
        created = creation_address(transaction.sender, transaction.nonce) if creates else None
        return Message(
            gas=transaction.gas - transaction.intrinsic_gas,
            to=transaction.to,
            sender=transaction.sender,
            value=transaction.value,
            data=b"" if creates else transaction.data,
            code=transaction.data if creates else state.get_code(transaction.to),
            create_address=cast(Any, created),
        )


class BlockComputation(CancunComputation):
    """py-evm's Cancun machine, whose SELFDESTRUCT does its work without a Python warning at each use."""

    _precompiles = PRECOMPILES
    opcodes = CANCUN_OPCODES | {SELFDESTRUCT: inspect.unwrap(CANCUN_OPCODES[SELFDESTRUCT])}

    @property
    def is_origin_computation(self) -> bool:
        """Whether this is the transaction's own message: py-evm asks for the sender, whom a contract that is asked
        in a read-only call can be in deeper messages too.
        """
        return self.msg.depth == 0


class BlockState(CancunState):
    """The state that one block builds on its parent's."""

    computation_class = BlockComputation
    account_db_class = TrackingAccountDB
    transaction_executor_class = AdmittedExecutor
    logger = cast(Any, LOGGER)
    """Looked up once: py-evm asks the logging system for it several times a transaction."""

    def set_system_contracts(self) -> None:
        """Do nothing: there is no beacon chain, so no contract that keeps its roots (EIP-4788)."""

    def moved_wei(self) -> dict[Address, int]:
        """Return, by address, the balance of every account whose balance the block has changed."""
        before = cast(TrackingAccountDB, self._account_db).balances_before_wei
        now = {address: self.get_balance(cast(Any, address)) for address in sorted(before)}
        return {address: balance for address, balance in now.items() if balance != before[address]}


def execution_context(environment: BlockEnvironment, chain_id: int) -> ExecutionContext:
    """Return what the EVM may ask about the block it runs in.

    BLOCKHASH knows one ancestor, the parent, and answers 0 for older ones. PREVRANDAO is `mix_hash`.
    """
    return ExecutionContext(
        coinbase=cast(Any, environment.coinbase),
        timestamp=environment.timestamp_s,
        block_number=BlockNumber(environment.number),
        difficulty=0,
        mix_hash=EvmHash32(environment.mix_hash),
        gas_limit=environment.gas_limit_gas,
        prev_hashes=(EvmHash32(environment.parent_hash),),
        chain_id=chain_id,
        base_fee_per_gas=0,
        excess_blob_gas=0,
    )


def block_state(
    db: AtomicDatabaseAPI, state_root: Hash32, environment: BlockEnvironment, chain_id: int
) -> BlockState:
    """Return py-evm's state with `state_root`, ready to execute a block in `environment`."""
    return BlockState(db, execution_context(environment, chain_id), EvmHash32(state_root))


def open_state(
    db: AtomicDatabaseAPI, state_root: Hash32, environment: BlockEnvironment, chain_id: int
) -> EvmState:
    """Return the state with `state_root`, in the ledger's types, ready to execute a block in `environment`."""
    return cast(EvmState, block_state(db, state_root, environment, chain_id))


def gas_used_gas(execution: Execution, computation: ComputationAPI) -> int:
    """Return what a finished transaction pays for: spent gas less the refund, at most a fifth (EIP-3529)."""
    spent = execution.gas - computation.get_gas_remaining()
    return spent - AdmittedExecutor.calculate_gas_refund(computation, spent)
