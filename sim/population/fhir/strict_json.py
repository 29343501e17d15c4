"""JSON as FHIR allows it: UTF-8, no NaN, no repeated keys, no number without end, no lone surrogates.

`json.loads` alone takes some of these and fails on others with errors that are no JSONDecodeError.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class JsonError(ValueError):
    """A text is not JSON, or JSON that FHIR forbids. The message says what and where."""


def parse(octets: bytes) -> Any:
    """Return the value of one JSON text; raise `JsonError` naming what is wrong and where."""
    octets = octets.removeprefix(_BYTE_ORDER_MARK)
    if not octets.strip():
        raise JsonError("is empty")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError(f"is not UTF-8: bad byte 0x{octets[error.start]:02x} at byte {error.start}") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        raise JsonError(_place(error)) from None
    except RecursionError:
        raise JsonError("nests too deep") from None


def canonical(value: Any) -> bytes:
    """Return `value` as canonical JSON: sorted keys, no spaces, UTF-8; raise `JsonError` for lone surrogates.

    Numbers are kept by value, so 1.10 becomes 1.1.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise JsonError("holds half of a surrogate pair, which is no character") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise JsonError(f"repeats the key {repeated[:60]!r} in one object")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"holds {name}, which is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonError(f"holds a number beyond all bounds: {digits[:30]}")
    return number


def _int(digits: str) -> int:
    if len(digits) > 20:
        raise JsonError(f"holds a whole number of {len(digits)} digits: {digits[:20]}…")
    return int(digits)


def _place(error: json.JSONDecodeError) -> str:
    at_end = error.pos >= len(error.doc.rstrip()) or "Unterminated string" in error.msg
    if at_end:
        return f"is cut off: the JSON breaks off in line {error.lineno}, column {error.colno}"
    return f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
