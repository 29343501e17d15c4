"""The team's MED."""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Address
from chain.contracts.system import System


@dataclass(frozen=True)
class VestingTerms:
    """When the first third falls due (Unix seconds), and the team's grants, at most one an account.

    Neither the first release nor the team's share was found. The default is a year after the sale, and nobody.
    """

    first_release_at_s: int = 1_544_832_000
    grants_med_units: tuple[tuple[Address, int], ...] = ()

    @property
    def granted_med_units(self) -> int:
        """The sum of all grants."""
        return sum(amount for _, amount in self.grants_med_units)


def arguments(system: System, terms: VestingTerms) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return (
        *map(system.address_of, ("Forwarder", "MedToken")),
        terms.first_release_at_s,
        list(terms.grants_med_units),
    )
