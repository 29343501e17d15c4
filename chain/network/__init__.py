"""Nodes, links and what they know: consensus on a network with delay.

The network is a state machine with an agenda of its own (`next_event_s`, `step`), driven by a plain loop or by
somebody else's clock. It knows protocols, and neither an EVM nor a clock of the simulation.
"""
