"""Promises of tuning_fork/pages."""
