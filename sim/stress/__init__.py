"""The stress test: load on a chain is raised step by step until it saturates.

Blocks are made by each protocol's own rules on a network with delay; acts wait in a queue and take of a block
what was measured on the EVM, which itself executes nothing here.
"""
