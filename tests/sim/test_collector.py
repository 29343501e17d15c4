"""The collector comes seldom during a run, and as often as before afterwards."""

from __future__ import annotations

import gc

import pytest

from sim.collector import seldom_collected


def test_it_comes_seldom_inside_and_as_before_afterwards() -> None:
    before = gc.get_threshold()

    with seldom_collected():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before

    with pytest.raises(ValueError, match="stopped"), seldom_collected():
        raise ValueError("stopped")
    assert gc.get_threshold() == before


def test_whoever_has_switched_it_off_keeps_it_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with seldom_collected():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
