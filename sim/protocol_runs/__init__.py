"""Consensus and network alone, without agents and without an EVM: `medsim protocol run`."""

from sim.protocol_runs.presets import PRESETS
from sim.protocol_runs.running import Outcome, run
from sim.protocol_runs.settings import Settings, resolve

__all__ = ["PRESETS", "Outcome", "Settings", "resolve", "run"]
