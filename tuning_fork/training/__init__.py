"""Batches, augmentation, the loop, checkpoints."""

import tuning_fork.networks.tensorflow  # noqa: F401, TensorFlow without its start-up notes
