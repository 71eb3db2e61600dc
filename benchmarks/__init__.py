"""Measurements whose figures the README quotes; each prints a table and fails on nothing."""
