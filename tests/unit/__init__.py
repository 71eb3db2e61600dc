"""Promises of single modules: neither a training nor DVC."""
