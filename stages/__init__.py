"""The study as a pipeline: one module a stage of dvc.yaml, on top of the parts in the folders beside them."""
