"""How fast the engines are, side by side with what a user would pick instead."""
