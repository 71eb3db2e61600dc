"""The page about a run: what the network can do, where it fails, whether to believe it, and how it was made."""
