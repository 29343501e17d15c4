"""Proposals that a scenario plans: `day 3: block_gas_limit_gas = 20000000; day 12: reward_curve = quadratic`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

REWARD_CURVES: Final = ("linear", "square-root", "quadratic")
"""As the reward pool numbers them."""

NUMBERS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"block_gas_limit_gas": (1_000_000, 1_000_000_000), "minimum_gas_price_sat": (1, 10_000)}
)
"""Governed numbers and their range (qtumproject/qtum: src/qtum/qtumDGP.h)."""

REWARD_CURVE: Final = "reward_curve"

PROPOSALS_WORDS: Final = (
    'nothing, or proposals apart by semicolons such as "day 3: block_gas_limit_gas = 20000000", each with a day from '
    "1 on and one of block_gas_limit_gas (1,000,000 to 1,000,000,000), minimum_gas_price_sat (1 to 10,000) and "
    f"reward_curve ({', '.join(REWARD_CURVES)})"
)

_PROPOSAL: Final = re.compile(r"day ([1-9][0-9]{0,4}): ([a-z_]+) = ([a-z0-9-]{1,20})")


@dataclass(frozen=True)
class PlannedProposal:
    """What the foundation proposes, so many days after the run's start."""

    day: int
    parameter: str
    value: int | str


def planned_proposals(text: str) -> tuple[PlannedProposal, ...]:
    """Return the planned proposals in the order of the text; raise `ValueError` for what is none."""
    if not text.strip():
        return ()
    return tuple(_proposal(part.strip()) for part in text.split(";"))


def _proposal(text: str) -> PlannedProposal:
    found = _PROPOSAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no proposal")
    day, parameter, value = found.groups()
    if parameter == REWARD_CURVE:
        if value not in REWARD_CURVES:
            raise ValueError(f"{value!r} is no curve")
        return PlannedProposal(int(day), parameter, value)
    if parameter not in NUMBERS:
        raise ValueError(f"{parameter!r} is not governed")
    least, most = NUMBERS[parameter]
    if not value.isdigit() or not least <= int(value) <= most:
        raise ValueError(f"{parameter} lies between {least} and {most}")
    return PlannedProposal(int(day), parameter, int(value))
