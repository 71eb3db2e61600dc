"""Promises of tuning_fork/catalogue."""
