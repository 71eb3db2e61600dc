"""Promises of tuning_fork/reporting."""
