"""The published study, run and reported."""
