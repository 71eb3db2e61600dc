"""How many labelled galaxies are needed: learning curves."""
