"""A page to look at every galaxy: in a map of what the network sees in them, and in a grid."""
