"""Errors of the regression check, each a sentence for the user."""

from __future__ import annotations

from sim.errors import MedSimError


class RegressionError(MedSimError):
    """Regression scenarios or their accepted figures cannot be found, read or accepted."""
