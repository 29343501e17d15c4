"""The ledger: engines, contracts, blocks, mempool and consensus protocols.

Knows nothing of agents, scenarios or reports.
"""
