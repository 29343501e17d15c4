"""Who pays for an act: its author directly, or a sponsor through the forwarder.

Patients hold no native coin, so that whatever a patient does on chain is a signed request that somebody else sends.
"""

from __future__ import annotations

from collections.abc import Generator

import simpy

from chain.block import Address
from chain.contracts.bindings.forwarder import ForwardRequestData
from chain.contracts.messages import ForwardRequest
from chain.contracts.system import System
from sim.agents.accounts import Account
from sim.agents.acts import FORWARDING_GAS, gas_allowance
from sim.agents.node import Node
from sim.agents.submission import Call, Submission

Sending = Generator[simpy.Event, None, Submission]
"""A step of a process that ends when the transaction is on its way."""

REQUEST_VALIDITY_S = 86_400
"""A sponsor that has not sent a request within a day never will."""


class Payment:
    """Sends calls. With `sponsor` None every author who holds coin pays for itself.

    The forwarder takes an author's requests in the order of their nonces, and one that fails does not use its nonce
    up: the next, already signed, would fail with it. An author therefore has one request open at a time.
    """

    def __init__(self, env: simpy.Environment, node: Node, system: System, sponsor: Account | None) -> None:
        self._env = env
        self._node = node
        self._system = system
        self._sponsor = sponsor
        self._turns: dict[Address, simpy.Resource] = {}

    def send(self, author: Account, call: Call) -> Sending:
        """Send a call of an author who holds coin: the author pays, or the sponsor where there is one."""
        if self._sponsor is None or self._sponsor is author:
            yield from ()
            return self._node.submit(author, call, gas_allowance(call.act, call.accounts))
        return (yield from self.forward(author, call, self._sponsor))

    def send_for(self, author: Account, call: Call, payer: Account) -> Sending:
        """Send a call of an author who holds no coin: the sponsor pays, or `payer` where there is none."""
        return (yield from self.forward(author, call, self._sponsor or payer))

    def forward(self, author: Account, call: Call, payer: Account) -> Sending:
        """Have `payer` send what `author` signs, once the author's request before is settled."""
        turns = self._turns.setdefault(author.address, simpy.Resource(self._env))
        turn = turns.request()
        yield turn
        request = self._request(author, call)
        signature = author.key.sign(request.digest(self._system.forwarder_domain))
        signed = ForwardRequestData(*request.arguments(signature))
        forwarding = self._system.typed.forwarder.execute(signed)
        submission = self._node.submit(
            payer, call.through(forwarding, request), request.gas_gas + FORWARDING_GAS
        )

        executed = False

        def count(_submission: Submission) -> None:
            nonlocal executed
            author.requests_done += submission.succeeded - executed
            executed = submission.succeeded

        def release(_event: simpy.Event) -> None:
            turns.release(turn)

        # A refusal may have settled it before anybody could follow it: it has not been executed then.
        submission.follow(count)
        submission.settled.callbacks.append(release)
        return submission

    def _request(self, author: Account, call: Call) -> ForwardRequest:
        return ForwardRequest(
            sender=author.address,
            to=call.to,
            gas_gas=gas_allowance(call.act, call.accounts),
            nonce=author.requests_done,
            deadline_s=self._node.unix_s() + REQUEST_VALIDITY_S,
            data=call.data,
        )
