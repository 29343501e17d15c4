"""How lines of Python are laid out: docstrings from NatSpec, and what is too long for one line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

LINE: Final = 104
"""The width that docstrings and signatures are wrapped to, characters."""


def one_line(text: str) -> str:
    """Return NatSpec on one line, fit to stand in a docstring."""
    return re.sub(r"\s+", " ", text).strip().replace("\\", "\\\\").replace('"""', "'''")


def explained(names: Mapping[str, str], details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the Python name and the meaning of each argument that the NatSpec explains."""
    told = details.get("params", {})
    return [(ours, one_line(told[theirs])) for theirs, ours in names.items() if theirs in told]


def docstring(
    text: str, indent: int, arguments: Sequence[tuple[str, str]] = (), returned: Sequence[str] = ()
) -> list[str]:
    """Return a docstring's lines; it opens with a capital and ends with a full stop."""
    space = " " * indent
    opening = text[0].upper() + text[1:]
    opening += "" if opening.endswith((".", "!", "?")) else "."
    first, *rest = textwrap.wrap(
        f'{space}"""{opening}', LINE, subsequent_indent=space, break_on_hyphens=False
    )
    told = [f"{name}: {meaning}" for name, meaning in arguments]
    told += [f"Returns {meaning}" for meaning in map(one_line, returned)]
    more = [
        line
        for sentence in told
        for line in textwrap.wrap(
            space + sentence, LINE, subsequent_indent=space + "    ", break_on_hyphens=False
        )
    ]
    lines = [first, *rest, *(["", *more] if more else [])]
    if len(lines) == 1 and len(first) + 3 <= LINE and not first.endswith('"'):
        return [f'{first}"""']
    return [*lines, f'{space}"""']


def definition(name: str, parameters: Sequence[str], answer: str) -> list[str]:
    """Return a method's `def`, one parameter a line where it does not fit on one."""
    line = f"    def {name}({', '.join(parameters)}) -> {answer}:"
    if len(line) <= LINE:
        return [line]
    return [f"    def {name}(", *(f"        {part}," for part in parameters), f"    ) -> {answer}:"]
