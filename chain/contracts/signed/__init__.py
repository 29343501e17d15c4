"""Messages that people sign for single contracts, a file each."""
