"""Being away and signing twice: windows, jail, what is burned, and from whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.protocols.bft.fixed import percent
from chain.protocols.bft.operations import OperationRefused, delegate, deposit, undelegate, unjail
from chain.protocols.bft.parameters import PANACEA_2019, PANACEA_2022, BftParameters
from chain.protocols.bft.slashing import FOREVER_S
from chain.protocols.bft.staking import Validator
from chain.protocols.bft.state import BftState
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.protocol import ProtocolError
from chain.protocols.round_rules import DoubleSign
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import OPENING_S, SEED, stakers_of, steps

WINDOW = 20
PARAMETERS = replace(PANACEA_2019, signed_window_blocks=WINDOW, minimum_signed=percent(50), validators=4)
PROTOCOL = PanaceaBft(PARAMETERS)
STAKE_SAT = 1_000_000 * MED_UNITS_PER_MED


def open_state(parameters: BftParameters = PARAMETERS, number: int = 0, **choice: Any) -> BftState:
    return PanaceaBft(parameters).opening_state(
        stakers_of([1_000_000] * 5),
        number=number,
        timestamp_s=OPENING_S,
        burn_in_blocks=0,
        seed=SEED,
        **choice,
    )


def go(
    state: BftState,
    blocks: int,
    away: str | None = None,
    evidence: tuple[DoubleSign, ...] = (),
    protocol: PanaceaBft = PROTOCOL,
) -> BftState:
    """Return the state so many blocks on, with a validator's pre-commits missing from each where it votes."""
    for _ in range(blocks):
        voters = {} if state.voted is None else dict.fromkeys(state.voted.places)
        absent = [away] if away is not None and state.staking.places[away] in voters else []
        proposal = protocol.round_rules.propose(state, 0, state.made_s + 6, absent=absent, evidence=evidence)
        state, _payouts = protocol.apply(state, proposal, 0)
        evidence = ()
    return state


def validator(state: BftState, name: str) -> Validator:
    return state.staking.validators[state.staking.places[name]]


def missed(state: BftState, name: str) -> int:
    signing = validator(state, name).signing
    assert signing is not None
    return signing.missed_blocks


def conserved(before: BftState, after: BftState) -> bool:
    gained_sat = PROTOCOL.coins_sat(after) - PROTOCOL.coins_sat(before)
    issued_sat = after.subsidies_sat - before.subsidies_sat
    burned_sat = PROTOCOL.burned_sat(after) - PROTOCOL.burned_sat(before)
    return gained_sat == issued_sat - burned_sat == after.supply_sat - before.supply_sat


@pytest.fixture
def state() -> BftState:
    """Five validators of equal stake and four places; two windows have passed in which everybody signed."""
    return steps(PROTOCOL, open_state(), 2 * WINDOW)


def outsider(state: BftState) -> str:
    (name,) = {f"p{index}" for index in range(5)} - set(PROTOCOL.round_rules.powers(state))
    return name


def insider(state: BftState) -> str:
    return next(iter(PROTOCOL.round_rules.powers(state)))


def test_absence_is_counted_and_forgotten_after_a_window(state: BftState) -> None:
    name = insider(state)
    gone = go(state, 5, away=name)
    assert missed(gone, name) == 5
    assert missed(go(gone, WINDOW - 5), name) == 5
    assert [missed(go(gone, WINDOW - 5 + blocks), name) for blocks in (1, 3, 5, 6)] == [4, 2, 0, 0]
    assert PROTOCOL.burned_sat(go(gone, WINDOW)) == 0


