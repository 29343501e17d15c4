"""A verdict from figures by stated rules: how long a visit takes, what it costs, and which checks hold.

Times and costs are measured and named; each check holds, fails, or was not tested.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reports.chain_words import words_of
from reports.measures import (
    ANCHORED,
    CREDITED,
    PAID,
    VisitStage,
    limited_by_gas,
    no_chain_answer,
    visit_stages,
)
from reports.quantities import DAY_S, JOIN, counted, duration, number, share, whole, with_unit
from reports.run_directory import RunDirectory

BUSY_SHARE: Final = 0.5
"""Gas-used share above which a chain has no room for a busy day twice the mean."""

INCLUDED_SHARE: Final = 0.99
"""Share of submitted transactions that must reach the chain."""


BANDS: Final = ((60, "seconds"), (3600, "minutes"), (DAY_S, "hours"), (math.inf, "days"))
"""How a wait is called: the first word whose bound it stays below."""

PACE_RULE: Final = (
    "a wait is called by the median of all scanned visits: seconds below 1 min, minutes below 1 h, hours below "
    "1 day, else days; what was not reached by the end of the run counts as endless"
)
COST_RULE: Final = (
    "a visit costs the chain fees of its own transactions and its part of the payout's, whoever pays them"
)
NOT_TESTED: Final = "not tested"

_REACHED: Final = {ANCHORED: "the anchored record", CREDITED: "the credited points", PAID: "the paid MED"}
_NOBODY: Final = {
    ANCHORED: "No record was anchored in this run.",
    CREDITED: "No points were credited in this run.",
    PAID: "No MED was paid in this run.",
}
_SOME: Final = {ANCHORED: "had a record anchored", CREDITED: "had points credited", PAID: "had MED paid"}


@dataclass(frozen=True)
class Ruling:
    """One rule applied: what it asks, whether it holds (None: not tested), and what the figures say."""

    rule: str
    holds: bool | None
    finding: str

    @property
    def word(self) -> str:
        """The outcome as the table of rules shows it."""
        return NOT_TESTED if self.holds is None else "yes" if self.holds else "no"


def rulings(run: RunDirectory) -> tuple[Ruling, ...]:
    """Every check the verdict rests on, in the order it is told; the chain's own only where it saw the whole load."""
    if no_chain_answer(run):
        return (_honest(run), _private(run))
    return (_carried(run), _honest(run), _private(run))


def verdict(run: RunDirectory) -> str:
    """What failed, if anything did; then how long a visit takes and what it costs."""
    failed = [ruling.finding for ruling in rulings(run) if ruling.holds is False]
    answer = no_chain_answer(run) or f"{pace(run)} {cost(run)}"
    return f"Failed: {_joined(failed)}. {answer}" if failed else answer


def checks(run: RunDirectory) -> str:
    """Which checks held at this load, and which were not tested."""
    found = rulings(run)
    held = [ruling.finding for ruling in found if ruling.holds]
    untold = [ruling.finding for ruling in found if ruling.holds is None]
    where = "" if no_chain_answer(run) else ", at this load"
    parts = [f"Checked{where}: {_joined(held)}."] if held else []
    parts += [f"Not tested: {_joined(untold)}."] if untold else []
    return " ".join(parts) or "No check held."


def pace(run: RunDirectory) -> str:
    """From the scan to the anchored record, the credited points and the paid MED, in words and figures."""
    stages = [stage for stage in visit_stages(run) if stage.name in _REACHED]
    if not stages:
        return "Cannot be told: no code was scanned, so no visit took any time."
    reached = [stage for stage in stages if math.isfinite(stage.median_s)]
    missed = [_missed(stage) for stage in stages if not math.isfinite(stage.median_s)]
    if not reached:
        return " ".join(missed)
    named = ", ".join(
        f"{band} to {_listed([_REACHED[stage.name] for stage in part])}"
        for band, part in groupby(reached, key=lambda stage: band_of(stage.median_s))
    )
    waits = _listed([duration(stage.median_s) for stage in reached])
    told = f"{named[0].upper()}{named[1:]}: {_half(reached[0].n)} got there within {waits} of the scan."
    return " ".join([told, *missed])


def _half(n: int) -> str:
    return f"half of the {n:,} scanned visits" if n > 1 else "the only scanned visit"


def bands(run: RunDirectory) -> str:
    """The words for the waits, as the table of rules shows them."""
    stages = [stage for stage in visit_stages(run) if stage.name in _REACHED]
    return ", ".join(band_of(stage.median_s) for stage in stages) or NOT_TESTED


