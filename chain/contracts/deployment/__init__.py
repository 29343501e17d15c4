"""How the system comes to stand: one file a contract with its terms and constructor arguments, and the opening."""
