"""Contracts and their reference models are compared on the scenes of the state machines."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "machines"))
