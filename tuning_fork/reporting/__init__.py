"""Pages about a run, and the model card."""
