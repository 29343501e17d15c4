"""Everything that is fixed when the system is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from chain.block import Address
from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.consent_registry import ConsentTerms
from chain.contracts.deployment.data_market import MarketTerms
from chain.contracts.deployment.emission import EmissionTerms
from chain.contracts.deployment.governance import GovernanceTerms
from chain.contracts.deployment.identity_registry import IdentityTerms
from chain.contracts.deployment.insurance import InsuranceTerms
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.deployment.staking import StakingTerms
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.errors import DeploymentError

LEAST_REVIEWERS: Final = 2


@dataclass(frozen=True)
class SystemParameters:
    """The contracts' terms, who holds which role from the opening on, and the first holders of MED.

    `certifiers` may certify providers, `reviewers` judge who broke the glass, `arbiters` decide disputes of data
    deals and appeals against insurers, `slashers` may slash and jail validators besides the timelock, `judges`
    slash rewards of proven fraud. `opening_balances_med_units` are minted in order, then the sale's allocation
    and the team's grants. `treasury` owns the sale and its locks and receives what they and the rewards leave
    over; where none is named, the deployer does. `protocol_minter` is the account by which a protocol mints its block
    rewards; where one is named, it mints instead of the emission schedule.

    Raises `DeploymentError` where fewer than two people review: the second verdict on a contested one is another's.
    """

    check_in: CheckInTerms
    rewards: RewardTerms
    emission: EmissionTerms = field(default_factory=EmissionTerms)
    sale: SaleTerms = field(default_factory=SaleTerms)
    vesting: VestingTerms = field(default_factory=VestingTerms)
    identity: IdentityTerms = field(default_factory=IdentityTerms)
    consents: ConsentTerms = field(default_factory=ConsentTerms)
    market: MarketTerms = field(default_factory=MarketTerms)
    insurance: InsuranceTerms = field(default_factory=InsuranceTerms)
    staking: StakingTerms = field(default_factory=StakingTerms)
    governance: GovernanceTerms = field(default_factory=GovernanceTerms)
    treasury: Address | None = None
    certifiers: tuple[Address, ...] = ()
    reviewers: tuple[Address, ...] = ()
    arbiters: tuple[Address, ...] = ()
    slashers: tuple[Address, ...] = ()
    judges: tuple[Address, ...] = ()
    opening_balances_med_units: tuple[tuple[Address, int], ...] = ()
    protocol_minter: Address | None = None

    def __post_init__(self) -> None:
        reviewing = len(set(self.reviewers))
        if reviewing < LEAST_REVIEWERS:
            raise DeploymentError(
                f"reviewers: {reviewing} named; at least {LEAST_REVIEWERS} are needed, because a contested verdict on "
                "broken glass is judged again by somebody else"
            )
