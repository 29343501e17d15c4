"""py-evm recurses once for each nested call of a contract, up to 1,024 deep, and wants room on the stack for it.

It raises the interpreter's recursion limit for good when it is imported. With the raised limit, deeply nested JSON or
TOML crashes the process instead of raising `RecursionError`; so the limit is raised here only while contracts run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from eth import EVM_RECURSION_LIMIT


@contextmanager
def deep_calls() -> Iterator[None]:
    """Give contracts the depth that the EVM promises them."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, EVM_RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
