"""Changing the numbers of a parameters dataclass by key, from text or from values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from chain.protocols.protocol import ProtocolError

Parameters = TypeVar("Parameters")

_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "false": False}
_NAME: Final = "name"
"""What a set of numbers is called is none of them."""


def keys_of(parameters: Any) -> list[str]:
    """Return the keys that can be changed, in the order of the dataclass; a dot leads into a nested one."""
    keys: list[str] = []
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if is_dataclass(value):
            keys += [f"{field.name}.{key}" for key in keys_of(value)]
        elif field.name != _NAME:
            keys.append(field.name)
    return keys


def changed(parameters: Parameters, settings: Mapping[str, object]) -> Parameters:
    """Return parameters with the named values set.

    Text is read as the field's type: integers also as 0x… or with underscores, `none` where the field allows it, tuples
    as JSON lists. Raises `ProtocolError` that names an unknown key and those there are, or a value that does not fit.
    """
    allowed = keys_of(parameters)
    nested: dict[str, dict[str, object]] = {}
    values: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in allowed:
            raise ProtocolError(f"{key} is no number of this protocol; there are {', '.join(allowed)}")
        outer, dot, inner = key.partition(".")
        if dot:
            nested.setdefault(outer, {})[inner] = value
        else:
            values[key] = _read(key, value, get_type_hints(type(parameters))[key])
    for outer, inner_settings in nested.items():
        values[outer] = changed(getattr(parameters, outer), inner_settings)
    return replace(parameters, **values)  # type: ignore[type-var]


def _read(key: str, value: object, wanted: Any) -> object:
    try:
        return _fitting(value, wanted)
    except (ValueError, TypeError) as error:
        raise ProtocolError(f"{key} is {_described(wanted)}, not {value!r}") from error


def _fitting(value: object, wanted: Any) -> object:
    """Return a value as the wanted type; raise `ValueError` or `TypeError` where it is none."""
    choices = get_args(wanted)
    if NoneType in choices:
        if value is None or value == "none":
            return None
        (wanted,) = (choice for choice in choices if choice is not NoneType)
        return _fitting(value, wanted)
    if get_origin(wanted) is tuple:
        listed = json.loads(value) if isinstance(value, str) else value
        return _fitting_tuple(listed, get_args(wanted))
    if wanted is bool:
        return _TRUTHS[value] if isinstance(value, str) and value in _TRUTHS else _same(value, bool)
    if wanted is int:
        return int(value, 0) if isinstance(value, str) else _same(value, int)
    if wanted is float:
        number = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else value
        if isinstance(number, float) and number - number != 0:
            raise ValueError("not finite")
        return _same(number, float)
    return _same(value, wanted)


def _fitting_tuple(listed: object, parts: tuple[Any, ...]) -> tuple[object, ...]:
    if not isinstance(listed, list | tuple):
        raise TypeError(f"{listed!r} is no list")
    wanted = [parts[0]] * len(listed) if parts[-1] is Ellipsis else list(parts)
    if len(wanted) != len(listed):
        raise ValueError(f"{len(wanted)} values are wanted")
    return tuple(_fitting(each, part) for each, part in zip(listed, wanted, strict=True))


def _same(value: object, wanted: type) -> object:
    if not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool):
        raise TypeError(f"{value!r} is of another type")
    return value


def _described(wanted: Any) -> str:
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    if NoneType in get_args(wanted):
        return f"{_described(next(each for each in get_args(wanted) if each is not NoneType))} or none"
    return names.get(wanted, f"a list ({wanted})")
