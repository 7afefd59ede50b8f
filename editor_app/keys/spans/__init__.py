"""The commands that lock and forbid stretches of a song."""
