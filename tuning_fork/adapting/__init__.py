"""One's own survey in one command: a network for a few hundred labels, with its score and what more would bring."""
