"""Batches, augmentation, the loop, checkpoints."""
