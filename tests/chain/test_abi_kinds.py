"""Every kind of value is written as eth-abi writes it, and what eth-abi refuses to read is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import eth_abi
import pytest
from eth_abi.exceptions import DecodingError
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.abi_kinds import Kinds, kind_of
from chain.errors import InvalidEncoding

Parameter = Mapping[str, Any]
Typed = tuple[Parameter, Any]
"""A parameter and a value for it."""


def number(kind: str, bits: int) -> st.SearchStrategy[Typed]:
    low, high = (0, 2**bits - 1) if kind == "uint" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return st.tuples(
        st.just({"type": f"{kind}{bits}"}), st.integers(low, high) | st.sampled_from([low, high])
    )


def elementary() -> st.SearchStrategy[Typed]:
    sizes = st.integers(1, 32)
    return st.one_of(
        sizes.flatmap(lambda size: number("uint", 8 * size)),
        sizes.flatmap(lambda size: number("int", 8 * size)),
        sizes.flatmap(lambda n: st.tuples(st.just({"type": f"bytes{n}"}), st.binary(min_size=n, max_size=n))),
        st.tuples(st.just({"type": "bool"}), st.booleans()),
        st.tuples(st.just({"type": "address"}), st.binary(min_size=20, max_size=20)),
        st.tuples(st.just({"type": "bytes"}), st.binary(max_size=70)),
        st.tuples(st.just({"type": "string"}), st.text(max_size=40)),
    )


def struct(members: list[Typed]) -> Typed:
    components = [{**parameter, "name": f"m{place}"} for place, (parameter, _) in enumerate(members)]
    return {"type": "tuple", "components": components}, tuple(value for _, value in members)


def array(typed: Typed, length: int, fixed: bool) -> Typed:
    parameter, value = typed
    return {**parameter, "type": f"{parameter['type']}[{length if fixed else ''}]"}, (value,) * length


def larger(smaller: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    return st.lists(smaller, min_size=1, max_size=4).map(struct) | st.builds(
        array, smaller, st.integers(1, 3), st.booleans()
    )


TYPED = st.recursive(elementary(), larger, max_leaves=8)


def name_of(parameter: Parameter) -> str:
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    return f"({','.join(map(name_of, parameter['components']))}){parameter['type'].removeprefix('tuple')}"


def plain(value: Any) -> Any:
    """A decoded value with its structs as tuples."""
    if isinstance(value, dict):
        return tuple(map(plain, value.values()))
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def theirs(value: Any, parameter: Parameter) -> Any:
    """A value that eth-abi has decoded, its addresses, which are text there, as bytes."""
    if parameter["type"].endswith("]"):
        element = {**parameter, "type": parameter["type"].rpartition("[")[0]}
        return tuple(theirs(item, element) for item in value)
    if parameter["type"] == "tuple":
        return tuple(theirs(*pair) for pair in zip(value, parameter["components"], strict=True))
    return bytes.fromhex(value[2:]) if parameter["type"] == "address" else value


@given(st.lists(TYPED, max_size=4))
def test_values_are_written_as_eth_abi_writes_them_and_come_back(typed: list[Typed]) -> None:
    kinds = Kinds([kind_of(parameter) for parameter, _ in typed])
    values = tuple(value for _, value in typed)

    data = kinds.encode(values)

    assert data == eth_abi.encode([name_of(parameter) for parameter, _ in typed], values)
    assert tuple(map(plain, kinds.decode(data, 0))) == values


@settings(max_examples=400)
@given(st.lists(TYPED, min_size=1, max_size=3), st.data())
def test_damaged_data_is_read_as_eth_abi_reads_it_or_refused(
    typed: list[Typed], damage: st.DataObject
) -> None:
    parameters = [parameter for parameter, _ in typed]
    kinds = Kinds([kind_of(parameter) for parameter in parameters])
    data = bytearray(kinds.encode([value for _, value in typed]))
    data[damage.draw(st.integers(0, len(data) - 1))] ^= damage.draw(st.sampled_from([1, 0x20, 0x40, 0xFF]))
    damaged = bytes(data)[: damage.draw(st.just(len(data)) | st.integers(0, len(data)))]
    try:
        read = eth_abi.decode([name_of(parameter) for parameter in parameters], damaged)
    except (DecodingError, OverflowError, UnicodeDecodeError):
        with pytest.raises(InvalidEncoding):
            kinds.decode(damaged, 0)
        return
    try:
        own = tuple(map(plain, kinds.decode(damaged, 0)))
    except InvalidEncoding as error:
        assert "pointer" in str(error)  # eth-abi takes a struct among pointers for one word of them  # noqa: PT017
        return
    assert own == tuple(theirs(*pair) for pair in zip(read, parameters, strict=True))


def test_a_struct_comes_out_by_the_names_of_its_members() -> None:
    parameter, value = struct([({"type": "uint8"}, 5), ({"type": "string"}, "five")])
    kind = kind_of({**parameter, "type": "tuple[]"})

    assert kind.decode(kind.encode([value]), 0) == ({"m0": 5, "m1": "five"},)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint8", -1),
        ("uint8", True),
        ("uint8", 1.0),
        ("uint8", "1"),
        ("int8", 128),
        ("int8", -129),
        ("int8", False),
        ("bool", 1),
        ("bool", None),
        ("address", bytes(19)),
        ("address", "0x" + "11" * 20),
        ("bytes4", bytes(5)),
        ("bytes4", "abcd"),
        ("bytes", "abcd"),
        ("string", b"abcd"),
        ("string", "half a character \ud800"),
        ("uint8[]", 5),
        ("uint8[]", b"\x01\x02"),
        ("uint8[]", [1, 256]),
        ("uint8[2]", [1]),
        ("uint8[2]", [1, 2, 3]),
        ("string[]", "ab"),
    ],
)
def test_what_is_no_such_value_is_refused(kind: str, value: object) -> None:
    with pytest.raises(InvalidEncoding):
        kind_of({"type": kind}).encode(value)


def test_a_short_value_of_fixed_length_is_filled_up() -> None:
    assert kind_of({"type": "bytes4"}).encode(b"ab") == b"ab" + bytes(30)


def test_an_array_that_says_it_is_endless_is_refused_at_once() -> None:
    endless = (2**255).to_bytes(32, "big") + bytes(64)

    for kind in ("uint256[]", "string[]", "uint256[2][]", "bytes", "string"):
        with pytest.raises(InvalidEncoding):
            kind_of({"type": kind}).decode(endless, 0)


@pytest.mark.parametrize("kind", ["", "uint", "float", "fixed128x18", "function", "tuples"])
def test_a_type_that_contracts_do_not_have_is_named(kind: str) -> None:
    with pytest.raises(InvalidEncoding, match=f"no values are of the type '{kind}'"):
        kind_of({"type": kind})
