"""Promises of tuning_fork/networks."""
