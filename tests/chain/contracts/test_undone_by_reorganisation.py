"""What a reorganisation undoes: how long a revoked consent let readers in, and how often a claim was paid."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.divided import FAR, GATEWAY, DividedStage, Split
from chain.contracts.rehearsal.insurance import MED, outpatient
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.undone import CALM_S, READING_S, claim_once, revoke_a_consent

SEEDS = range(3)
WHOLE = Split(split_s=0.001)
"""A network that is as good as never split."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_revocation_that_is_undone_leaves_readers_on_the_other_side_in_until_the_network_heals(
    stage: Stage, seed: int
) -> None:
    split = Split()
    measured = revoke_a_consent(stage, seed, split)
    assert measured.removals == 1
    assert split.split_s / 2 < measured.effective_after_s < split.split_s + CALM_S
    # On the other side nobody knew; at the gateway it was back only until the winning branch took it again.
    assert measured.live_there_s == pytest.approx(measured.effective_after_s, abs=2 * READING_S)
    assert 0 <= measured.live_here_s < measured.live_there_s / 4


def test_a_revocation_on_a_whole_network_holds_once_it_is_seen(stage: Stage) -> None:
    measured = revoke_a_consent(stage, 0, WHOLE)
    assert (measured.removals, measured.live_here_s, measured.effective_after_s) == (0, 0.0, 0.0)
    assert measured.live_there_s <= READING_S


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_that_is_undone_is_seen_paid_twice_and_paid_once(stage: Stage, seed: int) -> None:
    measured = claim_once(stage, seed)
    assert (measured.payments_seen, measured.payments_undone, measured.payments_on_chain) == (2, 1, 1)
    terms = outpatient()
    due = (measured.billed_med_units - terms.deductible_med_units) * terms.coinsurance_basis_points // 10_000
    assert measured.paid_med_units == due == 24 * MED
    assert measured.second_error.startswith("RecordClaimedAlready(")


def test_a_claim_on_a_whole_network_is_seen_paid_once(stage: Stage) -> None:
    measured = claim_once(stage, 0, WHOLE)
    assert (measured.payments_seen, measured.payments_undone, measured.payments_on_chain) == (1, 0, 1)
    assert (measured.paid_med_units, measured.second_error) == (24 * MED, "")


def test_both_sides_go_on_apart_and_agree_again(stage: Stage) -> None:
    stand = DividedStage(stage, seed=5)
    stand.run_to(stand.heals_at_s - 1)
    near, far = stand.tip_of(GATEWAY), stand.tip_of(FAR)
    ancestor, left, gained = stand.ledger.tree.path(near, far)
    assert len(left) >= 5
    assert len(gained) > len(left)
    assert abs(ancestor.timestamp_s - stand.splits_at_s) < 10 * stand.split.interval_s
    stand.run_to(stand.heals_at_s + CALM_S)
    assert far in stand.chain()
    assert near not in stand.chain()
    assert stand.ledger.imbalance_wei() == 0
