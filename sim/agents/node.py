"""The gateway node: takes transactions, follows them to finality, answers questions about the chain."""

from __future__ import annotations

from collections.abc import Sequence

import simpy

from chain.block import Transaction
from chain.contracts.system import System
from chain.contracts.typed import Answer, ContractCall
from chain.errors import CallReverted
from chain.ledger import Ledger, ProducedBlock
from chain.mempool import Departure, MempoolError
from chain.protocols.protocol import IdleStretch
from chain.signing import sign_transaction
from chain.units import wei_from_satoshi
from sim.agents.accounts import Account
from sim.agents.chain_clock import ChainClock
from sim.agents.submission import Call, Submission
from sim.calendar import Calendar


class Node:
    """One gateway that every agent uses. `depth_blocks` is how deep a block lies before its content counts as final.

    Senders offer `gas_price_sat`, or the minimum that governance has put above it.
    """

    def __init__(
        self,
        env: simpy.Environment,
        calendar: Calendar,
        ledger: Ledger,
        clock: ChainClock,
        system: System,
        *,
        gas_price_sat: int,
        depth_blocks: int,
        signs: bool,
    ) -> None:
        self.submissions: list[Submission] = []
        self._env = env
        self._calendar = calendar
        self._ledger = ledger
        self._clock = clock
        self._system = system
        self._gas_price_wei = wei_from_satoshi(gas_price_sat)
        self._depth_blocks = depth_blocks
        self._signs = signs
        self._waiting: dict[bytes, Submission] = {}
        clock.observe(self)

    def unix_s(self) -> int:
        """Return the Unix second it is now."""
        return self._calendar.unix_s(self._env.now)

    def submit(self, account: Account, call: Call, gas_limit_gas: int) -> Submission:
        """Sign a call as `account` and hand it to the mempool; one that the pool refuses is settled at once."""
        self._clock.catch_up()
        transaction = Transaction(
            sender=account.address,
            nonce=account.nonces.take(),
            to=call.to,
            value_wei=0,
            data=call.data,
            gas_limit_gas=gas_limit_gas,
            gas_price_wei=max(self._gas_price_wei, self._ledger.limits.minimum_gas_price_wei),
        )
        if self._signs:
            transaction = sign_transaction(transaction, account.key, self._system.chain_id)
        submission = Submission(transaction, call, account, self._env.now, self._env.event())
        self.submissions.append(submission)
        try:
            departures = self._ledger.submit(transaction, self.unix_s())
        except MempoolError as refusal:
            self._drop(submission, "dropped", f"{type(refusal).__name__}: {refusal}")
            return submission
        self._waiting[transaction.identity] = submission
        self.note_departures(departures)
        self._clock.wake()
        return submission

    def ask(self, call: ContractCall[Answer]) -> Answer:
        """Return what a call answers at the tip, which it does not change; raise `CallReverted` where it reverts."""
        self._clock.catch_up()
        result = self._ledger.call(call.to, call.data)
        if result.status != 1:
            raise CallReverted(f"{call.contract}.{call.function}: {self._system.decode_error(result.output)}")
        return call.decode(result.output)

    def block_produced(self, block: ProducedBlock) -> None:
        """Note what became of the transactions in a block and of those the pool let go."""
        environment, receipts = block.executed.environment, block.executed.receipts
        included_at_s = self._calendar.sim_s(environment.timestamp_s)
        settled = []
        for position, transaction in enumerate(block.transactions):
            submission = self._waiting.pop(transaction.identity, None)
            if submission is None:
                continue
            submission.outcome = "included"
            submission.included_at_s = included_at_s
            submission.block_number = environment.number
            submission.block_hash = "0x" + block.executed.identity.hex()
            submission.status = receipts.status[position]
            submission.gas_used_gas = receipts.gas_used_gas[position]
            submission.logs = receipts.logs[position]
            if not submission.status:
                submission.revert_reason = self._reason(submission, receipts.output[position])
            submission.settled.succeed(submission)
            settled.append(submission)
        if settled:
            final = self._clock.reach(environment.number + self._depth_blocks)
            final.callbacks.append(lambda _: self._finalise(settled))
        self.note_departures(block.departures)

    def idle_passed(self, stretch: IdleStretch) -> None:
        """Nothing of anybody's is in an idle stretch."""

    def _reason(self, submission: Submission, output: bytes) -> str:
        """Return why a transaction reverted; the forwarder hides its callee's reason, which is asked for again."""
        reason = self._system.decode_error(output)
        request = submission.call.request
        if request is None or not reason.startswith("FailedCall"):
            return reason
        forwarder = self._system.address_of("Forwarder")
        again = self._ledger.call(request.to, request.data + request.sender, sender=forwarder)
        return f"{reason}: {self._system.decode_error(again.output)}" if not again.status else reason

    def note_departures(self, departures: Sequence[Departure]) -> None:
        """Note the transactions that left the pool without a block."""
        for departure in departures:
            lost = self._waiting.pop(departure.transaction.identity, None)
            if lost is not None:
                outcome = "expired" if departure.cause == "expired" else "dropped"
                self._drop(lost, outcome, f"{departure.cause}: {departure.reason}")

    def _finalise(self, settled: list[Submission]) -> None:
        for submission in settled:
            submission.final_at_s = self._env.now

    def _drop(self, submission: Submission, outcome: str, reason: str) -> None:
        submission.outcome = outcome
        submission.revert_reason = reason
        submission.account.nonces.give_back(submission.transaction.nonce)
        submission.settled.succeed(submission)
