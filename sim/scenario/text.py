"""Scenario files: TOML text in, with the line of every mistake; TOML text out."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from sim.errors import ScenarioError
from sim.scenario.catalogue import chapters, parameters
from sim.scenario.model import Scenario
from sim.scenario.parameter import Parameter, Value

LARGEST_FILE_BYTES: Final = 1_000_000
_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read(path: Path) -> dict[str, Any]:
    """The tables of the TOML file at `path`; raises `ScenarioError` naming file and line."""
    source = str(path)
    try:
        with path.open("rb") as file:
            octets = file.read(LARGEST_FILE_BYTES + 1)
    except (OSError, ValueError) as refused:
        reason = getattr(refused, "strerror", None) or str(refused)
        raise ScenarioError("", f"cannot be read ({reason})", "a readable TOML file", source) from None
    if len(octets) > LARGEST_FILE_BYTES:
        raise ScenarioError("", "is too large", f"at most {LARGEST_FILE_BYTES:,} bytes", source)
    return parse(octets, source)


def parse(octets: bytes, source: str) -> dict[str, Any]:
    """The tables of a TOML text in UTF-8; raises `ScenarioError` naming the line of the first mistake."""
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = octets[: wrong.start].count(b"\n") + 1
        octet = f"byte 0x{octets[wrong.start]:02x} is not UTF-8"
        raise ScenarioError("", octet, "text encoded as UTF-8", source, line) from None
    return _parse_text(text, source)


def write(scenario: Scenario, *, annotated: bool = False) -> str:
    """The scenario as TOML, every key spelled out; `annotated` adds unit, range and grade as comments."""
    lines: list[str] = []
    chapter = ""
    for entry in parameters(scenario):
        table, _, key = entry.key.rpartition(".")
        if table != chapter:
            chapter = table
            lines += ["", *([f"# {chapters()[table]}"] if annotated else []), f"[{table}]"]
        comment = f"  # {_annotation(entry)}" if annotated else ""
        lines.append(f"{key} = {toml_value(entry.value)}{comment}")
    return "\n".join(lines) + "\n"


def _parse_text(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        reason, line = _reason_and_line(str(wrong), text)
    except RecursionError:
        reason, line = "brackets are nested too deeply", _deepest_line(text)
    except ValueError:
        reason, line = "a number has too many digits", _line_of_longest_number(text)
    raise ScenarioError("", f"not TOML: {reason}", "lines such as [time] and days = 30", source, line)


def _reason_and_line(message: str, text: str) -> tuple[str, int]:
    place = _PLACE.search(message)
    last_line = text.rstrip("\n").count("\n") + 1
    line = int(place.group(1)) if place and place.group(1) else last_line
    reason = message[: place.start()] if place else message
    if "Cannot overwrite" in reason or "twice" in reason:
        reason = f"{_line_key(text, line)} is given twice"
    return reason, line


def _line_key(text: str, line: int) -> str:
    written = text.replace("\r\n", "\n").split("\n")[line - 1]
    return written.split("=")[0].split("#")[0].strip()[:80] or "a key"


def _deepest_line(text: str) -> int:
    opened = (len(re.findall(r"[\[{]", line)) - len(re.findall(r"[\]}]", line)) for line in text.split("\n"))
    depths = list(accumulate(opened))
    return depths.index(max(depths)) + 1


def _line_of_longest_number(text: str) -> int:
    digits = [max(map(len, re.findall(r"[0-9_]+", line)), default=0) for line in text.split("\n")]
    return digits.index(max(digits)) + 1


def _annotation(entry: Parameter) -> str:
    return f"{entry.accepts}; grade {entry.grade}"


def toml_value(value: Value | None) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return repr(value)
