"""Openings: histories of blocks, and what is kept of them between runs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.block import (
    Account,
    BlockEnvironment,
    ExecutedBlock,
    HashedAccount,
    Log,
    Receipts,
    Rejection,
    Transaction,
)
from chain.engines.pyevm import PyEvmEngine
from chain.errors import InvalidBlock
from chain.keys import creation_address
from chain.ledger import Ledger
from chain.mempool import Mempool, MempoolRules
from chain.opening import HistoryBlock, Opening, content_key, seal_opening
from chain.opening_cache import OpeningCache
from chain.opening_file import FORMAT, DamagedOpening, SealedOpening, from_bytes, to_bytes
from chain.protocols.protocol import Staker
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum_2018 import Qtum2018
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

START_S = 1_538_319_600
HEIGHT = 250_000
YEAR_S = 31_536_000
ANN, BOB = b"\xa0" * 20, b"\xb0" * 20
PROTOCOL = Qtum2018()

CLOCK = bytes.fromhex("600c600c600039600c6000f3" + "425f5543600155425f5fa100")
"""Creation code of a contract that stores time and height of its last call, and logs the time."""
CLOCK_CONTRACT = creation_address(ANN, 0)
REVERTING = bytes.fromhex("6005600c60003960056000f3" + "60006000fd")
"""Creation code of a contract that refuses every call."""
REFUSING_CONTRACT = creation_address(BOB, 0)


def protocol_state() -> QtumState:
    stakers = [Staker(f"s{n}", bytes([n + 1]) * 20, (500 * SATOSHI_PER_QTUM,) * 300) for n in range(4)]
    return PROTOCOL.opening_state(
        stakers, number=HEIGHT, timestamp_s=START_S, burn_in_blocks=30, seed=b"\x02" * 32
    )


def creation(sender: bytes, nonce: int, code: bytes) -> Transaction:
    return Transaction(sender, nonce, None, 0, code, 200_000, 0)


def call(sender: bytes, nonce: int, to: bytes, price_sat: int = 0) -> Transaction:
    return Transaction(sender, nonce, to, 0, b"", 100_000, price_sat * WEI_PER_SATOSHI)


def opening(**changes: object) -> Opening:
    """A contract is deployed a year before the run, used half a year before it, and used in the opening block."""
    history = (
        HistoryBlock(
            HEIGHT - 9_000, START_S - YEAR_S, (creation(ANN, 0, CLOCK), creation(BOB, 0, REVERTING))
        ),
        HistoryBlock(
            HEIGHT - 5_000,
            START_S - YEAR_S // 2,
            (call(ANN, 1, CLOCK_CONTRACT, 40), call(BOB, 1, REFUSING_CONTRACT)),
            may_fail=frozenset({1}),
        ),
    )
    fields = {
        "protocol_state": protocol_state(),
        "allocation": {ANN: Account(10**20), BOB: Account(7 * WEI_PER_SATOSHI, storage={})},
        "transactions": (call(ANN, 2, CLOCK_CONTRACT),),
        "history": history,
    }
    return Opening(**(fields | changes))  # type: ignore[arg-type]


def test_a_history_plays_in_its_own_time_and_ends_in_the_opening_block() -> None:
    engine = PyEvmEngine()
    first, second, last = seal_opening(engine, opening())
    assert [block.environment.number for block in (first, second, last)] == [
        HEIGHT - 9_000, HEIGHT - 5_000, HEIGHT,
    ]  # fmt: skip
    assert second.environment.parent_hash == first.block_hash
    assert last.environment.parent_identity == second.identity
    assert [second.receipts.status, last.receipts.status] == [[1, 0], [1]]
    half_a_year_before = START_S - YEAR_S // 2
    assert engine.storage(second.state_root, CLOCK_CONTRACT, 0) == half_a_year_before
    assert engine.storage(last.state_root, CLOCK_CONTRACT, 0) == START_S
    assert int.from_bytes(second.receipts.logs[0][0].topics[0], "big") == half_a_year_before


def test_fees_of_a_history_are_issued_again_in_the_first_block() -> None:
    ledger = ledger_of(opening())
    fee_sat = ledger.opening_blocks[1].receipts.gas_used_gas[0] * 40
    ledger.submit(call(ANN, 3, CLOCK_CONTRACT, 40), ledger.tip.timestamp_s)
    block = ledger.produce()
    assert block.payouts.fees_sat == fee_sat + block.executed.receipts.gas_used_gas[0] * 40
    assert ledger.imbalance_wei() == 0


@pytest.mark.parametrize(
    ("number", "timestamp_s"), [(HEIGHT, START_S - 5), (HEIGHT - 5, START_S), (HEIGHT + 1, START_S + 1)]
)
def test_a_history_that_does_not_ascend_is_refused(number: int, timestamp_s: int) -> None:
    with pytest.raises(InvalidBlock, match="cannot follow"):
        seal_opening(PyEvmEngine(), opening(history=(HistoryBlock(number, timestamp_s, ()),)))


def test_only_what_may_fail_does() -> None:
    history = opening().history
    strict = (history[0], replace(history[1], may_fail=frozenset({0})))
    with pytest.raises(InvalidBlock, match="opening transaction 1 failed"):
        seal_opening(PyEvmEngine(), opening(history=strict))


CHANGES = {
    "an allocation": {"allocation": {ANN: Account(10**20), BOB: Account(8)}},
    "an allocated nonce": {"allocation": {ANN: Account(10**20), BOB: Account(7 * WEI_PER_SATOSHI, nonce=1)}},
    "an allocated code": {
        "allocation": {ANN: Account(10**20), BOB: Account(7 * WEI_PER_SATOSHI, code=b"\0")}
    },
    "an allocated word": {
        "allocation": {ANN: Account(10**20), BOB: Account(7 * WEI_PER_SATOSHI, storage={1: 2})}
    },
    "a transaction": {"transactions": (call(ANN, 2, CLOCK_CONTRACT, 1),)},
    "a sender": {"transactions": (call(BOB, 2, CLOCK_CONTRACT),)},
    "a signature": {"transactions": (replace(call(ANN, 2, CLOCK_CONTRACT), signature=b"\1" * 65),)},
    "a gas limit": {"gas_limit_gas": 10**8},
    "no history": {"history": ()},
    "a time": {"history": (replace(opening().history[0], timestamp_s=5), opening().history[1])},
    "a height": {"history": (replace(opening().history[0], number=5), opening().history[1])},
    "a leave to fail": {
        "history": (replace(opening().history[0], may_fail=frozenset({0})), opening().history[1])
    },
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_content_has_another_key(change: str) -> None:
    assert content_key(1337, opening()) == content_key(1337, opening())
    assert content_key(1337, opening(**CHANGES[change])) != content_key(1337, opening())


def test_another_chain_has_another_key() -> None:
    assert content_key(1337, opening()) != content_key(1338, opening())


HASHES = st.binary(min_size=32, max_size=32)
ADDRESSES = st.binary(min_size=20, max_size=20)
NUMBERS = st.integers(0, 2**63)
LOGS = st.builds(Log, ADDRESSES, st.lists(HASHES, max_size=4).map(tuple), st.binary(max_size=70))
ENVIRONMENTS = st.builds(
    BlockEnvironment, NUMBERS, NUMBERS, NUMBERS, ADDRESSES, HASHES, HASHES, st.binary(max_size=32), HASHES
)
RECEIPTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        NUMBERS,
        st.binary(max_size=40),
        st.lists(LOGS, max_size=3).map(tuple),
        st.none() | ADDRESSES,
    ),
    max_size=4,
).map(lambda rows: Receipts(*([list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []])))
BLOCKS = st.builds(
    ExecutedBlock,
    ENVIRONMENTS,
    *[HASHES] * 6,
    bloom=st.integers(0, 2**2048 - 1),
    gas_used_gas=NUMBERS,
    size_bytes=NUMBERS,
    included=st.lists(NUMBERS, max_size=3),
    deferred=st.lists(NUMBERS, max_size=3),
    rejected=st.lists(st.builds(Rejection, NUMBERS, st.text()), max_size=3),
    receipts=RECEIPTS,
    touched_wei=st.dictionaries(ADDRESSES, st.integers(0, 2**200), max_size=4),
)
STATES = st.lists(
    st.builds(
        HashedAccount,
        HASHES,
        NUMBERS,
        st.integers(0, 2**200),
        st.binary(max_size=40),
        st.dictionaries(HASHES, st.integers(1, 2**256 - 1), max_size=4),
    ),
    max_size=4,
)


@given(st.builds(SealedOpening, STATES, st.lists(BLOCKS, max_size=3).map(tuple)))
def test_what_is_written_is_read(sealed: SealedOpening) -> None:
    assert from_bytes("k", to_bytes("k", sealed)) == sealed


def ledger_of(content: Opening, cache: OpeningCache | None = None) -> Ledger:
    rules = MempoolRules(WEI_PER_SATOSHI, PROTOCOL.gas_limit_gas)
    seal = seal_opening if cache is None else cache.seal
    return Ledger(PyEvmEngine(), PROTOCOL, Mempool(rules), content, seal=seal)


def played(ledger: Ledger) -> tuple[object, ...]:
    """What an opening and a block on it leave."""
    opened = ledger.opening_blocks
    ledger.submit(call(ANN, 3, CLOCK_CONTRACT, 40), ledger.tip.timestamp_s)
    block = ledger.produce()
    words = sorted(ledger.engine.storage_of(block.executed.state_root, CLOCK_CONTRACT))
    return opened, block.executed, words, ledger.imbalance_wei()


def test_cold_warm_and_disabled_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disabled = played(ledger_of(opening()))
    cold = played(ledger_of(opening(), OpeningCache(tmp_path / "deep" / "cache")))
    monkeypatch.setattr("chain.opening_cache.seal_opening", None)  # nothing is built any more
    warm = played(ledger_of(opening(), OpeningCache(tmp_path / "deep" / "cache")))
    assert disabled == cold == warm


def test_another_opening_is_built_and_kept_beside(tmp_path: Path) -> None:
    cache = OpeningCache(tmp_path)
    for content in (opening(), opening(history=(), transactions=())):
        assert ledger_of(content, cache).opening_blocks == seal_opening(PyEvmEngine(), content)
    assert len(list(tmp_path.iterdir())) == 2


def foreign(content: bytes) -> bytes:
    """Some other program's file with the head of ours."""
    key = content.split(b" ")[1]
    body = zlib.compress(json.dumps({"accounts": [[1]], "blocks": []}).encode())
    return b" ".join((FORMAT.encode(), key, sha256(body).hexdigest().encode())) + b"\n" + body


