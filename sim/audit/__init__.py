"""The auditor: money is conserved after every block, or the run stops."""
