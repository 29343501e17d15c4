"""Where every story of the system machine begins: a sale that sells, a treasury of visits, policies, deals and votes.

Everything has gone on chain by calls, of which the books of promises were told.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from promised_claims import InsuranceBook
from promised_deals import MarketBook
from promised_holdings import SaleBook, StakeBook, VestingBook
from promised_money import UNLIMITED, AllowanceBook, CoinBook, Payouts, SupplyBook
from promised_people import PeopleBook
from promised_records import AccessBook, RecordBook
from promised_rewards import RewardBook
from promised_votes import VoteBook
from promises import Promises
from stored import OWED
from system_world import World

from chain.abi import ContractAbi
from chain.block import Hash32
from chain.contracts.artifact import CONTRACTS
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import Destination
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.messages import Role
from chain.contracts.reference.emission import EmissionReference
from chain.contracts.rehearsal import cast
from chain.contracts.rehearsal.cast import (
    ARBITER,
    BUYERS,
    CERTIFIER,
    DEPLOYER,
    DEVICE,
    GUARDIANS,
    INSURER,
    OTHER_INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    SPONSOR,
    TEAM,
    TREASURY,
    VALIDATORS,
)
from chain.contracts.rehearsal.forwarder import COIN_WEI, Limits
from chain.contracts.rehearsal.insurance import BilledVisit, prepared
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import (
    DAY_S,
    GRANTS_MED_UNITS,
    START_S,
    SUPPLY_MED_UNITS,
    governance_terms,
    parameters,
    reward_terms,
    sale_phases,
)
from chain.contracts.signed.consent import Purpose, of_kinds
from chain.contracts.signed.insurance import NO_PERMIT, ProductTerms
from chain.keys import PrivateKey

MED: Final = 10**8
YEARS_S: Final = 3_650 * DAY_S
PURSE: Final = 10**6 * MED
VOTES: Final = 10**5 * MED
BOND: Final = 3_000 * MED
RESERVE: Final = 5_000 * MED

PATIENTS: Final = (PATIENT, OTHER_PATIENT)
PROVIDERS: Final = (PROVIDER, OTHER_PROVIDER)
INSURERS: Final = (INSURER, OTHER_INSURER)
CONSUMERS: Final = (RESEARCHER, INSURER)
VOTERS: Final = (DEPLOYER, *BUYERS, TREASURY)
CAST: Final = (
    *(DEPLOYER, CERTIFIER, *PROVIDERS, *PATIENTS, SPONSOR, *INSURERS, RESEARCHER, ARBITER, TREASURY),
    *(*GUARDIANS, *BUYERS, *TEAM, *VALIDATORS, DEVICE),
)
"""Everybody who has a key at the beginning."""

PHONES: Final = tuple(cast.key(5_000 + number) for number in range(40))
"""Keys of new phones, taken one after the other."""

SPENDERS: Final = ("DataMarket", "Insurance", "Staking")
KINDS: Final = (1, 2)
"""Of the records that consents, deals and products are about; others are anchored besides."""

LIMITS: Final = Limits(COIN_WEI, 6_000_000, 10_000, True, True, COIN_WEI, COIN_WEI)
"""The sponsor pays for all that is asked of it here, but for those who are suspended or retired."""

_BOTH: Final[dict[str, Any]] = {
    "premium_med_units": 37 * MED + 1,
    "cover_limit_med_units": 1_001 * MED,
    "kinds": 0b110,
    "period_s": 90 * DAY_S,
}
PRODUCTS: Final = (
    ProductTerms(
        **_BOTH,
        claim_limit_med_units=300 * MED,
        deductible_med_units=10 * MED,
        automatic_limit_med_units=150 * MED,
        automatic_claims=5,
        coinsurance_basis_points=7_777,
        exclusive=True,
    ),
    ProductTerms(
        **_BOTH,
        claim_limit_med_units=1_001 * MED,
        refund_basis_points=9_000,
        exclusive=False,
        consent_needed=True,
    ),
)
"""The first is sold by both insurers: its records are paid nowhere else."""


def terms() -> SystemParameters:
    """Return the rehearsal's terms with a long sale, short votes and epochs, and slashed MED burned."""
    phases = []
    start_s = START_S
    for phase, days in zip(sale_phases(), (40, 40, 200), strict=True):
        end_s = start_s + days * DAY_S
        phases.append(replace(phase, start_s=start_s, end_s=end_s, release_at_s=end_s + 10 * DAY_S))
        start_s = end_s
    first, second, main = phases
    sale = SaleTerms((first, second, main), parameters().sale.allocation_med_units)
    return parameters(
        sale=sale,
        vesting=VestingTerms(START_S + 20 * DAY_S, GRANTS_MED_UNITS),
        rewards=reward_terms(epoch_length_s=3 * DAY_S, slashed_to=Destination.BURN),
        governance=governance_terms(
            voting_delay_s=DAY_S // 4, voting_period_s=DAY_S, timelock_delay_s=DAY_S // 2
        ),
    )


@dataclass
class Books:
    """The books by what they are about; together they are the promises."""

    people: PeopleBook
    records: RecordBook
    access: AccessBook
    supply: SupplyBook
    coins: CoinBook
    sale: SaleBook
    vesting: VestingBook
    stakes: StakeBook
    rewards: RewardBook
    market: MarketBook
    insurance: InsuranceBook
    votes: VoteBook
    payouts: Payouts
    allowances: AllowanceBook

    @classmethod
    def of(cls, promises: Promises) -> Books:
        """Return the books of promises that were made by `promised`."""
        return cls(*promises.books)  # type: ignore[arg-type]


