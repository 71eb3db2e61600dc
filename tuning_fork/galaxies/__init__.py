"""A survey's questions and votes, splits, shards, labelled galaxies."""
