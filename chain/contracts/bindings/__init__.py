"""Typed bindings of the contracts, generated from the ABIs by `medsim contracts build`."""
