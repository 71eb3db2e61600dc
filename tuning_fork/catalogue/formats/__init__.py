"""A catalogue's columns and its table formats."""
