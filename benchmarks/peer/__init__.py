"""The study as people write it, to measure against."""
