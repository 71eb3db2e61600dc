"""Promises of tuning_fork/evaluation."""
