"""Predictions, scores with intervals, comparisons, reliability, a baseline."""
