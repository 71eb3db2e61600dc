"""What a galaxy is to the pipeline: votes, archives, shards, splits and the input to a network."""
