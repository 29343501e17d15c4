"""A verdict from figures by stated rules: each rule holds, fails, or cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.quantities import counted, share, whole
from reports.run_directory import RunDirectory

BUSY_SHARE: Final = 0.5
"""Gas-used share above which a chain has no room for a busy day twice the mean."""

INCLUDED_SHARE: Final = 0.99
"""Share of submitted transactions that must reach the chain."""


@dataclass(frozen=True)
class Ruling:
    """One rule applied: what it asks, whether it holds (None: cannot be told), and what the figures say."""

    rule: str
    holds: bool | None
    finding: str


def rulings(run: RunDirectory) -> tuple[Ruling, ...]:
    """Every rule the verdict rests on, in the order it is told."""
    return (_carried(run), _honest(run), _private(run))


def verdict(run: RunDirectory) -> str:
    """One or two sentences: an answer word decided by the rules, then what decided it."""
    found = rulings(run)
    failed = [ruling.finding for ruling in found if ruling.holds is False]
    untold = [ruling.finding for ruling in found if ruling.holds is None]
    held = [ruling.finding for ruling in found if ruling.holds]
    if failed:
        return f"No: {_joined(failed)}."
    if not held:
        return f"Cannot be told: {_joined(untold)}."
    answer = f"Yes, at this load: {_joined(held)}."
    return f"{answer} Not shown: {_joined(untold)}." if untold else answer


def _carried(run: RunDirectory) -> Ruling:
    rule = (
        f"the chain carries the load when at least {share(INCLUDED_SHARE)} of the submitted transactions are "
        f"included, none expires, and less than {share(BUSY_SHARE)} of the offered gas is used"
    )
    transactions = run.table("transactions", ("outcome", "canonical"))
    offered, used = len(transactions), run.kpi("chain.gas_used_share").number
    included = int(((transactions["outcome"] == "included") & transactions["canonical"]).sum())
    expired = int(transactions["outcome"].isin(("expired", "dropped")).sum())
    if not offered or used is None:
        return Ruling(rule, None, "no transaction was offered that the chain could have carried")
    holds = included >= INCLUDED_SHARE * offered and expired == 0 and used < BUSY_SHARE
    verb = "carried" if holds else "did not carry the load: it included"
    lost = f"{expired:,} expired or dropped" if expired else "none expired"
    finding = (
        f"the chain {verb} {whole(included)} of {whole(offered)} transactions with {share(used)} of its gas, "
        f"and {lost}"
    )
    return Ruling(rule, holds, finding)


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
