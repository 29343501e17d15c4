"""Roles, certifications, and how a lost phone's key is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.contracts.system import System

_DAY_S: Final = 86_400


@dataclass(frozen=True)
class IdentityTerms:
    """How long the present key can refuse what its guardians agreed on, and how many guardians a person may name.

    `recovery_delay_s` is at least 1; `maximum_guardians` is 1 to 16. Both are parameters without a source: nothing is
    published on how MediBloc's users recover a lost phone.
    """

    recovery_delay_s: int = 2 * _DAY_S
    maximum_guardians: int = 10


def arguments(system: System, terms: IdentityTerms) -> tuple[object, ...]:
    """Return the constructor's arguments: the deployer administers until the opening ends."""
    return (
        system.address_of("Forwarder"),
        system.deployer,
        terms.recovery_delay_s,
        terms.maximum_guardians,
    )
