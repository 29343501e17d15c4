"""The registry of people against its model: every call ends as foretold, and a person has one living key."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from identity_model import NOBODY, Account, IdentityModel, Proposal, Refused, Standing
from machine import ContractMachine, actors, machine_tests
from scene import Outcome

from chain.block import Address
from chain.contracts.deployment.identity_registry import IdentityTerms
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    GUARDIANS,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, parameters
from chain.contracts.signed.identity import KeyConsent, identity_domain, recovery_identifier
from chain.contracts.system import CERTIFIER_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

PERIOD_S = 2 * DAY_S
MAXIMUM_GUARDIANS = 4
PEOPLE = (PATIENT, OTHER_PATIENT, PROVIDER, OTHER_PROVIDER, STRANGER, *GUARDIANS, ARBITER)
"""Few, so that they guard each other."""

PHONES = tuple(key(3_000 + number) for number in range(200))
"""New keys, taken one after the other."""

KEYS = {phone.address: phone for phone in (*PEOPLE, CERTIFIER, *PHONES)}
REASON = keccak(b"the reason, kept off the chain")
TIMES_S = st.sampled_from([-BLOCK_S, 0, BLOCK_S, 2 * BLOCK_S, 3_600, 3 * DAY_S, 30 * DAY_S, 3_650 * DAY_S])

people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 2**16)
mostly = st.sampled_from([True] * 9 + [False])
RARE = 7
"""What a number leaves when divided by 8 once in a while: chosen so that 0, which is drawn often, is not it."""


class IdentityMachine(ContractMachine):
    """Everybody may be everybody's guardian, patient or provider; certifiers come and go."""

    CONTRACTS = ("IdentityRegistry",)

    def __init__(self) -> None:
        super().__init__()
        self.identity = self.system.identity
        self.domain = identity_domain(self.system)
        self.model = IdentityModel({CERTIFIER.address, ARBITER.address}, PERIOD_S, MAXIMUM_GUARDIANS)
        self.model.accounts.update(_settled(self))
        self.proposals: list[Proposal] = []
        self.phones_taken = 0
        self.seen: dict[Address, None] = dict.fromkeys(person.address for person in PEOPLE)
        self.touched: dict[Address, None] = dict(self.seen)

    @classmethod
    def terms(cls) -> SystemParameters:
        return parameters(
            identity=IdentityTerms(PERIOD_S, MAXIMUM_GUARDIANS),
            certifiers=(CERTIFIER.address, ARBITER.address),
        )

    @rule(data=st.data(), role=st.sampled_from(list(Role)))
    def somebody_registers(self, data: st.DataObject, role: Role) -> None:
        who = self.new_key(data).address
        self.foretell(who, "register", (role,), lambda now_s: self.model.register(who, role, now_s))

    @rule(data=st.data(), number=numbers, after_s=TIMES_S)
    def a_provider_is_certified(self, data: st.DataObject, number: int, after_s: int) -> None:
        sender, provider = self.certifier(data), self.provider(number)
        expiry_s = self.scene.time_s + after_s
        self.foretell(
            sender,
            "certify",
            (provider, expiry_s),
            lambda now_s: self.model.certify(sender, provider, expiry_s, now_s),
        )

    @rule(data=st.data(), number=numbers)
    def a_certification_is_revoked(self, data: st.DataObject, number: int) -> None:
        sender, provider = self.certifier(data), self.provider(number)
        if not self.model.account(provider).certified_until_s and number % 8 != RARE:
            return
        self.foretell(
            sender,
            "revokeCertification",
            (provider,),
            lambda now_s: self.model.revoke(sender, provider, now_s),
        )

    @rule(data=st.data(), number=numbers)
    def somebody_is_suspended(self, data: st.DataObject, number: int) -> None:
        sender, whom = self.certifier(data), self.one_of(number, Standing.ACTIVE)
        self.foretell(sender, "suspend", (whom, REASON), lambda _now_s: self.model.suspend(sender, whom))

    @rule(data=st.data(), number=numbers)
    def somebody_is_reinstated(self, data: st.DataObject, number: int) -> None:
        suspended = any(known.standing is Standing.SUSPENDED for known in self.model.accounts.values())
        if not suspended and number % 8 != RARE:
            return
        sender, whom = self.certifier(data), self.one_of(number, Standing.SUSPENDED)
        self.foretell(sender, "reinstate", (whom, REASON), lambda _now_s: self.model.reinstate(sender, whom))

    @rule(data=st.data(), number=numbers, consents=mostly)
    def a_key_is_replaced(self, data: st.DataObject, number: int, consents: bool) -> None:
        sender, new_key = self.one_of(number, Standing.ACTIVE), self.new_key(data)
        deadline_s, consent = self.consent(data, sender, new_key, consents)
        self.foretell(
            sender,
            "replaceKey",
            (new_key.address, deadline_s, consent),
            lambda now_s: self.model.replace_key(sender, new_key.address, deadline_s, consents, now_s),
        )

    @rule(
        number=numbers,
        guardians=st.lists(people, max_size=MAXIMUM_GUARDIANS + 1, unique=True),
        threshold=st.integers(0, 3),
    )
    def guardians_are_named(self, number: int, guardians: list[PrivateKey], threshold: int) -> None:
        sender = self.one_of(number, Standing.ACTIVE)
        named = tuple(guardian.address for guardian in guardians)
        self.name_guardians(sender, named, threshold)

    @rule(who=actors, number=numbers, patient=mostly)
    def a_change_of_guardians_is_confirmed(self, who: PrivateKey, number: int, patient: bool) -> None:
        """Mostly one that waits, and mostly once its time has come."""
        coming = [person for person, own in self.model.guardianships.items() if own.coming[2]]
        if not coming:
            guarded = [person for person, own in self.model.guardianships.items() if own.guardians]
            fit = [key for key in map(self.model.present_key, guarded) if self._is_active(key)]
            if fit:
                sender = fit[number % len(fit)]
                self.name_guardians(sender, (), 0)
                coming = [self.model.person(sender)]
            elif number % 8 != RARE:
                self.two_others_become_guardians(number)
                return
        ward = coming[number % len(coming)] if coming else PATIENT.address
        if coming and patient:
            effective_at_s = self.model.guardianship(ward).coming[2]
            self.scene.pass_time(max(0, effective_at_s - self.scene.time_s - BLOCK_S))
        self.foretell(
            who.address, "confirmGuardians", (ward,), lambda now_s: self.model.confirm_guardians(ward, now_s)
        )

    def _is_active(self, key: Address) -> bool:
        return self.model.account(key).standing is Standing.ACTIVE

    @rule(number=numbers)
    def two_others_become_guardians(self, number: int) -> None:
        """The usual case, so that recoveries get under way."""
        sender = self.one_of(number, Standing.ACTIVE)
        others = [key for key in self.living() if self.model.person(key) != self.model.person(sender)]
        named = tuple(others[(number + step) % len(others)] for step in range(min(2, len(others))))
        self.name_guardians(sender, named, len(named))

    def name_guardians(self, sender: Address, named: tuple[Address, ...], threshold: int) -> None:
        self.foretell(
            sender,
            "setGuardians",
            (named, threshold),
            lambda now_s: self.model.set_guardians(sender, named, threshold, now_s),
        )

    @rule(data=st.data(), number=numbers, consents=mostly)
    def a_guardian_proposes(self, data: st.DataObject, number: int, consents: bool) -> None:
        guarded = [
            person
            for person, own in self.model.guardianships.items()
            if own.guardians and own.running == NOBODY
        ]
        if not guarded and number % 8 != RARE:
            self.two_others_become_guardians(number)
            return
        ward = guarded[number % len(guarded)] if guarded else PATIENT.address
        sender, new_key = self.guardian(data, ward), self.new_key(data)
        deadline_s, consent = self.consent(data, self.model.present_key(ward), new_key, consents)

        def propose(now_s: int) -> None:
            proposal = self.model.propose(sender, ward, new_key.address, deadline_s, consents, now_s)
            self.proposals.append(proposal)

        self.foretell(sender, "proposeNewKey", (ward, new_key.address, deadline_s, consent), propose)

    @rule(
        data=st.data(),
        number=numbers,
        function=st.sampled_from(["approveNewKey", "approveNewKey", "retractApproval"]),
    )
    def a_guardian_makes_up_its_mind(self, data: st.DataObject, number: int, function: str) -> None:
        if not self.proposals:
            return
        recent = self.proposals[-4:]
        proposal = recent[number % len(recent)]
        sender = self.guardian(data, proposal.person)
        self.decide(function, sender, proposal)

    @rule(number=numbers)
    def everybody_approves(self, number: int) -> None:
        """Guardians mostly agree, so that recoveries run."""
        if not self.proposals:
            return
        proposal = self.proposals[-1 - number % min(2, len(self.proposals))]
        for seat in self.model.guardianship(proposal.person).guardians:
            self.decide("approveNewKey", self.model.present_key(seat), proposal)

    @rule(
        data=st.data(), number=numbers, ending=st.sampled_from(["none", "completed", "refused", "retracted"])
    )
    def a_phone_is_lost(self, data: st.DataObject, number: int, ending: str) -> None:
        """The usual course, from naming guardians to its end, with whoever is there."""
        self.two_others_become_guardians(number)
        self.a_guardian_proposes(data, number, True)
        self.everybody_approves(0)
        if ending == "completed":
            self.a_recovery_is_completed(STRANGER, number, True)
        elif ending == "refused":
            self.a_present_key_refuses(number)
        elif ending == "retracted" and self.proposals:
            proposal = self.proposals[-1]
            self.decide("retractApproval", self.guardian(data, proposal.person), proposal)

    @rule(number=numbers)
    def a_present_key_refuses(self, number: int) -> None:
        wards = [
            self.model.present_key(person)
            for person, own in self.model.guardianships.items()
            if own.proposals
        ]
        if not wards and number % 8 != RARE:
            return
        sender = wards[number % len(wards)] if wards else self.one_of(number, Standing.ACTIVE)
        self.foretell(sender, "refuseRecovery", (), lambda _now_s: self.model.refuse(sender))

    @rule(who=actors, number=numbers, patient=mostly)
    def a_recovery_is_completed(self, who: PrivateKey, number: int, patient: bool) -> None:
        running = [person for person, own in self.model.guardianships.items() if own.running != NOBODY]
        if not running and number % 8 != RARE:
            return
        ward = running[number % len(running)] if running else PATIENT.address
        if running and patient:
            ready_at_s = self.model.guardianship(ward).ready_at_s
            self.scene.pass_time(max(0, ready_at_s - self.scene.time_s - BLOCK_S))
        self.foretell(
            who.address, "completeRecovery", (ward,), lambda now_s: self.model.complete(ward, now_s)
        )

    @rule(number=numbers, function=st.sampled_from(["grantRole", "grantRole", "revokeRole", "renounceRole"]))
    def certifiers_change(self, number: int, function: str) -> None:
        """The timelock appoints and dismisses; who is appointed may resign. One of them always stays."""
        candidate = self.living()[number % len(self.living())]
        present = sorted(self.model.certifiers)
        if function != "grantRole" and len(present) > 1:
            candidate = present[number % len(present)]
        elif function != "grantRole":
            return

        def change(_now_s: int) -> None:
            self.model.certifiers = (
                self.model.certifiers | {candidate}
                if function == "grantRole"
                else self.model.certifiers - {candidate}
            )

        sender = candidate if function == "renounceRole" else self.system.address_of("Timelock")
        self.foretell(sender, function, (CERTIFIER_ROLE, candidate), change)

    @invariant()
    def every_key_is_as_the_model_says(self) -> None:
        if not self.changed:
            return
        now_s = self.scene.time_s
        for account in self.touched:
            known = self.model.account(account)
            certified = known.standing is Standing.ACTIVE and now_s <= known.certified_until_s
            expected = {
                "roleOf": known.role,
                "accountStanding": known.standing,
                "registeredAt": known.registered_at_s,
                "certifiedUntil": known.certified_until_s,
                "isCertified": certified,
                "personOf": self.model.person(account),
                "currentKeyOf": self.model.present_key(account),
                "recoveryOf": (
                    self.model.guardianship(account).running,
                    self.model.guardianship(account).ready_at_s,
                ),
                "attemptOf": self.model.guardianship(account).attempt,
                "guardiansOf": (
                    self.model.guardianship(account).guardians,
                    self.model.guardianship(account).threshold,
                ),
                "comingGuardiansOf": self.model.guardianship(account).coming,
            }
            found = {name: self.ask(self.identity, name, account) for name in expected}
            assert found == expected

    @invariant()
    def a_person_has_one_living_key_and_the_retired_count_nowhere(self) -> None:
        if not self.changed:
            return
        for account in self.touched:
            role, standing, present = (
                self.ask(self.identity, name, account)
                for name in ("roleOf", "accountStanding", "currentKeyOf")
            )
            active = standing == Standing.ACTIVE
            assert self.ask(self.identity, "isActive", account, role) is active
            assert not self.ask(self.identity, "isActive", account, (role + 1) % len(Role))
            assert (standing == Standing.RETIRED) == (present != account)
            if present != account:
                assert role == Role.NONE
                assert not self.ask(self.identity, "hasRole", CERTIFIER_ROLE, account)
                assert self.ask(self.identity, "samePerson", present, account)
        self.touched.clear()

    def teardown(self) -> None:
        """At the end everybody is looked at, also whom no call named."""
        self.touched, self.changed = dict(self.seen), True
        self.every_key_is_as_the_model_says()
        self.a_person_has_one_living_key_and_the_retired_count_nowhere()

    def foretell(
        self, sender: Address, function: str, arguments: tuple[object, ...], effect: Callable[[int], None]
    ) -> Outcome:
        """Let the model say how a call ends, make it, and hold the two against each other."""
        named = [sender, *(argument for argument in arguments if argument in self.seen)]
        self.touched.update(dict.fromkeys([*named, *map(self.model.present_key, named)]))
        now_s = self.scene.time_s + BLOCK_S
        try:
            effect(now_s)
            expected = ""
        except Refused as refused:
            expected = str(refused)
        outcome = self.attempt(sender, self.identity, function, *arguments)
        assert outcome.error_name == expected, (function, outcome.error, expected)
        self.touched.update(dict.fromkeys(map(self.model.present_key, named)))
        return outcome

    def decide(self, function: str, sender: Address, proposal: Proposal) -> None:
        """Have a guardian approve a proposal, or retract."""
        recovery_id = recovery_identifier(proposal.person, proposal.new_key, proposal.attempt)

        def effect(now_s: int) -> None:
            if function == "approveNewKey":
                self.model.approve(sender, proposal, now_s)
            else:
                self.model.retract(sender, proposal)

        self.foretell(sender, function, (recovery_id,), effect)

    def certifier(self, data: st.DataObject) -> Address:
        """Mostly one who may."""
        able = [
            one
            for one in sorted(self.model.certifiers)
            if self.model.account(one).standing is not Standing.SUSPENDED
        ]
        if able and data.draw(mostly):
            return able[data.draw(numbers) % len(able)]
        return self.anybody(data)

    def provider(self, number: int) -> Address:
        """Mostly a provider's present key."""
        providers = [key for key, known in self.model.accounts.items() if known.role is Role.PROVIDER]
        return providers[number % len(providers)] if providers and number % 8 != RARE else STRANGER.address

    def one_of(self, number: int, standing: Standing) -> Address:
        """Mostly a key of this standing."""
        fit = [key for key, known in self.model.accounts.items() if known.standing is standing]
        every = list(self.seen)
        return fit[number % len(fit)] if fit and number % 8 != RARE else every[number % len(every)]

    def guardian(self, data: st.DataObject, ward: Address) -> Address:
        """Mostly a guardian's present key."""
        seats = self.model.guardianship(ward).guardians
        if seats and data.draw(mostly):
            return self.model.present_key(seats[data.draw(numbers) % len(seats)])
        return self.anybody(data)

    def anybody(self, data: st.DataObject) -> Address:
        """A person's first key, or what has become of it."""
        key = data.draw(people).address
        return self.model.present_key(key) if data.draw(mostly) else key

    def living(self) -> list[Address]:
        return [key for key in self.seen if self.model.account(key).standing is not Standing.RETIRED]

    def new_key(self, data: st.DataObject) -> PrivateKey:
        """Mostly a new phone's."""
        if self.phones_taken < len(PHONES) and data.draw(mostly):
            phone = PHONES[self.phones_taken]
            self.phones_taken += 1
        else:
            phone = KEYS[data.draw(st.sampled_from(list(self.seen)))]
        self.seen[phone.address] = None
        return phone

    def consent(
        self, data: st.DataObject, account: Address, new_key: PrivateKey, consents: bool
    ) -> tuple[int, tuple[bytes, bytes]]:
        """Return a deadline, mostly to come, and the new key's signature, or one over another key."""
        deadline_s = self.scene.time_s + (3 * DAY_S if data.draw(mostly) else data.draw(TIMES_S))
        named = new_key.address if consents else keccak(new_key.address)[:20]
        digest = KeyConsent(account, named, deadline_s).digest(self.domain)
        return deadline_s, compact(new_key.sign(digest))


def _settled(machine: IdentityMachine) -> dict[Address, Account]:
    """Return what the stage's preparation registered, as the contract says."""
    read, identity = machine.scene.read, machine.identity
    return {
        who.address: Account(
            Role(read(identity, "roleOf", who.address)),
            Standing(read(identity, "accountStanding", who.address)),
            read(identity, "registeredAt", who.address),
            read(identity, "certifiedUntil", who.address),
        )
        for who in (PATIENT, OTHER_PATIENT, PROVIDER, OTHER_PROVIDER)
    }


test_identity, test_identity_for_long = machine_tests(IdentityMachine)
