"""Measurements whose figures docs/ quotes; each prints a table."""
