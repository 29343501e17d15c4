"""Lets the tests below import what they share (`synthetic_run`) by name."""
