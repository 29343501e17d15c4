"""What governance decides is voted, has waited, and is done once; what only governance may do happens no other way."""

from __future__ import annotations

from dataclasses import dataclass, field

from promised_holdings import StakeBook
from promises import Book, Handlers, Said, Told
from system_world import World

from chain.block import Address
from chain.contracts.proposals import Support

GOVERNED = frozenset(
    {
        ("RewardPool", "PolicySet"),
        ("Emission", "ScheduleSet"),
        ("Emission", "Stopped"),
        ("DataMarket", "CommissionSet"),
        ("DataMarket", "TreasurySet"),
        ("Governance", "BlockGasLimitChanged"),
        ("Governance", "MinimumGasPriceChanged"),
        ("Governance", "ProposalThresholdSet"),
        ("Governance", "QuorumNumeratorUpdated"),
        ("Governance", "TimelockChange"),
        ("Governance", "VotingDelaySet"),
        ("Governance", "VotingPeriodSet"),
        ("Timelock", "MinDelayChange"),
    }
)
"""What nobody but the timelock may bring about."""


@dataclass
class Motion:
    """A proposal; `tally` by `Support`, times in Unix seconds."""

    starts_s: int
    ends_s: int
    tally: list[int] = field(default_factory=lambda: [0, 0, 0])
    voters: set[Address] = field(default_factory=set)
    ready_s: int = 0
    over: bool = False


@dataclass
class Operation:
    """What waits in the timelock; `done` holds the numbers of the calls that were made."""

    ready_s: int
    done: set[int] = field(default_factory=set)


class VoteBook(Book):
    """See the module's docstring."""

    def __init__(self, world: World, stakes: StakeBook, delay_s: int, least_quorum: int) -> None:
        super().__init__(world)
        self.stakes, self.delay_s, self.least_quorum = stakes, delay_s, least_quorum
        self.motions: dict[int, Motion] = {}
        self.operations: dict[bytes, Operation] = {}

    def handlers(self) -> Handlers:
        return {
            ("Governance", "ProposalCreated"): self._created,
            ("Governance", "VoteCast"): self._cast,
            ("Governance", "VoteCastWithParams"): self._cast,
            ("Governance", "ProposalQueued"): self._queued,
            ("Governance", "ProposalExecuted"): self._executed,
            ("Governance", "ProposalCanceled"): self._canceled,
            ("Timelock", "CallScheduled"): self._call_scheduled,
            ("Timelock", "CallExecuted"): self._call_executed,
            ("Timelock", "MinDelayChange"): self._delay_changed,
        }

    def conclude(self, told: Told) -> None:
        names = {event.name for _contract, event in told}
        assert "CallScheduled" not in names or "ProposalQueued" in names
        if "CallExecuted" in names:
            return
        for contract, event in told:
            assert (contract, event.name) not in GOVERNED, (contract, event)
            if event.name == "RoleGranted":
                assert "KeyReplaced" in names, event
            elif event.name == "RoleRevoked":
                own = event.arguments["account"] == self.world.author
                assert own or "KeyReplaced" in names, event

    def _created(self, said: Said) -> None:
        self.motions[said["proposalId"]] = Motion(said["voteStart"], said["voteEnd"])

    def _cast(self, said: Said) -> None:
        """All votes on a proposal are no more than what was locked when it began, each account's once."""
        motion = self.motions[said["proposalId"]]
        assert motion.starts_s < self.world.now_s <= motion.ends_s
        assert said["voter"] not in motion.voters
        motion.voters.add(said["voter"])
        motion.tally[said["support"]] += said["weight"]
        assert sum(motion.tally) <= self.stakes.locked_at(motion.starts_s)

    def _queued(self, said: Said) -> None:
        motion = self.motions[said["proposalId"]]
        in_favour, abstaining = motion.tally[Support.FOR], motion.tally[Support.ABSTAIN]
        assert not motion.over
        assert not motion.ready_s
        assert self.world.now_s > motion.ends_s
        assert in_favour > motion.tally[Support.AGAINST]
        assert in_favour + abstaining >= self.least_quorum
        motion.ready_s = said["etaSeconds"]

    def _executed(self, said: Said) -> None:
        motion = self.motions[said["proposalId"]]
        assert not motion.over
        assert 0 < motion.ready_s <= self.world.now_s
        motion.over = True

    def _canceled(self, said: Said) -> None:
        motion = self.motions[said["proposalId"]]
        assert not motion.over
        assert self.world.now_s <= motion.starts_s
        motion.over = True

    def _call_scheduled(self, said: Said) -> None:
        assert said["delay"] >= self.delay_s
        self.operations.setdefault(said["id"], Operation(self.world.now_s + said["delay"]))

    def _call_executed(self, said: Said) -> None:
        operation = self.operations[said["id"]]
        assert self.world.now_s >= operation.ready_s
        assert said["index"] not in operation.done
        operation.done.add(said["index"])

    def _delay_changed(self, said: Said) -> None:
        self.delay_s = said["newDuration"]
