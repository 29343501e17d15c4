"""Populations: whole patient histories read from FHIR R4 bundles, and the visits planned from them."""
