"""Promises of tuning_fork/calibration."""
