"""Promises of tuning_fork/figures."""
