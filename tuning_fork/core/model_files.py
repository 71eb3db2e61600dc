"""What the files of a model folder are called: by all that write, read or copy one."""

DESCRIPTION = "model.json"
NETWORK = "model.keras"
USUAL_GALAXIES = "usual_galaxies.npz"
MODEL_FILES = (DESCRIPTION, NETWORK, USUAL_GALAXIES)
"""All that is needed to use a network; the card beside them is for people."""
