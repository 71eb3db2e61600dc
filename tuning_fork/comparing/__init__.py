"""Experiments compared: by their scores on the same galaxies, and by the galaxies on which they differ."""
