"""The map of a song's possible edits: finding them, and hearing one."""
