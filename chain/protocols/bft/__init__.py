"""Parts of Panacea's proof of stake: proposers, minting, distribution, liveness, slashing, delegation."""
