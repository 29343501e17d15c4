"""Parts of the plain lottery: parameters, presets, and its draws."""
