"""The world: scenario, clock, chance, agents, records, metrics, runs and the command line."""
