"""What is learnt, from which galaxies."""
