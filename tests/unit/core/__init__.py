"""Promises of tuning_fork/core."""
