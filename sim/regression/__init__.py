"""Regression: small scenarios whose digest and KPIs are compared with accepted figures."""

from sim.regression.accepted import ACCEPTED_NAME
from sim.regression.check import Verdict, accept_all, check
from sim.regression.errors import RegressionError
from sim.regression.junit import junit_xml

__all__ = ["ACCEPTED_NAME", "RegressionError", "Verdict", "accept_all", "check", "junit_xml"]
