"""Figures of the rehearsals in the report are those of the committed snapshot, beside acts that were published."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.gas import TOLERANCE_SHARE, read_snapshot
from reports.published import PUBLISHED_GAS
from reports.rehearsed import REHEARSED_GAS, RehearsedGas


@pytest.mark.parametrize("own", REHEARSED_GAS, ids=lambda own: own.act)
def test_it_is_what_the_snapshot_has(own: RehearsedGas) -> None:
    """Where this fails, the snapshot was written anew: write the figure into `reports/rehearsed.py`."""
    assert own.gas == pytest.approx(read_snapshot()[own.contract][own.function], rel=TOLERANCE_SHARE)


@pytest.mark.parametrize("own", REHEARSED_GAS, ids=lambda own: own.act)
def test_it_stands_beside_a_published_act(own: RehearsedGas) -> None:
    assert own.beside in {published.act for published in PUBLISHED_GAS}
