"""Errors of populations. Each names the file, the entry or the argument, and what would be right."""

from __future__ import annotations

from sim.errors import InputError


class PopulationError(InputError):
    """A folder, a bundle, a population or a wish for patients is not what it should be."""
