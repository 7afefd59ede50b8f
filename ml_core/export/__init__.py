"""Edits as files that other programs open."""
