"""Plain widgets that Qt does not have; they know nothing of songs, edits or ratings."""
