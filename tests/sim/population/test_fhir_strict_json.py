"""JSON is read as FHIR allows it, and damage is named."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.population.fhir.strict_json import JsonError, canonical, parse

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
).filter(lambda value: "\\ud" not in json.dumps(value))


@given(VALUES)
def test_canonical_text_reads_back_as_the_same_value(value: Any) -> None:
    text = canonical(value)
    assert parse(text) == value
    assert canonical(parse(text)) == text


def test_canonical_text_has_sorted_keys_no_spaces_and_utf_8() -> None:
    assert canonical({"b": [1, 2.50], "a": "김"}) == '{"a":"김","b":[1,2.5]}'.encode()


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b'{"a": 1', "is cut off"),
        (b'{"a": "unfinished', "is cut off"),
        (b'{"a": [1, 2', "is cut off"),
        (b'{"a": tru', "is not JSON"),
        (b"hello", "is not JSON"),
        (b'{"a": 1} extra', "is not JSON"),
        (b'{"a": NaN}', "holds NaN"),
        (b"[Infinity]", "holds Infinity"),
        (b"[1e999]", "beyond all bounds"),
        (b"[" + b"9" * 5000 + b"]", "whole number of 5000 digits"),
        (b'{"a": 1, "b": 2, "a": 3}', "repeats the key 'a'"),
        (b'{"a": "\xff"}', "bad byte 0xff at byte 7"),
        (b"[" * 100_000 + b"]" * 100_000, "nests too deep"),
        (b'{"a":' * 100_000, "nests too deep"),
    ],
)
def test_a_damaged_text_is_refused_by_name(octets: bytes, words: str) -> None:
    with pytest.raises(JsonError, match=words):
        parse(octets)


def test_a_byte_order_mark_is_no_damage() -> None:
    assert parse(b"\xef\xbb\xbf[1]") == [1]


def test_half_a_surrogate_pair_is_refused_when_written() -> None:
    with pytest.raises(JsonError, match="surrogate"):
        canonical(parse(b'["\\ud800"]'))
    assert canonical(parse(b'["\\ud83d\\ude00"]')) == '["😀"]'.encode()


@given(st.binary(max_size=60) | st.text('{}[]"\\:,0123456789eE+-.truefalsn ', max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_a_json_error(octets: bytes) -> None:
    try:
        value = parse(octets)
    except JsonError:
        return
    assert not isinstance(value, float) or math.isfinite(value)
