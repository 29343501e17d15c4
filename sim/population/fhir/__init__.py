"""FHIR R4 (4.0.1): its JSON read strictly, its resources checked, their references followed."""
