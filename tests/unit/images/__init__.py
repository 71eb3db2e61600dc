"""Promises of tuning_fork/images."""
