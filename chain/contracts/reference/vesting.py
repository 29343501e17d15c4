"""The team's vesting, as a list of parts.

Source: medibloc/crowdsale: contracts/TokenTeamLock.sol. A third at the first release, then a twelfth every 7,884,000 s,
eight times, the rest with the last.
"""

from __future__ import annotations

from typing import Final

INSTALMENT_S: Final = 7_884_000
INSTALMENTS: Final = 8


def parts_med_units(grant_med_units: int) -> list[int]:
    """Return the nine parts of a grant, in units of 10^-8 MED, in the order in which they fall due."""
    parts = [grant_med_units // 3] + [grant_med_units // 12] * (INSTALMENTS - 1)
    return [*parts, grant_med_units - sum(parts)]


def due_s(first_release_at_s: int) -> list[int]:
    """Return when the nine parts fall due, Unix seconds."""
    return [first_release_at_s + number * INSTALMENT_S for number in range(INSTALMENTS + 1)]


def vested_med_units(grant_med_units: int, first_release_at_s: int, time_s: int) -> int:
    """Return what has fallen due of a grant by `time_s` (Unix seconds), in units of 10^-8 MED."""
    parts = zip(parts_med_units(grant_med_units), due_s(first_release_at_s), strict=True)
    return sum(part for part, at_s in parts if at_s <= time_s)
