"""Changing single keys: `emission__rate=0.04` in Python, `--set emission.rate=0.04` on the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from sim.errors import InputError, ScenarioError
from sim.scenario.catalogue import catalogue, chapters
from sim.scenario.complaints import printable, shown, unknown_key


def overlay(tables: Mapping[str, Any], overrides: Mapping[str, object], source: str = "") -> dict[str, Any]:
    """`tables` with `overrides` laid over them; a key is dotted, or has double underscores for dots.

    A chapter may be overridden by a mapping of its keys. Raises `ScenarioError` for an unknown key.
    """
    result = {key: dict(part) if isinstance(part, Mapping) else part for key, part in tables.items()}
    for key, value in _flat(overrides, source).items():
        chapter, _, last = key.rpartition(".")
        if not chapter:
            result[key] = value
        elif isinstance(target := result.setdefault(chapter, {}), dict):
            target[last] = value
    return result


def parse_setting(setting: str) -> tuple[str, object]:
    """Key and value of a setting `key=value`; the value is read as TOML, or as text where it is none.

    Raises `InputError` where there is no `=`, `ScenarioError` where there is no such key.
    """
    key, equals, written = setting.partition("=")
    key = key.strip().replace("__", ".")
    if not equals:
        raise InputError(f"--set {printable(key)}", "has no value", "KEY=VALUE, such as emission.rate=0.04")
    if key not in catalogue():
        raise unknown_key(key, written, "--set")
    value = _toml_value(written)
    is_text = catalogue()[key].kind == "text"
    return key, written.strip() if is_text and not isinstance(value, str) else value


def _flat(overrides: Mapping[str, object], source: str) -> dict[str, object]:
    flat: dict[str, object] = {}
    for raw, value in overrides.items():
        key = str(raw).replace("__", ".")
        if key in chapters():
            flat.update(_chapter_overrides(key, value, source))
        elif key in catalogue():
            flat[key] = _plain(value)
        else:
            raise unknown_key(key, value, source)
    return flat


def _chapter_overrides(chapter: str, value: object, source: str) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ScenarioError(chapter, shown(value), f"a mapping of the keys of [{chapter}]", source)
    return _flat({f"{chapter}.{key}": inner for key, inner in value.items()}, source)


def _plain(value: object) -> object:
    """A NumPy or pandas scalar as the Python number it stands for; anything else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", None) == 0 else value


def _toml_value(written: str) -> object:
    try:
        table = tomllib.loads(f"value = {written}")
    except (ValueError, RecursionError):
        return written
    return table["value"] if list(table) == ["value"] else written
