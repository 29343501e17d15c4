"""A deployed system on the real engine, people with keys, and verbs to act on it, one block an act."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from chain.abi import ContractAbi, Event
from chain.block import Account, Address, BlockEnvironment, ExecutedBlock, Transaction
from chain.contracts.messages import ForwardRequest, Role
from chain.contracts.system import System, SystemParameters, opening_transactions
from chain.engines.pyevm import PyEvmEngine
from chain.errors import CallReverted
from chain.keys import PrivateKey

DAY_S = 86_400
WEEK_S = 7 * DAY_S
START_S = 1_538_352_000
BLOCK_S = 16
BLOCK_GAS_LIMIT_GAS = 400_000_000
FEE_ACCOUNT = b"\xfe" * 20


def key(number: int) -> PrivateKey:
    return PrivateKey.from_secret(number.to_bytes(32, "big"))


DEPLOYER, CERTIFIER, PROVIDER, OTHER_PROVIDER, PATIENT, OTHER_PATIENT, STRANGER = map(key, range(1, 8))
SPONSOR = STRANGER


def parameters(**changes: Any) -> SystemParameters:
    values = {
        "checkin_grace_s": 7_200,
        "first_epoch_start_s": START_S,
        "epoch_length_s": WEEK_S,
        "yearly_rate_millipercent": 5_000,
        "patient_points": 100,
        "provider_points": 50,
        "certifiers": (CERTIFIER.address,),
        "opening_balances_med_units": ((DEPLOYER.address, 10**18),),
    }
    return SystemParameters(**{**values, **changes})


@dataclass(frozen=True)
class Outcome:
    status: int
    gas_gas: int
    events: list[Event]
    error: str


class Bench:
    def __init__(self, terms: SystemParameters) -> None:
        self.engine = PyEvmEngine()
        self.system = System(DEPLOYER.address, self.engine.chain_id)
        self.number = 0
        self.time_s = START_S
        genesis = self.engine.genesis(self._environment(0), {DEPLOYER.address: Account(balance_wei=10**20)})
        self.root = genesis.state_root
        self.opening = self.execute(opening_transactions(terms, self.system, 0))

    def branch(self) -> Bench:
        """Another future of the same past: the engine keeps every state."""
        return copy(self)

    def settle_people(self, patients: Iterable[PrivateKey] = (PATIENT, OTHER_PATIENT)) -> None:
        for provider in (PROVIDER, OTHER_PROVIDER):
            self.do(provider, self.system.identity, "register", Role.PROVIDER)
            self.do(CERTIFIER, self.system.identity, "certify", provider.address, START_S + 3650 * DAY_S)
        for patient in patients:
            self.do(patient, self.system.identity, "register", Role.PATIENT)

    def send(self, sender: PrivateKey, contract: ContractAbi, function: str, *arguments: object) -> Outcome:
        return self.send_data(sender, contract, contract.encode(function, *arguments))

    def send_data(self, sender: PrivateKey, contract: ContractAbi, data: bytes) -> Outcome:
        transaction = Transaction(
            sender=sender.address,
            nonce=self.engine.nonce(self.root, sender.address),
            to=contract.address,
            value_wei=0,
            data=data,
            gas_limit_gas=3_000_000,
            gas_price_wei=0,
        )
        receipts = self.execute([transaction]).receipts
        events = [event for log in receipts.logs[0] if (event := self.system.decode_log(log))]
        assert len(events) == len(receipts.logs[0])
        error = "" if receipts.status[0] else self.system.decode_error(receipts.output[0])
        return Outcome(receipts.status[0], receipts.gas_used_gas[0], events, error)

    def request(self, asker: PrivateKey, contract: ContractAbi, data: bytes) -> ForwardRequest:
        """What `asker` signs to have `data` sent by a sponsor: its next request."""
        assert contract.address
        return ForwardRequest(
            sender=asker.address,
            to=contract.address,
            gas_gas=200_000,
            nonce=self.read(self.system.forwarder, "nonces", asker.address),
            deadline_s=self.time_s + 3_600,
            data=data,
        )

    def forward(
        self, asked: ForwardRequest, signer: PrivateKey, *, signed: ForwardRequest | None = None
    ) -> Outcome:
        """Have the sponsor send `asked`, with the signature of `signer` over it or over another request."""
        signature = signer.sign((signed or asked).digest(self.system.forwarder_domain))
        return self.send(SPONSOR, self.system.forwarder, "execute", asked.arguments(signature))

    def do(self, sender: PrivateKey, contract: ContractAbi, function: str, *arguments: object) -> Outcome:
        """Send what must succeed."""
        outcome = self.send(sender, contract, function, *arguments)
        assert outcome.status == 1, f"{function}: {outcome.error}"
        return outcome

    def read(
        self, contract: ContractAbi, function: str, *arguments: object, sender: Address = bytes(20)
    ) -> Any:
        data = contract.encode(function, *arguments)
        assert contract.address
        result = self.engine.call(
            self.root, self._environment(self.number + 1), contract.address, data, sender=sender
        )
        if not result.status:
            raise CallReverted(self.system.decode_error(result.output))
        return contract.decode_output(function, result.output)

    def balance(self, account: Address) -> int:
        return int(self.read(self.system.token, "balanceOf", account))

    def pass_time(self, seconds: int) -> None:
        self.time_s += seconds

    def execute(self, transactions: list[Transaction]) -> ExecutedBlock:
        """Seal the next block with `transactions`, all of which must be valid."""
        self.number += 1
        self.time_s += BLOCK_S
        block = self.engine.execute(self.root, self._environment(self.number), transactions)
        assert len(block.included) == len(transactions), block.rejected
        self.root = block.state_root
        return block

    def _environment(self, number: int) -> BlockEnvironment:
        return BlockEnvironment(
            number=number,
            timestamp_s=self.time_s,
            gas_limit_gas=BLOCK_GAS_LIMIT_GAS,
            coinbase=FEE_ACCOUNT,
            parent_hash=bytes(32),
        )
