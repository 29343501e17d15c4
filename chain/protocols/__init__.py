"""Consensus protocols: one file a protocol, one shared interface in `chain.protocols.protocol`."""
