"""Scenarios: typed, frozen, documented key by key; wrong ones are refused before anything starts."""

from sim.scenario.catalogue import catalogue, chapters, parameters
from sim.scenario.model import Scenario
from sim.scenario.overrides import parse_setting
from sim.scenario.parameter import Parameter
from sim.scenario.shelf import available, from_tables, load, load_text, locate, override

__all__ = [
    "Parameter",
    "Scenario",
    "available",
    "catalogue",
    "chapters",
    "from_tables",
    "load",
    "load_text",
    "locate",
    "override",
    "parameters",
    "parse_setting",
]
