"""Anyone's images classified."""
