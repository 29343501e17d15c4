"""How figures are written for a reader: grouped digits, few decimals, the unit after the number."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

UNITS_PER_MED: Final = 10**8
SATOSHI_PER_QTUM: Final = 10**8
DAY_S: Final = 86_400
NONE: Final = "–"
JOIN: Final = "\u00a0"
"""No line breaks between a number and its unit."""


def whole(value: int | float) -> str:
    """`1234567` → `1,234,567`."""
    return f"{round(value):,}"


def number(value: float, digits: int = 3) -> str:
    """`digits` significant digits without exponents where a reader can take them in."""
    if not math.isfinite(value):
        return "∞" if value > 0 else NONE
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude >= digits - 1:
        return f"{value:,.0f}"
    if magnitude < -6:
        return f"{value:.{digits - 1}e}"
    return f"{value:.{digits - 1 - magnitude}f}".rstrip("0").rstrip(".")


def share(value: float) -> str:
    """`0.1234` → `12.3 %`; what is too small to matter is said to be so."""
    if 0 < value < 1e-5:
        return f"under{JOIN}0.001{JOIN}%"
    return f"{number(100 * value)}{JOIN}%"


def med(amount_units: int) -> str:
    """MED units (8 decimals) as MED; two decimals below a thousand."""
    return f"{coin(amount_units, UNITS_PER_MED)}{JOIN}MED"


def qtum(amount_sat: int) -> str:
    """Satoshi as QTUM."""
    return f"{coin(amount_sat, SATOSHI_PER_QTUM)}{JOIN}QTUM"


def coin(amount: int, units_per_coin: int) -> str:
    """An integer amount in coins: exact below one coin, rounded to what the size deserves above."""
    value = Decimal(int(amount)) / units_per_coin
    if abs(value) >= 1000:
        return signed(f"{value:,.0f}")
    if abs(value) >= 1:
        return signed(f"{value:,.2f}")
    return signed(f"{value:.8f}".rstrip("0").rstrip("."))


def signed(text: str) -> str:
    """A typeset minus in front of a negative number."""
    return text.replace("-", "−", 1) if text.startswith("-") else text


def scale(largest: float) -> tuple[float, str]:
    """Divisor and word that keep an axis's numbers short: `(1e6, "million ")`."""
    for divisor, word in ((1e9, "billion "), (1e6, "million "), (1e3, "thousand ")):
        if largest >= 2 * divisor:
            return divisor, word
    return 1.0, ""


def day(time_s: float) -> str:
    """Simulated time as days since the start, as axes count them."""
    return f"day{JOIN}{time_s / DAY_S:.1f}"


def duration(seconds: float) -> str:
    """`75` → `1 min 15 s`: the two largest units that matter."""
    if not math.isfinite(seconds):
        return "never"
    if abs(seconds) < 60:
        return f"{number(seconds)}{JOIN}s"
    total = round(seconds)
    days, rest = divmod(total, DAY_S)
    hours, rest = divmod(rest, 3600)
    minutes, left_s = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (left_s, "s"))
    first = next(index for index, (amount, _) in enumerate(parts) if amount)
    return JOIN.join(f"{amount}{JOIN}{unit}" for amount, unit in parts[first : first + 2] if amount)


def octets(size_bytes: float) -> str:
    """Bytes in the decimal unit that leaves a number between 1 and 1,000."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(size) < 1000 or unit == "GB":
            return f"{number(size)}{JOIN}{unit}"
        size /= 1000
    raise AssertionError("unreachable: the last unit takes any size")


def times(ratio: float) -> str:
    """`12.34` → `12.3 ×`."""
    return f"{number(ratio)}{JOIN}×"


def plain(value: object) -> str:
    """A parameter's value as it would be typed; nothing is rounded."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return signed(f"{value:,}".removesuffix(".0"))
    return str(value)


def with_unit(value: object, unit: str) -> str:
    """A KPI's value in words: shares in percent, seconds as durations, counts grouped."""
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if unit in ("0–1", "0-1", "share"):
        return share(value)
    if unit == "s":
        return duration(value)
    if unit == "1/year":
        return f"{share(value)} a year"
    text = whole(value) if isinstance(value, int) else number(value, 4)
    return text if unit in ("", "1") else f"{text}{JOIN}{unit}"


def counted(amount: int, noun: str, plural: str | None = None) -> str:
    """`1 visit`, `2 visits`."""
    return f"{amount:,} {noun if amount == 1 else plural or noun + 's'}"


def of_days(days: float) -> str:
    """`1 day`, `0.5 days`, `30 days`."""
    text = number(days)
    return f"{text} {'day' if text == '1' else 'days'}"
