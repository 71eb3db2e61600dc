"""Probabilities, uncertainties, outliers; the model folder."""

import tuning_fork.networks.tensorflow  # noqa: F401, TensorFlow without its start-up notes
