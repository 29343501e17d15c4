"""What contracts should reckon, written down a second time in plain integers: tests hold the two against each other."""
