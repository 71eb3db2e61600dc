"""How far the network can be believed: other framings, no galaxies, and how real the simulated survey is."""
