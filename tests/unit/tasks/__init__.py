"""Promises of tuning_fork/tasks."""
