"""Promises of tuning_fork/galaxies."""
