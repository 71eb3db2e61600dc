"""Figures, galleries and pages."""
