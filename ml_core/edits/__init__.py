"""Edits of a song: what may be joined, how joins sound, what an edit is like, what is rendered."""
