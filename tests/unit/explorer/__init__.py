"""Promises of tuning_fork/explorer."""
