"""A full run on a network: where nodes are, what producers put into blocks, and how the gateway follows."""
