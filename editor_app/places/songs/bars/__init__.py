"""A song's beats and bars: checked against the sound, and put right."""
