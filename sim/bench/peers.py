"""What a user would pick instead, on the same workload: `PYTHON sim/bench/peers.py NAME` prints a line of JSON.

It stands alone, so that it runs under any Python that has the peer; MedSim need not be there. Versions it was
written for: py-evm 0.12.1b1 with coincurve and safe-pysha3, verbs 0.4.1, simular-evm 0.3.0.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
ARTIFACT = json.loads(Path(__file__).with_name("anchor.json").read_text(encoding="utf-8"))
CODE = bytes.fromhex(ARTIFACT["bytecode"][2:])
SENDERS = 50
BLOCK_TRANSACTIONS = 400


def record_root(number: int) -> bytes:
    """Return the root of the record of a number."""
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


def timed(count: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return transactions a second of wall time and of processor time."""
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    work()
    return count / (time.perf_counter() - start_s), count / (time.process_time() - start_cpu_s)


def mine_all(count: int = 1_200) -> tuple[float, float]:
    """py-evm's own mine_all, blocks of 400: signatures recovered, receipts, all roots."""
    from eth.chains.base import MiningChain
    from eth.consensus.noproof import NoProofConsensus
    from eth.db.atomic import AtomicDB
    from eth.vm.forks.cancun import CancunVM
    from eth_keys.datatypes import PrivateKey
    from eth_utils.crypto import keccak

    vm = type("VM", (CancunVM,), {"consensus_class": NoProofConsensus})
    chain_class: Any = MiningChain.configure("Bench", vm_configuration=((0, vm),), chain_id=1337)
    private = [PrivateKey(record_root(number)) for number in range(SENDERS)]
    addresses = [key.public_key.to_canonical_address() for key in private]
    accounts = {address: {"balance": 10**30, "nonce": 0, "code": b"", "storage": {}} for address in addresses}
    genesis = {"coinbase": b"\0" * 20, "difficulty": 0, "gas_limit": 60_000_000, "timestamp": 1}
    chain = chain_class.from_genesis(AtomicDB(), genesis, accounts)
    nonces = [0] * SENDERS

    def sign(place: int, to: bytes, data: bytes, gas: int) -> Any:
        build = chain.get_vm().get_transaction_builder()
        tx = build.create_unsigned_transaction(
            nonce=nonces[place], gas_price=10**10, gas=gas, to=to, value=0, data=data
        )
        nonces[place] += 1
        return tx.as_signed_transaction(private[place], chain_id=1337)

    _, _, computation = chain.apply_transaction(sign(0, b"", CODE, 1_000_000))
    contract = computation.msg.storage_address
    chain.mine_block()
    selector = keccak(b"anchor(bytes32,address)")[:4]
    transactions = [
        sign(
            number % SENDERS,
            contract,
            selector + record_root(number) + addresses[(number + 1) % SENDERS].rjust(32, b"\0"),
            90_000,
        )
        for number in range(count)
    ]

    def work() -> None:
        for start in range(0, count, BLOCK_TRANSACTIONS):
            chain.mine_all(transactions[start : start + BLOCK_TRANSACTIONS])

    return timed(count, work)


def verbs(count: int = 40_000) -> tuple[float, float]:
    """verbs: revm with agents in Python; gas price 0, unlimited block, no nonce check, no receipts table."""
    import verbs as library  # type: ignore[import-not-found]

    with tempfile.NamedTemporaryFile("w", suffix=".abi") as file:
        file.write(json.dumps(ARTIFACT["abi"]))
        file.flush()
        abi = library.abi.load_abi(file.name)
    environment = library.envs.EmptyEnvRandom(7)
    admin = library.utils.int_to_address(99_999_999)
    environment.create_account(admin, int(1e19))
    contract = abi.constructor.deploy(environment, admin, ARTIFACT["bytecode"][2:], [])
    senders = [library.utils.int_to_address(place + 100) for place in range(SENDERS)]
    for sender in senders:
        environment.create_account(sender, int(1e19))

    class Agent:
        def __init__(self, place: int) -> None:
            self.place, self.count = place, 0

        def update(self, _rng: object, _environment: object) -> list[object]:
            calls = []
            for _ in range(BLOCK_TRANSACTIONS // SENDERS):
                self.count += 1
                fresh = record_root(self.place * 10**6 + self.count)
                patient = senders[(self.place + 1) % SENDERS]
                calls.append(abi.anchor.transaction(senders[self.place], contract, [fresh, patient]))
            return calls

        def record(self, _environment: object) -> int:
            return 0

    steps = count // BLOCK_TRANSACTIONS
    agents = [Agent(place) for place in range(SENDERS)]
    run = library.sim.Sim(7, environment, agents)
    return timed(steps * BLOCK_TRANSACTIONS, lambda: run.run(steps))


def simular(count: int = 40_000) -> tuple[float, float]:
    """simular: revm, one call at a time with its ABI work in Rust; no blocks."""
    from simular import PyEvm, contract_from_abi_bytecode, create_account  # type: ignore[import-not-found]

    machine = PyEvm()
    senders = [create_account(machine, value=10**18) for _ in range(SENDERS)]
    contract = contract_from_abi_bytecode(machine, json.dumps(ARTIFACT["abi"]), CODE)
    contract.deploy(caller=senders[0])

    def work() -> None:
        for number in range(count):
            patient = senders[(number + 1) % SENDERS]
            root = "0x" + record_root(number).hex()
            contract.anchor.transact(root, patient, caller=senders[number % SENDERS])

    return timed(count, work)


PEERS = {"mine_all": mine_all, "verbs": verbs, "simular": simular}

if __name__ == "__main__":
    peer = PEERS[sys.argv[1]]
    wall, cpu = peer()
    print(
        json.dumps(
            {
                "contender": sys.argv[1],
                "transactions_per_s": wall,
                "transactions_per_cpu_s": cpu,
                "what": peer.__doc__,
            }
        )
    )
