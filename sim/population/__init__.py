"""Populations: whole patient histories read from FHIR R4 bundles, and the visits planned from them."""

from sim.population.errors import PopulationError
from sim.population.histories import Encounter, History, Provider
from sim.population.planning import PlannedPatient, PlannedVisit, VisitPlan, plan_visits
from sim.population.population import Population, bundled_names, load

__all__ = [
    "Encounter",
    "History",
    "PlannedPatient",
    "PlannedVisit",
    "Population",
    "PopulationError",
    "Provider",
    "VisitPlan",
    "bundled_names",
    "load",
    "plan_visits",
]
