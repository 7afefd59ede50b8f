"""The policy: which edits of a song are drawn, and how likely each one is."""
