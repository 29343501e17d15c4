"""The chains that are loaded: a protocol with its network, what it counts in a block, and whom its producers serve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np

from chain.ledger.background import Background
from chain.network.queue_maker import RESOURCES, UNLIMITED, Whole, no_background, no_fees
from sim.protocol_runs import Settings, resolve
from sim.scenario import Scenario
from sim.stress.arrivals import PRICE_PER_LEAST

Order = Literal["price", "age"]
Execution = Literal["first", "later", "never"]


UNREACHED: Final = 10**15
"""From here on a limit is none: rules that count no gas, or no bytes, name one that no block can reach."""


@dataclass(frozen=True)
class Manners:
    """How a protocol's nodes treat acts, and which numbers change its limit and its interval.

    `final` is whether its blocks become final by its own rules; where they do not, a block counts after so many
    confirmations. Nodes execute a block `first`, before they pass it on or vote on it, or `later`, or never.
    `limit_key` and `interval_key` are the numbers of the rules that a sweep of limits and intervals changes, None
    where there is none; `whole_interval` whether the interval is whole seconds. `blocks_factor` is how many times the
    blocks are measured: a lottery whose difficulty does not answer needs more for the same error.
    """

    order: Order
    final: bool
    limit_key: str | None
    interval_key: str | None
    execution: Execution = "first"
    has_background: bool = False
    whole_interval: bool = True
    blocks_factor: int = 1


MANNERS: Final[Mapping[str, Manners]] = MappingProxyType(
    {
        "qtum-2018": Manners("price", False, "gas_limit_gas", "spacing_s", has_background=True),
        "qtum-2021": Manners("price", False, "gas_limit_gas", "spacing_s", has_background=True),
        "medibloc-dpos": Manners("age", True, "cpu_limit", "slot_s"),
        "panacea-bft": Manners("age", True, "block_limit_bytes", None, "later"),
        "poisson": Manners(
            "price", False, "gas_limit_gas", "interval_s", whole_interval=False, blocks_factor=4
        ),
        "ethereum-2018": Manners(
            "price", False, "gas_limit_gas", "interval_s", whole_interval=False, blocks_factor=4
        ),
        "notary": Manners("age", True, None, "batch_s", "never"),
    }
)
"""MediBloc's own chain takes its senders in turn (medibloc/go-medibloc: core/transaction_pending.go), and Tendermint
acts in the order in which they came; neither looks at prices. Tendermint's validators vote on a block by its form and
execute it once it is committed (tendermint/tendermint v0.32: consensus/state.go, finalizeCommit); a notary only signs.
"""


@dataclass(frozen=True)
class Chain:
    """One protocol under load, its numbers perhaps changed (`changes`, by key of the protocol)."""

    protocol: str
    settings: Settings
    manners: Manners
    limits: tuple[int, int, int]
    background: Background | None
    changes: Mapping[str, object] = field(default_factory=dict)

    @property
    def has_cpu(self) -> bool:
        """Whether the protocol counts CPU units, and no gas."""
        return self.limits[2] < UNLIMITED

    @property
    def counted(self) -> list[int]:
        """The resources that have a limit."""
        return [number for number in range(len(RESOURCES)) if self.limits[number] < UNLIMITED]

    def background_of(self) -> Callable[[float, float], tuple[int, int]]:
        """Return what others use of a block, from its parent's moment and its own."""
        others = self.background
        if others is None:
            return no_background
        return lambda parent_s, made_s: tuple(others.since(int(parent_s), int(made_s)))  # type: ignore[return-value]

    def background_per_s(self) -> tuple[float, float]:
        """Return gas and bytes that others use a second."""
        if self.background is None:
            return 0.0, 0.0
        a_day = self.background.since(0, 86_400)
        return a_day.gas_gas / 86_400, a_day.size_bytes / 86_400

    def fees_sat_of(self) -> Callable[[Whole, Whole], int]:
        """Return how columns of gas and price make a block's fees."""
        least_sat = self.settings.protocol.minimum_gas_price_sat
        if not least_sat:
            return no_fees
        if self.manners.order == "age":
            return lambda gas, _price: int(np.add.reduce(gas)) * least_sat
        return lambda gas, price: int(np.add.reduce(gas * price)) * least_sat // PRICE_PER_LEAST


def chain_of(
    scenario: Scenario, protocol: str, changes: Mapping[str, object] = MappingProxyType({})
) -> Chain:
    """Return a protocol under the scenario's background load; raises `InputError` for numbers that its rules refuse."""
    settings = resolve(protocol, [f"protocol.{key}={value}" for key, value in changes.items()])
    manners = MANNERS[protocol]
    others = scenario.background
    background = None
    if manners.has_background and scenario.stress.background and others.transactions_per_day:
        background = Background(
            transactions_per_day=others.transactions_per_day,
            transaction_bytes=others.transaction_bytes,
            contract_share=Fraction(str(others.contract_share)),
            contract_gas=others.contract_gas,
        )
    return Chain(protocol, settings, manners, _limits(settings.protocol), background, dict(changes))


def _limits(protocol: Any) -> tuple[int, int, int]:
    """Return the limits of gas, bytes and CPU units that the rules set, `UNLIMITED` where they set none."""
    parameters = protocol.parameters
    cpu = getattr(parameters, "cpu_limit", None)
    size = protocol.block_limit_bytes
    gas = protocol.gas_limit_gas
    return (
        gas if gas < UNREACHED else UNLIMITED,
        size if size < UNREACHED else UNLIMITED,
        UNLIMITED if cpu is None else cpu,
    )
