"""Records off the chain: FHIR as Merkle trees, the vault, the wallet, the QR code and its
ticket."""
