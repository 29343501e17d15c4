"""Everything that a run on a network has beside a run on one view, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import simpy

from chain.ledger import Block, Ledger, Move, ProducedBlock
from chain.ledger.filling import LedgerMaker
from chain.mempool import Mempool
from chain.network.events import Reorganised, SlotMissed
from chain.network.network import network
from chain.network.tree import Block as NetworkBlock
from chain.protocols.protocol import IdleStretch
from sim.agents.chain_clock import Observer
from sim.audit.conservation import Conservation
from sim.calendar import Calendar
from sim.metrics.rows import RowCollector
from sim.network.clock import NetworkClock
from sim.network.fault_rows import FaultRows
from sim.network.injectors import plan_of
from sim.network.places import gateway_names, regions_of, topology_of
from sim.observation.network import NetworkRows
from sim.observation.propagation import Propagation
from sim.protocol_runs.presets import USAGE
from sim.results.encoding import Json
from sim.scenario.chapters.faults import Faults
from sim.scenario.chapters.network import Network

if TYPE_CHECKING:
    from sim.agents.submission import Submission


class NetworkStage(Observer):
    """The network, its clock, and the auditor and the rows that hear of every block on every branch."""

    def __init__(
        self,
        terms: Network,
        faults: Faults,
        seed: bytes,
        env: simpy.Environment,
        calendar: Calendar,
        ledger: Ledger,
        conservation: Conservation,
        rows: NetworkRows,
    ) -> None:
        """Set the stage; what faults draw follows from `seed`."""
        self.rows = rows
        self._groups = faults.partitions_groups
        self._start_s = calendar.start_unix_s
        self._ledger = ledger
        self._conservation = conservation
        state = ledger.tip.protocol_state
        validators = tuple(ledger.protocol.validators(state))
        votes_first = hasattr(ledger.protocol, "round_rules")
        topology = topology_of(terms, validators, executes=not votes_first and len(validators) > 1)
        self.regions = dict(zip(topology.names, regions_of(terms, len(validators)), strict=True))
        stakes_sat = ledger.protocol.stakes_sat(state)
        plan = plan_of(
            faults, [stakes_sat[name] for name in validators], tuple(self.regions.values()),
            start_s=calendar.start_unix_s, seed=seed,
            future_tolerance_s=USAGE[ledger.protocol.name].future_tolerance_s,
        )  # fmt: skip
        self._fault_rows = FaultRows(plan)
        self.propagation = Propagation(tuple(self.regions.values()))
        self._names = topology.names
        for _further in gateway_names(terms)[1:]:
            ledger.open_gateway(Mempool(ledger.mempool.rules))
        maker = LedgerMaker(ledger, topology, (self._check, rows.block_made), plan.conditions)
        self._gateway = len(topology) - len(ledger.gateways)
        nodes = network(
            ledger.protocol, state, topology, maker=maker, conditions=plan.conditions,
            behaviours=plan.behaviours, watched=range(self._gateway, len(topology)),
        )  # fmt: skip
        self.clock = NetworkClock(
            env, calendar, ledger, nodes, maker, self._gateway,
            chronicle=self, before_forgetting=self.stand_on_tip, forgotten=conservation.forget,
        )  # fmt: skip
        self.views = len(topology)
        self.clock.observe(self)

    def block_produced(self, _block: ProducedBlock) -> None:
        """Scan the whole state now and then."""
        self._conservation.scan_when_due(self._ledger.tip)

    def idle_passed(self, _block: Block, _stretch: IdleStretch) -> None:
        """Scan the whole state now and then."""
        self._conservation.scan_when_due(self._ledger.tip)

    def moved(self, move: Move, moment_s: float) -> None:
        """Note what became final, and what a reorganisation of the gateway's chain cost."""
        self.rows.moved(move, moment_s)

    def settled(self, block: Block, heard: NetworkBlock, canonical: bool) -> None:
        """Note what became of a block, and who heard of it when."""
        self.rows.settled(block, heard, float(heard.arrivals_s[self._gateway]), canonical)
        self.propagation.heard(heard)
        self._fault_rows.settled(heard, canonical)

    def reorganised(self, event: Reorganised) -> None:
        """Note at whom blocks were given up."""
        self.rows.reorganised(event, self._names[event.node])
        self._fault_rows.reorganised(event)

    def missed(self, event: SlotMissed) -> None:
        """Note who missed a turn."""
        self.rows.missed[self._names[event.node]] += 1
        self._fault_rows.missed(event)

    def write_faults(self, rows: RowCollector) -> None:
        """Write what each fault did, once all is settled."""
        self._fault_rows.write(rows, self._names, self._groups, self._start_s)

    def stand_on_tip(self) -> None:
        """Let the auditor's books say what holds at the gateway's tip."""
        self._conservation.stand_on(self._ledger.tip)

    def close(self) -> None:
        """End the run: what is under way arrives, and every block's row is written."""
        self.clock.close()
        self.rows.finish()
        self.stand_on_tip()

    def facts(self, submissions: Iterable[Submission], disclosed_on_removed: int) -> Mapping[str, Json]:
        """Return what reorganisations did, to the gateway's chain, to validators, and to people.

        `disclosed_on_removed` counts records that were shown and believed while their proof stood in a block that
        was removed later: what was disclosed stays disclosed.
        """
        sent, depths = list(submissions), Counter(self.rows.depths)
        return {
            "gateway_reorganisations_by_depth": {str(depth): depths[depth] for depth in sorted(depths)},
            "reorganisations": self.rows.reorganised_by_depth.total(),
            "deepest_reorganisation_blocks": max(self.rows.reorganised_by_depth, default=0),
            "transactions_removed": sum(one.removals > 0 for one in sent),
            "removals": sum(one.removals for one in sent),
            "removals_after_final": sum(one.removals_after for one in sent),
            "removed_for_good": sum(one.removals > 0 and one.outcome != "included" for one in sent),
            "disclosed_on_removed": disclosed_on_removed,
        }

    def _check(self, block: Block, _made_s: float) -> None:
        self._conservation.block_made(block)
