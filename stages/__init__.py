"""The pipeline: one module a stage of dvc.yaml, a page each, on top of the package `tuning_fork`."""
