"""The system's contracts: Solidity sources, their committed artifacts, and the opening that deploys them."""
