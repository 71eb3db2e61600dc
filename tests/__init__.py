"""Promises to the project's users, each held by a test."""
