"""Promises of what happens when something goes wrong: kills, full disks, bad input of whole commands."""
