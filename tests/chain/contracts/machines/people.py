"""Who is who, in Python: persons and their keys, beside `IdentityRegistry`; and rules that change it."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule
from machine import ACTORS, ContractMachine

from chain.block import Address
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    key,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.identity import KeyConsent, identity_domain
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

PATIENTS: Final = (PATIENT, OTHER_PATIENT)
PROVIDERS: Final = (PROVIDER, OTHER_PROVIDER)
CONSUMERS: Final = (RESEARCHER, INSURER)
REASON: Final = keccak(b"reason")
mostly: Final = st.sampled_from([True] * 9 + [False])
"""What is likely comes first: Hypothesis draws the first of a choice more often than chance would."""

REPLACEMENTS: Final = tuple(key(number) for number in range(1_001, 1_009))
"""Keys of new phones: few, so that most persons keep theirs."""


class People:
    """Persons by their first key: role, present key, standing and certification."""

    def __init__(self) -> None:
        registered = {
            **dict.fromkeys(PATIENTS, Role.PATIENT),
            **dict.fromkeys(PROVIDERS, Role.PROVIDER),
            RESEARCHER: Role.RESEARCHER,
            INSURER: Role.INSURER,
        }
        self.roles = {person.address: role for person, role in registered.items()}
        self.certified = {provider.address for provider in PROVIDERS}
        self.suspended: set[Address] = set()
        self._keys = {person.address: person for person in registered}
        self._persons = {person.address: person.address for person in registered}
        self._retired: dict[Address, list[PrivateKey]] = {}

    def register(self, who: PrivateKey, role: Role) -> None:
        """Note somebody who has registered besides those who always do."""
        self.roles[who.address] = role
        self._keys[who.address] = who
        self._persons[who.address] = who.address

    def person(self, account: Address) -> Address:
        """Return a person's first key, an account that nobody registered itself."""
        return self._persons.get(account, account)

    def key(self, person: Address) -> PrivateKey:
        """Return the present key of a registered person."""
        return self._keys[person]

    def current(self, account: Address) -> Address:
        """Return the present key of whose key `account` is or was."""
        person = self.person(account)
        return self._keys[person].address if person in self._keys else person

    def keys_of(self, person: Address) -> list[Address]:
        """Return all keys that a person has or had."""
        return [account for account, owner in self._persons.items() if owner == person]

    def is_active(self, account: Address, *roles: Role) -> bool:
        """Whether `account` is a present key in good standing, of one of these roles (any where none is named)."""
        person = self.person(account)
        if person not in self._keys or self.current(account) != account or person in self.suspended:
            return False
        return not roles or self.roles[person] in roles

    def is_certified(self, account: Address) -> bool:
        """Whether `account` is a certified provider's present key in good standing."""
        return self.is_active(account, Role.PROVIDER) and self.person(account) in self.certified

    def retired_of(self, person: Address) -> list[PrivateKey]:
        """Return the keys that spoke for a person and no longer do."""
        return self._retired.get(person, [])

    def replace(self, person: Address, new: PrivateKey) -> None:
        """Let another key speak for a person."""
        self._retired.setdefault(person, []).append(self._keys[person])
        self._keys[person] = new
        self._persons[new.address] = person


class PeopledMachine(ContractMachine):
    """Patients, providers and consumers whose keys change, who are suspended, and who lose their certification."""

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        stage.settle_people()
        for who, role in ((RESEARCHER, Role.RESEARCHER), (INSURER, Role.INSURER)):
            stage.do(who, stage.system.identity, "register", role)

    def __init__(self) -> None:
        super().__init__()
        self.people = People()
        self.spare = list(REPLACEMENTS)

    def somebody(self, data: st.DataObject, *likely: PrivateKey) -> PrivateKey:
        """Draw a present key of one of these persons; now and then anybody's, or a retired one."""
        if data.draw(mostly):
            return self.people.key(data.draw(st.sampled_from(likely)).address)
        return data.draw(st.sampled_from(ACTORS))

    def speaker(self, data: st.DataObject, person: Address) -> PrivateKey:
        """Draw the present key of a person; now and then a retired one, or anybody's."""
        if person in self.people.roles and data.draw(mostly):
            return self.people.key(person)
        retired = self.people.retired_of(person)
        return data.draw(st.sampled_from(retired if retired and data.draw(st.booleans()) else ACTORS))

    def any_key_of(self, data: st.DataObject, person: Address) -> Address:
        """Draw one of a person's keys, present or retired."""
        return data.draw(st.sampled_from(self.people.keys_of(person)))

    @rule(data=st.data(), who=st.sampled_from([*PATIENTS, *PATIENTS, *PROVIDERS, *CONSUMERS]))
    def somebody_changes_phones(self, data: st.DataObject, who: PrivateKey) -> None:
        if not self.spare or data.draw(st.sampled_from([True, True, False])):
            return
        old, new = self.people.key(who.address), self.spare[-1]
        consent = KeyConsent(old.address, new.address, self.scene.time_s + DAY_S)
        signature = compact(new.sign(consent.digest(identity_domain(self.system))))
        arguments = (new.address, consent.deadline_s, signature)
        outcome = self.attempt(old, self.system.identity, "replaceKey", *arguments)
        expected = "AccountSuspended" if who.address in self.people.suspended else ""
        assert outcome.error_name == expected
        if outcome.status:
            self.people.replace(who.address, self.spare.pop())

    @rule(who=st.sampled_from([None, None, *PATIENTS, *PROVIDERS, *CONSUMERS]))
    def somebody_is_suspended(self, who: PrivateKey | None) -> None:
        """At most one person is; everybody else is reinstated first."""
        for person in sorted(self.people.suspended):
            account = self.people.current(person)
            assert self.attempt(CERTIFIER, self.system.identity, "reinstate", account, REASON).status
        self.people.suspended.clear()
        if who is not None:
            account = self.people.current(who.address)
            assert self.attempt(CERTIFIER, self.system.identity, "suspend", account, REASON).status
            self.people.suspended.add(who.address)

    @rule(who=st.sampled_from([None, None, *PROVIDERS]))
    def a_provider_is_no_longer_certified(self, who: PrivateKey | None) -> None:
        """At most one is not; the other is certified first, as long as it is not suspended."""
        for provider in PROVIDERS:
            person, account = provider.address, self.people.current(provider.address)
            if person not in self.people.certified and person not in self.people.suspended:
                arguments = (account, self.scene.time_s + 3_650 * DAY_S)
                assert self.attempt(CERTIFIER, self.system.identity, "certify", *arguments).status
                self.people.certified.add(person)
        if who is not None and who.address in self.people.certified:
            account = self.people.current(who.address)
            assert self.attempt(CERTIFIER, self.system.identity, "revokeCertification", account).status
            self.people.certified.remove(who.address)