def band_of(seconds: float) -> str:
    """`150` → `minutes`; what is endless is `never`."""
    return next((word for bound, word in BANDS if seconds < bound), "never")


def cost(run: RunDirectory) -> str:
    """Chain fees per visit, in KRW where the coin has a rate."""
    fee, native = run.kpi("act.fee_per_visit_krw"), native_cost(run)
    if fee.number is not None:
        return (
            f"A visit cost {with_unit(fee.value, fee.unit)} in chain fees{f' ({native})' if native else ''}."
        )
    if native:
        return f"A visit cost {native} in chain fees; what that is in KRW is undefined: {fee.reason}."
    return f"What a visit cost is undefined: {fee.reason}."


def native_cost(run: RunDirectory) -> str:
    """Chain fees per visit in the protocol's coin; empty where they are not known."""
    coin = words_of(run).coin
    native = dict(run.kpi("act.fee_per_visit_krw").beside).get(f"fee_{coin.lower()}")
    return f"{number(native)}{JOIN}{coin}" if native is not None else ""


def _missed(stage: VisitStage) -> str:
    if not stage.reached:
        return _NOBODY[stage.name]
    return f"Only {stage.reached:,} of {counted(stage.n, 'scanned visit')} {_SOME[stage.name]} by the end of the run."


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _carried(run: RunDirectory) -> Ruling:
    rule = (
        f"the chain carries the load when at least {share(INCLUDED_SHARE)} of the submitted transactions are "
        f"included, none expires, and less than {share(BUSY_SHARE)} of the offered gas is used"
    )
    transactions = run.table("transactions", ("outcome", "canonical"))
    offered, used = len(transactions), run.kpi("chain.gas_used_share").number
    included = int(((transactions["outcome"] == "included") & transactions["canonical"]).sum())
    expired = int(transactions["outcome"].isin(("expired", "dropped")).sum())
    unlimited = used is None and words_of(run).maker == "signer"
    if not offered or (used is None and not unlimited):
        return Ruling(rule, None, "no transaction was offered that the chain could have carried")
    holds = included >= INCLUDED_SHARE * offered and expired == 0 and (used or 0) < BUSY_SHARE
    verb = "carried" if holds else "did not carry the load: it included"
    lost = f"{expired:,} expired or dropped" if expired else "none expired"
    finding = f"the chain {verb} {whole(included)} of {whole(offered)} transactions{_with_room(run, used)}, and {lost}"
    return Ruling(rule, holds, finding)


def _with_room(run: RunDirectory, used: float | None) -> str:
    if used is None:
        return ""
    return f" with {share(used)} of its {'gas' if limited_by_gas(run) else 'room'}"


def _honest(run: RunDirectory) -> Ruling:
    rule = "verification is sound when no forged record was accepted and no honest one refused"
    accepts, rejects = run.kpi("record.false_accepts").number, run.kpi("record.false_rejects").number
    if accepts is None or rejects is None:
        return Ruling(rule, None, "no record was presented a second time")
    shares = run.table("shares", ("origin",))
    forged = int((shares["origin"] == "forged").sum())
    if accepts or rejects:
        return Ruling(
            rule,
            False,
            f"{counted(int(accepts), 'forged record')} accepted and "
            f"{counted(int(rejects), 'honest record')} refused",
        )
    honest = len(shares) - forged
    if not len(shares):
        return Ruling(rule, None, "no record was presented a second time")
    if not honest:
        return Ruling(
            rule, True, f"every forged record ({forged:,}) was refused, though no honest one was presented"
        )
    if not forged:
        return Ruling(
            rule, True, f"all {counted(honest, 'honest record')} were accepted, though none was forged"
        )
    return Ruling(
        rule, True, f"every forged record ({forged:,}) was refused and every honest one ({honest:,}) accepted"
    )


def _private(run: RunDirectory) -> Ruling:
    rule = "nothing leaks when no personal string of 8 bytes or more stands in calldata, logs or storage"
    found = run.kpi("privacy.plaintext_on_chain_bytes").number
    if found is None:
        return Ruling(rule, None, "whether personal strings reached the chain was not searched")
    if found:
        return Ruling(rule, False, f"{whole(found)} bytes of personal strings stand on the chain")
    return Ruling(rule, True, "no personal string reached the chain")


def _joined(sentences: list[str]) -> str:
    return "; ".join(sentences)
