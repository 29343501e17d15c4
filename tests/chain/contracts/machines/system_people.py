"""Acts of people about themselves: joining, licences, suspensions, new phones and lost ones."""

from __future__ import annotations

from system_acting import ActingMachine, an_act
from system_stage import CERTIFIER

from chain.block import Address
from chain.contracts.messages import Role
from chain.contracts.rehearsal.insurance import REASON
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.identity import KeyConsent, identity_domain
from chain.eip712 import compact
from chain.keys import PrivateKey

COMMON_ROLES = (Role.PATIENT, Role.PATIENT, Role.PROVIDER, Role.RESEARCHER, Role.INSURER, Role.DEVICE)


class PeopleActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def a_newcomer_registers(self) -> None:
        strangers = [who for who in self.used_keys if not self.people.is_registered(who.address)]
        who = self.pick(strangers) if strangers and self.likely(0.85) else self.anybody()
        role = self.pick(COMMON_ROLES) if self.likely() else Role.CERTIFIER
        if self.act(who, self.system.identity, "register", role).status:
            self.keep_in_standing(who.address)

    @an_act
    def a_certifier_decides(self) -> None:
        """Mostly about providers; whoever is suspended is mostly reinstated first."""
        identity = self.system.identity
        sender = CERTIFIER if self.likely() else self.anybody()
        if self.people.suspended and self.likely(0.7):
            person = self.pick(sorted(self.people.suspended))
            self.act(sender, identity, "reinstate", self.people.current(person), REASON)
            return
        person = self.pick([*self.persons(Role.PROVIDER), *self.persons(Role.PATIENT)[:2]])
        account = self.people.current(person) if self.likely() else self.any_key_of(person)
        if self.people.roles[person] is Role.PROVIDER and self.likely(0.6):
            if self.likely(0.7):
                until_s = self.now_s + self.pick([DAY_S, 30 * DAY_S, 400 * DAY_S])
                self.act(sender, identity, "certify", account, until_s)
            else:
                self.act(sender, identity, "revokeCertification", account)
        else:
            self.act(sender, identity, "suspend", account, REASON)

    @an_act
    def somebody_changes_phones(self) -> None:
        """Mostly a patient or a provider; both keys are used later on."""
        if not self.phones or not self.likely(0.5):
            return
        old = self.somebody(*self.pick([(Role.PATIENT,), (Role.PROVIDER,), tuple(Role)]))
        new = self.phones[0] if self.likely() else self.anybody()
        signer = new if self.likely() else old
        consent = self._key_consent(old.address, new, signer)
        outcome = self.act(old, self.system.identity, "replaceKey", *consent, forged=signer is not new)
        self._note_phone(new, bool(outcome.status))

    @an_act
    def guardians_are_named(self) -> None:
        """Registered or not, of any role."""
        ward = self.somebody(Role.PATIENT, Role.PROVIDER, Role.RESEARCHER)
        guardians = self.random.sample(self.used_keys, self.pick([2, 3, 3, 5]))
        named = [guardian.address for guardian in guardians]
        self.act(ward, self.system.identity, "setGuardians", named, 2 if self.likely() else 0)
        if self.likely(0.5):
            self._confirm()

    def _confirm(self) -> None:
        """Have a change of guardians that waits take effect, mostly once it may."""
        coming = self.books.people.coming
        if not coming:
            return
        person = self.pick(list(coming))
        if self.likely(0.6):
            self.wait_until(coming[person][1])
        self.act(self.anybody(), self.system.identity, "confirmGuardians", self.any_key_of(person))

    @an_act
    def guardians_recover_a_key(self) -> None:
        self._recover()

    def _recover(self) -> None:
        """From the proposal to its end: carried out, refused by the key that is there after all, or left."""
        named = self.books.people.guardians
        wards = [person for person, guardians in named.items() if guardians.threshold]
        if not wards or not self.phones:
            return
        ward, new = self.pick(wards), self.phones[0]
        seats = [self._key_of(seat) for seat in named[ward].seats]
        present = self.people.current(ward)
        signer = new if self.likely() else self.anybody()
        consent = self._key_consent(present, new, signer)
        asked = (self.any_key_of(ward), *consent)
        proposer = seats[0] if self.likely() else self.anybody()
        forged = signer is not new
        if not self.act(proposer, self.system.identity, "proposeNewKey", *asked, forged=forged).status:
            return
        (recovery_id,) = [
            identifier
            for identifier, recovery in self.books.people.recoveries.items()
            if recovery.person == ward and recovery.new_key == new.address
        ]
        for seat in seats[1:3]:
            if self.likely(0.85):
                self.act(seat, self.system.identity, "approveNewKey", recovery_id)
        ending = self.pick(["carried out", "carried out", "refused", "left"])
        if ending == "refused":
            self.act(self.speaker(ward), self.system.identity, "refuseRecovery")
        elif ending == "carried out":
            self._complete(ward)

    @an_act
    def a_recovery_goes_on(self) -> None:
        recoveries = self.books.people.recoveries
        if not recoveries:
            self._recover()
            return
        identifier = self.pick(list(recoveries))
        recovery, identity = recoveries[identifier], self.system.identity
        seats = [self._key_of(seat) for seat in self.books.people.guardians[recovery.person].seats]
        guardian = self.pick(seats) if self.likely() else self.anybody()
        what = self.pick(["approveNewKey", "retractApproval", "complete", "complete", "refuse", "dismiss"])
        if what == "complete":
            self._complete(recovery.person)
        elif what == "dismiss":
            self.act(self.speaker(recovery.person), identity, "setGuardians", [], 0)
            self._confirm()
        elif what == "refuse":
            self.act(self.speaker(recovery.person), identity, "refuseRecovery")
        else:
            self.act(guardian, identity, what, identifier)

    def _complete(self, ward: Address) -> None:
        """Mostly once its time has come."""
        running = [
            one for one in self.books.people.recoveries.values() if one.person == ward and one.ready_at_s
        ]
        if running and self.likely(0.6):
            self.wait_until(running[0].ready_at_s)
        outcome = self.act(self.anybody(), self.system.identity, "completeRecovery", self.any_key_of(ward))
        if outcome.status:
            self._note_phone(self.people.key(ward), True)

    def _note_phone(self, new: PrivateKey, taken: bool) -> None:
        if taken and new in self.phones:
            self.phones.remove(new)
            self.used_keys.append(new)

    def _key_of(self, account: Address) -> PrivateKey:
        """Return the key that speaks for whoever an account belongs to."""
        return self.world.keys[self.people.current(account)]

    def _key_consent(
        self, account: Address, new: PrivateKey, signer: PrivateKey
    ) -> tuple[Address, int, tuple[bytes, bytes]]:
        consent = KeyConsent(account, new.address, self.now_s + 3 * DAY_S)
        signature = compact(signer.sign(consent.digest(identity_domain(self.system))))
        return new.address, consent.deadline_s, signature
