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
_LONE: Final = "surrogatepass"
"""What becomes of lone surrogates: one in damaged input must not stop a search for everything else."""


@dataclass(frozen=True)
class PersonalStrings:
    """Personal strings, each once, as they were met; every one has at least 8 bytes of UTF-8."""

    texts: tuple[str, ...]

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> PersonalStrings:
        """Keep the `texts` that are long enough to be told from chance."""
        least = LEAST_NEEDLE_BYTES
        return cls(
            tuple(text for text in dict.fromkeys(texts) if len(text) >= least or len(_utf8(text)) >= least)
        )

    @classmethod
    def from_resources(cls, resources: Iterable[Mapping[str, Any]]) -> PersonalStrings:
        """Collect the personal strings of FHIR `resources`."""
        found = _Found()
        for resource in resources:
            found.look_into(resource, "")
        return cls.from_texts(found.all())

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
    suspects = Beginnings(where).suspects([text.encode("utf-8", _LONE) for text in strings.texts])
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


class _Found:
    """Personal strings met so far, and references: half of all strings, each taken apart once, at the end."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}
        self._references: dict[str, None] = {}

    def all(self) -> Iterator[str]:
        """Yield the strings; of a reference what it ends in names somebody."""
        yield from self._texts
        for reference in self._references:
            yield reference.rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]

    def look_into(self, holder: Mapping[str, Any], key: str) -> None:
        """Add the personal strings in `holder`, which stands at `key`."""
        if "given" in holder:
            self._join(holder)
        for name, value in holder.items():
            if isinstance(value, str):
                self._look_at(value, name, key)
            elif isinstance(value, dict):  # as mappings from JSON are: to ask for any takes ten times as long
                self.look_into(value, name)
            elif isinstance(value, list):
                for inner in value:
                    if isinstance(inner, dict):
                        self.look_into(inner, name)
                    else:
                        self._look_through(inner, name, key)
            else:
                self._look_through(value, name, key)

    def _look_through(self, value: object, key: str, parent: str) -> None:
        if isinstance(value, str):
            self._look_at(value, key, parent)
        elif isinstance(value, list | tuple):
            for inner in value:
                self._look_through(inner, key, parent)
        elif isinstance(value, Mapping):
            self.look_into(value, key)

    def _look_at(self, text: str, key: str, parent: str) -> None:
        if key == "reference":
            self._references[text] = None
        elif key in _TEXT_KEYS or (key == "value" and parent in _VALUE_PARENTS):
            self._texts[text] = None
        # Half a million strings a run: only what begins with a digit is worth the pattern.
        if text[:1].isdecimal() and _DATE.match(text):
            self._texts[text] = None
            self._texts[text[:_DATE_CHARACTERS]] = None

    def _join(self, name: Mapping[str, Any]) -> None:
        """Add a person's full name, as forms write it, from a FHIR HumanName."""
        given, family = name["given"], name.get("family")
        if isinstance(given, list) and isinstance(family, str):
            self._texts[" ".join(part for part in (*given, family) if isinstance(part, str))] = None


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
    return text.encode("utf-8", _LONE)
