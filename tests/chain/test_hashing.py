"""Hash functions against published values, and the backend behind them."""

from __future__ import annotations

import os
import subprocess
import sys

from chain.hashing import keccak, sha256d


def test_published_values() -> None:
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert sha256d(b"hello").hex() == "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"


def run(program: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "ETH_HASH_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=clean | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


BACKEND = """
import chain.hashing, eth_hash.auto
chain.hashing.keccak(b"")
print(eth_hash.auto.keccak.hasher.__module__)
"""

LOADED = """
import sys, chain, chain.block, chain.engines.protocol
print(sorted({"eth", "web3"} & set(sys.modules)))
"""


def test_the_fast_backend_is_the_default_and_a_users_choice_stands() -> None:
    assert run(BACKEND) == "eth_hash.backends.pysha3"
    assert "pycryptodome" in run(BACKEND, ETH_HASH_BACKEND="pycryptodome")


def test_importing_the_package_imports_no_evm() -> None:
    assert run(LOADED) == "[]"
