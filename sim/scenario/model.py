"""The scenario as a whole: frozen chapters, the rules between them, its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.chapters.about import About, Population, Time
from sim.scenario.chapters.economy import Economy, Emission, Token
from sim.scenario.chapters.faults import Faults
from sim.scenario.chapters.governance import Governance, Validators
from sim.scenario.chapters.ledger import Chain, Mempool, Staking
from sim.scenario.chapters.network import Background, Network
from sim.scenario.chapters.protocols import Bft, Dpos, Lottery, Notary
from sim.scenario.chapters.rewards import Rewards
from sim.scenario.chapters.sale import FirstPresale, MainSale, Sale, SecondPresale
from sim.scenario.chapters.services import Consents, Identity, Insurance, Market, Offices
from sim.scenario.chapters.stress import Stress
from sim.scenario.chapters.trial import Invariants
from sim.scenario.chapters.visit import CheckIn, Fees, Providers, Records, Sharing, Sponsor
from sim.scenario.parameter import Chapter, Value, number
from sim.scenario.protocol_kinds import KINDS, NEVER_DEEP_BLOCKS, Kind
from sim.scenario.protocol_rules import RULES
from sim.scenario.rules import breaches
from sim.units import SECONDS_PER_DAY

OUTSIDE_DIGEST: Final = frozenset({"seed", "chain.engine", "chain.signing"})
STRESS_PREFIX: Final = "stress."
"""Keys that only the stress test reads: no run depends on them."""


class Scenario(Chapter):
    """Everything a run depends on. Make one with `sim.scenario.load`; an impossible one cannot be made."""

    doc: ClassVar[str] = "A scenario of MedSim."

    seed: int = number(
        1,
        between=(0, 2**63 - 1),
        unit="1",
        grade="U",
        source="chance itself; run several seeds before trusting a difference",
        doc="Root of all draws.",
    )
    scenario: About
    time: Time = Field(default_factory=Time)
    population: Population = Field(default_factory=Population)
    providers: Providers = Field(default_factory=Providers)
    sponsor: Sponsor = Field(default_factory=Sponsor)
    fees: Fees = Field(default_factory=Fees)
    checkin: CheckIn = Field(default_factory=CheckIn)
    records: Records = Field(default_factory=Records)
    sharing: Sharing = Field(default_factory=Sharing)
    chain: Chain = Field(default_factory=Chain)
    mempool: Mempool = Field(default_factory=Mempool)
    network: Network = Field(default_factory=Network)
    background: Background = Field(default_factory=Background)
    staking: Staking = Field(default_factory=Staking)
    dpos: Dpos = Field(default_factory=Dpos)
    bft: Bft = Field(default_factory=Bft)
    lottery: Lottery = Field(default_factory=Lottery)
    notary: Notary = Field(default_factory=Notary)
    token: Token = Field(default_factory=Token)
    sale: Sale = Field(default_factory=Sale)
    first_presale: FirstPresale = Field(default_factory=FirstPresale)
    second_presale: SecondPresale = Field(default_factory=SecondPresale)
    main_sale: MainSale = Field(default_factory=MainSale)
    emission: Emission = Field(default_factory=Emission)
    rewards: Rewards = Field(default_factory=Rewards)
    governance: Governance = Field(default_factory=Governance)
    validators: Validators = Field(default_factory=Validators)
    identity: Identity = Field(default_factory=Identity)
    consents: Consents = Field(default_factory=Consents)
    market: Market = Field(default_factory=Market)
    insurance: Insurance = Field(default_factory=Insurance)
    offices: Offices = Field(default_factory=Offices)
    economy: Economy = Field(default_factory=Economy)
    invariants: Invariants = Field(default_factory=Invariants)
    faults: Faults = Field(default_factory=Faults)
    stress: Stress = Field(default_factory=Stress)

    @model_validator(mode="after")
    def _rules_between_keys_hold(self) -> Scenario:
        broken = breaches(self)
        if broken:
            raise PydanticCustomError("scenario_rules", "keys contradict each other", {"breaches": broken})
        return self

    @property
    def name(self) -> str:
        """Short name, from `[scenario]`."""
        return self.scenario.name

    @property
    def title(self) -> str:
        """Title of the report, from `[scenario]`."""
        return self.scenario.title

    @property
    def question(self) -> str:
        """The question the report answers first, from `[scenario]`."""
        return self.scenario.question

    @property
    def duration_s(self) -> int:
        """Simulated seconds of load, warm-up included."""
        return self.time.days * SECONDS_PER_DAY

    @property
    def warmup_s(self) -> int:
        """Simulated seconds at the start that KPIs leave out."""
        return self.time.warmup_days * SECONDS_PER_DAY

    @property
    def protocol_kind(self) -> Kind:
        """What kind of protocol makes the blocks."""
        return KINDS[self.chain.protocol]

    @property
    def final_depth_blocks(self) -> int:
        """Depth at which people take a block for final; out of reach where the protocol's rules say it."""
        return NEVER_DEEP_BLOCKS if self.protocol_kind.final else self.chain.confirmation_depth_blocks

    @property
    def gas_price_sat(self) -> int:
        """Gas price that senders offer where prices are fixed, in 10^-8 of the native coin; 0 where gas has none."""
        if not self.protocol_kind.priced:
            return 0
        return self.fees.gas_price_sat if self.protocol_kind.name == "qtum" else self.lottery.gas_price_sat

    @property
    def coin_krw(self) -> float | None:
        """KRW for one native coin, None where it has no price here."""
        prices = {"QTUM": self.economy.qtum_krw, "ETH": self.economy.eth_krw}
        return prices.get(self.protocol_kind.coin)

    @property
    def issued_qtum(self) -> int:
        """Whole QTUM issued up to the opening height, by the subsidies of the main network's blocks, on Qtum.

        Source: qtumproject/qtum a395689: validation (subsidy), kernel/chainparams (halving).
        """
        return RULES[self.chain.protocol].issued_qtum(self.chain.opening_height)

    @property
    def values(self) -> dict[str, Value]:
        """Every key's value by its dotted path, in the file's order."""
        flat: dict[str, Value] = {}
        # By the declared fields: a model's own iteration also yields what was computed and kept, such as a digest.
        for name in type(self).model_fields:
            part = getattr(self, name)
            if isinstance(part, Chapter):
                keys = type(part).model_fields
                flat.update({f"{name}.{key}": getattr(part, key) for key in keys})
            else:
                flat[name] = part
        return flat

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the resolved keys without seed, engine and signing, which tell its runs apart, and
        without those of the stress test.
        """
        return self._digest_of(lambda key: not key.startswith(STRESS_PREFIX))

    @cached_property
    def stress_digest(self) -> str:
        """SHA-256 (hex) of the same keys with those of the stress test."""
        return self._digest_of(lambda _key: True)

    def _digest_of(self, counts: Callable[[str], bool]) -> str:
        kept = {key: value for key, value in self.values.items() if key not in OUTSIDE_DIGEST and counts(key)}
        text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_toml(self) -> str:
        """The scenario as a TOML text with every default spelled out; loading it gives an equal scenario."""
        from sim.scenario.text import write  # the writer reads the catalogue, which reads this model

        return write(self)
