"""Promises of tuning_fork/params."""
