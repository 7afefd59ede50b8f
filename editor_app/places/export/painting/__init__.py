"""Locking and forbidding by painting on the song's waveform."""
