"""How a key of a scenario is declared: type and default, and beside them unit, range, grade and source.

Grades: S sourced, D derived from sourced figures or without influence on any result, U unsourced, with a
plausible range. A U is never called calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["S", "D", "U"]
Value = str | int | float | bool
REQUIRED: Any = ...


class Chapter(BaseModel):
    """A table of the scenario file: frozen, strictly typed, closed to unknown keys."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True
    )
    doc: ClassVar[str] = ""


@dataclass(frozen=True)
class Parameter:
    """One key with all that is known about it.

    `key` is the dotted path, `value` None only for a required key outside a scenario, `default` None for a
    required key, `kind` one of text, integer, number and truth. `minimum` and `maximum` bound a number,
    `length` a text's characters, `pattern` is a regular expression the text matches, `allowed` lists the
    choices where they are few, and `accepts` says all that in words. `plausible` is the range in which a U's
    truth is thought to lie.
    """

    key: str
    value: Value | None
    default: Value | None
    kind: str
    unit: str
    minimum: float | None
    maximum: float | None
    allowed: tuple[str, ...]
    accepts: str
    plausible: tuple[float, float] | None
    grade: Grade
    source: str
    doc: str
    length: tuple[int, int] | None = None
    pattern: str | None = None


def number(
    default: float,
    *,
    between: tuple[float, float],
    unit: str,
    doc: str,
    grade: Grade,
    source: str,
    plausible: tuple[float, float] | None = None,
    step: str = "",
) -> Any:
    """Declare a whole or real number `between` two bounds, both accepted.

    A U names the `plausible` range; `step` says in words what multiple the number must be.
    """
    low, high = between
    noun = "a whole number" if isinstance(default, int) else "a number"
    in_unit = "" if unit == "1" else f" ({unit})"
    notes = {"unit": unit, "grade": grade, "source": source, "low": low, "high": high, "plausible": plausible}
    notes["accepts"] = f"{noun} from {number_words(low)} to {number_words(high)}{in_unit}{step}"
    return Field(default, ge=low, le=high, description=doc, json_schema_extra=notes)  # type: ignore[arg-type]


def text(
    default: Any,
    *,
    doc: str,
    grade: Grade,
    source: str,
    length: tuple[int, int],
    accepts: str = "",
    pattern: str | None = None,
) -> Any:
    """Declare a text of `length` (least, most) characters; `accepts` says in words what else it must be."""
    least, most = length
    words = accepts or f"a text of {least} to {most} characters"
    notes: dict[str, Any] = {"unit": "1", "grade": grade, "source": source, "accepts": words}
    notes |= {"length": length, "pattern": pattern}
    bounds: dict[str, Any] = {"min_length": least, "max_length": most, "pattern": pattern}
    return Field(default, description=doc, json_schema_extra=notes, **bounds)


def choice(default: Any, *, doc: str, grade: Grade, source: str) -> Any:
    """Declare a truth value or one of the texts that the annotation's `Literal` lists."""
    notes = {"unit": "1", "grade": grade, "source": source}
    return Field(default, description=doc, json_schema_extra=notes)  # type: ignore[arg-type]


def number_words(value: float) -> str:
    """A number as a person writes it: whole ones without a point, thousands apart."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:g}"
