"""Edits that last a length to ten milliseconds: how much is stretched, and the stretch itself."""
