"""The sale before the run: who wants to buy what, on which terms, what was sent to the chain, what came of it."""
