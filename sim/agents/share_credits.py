"""An accepted record earns points: the patient signs the presentation, the accepting provider has it credited."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from chain.contracts.bindings.reward_pool import Signature
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.contracts.system import System
from chain.eip712 import compact
from sim.agents.acts import Act
from sim.agents.node import Node
from sim.agents.payment import Payment
from sim.agents.people import Patient, Provider
from sim.agents.submission import Call, Submission
from sim.records.record import Disclosure

VALIDITY_S = 86_400
"""How long a presentation can be credited: a provider that has not done it within a day never will."""


class ShareCredits:
    """Has shares credited, each record once a provider. `made` holds the transactions by share."""

    def __init__(self, env: simpy.Environment, node: Node, system: System, payment: Payment) -> None:
        self.made: dict[str, Submission] = {}
        self._env = env
        self._node = node
        self._system = system
        self._payment = payment
        self._asked: set[tuple[bytes, str]] = set()

    def accepted(
        self, share_id: str, record_id: bytes, patient: Patient, provider: Provider, disclosure: Disclosure
    ) -> None:
        """Take note that a provider accepted a record that its patient presented."""
        if (record_id, provider.provider_id) in self._asked:
            return
        self._asked.add((record_id, provider.provider_id))
        presentation = Presentation(record_id, provider.account.address, self._node.unix_s() + VALIDITY_S)
        signature = patient.account.key.sign(presentation.digest(rewards_domain(self._system)))
        credit = self._system.typed.rewards.credit_share(
            disclosure.root,
            disclosure.issuer,
            disclosure.patient,
            presentation.valid_until_s,
            Signature(*compact(signature)),
        )
        call = Call.of(Act.CREDIT_SHARE, credit, for_owner=patient.patient_id)
        self._env.process(self._credit(share_id, provider, call))

    def _credit(self, share_id: str, provider: Provider, call: Call) -> Generator[simpy.Event, None, None]:
        """Send it once the provider is certified."""
        if provider.joining is not None:
            yield provider.joining
        self.made[share_id] = yield from self._payment.send(provider.account, call)
