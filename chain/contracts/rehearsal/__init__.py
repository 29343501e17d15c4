"""The system on the real engine with a small cast: what tests and gas measurements play their acts on."""