def test_half_a_window_missed_is_forgiven_and_one_block_more_is_not(state: BftState) -> None:
    name = insider(state)
    half = go(state, WINDOW // 2, away=name)
    assert not validator(half, name).jailed
    assert validator(half, name).tokens_sat == STAKE_SAT
    more = go(half, 1, away=name)
    assert validator(more, name).jailed
    assert validator(more, name).tokens_sat == STAKE_SAT * 99 // 100
    assert PROTOCOL.burned_sat(more) == STAKE_SAT // 100
    assert validator(more, name).jailed_until_s == more.timestamp_s + 600
    assert missed(more, name) == 0
    assert conserved(state, more)


def test_absences_need_not_be_in_a_row(state: BftState) -> None:
    name = insider(state)
    for _ in range(5):
        state = go(go(state, 2, away=name), 1)
    state = go(state, 3)
    assert missed(state, name) == WINDOW // 2
    assert not validator(state, name).jailed
    assert validator(go(state, 1, away=name), name).jailed


def test_nobody_is_punished_before_a_first_window_is_over() -> None:
    opened = open_state()
    name = insider(opened)
    state = go(opened, WINDOW, away=name)
    assert missed(state, name) == WINDOW - 1
    assert not validator(state, name).jailed
    assert validator(go(state, 1, away=name), name).jailed


def test_the_jailed_vote_two_blocks_more_and_the_next_in_line_follows(state: BftState) -> None:
    name, waiting = insider(state), outsider(state)
    jailed = go(state, WINDOW // 2 + 1, away=name)
    assert name in PROTOCOL.round_rules.powers(jailed)
    after = go(jailed, 1, away=name)
    powers = PROTOCOL.round_rules.powers(after)
    assert name not in powers
    assert waiting in powers
    # What it misses while it is still counted, jailed, is not held against it.
    assert missed(go(after, 3, away=name), name) == 0
    assert PROTOCOL.burned_sat(go(after, 2 * WINDOW)) == STAKE_SAT // 100
    signing = validator(go(after, 1), waiting).signing
    assert signing is not None
    assert signing.start_number == jailed.number


def test_a_window_counts_from_when_a_validator_begins(state: BftState) -> None:
    waiting = outsider(state)
    jailed = go(state, WINDOW // 2 + 1, away=insider(state))
    begun = jailed.number
    state = jailed
    while state.number < begun + WINDOW:
        state = go(state, 1, away=waiting)
    assert missed(state, waiting) == WINDOW - 2
    assert not validator(state, waiting).jailed
    assert validator(go(state, 1, away=waiting), waiting).jailed


def test_unjailing_takes_ten_minutes(state: BftState) -> None:
    name = insider(state)
    jailed = go(state, WINDOW // 2 + 1, away=name)
    early = go(jailed, 99)
    assert early.timestamp_s == jailed.timestamp_s + 594
    with pytest.raises(OperationRefused, match="is jailed until"):
        unjail(early, name)
    free = unjail(go(early, 1), name)
    assert not validator(free, name).jailed
    with pytest.raises(OperationRefused, match="is not jailed"):
        unjail(free, name)
    with pytest.raises(OperationRefused, match="does not validate"):
        unjail(free, "nobody")


def test_whoever_comes_back_has_an_empty_window(state: BftState) -> None:
    name = insider(state)
    # A little more stake than the others have brings it back to its place.
    jailed = go(state, WINDOW // 2 + 1, away=name)
    richer = deposit(jailed, name, STAKE_SAT // 10)
    back = delegate(unjail(go(richer, 100), name), name, name, STAKE_SAT // 10)
    back = go(back, 3)
    assert name in PROTOCOL.round_rules.powers(back)
    again = go(back, WINDOW // 2, away=name)
    assert not validator(again, name).jailed
    assert missed(again, name) == WINDOW // 2
    assert validator(go(again, 1, away=name), name).jailed


def evidence_of(state: BftState, name: str, age_s: int = 0, number: int | None = None) -> DoubleSign:
    power = PROTOCOL.round_rules.powers(state)[name]
    at = state.number if number is None else number
    return DoubleSign(name, at, state.timestamp_s + 6 - age_s, power)


def test_a_double_signature_costs_five_per_cent_and_the_vote_for_ever(state: BftState) -> None:
    name = insider(state)
    after = go(state, 1, evidence=(evidence_of(state, name),))
    convict = validator(after, name)
    assert (convict.jailed, convict.tombstoned, convict.jailed_until_s) == (True, True, FOREVER_S)
    assert convict.tokens_sat == STAKE_SAT * 95 // 100
    assert conserved(state, after)
    with pytest.raises(OperationRefused, match="never votes again"):
        unjail(go(after, 200), name)
    twice = go(after, 1, evidence=(evidence_of(state, name),))
    assert validator(twice, name).tokens_sat == convict.tokens_sat
    innocent = next(other for other in PROTOCOL.round_rules.powers(state) if other != name)
    assert validator(after, innocent).tokens_sat == STAKE_SAT


def test_old_evidence_is_ignored(state: BftState) -> None:
    name = insider(state)
    limit_s = PARAMETERS.evidence_age_s
    fresh = go(state, 1, evidence=(evidence_of(state, name, age_s=limit_s),))
    stale = go(state, 1, evidence=(evidence_of(state, name, age_s=limit_s + 1),))
    assert validator(fresh, name).tombstoned
    assert not validator(stale, name).tombstoned
    assert PROTOCOL.burned_sat(stale) == 0


def test_evidence_reaches_whoever_left_within_the_unbonding_time(state: BftState) -> None:
    name = insider(state)
    evidence = evidence_of(state, name)
    jailed = go(state, WINDOW // 2 + 1, away=name)
    recent = replace(evidence, timestamp_s=jailed.timestamp_s)
    assert validator(go(jailed, 1, evidence=(recent,)), name).tombstoned
    gone, _stretch = PROTOCOL.advance_idle(jailed, jailed.timestamp_s + PARAMETERS.unbonding_s)
    late = replace(evidence, timestamp_s=gone.timestamp_s)
    assert not validator(go(gone, 1, evidence=(late,)), name).tombstoned


def test_evidence_of_what_cannot_be_is_refused(state: BftState) -> None:
    name = insider(state)
    for broken in (
        replace(evidence_of(state, name), validator_id="nobody"),
        evidence_of(state, name, number=state.number + 1),
    ):
        with pytest.raises(ProtocolError, match="nothing that"):
            go(state, 1, evidence=(broken,))


def test_a_slash_takes_from_what_began_to_unbond_since_and_not_from_before() -> None:
    opened = PROTOCOL.opening_state(
        stakers_of([1_400_000, *[1_000_000] * 3]),
        number=0,
        timestamp_s=OPENING_S,
        burn_in_blocks=0,
        seed=SEED,
    )
    tenth = STAKE_SAT // 10
    before = go(undelegate(PARAMETERS, steps(PROTOCOL, opened, 9), "p0", "p0", tenth), 5)
    offence = evidence_of(before, "p0")
    assert offence.power == 1_300_000
    since = go(undelegate(PARAMETERS, before, "p0", "p0", tenth), 1)
    after = go(since, 1, evidence=(offence,))
    old, new = after.staking.unbondings
    assert (old.amount_sat, new.amount_sat) == (tenth, tenth * 95 // 100)
    # 5 % of what was at stake at the offence is burned, of which the later unbonding bore its part.
    burned_sat = 13 * tenth * 5 // 100
    assert PROTOCOL.burned_sat(after) == burned_sat
    assert validator(after, "p0").tokens_sat == 12 * tenth - (burned_sat - tenth * 5 // 100)
    assert conserved(since, after)
    paid, _stretch = PROTOCOL.advance_idle(after, since.timestamp_s + PARAMETERS.unbonding_s + 60)
    assert paid.staking.unbondings == ()
    assert paid.staking.liquid_sat["p0"] - after.staking.liquid_sat["p0"] == tenth + tenth * 95 // 100


def test_the_later_rules_are_milder() -> None:
    assert (PANACEA_2019.downtime_slash, PANACEA_2022.downtime_slash) == (percent(1), percent(0, 1))
    assert PANACEA_2022.double_sign_slash == PANACEA_2019.double_sign_slash == percent(5)
    assert PANACEA_2022.most_missed_blocks == PANACEA_2019.most_missed_blocks == 9_500


@pytest.mark.long
def test_mainnet_s_window_forgives_nine_thousand_five_hundred_blocks() -> None:
    protocol = PanaceaBft(replace(PANACEA_2022, validators=4))
    state = protocol.opening_state(
        stakers_of([1_000_000] * 4), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED
    )
    state, _stretch = protocol.advance_idle(state, OPENING_S + 6 * 10_001)
    name = insider(state)
    forgiven = go(state, 9_500, away=name, protocol=protocol)
    assert not validator(forgiven, name).jailed
    punished = go(forgiven, 1, away=name, protocol=protocol)
    assert validator(punished, name).jailed
    assert validator(punished, name).tokens_sat == STAKE_SAT * 9_999 // 10_000
