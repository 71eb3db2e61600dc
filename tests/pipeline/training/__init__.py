"""Trainings, from the first epoch to the model folder."""
