"""The node that every agent uses: takes transactions, follows them to finality, answers questions about the chain."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import simpy

from chain.block import Transaction
from chain.contracts.system import System
from chain.contracts.typed import Answer, ContractCall
from chain.errors import CallReverted
from chain.ledger import Block, Ledger, ProducedBlock
from chain.ledger.pricing import FeeEstimator
from chain.mempool import Departure, MempoolError
from chain.signing import sign_transaction
from chain.units import wei_from_satoshi
from sim.agents.accounts import Account
from sim.agents.chain_clock import ChainClock, Observer
from sim.agents.submission import Call, Submission
from sim.calendar import Calendar


class Node(Observer):
    """What people see of the chain: its first gateway, and the one that takes their transactions.

    `depth_blocks` is how deep a block lies before its content counts as final, where the protocol does not make it
    final earlier.

    Senders offer `gas_price_sat`, or the minimum that governance has put above it; with an `estimator` what that
    says. With `patient` they go on only when what they sent is final: on a network its block may still be removed.
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
        patient: bool = False,
        estimator: FeeEstimator | None = None,
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
        self._patient = patient
        self._estimator = estimator
        self._known: dict[bytes, Submission] = {}
        self._let_go: dict[bytes, Departure] = {}
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
            gas_price_wei=self._offered_wei(),
        )
        if self._signs:
            transaction = sign_transaction(transaction, account.key, self._system.chain_id)
        submission = Submission(
            transaction, call, account, self._env.now, self._env.event(), self._env.event()
        )
        self.submissions.append(submission)
        try:
            departures = self._ledger.submit(
                transaction, self._clock.submission_s(), self._gateway_of(account)
            )
        except MempoolError as refusal:
            self._drop(submission, "dropped", f"{type(refusal).__name__}: {refusal}")
            return submission
        self._known[transaction.identity] = submission
        self.transactions_lost(departures)
        self._clock.wake()
        return submission

    def ask(self, call: ContractCall[Answer]) -> Answer:
        """Return what a call answers at the tip, which it does not change; raise `CallReverted` where it reverts."""
        self._clock.catch_up()
        result = self._ledger.call(call.to, call.data)
        if result.status != 1:
            raise CallReverted(f"{call.contract}.{call.function}: {self._system.decode_error(result.output)}")
        return call.decode(result.output)

    def outcome_of(self, submission: Submission) -> simpy.Event:
        """Return the event for which a sender waits before it goes on."""
        return submission.final if self._patient else submission.settled

    def block_produced(self, block: ProducedBlock) -> None:
        """Note what became of the transactions in a block and of those the pool let go."""
        environment, receipts = block.executed.environment, block.executed.receipts
        included_at_s = self._calendar.sim_s(environment.timestamp_s)
        settled = []
        for position, transaction in enumerate(block.transactions):
            submission = self._known.get(transaction.identity)
            if submission is None:
                continue
            if submission.outcome != "pending":
                submission.account.nonces.withdraw(transaction.nonce)
            submission.outcome = "included"
            submission.included_at_s = included_at_s
            submission.block_number = environment.number
            submission.block_hash = "0x" + block.executed.identity.hex()
            submission.status = receipts.status[position]
            submission.gas_used_gas = receipts.gas_used_gas[position]
            submission.logs = receipts.logs[position]
            self._note_charge(submission, block.block, position)
            submission.revert_reason = None
            if not submission.status:
                submission.revert_reason = self._reason(submission, receipts.output[position])
            submission.changed()
            settled.append(submission)
        if settled:
            block_hash = "0x" + block.executed.identity.hex()
            final = self._clock.final(environment.number, self._depth_blocks)
            final.callbacks.append(lambda _: self._finalise(settled, block_hash))
        self.transactions_lost(block.departures)

    def _note_charge(self, submission: Submission, block: Block, position: int) -> None:
        policy = self._ledger.fee_policy
        if policy is None:
            return
        if policy.takes_coins:
            submission.coins_charged_sat = block.charges[position]
        else:
            submission.points_charged = block.charges[position]

    def blocks_removed(self, blocks: Sequence[Block], now_s: float) -> None:
        """Note that transactions wait again whose blocks are no part of the chain any more, the last ones first.

        Where its sender's gateway had let one go meanwhile nobody is left to tell of it, so it is lost, unless the
        blocks that are told of next hold it.
        """
        let_go = []
        for block in blocks:
            for transaction in reversed(block.transactions):
                submission = self._known.get(transaction.identity)
                if submission is not None:
                    submission.remove(now_s)
                departure = self._let_go.pop(transaction.identity, None)
                if departure is not None:
                    let_go.append(departure)
        if let_go:
            told = self._env.timeout(0)
            told.callbacks.append(lambda _: self.transactions_lost(let_go))

    def _gateway_of(self, account: Account) -> int:
        """Return the number of the gateway that takes an account's transactions: who else is there changes nothing."""
        drawn = sha256(account.owner_id.encode()).digest()
        return int.from_bytes(drawn[:8], "big") % len(self._ledger.gateways)

    def _offered_wei(self) -> int:
        """Return the gas price that a sender offers now."""
        if self._estimator is not None:
            return wei_from_satoshi(self._estimator.price_sat())
        return max(self._gas_price_wei, self._ledger.limits.minimum_gas_price_wei)

    def _reason(self, submission: Submission, output: bytes) -> str:
        """Return why a transaction reverted; the forwarder hides its callee's reason, which is asked for again."""
        reason = self._system.decode_error(output)
        request = submission.call.request
        if request is None or not reason.startswith("FailedCall"):
            return reason
        forwarder = self._system.address_of("Forwarder")
        again = self._ledger.call(request.to, request.data + request.sender, sender=forwarder)
        return f"{reason}: {self._system.decode_error(again.output)}" if not again.status else reason

    def transactions_lost(self, departures: Sequence[Departure]) -> None:
        """Note the transactions that left a pool without a block; one that a block holds meanwhile is no loss yet."""
        for departure in departures:
            lost = self._known.get(departure.transaction.identity)
            if lost is not None and lost.outcome == "included":
                self._let_go[departure.transaction.identity] = departure
            elif lost is not None and lost.outcome == "pending":
                outcome = "expired" if departure.cause == "expired" else "dropped"
                spent = departure.cause == "displaced"
                self._drop(lost, outcome, f"{departure.cause}: {departure.reason}", nonce_is_spent=spent)

    def _finalise(self, settled: list[Submission], block_hash: str) -> None:
        """Note what is final now; what was removed meanwhile will be when its next block is deep enough."""
        for submission in settled:
            if submission.block_hash == block_hash and submission.final_at_s is None:
                submission.final_at_s = self._env.now
                self._let_go.pop(submission.transaction.identity, None)
                if not submission.final.triggered:
                    submission.final.succeed(submission)

    def _drop(
        self, submission: Submission, outcome: str, reason: str, *, nonce_is_spent: bool = False
    ) -> None:
        submission.outcome = outcome
        submission.revert_reason = reason
        if not nonce_is_spent:
            submission.account.nonces.give_back(submission.transaction.nonce)
        submission.changed()
        if not submission.final.triggered:
            submission.final.succeed(submission)
