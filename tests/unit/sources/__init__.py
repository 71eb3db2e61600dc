"""Promises of tuning_fork/sources."""
