"""Exporting many songs: side by side, paused, cancelled, and gone on with after the app closed."""
