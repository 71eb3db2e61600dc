"""Probabilities, uncertainties, outliers; the model folder."""
