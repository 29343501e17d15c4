"""Every error that our contracts declare is expected by name in one of their tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chain.contracts.artifact import HOME

DECLARED = re.compile(r"^\s*error (\w+)\(", re.MULTILINE)
ERRORS = sorted(
    {name for path in (HOME / "solidity").rglob("*.sol") for name in DECLARED.findall(path.read_text())}
)
TESTS = "\n".join(
    path.read_text() for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)
)


@pytest.mark.parametrize("error", ERRORS)
def test_a_named_test_expects_the_error(error: str) -> None:
    assert re.search(rf"\b{error}\b", TESTS), f"no test in tests/chain/contracts expects {error}"
