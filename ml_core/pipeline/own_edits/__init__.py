"""Edits that a person made in another tool, read back as edits of their songs."""
