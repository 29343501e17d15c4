"""EVM engines behind one door, `chain.engines.protocol.Engine`."""
