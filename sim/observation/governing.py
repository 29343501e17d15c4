"""Rows of governance: what was proposed, how it was voted, and from which block on it held."""

from __future__ import annotations

from collections.abc import Iterable

from sim.agents.governing import Motion
from sim.metrics.rows import RowCollector
from sim.observation.acts import fee_sat


def write_governance(rows: RowCollector, motions: Iterable[Motion]) -> None:
    """Write a row for every planned proposal."""
    for motion in motions:
        rows.append(
            proposal=motion.number,
            parameter=motion.planned.parameter,
            value=str(motion.planned.value),
            previous=motion.previous,
            outcome=motion.outcome,
            proposed_at_s=motion.proposed_at_s,
            voting_from_s=motion.voting_from_s,
            voting_until_s=motion.voting_until_s,
            queued_at_s=motion.queued_at_s,
            executed_at_s=motion.executed_at_s,
            effective_block_number=motion.effective_block_number,
            voters=motion.voters,
            for_med_units=motion.votes_for,
            against_med_units=motion.votes_against,
            abstaining_med_units=motion.votes_abstaining,
            quorum_med_units=motion.quorum,
            gas_gas=sum(sent.gas_used_gas or 0 for sent in motion.submissions),
            fee_sat=sum(fee_sat(sent) or 0 for sent in motion.submissions),
        )
