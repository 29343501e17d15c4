"""What everybody may know after each call of the system machine: who speaks for whom, which records and consents there
are. Books of promises (`promises.py`) keep it and judge by it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from consents import Anchored, ConsentKey, Consents
from people import People

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.keys import PrivateKey


class Everybody(People):
    """Persons whose certifications end; nobody is registered until the registry has told so."""

    def __init__(self) -> None:
        super().__init__()
        self.roles.clear()
        self._keys.clear()
        self._persons.clear()
        self.certified_until_s: dict[Address, int] = {}
        self.now_s = 0

    def is_certified(self, account: Address) -> bool:
        until_s = self.certified_until_s.get(self.person(account), -1)
        return self.is_active(account, Role.PROVIDER) and self.now_s <= until_s

    def is_registered(self, account: Address) -> bool:
        """Whether `account` is or was a registered person's key."""
        return account in self._persons

    def is_retired(self, account: Address) -> bool:
        """Whether another key speaks for whom this one spoke."""
        return self.current(account) != account


@dataclass
class World:
    """What has been told so far. `author` asked for the call that is being told about, at `now_s`.

    `keys` holds every key that anybody has; `signed` the consents that patients have signed with their present keys;
    `explained` what this call's events say has left each contract, in MED units.
    """

    keys: dict[Address, PrivateKey]
    people: Everybody = field(default_factory=Everybody)
    records: dict[Hash32, Anchored] = field(default_factory=dict)
    origins: dict[Hash32, Hash32] = field(default_factory=dict)
    first_roots: dict[tuple[Address, Hash32], Hash32] = field(default_factory=dict)
    invalid: set[Hash32] = field(default_factory=set)
    consent_keys: dict[Hash32, ConsentKey] = field(default_factory=dict)
    signed: list[tuple[object, ...]] = field(default_factory=list)
    author: Address = bytes(20)
    now_s: int = 0
    explained: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.consents = Consents(self.people)

    def origin(self, record_id: Hash32) -> Anchored:
        """Return the first of a record's corrections, the record itself where it corrects none."""
        return self.records[self.origins.get(record_id, record_id)]

    def first_root(self, record_id: Hash32) -> Hash32:
        """Return the root of a record's first version: by person and root, whoever anchored this one."""
        record = self.records[record_id]
        return self.first_roots.get((self.people.person(record.patient), record.root), record.root)

    def explain(self, contract: str, amount_med_units: int) -> None:
        """Note what this call's events say has left a contract."""
        self.explained[contract] += amount_med_units