def promised(stage: Stage, given: SystemParameters) -> Promises:
    """Return the promises of a system that has just been opened."""
    world = World({who.address: who for who in (*CAST, *PHONES)})
    pool = stage.system.address_of("RewardPool")
    people = PeopleBook(world, set(given.certifiers), given.identity.recovery_delay_s)
    records = RecordBook(world)
    reference = EmissionReference(**asdict(given.emission))
    supply = SupplyBook(world, reference, SUPPLY_MED_UNITS, pool)
    stakes = StakeBook(world)
    holders = {stage.system.address_of(name): name for name in OWED}
    least_quorum = given.governance.least_quorum_med_units
    books = Books(
        people,
        records,
        AccessBook(world),
        supply,
        CoinBook(world),
        SaleBook(world, given.sale, TREASURY.address),
        VestingBook(world, dict(given.vesting.grants_med_units), given.vesting.first_release_at_s),
        stakes,
        RewardBook(world, given.rewards, supply, records, frozenset(given.judges)),
        MarketBook(world),
        InsuranceBook(world),
        VoteBook(world, stakes, given.governance.timelock_delay_s, least_quorum),
        Payouts(world, holders),
        AllowanceBook(world, frozenset(holders)),
    )
    return Promises(world, list(vars(books).values()))


class Beginning:
    """The stage, set: `promises` were told of all of it, `billed` are the visits whose records are anchored."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.system = stage.system
        self.promises = promised(stage, terms())
        self.names = {self.system.address_of(name): name for name in CONTRACTS}
        self.billed: list[BilledVisit] = []
        self._people()
        self._purses()
        self._votes_and_stakes()
        self._insurance()
        self._consents()
        self._records()
        self._do(SPONSOR, self.system.forwarder, "setLimits", LIMITS)
        everybody = [who.address for who in (*CAST, *PHONES)]
        self._do(SPONSOR, self.system.forwarder, "setAuthors", everybody, True)
        self._do(SPONSOR, self.system.forwarder, "deposit", SPONSOR.address, value_wei=10 * COIN_WEI)

    def _do(
        self,
        who: PrivateKey,
        contract: ContractAbi,
        function: str,
        *arguments: object,
        value_wei: int = 0,
    ) -> None:
        before = len(self.stage.logs)
        self.stage.do(who, contract, function, *arguments, value_wei=value_wei)
        told = []
        for log in self.stage.logs[before:]:
            event = self.system.decode_log(log)
            assert event is not None
            told.append((self.names[log.address], event))
        self.promises.tell(told, who.address, self.stage.time_s)

    def _people(self) -> None:
        identity = self.system.identity
        for role, persons in (
            (Role.PATIENT, PATIENTS),
            (Role.PROVIDER, PROVIDERS),
            (Role.INSURER, INSURERS),
            (Role.RESEARCHER, (RESEARCHER,)),
        ):
            for person in persons:
                self._do(person, identity, "register", role)
        for provider in PROVIDERS:
            self._do(CERTIFIER, identity, "certify", provider.address, START_S + YEARS_S)
        for person, guardians in (
            (PATIENT, GUARDIANS),
            (OTHER_PATIENT, (PATIENT, GUARDIANS[0])),
            (PROVIDER, (OTHER_PROVIDER, GUARDIANS[1], CERTIFIER)),
        ):
            named = [guardian.address for guardian in guardians]
            self._do(person, identity, "setGuardians", named, 2)

    def _purses(self) -> None:
        token = self.system.token
        for who in CAST:
            if who is not DEPLOYER:
                self._do(DEPLOYER, token, "transfer", who.address, PURSE)
            for spender in SPENDERS:
                self._do(who, token, "approve", self.system.address_of(spender), UNLIMITED)

    def _votes_and_stakes(self) -> None:
        staking = self.system.staking
        for voter in VOTERS:
            self._do(voter, staking, "lock", VOTES)
            self._do(voter, staking, "delegate", voter.address)
        for validator in VALIDATORS:
            self._do(validator, staking, "registerValidator", 300, BOND)

    def _insurance(self) -> None:
        insurance = self.system.insurance
        for insurer in INSURERS:
            self._do(insurer, insurance, "deposit", insurer.address, RESERVE, NO_PERMIT)
        for insurer, product in ((INSURER, 0), (OTHER_INSURER, 0), (OTHER_INSURER, 1)):
            self._do(insurer, insurance, "offer", PRODUCTS[product].arguments)
            for patient in PATIENTS:
                product_id = PRODUCTS[product].product_id(insurer.address)
                self._do(patient, insurance, "take", product_id, NO_PERMIT)

    def _consents(self) -> None:
        readers = (
            *((provider, Purpose.CARE) for provider in PROVIDERS),
            *((consumer, Purpose.RESEARCH) for consumer in CONSUMERS),
            *((insurer, Purpose.CLAIM) for insurer in INSURERS),
        )
        scope = of_kinds(*KINDS).arguments
        for patient in PATIENTS:
            for reader, purpose in readers:
                said = (reader.address, purpose, scope, self.stage.time_s + 900 * DAY_S)
                self._do(patient, self.system.consents, "grant", *said)

    def _records(self) -> None:
        checkin, records = self.system.checkin, self.system.records
        for number in range(8):
            parties = {"patient": PATIENTS[number % 2], "provider": PROVIDERS[number // 2 % 2]}
            amount = (100 + number) * MED
            made = prepared(self.stage, number, amount, kind=KINDS[number // 4], **parties)
            visit = made.visit
            check_in = visit.signed_check_in(self.system.checkin_domain).arguments
            self._do(visit.provider, checkin, "checkIn", check_in)
            self._do(visit.provider, records, "anchor", visit.signed_receipt(self.stage).arguments)
            self.billed.append(made)


Papers = dict[Hash32, BilledVisit]
"""Visits whose records are anchored, by the record."""
