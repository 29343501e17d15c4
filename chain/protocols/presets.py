"""Every protocol by name, and how its numbers are changed by key.

A preset is a protocol with the numbers of a chain that exists or existed; a custom protocol is a preset with some of
them changed. Keys are the fields of the preset's parameters, where units and sources stand, and `kernel` where coins
play a lottery.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from chain.hashing import keccak
from chain.protocols.bft.parameters import PANACEA_2019
from chain.protocols.dpos.parameters import MEDIBLOC_2019
from chain.protocols.lottery.parameters import ETHEREUM_2018, POISSON
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.protocols.notary import NOTARY, Notary
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.poisson import PoissonLottery
from chain.protocols.protocol import ConsensusProtocol, ProtocolError, Staker
from chain.protocols.qtum.parameters import QTUM_2018, QTUM_2021, QtumParameters
from chain.protocols.qtum_2018 import KERNELS, Qtum2018
from chain.protocols.qtum_2021 import Qtum2021
from chain.protocols.settings import changed, keys_of
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM

KERNEL: Final = "kernel"
"""Key that says how a stake lottery is played: no number of the rules."""


@dataclass(frozen=True)
class UsualOpening:
    """What a chain starts from where nobody says otherwise: height, idle blocks before it, and who stakes.

    `shares` are the stakes in proportion to each other, `staked_sat` their sum in 10^-8 of the native coin; each
    stake is cut into `coins_each` equal coins.

    Qtum: height and stake of October 2018 and of the year after the change of 2021, as weekly reports had them;
    100 owners are a round number. MediBloc's test chain: its genesis. Panacea: what its rules want bonded.
    """

    number: int
    burn_in_blocks: int
    staked_sat: int
    shares: Sequence[int]
    coins_each: int = 1

    def stakers(self) -> list[Staker]:
        """Return the stakers, largest names last: v000, v001, …"""
        total = sum(self.shares)
        return [
            staker(f"v{index:03d}", self.staked_sat * share // total, self.coins_each)
            for index, share in enumerate(self.shares)
        ]


def staker(owner_id: str, stake_sat: int, coins: int = 1) -> Staker:
    """Return a staker with equal coins, of which the first takes the remainder; the address follows from the id."""
    each_sat, rest_sat = divmod(stake_sat, coins)
    address = keccak(b"medsim validator " + owner_id.encode())[-20:]
    return Staker(owner_id, address, (each_sat + rest_sat, *[each_sat] * (coins - 1)))


def with_delegation(
    stakers: Sequence[Staker], delegating: int, super_stakers: int, fee_percent: int
) -> list[Staker]:
    """Return the stakers, of whom the last so many delegate to the first so many, one after the other.

    Raises `ProtocolError` where there are too few of them.
    """
    if not delegating:
        return list(stakers)
    staking = len(stakers) - delegating
    if not 1 <= super_stakers <= staking:
        raise ProtocolError(
            f"where {delegating} of {len(stakers)} stakers delegate, 1 to {max(staking, 0)} are super-stakers, not"
            f" {super_stakers}"
        )
    delegators = (
        replace(one, delegates_to=stakers[place % super_stakers].owner_id, fee_percent=fee_percent)
        for place, one in enumerate(stakers[staking:])
    )
    return [*stakers[:staking], *delegators]


def knows_delegation(parameters: object) -> bool:
    """Return whether coins can be delegated under a protocol's numbers."""
    return isinstance(parameters, QtumParameters) and parameters.delegation


@dataclass(frozen=True)
class Preset:
    """A protocol under a name: what it is, its numbers, how it is made of them, and what it usually starts from."""

    name: str
    description: str
    parameters: Any
    make: Callable[[Any], ConsensusProtocol]
    opening: UsualOpening
    has_kernels: bool = False

    @property
    def keys(self) -> list[str]:
        """What can be changed."""
        return [*([KERNEL] if self.has_kernels else []), *keys_of(self.parameters)]

    def protocol(self, settings: Mapping[str, object] = MappingProxyType({})) -> ConsensusProtocol:
        """Return the protocol with some numbers changed.

        Raises `ProtocolError` for a key or a value that is none, and says which there are.
        """
        unknown = [key for key in settings if key not in self.keys]
        if unknown:
            raise ProtocolError(f"{self.name} has no {unknown[0]}; its keys are {', '.join(self.keys)}")
        numbers = changed(self.parameters, {key: value for key, value in settings.items() if key != KERNEL})
        if not self.has_kernels:
            return self.make(numbers)
        return self.make((settings.get(KERNEL, KERNELS[0]), numbers))


NINE_MINERS: Final = (30, 29, 12, 11, 8, 5, 3, 1, 1)
"""Shares in percent of a published network of nine miners (darosior/miningsimulation: README)."""

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset(
                "qtum-2018",
                "Qtum until 2021: a stake lottery of coins every 16 s, about 145 s a block, rewards in ten parts",
                QTUM_2018,
                lambda made_of: Qtum2018(*made_of),
                UsualOpening(238_000, 2_000, 22_000_000 * SATOSHI_PER_QTUM, [1] * 100, 10),
                has_kernels=True,
            ),
            Preset(
                "qtum-2021",
                "Qtum since 2021: the lottery every 4 s, 32 s a block, coins delegated to super-stakers",
                QTUM_2021,
                lambda made_of: Qtum2021(*made_of),
                UsualOpening(850_000, 4_000, 6_400_000 * SATOSHI_PER_QTUM, [1] * 100, 30),
                has_kernels=True,
            ),
            Preset(
                "medibloc-dpos",
                "MediBloc's own test chain: 21 elected producers take turns, 3 s a slot",
                MEDIBLOC_2019,
                MediblocDpos,
                UsualOpening(1, 0, 21 * 100_000_000 * MED_UNITS_PER_MED, [1] * 21),
            ),
            Preset(
                "panacea-bft",
                "Panacea at its launch: proposers by power, two rounds of votes a block, final at once",
                PANACEA_2019,
                PanaceaBft,
                UsualOpening(1, 0, PANACEA_2019.supply_sat * 67 // 100, [1] * PANACEA_2019.validators),
            ),
            Preset(
                "poisson",
                "A plain lottery by share without memory, for known answers",
                POISSON,
                PoissonLottery,
                UsualOpening(0, 0, 100, NINE_MINERS),
            ),
            Preset(
                "ethereum-2018",
                "Ethereum in October 2018 as a plain lottery, without uncles",
                ETHEREUM_2018,
                PoissonLottery,
                UsualOpening(6_430_000, 0, 100, NINE_MINERS),
            ),
            Preset(
                "notary",
                "A log that one notary signs: what the service would be without a chain",
                NOTARY,
                Notary,
                UsualOpening(0, 0, 1, [1]),
            ),
        )
    }
)


def preset(name: str) -> Preset:
    """Return the preset of this name; raise `ProtocolError` that lists them where there is none."""
    if name not in PRESETS:
        raise ProtocolError(f"there is no protocol {name}; there are {', '.join(PRESETS)}")
    return PRESETS[name]
