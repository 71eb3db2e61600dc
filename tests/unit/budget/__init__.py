"""Promises of tuning_fork/budget."""
