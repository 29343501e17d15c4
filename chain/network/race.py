"""Protocols in which blocks race each other: lotteries and slots, on a network with delay.

Each state that is somebody's tip offers its contenders, lawful blocks in the order of their moments. A contender
becomes a block where its validator has that state as its tip at that moment, and is there. Nothing else is drawn:
forks, orphans and lost slots follow from who knows what when. The validators that stand on different tips each
thin the contenders of their own; for a lottery that is exact, because its clocks have no memory.

The agenda is a heap of moments. A block without competitors costs one step for itself, one for each watched
node, and a vector addition for its arrivals.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any, Final, Unpack

import numpy as np

from chain.network.driven import NEVER_S, Circumstances, Driven
from chain.network.errors import SplitForGood
from chain.network.events import BlockMade, Event, Reorganised, Settled, SlotMissed, TipMoved
from chain.network.topology import Topology, Vector
from chain.network.tree import Block, Tree, common_ancestor, last_shared, path
from chain.network.views import Views
from chain.protocols.protocol import ConsensusProtocol

_HEARS_ALL_S: Final = 1e300
"""Later than any arrival, earlier than never."""


class Race(Driven):
    """A network of nodes on which validators make blocks. The first nodes are the protocol's validators, in order.

    `watched` nodes have their tips reported as they move. Drive it with `next_event_s` and `step`; times are Unix
    seconds, and events of one step carry them in order.
    """

    def __init__(
        self,
        protocol: ConsensusProtocol,
        state: Any,
        topology: Topology,
        **circumstances: Unpack[Circumstances],
    ) -> None:
        """Start from `state`, which every node has. Raises `NetworkError` for what does not fit together."""
        super().__init__(protocol, state, topology, **circumstances)
        self._listening = tuple(node for node, conduct in self.behaviours.items() if conduct.listens)
        everywhere_s = np.full(len(topology), -NEVER_S)
        opening = self._block(None, state, -1, self._now_s, None, None, None, everywhere_s, -NEVER_S)
        self.tree = Tree(opening)
        self._views = Views(self.tree, len(topology), self._note_reorganised)
        self._tips = dict.fromkeys(self.watched, opening)
        self._heaviest = opening
        self._until_review = 0
        self._open(opening, self._now_s)

    def tip(self, node: int) -> Block:
        """Return a node's tip at the moment of the last step."""
        return self._views.tip(node, self._now_s)

    def step(self) -> list[Event]:
        """Let the next thing happen and return what came of it, often nothing that matters.

        Raises `SplitForGood` where two branches have grown deeper than their nodes ever give up.
        """
        moment_s, block, task = self._next()
        if type(task) is int:
            self._reached(task, block, moment_s)
        elif moment_s < block.gone_s or block.pinned:
            if task is _RESUME:
                self._resume(block, moment_s)
            else:
                self._contend(block, task, moment_s)
        return self._told()

    def drain(self) -> list[Event]:
        """End the run: let everything arrive that is under way and settle the chain of the first watched node.

        Without watched nodes it is the heaviest chain. What is on nobody's chain is settled too. Nothing can be
        stepped afterwards.
        """
        arrivals = sorted(entry[:2] + entry[2:] for entry in self._agenda if type(entry[3]) is int)
        self._agenda = []
        self._listening = ()
        for moment_s, _ticket, block, node in arrivals:
            self._now_s = moment_s
            self._reached(node, block, moment_s)
        tips = [self._views.tip(node, _HEARS_ALL_S) for node in range(len(self.topology))]
        self._settle(tips[self.watched[0]] if self.watched else max(tips, key=lambda tip: tip.weight))
        self._events += [Settled(block, False) for block in self.tree.recent]
        self._agenda = []
        return self._told()

    def publish(self, block: Block, moment_s: float) -> None:
        """Send a block that was kept back to everybody (for behaviours)."""
        self._send(block, moment_s)
        self._views.sent()
        self._announce(block)
        self._rest(block, moment_s)

    def stay_on(self, node: int, block: Block | None) -> None:
        """Keep a node on a branch of its own (for behaviours)."""
        self._views.pin(node, block)

    def _contend(self, parent: Block, proposal: Any, moment_s: float) -> None:
        """Make the block if its validator can, and put the state's next contender on the agenda."""
        node = self._node_of[proposal.producer_id]
        if not self._weather.is_calm and self._weather.is_away(node, moment_s):
            if parent is self._heaviest:
                self._events.append(SlotMissed(node, moment_s, "away"))
        elif self._stands_on(node, parent, moment_s):
            self._make(parent, proposal, node, moment_s)
        elif not self._is_occupied(parent, moment_s):
            self._rest(parent, moment_s)
            return
        self._schedule_next(parent)

    def _is_occupied(self, block: Block, moment_s: float) -> bool:
        """Tell whether any validator has this block as its tip."""
        return any(self._views.tip(node, moment_s) is block for node in range(len(self.validators)))

    def _rest(self, block: Block, moment_s: float) -> None:
        """Ask a state nobody stands on for no more contenders until it reaches somebody who might.

        While a network is split, all states of both branches would offer every slot otherwise.
        """
        arrivals_s = block.arrivals_s[: len(self.validators)]
        self._schedule(float(arrivals_s[arrivals_s > moment_s].min(initial=NEVER_S)), block, _RESUME)

    def _resume(self, block: Block, moment_s: float) -> None:
        """Go on with a state that somebody has come to stand on; what it offered meanwhile was nobody's."""
        if not self._is_occupied(block, moment_s):
            self._rest(block, moment_s)
            return
        assert block.contenders is not None
        for proposal in block.contenders:
            due_s = self._moment_s(proposal, block.made_s)
            if due_s >= moment_s:
                self._schedule(due_s, block, proposal)
                break

    def _stands_on(self, node: int, parent: Block, moment_s: float) -> bool:
        if parent is self.tree.end and self._views.is_plain:
            return bool(parent.arrivals_s[node] <= moment_s)
        return self._views.tip(node, moment_s) is parent

    def _make(self, parent: Block, proposal: Any, node: int, moment_s: float) -> None:
        conduct = self.behaviours.get(node)
        if conduct is None:
            self._add(parent, proposal, node, moment_s, 0)
            return
        if conduct.misses(proposal.number, moment_s):
            self._events.append(SlotMissed(node, moment_s, "idle"))
            return
        others = conduct.copies(proposal.number, moment_s)
        apart = conduct.withholds or others is not None
        block = self._add(parent, proposal, node, moment_s, 0, kept_back=apart)
        if others is not None:
            copy = self._add(parent, proposal, node, moment_s, 1, kept_back=True)
            self._divide(block, copy, frozenset(others))
        conduct.made(self, block, moment_s)

    def _add(
        self,
        parent: Block,
        proposal: Any,
        node: int,
        moment_s: float,
        variant: int,
        *,
        kept_back: bool = False,
    ) -> Block:
        block = self._made(parent, proposal, node, moment_s, variant, _NOWHERE)
        if kept_back:
            block.arrivals_s = np.full(len(self.topology), NEVER_S)
            block.arrivals_s[node] = moment_s
        else:
            self._send(block, moment_s)
        if self.tree.is_chain:
            self._settle_chain(moment_s)
        self.tree.add(block)
        self._views.note(block)
        if block.weight > self._heaviest.weight:
            self._heaviest = block
        self._events.append(BlockMade(block))
        if not kept_back:
            self._announce(block)
        if not self.tree.is_chain:
            self._review(moment_s)
        self._open(block, moment_s)
        return block

    def _send(self, block: Block, moment_s: float) -> None:
        """Say when a block that its producer sends at `moment_s` is where."""
        content = block.content
        offsets = self.topology.offsets(block.producer, content.size_bytes, content.gas_gas)
        if self._weather.is_calm:
            block.arrivals_s = moment_s + offsets.by_node_s
        else:
            block.arrivals_s, offsets = self._weather.arrivals(
                block.producer, moment_s, block.timestamp_s, offsets
            )
        block.last_arrival_s = moment_s + offsets.last_s
        block.propagation_s = offsets.propagation_s
        parent = block.parent
        if parent is None:
            return
        if parent.last_arrival_s > moment_s:
            np.maximum(block.arrivals_s, parent.arrivals_s, out=block.arrivals_s)
            block.last_arrival_s = max(block.last_arrival_s, parent.last_arrival_s)
        block.arrivals_s[block.producer] = block.made_s
        if block.last_arrival_s < parent.gone_s:
            parent.gone_s = block.last_arrival_s

    def _divide(self, block: Block, copy: Block, others: frozenset[int]) -> None:
        """Let each of two copies reach its half from the producer, and the other half through nodes of the first."""
        everybody = frozenset(range(len(self.topology))) - {block.producer}
        for one, later in ((block, others & everybody), (copy, everybody - others)):
            self._send(one, one.made_s)
            content = one.content
            for node in sorted(later):
                relayed_s = min(
                    (
                        float(one.arrivals_s[relay])
                        + float(
                            self.topology.offsets(relay, content.size_bytes, content.gas_gas).by_node_s[node]
                        )
                        for relay in sorted(everybody - later)
                    ),
                    default=NEVER_S,
                )
                one.arrivals_s[node] = max(float(one.arrivals_s[node]), relayed_s)
                one.last_arrival_s = max(one.last_arrival_s, relayed_s)
        assert block.parent is not None
        block.parent.gone_s = max(block.last_arrival_s, copy.last_arrival_s)
        self._views.sent()
        self._announce(block)
        self._announce(copy)

    def _announce(self, block: Block) -> None:
        """Put the arrivals that somebody waits for on the agenda."""
        for node in self.watched:
            self._schedule(float(block.arrivals_s[node]), block, node)
        for node in self._listening:
            if node != block.producer and node not in self._tips:
                self._schedule(float(block.arrivals_s[node]), block, node)

    def _reached(self, node: int, block: Block, moment_s: float) -> None:
        """A block is at a node that is watched or listens."""
        if node in self._tips and not block.dead:
            self._move(node, self._views.tip(node, moment_s), moment_s)
        if node in self._listening and block.producer != node:
            self.behaviours[node].seen(self, block, moment_s)

    def _move(self, node: int, new: Block, moment_s: float) -> None:
        old = self._tips[node]
        if new is old:
            return
        self._tips[node] = new
        if new.parent is old:
            self._events.append(TipMoved(node, moment_s, old, new, (), (new,)))
            return
        shared = common_ancestor(old, new)
        removed = tuple(reversed(path(shared, old)))
        self._events.append(TipMoved(node, moment_s, old, new, removed, tuple(path(shared, new))))

    def _open(self, block: Block, moment_s: float) -> None:
        """Let a state's contenders onto the agenda."""
        contenders = self.protocol.contenders(block.state)
        if self._weather.has_skews:
            contenders = self._skewed(contenders, moment_s)
        block.contenders = contenders
        self._schedule_next(block)

    def _schedule_next(self, block: Block) -> None:
        assert block.contenders is not None
        proposal = next(block.contenders, None)
        if proposal is not None:
            self._schedule(self._moment_s(proposal, block.made_s), block, proposal)

    def _moment_s(self, proposal: Any, not_before_s: float) -> float:
        if not self._weather.has_skews:
            return float(proposal.made_s)
        acting_s = self._weather.shown_s(self._node_of[proposal.producer_id], float(proposal.made_s))
        return max(acting_s, not_before_s)

    def _skewed(self, contenders: Iterator[Any], not_before_s: float) -> Iterator[Any]:
        """Yield contenders in the order in which their validators' clocks let them act."""
        furthest_s = self._weather.furthest_ahead_s
        waiting: list[tuple[float, int, Any]] = []
        for order, proposal in enumerate(contenders):
            while waiting and waiting[0][0] <= proposal.made_s - furthest_s:
                yield heappop(waiting)[2]
            heappush(waiting, (self._moment_s(proposal, not_before_s), order, proposal))
        while waiting:
            yield heappop(waiting)[2]

    def _settle_chain(self, moment_s: float) -> None:
        """Settle, while no blocks compete, what has reached everybody."""
        recent = self.tree.recent
        while recent and recent[0].last_arrival_s < moment_s:
            self._events.append(Settled(self.tree.settle_first(), True))

    def _review(self, moment_s: float) -> None:
        """Settle, where blocks compete, what nobody will give up any more.

        That is what all tips share with each other and with every block under way that could still replace
        one. It is looked at less often the longer the dispute is, so that its cost stays in proportion.
        """
        self._until_review -= 1
        if self._until_review > 0:
            return
        tips = dict.fromkeys(self._tips.values())
        for node in range(len(self.topology)):
            tip = self._views.tip(node, moment_s)
            if self._weather.is_calm or not self._weather.is_away(node, moment_s):
                tips[tip] = None
        self._check_split(list(tips))
        lightest = min((tip.weight for tip in tips), default=0)
        for block in self.tree.recent:
            if block.last_arrival_s >= moment_s and block.weight > lightest:
                tips[block] = None
        base = last_shared(tips, self.tree.base)
        if base is not self.tree.base:
            self._settle(base)
        self._until_review = len(self.tree.recent) // 4

    def _check_split(self, tips: list[Block]) -> None:
        """Raise where two nodes that follow the rules hold as final what the other does not have."""
        firm = [tip for tip in tips if tip.final_number > self.tree.base.number and not tip.pinned]
        for other in firm[1:]:
            shared = common_ancestor(firm[0], other)
            if shared.number < min(firm[0].final_number, other.final_number):
                raise SplitForGood(
                    f"two branches since block {shared.number} are {firm[0].number - shared.number} and"
                    f" {other.number - shared.number} blocks long, more than {self.protocol.name}'s nodes ever"
                    " give up: they will not come together again"
                )

    def _settle(self, base: Block) -> None:
        canonical, dropped = self.tree.settle(base)
        self._events += [Settled(block, True) for block in canonical]
        self._events += [Settled(block, False) for block in dropped]
        self._views.settled()

    def _note_reorganised(self, node: int, depth_blocks: int, moment_s: float) -> None:
        self._events.append(Reorganised(node, depth_blocks, moment_s))


_RESUME: Final = None
"""Task of an agenda's entry: a state that nobody stood on has reached somebody."""

_NOWHERE: Final[Vector] = np.empty(0)
