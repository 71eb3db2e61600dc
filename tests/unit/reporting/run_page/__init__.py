"""Promises of tuning_fork/reporting/run_page."""
