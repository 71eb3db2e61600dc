"""Any image found, read and prepared: for crop and for the catalogue."""
