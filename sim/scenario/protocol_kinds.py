"""Kinds of protocols: what a scenario's rules, its opening and its figures need to tell them apart by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

Name = Literal["qtum", "dpos", "bft", "lottery", "notary"]

NEVER_DEEP_BLOCKS: Final = 10**12
"""A depth that no block reaches: the protocol alone says what is final."""


OWN_CHAPTERS: Final[frozenset[str]] = frozenset({"dpos", "bft", "lottery", "notary"})
"""Chapters of a scenario that are read by the kind of their name alone."""


@dataclass(frozen=True)
class Kind:
    """A kind of protocol.

    `coin` is what stakers and payers have, "" where there is none. `makers` is the scenario's key that counts those
    who make blocks, "" where there is one. `faults` are the faults of consensus that mean something there. Where
    blocks become `final` by the rules, no depth is asked for. `halting_share` is the least part of the turns that
    stops finality, None where more than half is needed. `priced` is whether gas has a price that senders offer.
    """

    name: Name
    coin: str
    makers: str
    faults: frozenset[str]
    final: bool
    priced: bool
    halting_share: Fraction | None = None

    @property
    def stakes_med(self) -> bool:
        """Whether MED is the coin that is staked, so that the protocol may mint it."""
        return self.coin == "MED"

    def reads(self, key: str) -> bool:
        """Return whether a key of a scenario may mean something here: other kinds' own chapters mean nothing."""
        chapter = key.partition(".")[0]
        return chapter == self.name or chapter not in OWN_CHAPTERS

    def makers_of(self, scenario: Scenario) -> int:
        """Return how many owners make blocks."""
        if not self.makers:
            return 1
        chapter, _, key = self.makers.partition(".")
        count: int = getattr(getattr(scenario, chapter), key)
        return count


_ALL: Final = frozenset({"missed", "outages", "two_blocks", "withheld", "partitions", "skew"})
_THIRD: Final = Fraction(1, 3)

QTUM: Final = Kind("qtum", "QTUM", "staking.stakers", _ALL, final=False, priced=True)
DPOS: Final = Kind("dpos", "MED", "dpos.producers", _ALL, final=True, priced=False, halting_share=_THIRD)
BFT: Final = Kind(
    "bft",
    "MED",
    "bft.validators",
    _ALL - {"withheld", "skew"},
    final=True,
    priced=False,
    halting_share=_THIRD,
)
NOTARY: Final = Kind("notary", "", "", frozenset({"missed", "outages"}), final=True, priced=False)


def _lottery(coin: str) -> Kind:
    return Kind("lottery", coin, "lottery.miners", _ALL - {"skew"}, final=False, priced=True)


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "qtum-2018": QTUM,
        "qtum-2021": QTUM,
        "medibloc-dpos": DPOS,
        "panacea-bft": BFT,
        "poisson": _lottery("coin"),
        "ethereum-2018": _lottery("ETH"),
        "notary": NOTARY,
    }
)
"""The kind of every preset. Where votes or shares decide, there is no clock to be wrong; where votes decide, nobody
gains by keeping a block back."""
