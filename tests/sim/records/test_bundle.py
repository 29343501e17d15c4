"""Canonical JSON: equal resources are equal bytes, and what two readers could understand differently is
refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records import bundle
from sim.records.errors import BundleError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
RESOURCES = st.dictionaries(TEXT, VALUES, max_size=4).map(lambda fields: {**fields, "resourceType": "Basic"})


@given(RESOURCES)
def test_what_is_written_is_read_back(resource: dict[str, Any]) -> None:
    assert bundle.parse(bundle.canonical(resource)) == resource


@given(RESOURCES)
def test_order_of_keys_and_layout_do_not_matter(resource: dict[str, Any]) -> None:
    turned = dict(reversed(resource.items()))
    reparsed = json.loads(json.dumps(turned, indent=3))

    assert bundle.canonical(turned) == bundle.canonical(reparsed) == bundle.canonical(resource)


def test_canonical_form() -> None:
    resource = {"resourceType": "Basic", "b": [1, 2.5, True], "a": "혈압"}

    assert bundle.canonical(resource) == '{"a":"혈압","b":[1,2.5,true],"resourceType":"Basic"}'.encode()


def test_a_collection_holds_every_resource() -> None:
    resources = [{"resourceType": "Basic", "id": str(n)} for n in range(3)]
    whole = bundle.collection(resources)

    assert (whole["resourceType"], whole["type"]) == ("Bundle", "collection")
    assert [entry["resource"] for entry in whole["entry"]] == resources


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"bytes", {1, 2}, "\ud800"],
    ids=["nan", "inf", "bytes", "set", "surrogate"],
)
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(BundleError, match="resource Basic cannot be written"):
        bundle.canonical({"resourceType": "Basic", "x": value})


def test_a_resource_without_a_kind_is_named_as_such() -> None:
    with pytest.raises(BundleError, match="a resource cannot be written"):
        bundle.canonical({"x": b""})


def test_endless_nesting_is_refused() -> None:
    resource: dict[str, Any] = {"resourceType": "Basic"}
    resource["self"] = resource

    with pytest.raises(BundleError, match="resource Basic"):
        bundle.canonical(resource)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"resourceType":3}',
        b'{"resourceType":"Basic","x":NaN}',
        b'{"resourceType":"Basic","x":-Infinity}',
        b'{"resourceType":"Basic","a":1,"a":2}',
        b'{"resourceType":"Basic","a":{"b":1,"b":1}}',
        b'{"resourceType":"Basic","n":' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'\xff{"resourceType":"Basic"}',
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_is_no_resource_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match="not a FHIR resource"):
        bundle.parse(content)
