"""Promises of tuning_fork/study that need neither a training nor DVC."""
