"""Whole numbers as arguments of commands."""

from __future__ import annotations

from typing import Final

_LONGEST_DIGITS: Final = 18


def whole(argument: str, text: str, *, least: int) -> int:
    """Return the number that an argument names; raises `InputError` where it is none or below `least`."""
    from sim.errors import InputError

    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_DIGITS and int(text) >= least):
        raise InputError(f"{argument} {text}", "does not fit", f"a whole number of at least {least}")
    return int(text)
