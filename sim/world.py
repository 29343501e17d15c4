"""The world of one run: clock, chain, people, auditor and the rows they leave."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import simpy

from chain.ledger.pricing import FeeEstimator, PriceRules
from chain.opening import Seal
from sim import faults
from sim.agents.chain_clock import ChainClock, OneViewClock
from sim.agents.codes import Desk
from sim.agents.epochs import Epochs
from sim.agents.governing import Governing
from sim.agents.node import Node
from sim.agents.onboarding import Onboarding
from sim.agents.payment import Payment
from sim.agents.people import settle_people
from sim.agents.presentations import Habits, Presentations
from sim.agents.releases import Releases
from sim.agents.share_credits import ShareCredits
from sim.agents.visits import Visits
from sim.audit.conservation import Conservation
from sim.audit.due import due_locks, due_parts
from sim.calendar import Calendar
from sim.chance import Chance
from sim.metrics.tables import collectors
from sim.observation.chain import ChainRows
from sim.observation.money import BalanceRows, SupplyRows
from sim.observation.native import NativeCoin
from sim.opening import DORMANT, offices_of, open_ledger, owners_of, system_of, usual_seal
from sim.population.planning import PlannedVisit, plan_visits
from sim.population.population import load as load_population
from sim.records.shelves import MemoryShelf, SqliteShelf
from sim.records.vault import Vault
from sim.results.journal import Journal
from sim.scenario import Scenario
from sim.scenario.sale_calendar import team_release_times_s
from sim.units import SECONDS_PER_DAY

if TYPE_CHECKING:
    from sim.network.stage import NetworkStage

Progress = Callable[[float, float], None]
"""Told of simulated seconds done and in all."""


class World:
    """One run of one scenario. Use as a context manager: it may hold a vault's temporary file."""

    def __init__(
        self,
        scenario: Scenario,
        replay: str,
        expected_journal: Sequence[str] | None = None,
        *,
        seal: Seal | None = None,
    ) -> None:
        """Settle everybody and open the chain, with `seal` where it is not to be sealed as usual."""
        self.scenario = scenario
        self.events = 0
        self.calendar = Calendar(scenario.time.start, scenario.time.zone)
        self.chance = Chance(scenario.seed)
        self.env = simpy.Environment()
        self.rows = collectors()
        self.journal = Journal(expected_journal)
        self._open_things = ExitStack()
        self._plan_visits()
        self._settle()
        self._open_chain(replay, seal or usual_seal())
        self._employ()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._open_things.close()

    def run(self, progress: Progress | None = None) -> None:
        """Play the whole run: load, then a drain until nobody waits for anything any more."""
        self._schedule()
        end_s = float(self.scenario.duration_s)
        for day in range(1, self.scenario.time.days + 1):
            self._play(day * SECONDS_PER_DAY)
            if progress is not None:
                progress(min(day * SECONDS_PER_DAY, end_s), end_s)
        self._play(None)
        self.clock.catch_up()
        if self.network is not None:
            self.network.close()
        self.conservation.full_scan()
        self.journal.close()
        if self.env.now > end_s:
            self._read_supply_now()

    @cached_property
    def attended(self) -> list[PlannedVisit]:
        """The planned visits that end within the load; the others are still in care when the run is over."""
        return [visit for visit in self.plan.visits if visit.end_s < self.scenario.duration_s]

    def _plan_visits(self) -> None:
        scenario = self.scenario
        self.population = load_population(scenario.population.source)
        self.plan = plan_visits(
            self.population,
            patients=scenario.population.patients,
            resample=scenario.population.resample,
            days=scenario.time.days,
            calendar=self.calendar,
            chance=self.chance,
        )

    def _settle(self) -> None:
        shelf = SqliteShelf(self._vault_file()) if self.scenario.records.vault == "sqlite" else MemoryShelf()
        vault = self._open_things.enter_context(Vault(shelf))
        self.people = settle_people(
            self.chance,
            vault,
            (patient.patient_id for patient in self.plan.patients),
            ((provider.provider_id, provider.name) for provider in self.plan.providers),
            *owners_of(self.scenario),
            offices_of(self.scenario),
        )

    def _vault_file(self) -> Path:
        return (
            Path(self._open_things.enter_context(TemporaryDirectory(prefix="medsim-vault-"))) / "vault.sqlite"
        )

    def _open_chain(self, replay: str, seal: Seal) -> None:
        scenario = self.scenario
        self.system = system_of(self.people)
        self.ledger, self.opening, self.sale = open_ledger(
            scenario, self.calendar, self.chance, self.people, seal
        )
        self.conservation = Conservation(
            self.ledger, self.system,
            seed=scenario.seed, replay=replay, full_scan_blocks=scenario.invariants.full_scan_blocks,
        )  # fmt: skip
        self.conservation.open(self.opening, self.ledger.opening_blocks)
        self.network: NetworkStage | None = None
        self.clock, self.chain_rows = self._one_view() if self.ledger.one_view else self._on_network()
        self.clock.observe(self.chain_rows)
        books = self.conservation
        self.balance_rows = BalanceRows(
            self.ledger, self.system, books.book, books.locks, books.pool, self.people
        )
        self.native = NativeCoin(self.ledger, scenario.protocol_kind, self.conservation.book)
        self.supply_rows = SupplyRows(
            self.rows["supply"], self.native, self.system, self.conservation.book, self.people
        )
        protocol, opening = self.ledger.protocol, self.ledger.tip.protocol_state
        self.opening_stakes_sat = self.native.stakes_sat()
        self.opening_kept_sat = self.native.kept_sat()
        self.opening_weights = dict(protocol.mature_sat_blocks(opening))

    def _one_view(self) -> tuple[ChainClock, ChainRows]:
        bounds_s = (self.scenario.warmup_s, self.scenario.duration_s)
        clock = OneViewClock(self.env, self.calendar, self.ledger, bounds_s)
        clock.observe(self.conservation)
        return clock, ChainRows(self.rows["blocks"], self.journal, self.ledger, self.calendar)

    def _on_network(self) -> tuple[ChainClock, ChainRows]:
        from sim.network.stage import NetworkStage  # what most runs do without need not be loaded
        from sim.observation.network import NetworkRows

        rows = NetworkRows(
            self.rows["blocks"], self.rows["reorganisations"], self.journal, self.ledger, self.calendar,
            depth_blocks=self.scenario.final_depth_blocks,
        )  # fmt: skip
        self.network = NetworkStage(
            self.scenario.network, self.scenario.faults, self.chance.stream("faults").octets("seed", 0, 32),
            self.env, self.calendar, self.ledger, self.conservation, rows,
        )  # fmt: skip
        return self.network.clock, rows

    def _read_supply_now(self) -> None:
        if self.network is not None:
            self.network.stand_on_tip()
        self.supply_rows.write(self.env.now)

    def _employ(self) -> None:
        scenario = self.scenario
        self.node = Node(
            self.env, self.calendar, self.ledger, self.clock, self.system,
            gas_price_sat=scenario.gas_price_sat,
            depth_blocks=scenario.final_depth_blocks,
            signs=scenario.chain.signing == "full",
            patient=not self.ledger.one_view and scenario.network.patience == "final",
            estimator=self._estimator(),
        )  # fmt: skip
        payment = Payment(
            self.env,
            self.node,
            self.system,
            self.people.sponsor if scenario.fees.payer == "sponsor" else None,
        )
        self.onboarding = Onboarding(
            self.env, self.node, self.system, payment, self.people, scenario.providers.certification_days
        )
        sharing = scenario.sharing
        habits = Habits(
            sharing.present_probability, sharing.forged_share, sharing.lookback_days, sharing.disclosed_leaves
        )
        self.share_credits = ShareCredits(self.env, self.node, self.system, payment)
        self.presentations = Presentations(
            self.node, self.system, self.chance, habits,
            self.share_credits.accepted if scenario.rewards.credits_shares else None,
        )  # fmt: skip
        desk = Desk(
            self.system, self.chance.stream("codes"),
            rotation_s=scenario.checkin.rotation_s, ticket_validity_s=scenario.checkin.ticket_validity_s,
        )  # fmt: skip
        self.visits = Visits(
            self.env, self.node, self.system, self.people, desk, self.onboarding, payment, self.presentations,
            self.chance.stream("records"), self.population.resources,
            direction=scenario.checkin.direction, validity_days=scenario.records.validity_days,
        )  # fmt: skip
        self.epochs = Epochs(
            self.env, self.calendar, self.ledger, self.clock, self.node, self.system, payment, self.people.sponsor,
            epoch_s=scenario.rewards.epoch_days * SECONDS_PER_DAY,
            depth_blocks=scenario.final_depth_blocks,
        )  # fmt: skip

        self.releases = Releases(self.env, self.ledger, self.system, payment, self.people.sponsor)
        self.governing = Governing(
            self.env, self.calendar, self.ledger, self.clock, self.node, self.system, payment, self.people,
            self.chance.stream("governance"), scenario.governance,
        )  # fmt: skip

    def _estimator(self) -> FeeEstimator | None:
        fees = self.scenario.fees
        if fees.pricing == "fixed":
            return None
        return FeeEstimator(self.ledger, PriceRules(fees.target_blocks, fees.price_ceiling_sat))

    def _schedule(self) -> None:
        for provider in self.people.providers.values():
            provider.joining = self.env.process(self.onboarding.certify(provider))
        for visit in self.attended:
            self.env.process(self.visits.attend(visit))
        self.env.process(self.epochs.close_all(self.scenario.time.days // self.scenario.rewards.epoch_days))
        self.env.process(self.governing.carry_out())
        locks, end_s = self.conservation.locks, self.scenario.duration_s
        for over in due_locks(locks, self.calendar, end_s):
            self.env.process(self.releases.release_locks(over))
        for part in due_parts(locks, self.calendar, end_s, team_release_times_s(self.scenario)):
            self.env.process(self.releases.release_part(part))
        self.env.process(self._read_supply())
        if self.scenario.faults.plant != "none":
            self.env.process(self._plant())

    def _read_supply(self) -> Generator[simpy.Event, None, None]:
        """Read the supply at the opening and at every end of a day, the window's bounds among them."""
        self.supply_rows.write(0)
        for day in range(1, self.scenario.time.days + 1):
            yield self.env.timeout(day * SECONDS_PER_DAY - self.env.now)
            self.clock.catch_up()
            self._read_supply_now()

    def _plant(self) -> Generator[simpy.Event, None, None]:
        yield self.env.timeout(self.scenario.faults.plant_at_s)
        self.clock.catch_up()
        faults.PLANTS[self.scenario.faults.plant](self.ledger, self.system, DORMANT)

    def _play(self, until_s: float | None) -> None:
        while self.env.peek() < (float("inf") if until_s is None else until_s):
            self.env.step()
            self.events += 1
