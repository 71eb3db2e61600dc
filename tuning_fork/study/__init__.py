"""The published runs and their report."""
