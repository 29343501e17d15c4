"""How a key of a scenario is declared: type and default, and beside them unit, range, grade and source.

Grades: S sourced, D derived from sourced figures or without influence on any result, U unsourced, with a plausible
range. A U is never called calibrated.
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

    `key` is the dotted path, `kind` one of text, integer, number and truth, `value` None only for a required key outside a
    scenario, `default` None for a required key. `minimum` and `maximum` bound what is accepted (characters for a text),
    `allowed` lists the choices where they are few, `plausible` is the range in which a U's truth is thought to lie.
    """

    key: str
    value: Value | None
    default: Value | None
    kind: str
    unit: str
    minimum: float | None
    maximum: float | None
    allowed: tuple[str, ...]
    plausible: tuple[float, float] | None
    grade: Grade
    source: str
    doc: str

    @property
    def range_words(self) -> str:
        """What is accepted, in words: choices, a range with its unit, or the length of a text."""
        if self.allowed:
            return " or ".join(f'"{choice}"' for choice in self.allowed)
        if self.kind == "truth":
            return "true or false"
        if self.kind == "text":
            return f"a text of {self.minimum:.0f} to {self.maximum:.0f} characters"
        noun = "a whole number" if self.kind == "integer" else "a number"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{noun} from {number_words(self.minimum)} to {number_words(self.maximum)}{unit}"


def parameter(
    default: Any,
    *,
    unit: str,
    doc: str,
    grade: Grade,
    source: str,
    low: float | None = None,
    high: float | None = None,
    plausible: tuple[float, float] | None = None,
) -> Any:
    """Declare a key: `low` and `high` are the accepted range, of a number's value or of a text's length."""
    bounds: dict[str, Any] = {}
    if isinstance(default, str) or default is REQUIRED:
        bounds = {"min_length": low, "max_length": high} if low is not None else {}
    elif not isinstance(default, bool):
        bounds = {"ge": low, "le": high}
    notes = {"unit": unit, "grade": grade, "source": source, "low": low, "high": high, "plausible": plausible}
    return Field(default, description=doc, json_schema_extra=notes, **bounds)  # type: ignore[arg-type]


def number_words(number: float | None) -> str:
    """A bound as a person writes it: whole numbers without a point, thousands apart."""
    if number is None:
        return "any"
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"
