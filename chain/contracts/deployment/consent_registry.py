"""Consents, and what a provider that broke the glass has to answer for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address
from chain.contracts.system import System

_DAY_S: Final = 86_400


@dataclass(frozen=True)
class ConsentTerms:
    """How long consents and emergencies last, in seconds.

    `longest_s` is the longest period of a consent: by default ten years, as long as hospitals keep charts (facts,
    section 7). `emergency_s` is how long broken glass gives access (a day) and `answer_s` how long after that the
    provider may answer for it (a week): both unsourced, between an hour and a week, and a day and a month.
    """

    longest_s: int = 3_650 * _DAY_S
    emergency_s: int = _DAY_S
    answer_s: int = 7 * _DAY_S


def arguments(system: System, terms: ConsentTerms, reviewers: tuple[Address, ...]) -> tuple[object, ...]:
    """Return the constructor's arguments: the timelock administers from the start."""
    return (
        system.address_of("Forwarder"),
        system.address_of("Timelock"),
        list(reviewers),
        system.address_of("IdentityRegistry"),
        system.address_of("RecordRegistry"),
        (terms.longest_s, terms.emergency_s, terms.answer_s),
    )
