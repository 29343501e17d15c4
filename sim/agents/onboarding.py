"""Joining: providers register and are certified when the run opens, patients register at their first visit."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from chain.contracts.bindings.identity_registry import Role
from chain.contracts.system import System
from sim.agents.acts import Act
from sim.agents.node import Node
from sim.agents.payment import Payment
from sim.agents.people import Patient, People, Provider
from sim.agents.submission import Call
from sim.units import SECONDS_PER_DAY


class Onboarding:
    """Sends registrations and certifications, each once."""

    def __init__(
        self,
        env: simpy.Environment,
        node: Node,
        system: System,
        payment: Payment,
        people: People,
        certification_days: int,
    ) -> None:
        self._env = env
        self._node = node
        self._system = system
        self._payment = payment
        self._people = people
        self._certification_s = certification_days * SECONDS_PER_DAY

    def certify(self, provider: Provider) -> Generator[simpy.Event, None, None]:
        """Register a provider and, once that is on chain, have the certifier certify it."""
        registration = yield from self._payment.send(
            provider.account, self._registration(Role.PROVIDER, None)
        )
        yield self._node.outcome_of(registration)
        expiry_s = self._node.unix_s() + self._certification_s
        call = Call.of(Act.CERTIFY, self._system.typed.identity.certify(provider.account.address, expiry_s))
        certification = yield from self._payment.send(self._people.certifier, call)
        yield self._node.outcome_of(certification)

    def register(self, patient: Patient, provider: Provider) -> simpy.Process:
        """Have a patient registered, once; whoever pays for others pays, else the provider of the first visit.

        The process is done when the patient is registered, or the attempt has failed; then the next visit tries again.
        """
        if patient.registering is None or (patient.registering.processed and not patient.registered):
            patient.registering = self._env.process(self._register(patient, provider))
        return patient.registering

    def _register(self, patient: Patient, provider: Provider) -> Generator[simpy.Event, None, None]:
        call = self._registration(Role.PATIENT, patient.patient_id)
        registration = yield from self._payment.send_for(patient.account, call, provider.account)
        yield self._node.outcome_of(registration)
        patient.registered = registration.succeeded

    def _registration(self, role: Role, for_owner: str | None) -> Call:
        return Call.of(Act.REGISTER, self._system.typed.identity.register(role), for_owner=for_owner)
