"""IDs, tables, the raw files, splits, shards, labelled galaxies."""
