"""Finished edits: found in their song, shown before they count, and kept to learn from."""
