"""The map of a song's possible edits: found, drawn, heard, taken."""
