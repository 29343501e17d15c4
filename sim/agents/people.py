"""Patients with their phones, providers with their desks, and the foundation's offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import simpy

from chain.keys import PrivateKey
from sim.agents.accounts import Account
from sim.chance import Chance
from sim.records.keys import PersonKeys
from sim.records.vault import Vault
from sim.records.wallet import Wallet

_NO_OFFICES: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True)
class KeptRecord:
    """What a patient remembers of a record beside what the wallet holds."""

    record_id: bytes
    provider_id: str
    anchored_at_s: float


@dataclass(eq=False)
class Patient:
    """A patient: an account without native coin, and a phone. `registering` is None until the first visit.

    `scanned` holds (provider, turn) of every institution's code the phone has read: each is good for one visit.
    """

    patient_id: str
    account: Account
    wallet: Wallet
    registering: simpy.Process | None = None
    registered: bool = False
    kept: list[KeptRecord] = field(default_factory=list)
    scanned: set[tuple[str, int]] = field(default_factory=set)


@dataclass(eq=False)
class Provider:
    """A provider of care with an account that holds native coin. `joining` is done once it is certified, or never."""

    provider_id: str
    name: str
    account: Account
    keys: PersonKeys
    joining: simpy.Process | None = None


@dataclass(frozen=True)
class Officers:
    """Who holds an office of the contracts from the opening on: each another person, who owns nothing."""

    reviewers: tuple[Account, ...] = ()
    arbiters: tuple[Account, ...] = ()
    judges: tuple[Account, ...] = ()
    slashers: tuple[Account, ...] = ()


@dataclass(frozen=True)
class People:
    """Everybody with a key, by id in a fixed order, and the foundation's accounts.

    `holders` own MED from the opening on: buyers of the sale, or those among whom a direct opening spread it.
    """

    patients: dict[str, Patient]
    providers: dict[str, Provider]
    deployer: Account
    sponsor: Account
    certifier: Account
    treasury: Account
    holders: tuple[Account, ...]
    team: tuple[Account, ...] = ()
    officers: Officers = Officers()

    @property
    def accounts(self) -> Iterable[Account]:
        """Every account of an owner, in a fixed order; officers own nothing."""
        yield from (self.deployer, self.sponsor, self.certifier, self.treasury)
        yield from (provider.account for provider in self.providers.values())
        yield from (patient.account for patient in self.patients.values())
        yield from self.holders
        yield from self.team


def settle_people(
    chance: Chance,
    vault: Vault,
    patients: Iterable[str],
    providers: Iterable[tuple[str, str]],
    holders: Iterable[tuple[str, str]] = (),
    team: Iterable[str] = (),
    offices: Mapping[str, int] = _NO_OFFICES,
) -> People:
    """Give keys to everybody; `providers` are (id, name) pairs, `holders` (id, role) pairs.

    `offices` says how many hold each office, by the names of `Officers`.
    """
    stream = chance.stream("test keys")

    def office(name: str, role: str) -> Account:
        return Account(name, role, PrivateKey.from_secret(stream.octets(name, 0, 32)))

    def officers(role: str, count: int) -> tuple[Account, ...]:
        return tuple(office(f"{role}-{number}", role) for number in range(1, count + 1))

    def patient(patient_id: str) -> Patient:
        keys = PersonKeys.simulated(stream, patient_id)
        return Patient(patient_id, Account(patient_id, "patient", keys.account), Wallet(keys, vault))

    def provider(provider_id: str, name: str) -> Provider:
        keys = PersonKeys.simulated(stream, provider_id)
        return Provider(provider_id, name, Account(provider_id, "provider", keys.account), keys)

    return People(
        patients={patient_id: patient(patient_id) for patient_id in patients},
        providers={provider_id: provider(provider_id, name) for provider_id, name in providers},
        deployer=office("deployer", "treasury"),
        sponsor=office("sponsor", "sponsor"),
        certifier=office("certifier", "certifier"),
        treasury=office("treasury", "treasury"),
        holders=tuple(office(name, role) for name, role in holders),
        team=tuple(office(name, "team") for name in team),
        officers=Officers(
            **{name: officers(name.removesuffix("s"), count) for name, count in offices.items()}
        ),
    )
