"""Time zones from the pinned `tzdata` package, never from the machine: a run is the same everywhere."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """All names of the time zone database, as the package lists them."""
    return tuple(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@lru_cache(maxsize=64)
def zone_rules(zone: str) -> ZoneInfo:
    """The rules of `zone`; raises `LookupError` for a name the database does not have."""
    if zone not in zone_names():
        raise LookupError(f"no time zone {zone!r}")
    with resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)
