"""The study's page: one picture first, then the claims, the curves, the tables, and the commands."""
