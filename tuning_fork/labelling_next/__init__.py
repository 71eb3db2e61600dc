"""Which galaxies to label next."""
