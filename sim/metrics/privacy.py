"""Personal data on the chain: what counts as such, and the search for it.

Personal strings are names, addresses, identifiers, dates and code displays of at least 8 bytes. They are
looked for as UTF-8, as hex in either case and as base64 at any of its three alignments. A contract that
stores a long string cuts it into words of 32 bytes, so whatever is longer is also looked for by its 32-byte
chunks.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.metrics.needles import LEAST_NEEDLE_BYTES, NeedleIndex
from sim.metrics.suspects import WORD_BYTES, Beginnings

_TEXT_KEYS: Final = frozenset(
    {"name", "family", "given", "text", "display"}  # names and code displays
    | {"line", "city", "district", "state", "postalCode"}  # addresses
    | {"id"}  # a resource's own identifier
)
_VALUE_PARENTS: Final = frozenset({"identifier", "telecom"})
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_CHARACTERS: Final = 10
_PATH_MARKS: Final = re.compile("[/:#]")


@dataclass(frozen=True)
class PersonalStrings:
    """Personal strings, each once, sorted; every one has at least 8 bytes of UTF-8."""

    texts: tuple[str, ...]

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> PersonalStrings:
        """Keep the `texts` that are long enough to be told from chance."""
        return cls(tuple(sorted({text for text in texts if _is_long_enough(text)})))

    @classmethod
    def from_resources(cls, resources: Iterable[Mapping[str, Any]]) -> PersonalStrings:
        """Collect the personal strings of FHIR `resources`."""
        texts: set[str] = set()
        for resource in resources:
            _collect(resource, "", "", texts)
        return cls.from_texts(texts)

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, order=True)
class Match:
    """A personal string found: in which haystack (its number), from which byte on, how long, how encoded.

    `length_bytes` counts the bytes on the chain. `encoding` is "utf-8", "hex" or "base64".
    """

    haystack: int
    offset: int
    length_bytes: int
    encoding: str
    text: str


def search(haystacks: Iterable[bytes], strings: PersonalStrings) -> list[Match]:
    """Return every occurrence of every personal string in `haystacks` (calldata, logs, storage words),
    sorted.

    What stands there more than once is searched once, and only for the strings that can be told to be possible.
    """
    where: dict[bytes, list[int]] = {}
    for number, haystack in enumerate(haystacks):
        where.setdefault(haystack, []).append(number)
    suspects = Beginnings(where).suspects([_utf8(text) for text in strings.texts])
    needles = [needle for number in suspects for needle in _needles(strings.texts[number])]
    if not needles:
        return []
    index = NeedleIndex([encoded for _, _, encoded in needles])
    numbers = list(where.values())
    found = set()
    for sighting in index.sightings(where):
        text, encoding, encoded = needles[sighting.needle]
        for number in numbers[sighting.haystack]:
            found.add(Match(number, sighting.offset, len(encoded), encoding, text))
    return sorted(found)


def plaintext_bytes(matches: Iterable[Match]) -> int:
    """Return how many bytes of the haystacks are personal: overlapping matches count once."""
    total, haystack, covered_until = 0, -1, 0
    for match in sorted(matches):
        if match.haystack != haystack:
            haystack, covered_until = match.haystack, 0
        end = match.offset + match.length_bytes
        total += max(0, end - max(match.offset, covered_until))
        covered_until = max(covered_until, end)
    return total


def _is_long_enough(text: str) -> bool:
    return len(text) >= LEAST_NEEDLE_BYTES or len(_utf8(text)) >= LEAST_NEEDLE_BYTES


def _collect(value: object, key: str, parent: str, texts: set[str]) -> None:
    """Add the personal strings under `value`, which stands at `key` inside `parent`."""
    if isinstance(value, str):
        if key in _TEXT_KEYS or (key == "value" and parent in _VALUE_PARENTS):
            texts.add(value)
        if key == "reference":
            texts.add(_PATH_MARKS.split(value)[-1])
        # Half a million strings a run: only what begins with a digit is worth the pattern.
        if value[:1].isdecimal() and _DATE.match(value):
            texts.add(value)
            texts.add(value[:_DATE_CHARACTERS])
    elif isinstance(
        value, dict
    ):  # as all are that were read from JSON: asking for any mapping takes ten times as long
        _collect_of(value, key, texts)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, key, parent, texts)
    elif isinstance(value, Mapping):
        _collect_of(value, key, texts)


def _collect_of(value: Mapping[str, Any], key: str, texts: set[str]) -> None:
    _join(value, texts)
    for name, inner in value.items():
        _collect(inner, name, key, texts)


def _join(value: Mapping[str, Any], texts: set[str]) -> None:
    """Add a person's full name, as forms write it, from a FHIR HumanName."""
    if "given" not in value:
        return
    given, family = value["given"], value.get("family")
    if isinstance(given, list) and isinstance(family, str):
        texts.add(" ".join(name for name in (*given, family) if isinstance(name, str)))


def _needles(text: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield (text, encoding, bytes to look for) for one personal string."""
    for encoding, encoded in _encodings(_utf8(text)):
        yield text, encoding, encoded
        if len(encoded) > WORD_BYTES:
            for start in range(0, len(encoded), WORD_BYTES):
                chunk = encoded[start : start + WORD_BYTES]
                if len(chunk) >= LEAST_NEEDLE_BYTES:
                    yield text, encoding, chunk


def _encodings(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "utf-8", plain
    lower = plain.hex()
    yield "hex", lower.encode()
    upper = lower.upper()
    if upper != lower:
        yield "hex", upper.encode()
    for lead_bytes in range(3):
        yield from _base64(plain, lead_bytes)


def _base64(plain: bytes, lead_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield `plain` as it appears in base64 after 3k + `lead_bytes` other bytes, in both alphabets.

    Characters at either end that also hold bits of the neighbours are left out.
    """
    encoded = base64.b64encode(bytes(lead_bytes) + plain)
    own = encoded[-(-8 * lead_bytes // 6) : 8 * (lead_bytes + len(plain)) // 6]
    yield "base64", own
    if b"+" in own or b"/" in own:
        yield "base64", own.translate(bytes.maketrans(b"+/", b"-_"))


def _utf8(text: str) -> bytes:
    # A lone surrogate in damaged input must not stop a search for everything else.
    return text.encode("utf-8", "surrogatepass")
