"""Visits and records, who consented to their reading, and who read them."""

from __future__ import annotations

from dataclasses import dataclass

from consents import Anchored
from promises import Book, Handlers, Said
from system_world import World

from chain.block import Address, Hash32
from chain.contracts.messages import Role, record_id
from chain.contracts.signed.consent import Purpose, Scope, consent_id


class RecordBook(Book):
    """A record is a certified issuer's and an active patient's; a correction is another version of the same record, and
    its root a version of that record for good."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.visits: dict[Hash32, tuple[Address, Address]] = {}
        self.scanned_at_s: dict[Hash32, int] = {}
        self.batches: dict[Hash32, int] = {}
        self.batch_authors: set[Address] = set()
        self.corrected: dict[Hash32, Hash32] = {}

    def handlers(self) -> Handlers:
        return {
            ("CheckIn", "CheckedIn"): self._checked_in,
            ("CheckIn", "BatchCheckedIn"): self._batch_checked_in,
            ("RecordRegistry", "BatchAnchored"): self._batch_anchored,
            ("RecordRegistry", "RecordAnchored"): self._anchored,
            ("RecordRegistry", "RecordProven"): self._proven,
            ("RecordRegistry", "RecordSuperseded"): self._superseded,
            ("RecordRegistry", "RecordRevoked"): self._revoked,
        }

    def _checked_in(self, said: Said) -> None:
        """Alone by its provider, or out of a batch, which only a certified provider can have anchored."""
        assert said["checkInId"] not in self.visits
        people = self.world.people
        assert people.is_certified(said["provider"]) or said["provider"] in self.batch_authors
        self.visits[said["checkInId"]] = said["provider"], said["patient"]
        self.scanned_at_s[said["checkInId"]] = said["scannedAt"]

    def _batch_checked_in(self, said: Said) -> None:
        self._by_a_certified_provider(said)
        self.batch_authors.add(said["provider"])

    def _by_a_certified_provider(self, said: Said) -> None:
        assert self.world.author == said.get("provider", said.get("issuer"))
        assert self.world.people.is_certified(self.world.author)

    def _batch_anchored(self, said: Said) -> None:
        self._by_a_certified_provider(said)
        self.batches[said["batchId"]] = self.world.now_s

    def _anchored(self, said: Said) -> None:
        self._by_a_certified_provider(said)
        assert self.world.people.is_active(said["patient"], Role.PATIENT)
        self._note(said, self.world.now_s)

    def _proven(self, said: Said) -> None:
        """After a change of keys, only for the patient itself."""
        people, author = self.world.people, self.world.author
        by_itself = people.is_active(author) and people.person(author) == people.person(said["patient"])
        assert people.is_active(said["patient"], Role.PATIENT) or by_itself
        self._note(said, self.batches[said["batchId"]])

    def _note(self, said: Said, anchored_at_s: int) -> None:
        identifier, names = said["recordId"], (said["root"], said["issuer"], said["patient"])
        assert identifier == record_id(*names)
        assert identifier not in self.world.records
        self.world.records[identifier] = Anchored(identifier, *names, said["kind"], anchored_at_s)
        if identifier in self.corrected:
            version = self.world.people.person(said["patient"]), said["root"]
            first_root = self.corrected[identifier]
            assert self.world.first_roots.setdefault(version, first_root) == first_root

    def _superseded(self, said: Said) -> None:
        old = said["recordId"]
        self._by_the_issuer(old)
        self.world.invalid.add(old)
        self.corrected[said["successorId"]] = self.world.first_root(old)
        self.world.origins[said["successorId"]] = self.world.origins.get(old, old)

    def _revoked(self, said: Said) -> None:
        self._by_the_issuer(said["recordId"])
        self.world.invalid.add(said["recordId"])

    def _by_the_issuer(self, identifier: Hash32) -> None:
        assert identifier not in self.world.invalid
        issuer = self.world.records[identifier].issuer
        assert self.world.author == self.world.people.current(issuer)


@dataclass
class Emergency:
    provider: Address
    patient: Address
    ends_at_s: int
    open: bool = True


class AccessBook(Book):
    """Access only under a consent that is live, of the patient's own word; none after it is withdrawn, and in an
    emergency none after its end."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.emergencies: dict[Hash32, Emergency] = {}

    def handlers(self) -> Handlers:
        registry = "ConsentRegistry"
        return {
            (registry, "ConsentGranted"): self._granted,
            (registry, "ConsentNarrowed"): self._narrowed,
            (registry, "ConsentRevoked"): self._revoked,
            (registry, "AccessLogged"): self._access_logged,
            (registry, "EmergencyOpened"): self._emergency_opened,
            (registry, "EmergencyAccessLogged"): self._emergency_access_logged,
            (registry, "EmergencyAnswered"): self._emergency_closed,
            (registry, "EmergencyUnanswered"): self._emergency_closed,
        }

    def _granted(self, said: Said) -> None:
        world, consents = self.world, self.world.consents
        scope, purpose = _scope(said, said["recordId"]), Purpose(said["purpose"])
        parties = (said["patient"], said["grantee"], purpose)
        spoken = (*parties, scope, said["expiry"])
        assert world.author == said["patient"] or (*spoken, said["edition"]) in world.signed
        assert not consents.refusal_of_grant(*spoken, world.now_s)
        key = consents.key(*parties, scope.record_id)
        assert said["edition"] == consents.edition(key) + 1
        assert said["consentId"] == consent_id(*key)
        consents.grant(key, scope, said["expiry"])
        world.consent_keys[said["consentId"]] = key

    def _narrowed(self, said: Said) -> None:
        world, consents = self.world, self.world.consents
        key = world.consent_keys[said["consentId"]]
        assert world.people.person(world.author) == key[0]
        left = (_scope(said, key[3]), said["expiry"])
        assert not consents.refusal_of_narrowing(world.author, key, *left, world.now_s)
        consents.narrow(key, *left)

    def _revoked(self, said: Said) -> None:
        world, consents = self.world, self.world.consents
        key = world.consent_keys[said["consentId"]]
        assert world.people.person(world.author) == key[0]
        assert not consents.refusal_of_revocation(world.author, key, world.now_s)
        consents.revoke(key)

    def _access_logged(self, said: Said) -> None:
        world, purpose = self.world, Purpose(said["purpose"])
        assert said["grantee"] == world.author
        assert world.people.is_active(world.author)
        record = world.records[said["recordId"]]
        covering = world.consents.covering(said["patient"], world.author, purpose, record, world.now_s)
        assert covering is not None
        assert said["consentId"] == consent_id(*covering)
        assert record.patient == said["patient"]

    def _emergency_opened(self, said: Said) -> None:
        assert said["provider"] == self.world.author
        assert self.world.people.is_certified(self.world.author)
        self.emergencies[said["emergencyId"]] = Emergency(said["provider"], said["patient"], said["endsAt"])

    def _emergency_access_logged(self, said: Said) -> None:
        emergency, world = self.emergencies[said["emergencyId"]], self.world
        assert emergency.open
        assert world.now_s <= emergency.ends_at_s
        assert world.author == world.people.current(emergency.provider)
        assert world.people.is_certified(world.author)
        assert world.people.person(said["patient"]) == world.people.person(emergency.patient)

    def _emergency_closed(self, said: Said) -> None:
        self.emergencies[said["emergencyId"]].open = False


def _scope(said: Said, record: Hash32) -> Scope:
    return Scope(record, said["kinds"], said["anchoredFrom"], said["anchoredUntil"])
