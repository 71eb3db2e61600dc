"""Promises of tuning_fork/surveys."""
