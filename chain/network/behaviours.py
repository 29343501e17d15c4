"""Validators that do not do what the protocol expects: by fault, or for gain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chain.draws import Draws
from chain.network.errors import NetworkError
from chain.network.tree import Block

_FRACTION_BITS = 53


class Acts(Protocol):
    """What a behaviour may do on the network."""

    def publish(self, block: Block, moment_s: float) -> None:
        """Send a block that was kept back to everybody else; its parents must be out."""

    def stay_on(self, node: int, block: Block | None) -> None:
        """Keep a node on this block whatever reaches it; None lets it follow the rules again."""


class Behaviour:
    """One validator's conduct; this one is honest. A behaviour serves one node of one run."""

    withholds = False
    """Whether its blocks are kept back until it publishes them."""

    listens = False
    """Whether it is told of each block that reaches it."""

    def misses(self, _number: int, _moment_s: float) -> bool:
        """Tell whether it lets this chance to make block `number` pass."""
        return False

    def copies(self, _number: int, _moment_s: float) -> Collection[int] | None:
        """Return the nodes that get a second block of the same slot first, or None to make but one."""
        return None

    def made(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Take notice of a block of its own."""

    def seen(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Take notice of another's block that has reached it."""


@dataclass
class Misses(Behaviour):
    """Lets chances pass: with this probability each, drawn by the height, and all those in the windows (Unix s).

    The probability holds from `from_s` until `to_s`.
    """

    probability: float = 0.0
    seed: bytes = b""
    windows_s: Sequence[tuple[float, float]] = ()
    from_s: float = 0.0
    to_s: float = float("inf")

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise NetworkError(f"a probability lies between 0 and 1, not {self.probability}")
        self._bound = int(self.probability * 2**_FRACTION_BITS)

    def misses(self, number: int, moment_s: float) -> bool:
        """Tell whether it lets this chance pass; the same height at the same second has the same answer."""
        if any(from_s <= moment_s < to_s for from_s, to_s in self.windows_s):
            return True
        if not (self._bound and self.from_s <= moment_s < self.to_s):
            return False
        draws = Draws(b"missed%d,%d," % (number, int(moment_s)) + self.seed)
        return draws.below(2**_FRACTION_BITS) < self._bound


@dataclass
class TwoBlocks(Behaviour):
    """Makes two blocks of each of its chances in the windows (Unix s): one half of the nodes gets the other first."""

    other_half: Collection[int]
    windows_s: Sequence[tuple[float, float]] = ((0.0, float("inf")),)
    doubled: int = 0
    """Chances of which it made two blocks so far."""

    def copies(self, _number: int, moment_s: float) -> Collection[int] | None:
        """Return the other half where the moment lies in a window."""
        inside = any(from_s <= moment_s < to_s for from_s, to_s in self.windows_s)
        self.doubled += inside
        return self.other_half if inside else None


@dataclass
class Withholding(Behaviour):
    """From `from_s` on keeps its blocks back on a branch of its own, to undo `depth_blocks` of the others' at once.

    It publishes when the public chain has grown by `depth_blocks` since the branch began and the branch is
    heavier, and gives up when it lags `lag_blocks` behind. After either it starts again, until `attempts` are made.
    From `to_s` on it is honest: it publishes a branch that its own node prefers, and gives up another.
    """

    node: int
    depth_blocks: int
    from_s: float = 0.0
    lag_blocks: int = 20
    attempts: int = 1
    to_s: float = float("inf")
    released: int = 0
    abandoned: int = 0
    _branch: list[Block] = field(default_factory=list)
    _fork: Block | None = None
    _public: Block | None = None

    listens = True

    @property
    def withholds(self) -> bool:  # type: ignore[override]  # here it changes with time
        """Whether attempts are left: then what it makes from `from_s` on stays with it."""
        return self.released + self.abandoned < self.attempts

    def made(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Begin a branch, or lengthen it."""
        if not self.withholds:
            return
        if moment_s < self.from_s or (moment_s >= self.to_s and self._fork is None):
            acts.publish(block, moment_s)
            return
        if self._fork is None:
            self._fork = self._public = block.parent
        self._branch.append(block)
        acts.stay_on(self.node, block)
        self._decide(acts, moment_s)

    def seen(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Watch the public chain grow."""
        if self._fork is None or self._public is None:
            return
        if block.weight > self._public.weight:
            self._public = block
        self._decide(acts, moment_s)

    def _decide(self, acts: Acts, moment_s: float) -> None:
        assert self._fork is not None
        assert self._public is not None
        own = self._branch[-1]
        if moment_s >= self.to_s:
            is_due, is_lost = own.weight >= self._public.weight, own.weight < self._public.weight
        else:
            grown_blocks = self._public.number - self._fork.number
            is_due = grown_blocks >= self.depth_blocks and own.weight > self._public.weight
            is_lost = self._public.number - own.number >= self.lag_blocks
        if is_due:
            self.released += 1
            branch = self._end(acts)
            for block in branch:
                acts.publish(block, moment_s)
        elif is_lost:
            self.abandoned += 1
            self._end(acts)

    def _end(self, acts: Acts) -> list[Block]:
        branch, self._branch, self._fork, self._public = self._branch, [], None, None
        acts.stay_on(self.node, None)
        return branch


@dataclass
class Together(Behaviour):
    """Several conducts of one validator, of which one withholds at most."""

    parts: Sequence[Behaviour]

    def __post_init__(self) -> None:
        kept_back = [part for part in self.parts if part.listens]
        if len(kept_back) > 1:
            raise NetworkError("a validator keeps blocks back in one way at most")
        self.listens = bool(kept_back)

    @property
    def withholds(self) -> bool:  # type: ignore[override]  # here it changes with time
        """Whether one of them keeps blocks back now."""
        return any(part.withholds for part in self.parts)

    def misses(self, number: int, moment_s: float) -> bool:
        """Tell whether one of them lets this chance pass."""
        return any(part.misses(number, moment_s) for part in self.parts)

    def copies(self, number: int, moment_s: float) -> Collection[int] | None:
        """Return whom one of them shows a second block, none while another keeps its blocks back."""
        if self.withholds:
            return None
        shown = [part.copies(number, moment_s) for part in self.parts]
        return next((others for others in shown if others is not None), None)

    def made(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Let each take notice."""
        for part in self.parts:
            part.made(acts, block, moment_s)

    def seen(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Let each take notice."""
        for part in self.parts:
            part.seen(acts, block, moment_s)


@dataclass
class Selfish(Behaviour):
    """Selfish mining, the state machine of Eyal and Sirer, "Majority is not enough" (2014), algorithm 1.

    Which part of the others takes its side in a race (gamma) is nobody's parameter: it follows from whose
    block reaches whom first.
    """

    node: int
    _branch: list[Block] = field(default_factory=list)
    _unpublished: list[Block] = field(default_factory=list)
    _public: Block | None = None

    withholds = True
    listens = True

    def made(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Keep it; but publish at once where it decides a race."""
        assert block.parent is not None
        if self._public is None or not self._branch:
            self._public = block.parent
        lead = block.parent.number - self._public.number
        self._branch.append(block)
        self._unpublished.append(block)
        if lead == 0 and len(self._branch) == 2:
            self._publish(acts, len(self._unpublished), moment_s)
            self._adopt(block)

    def seen(self, acts: Acts, block: Block, moment_s: float) -> None:
        """Answer a block that lengthens the public chain by as many of its own as it takes."""
        if not self._branch or self._public is None or block.number <= self._public.number:
            return
        own = self._branch[-1]
        lead = own.number - self._public.number
        self._public = block
        if block.number > own.number:
            self._unpublished.clear()
            self._adopt(block)
        elif lead == 1:
            self._publish(acts, len(self._unpublished), moment_s)
        elif lead == 2:
            self._publish(acts, len(self._unpublished), moment_s)
            self._adopt(own)
        else:
            self._publish(acts, 1, moment_s)

    def _publish(self, acts: Acts, count: int, moment_s: float) -> None:
        for block in self._unpublished[:count]:
            acts.publish(block, moment_s)
        del self._unpublished[:count]

    def _adopt(self, public: Block) -> None:
        self._branch.clear()
        self._public = public
