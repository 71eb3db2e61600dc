"""Promises of the whole: real repositories, real trainings."""
