"""The figures of a run, and its galleries of galaxies."""
