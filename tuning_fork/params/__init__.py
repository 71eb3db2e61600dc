"""The checked view of params.yaml, a module a section."""
