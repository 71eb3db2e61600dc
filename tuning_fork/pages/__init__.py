"""What all pages are made of: their look, their frame, and how they are written."""
