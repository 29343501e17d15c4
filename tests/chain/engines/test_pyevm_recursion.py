"""py-evm's deep recursion stays behind its door: nested text elsewhere raises and does not crash."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from eth import EVM_RECURSION_LIMIT

from chain.engines.pyevm.recursion import deep_calls


def test_importing_the_engine_leaves_the_limit_as_it_was() -> None:
    probe = "import sys; a = sys.getrecursionlimit(); import chain.engines.pyevm; print(a == sys.getrecursionlimit())"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_the_limit_is_raised_while_contracts_run_and_put_back_after_an_error() -> None:
    before = sys.getrecursionlimit()
    seen = []

    def fail() -> None:
        with deep_calls():
            seen.append(sys.getrecursionlimit())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert seen == [max(before, EVM_RECURSION_LIMIT)]
    assert sys.getrecursionlimit() == before


def test_nested_text_raises_beside_the_engine() -> None:
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)
