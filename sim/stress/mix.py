"""What a visit brings to a chain: streams of acts, with gas and bytes as measured, alone or in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chain.contracts.rehearsal.acts import MeasuredAct, batch_name
from chain.network.queue_maker import Kind
from chain.protocols.dpos.points import ACT_CPU_AND_BYTES
from sim.scenario.chapters.stress import Stress

CPU_OF_CALL: Final = ACT_CPU_AND_BYTES["record"][0]
"""CPU units of a contract call on MediBloc's own chain, which knows none: those of a record, its dearest act."""

CPU_OF_TRANSFER: Final = ACT_CPU_AND_BYTES["transfer"][0]

PAPERS: Final = ("check-in", "record", "credit")
"""What every visit needs on chain; a visit is served when all three are."""


@dataclass(frozen=True)
class Part:
    """A kind of act in a stream, and which paper of how many visits it brings (none for other acts)."""

    kind: Kind
    paper: str | None = None
    visits: int = 1


@dataclass(frozen=True)
class Stream:
    """Acts that are sent together, `per_visit` times a visit, each moment independent of all others."""

    name: str
    per_visit: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Mix:
    """All streams of a load. `batching` says in words what stands in batches."""

    batching: str
    streams: tuple[Stream, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the order by which columns name their kinds."""
        return tuple(part for stream in self.streams for part in stream.parts)

    @property
    def acts_per_visit(self) -> float:
        """Transactions that a visit brings on average."""
        return sum(stream.per_visit * len(stream.parts) for stream in self.streams)

    def use_per_visit(self) -> tuple[float, float, float]:
        """Gas, bytes and CPU units that a visit takes on average, all its acts together."""
        gas, size, cpu = (
            sum(
                stream.per_visit * part.kind.uses[resource]
                for stream in self.streams
                for part in stream.parts
            )
            for resource in range(3)
        )
        return gas, size, cpu


def health_mix(stress: Stress, measured: Mapping[str, MeasuredAct], *, batched: bool) -> Mix:
    """Return the health acts of a visit; with `batched` those in batches that `[stress]` names."""
    size = stress.batch_size
    check_ins = batched and stress.batch_check_ins
    records = batched and stress.batch_records
    credits = batched and stress.batch_credits
    papers = {(True, True): "both", (True, False): "check_ins", (False, True): "records"}.get(
        (check_ins, records), "neither"
    )

    def part(name: str, paper: str | None = None, visits: int = 1) -> Part:
        act = measured[name]
        cpu = CPU_OF_TRANSFER if name == "transfer" else CPU_OF_CALL
        limit_gas = int(act.gas_gas * stress.gas_headroom)
        return Part(Kind(name, act.gas_gas, act.size_bytes, cpu, limit_gas), paper, visits)

    alone, together = [], []
    if check_ins:
        together.append(part(batch_name("check_in_batch", size), "check-in", size))
    else:
        alone.append(part("check_in", "check-in"))
    if records:
        together.append(part(batch_name("anchor_batch", size), "record", size))
    else:
        alone.append(part("anchor", "record"))
    if credits:
        together.append(part(batch_name("credit_batch", size, papers), "credit", size))
    elif papers == "neither":
        alone.append(part("credit", "credit"))
    else:
        alone.append(part(batch_name("credit_batch", 1, papers), "credit"))
    streams = [Stream("visits", 1.0, tuple(alone))] if alone else []
    streams += [Stream("batches", 1.0 / size, tuple(together))] if together else []
    others = (
        ("grant", stress.grants_per_visit),
        ("share", stress.shares_per_visit),
        ("claim", stress.claims_per_visit),
        ("submit", stress.submissions_per_visit),
        ("transfer", stress.transfers_per_visit),
    )
    streams += [Stream(name, per_visit, (part(name),)) for name, per_visit in others if per_visit]
    return Mix(_batching(size, check_ins, records, credits), tuple(streams))


def plain_mix(kind: Kind, together: int) -> Mix:
    """Return a load of one kind of act alone, one a visit, sent `together` at a time so that long steps are cheap."""
    many = Kind(kind.name, together * kind.gas_gas, together * kind.size_bytes, together * kind.cpu)
    return Mix("none", (Stream(kind.name, 1 / together, (Part(many, PAPERS[0], together),)),))


def _batching(size: int, *batched: bool) -> str:
    names = [name for name, is_batched in zip(PAPERS, batched, strict=True) if is_batched]
    if not names:
        return "none"
    return f"{size} visits: " + ", ".join(f"{name}s" for name in names)
