"""A survey's questions as its page in surveys/ has them, and the votes that answer them."""
