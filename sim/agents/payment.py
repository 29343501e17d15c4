"""Who pays for an act: its author directly, or a sponsor through the forwarder.

Patients hold no native coin, so that whatever a patient does on chain is a signed request that somebody else sends.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import simpy

from chain.contracts.messages import ForwardRequest
from chain.contracts.system import System
from sim.agents.accounts import Account
from sim.agents.acts import FORWARDING_GAS, gas_allowance
from sim.agents.node import Node
from sim.agents.submission import Call, Submission

REQUEST_VALIDITY_S = 86_400
"""A sponsor that has not sent a request within a day never will."""


class Payment:
    """Sends calls. With `sponsor` None every author who holds coin pays for itself."""

    def __init__(self, node: Node, system: System, sponsor: Account | None) -> None:
        self._node = node
        self._system = system
        self._sponsor = sponsor

    def send(self, author: Account, call: Call) -> Submission:
        """Send a call of an author who holds coin: the author pays, or the sponsor where there is one."""
        if self._sponsor is None or self._sponsor is author:
            return self._node.submit(author, call, gas_allowance(call.act, call.accounts))
        return self.forward(author, call, self._sponsor)

    def send_for(self, author: Account, call: Call, payer: Account) -> Submission:
        """Send a call of an author who holds no coin: the sponsor pays, or `payer` where there is none."""
        return self.forward(author, call, self._sponsor or payer)

    def forward(self, author: Account, call: Call, payer: Account) -> Submission:
        """Have `payer` send what `author` signs."""
        gas_gas = gas_allowance(call.act, call.accounts)
        nonce = author.requests.take()
        request = ForwardRequest(
            sender=author.address,
            to=call.to,
            gas_gas=gas_gas,
            nonce=nonce,
            deadline_s=self._node.unix_s() + REQUEST_VALIDITY_S,
            data=call.data,
        )
        signature = author.key.sign(request.digest(self._system.forwarder_domain))
        data = self._system.forwarder.encode("execute", request.arguments(signature))
        to = self._system.address_of("Forwarder")
        submission = self._node.submit(payer, replace(call, to=to, data=data), gas_gas + FORWARDING_GAS)
        submission.settled.callbacks.append(partial(_take_back, author, nonce))
        return submission


def _take_back(author: Account, nonce: int, event: simpy.Event) -> None:
    """A request that no block executed, or that reverted, has not used up its nonce."""
    submission: Submission = event.value  # type: ignore[assignment]
    if not submission.succeeded:
        author.requests.give_back(nonce)
