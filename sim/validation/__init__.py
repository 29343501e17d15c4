"""Known answers: the model against published results and against theory, each with its error bar."""

from sim.validation.suite import NAMES, run_suite

__all__ = ["NAMES", "run_suite"]