def without_blocks(content: bytes) -> bytes:
    key = content.split(b" ")[1].decode()
    return to_bytes(key, SealedOpening([], ()))


def another_state(content: bytes) -> bytes:
    key = content.split(b" ")[1].decode()
    sealed = from_bytes(key, content)
    poorer = [replace(account, balance_wei=0) for account in sealed.accounts]
    return to_bytes(key, SealedOpening(poorer, sealed.blocks))


def another_key(content: bytes) -> bytes:
    key = content.split(b" ")[1].decode()
    return to_bytes("0" * 64, from_bytes(key, content))


DAMAGES = {
    "empty": lambda _content: b"",
    "cut": lambda content: content[:-1],
    "head only": lambda content: content.partition(b"\n")[0],
    "longer": lambda content: content + b"\0",
    "a bit": lambda content: content[:500] + bytes([content[500] ^ 1]) + content[501:],
    "a bit of the digest": lambda content: content.replace(content[90:91], bytes([content[90] ^ 1]), 1),
    "another format": lambda content: content.replace(FORMAT.encode(), b"medsim-opening-0", 1),
    "nothing of ours": lambda _content: os.urandom(5_000),
    "foreign": foreign,
    "without blocks": without_blocks,
    "another state": another_state,
    "another key": another_key,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_and_built_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    cache = OpeningCache(tmp_path)
    expected = played(ledger_of(opening(), cache))
    (path,) = tmp_path.iterdir()
    sound = path.read_bytes()
    path.write_bytes(DAMAGES[damage](sound))
    with caplog.at_level(logging.WARNING):
        assert played(ledger_of(opening(), cache)) == expected
    assert str(path) in caplog.text
    assert "built anew" in caplog.text
    assert path.read_bytes() == sound


@given(st.binary(max_size=60))
def test_no_bytes_are_more_than_damaged(content: bytes) -> None:
    with pytest.raises(DamagedOpening):
        from_bytes("k", content)
    head = f"{FORMAT} k {sha256(content).hexdigest()}\n".encode()
    with pytest.raises(DamagedOpening):
        from_bytes("k", head + content)
    compressed = zlib.compress(content)
    with pytest.raises(DamagedOpening):
        from_bytes("k", f"{FORMAT} k {sha256(compressed).hexdigest()}\n".encode() + compressed)


def test_a_directory_that_cannot_be_used_costs_time_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = played(ledger_of(opening()))
    blocking = tmp_path / "file"
    blocking.write_text("no directory")
    with caplog.at_level(logging.WARNING):
        assert played(ledger_of(opening(), OpeningCache(blocking))) == expected
    assert "is not kept" in caplog.text
    caplog.clear()
    (tmp_path / f"{content_key(1337, opening())}.opening").mkdir()
    with caplog.at_level(logging.WARNING):
        assert played(ledger_of(opening(), OpeningCache(tmp_path))) == expected
    assert "cannot be read" in caplog.text
    assert not list(tmp_path.glob("*.unfinished"))


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    contents = [opening(history=(), transactions=(), gas_limit_gas=gas) for gas in (1, 2, 3)]
    paths = [tmp_path / f"{content_key(1337, content)}.opening" for content in contents]
    for content, used_at_s in zip(contents, (100, 200), strict=False):
        ledger_of(content, OpeningCache(tmp_path))
        os.utime(tmp_path / f"{content_key(1337, content)}.opening", (used_at_s, used_at_s))
    (tmp_path / "killed.unfinished").write_bytes(bytes(10))
    os.utime(tmp_path / "killed.unfinished", (50, 50))
    (tmp_path / "written-just-now.unfinished").write_bytes(bytes(10))
    (tmp_path / "somebody-elses.txt").write_bytes(bytes(100_000))
    ledger_of(contents[0], OpeningCache(tmp_path))  # used again: now the newer of the two
    size = paths[0].stat().st_size
    ledger_of(contents[2], OpeningCache(tmp_path, limit_bytes=2 * size + size // 2))
    assert [path.exists() for path in paths] == [True, False, True]
    left = {path.name for path in tmp_path.iterdir()} - {paths[0].name, paths[2].name}
    assert left == {"somebody-elses.txt", "written-just-now.unfinished"}
    ledger_of(contents[1], OpeningCache(tmp_path, limit_bytes=1))
    assert [path.exists() for path in paths] == [False, True, False]


RACE = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from test_opening_cache import OpeningCache, ledger_of, opening, played
cache = OpeningCache(Path({cache!r}), limit_bytes=1)
for turn in range(6):
    content = opening(gas_limit_gas=10**9 + turn % 2)
    print(repr(played(ledger_of(content, cache))))
"""


def test_processes_may_share_a_cache(tmp_path: Path) -> None:
    """Three at once build, read and remove the same two files, because the bound keeps only one of them."""
    script = RACE.format(tests=str(Path(__file__).parent), cache=str(tmp_path))
    running = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    told = [process.communicate(timeout=120) for process in running]
    expected = [repr(played(ledger_of(opening(gas_limit_gas=10**9 + turn % 2)))) for turn in range(6)]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert [out.decode().splitlines() for out, _error in told] == [expected] * 3
    assert [error for _out, error in told] == [b""] * 3


def test_the_key_of_an_opening_is_no_chance_of_order() -> None:
    turned = dict(reversed(opening().allocation.items()))
    assert content_key(1337, opening(allocation=turned)) == content_key(1337, opening())
