"""From anyone's images to a catalogue: finding and reading them, classifying, and writing the table."""
