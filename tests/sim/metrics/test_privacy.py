"""Personal strings are collected from FHIR, and found however they are written on the chain."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance import Chance
from sim.metrics.privacy import Match, PersonalStrings, plaintext_bytes, search

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "0b8f7e0a-21c2-4b7e-a1d7-0f6d5a3c9e11",
    "text": {"status": "generated", "div": "<div>narrative</div>"},
    "identifier": [{"system": "http://hospital.example/records", "value": "MRN-00991234"}],
    "name": [{"use": "official", "family": "Featherstone", "given": ["Annabelle", "Q."]}],
    "telecom": [{"system": "phone", "value": "555-867-5309"}],
    "gender": "female",
    "birthDate": "1971-03-09",
    "address": [
        {"line": ["1024 Elm Street"], "city": "Springfield", "state": "MA", "postalCode": "01103-2201"}
    ],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body Weight"}]},
    "subject": {"reference": "urn:uuid:11111111-2222-3333-4444-555555555555"},
    "encounter": {"reference": "Encounter/enc-20180901-07"},
    "effectiveDateTime": "2018-10-03T09:14:00+09:00",
    "valueQuantity": {"value": 71.5, "unit": "kilograms"},
    "note": [{"text": "환자가 어지럼증을 호소함"}],
}
NAME = "Annabelle Q. Featherstone"
"""25 bytes: shorter than a storage word."""

LONG = "Patient transfer from hospital to hospital by ambulance"
"""55 bytes: two storage words."""

TEXTS = st.text(min_size=8, max_size=80).filter(lambda text: all(character != "\0" for character in text))


def test_names_addresses_identifiers_dates_and_displays_are_personal() -> None:
    strings = PersonalStrings.from_resources([PATIENT, OBSERVATION])

    assert set(strings.texts) == {
        "0b8f7e0a-21c2-4b7e-a1d7-0f6d5a3c9e11",
        "MRN-00991234",
        "Featherstone",
        "Annabelle",
        "Annabelle Q. Featherstone",
        "555-867-5309",
        "1971-03-09",
        "1024 Elm Street",
        "Springfield",
        "01103-2201",
        "Body Weight",
        "11111111-2222-3333-4444-555555555555",
        "enc-20180901-07",
        "2018-10-03T09:14:00+09:00",
        "2018-10-03",
        "환자가 어지럼증을 호소함",
    }
    assert len(strings) == 16
    assert len(set(strings.texts)) == 16


@pytest.mark.parametrize(
    "reference",
    ["urn:uuid:0123-4567-89ab", "Patient/0123-4567-89ab", "#0123-4567-89ab", "a/b:c#0123-4567-89ab"],
)
def test_of_a_reference_what_it_ends_in_is_personal(reference: str) -> None:
    resource = {"resourceType": "Basic", "subject": {"reference": reference}}

    assert PersonalStrings.from_resources([resource, resource]).texts == ("0123-4567-89ab",)


def test_what_is_shared_by_everybody_is_not_personal() -> None:
    texts = PersonalStrings.from_resources([PATIENT, OBSERVATION]).texts

    assert not {"http://loinc.org", "Observation", "official", "kilograms", "generated"} & set(texts)


def test_eight_bytes_count_and_not_eight_characters() -> None:
    assert PersonalStrings.from_texts(["1234567", "12345678", "홍길", "홍길동", "홍길동"]).texts == (
        "12345678",
        "홍길동",
    )


def hex_lower(data: bytes) -> bytes:
    return data.hex().encode()


def hex_upper(data: bytes) -> bytes:
    return data.hex().upper().encode()


WAYS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("utf-8", lambda data: data),
    "lower hex": ("hex", hex_lower),
    "upper hex": ("hex", hex_upper),
    "base64": ("base64", base64.b64encode),
    "base64 for addresses": ("base64", base64.urlsafe_b64encode),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz", b"\xff\xfe\xfd\xfc"], ids=len)
@pytest.mark.parametrize("after", [b"", b"x", b"xy"], ids=len)
@pytest.mark.parametrize("text", [NAME, LONG, "홍길동~~??>>>"])
def test_a_planted_string_is_found(way: str, before: bytes, after: bytes, text: str) -> None:
    encoding, encode = WAYS[way]
    calldata = b"\x12\x34\x56\x78" + bytes(28) + encode(before + text.encode() + after) + bytes(7)

    found = search([bytes(100), calldata], PersonalStrings.from_texts([text, "somebody else"]))

    assert {(match.haystack, match.encoding, match.text) for match in found} == {(1, encoding, text)}
    assert plaintext_bytes(found) >= len(text.encode())


@given(TEXTS, st.sampled_from(sorted(WAYS)), st.binary(max_size=5), st.binary(max_size=5))
def test_any_string_is_found_however_it_is_written(text: str, way: str, before: bytes, after: bytes) -> None:
    encoded = WAYS[way][1](before + text.encode() + after)

    assert any(match.text == text for match in search([encoded], PersonalStrings.from_texts([text])))


@pytest.mark.parametrize("way", ["plain", "lower hex", "upper hex", "base64"])
@pytest.mark.parametrize("first", [0, 1], ids=["both words", "second word only"])
def test_a_long_string_is_found_in_storage_words(way: str, first: int) -> None:
    """Solidity keeps a string of 32 bytes or more in consecutive slots, which a trie gives in any order."""
    encoded = WAYS[way][1](LONG.encode())
    words = [encoded[start : start + 32].ljust(32, b"\0") for start in range(0, len(encoded), 32)]

    found = search(reversed(words[first:]), PersonalStrings.from_texts([LONG]))

    assert {match.text for match in found} == {LONG}
    assert {match.haystack for match in found} == set(range(len(words) - first))


def test_a_short_string_is_found_in_its_storage_word() -> None:
    word = NAME.encode().ljust(31, b"\0") + bytes([2 * len(NAME)])

    assert search([word], PersonalStrings.from_texts([NAME])) == [Match(0, 0, 25, "utf-8", NAME)]


def test_hashes_and_ciphertexts_hold_nothing() -> None:
    strings = PersonalStrings.from_resources([PATIENT, OBSERVATION])
    noise = Chance(1).stream("noise").octets("chain", 0, 1_000_000)

    assert search([noise, noise.hex().encode(), base64.b64encode(noise)], strings) == []


def test_nearly_is_not_found() -> None:
    strings = PersonalStrings.from_texts([NAME])

    assert search([NAME.lower().encode(), NAME[:-1].encode(), NAME.replace("Q", "R").encode()], strings) == []


def test_no_strings_and_no_haystacks() -> None:
    assert search([NAME.encode()], PersonalStrings(())) == []
    assert search([], PersonalStrings.from_texts([NAME])) == []


def test_damaged_text_does_not_stop_the_search() -> None:
    damaged = {"resourceType": "Patient", "id": "\ud800 half a character", "name": [{"family": NAME}]}

    found = search([NAME.encode()], PersonalStrings.from_resources([damaged]))

    assert [match.text for match in found] == [NAME]


def test_overlapping_matches_count_once() -> None:
    strings = PersonalStrings.from_resources([PATIENT])
    found = search([b"..Annabelle Q. Featherstone..", b"1971-03-09 and 1971-03-09"], strings)

    assert [match.text for match in found] == ["Annabelle", NAME, "Featherstone", "1971-03-09", "1971-03-09"]
    assert plaintext_bytes(reversed(found)) == 25 + 10 + 10
    assert plaintext_bytes([]) == 0


@pytest.mark.parametrize("odd", [None, 3, True, [[]], {"name": None}, {"given": "no list", "family": 7}])
def test_odd_resources_are_walked(odd: object) -> None:
    resource = {
        "resourceType": "Basic",
        "extension": odd,
        "name": [{"given": [odd], "family": "Featherstone"}],
    }

    assert "Featherstone" in " ".join(PersonalStrings.from_resources([resource]).texts)
