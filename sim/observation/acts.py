"""Rows of what people did: transactions, visits, presentations, and what each act's gas was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chain.contracts.bindings.reward_pool import Contribution
from chain.contracts.system import System
from chain.units import satoshi_from_wei
from sim.agents.presentations import Presentation
from sim.agents.submission import Submission
from sim.agents.visits import Visit
from sim.metrics.rows import RowCollector
from sim.observation.credits import earned_points
from sim.observation.figures import hexadecimal


def fee_sat(submission: Submission) -> int | None:
    """Return the fee that was paid, None for a transaction that no block holds; points are no fee."""
    if submission.gas_used_gas is None:
        return None
    if submission.coins_charged_sat is not None:
        return submission.coins_charged_sat
    return submission.gas_used_gas * satoshi_from_wei(submission.transaction.gas_price_wei)


def write_transactions(rows: RowCollector, submissions: Iterable[Submission]) -> None:
    """Write a row for every transaction that anybody submitted."""
    for sent in submissions:
        transaction = sent.transaction
        rows.append(
            tx_id=hexadecimal(transaction.identity),
            act=str(sent.call.act),
            sender=sent.account.owner_id,
            sender_role=sent.account.role,
            for_owner=sent.call.for_owner,
            nonce=transaction.nonce,
            gas_limit_gas=transaction.gas_limit_gas,
            gas_price_sat=satoshi_from_wei(transaction.gas_price_wei),
            submitted_at_s=sent.submitted_at_s,
            included_at_s=sent.included_at_s,
            final_at_s=sent.final_at_s,
            block_number=sent.block_number,
            block_hash=sent.block_hash,
            status=sent.status,
            gas_used_gas=sent.gas_used_gas,
            fee_sat=fee_sat(sent),
            revert_reason=sent.revert_reason,
            outcome=sent.outcome,
            visit_id=sent.call.visit_id,
            canonical=sent.outcome == "included",
            removed_at_s=sent.removed_at_s,
        )


def write_gas(rows: RowCollector, submissions: Iterable[Submission]) -> None:
    """Write what the successful calls of each act cost."""
    costs: dict[str, list[int]] = {}
    for sent in submissions:
        if sent.succeeded and sent.gas_used_gas is not None:
            costs.setdefault(str(sent.call.act), []).append(sent.gas_used_gas)
    for act, used in sorted(costs.items()):
        rows.append(
            act=act,
            calls=len(used),
            gas_min=min(used),
            gas_mean=round(sum(used) / len(used), 6),
            gas_max=max(used),
        )


def write_visits(rows: RowCollector, visits: Iterable[Visit], system: System) -> None:
    """Write a row for every visit, with the Medi Points that its credit earned."""
    for visit in visits:
        planned = visit.planned
        earned = earned_points(system, visit.credit)
        rows.append(
            visit_id=planned.visit_id,
            patient_id=planned.patient_id,
            provider_id=planned.provider_id,
            provider_name=planned.provider_name,
            encounter_class=planned.class_code,
            encounter_type=planned.type_text,
            direction=visit.direction,
            started_at_s=planned.start_s,
            ended_at_s=planned.end_s,
            scanned_at_s=visit.scanned_at_s,
            checked_in_at_s=_included_at_s(visit.check_in),
            anchored_at_s=_included_at_s(visit.anchor),
            credited_at_s=_included_at_s(visit.credit),
            outcome=visit.outcome,
            resources=visit.resources,
            record_bytes=visit.record_bytes,
            ciphertext_bytes=visit.ciphertext_bytes,
            record_id=hexadecimal(visit.record_id),
            root=hexadecimal(visit.record.root if visit.record else None),
            gas_gas=sum(sent.gas_used_gas or 0 for sent in visit.submissions),
            fee_sat=sum(fee_sat(sent) or 0 for sent in visit.submissions),
            patient_points=earned[Contribution.VISIT_PATIENT],
            provider_points=earned[Contribution.VISIT_PROVIDER],
        )


def write_shares(
    rows: RowCollector,
    presentations: Iterable[Presentation],
    credits_made: Mapping[str, Submission],
    system: System,
) -> None:
    """Write a row for every presentation of a record; `credits_made` are the transactions that credited it."""
    for shown in presentations:
        credit = credits_made.get(shown.share_id)
        earned = earned_points(system, credit)
        rows.append(
            share_id=shown.share_id,
            visit_id=shown.visit_id,
            patient_id=shown.patient_id,
            from_provider_id=shown.from_provider_id,
            to_provider_id=shown.to_provider_id,
            record_id=hexadecimal(shown.record_id),
            presented_at_s=shown.presented_at_s,
            origin=shown.origin,
            leaves=shown.leaves,
            proof_bytes=shown.proof_bytes,
            accepted=shown.accepted,
            reason=shown.reason,
            repeat_test_avoided=shown.repeat_test_avoided,
            credited_at_s=_included_at_s(credit),
            patient_points=earned[Contribution.SHARE_PATIENT],
            issuer_points=earned[Contribution.SHARE_ISSUER],
            acceptor_points=earned[Contribution.SHARE_ACCEPTOR],
        )


def _included_at_s(submission: Submission | None) -> float | None:
    return submission.included_at_s if submission is not None and submission.succeeded else None
