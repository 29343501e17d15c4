"""Where scenarios are found: packaged ones by name, any other by path; and how one becomes a `Scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.paths import scenarios_directory
from sim.scenario.complaints import scenario_error
from sim.scenario.model import Scenario
from sim.scenario.overrides import overlay
from sim.scenario.text import parse, read

_NO_OVERRIDES: Mapping[str, object] = {}


def load(name_or_path: str | Path, overrides: Mapping[str, object] = _NO_OVERRIDES) -> Scenario:
    """The scenario of a packaged name ("baseline", "regression/smoke") or of a TOML file, with keys changed.

    Raises `ScenarioError` naming key (or line), value and what is allowed.
    """
    return from_tables(read(locate(name_or_path)), str(name_or_path), overrides)


def load_text(
    text: str | bytes, source: str = "scenario", overrides: Mapping[str, object] = _NO_OVERRIDES
) -> Scenario:
    """The scenario of a TOML text; `source` is what errors call it."""
    octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return from_tables(parse(octets, source), source, overrides)


def from_tables(
    tables: Mapping[str, Any], source: str = "scenario", overrides: Mapping[str, object] = _NO_OVERRIDES
) -> Scenario:
    """The scenario of nested tables, as TOML gives them."""
    try:
        return Scenario.model_validate(overlay(tables, overrides, source))
    except ValidationError as refusal:
        error = scenario_error(refusal, source)
    raise error


def override(scenario: Scenario, overrides: Mapping[str, object]) -> Scenario:
    """The scenario with keys changed, checked again as a whole."""
    return from_tables(scenario.model_dump(), scenario.name, overrides)


def available() -> dict[str, Path]:
    """Packaged scenarios by name, in alphabetical order, those of `regression/` last."""
    root = scenarios_directory()
    paths = [*sorted(root.glob("*.toml")), *sorted(root.glob("regression/*.toml"))]
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in paths}


def locate(name_or_path: str | Path) -> Path:
    """The file behind a packaged name or a path; raises `ScenarioError` where there is neither."""
    packaged = available()
    path = packaged.get(str(name_or_path), Path(name_or_path))
    if path.suffix == ".toml" or path.exists():
        return path
    near = get_close_matches(str(name_or_path)[:100], packaged, n=1)
    raise ScenarioError(
        "",
        "there is no scenario and no file of this name",
        f"{', '.join(packaged)}, or the path of a .toml file",
        str(name_or_path),
        hint=f"did you mean {near[0]}?" if near else "",
    )
