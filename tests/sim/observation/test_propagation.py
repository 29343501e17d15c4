"""When nodes hear of blocks, counted in steps that lie where the numbers' bits say."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics.tables import collectors
from sim.observation.propagation import Propagation, step_end_s


@given(st.floats(1e-9, 1e9))
def test_a_step_holds_its_times_and_is_narrow(time_s: float) -> None:
    end_s = step_end_s(time_s)
    assert time_s <= end_s <= time_s * (1 + 1 / 32)
    assert step_end_s(end_s) == end_s
    assert step_end_s(math.nextafter(end_s, math.inf)) > end_s


def test_what_takes_no_time_and_what_never_comes_have_steps_of_their_own() -> None:
    assert step_end_s(0.0) == 0.0
    assert step_end_s(-1e-9) == 0.0, "a receiver's clock may round"
    assert step_end_s(math.inf) == math.inf


def test_every_block_counts_once_for_every_node_but_its_producer() -> None:
    propagation = Propagation(["JP", "EU", "JP"])
    for producer, arrivals_s in ((0, [100.0, 100.5, 100.25]), (1, [101.0, 100.0, math.inf])):
        propagation.heard(
            SimpleNamespace(arrivals_s=np.array(arrivals_s), made_s=100.0, producer=producer)  # type: ignore[arg-type]
        )
    rows = collectors()["propagation"]
    propagation.write(rows)
    frame = rows.frame()
    assert frame["region"].tolist() == ["EU", "JP", "JP", "JP"]
    assert frame["within_s"].tolist()[:3] == [0.5, 0.25, 1.0]
    assert math.isnan(frame["within_s"].tolist()[3])
    assert frame["deliveries"].tolist() == [1, 1, 1, 1]
