"""What a run of consensus and network alone is set to, key by key; what does not fit is refused by name."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chain.errors import ChainError
from chain.protocols.protocol import ConsensusProtocol
from sim.errors import InputError
from sim.protocol_runs.keys import KEYS, Key
from sim.protocol_runs.presets import USAGE, Preset, Usage, preset_named

PROTOCOL: Final = "protocol."
"""What keys of the protocol's own numbers begin with."""

SAT_PER_COIN: Final = 10**8
"""Parts of the native coin (QTUM, MED, ETH) in which amounts are kept."""

_LARGEST_COUNT: Final = 10_000


@dataclass(frozen=True)
class Settings:
    """A preset, the protocol with its numbers, the values of all keys, and the names of those that were given."""

    preset: Preset
    usage: Usage
    protocol: ConsensusProtocol
    parameters: Any
    values: Mapping[str, Any]
    given: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


def resolve(preset_name: str, written: Sequence[str]) -> Settings:
    """Return the settings of a preset with `key=value` changes; values are TOML.

    Raises `InputError` that names the key, the value and what is allowed.
    """
    preset = preset_named(preset_name)
    usage = USAGE[preset.name]
    opening = preset.opening
    values = {key.name: key.default for key in KEYS.values()}
    values |= {
        "stakers.shares": tuple(opening.shares),
        "stakers.coins": opening.coins_each,
        "stakers.stake": opening.staked_sat / SAT_PER_COIN,
        "statistics.confirmations": usage.confirmations,
        "faults.future_tolerance_s": usage.future_tolerance_s,
    }
    changed: dict[str, Any] = {}
    given: dict[str, Any] = {}
    for setting in written:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals:
            raise InputError(f"--set {setting}", "has no value", "key=value, such as network.one_way_trips=3")
        value = _toml(text)
        if name.startswith(PROTOCOL):
            changed[name.removeprefix(PROTOCOL)] = value
        else:
            value = values[name] = _checked(_known(name, preset), text, value)
        given[name] = value
    try:
        protocol = preset.protocol(changed)
    except ChainError as error:
        raise InputError(" ".join(f"--set {PROTOCOL}{name}" for name in changed), str(error)) from error
    if not given.keys().isdisjoint({"stakers.count", "stakers.zipf"}) and "stakers.shares" not in given:
        values["stakers.shares"] = None
        values["stakers.count"] = values["stakers.count"] or len(opening.shares)
    parameters = getattr(protocol, "parameters", preset.parameters)
    return Settings(preset, usage, protocol, parameters, values, given)


def _known(name: str, preset: Preset) -> Key:
    key = KEYS.get(name)
    if key is None:
        names = [*KEYS, *(PROTOCOL + key for key in preset.keys)]
        nearest = difflib.get_close_matches(name, names, n=1)
        raise InputError(
            f"--set {name}", "is no key" + (f"; is {nearest[0]} meant?" if nearest else ""), ", ".join(names)
        )
    return key


def _toml(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text.strip()
    return table["value"] if list(table) == ["value"] else text.strip()


def _checked(key: Key, text: str, value: Any) -> Any:
    try:
        return _CHECKS[key.kind](value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        in_unit = f" (in {key.unit})" if key.unit else ""
        raise InputError(
            f"--set {key.name}", f"= {text.strip()} does not fit", key.allowed + in_unit
        ) from error


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _unsigned(value: Any) -> float:
    if _number(value) < 0:
        raise ValueError(value)
    return float(value)


def _end(value: Any) -> float:
    return math.inf if value == math.inf else _unsigned(value)


def _positive(value: Any) -> float:
    if _number(value) <= 0:
        raise ValueError(value)
    return float(value)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _count(value: Any) -> int:
    if not 1 <= _whole(value) <= _LARGEST_COUNT:
        raise ValueError(value)
    return int(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    return value


def _numbers(value: Any) -> tuple[float, ...]:
    numbers = tuple(map(_unsigned, _list(value)))
    if not sum(numbers):
        raise ValueError(value)
    return numbers


def _matrix(value: Any) -> tuple[tuple[float, ...], ...]:
    rows = tuple(tuple(map(_unsigned, _list(row))) for row in _list(value))
    if any(len(row) != len(rows) for row in rows):
        raise ValueError(value)
    return rows


def _regions(value: Any) -> dict[str, float] | tuple[str, ...]:
    if isinstance(value, dict):
        shares = {str(name): _unsigned(share) for name, share in value.items()}
        if not sum(shares.values()):
            raise ValueError(value)
        return shares
    names = tuple(_list(value))
    if not all(isinstance(name, str) for name in names):
        raise ValueError(value)
    return names


def _latencies(value: Any) -> dict[tuple[str, str], float]:
    table = {}
    for pair, latency_s in value.items():
        here, there = pair.split("-")
        table[here, there] = table[there, here] = _unsigned(latency_s)
    names = {name for pair in table for name in pair}
    if not table or len(table) != len(names) ** 2:
        raise ValueError(value)
    return table


def _tables(
    value: Any, required: Mapping[str, Any], optional: Mapping[str, Any]
) -> tuple[dict[str, Any], ...]:
    checks = {**required, **optional}
    rows = []
    for row in _list(value):
        if not set(required) <= set(row) <= set(checks):
            raise ValueError(row)
        rows.append({name: checks[name](inner) for name, inner in row.items()})
    return tuple(rows)


def _window(value: Any, **required: Any) -> tuple[dict[str, Any], ...]:
    rows = _tables(value, {**required, "from_s": _unsigned, "to_s": _end}, {})
    if any(row["to_s"] <= row["from_s"] for row in rows):
        raise ValueError(value)
    return rows


def _nodes(value: Any) -> tuple[int, ...]:
    return tuple(map(_whole, _list(value)))


def _groups(value: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(map(_nodes, _list(value)))


def _by_node(value: Any) -> dict[int, float]:
    return {_whole(int(node)): _number(number) for node, number in value.items()}


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "unsigned": _unsigned,
    "positive": _positive,
    "whole": _whole,
    "count": _count,
    "numbers": _numbers,
    "matrix": _matrix,
    "regions": _regions,
    "latencies": _latencies,
    "by_node": _by_node,
    "nodes": _nodes,
    "outages": lambda value: _window(value, node=_whole),
    "partitions": lambda value: _window(value, groups=_groups),
    "churn": lambda value: _tables(
        value, {"nodes": _nodes, "mean_up_s": _positive, "mean_down_s": _positive}, {}
    ),
    "withheld": lambda value: _tables(
        value,
        {"node": _whole, "depth_blocks": _count},
        {"from_s": _unsigned, "lag_blocks": _count, "attempts": _count},
    ),
}
