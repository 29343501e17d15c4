"""Who may act as whom: registration, certification, suspension, and how a key replaces another."""

from __future__ import annotations

from dataclasses import dataclass, field

from promises import Book, Handlers, Said, Told
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.system import CERTIFIER_ROLE


@dataclass
class Guardians:
    """A person's guardians, and how many of them must agree."""

    seats: tuple[Address, ...]
    threshold: int


@dataclass
class Recovery:
    """A proposed key. `ready_at_s` is 0 while the period does not run."""

    person: Address
    new_key: Address
    deadline_s: int
    approvals: set[Address] = field(default_factory=set)
    ready_at_s: int = 0


class PeopleBook(Book):
    """A key is replaced by itself, with a consent, or by enough guardians after the period; nobody else counts.

    Whoever holds a phone cannot rid it of its guardians at once, nor while they recover it, nor once it is suspended.
    """

    def __init__(self, world: World, certifiers: set[Address], recovery_delay_s: int) -> None:
        super().__init__(world)
        self.certifiers = set(certifiers)
        self.recovery_delay_s = recovery_delay_s
        self.guardians: dict[Address, Guardians] = {}
        self.recoveries: dict[Hash32, Recovery] = {}
        self.coming: dict[Address, tuple[Guardians, int]] = {}
        self._replaced: list[Said] = []

    def handlers(self) -> Handlers:
        identity = "IdentityRegistry"
        return {
            (identity, "Registered"): self._registered,
            (identity, "Certified"): self._certified,
            (identity, "CertificationRevoked"): self._certification_revoked,
            (identity, "Suspended"): self._suspended,
            (identity, "Reinstated"): self._reinstated,
            (identity, "GuardianChangeAnnounced"): self._guardian_change_announced,
            (identity, "GuardiansNamed"): self._guardians_named,
            (identity, "RecoveryProposed"): self._recovery_proposed,
            (identity, "RecoveryApproved"): self._recovery_approved,
            (identity, "ApprovalRetracted"): self._approval_retracted,
            (identity, "RecoveryStarted"): self._recovery_started,
            (identity, "RecoveryRefused"): self._recovery_refused,
            (identity, "RecoveryCompleted"): self._recovery_completed,
            (identity, "KeyReplaced"): self._replaced.append,
            (identity, "RoleGranted"): self._role_granted,
            (identity, "RoleRevoked"): self._role_revoked,
        }

    def conclude(self, told: Told) -> None:
        """The new key speaks once it is known how it came about."""
        if not self._replaced:
            return
        people = self.world.people
        recovered = any(event.name == "RecoveryCompleted" for _contract, event in told)
        for said in self._replaced:
            assert recovered or (self.world.author == said["oldKey"] and people.is_active(said["oldKey"]))
            assert said["oldKey"] == people.current(said["person"])
            assert not people.is_registered(said["newKey"])
            people.replace(said["person"], self.world.keys[said["newKey"]])
            self._void(said["person"])
            self.coming.pop(said["person"], None)
        self._replaced.clear()

    def _registered(self, said: Said) -> None:
        people = self.world.people
        assert said["account"] == self.world.author
        assert not people.is_registered(said["account"])
        people.register(self.world.keys[said["account"]], Role(said["role"]))

    def _certified(self, said: Said) -> None:
        self._by_a_certifier()
        people = self.world.people
        assert people.is_active(said["provider"], Role.PROVIDER)
        people.certified_until_s[people.person(said["provider"])] = said["expiry"]

    def _certification_revoked(self, said: Said) -> None:
        self._by_a_certifier()
        self.world.people.certified_until_s[self.world.people.person(said["provider"])] = -1

    def _suspended(self, said: Said) -> None:
        self._by_a_certifier()
        assert self.world.people.is_active(said["account"])
        person = self.world.people.person(said["account"])
        self.world.people.suspended.add(person)
        self.coming.pop(person, None)

    def _reinstated(self, said: Said) -> None:
        self._by_a_certifier()
        self.world.people.suspended.remove(self.world.people.person(said["account"]))

    def _guardian_change_announced(self, said: Said) -> None:
        assert self.world.author == said["account"]
        assert self.world.people.is_active(said["account"])
        assert said["effectiveAt"] == self.world.now_s + self.recovery_delay_s
        named = Guardians(tuple(said["guardians"]), said["threshold"])
        self.coming[self.world.people.person(said["account"])] = (named, said["effectiveAt"])

    def _guardians_named(self, said: Said) -> None:
        """At once where there were none; else as the person announced, in time, and while no recovery runs."""
        person = self.world.people.person(said["account"])
        named = Guardians(tuple(said["guardians"]), said["threshold"])
        if person in self.guardians and self.guardians[person].threshold:
            announced, effective_at_s = self.coming.pop(person)
            assert announced == named
            assert effective_at_s <= self.world.now_s
            assert not any(one.ready_at_s for one in self.recoveries.values() if one.person == person)
        else:
            assert self.world.author == said["account"]
        assert self.world.people.is_active(said["account"])
        self.guardians[person] = named
        self._void(person)

    def _recovery_proposed(self, said: Said) -> None:
        assert said["account"] == self.world.people.current(said["account"])
        person = self.world.people.person(said["account"])
        self.recoveries[said["recoveryId"]] = Recovery(person, said["newKey"], said["deadline"])

    def _recovery_approved(self, said: Said) -> None:
        recovery, people = self.recoveries[said["recoveryId"]], self.world.people
        guardian = people.person(said["guardian"])
        seats = {people.person(seat) for seat in self.guardians[recovery.person].seats}
        assert said["guardian"] == self.world.author
        assert guardian in seats
        assert not people.is_retired(said["guardian"])
        assert guardian not in people.suspended
        recovery.approvals.add(guardian)
        assert said["approvals"] <= len(recovery.approvals)

    def _approval_retracted(self, said: Said) -> None:
        recovery, people = self.recoveries[said["recoveryId"]], self.world.people
        gone = people.person(said["guardian"])
        recovery.approvals = {one for one in recovery.approvals if people.person(one) != gone}
        if said["approvals"] < self.guardians[recovery.person].threshold:
            recovery.ready_at_s = 0

    def _recovery_started(self, said: Said) -> None:
        recovery = self.recoveries[said["recoveryId"]]
        assert len(recovery.approvals) >= self.guardians[recovery.person].threshold > 0
        recovery.ready_at_s = said["readyAt"]
        assert recovery.ready_at_s == self.world.now_s + self.recovery_delay_s

    def _recovery_refused(self, said: Said) -> None:
        assert self.world.author == said["account"]
        assert self.world.people.is_active(said["account"])
        self._void(self.world.people.person(said["account"]))

    def _recovery_completed(self, said: Said) -> None:
        recovery = self.recoveries[said["recoveryId"]]
        assert (recovery.new_key, recovery.person) == (
            said["newKey"],
            self.world.people.person(said["account"]),
        )
        assert 0 < recovery.ready_at_s <= self.world.now_s
        assert len(recovery.approvals) >= self.guardians[recovery.person].threshold

    def _role_granted(self, said: Said) -> None:
        if said["role"] == CERTIFIER_ROLE:
            self.certifiers.add(said["account"])

    def _role_revoked(self, said: Said) -> None:
        if said["role"] == CERTIFIER_ROLE:
            self.certifiers.discard(said["account"])

    def _by_a_certifier(self) -> None:
        author, people = self.world.author, self.world.people
        assert author in self.certifiers
        assert not people.is_retired(author)
        assert people.person(author) not in people.suspended

    def _void(self, person: Address) -> None:
        self.recoveries = {
            identifier: recovery
            for identifier, recovery in self.recoveries.items()
            if recovery.person != person
        }
