"""Contracts and their reference models are compared with what the state machines stand on."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "machines"))
