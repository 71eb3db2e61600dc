"""Promises of tuning_fork/comparing that need neither a training nor DVC."""
