"""Protocols by name, and their numbers by key."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest

from chain.protocols.presets import KERNEL, PRESETS, Preset, preset, staker
from chain.protocols.protocol import ProtocolError
from chain.protocols.qtum.parameters import QTUM_2018
from chain.protocols.settings import changed, keys_of

NAMES = ["qtum-2018", "qtum-2021", "medibloc-dpos", "panacea-bft", "poisson", "ethereum-2018", "notary"]
BLOCKS = 5


def test_the_presets_have_the_names_of_scenarios() -> None:
    assert list(PRESETS) == NAMES
    assert all(name == each.name == each.protocol().name for name, each in PRESETS.items())


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_makes_blocks_from_its_usual_opening(name: str) -> None:
    protocol, opening = preset(name).protocol(), preset(name).opening
    stakers = opening.stakers()
    assert sum(sum(each.coins_sat) for each in stakers) <= opening.staked_sat
    assert len({each.address for each in stakers}) == len(stakers)
    state = protocol.opening_state(
        stakers, number=opening.number, timestamp_s=1_538_319_600, burn_in_blocks=0, seed=b"\x01" * 32
    )
    assert state.number == opening.number
    weights, coins_sat = [protocol.weight(state)], protocol.coins_sat(state)
    for _ in range(BLOCKS):
        proposal = protocol.next_proposal(state)
        assert next(iter(protocol.contenders(state))) == proposal
        assert proposal.producer_id in protocol.validators(state)
        assert proposal.made_s >= proposal.timestamp_s > 0
        assert proposal.timestamp_s >= state.timestamp_s + (not protocol.may_share_a_second)
        state, _payouts = protocol.apply(state, proposal, 0)
        weights.append(protocol.weight(state))
    assert state.number == opening.number + BLOCKS
    assert all(later > earlier for earlier, later in itertools.pairwise(weights))
    assert protocol.final_number(state) <= state.number
    changed_sat = (
        protocol.subsidies_sat(state) + protocol.fees_reissued_sat(state) - protocol.burned_sat(state)
    )
    assert protocol.coins_sat(state) == coins_sat + changed_sat


@pytest.mark.parametrize("name", PRESETS)
def test_every_number_of_a_preset_can_be_changed_by_key(name: str) -> None:
    chosen, refused = preset(name), list[str]()
    for key in keys_of(chosen.parameters):
        before = _value(chosen.parameters, key)
        if isinstance(before, bool):
            text, after = str(not before).lower(), not before
        elif isinstance(before, int | float) and key not in {"dynasty_seats", "oldest_sharer_offset_blocks"}:
            text, after = str(before * 2 + 1), before * 2 + 1
        else:
            continue
        try:
            numbers = changed(chosen.parameters, {key: text})
        except ProtocolError:  # beyond the numbers' own bounds
            refused.append(key)
            continue
        assert _value(numbers, key) == after
        others = [other for other in keys_of(chosen.parameters) if other != key]
        assert all(_value(numbers, other) == _value(chosen.parameters, other) for other in others)
    assert len(refused) <= len(chosen.keys) // 4


def _value(parameters: object, key: str) -> object:
    for part in key.split("."):
        parameters = getattr(parameters, part)
    return parameters


def test_a_changed_number_is_one_the_protocol_goes_by() -> None:
    quick = preset("qtum-2018").protocol({"grid_s": "8", "spacing_s": 64, KERNEL: "hashed"})
    stakers = [staker(f"s{index}", 10**13, 60) for index in range(10)]
    state = quick.opening_state(
        stakers, number=250_000, timestamp_s=1_538_319_608, burn_in_blocks=0, seed=bytes(32)
    )
    assert state.timestamp_s == 1_538_319_608
    assert {quick.next_proposal(state).timestamp_s % 8, quick.next_proposal(state).timestamp_s % 16} == {0, 8}
    assert quick.kernel == "hashed"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PRESETS)
def test_an_unknown_key_is_refused_and_the_allowed_ones_are_named(name: str) -> None:
    chosen = preset(name)
    with pytest.raises(ProtocolError, match="has no colour; its keys are") as refusal:
        chosen.protocol({"colour": "blue"})
    assert all(key in str(refusal.value) for key in chosen.keys)
    assert chosen.has_kernels == (KERNEL in chosen.keys)


def test_an_unknown_protocol_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ProtocolError, match="no protocol bitcoin; there are qtum-2018, qtum-2021"):
        preset("bitcoin")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("spacing_s", "soon", "spacing_s is a whole number, not 'soon'"),
        ("spacing_s", 1.5, "spacing_s is a whole number, not 1.5"),
        ("spacing_s", True, "spacing_s is a whole number, not True"),
        ("spacing_s", "0", "spacing_s is at least 1, not 0"),
        ("maturity_blocks", -3, "maturity_blocks is at least 1, not -3"),
        ("split_threshold_sat", -3, "split_threshold_sat is at least 0, not -3"),
        ("delegation", "yes", "delegation is true or false, not 'yes'"),
        (
            "oldest_sharer_offset_blocks",
            "8",
            "10 parts need an oldest_sharer_offset_blocks of at least 9, not 8",
        ),
        (KERNEL, "guessed", "sampled, hashed, not 'guessed'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(key: str, value: object, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        preset("qtum-2018").protocol({key: value})


@dataclass(frozen=True)
class Inner:
    wait_s: float = 1.0


@dataclass(frozen=True)
class Numbers:
    name: str = "numbers"
    share: float = 0.5
    depth: int | None = None
    steps: tuple[tuple[int, int], ...] = ()
    pair: tuple[int, float] = (1, 2.0)
    inner: Inner = field(default_factory=Inner)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("share", "1e-3", 0.001),
        ("share", 1, 1.0),
        ("depth", "12", 12),
        ("depth", "none", None),
        ("steps", "[[1, 5], [7, 3]]", ((1, 5), (7, 3))),
        ("pair", [3, 4], (3, 4.0)),
        ("inner.wait_s", "0.25", 0.25),
    ],
)
def test_text_is_read_as_the_type_of_its_field(key: str, text: object, value: object) -> None:
    assert _value(changed(Numbers(depth=5), {key: text}), key) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("share", "nan"),
        ("share", "inf"),
        ("share", "half"),
        ("depth", "deep"),
        ("steps", "[[1, 5], 7]"),
        ("steps", "[[1, 5, 6]]"),
        ("steps", "5"),
        ("steps", "[["),
        ("pair", "[1]"),
        ("inner.wait_s", "soon"),
    ],
)
def test_text_that_is_not_of_the_type_is_refused(key: str, text: str) -> None:
    with pytest.raises(ProtocolError, match=f"{key.split('.')[-1]} is a"):
        changed(Numbers(), {key: text})


def test_the_name_of_numbers_is_none_of_them() -> None:
    assert keys_of(Numbers()) == ["share", "depth", "steps", "pair", "inner.wait_s"]
    with pytest.raises(ProtocolError, match="name is no number of this protocol; there are share, depth"):
        changed(Numbers(), {"name": "other"})


def test_a_preset_itself_stays_what_it_is() -> None:
    chosen: Preset = preset("qtum-2018")
    chosen.protocol({"spacing_s": 1})
    assert chosen.parameters is QTUM_2018
    assert QTUM_2018.spacing_s == 128
